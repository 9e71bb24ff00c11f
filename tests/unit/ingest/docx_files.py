"""Builds small Word files by hand, by python-docx and by raw XML."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

NAMESPACES = (
    nsdecls("w", "wp", "a", "r")
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"


def element(xml: str) -> Any:
    """One element, the usual prefixes declared."""
    head, sign, rest = xml.partition(">")
    slash = "/" if head.endswith("/") else ""
    return parse_xml(f"{head.removesuffix('/')} {NAMESPACES}{slash}{sign}{rest}")


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str, properties: str = "") -> str:
    """A paragraph of runs, or of plain text."""
    content = "".join(each if each.startswith("<") else run(each) for each in inner)
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def document_of(*blocks: str, notes: Sequence[tuple[str, str]] = ()) -> docx.document.Document:
    """A document of these elements.

    Args:
        blocks: Paragraphs and tables as XML, or plain text.
        notes: "footnote" or "endnote" and the XML of what is in it; their ids count from 2.
    """
    document = docx.Document()
    body = document.element.body
    for block in blocks:
        body.insert(len(body) - 1, element(block if block.startswith("<") else paragraph(block)))
    for kind in ("footnote", "endnote"):
        inner = f'<w:{kind} w:type="separator" w:id="0">{paragraph("never")}</w:{kind}>'
        for number, (which, content) in enumerate(notes, start=2):
            inner += f'<w:{kind} w:id="{number}">{content}</w:{kind}>' if which == kind else ""
        if notes:
            add_part(document, f"{kind}s", f"<w:{kind}s {NAMESPACES}>{inner}</w:{kind}s>")
    return document


def add_part(document: docx.document.Document, name: str, xml: str) -> None:
    """A part of the document beside its body."""
    part = Part(
        PackURI(f"/word/{name}.xml"), _TYPE.format(name), xml.encode(), document.part.package
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES.replace("footnotes", name))


def save(document: docx.document.Document) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_strict(content: bytes) -> bytes:
    """The same file in Strict Open XML, as Word saves it on demand."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w") as strict:
        for entry in source.infolist():
            part = source.read(entry)
            for name in (b"officeDocument", b"wordprocessingml", b"drawingml"):
                part = part.replace(
                    b"http://schemas.openxmlformats.org/" + name + b"/2006/",
                    b"http://purl.oclc.org/ooxml/" + name + b"/",
                )
            strict.writestr(entry.filename, part)
    return target.getvalue()


def table(*rows: Sequence[str], header: bool = False, style: str = "") -> str:
    """A table; a cell is its text, or XML of what is in it. `header` marks the first row."""
    mark = "<w:trPr><w:tblHeader/></w:trPr>"
    lines = (
        f"<w:tr>{mark if header and not at else ''}{''.join(map(cell, row))}</w:tr>"
        for at, row in enumerate(rows)
    )
    look = '<w:tblLook w:firstRow="1"/>'
    named = f'<w:tblStyle w:val="{style}"/>' if style else ""
    return f"<w:tbl><w:tblPr>{named}{look}</w:tblPr><w:tblGrid/>{''.join(lines)}</w:tbl>"


def cell(content: str) -> str:
    """A cell; XML that begins with its properties may stand in place of text."""
    return f"<w:tc>{content if content.startswith('<') else paragraph(content)}</w:tc>"
