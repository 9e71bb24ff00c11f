"""Which pairs the reader is trained on, and which it is calibrated on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.datasets.reading_format import READING
from eval.errors import DatasetError
from eval.training.drawing import Pool, pool, stranger
from eval.training.examples import Pair, is_test, own_pairs, public_pairs

PUBLIC_WEIGHTS: Mapping[str, float] = {
    "squad2": 6.0,
    "squad1": 2.5,
    "squad3": 8.0,
    "squad4": 3.0,
    "disflqa": 2.0,
    "qed": 4.0,
    "nqopen": 1.0,
    "selqa": 2.0,
    "tatqa": 0.9,
    "policyqa": 1.0,
    "qnli": 2.0,
    "multispan": 0.5,
    "qamr": 2.0,
    "friendsqa": 0.7,
    "nqswap": 1.0,
    "condaqa": 0.3,
    "squadpt": 0.6,
    "squadit": 0.3,
    "xquad": 0.5,
    "fever": 6.0,
    "feversym": 1.4,
    "contractnli": 1.2,
    "begin": 2.0,
    "q2": 0.6,
    "fm2": 2.5,
    "vitaminc": 0.3,
    "cadnli": 4.0,
    "conjnli": 5.0,
    "mnli": 4.8,
    "snli": 4.0,
    "med": 0.8,
    "breakingnli": 1.0,
    "factcheck": 0.8,
    "help": 0.2,
    "faithaudit": 0.3,
}
"""How often each public set is drawn from, beside the others; sets that are not named here are not
read, because their licences were not looked at."""
MOST_OF_A_SET = 60_000
STRANGERS = 0.3
"""Share of the test part's answered questions that also meet another document's passage."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What is learnt from, and pairs of documents that nothing is learnt from."""

    own: Sequence[Pair]
    public: Mapping[str, Sequence[Pair]]
    test: Sequence[Pair]

    def pool(self, fresh: Sequence[str] = ()) -> Pool:
        """Arranged for drawing; `fresh` names those of our files that are to be learnt most.

        Raises:
            DatasetError: If there is no such file, or all of it belongs to the test part.
        """
        known = {pair.source for pair in self.own}
        unknown = sorted(set(fresh) - known)
        if unknown:
            raise DatasetError(
                f"There is nothing to learn from {', '.join(unknown)}: "
                f"the files are {', '.join(sorted(known))}."
            )
        return pool(self.own, self.public, PUBLIC_WEIGHTS, fresh)

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Pairs by part and set, for the card."""
        public = [pair for pairs in self.public.values() for pair in pairs]
        parts = {"training": [*self.own, *public], "test": self.test}
        return {
            name: dict(sorted(Counter(pair.source for pair in pairs).items()))
            for name, pairs in parts.items()
        }


def gathered(folders: Sequence[Path], public: Path | None, *, seed: int) -> TrainingData:
    """All pairs of the folders and of the public sets.

    Args:
        folders: JSONL files as `eval.datasets.reading_format` reads them.
        public: Public sets in the same form, `NAME.jsonl.gz`.
        seed: Of the choice of the test part's negatives.

    Raises:
        DatasetError: If a folder holds nothing to learn from, or it cannot be read.
    """
    chosen = list(folders) or [READING]
    for folder in chosen:
        if not any(folder.glob("*.jsonl")):
            raise DatasetError(f"{folder} holds no JSONL files to train on; see docs/reader.md.")
    pairs = _read(chosen)
    test = [pair for pair in pairs if is_test(pair.group) and not pair.made]
    own = [pair for pair in pairs if not is_test(pair.group)]
    if not own:
        raise DatasetError("All documents that were given belong to the test part.")
    others = _public(public) if public is not None else {}
    return TrainingData(own, others, [*test, *_strangers(test, seed)])


def _strangers(test: Sequence[Pair], seed: int) -> list[Pair]:
    chance = random.Random(seed)  # noqa: S311 - a choice of examples, no secret
    among = pool(test, {}, {})
    asked = [pair for pair in test if pair.task == "question" and pair.holds]
    met = (stranger(pair, among, chance) for pair in asked if chance.random() < STRANGERS)
    return [pair for pair in met if pair is not None]


def _read(folders: Sequence[Path]) -> list[Pair]:
    try:
        return own_pairs(folders)
    except (KeyError, TypeError, IndexError, ValueError, OSError) as error:
        named = ", ".join(map(str, folders))
        raise DatasetError(f"{named} cannot be trained on: {error!r}.") from error


def _public(folder: Path) -> dict[str, list[Pair]]:
    paths = {path.name.partition(".")[0]: path for path in sorted(folder.glob("*.jsonl.gz"))}
    known = {name: path for name, path in paths.items() if name in PUBLIC_WEIGHTS}
    if not known:
        raise DatasetError(f"{folder} holds none of the public sets: {', '.join(PUBLIC_WEIGHTS)}.")
    found = {}
    for name, path in known.items():
        try:
            found[name] = public_pairs(path, MOST_OF_A_SET)
        except (KeyError, TypeError, IndexError, ValueError, OSError, EOFError) as error:
            raise DatasetError(f"{path} cannot be trained on: {error!r}.") from error
    return found
