"""Results as text, for models without structured output: every sentence with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from app.languages.catalogue import both
from app.mcp.bodies import ExcerptBody
from app.telling import differing, understood
from app.types import Answer, Citation, Form, Table
from app.web.schemas.answers import DocumentBody
from app.web.schemas.passages import PassageBody
from app.web.schemas.text import iso_date
from app.web.sources import SourceBody
from vectorstore.types import Metadata


def answer_text(answer: Answer, base_url: str | None) -> str:
    """Claims, what is missing, where sources differ, and one line for each citation."""
    lines, heading = list[str](), ""
    for one in answer.claims:
        lines += [one.heading] if one.heading and one.heading != heading else []
        heading = one.heading
        mark = "- " if one.form is Form.ITEM else ""
        lines.append(f"{mark}{one.text} {_marks(one.citations)}".rstrip())
    parts: list[str | None] = [understood(answer)]
    parts += [" ".join(f"{text} [{n}]" for text, n in answer.lead.parts)] if answer.lead else []
    parts += ["\n".join(lines), *_table(answer.table), answer.message, answer.fallback]
    for matter in answer.notes.disagreements:
        numbers = both(answer.language, [f"[{n}]" for n in matter.citations])
        parts.append(differing(matter, answer.language, numbers))
    if answer.citations:
        parts.append("\n".join(["Sources:", *(_cited(c, base_url) for c in answer.citations)]))
    if answer.near_misses:
        near = [f"- {one.text} ({one.title}; source {one.document_id}, {one.start}-{one.end})"
                for one in answer.near_misses]  # fmt: skip
        parts.append("\n".join(["Near, but not an answer:", *near]))
    return "\n\n".join(part for part in parts if part)


def _table(table: Table | None) -> list[str]:
    """One line for each of what is compared, with the values of all things."""
    if table is None:
        return []
    lines = [
        f"{row.label}: "
        + "; ".join(
            f"{name}: {cell.text} {_marks(cell.citations)}".rstrip()
            for name, cell in zip(table.columns, row.cells, strict=True)
        )
        for row in table.rows
    ]
    return ["\n".join(lines)]


def _marks(citations: Sequence[int]) -> str:
    return "".join(f"[{n}]" for n in citations)


def passages_text(passages: Sequence[PassageBody]) -> str:
    """Each passage under its source."""
    if not passages:
        return "Nothing was found."
    return "\n\n".join(
        f"{_named(one.document)}; source {one.document.id}, {one.start}-{one.end}\n{one.text}"
        for one in passages
    )


def excerpt_text(excerpt: ExcerptBody) -> str:
    """The excerpt, and what of it was asked for."""
    where = f"Characters {excerpt.start}-{excerpt.end} of {excerpt.characters}."
    parts = [f"{_named(excerpt.document)}; source {excerpt.document.id}", where, excerpt.text]
    if excerpt.quote is not None and excerpt.quote != excerpt.text:
        parts.append(f"Asked for: “{excerpt.quote}”")
    if excerpt.next_start is not None:
        parts.append(f"It goes on at {excerpt.next_start}.")
    return "\n\n".join(parts)


def sources_text(sources: Sequence[SourceBody], total: int) -> str:
    """One line for each source."""
    lines = [f"{one.id}  {_named(one)}, {one.characters} characters" for one in sources]
    return "\n".join([*lines, f"{len(sources)} of {total} sources."])


def _cited(citation: Citation, base_url: str | None) -> str:
    known: Metadata = citation.metadata
    dated = iso_date(known.published, known.published_precision)
    named = ", ".join(filter(None, [known.title, known.place, known.publisher, dated or "no date"]))
    place = f"source {citation.document_id}, {citation.start}-{citation.end}"
    link = f" {base_url}{citation.permalink}" if base_url else ""
    return f"[{citation.n}] {named}; {place}{link}"


def _named(document: DocumentBody) -> str:
    parts = [document.title, document.place, document.publisher, document.published or "no date"]
    return ", ".join(filter(None, parts))
