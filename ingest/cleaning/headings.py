"""Finds headings that no markup names: a title line, bold lines, capitals, numbered titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.cleaning.words import ends_dangling, is_terminated, num_words, starts_lower
from ingest.types import Block
from vectorstore.types import SentenceKind

MAX_TITLE_WORDS = 25
MAX_HEADING_WORDS = 12
MIN_BODY = 60
"""Characters of the paragraph that a heading heads."""

MIN_NUMBERED = 2
"""A single "1. Introduction" may be a list of one; two are sections."""

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)[.)]?\s+(?=[A-Z])")
_NO_HEADING = re.compile(
    r"(?:by|von|par|por)\s+[A-Z]|https?://|www\.|\S+@\S+|doi\b|(?:figure|fig\.|table|exhibit|chart|box)\s+[\dIVX]"
    r"|(?:source|photo|image|credit)s?\s?:|[—–-]\s*[A-Z]",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b{_MONTH}\s+\d{{1,2}}\b|\b\d{{1,2}}\s+{_MONTH}|^{_MONTH}\s+(?:19|20)\d\d"
    r"|^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|^\d+\s+\w+\s+ago\b",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"[“\"«„]")


def infer_headings(blocks: list[Block]) -> list[Block]:
    """Blocks in which lines that plainly head a section are headings with a level."""
    marked = any(block.kind is SentenceKind.HEADING for block in blocks)
    # Captions of tables and the like, below level 6, are not of the outline.
    deepest = max((block.level for block in blocks if block.level <= 6), default=0)
    numbered = _numbered_headings(blocks)
    inferred: list[Block] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1 : index + 2]
        if index == 0 and not marked and _is_title(block, blocks):
            block = replace(block, kind=SentenceKind.HEADING, level=1)
        elif index in numbered:
            text = block.marker.strip() + " " + block.text if block.marker else block.text
            depth = numbered[index]
            block = replace(
                block, text=text, marker="", tight=False, kind=SentenceKind.HEADING, level=1 + depth
            )
        elif _heads(block, following) and (block.emphasised or block.text.isupper() or not marked):
            block = replace(
                block, kind=SentenceKind.HEADING, level=min(deepest + 1, 6) if marked else 2
            )
        inferred.append(block)
    return inferred


def _is_line(block: Block, max_words: int) -> bool:
    return (
        block.kind is SentenceKind.PROSE
        and "\n" not in block.text
        and 1 <= num_words(block.text) <= max_words
        and not starts_lower(block.text)
        and (not is_terminated(block.text) or block.text.endswith("?"))
        and not ends_dangling(block.text)
        and not _NO_HEADING.match(block.text)
        and not _DATE.search(block.text)
    )


def _is_title(block: Block, blocks: Sequence[Block]) -> bool:
    return (
        _is_line(block, MAX_TITLE_WORDS)
        and not _QUOTE.match(block.text)
        and any(_is_body(other) for other in blocks[1:])
    )


def _is_body(block: Block) -> bool:
    return (
        block.kind in (SentenceKind.PROSE, SentenceKind.LIST_ITEM)
        and not block.emphasised
        and len(block.text) >= (MIN_BODY if block.kind is SentenceKind.PROSE else 1)
        and not starts_lower(block.text)
        and (is_terminated(block.text) or len(block.text) >= 2 * MIN_BODY or bool(block.marker))
    )


def _heads(block: Block, following: Sequence[Block]) -> bool:
    return (
        _is_line(block, MAX_HEADING_WORDS)
        and not _QUOTE.match(block.text)
        and ": " not in block.text
        and any(character.isalpha() for character in block.text)
        and bool(following)
        and following[0].kind is SentenceKind.PROSE
        and _is_body(following[0])
    )


def _numbered_headings(blocks: Sequence[Block]) -> dict[int, int]:
    """Index and depth of "2. Methods", "2.1 Patients": alone on their line, with prose below."""
    found: dict[int, int] = {}
    for index, block in enumerate(blocks[:-1]):
        if block.kind not in (SentenceKind.PROSE, SentenceKind.LIST_ITEM) or len(block.text) > 100:
            continue
        match = _NUMBERED.match(f"{block.marker.lstrip()}{block.text}")
        plain = replace(block, kind=SentenceKind.PROSE)
        below = blocks[index + 1]
        headed = below.kind is SentenceKind.PROSE and _is_body(below)
        if match and headed and _is_line(plain, MAX_HEADING_WORDS):
            found[index] = match[1].count(".") + 1
    return found if len(found) >= MIN_NUMBERED else {}
