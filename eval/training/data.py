"""Which pairs the reader is trained on, and which it is calibrated on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.datasets.reading_format import READING
from eval.errors import DatasetError
from eval.training.examples import (
    Pair,
    borrowed,
    is_test,
    own_pairs,
    public_pairs,
    strangers,
    withheld,
)

PUBLIC_LIMITS = {
    "squad1": 2500,
    "squad2": 6000,
    "qed": 1500,
    "nqopen": 400,
    "selqa": 2000,
    "tatqa": 900,
    "policyqa": 300,
    "qnli": 1200,
    "fever": 3000,
    "feversym": 1400,
    "contractnli": 1000,
    "begin": 800,
    "q2": 591,
}
"""Pairs of each public set; others are not read, because their licences were not looked at."""
STRANGERS, BORROWED, WITHHELD, WITHHELD_PUBLIC = 0.3, 0.3, 0.5, 0.15
"""Shares of the pairs of which a negative one is made besides."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Pairs to learn from, and pairs of documents that nothing is learnt from."""

    training: Sequence[Pair]
    test: Sequence[Pair]

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Pairs by part and set, for the card."""
        parts = {"training": self.training, "test": self.test}
        return {
            name: dict(sorted(Counter(pair.source for pair in pairs).items()))
            for name, pairs in parts.items()
        }


def gathered(folders: Sequence[Path], public: Path | None, *, seed: int) -> TrainingData:
    """All pairs of the folders; the negatives that are made of them belong to their parts.

    Args:
        folders: JSONL files as `eval.datasets.reading_format` reads them.
        public: Public sets in the same form, `NAME.jsonl.gz`.
        seed: Of the choice of negatives.

    Raises:
        DatasetError: If a folder holds nothing to learn from, or it cannot be read.
    """
    chosen = list(folders) or [READING]
    for folder in chosen:
        if not any(folder.glob("*.jsonl")):
            raise DatasetError(f"{folder} holds no JSONL files to train on; see docs/reader.md.")
    own = _read(chosen)
    test = [pair for pair in own if is_test(pair.group)]
    own = [pair for pair in own if not is_test(pair.group)]
    if not own:
        raise DatasetError("All documents that were given belong to the test part.")
    others = _public(public) if public is not None else []
    pairs = own + others
    negative = strangers(pairs, share=STRANGERS, seed=seed + 1)
    negative += borrowed(own, share=BORROWED, seed=seed + 2)
    negative += withheld(own, share=WITHHELD, seed=seed + 3)
    asked = [pair for pair in others if pair.task == "question"]
    negative += withheld(asked, share=WITHHELD_PUBLIC, seed=seed + 4)
    # Our own count double beside public ones; turns and conflicts are few, so they come thrice.
    again = own + [pair for pair in own if pair.task in {"turn", "conflict"}]
    test += strangers(test, share=STRANGERS, seed=seed + 1)
    return TrainingData([*pairs, *negative, *again], test)


def _read(folders: Sequence[Path]) -> list[Pair]:
    try:
        return own_pairs(folders)
    except (KeyError, TypeError, IndexError, ValueError, OSError) as error:
        named = ", ".join(map(str, folders))
        raise DatasetError(f"{named} cannot be trained on: {error!r}.") from error


def _public(folder: Path) -> list[Pair]:
    paths = sorted(folder.glob("*.jsonl.gz"))
    known = [path for path in paths if path.name.partition(".")[0] in PUBLIC_LIMITS]
    if not known:
        raise DatasetError(f"{folder} holds none of the public sets: {', '.join(PUBLIC_LIMITS)}.")
    found: list[Pair] = []
    for path in known:
        try:
            found += public_pairs(path, PUBLIC_LIMITS[path.name.partition(".")[0]])
        except (KeyError, TypeError, IndexError, ValueError, OSError, EOFError) as error:
            raise DatasetError(f"{path} cannot be trained on: {error!r}.") from error
    return found
