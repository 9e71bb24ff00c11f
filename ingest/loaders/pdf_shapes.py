"""What is drawn on a page of a PDF besides text: ruled lines and pictures.

Units are points, y grows upwards.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

THIN = 2.0
"""Points: a filled box no thicker than this is a ruled line."""
SHORTEST_RULE = 4.0
MOST_RULES = 3000
"""A drawing with more lines is a chart or a map; its lines rule no table."""

DOT = (2.0, 7.5)
"""Points: how large a drawn bullet is."""

WHITE = 250
"""Of 255: a colour with all its parts above is that of paper."""

MOST_FORM_DEPTH = 4
SEGMENTS_READ = 400

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruled line, horizontal (`y0 == y1`) or vertical (`x0 == x1`)."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_vertical(self) -> bool:
        """Whether it separates columns."""
        return self.x0 == self.x1


@dataclass(frozen=True, slots=True)
class Area:
    """A box."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


def turned(rule: Rule, turn: int) -> Rule:
    """The line after turning the page by `turn` quarters, so that its text runs to the right."""
    (x0, y0), (x1, y1) = (
        {0: (x, y), 1: (y, -x), 2: (-x, -y), 3: (-y, x)}[turn]
        for x, y in ((rule.x0, rule.y0), (rule.x1, rule.y1))
    )
    return replace(rule, x0=min(x0, x1), y0=min(y0, y1), x1=max(x0, x1), y1=max(y0, y1))


@dataclass(slots=True)
class Drawn:
    """What is drawn on a page; places as they are in the file, whichever way its text runs."""

    rules: list[Rule] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    """Boxes, pictures and shadings: what text may stand on."""
    paths: list[Any] = field(default_factory=list)
    """Of each area the object of pdfium, which says its colour; None for pictures."""
    dots: list[Area] = field(default_factory=list)
    """Small and as wide as high: bullets, where they are drawn and not set."""
    texts: list[int] = field(default_factory=list)
    """Addresses of the text objects."""
    has_pictures: bool = False
    """Whether there are some that could hold text."""


def address_of(function: Any) -> Callable[..., int | None]:
    """A function of pdfium that gives the address of an object, None for none: no cast for each."""
    at = ctypes.cast(function, ctypes.c_void_p).value or 0
    plain = (each if each is ctypes.c_int else ctypes.c_void_p for each in function.argtypes)
    return ctypes.CFUNCTYPE(ctypes.c_void_p, *plain)(at)


def drawn_on(page: Any) -> Drawn:
    """All that is drawn on a page of pypdfium2 besides its text."""
    import pypdfium2.raw as pdfium

    drawn = Drawn()
    for kind, shape, matrix in _shapes(page.raw, _IDENTITY, 0):
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            if len(drawn.rules) < MOST_RULES and len(drawn.areas) < MOST_RULES:
                _add_path(drawn, shape, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            drawn.texts.append(ctypes.cast(shape, ctypes.c_void_p).value or 0)
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            area = Area(*bounds_of(shape, matrix))
            drawn.areas.append(area)
            drawn.paths.append(None)
            is_image = kind == pdfium.FPDF_PAGEOBJ_IMAGE
            drawn.has_pictures = drawn.has_pictures or (
                is_image and min(area.x1 - area.x0, area.y1 - area.y0) > 100
            )
    if len(drawn.rules) >= MOST_RULES:
        drawn.rules = []
    return drawn


def _add_path(drawn: Drawn, shape: Any, matrix: Matrix) -> None:
    area = Area(*bounds_of(shape, matrix))
    width, height = area.x1 - area.x0, area.y1 - area.y0
    drawn.rules.extend(_rules_of(shape, matrix, area))
    if DOT[0] < width < DOT[1] and abs(width - height) < 0.5:
        drawn.dots.append(area)
    elif min(width, height) > DOT[1]:
        drawn.areas.append(area)
        drawn.paths.append(shape)


def is_dark(shape: Any) -> bool:
    """Whether a path is filled with anything but white."""
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(shape, fill, stroke)
    channels = [ctypes.c_uint() for _ in range(4)]
    if not fill.value or not pdfium.FPDFPageObj_GetFillColor(shape, *channels):
        return False
    red, green, blue, alpha = (channel.value for channel in channels)
    return min(red, green, blue) < WHITE and alpha > 0


def _shapes(parent: Any, matrix: Matrix, depth: int) -> Iterator[tuple[int, Any, Matrix]]:
    """Objects of a page or form, those of forms on it included, with their kind and matrix."""
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
        else:
            yield kind, shape, matrix


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


def bounds_of(shape: Any, matrix: Matrix = _IDENTITY) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of an object of pdfium in points, transformed by the matrix."""
    import pypdfium2.raw as pdfium

    edges = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(shape, *edges)
    left, bottom, right, top = [edge.value for edge in edges]
    if matrix is _IDENTITY:
        return left, bottom, right, top
    (x0, y0), (x1, y1) = _placed(left, bottom, matrix), _placed(right, top, matrix)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _rules_of(shape: Any, matrix: Matrix, area: Area) -> Iterator[Rule]:
    """Lines that a path draws: a thin box as one, a drawn outline as one each side."""
    x0, y0, x1, y1 = area.x0, area.y0, area.x1, area.y1
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
