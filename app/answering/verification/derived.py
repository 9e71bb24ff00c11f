"""Whether a number of a claim follows from those of its evidence, by a step or two of arithmetic.

Sums, differences, shares, a price times a count, a yearly amount of a monthly one, years between
two years. That it follows does not say that it is meant so: what it is a sum of, the reader judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from app.answering.text.amounts import Amount, Bound, Moment
from app.answering.text.quantities import PERIODS
from app.dates import MONTHS

CLOSE = 0.006
"""Two numbers this near, relatively, are one: a rounded share, a sum of rounded parts."""
ROUNDED = 0.12
"""The same where the claim says "about" or "more than"."""
POINTS = 0.6
"""Two shares this near, in percent, are one rounded to the other."""
MAX_NUMBERS = 12
"""Of longer tables no sums are tried: of many numbers any other can be made."""
FEW = 20
"""Smaller counts are not made of three numbers: too many make one by chance."""
COUNT = 100
"""Whole numbers up to this one are counts, and made of counts alone."""
PER: dict[str, dict[str, float]] = {
    "year": {"month": 12, "week": 52, "quarter": 4, "day": 365},
    "month": {"day": 30, "week": 4.35},
    "week": {"day": 7},
    "day": {"hour": 24},
    "hour": {"minute": 60},
}
"""How many of the smaller unit make one of the larger."""
RATES = {"month": (12.0,), "week": (52.0,), "day": (7.0, 365.0), "quarter": (4.0,)}
"""How often a year, or a week, what is told by the month, week, day or quarter recurs."""
NEARLY_SAME = 0.1
"""A month is four weeks or thirty days."""
_SCALES = (1e3, 1e6, 1e9)
_ONE = r"(?:an?|the|next|last|this|per|and|every|each|that|one)"
_IMPLIED = tuple(
    (re.compile(pattern, re.IGNORECASE), value, unit)
    for pattern, value, unit in (
        (rf"\b{_ONE} year\b|\bannual|\byearly", 1.0, "year"),
        (rf"\b{_ONE} quarter\b|\bquarterly", 1.0, "quarter"),
        (rf"\b{_ONE} month\b|\bmonthly", 1.0, "month"),
        (rf"\b{_ONE} week\b|\bweekly", 1.0, "week"),
        (rf"\b{_ONE} day\b|\bdaily", 1.0, "day"),
        (rf"\b{_ONE} hour\b|\bhourly", 1.0, "hour"),
        (r"\bhal(?:f|ves?|ved|ving)\b|\b(?:equal(?:ly)?|evenly) ", 0.5, "part"),
        (r"\b(?:doubl\w+|twice|both|pair|couple)\b", 2.0, ""),
        (r"\b(?:trebl\w+|tripl\w+|thrice|threefold)\b", 3.0, ""),
        (r"\b(?:quadrupl\w+|fourfold)\b", 4.0, ""),
    )
)


def implied(text: str) -> Iterator[Amount]:
    """Numbers that a text says without a number: "a year", "twice", "halved"."""
    for pattern, value, unit in _IMPLIED:
        if (found := pattern.search(text)) is not None:
            yield Amount(value, unit, Bound.PLAIN, found.start(), found.end(), False)


def follows(amount: Amount, held: Sequence[Amount], dated: Sequence[Moment]) -> bool:
    """Whether arithmetic on the evidence's numbers gives this one."""
    if any(_is(amount, value) for value in _converted(amount, held)):
        return True
    if any(_is(amount, value) for value in _between(amount, dated)):
        return True
    if len(held) > MAX_NUMBERS:
        return False
    candidates = _shares(held) if amount.unit in {"percent", "part"} else iter(())
    scale = 100 if amount.unit == "percent" else 1
    if any(_is(amount, value * scale) for value in candidates):
        return True
    alike = [*_alike(amount, held)]
    sums = _sums(alike, few=abs(amount.value) <= FEW, has_unit=bool(amount.unit))
    return any(_is(amount, value) for value in (*sums, *_products(amount, held)))


def _is(amount: Amount, value: float) -> bool:
    """Whether a value is the claim's number, as exactly as that is meant."""
    wanted = amount.value
    # "Fewer than one in ten" of 31 in 400: shares are told in round parts.
    reach = ROUNDED * (2 if amount.unit in {"percent", "part"} else 1)
    match amount.bound:
        case Bound.ABOVE | Bound.OVER:
            return wanted * (1 - CLOSE) <= value <= wanted * (1 + reach)
        case Bound.BELOW:
            return wanted * (1 - reach) <= value <= wanted * (1 + CLOSE)
        case Bound.NEARLY:
            return wanted * (1 - ROUNDED) <= value <= wanted * (1 + CLOSE)
        case Bound.ABOUT:
            return abs(wanted - value) <= ROUNDED * max(abs(wanted), abs(value))
        case _:
            points = {"percent": POINTS, "part": POINTS / 100}.get(amount.unit, 0.0)
            return abs(wanted - value) <= max(points, CLOSE * max(abs(wanted), abs(value)))


def _converted(amount: Amount, held: Iterable[Amount]) -> Iterator[float]:
    """The evidence's numbers in the unit of the claim's."""
    for each in held:
        if each.unit == amount.unit or (not each.unit and not amount.unit):
            yield each.value
        factor = PER.get(each.unit, {}).get(amount.unit)
        if factor is None and (parts := PER.get(amount.unit, {}).get(each.unit)):
            factor = 1 / parts
        if factor:
            value = each.value * factor
            is_near = abs(value - amount.value) <= NEARLY_SAME * amount.value
            is_meant = (is_near and amount.value <= FEW) or _is_next(amount, value)
            yield amount.value if is_meant else value
        if {each.unit, amount.unit} == {"percent", "part"}:
            yield each.value / 100 if each.unit == "percent" else each.value * 100
        if each.unit == "th" and amount.unit in PERIODS:
            yield each.value  # "at the end of any fifth year"


def _is_next(amount: Amount, value: float) -> bool:
    """Whether it bounds a value told in a smaller unit: 11 weeks are "less than three months"."""
    wanted = amount.value
    match amount.bound:
        case Bound.ABOVE | Bound.OVER:
            return wanted < value < wanted + 1
        case Bound.BELOW:
            return wanted - 1 < value < wanted
        case Bound.NEARLY:
            return wanted - 0.5 <= value < wanted
        case _:
            return False


def _between(amount: Amount, dated: Sequence[Moment]) -> Iterator[float]:
    """Years and months between two dates."""
    for one, other in combinations([each.date for each in dated], 2):
        if amount.unit in {"year", ""} and one.year and other.year:
            yield float(abs(one.year - other.year))
        if amount.unit == "month" and one.month and other.month:
            months = _month(other.month) - _month(one.month)
            if one.year and other.year:
                yield float(abs(months + 12 * (other.year - one.year)))
            else:
                yield float(months % 12)
                yield float(-months % 12)


def _month(short: str) -> int:
    return next(number for number, name in enumerate(MONTHS) if name.lower().startswith(short))


def _shares(held: Sequence[Amount]) -> Iterator[float]:
    parts = [
        each.value / 100 if each.unit == "percent" else each.value
        for each in held
        if each.unit in {"percent", "part"}
    ]
    for part in parts:
        yield part
        yield 1 - part
    for first, second in combinations(parts, 2):
        yield 1 - first - second
        yield first * second
        yield first + second
    if parts:
        yield 1 - sum(parts)
    for one, other in combinations(held, 2):
        if (one.unit == other.unit or not one.unit or not other.unit) and one.value and other.value:
            small, large = sorted((one.value, other.value))
            yield small / large
            yield (large - small) / large
            yield (large - small) / small
            yield small / (small + large)
            yield large / (small + large)
    for each in held:
        if each.unit == "th" and each.value > 2:
            yield 1 / each.value  # "every eighth patient"


def _alike(amount: Amount, held: Sequence[Amount]) -> Iterator[float]:
    """The evidence's numbers that may be of the claim's unit: "34 minutes as opposed to 19"."""
    unit = "percent" if amount.unit == "points" else amount.unit
    # "14.6 million dollars in the quarter, against a plan of 15.1": the scale is told once.
    scale = max((scale for scale in _SCALES if any(e.value >= scale for e in held)), default=1.0)
    is_count = not amount.unit and amount.value <= COUNT and not amount.value % 1
    for each in held:
        if is_count and each.unit not in PERIODS:
            continue
        if amount.unit and each.unit not in {unit, "", amount.unit}:
            continue
        if each.unit in {"th", "part"} and each.unit != amount.unit:
            continue
        yield each.value
        if scale > 1 and each.value < 1e3 and not each.unit and abs(amount.value) >= 1e3:
            yield each.value * scale


def _sums(values: Sequence[float], *, few: bool, has_unit: bool) -> Iterator[float]:
    if len(values) > 1:
        yield sum(values)
    for first, second in combinations(values, 2):
        if min(first, second) > 2 * CLOSE * max(first, second):  # else it is the one or the other
            yield first + second
            yield abs(first - second)
        if first not in {0, 1} and second not in {0, 1}:
            yield first / second
            yield second / first
    if not few and has_unit:
        for one, two, three in combinations(values, 3):
            if min(one, two, three) <= 2 * CLOSE * max(one, two, three):
                continue
            yield one + two + three
            yield abs(one + two - three)
            yield abs(one - two + three)
            yield abs(one - two - three)


def _products(amount: Amount, held: Sequence[Amount]) -> Iterator[float]:
    """A share of an amount, a price times a count or by it, a yearly amount of a monthly one."""
    rates = {rate for each in held if each.value == 1.0 for rate in RATES.get(each.unit, ())}
    for each in held:
        if each.unit in {amount.unit, ""} and each.value > FEW:
            for rate in rates:
                yield each.value * rate
                yield each.value / rate
    for one, other in combinations([each for each in held if each.value != 1.0], 2):
        for part, whole in ((one, other), (other, one)):
            if part.unit not in PERIODS | {"percent", "part", "th"}:
                continue  # dollars times euros
            if not amount.unit or whole.unit in {amount.unit, ""}:
                if part.unit in {"percent", "part"} and whole.unit not in {"percent", "part"}:
                    share = part.value / 100 if part.unit == "percent" else part.value
                    yield whole.value * share
                    yield whole.value * (1 - share)
                    yield whole.value * (1 + share)
                    if share:
                        yield whole.value / share
                elif amount.value > FEW or amount.value % 1:
                    yield whole.value * part.value
                    if part.value:
                        yield whole.value / part.value
