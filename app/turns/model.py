"""The trained model of turns: two small linear models in one file, `turns.npz`."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.errors import SettingsError
from app.turns.features import KIND_BITS, WORD_BITS, Token, of_turn, of_words, tokens
from app.turns.kinds import TurnKind
from vectorstore.types import FloatVector

BUNDLED = Path(__file__).with_name("turns.npz")

CUT = 2.5
"""What it costs to cut a turn where no sign stands, beside the logits of the words cut off."""
LEAST_GAIN = 1.0
"""A turn stays whole unless the words cut off are by so much likelier not to belong."""

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class TurnModel:
    """Tells kinds of turns apart, and finds the question inside of courtesies."""

    kinds: tuple[TurnKind, ...]
    kind_weights: Weights
    """(2 ** KIND_BITS, kinds): of words and letters beside the turn's vector."""
    kind_offsets: Weights
    vector_weights: Weights
    """(dimension, kinds)"""
    vectors: str
    """Fingerprint of the embedder whose vectors they are for."""
    bare_weights: Weights
    """As `kind_weights`, where there is no such vector."""
    bare_offsets: Weights
    word_weights: Weights
    """(2 ** WORD_BITS,): for the chance that a word belongs to the question."""
    word_offset: float

    def chances(
        self, text: str, *, follows: bool, vector: FloatVector | None = None
    ) -> Mapping[TurnKind, float]:
        """How likely a turn is of each kind; they sum to 1.

        Args:
            text: The turn.
            follows: Whether another turn stands before it.
            vector: Of the turn, by the embedder that `vectors` names; None goes by words alone.
        """
        places = of_turn(text, follows=follows)
        weights = self.bare_weights if vector is None else self.kind_weights
        logits = weights[places].sum(axis=0) / np.sqrt(len(places))
        if vector is None:
            logits = logits + self.bare_offsets
        else:
            logits = logits + self.kind_offsets + vector @ self.vector_weights
        grown = np.exp(logits - logits.max())
        return dict(zip(self.kinds, map(float, grown / grown.sum()), strict=True))

    def core(self, text: str) -> tuple[int, int]:
        """Where the question stands in a turn: [start, end) in characters; the whole if unsure."""
        words = tokens(text)
        if not words:
            return 0, len(text)
        logits = np.array([self.word_logit(places) for places in of_words(words)])
        costs = [0.0 if not place or word.before else CUT for place, word in enumerate(words)]
        first, last = best_run(logits, [*costs, 0.0])
        if first == 0 and last == len(words) - 1:
            return 0, len(text)
        if float(logits[first : last + 1].sum()) < float(logits.sum()) + LEAST_GAIN:
            return 0, len(text)
        return words[first].start, _with_signs(text, words, last)

    def word_logit(self, places: NDArray[np.int64]) -> float:
        """How surely a word belongs to the question, by its features."""
        return float(self.word_weights[places].sum() / np.sqrt(len(places)) + self.word_offset)


def best_run(logits: NDArray[np.float64], costs: Sequence[float] | None = None) -> tuple[int, int]:
    """The run of words, at least one, whose logits add up to most: first and last.

    Args:
        logits: Of each word.
        costs: Of beginning a run before each word, and of ending one there; one more than words.
    """
    costs = costs or [0.0] * (len(logits) + 1)
    best, run = -np.inf, (0, len(logits) - 1)
    total, start = -np.inf, 0
    for place, logit in enumerate(logits):
        if -costs[place] >= total:
            total, start = -costs[place], place
        total += float(logit)
        if total - costs[place + 1] > best:
            best, run = total - costs[place + 1], (start, place)
    return run


def _with_signs(text: str, words: list[Token], last: int) -> int:
    """The end of a word with the mark that ends its sentence."""
    end = words[last].end
    while end < len(text) and text[end] in '?!."”’»)%':
        end += 1
    return end


@lru_cache(maxsize=4)
def load(path: Path = BUNDLED) -> TurnModel:
    """Read a model from its file.

    Raises:
        SettingsError: If the file is not there or is no model of turns.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            model = TurnModel(
                tuple(TurnKind(str(kind)) for kind in stored["kinds"]),
                stored["kind_weights"].astype(np.float32),
                stored["kind_offsets"].astype(np.float32),
                stored["vector_weights"].astype(np.float32),
                str(stored["vectors"]),
                stored["bare_weights"].astype(np.float32),
                stored["bare_offsets"].astype(np.float32),
                stored["word_weights"].astype(np.float32),
                float(stored["word_offset"]),
            )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise SettingsError(
            f"{path.name}, which tells kinds of turns apart, cannot be read ({error}). "
            "Reinstall Accord."
        ) from error
    if model.kind_weights.shape != (1 << KIND_BITS, len(model.kinds)) or (
        model.word_weights.shape != (1 << WORD_BITS,)
    ):
        raise SettingsError(f"{path.name} is of another version of Accord. Reinstall Accord.")
    return model


def save(model: TurnModel, path: Path) -> None:
    """Write a model as it ships: weights in sixteen bits."""
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            kinds=np.array([kind.value for kind in model.kinds]),
            kind_weights=model.kind_weights.astype(np.float16),
            kind_offsets=model.kind_offsets.astype(np.float32),
            vector_weights=model.vector_weights.astype(np.float16),
            vectors=np.array(model.vectors),
            bare_weights=model.bare_weights.astype(np.float16),
            bare_offsets=model.bare_offsets.astype(np.float32),
            word_weights=model.word_weights.astype(np.float16),
            word_offset=np.float32(model.word_offset),
        )
