"""Where the answer before stands, who says it, how old and how sure it is.

What is asked for is no new answer but what the last one rests on: its documents with authors and
dates, and its sentences as they stand there.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.languages.catalogue import long_date, marked, say
from app.library.lists import line_of
from app.library.pen import Pen, Quoted
from app.library.question import LibraryQuestion, Wants
from app.library.shelf import Shelf
from app.library.told import Told
from app.library.whence_shapes import Whence
from app.types import AnswerStatus, Form
from vectorstore.reader import DocumentSummary
from vectorstore.types import DocumentId

MAX_DOCUMENTS = 4
MAX_SENTENCES = 4
"""Of one document; an answer has hardly more."""
LEAST_WORDS = 3
"""A shorter sentence stands in many places."""
CERTAIN = marked("I show what the documents say; whether it is so, I cannot know.")
OF_ITS_DAY = marked("That is as of {date}, the day of the newest of these documents.")
NO_DAY = marked("The documents give no date.")


def tell_whence(
    asked: Whence, said: str, documents: Sequence[DocumentId], shelf: Shelf
) -> Told | None:
    """The documents of an answer, and its sentences where they stand; None if it has none.

    Args:
        asked: What is asked about it.
        said: The answer.
        documents: Those that it cites.
        shelf: What is served.
    """
    known = {each.id: each for each in shelf.documents}
    meant = [known[name] for name in dict.fromkeys(documents) if name in known][:MAX_DOCUMENTS]
    pen = Pen(shelf.language)
    plain = LibraryQuestion(Wants.LIST)
    for document in meant:
        quotes = _repeated(document, said, shelf)
        places = quotes or list(filter(None, [shelf.opening(document)]))
        if not places:
            continue
        line = line_of(document, plain, shelf.language)
        pen.say(line, places, form=Form.ITEM)
        if asked is Whence.PLACE:
            for quoted in quotes:
                pen.say_own_words(quoted, heading=_place(quoted))
    if not pen.claims:
        return None
    message = None
    if asked is Whence.CERTAIN:
        message = say(shelf.language, CERTAIN)
    elif asked is Whence.AGE:
        message = _as_of(meant, shelf.language)
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations, message)


def _place(quoted: Quoted) -> str:
    """The title and the heading under which a sentence stands."""
    parts = [quoted.metadata.title, *quoted.sentence.heading[-1:]]
    return " › ".join(dict.fromkeys(filter(None, parts)))


def _repeated(document: DocumentSummary, said: str, shelf: Shelf) -> list[Quoted]:
    """Sentences of a document that an answer repeats word for word."""
    plain = " ".join(said.split())
    found = (
        each
        for each in shelf.sentences(document)
        if len(each.text.split()) >= LEAST_WORDS and " ".join(each.text.split()) in plain
    )
    return sorted(found, key=lambda each: each.sentence.ordinal)[:MAX_SENTENCES]


def _as_of(documents: Sequence[DocumentSummary], language: str) -> str:
    dated = [each.metadata for each in documents if each.metadata.published]
    if not dated:
        return say(language, NO_DAY)
    newest = max(dated, key=lambda each: str(each.published))
    date = long_date(newest.published, newest.published_precision, language)  # type: ignore[arg-type]
    return say(language, OF_ITS_DAY, date=date)
