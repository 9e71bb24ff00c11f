"""What stands on a slide and in which order it is read: text, tables, charts, diagrams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.loaders.light_markdown import escape_inline, escape_line, raised_figure
from ingest.loaders.office_parts import Parts, R
from ingest.loaders.tables import infer_headers, table_markdown

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

TITLES = ("title", "ctrTitle")
_NOT_TEXT = ("dt", "ftr", "sldNum", "hdr", "sldImg")
"""Placeholders of what stands on every slide."""

_STRUCK = ("sngStrike", "dblStrike")
_LISTS = ("body", "obj", "")
MAX_DEPTH = 20
MAX_POINTS = 2000
"""Of a chart; more are a curve, which is no table."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in units of the file."""


@dataclass(slots=True)
class Shape:
    """A shape, or a group of some, with its place."""

    element: Any
    box: Box
    kind: str = ""
    """Type of its placeholder: "title", "body"; "" for one without a type or of none."""
    is_placeholder: bool = False


class Slide:
    """One slide with the parts that it points at."""

    def __init__(self, parts: Parts, name: str) -> None:
        """Read it.

        Args:
            parts: Of the file.
            name: Of the slide's part.
        """
        self.parts, self.name = parts, name
        self.root = parts.root(name)
        self._relations = parts.relations(name)
        self._places = self._inherited_places()

    def shapes(self) -> list[Shape]:
        """Shapes that are shown, in the order in which they are read."""
        tree = self.root.find(f"{P}cSld/{P}spTree") if self.root is not None else None
        return ordered(list(self._shapes_in(tree, 0))) if tree is not None else []

    def _shapes_in(self, tree: Any, depth: int) -> Iterator[Shape]:
        before: Box = (0, 0, 0, 0)
        for child in tree:
            element = child
            if child.tag == f"{_MC}AlternateContent":  # the newest form; the others say the same
                choice = child.find(f"{_MC}Choice")
                element = choice[0] if choice is not None and len(choice) else None
            if element is None or not isinstance(element.tag, str) or _is_hidden(element):
                continue
            mark = element.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
            kind = (mark.get("type") or "") if mark is not None else ""
            if kind in _NOT_TEXT:
                continue
            box = _box_of(element) or self._inherited(mark) or before
            before = box
            if element.tag in (f"{P}sp", f"{P}graphicFrame", f"{P}grpSp"):
                yield Shape(element, box, kind, mark is not None)

    def _inherited(self, mark: Any | None) -> Box | None:
        if mark is None:
            return None
        by_number = self._places.get(f"#{mark.get('idx')}") if mark.get("idx") else None
        return by_number or self._places.get(mark.get("type") or "body")

    def _inherited_places(self) -> dict[str, Box]:
        """Places of placeholders on the layout and its master, by number and by type."""
        places: dict[str, Box] = {}
        layout = next((r.target for r in self._relations.values() if r.kind == "slideLayout"), "")
        master = self.parts.related(layout, "slideMaster") if layout else None
        for name in (layout, master):
            root = self.parts.root(name) if name else None
            for element in root.iter(f"{P}sp") if root is not None else ():
                mark, box = element.find(f"{P}nvSpPr/{P}nvPr/{P}ph"), _box_of(element)
                if mark is not None and box is not None:
                    places.setdefault(mark.get("type") or "body", box)
                    if name == layout and mark.get("idx"):
                        places.setdefault(f"#{mark.get('idx')}", box)
        return places

    def blocks(self, shape: Shape, depth: int = 0) -> Iterator[str]:
        """Text, tables and charts of a shape, as blocks of light Markdown."""
        element = shape.element
        if element.tag == f"{P}grpSp" and depth < MAX_DEPTH:
            for each in ordered(list(self._shapes_in(element, depth + 1))):
                yield from self.blocks(each, depth + 1)
        elif element.tag == f"{P}graphicFrame":
            yield from self._graphic(element)
        elif (body := element.find(f"{P}txBody")) is not None:
            is_list = shape.is_placeholder and shape.kind in _LISTS
            yield from paragraphs(body, is_list=is_list)

    def _graphic(self, frame: Any) -> Iterator[str]:
        data = frame.find(f"{A}graphic/{A}graphicData")
        if data is None:
            return
        if (table := data.find(f"{A}tbl")) is not None:
            yield _table(table)
        elif (chart := data.find(f"{C}chart")) is not None:
            root = self._part(chart.get(f"{R}id"))
            yield from chart_table(root) if root is not None else ()
        elif (diagram := data.find(f"{_DGM}relIds")) is not None:
            root = self._part(diagram.get(f"{R}dm"))
            points = root.iter(f"{_DGM}pt") if root is not None else ()
            texts = [words(text) for each in points for text in each.findall(f"{_DGM}t/{A}p")]
            yield "\n".join(f"- {text}" for text in texts if text)

    def _part(self, identifier: str | None) -> Any | None:
        relation = self._relations.get(identifier or "")
        return self.parts.root(relation.target) if relation is not None else None


def ordered(shapes: list[Shape]) -> list[Shape]:
    """Titles first, then columns one after the other, and rows from the top down.

    White space that runs down between two groups of shapes parts columns, that which runs across
    parts rows (the method of recursive cuts).
    """
    titles = [shape for shape in shapes if shape.kind in TITLES]
    return titles + _cut([shape for shape in shapes if shape.kind not in TITLES])


def _cut(shapes: list[Shape]) -> list[Shape]:
    columns = _sides(shapes, 0, 2)
    if len(columns) > 1 and all(len(column) > 1 for column in columns):
        return [shape for column in columns for shape in _cut(column)]
    rows = _sides(shapes, 1, 3)
    if len(rows) > 1:
        return [shape for part in _joined(rows) for shape in _cut(part)]
    if len(columns) > 1:
        return [shape for column in columns for shape in _cut(column)]
    return sorted(shapes, key=lambda shape: (shape.box[1], shape.box[0]))


def _joined(rows: Sequence[list[Shape]]) -> list[list[Shape]]:
    """Rows below one another with as many columns in the same places as one part."""
    parts: list[list[Shape]] = []
    for row in rows:
        both = [*parts[-1], *row] if parts else []
        columns = len(_sides(row, 0, 2))
        alike = both and len(_sides(both, 0, 2)) == len(_sides(parts[-1], 0, 2)) == columns
        if alike and columns > 1:
            parts[-1] = both
        else:
            parts.append(row)
    return parts


def _sides(shapes: Sequence[Shape], low: int, high: int) -> list[list[Shape]]:
    """Groups between which white space runs through in one direction."""
    sides: list[list[Shape]] = []
    reach = 0.0
    for shape in sorted(shapes, key=lambda shape: shape.box[low]):
        # A little overlap is no overlap: frames are larger than what stands in them.
        slack = 0.1 * (shape.box[high] - shape.box[low])
        if not sides or shape.box[low] < reach - slack:
            sides[-1:] = [[*(sides[-1] if sides else []), shape]]
        else:
            sides.append([shape])
        reach = max(reach, shape.box[high])
    return sides


def _is_hidden(element: Any) -> bool:
    named = element.find(f"./*/{P}cNvPr")
    return named is not None and named.get("hidden") in ("1", "true")


def _box_of(element: Any) -> Box | None:
    placed = element.find(f"{P}spPr/{A}xfrm")
    placed = placed if placed is not None else element.find(f"{P}xfrm")
    placed = placed if placed is not None else element.find(f"{P}grpSpPr/{A}xfrm")
    offset = placed.find(f"{A}off") if placed is not None else None
    extent = placed.find(f"{A}ext") if placed is not None else None
    if offset is None or extent is None:
        return None
    try:
        left, top = float(offset.get("x", "")), float(offset.get("y", ""))
        return left, top, left + float(extent.get("cx", "")), top + float(extent.get("cy", ""))
    except ValueError:
        return None


def paragraphs(body: Any, *, is_list: bool = False) -> Iterator[str]:
    """Paragraphs of a text; items of lists together.

    Args:
        body: Element that holds them.
        is_list: Its paragraphs have bullets unless they say that they have none.
    """
    items: list[str] = []
    number: dict[int, int] = {}
    for paragraph in body.findall(f"{A}p"):
        text = words(paragraph)
        if not text:
            continue
        properties = paragraph.find(f"{A}pPr")
        level = int(properties.get("lvl") or 0) if properties is not None else 0
        kinds = {child.tag for child in properties} if properties is not None else set()
        is_numbered = f"{A}buAutoNum" in kinds
        marked = is_numbered or f"{A}buChar" in kinds or f"{A}buBlip" in kinds
        if not (marked or (is_list and f"{A}buNone" not in kinds)):
            if items:
                yield "\n".join(items)
            items = []
            yield escape_line(text)
            continue
        number = {at: n for at, n in number.items() if at <= level}
        number[level] = number.get(level, 0) + 1 if is_numbered else 0
        mark = f"{number[level]}." if is_numbered else "-"
        items.append(f"{'  ' * min(level, 6)}{mark} {text}")
    if items:
        yield "\n".join(items)


def words(paragraph: Any) -> str:
    """Text of a paragraph as one line, without fields and what is struck out."""
    pieces: list[str] = []
    for child in paragraph:
        if child.tag == f"{A}br":
            pieces.append(" ")
        elif child.tag == f"{A}r" or (child.tag == f"{A}fld" and not _is_of_slide(child)):
            properties = child.find(f"{A}rPr")
            text = child.findtext(f"{A}t") or ""
            if properties is not None and properties.get("strike") in _STRUCK:
                continue
            raised = properties is not None and (properties.get("baseline") or "0")[:1] in "123456"
            pieces.append(raised_figure(text) if raised else text)
    return " ".join(escape_inline("".join(pieces)).split())


def _is_of_slide(field: Any) -> bool:
    return (field.get("type") or "").startswith(("slidenum", "datetime"))


def _table(table: Any) -> str:
    rows: list[list[str]] = []
    for row in table.findall(f"{A}tr"):
        line: list[str] = []
        for cell in row.findall(f"{A}tc"):
            if cell.get("hMerge") in ("1", "true"):
                line.append(line[-1] if line else "")
            elif cell.get("vMerge") in ("1", "true"):
                line.append(rows[-1][len(line)] if rows and len(rows[-1]) > len(line) else "")
            else:
                line.append(" ".join(words(each) for each in cell.iter(f"{A}p")).strip())
        rows.append(line)
    properties = table.find(f"{A}tblPr")
    named = properties is not None and properties.get("firstRow") in ("1", "true")
    if len(rows) > 1 and (named or infer_headers(rows)):
        return table_markdown(rows[1:], rows[0])
    return table_markdown(rows)


def chart_table(chart: Any) -> Iterator[str]:
    """Categories and values of a chart as a table, its title as the caption."""
    series = list(chart.iter(f"{C}ser"))
    if not series:
        return
    names = [
        " ".join(each.text or "" for each in one.findall(f"{C}tx//{C}v")) or f"Series {number}"
        for number, one in enumerate(series, start=1)
    ]
    columns = [_points(one, ("val", "yVal")) for one in series]
    categories = next((found for one in series if (found := _points(one, ("cat", "xVal")))), {})
    places = sorted({place for column in (*columns, categories) for place in column})
    if not places or len(places) * len(series) > MAX_POINTS:
        return
    rows = [
        [escape_inline(column.get(place, "")) for column in (categories, *columns)]
        for place in places
    ]
    title = chart.find(f"{C}chart/{C}title")
    said = [words(each) for each in title.iter(f"{A}p")] if title is not None else []
    yield table_markdown(rows, ["", *map(escape_inline, names)], " ".join(filter(None, said)))


def _points(series: Any, kinds: Sequence[str]) -> dict[int, str]:
    """Values by their places as they were last shown; percent and digits by the format."""
    for kind in kinds:
        found: dict[int, str] = {}
        for cache in series.findall(f"{C}{kind}/*/*"):
            layout = cache.findtext(f"{C}formatCode") or ""
            for point in cache.findall(f"{C}pt"):
                place, value = point.get("idx") or "", point.findtext(f"{C}v") or ""
                if place.isdigit():
                    found[int(place)] = _shown(value, layout)
        if found:
            return found
    return {}


def _shown(value: str, layout: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return " ".join(value.split())
    if layout.split(";")[0].rstrip().endswith("%"):
        decimals = len(layout.split(";")[0].rstrip(" %").partition(".")[2])
        return f"{number * 100:.{decimals}f} %"
    return f"{number:.10g}"
