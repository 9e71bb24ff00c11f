from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.evidence.evidence import Evidence
from app.answering.verification.settling import MARK, Unsupported, _around, settle
from app.answering.verification.verify import verify
from app.types import Verdict
from tests.builders_answering import SUPPORT, make_evidence

PAID = make_evidence("Pfizer paid BioNTech $185 million at the start.", ordinal=0)
COSTS = make_evidence("Development costs are shared equally.", ordinal=1)
TERMS = make_evidence("The companies published the terms on 9 April 2020.", ordinal=2)
READ = (PAID, COSTS, TERMS)


def test_a_supported_sentence_keeps_its_words_and_its_citation() -> None:
    settled = settle("At the start Pfizer paid BioNTech $185 million.", [PAID], READ, SUPPORT)
    assert (settled.evidence, settled.verdict) == ((PAID,), Verdict.SUPPORTED)
    assert settled.is_shown
    assert not settled.is_moved
    assert settled.failures == ()


def test_a_citation_that_adds_nothing_is_left_out() -> None:
    settled = settle("Development costs are shared equally.", [PAID, COSTS, TERMS], READ, SUPPORT)
    assert settled.evidence == (COSTS,)


@pytest.mark.parametrize("cited", [(), (TERMS,), (TERMS, COSTS)])
def test_a_wrong_or_missing_number_is_put_right(cited: tuple[Evidence, ...]) -> None:
    settled = settle("Pfizer paid BioNTech $185 million.", cited, READ, SUPPORT)
    assert settled.is_moved
    assert settled.evidence == (PAID,)
    assert settled.failures  # of the sentence with what it cited


SHARES = make_evidence(
    "Pfizer paid BioNTech $72 million in cash and $113 million for shares of BioNTech.",
    ordinal=7,
)
REPAID = make_evidence(
    "Pfizer paid all of them, and BioNTech was to repay its half once the vaccine was sold.",
    ordinal=8,
)


@pytest.mark.parametrize(
    "text",
    [
        "Pfizer bought BioNTech.",
        "Pfizer bought BioNTech outright.",
        "Pfizer sold its shares of BioNTech.",
        "Development costs are paid by BioNTech.",
    ],
)
def test_no_quotes_are_put_together_until_something_passes(text: str) -> None:
    settled = settle(text, [], [*READ, SHARES, REPAID], SUPPORT)
    assert not settled.is_shown


def test_a_purchase_is_more_than_a_payment() -> None:
    assert not settle("Pfizer bought BioNTech.", [SHARES], [SHARES], SUPPORT).is_shown


@pytest.mark.parametrize("unsupported", [Unsupported.DROP, Unsupported.REPAIR])
def test_what_nothing_bears_out_is_not_shown(unsupported: Unsupported) -> None:
    settled = settle("Moderna was bought by Merck.", [PAID], READ, SUPPORT, unsupported)
    assert not settled.is_shown
    assert settled.verdict is Verdict.UNSUPPORTED


def test_repair_says_the_sources_own_sentence() -> None:
    settled = settle(
        "Pfizer paid BioNTech $911 million.", [PAID], READ, SUPPORT, Unsupported.REPAIR
    )
    assert (settled.text, settled.evidence) == (PAID.text, (PAID,))
    assert settled.verdict is Verdict.REPAIRED
    assert settled.is_shown


def test_repair_does_not_say_something_else_instead() -> None:
    settled = settle("Pfizer dismissed its whole board.", [PAID], READ, SUPPORT, Unsupported.REPAIR)
    assert not settled.is_shown


def test_marked_sentences_say_so_and_cite_nothing() -> None:
    settled = settle("Pfizer paid BioNTech $911 million.", [PAID], READ, SUPPORT, Unsupported.MARK)
    assert settled.text == f"Pfizer paid BioNTech $911 million. {MARK}"
    assert settled.evidence == ()
    assert settled.verdict is Verdict.UNSUPPORTED


@pytest.mark.parametrize("text", ["", "   "])
@pytest.mark.parametrize("unsupported", Unsupported)
def test_nothing_is_never_shown(text: str, unsupported: Unsupported) -> None:
    assert not settle(text, [PAID], READ, SUPPORT, unsupported).is_shown


WORDS = st.sampled_from(
    "Pfizer BioNTech Moderna paid was not $185 $911 million at the start costs shared equally 2020 "
    "April development".split()
)


@given(
    st.lists(WORDS, min_size=1, max_size=9).map(" ".join),
    st.lists(st.sampled_from(range(len(READ))), max_size=3, unique=True),
    st.sampled_from([Unsupported.DROP, Unsupported.REPAIR]),
)
def test_whatever_is_shown_is_borne_out_by_what_it_cites(
    text: str, cited: list[int], unsupported: Unsupported
) -> None:
    settled = settle(text, [READ[n] for n in cited], READ, SUPPORT, unsupported)
    if settled.is_shown:
        quotes = [item.text for item in settled.evidence]
        around = _around(settled.evidence, READ)
        assert verify(settled.text, quotes, SUPPORT, around=around) == []
