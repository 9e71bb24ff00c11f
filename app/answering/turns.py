"""Answers to turns that are no single question: a sentence of ours, or several answers in one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from app.answering.conflicts.disagreement import notes
from app.answering.conversation.again_shapes import Again, Manner
from app.answering.question.both_sides import both_sides
from app.answering.text.terms import content_keys, content_terms, keys
from app.languages.catalogue import say
from app.turns.kinds import TurnKind
from app.turns.sentences import NO_TABLE, OWN_WORDS, SHORTEST
from app.turns.understanding import Turn
from app.types import (
    Answer,
    AnswerDone,
    AnswerEvent,
    AnswerStatus,
    Citation,
    Claim,
    ClaimEvent,
    Disagreement,
    Form,
    Message,
    NoteEvent,
    Notes,
    Receipt,
    StatusEvent,
    Table,
)

LEAST_OF_OTHERS = 0.5
"""Least chance of an answer to a turn that sounds like no question to the sources."""
Ask = Callable[[str, Sequence[Message]], Iterator[AnswerEvent]]
"""Answers one question behind the messages before it."""


def spoken(turn: Turn, reply: str, composer: str, reader: str, language: str) -> Answer:
    """A sentence of our own, for which nothing was searched."""
    return Answer(
        id=secrets.token_hex(16),
        question=turn.text,
        status=AnswerStatus.ABSTAINED,
        claims=(),
        citations=(),
        notes=Notes(),
        near_misses=(),
        composer=composer,
        receipt=Receipt(turn.text, turn.text, composer, generation="", reader=reader),
        created=datetime.now(UTC),
        message=reply,
        kind=turn.kind.value,
        language=language,
    )


def said_instead(answer: Answer, kind: TurnKind, reply: str, language: str) -> Answer:
    """The same without near misses, where what was no question found no answer either."""
    return replace(answer, kind=kind.value, message=reply, near_misses=(), language=language)


def told_in_its_words(text: str, events: Iterator[AnswerEvent]) -> list[AnswerEvent]:
    """The answer to a turn that sounds like none to the sources, if they answer it all the same.

    "How do I file a response?" sounds like a call for help. What answers it for sure, with all its
    words in one sentence and what stands above it, is an answer; empty where there is none.
    """
    told = list(events)
    done = told[-1]
    if not isinstance(done, AnswerDone) or done.answer.receipt.answerability < LEAST_OF_OTHERS:
        return []
    answer = done.answer
    wanted = keys(content_terms(text))
    whole = (
        " ".join((claim.text, one.metadata.title, *one.heading))
        for claim in answer.claims
        for one in answer.citations
        if one.n in claim.citations
    )
    if not wanted or not any(wanted <= content_keys(text) for text in whole):
        return []
    return [*told[:-1], AnswerDone(replace(answer, kind=TurnKind.QUESTION.value))]


def answered_in_turn(
    turn: Turn, asks: Sequence[str], talk: Sequence[Message], ask: Ask
) -> Iterator[AnswerEvent]:
    """The questions of one turn, each under itself as a heading; one answer with all of it last.

    Each is asked behind those before it, so that "and when?" is understood.
    """
    talk = list(talk)
    whole = _Whole()
    opposed = {side for each in turn.questions for side in both_sides(each)[1:]}
    for text in asks:
        for event in ask(text, talk):
            match event:
                case ClaimEvent():
                    # What speaks for a thing does not speak against it as well.
                    held = whole.hold(event) if text in opposed else False
                    if not held:
                        yield whole.add(event, heading=_as_heading(text))
                case AnswerDone():
                    answer = event.answer
                case StatusEvent():
                    yield event
                case NoteEvent():
                    pass  # of all parts together, below
        yield from whole.end(answer, heading=_as_heading(text))
        reply = " ".join(claim.text for claim in answer.claims) or answer.message or ""
        cited = dict.fromkeys(citation.document_id for citation in answer.citations)
        talk += [Message("user", text), Message("assistant", reply, tuple(cited))]
    done = whole.answer(turn)
    if done.claims:
        yield NoteEvent(done.notes)
    yield AnswerDone(done)


def given_again(
    events: Iterator[AnswerEvent], again: Again, asked: str, before: Message, language: str
) -> Iterator[AnswerEvent]:
    """The answer before as it is wanted now, with a sentence of ours where that cannot be.

    Args:
        events: The answer, made once more.
        again: How it is wanted.
        asked: The turn that wants it so.
        before: The question that was answered before.
        language: Of our sentence, unless another one is wanted.
    """
    for event in events:
        if isinstance(event, ClaimEvent) and again.manner is Manner.LISTED:
            event = replace(event, claim=replace(event.claim, form=Form.ITEM))
        if isinstance(event, AnswerDone):
            event = AnswerDone(_given_again(event.answer, again, asked, before.content, language))
        yield event


def _given_again(answer: Answer, again: Again, asked: str, before: str, language: str) -> Answer:
    claims = answer.claims
    message = answer.message
    if again.manner is Manner.LISTED:
        claims = tuple(replace(claim, form=Form.ITEM) for claim in claims)
    elif again.manner is Manner.TABLE and answer.table is None and claims:
        message = say(language, NO_TABLE)
    elif again.manner is Manner.SHORTER and len(claims) == 1:
        message = say(language, SHORTEST)
    elif again.manner is Manner.LANGUAGE and claims:
        message = say(again.language or language, OWN_WORDS)
    return replace(
        answer,
        question=asked,
        claims=claims,
        message=message,
        kind=TurnKind.FOLLOWUP.value,
        understood=answer.understood or before,
    )


def _as_heading(question: str) -> str:
    """A part of a turn as it stands by itself: with a capital and its mark."""
    bare = question.rstrip(" ?.,;")
    return f"{bare[:1].upper()}{bare[1:]}?"


@dataclass(slots=True)
class _Whole:
    """The answers so far, numbered through."""

    answers: list[Answer] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    _numbers: list[dict[int, int]] = field(default_factory=lambda: [{}])
    """Of each part: its own numbers of citations, and those of the whole."""
    _own: dict[int, Citation] = field(default_factory=dict)
    """The citations of the part that is answered now, by its own numbers."""
    _held: list[ClaimEvent] = field(default_factory=list)

    def hold(self, event: ClaimEvent) -> bool:
        """Keep back what a part before has said in the same words, and say whether it is so."""
        is_said = any(event.claim.text == claim.text for claim in self.claims)
        if is_said:
            self._own |= {one.n: one for one in event.citations}
            self._held.append(event)
        return is_said

    def add(self, event: ClaimEvent, *, heading: str) -> ClaimEvent:
        """The claim under its part's heading, with its numbers behind those of the parts before."""
        self._own |= {one.n: one for one in event.citations}
        numbers, new = self._numbers[-1], []
        for n in event.claim.citations:
            if n not in numbers:
                numbers[n] = len(self.citations) + 1
                self.citations.append(replace(self._own[n], n=numbers[n]))
                new.append(self.citations[-1])
        cited = tuple(numbers[n] for n in event.claim.citations)
        claim = replace(event.claim, citations=cited, heading=heading)
        self.claims.append(claim)
        return ClaimEvent(claim, tuple(new))

    def end(self, answer: Answer, *, heading: str) -> Iterator[ClaimEvent]:
        """A part is done; what was kept back is shown if there is nothing else."""
        if not self._numbers[-1]:
            for event in self._held:
                yield self.add(event, heading=heading)
        self.answers.append(answer)
        self._numbers.append({})
        self._own, self._held = {}, []

    def answer(self, turn: Turn) -> Answer:
        """All parts as one answer."""
        first = self.answers[0]
        refused = [one for one in self.answers if not one.claims]
        left_open = [one.message for one in self.answers if one.message]
        is_whole = all(one.status is AnswerStatus.ANSWERED for one in self.answers)
        status = AnswerStatus.ANSWERED if is_whole else AnswerStatus.PARTIAL
        return replace(
            first,
            id=secrets.token_hex(16),
            question=turn.text,
            status=status if self.claims else AnswerStatus.ABSTAINED,
            claims=tuple(self.claims),
            citations=tuple(self.citations),
            notes=notes(self.citations, self._disagreements()) if self.claims else Notes(),
            near_misses=() if self.claims else refused[0].near_misses,
            receipt=self._receipt(turn),
            message=" ".join(dict.fromkeys(left_open)) or None,
            fallback=next((one.fallback for one in self.answers if one.fallback), None),
            kind=TurnKind.SEVERAL.value,
            understood=None,
            lead=None,
            table=self._table(),
        )

    def _disagreements(self) -> list[Disagreement]:
        return [
            replace(one, citations=tuple(numbers[n] for n in one.citations))
            for answer, numbers in zip(self.answers, self._numbers, strict=False)
            for one in answer.notes.disagreements
            if all(n in numbers for n in one.citations)
        ]

    def _table(self) -> Table | None:
        """That of the first part, whose cells cite by the numbers of the whole."""
        table, numbers = self.answers[0].table, self._numbers[0]
        cells = [cell for row in table.rows for cell in row.cells] if table else []
        if table is None or not all(n in numbers for cell in cells for n in cell.citations):
            return None
        rows = [
            replace(
                row,
                cells=tuple(
                    replace(cell, citations=tuple(numbers[n] for n in cell.citations))
                    for cell in row.cells
                ),
            )
            for row in table.rows
        ]
        return replace(table, rows=tuple(rows))

    def _receipt(self, turn: Turn) -> Receipt:
        receipts = [answer.receipt for answer in self.answers]
        steps = {name for each in receipts for name in each.timings_ms}
        return replace(
            receipts[0],
            question=turn.text,
            condensed_query=" / ".join(each.condensed_query for each in receipts),
            passages=tuple(one for each in receipts for one in each.passages),
            answerability=min(each.answerability for each in receipts),
            verdicts=tuple(one for each in receipts for one in each.verdicts),
            counts={
                name: sum(each.counts.get(name, 0) for each in receipts)
                for name in sorted({name for each in receipts for name in each.counts})
            },
            problem=next((each.problem for each in receipts if each.problem), None),
            timings_ms={
                name: round(sum(each.timings_ms.get(name, 0.0) for each in receipts), 2)
                for name in sorted(steps)
            },
        )
