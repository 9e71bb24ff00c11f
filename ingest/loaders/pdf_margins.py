"""Takes off pages what stands in their margins: running heads, numbers, what browsers print."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.cleaning.words import is_terminated
from ingest.loaders.pdf_page import Page, Word, body_size_of

MAX_MARGIN_LINES = 2
"""At the top and at the foot of a page, that may be running heads."""

MIN_APART = 1.6
"""Times its size: the distance of a running head from the text, base to base."""

MIN_HEADED_PAGES = 2
HEADED_SHARE = 0.4
"""Of the pages, that have the same head; those on the left may have another one."""

WIDE = 1.5
"""Times the size of its letters: wider white space parts the cells of a line."""

MAX_LARGE = 1.15
"""Times the size of the text: what is larger is a title."""

_PRINTED_BELOW = re.compile(r"^(?:https?|file)://\S.* \d{1,4} ?/ ?\d{1,4}$")
_PAGE_OF = re.compile(
    r"(?:page|seite|página|pagina|pag\.|blatt) \d{1,4} (?:of|von|de|sur|di|van|/) \d{1,4}",
    re.IGNORECASE,
)
_PRINTED_ABOVE = re.compile(
    r"\d{1,4}[./-] ?\d{1,2}[./-] ?\d{2,4},? (?:um |à )?\d{1,2}[:.]\d\d(?: ?[AP]M)?(?: |$)"
)


def clear_margins(pages: Sequence[Page]) -> None:
    """Take off what browsers print, and set running heads and numbers apart from the text.

    They are left out while cleaning, and counted there; of two pages, too few to count, here.
    """
    _without_print_margins(pages)
    _with_running_heads_aside(pages)
    _with_page_numbers_aside(pages)


def _with_running_heads_aside(pages: Sequence[Page]) -> None:
    body_size = body_size_of(pages)
    found: dict[tuple[str, int, int], list[tuple[Page, list[Word]]]] = defaultdict(list)
    for count, page in enumerate(pages, start=1):
        for line in _in_margins(_by_base(page.words), body_size):
            said = re.sub(rf"\A\W*{count}\b|\b{count}\W*\Z", "#", _joined(line))
            if is_terminated(said):
                continue  # a sentence that two pages have in one place
            found[said, round(line[0].base / 3), round(line[0].left / 3)].append((page, line))
    for places in found.values():
        if len(places) < max(MIN_HEADED_PAGES, HEADED_SHARE * len(pages)):
            continue
        for page, line in places:
            page.words = [word for word in page.words if word not in line]
            if len(pages) > MIN_HEADED_PAGES:
                page.aside.append(line)


def _in_margins(lines: Sequence[list[Word]], body_size: float) -> list[list[Word]]:
    """The first and last lines, as far as white space parts them from the text."""
    found: list[list[Word]] = []
    for ordered in (lines, lines[::-1]):
        apart = 0
        for number in range(min(MAX_MARGIN_LINES, len(ordered) - 1)):
            gap = abs(ordered[number][0].base - ordered[number + 1][0].base)
            if _heads_columns(ordered[number], ordered[number + 1]):
                break
            if gap > MIN_APART * max(word.size for word in ordered[number]):
                apart = number + 1
        found += [
            line
            for line in ordered[:apart]
            if max(word.size for word in line) <= MAX_LARGE * body_size and line not in found
        ]
    return found


def _heads_columns(line: Sequence[Word], following: Sequence[Word]) -> bool:
    """Whether each part of a line stands over one of its own: names of columns, or a row."""
    parts, below = _parts(line), _parts(following)
    if len(parts) < 2 or len(below) < len(parts):
        return False
    over = [
        [n for n, (left, right) in enumerate(below) if start < right and left < end]
        for start, end in parts
    ]
    return all(len(each) == 1 for each in over) and len({each[0] for each in over}) == len(parts)


def _parts(line: Sequence[Word]) -> list[tuple[float, float]]:
    """Left and right of what wide spaces part in a line."""
    parts: list[tuple[float, float]] = []
    for word in line:
        if parts and word.left - parts[-1][1] < WIDE * word.size:
            parts[-1] = (parts[-1][0], max(word.right, parts[-1][1]))
        else:
            parts.append((word.left, word.right))
    return parts


def _with_page_numbers_aside(pages: Sequence[Page]) -> None:
    """Set "Page 1 of 3" and the number of the page apart from its first and last line."""
    for count, page in enumerate(pages, start=1):
        lines = _by_base(page.words)
        for line in [*lines[:1], *lines[1:][-1:]]:
            numbers = line if _joined(line).strip(" -–—") == str(count) else []
            for start in range(len(line)):
                if _PAGE_OF.fullmatch(_joined(line[start : start + 4])):
                    numbers = line[start : start + 4]
            if numbers and len(lines) > 1:
                page.words = [word for word in page.words if word not in numbers]
                told = [each for each in numbers if each.text.strip("-–—")]
                # Of a single page, cleaning could not tell what a bare number is.
                if len(pages) > 1 or len(told) > 1:
                    page.aside.append(told)


def _without_print_margins(pages: Sequence[Page]) -> None:
    """Take off the lines that browsers print above and below a page of the web.

    Below stand its address and the number of the page, above the time of printing and its title.
    """
    for page in pages:
        lines = _by_base(page.words)
        below = next((line for line in lines[-1:] if _PRINTED_BELOW.search(_joined(line))), None)
        above = next((line for line in lines[:1] if _PRINTED_ABOVE.match(_joined(line))), None)
        size = body_size_of([page])
        printed = [line for line in (above, below) if line and line[0].size < size]
        if below in printed or (above in printed and len(printed) == 1):
            gone = {id(word) for line in printed for word in line}
            page.words = [word for word in page.words if id(word) not in gone]


def _by_base(words: Sequence[Word]) -> list[list[Word]]:
    lines: dict[float, list[Word]] = {}
    for word in words:
        lines.setdefault(round(word.base, 1), []).append(word)
    return [sorted(lines[base], key=lambda word: word.left) for base in sorted(lines, reverse=True)]


def _joined(line: Sequence[Word]) -> str:
    return " ".join(word.text for word in line)
