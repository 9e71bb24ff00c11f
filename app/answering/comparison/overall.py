"""The first, last and number of all things of a kind, from values that the sources give.

A value counts with the sentence that gives it and the name of what it is the value of; what has no
value is counted as such. Of more documents than can be read nothing is reckoned.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.answering.comparison.cells import PAID, Ask, Value, tells_event, values_of
from app.answering.comparison.overall_outcomes import turned_out
from app.answering.comparison.reckoning import compare_values, measure
from app.answering.comparison.value_words import quote_of, quote_of_item, value_text
from app.answering.evidence.evidence import Evidence, leans
from app.answering.question.comparison import Asks, Attribute, Comparison
from app.answering.question.overall_shapes import ANY, WORDS, Kind, Overall
from app.answering.text.pairs import names_of_title, pairs_of, subject_of_title
from app.answering.text.terms import content_terms, key_of, keys, names_of
from app.languages.catalogue import marked, say, say_number
from app.library.pen import Pen
from app.library.shelf import Shelf
from app.library.told import Told
from app.types import AnswerStatus, Cell, Row, Table, Verdict
from vectorstore.reader import DocumentSummary

MAX_READ = 24
"""Documents from which values are taken; each costs a reading."""
MAX_NAMED = 12
"""Things that are told one by one."""
SAID_ITSELF = 0.5
"""From this chance on a sentence with the question's own superlative is the answer to it."""
LEAST = {Attribute.AMOUNT: 0.25, Attribute.DURATION: 0.3, Attribute.DATE: 0.1}
"""Chance of the sentence from which on its value counts. Measured on the sample: prices of other
things stay below."""
NO_VALUES = marked("I found no such figures in the documents.")
TOO_MANY = marked(
    "{number} documents speak of this, more than I can compare at once. Narrow it down, such as "
    "“in articles from 2019, …”."
)
_JOINED = re.compile(r",| and | & ")
_BEGUN = re.compile(
    r"\b(?:bought|acquired|took over|merged|opened|signed|agreed|formed|founded|joined|allies|"
    r"started|began|concluded)\b"
)
_EVENT = {Kind.COMPANY: "founded", Kind.PARTNERSHIP: "founded", Kind.VENTURE: "founded"}
"""What is dated where the question does not say; else the announcement."""


@dataclass(frozen=True, slots=True)
class _Thing:
    """One thing of the kind, with what the sources give for it, the newest first."""

    name: str
    values: list[Value]


def answer_overall(asked: Overall, shelf: Shelf, ask: Ask) -> Told | None:
    """Order or count the things; None where the sources give too little, or say it themselves."""
    documents = _speaking(asked, shelf)
    if not documents:
        return None
    if asked.outcome:
        return turned_out(asked, documents[:MAX_READ], shelf, ask)
    if asked.attribute is None:
        return (
            _counted(asked, documents, shelf, ask)
            if len(documents) <= MAX_READ
            else _too_many(documents, shelf)
        )
    if _is_said(asked, [each.id for each in documents[:MAX_READ]], ask):
        return None
    if len(documents) > MAX_READ:
        return _too_many(documents, shelf)
    things = _valued(asked, asked.attribute, documents, ask)
    if asked.is_list and not things:
        return Told(AnswerStatus.ABSTAINED, message=say(shelf.language, NO_VALUES))
    return _ordered(asked, asked.attribute, things, len(documents), shelf)


def _too_many(documents: Sequence[DocumentSummary], shelf: Shelf) -> Told:
    message = say(shelf.language, TOO_MANY, number=f"{len(documents):,}")
    return Told(AnswerStatus.ABSTAINED, message=message)


def _speaking(asked: Overall, shelf: Shelf) -> list[DocumentSummary]:
    """The documents that speak of such things."""
    documents = list(shelf.documents)
    if asked.kind not in ANY:
        about = {m.document.id for word in WORDS[asked.kind].split() for m in shelf.mentions(word)}
        documents = [each for each in documents if each.id in about]
    for word in asked.modifiers.split():
        about = {each.document.id for each in shelf.mentions(word)}
        documents = [each for each in documents if each.id in about]
    return documents


def _is_said(asked: Overall, documents: Sequence[str], ask: Ask) -> bool:
    """Whether a source itself says which is the largest."""
    degree = {key_of(word) for word in asked.word.split()} - {key_of("most"), key_of("the")}
    best = next(iter(ask(asked.text, documents)), None)
    return best is not None and best.relevance >= SAID_ITSELF and bool(degree & best.keys)


# Values


def _valued(
    asked: Overall, attribute: Attribute, documents: Sequence[DocumentSummary], ask: Ask
) -> list[_Thing]:
    found: dict[str, list[Value]] = {}
    for document in documents:
        subject = names_of_title(document.metadata.title)
        value = _value_in(document, subject, asked, attribute, ask)
        name = subject or (_named_in(value.evidence) if value else "")
        if value is not None and name:
            found.setdefault(name, []).append(value)
    for values in found.values():
        values.sort(key=lambda each: each.evidence.metadata.published or date.min, reverse=True)
    return [_Thing(name, values) for name, values in found.items()]


def _value_in(
    document: DocumentSummary, subject: str, asked: Overall, attribute: Attribute, ask: Ask
) -> Value | None:
    """What one document gives for its thing; None where it tells of none of this kind."""
    event = asked.event or _EVENT.get(asked.kind, "announced")
    if asked.is_list and not asked.event and _JOINED.search(subject):
        event = "announced"
    read: list[Evidence] = []

    def asking(question: str, names: Sequence[str]) -> list[Evidence]:
        read.extend(ask(question, names))
        return read

    wanted = Comparison((), (attribute,), Asks.MOST, "paid", event=event)
    thing = f"the {asked.called} of {subject}" if subject else f"the {asked.called}"
    if asked.kind in {Kind.COMPANY, Kind.PAYMENT} or attribute is not Attribute.AMOUNT:
        thing = subject or f"the {asked.called}"
    values = values_of(thing, attribute, wanted, [document], asking)
    if not values or values[0].evidence.relevance < _least(asked, attribute, values[0]):
        return None
    if asked.is_list:
        if attribute is Attribute.DATE:
            values = [each for each in values if _tells_beginning(each, event)]
        return values[0] if values and _is_of_kind(asked, subject, values[0], read) else None
    if attribute is Attribute.DATE and not tells_event(
        values[0], event, only_own=asked.kind is Kind.COMPANY
    ):
        return None
    return values[0] if _is_of_kind(asked, subject, values[0], read) else None


def _tells_beginning(value: Value, event: str) -> bool:
    """Whether a dated sentence tells of the event, or of another by which such a thing begins."""
    return tells_event(value, event) or _BEGUN.search(value.evidence.text) is not None


def _least(asked: Overall, attribute: Attribute, value: Value) -> float:
    """The chance from which on a value counts; in a list one that is plainly paid always does."""
    is_paid = asked.is_list and attribute is Attribute.AMOUNT and PAID.search(value.evidence.text)
    if is_paid:
        return 0.0
    return LEAST[attribute] / 2 if asked.is_list else LEAST[attribute]


def _is_of_kind(asked: Overall, subject: str, value: Value, read: Sequence[Evidence]) -> bool:
    """Whether the document tells of such a thing with the names of its subject."""
    if asked.kind in ANY and not (asked.kind is Kind.DEAL and value.moment is not None):
        return True
    words = frozenset(map(key_of, WORDS[asked.kind].split()))
    if not subject:
        return bool(words & value.evidence.keys)
    names = keys(content_terms(subject))
    if words & names:
        return True
    needed = min(2, len(names))
    return any(words & item.keys and len(names & item.keys) >= needed for item in read)


def _named_in(item: Evidence) -> str:
    """The first names of a sentence, by which its value is called where a title has none."""
    names = [name.text for name in names_of(item.text) if not name.is_person]
    return " – ".join(dict.fromkeys(names[:2]))


def _ordered(
    asked: Overall, attribute: Attribute, things: list[_Thing], num_read: int, shelf: Shelf
) -> Told | None:
    if not things:
        return None
    units = Counter(each.values[0].amount.unit if each.values[0].amount else "" for each in things)
    first_unit = units.most_common(1)[0][0]
    ranked = [
        each
        for each in things
        if (each.values[0].amount.unit if each.values[0].amount else "") in _alike(first_unit)
    ]
    ranked.sort(key=lambda each: measure(each.values[0]), reverse=not asked.is_less)
    others = [each for each in things if each not in ranked]
    pen, language = Pen(shelf.language), shelf.language
    text = _headline(ranked, language)
    told = [*ranked, *others] if asked.is_list else ranked
    used = [quote_of(value) for each in told[:MAX_NAMED] for value in each.values]
    pen.say(text, used[:4], verdict=Verdict.COMPUTED)
    rows = tuple(
        Row(
            each.name,
            (Cell(_told(each, language), tuple(pen.number(quote_of(v)) for v in each.values)),),
        )
        for each in told[:MAX_NAMED]
    )
    table = Table((say(language, _LABELS[attribute]),), rows)
    for each in told[:MAX_NAMED] if asked.is_list else told[:2]:
        pen.say_own_words(quote_of(each.values[0]), heading=each.name)
    silent = num_read - sum(len(each.values) for each in told)
    message = (
        say_number(
            language,
            "In {number} other document I found none.",
            "In {number} other documents I found none.",
            silent,
        )
        if silent > 0
        else None
    )
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations, message, table)


def _headline(ranked: Sequence[_Thing], language: str) -> str:
    first = ranked[0]
    value = _told(first, language)
    if len(ranked) == 1:
        return say(language, _ONLY, thing=first.name, value=value)
    second = ranked[1]
    is_tie = not compare_values(first.values[0], second.values[0])
    return say(
        language,
        _TIE if is_tie else _FIRST,
        number=len(ranked),
        thing=first.name,
        value=value,
        other=second.name,
        value_of_other=_told(second, language),
    )


_ONLY = marked("The sources give a value for one only, {thing}: {value}.")
_FIRST = marked(
    "First comes {thing}: {value}; then {other}: {value_of_other}. The sources give a value for "
    "{number}."
)
_TIE = marked(
    "Two come first, about equal: {thing}: {value}, and {other}: {value_of_other}. The sources "
    "give a value for {number}."
)
_LABELS = {
    Attribute.AMOUNT: marked("Amount"),
    Attribute.DATE: marked("Date"),
    Attribute.DURATION: marked("Duration"),
}
_PERIODS = frozenset({"year", "month", "week", "day"})


def _alike(unit: str) -> frozenset[str]:
    """Units that can be put in one order; currencies are not converted."""
    return _PERIODS if unit in _PERIODS else frozenset({unit})


def _told(thing: _Thing, language: str) -> str:
    first, *others = thing.values
    differing = [each for each in others if compare_values(each, first) != 0]
    text = value_text(first, language)
    if not differing:
        return text
    rest = "; ".join(dict.fromkeys(value_text(each, language) for each in differing))
    return say(language, "{value} (another source: {others})", value=text, others=rest)


# Numbers


@dataclass(frozen=True, slots=True)
class _Named:
    """One thing by its names, and the sentence that tells of it."""

    keys: frozenset[str]
    text: str
    item: Evidence


def _counted(
    asked: Overall, documents: Sequence[DocumentSummary], shelf: Shelf, ask: Ask
) -> Told | None:
    """How many things of a kind the sources name, each with the sentence that tells of it."""
    words = frozenset(map(key_of, WORDS[asked.kind].split()))
    found: list[_Named] = []
    for document in documents:
        for one in _named_by(asked, document, words, ask):
            if not any(one.keys <= other.keys or other.keys <= one.keys for other in found):
                found.append(one)
    if not found:
        return None
    pen, language = Pen(shelf.language), shelf.language
    shown = found[:MAX_NAMED]
    text = say_number(
        language,
        "I find {number} in the sources; here is the sentence that says so.",
        "I find {number} in the sources; here is a sentence about each.",
        len(found),
    )
    pen.say(text, [quote_of_item(each.item) for each in shown], verdict=Verdict.COMPUTED)
    for each in shown:
        pen.say_own_words(quote_of_item(each.item), heading=each.text)
    more = len(found) - len(shown)
    message = (
        say_number(
            language,
            "{number} more is not shown here.",
            "{number} more are not shown here.",
            more,
        )
        if more
        else None
    )
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations, message)


def _named_by(
    asked: Overall, document: DocumentSummary, words: frozenset[str], ask: Ask
) -> Iterator[_Named]:
    """The thing that a document is about, and others that its sentences tell of."""
    read = sorted(ask(asked.text, [document.id]), key=lambda each: each.sentence.ordinal)
    subject = subject_of_title(document.metadata.title)
    names = keys(content_terms(subject))
    known = names.union(*(name.keys for each in read for name in names_of(each.text)))
    if names and (item := _of_subject(read, words, names)):
        yield _Named(names, subject, item)
    for item in read:
        for pair in pairs_of(item.text, words, known):
            yield _Named(pair.keys, pair.text, item)


def _of_subject(
    read: Sequence[Evidence], words: frozenset[str], names: frozenset[str]
) -> Evidence | None:
    """The sentence by which the subject of a document is such a thing, with most of its names."""
    telling = [each for each in read if words & each.keys]
    needed = 1 if words & names else min(2, len(names))
    named = [each for each in telling if len(names & each.keys) >= needed or leans(each.text)]
    return max(named, key=lambda each: len(names & each.keys), default=None)
