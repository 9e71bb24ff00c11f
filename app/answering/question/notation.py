"""Values of a question in the notation that sources use, and in the others they may use. Pure.

"$7.15bn", "7,150 million dollars" and "$7.15 billion" are one value, "14.05.1997" and "14 May 1997"
one day. Currencies are never converted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.answering.question.asking import Asked, Expects
from app.answering.text.amounts import Amount, Moment, amounts, moments
from app.answering.text.terms import Term, fold, key_of, terms
from app.dates import MONTHS
from vectorstore.lexical import analyse

LARGE = 1e6
"""From here on numbers are written with their scale in words."""
_SCALES = ((1e12, "trillion", "tn"), (1e9, "billion", "bn"), (1e6, "million", "m"))
_SIGNS = {"usd": "$", "eur": "€", "gbp": "£"}
_NAMES = {"jpy": "yen", "chf": "Swiss francs", "cny": "yuan", "inr": "rupees"}
CURRENCIES = frozenset({*_SIGNS, *_NAMES})
_MONTHS = dict(
    zip(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(),
        MONTHS,
        strict=True,
    )
)
_IN_DIGITS = re.compile(r"[\d./\s-]+")
_SPELT = re.compile(r"\b(?:million|billion|trillion)\b", re.IGNORECASE)
_INSIDE = re.compile(r"[^\W_]-?$")
_GOES_ON = re.compile(r"-?[^\W_]*\d|[^\W\d_]")
_LETTERED = re.compile(r"\d+[bm]", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:\b(?:articles?|clauses?|sections?|contracts?|annex|appendix|exhibits?|schedules?|paragraphs?|"
    r"paras?|parts?|items?|figures?|fig|tables?|rooms?|lots?|units?|phases?|steps?|versions?|numbers?|"
    r"no|pages?|rules?|forms?|levels?|flights?|gates?)\.?|§)\s*$",
    re.IGNORECASE,
)
FEW_WORDS = 2
"""A question with a value and no more subject words than this asks for what has the value."""
_ASKS_WHAT = re.compile(r"\b(?:what|which|who|whose|anything|something)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:more|less|fewer|larger|smaller|bigger|higher|lower|older|newer|earlier|later) than\b|"
    r"\b(?:above|below|before|after|since|until|over|under|exceed\w*|at least|at most)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Values:
    """What a question names in figures."""

    amounts: tuple[Amount, ...] = ()
    moments: tuple[Moment, ...] = ()
    words: frozenset[str] = frozenset()
    """Stems of the question's other subject words."""
    is_exact: bool = True
    """No mere month or year, in which much happens: those count with the other words only."""

    def held_by(self, text: str) -> bool:
        """Whether a text names each of them, in whatever notation."""
        if not self.is_exact and not self.words <= set(analyse(text)):
            return False
        return all(
            any(_is_same(one, other) for other in amounts(text)) for one in self.amounts
        ) and all(any(map(one.is_said_by, moments(text))) for one in self.moments)

    @property
    def notations(self) -> str:
        """Their usual notations in a row, to be searched by their words."""
        return " ".join(
            [*(_notations(one) for one in self.amounts), *(_days(one) for one in self.moments)]
        )


def _is_in_name(text: str, start: int, end: int) -> bool:
    """Whether digits with a letter behind them name something: "A320b", "clause 12b", "3M"."""
    piece = text[start:end]
    if any(sign in piece for sign in "$€£¥"):
        return False
    if _INSIDE.search(text[:start]) or _GOES_ON.match(text[end:]):
        return True
    return _LETTERED.fullmatch(piece) is not None and (
        _LABEL.search(text[:start]) is not None or piece == "3M"
    )


def plain_notation(text: str) -> str:
    """The text with its large sums, shares and dates as English prose writes them."""
    changes = [
        (one.start, one.end, new)
        for one in amounts(text)
        if not _is_in_name(text, one.start, one.end)
        and (new := _rewritten(one, text[one.start : one.end]))
    ]
    changes += [
        (one.start, one.end, _day(one))
        for one in moments(text)
        if one.date.day and _IN_DIGITS.fullmatch(text[one.start : one.end])
    ]
    for start, end, new in sorted(changes, reverse=True):
        text = f"{text[:start]}{new}{text[end:]}"
    return text


def asked_by_value(asked: Asked) -> Values | None:
    """The values of a question for what has them: "What is worth $7.15bn?".

    None for any other, also for one that compares ("before 1997") or names somebody: there the
    value only goes with what is asked.
    """
    found = [one for one in amounts(asked.text) if _tells_apart(one)]
    days = list(moments(asked.text))
    if not (found or days) or asked.expects not in {Expects.ANYTHING, Expects.NAME}:
        return None
    spans = [(one.start, one.end) for one in found] + [(one.start, one.end) for one in days]
    others = [
        term for term in asked.terms if not _is_inside(term, spans) and term.key not in _NO_SUBJECT
    ]
    is_exact = bool(found) or any(one.date.day for one in days)
    if len(others) > (FEW_WORDS if is_exact else 1) or any(term.is_name for term in others):
        return None
    if not is_exact and asked.expects is Expects.NAME and others:
        return None  # much else happened in that year
    is_open = _ASKS_WHAT.search(asked.text) is not None or len(terms(asked.text)) < SHORT
    if not is_open or _COMPARES.search(fold(asked.text)):
        return None
    words = frozenset(stem for term in others for stem in analyse(term.text))
    return Values(tuple(found), tuple(days), words, is_exact)


_NO_SUBJECT = frozenset(
    key_of(word) for word in "happen occur take took place event thing deal sum amount".split()
)
"""Words of a question for what has a value that say no more than that."""
SHORT = 8
"""Words of a question without a verb: "the 7.15 billion dollar deal"."""


def written(value: float, unit: str) -> str:
    """A value in figures: "$61.85 billion", "36.8 %", "12"."""
    if unit == "percent":
        return f"{value:.10g} %"
    scale, name = next(((s, f" {n}") for s, n, _ in _SCALES if value >= s), (1.0, ""))
    number = f"{value / scale:.10g}" if name else f"{value:,.10g}"
    if unit in _SIGNS:
        return f"{_SIGNS[unit]}{number}{name}"
    return f"{number}{name} {_NAMES[unit]}" if unit in _NAMES else f"{number}{name}"


def _rewritten(amount: Amount, as_written: str) -> str | None:
    if amount.unit == "percent":
        return written(amount.value, "percent") if "," in as_written else None
    if amount.value < LARGE or amount.unit not in CURRENCIES | {""}:
        return None
    new = written(amount.value, amount.unit)
    is_plain = _SPELT.search(as_written) and new.split()[0].lstrip("$€£") in as_written
    return None if is_plain and not re.search(r"dollar|euro|pound", as_written, re.I) else new


def _is_same(wanted: Amount, other: Amount) -> bool:
    if wanted.is_said_by(other):
        return True
    is_bare = not wanted.unit and wanted.value >= LARGE
    return is_bare and other.unit in CURRENCIES and abs(wanted.value - other.value) < 1.0


def _tells_apart(amount: Amount) -> bool:
    """Whether a number is a value of its own and no count of something ("two companies")."""
    return amount.unit in CURRENCIES | {"percent"} or amount.value >= LARGE


def _is_inside(term: Term, spans: list[tuple[int, int]]) -> bool:
    return any(start < term.end and term.start < end for start, end in spans)


def _notations(amount: Amount) -> str:
    forms = [written(amount.value, amount.unit)]
    for scale, name, short in _SCALES:
        if amount.value >= scale or amount.value >= scale / 1000 >= LARGE:
            number = amount.value / scale
            forms += [f"{number:.10g} {name}", f"{number:,.10g} {name}", f"{number:.10g}{short}"]
    if amount.unit == "percent":
        forms.append(f"{amount.value:.10g}".replace(".", ","))
    elif amount.value < LARGE:
        forms.append(f"{amount.value:,.10g} {amount.value:.10g}")
    return " ".join(dict.fromkeys(forms))


def _days(moment: Moment) -> str:
    known = moment.date
    if not known.month or not known.year or not known.day:
        return _day(moment)
    month = list(_MONTHS).index(known.month) + 1
    return (
        f"{_day(moment)} {known.day:02d}.{month:02d}.{known.year} "
        f"{known.year}-{month:02d}-{known.day:02d}"
    )


def _day(moment: Moment) -> str:
    known = moment.date
    parts = (known.day, _MONTHS.get(known.month), known.year)
    return " ".join(str(part) for part in parts if part)


_COMPLETED = re.compile(
    r"\b(?:been |be |being )?"
    r"(?:completed?|finali[sz]ed|concluded|consummated|gone through)\b(?! (?:by|in|on|at)\b)",
    re.IGNORECASE,
)
_DEAL = re.compile(
    r"\b(?:mergers?|deals?|acquisitions?|purchases?|takeovers?|sales?|buyouts?|transactions?)\b",
    re.I,
)
_PACT = re.compile(
    r"\b(?:agreements?|pacts?|alliances?|partnerships?|contracts?|tie-?ups?|ventures?)\b", re.I
)


def is_of_pact(question: str) -> bool:
    """Whether a question names what two sides have agreed, a deal included."""
    return is_of_deal(question) or _PACT.search(question) is not None


def is_of_deal(question: str) -> bool:
    """Whether a question names a merger, an acquisition or the like."""
    return _DEAL.search(question) is not None


def of_a_deal(question: str) -> str | None:
    """A question whether a deal is completed, asked in the trade's other word: closed.

    A small reader knows the one of sentences with the other badly. None for any other question.
    """
    if not is_of_deal(question):
        return None
    found = _COMPLETED.sub("closed", question)
    return None if found == question else found
