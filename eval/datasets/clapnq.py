"""ClapNQ: long answers from one given passage, half of the questions without an answer in it.

Source: Rosenthal et al., "CLAPnq", TACL 2025.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from eval.datasets.beir import Judgements, QueryLine, read_folder
from eval.types import Answerability, Case, Dataset, Quote

FIELDS = frozenset({"passage_id", "outputs"})
"""What tells this set's queries from others'."""

NO_ANSWER = frozenset({"", "NA"})
"""What stands for the answer of an annotator who found none, beside others who did."""


class _Output(BaseModel):
    answer: str
    selected_sentences: tuple[str, ...]


class _Query(QueryLine):
    answerability: Literal["ANSWERABLE", "UNANSWERABLE"]
    passage_id: str
    outputs: tuple[_Output, ...]


def read_clapnq(folder: Path) -> Dataset:
    """All questions, each within its passage, also those that the passage does not answer.

    Raises:
        DatasetError: If a file is missing or broken.
    """
    return read_folder(folder, _Query, _case)


def _case(query: _Query, judged: Judgements) -> Case:
    given = [output for output in query.outputs if output.answer.strip() not in NO_ANSWER]
    # Annotators overlap: each sentence once, in the order of the first who chose it.
    chosen = dict.fromkeys(text for output in given for text in output.selected_sentences)
    return Case(
        id=query.id,
        question=query.text,
        references=tuple(dict.fromkeys(output.answer for output in given)),
        evidence=tuple(Quote(query.passage_id, text) for text in chosen),
        relevant=judged.of(query.id),
        within=(query.passage_id,),
        answerability=Answerability(query.answerability.lower()),
        tags=(query.answerability.lower(),),
    )
