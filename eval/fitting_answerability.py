"""Fits the weights of `app.answering.answerability` on sets that say what cannot be answered.

In each set the questions with an answer weigh as much as those without, times `ANSWER_COUNTS`, and
each set counts the same but for the shares that are given. What is reported was held out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from app.answering.answerability import THRESHOLD, AnswerSigns

REGULARISATION = 0.1
"""scikit-learn's C. A third or three times of it changes no figure by more than its spread."""
ANSWER_COUNTS = 2.5
"""To refuse what the sources answer is worse than to show near sentences where they do not."""
FOLDS = 10
MAX_STEPS = 3000
DIGITS = 2

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """The signs of one question's answer, and whether the sources answer it."""

    dataset: str
    is_answerable: bool
    signs: AnswerSigns


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one dataset's questions, each judged by a model that has not seen it."""

    auroc: float
    refused: float
    """Share of the unanswerable ones."""
    wrongly_refused: float
    """Share of the others."""

    @property
    def balanced_accuracy(self) -> float:
        """Mean of rightly refused and rightly answered."""
        return (self.refused + 1 - self.wrongly_refused) / 2


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights on the raw signs, the constant, and what held-out questions say of them."""

    weights: AnswerSigns
    constant: float
    figures: Mapping[str, Figures]


def fit(judged: Sequence[Judged], shares: Mapping[str, float]) -> Fitted:
    """Fit on everything; report on what each fold held out.

    Args:
        judged: Questions of which the set says whether they have an answer.
        shares: How much each dataset counts.
    """
    signs = np.array([astuple(each.signs) for each in judged])
    answerable = np.array([each.is_answerable for each in judged])
    weights = _weights(judged, shares)
    scores = np.zeros(len(judged))
    for train, test in KFold(FOLDS, shuffle=True, random_state=0).split(signs):
        model = _logistic(signs[train], answerable[train], weights[train])
        scores[test] = model.predict_proba(signs[test])[:, 1]
    model = _logistic(signs, answerable, weights)
    scaler, logistic = model[0], model[-1]
    raw = logistic.coef_[0] / scaler.scale_
    constant = float(logistic.intercept_[0]) - float(raw @ scaler.mean_)
    names = [each.dataset for each in judged]
    return Fitted(
        AnswerSigns(*(round(float(each), DIGITS) for each in raw)),
        round(constant, DIGITS),
        {
            name: _figures(scores[mask], answerable[mask])
            for name in dict.fromkeys(names)
            if 0 < answerable[mask := np.array([each == name for each in names])].mean() < 1
        },
    )


def _weights(judged: Sequence[Judged], shares: Mapping[str, float]) -> Floats:
    sizes: dict[tuple[str, bool], int] = {}
    for each in judged:
        key = (each.dataset, each.is_answerable)
        sizes[key] = sizes.get(key, 0) + 1
    weights: Floats = np.array(
        [
            shares.get(each.dataset, 1.0)
            * (ANSWER_COUNTS if each.is_answerable else 1.0)
            / sizes[each.dataset, each.is_answerable]
            for each in judged
        ]
    )
    weights *= len(judged) / weights.sum()
    return weights


def _logistic(signs: Floats, answerable: NDArray[np.bool_], weights: Floats) -> Pipeline:
    model = make_pipeline(
        StandardScaler(), LogisticRegression(C=REGULARISATION, max_iter=MAX_STEPS)
    )
    return model.fit(signs, answerable, logisticregression__sample_weight=weights)


def _figures(scores: Floats, answerable: NDArray[np.bool_]) -> Figures:
    return Figures(
        auroc=float(roc_auc_score(answerable, scores)),
        refused=float((scores[~answerable] < THRESHOLD).mean()),
        wrongly_refused=float((scores[answerable] < THRESHOLD).mean()),
    )
