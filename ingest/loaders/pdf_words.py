"""What stands on a page of a PDF, by pdfium: words with their places, ruled lines, pictures.

A PDF draws glyphs at coordinates and knows neither words nor lines. Here glyphs that touch become
words; everything that asks where a word stands among others is left to the layout steps. Units are
points, y grows upwards, and the page is turned so that most of its text runs from left to right.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.loaders.pdf_characters import INVISIBLE, LINE_END_HYPHENS, SPACES, character_of
from ingest.loaders.pdf_page import Page, Word
from ingest.loaders.pdf_shapes import (
    WHITE,
    Drawn,
    address_of,
    bounds_of,
    drawn_on,
    is_dark,
    turned,
)

WORD_GAP = 0.17
"""Of the font size: white space that parts two words; kerning is smaller."""
SURE_GAP = 0.05
"""As much is enough where pdfium, which knows how wide each glyph is, sees the end of a word."""

SHADOW = 0.4
"""Of a glyph's width: the same glyph drawn again no further away is its shadow."""

OVERLAP = 0.5
"""Of the font size: a glyph that stands further left than this begins a word elsewhere."""

RAISED_FIGURE = 0.2
SMALL_FIGURE = 0.6
"""Of the font size: figures that a font has for notes begin higher, and are less high."""

LIGHT = 0.6
"""Luminance above which text is hardly darker than paper: what watermarks are set in."""

LARGE_PRINT = 18.0
"""Points: the lightness of smaller text is not looked at; it may stand on a dark ground."""


BLEED = 2.0
"""Points: text that begins further outside of the page is not on it."""

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_BOLD_FLAG = 1 << 18
"""Of a font's descriptor: it is to be shown bold."""


@dataclass(frozen=True, slots=True)
class _Face:
    """How the glyphs of one text object are set."""

    size: float
    across: float
    """Size in the direction of writing; another where letters are set narrow."""
    turn: int | None
    """Quarter turns anticlockwise; None for a slanted one."""
    bold: bool
    light: bool
    white: bool = False


def read_page(page: Any) -> Page:
    """Words, lines and boxes of a page of pypdfium2.

    Raises:
        RuntimeError: If pdfium cannot read it.
    """
    drawn = drawn_on(page)
    by_turn = _Glyphs(page, drawn).words()
    slanted = by_turn.pop(None, [])
    sizes = {turn: sum(len(word.text) for word in words) for turn, words in by_turn.items()}
    main = max(sizes, key=lambda turn: sizes[turn], default=0) or 0
    words = by_turn.pop(main, [])
    return Page(
        words=words,
        aside=list(by_turn.values()),
        slanted=slanted,
        rules=[turned(rule, main) for rule in drawn.rules],
        boxes=[] if main else drawn.areas,
        dots=[] if main else drawn.dots,
        has_pictures=drawn.has_pictures,
    )


@dataclass(slots=True)
class _Glyph:
    """One character as drawn."""

    text: str
    left: float
    right: float
    base: float
    face: _Face
    drawn: int | None
    """Address of the text object that it belongs to."""
    spaced: bool = False
    """A space was drawn before it."""
    spaced_after: bool = False
    apart: bool = False
    """pdfium takes it for the beginning of a word."""
    unseen: bool = False


class _Glyphs:
    """Walks the glyphs of a page in pdfium's order and gathers them into words."""

    def __init__(self, page: Any, drawn: Drawn) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._page = page.get_textpage()
        self._text = self._page.raw
        self._shapes = drawn.texts
        self._drawn = drawn
        left, bottom, right, top = page.get_bbox()
        self._paper = (left - BLEED, bottom - BLEED, right + BLEED, top + BLEED)
        self._channels = [ctypes.c_uint() for _ in range(4)]
        self._at_channels = [ctypes.byref(channel) for channel in self._channels]
        self._matrix = pdfium.FS_MATRIX()
        self._at_matrix = ctypes.byref(self._matrix)
        self._font_of = address_of(pdfium.FPDFTextObj_GetFont)
        self._advances: dict[tuple[int | None, int], float] = {}
        self._font: int | None = None
        self._bold: dict[int | None, bool] = {}

    def words(self) -> dict[int | None, list[Word]]:
        """Words by the direction in which they run; None for slanted ones."""
        try:
            glyphs = self._glyphs()
            glyphs = self._with_dropped(glyphs)
        finally:
            self._page.close()
        return _gathered(glyphs)

    def _glyphs(self) -> list[_Glyph]:
        pdfium, text = self._pdfium, self._text
        box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        edges = [ctypes.c_double() for _ in range(4)]
        at_edges = [ctypes.byref(edge) for edge in edges]
        bottom, top = edges[2], edges[3]
        at_box, at_x, at_y = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        count, unicode = pdfium.FPDFText_CountChars(text), pdfium.FPDFText_GetUnicode
        object_of, origin = address_of(pdfium.FPDFText_GetTextObject), pdfium.FPDFText_GetCharOrigin
        glyphs: list[_Glyph] = []
        face = _Face(1.0, 1.0, 0, bold=False, light=False)
        current: int | None = None
        spaced = apart = False
        low_x, low_y, high_x, high_y = self._paper
        for index in range(count):
            code = unicode(text, index)
            drawn = object_of(text, index)
            if code in SPACES or (drawn is None and code not in LINE_END_HYPHENS):
                # What has no object was not drawn: a space or line end that pdfium made up.
                spaced = spaced or drawn is not None
                apart = True
                continue
            if code in INVISIBLE or (code < 0x20 and code not in LINE_END_HYPHENS):
                continue
            origin(text, index, at_x, at_y)
            if drawn != current and drawn is not None:
                current, face = drawn, self._face(index, drawn)
            # The box holds what hangs over as well: on a line to the right the advance says more.
            left, base = x.value, y.value
            advance = self._advance(code, drawn) * face.across if face.turn == 0 else 0.0
            right = left + advance
            is_again = bool(
                face.turn == 0
                and glyphs
                and glyphs[-1].drawn == drawn
                and abs(glyphs[-1].left - left) < 0.001
            )
            if not advance or is_again:
                pdfium.FPDFText_GetLooseCharBox(text, index, at_box)
                if face.turn != 0:
                    left, right, base = _upright(box, x.value, y.value, face.turn)
                else:
                    right = right if advance else box.right
                if is_again:  # letters of one glyph: a ligature
                    glyphs[-1].right = right = box.right
            shown = face
            if 0x30 <= code <= 0x39 and glyphs and not spaced and face.turn == 0:
                pdfium.FPDFText_GetCharBox(text, index, *at_edges)
                low = (bottom.value - base) / face.size
                if low > RAISED_FIGURE and top.value - bottom.value < SMALL_FIGURE * face.size:
                    # A figure that the font itself has small and raised.
                    base += low * face.size
                    shown = replace(face, size=SMALL_FIGURE * face.size)
            if spaced and glyphs and not glyphs[-1].spaced_after:
                glyphs[-1].spaced_after = True
            unseen = not (low_x <= x.value <= high_x and low_y <= y.value <= high_y)
            if face.white and not unseen:
                unseen = not self._is_on_ground(x.value, y.value, face)
            glyphs.append(
                _Glyph(
                    character_of(code),
                    left,
                    right,
                    base,
                    shown,
                    drawn,
                    spaced,
                    False,
                    apart,
                    unseen,
                )
            )
            spaced = apart = False
        return glyphs

    def _with_dropped(self, glyphs: list[_Glyph]) -> list[_Glyph]:
        """Put back letters that pdfium takes for shadows of their neighbours: "ff" in italics."""
        seen = {glyph.drawn for glyph in glyphs}
        again: dict[int | None, int] = {}
        for before, shape in zip(self._shapes, self._shapes[1:], strict=False):
            if shape not in seen and before in seen:
                again[before] = shape
        if not again:
            return glyphs
        whole: list[_Glyph] = []
        for index, glyph in enumerate(glyphs):
            whole.append(glyph)
            last = index + 1 == len(glyphs) or glyphs[index + 1].drawn != glyph.drawn
            single = index == 0 or glyphs[index - 1].drawn != glyph.drawn
            if not (last and single and glyph.drawn in again and glyph.face.turn == 0):
                continue
            step = self._step(glyph.drawn, again[glyph.drawn])
            if step > SHADOW * (glyph.right - glyph.left):
                whole.append(
                    replace(
                        glyph,
                        left=glyph.left + step,
                        right=glyph.right + step,
                        spaced=False,
                        apart=False,
                    )  # fmt: skip
                )
                glyph.spaced_after = False
                if index + 1 < len(glyphs):
                    glyphs[index + 1].apart = False  # by distance alone
        return whole

    def _advance(self, code: int, shape: int | None) -> float:
        """How far the glyph moves on, at size 1; 0.0 where the font does not say."""
        key = (self._font, code)
        advance = self._advances.get(key)
        if advance is None:
            width = ctypes.c_float()
            font = self._pdfium.FPDFTextObj_GetFont(self._object(shape))
            known = self._pdfium.FPDFFont_GetGlyphWidth(font, code, 1.0, width)
            advance = self._advances[key] = float(width.value) if known else 0.0
        return advance

    def _step(self, shape: int | None, again: int) -> float:
        """How much further right the same glyph is drawn again; 0 for another one, or a space."""
        x0, y0, x1, y1 = self._box(shape)
        left, bottom, right, top = self._box(again)
        same = abs((x1 - x0) - (right - left)) < 0.02 and abs((y1 - y0) - (top - bottom)) < 0.02
        return left - x0 if same and abs(bottom - y0) < 0.02 else 0.0

    def _box(self, shape: int | None) -> tuple[float, float, float, float]:
        return bounds_of(self._object(shape))

    def _object(self, address: int | None) -> Any:
        return ctypes.cast(address or 0, self._pdfium.FPDF_PAGEOBJECT)

    def _face(self, index: int, drawn: int) -> _Face:
        pdfium, text, matrix = self._pdfium, self._text, self._matrix
        pdfium.FPDFText_GetMatrix(text, index, self._at_matrix)
        nominal = pdfium.FPDFText_GetFontSize(text, index)
        size = round(abs(nominal) * math.hypot(matrix.c, matrix.d), 2) or 1.0
        turn: int | None = 0
        if matrix.b or matrix.a < 0:
            quarter, rest = divmod(math.degrees(math.atan2(matrix.b, matrix.a)) + 3.0, 90.0)
            turn = int(quarter) % 4 if rest <= 6.0 else None
        font = self._font = self._font_of(drawn)
        bold = self._bold.get(font)
        if bold is None:
            bold = self._bold[font] = self._is_bold(index)
        across = abs(nominal) * math.hypot(matrix.a, matrix.b)
        lightness = self._lightness(index)
        return _Face(
            size,
            across,
            turn,
            bold,
            light=size >= LARGE_PRINT and lightness > LIGHT,
            white=lightness > WHITE / 255 and self._is_only_filled(drawn),
        )

    def _is_only_filled(self, drawn: int) -> bool:
        """Neither outlined nor, as what OCR lays under its pictures, not drawn at all."""
        mode = self._pdfium.FPDFTextObj_GetTextRenderMode(self._object(drawn))
        return mode in (
            self._pdfium.FPDF_TEXTRENDERMODE_FILL,
            self._pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP,
        )

    def _is_on_ground(self, x: float, y: float, face: _Face) -> bool:
        """Whether there is anything under a white glyph that it can be read on."""
        middle = y + (0.3 * face.size if face.turn == 0 else 0.0)
        grounds = zip(self._drawn.areas, self._drawn.paths, strict=True)
        return any(
            area.holds(x, middle) and (path is None or is_dark(path)) for area, path in grounds
        )

    def _is_bold(self, index: int) -> bool:
        buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self._pdfium.FPDFText_GetFontInfo(self._text, index, buffer, 128, flags)
        name = buffer.value.decode("utf-8", "replace")
        return _BOLD.search(name) is not None or bool(flags.value & _BOLD_FLAG)

    def _lightness(self, index: int) -> float:
        """Of what is filled in, from 0.0 for black to 1.0 for white."""
        if not self._pdfium.FPDFText_GetFillColor(self._text, index, *self._at_channels):
            return 0.0
        red, green, blue, alpha = [channel.value for channel in self._channels]
        luminance = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
        return 1.0 - (1.0 - luminance) * alpha / 255


def _gathered(glyphs: Sequence[_Glyph]) -> dict[int | None, list[Word]]:
    """Words by the direction in which they run."""
    words: dict[int | None, list[Word]] = {}
    run: list[_Glyph] = []
    for order, glyph in enumerate(glyphs):
        if run and not _touches(run, glyph):
            words.setdefault(run[0].face.turn, []).append(_word(run, order))
            run = []
        run.append(glyph)
    if run:
        words.setdefault(run[0].face.turn, []).append(_word(run, len(glyphs)))
    return words


def _touches(run: Sequence[_Glyph], glyph: _Glyph) -> bool:
    """Whether a glyph goes on with the word so far; from right to left, too."""
    first, last, face = run[0], run[-1], glyph.face
    if first.face.turn is None and face.turn is None:
        return not glyph.spaced
    is_other = first.face is not face and first.face != face
    if glyph.spaced or is_other or abs(glyph.base - first.base) > 0.1 * face.size:
        return False
    forwards, backwards = glyph.left - last.right, last.left - glyph.right
    gap = (forwards if forwards > backwards else backwards) / face.size
    if glyph.apart and gap > SURE_GAP:
        return False
    return -OVERLAP < gap < WORD_GAP or (forwards <= 0 and backwards <= 0)


def _word(run: Sequence[_Glyph], order: int) -> Word:
    first, last = run[0], run[-1]
    return Word(
        text="".join(glyph.text for glyph in run),
        left=min(glyph.left for glyph in run),
        right=max(glyph.right for glyph in run),
        base=first.base,
        size=first.face.size,
        bold=first.face.bold,
        light=first.face.light,
        spaced=first.spaced,
        spaced_after=last.spaced_after,
        order=order,
        unseen=all(glyph.unseen for glyph in run),
    )


def _upright(box: Any, x: float, y: float, turn: int | None) -> tuple[float, float, float]:
    """Left, right and base line of a glyph on a page turned so that it runs to the right."""
    if turn == 1:
        return box.bottom, box.top, -x
    if turn == 2:
        return -box.right, -box.left, -y
    if turn == 3:
        return -box.top, -box.bottom, x
    return box.left, box.right, y
