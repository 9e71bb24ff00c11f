"""Visible lines of a page, each with its block, and which of them stand around its title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

LINES_ABOVE = 3
LINES_BELOW = 10
"""Short lines around the title among which a day without a label counts."""
MOST_BELOW = 40
"""The same with those that are all link: menus that stand between title and text."""

LONG_LINE = 200
"""Characters of a line that is the article's text; below it no day counts without a label."""

MIN_SHARED = 0.6
"""Share of the words of title and heading that both have."""

_INLINE = frozenset(
    "a abbr b bdi cite code data em font i ins label mark nobr q s small span strong sub sup time"
    " tt u wbr".split()
)
EDGE = "\ue000"
"""Stands in a line where an inline element begins or ends, which a page sets apart by its style."""


@dataclass(frozen=True, slots=True)
class Line:
    """A visible line of a page."""

    text: str
    block: HtmlElement
    linked: bool
    """All its words are links: a teaser or a menu."""


def lines_of(body: HtmlElement) -> list[Line]:
    """Visible lines in order, each with its block."""
    found: list[Line] = []
    parts: list[tuple[str, bool]] = []

    def close(block: HtmlElement) -> None:
        text = "".join(part for part, _ in parts)
        text = re.sub(
            rf"(?:{EDGE}\s*)+", f"{EDGE} ", " ".join(text.replace(EDGE, f" {EDGE} ").split())
        )
        text = text.strip(f"{EDGE} ")
        if text:
            linked = all(is_link for part, is_link in parts if part.strip(f"{EDGE} \n\t"))
            found.append(Line(text, block, linked))
        parts.clear()

    def walk(element: HtmlElement, block: HtmlElement, in_link: bool) -> None:
        inline = element.tag in _INLINE
        if not inline:
            close(block)
            block = element
        in_link = in_link or element.tag == "a"
        if inline:
            parts.append((f" {EDGE} ", in_link))
        parts.append((element.text or "", in_link))
        for child in element:
            if isinstance(child.tag, str):
                walk(child, block, in_link)
            parts.append((child.tail or "", in_link))
        if inline:
            parts.append((f" {EDGE} ", in_link))
        else:
            close(block)

    walk(body, body, False)
    return found


def title_at(lines: Sequence[Line], title: str) -> int | None:
    """Number of the line that is the page's heading."""
    words = set(re.findall(r"\w+", title.casefold()))
    best: tuple[tuple[float, bool, int], int] | None = None
    for number, line in enumerate(lines):
        level = _heading_level(line.block)
        if level is None:
            continue
        own = set(re.findall(r"\w+", line.text.casefold()))
        shared = len(own & words) / max(1, len(own | words))
        is_it = shared >= MIN_SHARED or (len(own) > 1 and own <= words)
        key = (shared, not line.linked, -level)
        if is_it and (best is None or key > best[0]):
            best = (key, number)
    if best is not None:
        return best[1]
    mains = [number for number, line in enumerate(lines) if _heading_level(line.block) == 1]
    return mains[0] if len(mains) == 1 else None


def _heading_level(block: HtmlElement) -> int | None:
    for up in (block, *list(block.iterancestors())[:2]):
        if match := re.fullmatch(r"h([1-4])", up.tag):
            return int(match[1])
    return None


def lines_beside(lines: Sequence[Line], at: int) -> Iterator[int]:
    """Numbers of the lines around the title that may be its date line."""
    title = lines[at].block
    around = [up for up in title.iterancestors() if up.tag not in ("body", "html")]
    for number in range(max(0, at - LINES_ABOVE), at):
        block = lines[number].block
        if any(up in around for up in block.iterancestors()) and not _heads_site(block, around):
            yield number
    headings = long = 0
    unlinked = 0
    for number in range(at + 1, min(len(lines), at + 1 + MOST_BELOW)):
        line = lines[number]
        unlinked += not line.linked
        if unlinked > LINES_BELOW:
            return
        if _heading_level(line.block) is not None and line.block is not title:
            headings += 1
            if headings > 1 or line.linked:
                return
        yield number
        long += len(line.text) > LONG_LINE
        if long > 1:  # the first may be the lead
            return


def _heads_site(block: HtmlElement, around: Sequence[HtmlElement]) -> bool:
    """Whether the line is of a head or menu that the title is not in."""
    return any(
        up.tag in ("header", "nav", "aside", "ul", "ol") and up not in around
        for up in (block, *block.iterancestors())
    )
