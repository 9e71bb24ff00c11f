"""Numbers, dates and names of a claim that its evidence does not hold: checked before all else.

A small model mistakes these more easily than anything, and one wrong number is the worst fault, so
what stands in digits or as a name must stand in the evidence, or follow from it by arithmetic. What
only may follow ("a third" of 33 %, "two years later") is a doubt, which is named if the reader
finds the claim unsupported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.answering.text.amounts import AGAINST, Amount, Bound, Moment, amounts, moments
from app.answering.text.demonyms import is_demonym, may_name_place
from app.answering.text.spelled import in_figures
from app.answering.text.terms import content_terms, keys, terms
from app.answering.verification.checks import Check, Failure
from app.answering.verification.derived import follows, implied
from app.answering.verification.naming import (
    mixed_names,
    name_keys,
    unknown_names,
    with_abbreviations,
)
from app.answering.verification.periods import periods, without_periods
from app.dates import MONTHS

COUNTED = 12
"""Smaller numbers and parts in words ("both halves", "four of them") may have been counted."""
COPIED = 0.6
"""Share of a claim's words in one sentence from which on it is taken for a copy."""
LARGE = 1000
"""A sum of money from here on may be told without its currency."""
_COUNTS = re.compile(
    r" (?!(?:of|in|on|a|for|from|to|by|and|or|is|was|were|are|each|per|more|less|at)\b)\w"
)
"""A word behind a number that says of what it is one."""
_A_YEAR_OFF = re.compile(
    r"\byear (?:before|after|earlier|later|ago|on)\b|\b(?:next|last|previous|following) year\b",
    re.I,
)
_YEAR_OF = re.compile(r"\b(this|last|next) year\b", re.I)
_OFF = {"last": -1, "this": 0, "next": 1}
MONTHS_IN_ORDER = tuple(month[:3].lower() for month in MONTHS)
PARTS_OF_MONTH = (({"start"}, 1, 11), ({"middle"}, 10, 21), ({"end", "late"}, 20, 31))
PARTS_OF_YEAR = (({"start"}, 1, 4), ({"middle"}, 4, 9), ({"end", "late"}, 9, 12))
_HUNDREDTHS = re.compile(r"\s?(?:cents?|pence|penn(?:y|ies)|p)\b")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the evidence lacks of a claim's facts."""

    failures: tuple[Failure, ...] = ()
    doubts: tuple[Failure, ...] = ()
    """Not in the evidence as they stand, but they may follow from it."""
    unsure: tuple[Failure, ...] = ()
    """Not in the evidence, which has nothing in their place: the reader must be surer."""


def lacking(claim: str, told: Sequence[str], around: Sequence[str] = ()) -> Facts:
    """Facts of a claim that do not stand in the evidence.

    Args:
        claim: One sentence, folded.
        told: The evidence, folded.
        around: What stands around it (title, sentences before): may say who "she" is.
    """
    said, both = with_abbreviations(claim, [*told, *around])
    held, near = both[: len(told)], both[len(told) :]
    failures: list[Failure] = []
    doubts: list[Failure] = []
    unsure: list[Failure] = []
    for failure, may_follow in _numbers(said, held, near):
        (doubts if may_follow else failures).append(failure)
    names = name_keys([said, *held, *near])
    may_be_added = _is_reworded(said, held) and not _names_place([*held, *near])
    for failure in unknown_names(said, [*held, *near], names):
        is_added = may_be_added and is_demonym(failure.detail)
        (unsure if is_added else failures).append(failure)
    failures += mixed_names(said, [*held, *near], names)
    if not (failures or unsure):
        doubts += unknown_names(said, held, names)
    return Facts(tuple(failures), tuple(doubts), tuple(unsure))


def _is_reworded(claim: str, told: Sequence[str]) -> bool:
    """Whether no sentence has most of a claim's words, in which a name could be exchanged."""
    wanted = keys(content_terms(claim))
    return all(len(wanted & keys(terms(text))) < COPIED * len(wanted) for text in told)


def _names_place(texts: Sequence[str]) -> bool:
    """Whether a country or an adjective of one is told, in whose place another may stand.

    "The Dutch group" of a firm in Delft is one that is added.
    """
    return any(
        may_name_place(term.text)
        for text in texts
        for term in terms(text)
        if term.text != term.text.lower()
    )


def _numbers(
    claim: str, told: Sequence[str], around: Sequence[str]
) -> Iterator[tuple[Failure, bool]]:
    """Numbers and dates that the evidence lacks, and whether they may follow from it."""
    claim, told = in_figures(claim, is_claim=True), [in_figures(text) for text in told]
    spans_told = [span for text in told for span in periods(text)]
    years = {each.date.year for text in told for each in moments(without_periods(text))}
    for period in periods(claim):
        if not period.is_said_by(spans_told, years):
            yield Failure(Check.NUMBERS, str(period)), False
    claim, told = without_periods(claim), [without_periods(text) for text in told]
    held = [amount for text in told for amount in amounts(text)]
    dated = [moment for text in told for moment in moments(text)]
    relative = any(_A_YEAR_OFF.search(text) for text in told)
    spans = [*held, Amount(1.0, "year", Bound.PLAIN, 0, 0, False)] if relative else held
    meant = [*held, *(amount for text in told for amount in implied(text))]
    for amount in amounts(claim):
        if not any(map(amount.is_said_by, held)):
            if amount.unit == "th" and amount.value <= COUNTED:
                continue  # "a first plan", "the third airline": the order of telling
            is_word = not _DIGIT.search(claim[amount.start : amount.end])
            is_counted = is_word and amount.value <= COUNTED and amount.unit in {"", "part"}
            may_follow = (
                is_counted
                or _leaves_unit_out(amount, claim, told)
                or follows(amount, meant, dated)
                or _is_in_hundredths(amount, claim, meant, dated)
            )
            yield Failure(Check.NUMBERS, str(amount)), may_follow
    for moment in moments(claim):
        if not any(map(moment.is_said_by, dated)):
            near = [each for text in around for each in moments(text)]
            may_follow = (
                _is_reckoned(moment, spans, dated)
                or _is_completed(moment, dated, near)
                or any(_lies_in_part(moment, each) for each in dated)
                or _is_told_by_its_year(moment, told, near)
            )
            yield Failure(Check.NUMBERS, str(moment)), may_follow


def _is_in_hundredths(
    amount: Amount, claim: str, held: Sequence[Amount], dated: Sequence[Moment]
) -> bool:
    """Whether "45 pence" follows from 3.35 and 2.90 pounds."""
    if amount.unit or _HUNDREDTHS.match(claim[amount.end :]) is None:
        return False
    whole = replace(amount, value=amount.value / 100)
    is_told = any(abs(whole.value - each.value) < 1e-9 and each.unit for each in held)
    return is_told or follows(whole, held, dated)


def _leaves_unit_out(amount: Amount, claim: str, told: Sequence[str]) -> bool:
    """Whether claim or evidence tells an equal number's unit only beside another, or not at all.

    "From 40 to 15 per cent", "210,000 euros a year, or 70,000 less", "a plant costing 14 million".
    """
    held = [(text, each) for text in told for each in amounts(text)]
    equal = [(text, each) for text, each in held if each.value == amount.value]
    if amount.unit:
        is_bare = any(not each.unit and not _COUNTS.match(text[each.end :]) for text, each in equal)
        return is_bare and any(each.unit == amount.unit for _, each in held)
    units = {each.unit for _, each in equal if each.unit}
    if any(other.unit in units for other in amounts(claim)):
        return True
    is_counted = amount.value < LARGE or _COUNTS.match(claim[amount.end :]) is not None
    return not is_counted and bool(units)


def _is_reckoned(moment: Moment, held: Sequence[Amount], dated: Sequence[Moment]) -> bool:
    """Whether a year or month follows from another one and a number of years or months."""
    year, month = moment.date.year, moment.date.month
    if month:
        if moment.date.day or year:
            return False
        spans = {round(each.value) for each in held if each.unit == "month"}
        known = {MONTHS_IN_ORDER.index(each.date.month) for each in dated if each.date.month}
        wanted = MONTHS_IN_ORDER.index(month)
        return any((wanted - other) % 12 in {n % 12, -n % 12} for other in known for n in spans)
    if year is None:
        return False
    years = [each.value for each in held if each.unit in {"year", "th"}]
    return any(
        abs(year - each.date.year) in years
        or (
            # "before 2018" is "until the end of 2017"
            (each.part, moment.part) == ("end", "")
            and each.date.year == year - 1
            and moment.side in {"by", "after"}
        )
        or (
            (each.part, moment.part) == ("", "end")
            and each.date.year == year + 1
            and each.side == "by"
            and moment.side in {"by", "until"}
        )
        for each in dated
        if each.date.year
    )


def _is_told_by_its_year(moment: Moment, told: Sequence[str], near: Sequence[Moment]) -> bool:
    """Whether "last year" in a source of 2018 is the claim's 2017."""
    if moment.date.month or moment.date.year is None:
        return False
    off = {_OFF[found.lower()] for text in told for found in _YEAR_OF.findall(text)}
    return any(
        moment.date.year - each.date.year in off for each in near if each.date.year is not None
    )


def _lies_in_part(moment: Moment, other: Moment) -> bool:
    """Whether the evidence's day or month lies in the claim's part: 17 July in the middle of it."""
    if not moment.part or moment.date.day or not moment.date.is_in(other.date):
        return False
    if other.side in AGAINST[moment.side]:
        return False
    if moment.date.month:
        day = other.date.day
        return day is not None and any(
            moment.part in parts and first <= day <= last for parts, first, last in PARTS_OF_MONTH
        )
    if not other.date.month:
        return False
    month = MONTHS_IN_ORDER.index(other.date.month) + 1
    return any(moment.part in parts and a <= month <= b for parts, a, b in PARTS_OF_YEAR)


def _is_completed(moment: Moment, dated: Sequence[Moment], near: Sequence[Moment]) -> bool:
    """Whether the evidence has the day or month and the year stands apart from it.

    "On 7 May" in an article of 2018 is 7 May 2018, unless it looks back or ahead: a doubt.
    """
    date = moment.date
    if not date.month or date.year is None:
        return False
    without_year = replace(moment, date=replace(date, year=None))
    is_dated = any(without_year.is_said_by(each) for each in dated if each.date.year is None)
    return is_dated and any(each.date.year == date.year for each in (*dated, *near))
