"""Answers laid out as a document: sentences with note numbers, and the notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.languages.catalogue import ENGLISH, long_date, say
from app.languages.identify import language_of
from app.telling import differing, understood
from app.turns.kinds import is_spoken
from app.types import Answer, Citation, Form, Notes, Table
from vectorstore.types import Metadata

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One claim and the numbers of its notes."""

    text: str
    notes: tuple[int, ...]
    is_item: bool = False
    """One of a list."""
    heading: str = ""
    """Its heading, if that is shown."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A table: its first row names the things, its first column what they are compared by."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Sentence, ...]], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One question and its answer."""

    question: str
    sentences: tuple[Sentence, ...]
    message: str | None
    """Shown instead of an answer."""
    remarks: tuple[Sentence, ...]
    """Disagreement, dates, and why a chat model's answer is not shown."""
    near_misses: tuple[str, ...]
    """For an abstention: what came near, with its source. Not an answer."""
    table: SideBySide | None = None
    understood: str = ""
    """How the question was understood, where that differs from it; else empty."""
    lead: tuple[Sentence, ...] = ()
    """The answer in a word or two, above the sentences."""

    @property
    def paragraphs(self) -> list[tuple[str, list[Sentence]]]:
        """The sentences by the headings that they are shown under, in order."""
        groups: list[tuple[str, list[Sentence]]] = []
        for one in self.sentences:
            is_new = not groups or groups[-1][0] != one.heading
            if is_new or groups[-1][1][-1].is_item != one.is_item:
                groups.append((one.heading, []))
            groups[-1][1].append(one)
        return groups


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote. Numbers run on through the document, from 1."""

    number: int
    source: str
    """Authors, title, publisher, date."""
    quote: str
    permalink: str
    """Full address of the cited words in the version that was cited."""
    url: str | None
    """The original, where it is on the web."""
    quote_language: str | None = None
    """None where it is not sure."""


@dataclass(frozen=True, slots=True)
class FootnotedDocument:
    """Everything that an export shows; each format only lays it out."""

    title: str
    created: datetime
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]
    language: str = ENGLISH
    """Of what is not a source's own words."""


def footnoted(title: str, answers: Sequence[Answer], *, base_url: str) -> FootnotedDocument:
    """Lay answers out, oldest first, with notes numbered through.

    Args:
        title: Of the document.
        answers: At least one.
        base_url: Of the server, for links to cited words; without a slash at the end.
    """
    sections: list[Section] = []
    notes: list[Note] = []
    language = answers[-1].language
    for answer in answers:
        numbers = {one.n: len(notes) + at for at, one in enumerate(answer.citations, start=1)}
        notes += [_note(one, numbers[one.n], base_url, language) for one in answer.citations]
        sections += _sections(answer, numbers)
    return FootnotedDocument(
        printable(title), answers[0].created, tuple(sections), tuple(notes), language
    )


def printable(text: str) -> str:
    """A text without the control characters that no document format takes."""
    return _UNPRINTABLE.sub("", text)


def source_line(metadata: Metadata, language: str = ENGLISH) -> str:
    """Authors, title, publisher and date, as far as they are known."""
    authors = ", ".join(metadata.authors)
    dated = _dated(metadata.published, metadata.published_precision, language)
    title = f"{metadata.title} ({metadata.place})" if metadata.place else metadata.title
    parts = [authors, title, metadata.publisher, dated]
    return printable(". ".join(part for part in parts if part))


def _dated(published: date | None, precision: str, language: str) -> str:
    return long_date(published, precision, language) if published else say(language, "undated")


def _note(citation: Citation, number: int, base_url: str, language: str) -> Note:
    url = citation.metadata.url
    return Note(
        number=number,
        source=source_line(citation.metadata, language),
        quote=printable(citation.quote),
        permalink=f"{base_url}{citation.permalink}",
        url=url if url and re.match(r"https?://[^/\s]", url) else None,
        quote_language=language_of(citation.quote),
    )


def _sections(answer: Answer, numbers: dict[int, int]) -> list[Section]:
    """None for a turn that asks nothing."""
    return [] if is_spoken(answer.kind) else [_section(answer, numbers)]


def _section(answer: Answer, numbers: dict[int, int]) -> Section:
    def noted(text: str, citations: Sequence[int]) -> Sentence:
        return Sentence(printable(text), tuple(numbers[n] for n in citations if n in numbers))

    language = answer.language
    differ = [noted(differing(one, language), one.citations) for one in answer.notes.disagreements]
    ages = _ages(answer.notes, language)
    return Section(
        question=printable(answer.question),
        sentences=tuple(
            replace(
                noted(one.text, one.citations),
                is_item=one.form is Form.ITEM,
                heading=printable(one.heading),
            )
            for one in answer.claims
        ),
        message=printable(answer.message) if answer.message else None,
        remarks=(*differ, *(Sentence(one, ()) for one in (ages, answer.fallback) if one)),
        near_misses=tuple(
            printable(f"“{one.text}” {one.title}, {_dated(one.published, 'day', language)}")
            for one in answer.near_misses
        ),
        table=_side_by_side(answer.table, noted) if answer.table else None,
        understood=printable(understood(answer) or ""),
        lead=tuple(noted(text, (n,)) for text, n in answer.lead.parts) if answer.lead else (),
    )


def _side_by_side(table: Table, noted: Callable[[str, Sequence[int]], Sentence]) -> SideBySide:
    return SideBySide(
        tuple(map(printable, table.columns)),
        tuple(
            (printable(row.label), tuple(noted(cell.text, cell.citations) for cell in row.cells))
            for row in table.rows
        ),
    )


def _ages(notes: Notes, language: str) -> str:
    parts = []
    newest, oldest = notes.newest, notes.oldest
    if newest and newest.published:
        shown = long_date(newest.published, newest.precision, language)
        parts.append(say(language, "Newest source used: {source}.", source=shown))
    if oldest and oldest.published and oldest != newest:
        shown = long_date(oldest.published, oldest.precision, language)
        parts.append(say(language, "Oldest: {source}.", source=shown))
    if notes.undated:
        parts.append(say(language, "Sources without a date: {number}.", number=notes.undated))
    return " ".join(parts)
