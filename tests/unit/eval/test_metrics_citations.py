from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.citations import (
    citation_quality,
    cited_quotes,
    evidence_precision,
    evidence_recall,
    evidence_recall_at,
    evidence_word_recall,
    expected_support,
    quote_exactness,
    reworded,
)
from eval.metrics.matching import words
from eval.types import FoundPassage, Quote, SaidCitation, SaidClaim

quick = settings(max_examples=50, deadline=None)
GOLD = (
    Quote("report", "Sales rose by 5%. Costs fell."),
    Quote(None, "A new CEO was appointed in 2021."),
)
sentence = st.sampled_from(["Sales rose.", "Costs fell.", "It closed in 2018.", "Nobody said."])
quote = st.builds(
    Quote, st.sampled_from([None, "a", "b"]), st.lists(sentence, max_size=3).map(" ".join)
)
evidence = st.lists(quote.filter(lambda each: bool(each.text)), min_size=1, max_size=3)
claim = st.builds(
    SaidClaim,
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=3).map(" ".join),
    st.lists(st.integers(1, 4), max_size=3).map(tuple),
)
cited = st.lists(st.lists(st.sampled_from("abcd"), max_size=3).map(" ".join), max_size=3).map(
    lambda texts: [SaidCitation(n, None, text) for n, text in enumerate(texts, 1)]
)


class WordChecker:
    """Evidence supports a claim when it holds all of its words."""

    def support(self, claim: str, evidence: tuple[str, ...]) -> float:
        assert evidence, "empty evidence is nothing to ask about"
        return float(set(words(claim)) <= set(words(" ".join(evidence))))


def test_exactness_by_hand() -> None:
    given_spans = [
        SaidCitation(n, "a", "x", 0, 1, exact)
        for n, exact in enumerate([True, True, False, None], 1)
    ]
    assert quote_exactness(given_spans) == pytest.approx(2 / 3)  # the one without span is left out
    assert quote_exactness(given_spans[3:]) is None
    assert quote_exactness([]) is None


def test_evidence_recall_by_hand() -> None:
    both_sentences = [Quote("report", "In May sales rose by 5%."), Quote("report", "Costs  fell")]
    assert evidence_recall(both_sentences, GOLD) == 1 / 2  # the first quote, in two parts
    assert evidence_recall(both_sentences[:1], GOLD) == 0  # half a quote is none
    assert evidence_recall([Quote("other", "Sales rose by 5%. Costs fell.")], GOLD) == 0
    assert evidence_recall([Quote("any", GOLD[1].text)], GOLD) == 1 / 2  # gold names no source
    assert evidence_recall([Quote(None, each.text) for each in GOLD], GOLD) == 1
    assert evidence_recall([], GOLD) == 0
    assert evidence_recall([], ()) is None


def test_gold_evidence_contains_itself_whatever_signs_stand_in_it() -> None:
    gold = (Quote("a", "He said so . '' \n\n ''"), Quote("a", "`` Then he left . ''"))
    assert evidence_recall(gold, gold) == 1
    assert evidence_precision(gold, gold) == 1


def test_evidence_within_passages_by_hand() -> None:
    passages = [
        FoundPassage("report", "Head. Sales rose by 5%.", 3.0),
        FoundPassage("other", "Costs fell.", 2.0),
        FoundPassage("report", "Costs fell. A new CEO was appointed in 2021.", 1.0),
    ]
    assert evidence_recall_at(2, passages, GOLD) == 0  # costs fell in another report
    assert evidence_recall_at(3, passages, GOLD) == 1
    assert evidence_recall_at(3, passages[:1], GOLD) == 0


def test_evidence_words_by_hand() -> None:
    # wanted: sales rose by 5 costs fell (6) + a new ceo was appointed in 2021 (7) = 13 words
    # cited: sales rose, rose (once only), in, 2021 = 4 of them
    cited_words = [Quote("x", "Sales rose, rose"), Quote("x", "in 2021 or so")]
    assert evidence_word_recall(cited_words, GOLD) == pytest.approx(4 / 13)
    assert evidence_word_recall([], GOLD) == 0
    assert evidence_word_recall(cited_words, ()) is None


def test_evidence_precision_by_hand() -> None:
    given_quotes = [
        Quote("report", "Sales rose by 5%."),  # within gold
        Quote("report", "Then costs fell. Nobody knew."),  # holds the second sentence of gold
        Quote("report", "Well, a new CEO was appointed in 2021."),  # holds one
        Quote("report", "Profits doubled."),  # neither
        Quote("other", "Sales rose by 5%."),  # the words of another source
    ]
    assert evidence_precision(given_quotes, GOLD) == pytest.approx(3 / 5)  # the first three
    assert evidence_precision([given_quotes[0], given_quotes[0], given_quotes[3]], GOLD) == 1 / 2
    assert evidence_precision([], GOLD) == 0
    assert evidence_precision(given_quotes, ()) is None


def test_alce_by_hand() -> None:
    claims = [
        SaidClaim("a b", (1, 2)),  # supported by both together, and each is needed: 2 of 2
        SaidClaim("a", (1, 3)),  # supported; 3 alone does not, and 1 does without it: 1 of 2
        SaidClaim("d", (3,)),  # not supported: 0 of 1
        SaidClaim("a"),  # without citation: not supported
        SaidClaim("b", (2, 9)),  # supported; nothing is cited as 9: 1 of 2
    ]
    quality = citation_quality(
        claims, [SaidCitation(n, None, text) for n, text in enumerate("abc", 1)], WordChecker()
    )
    assert quality.recall == pytest.approx(3 / 5)
    assert quality.precision == pytest.approx(4 / 7)


def test_two_citations_that_each_support_are_both_precise() -> None:
    # neither is needed, but each supports the claim alone: ALCE calls neither irrelevant
    both = [SaidCitation(1, None, "a"), SaidCitation(2, None, "a b")]
    quality = citation_quality([SaidClaim("a", (1, 2))], both, WordChecker())
    assert (quality.recall, quality.precision) == (1, 1)


def test_an_answer_without_claims_or_citations_has_no_quality() -> None:
    assert citation_quality([], [], WordChecker()).recall == 0
    uncited = citation_quality([SaidClaim("a")], [], WordChecker())
    assert (uncited.recall, uncited.precision) == (0, 0)


def test_what_is_cited_keeps_its_source() -> None:
    assert cited_quotes([SaidCitation(1, "a", "text")]) == (Quote("a", "text"),)


@quick
@given(st.lists(quote, max_size=3), evidence)
def test_evidence_measures_lie_between_none_and_all_in_any_order(
    given_quotes: list[Quote], gold: list[Quote]
) -> None:
    for measure in (evidence_recall, evidence_word_recall, evidence_precision):
        value = measure(given_quotes, gold)
        assert value is not None
        assert 0 <= value <= 1
        assert measure(given_quotes[::-1], gold[::-1]) == value


@quick
@given(st.lists(quote, max_size=3), quote, evidence)
def test_citing_more_never_lowers_recall(
    given_quotes: list[Quote], more: Quote, gold: list[Quote]
) -> None:
    for measure in (evidence_recall, evidence_word_recall):
        assert (measure([*given_quotes, more], gold) or 0) >= (measure(given_quotes, gold) or 0)


@quick
@given(st.lists(quote, max_size=3), evidence)
def test_citing_the_gold_evidence_recalls_all_and_never_lowers_precision(
    given_quotes: list[Quote], gold: list[Quote]
) -> None:
    assert evidence_recall([*given_quotes, *gold], gold) == 1
    assert evidence_word_recall([*given_quotes, *gold], gold) == 1
    assert evidence_precision(gold, gold) == 1
    before = evidence_precision(given_quotes, gold) or 0
    assert (evidence_precision([*given_quotes, gold[0]], gold) or 0) >= before


@quick
@given(st.lists(quote, max_size=5), evidence, st.integers(1, 4))
def test_reading_deeper_never_lowers_recall(
    found: list[Quote], gold: list[Quote], depth: int
) -> None:
    passages = [FoundPassage(each.source, each.text, 0.0) for each in found]
    shallow = evidence_recall_at(depth, passages, gold)
    deep = evidence_recall_at(depth + 1, passages, gold)
    assert shallow is not None
    assert deep is not None
    assert 0 <= shallow <= deep <= 1


@quick
@given(st.lists(claim, max_size=4), cited)
def test_alce_lies_between_none_and_all_in_any_order(
    claims: list[SaidClaim], citations: list[SaidCitation]
) -> None:
    quality = citation_quality(claims, citations, WordChecker())
    assert 0 <= quality.recall <= 1
    assert 0 <= quality.precision <= 1
    turned = [SaidClaim(each.text, each.citations[::-1]) for each in reversed(claims)]
    assert citation_quality(turned, citations[::-1], WordChecker()) == quality


@quick
@given(st.lists(claim, max_size=4), cited)
def test_a_claim_that_quotes_its_citation_never_lowers(
    claims: list[SaidClaim], citations: list[SaidCitation]
) -> None:
    before = citation_quality(claims, citations, WordChecker())
    more = [*citations, SaidCitation(99, None, "a b")]
    after = citation_quality([*claims, SaidClaim("a b", (99,))], more, WordChecker())
    assert after.recall >= before.recall
    assert after.precision >= before.precision


@quick
@given(st.lists(claim, min_size=1, max_size=4), cited)
def test_citing_everything_recalls_at_least_as_much(
    claims: list[SaidClaim], citations: list[SaidCitation]
) -> None:
    everything = tuple(each.n for each in citations)
    all_cited = [SaidClaim(each.text, everything) for each in claims]
    before = citation_quality(claims, citations, WordChecker())
    assert citation_quality(all_cited, citations, WordChecker()).recall >= before.recall


def test_expected_support_by_hand() -> None:
    checker = WordChecker()
    wanted = [["It rose by half. It fell."], ["It rose.", "Nobody knows why. Who asks?"]]
    # Of the first way one of two sentences is held, of the second one of three.
    assert expected_support(wanted, ["By half it rose.", "It shut."], checker) == 1 / 2
    assert expected_support([["It rose.", "It shut."]], ["It shut, it rose."], checker) == 1
    assert expected_support(wanted, [], checker) == 0
    assert expected_support([], ["It rose."], checker) is None
    assert expected_support([[]], ["It rose."], checker) is None


def test_a_claim_is_reworded_unless_a_quote_that_it_cites_has_its_words_in_one_run() -> None:
    citations = [
        SaidCitation(1, None, "In 2018 it rose, a lot."),
        SaidCitation(2, None, "It fell."),
    ]
    same = SaidClaim("It rose a lot", (1,))
    elsewhere = SaidClaim("It rose a lot", (2,))
    other = SaidClaim("A lot it rose", (1, 2))
    bare = SaidClaim("It fell.", ())
    assert reworded([same, elsewhere, other, bare], citations) == (elsewhere, other, bare)


@quick
@given(wanted=st.lists(st.lists(sentence, max_size=3), max_size=3), quotes=st.lists(sentence))
def test_more_quotes_never_lower_what_is_supported(
    wanted: list[list[str]], quotes: list[str]
) -> None:
    few = expected_support(wanted, quotes[:1], WordChecker())
    many = expected_support(wanted, quotes, WordChecker())
    assert (few is None) == (many is None)
    assert few is None or (many is not None and 0 <= few <= many <= 1)
