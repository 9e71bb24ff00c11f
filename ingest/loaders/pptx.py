"""Slides of presentation programs (.pptx, .ppsx): each a page under its title, with its notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from ingest.errors import EmptyDocumentError, EncryptedFileError, LoadError, MalformedFileError
from ingest.loaders.docx import NO_AUTHOR, NO_TITLE
from ingest.loaders.docx_archive import OLE_MARK, as_transitional, check_archive
from ingest.loaders.encoding import clean_characters
from ingest.loaders.light_markdown import SECTION_MARK
from ingest.loaders.limits import LoadLimits
from ingest.loaders.office_parts import Parts, R, moment_of
from ingest.loaders.parsed import Fields, Parsed, fields_from
from ingest.loaders.pptx_shapes import TITLES, P, Slide, paragraphs

PROVENANCE = "pptx properties"

_NO_TITLE = re.compile(
    r"(?:microsoft )?power\s?point.*|(?:slide|folie|diapositiv[ae]|diapositive) ?\d*"
    r"|(?:présentation|presentación|presentazione|präsentation|apresentação)(?: (?:de |do )?power"
    r"point)?\s?\d*|presentation\s?\d*|.*\.(?:pptx?|ppsx?|potx?)",
    re.IGNORECASE,
)
_TEMPLATE_MADE = datetime(2013, 1, 27, 9, 14, 16, tzinfo=UTC)
"""When the template of python-pptx was made: the day, and by the author, of no document."""


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read the slides that are shown, with a form feed between them; comments are left out.

    Notes to a slide stand below it under a heading of their own, charts and tables as rows.
    """
    if content.startswith(OLE_MARK):
        raise EncryptedFileError(
            "It is protected with a password, or an old .ppt file. "
            "Save it as .pptx without a password."
        )
    check_archive(content, limits)
    try:
        parts = Parts(as_transitional(content))
        slides = [Slide(parts, name) for name in _slides(parts)]
        shown = [
            each.root is not None and each.root.get("show") not in ("0", "false") for each in slides
        ]
        texts = [
            "\n\n".join(_blocks(each, is_first=number == 0)) if is_shown else ""
            for number, (each, is_shown) in enumerate(zip(slides, shown, strict=True))
        ]
        fields = _fields(parts)
    except (MemoryError, ImportError, LoadError):
        raise
    except Exception as error:
        # lxml and wrong numbers: a damaged part ends in whatever it runs into.
        raise MalformedFileError("It is damaged, or no presentation: it cannot be read.") from error
    text = clean_characters("\n\n\f".join(texts))
    if not text.strip():
        raise EmptyDocumentError("The presentation has no text in it; its slides may be pictures.")
    hidden = len(shown) - sum(shown)
    remarks = [f"Hidden slides are not read: {hidden}."] if hidden else []
    pictures = [
        number
        for number, (each, said) in enumerate(zip(slides, texts, strict=True), start=1)
        if shown[number - 1] and not said.strip() and _has_picture(each)
    ]
    if pictures:
        named = ", ".join(map(str, pictures))
        remarks.append(f"Slides that are pictures without text, perhaps scanned: {named}.")
    return Parsed(text, fields, tuple(remarks))


def _has_picture(slide: Slide) -> bool:
    return slide.root is not None and next(slide.root.iter(f"{P}pic"), None) is not None


def _slides(parts: Parts) -> Iterator[str]:
    """Names of the slides' parts in the order in which they are shown."""
    name = parts.related("", "officeDocument")
    root = parts.root(name) if name else None
    if name is None or root is None or root.tag != f"{P}presentation":
        raise MalformedFileError("It is not a presentation, though it is named like one.")
    relations = parts.relations(name)
    for each in root.iterfind(f"{P}sldIdLst/{P}sldId"):
        relation = relations.get(each.get(f"{R}id") or "")
        if relation is not None and relation.kind == "slide":
            yield relation.target


def _blocks(slide: Slide, *, is_first: bool) -> Iterator[str]:
    for shape in slide.shapes():
        blocks = [block for block in slide.blocks(shape) if block.strip()]
        if shape.kind in TITLES and blocks:
            level = "#" if is_first and shape.kind == "ctrTitle" else "##"
            yield f"{level} {' '.join(block.lstrip('- ') for block in blocks)}"
        else:
            yield from blocks
    yield from _notes(slide)


def _notes(slide: Slide) -> Iterator[str]:
    name = slide.parts.related(slide.name, "notesSlide")
    root = slide.parts.root(name) if name else None
    blocks: list[str] = []
    for shape in root.iter(f"{P}sp") if root is not None else ():
        mark = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        body = shape.find(f"{P}txBody")
        if mark is not None and mark.get("type") == "body" and body is not None:
            blocks += paragraphs(body)
    if blocks:
        yield from (f"{SECTION_MARK} Notes", *blocks, SECTION_MARK)


def _fields(parts: Parts) -> Fields:
    """What the properties say, without what a template or a program put there."""
    stated = parts.properties()
    made = moment_of(stated.get("created", ""))
    title = stated.get("title", "")
    is_template = made == _TEMPLATE_MADE
    values: dict[str, object] = {"language": stated.get("language")}
    if not NO_TITLE.fullmatch(title) and not _NO_TITLE.fullmatch(title):
        values["title"] = title
    if not is_template and not NO_AUTHOR.fullmatch(stated.get("creator", "")):
        values["authors"] = stated.get("creator")
    if made is not None and not is_template and made <= datetime.now(UTC):
        values["published"] = made.date()
    return fields_from(values, PROVENANCE)
