"""A price paid for a company is what it was bought for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from app.answering.evidence.evidence import Opened
from app.answering.question.asking import ask
from app.answering.question.rephrasing import as_purchase
from app.answering.selection.retrieve import Found, ToRead, read


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("how much did Marlow pay for Kestrel", "For how much did Marlow buy Kestrel?"),
        ("What did our group pay for Kestrel?", "For how much did our group buy Kestrel?"),
        ("And how much has it paid for the Sorrel?", "For how much has it bought the Sorrel?"),
        (
            "How much did Marlow pay to acquire Kestrel in 2019?",
            "For how much did Marlow buy Kestrel in 2019?",
        ),
        ("How much did Marlow pay Kestrel at the start?", None),
        ("how much does the clinic pay for a hip", None),
        ("What did the brand pay for?", None),
        ("Who paid for Kestrel?", None),
    ],
)
def test_a_price_is_asked_for_in_the_trades_words(question: str, other: str | None) -> None:
    assert as_purchase(question) == other


def test_it_is_read_in_both_wordings() -> None:
    heard: list[str] = []

    def read_nothing(question: str, _: Any) -> list[Any]:
        heard.append(question)
        return []

    reader: Any = SimpleNamespace(read=read_nothing)
    question = "How much did Marlow pay for Kestrel?"
    found = Found((), (ToRead(ask(question), question, Opened([], {}, {})),))
    assert read(found, reader) == []
    assert heard == [question, "For how much did Marlow buy Kestrel?"]
