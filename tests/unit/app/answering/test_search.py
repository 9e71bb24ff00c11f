from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.answering.evidence import Evidence
from app.answering.remembering import RememberingEmbedder
from app.answering.search import LEAST_READ_CLOSELY, READ_CLOSELY, read_closely
from tests.builders_answering import WordVectors, make_evidence


def sentence(number: int, *, part: int = 0) -> Evidence:
    item = make_evidence(f"Haven said {number}.", ordinal=number, score=1.0 - number / 100)
    return replace(item, part=part)


def asked() -> np.ndarray:
    return np.array([1.0, *[0.0] * 63], dtype=np.float32)


def test_the_best_sentences_are_read_behind_their_title() -> None:
    embedder = WordVectors({"alpha.md\nHaven said 1.": (0.6, 0.8)})
    ranked = [sentence(number) for number in range(READ_CLOSELY + 3)]
    found = read_closely(ranked, [asked()], RememberingEmbedder(embedder))
    assert [item.text for item in found] == [item.text for item in ranked]
    assert found[1].titled == pytest.approx(0.6)
    read = [item.titled is not None for item in found]
    assert read == [True] * READ_CLOSELY + [False] * 3
    assert all((item.relevance > 0) == (item.titled is not None) for item in found)


def test_a_sentence_of_two_passages_is_read_once() -> None:
    first = sentence(0)
    again = replace(first, passage=make_evidence("x", ordinal=9).passage)
    embedder = WordVectors()
    found = read_closely([first, again], [asked()], RememberingEmbedder(embedder))
    assert [item.titled is not None for item in found] == [True, False]
    assert len(embedder.asked) == 1


def test_each_part_of_a_question_has_sentences_read() -> None:
    ranked = [sentence(number, part=number // 8) for number in range(24)]
    found = read_closely(ranked, [asked()] * 3, RememberingEmbedder(WordVectors()))
    for part in range(3):
        read = [item for item in found if item.part == part and item.titled is not None]
        assert len(read) == LEAST_READ_CLOSELY


def test_nothing_found_is_nothing_read() -> None:
    assert read_closely([], [asked()], RememberingEmbedder(WordVectors())) == []
