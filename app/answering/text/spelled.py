"""Spelled-out numbers, written as figures: "half a million", "three in ten", "a year and a half".

So that a claim and its evidence can be compared by value. To compare, never to show.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.answering.text.quantities import NUMBER_WORDS
from app.answering.text.terms import REMEMBERED_TEXTS

_PARTS = {
    "half": 2, "halve": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "twenty-fifth": 25, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
"""Denominators by their word in the singular."""
_RARE = "|".join(
    sorted((word for word, parts in _PARTS.items() if parts > 10 or parts in {6, 7, 8, 9}), key=len)
)
"""Those that `amounts` does not read itself."""
_SMALLER = {"year": ("month", 12), "decade": ("year", 10), "century": ("year", 100),
            "hour": ("minute", 60), "fortnight": ("day", 14)}  # fmt: skip
_WORD = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-(?:one|two|three|four|five|six|"
    r"seven|eight|nine)|" + "|".join(word for word in NUMBER_WORDS if word != "hundred") + ")"
)
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|{_WORD})"
_HALF_A = re.compile(r"\bhalf an? (?P<of>thousand|million|billion|trillion|dozen)\b", re.I)
_PART_OF_A = re.compile(
    r"\b(?P<count>an?|one|two|three) (?P<part>third|quarter|tenth)s? of an? "
    r"(?P<of>thousand|million|billion|trillion)\b",
    re.I,
)
_EVENLY = re.compile(r"\bfifty[-/]fifty\b|\b50[-/:]50\b", re.I)
_SOME_DAY = re.compile(r"\b(?P<may>may|might|could|would|will) one day\b", re.I)
"""Which says of no day how long it is."""
_HALF_YEAR = re.compile(r"\bhalf an? (?P<of>year|decade|century|hour)\b", re.I)
_QUARTER_CENTURY = re.compile(r"\b(?:an? )?quarter of a century\b|\bquarter-century\b", re.I)
_BOUNDED = re.compile(r"(?:than|under|over|nearly|almost|just|about|exactly) $", re.I)
_AND_A_HALF = re.compile(
    rf"\b(?P<count>an?|{_NUMBER}) (?:(?P<of>years?|hours?|decades?|million|billion|dozen|months?|"
    r"weeks?|days?|times|percentage points?|points?) )?and a half\b(?P<more> (?:years?|hours?|"
    r"decades?))?",
    re.I,
)
_SHORT_YEAR = re.compile(r"\b((?:19|20)\d\d)[-/](\d\d)\b(?![-/])")
_POINTS = re.compile(rf"(\d|teen|ty(?:-{_WORD})?) points?\b", re.I)
_AGE = re.compile(r"(?<=\d)[ -]years?[ -]olds?\b", re.I)
_SCALED = re.compile(r" ?[mbtr]{1,2}illion\b")
_QUARTER_HOUR = re.compile(r"\b(?P<count>a|three) quarters? of an hour\b", re.I)
_LONG = re.compile(
    rf"\b(?P<count>an?|{_NUMBER}) (?P<of>decades?|centur(?:y|ies)|fortnights?)\b", re.I
)
_DOZENS = re.compile(rf"\b(?P<count>{_NUMBER}) dozen\b", re.I)
_HUNDREDS = re.compile(
    rf"\b(?P<count>an?|{_NUMBER}) hundred(?: and (?P<rest>{_WORD})\b)?"
    r"(?P<thousand> thousand)?(?! and a half)(?! (?:million|billion))\b",
    re.I,
)
_IN_EVERY = re.compile(
    rf"\b(?P<count>{_NUMBER})(?: \w+)? (?:in|out of)(?: every| each)? (?P<of>{_NUMBER})\b"
    r"(?![\d,.]*\d)(?! (?:years?|months?|weeks?|days?|hours?|minutes?|million|billion|decades?|"
    r"per ?cent|percent|quarters?|instal\w+|stages|steps|rounds|phases)\b)(?! ?%)(?!-)",
    re.I,
)
_FRACTION = re.compile(
    rf"\b(?P<count>{_WORD})[ -](?P<part>{_RARE})s\b|\b(?P<one>an?|one) (?P<single>{_RARE})\b"
    r"(?= of\b| (?:more|less|fewer|higher|lower|larger|smaller|cheaper|dearer|as)\b|[.,;:)]|$)",
    re.I,
)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def in_figures(text: str, *, is_claim: bool = False) -> str:
    """A folded text with numbers that are put together of several words in figures.

    Args:
        text: Folded.
        is_claim: Leave what is only roughly meant, a decade or half a year, as it stands.
    """
    text = _SHORT_YEAR.sub(lambda m: f"{m[1]}-{m[1][:2]}{m[2]}", text)
    text = _AGE.sub("", text)
    text = _POINTS.sub(r"\1 percentage points", text)
    text = _QUARTER_CENTURY.sub("25 years", text)
    if not is_claim:
        text = _HALF_YEAR.sub(lambda m: _of(0.5, m["of"]), text)
        text = _LONG.sub(lambda m: _of(_value(m["count"]), m["of"]), text)
    text = _QUARTER_HOUR.sub(
        lambda m: "45 minutes" if m["count"].lower() == "three" else "15 minutes", text
    )
    text = _SOME_DAY.sub(r"\g<may> some day", text)
    text = _EVENLY.sub("half", text)
    text = _PART_OF_A.sub(_part_of_a, text)
    text = _HALF_A.sub(lambda m: _of(0.5, m["of"]), text)
    text = _DOZENS.sub(lambda m: f"{_value(m['count']) * 12:g}", text)
    text = _AND_A_HALF.sub(_and_a_half, text)
    text = _HUNDREDS.sub(_hundreds, text)
    text = _IN_EVERY.sub(_share, text)
    return _FRACTION.sub(_fraction, text)


def _of(count: float, unit: str) -> str:
    """So many of a unit, in a smaller one where there is a usual one."""
    unit = unit.lower()
    one = {"centuries": "century"}.get(unit, unit.rstrip("s") if unit != "times" else unit)
    if one == "dozen":
        return f"{count * 12:g}"
    if one in _SMALLER and (count % 1 or one not in {"year", "hour"}):
        smaller, factor = _SMALLER[one]
        return f"{count * factor:g} {smaller}s"
    return f"{count:g} {unit}".rstrip()


def _part_of_a(match: re.Match[str]) -> str:
    share = _value(match["count"]) / _PARTS[match["part"].lower()]
    return f"{share:.6g} {match['of'].lower()}"


def _and_a_half(match: re.Match[str]) -> str:
    unit = match["of"] or (match["more"] or "").strip()
    return _roughly(match, _of(_value(match["count"]) + 0.5, unit))


def _roughly(match: re.Match[str], number: str) -> str:
    """Told in so few words, a number is a round one."""
    is_bounded = _BOUNDED.search(match.string, 0, match.start())
    is_exact = _SCALED.search(number) or _SCALED.match(match.string, match.end())
    return number if is_bounded or is_exact else f"about {number}"


def _hundreds(match: re.Match[str]) -> str:
    count = _value(match["count"]) * 100 + (_value(match["rest"]) if match["rest"] else 0)
    return f"{count:g} thousand" if match["thousand"] else f"{count:g}"


def _share(match: re.Match[str]) -> str:
    part, whole = _value(match["count"]), _value(match["of"])
    is_year = match["of"].isdigit() and len(match["of"]) == 4
    if not 0 < part < whole or is_year:
        return match.group()
    return _roughly(match, f"{100 * part / whole:.6g} percent")


def _fraction(match: re.Match[str]) -> str:
    count = _value(match["count"]) if match["count"] else 1.0
    parts = _PARTS[(match["part"] or match["single"]).lower()]
    return _roughly(match, f"{100 * count / parts:.6g} percent")


def _value(word: str) -> float:
    lower = word.lower()
    if lower in {"a", "an"}:
        return 1.0
    if lower[0].isdigit():
        return float(lower.replace(",", ""))
    return float(sum(NUMBER_WORDS[part] for part in lower.split("-")))
