"""Word files (.docx), by python-docx: headings by style, lists, tables, core properties."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from ingest.errors import (
    EmptyDocumentError,
    EncryptedFileError,
    MalformedFileError,
    TooLargeError,
)
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields, Parsed, fields_from
from ingest.loaders.text import clean_characters

PROVENANCE = "docx properties"

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of the old Office container: .doc files, and .docx files with a password."""

DECLARATION_BYTES = 4096
"""Of each XML part: a document type must stand before the first element."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_INDENT = "  "


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read a Word file as Markdown. Inserted text counts, deleted text does not."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    check_archive(content, limits)
    try:
        document = docx.Document(BytesIO(content))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise MalformedFileError(
            "It is not a Word document, though it is named like one."
        ) from error
    text = clean_characters("\n\n".join(_blocks(document)))
    if not text.strip():
        raise EmptyDocumentError("The document has no text in it.")
    return Parsed(text, _fields(document))


def check_archive(content: bytes, limits: LoadLimits) -> None:
    """Refuse archives that are encrypted, broken, bombs, or that reach outside of themselves.

    The sizes are those in the directory: zipfile never unpacks more than stands there.
    """
    if content.startswith(OLE_MARK):
        raise EncryptedFileError(
            "It is protected with a password, or an old .doc file. "
            "Save it as .docx without a password."
        )
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, len(content), limits)
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise MalformedFileError(
            "It is truncated or damaged: its archive cannot be read."
        ) from error


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int, limits: LoadLimits) -> None:
    if len(entries) > limits.archive_entries:
        raise TooLargeError(
            f"It has {len(entries):,} parts; up to {limits.archive_entries:,} are read."
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.archive_bytes:
        most = limits.archive_bytes / 1e6
        raise TooLargeError(
            f"It unpacks to {unpacked / 1e6:,.0f} MB; up to {most:,.0f} MB are read."
        )
    if unpacked > limits.archive_ratio * packed:
        raise TooLargeError(f"It unpacks to {unpacked // packed} times its size, as bombs do.")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
        raise MalformedFileError("It holds a part whose name leads out of the document.")
    if entry.flag_bits & 1:
        raise EncryptedFileError("It is protected with a password. Save it without one.")
    if name.endswith((".xml", ".rels")):
        with archive.open(entry) as part:
            head = part.read(DECLARATION_BYTES)
        if b"<!DOCTYPE" in head.replace(b"\0", b"") or b"<!ENTITY" in head.replace(b"\0", b""):
            raise MalformedFileError("It declares XML entities, which no Word file does.")


def _blocks(document: Any) -> Iterator[str]:
    numbering = _numbering(document)
    names = {style.style_id: style.name or "" for style in document.styles}
    has_title = any(_style(block, names) == "Title" for block in _walk(document.element.body))
    items: list[str] = []
    for block in _walk(document.element.body):
        if block.tag == f"{_W}tbl":
            text, is_item = _table(block), False
        else:
            text, is_item = _paragraph(block, names, numbering, deeper=has_title)
        if items and not is_item:
            yield "\n".join(items)
            items = []
        if is_item:
            items.append(text)
        elif text:
            yield text
    if items:
        yield "\n".join(items)


def _walk(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those in content controls included."""
    for child in parent:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag == f"{_W}sdt":
            content = child.find(f"{_W}sdtContent")
            if content is not None:
                yield from _walk(content)


def _style(block: Any, names: dict[str, str]) -> str:
    style = block.find(f"{_W}pPr/{_W}pStyle")
    return names.get(style.get(f"{_W}val"), "") if style is not None else ""


def _paragraph(
    block: Any, names: dict[str, str], numbering: dict[tuple[str, str], str], *, deeper: bool
) -> tuple[str, bool]:
    """Markdown of a paragraph, and whether it is an item of a list."""
    text = _text(block)
    if not text:
        return "", False
    style = _style(block, names)
    if style == "Title":
        return f"# {text}", False
    if heading := _HEADING.match(style):
        return f"{'#' * min(6, int(heading[1]) + deeper)} {text}", False
    number = block.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    if number is not None and number.get(f"{_W}val") != "0":
        level = block.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
        depth = level.get(f"{_W}val") if level is not None else "0"
        is_bullet = numbering.get((number.get(f"{_W}val"), depth), "bullet") == "bullet"
        indent = _INDENT * min(8, int(depth) if depth.isdigit() else 0)
        return f"{indent}{'-' if is_bullet else '1.'} {text}", True
    if style.startswith("List"):
        return f"{'1.' if 'Number' in style else '-'} {text}", style != "List Paragraph"
    return text, False


def _text(parent: Any) -> str:
    """Words of a paragraph or cell as one line; deleted text has another tag and is left out."""
    pieces: list[str] = []
    skipped = {each for fallback in parent.iter(_FALLBACK) for each in fallback.iter()}
    for element in parent.iter(
        f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen", f"{_W}p"
    ):
        if element in skipped or _is_tab_stop(element):
            continue
        if element.tag == f"{_W}t":
            pieces.append(element.text or "")
        else:
            pieces.append("-" if element.tag == f"{_W}noBreakHyphen" else " ")
    return " ".join("".join(pieces).split())


def _is_tab_stop(element: Any) -> bool:
    parent = element.getparent()
    return element.tag == f"{_W}tab" and parent is not None and parent.tag == f"{_W}tabs"


def _table(block: Any) -> str:
    rows: list[list[str]] = []
    for row in block.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not block:
            continue  # of a table within a cell, whose text stands in that cell
        cells = [_text(cell).replace("|", "/") for cell in row.findall(f"{_W}tc")]
        if any(cells):
            rows.append(cells)
    if not rows:
        return ""
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]  # a frame around a text
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def _numbering(document: Any) -> dict[tuple[str, str], str]:
    """Format ("bullet", "decimal") of each list and level."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    related = [
        relation.target_part
        for relation in document.part.rels.values()
        if relation.reltype == RELATIONSHIP_TYPE.NUMBERING and not relation.is_external
    ]
    if not related:
        return {}
    root = related[0].element
    abstract: dict[str, dict[str, str]] = {}
    for definition in root.findall(f"{_W}abstractNum"):
        levels = abstract.setdefault(definition.get(f"{_W}abstractNumId"), {})
        for level in definition.findall(f"{_W}lvl"):
            kind = level.find(f"{_W}numFmt")
            levels[level.get(f"{_W}ilvl")] = kind.get(f"{_W}val") if kind is not None else "decimal"
    formats: dict[tuple[str, str], str] = {}
    for number in root.findall(f"{_W}num"):
        target = number.find(f"{_W}abstractNumId")
        for level, kind in abstract.get(
            target.get(f"{_W}val") if target is not None else "", {}
        ).items():
            formats[number.get(f"{_W}numId"), level] = kind
    return formats


def _fields(document: Any) -> Fields:
    """Title, authors and day of creation; the latter is not the day of publication."""
    try:
        properties = document.core_properties
        stated = {
            "title": properties.title,
            "authors": properties.author,
            "created": properties.created,
            "language": properties.language,
        }
    except Exception:  # noqa: BLE001  broken properties must not lose a readable text
        return {}
    if stated["authors"] == "python-docx":  # its template's author, not the document's
        del stated["authors"]
    return fields_from(stated, PROVENANCE)
