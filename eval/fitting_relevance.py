"""Fits the weights of `app.answering.relevance` on sets that say which sentences answer.

Each set counts the same, however many questions it has, but for the shares that are given. What is
reported was held out: all readings of a question are in one fold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from app.answering.evidence import Evidence
from app.answering.relevance import passage_signs, sentence_signs
from eval.metrics.matching import folded

REGULARISATION = 0.3
"""scikit-learn's C. A third or three times of it changes no figure by more than its spread."""
FOLDS = 5
MAX_STEPS = 3000
DIGITS = 2
MIN_LETTERS = 25
"""A gold sentence shorter than this may stand in a candidate by chance."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What one search brought, and which of it is gold."""

    dataset: str
    case_id: str
    evidence: tuple[Evidence, ...]
    gold: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights of both models on the raw signs, each with its constant last."""

    sentence: tuple[float, ...]
    passage: tuple[float, ...]
    auroc: Mapping[str, float]
    """By dataset: mean over its held-out questions."""


def label(
    dataset: str, case_id: str, evidence: Sequence[Evidence], quotes: Sequence[str]
) -> Labelled:
    """Mark the sentences that the gold quotes hold, or that hold a gold quote."""
    whole = _letters(" ".join(quotes))
    single = [letters for quote in quotes if len(letters := _letters(quote)) >= MIN_LETTERS]
    seen: set[tuple[str, int]] = set()
    kept: list[Evidence] = []
    gold: list[bool] = []
    for item in evidence:
        if (place := (item.document_id, item.sentence.start)) in seen:
            continue
        seen.add(place)
        letters = _letters(item.text)
        kept.append(item)
        gold.append(letters in whole or any(each in letters for each in single))
    return Labelled(dataset, case_id, tuple(kept), tuple(gold))


def fit(found: Sequence[Labelled], shares: Mapping[str, float]) -> Fitted:
    """Fit on everything; report on what each fold held out.

    Args:
        found: Searches with at least one gold sentence.
        shares: How much each dataset counts.
    """
    usable = [each for each in found if any(each.gold)]
    rows = [_Rows.of(each) for each in usable]
    sizes: dict[str, int] = {}
    for each in usable:
        sizes[each.dataset] = sizes.get(each.dataset, 0) + 1
    weights = np.array([shares.get(e.dataset, 1.0) / sizes[e.dataset] for e in usable])
    weights *= len(usable) / weights.sum()
    groups = [each.case_id for each in usable]
    scores: dict[str, list[float]] = {}
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=0).split(rows, None, groups):
        models = _fit([rows[i] for i in train], weights[train])
        for index in test:
            chance = _chance(models, rows[index])
            if 0 < sum(usable[index].gold) < len(usable[index].gold):
                auroc = float(roc_auc_score(usable[index].gold, chance))
                scores.setdefault(usable[index].dataset, []).append(auroc)
    sentence, passage = _fit(rows, weights)
    return Fitted(
        _raw(sentence),
        _raw(passage),
        {name: float(np.mean(values)) for name, values in scores.items()},
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    sentences: Floats
    gold: NDArray[np.bool_]
    passages: Floats
    holds_gold: NDArray[np.bool_]
    passage_of: NDArray[np.int64]

    @classmethod
    def of(cls, labelled: Labelled) -> _Rows:
        signs = passage_signs(labelled.evidence)
        number = {name: index for index, name in enumerate(signs)}
        passage_of = np.array([number[item.passage.passage.id] for item in labelled.evidence])
        gold = np.array(labelled.gold, dtype=np.bool_)
        holds = np.array([bool(gold[passage_of == index].any()) for index in number.values()])
        return cls(
            np.array([astuple(each) for each in sentence_signs(labelled.evidence)]),
            gold,
            np.array([astuple(each) for each in signs.values()]),
            holds,
            passage_of,
        )


def _fit(rows: Sequence[_Rows], weights: Floats) -> tuple[Pipeline, Pipeline]:
    """Sentences learn in passages that hold an answer, passages where there is a choice."""
    inside = [each.holds_gold[each.passage_of] for each in rows]
    sentence = _logistic(
        np.concatenate([r.sentences[keep] for r, keep in zip(rows, inside, strict=True)]),
        np.concatenate([r.gold[keep] for r, keep in zip(rows, inside, strict=True)]),
        np.concatenate([np.full(k.sum(), w) for k, w in zip(inside, weights, strict=True)]),
    )
    several = [(r, w) for r, w in zip(rows, weights, strict=True) if len(r.passages) > 1]
    passage = _logistic(
        np.concatenate([r.passages for r, _ in several]),
        np.concatenate([r.holds_gold for r, _ in several]),
        np.concatenate([np.full(len(r.passages), w) for r, w in several]),
    )
    return sentence, passage


def _logistic(signs: Floats, gold: NDArray[np.bool_], weights: Floats) -> Pipeline:
    model = make_pipeline(
        StandardScaler(), LogisticRegression(C=REGULARISATION, max_iter=MAX_STEPS)
    )
    model.fit(signs, gold, logisticregression__sample_weight=weights)
    return model


def _chance(models: tuple[Pipeline, Pipeline], rows: _Rows) -> Floats:
    sentence, passage = models
    own: Floats = sentence.predict_proba(rows.sentences)[:, 1]
    of_passage: Floats = passage.predict_proba(rows.passages)[:, 1]
    return own * (of_passage[rows.passage_of] if len(of_passage) > 1 else 1.0)


def _raw(model: Pipeline) -> tuple[float, ...]:
    """Weights on unscaled signs, and the constant."""
    scaler, logistic = model[0], model[-1]
    weights = logistic.coef_[0] / scaler.scale_
    constant = logistic.intercept_[0] - float(weights @ scaler.mean_)
    return tuple(round(float(each), DIGITS) for each in (*weights, constant))


def _letters(text: str) -> str:
    """Letters and digits only: sources and gold differ in spaces and quotes."""
    return "".join(filter(str.isalnum, folded(text)))
