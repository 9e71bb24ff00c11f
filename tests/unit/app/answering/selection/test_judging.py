"""Whether what was read is enough, for questions of a conversation."""

from __future__ import annotations

import pytest

from app.answering.conversation.condense import condense
from app.answering.selection.answerability import THRESHOLD
from app.answering.selection.judging import judged
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
