"""Answers to questions about the library, each sentence with the documents that it speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from app.languages.catalogue import both, marked, say
from app.library.digests import summary_of, summary_of_topic
from app.library.facts import is_unknown, tell_facts
from app.library.lists import filtered, tell_documents
from app.library.news import tell_new
from app.library.people import tell_people
from app.library.question import LibraryQuestion, Wants
from app.library.shelf import Shelf
from app.library.told import Told
from app.types import AnswerStatus
from vectorstore.reader import DocumentSummary
from vectorstore.types import DocumentId

MAX_OF_ONE_NAME = 3
"""Documents that one name may mean; of more the reader is asked which."""
WHICH = marked("Which document do you mean? Name its subject, such as “the article about …”.")


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
            return tell_documents(asked, shelf)
        case Wants.NEW:
            return tell_new(asked, shelf)
        case Wants.AUTHORS | Wants.PUBLISHERS:
            return tell_people(asked, shelf)
        case Wants.SUMMARY if asked.is_everything:
            return summary_of_topic(both(shelf.language, asked.topics), shelf)
        case _:
            return _of_documents(asked, shelf, spoken_of)


def _of_documents(
    asked: LibraryQuestion, shelf: Shelf, spoken_of: Sequence[DocumentId]
) -> Told | None:
    if asked.points_back:
        known = {each.id: each for each in shelf.documents}
        meant = [known[name] for name in spoken_of if name in known]
    else:
        meant = shelf.named(asked.reference) if asked.reference else list(shelf.documents)
        if not meant and asked.is_of_library:  # several speak of it as much
            meant = [each.document for each in shelf.mentions(asked.reference)]
        meant = filtered(asked, meant, shelf)
    is_named = asked.points_back or not asked.reference or shelf.is_title(asked.reference)
    if asked.wants is Wants.SUMMARY and not asked.points_back:
        # "The risks of the Alba deal" is less than all that its document says.
        if len(meant) == 1 and is_named:
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
    is_known = is_named or asked.is_of_library
    if not is_known and all(is_unknown(asked.wants, each) for each in meant):
        return None  # "the first report" is something that a document speaks of
    return _facts(asked, meant, shelf)


def _facts(
    asked: LibraryQuestion, documents: Sequence[DocumentSummary], shelf: Shelf
) -> Told | None:
    pen = tell_facts(asked.wants, documents, shelf)
    if not pen.claims:
        return None
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations)
