"""Whether the likely sentences hold the kind of value that is asked for: a hard check.

The reader knows English only. Of sentences in other languages it gets English words, and takes what
is near for an answer more often; a figure, a day or a name can be seen without it. This may only
refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from app.answering.evidence.evidence import Evidence, in_readers_words
from app.answering.question.asking import Asked, Expects
from app.answering.text.amounts import amounts, moments
from app.answering.text.quantities import PERIODS
from app.answering.text.terms import terms
from app.languages.english import is_glossed

LIKELY = 0.3
"""Share of the likeliest sentence's chance from which on a sentence may be the answer."""
_WHO = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|"
    r"(?:year|month|week|day|night|quarter|semester|decade|century)s?|today|yesterday|tomorrow|"
    r"soon|recently|now|when|if|once|after|before|until|since|during|schedule|date|deadline)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"[$€£¥₹₽]|\b(?:us-)?(?:dollar[io]?|dollars|dólar(?:es)?|euros?|pfund|pounds?|libras?|livres|"
    r"sterlin[ae]|pond|franken|francs?|franc(?:os?|hi)|yen|yuan|kron(?:e[nr]?|or|a)|coronas?|"
    r"coroas?|corone|couronnes|kronen|rubel|rublos?|rubli|roubles?|roebel|rupien|rupias?|roupies?|"
    r"pesos?|reais|[zs][lł]ot(?:y|ych)|lir[ae])\b",
    re.IGNORECASE,
)
"""Of a sum that is written in words, or in a currency that is not reckoned with."""
_UNSAID = re.compile(r"\b(?:not|no|never|nothing|nobody|none)\b", re.IGNORECASE)
"""That something was not told is an answer, too."""


def lacks_value(asked: Asked, evidence: Sequence[Evidence]) -> bool:
    """Whether no likely sentence has the amount, number, day or name that is asked for.

    Only where every likely sentence is one that the reader got in English words.
    """
    best = max((item.relevance for item in evidence), default=0.0)
    likely = [item for item in evidence if item.relevance >= LIKELY * best]
    if not likely or not all(is_glossed(item.metadata.language) for item in likely):
        return False
    has = _HAS.get(asked.expects)
    if has is None or (asked.expects is Expects.NAME and not _WHO.search(asked.text)):
        return False
    return not any(has(asked, item) for item in likely)


def _has_money(asked: Asked, item: Evidence) -> bool:
    known = _known(asked)
    own = [each for each in amounts(item.text) if (each.value, each.unit) not in known]
    is_money = any(each.unit not in {*PERIODS, "percent", "part", "points", "th"} for each in own)
    return is_money or _CURRENCY.search(item.text) is not None or _is_unsaid(item)


def _has_number(asked: Asked, item: Evidence) -> bool:
    known = _known(asked)
    both = (*amounts(item.text), *amounts(in_readers_words(item)))
    return any((each.value, each.unit) not in known for each in both) or _is_unsaid(item)


def _has_time(asked: Asked, item: Evidence) -> bool:
    known = {str(moment.date) for moment in moments(asked.text)}
    if any(str(moment.date) not in known for moment in moments(item.text)):
        return True
    return _TIME.search(in_readers_words(item)) is not None or _is_unsaid(item)


def _has_name(asked: Asked, item: Evidence) -> bool:
    known = {term.key for term in asked.terms}
    words = terms(f"x {in_readers_words(item)}")
    return any(word.is_name and word.key not in known for word in words) or _is_unsaid(item)


def _known(asked: Asked) -> set[tuple[float, str]]:
    return {(each.value, each.unit) for each in amounts(asked.text)}


def _is_unsaid(item: Evidence) -> bool:
    return _UNSAID.search(in_readers_words(item)) is not None


_HAS: Mapping[Expects, Callable[[Asked, Evidence], bool]] = {
    Expects.MONEY: _has_money,
    Expects.NUMBER: _has_number,
    Expects.SHARE: _has_number,
    Expects.DURATION: _has_number,
    Expects.DATE: _has_time,
    Expects.NAME: _has_name,
}
