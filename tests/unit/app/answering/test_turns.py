"""Several answers in one: what is said under which heading, with which numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from app.answering.turns import answered_in_turn
from app.turns.kinds import TurnKind
from app.turns.understanding import Turn
from app.types import (
    Answer,
    AnswerDone,
    AnswerEvent,
    Cell,
    Claim,
    ClaimEvent,
    Message,
    Row,
    Table,
)
from tests.builders_web import make_answer, make_citation, make_document

SHARED, GAIN, LOSS = "The mill pays both.", "The mill is warm.", "The mill is loud."
DOCUMENT = make_document("mill", f"{SHARED} {GAIN} {LOSS}")
PROS, CONS = "What are the benefits of the mill?", "What are the risks of the mill?"


def told(said: Mapping[str, Sequence[str]], question: str) -> Answer:
    """The answers to questions of a turn, made of sentences of one document."""
    turn = Turn(question, TurnKind.QUESTION, 1.0, (question,))

    def ask(text: str, _: Sequence[Message]) -> Iterator[AnswerEvent]:
        quotes = [
            replace(make_citation(DOCUMENT, each), n=n) for n, each in enumerate(said[text], 1)
        ]
        claims = tuple(Claim(one.quote, (one.n,)) for one in quotes)
        for claim, one in zip(claims, quotes, strict=True):
            yield ClaimEvent(claim, (one,))
        yield AnswerDone(replace(make_answer(text), claims=claims, citations=tuple(quotes)))

    *_, done = answered_in_turn(turn, tuple(said), (), ask)
    assert isinstance(done, AnswerDone)
    return done.answer


def shown(answer: Answer) -> list[tuple[str, str]]:
    quotes = {one.n: one.quote for one in answer.citations}
    assert list(quotes) == list(range(1, len(quotes) + 1))
    assert all(claim.text == quotes[n] for claim in answer.claims for n in claim.citations)
    return [(claim.heading, claim.text) for claim in answer.claims]


def test_a_sentence_stands_under_one_of_two_opposite_headings() -> None:
    question = "What are the pros and cons of the mill?"
    answer = told({PROS: [SHARED, GAIN], CONS: [SHARED, LOSS]}, question)

    assert shown(answer) == [(PROS, SHARED), (PROS, GAIN), (CONS, LOSS)]


def test_the_only_sentence_under_a_heading_stays_there() -> None:
    question = "What are the pros and cons of the mill?"
    answer = told({PROS: [SHARED, GAIN], CONS: [SHARED]}, question)

    assert shown(answer) == [(PROS, SHARED), (PROS, GAIN), (CONS, SHARED)]


def test_two_questions_may_have_the_same_sentence_in_their_answers() -> None:
    first, second = "Who owns the mill?", "Who is paid?"
    answer = told({first: [SHARED], second: [SHARED, LOSS]}, f"{first} {second}")

    assert shown(answer) == [(first, SHARED), (second, SHARED), (second, LOSS)]


def test_cells_of_a_table_cite_what_the_whole_answer_cites() -> None:
    first, second = "Compare the gains.", "Who is paid?"
    turn = Turn(f"{first} {second}", TurnKind.SEVERAL, 1.0, (first, second))

    def ask(text: str, _: Sequence[Message]) -> Iterator[AnswerEvent]:
        quotes = [
            replace(make_citation(DOCUMENT, each), n=n) for n, each in enumerate((GAIN, LOSS), 1)
        ]
        claims = (Claim(LOSS, (2,)), Claim(GAIN, (1,)))
        yield ClaimEvent(claims[0], (quotes[1],))
        yield ClaimEvent(claims[1], (quotes[0],))
        cells = (Cell(GAIN, (1,)), Cell(LOSS, (2,)), Cell("not said"))
        table = Table(("A", "B", "C"), (Row("Gain", cells),)) if text == first else None
        answer = replace(make_answer(text), claims=claims, citations=tuple(quotes), table=table)
        yield AnswerDone(answer)

    *_, done = answered_in_turn(turn, (first, second), (), ask)
    assert isinstance(done, AnswerDone)
    assert done.answer.table is not None
    quotes = {one.n: one.quote for one in done.answer.citations}
    for cell in done.answer.table.rows[0].cells:
        assert [quotes[n] for n in cell.citations] == [cell.text] * len(cell.citations)
