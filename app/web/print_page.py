"""Answers as a page for printing, with footnotes. Made here, so that it needs no script."""

from __future__ import annotations

from html import escape
from string import Template

from app.dates import long_date
from app.exports.footnoted import FootnotedDocument, Note, Section, Sentence
from app.web.reading_page import STATIC, is_web_address


def print_page(document: FootnotedDocument, *, root: str = "") -> str:
    """HTML of a document; its texts are escaped, its links go to sources only."""
    template = Template((STATIC / "print.html").read_text(encoding="utf-8"))
    is_only = len(document.sections) == 1
    return template.substitute(
        root=root,
        title=escape(document.title),
        created=escape(long_date(document.created.date())),
        body="\n".join(_section(one, is_only=is_only) for one in document.sections),
        notes="\n".join(map(_note, document.notes)),
    )


def _section(section: Section, *, is_only: bool) -> str:
    parts = [] if is_only else [f"<h2>{escape(section.question)}</h2>"]
    if section.sentences:
        parts.append(f"<p>{' '.join(map(_sentence, section.sentences))}</p>")
    if section.message:
        parts.append(f"<p>{escape(section.message)}</p>")
    parts += [f'<p class="remark">{_sentence(one)}</p>' for one in section.remarks]
    if section.near_misses:
        rows = "".join(f"<li>{escape(one)}</li>" for one in section.near_misses)
        parts.append(f'<p class="remark">Near, but not an answer:</p><ul>{rows}</ul>')
    return f"<section>{''.join(parts)}</section>"


def _sentence(sentence: Sentence) -> str:
    marks = "".join(f'<sup><a href="#note-{n}">{n}</a></sup>' for n in sentence.notes)
    return escape(sentence.text) + marks


def _note(note: Note) -> str:
    links = [f'<a href="{escape(note.permalink)}">Cited passage</a>']
    if note.url and is_web_address(note.url):
        links.append(f'<a href="{escape(note.url)}" rel="noopener noreferrer">original</a>')
    return (
        f'<li id="note-{note.number}">{escape(note.source)}. “{escape(note.quote)}” '
        f"{', '.join(links)}</li>"
    )
