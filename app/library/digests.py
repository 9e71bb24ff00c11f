"""Summaries: a document in its own most central sentences, or what the documents say of a topic."""

from __future__ import annotations

from app.languages.catalogue import say_number
from app.library.lists import line_of
from app.library.pen import Pen, Quoted
from app.library.question import LibraryQuestion, Wants
from app.library.shelf import Shelf
from app.library.summary import summarise
from app.library.told import Told
from app.types import AnswerStatus
from vectorstore.reader import DocumentSummary
from vectorstore.types import DocumentId

MAX_DOCUMENTS = 4
OF_EACH = 3
"""Sentences of each document in a summary of a topic."""


def summary_of(document: DocumentSummary, shelf: Shelf, limit: int | None = None) -> Told | None:
    """What a document says, in its own most central sentences under its headings."""
    opening = shelf.opening(document)
    sentences = list(shelf.sentences(document))
    chosen = summarise(sentences, shelf.embed, limit=limit, title=document.metadata.title)
    if not chosen or opening is None:
        return None
    pen = Pen()
    pen.say(line_of(document, LibraryQuestion(Wants.LIST), shelf.language), [opening])
    for quoted in chosen:
        pen.say_own_words(quoted, heading=_heading(quoted, document.metadata.title))
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations)


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
