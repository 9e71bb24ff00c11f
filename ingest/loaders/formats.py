"""Which parser a file gets: by its suffix, or by a look at its first bytes where it has none."""

from __future__ import annotations

from enum import StrEnum

SNIFFED_BYTES = 4096


class Format(StrEnum):
    """A kind of file that there is a parser for."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    DELIMITED = "delimited"
    MAIL = "mail"
    XLSX = "xlsx"
    PPTX = "pptx"
    EPUB = "epub"


SUFFIXES: dict[str, Format] = {
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
    ".csv": Format.DELIMITED,
    ".tsv": Format.DELIMITED,
    ".tab": Format.DELIMITED,
    ".xlsx": Format.XLSX,
    ".pptx": Format.PPTX,
    ".ppsx": Format.PPTX,
    ".epub": Format.EPUB,
    ".eml": Format.MAIL,
    ".mht": Format.MAIL,
    ".mhtml": Format.MAIL,
}

MEDIA_TYPES: dict[Format, str] = {
    Format.TEXT: "text/plain",
    Format.MARKDOWN: "text/markdown",
    Format.HTML: "text/html",
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.DELIMITED: "text/csv",
    Format.MAIL: "message/rfc822",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Format.EPUB: "application/epub+zip",
}

FORMATS: dict[str, Format] = {
    **{media_type: kind for kind, media_type in MEDIA_TYPES.items()},
    "multipart/related": Format.MAIL,
    "application/xhtml+xml": Format.HTML,
    "text/x-markdown": Format.MARKDOWN,
    "text/tab-separated-values": Format.DELIMITED,
}
"""By media type; also the list of what may be fetched from the web."""

_PDF_MARK = b"%PDF-"
_ZIP_MARK = b"PK\x03\x04"
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_NAMES = {
    b"mimetypeapplication/epub+zip": Format.EPUB,
    b"word/": Format.DOCX,
    b"ppt/": Format.PPTX,
    b"xl/": Format.XLSX,
}
_HTML_MARKS = (b"<!doctype html", b"<html")


def sniff(head: bytes) -> Format | None:
    """Guess the format from the first bytes of a file; None if they are neither text nor known."""
    if _PDF_MARK in head[:1024]:
        return Format.PDF
    if head.startswith((_ZIP_MARK, _OLE_MARK)):
        named = next((kind for mark, kind in _ZIP_NAMES.items() if mark in head), None)
        return Format.DOCX if head.startswith(_OLE_MARK) else named
    if any(mark in head[:1024].lower() for mark in _HTML_MARKS):
        return Format.HTML
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Format.TEXT
    return None if looks_binary(head) else Format.TEXT


def looks_binary(head: bytes) -> bool:
    """Whether the bytes contain control characters that occur in no 8-bit or UTF-8 text."""
    allowed = b"\t\n\r\f\x1b\x08\x1a\x85"
    return any(byte < 0x20 and byte not in allowed for byte in head)
