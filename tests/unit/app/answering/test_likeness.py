from __future__ import annotations

import pytest

from app.answering.likeness import FULL_CREDIT, SAME, UNRELATED, WordLikeness
from tests.builders_answering import WordVectors


def test_credit_rises_from_unrelated_to_same() -> None:
    middle = (UNRELATED + SAME) / 2
    known = {
        "shops": (1.0, 0.0),
        "stores": (1.0, 0.0),
        "outlets": (middle, (1 - middle**2) ** 0.5),
        "clouds": (UNRELATED - 0.1, (1 - (UNRELATED - 0.1) ** 2) ** 0.5),
    }
    likeness = WordLikeness(WordVectors(known))
    assert likeness.credit(["shops"], ["stores"]) == [pytest.approx(FULL_CREDIT)]
    assert likeness.credit(["shops"], ["outlets"]) == [pytest.approx(FULL_CREDIT / 2, abs=1e-6)]
    assert likeness.credit(["shops"], ["clouds"]) == [0.0]


def test_the_nearest_word_counts() -> None:
    known = {"shops": (1.0, 0.0), "stores": (1.0, 0.0), "votes": (0.0, 1.0)}
    likeness = WordLikeness(WordVectors(known))
    assert likeness.credit(["shops", "votes"], {"votes", "stores"}) == [
        pytest.approx(FULL_CREDIT),
        pytest.approx(FULL_CREDIT),
    ]


def test_nothing_to_compare_gives_nothing() -> None:
    embedder = WordVectors()
    likeness = WordLikeness(embedder)
    assert likeness.credit([], ["stores"]) == []
    assert likeness.credit(["shops", "votes"], []) == [0.0, 0.0]
    assert embedder.asked == []


def test_a_word_is_embedded_once_whatever_its_case() -> None:
    embedder = WordVectors()
    likeness = WordLikeness(embedder)
    likeness.credit(["Shops"], ["stores", "Stores"])
    likeness.credit(["shops"], ["STORES"])
    assert sorted(embedder.asked) == ["shops", "stores"]


def test_words_that_were_forgotten_are_embedded_again() -> None:
    embedder = WordVectors()
    likeness = WordLikeness(embedder, remembered=2)
    likeness.credit(["shops"], ["stores"])
    likeness.credit(["votes"], ["trust"])
    likeness.credit(["shops"], ["stores"])
    assert embedder.asked.count("shops") == 2
