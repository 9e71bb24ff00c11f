"""Values of things in words, with the sentences that give them."""

from __future__ import annotations

from collections.abc import Sequence

from app.answering.comparison.cells import Value
from app.answering.evidence.evidence import Evidence
from app.answering.question.comparison import event_of, is_kind_of_thing
from app.answering.text.amounts import Moment
from app.dates import MONTHS
from app.languages.catalogue import ENGLISH, say
from app.library.pen import Pen, Quoted
from app.types import Verdict

Found = dict[str, list[Value]]
"""Values by thing."""


def values_text(values: Sequence[Value], language: str) -> str:
    """The newest source's value, and behind it what others give."""
    first, *others = values
    text = value_text(first, language)
    if not others:
        return text
    rest = "; ".join(value_text(each, language) for each in others)
    return say(language, "{value} (another source: {others})", value=text, others=rest)


def value_text(value: Value, language: str) -> str:
    """A value as it stands; of what was only announced, that it was."""
    if not value.is_announced:
        return value.text
    return say(language, "{value} (announced)", value=value.text)


def heading_of(thing: str, pen: Pen) -> str:
    """A thing at the beginning of a line."""
    named = with_article(thing, pen.language)
    return named[:1].upper() + named[1:]


def with_article(thing: str, language: str) -> str:
    """A thing in a sentence: with an article where it is named by its kind."""
    if language != ENGLISH:
        return thing
    last = thing.split()[-1]
    is_kind = (last.islower() and is_kind_of_thing(last)) or event_of(thing)[1]
    return f"the {thing}" if is_kind and not thing.lower().startswith("the ") else thing


def day_text(moment: Moment) -> str:
    """A date as it is written out."""
    known = moment.date
    month = next((name for name in MONTHS if name[:3].lower() == known.month), "")
    return " ".join(str(part) for part in (known.day, month, known.year) if part)


def why_no_order(values: dict[str, Value], language: str) -> str:
    """Why values have no order."""
    units = {value.amount.unit for value in values.values() if value.amount}
    if len(units) > 1:
        return say(language, "They are in different units or currencies, which are not converted.")
    return say(language, "One lies within the other, so neither comes first.")


def tell_evidence(values: Sequence[Value], pen: Pen, heading: str) -> None:
    """The sentences themselves, under the name of what they speak of."""
    for value in values:
        if heading:
            pen.say_own_words(quote_of(value), heading=heading)
        else:
            text = " ".join(value.evidence.text.split())
            pen.say(text, [quote_of(value)], verdict=Verdict.SUPPORTED)


def numbers_of(values: Sequence[Value], pen: Pen) -> tuple[int, ...]:
    """Numbers of the citations that give the values."""
    return tuple(dict.fromkeys(pen.number(quote_of(value)) for value in values))


def quotes_of(values: Sequence[Value]) -> list[Quoted]:
    """Where the values stand."""
    return [quote_of(value) for value in values]


def all_quotes(found: Found) -> list[Quoted]:
    """Where the values of all things stand."""
    return [quote_of(value) for values in found.values() for value in values]


def quote_of(value: Value) -> Quoted:
    """The sentence that gives a value."""
    return quote_of_item(value.evidence)


def quote_of_item(item: Evidence) -> Quoted:
    """A sentence that was read, as it is cited."""
    return Quoted(item.document_id, item.version, item.metadata, item.sentence, item.text)
