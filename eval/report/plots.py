"""Plots as SVG text: without scripts, with a description in words, coloured by the page's CSS.

Drawn 360 units wide, so that a phone shows letters in their own size. Nothing is said by colour
alone: lines differ in dashes and dots in shape, values are beside their marks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from eval.statistics import Interval

WIDTH = 360
"""The width of a narrow phone, less its margins."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 38.0, 14.0, 26.0, 34.0
_PLOT_HEIGHT = 214.0
_ROW_HEIGHT = 34.0
"""A line of label and a line of mark."""
_NUM_TICKS = 5
_FLAG_WIDTH = 95.0
_NUM_BINS = 16
_MARKS = ("circle", "square", "diamond")
_LEGEND_HEIGHT = 18.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a dot plot."""

    label: str
    value: float
    interval: Interval | None = None
    note: str = ""
    """Shown after the label: how many cases, what p."""


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: points from left to right."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture; `svg` is markup, everything in it escaped."""

    title: str
    svg: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to places on the picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        within = min(max(value, self.low), self.high)
        span = self.high - self.low or 1.0
        return self.start + (within - self.low) / span * (self.end - self.start)


def dot_plot(
    title: str,
    rows: Sequence[Row],
    *,
    limits: tuple[float, float],
    shown: Callable[[float], str],
    reference: float | None = None,
) -> Plot:
    """Values with their intervals, one below the other.

    Args:
        title: What is plotted.
        rows: From top to bottom.
        limits: Left and right end of the scale.
        shown: Writes a value.
        reference: Where an upright line stands, such as 0 for differences.
    """
    x = _Scale(*limits, 8.0, WIDTH - 8.0)
    bottom = _ROW_HEIGHT * len(rows) + 4
    ticks = nice_ticks(*limits, 4)
    parts = [_tick_labels(x, ticks, bottom, shown)]
    for n, row in enumerate(rows):
        middle = _ROW_HEIGHT * n + 25
        ends = middle - 7, middle + 7  # beside the marks only: a line must not run through a label
        parts += [_line((x(tick), ends[0]), (x(tick), ends[1]), "grid") for tick in ticks]
        if reference is not None:
            parts.append(_line((x(reference), ends[0]), (x(reference), ends[1]), "rule"))
        parts.append(_row(row, middle, x, shown))
    words = "; ".join(f"{row.label}: {_in_words(row, shown)}" for row in rows)
    return _plot(title, words, bottom + 18, parts)


def line_plot(
    title: str,
    lines: Sequence[Line],
    *,
    axes: tuple[str, str],
    limits: tuple[tuple[float, float], tuple[float, float]],
    shown: tuple[Callable[[float], str], Callable[[float], str]],
) -> Plot:
    """Up to three curves over one scale.

    Args:
        title: What is plotted.
        lines: Told apart by dashes and by the shape of their marks.
        axes: What goes to the right, what goes up.
        limits: Ends of both scales.
        shown: Writes a value of each scale.
    """
    x = _Scale(*limits[0], _LEFT, WIDTH - _RIGHT)
    y = _Scale(*limits[1], _PLOT_HEIGHT - _BOTTOM, _TOP)
    parts = [_frame(x, y, shown), *_axis_names(axes)]
    for n, line in enumerate(lines):
        places = [(x(right), y(up)) for right, up in line.points]
        parts.append(_curve(places, n))
        if len(lines) > 1:
            parts.append(_legend(line.label, n))
    words = "; ".join(_line_in_words(line, axes, shown) for line in lines)
    legend = 6 + _LEGEND_HEIGHT * len(lines) if len(lines) > 1 else 0
    return _plot(title, words, _PLOT_HEIGHT + legend, parts)


def histogram(
    title: str,
    values: Sequence[float],
    *,
    marks: Mapping[str, float],
    axis: str,
    shown: Callable[[float], str],
) -> Plot:
    """How positive values are spread, on a logarithmic scale.

    Args:
        title: What is plotted.
        values: At least one, all above 0.
        marks: Values to point out, by name.
        axis: What goes to the right.
        shown: Writes a value.
    """
    logs = [math.log10(value) for value in values]
    low, high = min(logs), max(logs)
    if high - low < 0.5:  # all within a factor of three: do not blow up what is chance
        middle = (low + high) / 2
        low, high = middle - 0.25, middle + 0.25
    x = _Scale(low, high, _LEFT, WIDTH - _RIGHT)
    bins = [0] * _NUM_BINS
    for log in logs:
        bins[min(int((log - low) / (high - low) * _NUM_BINS), _NUM_BINS - 1)] += 1
    y = _Scale(0, max(bins), _PLOT_HEIGHT - _BOTTOM, _TOP + 14 * len(marks))
    parts = [_count_axis(y, max(bins)), *_log_axis(x, shown), *_axis_names((axis, "Cases"))]
    width = (x.end - x.start) / _NUM_BINS
    for n, count in enumerate(bins):
        if count:
            parts.append(_bar(x.start + n * width, width, y(0), y(count)))
    # From right to left and downwards, labels to the left: no line runs through another's label.
    for n, (name, value) in enumerate(sorted(marks.items(), key=lambda mark: -mark[1])):
        parts.append(_flag(f"{name} {shown(value)}", x(math.log10(value)), y(0), _TOP + 14 * n))
    words = ", ".join(f"{name} {shown(value)}" for name, value in marks.items())
    return _plot(title, f"{len(values)} cases: {words}.", _PLOT_HEIGHT, parts)


def nice_ticks(low: float, high: float, count: int = _NUM_TICKS) -> list[float]:
    """Round numbers from `low` to `high` in about `count` steps of 1, 2 or 5 times 10ⁿ."""
    span = high - low
    if span <= 0:
        return [low]
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= 0.7 * rough)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def _row(row: Row, middle: float, x: _Scale, shown: Callable[[float], str]) -> str:
    top = middle - 10
    note = _tag("tspan", escape(f"  {row.note}"), class_="soft") if row.note else ""
    label = _tag("text", escape(_short(row.label)) + note, x=8, y=top)
    value = _tag("text", escape(shown(row.value)), x=WIDTH - 8, y=top, class_="value end")
    parts = [label, value, _line((x.start, middle), (x.end, middle), "track")]
    if row.interval is not None:
        low, high = x(row.interval.low), x(row.interval.high)
        parts.append(_line((low, middle), (high, middle), "whisker"))
        parts += [_line((end, middle - 4), (end, middle + 4), "whisker") for end in (low, high)]
    parts.append(_mark(0, (x(row.value), middle), 4.0))
    return "".join(parts)


def _tick_labels(
    x: _Scale, ticks: Sequence[float], bottom: float, shown: Callable[[float], str]
) -> str:
    parts = []
    for tick in ticks:
        place = x(tick)
        anchor = "start" if place < 30 else "end" if place > WIDTH - 30 else "middle"
        kind = f"tick {anchor}"
        parts.append(_tag("text", escape(shown(tick)), x=place, y=bottom + 13, class_=kind))
    return "".join(parts)


def _frame(
    x: _Scale, y: _Scale, shown: tuple[Callable[[float], str], Callable[[float], str]]
) -> str:
    parts = []
    for tick in nice_ticks(y.low, y.high):
        parts.append(_line((x.start, y(tick)), (x.end, y(tick)), "grid"))
        text = escape(shown[1](tick))
        parts.append(_tag("text", text, x=x.start - 5, y=y(tick) + 4, class_="tick end"))
    for tick in nice_ticks(x.low, x.high):
        text = escape(shown[0](tick))
        parts.append(_tag("text", text, x=x(tick), y=y.start + 15, class_="tick middle"))
    parts.append(_line((x.start, y.start), (x.end, y.start), "axis"))
    return "".join(parts)


def _count_axis(y: _Scale, highest: int) -> str:
    parts = []
    for tick in nice_ticks(0, highest, 4):
        if tick != int(tick):
            continue
        parts.append(_line((_LEFT, y(tick)), (WIDTH - _RIGHT, y(tick)), "grid"))
        text = str(int(tick))
        parts.append(_tag("text", text, x=_LEFT - 5, y=y(tick) + 4, class_="tick end"))
    parts.append(_line((_LEFT, y.start), (WIDTH - _RIGHT, y.start), "axis"))
    return "".join(parts)


def _log_axis(x: _Scale, shown: Callable[[float], str]) -> list[str]:
    decades = range(math.floor(x.low), math.ceil(x.high) + 1)
    logs = [math.log10(n) + decade for decade in decades for n in (1, 2, 5)]
    places = [log for log in logs if x.low - 1e-9 <= log <= x.high + 1e-9]
    every = 1 + len(places) // 7
    return [
        _tag(
            "text",
            escape(shown(10**log)),
            x=x(log),
            y=_PLOT_HEIGHT - _BOTTOM + 15,
            class_="tick middle",
        )
        for log in places[::every]
    ]


def _axis_names(axes: tuple[str, str]) -> list[str]:
    return [
        _tag("text", escape(axes[0]), x=WIDTH - _RIGHT, y=_PLOT_HEIGHT - 4, class_="name end"),
        _tag("text", escape(axes[1]), x=4, y=13, class_="name"),
    ]


def _curve(places: Sequence[tuple[float, float]], n: int) -> str:
    path = " ".join(f"{_number(right)},{_number(up)}" for right, up in places)
    curve = _tag("polyline", points=path, class_=f"curve c{n}")
    spaced = places[:: max(1, len(places) // 8)]
    return curve + "".join(_mark(n, place, 2.6) for place in spaced)


def _legend(label: str, n: int) -> str:
    middle = _PLOT_HEIGHT + 8 + _LEGEND_HEIGHT * n
    return (
        _line((_LEFT, middle), (_LEFT + 26, middle), f"curve c{n}")
        + _mark(n, (_LEFT + 13, middle), 2.6)
        + _tag("text", escape(_short(label, 46)), x=_LEFT + 34, y=middle + 4)
    )


def _mark(n: int, place: tuple[float, float], size: float) -> str:
    right, up = place
    kind = _MARKS[n % len(_MARKS)]
    if kind == "circle":
        return _tag("circle", cx=right, cy=up, r=size, class_=f"mark c{n}")
    side = 2 * size
    turn = {}
    if kind == "diamond":
        turn = {"transform": f"rotate(45 {_number(right)} {_number(up)})"}
    box = {"x": right - size, "y": up - size, "width": side, "height": side}
    return _tag("rect", class_=f"mark c{n}", **box, **turn)


def _bar(left: float, width: float, floor: float, top: float) -> str:
    box = {"x": left + 0.75, "y": top, "width": width - 1.5, "height": floor - top}
    return _tag("rect", class_="column", **box)


def _flag(text: str, place: float, floor: float, top: float) -> str:
    side, gap = ("end", -4.0) if place > _FLAG_WIDTH else ("start", 4.0)
    return _line((place, top), (place, floor), "flag") + _tag(
        "text", escape(text), x=place + gap, y=top + 9, class_=f"flagged {side}"
    )


def _in_words(row: Row, shown: Callable[[float], str]) -> str:
    if row.interval is None:
        return shown(row.value)
    return f"{shown(row.value)} ({shown(row.interval.low)} to {shown(row.interval.high)})"


def _line_in_words(
    line: Line,
    axes: tuple[str, str],
    shown: tuple[Callable[[float], str], Callable[[float], str]],
) -> str:
    if not line.points:
        return f"{line.label}: no points"
    first, last = line.points[0], line.points[-1]
    ends = [f"{shown[1](up)} at {axes[0].lower()} {shown[0](right)}" for right, up in (first, last)]
    return f"{line.label}: {axes[1].lower()} {' to '.join(ends)}"


def _plot(title: str, words: str, height: float, parts: Sequence[str]) -> Plot:
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    told = _tag("title", escape(title), id=f"{name}-title")
    told += _tag("desc", escape(words), id=f"{name}-desc")
    svg = _tag(
        "svg",
        told + "".join(parts),
        class_="plot",
        viewBox=f"0 0 {WIDTH} {_number(height)}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )
    return Plot(title, svg)


def _line(start: tuple[float, float], end: tuple[float, float], kind: str) -> str:
    ends = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    return _tag("line", class_=kind, **ends)


def _tag(tag: str, inner: str = "", /, **attributes: str | float) -> str:
    """An element; `inner` is markup already, attributes are escaped here."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
    )
    return f"<{tag}{written}>{inner}</{tag}>"


def _attribute(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    """To a tenth of a unit: finer is not seen, and would differ between machines."""
    return f"{value:.1f}".removesuffix(".0")


def _short(text: str, length: int = 34) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def thinned(
    points: Sequence[tuple[float, float]], most: int = 200
) -> tuple[tuple[float, float], ...]:
    """Points of a curve without those that no eye can tell apart; the ends stay."""
    if len(points) <= most:
        return tuple(points)
    chosen = {round(n * (len(points) - 1) / (most - 1)) for n in range(most)}
    return tuple(points[n] for n in sorted(chosen))
