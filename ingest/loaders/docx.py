"""Word files (.docx), by python-docx and the XML of its parts: all that a reader is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from ingest.errors import EmptyDocumentError, MalformedFileError
from ingest.loaders.docx_archive import as_transitional, check_archive
from ingest.loaders.docx_blocks import Writer, blocks_of, markdown_of
from ingest.loaders.docx_styles import Numbering, Styles, W, names
from ingest.loaders.docx_text import Reader
from ingest.loaders.encoding import clean_characters
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields, Parsed, fields_from

PROVENANCE = "docx properties"

NO_AUTHOR = re.compile(
    r"python-docx|apache poi|docx4j|pandoc|libreoffice|openoffice(?:\.org)?|aspose.*|google docs"
    r"|microsoft(?: office)?(?: word)?(?: user)?|windows[- ]?(?:user|benutzer)|office user"
    r"|(?:default |local )?user\d*|owner|author|autor|admin(?:istrator)?|unknown|guest|template",
    re.IGNORECASE,
)
"""Names of programs, and those that Word gives to nobody."""

NO_TITLE = re.compile(
    r"(?:microsoft )?word(?:[- ](?:template|document))?|(?:document|dokument)\s?\d*|template"
    r"|(?:letterhead|brief(?:papier|kopf|vorlage)|stationery)\b.*|.*[\s_-](?:template|vorlage)"
    r"|(?:normal|vorlage|modèle|plantilla|modello|sjabloon)\W*\d*"
    r"|untitled.*|(?:microsoft word - )?.*\.(?:docx?|dotx?|rtf)|title|\[.*\]",
    re.IGNORECASE,
)
SCAN_WIDTH, SCAN_HEIGHT = 12 * 360_000, 17 * 360_000
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_TEMPLATE_MADE = datetime(2013, 12, 23, 23, 15, tzinfo=UTC)
"""When the template of python-docx was made: the day of no document."""


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read a Word file as Markdown: changes accepted, notes at the end, no comments.

    Properties name title, authors and day; whoever has the text asks it first.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    check_archive(content, limits)
    try:
        document = docx.Document(BytesIO(as_transitional(content)))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise MalformedFileError(
            "It is not a Word document, though it is named like one."
        ) from error
    text = clean_characters(_text(document))
    if not text.strip():
        raise EmptyDocumentError("The document has no text in it.")
    return Parsed(text, _fields(document), _scans(document.element.body))


def _scans(body: Any) -> tuple[str, ...]:
    """Says that there are pictures of the size of a page, which may show text."""
    found = 0
    for extent in body.iter(f"{_DRAWING}extent"):
        sides = [extent.get(side) or "" for side in ("cx", "cy")]
        holds_picture = next(extent.getparent().iter(f"{_PICTURE}pic"), None) is not None
        if holds_picture and all(map(str.isdigit, sides)) and _is_like_page(*map(int, sides)):
            found += 1
    if not found:
        return ()
    named = "1 picture" if found == 1 else f"{found} pictures"
    return (f"{named} of the size of a page, perhaps scanned, not read: run the file through OCR.",)


def _is_like_page(width: int, height: int) -> bool:
    """Whether a picture fills most of a page, in EMU (360,000 a centimetre)."""
    return min(width, height) >= SCAN_WIDTH and max(width, height) >= SCAN_HEIGHT


def _text(document: Any) -> str:
    body = document.element.body
    styles = Styles(_part(document, "styles"))
    reader = Reader(styles)
    numbering = Numbering(_part(document, "numbering"))
    has_title = any(
        "title" in names(styles.of_paragraph(each))
        for each in blocks_of(body)
        if each.tag == f"{W}p"
    )
    size = styles.body_size(body)
    writer = Writer(reader, numbering, has_title=has_title, body_size=size)
    text = markdown_of(writer.pieces(body))
    return "\n\n".join([text, *_notes(document, reader, writer)])


def _notes(document: Any, reader: Reader, writer: Writer) -> Iterator[str]:
    """Foot and end notes, in the order in which the text points at them."""
    found: dict[tuple[str, str], Any] = {}
    for kind in ("footnote", "endnote"):
        part = _part(document, f"{kind}s")
        for note in part.findall(W + kind) if part is not None else ():
            if note.get(f"{W}type") in (None, "normal"):
                found[kind, note.get(f"{W}id") or ""] = note
    for number, note in enumerate(reader.notes, start=1):
        if note in found:
            words = [" ".join(each.text.split()) for each in writer.pieces(found[note])]
            if any(words):
                yield f"[^{number}]: {' '.join(word for word in words if word)}"


def _part(document: Any, name: str) -> Any | None:
    """Root of a part of the document, by the last word of its relationship."""
    from docx.opc.oxml import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype.rsplit("/", 1)[-1] == name and not relation.is_external:
            part = relation.target_part
            element = getattr(part, "element", None)
            return element if element is not None else parse_xml(part.blob)
    return None


def _fields(document: Any) -> Fields:
    """What the properties say, without what a template or a program put there."""
    try:
        properties = document.core_properties
        stated: dict[str, object] = {
            "title": _unless(NO_TITLE, properties.title),
            "authors": _unless(NO_AUTHOR, properties.author),
            "published": _day_made(properties),
            "language": properties.language,
        }
    except Exception:  # noqa: BLE001  broken properties must not lose a readable text
        return {}
    return fields_from(stated, PROVENANCE)


def _unless(nothing: re.Pattern[str], stated: str | None) -> str | None:
    text = (stated or "").strip()
    return None if nothing.fullmatch(text) else text or None


def _day_made(properties: Any) -> date | None:
    stated: list[datetime | None] = [properties.created, properties.modified]
    for moment in stated:
        if moment is not None:
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            if moment != _TEMPLATE_MADE and moment <= datetime.now(UTC):
                return moment.date()
    return None
