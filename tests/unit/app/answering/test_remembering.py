from __future__ import annotations

import numpy as np

from app.answering.remembering import RememberingEmbedder
from tests.builders_answering import WordVectors


def test_a_text_is_computed_once_and_comes_back_in_its_place() -> None:
    behind = WordVectors({"a": (1.0, 0.0), "b": (0.0, 1.0)})
    embedder = RememberingEmbedder(behind)
    first = embedder.recall(["a", "b", "a"])
    again = embedder.recall(["b", "a"])
    assert sorted(behind.asked) == ["a", "b"]
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(again, first[[1, 0]])


def test_the_longest_unused_is_forgotten() -> None:
    behind = WordVectors()
    embedder = RememberingEmbedder(behind, capacity=2)
    embedder.recall(["a", "b"])
    embedder.recall(["a"])
    embedder.recall(["c"])  # b goes
    embedder.recall(["a", "c"])
    assert behind.asked.count("a") == 1
    embedder.recall(["b"])
    assert behind.asked.count("b") == 2


def test_more_texts_than_it_keeps_are_all_given() -> None:
    embedder = RememberingEmbedder(WordVectors(), capacity=1)
    assert embedder.recall(["a", "b", "c"]).shape[0] == 3


def test_no_texts_give_no_rows() -> None:
    embedder = RememberingEmbedder(WordVectors())
    assert embedder.recall([]).shape == (0, embedder.dimension)


def test_questions_are_not_kept() -> None:
    behind = WordVectors()
    embedder = RememberingEmbedder(behind)
    embedder.embed(["a"])
    embedder.embed(["a"])
    assert behind.asked == ["a", "a"]
    assert embedder.fingerprint == behind.fingerprint
