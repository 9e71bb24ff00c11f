"""What the catalog records of one document: author, date, publisher, length, language, title."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.dates import long_date
from app.library.pen import Pen, Quoted
from app.library.question import Wants
from app.library.shelf import Shelf
from app.types import Form
from vectorstore.reader import DocumentSummary

_QUOTED = re.compile(r"“(.+?)…?”")
WORDS_A_MINUTE = 230
"""Silent reading of English non-fiction. Source: Brysbaert, Journal of Memory and Language 2019."""
_LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian",
    "nl": "Dutch", "pt": "Portuguese", "pl": "Polish", "sv": "Swedish", "da": "Danish",
    "no": "Norwegian", "nb": "Norwegian", "fi": "Finnish", "cs": "Czech", "zh": "Chinese",
    "ja": "Japanese", "ru": "Russian",
}  # fmt: skip


def tell_facts(wants: Wants, documents: Sequence[DocumentSummary], shelf: Shelf) -> Pen:
    """A sentence for each document, cited to where its text says so, or else to its beginning."""
    tell = _FACTS[wants]
    pen = Pen()
    is_several = len(documents) > 1
    for each in documents:
        field, said = tell(each, shelf)
        place = _stated(each, field, shelf) or shelf.opening(each)
        if place is not None:
            sentence = f"“{each.metadata.title}” {said}{_whence(each, field)}."
            pen.say(sentence, [place], form=Form.ITEM if is_several else Form.SENTENCE)
    return pen


def _author(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    del shelf
    names = _joined(document.metadata.authors)
    return "authors", f"was written by {names}" if names else "names no author"


def _date(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    del shelf
    known = document.metadata
    if known.published is None:
        return "published", "gives no date"
    word = "on" if known.published_precision == "day" else "in"
    dated = long_date(known.published, known.published_precision)
    return "published", f"was published {word} {dated}"


def _publisher(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    del shelf
    known = document.metadata
    where = f" ({known.url})" if known.url else ""
    if known.publisher is None:
        return "publisher", f"names no publisher{where}"
    return "publisher", f"was published by {known.publisher}{where}"


def _length(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    words = shelf.words(document)
    minutes = max(1, round(words / WORDS_A_MINUTE))
    reading = f"{minutes} minute{'' if minutes == 1 else 's'}"
    return "", f"has {words:,} words, about {reading} of reading"


def _language_of(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    del shelf
    name = language_name(document)
    return "language", f"is in {name}" if name else "is in a language that is not known"


_FACTS: dict[Wants, Callable[[DocumentSummary, Shelf], tuple[str, str]]] = {
    Wants.AUTHOR: _author,
    Wants.DATE: _date,
    Wants.PUBLISHER: _publisher,
    Wants.LENGTH: _length,
    Wants.LANGUAGE: _language_of,
    Wants.TITLE: lambda document, _: ("title", "is its title"),
}


def language_name(document: DocumentSummary) -> str:
    """Its language in English; empty where it is not known."""
    code = (document.metadata.language or "").split("-")[0].lower()
    return _LANGUAGES.get(code, code)


def _whence(document: DocumentSummary, field: str) -> str:
    """Where the catalog has a value from, as it would be said behind it."""
    source = document.metadata.provenance.get(field, "")
    if not source or source.startswith("inferred from the text: its"):
        return ""
    return f" ({source})"


def _stated(document: DocumentSummary, field: str, shelf: Shelf) -> Quoted | None:
    """The place in the text from which a value was inferred."""
    found = _QUOTED.search(document.metadata.provenance.get(field, ""))
    return shelf.place_of(document, found[1].strip()) if found else None


def _joined(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
