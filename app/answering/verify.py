"""Does the quoted evidence say what a claim says? Checked before anyone sees the claim.

The checks are one-sided: they look for a reason to refuse. A claim that is a contiguous run of a
quote passes; any other must bring no number, date or name that the evidence lacks, must take those
of one clause from one quote and leave them in their places, must agree with the evidence in
negation and hedging, and must be covered by its content words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.answering.parties import clauses, is_joined, turned_round
from app.answering.quantities import bindings, dates, holds, quantities, without_dates
from app.answering.terms import (
    content_terms,
    fold,
    is_function_word,
    key_of,
    keys,
    names_of,
    synonyms,
    terms,
)

MIN_COVERED = 0.6
"""Share of a claim's content words that its evidence must hold, themselves or as synonyms."""


class Check(StrEnum):
    """What a claim can fail on."""

    EVIDENCE = "evidence"
    NUMBERS = "numbers"
    NAMES = "names"
    ROLES = "roles"
    """Two names have changed places."""
    JOINED = "joined"
    """One clause takes its names and numbers from different quotes."""
    NEGATION = "negation"
    HEDGING = "hedging"
    EXTENT = "extent"
    """All instead of most, half instead of a quarter."""
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that a claim failed, and on what."""

    check: Check
    detail: str


_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|neither|without|cannot|nothing|nobody|hardly|barely|fails? to|"
    r"failed to|refus\w+|den(?:y|ied|ies)|reject\w*|lacks?|lacked)\b|n't\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:may|might|could|would|should|perhaps|possibly|probably|likely|reportedly|allegedly|"
    r"apparently|appears?|seems?|suggests?|expect\w*|plans?|planned|planning|propos\w+|intend\w*|"
    r"aims?|hop(?:es?|ed|ing)|consider\w*|potential\w*|rumou?red|in talks|in the works|believes?|"
    r"believed|thinks?|predicts?|estimat\w+|anticipat\w*|if)\b",
    re.IGNORECASE,
)
# Weaker than a hedge: speaks for its own clause alone.
_LIMIT = re.compile(
    r"\b(?:agree[sd]? to|want(?:s|ed)? to|up to|most of|some of|part of)\b", re.IGNORECASE
)
_EXTENTS = tuple(
    frozenset(line.split())
    for line in (
        "all every each always entire entirely whole wholly both",
        "only sole solely exclusively",
        "most majority mostly",
        "half halves",
        "third thirds",
        "quarter quarters",
        "twice double doubled",
        "triple tripled",
        "first",
        "last",
    )
)
_OPPOSITES = tuple(
    (frozenset(map(key_of, left.split())), frozenset(map(key_of, right.split())))
    for left, right in (
        ("rise increase raise grow gain", "fall decrease lower drop decline reduce cut shrink"),
        ("support favour favor approve accept welcome", "oppose reject block resist"),
        ("join enter", "leave quit exit"),
        ("buy acquire", "sell"),
        ("win succeed", "lose fail"),
        ("admit confess", "deny"),
        ("strong", "weak"),
        ("better improve", "worse worsen"),
        ("larger largest bigger biggest", "smaller smallest"),
        ("early earlier before", "late later after"),
    )
)


def verify(claim: str, quotes: Sequence[str]) -> list[Failure]:
    """Every check that a claim fails against the quotes it cites; empty if it is supported.

    Args:
        claim: One sentence.
        quotes: Exact quotes of the sources. Without any, nothing is supported.
    """
    quotes = [quote for quote in quotes if quote.strip()]
    if not quotes or not claim.strip():
        return [Failure(Check.EVIDENCE, "there is no quote to check against")]
    if any(is_run_of(claim, quote) for quote in quotes):
        return []
    evidence = " ".join(quotes)
    return [
        *_numbers(claim, quotes),
        *_names(claim, evidence),
        *_places(claim, quotes),
        *_polarity(claim, evidence),
        *_extent(claim, evidence),
        *_content(claim, evidence),
    ]


def is_run_of(claim: str, quote: str) -> bool:
    """Whether a claim is one run of whole words of a quote, up to spacing and kinds of quotes.

    A run that starts after a "not" or ends before one is still refused: the words that are left out
    at either side may not turn its sense.
    """
    whole, part = _plain(quote), _plain(claim)
    at = f" {whole} ".find(f" {part} ")
    if at < 0 or not part:
        return False
    left_out = f" {whole} "[:at] + " | " + f" {whole} "[at + len(part) + 1 :]
    return part == whole or not (_negated(left_out) or _hedged(left_out) or _LIMIT.search(left_out))


def _plain(text: str) -> str:
    return " ".join(fold(text).split()).strip("\"' .")


def _negated(text: str) -> bool:
    return _NEGATION.search(fold(text)) is not None


def _hedged(text: str) -> bool:
    return _HEDGE.search(without_dates(text)) is not None


def _numbers(claim: str, quotes: Sequence[str]) -> list[Failure]:
    evidence = " ".join(quotes)
    held, dated = quantities(evidence), dates(evidence)
    said = sorted(quantities(claim))
    unknown = [
        *(f"{value:g} {unit}".strip() for value, unit in said if not holds(held, value, unit)),
        *sorted(str(date) for date in dates(claim) if not any(map(date.is_in, dated))),
    ]
    moved = [
        f"{value:g} belongs to something else"
        for place, values in bindings(claim).items()
        for value in sorted(values)
        if not any(_permits(quote, place, value) for quote in quotes)
    ]
    return [Failure(Check.NUMBERS, each) for each in unknown or moved]


def _permits(quote: str, place: str, value: float) -> bool:
    """Whether a quote holds a number and does not give another one in that place."""
    known = {each for each, _ in quantities(quote)}
    return value in known and value in bindings(quote).get(place, {value})


def _names(claim: str, evidence: str) -> list[Failure]:
    held = keys(terms(evidence))
    unknown = [name.text for name in names_of(claim) if not name.keys <= held]
    # The first word has its capital anyway: taken for a name unless the evidence knows it.
    opening = next(iter(terms(claim)), None)
    if (
        opening
        and not unknown
        and opening.text[:1].isupper()
        and opening.key not in held
        and not is_function_word(opening.text)
        and not synonyms(opening.key) & _groups(held)
    ):
        unknown.append(opening.text)
    return [Failure(Check.NAMES, name) for name in unknown]


def _places(claim: str, quotes: Sequence[str]) -> list[Failure]:
    if turned_round(claim, quotes):
        return [Failure(Check.ROLES, "the names stand the other way round")]
    if is_joined(claim, quotes):
        return [Failure(Check.JOINED, "no quote has these names and numbers together")]
    return []


def _polarity(claim: str, evidence: str) -> list[Failure]:
    failures = []
    if _negated(claim) != _negated(evidence):
        failures.append(Failure(Check.NEGATION, "one of claim and evidence is negated"))
    elif any(_is_denied(clause, evidence) for clause in clauses(claim)):
        failures.append(Failure(Check.NEGATION, "what is negated has changed"))
    if _hedged(evidence) and not _hedged(claim):
        failures.append(Failure(Check.HEDGING, "the evidence is hedged, the claim is not"))
    elif any(_is_unlimited(clause, evidence) for clause in clauses(claim)):
        failures.append(Failure(Check.HEDGING, "the evidence is limited, the claim is not"))
    return failures


def _is_denied(clause: str, evidence: str) -> bool:
    """Whether the evidence has this clause's words in clauses of the other polarity only."""
    same = _clauses_with(clause, evidence)
    return bool(same) and all(_negated(each) != _negated(clause) for each in same)


def _is_unlimited(clause: str, evidence: str) -> bool:
    if _hedged(clause) or _LIMIT.search(clause):
        return False
    return all(_LIMIT.search(each) for each in _clauses_with(clause, evidence) or [fold(evidence)])


def _clauses_with(clause: str, evidence: str) -> list[str]:
    """Clauses of the evidence that hold all content words of a clause."""
    wanted = keys(content_terms(clause))
    return [each for each in clauses(evidence) if wanted and wanted <= keys(content_terms(each))]


def _extent(claim: str, evidence: str) -> list[Failure]:
    said, held = _lower_words(claim), _lower_words(evidence)
    details = [
        " or ".join(sorted(group & said)) for group in _EXTENTS if group & said and not group & held
    ]
    said_keys, held_keys = frozenset(map(key_of, said)), frozenset(map(key_of, held))
    for one, other in (pair[::step] for pair in _OPPOSITES for step in (1, -1)):
        if said_keys & one and not held_keys & one and held_keys & other:
            details.append("the opposite of " + " or ".join(sorted(held_keys & other)))
    return [Failure(Check.EXTENT, detail) for detail in details]


def _lower_words(text: str) -> frozenset[str]:
    return frozenset(term.text.lower() for term in terms(text))


def _content(claim: str, evidence: str) -> list[Failure]:
    wanted = keys(content_terms(claim))
    held = keys(content_terms(evidence))
    missing = {key for key in wanted if key not in held and not synonyms(key) & _groups(held)}
    if wanted and 1 - len(missing) / len(wanted) >= MIN_COVERED:
        return []
    return [Failure(Check.CONTENT, "not in the evidence: " + " ".join(sorted(missing)))]


def _groups(held: Collection[str]) -> frozenset[int]:
    return frozenset[int]().union(*(synonyms(key) for key in held))
