"""The values that two sentences give for what a question asks: the same, others, or none. Pure.

"One sack in five" and "20 percent" are the same, "1,340 kilometres" and "830 miles" too, and "more
than nine thousand" does not deny 9,400. What stands in the question itself is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import lru_cache
from math import isclose

from app.answering.question.asking import Asked, Expects
from app.answering.question.notation import CURRENCIES
from app.answering.text.amounts import Amount, Bound, Moment, amounts, moments
from app.answering.text.quantities import NUMBER_WORDS
from app.answering.text.terms import REMEMBERED_TEXTS, fold

ROUNDED = 0.012
"""Two figures this near, relatively, are one, rounded."""
ABOUT = 0.1
"""The most of the same where one is said to be about so much: one in its last digit that is no
nought. "About 200" may be 210, "about 207" is not 212."""
BEYOND = 1.25
"""How many times as much "more than" may leave open."""
CONVERTED = 0.03
"""How near a figure in another unit comes, relatively."""
MOST_PARTS = 4
"""Into so many parts a whole is divided, as far as is looked for."""
FEWEST_PARTS = 2
"""Figures of one side that may add up to the other's."""


class Told(Enum):
    """What two sentences give for the value asked for."""

    NOTHING = "nothing to compare"
    SAME = "one value"
    OTHER = "different values"


class Kind(StrEnum):
    """What is measured."""

    MONEY = "money"
    SHARE = "share"
    TIME = "time"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a sentence; shares in [0, 1], times in days."""

    value: float
    kind: Kind
    unit: str
    """Its currency; empty for others."""
    bound: Bound
    is_denied: bool
    """Said not to be so: "29 and not sixteen"."""


_DAYS = {"year": 365.25, "month": 30.4, "week": 7, "day": 1, "hour": 1 / 24, "minute": 1 / 1440}
_WORDS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_NUMBER = rf"\d+|(?:a )?hundred|(?:a )?thousand|{_WORDS}"
_TIMES = r"(?:years?|months?|weeks?|days?|hours?|minutes?)"
_RATIO = re.compile(
    rf"\b(?P<part>{_NUMBER})(?: \w+){{0,2}}? (?:in|out of)(?: every)? (?P<whole>{_NUMBER})\b"
    rf"(?! (?:{_TIMES}|\w+(?:ies|[^s]s))\b)",
    re.IGNORECASE,
)
_NEXT_TO_IT = re.compile(
    rf"\b(?P<part>{_NUMBER}) (?:in|out of) (?P<whole>{_NUMBER})\b(?! {_TIMES}\b)", re.IGNORECASE
)
"""The same before what it is of: "four in five members", not "four machines in five halls"."""
_NTH = "second third fourth fifth sixth seventh eighth ninth tenth".split()
_EVERY_NTH = re.compile(
    rf"\b(?:every|each) (?:(?P<word>{'|'.join(_NTH)}|twentieth|thirtieth|hundredth)|"
    rf"(?P<digits>\d+)(?:nd|rd|th)) (?!{_TIMES}\b)",
    re.IGNORECASE,
)
_LARGE_NTH = {"twentieth": 20, "thirtieth": 30, "hundredth": 100}
_OF_HUNDRED = re.compile(
    r"\bof (?:every |each )?(?P<whole>(?:a )?hundred|(?:a )?thousand|ten)\b[^.;]{0,30}?"
    rf"\b(?P<part>{_NUMBER})\b",
    re.IGNORECASE,
)
_SMALL_PART = re.compile(
    r"\b(?:an?|one) (?P<word>sixth|seventh|eighth|ninth|twentieth|hundredth) of\b", re.IGNORECASE
)
"""A share that `amounts` takes for a place in a row ("an eighth brewery joined")."""
_EQUAL = re.compile(r"\b(?:equal (?:parts|shares)|equally|halved|fifty-fifty)\b", re.IGNORECASE)
_SEASON = re.compile(r"\b((?:19|20)\d\d)/\d\d\b")
_DENIED = re.compile(r"\b(?:not|rather than|instead of)(?: the| only| just)? $", re.IGNORECASE)
_PART = re.compile(r"\s+in (?:cash|stock|shares)\b,?\s+(?:and|plus|together with)\b", re.IGNORECASE)
"""Behind what is only a part of a price: "$145 in cash and 0.8 shares"."""
_FREE = re.compile(
    r"\b(?:nothing|free of charge|for free|no (?:money|fee|charge)|free)\b", re.IGNORECASE
)
_NOBODY = re.compile(r"\b(?:nobody|no one|none|not one|not a single|never)\b", re.IGNORECASE)
_PER = {
    "year": 365.25, "annual": 365.25, "quarter": 91.3, "month": 30.4, "week": 7.0, "day": 1.0,
    "dai": 1.0, "hour": 1 / 24, "mile": 1.609, "kilomet": 1.0, "km": 1.0, "pound": 1.0,
    "kilo": 2.205, "kg": 2.205,
}  # fmt: skip
"""Units in which one value may be given in two ways, each in the smallest of its kind."""
_PER_WORD = re.compile(
    r"\b(year|annual|quarter|month|week|day|dai|hour|mile|kilomet|km|kilo|kg|pound)", re.IGNORECASE
)
_OF_A_KIND = (
    frozenset({"year", "annual", "quarter", "month", "week", "day", "dai", "hour"}),
    frozenset({"mile", "kilomet", "km"}),
    frozenset({"pound", "kilo", "kg"}),
)
_AND_A_HALF = re.compile(rf"\b(?P<whole>{_NUMBER}) and a half(?= {_TIMES}\b)", re.IGNORECASE)
_EACH = re.compile(r"\b(?:half|each|apiece|one of|per|every)\b", re.IGNORECASE)
_SIZE = (
    r"share|price|sum|rate|part|number|amount|cost|fee|value|distance|size|percentage|proportion|"
    r"length|weight|budget|interest|rent|loan|salary|wage|premium|discount|ceiling|delay|age|"
    r"turnover|profit|loss|yield|capacity|volume"
)
_ASKS_FIGURE = re.compile(
    r"\W*(?:(?:and|so|but|now|please|roughly|about|by|at|for|of|on|in|within|to|until|up) )*"
    r"(?:how (?:often|much|many|long|big|old|far|large|high|heavy|tall|deep|wide|fast|quick\w*|"
    r"strong|expensive|full|great)|"
    rf"what(?:'s| is| was| are| were)? (?:the |a |an )?(?:\w+ )?(?:{_SIZE})|"
    r"what (?:\S+ ){1,10}?(?:cost|pay|paid|charged?|charges|earn|earned|weigh|spen[dt]|"
    r"received?|receives|saved?|saves|contributed?|hand over|lend|lent|owe[ds]?))\b",
    re.IGNORECASE,
)
_ASKS_MONEY = re.compile(
    r"\b(?:costs?|pay|pays|paid|price|charge[ds]?|earn\w*|fee|sum|budget|worth|loan|rent|spen[dt]|"
    r"salary|wage|premium|money|profit|loss|turnover|revenue|invest\w*|raise[ds]?|fund\w*|value)\b",
    re.IGNORECASE,
)
_ANY = frozenset({Kind.MONEY, Kind.SHARE, Kind.TIME, Kind.COUNT})
_MONEY = frozenset({Kind.MONEY, Kind.COUNT})
"""A sum may stand without its currency."""
_WANTED = {
    Expects.MONEY: _MONEY,
    Expects.SHARE: frozenset({Kind.SHARE, Kind.COUNT}),
    Expects.DURATION: frozenset({Kind.TIME, Kind.COUNT}),
    Expects.NUMBER: _ANY,
    Expects.DATE: frozenset[Kind](),
    Expects.STATUS: frozenset[Kind](),
    Expects.REASON: frozenset[Kind](),
    Expects.NAME: frozenset[Kind](),
}
_LATE_FROM, _EARLY_TO = 9, 5
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def wanted_figures(asked: Asked) -> frozenset[Kind]:
    """Which kinds of figures answer a question; none where it asks for something else."""
    if asked.expects in _WANTED:
        return _WANTED[asked.expects]
    if _ASKS_FIGURE.match(fold(asked.text)) is None:
        return frozenset()
    return _MONEY if _ASKS_MONEY.search(asked.text) else _ANY


def figures_told(asked: Asked, first: str, second: str) -> Told:
    """Whether two sentences give one figure for what is asked.

    A figure that both have ("two of the sixteen beds", "six of the sixteen beds") says nothing
    where each has another one.
    """
    wanted = wanted_figures(asked)
    known = {round(one.value, 6) for one in _figures(asked.text)}
    one, other = (
        [each for each in _with_none(text, wanted) if round(each.value, 6) not in known]
        for text in (first, second)
    )
    if _denies(one, other) or _denies(other, one):
        return Told.OTHER
    found = {
        _told(ours, theirs, first, second)
        for ours, theirs in _comparable(wanted, _said(one), _said(other))
    }
    if Told.OTHER in found:
        return Told.OTHER
    return Told.SAME if found else Told.NOTHING


def dates_told(asked: Asked, first: str, second: str) -> Told:
    """Whether two sentences give one day, month or year that the question has not."""
    known = {str(one.date) for one in moments(asked.text)}
    one, other = (
        [each for each in moments(text) if str(each.date) not in known] for text in (first, second)
    )
    if not one or not other:
        return Told.NOTHING
    is_one = any(_may_be_one(ours, theirs) for ours in one for theirs in other)
    return Told.SAME if is_one else Told.OTHER


def _said(figures: Collection[Figure]) -> list[Figure]:
    return [each for each in figures if not each.is_denied]


def _denies(ours: Collection[Figure], theirs: Collection[Figure]) -> bool:
    """Whether one side says another figure than the other's, which it names as wrong."""
    denied = {each.value for each in ours if each.is_denied}
    return bool(_said(ours)) and any(each.value in denied for each in _said(theirs))


def _comparable(
    wanted: frozenset[Kind], ours: Collection[Figure], theirs: Collection[Figure]
) -> Iterator[tuple[list[Figure], list[Figure]]]:
    """Figures of one kind and currency; plain numbers only where no others can be compared."""
    measures = {(each.kind, each.unit) for each in ours} & {
        (each.kind, each.unit) for each in theirs
    }
    measured = sorted(one for one in measures if one[0] in wanted and one[0] is not Kind.COUNT)
    for measure in measured:
        yield tuple(
            [each for each in side if (each.kind, each.unit) == measure] for side in (ours, theirs)
        )  # type: ignore[misc]  # a pair
    if measured or Kind.COUNT not in wanted:
        return
    plain = {Kind.COUNT, Kind.MONEY} & wanted
    sides = [[each for each in side if each.kind in plain] for side in (ours, theirs)]
    if all(sides) and any(each.kind is Kind.COUNT for side in sides for each in side):
        yield sides[0], sides[1]


def _told(ours: list[Figure], theirs: list[Figure], first: str, second: str) -> Told:
    if _is_sum(ours, theirs) or _is_sum(theirs, ours):
        return Told.SAME
    left = [one for one in ours if not any(_agree(one, each, first, second) for each in theirs)]
    over = [one for one in theirs if not any(_agree(each, one, first, second) for each in ours)]
    return Told.OTHER if left and over else Told.SAME


def _is_sum(parts: list[Figure], whole: list[Figure]) -> bool:
    """Whether one side gives the parts of what the other gives as one figure.

    "Four from the one and three from the other" are "seven in all".
    """
    if len(parts) < FEWEST_PARTS or len(whole) != 1 or parts[0].kind is Kind.TIME:
        return False
    total = sum(each.value for each in parts)
    return {each.kind for each in parts} == {whole[0].kind} and isclose(total, whole[0].value)


def _agree(one: Figure, other: Figure, first: str, second: str) -> bool:
    """Whether both figures can be true of one thing."""
    lesser, greater = sorted((one, other), key=lambda each: each.value)
    if one.value == other.value:
        return True
    if not lesser.value:
        return False
    apart = (greater.value - lesser.value) / greater.value
    rough = (each for each in (one, other) if each.bound in {Bound.ABOUT, Bound.NEARLY})
    if apart <= max(ROUNDED, *(min(ABOUT, _last_digit(each.value)) for each in rough), 0.0):
        return True
    times = greater.value / lesser.value
    is_open = lesser.bound in {Bound.ABOVE, Bound.OVER} or greater.bound is Bound.BELOW
    if is_open and times <= BEYOND:
        return True
    if one.kind in {Kind.TIME, Kind.SHARE}:
        return False
    if any(abs(times - ratio) <= CONVERTED * ratio for ratio in _ratios(first, second)):
        return True
    parts = round(times)
    is_whole = abs(times - parts) < CONVERTED and 1 < parts <= MOST_PARTS
    return is_whole and _EACH.search(first if lesser is one else second) is not None


def _last_digit(value: float) -> float:
    """One in the last digit that is no nought, relatively."""
    digits = f"{abs(value):.6g}".replace(".", "").split("e")[0].strip("0")
    return 10.0 ** (1 - len(digits)) / (float(digits[0]) if digits else 1.0)


def _ratios(first: str, second: str) -> Iterator[float]:
    """Between the units that one sentence names and those of the other."""
    one, other = (
        {word.lower() for word in _PER_WORD.findall(fold(text))} for text in (first, second)
    )
    for kind in _OF_A_KIND:
        for ours in one & kind:
            for theirs in other & kind:
                ratio = _PER[ours] / _PER[theirs]
                if ratio != 1:
                    yield max(ratio, 1 / ratio)


def _with_none(text: str, wanted: frozenset[Kind]) -> tuple[Figure, ...]:
    """The figures, or a nought where a sentence without any says "nothing" or "nobody"."""
    found = _figures(text)
    none = _FREE if wanted == _MONEY else _NOBODY
    if found or not wanted or none.search(fold(text)) is None:
        return found
    return (Figure(0.0, Kind.COUNT, "", Bound.PLAIN, is_denied=False),)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _figures(text: str) -> tuple[Figure, ...]:
    folded = _SEASON.sub(r"\1   ", fold(text))
    folded = _AND_A_HALF.sub(lambda each: f"{_number(each['whole']) + 0.5:g}", folded)
    found: list[Figure] = []
    taken: list[tuple[int, int]] = []
    for pattern in (_RATIO, _NEXT_TO_IT, _OF_HUNDRED):
        for match in pattern.finditer(folded):
            part, whole = _number(match["part"]), _number(match["whole"])
            if part < whole and not any(start <= match.start() < end for start, end in taken):
                found.append(_share(part / whole))
                taken.append(match.span())
    found += [_share(0.5) for _ in _EQUAL.finditer(folded)]
    found += [
        _share(1 / (_place_of(each["word"]) if each["word"] else max(1, int(each["digits"]))))
        for each in _EVERY_NTH.finditer(folded)
    ]
    found += [_share(1 / _place_of(each["word"])) for each in _SMALL_PART.finditer(folded)]
    unit = ""
    for amount in amounts(folded):
        if (
            amount.unit != "th"
            and _PART.match(folded[amount.end :]) is None
            and not any(start <= amount.start < end for start, end in taken)
        ):
            found.append(_figure(amount, folded, unit))
            unit = amount.unit or unit
    return tuple(found)


def _place_of(word: str) -> int:
    """Of "third" the 3."""
    small = word.lower()
    return _LARGE_NTH.get(small) or _NTH.index(small) + 2


def _share(value: float) -> Figure:
    return Figure(value, Kind.SHARE, "", Bound.PLAIN, is_denied=False)


def _figure(amount: Amount, folded: str, before: str) -> Figure:
    """A number as a figure; of "five weeks, not eleven" the last has the unit before it."""
    is_denied = _DENIED.search(folded[: amount.start]) is not None
    value, kind, unit = amount.value, Kind.COUNT, ""
    of = amount.unit or (before if is_denied else "")
    if of in CURRENCIES:
        kind, unit = Kind.MONEY, of
    elif of == "percent":
        value, kind = value / 100, Kind.SHARE
    elif of in {"part", "points"}:
        kind = Kind.SHARE
    elif of in _DAYS:
        value, kind = value * _DAYS[of], Kind.TIME
    return Figure(value, kind, unit, amount.bound, is_denied)


def _number(word: str) -> float:
    bare = word.lower().removeprefix("a ")
    return (
        float(bare) if bare.isdigit() else float({"thousand": 1000}.get(bare) or NUMBER_WORDS[bare])
    )


def _may_be_one(one: Moment, other: Moment) -> bool:
    if _parts_differ(one, other) or _parts_differ(other, one):
        return False
    return one.date.is_in(other.date) or other.date.is_in(one.date)


def _parts_differ(year: Moment, month: Moment) -> bool:
    """Whether "the end of 2018" is not the month of it that the other names."""
    if year.date.month or not month.date.month or year.date.year != month.date.year:
        return False
    number = _MONTHS.index(month.date.month) + 1
    is_too_early = year.part in {"end", "late"} and number < _LATE_FROM
    return is_too_early or (year.part == "start" and number > _EARLY_TO)
