"""COVID-QA: questions of physicians on whole papers, each answered by one span.

Source: Möller et al., "COVID-QA", NLP-COVID workshop at ACL 2020.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from eval.datasets.beir import Judgements, QueryLine, read_folder
from eval.types import Answerability, Case, Dataset, Quote

FIELDS = frozenset({"doc_id", "answers"})
"""What tells this set's queries from others'."""


class _Answer(BaseModel):
    text: str


class _Query(QueryLine):
    doc_id: str
    answers: tuple[_Answer, ...]


def read_covidqa(folder: Path) -> Dataset:
    """All questions; an answer's span is reference and evidence.

    Raises:
        DatasetError: If a file is missing or broken.
    """
    return read_folder(folder, _Query, _case)


def _case(query: _Query, judged: Judgements) -> Case:
    spans = tuple(answer.text.strip() for answer in query.answers)
    return Case(
        id=query.id,
        question=query.text,
        references=spans,
        evidence=tuple(Quote(query.doc_id, span) for span in spans),
        relevant=judged.of(query.id),
        answerability=Answerability.ANSWERABLE,
    )
