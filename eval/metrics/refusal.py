"""Measures of refusing: the decision, the score behind it, and what trusting the score costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from sklearn.metrics import (
    balanced_accuracy_score,
    precision_recall_fscore_support,
    roc_auc_score,
    roc_curve,
)


@dataclass(frozen=True, slots=True)
class RefusalQuality:
    """How well a system refuses; "positive" is a refusal. None where it is not defined."""

    precision: float | None
    """Of the questions refused, how many had to be; None if none was refused."""
    recall: float | None
    """Of the questions to refuse, how many were; None if there were none."""
    f1: float | None
    """2·hits / (refused + to refuse); None if both are nothing."""
    balanced_accuracy: float | None
    """Mean of the share of rightly refused and of rightly answered; None with one kind only."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A cut through a score, and what it reaches."""

    value: float
    """Answered from here on."""
    balanced_accuracy: float


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What is risked by answering the surest part of the questions."""

    threshold: float
    """Answered from this score on."""
    coverage: float
    """Share of the questions that are answered."""
    risk: float
    """Mean loss of those."""


def refusal_quality(refused: Sequence[bool], unanswerable: Sequence[bool]) -> RefusalQuality:
    """Precision, recall, F1 and balanced accuracy of the decision to refuse.

    By scikit-learn. Source: Rajpurkar et al., "Know What You Don't Know" (ACL 2018) for the task;
    Brodersen et al., ICPR 2010, for balanced accuracy.
    """
    if not unanswerable:
        return RefusalQuality(None, None, None, None)
    num_refused, to_refuse = sum(refused), sum(unanswerable)
    precision, recall, f1, _ = precision_recall_fscore_support(
        list(unanswerable), list(refused), average="binary", pos_label=True, zero_division=0.0
    )
    both = 0 < to_refuse < len(unanswerable)
    return RefusalQuality(
        precision=float(precision) if num_refused else None,
        recall=float(recall) if to_refuse else None,
        f1=float(f1) if num_refused or to_refuse else None,
        balanced_accuracy=(
            float(balanced_accuracy_score(list(unanswerable), list(refused))) if both else None
        ),
    )


def answerability_auroc(scores: Sequence[float], unanswerable: Sequence[bool]) -> float | None:
    """Chance that an answerable question has a higher score than one to refuse; ties count half.

    None with one kind of question only. Source: Hanley & McNeil, Radiology 143(1), 1982.
    """
    answerable = [not each for each in unanswerable]
    if all(answerable) or not any(answerable):
        return None
    return float(roc_auc_score(answerable, list(scores)))


def best_threshold(scores: Sequence[float], unanswerable: Sequence[bool]) -> Threshold | None:
    """The cut that gives the best balanced accuracy on these very questions.

    Chosen after the fact, so an upper bound, never the result of a system: report it beside the
    balanced accuracy of the decisions. Of equal cuts the highest. None with one kind only.
    """
    answerable = [not each for each in unanswerable]
    if all(answerable) or not any(answerable):
        return None
    wrong, right, cuts = roc_curve(answerable, list(scores), drop_intermediate=False)
    accuracy = (right + 1 - wrong) / 2
    best = 1 + int(np.argmax(accuracy[1:]))  # the first cut lies above every score
    return Threshold(float(cuts[best]), float(accuracy[best]))


def risk_coverage(scores: Sequence[float], losses: Sequence[float]) -> tuple[RiskPoint, ...]:
    """The risk at each coverage that a threshold on the score can reach, surest first.

    Source: El-Yaniv & Wiener, JMLR 11, 2010.

    Args:
        scores: How sure the system is of each question.
        losses: What its answer is worth, 0 (right) to 1 (wrong), for each question.
    """
    points: list[RiskPoint] = []
    answered, lost = 0, 0.0
    for score, tied in _by_score(scores, losses):
        answered += len(tied)
        lost += sum(tied)
        points.append(RiskPoint(score, answered / len(scores), lost / answered))
    return tuple(points)


def aurc(scores: Sequence[float], losses: Sequence[float]) -> float | None:
    """Area under the risk-coverage curve: the mean of the risk over the coverages 1/n ... n/n.

    Lower is better. Questions of one score come in random order: the expected risk is taken, so
    the order of the questions does not matter. None without questions. Source: Geifman, Uziel &
    El-Yaniv, ICLR 2019.
    """
    if not scores:
        return None
    risks: list[float] = []
    lost = 0.0
    for _, tied in _by_score(scores, losses):
        mean = sum(tied) / len(tied)
        before = len(risks)
        risks.extend((lost + n * mean) / (before + n) for n in range(1, len(tied) + 1))
        lost += sum(tied)
    return sum(risks) / len(risks)


def _by_score(scores: Sequence[float], losses: Sequence[float]) -> list[tuple[float, list[float]]]:
    """Losses of the questions that have one score, the highest score first."""
    ranked = sorted(zip(scores, losses, strict=True), reverse=True)
    return [
        (score, [loss for _, loss in tied]) for score, tied in groupby(ranked, lambda pair: pair[0])
    ]
