"""Does the quoted evidence say what a claim says? Checked before anyone sees the claim.

The checks are one-sided: they look for a reason to refuse. A claim that is a contiguous run of a
quote passes; any other must bring no number, date or name that the evidence lacks, must agree with
it in negation and hedging, and must be covered by its content words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.answering.terms import (
    content_terms,
    fold,
    is_function_word,
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
    NEGATION = "negation"
    HEDGING = "hedging"
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
    r"aims?|hopes?|consider\w*|potential\w*|rumou?red|in talks|in the works|believes?|believed|"
    r"thinks?|predicts?|estimat\w+|anticipat\w*|if)\b",
    re.IGNORECASE,
)
_NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen twenty
        """.split()
    )
} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "dozen": 12,
}
_SCALE = {
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
}
_QUANTITY = re.compile(
    r"(?P<sign>[$€£¥])?\s?(?P<digits>\d[\d,]*(?:\.\d+)?|\b(?:" + "|".join(_NUMBER_WORDS) + r")\b)"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|trillion|bn|mn|[kmb](?![a-z])))?"
    r"\s?(?P<unit>%|per ?cent\b|percentage points?\b|dollars\b|euros\b|pounds\b|usd\b|eur\b)?"
    r"(?:[\s-]?(?P<period>years?|months?|weeks?|days?|hours?)\b)?",
    re.IGNORECASE,
)
_CURRENCY = {
    "$": "usd",
    "dollars": "usd",
    "usd": "usd",
    "€": "eur",
    "euros": "eur",
    "eur": "eur",
    "£": "gbp",
    "pounds": "gbp",
    "¥": "jpy",
}


def verify(claim: str, quotes: Sequence[str]) -> list[Failure]:
    """Every check that a claim fails against the quotes it cites; empty if it is supported.

    Args:
        claim: One sentence.
        quotes: Exact quotes of the sources. Without any, nothing is supported.
    """
    evidence = " ".join(quote for quote in quotes if quote.strip())
    if not evidence or not claim.strip():
        return [Failure(Check.EVIDENCE, "there is no quote to check against")]
    if any(is_run_of(claim, quote) for quote in quotes):
        return []
    return [
        *_numbers(claim, evidence),
        *_names(claim, evidence),
        *_polarity(claim, evidence),
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
    return part == whole or not (_NEGATION.search(left_out) or _HEDGE.search(left_out))


def quantities(text: str) -> set[tuple[float, str]]:
    """Numbers of a text with their units: "seven-year" is (7, "year"), "$70 bn" (7e10, "usd")."""
    found = set()
    for match in _QUANTITY.finditer(fold(text)):
        digits = match["digits"].lower()
        value = float(
            _NUMBER_WORDS.get(digits, 0) if digits in _NUMBER_WORDS else digits.replace(",", "")
        )
        if match["scale"]:
            value *= _SCALE[match["scale"].lower()]
        found.add((value, _unit(match)))
    return found


def _unit(match: re.Match[str]) -> str:
    unit = (match["unit"] or "").lower()
    if unit == "%" or unit.startswith("per"):
        return "percent"
    currency = _CURRENCY.get(match["sign"] or unit)
    if currency:
        return currency
    return (match["period"] or "").lower().rstrip("s")


def _plain(text: str) -> str:
    return " ".join(fold(text).split()).strip("\"' .")


def _numbers(claim: str, evidence: str) -> list[Failure]:
    held = quantities(evidence)
    values = {value for value, _ in held}
    return [
        Failure(Check.NUMBERS, f"{value:g} {unit}".strip())
        for value, unit in sorted(quantities(claim))
        if (value, unit) not in held and (unit or value not in values)
    ]


def _names(claim: str, evidence: str) -> list[Failure]:
    held = keys(terms(evidence))
    unknown = [name.text for name in names_of(claim) if not name.keys <= held]
    # The first word has its capital anyway: taken for a name unless the evidence knows it.
    opening = next(iter(terms(claim)), None)
    if opening and not unknown and opening.key not in held and not is_function_word(opening.text):
        groups = frozenset[int]().union(*(synonyms(key) for key in held))
        if opening.text[:1].isupper() and not synonyms(opening.key) & groups:
            unknown.append(opening.text)
    return [Failure(Check.NAMES, name) for name in unknown]


def _polarity(claim: str, evidence: str) -> list[Failure]:
    failures = []
    if bool(_NEGATION.search(fold(claim))) != bool(_NEGATION.search(fold(evidence))):
        failures.append(Failure(Check.NEGATION, "one of claim and evidence is negated"))
    if _HEDGE.search(fold(evidence)) and not _HEDGE.search(fold(claim)):
        failures.append(Failure(Check.HEDGING, "the evidence is hedged, the claim is not"))
    return failures


def _content(claim: str, evidence: str) -> list[Failure]:
    wanted = keys(content_terms(claim))
    held = keys(content_terms(evidence))
    groups = frozenset[int]().union(*(synonyms(key) for key in held))
    missing = {key for key in wanted if key not in held and not synonyms(key) & groups}
    if wanted and 1 - len(missing) / len(wanted) >= MIN_COVERED:
        return []
    return [Failure(Check.CONTENT, "not in the evidence: " + " ".join(sorted(missing)))]
