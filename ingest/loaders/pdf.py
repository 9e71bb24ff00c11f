"""PDF files with a text layer, by pdfium; pypdf gives a second opinion on some pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ingest.errors import (
    EmptyDocumentError,
    EncryptedFileError,
    MalformedFileError,
    NoTextLayerError,
    TooLargeError,
)
from ingest.fidelity import words_in
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields, Parsed, fields_from
from ingest.loaders.pdf_check import compare, has_no_pages, is_locked
from ingest.loaders.pdf_columns import flows_of
from ingest.loaders.pdf_layout import page_text
from ingest.loaders.pdf_lines import Line, count_words, lines_of
from ingest.loaders.pdf_noise import without_noise
from ingest.loaders.pdf_page import Page, body_size_of
from ingest.loaders.pdf_title import letterhead_lines, title_of
from ingest.loaders.pdf_words import read_page
from ingest.loaders.text import clean_characters
from ingest.metadata import is_no_title

PROVENANCE = "pdf info"

LETTERS_PER_PAGE = 20
"""On average; a file with fewer is a scan with a stamp on it."""

_NO_TITLE = re.compile(
    r"untitled.*|document\d*|\W*|[\d\W_]+|\W*(?:anonymous|unspecified|unknown|none|null|title)\W*"
    r"|.*\.(?:docx?|indd|pdf|pptx?|xlsx?|qxd|tex|html?|rtf|odt|pages|wpd)",
    re.IGNORECASE,
)
"""What programs put into the title: file names, serial numbers, nothing."""

_NO_AUTHOR = re.compile(
    r"\W*(?:anonymous|unspecified|unknown|none|null|user|admin|administrator|author|owner|default)\W*"
    r"|[a-z]+[._]?[a-z]*\d+|.*\.exe",
    re.IGNORECASE,
)
"""What programs put into the author: nothing, names of accounts."""


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Text of all pages with form feeds between, and the metadata of the file.

    The remarks name pages that are pictures, pages on which two readers disagree, and watermarks.
    """
    document = _open(content)
    try:
        count = len(document)
        if count == 0:
            raise EmptyDocumentError("The PDF has no pages.")
        if count > limits.pdf_pages:
            raise TooLargeError(f"It has {count:,} pages; up to {limits.pdf_pages:,} are read.")
        pages = _read_pages(document, limits)
        fields = _fields(document)
    finally:
        document.close()
    remarks = compare(content, [page.all_words for page in pages])
    _require_text(pages)
    remarks += _pictures(pages)
    remarks += without_noise(pages)
    words = count_words(word.text for page in pages for word in page.words)
    body_size = body_size_of(pages)
    text = "\n\n\f".join(
        page_text(page, body_size, words, is_first=number == 0) for number, page in enumerate(pages)
    )
    lines = _below_letterhead(pages[0], body_size, words)
    title = title_of(lines, body_size)
    if title and not _is_shown(str(fields.get("title", ("",))[0]), lines):
        fields |= fields_from({"title": title}, "largest heading")
    return Parsed(clean_characters(text), fields, tuple(remarks))


def _open(content: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        # pdfium's number of the error may be that of the file before: it is not looked at.
        if is_locked(content):
            raise EncryptedFileError(
                "The PDF is protected with a password. Save a copy without one and take that."
            ) from error
        if has_no_pages(content):
            raise EmptyDocumentError("The PDF has no pages.") from error
        raise MalformedFileError("It is not a whole PDF file: it cannot be opened.") from error


def _read_pages(document: Any, limits: LoadLimits) -> list[Page]:
    import pypdfium2

    pages: list[Page] = []
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
            pages.append(read_page(page))
            page.close()
        except pypdfium2.PdfiumError as error:
            raise MalformedFileError(f"Page {number + 1} cannot be read.") from error
        characters += sum(len(word.text) + 1 for word in pages[-1].words)
        if characters > limits.text_characters:
            raise TooLargeError(
                f"It holds more than {limits.text_characters:,} characters of text."
            )
    return pages


def _letters(page: Page) -> int:
    return sum(map(len, page.all_words))


def _require_text(pages: Sequence[Page]) -> None:
    letters = sum(map(_letters, pages))
    if letters == 0 or (len(pages) > 1 and letters < LETTERS_PER_PAGE * len(pages) / 10):
        raise NoTextLayerError(
            "The PDF has no text layer: its pages are pictures, probably scans. "
            "Run it through OCR first and take the result."
        )


def _pictures(pages: Sequence[Page]) -> list[str]:
    """Names pages that show something but hold no text, among pages that hold some."""
    empty = [
        number
        for number, page in enumerate(pages, start=1)
        if page.has_pictures and _letters(page) < LETTERS_PER_PAGE
    ]
    if not empty:
        return []
    if len(empty) == 1:
        found = f"Page {empty[0]} is a picture without text, probably a scan"
    else:
        found = f"Pages {ranges(empty)} are pictures without text, probably scans"
    return [f"{found}: run the file through OCR."]


def ranges(numbers: Iterable[int]) -> str:
    """Page numbers in words: "3, 5-7"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in runs)


def _is_shown(title: str, lines: Sequence[Line]) -> bool:
    """Whether most words of a stated title stand there; others are a template's, or a sender's."""
    wanted = words_in(title)
    shown = set(words_in(" ".join(line.text for line in lines)))
    return bool(wanted) and sum(word in shown for word in wanted) > len(wanted) / 2


def _below_letterhead(page: Page, body_size: float, words: Counter[str]) -> list[Line]:
    lines = lines_of(page.words, body_size, words)
    flows = flows_of(lines[letterhead_lines(lines, body_size) :], page.rules, body_size)
    return [line for flow in flows for line in flow]


def _fields(document: Any) -> Fields:
    """Title, authors and day of creation; the latter is not the day of publication."""
    info: dict[str, str] = document.get_metadata_dict(skip_empty=True)
    stated: dict[str, object] = {}
    title = info.get("Title", "").strip()
    if not _NO_TITLE.fullmatch(title) and not is_no_title(title):
        stated["title"] = title
    if not _NO_AUTHOR.fullmatch(author := info.get("Author", "").strip()):
        stated["authors"] = author
    if day := re.match(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?", info.get("CreationDate", "")):
        stated["created"] = "-".join(part for part in day.groups() if part)
    return fields_from(stated, PROVENANCE)
