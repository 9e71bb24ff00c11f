"""The support checker: copies, changed copies, paraphrases, bounds, and its signs by hand."""

from __future__ import annotations

import math
from dataclasses import astuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.lexical_support import (
    INTERCEPT,
    MAX_SENTENCES,
    REFUSED,
    WEIGHTS,
    LexicalSupport,
    Signs,
    align,
    examine,
    signs,
    weigh,
)

SUPPORTED = 0.5
SOURCE = "Northwind Airlines bought 40 percent of Harbor Ferries in March 2015 for $70 million."
OTHER = "The weather on the island was mild for most of the season."

checker = LexicalSupport()
words = st.sampled_from(
    "Northwind Airlines bought 40 percent ferries not in 2015 , . island $70 million the".split()
)
texts = st.lists(words, max_size=15).map(" ".join)


def test_sentence_of_the_evidence_is_fully_supported() -> None:
    assert checker.support(SOURCE, (OTHER, SOURCE)) == 1.0


def test_run_of_words_of_the_evidence_is_fully_supported() -> None:
    assert checker.support("Northwind Airlines bought 40 percent", (SOURCE,)) == 1.0


@pytest.mark.parametrize("evidence", [(), ("",), ("  ", "\n")])
def test_without_evidence_nothing_is_supported(evidence: tuple[str, ...]) -> None:
    assert checker.support(SOURCE, evidence) == 0.0


@pytest.mark.parametrize("claim", ["", "  ", "and of the", "?!"])
def test_claim_that_states_nothing_is_not_supported(claim: str) -> None:
    assert checker.support(claim, (OTHER,)) == 0.0


def test_evidence_without_a_word_of_the_claim_supports_nothing() -> None:
    assert checker.support(SOURCE, ("Bees make honey.",)) == 0.0


@pytest.mark.parametrize(
    "changed",
    [
        SOURCE.replace("40", "47"),
        SOURCE.replace("2015", "2016"),
        SOURCE.replace("March", "April"),
        SOURCE.replace("Harbor", "Summit"),
        SOURCE.replace("bought", "has not bought"),
        SOURCE.replace("bought", "never bought"),
        "Harbor Ferries bought 40 percent of Northwind Airlines in March 2015 for $70 million.",
        SOURCE.replace("Northwind Airlines", "Summit"),
        SOURCE.replace("bought", "may have bought"),
        SOURCE.replace("$70 million", "€70 million"),
    ],
)
def test_copy_with_one_thing_changed_is_refused(changed: str) -> None:
    assert checker.support(changed, (SOURCE, OTHER)) <= REFUSED


def test_copy_without_the_negation_of_its_source_is_refused() -> None:
    source = "The board of Northwind Airlines did not approve the merger with Harbor Ferries."
    claim = "The board of Northwind Airlines did approve the merger with Harbor Ferries."
    assert checker.support(claim, (source,)) <= REFUSED


def test_second_negation_does_not_hide_behind_the_first() -> None:
    source = "Equal shares ask for a clear split of the work, for nobody can be outvoted."
    claim = "Equal shares ask for a clear split of the work, for nobody can not be outvoted."
    assert checker.support(claim, (source,)) <= REFUSED


def test_neighbouring_sentence_does_not_support() -> None:
    assert checker.support(SOURCE, (OTHER,)) < SUPPORTED


def test_paraphrase_over_two_sentences_is_supported() -> None:
    evidence = (
        "Northwind Airlines bought Harbor Ferries in March 2015.",
        "The ferries carry two million passengers a year.",
    )
    claim = "Harbor Ferries, bought by Northwind Airlines in 2015, carries two million passengers."
    assert checker.support(claim, evidence) >= SUPPORTED


def test_claim_with_an_invented_half_scores_below_the_claim_without_it() -> None:
    said = "In 2015 Northwind Airlines bought Harbor Ferries"
    more = f"{said}, and the minister opened a museum of glass in Lisbon."
    assert checker.support(more, (SOURCE,)) < SUPPORTED < checker.support(f"{said}.", (SOURCE,))


def test_quote_of_several_sentences_is_read_sentence_by_sentence() -> None:
    found = align(SOURCE, (f"{OTHER} {SOURCE} {OTHER}",))
    assert found.sentences[0] == SOURCE


def test_few_sentences_are_chosen_of_a_page() -> None:
    page = [f"Northwind Airlines reported item {n}." for n in range(50)]
    assert len(align(SOURCE, page).sentences) == MAX_SENTENCES


def test_sentences_are_chosen_by_what_they_add() -> None:
    both = "Northwind Airlines bought something."
    again = "Northwind Airlines sold something."
    rest = "Harbor Ferries cost $70 million."
    assert align(SOURCE, (again, both, rest)).sentences[:2] == (rest, both)


def test_signs_by_hand() -> None:
    claim = "The airline Northwind flies to Lisbon, and dolphins follow 12 ferries."
    found = signs(claim, align(claim, ("The airline Northwind flies 12 planes.",)))
    # Content words: airline 1.0, Northwind 1.3, flies 0.7 (five letters), Lisbon 1.3,
    # dolphins 1.0, follow 1.0, 12 1.3, ferries 1.0: together 8.6.
    # Held: airline, Northwind, flies, 12: 4.3. Missing: 8.6 - 4.3 = 4.3.
    assert found.missing == pytest.approx(math.log1p(4.3))
    assert found.two_sentences == pytest.approx(4.3 / 8.6)
    # Lisbon is missing; 12 is held.
    assert found.missing_names == pytest.approx(math.log1p(1))
    assert found.missing_numbers == 0.0
    # Pairs at most three apart in 8 words: 7 + 6 + 5 = 18. In one sentence: airline with Northwind
    # and with flies, Northwind with flies; 12 is four words after flies. So (3 + 0.5) / (18 + 1).
    assert found.together == pytest.approx(3.5 / 19)
    # Behind the comma, "dolphins follow 12 ferries": 1.3 of 4.3.
    assert found.weakest_part == pytest.approx(1.3 / 4.3)


def test_numbers_that_are_missing_count_one_each() -> None:
    claim = "Northwind has 12 ferries since 3 May."
    found = signs(claim, align(claim, ("Northwind has ferries.",)))
    # 12 and the day 3; May counts among the names.
    assert found.missing_numbers == pytest.approx(math.log1p(2))
    assert found.missing_names == pytest.approx(math.log1p(1))


def test_score_is_the_logistic_of_the_weighted_signs() -> None:
    found = Signs(1, 0, 0, 0, 2, 0)
    total = INTERCEPT + WEIGHTS.missing + 2 * WEIGHTS.missing_numbers
    assert weigh(found) == pytest.approx(1 / (1 + math.exp(-total)))


def test_what_is_missing_never_helps() -> None:
    assert max(WEIGHTS.missing, WEIGHTS.missing_names, WEIGHTS.missing_numbers) < 0
    assert min(WEIGHTS.two_sentences, WEIGHTS.together, WEIGHTS.weakest_part) > 0


@settings(max_examples=200, deadline=None)
@given(claim=texts, evidence=st.lists(texts, max_size=4).map(tuple))
def test_score_is_bounded_and_the_same_each_time(claim: str, evidence: tuple[str, ...]) -> None:
    score = checker.support(claim, evidence)
    assert 0.0 <= score <= 1.0
    assert checker.support(claim, evidence) == score


@settings(max_examples=100, deadline=None)
@given(claim=texts, evidence=st.lists(texts, max_size=4))
def test_signs_are_finite(claim: str, evidence: list[str]) -> None:
    found = examine(claim, evidence)
    assert found is None or all(math.isfinite(value) for value in astuple(found.signs))


@settings(max_examples=100, deadline=None)
@given(claim=texts, evidence=st.lists(texts, min_size=1, max_size=4))
def test_words_said_nowhere_lower_the_score(claim: str, evidence: list[str]) -> None:
    found = examine(claim, evidence)
    more = examine(f"{claim} zebras gallop", evidence)
    if found is not None and more is not None:
        assert more.signs.missing > found.signs.missing
        assert more.signs.two_sentences < found.signs.two_sentences
