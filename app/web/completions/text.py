"""An answer as the text of a chat message, with the places of its citations in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from app.dates import long_date
from app.languages.catalogue import TRANSLATED, say
from app.telling import understood
from app.types import Answer, Citation, Claim, Form, Table
from app.web.completions.frames import ENGLISH, SOURCE_HEADINGS, Frame, frame_in
from app.web.completions.usage import num_tokens
from app.web.completions.wishes import Wishes
from app.web.schemas.text import iso_date

PARAGRAPH = "\n\n"
_MARKER = re.compile(r" ?\[\d{1,3}\]")
_MARK_UP = re.compile(r"([\\`*_\[\]<>])")
_OURS = re.compile(r"\|.*\|$|\*\*[^*]+\*\*$")
"""A line of a table, or a heading."""
_WHITE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """The place of a citation's number: `content[start:end] == "[n]"`."""

    start: int
    end: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Span:
    """The place of a claim: `content[start:end]` is its text, without its numbers."""

    claim: int
    start: int
    end: int


@dataclass(slots=True)
class Writer:
    """Writes a message piece by piece, as claims become known. What is written stays."""

    wishes: Wishes
    base_url: str
    """Of this server, for links to cited words; without a slash at the end."""
    max_tokens: int | None = None
    has_frame: bool = True
    """Whether notes and the list of sources are written as well."""
    content: str = ""
    marks: list[Mark] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    is_cut: bool = False
    """Whether `max_tokens` left something out."""
    num_seen: int = 0
    heading: str = ""
    """That the last sentence stands under."""
    is_list: bool = False
    """Whether the last sentence is one of a list."""

    def lead(self, answer: Answer) -> str:
        """Write the answer in a word or two, where there is one, as a paragraph of its own.

        Returns:
            What was added.
        """
        if answer.lead is None or not self.has_frame:
            return ""
        known = {one.n: one for one in answer.citations}
        for text, n in answer.lead.parts:
            self.content += f"{' ' if self.content else ''}{text} "
            self._mark(known[n])
        self.content += PARAGRAPH
        return self.content

    def claim(self, claim: Claim, citations: Iterable[Citation]) -> str:
        """Write a sentence and its numbers; nothing once the message is as long as was wished.

        The first sentence is always written whole: half a sentence would be nobody's.

        Returns:
            What was added.
        """
        number, self.num_seen = self.num_seen, self.num_seen + 1
        known = {one.n: one for one in citations}
        cited = [known[n] for n in claim.citations if n in known]
        begin = len(self.content)
        lead = self._before(claim)
        numbers = "".join(f"[{one.n}]" for one in cited)
        added = f"{lead}{claim.text}{' ' if cited else ''}{numbers}"
        if not self._has_room(added):
            return ""
        self.heading, self.is_list = claim.heading, claim.form is Form.ITEM
        self.content += added.removesuffix(numbers)
        start = begin + len(lead)
        self.spans.append(Span(number, start, start + len(claim.text)))
        for one in cited:
            self._mark(one)
        return added

    def _before(self, claim: Claim) -> str:
        """What parts a sentence from the one before: a space, or its heading, or a line."""
        heading = "" if claim.heading == self.heading else claim.heading
        is_item = claim.form is Form.ITEM
        mark = "- " if is_item else ""
        if heading:
            return f"{PARAGRAPH if self.spans else ''}**{_cell(heading)}**{PARAGRAPH}{mark}"
        if not self.spans:
            return mark
        if is_item != self.is_list:
            return f"{PARAGRAPH}{mark}"
        return f"\n{mark}" if is_item else " "

    def end(self, answer: Answer) -> str:
        """Write what follows the claims: a message, notes, the list of sources."""
        before = len(self.content)
        if answer.table and self.has_frame:
            self._table(answer.table, {one.n: one for one in answer.citations})
        for part in self._parts(answer):
            self.content += f"{PARAGRAPH if self.content else ''}{part}"
        return self.content[before:]

    def _mark(self, citation: Citation) -> None:
        number = f"[{citation.n}]"
        self.marks.append(Mark(len(self.content), len(self.content) + len(number), citation))
        self.content += number

    def _table(self, table: Table, known: Mapping[int, Citation]) -> None:
        """In Markdown, which chat windows show as a table."""
        head = ["", *map(_cell, table.columns)]
        self.content += f"{PARAGRAPH}| {' | '.join(head)} |\n{'| --- ' * len(head)}|"
        for row in table.rows:
            self.content += f"\n| {_cell(row.label)} |"
            for cell in row.cells:
                self.content += f" {_cell(cell.text)} "
                for n in cell.citations:
                    self._mark(known[n])
                self.content += "|"

    def _parts(self, answer: Answer) -> list[str]:
        if not answer.claims:
            return [*self._message(answer), *(self._near(answer) if self.has_frame else [])]
        if not self.has_frame:
            return []
        told = understood(answer)
        parts = [*([told] if told else []), *self._message(answer)]
        parts += [one for one in (self._differences(answer), self._age(answer)) if one]
        sources = self._sources(answer)
        return [*parts, sources] if sources else parts

    def _has_room(self, added: str) -> bool:
        """Whether this sentence may still be written."""
        if not self.spans:
            return True
        if self.is_cut:
            return False
        most, words = self.wishes.max_sentences, self.wishes.max_words
        if most is not None and len(self.spans) >= most:
            return False
        if words is not None and len((self.content + added).split()) > words:
            return False
        if self.max_tokens is not None and num_tokens(self.content + added) > self.max_tokens:
            self.is_cut = True
            return False
        return True

    def _frame(self, answer: Answer) -> Frame:
        return self.wishes.frame or frame_in(answer.language)

    def _message(self, answer: Answer) -> list[str]:
        frame = self._frame(answer)
        message = answer.message
        is_foreign = frame.code != answer.language
        if message and not answer.claims and is_foreign and frame.abstained is not None:
            message = frame.abstained
        return [one for one in (message, answer.fallback) if one]

    def _near(self, answer: Answer) -> list[str]:
        lines = [f"- {_flat(one.text)} ({_flat(one.title)})" for one in answer.near_misses]
        return ["\n".join([self._frame(answer).near, *lines])] if lines else []

    def _differences(self, answer: Answer) -> str:
        differ = self._frame(answer).differ
        lines = []
        for one in answer.notes.disagreements:
            about = f" ({one.subject})" if one.subject else ""
            numbers = ", ".join(f"[{n}]" for n in one.citations)
            lines.append(f"{differ}{about}: {numbers}.")
        return "\n".join(lines)

    def _age(self, answer: Answer) -> str:
        newest = answer.notes.newest
        if newest is None or newest.published is None:
            return ""
        frame = self._frame(answer)
        if frame is ENGLISH:
            dated = long_date(newest.published, newest.precision)
        else:
            dated = iso_date(newest.published, newest.precision) or ""
        return f"{frame.newest}: {dated}."

    def _sources(self, answer: Answer) -> str:
        """One line for each citation whose number is in the text above."""
        shown = {mark.citation.n for mark in self.marks}
        shown |= {n for one in answer.notes.disagreements for n in one.citations}
        frame = self._frame(answer)
        lines = [self._source(one, frame) for one in answer.citations if one.n in shown]
        return "\n".join([frame.sources, *lines]) if lines else ""

    def _source(self, citation: Citation, frame: Frame) -> str:
        known = citation.metadata
        dated = iso_date(known.published, known.published_precision) or frame.undated
        title = _MARK_UP.sub(r"\\\1", _flat(known.title))
        about = [_flat(one) for one in (known.place, known.publisher, dated) if one]
        link = f"[{title}]({self.base_url}{citation.permalink})"
        # Two blanks at the end of a line keep lines apart where Markdown is read.
        return f"[{citation.n}] {link}, {', '.join(about)}  "


def without_frame(reply: str) -> str:
    """An earlier reply as the service reads history: its sentences, without what is ours.

    Numbers, the list of sources, tables, headings and how a question was understood are left out.
    """
    lines = reply.split("\n")
    headings = [at for at, line in enumerate(lines) if line.strip() in SOURCE_HEADINGS]
    kept: Sequence[str] = lines[: headings[-1]] if headings else lines
    said = [line for line in kept if not _OURS.match(line) and not line.startswith(_heard())]
    return _MARKER.sub("", "\n".join(said)).strip()


@cache
def _heard() -> tuple[str, ...]:
    """How a line begins that says how a question was understood, in every language."""
    return tuple(say(code, "Understood as:") for code in (ENGLISH.code, *TRANSLATED))


def _cell(text: str) -> str:
    return _MARK_UP.sub(r"\\\1", _flat(text)).replace("|", "\\|")


def _flat(text: str) -> str:
    return _WHITE.sub(" ", text).strip()
