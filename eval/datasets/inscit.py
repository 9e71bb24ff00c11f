"""INSCIT: conversations that look for information, on Wikipedia; annotators differ.

Source: Wu et al., "InSCIt", TACL 2023.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from eval.datasets.beir import Judgements, QueryLine, read_folder
from eval.types import Answerability, Case, Dataset

FIELDS = frozenset({"conversation", "labels"})
"""What tells this set's queries from others'."""

DIRECT, RELATED = "directAnswer", "noAnswerButRelevantInfo"
CLARIFIES, NOTHING = "clarification", "noAnswerNoRelevantInfo"


class _Label(BaseModel):
    response_type: Literal[
        "directAnswer", "noAnswerButRelevantInfo", "clarification", "noAnswerNoRelevantInfo"
    ]
    response: str


class _Query(QueryLine):
    labels: tuple[_Label, ...]


def read_inscit(folder: Path) -> Dataset:
    """All turns, with the kinds of response that annotators gave as tags.

    Raises:
        DatasetError: If a file is missing or broken.
    """
    return read_folder(folder, _Query, _case)


def _case(query: _Query, judged: Judgements) -> Case:
    kinds: set[str] = {label.response_type for label in query.labels}
    answers = [label.response for label in query.labels if label.response_type in {DIRECT, RELATED}]
    return Case(
        id=query.id,
        question=query.text,
        history=query.history(),
        references=tuple(dict.fromkeys(answer for answer in answers if answer.strip())),
        relevant=judged.of(query.id),
        answerability=_answerability(kinds),
        tags=tuple(sorted(kinds)),
    )


def _answerability(kinds: set[str]) -> Answerability:
    """One annotator who found the answer is enough; who asked back has said nothing on it."""
    if DIRECT in kinds:
        return Answerability.ANSWERABLE
    if CLARIFIES in kinds:
        return Answerability.UNKNOWN
    return Answerability.PARTIAL if RELATED in kinds else Answerability.UNANSWERABLE
