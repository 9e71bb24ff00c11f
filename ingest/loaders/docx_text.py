"""Words of a Word paragraph as a reader sees them: changes accepted, hidden text left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.loaders.docx_signs import with_signs
from ingest.loaders.docx_styles import Styles, W, flag, value
from ingest.loaders.light_markdown import escape_inline, raised_figure

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATIVES = f"{_MC}AlternateContent"
"""Holds the same content in a newer form and in an older one."""

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

BREAK = "\v"
"""Stands where the author began a new line within a paragraph."""

_NOT_SHOWN = frozenset(
    f"{W}{name}"
    for name in (
        *("del", "moveFrom", "delText", "delInstrText", "instrText", "pPr", "rPr", "sdtPr", "tcPr"),
        *("sdtEndPr", "customXmlPr", "smartTagPr", "rt", "rubyPr", "tblPr", "tblGrid", "trPr"),
    )
)
_DRAWN = frozenset({f"{W}drawing", f"{W}pict", f"{W}object", ALTERNATIVES})
_SPACES = frozenset({f"{W}tab", f"{W}ptab"})
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}


@dataclass(slots=True)
class Words:
    r"""A paragraph: its text, inline markup escaped, with `\v` for new lines and `\t` for tabs."""

    text: str = ""
    boxes_before: list[Any] = field(default_factory=list)
    """Text boxes at its beginning, each an element that holds paragraphs and tables."""
    boxes_after: list[Any] = field(default_factory=list)
    is_bold: bool = False
    """All of it."""
    size: int = 0
    """Of its smallest letters, in half points."""


class Reader:
    """Reads paragraphs in the order of the document; remembers which notes they refer to."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.notes: list[tuple[str, str]] = []
        """Kind and id of each note, in the order of its first mark."""

    def words(self, paragraph: Any) -> Words:
        """The words of one paragraph."""
        reading = _Reading(self, self.styles.of_paragraph(paragraph))
        reading.walk(paragraph)
        shown = [is_bold for text, is_bold in reading.pieces if text.strip()]
        return Words(
            "".join(text for text, _ in reading.pieces),
            reading.boxes_before,
            reading.boxes_after,
            bool(shown) and all(shown),
            min(reading.sizes, default=0),
        )

    def mark(self, kind: str, identifier: str) -> str:
        """The mark of a note, which cleaning takes out of the sentence again."""
        if (kind, identifier) not in self.notes:
            self.notes.append((kind, identifier))
        return f"[^{self.notes.index((kind, identifier)) + 1}]"


class _Reading:
    """The way through one paragraph."""

    def __init__(self, reader: Reader, styles: list[Any]) -> None:
        self.pieces: list[tuple[str, bool]] = []
        self.boxes_before: list[Any] = []
        self.boxes_after: list[Any] = []
        self.sizes: list[int] = []
        self._reader = reader
        self._styles = styles
        self._in_code: list[bool] = []
        """For each field that is open, whether its code is being passed, which nobody sees."""

    def walk(self, parent: Any) -> None:
        for child in parent:
            tag = child.tag
            if tag in _NOT_SHOWN or not isinstance(tag, str):
                continue
            if tag == f"{W}r":
                self._run(child)
            elif tag == f"{W}sdt":
                if not is_prompt(child):
                    self.walk(child)
            elif tag == ALTERNATIVES and (form := _form_of_words(child)) is not None:
                self.walk(form)
            elif tag in _DRAWN:
                self._draw(child)
            elif tag.startswith(_M):
                self._say(" ".join(each.text or "" for each in child.iter(f"{_M}t")), False)
            else:
                self.walk(child)

    def _run(self, run: Any) -> None:
        styles = self._reader.styles
        is_hidden = _is_white(run) or any(
            styles.is_on(name, run, self._styles) for name in ("vanish", "strike", "dstrike")
        )
        self._parts(run, run, is_hidden, styles.is_on("b", run, self._styles))

    def _parts(self, parent: Any, run: Any, is_hidden: bool, is_bold: bool) -> None:
        """What a run holds, or one form of what it holds in several."""
        styles = self._reader.styles
        is_raised = value(run, "rPr/vertAlign") == "superscript"
        for child in parent:
            tag = child.tag
            if tag == f"{W}fldChar":
                self._field(child.get(f"{W}fldCharType"))
            elif is_hidden or any(self._in_code) or tag in _NOT_SHOWN:
                continue
            elif tag == f"{W}t":
                text = with_signs(child.text or "", _font(run))
                if text.strip():
                    self.sizes.append(styles.size(run, self._styles))
                # A raised figure must not be read as part of the number before it.
                self._say(raised_figure(text) if is_raised else text, is_bold)
            elif tag in _SPACES:
                self.pieces.append(("\t", is_bold))
            elif tag in (f"{W}br", f"{W}cr"):
                self.pieces.append((BREAK, is_bold))
            elif tag == f"{W}noBreakHyphen":
                self.pieces.append(("-", is_bold))
            elif tag == f"{W}sym":
                self.pieces.append((_sign(child), is_bold))
            elif tag in _NOTES and not child.get(f"{W}customMarkFollows"):
                mark = self._reader.mark(_NOTES[tag], child.get(f"{W}id") or "")
                self.pieces.append((mark, is_bold))
            elif tag in _NOTES:
                self._reader.mark(_NOTES[tag], child.get(f"{W}id") or "")
            elif tag == ALTERNATIVES and (form := _form_of_words(child)) is not None:
                self._parts(form, run, is_hidden, is_bold)
            elif tag in _DRAWN:
                self._draw(child)
            elif tag == f"{W}ruby":
                self.walk(child)

    def _say(self, text: str, is_bold: bool) -> None:
        shown = text.replace(BREAK, " ").replace("\t", " ").replace("\n", " ").replace("\xad", "")
        self.pieces.append((escape_inline(shown), is_bold))

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._in_code.append(True)
        elif kind == "separate" and self._in_code:
            self._in_code[-1] = False
        elif kind == "end" and self._in_code:
            self._in_code.pop()

    def _draw(self, drawn: Any) -> None:
        has_words = any(text.strip() for text, _ in self.pieces)
        boxes = self.boxes_after if has_words else self.boxes_before
        boxes += _boxes(drawn)


def _is_white(run: Any) -> bool:
    """Whether a run is set in white on the bare page: nobody sees it, though programs read it.

    In tables, boxes and shaded paragraphs white letters stand on a colour.
    """
    if (value(run, "rPr/color") or "").lower() != "ffffff":
        return False
    shaded = (f"{W}shd", f"{W}highlight")
    if any(run.find(f"{W}rPr/{name}") is not None for name in shaded):
        return False
    return not any(
        up.tag in (f"{W}tc", f"{W}txbxContent")
        or (up.tag == f"{W}p" and up.find(f"{W}pPr/{W}shd") is not None)
        or (up.tag == f"{W}p" and up.find(f"{W}pPr/{W}pStyle") is not None)
        or (up.tag == f"{W}document" and up.find(f"{W}background") is not None)
        for up in run.iterancestors()
    )


def _boxes(drawn: Any) -> Iterator[Any]:
    """Text boxes of a drawing; of two forms of the same one, the newer."""
    if drawn.tag == ALTERNATIVES:
        forms = [*drawn.findall(f"{_MC}Choice"), *drawn.findall(f"{_MC}Fallback")]
        for form in forms:
            found = list(_boxes(form))
            if found:
                yield from found
                return
        return
    for child in drawn:
        if child.tag == f"{W}txbxContent":
            yield child
        elif isinstance(child.tag, str):
            yield from _boxes(child)


def is_prompt(control: Any) -> bool:
    """Whether a content control shows only the request to fill it in."""
    return bool(flag(control.find(f"{W}sdtPr"), "showingPlcHdr"))


def is_mark_deleted(paragraph: Any) -> bool:
    """Whether the end of a paragraph was deleted or moved away, so that the next one goes on."""
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and any(mark.find(W + name) is not None for name in ("del", "moveFrom"))


def is_drop_cap(paragraph: Any) -> bool:
    """Whether it is the first letter of the next paragraph, in a frame of its own."""
    frame = paragraph.find(f"{W}pPr/{W}framePr")
    return frame is not None and frame.get(f"{W}dropCap", "none") != "none"


def is_contents_table(control: Any) -> bool:
    """Whether a content control holds the table of contents."""
    gallery = value(control, "sdtPr/docPartObj/docPartGallery") or ""
    return gallery.lower() == "table of contents"


def _form_of_words(alternatives: Any) -> Any | None:
    """Of content in several forms the newest, where it is words and no drawing."""
    forms = [*alternatives.findall(f"{_MC}Choice"), *alternatives.findall(f"{_MC}Fallback")]
    paths = (f"{W}t", f"{W}r/{W}t")
    return next((form for form in forms if any(form.find(p) is not None for p in paths)), None)


def _font(run: Any) -> str:
    fonts = run.find(f"{W}rPr/{W}rFonts")
    return "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""


def _sign(element: Any) -> str:
    try:
        code = int(element.get(f"{W}char") or "", 16)
    except ValueError:
        return ""
    if code >= 0x110000 or 0xD800 <= code <= 0xDFFF:
        return ""
    return with_signs(chr(code), element.get(f"{W}font") or "")
