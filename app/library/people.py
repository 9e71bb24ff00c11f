"""Who is in the library: authors or publishers, each with documents of theirs."""

from __future__ import annotations

from app.languages.catalogue import say, say_number
from app.library.lists import MAX_LISTED, counted, filtered
from app.library.pen import Pen
from app.library.question import LibraryQuestion, Wants
from app.library.shelf import Shelf
from app.library.told import Told
from app.types import AnswerStatus, Form
from vectorstore.reader import DocumentSummary

MAX_CITED = 3
"""Documents that are cited for a name."""


def tell_people(asked: LibraryQuestion, shelf: Shelf) -> Told | None:
    """The names with how many documents are theirs, and how many name nobody."""
    of_authors = asked.wants is Wants.AUTHORS
    by_name: dict[str, list[DocumentSummary]] = {}
    unnamed: list[DocumentSummary] = []
    for each in filtered(asked, shelf.documents, shelf):
        known = each.metadata
        names = known.authors if of_authors else tuple(filter(None, (known.publisher,)))
        for name in names:
            by_name.setdefault(name, []).append(each)
        if not names:
            unnamed.append(each)
    language = shelf.language
    pen = Pen()
    ranked = sorted(by_name.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MAX_LISTED]
    lines = [(f"{name}: {counted(len(theirs), language)}.", theirs) for name, theirs in ranked]
    if unnamed:
        number = counted(len(unnamed), language)
        lines.append(
            (
                say(language, "No author named: {documents}.", documents=number)
                if of_authors
                else say(language, "No publisher named: {documents}.", documents=number),
                unnamed,
            )
        )
    placed = [
        (line, places)
        for line, theirs in lines
        if (places := [place for each in theirs[:MAX_CITED] if (place := shelf.opening(each))])
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
