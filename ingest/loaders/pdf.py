"""PDF files with a text layer, by pypdf."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ingest.errors import (
    EmptyDocumentError,
    EncryptedFileError,
    MalformedFileError,
    NoTextLayerError,
    TooLargeError,
)
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields, Parsed, fields_from
from ingest.loaders.pdf_layout import Piece, body_size_of, count_words, lines_of, page_text
from ingest.loaders.text import clean_characters

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

PROVENANCE = "pdf info"

LETTERS_PER_PAGE = 20
"""On average; a file with fewer is a scan with a stamp on it."""

ARRAY_ELEMENTS = 1_000_000
"""pypdf's own bound of a tenth of it refuses honest reports whose pages carry structure trees."""

_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)

_NO_TITLE = re.compile(
    r"untitled.*|document\d*|\W*|[\d\W_]+|.*\.(?:docx?|indd|pdf|pptx?|xlsx?|qxd|tex|html?)",
    re.IGNORECASE,
)
"""What programs put into the title: file names, serial numbers, nothing."""


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Text of all pages with form feeds between, and what the file's information states."""
    from pypdf import apply_configuration

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # one line for each flaw it works around
    with apply_configuration(array_maximum_element_count=ARRAY_ELEMENTS):
        return _read(content, limits)


def _read(content: bytes, limits: LoadLimits) -> Parsed:
    reader = _open(content)
    count = _count_pages(reader)
    if count > limits.pdf_pages:
        raise TooLargeError(f"It has {count:,} pages; up to {limits.pdf_pages:,} are read.")
    pages: list[Sequence[Piece]] = []
    characters = 0
    for number, page in enumerate(reader.pages, start=1):
        pages.append(_read_page(page, number))
        characters += sum(len(piece.text) for piece in pages[-1])
        if characters > limits.text_characters:
            raise TooLargeError(
                f"It holds more than {limits.text_characters:,} characters of text."
            )
    _require_text(pages, characters)
    words = count_words(line.text for page in pages for line in lines_of(page))
    body_size = body_size_of(pages)
    text = "\n\n\f".join(page_text(page, body_size, words) for page in pages)
    return Parsed(clean_characters(text), _fields(reader))


def _open(content: bytes) -> PdfReader:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise EncryptedFileError(
                "The PDF is protected with a password. Save a copy without one and take that."
            )
    except PyPdfError as error:
        raise MalformedFileError(f"It is not a whole PDF file: {_plain(error)}") from error
    return reader


def _count_pages(reader: PdfReader) -> int:
    from pypdf.errors import PyPdfError

    try:
        count = len(reader.pages)
    except (PyPdfError, AttributeError, TypeError, KeyError) as error:
        raise MalformedFileError(f"Its pages cannot be found: {_plain(error)}") from error
    if count == 0:
        raise EmptyDocumentError("The PDF has no pages.")
    return count


def _plain(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    return f"{text}." if text else "no further detail."


def _require_text(pages: Sequence[Sequence[Piece]], characters: int) -> None:
    letters = sum(len(piece.text.strip()) for page in pages for piece in page) if characters else 0
    if letters < min(LETTERS_PER_PAGE, 1) or (
        len(pages) > 1 and letters < LETTERS_PER_PAGE * len(pages) / 10
    ):
        raise NoTextLayerError(
            "The PDF has no text layer: its pages are pictures, probably scans. "
            "Run it through OCR first and take the result."
        )


def _read_page(page: PageObject, number: int) -> list[Piece]:
    from pypdf.errors import LimitReachedError, PyPdfError

    try:
        return _pieces(page)
    except LimitReachedError as error:
        raise TooLargeError(
            f"Page {number} unpacks to more than is read: {_plain(error)}"
        ) from error
    except (
        PyPdfError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise MalformedFileError(f"Page {number} cannot be read: {_plain(error)}") from error


def _pieces(page: PageObject) -> list[Piece]:
    """What is drawn on a page, in the order of drawing."""
    pieces: list[Piece] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: Any) -> None:
        if not text:
            return
        if not text.strip("\n"):
            pieces.append(Piece("\n", 0.0, pieces[-1].y if pieces else 0.0, 1.0, bold=False))
            return
        a, b = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
        scale = math.hypot(a, b) or 1.0
        height = abs(float(size or 1.0)) * scale
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        name = str((font or {}).get("/BaseFont", ""))
        bold = _BOLD.search(name) is not None
        for number, line in enumerate(text.translate(_LIGATURES).split("\n")):
            if number:
                pieces.append(Piece("\n", 0.0, y, 1.0, bold=False))
            if line:
                pieces.append(Piece(line, x, y - number * 1.2 * height, height or 1.0, bold))

    page.extract_text(visitor_text=visit)
    return pieces


def _fields(reader: PdfReader) -> Fields:
    """Title, authors and day of creation; the latter is not the day of publication."""
    try:
        info = reader.metadata
        if info is None:
            return {}
        stated: dict[str, object] = {
            "title": info.title,
            "authors": info.author,
            "created": info.creation_date,
        }
    except Exception:  # noqa: BLE001  broken information must not lose a readable text
        return {}
    if _NO_TITLE.fullmatch(str(stated["title"] or "")):
        del stated["title"]
    return fields_from(stated, PROVENANCE)
