"""The answer to a comparison: which is more and by how much, a table, and the sentences behind it.

Every value is one that a cited sentence gives; what is calculated from them shows the calculation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from app.answering.comparison.cells import Ask, Value, documents_of, values_of
from app.answering.comparison.overall import answer_overall
from app.answering.comparison.reckoning import (
    as_figure,
    compare_amounts,
    compare_values,
    difference,
    lies_before,
    measure,
)
from app.answering.comparison.value_words import (
    Found,
    all_quotes,
    day_text,
    heading_of,
    numbers_of,
    quotes_of,
    tell_evidence,
    value_text,
    values_text,
    why_no_order,
    with_article,
)
from app.answering.question.comparison import BETWEEN, Asks, Attribute, Comparison, event_of
from app.answering.question.overall_shapes import Overall
from app.answering.text.amounts import Moment
from app.answering.text.terms import content_terms, keys
from app.languages.catalogue import ENGLISH, both, either, marked, say
from app.library.pen import Pen, Quoted
from app.library.shelf import Shelf
from app.library.told import Told
from app.types import AnswerStatus, Cell, Row, Table, Verdict
from vectorstore.reader import DocumentSummary

NOT_SAID = marked("not said")
LABELS = {
    Attribute.SUMMARY: marked("In short"),
    Attribute.AMOUNT: marked("Amount"),
    Attribute.DATE: marked("Date"),
    Attribute.DURATION: marked("Duration"),
    Attribute.COUNT: marked("Number"),
    Attribute.SHARE: marked("Share"),
    Attribute.MEASURE: marked("Amount"),
    Attribute.STATUS: marked("Status"),
    Attribute.PARTNERS: marked("Partners"),
    Attribute.REASON: marked("Reason"),
}
"""Of the rows of a table."""
_THAN = {
    -1: marked("less than {figure}"),
    0: marked("about {figure}"),
    1: marked("more than {figure}"),
}
_YES_THAT_IS = marked("Yes. {thing}: {values}; that is {than}.")
_NO_THAT_IS = marked("No. {thing}: {values}; that is {than}.")


def answer_compared(asked: Comparison | Overall, shelf: Shelf, ask: Ask) -> Told | None:
    """Compare what the sources give; None where they do not give enough."""
    if isinstance(asked, Overall):
        return answer_overall(asked, shelf, ask)
    return answer_comparison(asked, shelf, ask)


_SIZES = frozenset("larger largest bigger biggest greater greatest smaller smallest".split())
"""What says of no sum which one is meant."""
_DEAL = re.compile(
    r"\b(?:pa(?:y|ys|id|ying)|bu(?:y|ys|ying)|bought|s(?:ell|ells|old)|spen[dt]s?|costs?|acqui\w+|invest\w*|"
    r"purchas\w+|deals?|mergers?|merge[sd]?|takeovers?|took over|worth|valu\w+|prices?|fund\w*|"
    r"put in|puts in|ventures?|transactions?|agreements?|contracts?|partnerships?|programmes?)\b",
    re.IGNORECASE,
)
"""Of a sentence whose sum is that of a deal, not what somebody earns or owns."""


def answer_comparison(asked: Comparison, shelf: Shelf, ask: Ask) -> Told | None:
    """Compare what the sources give; None where they do not give enough, or not of these things.

    Args:
        asked: What is compared.
        shelf: Finds the documents about each thing.
        ask: Asks the reader about one thing in its documents.
    """
    documents = {thing: documents_of(thing, shelf) for thing in asked.things}
    if not all(documents.values()):
        return None
    titles = {thing: _keys_of_titles(found) for thing, found in documents.items()}
    is_known = asked.besides <= frozenset().union(*titles.values())
    if not is_known or not all(asked.narrowed <= each for each in titles.values()):
        return None  # what the question says besides, the reader must find
    if asked.asks is Asks.TABLE:
        return _side_by_side(asked, documents, shelf, ask)
    attribute = asked.attributes[0]
    found = {
        thing: values_of(
            thing,
            attribute,
            asked,
            documents[thing],
            ask,
            by_name=_is_beside_another(thing, documents),
        )
        for thing in asked.things
    }
    known = [thing for thing in asked.things if found[thing]]
    if not known or (len(asked.things) > 1 and _are_one(found)):
        return None
    is_by_reader = attribute is Attribute.MEASURE or bool(asked.questions)
    if is_by_reader and len(known) < len(asked.things):
        return None  # the reader may find the other one
    is_of_size = attribute is Attribute.AMOUNT and asked.word in _SIZES
    if is_of_size and len({_is_of_deal(found[thing]) for thing in known}) > 1:
        return None  # what one costs is not to be held against what the other one sells
    pen = Pen(shelf.language)
    if asked.limit is not None:
        _tell_limit(asked, found[known[0]], pen)
    elif len(known) < len(asked.things):
        _tell_known(known, found, pen)
    else:
        _tell_order(asked, found, pen)
    table = _table(asked.things, {attribute: found}, asked, pen)
    for thing in known:
        tell_evidence(found[thing], pen, heading_of(thing, pen) if len(asked.things) > 1 else "")
    lacking = [heading_of(thing, pen) for thing in asked.things if thing not in known]
    message = None
    if lacking:
        names = either(pen.language, lacking)
        message = say(pen.language, "Nothing on this was found about {names}.", names=names)
    status = AnswerStatus.PARTIAL if lacking else AnswerStatus.ANSWERED
    is_pair = len(asked.things) > 1
    return Told(status, tuple(pen.claims), pen.citations, message, table if is_pair else None)


def _is_of_deal(values: Sequence[Value]) -> bool:
    """Whether the first sum is what somebody pays or puts in."""
    return _DEAL.search(values[0].evidence.text) is not None


def _keys_of_titles(documents: Sequence[DocumentSummary]) -> frozenset[str]:
    return keys(content_terms(" . ".join(each.metadata.title for each in documents)))


def _is_beside_another(thing: str, documents: dict[str, list[DocumentSummary]]) -> bool:
    """Whether a document about one thing is also about another; two events of one are no two."""
    own = {each.id for each in documents[thing]}
    return any(
        own & {each.id for each in theirs} and event_of(other)[0] != event_of(thing)[0]
        for other, theirs in documents.items()
    )


def _side_by_side(
    asked: Comparison,
    documents: dict[str, list[DocumentSummary]],
    shelf: Shelf,
    ask: Ask,
) -> Told | None:
    groups = [{each.id for each in found} for found in documents.values()]
    if any(one & other for at, one in enumerate(groups) for other in groups[at + 1 :]):
        return None  # two sides of one document are a question to that document
    rows: dict[Attribute, Found] = {}
    for attribute in asked.attributes:
        found = {
            thing: values_of(thing, attribute, asked, documents[thing], ask)
            for thing in asked.things
        }
        if any(found.values()):
            rows[attribute] = found
    if not rows and not asked.is_open:
        return None
    pen = Pen(shelf.language)
    for thing in asked.things:
        values = [value for found in rows.values() for value in found[thing]]
        lead = _lead(documents[thing], shelf) if asked.is_open else None
        if lead is not None:
            pen.say_own_words(lead, heading=heading_of(thing, pen))
        elif not asked.is_open:
            tell_evidence(values, pen, heading_of(thing, pen))
    table = _table(asked.things, rows, asked, pen) if rows else None
    if not pen.claims:
        return None
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations, table=table)


def _lead(documents: Sequence[DocumentSummary], shelf: Shelf) -> Quoted | None:
    """The first sentence of the newest document about a thing."""
    newest = max(documents, key=lambda each: each.metadata.published or date.min)
    return next(shelf.sentences(newest), None)


# What is told first


def _tell_limit(asked: Comparison, values: Sequence[Value], pen: Pen) -> None:
    limit = asked.limit
    language, thing = pen.language, heading_of(asked.things[0], pen)
    if isinstance(limit, Moment):
        sides = [lies_before(value.moment, limit) for value in values]
        day = day_text(limit)
        than = (
            say(language, "before {date}", date=day)
            if sides[0]
            else say(language, "after {date}", date=day)
        )
        is_so = [side is not None and side == asked.is_less for side in sides]
        unsure = None in sides
    else:
        orders = [compare_amounts(value.amount, limit) for value in values]
        figure = as_figure(limit.value, limit.unit, language) if limit else ""
        than = say(language, _THAN[orders[0] or 0], figure=figure)
        is_so = [order == (-1 if asked.is_less else 1) for order in orders]
        unsure = None in orders
    if unsure:
        return _tell_known([asked.things[0]], {asked.things[0]: list(values)}, pen)
    if len(set(is_so)) > 1:
        said = "; ".join(value_text(value, language) for value in values)
        text = say(language, "The sources differ: {values}.", values=said)
        pen.say(text, quotes_of(values), verdict=Verdict.COMPUTED)
        return None
    counted = f" {asked.counted}" if asked.counted and len(values) == 1 else ""
    said = f"{values_text(values, language)}{counted}"
    text = say(
        language,
        _YES_THAT_IS if is_so[0] else _NO_THAT_IS,
        thing=thing,
        values=said,
        than=than,
    )
    pen.say(text, quotes_of(values), verdict=Verdict.COMPUTED)
    return None


def _tell_known(known: Sequence[str], found: Found, pen: Pen) -> None:
    for thing in known:
        pen.say(
            f"{heading_of(thing, pen)}: {values_text(found[thing], pen.language)}.",
            quotes_of(found[thing]),
            verdict=Verdict.COMPUTED,
        )


def _tell_order(asked: Comparison, found: Found, pen: Pen) -> None:
    """Which comes first, and by how much."""
    language = pen.language
    things = list(asked.things)
    values = {thing: found[thing][0] for thing in things}
    sign = compare_values(values[things[0]], values[things[1]]) if len(things) > 1 else None
    ranked = _ranked(things, values)
    if sign is None or ranked is None:
        said = "; ".join(
            f"{heading_of(thing, pen)}: {values_text(found[thing], language)}" for thing in things
        )
        why = why_no_order(values, language)
        return pen.say(f"{said}. {why}", all_quotes(found), verdict=Verdict.COMPUTED)
    if asked.asks in {Asks.LEAST, Asks.WHETHER, Asks.DIFFERENCE} and asked.is_less:
        ranked.reverse()
    if asked.word == BETWEEN:
        later, earlier = (
            f"{values_text(found[thing], language)} ({with_article(thing, language)})"
            for thing in ranked[:2]
        )
        sum_ = difference(values[ranked[0]], values[ranked[1]], language)
        text = say(language, "From {first} to {last}{sum}.", first=earlier, last=later, sum=sum_)
        return pen.say(text, all_quotes(found), verdict=Verdict.COMPUTED)
    first = ranked[0]
    others = ranked[1:]
    opening = ""
    if asked.asks is Asks.WHETHER:
        is_so = sign != 0 and (sign < 0) == asked.is_less
        kind = marked("About the same.") if sign == 0 else marked("No.")
        kind = marked("Yes.") if is_so else kind
        opening = f"{say(language, kind)} "
    against = both(
        language,
        [
            say(
                language,
                "{values} for {thing}",
                values=values_text(found[thing], language),
                thing=with_article(thing, language),
            )
            for thing in others
        ],
    )
    sum_ = difference(values[first], values[others[-1]], language) if len(things) == 2 else ""  # noqa: PLR2004
    is_choice = (
        language == ENGLISH
        and asked.asks in {Asks.MOST, Asks.LEAST}
        and asked.word.endswith("er")
        and sign != 0
        and Attribute.MEASURE not in asked.attributes
    )
    verb = "lasted" if Attribute.DURATION in asked.attributes else "was"
    named = heading_of(first, pen)
    text = opening + say(
        language,
        "{thing}: {values}, against {others}{sum}.",
        thing=f"{named} {verb} {asked.word}" if is_choice else named,
        values=values_text(found[first], language),
        others=against,
        sum=sum_,
    )
    return pen.say(text, all_quotes(found), verdict=Verdict.COMPUTED)


def _ranked(things: Sequence[str], values: dict[str, Value]) -> list[str] | None:
    """The largest or latest first; None where two cannot be compared."""
    first = values[things[0]]
    if any(compare_values(first, values[thing]) is None for thing in things[1:]):
        return None
    return sorted(things, key=lambda thing: -measure(values[thing]))


# The table


def _table(
    things: Sequence[str], rows: dict[Attribute, Found], asked: Comparison, pen: Pen
) -> Table:
    told = []
    for attribute, found in rows.items():
        label = say(pen.language, LABELS[attribute])
        if attribute in {Attribute.COUNT, Attribute.MEASURE} and asked.counted:
            label = asked.counted[:1].upper() + asked.counted[1:]
        cells = [
            Cell(
                "; ".join(value_text(value, pen.language) for value in found[thing]),
                numbers_of(found[thing], pen),
            )
            if found[thing]
            else Cell(say(pen.language, NOT_SAID))
            for thing in things
        ]
        told.append(Row(label, tuple(cells)))
    return Table(tuple(heading_of(thing, pen) for thing in things), tuple(told))


def _are_one(found: Found) -> bool:
    """Whether two things were given the very same value of the same sentence."""
    places = [
        (value.evidence.document_id, value.evidence.sentence.start, value.text)
        for values in found.values()
        for value in values[:1]
    ]
    return len(set(places)) < len(places)
