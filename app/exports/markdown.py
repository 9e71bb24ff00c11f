"""A document as Markdown with footnotes, as Pandoc, GitHub and Obsidian read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from app.exports.footnoted import FootnotedDocument, Note, Section, Sentence, SideBySide
from app.languages.catalogue import long_date, say

# What may begin mark-up anywhere; texts of documents are data and stay what they are.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$^])")
_LINE_START = re.compile(r"^(\s*)([-+=:]|\d+[.)])", re.M)
_WHITE = re.compile(r"\s+")


def as_markdown(document: FootnotedDocument) -> str:
    """Headings, sentences with note numbers, and the notes at the end."""
    language = document.language
    created = long_date(document.created.date(), language=language)
    answered = say(language, "Answered by Accord from its sources, {date}.", date=created)
    parts = [f"# {_escaped(document.title)}", f"*{answered}*"]
    for section in document.sections:
        parts += _section(section, language, is_only=len(document.sections) == 1)
    notes = [_note(note, language) for note in document.notes]
    parts += ["\n".join(notes)] if notes else []
    return "\n\n".join(parts) + "\n"


def _section(section: Section, language: str, *, is_only: bool) -> list[str]:
    parts = [] if is_only else [f"## {_escaped(section.question)}"]
    if section.understood:
        parts.append(f"*{_escaped(section.understood)}*")
    if section.lead:
        words = (f"**{_escaped(one.text)}**{_references(one.notes)}" for one in section.lead)
        parts.append(" ".join(words))
    before = ""
    for heading, sentences in section.paragraphs:
        parts += [f"**{_escaped(heading)}**"] if heading and heading != before else []
        before = heading
        is_list = sentences[0].is_item
        lines = [f"- {_sentence(one)}" if is_list else _sentence(one) for one in sentences]
        parts.append(("\n" if is_list else " ").join(lines))
    parts += [_table(section.table)] if section.table else []
    if section.message:
        parts.append(_escaped(section.message))
    parts += [f"*{_sentence(one)}*" for one in section.remarks]
    if section.near_misses:
        parts.append(say(language, "Near, but not an answer:"))
        parts.append("\n".join(f"- {_escaped(one)}" for one in section.near_misses))
    return parts


def _table(table: SideBySide) -> str:
    head = ["", *map(_escaped, table.columns)]
    rows = [[_escaped(label), *map(_sentence, cells)] for label, cells in table.rows]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _sentence(sentence: Sentence) -> str:
    return _escaped(sentence.text) + _references(sentence.notes)


def _references(numbers: Sequence[int]) -> str:
    return "".join(f"[^{number}]" for number in numbers)


def _note(note: Note, language: str) -> str:
    original = f" · [{say(language, 'original')}]({_address(note.url)})" if note.url else ""
    source, quoted = _escaped(note.source), _escaped(note.quote)
    passage = f"[{say(language, 'cited passage')}]({_address(note.permalink)})"
    return f"[^{note.number}]: {source}. “{quoted}” {passage}{original}"


def _escaped(text: str) -> str:
    one_line = _WHITE.sub(" ", text).strip()
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", one_line))


def _address(url: str) -> str:
    """A URL that cannot end its parentheses early."""
    return quote(url, safe=":/?#@!$&'*+,;=%-._~")
