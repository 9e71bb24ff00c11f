from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from app.answering.abstention import NEAR_MISSES, message, near_misses
from app.answering.answerability import Answerability
from app.answering.asking import ask
from tests.builders_answering import make_evidence
from vectorstore.types import Metadata


@dataclass(frozen=True)
class Known:
    metadata: Metadata


@dataclass(frozen=True)
class FakeGeneration:
    """What `message` reads of a generation: its reader's documents."""

    dates: Sequence[date | None]

    @property
    def reader(self) -> FakeGeneration:
        return self

    def documents(self) -> list[Known]:
        return [Known(Metadata("Note", published=each)) for each in self.dates]


def said(question: str, missing: tuple[str, ...], *dates: date | None) -> str:
    generation = cast(Any, FakeGeneration(dates))
    return message(ask(question), Answerability(0.1, missing), generation)


def test_near_misses_are_the_best_sentences_of_different_passages() -> None:
    evidence = [
        make_evidence(f"Sentence {n}.", ordinal=n, passage_ordinal=n // 2, score=1 - n / 10)
        for n in range(8)
    ]
    found = near_misses(evidence)
    assert [near.text for near in found] == ["Sentence 0.", "Sentence 2.", "Sentence 4."]
    assert len(found) == NEAR_MISSES
    assert [near.score for near in found] == [1.0, 0.8, 0.6]
    assert all(near.end - near.start == len(near.text) for near in found)


def test_no_evidence_gives_no_near_misses() -> None:
    assert near_misses([]) == ()


def test_the_message_says_what_was_searched_and_what_is_lacking() -> None:
    text = said(
        "What is the revenue of Haven?", ("revenue",), date(2019, 1, 15), date(2021, 6, 7), None
    )
    assert text == (
        "The sources do not say. Searched: 3 sources, the newest of 07 June 2021. "
        "What comes nearest does not speak of “revenue”."
    )


def test_at_most_three_words_are_named() -> None:
    text = said("?", ("one", "two", "three", "four"), None)
    assert text == (
        "The sources do not say. Searched: 1 source. "
        "What comes nearest does not speak of “one” or “two” or “three”."
    )


def test_what_is_too_long_for_a_word_is_not_named() -> None:
    assert said("?", ("a" * 4000, "votes"), None).endswith("does not speak of “votes”.")


def test_a_request_is_told_what_accord_does() -> None:
    text = said("Write a poem about Haven", (), None)
    assert "does not write" in text
    assert "Searched" not in text
