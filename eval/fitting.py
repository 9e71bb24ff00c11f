"""Fits and tests the support checker on labelled claims, never on the claims that it is tested on.

Claims are few, so every figure is a mean over held-out folds of repeated, stratified
cross-validation. All readings of a claim (its marked sentences, its whole page) are in one fold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from eval.datasets.wice import LabelledClaim, SupportLabel
from eval.metrics.lexical_support import Examined, Signs, examine

REGULARISATION = 0.03
"""scikit-learn's C; small, because hundreds of claims cannot teach much. 0.01 to 0.1 are alike."""
FOLDS = 5
REPEATS = 10
SEED = 0
MAX_STEPS = 1000
SUPPORTED = 0.5
"""A score from here on says "supported"."""
DIGITS = 2
"""Constants are rounded so; the figures do not tell more digits apart."""

Floats = NDArray[np.float64]
_WORD = re.compile(r"\w+")


class Condition(StrEnum):
    """Which evidence the checker is shown."""

    ONE_SET = "one marked set"
    """The first set of sentences that an annotator found enough."""
    ALL_SETS = "all marked"
    """Every sentence that any annotator marked."""
    PAGE = "whole page"


@dataclass(frozen=True, slots=True)
class Row:
    """A claim under one condition."""

    claim: str
    evidence: tuple[str, ...]
    examined: Examined | None
    """None where there is no evidence: the score is 0, whatever the weights."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Labelled claims, read under every condition."""

    supported: NDArray[np.bool_]
    rows: dict[Condition, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over held-out folds."""

    claims: int
    auroc: float
    balanced_accuracy: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """The constants that are in eval/metrics/lexical_support.py."""

    intercept: float
    weights: Signs


Measure = Callable[[Row], tuple[float, ...]]
"""What a model is given of a row."""


def evidence_of(claim: LabelledClaim, condition: Condition) -> tuple[str, ...]:
    """What the checker is shown of a claim's page, in the page's order."""
    match condition:
        case Condition.PAGE:
            return claim.evidence
        case Condition.ONE_SET:
            return claim.sentences(claim.supporting[0]) if claim.supporting else ()
        case Condition.ALL_SETS:
            return claim.sentences(tuple(sorted(set().union(*claim.supporting))))


def read(claims: Sequence[LabelledClaim]) -> Claims:
    """Examine every claim under every condition."""
    return Claims(
        np.array([claim.label is SupportLabel.SUPPORTED for claim in claims]),
        {condition: tuple(_row(claim, condition) for claim in claims) for condition in Condition},
    )


def _row(claim: LabelledClaim, condition: Condition) -> Row:
    shown = evidence_of(claim, condition)
    return Row(claim.claim, shown, examine(claim.claim, shown))


def all_signs(row: Row) -> tuple[float, ...]:
    """What the checker itself is given."""
    return astuple(row.examined.signs) if row.examined else (0.0,) * len(fields(Signs))


def signs_without(name: str) -> Measure:
    """All signs but one: how much it is worth."""
    kept = [place for place, field in enumerate(fields(Signs)) if field.name != name]
    return lambda row: tuple(all_signs(row)[place] for place in kept)


def coverage(length: int) -> Measure:
    """Share of the claim's runs of so many words that the evidence holds; a baseline."""

    def measure(row: Row) -> tuple[float, ...]:
        said = _runs(row.claim, length)
        held = frozenset[tuple[str, ...]]().union(*(_runs(text, length) for text in row.evidence))
        return (len(said & held) / len(said) if said else 0.0,)

    return measure


def _runs(text: str, length: int) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return frozenset(zip(*(words[start:] for start in range(length)), strict=False))


def cross_validate(
    claims: Claims, measure: Measure, *, is_checker: bool = True
) -> dict[Condition, Figures]:
    """How well a model of these measures tells held-out claims apart, of those with evidence.

    One model learns from all conditions together, as the checker does.

    Args:
        claims: Labelled and read.
        measure: What the model is given.
        is_checker: Decide copies and changed copies as the checker does, whatever the model says.
    """
    given = {
        condition: np.array(
            [measure(row) if row.examined else _nothing(measure, rows) for row in rows]
        )
        for condition, rows in claims.rows.items()
    }
    has = {
        condition: np.array([row.examined is not None for row in rows])
        for condition, rows in claims.rows.items()
    }
    found: dict[Condition, list[tuple[float, float]]] = {condition: [] for condition in Condition}
    for repeat in range(REPEATS):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED + repeat)
        for train, test in folds.split(claims.supported, claims.supported):
            model = _model(claims, given, has, train)
            for condition, rows in claims.rows.items():
                held_out = test[has[condition][test]]
                scores = model.predict_proba(given[condition][held_out])[:, 1]
                if is_checker:
                    scores = np.array(
                        [
                            _decide(rows[place], score)
                            for place, score in zip(held_out, scores, strict=True)
                        ]
                    )
                labels = claims.supported[held_out]
                found[condition].append(
                    (
                        float(roc_auc_score(labels, scores)),
                        float(balanced_accuracy_score(labels, scores >= SUPPORTED)),
                    )
                )
    return {
        condition: Figures(int(has[condition].sum()), *np.mean(values, axis=0).tolist())
        for condition, values in found.items()
    }


def _nothing(measure: Measure, rows: Sequence[Row]) -> tuple[float, ...]:
    """Fills the place of a row without evidence, which no model sees."""
    return tuple(0.0 for _ in measure(next(row for row in rows if row.examined)))


def _decide(row: Row, score: float) -> float:
    return row.examined.decide(score) if row.examined else 0.0


def _model(
    claims: Claims,
    given: dict[Condition, Floats],
    has: dict[Condition, NDArray[np.bool_]],
    train: NDArray[np.int64],
) -> Pipeline:
    kept = {condition: train[has[condition][train]] for condition in Condition}
    # "balanced": one claim in three is supported here; that is no news about other claims.
    model = make_pipeline(
        StandardScaler(),
        LogisticRegression(C=REGULARISATION, class_weight="balanced", max_iter=MAX_STEPS),
    )
    return model.fit(
        np.concatenate([given[condition][rows] for condition, rows in kept.items()]),
        np.concatenate([claims.supported[rows] for rows in kept.values()]),
    )


def fit(claims: Claims) -> Fitted:
    """The weights that all claims give, rounded, for signs as they are (not standardised)."""
    has = {
        condition: np.array([row.examined is not None for row in rows])
        for condition, rows in claims.rows.items()
    }
    nothing = (0.0,) * len(fields(Signs))
    given = {
        condition: np.array([all_signs(row) if row.examined else nothing for row in rows])
        for condition, rows in claims.rows.items()
    }
    scaler, model = _model(claims, given, has, np.arange(len(claims.supported)))
    weights = model.coef_[0] / scaler.scale_
    intercept = model.intercept_[0] - float(weights @ scaler.mean_)
    return Fitted(round(intercept, DIGITS), Signs(*(round(float(w), DIGITS) for w in weights)))


def with_shipped_weights(
    claims: Claims, decide: Callable[[str, tuple[str, ...]], float]
) -> dict[Condition, Figures]:
    """The checker as it is, on all claims; those without evidence score 0.

    Optimistic on the claims that its weights were fitted on.
    """
    found: dict[Condition, Figures] = {}
    for condition, rows in claims.rows.items():
        scores = np.array([decide(row.claim, row.evidence) for row in rows])
        found[condition] = Figures(
            len(rows),
            float(roc_auc_score(claims.supported, scores)),
            float(balanced_accuracy_score(claims.supported, scores >= SUPPORTED)),
        )
    return found
