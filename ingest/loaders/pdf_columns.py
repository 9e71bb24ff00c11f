"""The order of reading on a page: columns one after the other, everything else from the top down.

A gutter is white space that runs down between two bodies of prose. Tables have white space between
their columns too; there the lines beside it are short, or figures, or ruled across.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from statistics import mean, median

from ingest.loaders.pdf_lines import Line
from ingest.loaders.pdf_page import Word
from ingest.loaders.pdf_shapes import Rule

GUTTER = 0.7
"""Of the font size: narrowest white space between two columns."""

LEAST_LINES = 4
"""Of each column, so that white space between them is no accident."""
LEAST_LINES_DRAWN_APART = 2
"""Of each, where all of one was drawn before the other: the last column of an article is short."""

LEAST_CHARACTERS = 18
"""Of a line of prose, on average; cells of tables are shorter."""

FULL = 0.6
"""Of a column's width: how long half of its lines are at least."""

WIDE = 2.2
"""Of the font size: columns may begin or end where lines are so far apart."""

MOST_CROSSING_RULES = 1

EQUAL = 0.75
LEAST_CHANGES = 4
"""Terms and what they mean are drawn to and fro, and one side has fewer lines; columns do not."""


def flows_of(lines: Sequence[Line], rules: Sequence[Rule], body_size: float) -> list[list[Line]]:
    """Columns and full-width parts in reading order, each as its lines from top to bottom."""
    return [flow for flow in _split(list(lines), rules, body_size) if flow]


def _split(lines: list[Line], rules: Sequence[Rule], size: float) -> Iterator[list[Line]]:
    found = _gutter(lines, rules, size) if len(lines) >= LEAST_LINES else None
    if found is None:
        yield lines
        return
    x, first, last = found
    left, right = _sides(lines[first:last], x)
    yield from _split(lines[:first], rules, size)
    yield from _split(left, rules, size)
    yield from _split(right, rules, size)
    yield from _split(lines[last:], rules, size)


def _gutter(
    lines: Sequence[Line], rules: Sequence[Rule], size: float
) -> tuple[float, int, int] | None:
    """Place of the longest gutter, and the lines beside it: the first, and the one after them."""
    best: tuple[int, float, float, int, int] | None = None
    profiles = [_profile(line) for line in lines]
    for x in _candidates(lines, size):
        for first, last in _stretches(lines, x):
            if best is not None and last - first < best[0]:
                continue
            if not _may_be_prose(profiles[first:last], x):
                continue
            left, right = _sides(lines[first:last], x)
            width = _width_of_gutter(left, right)
            if width < GUTTER * size or (best and (last - first, width) <= best[:2]):
                continue
            changes = _changes_of_side(left, right)
            is_table = _is_ruled(lines[first:last], x, rules) or (
                changes >= LEAST_CHANGES and not _are_equally_long(left, right)
            )
            least = LEAST_LINES if changes > 1 else LEAST_LINES_DRAWN_APART
            if not is_table and _is_prose(left, least) and _is_prose(right, least):
                best = (last - first, width, x, first, last)
    return best[2:] if best else None


_Profile = tuple[list[float], list[int]]
"""Where the words of a line begin, and how many characters stand before each and the end."""


def _profile(line: Line) -> _Profile:
    words = sorted(line.words, key=lambda word: word.left)
    sums = accumulate((len(word.text) + 1 for word in words), initial=0)
    return [word.left for word in words], list(sums)


def _may_be_prose(profiles: Sequence[_Profile], x: float) -> bool:
    """Whether lines on both sides of a place are long enough; quicker than to look at them."""
    counts, characters = [0, 0], [0, 0]
    for lefts, sums in profiles:
        before = sums[bisect_left(lefts, x)]
        for side, length in enumerate((before, sums[-1] - before)):
            counts[side] += length > 0
            characters[side] += length
    return all(
        count >= LEAST_LINES_DRAWN_APART and length >= LEAST_CHARACTERS * count
        for count, length in zip(counts, characters, strict=True)
    )


def _candidates(lines: Sequence[Line], size: float) -> list[float]:
    """Middles of white space within lines, and places just before lines begin; thinned out."""
    places: set[int] = set()
    leftmost = min(line.left for line in lines)
    for line in lines:
        places.update(
            round((before.right + after.left) / 2)
            for before, after in zip(line.words, line.words[1:], strict=False)
            if after.left - before.right >= GUTTER * size
        )
        if line.left > leftmost + 5 * size:
            places.add(round(line.left - GUTTER * size / 2))
    thinned: list[float] = []
    for place in sorted(places):
        if not thinned or place - thinned[-1] >= 2:
            thinned.append(float(place))
    return thinned


def _stretches(lines: Sequence[Line], x: float) -> Iterator[tuple[int, int]]:
    """Runs of lines beside a place, and the parts of each between wide gaps."""
    for first, last in _runs(lines, x):
        yield first, last
        cuts = [
            index
            for index in range(first + 1, last)
            if lines[index - 1].base - lines[index].base > WIDE * lines[index].size
        ]
        if cuts:
            edges = [first, *cuts, last]
            for start, end in zip(edges, edges[1:], strict=False):
                if end - start >= LEAST_LINES:
                    yield start, end


def _runs(lines: Sequence[Line], x: float) -> Iterator[tuple[int, int]]:
    """Longest runs of lines in which no word stands across the place."""
    start = 0
    for index, line in enumerate(lines):
        crosses = line.left < x < line.right and any(
            word.left < x < word.right for word in line.words
        )
        if crosses:
            if index - start >= LEAST_LINES:
                yield start, index
            start = index + 1
    if len(lines) - start >= LEAST_LINES:
        yield start, len(lines)


def _sides(lines: Sequence[Line], x: float) -> tuple[list[Line], list[Line]]:
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        if line.right <= x or line.left >= x:  # all of it is on one side
            (left if line.right <= x else right).append(line)
            continue
        before: list[Word] = [word for word in line.words if word.right <= x]
        after = [word for word in line.words if word.right > x]
        if before:
            left.append(Line(before))
        if after:
            right.append(Line(after))
    return left, right


def _width_of_gutter(left: Sequence[Line], right: Sequence[Line]) -> float:
    if not left or not right:
        return 0.0
    return min(line.left for line in right) - max(line.right for line in left)


def _is_prose(lines: Sequence[Line], least: int) -> bool:
    if len(lines) < least:
        return False
    lengths = [sum(len(word.text) + 1 for word in line.words) for line in lines]
    width = max(line.right for line in lines) - min(line.left for line in lines)
    letters = mean(
        sum(character.isalpha() for word in line.words for character in word.text) / length
        for line, length in zip(lines, lengths, strict=True)
    )
    return (
        mean(lengths) >= LEAST_CHARACTERS
        and letters > 0.5
        and median(line.right - line.left for line in lines) >= FULL * width
    )


def _are_equally_long(left: Sequence[Line], right: Sequence[Line]) -> bool:
    return min(len(left), len(right)) > EQUAL * max(len(left), len(right))


def _changes_of_side(left: Sequence[Line], right: Sequence[Line]) -> int:
    """How often drawing went over to the other side; once for columns drawn one by one."""
    sides = sorted(
        (word.order, side)
        for side, lines in enumerate((left, right))
        for line in lines
        for word in line.words
    )
    return sum(one[1] != other[1] for one, other in zip(sides, sides[1:], strict=False))


def _is_ruled(lines: Sequence[Line], x: float, rules: Sequence[Rule]) -> bool:
    """Whether ruled lines across the place part what stands beside it into rows."""
    top, bottom = lines[0].base, lines[-1].base
    heights = {
        round(rule.y0)
        for rule in rules
        if not rule.is_vertical and rule.x0 < x < rule.x1 and bottom < rule.y0 < top
    }
    return len(heights) > MOST_CROSSING_RULES
