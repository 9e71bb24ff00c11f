"""Measures of citations: exact quotes, the gold evidence, support of each claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from eval.metrics.matching import quotes, sentences, words
from eval.types import FoundPassage, Quote, SaidCitation, SaidClaim, SupportChecker

SUPPORTED = 0.5
"""From here on a checker says "supported"; its protocol fixes it."""

EVIDENCE_CUTOFF = 5
"""Passages that RAGEval reads."""


@dataclass(frozen=True, slots=True)
class CitationQuality:
    """ALCE's citation recall and precision of one answer, each in [0, 1]."""

    recall: float
    precision: float


def quote_exactness(citations: Sequence[SaidCitation]) -> float | None:
    """Share of the quotes that are in their source at their span; 1 is promised by the product.

    Quotes without a span are left out; None if there is no other.
    """
    checked = [each.is_exact for each in citations if each.is_exact is not None]
    return sum(checked) / len(checked) if checked else None


def evidence_recall(cited: Iterable[Quote], evidence: Sequence[Quote]) -> float | None:
    """Share of the gold evidence quotes that the cited quotes contain; None without evidence.

    A gold quote is contained when each of its sentences stands, word for word, in one of the
    cited quotes; where both sides name a source it must be the same. Source: `Recall` of RAGEval
    (Zhu et al., arXiv 2408.01262, section 4.1), there over retrieved passages.
    """
    if not evidence:
        return None
    given = tuple(cited)
    return sum(_is_contained(gold, given) for gold in evidence) / len(evidence)


def evidence_recall_at(
    k: int, passages: Sequence[FoundPassage], evidence: Sequence[Quote]
) -> float | None:
    """Share of the gold evidence contained in the first k passages: RAGEval's recall.

    As `evidence_recall`; each gold sentence may be in another passage.
    """
    return evidence_recall((Quote(each.source, each.text) for each in passages[:k]), evidence)


def evidence_word_recall(cited: Iterable[Quote], evidence: Sequence[Quote]) -> float | None:
    """Share of the words of the gold evidence that the cited quotes hold; None without evidence.

    Words count as often as they stand there, at most as often as they are cited (ROUGE-1 recall,
    Lin 2004, of all evidence together), so half a sentence earns half. Sources are not compared.
    """
    if not evidence:
        return None
    wanted, given = _counted(evidence), _counted(cited)
    return (wanted & given).total() / wanted.total() if wanted else 0.0


def evidence_precision(cited: Iterable[Quote], evidence: Sequence[Quote]) -> float | None:
    """Share of the cited quotes that hold a gold sentence or are within a gold quote.

    None without evidence; 0 if nothing is cited. A quote cited twice counts once. Evidence lists
    are seldom complete: a good quote that nobody listed counts as wrong, so compare systems by
    it, and do not read it by itself.
    """
    if not evidence:
        return None
    given = tuple(dict.fromkeys(cited))
    return sum(_is_gold(each, evidence) for each in given) / len(given) if given else 0.0


def citation_quality(
    claims: Sequence[SaidClaim], citations: Sequence[SaidCitation], checker: SupportChecker
) -> CitationQuality:
    """Citation recall and precision of ALCE; 0 and 0 for an answer without claims.

    Recall: share of the claims that all their citations together support; a claim without
    citation is not supported. Precision: share of the citations, over all claims, that are not
    in vain: the claim is supported, and the citation supports it alone or the others do not
    support it without this one. A number that no citation has supports nothing and counts.
    Source: Gao et al., "Enabling Large Language Models to Generate Text with Citations",
    EMNLP 2023 (arXiv 2305.14627), section 3; the checker takes the place of its NLI model.
    """
    texts = {each.n: each.quote for each in citations}
    supported = useful = given = 0
    for claim in claims:
        numbers = tuple(dict.fromkeys(claim.citations))
        given += len(numbers)
        if not _supports(claim.text, _texts(numbers, texts), checker):
            continue
        supported += 1
        useful += sum(_is_needed(n, numbers, claim.text, texts, checker) for n in numbers)
    return CitationQuality(
        recall=supported / len(claims) if claims else 0.0,
        precision=useful / given if given else 0.0,
    )


def reworded(
    claims: Sequence[SaidClaim], citations: Sequence[SaidCitation]
) -> tuple[SaidClaim, ...]:
    """The claims that are not, word for word, part of one of the quotes that they cite."""
    texts = {each.n: each.quote for each in citations}
    return tuple(
        claim
        for claim in claims
        if not any(quotes(text, claim.text) for text in _texts(claim.citations, texts))
    )


def expected_support(
    wanted: Sequence[Sequence[str]], cited: Sequence[str], checker: SupportChecker
) -> float | None:
    """Share of the sentences of an expected answer that the cited quotes support.

    Says what reads well in an answer made of quotes, where support of each sentence by its own
    quote says nothing. None if nothing is expected; 0 if nothing is cited.

    Args:
        wanted: Ways to answer, each as its texts; the best supported one counts.
        cited: The quotes of the answer, all together.
        checker: Judges each sentence.
    """
    ways = [[part for text in texts for part in sentences(text)] for texts in wanted]
    return max(
        (
            sum(_supports(part, tuple(cited), checker) for part in parts) / len(parts)
            for parts in ways
            if parts
        ),
        default=None,
    )


def cited_quotes(citations: Iterable[SaidCitation]) -> tuple[Quote, ...]:
    """What was cited, with its source."""
    return tuple(Quote(each.source, each.quote) for each in citations)


def _is_needed(
    n: int,
    numbers: Sequence[int],
    claim: str,
    texts: dict[int, str],
    checker: SupportChecker,
) -> bool:
    """Of a claim that is supported: whether this citation does any of the work."""
    if n not in texts:
        return False
    if len(numbers) == 1 or _supports(claim, (texts[n],), checker):
        return True
    rest = _texts([other for other in numbers if other != n], texts)
    return not _supports(claim, rest, checker)


def _supports(claim: str, evidence: tuple[str, ...], checker: SupportChecker) -> bool:
    return bool(evidence) and checker.support(claim, evidence) >= SUPPORTED


def _texts(numbers: Iterable[int], texts: dict[int, str]) -> tuple[str, ...]:
    return tuple(texts[n] for n in numbers if n in texts)


def _is_contained(gold: Quote, given: Sequence[Quote]) -> bool:
    parts = sentences(gold.text)
    return bool(parts) and all(
        any(_same_source(gold, each) and quotes(each.text, part) for each in given)
        for part in parts
    )


def _is_gold(cited: Quote, evidence: Sequence[Quote]) -> bool:
    return any(
        _same_source(gold, cited)
        and (
            quotes(gold.text, cited.text)
            or any(quotes(cited.text, part) for part in sentences(gold.text))
        )
        for gold in evidence
    )


def _same_source(one: Quote, other: Quote) -> bool:
    return one.source is None or other.source is None or one.source == other.source


def _counted(texts: Iterable[Quote]) -> Counter[str]:
    return Counter(chain.from_iterable(words(each.text) for each in texts))
