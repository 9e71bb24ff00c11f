"""Builds small PDF files by hand: text at places, in a few faces, and whatever else is drawn."""

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
"""x, y, font size, "F1" (plain), "F2" (bold), "F3" (serif), "F4" or "F5" (as a typewriter
writes, plain and bold: each letter is 0.6 of the size wide), text."""

PICTURE = "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID A EI Q"
"""A grey picture that fills the page, as a scanner makes them."""


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


def lines_between(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Operators that rule a grid."""
    across = [f"{xs[0]} {y} m {xs[-1]} {y} l S" for y in ys]
    down = [f"{x} {ys[0]} m {x} {ys[-1]} l S" for x in xs]
    return "\n".join(["0.5 w", *across, *down])


def write_pdf(
    pages: Sequence[Sequence[Placed]],
    *,
    drawn: Sequence[str] = (),
    rotate: int = 0,
    info: dict[str, str] | None = None,
    password: str | None = None,
    owner_password: str | None = None,
) -> bytes:
    writer = PdfWriter()
    fonts = DictionaryObject(
        {
            NameObject("/F1"): writer._add_object(font("/Helvetica")),
            NameObject("/F2"): writer._add_object(font("/Helvetica-Bold")),
            NameObject("/F3"): writer._add_object(font("/Times-Roman")),
            NameObject("/F4"): writer._add_object(font("/Courier")),
            NameObject("/F5"): writer._add_object(font("/Courier-Bold")),
        }
    )
    for number, texts in enumerate(pages):
        page = writer.add_blank_page(612, 792)
        if rotate:
            page[NameObject("/Rotate")] = NumberObject(rotate)
        stream = DecodedStreamObject()
        other = drawn[number].encode("cp1252") if number < len(drawn) else b""
        stream.set_data(content_of(texts) + b"\n" + other)
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
