"""Batches without end, made by worker processes: pairs drawn, varied and cut into windows."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from app.reading.pairs import Pairs, Window, batch
from eval.training.drawing import Pool, drawn
from eval.training.examples import HEAD_OF, Pair
from eval.training.network import POOLED
from eval.training.varying import varied

BESIDE_THE_ANSWER = 0.4
"""Share kept of the windows of an answerable passage that do not hold its answer."""
WINDOW_SIZES = (128, 160, 192, 224)
"""In tokens; one is drawn for each pair."""
GROUP = 24
"""Batches that are sorted by length together."""
WIDTH = 16
"""Batches are as wide as a multiple of this."""
REMEMBERED_TEXTS = 300_000


class Labelled(NamedTuple):
    """A batch with its labels."""

    ids: Tensor
    """(windows, tokens)"""
    mask: Tensor
    """(windows, tokens)"""
    types: Tensor
    """(windows, tokens), 1 behind the question."""
    sentence_of: Tensor
    """(windows, tokens), -1 outside of sentences."""
    labels: Tensor
    """(windows, sentences): 1 belongs to the answer, 0 does not, -1 unknown or no sentence."""
    holds: Tensor
    """(windows,): whether the whole holds."""
    heads: Tensor
    """(windows,): which of `POOLED` judges it."""

    def to(self, device: torch.device) -> Labelled:
        """The same on another device."""
        return Labelled(*(tensor.to(device, non_blocking=True) for tensor in self))


@dataclass(frozen=True, slots=True)
class Example:
    """A window with its labels."""

    window: Window
    labels: tuple[int, ...] | None
    holds: bool
    head: int


class Stream(IterableDataset[Labelled]):
    """Each worker draws by a seed of its own."""

    def __init__(self, pool: Pool, tokenizer: Path, *, size: int, seed: int) -> None:
        """Describe the stream; iterating reads it.

        Args:
            pool: What is drawn from.
            tokenizer: A `tokenizer.json`.
            size: Windows in a batch.
            seed: Of the choice and variation of pairs.
        """
        self._pool, self._tokenizer, self._size, self._seed = pool, tokenizer, size, seed

    def __iter__(self) -> Iterator[Labelled]:
        """Batches, for ever."""
        worker = get_worker_info()
        chance = random.Random(f"{self._seed} {worker.id if worker else 0}")  # noqa: S311
        cutter = Pairs(self._tokenizer)
        cutter.pieces = lru_cache(REMEMBERED_TEXTS)(cutter.pieces.__wrapped__)
        while True:
            waiting: list[Example] = []
            while len(waiting) < self._size * GROUP:
                pair = varied(drawn(self._pool, chance), chance)
                waiting += examples_of(pair, cutter, chance)
            waiting.sort(key=lambda example: len(example.window.ids))
            groups = [
                waiting[at : at + self._size]
                for at in range(0, len(waiting) - self._size + 1, self._size)
            ]
            chance.shuffle(groups)
            for group in groups:
                yield labelled(group, cutter.pad)


def batches(stream: Stream, workers: int) -> Iterator[Labelled]:
    """The stream as made by so many processes; by this one for none."""
    ahead = 4 if workers else None
    return iter(DataLoader(stream, batch_size=None, num_workers=workers, prefetch_factor=ahead))


def examples_of(pair: Pair, cutter: Pairs, chance: random.Random) -> Iterator[Example]:
    """The windows of a pair that are worth learning from."""
    head = POOLED.index(HEAD_OF[pair.task])
    limit = chance.choice(WINDOW_SIZES)
    for window in cutter.windows(
        pair.task, pair.asked, pair.sentences, title=pair.title, max_tokens=limit
    ):
        labels = None if pair.labels is None else pair.labels[window.first : window.end]
        holds = pair.holds
        if labels is not None and holds and 1 not in labels:
            if pair.task != "question" or chance.random() > BESIDE_THE_ANSWER:
                continue
            holds = False
        if pair.task in {"turn", "conflict"}:
            labels = None
        yield Example(window, labels, holds, head)


def labelled(examples: Sequence[Example], pad: int) -> Labelled:
    """Windows and labels as tensors."""
    arrays = batch([example.window for example in examples], pad, multiple=WIDTH)
    sentences = max(example.window.end - example.window.first for example in examples)
    labels = torch.full((len(examples), sentences), -1.0)
    for row, example in enumerate(examples):
        if example.labels is not None:
            labels[row, : len(example.labels)] = torch.tensor(example.labels, dtype=torch.float)
    return Labelled(
        torch.from_numpy(arrays.ids),
        torch.from_numpy(arrays.mask),
        torch.from_numpy(arrays.types),
        torch.from_numpy(arrays.sentence_of),
        labels,
        torch.tensor([float(example.holds) for example in examples]),
        torch.tensor([example.head for example in examples]),
    )
