"""Builds small PDF files by hand: text at places, in two faces."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
)

Placed = tuple[float, float, float, str, str]
"""x, y, font size, "F1" (plain) or "F2" (bold), text."""


def font(name: str) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject(name),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )


def content_of(texts: Sequence[Placed]) -> bytes:
    lines = []
    for x, y, size, face, text in texts:
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        lines.append(f"BT /{face} {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET")
    return "\n".join(lines).encode("cp1252")


def write_pdf(
    pages: Sequence[Sequence[Placed]],
    *,
    info: dict[str, str] | None = None,
    password: str | None = None,
    owner_password: str | None = None,
) -> bytes:
    writer = PdfWriter()
    fonts = DictionaryObject(
        {
            NameObject("/F1"): writer._add_object(font("/Helvetica")),
            NameObject("/F2"): writer._add_object(font("/Helvetica-Bold")),
        }
    )
    for texts in pages:
        page = writer.add_blank_page(612, 792)
        stream = DecodedStreamObject()
        stream.set_data(content_of(texts))
        stream[NameObject("/Length")] = NumberObject(len(stream.get_data()))
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if info:
        writer.add_metadata(info)
    if password is not None or owner_password is not None:
        writer.encrypt(password or "", owner_password, algorithm="AES-256")
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def paragraph(lines: Sequence[str], *, y: float = 700, x: float = 72) -> list[Placed]:
    """Lines one below the other, in plain 11 points."""
    return [(x, y - 13 * number, 11, "F1", line) for number, line in enumerate(lines)]
