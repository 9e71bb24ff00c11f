"""Conversations as people have them, over the sample corpus: courtesies, subjects, premises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answering.service import ChatService
from app.bootstrap import build_chat_service
from app.conversations.records import as_messages
from app.settings import Settings
from app.turns.sentences import GREETING, HELP, THANKS
from app.types import Answer, AnswerStatus, ClaimEvent, Message, Question
from tests.sample_library import borrow

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def service(
    sample_library: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ChatService]:
    data_dir = borrow(sample_library[1], tmp_path_factory.mktemp("data"))
    built = build_chat_service(Settings(_env_file=None, data_dir=data_dir), watch=False)
    yield built
    built.close()


def talk(service: ChatService, *turns: str) -> list[Answer]:
    history: list[Message] = []
    answers = []
    for turn in turns:
        answers.append(service.answer(Question(turn, tuple(history))))
        history += as_messages(answers[-1])
    return answers


def said(answer: Answer) -> str:
    return " ".join(claim.text for claim in answer.claims)


@pytest.mark.parametrize(
    "turn",
    [
        "Hello, when did Haven close?",
        "Hi Accord, hope you are well. When did Haven close? Cheers, Ann",
        "I'm writing a memo. When did Haven close?",
        "Pls tell me when Haven closed, ty!",
        "Good morning! One quick question for my slides: when did Haven close? Many thanks, Jo",
        "Could you tell me when Haven closed?",
        "when did havven clsoe",
    ],
)
def test_a_question_inside_of_courtesies_is_asked(service: ChatService, turn: str) -> None:
    (answer,) = talk(service, turn)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.question == turn
    assert "closed at the end of February 2021" in said(answer)
    assert answer.lead is not None
    assert answer.lead.text == "the end of February 2021"
    assert answer.citations[0].quote in said(answer)


@pytest.mark.parametrize(
    ("turn", "kind", "message"),
    [
        ("hello", "courtesy", GREETING),
        ("thank you so much!", "courtesy", THANKS),
        ("What can you do?", "help", HELP),
        ("help", "help", HELP),
        ("Hi, I'm new here. What can I ask you?", "help", HELP),
    ],
)
def test_what_asks_nothing_gets_a_short_sentence_and_no_search(
    service: ChatService, turn: str, kind: str, message: str
) -> None:
    (answer,) = talk(service, turn)
    assert (answer.kind, answer.message) == (kind, message)
    assert answer.status is AnswerStatus.ABSTAINED
    assert not answer.claims
    assert not answer.near_misses
    assert not answer.receipt.passages


def test_thanks_do_not_touch_the_subject(service: ChatService) -> None:
    *_, answer = talk(service, "When did Haven close?", "thanks!", "Who were its founders?")
    assert answer.understood == "Who were Haven's founders?"
    assert "Berkshire Hathaway" in said(answer)


def test_a_subject_is_kept_over_turns(service: ChatService) -> None:
    *_, answer = talk(service, "When did Haven close?", "Why?", "Who founded it?")
    assert answer.understood == "Who founded Haven?"
    assert "Berkshire Hathaway" in said(answer)
    assert "Star Alliance" not in said(answer)


def test_a_change_of_subject_is_one(service: ChatService) -> None:
    *_, answer = talk(
        service, "When did Haven close?", "Now something else: how much did Nestlé pay Starbucks?"
    )
    assert "$7.15 billion" in said(answer)
    assert "Haven" not in said(answer)


def test_he_is_the_person_whom_the_answer_named(service: ChatService) -> None:
    *_, answer = talk(service, "Who was named chief executive of Haven?", "When did he step down?")
    assert "May 2020" in said(answer)
    assert answer.lead is None or "2018" not in answer.lead.text


def test_a_correction_asks_the_question_before_of_another(service: ChatService) -> None:
    *_, answer = talk(service, "When was Haven founded?", "no, I mean Star Alliance")
    assert answer.understood == "When was Star Alliance founded?"
    assert "14 May 1997" in said(answer)


def test_several_questions_are_answered_one_by_one(service: ChatService) -> None:
    turn = "Hi, two things: When was Star Alliance founded? And how much did Nestlé pay? Thanks"
    question = Question(turn)
    streamed = [e.claim for e in service.stream(question) if isinstance(e, ClaimEvent)]
    answer = service.answer(question)
    assert answer.kind == "several"
    assert [claim.text for claim in streamed] == [claim.text for claim in answer.claims]
    headings = [claim.heading for claim in answer.claims if claim.heading]
    assert len(headings) == 2
    assert "14 May 1997" in said(answer)
    assert "$7.15 billion" in said(answer)
    assert [one.n for one in answer.citations] == list(range(1, len(answer.citations) + 1))
    used = {n for claim in answer.claims for n in claim.citations}
    assert used == {one.n for one in answer.citations}


def test_what_is_lost_behind_other_questions_is_found_by_its_name(service: ChatService) -> None:
    turns = ("Why did Haven fail?", "Who led it?", "When did he leave?", "Why did it fail?")
    *_, answer = talk(service, *turns)
    assert answer.understood == "Why did Haven fail?"
    assert "bargaining power" in said(answer)


def test_it_is_the_article_behind_a_question_for_the_article(service: ChatService) -> None:
    turns = ("What did Kale, Dyer and Singh find?", "Which article is that from?")
    *_, answer = talk(service, *turns, "When was it published?")
    assert "10 February 2025" in said(answer)


@pytest.mark.parametrize(
    "turn",
    [
        "When was Atul Gawande fired?",
        "When did the Apple-IBM partnership end?",
        "Why did the FTC block the CVS-Aetna merger?",
    ],
)
def test_an_event_that_never_happened_is_told_as_such(service: ChatService, turn: str) -> None:
    (answer,) = talk(service, turn)
    assert answer.status is AnswerStatus.ABSTAINED
    assert (answer.message or "").startswith("The sources do not say that ")
    assert answer.near_misses


@pytest.mark.parametrize(
    ("turn", "told"),
    [
        ("When did Apple buy IBM?", "do not say that Apple bought IBM"),
        ("When did Star Alliance merge with SkyTeam?", "do not say that Star Alliance merged"),
        ("How much did BioNTech pay Pfizer at the start?", "the other way round"),
        ("How much did Starbucks pay Nestlé?", "the other way round"),
        ("When was CVS bought by Aetna?", "do not say that Aetna bought CVS"),
        ("Which airline founded SkyTeam?", "no answer"),
        ("Has Delta left Star Alliance?", "no answer"),
        ("When did Haven open its second hospital?", "no answer"),
    ],
)
def test_a_false_premise_is_refused_with_what_is_said(
    service: ChatService, turn: str, told: str
) -> None:
    (answer,) = talk(service, turn)
    assert answer.status is AnswerStatus.ABSTAINED
    assert told in (answer.message or "")
    assert answer.near_misses


@pytest.mark.parametrize(
    ("turn", "fact"),
    [
        ("How much did Pfizer pay BioNTech at the start?", "$185 million"),
        ("When did CVS buy Aetna?", "28 November 2018"),
        ("Which airlines founded Star Alliance?", "Lufthansa"),
        ("When did Scandinavian Airlines leave Star Alliance?", "August 2024"),
    ],
)
def test_a_true_premise_is_answered(service: ChatService, turn: str, fact: str) -> None:
    (answer,) = talk(service, turn)
    assert fact in said(answer)


@pytest.mark.parametrize("turn", ["Why did Haven close?", "What went wrong with Haven?"])
def test_reasons_are_found_under_their_heading(service: ChatService, turn: str) -> None:
    (answer,) = talk(service, turn)
    for reason in ("bargaining power", "kept doing its own work", "goal stayed wide"):
        assert reason in said(answer)
