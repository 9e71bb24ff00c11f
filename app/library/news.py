"""What came into the library last, or since a day."""

from __future__ import annotations

from datetime import date

from app.languages.catalogue import long_date, say, say_number
from app.library.lists import EMPTY, MAX_LISTED, counted, line_of
from app.library.pen import Pen
from app.library.question import LibraryQuestion
from app.library.shelf import Shelf
from app.library.told import Told
from app.types import AnswerStatus, Form

RECENT = 5
"""Of what came in last, where no day is named."""


def tell_new(asked: LibraryQuestion, shelf: Shelf) -> Told | None:
    """The documents with the day on which each came in; None where none can be shown."""
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
            documents=counted(len(found), language),
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
        pen.say(f"{line_of(each, asked, language)[:-1]}{added}", [place], form=Form.ITEM)
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations)
