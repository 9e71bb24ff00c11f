"""Does the quoted evidence say what a claim says? Checked before anyone sees the claim.

The checks are one-sided: they look for a reason to refuse. A claim that is a contiguous run of a
quote passes. Any other is taken apart into statements, and for each there must be a statement of
the evidence, among those that have most of its words, that has all its names, numbers and dates,
with the same parts played by the same names, and agrees with it in negation, hedging and extent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.amounts import amounts, moments
from app.answering.bearing import failures, is_better_dated, shared
from app.answering.checks import Check, Failure
from app.answering.foreign import brought_in, is_instruction, plain
from app.answering.naming import mixed_names, name_keys, unknown_names, with_abbreviations
from app.answering.polarity import marker
from app.answering.sides import Said, Source
from app.answering.statements import Statement, sentences_of, statements
from app.answering.terms import fold, terms
from app.answering.verbs import is_content

__all__ = ["Check", "Failure", "is_run_of", "verify"]

MAX_CLAIM_CHARACTERS = 2_000
"""No sentence that one can check against a few quotes is longer."""
NEAR_BEST = 0.6
"""A statement of the evidence that has this share of the best one's words may bear a claim out."""
MAX_TRIED = 5
"""Statements of the evidence that are tried for one of the claim."""
QUOTED_WORDS = 3
"""From so many words on, what stands in quotation marks is a quotation and no term."""

_TURNS = re.compile(
    r"\b(?:not|no|never|none|nor|neither|without|cannot|nothing|nobody|hardly|barely|fails? to|"
    r"failed to|refus\w+|den(?:y|ied|ies)|reject\w*|lacks?|lacked)\b|n't\b|"
    r"\b(?:agree[sd]? to|want(?:s|ed)? to|up to|most of|some of|part of|if)\b",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(r"\.\s?\.\s?\.|…|\[\.*\]")
_QUOTED = re.compile(r'"([^"]+)"')
_ANSWER = re.compile(r"^\s*(?:yes|no)\s*[,:;.-]\s+", re.IGNORECASE)


def verify(claim: str, quotes: Sequence[str]) -> list[Failure]:
    """Every check that a claim fails against the quotes it cites; empty if it is supported.

    Args:
        claim: One sentence.
        quotes: Exact quotes of the sources. Without any, nothing is supported. Put those of one
            source in its order: "It is to last seven years" leans on what stands before it.
    """
    quotes = [quote for quote in quotes if quote.strip()]
    if not quotes or not claim.strip():
        return [Failure(Check.EVIDENCE, "there is no quote to check against")]
    if any(is_run_of(claim, quote) for quote in quotes):
        return []
    if len(claim) > MAX_CLAIM_CHARACTERS:
        return [Failure(Check.CONTENT, f"{len(claim)} characters are no sentence")]
    foreign = [Failure(Check.FOREIGN, each) for each in brought_in(claim, quotes)]
    return [*foreign, *_quotation(claim, quotes), *_compare(claim, quotes)]


def is_run_of(claim: str, quote: str) -> bool:
    """Whether a claim is one run of whole words of a quote, up to spacing and kinds of quotes.

    A run that starts after a "not" or ends before one is still refused: the words that are left out
    at either side may not turn its sense.
    """
    whole, part = _words(quote), _words(claim)
    at = f" {whole} ".find(f" {part} ")
    if at < 0 or not part:
        return False
    left_out = f" {whole} "[:at] + " | " + f" {whole} "[at + len(part) + 1 :]
    return part == whole or not (
        _TURNS.search(left_out) or marker(terms(left_out)) is not None or is_instruction(quote)
    )


def _words(text: str) -> str:
    return " ".join(fold(text).split()).strip("\"' .")


def _quotation(claim: str, quotes: Sequence[str]) -> list[Failure]:
    if _ELLIPSIS.search(claim):
        return [Failure(Check.QUOTATION, "words are left out")]
    held = [f" {_bare(quote)} " for quote in quotes]
    return [
        Failure(Check.QUOTATION, f"no quote has {quoted!r}")
        for quoted in _QUOTED.findall(fold(claim))
        if len(quoted.split()) >= QUOTED_WORDS
        and not any(f" {_bare(quoted)} " in each for each in held)
    ]


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).lower()))


def _compare(claim: str, quotes: Sequence[str]) -> list[Failure]:
    told = [
        sentence
        for quote in quotes
        for sentence in sentences_of(fold(plain(quote)))
        if not is_instruction(sentence)
    ]
    if not told:
        return [Failure(Check.EVIDENCE, "the quotes tell one what to do and state nothing")]
    said = fold(plain(_ANSWER.sub("", claim)))
    said, told = with_abbreviations(said, told)
    names = name_keys([said, *told])
    if not any(is_content(term) or term.is_number for term in terms(said)):
        return [Failure(Check.CONTENT, "it states nothing")]
    unknown = [*_unknown_numbers(said, told), *unknown_names(said, told, names)]
    unknown = unknown or list(mixed_names(said, told, names))
    if unknown:
        return unknown
    evidence: list[Statement] = []
    for sentence in told:
        evidence += statements(sentence, names, fine=False, before=evidence[::-1])
    sources = [Source(statement) for statement in evidence]
    claimed = tuple(statements(said, names, fine=True))
    if not claimed or not sources:
        return [Failure(Check.CONTENT, "one of claim and evidence states nothing")]
    everything = frozenset(key for statement in evidence for key in statement.keys)
    return [
        failure
        for statement in claimed
        for failure in _unsupported(Said(statement, claimed), sources, everything)
    ]


def _unknown_numbers(claim: str, told: Sequence[str]) -> list[Failure]:
    held = [amount for sentence in told for amount in amounts(sentence)]
    dated = [moment for sentence in told for moment in moments(sentence)]
    return [
        *(
            Failure(Check.NUMBERS, str(amount))
            for amount in amounts(claim)
            if not any(map(amount.is_said_by, held))
        ),
        *(
            Failure(Check.NUMBERS, str(moment))
            for moment in moments(claim)
            if not any(map(moment.is_said_by, dated))
        ),
    ]


def _unsupported(
    said: Said, sources: Sequence[Source], everything: frozenset[str]
) -> list[Failure]:
    """Why no statement of the evidence bears this one out; empty if one does."""
    ranked = sorted(
        ((shared(said, source), place) for place, source in enumerate(sources)),
        key=lambda each: (-each[0], each[1]),
    )
    best = ranked[0][0]
    fewest: list[Failure] | None = None
    for score, place in ranked[:MAX_TRIED]:
        if score < NEAR_BEST * best:
            break
        found = failures(said, sources[place], everything)
        if not found and is_better_dated(said, sources[place], sources):
            found = [Failure(Check.JOINED, f"{said.moments[-1]} is the date of something else")]
        if not found:
            return []
        if fewest is None or len(found) < len(fewest):
            fewest = found
    return fewest or []
