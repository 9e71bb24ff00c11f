"""Rejoins a sentence that a page break, side bar, pull quote or figure cut in two."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from ingest.cleaning.lines import join, vocabulary
from ingest.cleaning.words import ends_dangling, is_cjk, is_terminated, num_words, starts_lower
from ingest.types import Block
from vectorstore.sentences import is_held_open
from vectorstore.types import SentenceKind

MAX_BLOCKS_BETWEEN = 12
MAX_CHARS_BETWEEN = 3000
"""A side bar fills at most about a page."""

MIN_WORDS_LEFT = 8
"""A shorter unfinished line is a label, unless it ends in a word after which more must come."""

MAX_FORMULA_HEAD = 16
"""A paragraph with an equals sign among so many first characters is a formula."""

_FORMULA = re.compile(r"[=∑∫≤≥]")
_AFTER_FORMULA = re.compile(r"(?:where|with|for|and)\b")


def rejoin_cut_sentences(blocks: list[Block]) -> list[Block]:
    """Blocks in which both parts of each cut sentence stand together.

    What stood between follows: after the paragraph or, when it is a box with a heading of its own,
    at the end of the section, so that no text of the section comes to stand under that heading.
    """
    cache: list[Collection[str]] = []

    def known() -> Collection[str]:
        if not cache:
            cache.append(vocabulary(block.text for block in blocks))
        return cache[0]

    return _Rejoiner(known).run(blocks)


class _Rejoiner:
    def __init__(self, known: Callable[[], Collection[str]]) -> None:
        self._known = known
        self._done: list[Block] = []
        self._boxes: list[Block] = []

    def run(self, blocks: list[Block]) -> list[Block]:
        for block in blocks:
            left = self._left_part_of(block)
            if left is not None:
                self._merge(left, block)
                continue
            self._done.append(block)
        return _place_boxes(self._done)

    def _left_part_of(self, right: Block) -> int | None:
        """Index of the unfinished paragraph that `right` goes on with."""
        if right.kind is not SentenceKind.PROSE or right.whole or not self._done:
            return None
        lower = starts_lower(right.text)
        if not lower and (right.emphasised or num_words(right.text) < 3):
            return None
        chars = 0
        lowest = max(-1, len(self._done) - 2 - MAX_BLOCKS_BETWEEN)
        for index in range(len(self._done) - 1, lowest, -1):
            left = self._done[index]
            if index == len(self._done) - 1 and _is_held_open(left, right):
                return index
            if _may_be_left(left) and self._fits(left, right, index=index, lower=lower):
                return index
            chars += len(left.text)
            if chars > MAX_CHARS_BETWEEN or (not lower and not _is_aside(left)):
                return None
        return None

    def _fits(self, left: Block, right: Block, *, index: int, lower: bool) -> bool:
        if _FORMULA.search(right.text[:MAX_FORMULA_HEAD]):
            return False
        between = self._done[index + 1 :]
        if any(_FORMULA.search(block.text) for block in between) and _AFTER_FORMULA.match(
            right.text
        ):
            return False
        dangling = ends_dangling(left.text)
        if left.kind is SentenceKind.LIST_ITEM:
            return lower and not between and (dangling or left.page != right.page)
        words = num_words(left.text)
        if lower:
            return (
                (dangling and (words > 1 or not between))
                or words >= MIN_WORDS_LEFT
                or (not between and words >= MIN_WORDS_LEFT // 2)
            )
        turned_page = left.page != right.page and not between
        if dangling and not (turned_page and left.text.endswith(",")):
            return words >= MIN_WORDS_LEFT and not left.text.endswith((",", "–", "—"))
        return turned_page and (words >= 2 * MIN_WORDS_LEFT or is_cjk(left.text[-1]))

    def _merge(self, index: int, right: Block) -> None:
        left = self._done[index]
        between = [replace(block, aside=True) for block in self._done[index + 1 :]]
        text = join(left.text, right.text, self._known)
        self._done[index:] = [replace(left, text=text), *between]


def _is_held_open(left: Block, right: Block) -> bool:
    """A page ends with "Dr.", "am 31." or the like, and the next one goes on."""
    return (
        left.page != right.page
        and left.kind is SentenceKind.PROSE
        and not (left.whole or left.emphasised or right.emphasised)
        and num_words(left.text) >= MIN_WORDS_LEFT
        and is_held_open(left.text, right.text)
    )


def _may_be_left(block: Block) -> bool:
    return (
        block.kind in (SentenceKind.PROSE, SentenceKind.LIST_ITEM)
        and not block.whole
        and not block.emphasised
        and num_words(block.text) > 0
        and not is_terminated(block.text)
    )


def _is_aside(block: Block) -> bool:
    """What may stand between the parts of a sentence when the second one begins with a capital."""
    return block.emphasised or block.aside or block.kind is SentenceKind.CAPTION


def _place_boxes(blocks: list[Block]) -> list[Block]:
    """Move boxes (asides with a heading) to the end of the section that they interrupt."""
    placed: list[Block] = []
    waiting: list[Block] = []
    index = 0
    while index < len(blocks):
        run = _aside_run(blocks, index)
        if any(block.kind is SentenceKind.HEADING for block in run):
            waiting.extend(run)
            index += len(run)
            continue
        block = blocks[index]
        if block.kind is SentenceKind.HEADING and waiting:
            placed.extend(waiting)
            waiting = []
        placed.append(block)
        index += 1
    return placed + waiting


def _aside_run(blocks: list[Block], start: int) -> list[Block]:
    end = start
    while end < len(blocks) and blocks[end].aside:
        end += 1
    return blocks[start:end]
