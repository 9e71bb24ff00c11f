"""What the catalog records of one document: author, date, publisher, length, language, title."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.languages.catalogue import ENGLISH, TRANSLATED, both, long_date, marked, say, say_number
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
            title = say(shelf.language, "“{word}”", word=each.metadata.title)
            sentence = f"{title} {said}{_whence(each, field)}."
            pen.say(sentence, [place], form=Form.ITEM if is_several else Form.SENTENCE)
    return pen


def is_unknown(wants: Wants, document: DocumentSummary) -> bool:
    """Whether the catalog does not know what is asked of a document."""
    known = document.metadata
    match wants:
        case Wants.AUTHOR:
            return not known.authors
        case Wants.DATE:
            return known.published is None
        case Wants.PUBLISHER:
            return known.publisher is None
        case _:
            return False


def _author(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    names = document.metadata.authors
    if not names:
        return "authors", say(shelf.language, marked("names no author"))
    joined = _joined(names) if shelf.language == ENGLISH else both(shelf.language, names)
    return "authors", say(shelf.language, "was written by {names}", names=joined)


def _date(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    known, language = document.metadata, shelf.language
    if known.published is None:
        return "published", say(language, "gives no date")
    dated = long_date(known.published, known.published_precision, language)
    if known.published_precision == "day":
        return "published", say(language, "was published on {date}", date=dated)
    return "published", say(language, "was published in {date}", date=dated)


def _publisher(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    known = document.metadata
    where = f" ({known.url})" if known.url else ""
    if known.publisher is None:
        return "publisher", say(shelf.language, marked("names no publisher")) + where
    said = say(shelf.language, "was published by {name}", name=known.publisher)
    return "publisher", f"{said}{where}"


def _length(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    words = shelf.words(document)
    minutes = max(1, round(words / WORDS_A_MINUTE))
    return "", say_number(
        shelf.language,
        "has {words} words, about {number} minute of reading",
        "has {words} words, about {number} minutes of reading",
        minutes,
        words=f"{words:,}",
    )


def _language_of(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    name = language_name(document)
    if not name:
        return "language", say(shelf.language, "is in a language that is not known")
    named = language_named(name, shelf.language)
    return "language", say_number(
        shelf.language, "is in {language}", "are in {language}", 1, language=named
    )


def _title(document: DocumentSummary, shelf: Shelf) -> tuple[str, str]:
    del document
    return "title", say(shelf.language, "is its title")


_FACTS: dict[Wants, Callable[[DocumentSummary, Shelf], tuple[str, str]]] = {
    Wants.AUTHOR: _author,
    Wants.DATE: _date,
    Wants.PUBLISHER: _publisher,
    Wants.LENGTH: _length,
    Wants.LANGUAGE: _language_of,
    Wants.TITLE: _title,
}


def language_named(name: str, language: str) -> str:
    """A language, given by its English name, as another one calls it."""
    code = next((code for code, known in _LANGUAGES.items() if known == name.title()), None)
    if code is None or language not in TRANSLATED:
        return name.title()
    from babel import Locale

    return str(Locale(language).languages.get(code, name.title()))


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
