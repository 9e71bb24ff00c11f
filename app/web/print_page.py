"""Answers as a page for printing, with footnotes. Made here, so that it needs no script."""

from __future__ import annotations

from html import escape

from app.exports.footnoted import FootnotedDocument, Note, Section, Sentence, SideBySide
from app.languages.catalogue import long_date, say
from app.web.reading_page import is_web_address
from app.web.templates import template


def print_page(document: FootnotedDocument, *, root: str = "") -> str:
    """HTML of a document; its texts are escaped, its links go to sources only."""
    is_only = len(document.sections) == 1
    language = document.language
    created = long_date(document.created.date(), language=language)
    answered = say(language, "Answered by Accord from its sources, {date}.", date=created)
    return template("print.html").substitute(
        root=root,
        language=language,
        title=escape(document.title),
        answered=escape(answered),
        print=escape(say(language, "Print")),
        notes_label=escape(say(language, "Notes")),
        body="\n".join(_section(one, language, is_only=is_only) for one in document.sections),
        notes="\n".join(_note(one, language) for one in document.notes),
    )


def _section(section: Section, language: str, *, is_only: bool) -> str:
    parts = [] if is_only else [f"<h2>{escape(section.question)}</h2>"]
    if section.understood:
        parts.append(f'<p class="remark">{escape(section.understood)}</p>')
    if section.lead:
        parts.append(f'<p class="lead">{" ".join(map(_sentence, section.lead))}</p>')
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
        near = escape(say(language, "Near, but not an answer:"))
        parts.append(f'<p class="remark">{near}</p><ul>{rows}</ul>')
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
    marks = ", ".join(f'<a href="#note-{n}">{n}</a>' for n in sentence.notes)
    return escape(sentence.text) + (f"<sup>{marks}</sup>" if marks else "")


def _note(note: Note, language: str) -> str:
    cited = escape(say(language, "cited passage"))
    links = [f'<a href="{escape(note.permalink)}">{cited}</a>']
    if note.url and is_web_address(note.url):
        links.append(
            f'<a href="{escape(note.url)}" rel="noopener noreferrer">'
            f"{escape(say(language, 'original'))}</a>"
        )
    return (
        f'<li id="note-{note.number}">{escape(note.source)}. '
        f'<span lang="{note.quote_language or ""}">“{escape(note.quote)}”</span> '
        f"{', '.join(links)}</li>"
    )
