"""Boxes on a page of a PDF that hold a text of their own, and bullets that are drawn, not set.

A frame that nothing else touches is one, and a tinted ground whose lines are not level with those
beside it; cells of tables are neither. Units are points, y grows upwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from ingest.loaders.pdf_page import Page, Word
from ingest.loaders.pdf_shapes import Area, Rule

LEAST_WORDS = 4
LEAST_LINES = 2
"""Of a box, and of the text beside it."""

WIDEST = 0.7
"""Of the width of the page's text."""

LOWEST = 14.0
"""Points: two lines need as much."""

MOST_LEVEL_RULES = 8

LEVEL = 0.3
"""Points: base lines so near are one."""

MOST_LEVEL = 0.5
"""Share of the lines on a tinted ground that may be level with lines beside it."""

TOUCH = 1.5
BULLET_GAP = 1.8
"""Of the font size: how far a drawn bullet may be from its item."""
MOST_BULLETS = 150
"""On a page; more are the points of a chart."""

MOST_RULES = 400
"""A page with more is a form or a drawing."""


def split_boxes(page: Page) -> tuple[list[Word], list[list[Word]]]:
    """Words of the page without those in boxes, and the words of each box."""
    rest = list(page.words)
    boxes: list[list[Word]] = []
    width = _width(rest)
    for area, is_framed in _candidates(page):
        if area.x1 - area.x0 > WIDEST * width or area.y1 - area.y0 < LOWEST:
            continue
        inside = [word for word in rest if _holds(area, word)]
        if _is_box(area, inside, rest, is_framed=is_framed):
            boxes.append(inside)
            taken = set(map(id, inside))
            rest = [word for word in rest if id(word) not in taken]
    return rest, boxes


def _candidates(page: Page) -> Iterator[tuple[Area, bool]]:
    if len(page.rules) <= MOST_RULES:
        for frame in _frames(page.rules):
            yield frame, True
    for area in page.boxes:
        yield area, False


def _frames(rules: Sequence[Rule]) -> Iterator[Area]:
    """Boxes between four ruled lines that no other line touches or stands in."""
    down = [rule for rule in rules if rule.is_vertical]
    level: dict[tuple[int, int], list[Rule]] = {}
    for rule in rules:
        if not rule.is_vertical:
            level.setdefault((round(rule.x0 / TOUCH), round(rule.x1 / TOUCH)), []).append(rule)
    found: set[tuple[int, ...]] = set()
    for across in level.values():
        # Both sides, each perhaps drawn twice; a table has more below one another.
        for one, other in combinations(across, 2) if len(across) <= MOST_LEVEL_RULES else ():
            low, high = sorted((one.y0, other.y0))
            area = Area(one.x0, low, one.x1, high)
            key = tuple(map(round, (area.x0, area.y0, area.x1, area.y1)))
            if high - low < 2 * TOUCH or key in found:
                continue
            sides = [
                any(abs(rule.x0 - x) < TOUCH and _spans(rule, low, high) for rule in down)
                for x in (area.x0, area.x1)
            ]
            if all(sides) and not any(_meets(rule, area) for rule in rules):
                found.add(key)
                yield area


def _spans(rule: Rule, low: float, high: float) -> bool:
    return rule.y0 < low + TOUCH and rule.y1 > high - TOUCH


def _meets(rule: Rule, area: Area) -> bool:
    """Whether a line that is no side of the box touches it or stands in it."""
    apart = (
        rule.x1 < area.x0 - TOUCH
        or rule.x0 > area.x1 + TOUCH
        or rule.y1 < area.y0 - TOUCH
        or rule.y0 > area.y1 + TOUCH
    )
    if apart:
        return False
    if rule.is_vertical:
        is_side = min(abs(rule.x0 - area.x0), abs(rule.x0 - area.x1)) < TOUCH
        return not (is_side and rule.y0 > area.y0 - TOUCH and rule.y1 < area.y1 + TOUCH)
    is_side = min(abs(rule.y0 - area.y0), abs(rule.y0 - area.y1)) < TOUCH
    return not (is_side and rule.x0 > area.x0 - TOUCH and rule.x1 < area.x1 + TOUCH)


def _is_box(area: Area, inside: Sequence[Word], words: Sequence[Word], *, is_framed: bool) -> bool:
    beside = [word for word in words if area.y0 < word.base < area.y1 and not _holds(area, word)]
    if any(len(each) < LEAST_WORDS or len(_bases(each)) < LEAST_LINES for each in (inside, beside)):
        return False
    own, others = _bases(inside), _bases(beside)
    level = sum(any(abs(base - other) < LEVEL for other in others) for base in own)
    return is_framed or level <= MOST_LEVEL * len(own)


def _width(words: Sequence[Word]) -> float:
    left = min((word.left for word in words), default=0.0)
    return max((word.right for word in words), default=0.0) - left


def _bases(words: Sequence[Word]) -> set[float]:
    return {round(word.base, 1) for word in words}


def _holds(area: Area, word: Word) -> bool:
    return area.holds((word.left + word.right) / 2, word.base + 0.3 * word.size)


def drawn_bullets(words: Sequence[Word], dots: Sequence[Area]) -> Iterator[Word]:
    """A word for each dot that is drawn before the first word of a line."""
    for dot in dots if len(dots) <= MOST_BULLETS else ():
        height = (dot.y0 + dot.y1) / 2
        level = [word for word in words if 0 < height - word.base < 0.7 * word.size]
        first = min(level, key=lambda word: abs(word.left - dot.x1), default=None)
        if (
            first is not None
            and 0 < first.left - dot.x1 < BULLET_GAP * first.size
            and not any(dot.x0 - 2 * BULLET_GAP * w.size < w.right < first.left for w in level)
        ):
            yield replace(first, text="•", left=dot.x0, right=dot.x1, spaced_after=True)
