"""Lists of documents: which there are, how many, from whom, when, and of what they speak."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.languages.catalogue import both, long_date, marked, say, say_number
from app.library.facts import language_name, language_named
from app.library.pen import Pen, Quoted
from app.library.question import LibraryQuestion, Order
from app.library.shelf import Shelf, is_published
from app.library.told import Told
from app.types import AnswerStatus, Form
from vectorstore.reader import DocumentSummary
from vectorstore.types import DocumentId

MAX_LISTED = 25
"""Documents that are named one by one; the others are counted."""
EMPTY = marked("The library holds no documents yet.")
_FIRST_OF = {
    Order.NEWEST: marked("The newest {number} documents of {total} are these."),
    Order.OLDEST: marked("The oldest {number} documents of {total} are these."),
    Order.LONGEST: marked("The longest {number} documents of {total} are these."),
    Order.SHORTEST: marked("The shortest {number} documents of {total} are these."),
}
_LACKING = {
    "date": (marked("names no date"), marked("name no date")),
    "author": (marked("names no author"), marked("name no author")),
    "publisher": (marked("names no publisher"), marked("name no publisher")),
}
_ALL_NAME = {
    "date": marked("Each of the {documents} in the library names its date."),
    "author": marked("Each of the {documents} in the library names its author."),
    "publisher": marked("Each of the {documents} in the library names its publisher."),
}


def tell_documents(asked: LibraryQuestion, shelf: Shelf) -> Told | None:
    """Those that are asked for, each with its opening; None where nothing is known of them."""
    documents = filtered(asked, shelf.documents, shelf)
    if asked.author and not documents and not shelf.published_by(asked.author) and asked.topics:
        return None
    quotes: dict[DocumentId, Quoted] = {}
    for topic in asked.topics:
        mentions = {each.document.id: each.quoted for each in shelf.mentions(topic)}
        documents = [each for each in documents if each.id in mentions]
        quotes |= {name: quoted for name, quoted in mentions.items() if name not in quotes}
    documents = _ordered(documents, asked.order)
    if asked.is_about:
        named = {each.id for topic in asked.topics for each in shelf.titled(topic)}
        first = [each for each in documents if each.id in named]
        rest = [] if first and asked.limit else [e for e in documents if e.id not in named]
        documents = [*first, *rest]
    total = len(documents)
    shown = documents[: min(asked.limit or MAX_LISTED, MAX_LISTED)]
    if not documents:
        return Told(AnswerStatus.ABSTAINED, message=_none(asked, shelf))
    pen = Pen()
    places = {each.id: quotes.get(each.id) or shelf.opening(each) for each in shown}
    cited = [place for each in shown if (place := places[each.id])]
    if not cited:
        return None
    if asked.limit != 1:
        ends = [cited[0], cited[-1]]
        pen.say(_headline(asked, documents, len(shown), shelf), ends)
    for each in shown:
        if place := places[each.id]:
            pen.say(line_of(each, asked, shelf.language), [place], form=Form.ITEM)
    more = total - len(shown)
    message = None
    if more and not asked.limit:
        message = say_number(
            shelf.language,
            "{number} more is not shown here.",
            "{number} more are not shown here.",
            more,
        )
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations, message)


def filtered(
    asked: LibraryQuestion, documents: Sequence[DocumentSummary], shelf: Shelf
) -> list[DocumentSummary]:
    """Those of the documents that the question's filters leave."""
    found = [each for each in documents if is_published(each, *asked.published)]
    if asked.language:
        found = [each for each in found if language_name(each).lower() == asked.language]
    if asked.lacks:
        fields = {"date": "published", "author": "authors", "publisher": "publisher"}
        found = [each for each in found if not getattr(each.metadata, fields[asked.lacks])]
    if asked.author:
        theirs = {each.id for each in shelf.published_by(asked.author)}
        found = [each for each in found if each.id in theirs]
    return found


def _ordered(documents: Sequence[DocumentSummary], order: Order | None) -> list[DocumentSummary]:
    """The newest first unless asked otherwise; what has no date comes last."""
    if order in {Order.LONGEST, Order.SHORTEST}:
        return sorted(documents, key=lambda each: each.num_chars, reverse=order is Order.LONGEST)
    is_late = order is not Order.OLDEST
    dated = [each for each in documents if each.metadata.published]
    undated = [each for each in documents if not each.metadata.published]
    dated.sort(key=lambda each: each.metadata.published or date.min, reverse=is_late)
    return [*dated, *undated] if order is None or not dated else dated


def _headline(
    asked: LibraryQuestion, documents: Sequence[DocumentSummary], shown: int, shelf: Shelf
) -> str:
    count, total, language = len(documents), len(shelf.documents), shelf.language
    what = _described(asked, language, count)
    if asked.order in _FIRST_OF and asked.limit:
        return say(language, _FIRST_OF[asked.order], number=shown, total=f"{total:,}")
    if not what:
        return say(
            language,
            "The library holds {documents}{between}.",
            documents=counted(count, language),
            between=_between(documents, language),
        )
    return say(
        language,
        "{number} of {total} documents {predicate}.",
        number=f"{count:,}",
        total=f"{total:,}",
        predicate=what,
    )


def _none(asked: LibraryQuestion, shelf: Shelf) -> str:
    total, language = len(shelf.documents), shelf.language
    what = _described(asked, language, 1)
    if not total:
        return say(language, EMPTY)
    if asked.lacks and what == say(language, _LACKING[asked.lacks][0]):
        return say(language, _ALL_NAME[asked.lacks], documents=counted(total, language))
    return say(
        language,
        "None of the {documents} in the library {predicate}.",
        documents=counted(total, language),
        predicate=what or say(language, "is of that kind"),
    )


def _described(asked: LibraryQuestion, language: str, count: int) -> str:
    """The filters as the predicate of a sentence about so many documents."""
    parts: list[str] = []
    if asked.topics:
        named = both(language, [say(language, "“{word}”", word=each) for each in asked.topics])
        parts.append(
            say_number(language, "mentions {names}", "mention {names}", count, names=named)
        )
    if asked.author:
        parts.append(
            say_number(language, "is by “{name}”", "are by “{name}”", count, name=asked.author)
        )
    if any(asked.published):
        parts.append(
            say_number(
                language,
                "was published {when}",
                "were published {when}",
                count,
                when=_stretch(*asked.published, language),
            )
        )
    if asked.language:
        name = language_named(asked.language, language)
        parts.append(
            say_number(language, "is in {language}", "are in {language}", count, language=name)
        )
    if asked.lacks:
        one, many = _LACKING[asked.lacks]
        parts.append(say(language, one if count == 1 else many))
    return both(language, parts) if parts else ""


def _stretch(first: date | None, last: date | None, language: str) -> str:
    def day(one: date) -> str:
        return long_date(one, language=language)

    if first and last:
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            if first.year == last.year:
                return say(language, "in {year}", year=first.year)
            return say(language, "from {first} to {last}", first=first.year, last=last.year)
        return say(language, "from {first} to {last}", first=day(first), last=day(last))
    if first:
        return say(language, "since {date}", date=day(first))
    return say(language, "up to {date}", date=day(last or date.max))


def _between(documents: Sequence[DocumentSummary], language: str) -> str:
    days = sorted(
        (known.published, known.published_precision)
        for each in documents
        if (known := each.metadata).published
    )
    undated = len(documents) - len(days)
    told = (
        say_number(language, "; {number} gives no date", "; {number} give no date", undated)
        if undated
        else ""
    )
    if not days:
        return told
    first, last = (long_date(day, precision, language) for day, precision in (days[0], days[-1]))
    if len(days) == 1:
        return say(language, ", one of {date}", date=first) + told
    if first == last:
        return say(language, ", published on {date}", date=first) + told
    return say(language, ", published between {first} and {last}", first=first, last=last) + told


def line_of(document: DocumentSummary, asked: LibraryQuestion, language: str) -> str:
    """Title, authors, publisher, date; the length where it is asked for."""
    known = document.metadata
    dated = (
        long_date(known.published, known.published_precision, language)
        if known.published
        else say(language, "no date")
    )
    by = [*known.authors, known.publisher, dated]
    if asked.order in {Order.LONGEST, Order.SHORTEST}:
        by.append(say(language, "{number} characters", number=f"{document.num_chars:,}"))
    title = f"{known.title} ({known.place})" if known.place else known.title
    stop = "" if title.endswith((".", "!", "?", "…")) else "."
    return f"{title}{stop} {', '.join(filter(None, by))}."


def counted(count: int, language: str) -> str:
    """So many documents, in words."""
    return say_number(language, "{number} document", "{number} documents", count)
