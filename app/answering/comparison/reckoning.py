"""Order and difference of values that sources give: which is more, and by how much. Pure."""

from __future__ import annotations

from datetime import date

from app.answering.comparison.cells import Value
from app.answering.question.notation import written
from app.answering.text.amounts import Amount, Bound, Moment
from app.dates import MONTHS
from app.languages.catalogue import ENGLISH, both, say

CLOSE = 0.02
"""Two values this near, relatively, are told as about the same where either is only rough."""


VAGUE = frozenset({Bound.ABOUT, Bound.NEARLY, Bound.ABOVE, Bound.BELOW, Bound.OVER})


_DAYS = {"year": 365.25, "month": 30.44, "week": 7.0, "day": 1.0}


def measure(value: Value) -> float:
    """A value as a number by which it is sorted: days of a time or of a date."""
    if value.amount is not None:
        return _in_days(value.amount)
    day = _first_day(value.moment) if value.moment else None
    return float(day.toordinal()) if day else 0.0


def compare_values(one: Value, other: Value) -> int | None:
    """Whether the first is more (1), less (-1) or about as much; None: not to be compared."""
    if one.amount and other.amount:
        return compare_amounts(one.amount, other.amount)
    if one.moment and other.moment:
        before = lies_before(one.moment, other.moment)
        return None if before is None else (-1 if before else 1)
    return None


def compare_amounts(one: Amount | None, other: Amount | None) -> int | None:
    """Whether the first is more (1), less (-1) or about as much; None: other units."""
    if one is None or other is None or not _are_alike(one, other):
        return None
    first, second = _in_days(one), _in_days(other)
    rough = one.bound in VAGUE or other.bound in VAGUE
    if abs(first - second) <= (CLOSE if rough else 1e-9) * max(first, second):
        return 0
    return 1 if first > second else -1


def _in_days(amount: Amount) -> float:
    if amount.unit == "part":
        return amount.value * 100
    return amount.value * _DAYS.get(amount.unit, 1.0)


def _are_alike(one: Amount, other: Amount) -> bool:
    kinds = ({"percent", "part"}, set(_DAYS))
    return one.unit == other.unit or any({one.unit, other.unit} <= kind for kind in kinds)


def lies_before(one: Moment | None, other: Moment) -> bool | None:
    """Whether a date lies before another; None where one lies within the other."""
    first, second = _first_day(one) if one else None, _first_day(other)
    if one is None or first is None or second is None:
        return None
    if one.date.is_in(other.date) or other.date.is_in(one.date):
        return None
    return first < second


def _first_day(moment: Moment) -> date | None:
    known = moment.date
    if known.year is None:
        return None
    names = [name[:3].lower() for name in MONTHS]
    month = names.index(known.month) + 1 if known.month else 1
    try:
        return date(known.year, month, known.day or 1)
    except ValueError:
        return None


def difference(one: Value, other: Value, language: str) -> str:
    """The difference of two values with its sum, to be said behind them."""
    if one.amount and other.amount:
        if one.amount.unit != other.amount.unit:
            return ""
        more, less = sorted((one.amount, other.amount), key=lambda each: -each.value)
        if more.value == less.value:
            return ""
        unit = more.unit
        larger, smaller = (
            as_figure(more.value, unit, language),
            as_figure(less.value, unit, language),
        )
        rest = as_figure(more.value - less.value, unit, language)
        if more.bound in VAGUE or less.bound in VAGUE:
            rest = say(language, "about {figure}", figure=rest)
        return f" ({larger} − {smaller} = {rest})"
    if one.moment and other.moment:
        between = _between(one.moment, other.moment, language)
        return say(language, " ({time} between them)", time=between) if between else ""
    return ""


def as_figure(value: float, unit: str, language: str) -> str:
    """A number with its unit, in the notation of prose."""
    if unit in _DAYS:
        return _time(value, unit, language)
    if unit == "part":
        return written(100 * value, "percent")
    return written(round(value, 6), unit)


def _time(number: float, unit: str, language: str) -> str:
    """A length of time: "3 years"."""
    if language == ENGLISH:
        return f"{number:,.10g} {unit}{'' if number == 1 else 's'}"
    from babel.units import format_unit

    return str(format_unit(number, f"duration-{unit}", locale=language))


def _between(one: Moment, other: Moment, language: str) -> str:
    """The time between two dates, as exact as the less exact of them."""
    first, second = _first_day(one), _first_day(other)
    if first is None or second is None:
        return ""
    first, second = sorted((first, second))
    months = 12 * (second.year - first.year) + second.month - first.month
    exact = one.date.day and other.date.day
    if exact and second.day < first.day:
        months -= 1
    if not (one.date.month and other.date.month):
        years = second.year - first.year
        told = _time(years, "year", language)
        return say(language, "about {figure}", figure=told) if years else ""
    years, rest = divmod(months, 12)
    parts = [_time(n, unit, language) for n, unit in ((years, "year"), (rest, "month")) if n]
    days = (second - first).days
    told = both(language, parts) if parts else ""
    if not exact:
        return say(language, "about {figure}", figure=told) if told else ""
    counted = _time(days, "day", language)
    return f"{counted}, {say(language, 'about {figure}', figure=told)}" if told else counted
