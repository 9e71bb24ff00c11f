"""Answers as a page for printing, with footnotes. Made here, so that it needs no script."""

from __future__ import annotations

from html import escape
from string import Template

from app.dates import long_date
from app.exports.footnoted import FootnotedDocument, Note, Section, Sentence, SideBySide
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
    before = ""
    for heading, sentences in section.paragraphs:
        parts += [f"<h3>{escape(heading)}</h3>"] if heading and heading != before else []
        before = heading
        if sentences[0].is_item:
            parts.append(f"<ul>{''.join(f'<li>{_sentence(one)}</li>' for one in sentences)}</ul>")
        else:
            parts.append(f"<p>{' '.join(map(_sentence, sentences))}</p>")
    parts += [_table(section.table)] if section.table else []
    if section.message:
        parts.append(f"<p>{escape(section.message)}</p>")
    parts += [f'<p class="remark">{_sentence(one)}</p>' for one in section.remarks]
    if section.near_misses:
        rows = "".join(f"<li>{escape(one)}</li>" for one in section.near_misses)
        parts.append(f'<p class="remark">Near, but not an answer:</p><ul>{rows}</ul>')
    return f"<section>{''.join(parts)}</section>"


def _table(table: SideBySide) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        f"{''.join(f'<td>{_sentence(cell)}</td>' for cell in cells)}</tr>"
        for label, cells in table.rows
    )
    return f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"


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
