"""Claims that tell a quote's measure the other way: more for less, "a month" for "a year".

Compared is only what both tie to the same thing: the same number, or the same word behind. What is
told of something else ("less than its rival" of "the rival more") the reader judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.answering.text.amounts import Amount, amounts
from app.answering.text.quantities import NUMBER_WORDS
from app.answering.text.spelled import in_figures
from app.answering.text.terms import Term, content_terms, is_function_word, keys, terms
from app.answering.verification.checks import Check, Failure

SHARE = 0.4
"""Share of a claim's words that a quote must hold for opposites in both to be compared."""
ANCHOR_REACH = 3
"""Words behind one of two opposites among which stands what both are told of."""
BEFORE, BEHIND = 5, 3
"""Words before and behind a number that tell its direction."""

_TIMES = frozenset({"year", "month", "week", "day", "hour", "minute", "th"})
_NUMBER = r"(?:" + "|".join(NUMBER_WORDS) + r"|\d)"
_PERIOD = "year|month|week|day|hour|quarter|minute"
_RATE_BEHIND = re.compile(
    rf"^[ ,]*(?:(?!{_NUMBER}|by\b|than\b)[\w'-]+ ){{0,3}}?(?:an?|per|every|each|and|/) ?"
    rf"(?P<period>{_PERIOD})\b(?! and a half| ago| earlier| later| before| after)"
    r"|^ (?:[\w'-]+ ){0,2}?(?P<often>annually|yearly|monthly|weekly|daily|hourly|quarterly)\b",
    re.IGNORECASE,
)
_RATE_BEFORE = re.compile(
    r"\b(?P<often>annual|yearly|monthly|weekly|daily|hourly|quarterly)(?: [\w'-]+){0,3} $", re.I
)
_OFTEN = {
    "annual": "year", "annually": "year", "yearly": "year", "monthly": "month", "weekly": "week",
    "daily": "day", "hourly": "hour", "quarterly": "quarter",
}  # fmt: skip
_CURRENCY_OF = re.compile(
    r" (?P<whose>[A-Z][a-z]+(?: [A-Z][a-z]+)?) "
    r"(?:dollars?|pounds?|francs?|crowns?|pesos?|rupees?)\b"
)
RATE_REACH = 40
"""Characters beside a number in which it is told how often."""

_RISE = frozenset(
    """
    rise rises rose risen rising increase increases increased increasing gain gains gained gaining
    grow grows grew grown growing growth climb climbs climbed climbing jump jumps jumped raise
    raises raised raising soar soars soared
    """.split()
)
_FALL = frozenset(
    """
    fall falls fell fallen falling decrease decreases decreased decreasing decline declines declined
    declining drop drops dropped dropping lose loses lost losing shrink shrinks shrank shrunk
    reduce reduces reduced reducing sink sinks sank sunk slump slumps slumped lowers lowered
    """.split()
)
_MORE = frozenset("up upwards more higher above longer dearer costlier".split())
_LESS = frozenset("down downwards less fewer lower below shorter cheaper".split())
_PAIRS = (
    (_RISE, _FALL),
    (frozenset({"up"}), frozenset({"down"})),
    (frozenset({"more"}), frozenset({"less", "fewer"})),
    (frozenset({"higher"}), frozenset({"lower"})),
    (frozenset({"above"}), frozenset({"below", "under", "beneath"})),
    (frozenset({"before"}), frozenset({"after"})),
    (frozenset({"earlier", "sooner"}), frozenset({"later"})),
    (frozenset({"larger", "bigger", "greater"}), frozenset({"smaller", "lesser"})),
    (frozenset({"longer"}), frozenset({"shorter"})),
    (frozenset({"better"}), frozenset({"worse"})),
    (frozenset({"older"}), frozenset({"younger"})),
    (frozenset({"faster", "quicker"}), frozenset({"slower"})),
    (frozenset({"cheaper"}), frozenset({"dearer", "costlier"})),
    (frozenset({"stronger"}), frozenset({"weaker"})),
    (frozenset({"heavier"}), frozenset({"lighter"})),
    (frozenset({"easier"}), frozenset({"harder"})),
    (frozenset({"wider"}), frozenset({"narrower"})),
    (frozenset({"most"}), frozenset({"least", "fewest"})),
    (frozenset({"best"}), frozenset({"worst"})),
    (frozenset({"highest"}), frozenset({"lowest"})),
    (frozenset({"largest", "biggest"}), frozenset({"smallest"})),
    (frozenset({"longest"}), frozenset({"shortest"})),
    (frozenset({"oldest"}), frozenset({"youngest"})),
    (frozenset({"cheapest"}), frozenset({"dearest"})),
)
_OPPOSITES: dict[str, frozenset[str]] = {}
for _one, _other in _PAIRS:
    for _words, _against in ((_one, _other), (_other, _one)):
        for _word in _words:
            _OPPOSITES[_word] = _OPPOSITES.get(_word, frozenset()) | _against
_SAME = {word: words for one, other in _PAIRS for words in (one, other) for word in words}
_CLAUSE = re.compile(
    r"[;:]|, (?:and|but|while|whereas|though|although|which|who)\b"
    r"| (?:and|but|while|whereas|though|although) ",
    re.IGNORECASE,
)
_BOUNDS = re.compile(
    r"\b(?:no |not )?(?:more|less|fewer|higher|lower|greater) than(?: an?| the)?$"
    r"|\b(?:no|not) (?:more|less|fewer|later|earlier|longer)\b|\bup to$|\b(?:below|above)$"
)
"""What bounds a number says nothing of its direction; `amounts` reads it."""
_OR_MORE = re.compile(r"^,? (?:or|and) (?:more|less|fewer|above|below|longer)\b")
_DENIES = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|only|rather than|instead)\b|n't\b",
    re.IGNORECASE,
)
"""Turns what is compared: "nothing before the vote" is after it."""
_FROM_TO = re.compile(r"\bfrom\b(.{1,60}?)\bto\b(.{1,40})", re.IGNORECASE)


def opposite(claim: str, quotes: Sequence[str]) -> Iterator[Failure]:
    """What a claim tells the other way round.

    Args:
        claim: One sentence, folded.
        quotes: The evidence, folded, a sentence each.
    """
    said, told = in_figures(claim, is_claim=True), [in_figures(quote) for quote in quotes]
    for amount in amounts(said):
        equal = [(text, each) for text in told for each in amounts(text) if amount.is_said_by(each)]
        if not equal:
            continue
        rate, rates = _rate(said, amount), {_rate(text, each) for text, each in equal}
        if rate and "" not in rates and rate not in rates:
            yield Failure(Check.NUMBERS, f"{amount} a {rate}")
        currency, others = _whose(said, amount), {_whose(text, each) for text, each in equal}
        if currency and "" not in others and currency not in others:
            yield Failure(Check.NUMBERS, f"{amount} {currency}")
        if _goes_other_way(said, amount, equal):
            yield Failure(Check.EXTENT, str(amount))
    if (span := _from_to_swapped(said, told)) is not None:
        yield Failure(Check.EXTENT, span)
    if (words := _opposed(said, told)) is not None:
        yield Failure(Check.EXTENT, " for ".join(words))


def _rate(text: str, amount: Amount) -> str:
    """How often an amount recurs: "year" of "7 million each a year"; empty where it is not told."""
    if found := _RATE_BEHIND.match(text[amount.end : amount.end + RATE_REACH]):
        return (found["period"] or _OFTEN[found["often"].lower()]).lower()
    found = _RATE_BEFORE.search(text[max(0, amount.start - RATE_REACH) : amount.start])
    return _OFTEN[found["often"].lower()] if found else ""


def _whose(text: str, amount: Amount) -> str:
    """Whose dollars an amount is in: "Canadian"; empty where it is not told."""
    found = _CURRENCY_OF.match(text[amount.end : amount.end + RATE_REACH])
    return found["whose"] if found else ""


def _goes_other_way(said: str, amount: Amount, equal: Sequence[tuple[str, Amount]]) -> bool:
    """Whether a number is a rise or more in the claim, and a fall or less in every quote."""
    if amount.unit in _TIMES or (not amount.unit and not said[amount.start].isdigit()):
        return False  # "two years later" and "two years behind"
    own = _directions(said, amount)
    if len(own) != 1:
        return False
    others = [_directions(text, each) for text, each in equal]
    return all(len(other) == 1 and other != own for other in others)


def _directions(text: str, amount: Amount) -> frozenset[str]:
    before = _CLAUSE.split(text[: amount.start])[-1].lower()
    behind = _CLAUSE.split(text[amount.end :], maxsplit=1)[0].lower()
    words = " ".join(re.findall(r"[a-z'-]+", before)[-BEFORE:])
    behind = _OR_MORE.sub("", behind)
    near = {*_BOUNDS.sub("", words).split(), *re.findall(r"[a-z'-]+", behind)[:BEHIND]}
    up, down = _RISE | _MORE, _FALL | _LESS
    return frozenset(name for name, of in (("up", up), ("down", down)) if not near.isdisjoint(of))


def _from_to_swapped(said: str, told: Sequence[str]) -> str | None:
    """A span "from 6 to 40" that the quotes tell from 40 to 6."""
    known = {span for text in told for _, span in _spans(text)}
    for words, (start, end) in _spans(said):
        if start != end and (end, start) in known and (start, end) not in known:
            return words
    return None


def _spans(text: str) -> Iterator[tuple[str, tuple[float, float]]]:
    for match in _FROM_TO.finditer(text):
        start, end = amounts(match[1]), amounts(match[2])
        if start and end:
            yield match.group(), (start[-1].value, end[0].value)


def _opposed(said: str, told: Sequence[str]) -> tuple[str, str] | None:
    """A word of the claim for whose opposite a quote has the same thing behind it."""
    own, words = terms(said), content_terms(said)
    is_denied = _DENIES.search(said) is not None
    near = [
        terms(text)
        for text in told
        if (_DENIES.search(text) is not None) == is_denied
        and words
        and sum(t.key in keys(terms(text)) for t in words) >= SHARE * len(words)
    ]
    for place, term in enumerate(own):
        word = term.text.lower()
        if word not in _OPPOSITES or (thing := _behind(own, place)) is None:
            continue
        found = [
            other.text.lower()
            for text in near
            for at, other in enumerate(text)
            if other.text.lower() in _SAME and _behind(text, at) == thing
        ]
        if not _SAME[word].isdisjoint(found):
            continue
        against = next((each for each in found if each in _OPPOSITES[word]), None)
        if against is not None:
            return word, against
    return None


def _behind(words: Sequence[Term], place: int) -> str | None:
    """Key of the first word with a subject of its own behind a place."""
    for term in words[place + 1 : place + 1 + ANCHOR_REACH]:
        if not is_function_word(term.text) and term.text.lower() not in _SAME:
            return term.key
    return None
