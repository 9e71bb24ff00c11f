"""What the sources say of one thing: its amount, date, length, number, or a sentence about it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.answering.comparison.events import (
    ALIKE,
    MAY,
    day_of,
    families,
    is_only_announced,
    stems_of_ends,
)
from app.answering.comparison.measures import measure_told, of_year
from app.answering.comparison.standing import as_it_stands, published
from app.answering.comparison.times import time_told
from app.answering.evidence.evidence import Evidence
from app.answering.question.agreement import what_was
from app.answering.question.comparison import KINDS, Attribute, Comparison, event_of
from app.answering.question.notation import CURRENCIES
from app.answering.text.amounts import REACH, Amount, Bound, Moment, amounts, moments
from app.answering.text.terms import content_terms, key_of, keys
from app.library.shelf import Shelf
from vectorstore.lexical import analyse
from vectorstore.reader import DocumentSummary
from vectorstore.types import DocumentId, SentenceKind

Ask = Callable[[str, Sequence[DocumentId]], list[Evidence]]
"""What the reader makes of a question put to some documents; the likeliest sentence first."""

MAX_DOCUMENTS = 3
"""A name that means more documents than this means none of them."""
LEAST = 0.03
"""Chance from which on a sentence with a fitting value counts: the value itself says much."""
LEAST_OPEN = 0.6
"""The same for a sum or a length that nobody asked for, in a sentence that tells of no payment."""
PAID = re.compile(
    r"\b(?:pa(?:id|ys)|bought|buys|acquire[sd]?|s(?:old|ells)|invest(?:s|ed)|worth|valued?|"
    r"purchase[sd]?)\b"
)
"""A sum in such a sentence is what a deal comes to."""
LEAST_SENTENCE = 0.4
"""The same for a sentence that is shown whole."""
EVENT, LIKE_EVENT, OTHER_EVENT = 0.6, 0.4, 0.4
"""What a sentence gains by the event's own verb or one like it, and loses by its opposite's."""
OTHER_SOURCE = 0.25
"""Share of the best sentence's chance from which on another document's value is told, too."""
SAME_EVENT = 0.8
"""The same for a date: what another document dates may be another event."""
_EACH = re.compile(
    r"^[^.;]{0,12}?\b(?:for (?:each|every)|per|apiece|each|an?|the) (?:\w+ ){0,2}?"
    r"(?:share|unit|dose|head|"
    r"person|month|year|ton|barrel|student|patient|member|car|ticket|copy|hour|day|week)s?\b",
    re.IGNORECASE,
)
_PER = re.compile(r"\b(?:for (?:each|every)|per) \w+", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:\b(?:about|roughly|around|nearly|almost|approximately|some|more than|less than|over|under|"
    r"at least|at most|up to|an estimated|just under|the end of|the middle of|the start of|early|"
    r"late|mid-) ?)+$",
    re.IGNORECASE,
)
HEDGED = 0.4
"""What a sentence loses that only hopes for, or plans, what is asked."""
_HOPE = re.compile(
    r"\b(?:hopes?|hoped|plans?|planned|expects?|expected|intends?) (?:to|that)\b", re.I
)
_BESIDE = re.compile(
    r"\b(?:before|after|until|since|prior to|ahead of) (?:the |its |their )?\w+", re.IGNORECASE
)
"""What only says when something else was: "two days before the closing"."""
_WHEN = re.compile(r" (?:in|for|during) (?:[A-Z][a-z]+ )?(?P<year>(?:19|20)\d\d)$")
_SINCE = re.compile(r"\s*(?:after|before|ago|later|earlier|old|older|from now)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a thing, and the sentence that says it."""

    text: str
    """As the source writes it: "roughly $69 billion"; the sentence where no figure is meant."""
    evidence: Evidence
    amount: Amount | None = None
    moment: Moment | None = None
    is_announced: bool = False
    """The sentence only tells that it was to come."""


def documents_of(thing: str, shelf: Shelf) -> list[DocumentSummary]:
    """The documents about a thing; none where its name means none, or too many."""
    name = " ".join(re.sub(r"[-–/&]", " ", event_of(thing)[0]).split())
    bare = " ".join(KINDS.sub(" ", name).split())
    for words in dict.fromkeys((bare, _proper(bare), name)):
        found = shelf.titled(words) if words else []
        if found:
            return found if len(found) <= MAX_DOCUMENTS else []
    found = shelf.named(bare) if bare else []
    return found if len(found) <= MAX_DOCUMENTS else []


def _proper(name: str) -> str:
    """The words of a name that have a capital."""
    return " ".join(word for word in name.split() if word[:1].isupper())


def values_of(
    thing: str,
    attribute: Attribute,
    asked: Comparison,
    documents: Sequence[DocumentSummary],
    ask: Ask,
    *,
    by_name: bool = False,
) -> list[Value]:
    """The values that the sources give, the newest source first; several where they differ.

    Args:
        thing: As the question names it.
        attribute: What is wanted of it.
        asked: The whole comparison.
        documents: Where to look.
        ask: Asks the reader.
        by_name: Only sentences that name the thing themselves: another thing is in its documents.
    """
    if asked.questions:
        return _times_of(thing, asked, documents, ask)
    name, event = event_of(thing)
    event = event or asked.event
    found = ask(_question(name, attribute, asked, event), [each.id for each in documents])
    names = _name_keys(_WHEN.sub("", name))
    if attribute is Attribute.MEASURE and (year := _WHEN.search(name)):
        found = of_year(year["year"], found)
    near = [
        item for item in found if _speaks_of(item, names) and (not by_name or names <= item.keys)
    ]
    if attribute is Attribute.STATUS:
        near = as_it_stands(near)
    values = [
        (score, value)
        for item in near
        if (value := _value(item, attribute, asked, event))
        and (score := _score(item, attribute, event) + _size(value)) >= _least(attribute)
        and (attribute is Attribute.DATE or item.relevance >= _least(attribute))
        and not (asked.is_open and _is_beside(item, attribute))
    ]
    values.sort(key=lambda pair: -pair[0])
    if attribute is Attribute.DATE:
        values = _of_event(values, event or "founded")
    best: dict[DocumentId, tuple[float, Value]] = {}
    for score, value in values:
        best.setdefault(value.evidence.document_id, (score, value))
    if not best:
        return []
    top = next(iter(best.values()))
    share = SAME_EVENT if attribute is Attribute.DATE else OTHER_SOURCE
    kept = [value for score, value in best.values() if score >= share * top[0]]
    is_figure = attribute not in _QUESTIONS_OF_SENTENCES
    kept = kept if is_figure else kept[:1]
    if attribute is not Attribute.DATE:
        kept.sort(key=_age, reverse=True)
    first = kept[0]
    return [first, *(each for each in kept[1:] if _differs(each, first))]


def _times_of(
    thing: str, asked: Comparison, documents: Sequence[DocumentSummary], ask: Ask
) -> list[Value]:
    """When something was that only the question has a word for."""
    question = asked.questions[asked.things.index(thing)]
    found = ask(question, [each.id for each in documents])
    names = _name_keys(thing)
    told = time_told(question, names, [item for item in found if _speaks_of(item, names)])
    if told is None:
        return []
    item, day = told
    return [Value(_with_bound(item.text, day.start, day.end), item, moment=day)]


def _of_event(values: list[tuple[float, Value]], event: str) -> list[tuple[float, Value]]:
    """Where no sentence has the event's verb, the first date of one like it: things begin once."""
    own, like, _ = families(event)
    if not like & {stem for verb in ALIKE[0].split() for stem in analyse(verb)}:
        return values
    if values and own & set(analyse(values[0][1].evidence.text)):
        return values
    if values and values[0][1].moment and values[0][1].moment.side == "since":
        return values
    begun = [pair for pair in values if like & set(analyse(pair[1].evidence.text))]
    begun.sort(key=lambda pair: (pair[1].evidence.document_id, pair[1].evidence.sentence.ordinal))
    return begun or values


_QUESTIONS_OF_SENTENCES = {
    Attribute.STATUS: "What is the status of {}?",
    Attribute.PARTNERS: "Who are the partners of {}?",
    Attribute.REASON: "Why was {} made?",
    Attribute.SUMMARY: "What is {}?",
}


def _question(name: str, attribute: Attribute, asked: Comparison, event: str) -> str:
    if attribute in _QUESTIONS_OF_SENTENCES:
        return _QUESTIONS_OF_SENTENCES[attribute].format(name)
    if attribute is Attribute.AMOUNT:
        return (
            f"How much was paid for {name}?"
            if asked.word == "paid"
            else f"How much did {name} cost?"
        )
    if attribute is Attribute.DATE:
        return f"When was {name} {event or 'founded'}?"
    if attribute is Attribute.DURATION:
        return f"How long did {name} last?"
    if attribute is Attribute.SHARE:
        return f"What share does {name} have?"
    if attribute is Attribute.MEASURE:
        return f"{what_was(f'{asked.counted} of {name}')}?"
    return f"How many {asked.counted} does {name} have?"


def _name_keys(name: str) -> frozenset[str]:
    """Keys of the words that name a thing, without what kind of thing it is."""
    bare = KINDS.sub(" ", name)
    return keys(content_terms(bare)) or keys(content_terms(name))


def _speaks_of(item: Evidence, names: frozenset[str]) -> bool:
    """Whether a sentence, its heading or its document's title names the thing."""
    around = keys(content_terms(" . ".join((item.metadata.title, *item.sentence.heading))))
    return (
        not names
        or bool(names & (item.keys | around))
        and names <= item.keys | around | keys(content_terms(item.passage.text))
    )


def _least(attribute: Attribute) -> float:
    return LEAST_SENTENCE if attribute in _QUESTIONS_OF_SENTENCES else LEAST


def _is_beside(item: Evidence, attribute: Attribute) -> bool:
    """Whether a figure is hardly the thing's own: the price of a car that a venture builds."""
    if attribute is Attribute.AMOUNT and PAID.search(item.text):
        return False
    is_figure = attribute in {Attribute.AMOUNT, Attribute.DURATION}
    return is_figure and item.relevance < LEAST_OPEN


def _size(value: Value) -> float:
    """What a sum gains by its size: the price of a deal is seldom the smallest sum of a text."""
    if value.amount is None or value.amount.unit not in CURRENCIES:
        return 0.0
    return SIZE * math.log10(max(value.amount.value, 1.0))


SIZE = 0.1


def _score(item: Evidence, attribute: Attribute, event: str) -> float:
    if attribute is not Attribute.DATE:
        return item.relevance - HEDGED * bool(MAY.search(item.text)) / 2
    stems = set(analyse(_BESIDE.sub(" ", item.text)))
    wanted = event or "founded"
    own, like, other = families(wanted)
    is_begun = not own & stems_of_ends() and any(one.side == "since" for one in moments(item.text))
    return (
        item.relevance
        + EVENT * is_begun
        - HEDGED * bool(MAY.search(item.text) and not own & stems and not like & stems)
        - HEDGED * bool(_HOPE.search(item.text))
        + EVENT * bool(own & stems)
        + LIKE_EVENT * bool(like & stems - own)
        - OTHER_EVENT * bool(other & stems and not own & stems)
    )


def tells_event(value: Value, event: str, *, only_own: bool = False) -> bool:
    """Whether the sentence that dates a thing has the event's verb, or one like it."""
    own, like, _ = families(event)
    is_since = value.moment is not None and value.moment.side == "since"
    verbs = own if only_own else own | like
    return (is_since and not only_own) or bool(verbs & set(analyse(value.evidence.text)))


def _value(item: Evidence, attribute: Attribute, asked: Comparison, event: str) -> Value | None:
    text = item.text
    if attribute in _QUESTIONS_OF_SENTENCES:
        is_whole = item.sentence.kind in {SentenceKind.PROSE, SentenceKind.LIST_ITEM}
        return Value(" ".join(text.split()), item) if is_whole else None
    if attribute is Attribute.DATE:
        day = day_of(text, event or "founded")
        if day is None:
            return None
        said = _with_bound(text, day.start, day.end)
        is_announced = is_only_announced(text, event or "founded")
        return Value(said, item, moment=day, is_announced=is_announced)
    if attribute is Attribute.MEASURE:
        told = measure_told(text, asked.counted)
        if told is None:
            return None
        return Value(_with_bound(text, told.start, told.end), item, amount=told)
    fitting = [one for one in amounts(text) if _fits(one, attribute, asked, text)]
    if not fitting:
        return None
    one = max(fitting, key=lambda each: (each.bound is not Bound.BELOW, each.value))
    return Value(_with_bound(text, one.start, one.end), item, amount=one)


def _fits(amount: Amount, attribute: Attribute, asked: Comparison, text: str) -> bool:
    if attribute is Attribute.AMOUNT:
        return amount.unit in CURRENCIES and not _is_for_each(text, amount)
    if attribute is Attribute.DURATION:
        is_span = amount.unit in {"year", "month", "week", "day"}
        return is_span and not _SINCE.match(text[amount.end :])
    if attribute is Attribute.SHARE:
        return amount.unit in {"percent", "part"}
    counted = {key_of(word) for word in asked.counted.split()}
    after = keys(content_terms(text[amount.end : amount.end + 2 * REACH]))
    return not amount.unit and bool(counted & after)


def _is_for_each(text: str, amount: Amount) -> bool:
    """Whether a sum is the price of one share, unit or month."""
    after = text[amount.end :]
    if _EACH.match(after):
        return True
    following = next(
        (one.start for one in amounts(text) if one.start > amount.end and one.unit in CURRENCIES),
        None,
    )
    return _PER.search(after if following is None else text[amount.end : following]) is not None


def _with_bound(text: str, start: int, end: int) -> str:
    """A value as it stands, with the words that bound it."""
    before = _BEFORE.search(text[:start])
    said = " ".join(text[before.start() if before else start : end].split()).strip(" ,")
    return _A_SUM.sub("", said)  # "a $70 billion deal"


_A_SUM = re.compile(r"^an? (?=\W?\d)")


def _age(value: Value) -> int:
    return published(value.evidence)


def _differs(one: Value, other: Value) -> bool:
    if one.amount and other.amount:
        return not one.amount.is_said_by(other.amount)
    if one.moment and other.moment:
        first, second = one.moment.date, other.moment.date
        return not (first.is_in(second) or second.is_in(first))
    return False
