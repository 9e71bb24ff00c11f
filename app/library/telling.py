"""Answers to questions about the library, each sentence with the documents that it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.languages.catalogue import both, long_date, marked, say, say_number
from app.library.facts import language_name, language_named, tell_facts
from app.library.pen import Pen, Quoted
from app.library.question import LibraryQuestion, Order, Wants
from app.library.shelf import Shelf, is_published
from app.library.summary import summarise
from app.library.told import Told
from app.types import AnswerStatus, Form
from vectorstore.reader import DocumentSummary
from vectorstore.types import DocumentId

MAX_LISTED = 25
"""Documents that are named one by one; the others are counted."""
RECENT = 5
"""Of what came in last, where no day is named."""
MAX_OF_ONE_NAME = 3
"""Documents that one name may mean; of more the reader is asked which."""
WHICH = marked("Which document do you mean? Name its subject, such as “the article about …”.")
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


def answer_library(
    asked: LibraryQuestion, shelf: Shelf, *, spoken_of: Sequence[DocumentId] = ()
) -> Told | None:
    """Answer from the catalog; None where the question means no document that it knows.

    Args:
        asked: What is asked.
        shelf: The documents that are served.
        spoken_of: Documents of the conversation, which "that article" means.
    """
    match asked.wants:
        case Wants.LIST | Wants.COUNT | Wants.HAS:
            return _listed(asked, shelf)
        case Wants.NEW:
            return _new(asked, shelf)
        case Wants.AUTHORS | Wants.PUBLISHERS:
            return _people(asked, shelf)
        case Wants.SUMMARY if asked.is_everything:
            return summary_of_topic(" and ".join(asked.topics), shelf)
        case _:
            return _of_documents(asked, shelf, spoken_of)


# Lists


def _listed(asked: LibraryQuestion, shelf: Shelf) -> Told | None:
    documents = _filtered(asked, shelf.documents, shelf)
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
            pen.say(_line(each, asked, shelf.language), [place], form=Form.ITEM)
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


def _filtered(
    asked: LibraryQuestion, documents: Sequence[DocumentSummary], shelf: Shelf
) -> list[DocumentSummary]:
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
            documents=_counted(count, language),
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
        return say(language, _ALL_NAME[asked.lacks], documents=_counted(total, language))
    return say(
        language,
        "None of the {documents} in the library {predicate}.",
        documents=_counted(total, language),
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


def _line(document: DocumentSummary, asked: LibraryQuestion, language: str) -> str:
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


def _counted(count: int, language: str) -> str:
    return say_number(language, "{number} document", "{number} documents", count)


# What is new


def _new(asked: LibraryQuestion, shelf: Shelf) -> Told | None:
    language = shelf.language
    came = sorted(
        shelf.documents,
        key=lambda each: (each.ingested.date(), each.metadata.published or date.min),
        reverse=True,
    )
    if not came:
        return Told(AnswerStatus.ABSTAINED, message=say(language, EMPTY))
    for topic in asked.topics:
        about = {each.document.id for each in shelf.mentions(topic)}
        came = [each for each in came if each.id in about]
    topic = say(language, " that mention “{topic}”", topic=asked.topics[0]) if asked.topics else ""
    since = long_date(asked.added.first, language=language) if asked.added else ""
    found = came[:RECENT]
    if asked.added is not None:
        found = [each for each in came if each.ingested.date() >= asked.added.first]
    if not found:
        message = (
            say(
                language,
                "Nothing{topic} has been added to the library since {date}.",
                topic=topic,
                date=since,
            )
            if since
            else say(language, "Nothing{topic} has been added to the library.", topic=topic)
        )
        if came:
            last = long_date(came[0].ingested.date(), language=language)
            message += " " + say(language, "The last one was added on {date}.", date=last)
        return Told(AnswerStatus.ABSTAINED, message=message)
    if since:
        head = say(
            language,
            "Added to the library or changed since {date}: {documents}{topic}.",
            documents=_counted(len(found), language),
            topic=topic,
            date=since,
        )
    else:
        head = say_number(
            language,
            "The last document added to the library{topic}:",
            "The last {number} documents added to the library{topic}:",
            len(found),
            topic=topic,
        )
    pen = Pen()
    shown = [(each, place) for each in found[:MAX_LISTED] if (place := shelf.opening(each))]
    if not shown:
        return None
    pen.say(head, [shown[0][1], shown[-1][1]])
    for each, place in shown:
        day = long_date(each.ingested.date(), language=language)
        added = say(language, "; added {date}.", date=day)
        pen.say(f"{_line(each, asked, language)[:-1]}{added}", [place], form=Form.ITEM)
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations)


# Who is in it


def _people(asked: LibraryQuestion, shelf: Shelf) -> Told | None:
    of_authors = asked.wants is Wants.AUTHORS
    by_name: dict[str, list[DocumentSummary]] = {}
    unnamed: list[DocumentSummary] = []
    for each in _filtered(asked, shelf.documents, shelf):
        known = each.metadata
        names = known.authors if of_authors else tuple(filter(None, (known.publisher,)))
        for name in names:
            by_name.setdefault(name, []).append(each)
        if not names:
            unnamed.append(each)
    language = shelf.language
    pen = Pen()
    ranked = sorted(by_name.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MAX_LISTED]
    lines = [(f"{name}: {_counted(len(theirs), language)}.", theirs) for name, theirs in ranked]
    if unnamed:
        counted = _counted(len(unnamed), language)
        lines.append(
            (
                say(language, "No author named: {documents}.", documents=counted)
                if of_authors
                else say(language, "No publisher named: {documents}.", documents=counted),
                unnamed,
            )
        )
    placed = [
        (line, places)
        for line, theirs in lines
        if (
            places := [place for each in theirs[:MAX_OF_ONE_NAME] if (place := shelf.opening(each))]
        )
    ]
    if not placed:
        return None
    head = (
        say_number(
            language,
            "The documents of the library name {number} author.",
            "The documents of the library name {number} authors.",
            len(by_name),
        )
        if of_authors
        else say_number(
            language,
            "The documents of the library name {number} publisher.",
            "The documents of the library name {number} publishers.",
            len(by_name),
        )
    )
    pen.say(head, placed[0][1][:1])
    for line, places in placed:
        pen.say(line, places, form=Form.ITEM)
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations)


# One document


def _of_documents(
    asked: LibraryQuestion, shelf: Shelf, spoken_of: Sequence[DocumentId]
) -> Told | None:
    if asked.points_back:
        known = {each.id: each for each in shelf.documents}
        meant = [known[name] for name in spoken_of if name in known]
    else:
        meant = shelf.named(asked.reference) if asked.reference else list(shelf.documents)
        meant = _filtered(asked, meant, shelf)
    if asked.wants is Wants.SUMMARY and not asked.points_back:
        if len(meant) == 1:
            return summary_of(meant[0], shelf, asked.limit)
        return summary_of_topic(asked.reference, shelf) if asked.reference else None
    if not meant:
        return (
            Told(AnswerStatus.ABSTAINED, message=say(shelf.language, WHICH))
            if asked.points_back
            else None
        )
    if len(meant) > MAX_OF_ONE_NAME:
        return None if not asked.points_back else _facts(asked, meant[:MAX_OF_ONE_NAME], shelf)
    if asked.wants is Wants.SUMMARY:
        return summary_of(meant[0], shelf, asked.limit)
    return _facts(asked, meant, shelf)


def _facts(
    asked: LibraryQuestion, documents: Sequence[DocumentSummary], shelf: Shelf
) -> Told | None:
    pen = tell_facts(asked.wants, documents, shelf)
    if not pen.claims:
        return None
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations)


# Summaries


def summary_of(document: DocumentSummary, shelf: Shelf, limit: int | None = None) -> Told | None:
    """What a document says, in its own most central sentences under its headings."""
    opening = shelf.opening(document)
    sentences = list(shelf.sentences(document))
    chosen = summarise(sentences, shelf.embed, limit=limit, title=document.metadata.title)
    if not chosen or opening is None:
        return None
    pen = Pen()
    pen.say(_line(document, LibraryQuestion(Wants.LIST), shelf.language), [opening])
    for quoted in chosen:
        pen.say_own_words(quoted, heading=_heading(quoted, document.metadata.title))
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations)


MAX_DOCUMENTS = 4
OF_EACH = 3
"""Sentences of each document in a summary of a topic."""


def summary_of_topic(topic: str, shelf: Shelf) -> Told | None:
    """What the documents say of a topic: the most central sentences of the nearest passages."""
    mentioned = {each.document.id for each in shelf.mentions(topic)}
    if not mentioned:
        return None
    by_document: dict[DocumentId, list[str]] = {}
    for each in shelf.search(topic):
        if each.passage.document_id in mentioned:
            by_document.setdefault(each.passage.document_id, []).append(each.passage.id)
    known = {each.id: each for each in shelf.documents}
    pen = Pen()
    for name, passages in list(by_document.items())[:MAX_DOCUMENTS]:
        sentences = sorted(
            shelf.sentences(known[name], passages), key=lambda each: each.sentence.ordinal
        )
        for quoted in summarise(sentences, shelf.embed, limit=OF_EACH, title=topic, about=topic):
            pen.say_own_words(quoted, heading=known[name].metadata.title)
    if not pen.claims:
        return None
    left = len(mentioned) - min(len(by_document), MAX_DOCUMENTS)
    message = (
        say_number(
            shelf.language,
            "{number} more document mentions “{topic}”.",
            "{number} more documents mention “{topic}”.",
            left,
            topic=topic,
        )
        if left > 0
        else None
    )
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations, message)


def _heading(quoted: Quoted, title: str) -> str:
    return next((each for each in reversed(quoted.sentence.heading) if each != title), "")
