"""The share of a source's visible words that are in the extracted text, in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MIN_WORDS = 100
"""Fewer say nothing."""

BLOCK_WORDS = 20_000
"""Compared at a time: the time grows with the square of it, 0.2 s here."""

_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010](?:\n\s*)?(?=[^\W\d_])")
"""Within a word, whether or not a line ends there."""

_WORD = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]")


def words_in(text: str) -> list[str]:
    """Words and numbers in lower case without hyphens; Chinese and Japanese by character."""
    plain = unicodedata.normalize("NFKC", text.replace("\u00ad", "")).casefold()
    return _WORD.findall(_HYPHEN.sub("", plain))


def share_of_words(shown: str, text: str, left_out: Sequence[str] = ()) -> float | None:
    """Share of the shown words that are in the text in the same order, in [0, 1].

    Args:
        shown: The words of the source, by `ingest.visible`.
        text: The canonical text.
        left_out: Texts that cleaning has removed and reported; their words do not count as missing.

    Returns:
        The share, or None if there are too few words.
    """
    wanted, there = words_in(shown), words_in(text)
    expected = len(wanted) - sum(len(words_in(each)) for each in left_out)
    if len(wanted) < MIN_WORDS or expected < MIN_WORDS:
        return None
    return min(1.0, num_in_order(wanted, there) / expected)


def num_in_order(wanted: Sequence[str], there: Sequence[str]) -> int:
    """Number of words in the longest common subsequence; long texts are compared in blocks."""
    blocks = max(1, -(-len(wanted) // BLOCK_WORDS))
    found = 0
    for at in range(blocks):
        mine = wanted[at * BLOCK_WORDS : (at + 1) * BLOCK_WORDS]
        middle = (at + 0.5) * len(there) / blocks
        first = max(0, int(middle) - BLOCK_WORDS) if blocks > 1 else 0
        last = int(middle) + BLOCK_WORDS if blocks > 1 else len(there)
        found += _common(mine, there[first:last])
    return found


def _common(wanted: Sequence[str], there: Sequence[str]) -> int:
    """By the bit-parallel method of Hyyrö (2004): one bit for each word that is there."""
    places: dict[str, int] = {}
    for at, word in enumerate(there):
        places[word] = places.get(word, 0) | 1 << at
    every = (1 << len(there)) - 1
    open_bits = every
    for word in wanted:
        matches = open_bits & places.get(word, 0)
        open_bits = ((open_bits + matches) | (open_bits - matches)) & every
    return len(there) - open_bits.bit_count()
