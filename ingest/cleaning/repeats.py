"""Finds pull quotes and summary boxes: paragraphs that repeat words of the document."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ingest.cleaning.words import words_of
from ingest.types import Block
from vectorstore.types import SentenceKind

MIN_WORDS = 8
MAX_WORDS = 110
"""Of a paragraph that may be a pull quote; longer ones are body text."""

MIN_COVERAGE = 0.85
"""Share of its words found elsewhere, in order, in runs of `MIN_RUN`: it may be shortened."""

MIN_RUN = 3
MAX_SPREAD = 1.7
"""The words found may lie this much further apart there than here: more is no quotation."""

SHINGLE = 4
MIN_SHARED_SHINGLES = 0.4
"""Cheap test before the words are compared in order."""
MAX_TEXTS = 30
"""That hold a run of four words which may tell of a quotation."""
MAX_COPIES = 4
"""Of one text that others are compared with."""

# “Words,” says Jane Doe, chief of something.
_ATTRIBUTED = re.compile(r"[“\"](.+)[”\"]\s*(?:[—–-]|,?\s*\w+\s)[^“”\"]{0,160}$", re.DOTALL)
LAST_TITLE_BLOCK = 6
"""A first heading further down is not the title."""

_NAME = re.compile(r"(?<=[^.!?“\"\s]\s)[A-Z][^\W_]*|^[A-Z]{2,}\b")
_NEVER_MISSING = frozenset({"not", "no", "never", "without", "nor"})
_QUOTABLE = frozenset({SentenceKind.PROSE, SentenceKind.LIST_ITEM, SentenceKind.CAPTION})


def mark_repeats(blocks: list[Block], words: Sequence[Sequence[str]]) -> list[Block]:
    """Flag the shorter, set-apart copy of words that the body also has; the body is never flagged.

    Args:
        blocks: In reading order.
        words: `words_of` the text of each block.
    """
    bodies = [
        told if block.kind in _QUOTABLE else () for block, told in zip(blocks, words, strict=True)
    ]
    quoted = [
        words_of(_quotation(block.text)) if _ATTRIBUTED.match(block.text) else body
        for block, body in zip(blocks, bodies, strict=True)
    ]
    flagged: set[int] = set()
    for index, other in _likely_pairs(quoted, bodies):
        if other in flagged or not _may_repeat(blocks, bodies, index, other):
            continue
        if _covers(quoted[index], bodies[other], names=_names(blocks[index].text)):
            flagged.add(index)
    flagged |= _attributions(blocks, bodies, flagged) | _titles_again(blocks)
    return [
        replace(block, repeats=True) if index in flagged else block
        for index, block in enumerate(blocks)
    ]


def _quotation(text: str) -> str:
    """A quotation without who said it, which the body tells in other words."""
    match = _ATTRIBUTED.match(text)
    return match[1] if match and len(match[1]) > len(text) // 2 else text


def _names(text: str) -> frozenset[str]:
    """Words in capitals inside a sentence, folded."""
    return frozenset(word for name in _NAME.findall(text) for word in words_of(name))


def _shingles(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[offset:] for offset in range(SHINGLE)), strict=False)


def _likely_pairs(
    words: Sequence[Sequence[str]], bodies: Sequence[Sequence[str]]
) -> Iterator[tuple[int, int]]:
    """Pairs (candidate, other block) that share many runs of four words.

    Their number grows with the document, not with its square: of equal texts the first few stand
    for all, and what many different texts say is a form that they fill in, no quotation.
    """
    candidates = {
        index: set(_shingles(candidate))
        for index, candidate in enumerate(words)
        if MIN_WORDS <= len(candidate) <= MAX_WORDS
    }
    wanted = set().union(*candidates.values())
    copies: Counter[tuple[str, ...]] = Counter()
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    texts: Counter[tuple[str, ...]] = Counter()
    for other, body in enumerate(map(tuple, bodies)):
        copies[body] += 1
        if copies[body] > MAX_COPIES:
            continue
        for shingle in wanted.intersection(_shingles(body)):
            holders[shingle].append(other)
            texts[shingle] += copies[body] == 1
    for index, shingles in candidates.items():
        shared = Counter(
            other
            for shingle in shingles
            if texts[shingle] <= MAX_TEXTS
            for other in holders.get(shingle, ())
            if other != index
        )
        needed = MIN_SHARED_SHINGLES * (len(words[index]) - SHINGLE + 1)
        # By number and place: sets of words have no order of their own from one run to the next.
        for other, count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            if count < needed:
                break
            yield index, other


def _may_repeat(
    blocks: Sequence[Block], bodies: Sequence[Sequence[str]], index: int, other: int
) -> bool:
    """Of two copies, the one set apart is the quotation; else the shorter, else the later."""
    apart, other_apart = _is_set_apart(blocks[index]), _is_set_apart(blocks[other])
    if apart != other_apart:
        return apart
    if len(bodies[index]) != len(bodies[other]):
        return len(bodies[index]) < len(bodies[other])
    return index > other


def _is_set_apart(block: Block) -> bool:
    return block.emphasised or block.aside or block.kind is SentenceKind.CAPTION


def _covers(candidate: Sequence[str], body: Sequence[str], *, names: frozenset[str]) -> bool:
    """Nearly all its words stand in one place of the body, in order, no number or name missing."""
    matcher = SequenceMatcher(None, body, candidate, autojunk=False)
    runs = [run for run in matcher.get_matching_blocks() if run.size >= MIN_RUN]
    if sum(run.size for run in runs) < MIN_COVERAGE * len(candidate):
        return False
    spread = runs[-1].a + runs[-1].size - runs[0].a
    if spread > MAX_SPREAD * len(candidate) + SHINGLE:
        return False
    matched = {position for run in runs for position in range(run.b, run.b + run.size)}
    missing = [word for position, word in enumerate(candidate) if position not in matched]
    return not any(word in _NEVER_MISSING or word in names or word[0].isdigit() for word in missing)


def _attributions(
    blocks: Sequence[Block], bodies: Sequence[Sequence[str]], flagged: set[int]
) -> set[int]:
    """Names under pull quotes whose words the body has too, so that they say nothing new."""
    candidates = [
        index
        for index, block in enumerate(blocks)
        if block.kind is SentenceKind.CAPTION and index - 1 in flagged and bodies[index]
    ]
    if not candidates:
        return set()
    said = {word for index, body in enumerate(bodies) if index not in candidates for word in body}
    return {index for index in candidates if said.issuperset(bodies[index])}


def _titles_again(blocks: Sequence[Block]) -> set[int]:
    """A title page's title stands again at the head of the text."""
    title = next((block for block in blocks if block.kind is SentenceKind.HEADING), None)
    if title is None:
        return set()
    folded = words_of(title.text)
    first = next(index for index, block in enumerate(blocks) if block is title)
    if first > LAST_TITLE_BLOCK:
        return set()
    return {
        index
        for index, block in enumerate(blocks)
        if index > first
        and block.kind in (SentenceKind.HEADING, SentenceKind.PROSE)
        and (block.level <= title.level)
        and len(block.text) <= len(title.text) + 4
        and len(folded) >= 3
        and words_of(block.text) == folded
    }
