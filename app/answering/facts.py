"""Numbers, dates and names of a claim that its evidence does not hold: checked before all else.

A small model mistakes these more easily than anything, and one wrong number is the worst fault, so
what stands in digits or as a name must stand in the evidence, or follow from it by one step of
arithmetic. What only may follow ("a third" of 33 %, "two years later") is a doubt: then the reader
must be surer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from app.answering.amounts import Amount, Bound, Moment, amounts, moments
from app.answering.checks import Check, Failure
from app.answering.naming import mixed_names, name_keys, unknown_names, with_abbreviations

CLOSE = 0.006
"""Two numbers this near, relatively, are one: a rounded share, a sum of rounded parts."""
PER: dict[str, dict[str, float]] = {
    "year": {"month": 12, "week": 52, "quarter": 4, "day": 365},
    "month": {"day": 30, "week": 4.35},
    "week": {"day": 7},
    "day": {"hour": 24},
    "hour": {"minute": 60},
}
"""How many of the smaller unit make one of the larger."""
ROUNDED = 0.12
"""The same where the claim says "about" or "more than"."""
COUNTED = 12
"""Smaller numbers and parts in words ("both halves", "four of them") may have been counted."""
MAX_NUMBERS = 12
"""Of longer tables no sums are tried: of many numbers any other can be made."""
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the evidence lacks of a claim's facts."""

    failures: tuple[Failure, ...] = ()
    doubts: tuple[Failure, ...] = ()
    """Not in the evidence as they stand, but they may follow from it."""


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
    for failure, is_derived in _numbers(said, held, near):
        (doubts if is_derived else failures).append(failure)
    names = name_keys([said, *held, *near])
    failures += unknown_names(said, [*held, *near], names)
    failures += mixed_names(said, [*held, *near], names)
    if not failures:
        doubts += unknown_names(said, held, names)
    return Facts(tuple(failures), tuple(doubts))


def _numbers(
    claim: str, told: Sequence[str], around: Sequence[str]
) -> Iterator[tuple[Failure, bool]]:
    """Numbers and dates that the evidence lacks, and whether they follow from it."""
    held = [amount for text in told for amount in amounts(text)]
    dated = [moment for text in told for moment in moments(text)]
    for amount in amounts(claim):
        if not any(map(amount.is_said_by, held)):
            if amount.unit == "th" and amount.value <= COUNTED:
                continue  # "a first plan", "the third airline": the order of telling
            is_word = not _DIGIT.search(claim[amount.start : amount.end])
            is_counted = is_word and amount.value <= COUNTED and amount.unit in {"", "part"}
            yield Failure(Check.NUMBERS, str(amount)), is_counted or _follows(amount, held, dated)
    for moment in moments(claim):
        if not any(map(moment.is_said_by, dated)):
            near = [each for text in around for each in moments(text)]
            follows = _is_reckoned(moment, held, dated) or _is_completed(moment, dated, near)
            yield Failure(Check.NUMBERS, str(moment)), follows


def _follows(amount: Amount, held: Sequence[Amount], dated: Sequence[Moment]) -> bool:
    """Whether one step of arithmetic on the evidence's numbers gives this one."""
    wanted = amount.value
    close = CLOSE if amount.bound in {Bound.PLAIN, Bound.EXACT} else ROUNDED
    if any(_same(wanted, value, close) for value in _converted(amount, held)):
        return True
    years = [float(moment.date.year) for moment in dated if moment.date.year]
    if amount.unit in {"year", ""} and any(
        _same(wanted, abs(a - b), close) for a, b in combinations(years, 2)
    ):
        return True
    if len(held) > MAX_NUMBERS:
        return False
    if amount.unit in {"percent", "part"}:
        share = wanted / 100 if amount.unit == "percent" else wanted
        if any(_same(share, value, close) for value in _shares(held)):
            return True
    alike = [each.value for each in held if each.unit == amount.unit]
    return any(_same(wanted, value, close) for value in _sums(alike))


def _converted(amount: Amount, held: Iterable[Amount]) -> Iterator[float]:
    """The evidence's numbers in the unit of the claim's."""
    for each in held:
        if each.unit == amount.unit or (not each.unit and not amount.unit):
            yield each.value
        if factor := PER.get(each.unit, {}).get(amount.unit):
            yield each.value * factor
        elif factor := PER.get(amount.unit, {}).get(each.unit):
            yield each.value / factor
        if {each.unit, amount.unit} == {"percent", "part"}:
            yield each.value / 100 if each.unit == "percent" else each.value * 100


def _shares(held: Sequence[Amount]) -> Iterator[float]:
    for each in held:
        part = each.value / 100 if each.unit == "percent" else each.value
        if each.unit in {"percent", "part"}:
            yield part
            yield 1 - part
    for first, second in combinations(held, 2):
        if first.unit == second.unit and first.value and second.value:
            small, large = sorted((first.value, second.value))
            yield small / large
            yield (large - small) / large
            yield (large - small) / small


def _sums(values: Sequence[float]) -> Iterator[float]:
    if values:
        yield sum(values)
    for first, second in combinations(values, 2):
        yield first + second
        yield abs(first - second)
        yield first * second
        if second:
            yield first / second
        if first:
            yield second / first


def _is_reckoned(moment: Moment, held: Sequence[Amount], dated: Sequence[Moment]) -> bool:
    """Whether a year follows from another one and a number of years."""
    year = moment.date.year
    if year is None or moment.date.month:
        return False
    spans = [each.value for each in held if each.unit in {"year", "", "th"}]
    known = [each.date.year for each in dated if each.date.year]
    return any(abs(year - other) in spans for other in known)


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


def _same(first: float, second: float, close: float) -> bool:
    return abs(first - second) <= close * max(abs(first), abs(second))
