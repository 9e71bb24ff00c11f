"""Drops what belongs to a page or a site rather than to the article; reports every piece."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from ingest.cleaning.inline import IMAGE
from ingest.cleaning.site_text import introduces_teasers, site_text
from ingest.cleaning.words import is_terminated, num_words
from ingest.types import Block, Removal
from vectorstore.types import SentenceKind

_PAGE_NUMBER = re.compile(
    r"[\s\-–—|•·]*(?:page|p\.|seite|página)?\s*(\d{1,4})(?:\s*(?:of|/|von|de)\s*\d{1,4})?[\s\-–—|•·]*\Z",
    re.IGNORECASE,
)
_SURE_PAGE_NUMBER = re.compile(
    r"[\s\-–—|]*(?:page|seite|página)\s*\d{1,4}(?:\s*(?:of|/|von|de)\s*\d{1,4})?[\s\-–—|]*\Z",
    re.IGNORECASE,
)
_ROMAN_NUMBER = re.compile(r"[\s\-–—|]*[ivxlc]{1,6}[\s\-–—|]*\Z")
_CONTENTS = re.compile(r"\S\s*(?:(?:\.\s?){4,}|…{2,})\s*(?:\d{1,4}|[ivxlc]{1,6})\s*\Z", re.DOTALL)
"""A title, dots, a page number."""
_LINK_ONLY = re.compile(r"\s*(?:[-*+]\s*)?\[([^\]]{1,60})\]\([^)]*\)\s*\Z")
_ROW_OF_LINKS = re.compile(r"\s*(?:\[[^\]]{1,40}\]\([^)]*\)[\s|·•/,]*){3,}\Z")
_DIGITS = re.compile(r"\d+")

MIN_LINKS = 3
"""So many list items that are only links are a menu, unless a line of prose introduces them."""

MAX_MENU_WORDS = 6
MIN_ALT_WORDS = 5
"""An image's description of so many words says something; a shorter one is a name."""

MIN_HEAD_PAGES = 3
HEAD_SHARE = 0.4
MAX_HEAD = 120
EDGE_BLOCKS = 2
"""A running head is among the first or last two blocks of at least three pages, two in five."""

MIN_REPEATS = 4
MAX_REPEATED = 60
MIN_HEAD_WORDS = 3
MIN_CHARS_APART = 1000
"""Half a page: lines that recur more often are data."""
"""Without pages: a short line without a full stop that stands so often is a running head."""

MAX_TEASER_WORDS = 20

Kept = tuple[list[Block], list[Removal]]


def drop_menus_and_images(blocks: Sequence[Block]) -> Kept:
    """Runs before markup is taken off: a menu is known by its links."""
    menus = _menu_items(blocks)
    kept: list[Block] = []
    removals: list[Removal] = []
    for index, block in enumerate(blocks):
        if index in menus or _ROW_OF_LINKS.match(block.text):
            removals.append(Removal(block.text, "navigation", block.line))
            continue
        image = IMAGE.match(block.text.strip()) if "![" in block.text else None
        if image and image.end() == len(block.text.strip()):
            described = _described(block, image[1])
            if described is None:
                removals.append(Removal(block.text, "image", block.line))
                continue
            block = described
        kept.append(block)
    return kept, removals


def _described(block: Block, alt: str) -> Block | None:
    if num_words(alt) < MIN_ALT_WORDS:
        return None
    return Block(alt, SentenceKind.CAPTION, line=block.line, page=block.page)


def _menu_items(blocks: Sequence[Block]) -> set[int]:
    items: set[int] = set()
    run: list[int] = []
    for index, block in enumerate([*blocks, Block("")]):
        match = _LINK_ONLY.match(block.text)
        if block.kind is SentenceKind.LIST_ITEM and match and num_words(match[1]) <= MAX_MENU_WORDS:
            run.append(index)
            continue
        if len(run) >= MIN_LINKS and not (
            run[0] and blocks[run[0] - 1].text.rstrip().endswith(":")
        ):
            items.update(run)
        run = []
    return items


def drop_noise(blocks: Sequence[Block]) -> Kept:
    """Site text, running heads, page numbers, contents; blocks are without markup here."""
    numbers = _page_numbers(blocks)
    recurring = dict.fromkeys(_running_heads(blocks), "running head")
    reasons = {**recurring, **dict.fromkeys(numbers, "page number")}
    kept: list[Block] = []
    removals: list[Removal] = []
    teasing = False
    for index, block in enumerate(blocks):
        reason = reasons.get(index) or site_text(block)
        if reason is None and _CONTENTS.search(block.text[-MAX_HEAD:]):
            reason = "table of contents"
        if reason is None and teasing and _is_teaser(block, blocks[index + 1 : index + 2]):
            reason = "teaser of another article"
        else:
            teasing = reason is not None and introduces_teasers(block)
        if reason:
            removals.append(Removal(block.text, reason, block.line))
        else:
            kept.append(block)
    return kept, removals


def _is_teaser(block: Block, following: Sequence[Block]) -> bool:
    """A headline under "Related articles"; a heading with prose below opens a section again."""
    if block.kind is SentenceKind.HEADING and any(is_terminated(after.text) for after in following):
        return False
    return not is_terminated(block.text) and num_words(block.text) <= MAX_TEASER_WORDS


def _page_numbers(blocks: Sequence[Block]) -> set[int]:
    """Numbers alone at the edge of a page, or that count up through the document."""
    found = {
        index
        for index, block in enumerate(blocks)
        if len(block.text) <= 24
        and block.kind is not SentenceKind.TABLE
        and _SURE_PAGE_NUMBER.match(block.text)
    }
    alone: list[tuple[int, int]] = []
    for index, block in enumerate(blocks):
        match = _PAGE_NUMBER.match(block.text) if len(block.text) <= 16 else None
        if match and block.kind is SentenceKind.PROSE and not block.marker:
            alone.append((index, int(match[1])))
            if _at_page_edge(blocks, index):
                found.add(index)
        elif _ROMAN_NUMBER.match(block.text[:16]) and _at_page_edge(blocks, index):
            found.add(index)
    rising = [
        pair
        for pair, after in zip(alone, alone[1:], strict=False)
        if pair[1] < after[1] <= pair[1] + 3
    ]
    if len(rising) >= 2:
        found.update(index for index, _ in alone)
    return found


def _at_page_edge(blocks: Sequence[Block], index: int) -> bool:
    page = blocks[index].page
    if page is None:
        return False
    before = blocks[index - 1].page if index else None
    after = blocks[index + 1].page if index + 1 < len(blocks) else None
    return page not in (before, after) or before != page or after != page


def _running_heads(blocks: Sequence[Block]) -> set[int]:
    if any(block.page is not None for block in blocks):
        return _heads_of_pages(blocks)
    return _lines_that_recur(blocks)


def _heads_of_pages(blocks: Sequence[Block]) -> set[int]:
    pages: dict[int, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        if block.page is not None:
            pages[block.page].append(index)
    edges: dict[str, list[int]] = defaultdict(list)
    for indices in pages.values():
        for index in dict.fromkeys(indices[:EDGE_BLOCKS] + indices[-EDGE_BLOCKS:]):
            if len(blocks[index].text) <= MAX_HEAD and blocks[index].kind is not SentenceKind.TABLE:
                edges[_edge_key(blocks[index].text)].append(index)
    needed = max(MIN_HEAD_PAGES, HEAD_SHARE * len(pages))
    heads: set[int] = set()
    for same in edges.values():
        if len({blocks[index].page for index in same}) >= needed:
            heads.update(_all_but_title(blocks, same))
    return heads


def _all_but_title(blocks: Sequence[Block], same: Sequence[int]) -> Sequence[int]:
    """Where the first copy is a heading it is the title; the others are its running heads."""
    return same[1:] if blocks[same[0]].kind is SentenceKind.HEADING else same


def _lines_that_recur(blocks: Sequence[Block]) -> set[int]:
    """Without page breaks, a head is a line that recurs about a page apart; the first one stays."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        if _may_be_head(block):
            places[block.text].append(index)
    heads: set[int] = set()
    for same in places.values():
        if len(same) >= MIN_REPEATS:
            between = [
                sum(len(block.text) for block in blocks[first:second])
                for first, second in zip(same, same[1:], strict=False)
            ]
            if median(between) >= MIN_CHARS_APART:
                heads.update(same[1:])
    return heads


def _may_be_head(block: Block) -> bool:
    return (
        block.kind is SentenceKind.PROSE
        and len(block.text) <= MAX_REPEATED
        and block.text[0].isalnum()
        and num_words(block.text) >= MIN_HEAD_WORDS
        and not is_terminated(block.text)
    )


def _edge_key(text: str) -> str:
    """Page numbers in a running head differ; in a sentence, a number is what it says."""
    return text if is_terminated(text) else _DIGITS.sub("0", text).casefold().strip()
