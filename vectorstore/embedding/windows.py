"""Texts to word pieces, and the windows of word pieces that the model reads in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from vectorstore.embedding.errors import EmptyTextError, WeightsError
from vectorstore.protocols import SpannedText

WHOLE = -1
"""Stands in for the number of a span where the whole text is meant."""

TokenIds = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segment:
    """The positions [start, end) of a window whose vectors are averaged into one; may be empty."""

    span: int
    """Ordinal of the span, or WHOLE."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """What the model reads in one go: a run of a text's word pieces between special tokens."""

    text: int
    """Ordinal of the text that it is cut from."""
    ids: TokenIds
    segments: tuple[Segment, ...]


class WordPieces:
    """A model's tokenizer, with the model's own limit on length."""

    def __init__(self, tokenizer: Path | Tokenizer, *, max_tokens: int) -> None:
        """`tokenizer` is ready to use, or the path of its file."""
        if isinstance(tokenizer, Path):
            if not tokenizer.is_file():
                raise WeightsError(f"The model lacks the file {tokenizer}.")
            tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer = tokenizer
        # The file may carry the length and padding of somebody's training run.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        special = self._tokenizer.encode("a")
        first = special.special_tokens_mask.index(0)
        last = len(special.ids) - special.special_tokens_mask[::-1].index(0)
        self._before = special.ids[:first]
        self._after = special.ids[last:]
        self._room = max_tokens - len(self._before) - len(self._after)

    def cut(self, texts: Sequence[SpannedText]) -> list[Window]:
        """Windows of all texts, in the order of the texts.

        The first window of a text is exactly what the model would read of it: its beginning. The
        next starts at the first span that this one does not hold to its end and takes in as many
        of the following as fit, and so on.

        Raises:
            EmptyTextError: If a text is empty or only white space.
        """
        for number, spanned in enumerate(texts):
            if not spanned.text.strip():
                raise EmptyTextError(f"Text {number} of {len(texts)} to embed is empty.")
        encodings = self._tokenizer.encode_batch(
            [spanned.text for spanned in texts], add_special_tokens=False
        )
        windows: list[Window] = []
        for number, (spanned, encoding) in enumerate(zip(texts, encodings, strict=True)):
            offsets = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)
            ranges = _token_ranges(offsets, spanned.spans)
            windows += self._cut_one(number, encoding.ids, ranges)
        return windows

    def _cut_one(self, text: int, ids: list[int], ranges: list[tuple[int, int]]) -> list[Window]:
        """Windows of one text, given the token range of each of its spans."""
        todo = sorted(range(len(ranges)), key=lambda span: ranges[span])
        windows: list[Window] = []
        start = 0
        while todo or not windows:
            end = min(start + self._room, len(ids))
            fits = [span for span in todo if ranges[span][1] <= end]
            if windows and not fits:
                fits = todo[:1]  # longer than a window: cut like a text that is too long
            todo = [span for span in todo if span not in fits]
            windows.append(self._window(text, ids, (start, end), {s: ranges[s] for s in fits}))
            if todo:
                start = ranges[todo[0]][0]
        return windows

    def _window(
        self, text: int, ids: list[int], part: tuple[int, int], spans: dict[int, tuple[int, int]]
    ) -> Window:
        start, end = part
        shift = len(self._before) - start
        segments = [Segment(s, a + shift, min(b, end) + shift) for s, (a, b) in spans.items()]
        pieces = np.array([*self._before, *ids[start:end], *self._after], dtype=np.int64)
        if start == 0:
            segments.insert(0, Segment(WHOLE, 0, len(pieces)))
        return Window(text, pieces, tuple(segments))


def _token_ranges(
    offsets: NDArray[np.int64], spans: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """For each character span the range [first, last) of the tokens that share a character with it.

    Tokens stand in text order and do not overlap, so both ends can be found by bisection.
    """
    if not spans:
        return []
    chars = np.asarray(spans, dtype=np.int64)
    first = np.searchsorted(offsets[:, 1], chars[:, 0], side="right")
    last = np.searchsorted(offsets[:, 0], chars[:, 1], side="left")
    return [(int(a), int(max(a, b))) for a, b in zip(first, last, strict=True)]
