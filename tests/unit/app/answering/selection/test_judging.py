"""Whether what was read is enough, for questions of a conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.answering.conversation.bilingual import hear, in_both_languages
from app.answering.conversation.condense import condense
from app.answering.selection.answerability import THRESHOLD
from app.answering.selection.judging import FOLLOWING, FOLLOWING_SHORT, OF_THE_OTHER, judged
from app.answering.text.terms import key_of
from app.types import Message
from tests.builders_answering import make_evidence

BEFORE = (
    Message("user", "What is the Medicaid Buy-In Program?"),
    Message("assistant", "It is for people who work."),
)


@pytest.mark.parametrize(
    ("lacking", "is_answered"),
    [
        (("Buy",), True),
        (("Buy", "In", "Program"), True),
        (("Medicaid", "Buy", "In", "Program"), False),
    ],
)
def test_names_of_a_conversation_need_not_all_stand_near(
    lacking: tuple[str, ...], is_answered: bool
) -> None:
    condensed = condense("How can I apply?", BEFORE)
    assert condensed.typed is None
    assert {"Medicaid", "Buy"} <= {term.text for term in condensed.asked.names}
    missing = frozenset(key_of(word) for word in lacking)
    item = make_evidence("You can apply by phone.", missing=missing)
    found = judged(condensed, [item], has_parts=False, threshold=THRESHOLD)
    assert found.answerability.is_enough is is_answered


def test_a_name_that_is_typed_must_stand_near() -> None:
    condensed = condense("How can I apply to Orlena?", BEFORE)
    item = make_evidence("You can apply by phone.", missing=frozenset({key_of("Orlena")}))
    found = judged(condensed, [item], has_parts=False, threshold=THRESHOLD)
    assert found.answerability.score == 0.0


def test_a_short_follow_up_needs_a_surer_answer_than_a_longer_one() -> None:
    item = make_evidence("You can apply by phone.", relevance=0.4, answers=0.4)
    scores = []
    for text in ("Who pays?", "Which forms must somebody who works at night fill in first?"):
        condensed = replace(condense(text, BEFORE), before=("What is it?",))
        found = judged(condensed, [item], has_parts=False, threshold=THRESHOLD)
        scores.append(found.answerability.threshold)
    assert scores == [pytest.approx(FOLLOWING_SHORT * THRESHOLD), pytest.approx(0.26)]


@pytest.mark.parametrize(
    ("told", "factor"),
    [("The rival oneworld followed.", FOLLOWING), ("Orlena was first.", FOLLOWING_SHORT)],
)
def test_what_about_another_needs_no_surer_answer_where_it_is_named(
    told: str, factor: float
) -> None:
    condensed = replace(condense("What about oneworld?", BEFORE), before=("What is it?",))
    item = make_evidence(told, relevance=0.4, answers=0.4)
    found = judged(condensed, [item], has_parts=False, threshold=THRESHOLD)
    assert found.answerability.threshold == pytest.approx(factor * THRESHOLD)


def test_what_is_told_of_the_name_before_does_not_answer_for_another_one() -> None:
    before = (Message("user", "What did Orlena pay?"), Message("assistant", "Orlena paid 5."))
    condensed = condense("And Kestrel?", before)
    assert condensed.text == "What did Kestrel pay?"
    missing = frozenset({key_of("Kestrel")})
    of_other = make_evidence("Orlena paid 5.", relevance=0.5, answers=0.5, missing=missing)
    own = make_evidence("Kestrel paid 7.", relevance=0.5, answers=0.5)
    about = [
        judged(condensed, [item], has_parts=False, threshold=THRESHOLD).evidence[0].relevance
        for item in (of_other, own)
    ]
    assert about[0] < OF_THE_OTHER * about[1] + 0.01


@pytest.mark.parametrize(
    ("typed", "is_answered"), [("who runs marlow", True), ("Who runs Marlow?", False)]
)
def test_only_a_name_that_was_typed_as_one_must_stand_near(typed: str, is_answered: bool) -> None:
    condensed = condense("Who runs Marlow?", ())
    item = make_evidence("Ann Berg runs the yard.", missing=frozenset({key_of("Marlow")}))
    found = judged(condensed, [item], has_parts=False, threshold=THRESHOLD, typed=typed)
    assert found.answerability.is_enough is is_answered


HELIO = "Quand le consortium Helio a-t-il été dissous ?"


@pytest.mark.parametrize(("is_as_asked", "is_answered"), [(True, True), (False, False)])
def test_english_words_are_not_looked_for_in_sentences_of_the_askers_language(
    is_as_asked: bool, is_answered: bool
) -> None:
    condensed = in_both_languages(condense(HELIO, ()), hear(HELIO, (), None), lambda one, _: one)
    item = make_evidence("Le consortium Helio prend fin : le conseil l'a décidé hier.")
    item = replace(item, is_as_asked=is_as_asked)
    found = judged(condensed, [item], has_parts=False, threshold=THRESHOLD)
    assert found.answerability.is_enough is is_answered


def test_a_name_that_english_writes_otherwise_need_not_stand_in_the_askers_language() -> None:
    question = "Combien Helio a-t-elle payé en Suisse ?"
    condensed = in_both_languages(
        condense(question, ()), hear(question, (), None), lambda one, _: one
    )
    assert "Switzerland" in {term.text for term in condensed.asked.names}
    assert condensed.original is not None
    assert [term.text for term in condensed.original.asked.names] == ["Helio"]


@pytest.mark.parametrize(("title", "is_answered"), [("Mme", True), ("Sra", True), ("Rosa", False)])
def test_a_courtesy_title_need_not_stand_near(title: str, is_answered: bool) -> None:
    condensed = condense(f"What does {title} Marlow say?", ())
    item = make_evidence("Marlow says no.", missing=frozenset({key_of(title)}))
    found = judged(condensed, [item], has_parts=False, threshold=THRESHOLD)
    assert found.answerability.is_enough is is_answered
