"""The answer to a comparison: which is more and by how much, a table, and the sentences behind it.

Every value is one that a cited sentence gives; what is reckoned from them shows its sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.answering.amounts import Amount, Bound, Moment
from app.answering.cells import Ask, Value, documents_of, is_kind_of_thing, values_of
from app.answering.comparison import BETWEEN, Asks, Attribute, Comparison, event_of
from app.answering.notation import written
from app.dates import MONTHS
from app.languages.catalogue import ENGLISH, both, either, marked, say
from app.library.pen import Pen, Quoted
from app.library.shelf import Shelf
from app.library.telling import Told
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
CLOSE = 0.02
"""Two values this near, relatively, are told as about the same where either is only rough."""
VAGUE = frozenset({Bound.ABOUT, Bound.NEARLY, Bound.ABOVE, Bound.BELOW, Bound.OVER})

Found = dict[str, list[Value]]
"""Values by thing."""


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
    pen = Pen(shelf.language)
    if asked.limit is not None:
        _tell_limit(asked, found[known[0]], pen)
    elif len(known) < len(asked.things):
        _tell_known(known, found, pen)
    else:
        _tell_order(asked, found, pen)
    table = _table(asked.things, {attribute: found}, asked, pen)
    for thing in known:
        _tell_evidence(found[thing], pen, _capital(thing, pen) if len(asked.things) > 1 else "")
    lacking = [_capital(thing, pen) for thing in asked.things if thing not in known]
    message = None
    if lacking:
        names = either(pen.language, lacking)
        message = say(pen.language, "The sources do not say it of {names}.", names=names)
    status = AnswerStatus.PARTIAL if lacking else AnswerStatus.ANSWERED
    is_pair = len(asked.things) > 1
    return Told(status, tuple(pen.claims), pen.citations, message, table if is_pair else None)


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
            pen.say_own_words(lead, heading=_capital(thing, pen))
        elif not asked.is_open:
            _tell_evidence(values, pen, _capital(thing, pen))
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
    language, thing = pen.language, _capital(asked.things[0], pen)
    if isinstance(limit, Moment):
        sides = [_before(value.moment, limit) for value in values]
        day = _day(limit)
        than = (
            say(language, "before {date}", date=day)
            if sides[0]
            else say(language, "after {date}", date=day)
        )
        is_so = [side is not None and side == asked.is_less for side in sides]
        unsure = None in sides
    else:
        orders = [_order(value.amount, limit) for value in values]
        figure = _figure(limit.value, limit.unit, language) if limit else ""
        than = say(language, _THAN[orders[0] or 0], figure=figure)
        is_so = [order == (-1 if asked.is_less else 1) for order in orders]
        unsure = None in orders
    if unsure:
        return _tell_known([asked.things[0]], {asked.things[0]: list(values)}, pen)
    if len(set(is_so)) > 1:
        said = "; ".join(_text(value, language) for value in values)
        text = say(language, "The sources differ: {values}.", values=said)
        pen.say(text, _quotes(values), verdict=Verdict.COMPUTED)
        return None
    counted = f" {asked.counted}" if asked.counted and len(values) == 1 else ""
    said = f"{_said(values, language)}{counted}"
    text = say(
        language,
        _YES_THAT_IS if is_so[0] else _NO_THAT_IS,
        thing=thing,
        values=said,
        than=than,
    )
    pen.say(text, _quotes(values), verdict=Verdict.COMPUTED)
    return None


def _tell_known(known: Sequence[str], found: Found, pen: Pen) -> None:
    for thing in known:
        pen.say(
            f"{_capital(thing, pen)}: {_said(found[thing], pen.language)}.",
            _quotes(found[thing]),
            verdict=Verdict.COMPUTED,
        )


def _tell_order(asked: Comparison, found: Found, pen: Pen) -> None:
    """Which comes first, and by how much."""
    language = pen.language
    things = list(asked.things)
    values = {thing: found[thing][0] for thing in things}
    sign = _sign(values[things[0]], values[things[1]]) if len(things) > 1 else None
    ranked = _ranked(things, values)
    if sign is None or ranked is None:
        said = "; ".join(
            f"{_capital(thing, pen)}: {_said(found[thing], language)}" for thing in things
        )
        why = _why_not(values, language)
        return pen.say(f"{said}. {why}", _quotes_of(found), verdict=Verdict.COMPUTED)
    if asked.asks in {Asks.LEAST, Asks.WHETHER, Asks.DIFFERENCE} and asked.is_less:
        ranked.reverse()
    if asked.word == BETWEEN:
        later, earlier = (
            f"{_said(found[thing], language)} ({_the(thing, language)})" for thing in ranked[:2]
        )
        sum_ = _sum(values[ranked[0]], values[ranked[1]], language)
        text = say(language, "From {first} to {last}{sum}.", first=earlier, last=later, sum=sum_)
        return pen.say(text, _quotes_of(found), verdict=Verdict.COMPUTED)
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
                values=_said(found[thing], language),
                thing=_the(thing, language),
            )
            for thing in others
        ],
    )
    sum_ = _sum(values[first], values[others[-1]], language) if len(things) == 2 else ""  # noqa: PLR2004
    is_choice = (
        language == ENGLISH
        and asked.asks in {Asks.MOST, Asks.LEAST}
        and asked.word.endswith("er")
        and sign != 0
    )
    verb = "lasted" if Attribute.DURATION in asked.attributes else "was"
    named = _capital(first, pen)
    text = opening + say(
        language,
        "{thing}: {values}, against {others}{sum}.",
        thing=f"{named} {verb} {asked.word}" if is_choice else named,
        values=_said(found[first], language),
        others=against,
        sum=sum_,
    )
    return pen.say(text, _quotes_of(found), verdict=Verdict.COMPUTED)


def _ranked(things: Sequence[str], values: dict[str, Value]) -> list[str] | None:
    """The largest or latest first; None where two cannot be compared."""
    first = values[things[0]]
    if any(_sign(first, values[thing]) is None for thing in things[1:]):
        return None
    return sorted(things, key=lambda thing: -_measure(values[thing]))


def _measure(value: Value) -> float:
    if value.amount is not None:
        return _in_days(value.amount)
    day = _first_day(value.moment) if value.moment else None
    return float(day.toordinal()) if day else 0.0


_DAYS = {"year": 365.25, "month": 30.44, "week": 7.0, "day": 1.0}


def _in_days(amount: Amount) -> float:
    if amount.unit == "part":
        return amount.value * 100
    return amount.value * _DAYS.get(amount.unit, 1.0)


def _sign(one: Value, other: Value) -> int | None:
    """Whether the first is more (1), less (-1) or about as much; None: not to be compared."""
    if one.amount and other.amount:
        return _order(one.amount, other.amount)
    if one.moment and other.moment:
        before = _before(one.moment, other.moment)
        return None if before is None else (-1 if before else 1)
    return None


def _order(one: Amount | None, other: Amount | None) -> int | None:
    if one is None or other is None or not _are_alike(one, other):
        return None
    first, second = _in_days(one), _in_days(other)
    rough = one.bound in VAGUE or other.bound in VAGUE
    if abs(first - second) <= (CLOSE if rough else 1e-9) * max(first, second):
        return 0
    return 1 if first > second else -1


def _are_alike(one: Amount, other: Amount) -> bool:
    kinds = ({"percent", "part"}, set(_DAYS))
    return one.unit == other.unit or any({one.unit, other.unit} <= kind for kind in kinds)


def _before(one: Moment | None, other: Moment) -> bool | None:
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


def _sum(one: Value, other: Value, language: str) -> str:
    """The difference of two values with its sum, to be said behind them."""
    if one.amount and other.amount:
        if one.amount.unit != other.amount.unit:
            return ""
        more, less = sorted((one.amount, other.amount), key=lambda each: -each.value)
        if more.value == less.value:
            return ""
        unit = more.unit
        larger, smaller = _figure(more.value, unit, language), _figure(less.value, unit, language)
        rest = _figure(more.value - less.value, unit, language)
        if more.bound in VAGUE or less.bound in VAGUE:
            rest = say(language, "about {figure}", figure=rest)
        return f" ({larger} − {smaller} = {rest})"
    if one.moment and other.moment:
        between = _between(one.moment, other.moment, language)
        return say(language, " ({time} between them)", time=between) if between else ""
    return ""


def _figure(value: float, unit: str, language: str) -> str:
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
    return f"{told}, {counted}" if told else counted


def _why_not(values: dict[str, Value], language: str) -> str:
    units = {value.amount.unit for value in values.values() if value.amount}
    if len(units) > 1:
        return say(language, "They are in different units or currencies, which are not converted.")
    return say(language, "One lies within the other, so no order follows.")


# Words


def _said(values: Sequence[Value], language: str) -> str:
    """The newest source's value, and behind it what others give."""
    first, *others = values
    text = _text(first, language)
    if not others:
        return text
    rest = "; ".join(_text(each, language) for each in others)
    return say(language, "{value} (another source: {others})", value=text, others=rest)


def _text(value: Value, language: str) -> str:
    """A value as it stands; of what was only announced, that it was."""
    if not value.is_announced:
        return value.text
    return say(language, "{value} (announced)", value=value.text)


def _capital(thing: str, pen: Pen) -> str:
    named = _the(thing, pen.language)
    return named[:1].upper() + named[1:]


def _the(thing: str, language: str) -> str:
    """A thing in a sentence: with an article where it is named by its kind."""
    if language != ENGLISH:
        return thing
    last = thing.split()[-1]
    is_kind = (last.islower() and is_kind_of_thing(last)) or event_of(thing)[1]
    return f"the {thing}" if is_kind and not thing.lower().startswith("the ") else thing


def _day(moment: Moment) -> str:
    known = moment.date
    month = next((name for name in MONTHS if name[:3].lower() == known.month), "")
    return " ".join(str(part) for part in (known.day, month, known.year) if part)


# Table and evidence


def _table(
    things: Sequence[str], rows: dict[Attribute, Found], asked: Comparison, pen: Pen
) -> Table:
    told = []
    for attribute, found in rows.items():
        label = say(pen.language, LABELS[attribute])
        if attribute is Attribute.COUNT and asked.counted:
            label = asked.counted[:1].upper() + asked.counted[1:]
        cells = [
            Cell(
                "; ".join(_text(value, pen.language) for value in found[thing]),
                _numbers(found[thing], pen),
            )
            if found[thing]
            else Cell(say(pen.language, NOT_SAID))
            for thing in things
        ]
        told.append(Row(label, tuple(cells)))
    return Table(tuple(_capital(thing, pen) for thing in things), tuple(told))


def _tell_evidence(values: Sequence[Value], pen: Pen, heading: str) -> None:
    """The sentences themselves, under the name of what they speak of."""
    for value in values:
        if heading:
            pen.say_own_words(_quote(value), heading=heading)
        else:
            text = " ".join(value.evidence.text.split())
            pen.say(text, [_quote(value)], verdict=Verdict.SUPPORTED)


def _numbers(values: Sequence[Value], pen: Pen) -> tuple[int, ...]:
    return tuple(dict.fromkeys(pen.number(_quote(value)) for value in values))


def _quotes(values: Sequence[Value]) -> list[Quoted]:
    return [_quote(value) for value in values]


def _quotes_of(found: Found) -> list[Quoted]:
    return [_quote(value) for values in found.values() for value in values]


def _quote(value: Value) -> Quoted:
    item = value.evidence
    return Quoted(item.document_id, item.version, item.metadata, item.sentence, item.text)


def _are_one(found: Found) -> bool:
    """Whether two things were given the very same value of the same sentence."""
    places = [
        (value.evidence.document_id, value.evidence.sentence.start, value.text)
        for values in found.values()
        for value in values[:1]
    ]
    return len(set(places)) < len(places)
