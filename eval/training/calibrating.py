"""Logits of documents never trained on, and the lines that make chances of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.reading.calibration import Calibration
from app.reading.cross_encoder import HEADS, CrossEncoder
from app.reading.pairs import Pairs
from eval.training.examples import HEAD_OF, Pair

SENTENCES = "sentences"
FEWEST = 10
"""Of fewer labels no line is fitted."""


@dataclass
class Labelled:
    """Logits of one head beside what is true."""

    logits: list[float] = field(default_factory=list)
    labels: list[bool] = field(default_factory=list)

    def add(self, logit: float, label: bool) -> None:
        """One more of them."""
        self.logits.append(logit)
        self.labels.append(label)

    @property
    def is_enough(self) -> bool:
        """Whether anything can be fitted on it."""
        return len(self.labels) >= FEWEST and len(set(self.labels)) > 1


def read_all(
    reader: CrossEncoder, cutter: Pairs, pairs: Sequence[Pair], *, stage: int | None = None
) -> Mapping[str, Labelled]:
    """Logits by head, and of the sentences of questions, as the product takes them.

    Of several windows the highest logit counts, for the whole as for a sentence in two of them.

    Args:
        reader: What is measured.
        cutter: Cuts windows.
        pairs: That nothing was learnt from.
        stage: At which the reader stops; the last if None.
    """
    found = {name: Labelled() for name in (*HEADS, SENTENCES)}
    for pair in pairs:
        windows = cutter.windows(pair.task, pair.asked, pair.sentences, title=pair.title)
        if not windows:
            continue
        sentences, pooled = reader.logits(windows, stage=stage)
        head = HEAD_OF[pair.task]
        found[head].add(float(pooled[:, HEADS.index(head)].max()), pair.holds)
        if pair.task == "question" and pair.labels is not None:
            best: dict[int, float] = {}
            for window, scores in zip(windows, sentences, strict=True):
                for at, score in enumerate(scores.tolist(), window.first):
                    best[at] = max(score, best.get(at, score))
            for at, label in enumerate(pair.labels):
                if label >= 0:
                    found[SENTENCES].add(best[at], label == 1)
    return found


def fitted(labelled: Labelled) -> Calibration:
    """Platt's line: logistic regression of the label on the logit; the identity for too few.

    A line that falls would turn a ranking round; it comes of a network that has learnt nothing.
    """
    from sklearn.linear_model import LogisticRegression

    if not labelled.is_enough:
        return Calibration()
    model = LogisticRegression(C=1e6).fit([[logit] for logit in labelled.logits], labelled.labels)
    slope, offset = float(model.coef_[0][0]), float(model.intercept_[0])
    return Calibration(slope, offset) if slope > 0 else Calibration()


def figures(found: Mapping[str, Labelled]) -> dict[str, dict[str, float]]:
    """For each head how many labels there are, how many of them true, and the AUROC."""
    return {name: dict(_figures(each)) for name, each in found.items()}


def _figures(labelled: Labelled) -> Iterator[tuple[str, float]]:
    from sklearn.metrics import roc_auc_score

    yield "count", len(labelled.labels)
    yield "true", sum(labelled.labels)
    if labelled.is_enough:
        yield "auroc", round(float(roc_auc_score(labelled.labels, labelled.logits)), 4)
