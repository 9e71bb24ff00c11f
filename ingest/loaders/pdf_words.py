"""What stands on a page of a PDF, by pdfium: words with their places, ruled lines, pictures.

A PDF draws glyphs at coordinates and knows neither words nor lines. Here glyphs that touch become
words; everything that asks where a word stands among others is left to the layout steps. Units are
points, y grows upwards, and the page is turned so that most of its text runs from left to right.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

WORD_GAP = 0.13
"""Of the font size: white space from which on two glyphs belong to two words; kerning is smaller."""

OVERLAP = 0.5
"""Of the font size: a glyph that stands further left than this begins a word elsewhere."""

LIGHT = 0.6
"""Luminance above which text is hardly darker than paper: what watermarks are set in."""

LARGE_PRINT = 18.0
"""Points: the lightness of smaller text is not looked at; it may stand on a dark ground."""

THIN = 2.0
"""Points: a filled box no thicker than this is a ruled line."""

SHORTEST_RULE = 4.0
MOST_RULES = 4000
"""A drawing with more lines is a chart or a map; its lines rule no table."""

MOST_FORM_DEPTH = 4
SEGMENTS_READ = 400

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_SYMBOLS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓", 0xF0A8: "□", 0xF06F: "□"}
"""Of the faces Symbol and Wingdings, as Word writes bullets."""

_LINE_END_HYPHENS = (0x02, 0xFFFE)
"""What pdfium says instead of a hyphen at a line's end."""

_INVISIBLE = frozenset((0x00, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFFFF))


@dataclass(frozen=True, slots=True)
class Word:
    """Glyphs in one face that touch one another."""

    text: str
    left: float
    right: float
    base: float
    """Height of the base line."""
    size: float
    """Of the font, as it comes out on the page."""
    bold: bool = False
    light: bool = False
    spaced: bool = False
    """A space was drawn before it."""
    spaced_after: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line, horizontal (`y0 == y1`) or vertical (`x0 == x1`)."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_vertical(self) -> bool:
        """Whether it parts what stands beside one another."""
        return self.x0 == self.x1


@dataclass(slots=True)
class Page:
    """One page; coordinates are those of its main direction of writing."""

    words: list[Word] = field(default_factory=list)
    """In the order of drawing."""
    aside: list[list[Word]] = field(default_factory=list)
    """Upright words of each other direction (axis labels, margins), turned to be read."""
    slanted: list[Word] = field(default_factory=list)
    """Words at an angle: watermarks, stamps. Their places mean nothing."""
    rules: list[Rule] = field(default_factory=list)
    has_pictures: bool = False

    @property
    def all_words(self) -> list[str]:
        """Texts of the words in all directions."""
        groups = (self.words, self.slanted, *self.aside)
        return [word.text for words in groups for word in words]


@dataclass(slots=True)
class _Face:
    """How the glyphs of one text object are set."""

    size: float
    turn: int | None
    """Quarter turns anticlockwise; None for a slanted one."""
    bold: bool
    light: bool


def read_page(page: Any) -> Page:
    """Read what stands on a page of pypdfium2.

    Raises:
        RuntimeError: If pdfium cannot read it.
    """
    glyphs = _Glyphs(page)
    by_turn = glyphs.words()
    slanted = by_turn.pop(None, [])
    sizes = {turn: sum(len(word.text) for word in words) for turn, words in by_turn.items()}
    main = max(sizes, key=lambda turn: sizes[turn], default=0) or 0
    rules, has_pictures = _drawn(page)
    return Page(
        words=by_turn.pop(main, []),
        aside=list(by_turn.values()),
        slanted=slanted,
        rules=[_turned_rule(rule, main) for rule in rules],
        has_pictures=has_pictures,
    )


class _Glyphs:
    """Walks the glyphs of a page in pdfium's order and gathers them into words."""

    def __init__(self, page: Any) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._page = page.get_textpage()
        self._text = self._page.raw
        self._matrix = pdfium.FS_MATRIX()
        self._bold: dict[int | None, bool] = {}
        self._words: dict[int | None, list[Word]] = {}

    def words(self) -> dict[int | None, list[Word]]:
        """Words by the direction in which they run; None for slanted ones."""
        try:
            self._walk()
        finally:
            self._page.close()
        return self._words

    def _walk(self) -> None:
        pdfium, text = self._pdfium, self._text
        box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        at_box, at_x, at_y = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        void, cast, get_object = ctypes.c_void_p, ctypes.cast, pdfium.FPDFText_GetTextObject
        letters: list[str] = []
        face = _Face(1.0, 0, bold=False, light=False)
        current: int | None = None
        start = end = base = 0.0
        spaced = False

        def finish(*, spaced_after: bool) -> None:
            nonlocal spaced
            if letters:
                word = Word(
                    "".join(letters), start, end, base, face.size, face.bold, face.light,
                    spaced, spaced_after,
                )  # fmt: skip
                self._words.setdefault(face.turn, []).append(word)
                letters.clear()
                spaced = False

        for index in range(pdfium.FPDFText_CountChars(text)):
            code = pdfium.FPDFText_GetUnicode(text, index)
            shape = get_object(text, index)
            drawn = cast(shape, void).value
            if code in (0x20, 0x09, 0xA0) or 0x2000 <= code <= 0x200A or code in (0x3000, 0x202F):
                # A space that pdfium made up tells nothing that the distance does not.
                finish(spaced_after=drawn is not None)
                spaced = spaced or drawn is not None
                continue
            if drawn is None and code not in _LINE_END_HYPHENS:  # a line end
                finish(spaced_after=False)
                spaced = False
                continue
            if code in _INVISIBLE or (code < 0x20 and code not in _LINE_END_HYPHENS):
                continue
            pdfium.FPDFText_GetLooseCharBox(text, index, at_box)
            pdfium.FPDFText_GetCharOrigin(text, index, at_x, at_y)
            if drawn != current and drawn is not None:
                current, before = drawn, face
                face = self._face(index, shape)
                if letters and (face != before):
                    face, kept = before, face
                    finish(spaced_after=False)
                    face = kept
            left, right, height = _upright(box, x.value, y.value, face.turn)
            if letters and not _touches(start, end, base, left, right, height, face):
                finish(spaced_after=False)
            if not letters:
                start, end, base = left, right, height
            letters.append(_character(code))
            start, end = min(start, left), max(end, right)
        finish(spaced_after=False)

    def _face(self, index: int, drawn: Any) -> _Face:
        pdfium, text, matrix = self._pdfium, self._text, self._matrix
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        nominal = pdfium.FPDFText_GetFontSize(text, index)
        size = round(abs(nominal) * math.hypot(matrix.c, matrix.d), 2) or 1.0
        turn: int | None = 0
        if matrix.b or matrix.a < 0:
            quarter, rest = divmod(math.degrees(math.atan2(matrix.b, matrix.a)) + 3.0, 90.0)
            turn = int(quarter) % 4 if rest <= 6.0 else None
        font = ctypes.cast(pdfium.FPDFTextObj_GetFont(drawn), ctypes.c_void_p).value
        bold = self._bold.get(font)
        if bold is None:
            bold = self._bold[font] = self._is_bold(index)
        return _Face(size, turn, bold, size >= LARGE_PRINT and self._is_light(index))

    def _is_bold(self, index: int) -> bool:
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self._pdfium.FPDFText_GetFontInfo(self._text, index, name, 128, flags)
        if _BOLD.search(name.value.decode("utf-8", "replace")):
            return True
        return int(self._pdfium.FPDFText_GetFontWeight(self._text, index)) >= 600

    def _is_light(self, index: int) -> bool:
        channels = [ctypes.c_uint() for _ in range(4)]
        if not self._pdfium.FPDFText_GetFillColor(self._text, index, *channels):
            return False
        red, green, blue, alpha = (channel.value / 255 for channel in channels)
        luminance = 0.299 * red + 0.587 * green + 0.114 * blue
        return 1.0 - (1.0 - luminance) * alpha > LIGHT


def _touches(
    start: float, end: float, base: float, left: float, right: float, height: float, face: _Face
) -> bool:
    """Whether a glyph goes on with the word so far; from right to left, too."""
    if face.turn is None:
        return True
    if abs(height - base) > 0.1 * face.size:
        return False
    gap = max(left - end, start - right)
    return -OVERLAP * face.size < gap < WORD_GAP * face.size or (left >= start and right <= end)


def _character(code: int) -> str:
    if code in _LINE_END_HYPHENS:
        return "-"
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "\ufffd"
    return _LIGATURES.get(code) or _SYMBOLS.get(code) or chr(code)


def _upright(box: Any, x: float, y: float, turn: int | None) -> tuple[float, float, float]:
    """Left, right and base line of a glyph on a page turned so that it runs to the right."""
    if turn == 1:
        return box.bottom, box.top, -x
    if turn == 2:
        return -box.right, -box.left, -y
    if turn == 3:
        return -box.top, -box.bottom, x
    return box.left, box.right, y


def _turned_rule(rule: Rule, turn: int) -> Rule:
    (x0, y0), (x1, y1) = (
        {0: (x, y), 1: (y, -x), 2: (-x, -y), 3: (-y, x)}[turn]
        for x, y in ((rule.x0, rule.y0), (rule.x1, rule.y1))
    )
    return replace(rule, x0=min(x0, x1), y0=min(y0, y1), x1=max(x0, x1), y1=max(y0, y1))


Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _drawn(page: Any) -> tuple[list[Rule], bool]:
    """Ruled lines, and whether there are pictures (of a size that could hold text)."""
    import pypdfium2.raw as pdfium

    rules: list[Rule] = []
    has_pictures = False
    for shape, matrix in _shapes(page.raw, _IDENTITY, 0):
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind == pdfium.FPDF_PAGEOBJ_PATH and len(rules) < MOST_RULES:
            rules.extend(_rules_of(shape, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = _bounds(shape, matrix)
            has_pictures = has_pictures or min(x1 - x0, y1 - y0) > 100
    return (rules if len(rules) < MOST_RULES else []), has_pictures


def _shapes(parent: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, Matrix]]:
    """Objects of a page or form, those of forms on it included, with their matrices."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFFormObj_CountObjects if depth else pdfium.FPDFPage_CountObjects
    get = pdfium.FPDFFormObj_GetObject if depth else pdfium.FPDFPage_GetObject
    for index in range(count(parent)):
        shape = get(parent, index)
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MOST_FORM_DEPTH:
            own = pdfium.FS_MATRIX()
            pdfium.FPDFPageObj_GetMatrix(shape, own)
            inner = _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
            yield from _shapes(shape, inner, depth + 1)
        elif kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
            yield shape, matrix


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    return (
        a * oa + b * oc, a * ob + b * od,
        c * oa + d * oc, c * ob + d * od,
        e * oa + f * oc + oe, e * ob + f * od + of,
    )  # fmt: skip


def _placed(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(shape: Any, matrix: Matrix) -> tuple[float, float, float, float]:
    import pypdfium2.raw as pdfium

    edges = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(shape, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    (x0, y0), (x1, y1) = _placed(left, bottom, matrix), _placed(right, top, matrix)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _rules_of(shape: Any, matrix: Matrix) -> Iterator[Rule]:
    """Lines that a path draws: a thin box as one, a drawn outline as one each side."""
    x0, y0, x1, y1 = _bounds(shape, matrix)
    if y1 - y0 <= THIN and x1 - x0 >= SHORTEST_RULE:
        yield Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    elif x1 - x0 <= THIN and y1 - y0 >= SHORTEST_RULE:
        yield Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)
    elif min(x1 - x0, y1 - y0) >= SHORTEST_RULE:
        yield from _sides(shape, matrix)


def _sides(shape: Any, matrix: Matrix) -> Iterator[Rule]:
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(shape, fill, stroke)
    count = pdfium.FPDFPath_CountSegments(shape)
    if not stroke.value or count > SEGMENTS_READ:
        return
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(shape, own)
    whole = _product((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    before = first = (0.0, 0.0)
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(shape, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = _placed(x.value, y.value, whole)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _straight(before, point)
        before = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield from _straight(point, first)


def _straight(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Rule]:
    (x0, y0), (x1, y1) = start, end
    if abs(y0 - y1) < 0.5 and abs(x0 - x1) >= SHORTEST_RULE:
        yield Rule(min(x0, x1), y0, max(x0, x1), y0)
    elif abs(x0 - x1) < 0.5 and abs(y0 - y1) >= SHORTEST_RULE:
        yield Rule(x0, min(y0, y1), x0, max(y0, y1))


def body_size_of(pages: list[Page]) -> float:
    """The font size in which most letters of the document are set."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for word in page.words:
            sizes[round(word.size, 1)] += len(word.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0
