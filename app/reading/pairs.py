"""What the encoder reads: a question, claim or turn beside a title and sentences, in windows.

One window is `[CLS] question: … [SEP] title : sentence sentence … [SEP]`. Long passages become
several windows, each beginning with the last sentence of the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.reading.errors import ReaderWeightsError

Task = Literal["question", "claim", "turn", "conflict"]

MAX_TOKENS = 192
"""Of a window. The reader is trained on windows of at most this size."""
MAX_HEAD_TOKENS = 64
MAX_TITLE_TOKENS = 24
MAX_SENTENCE_TOKENS = 110
OVERLAP_FROM = 3
"""A window of at least so many sentences hands its last one on to the next."""
OUTSIDE = -1
"""The token belongs to no sentence."""
REMEMBERED_TEXTS = 20_000


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens of one forward pass, and which sentence each belongs to."""

    ids: tuple[int, ...]
    head: int
    """How many of the first tokens are the question's, with its marks."""
    sentence_of: tuple[int, ...]
    """For each token the sentence, counted from `first`; `OUTSIDE` for question and title."""
    first: int
    end: int
    """Sentences [first, end) of the passage stand in this window."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows as arrays of shape (windows, tokens), padded on the right."""

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    types: NDArray[np.int64]
    """0 for the question, 1 for what it is read beside."""
    sentence_of: NDArray[np.int64]


class Pairs:
    """Cuts pairs of texts into windows of word pieces."""

    def __init__(self, tokenizer: Path, *, max_tokens: int = MAX_TOKENS) -> None:
        """Read the tokenizer's file.

        Args:
            tokenizer: A `tokenizer.json`.
            max_tokens: Of a window, special tokens included.
        """
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._cls = self._token("[CLS]")
        self._sep = self._token("[SEP]")
        self.pad = self._token("[PAD]")
        self._max = max_tokens
        self.pieces = lru_cache(REMEMBERED_TEXTS)(self._pieces)

    def _token(self, mark: str) -> int:
        number = self._tokenizer.token_to_id(mark)
        if number is None:
            raise ReaderWeightsError(f"The base model's tokenizer has no {mark}.")
        return int(number)

    def _pieces(self, text: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def is_word(self, word: str) -> bool:
        """Whether a word is one piece: the commonest some twenty thousand are."""
        return self._tokenizer.token_to_id(word) is not None

    def windows(
        self,
        task: Task,
        asked: str,
        sentences: Sequence[str],
        *,
        title: str = "",
        max_tokens: int | None = None,
    ) -> list[Window]:
        """The windows over all sentences, in order; none for no sentence."""
        limit = max_tokens or self._max
        head = (self._cls, *self.pieces(f"{task}: {asked}")[:MAX_HEAD_TOKENS], self._sep)
        before = self.pieces(f"{title} :")[:MAX_TITLE_TOKENS] if title else ()
        tokens = [self.pieces(sentence)[:MAX_SENTENCE_TOKENS] for sentence in sentences]
        room = limit - len(head) - len(before) - 1
        found: list[Window] = []
        first = 0
        while first < len(tokens):
            end = _filled(tokens, first, room)
            found.append(self._window(head, before, tokens[first:end], first, limit))
            if end >= len(tokens):
                break
            first = end - 1 if end - first >= OVERLAP_FROM else end
        return found

    def _window(
        self,
        head: tuple[int, ...],
        title: tuple[int, ...],
        sentences: Sequence[tuple[int, ...]],
        first: int,
        limit: int,
    ) -> Window:
        ids = [*head, *title]
        places = [OUTSIDE] * len(ids)
        for number, pieces in enumerate(sentences):
            ids += pieces
            places += [number] * len(pieces)
        return Window(
            (*ids[: limit - 1], self._sep),
            len(head),
            (*places[: limit - 1], OUTSIDE),
            first,
            first + len(sentences),
        )


def _filled(tokens: Sequence[tuple[int, ...]], first: int, room: int) -> int:
    """How far the sentences from `first` on fit; at least one."""
    end, used = first, 0
    while end < len(tokens) and used + len(tokens[end]) <= room:
        used += len(tokens[end])
        end += 1
    return max(end, first + 1)


def batch(windows: Sequence[Window], pad: int, *, multiple: int = 1) -> Batch:
    """The windows as arrays; the width is a multiple of `multiple`."""
    longest = max(len(window.ids) for window in windows)
    shape = (len(windows), -(-longest // multiple) * multiple)
    ids = np.full(shape, pad, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    types = np.zeros(shape, dtype=np.int64)
    places = np.full(shape, OUTSIDE, dtype=np.int64)
    for row, window in enumerate(windows):
        size = len(window.ids)
        ids[row, :size] = window.ids
        mask[row, :size] = 1
        types[row, window.head : size] = 1
        places[row, :size] = window.sentence_of
    return Batch(ids, mask, types, places)
