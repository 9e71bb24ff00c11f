"""A question about the library, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.library.dates import Stretch


class Wants(StrEnum):
    """What is to be told."""

    LIST = "list"
    COUNT = "count"
    HAS = "has"
    """Whether there is any, and which."""
    NEW = "new"
    """What has come into the library since a day."""
    AUTHORS = "authors"
    PUBLISHERS = "publishers"
    AUTHOR = "author"
    """Of the document that is named."""
    DATE = "date"
    PUBLISHER = "publisher"
    LENGTH = "length"
    LANGUAGE = "language"
    TITLE = "title"
    SUMMARY = "summary"


class Order(StrEnum):
    """Which documents come first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    SHORTEST = "shortest"


@dataclass(frozen=True, slots=True)
class LibraryQuestion:
    """A question about the library, taken apart."""

    wants: Wants
    topics: tuple[str, ...] = ()
    """What the documents must speak of, each."""
    is_about: bool = False
    """They must be about it: what has it in its title comes first."""
    reference: str = ""
    """Words that name one document: its subject, publisher or title."""
    points_back: bool = False
    """It means the document of the conversation: "that article"."""
    author: str = ""
    """Who must have written or published it."""
    published: tuple[date | None, date | None] = (None, None)
    added: Stretch | None = None
    language: str = ""
    """In English: "german"."""
    lacks: str = ""
    """"date", "author" or "publisher": documents without it are meant."""
    order: Order | None = None
    limit: int | None = None
    is_everything: bool = False
    """A summary of all that is said on the topic, not of one document."""
    is_of_library: bool = False
    """It calls what it means by a word that is said of nothing but documents of a library."""
    is_sure: bool = True
    """It can mean nothing else; else only where a document has that name."""
