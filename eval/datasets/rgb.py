"""RGB's counterfactual part: for each question snippets that are true and the same ones falsified.

Source: Chen et al., "Benchmarking Large Language Models in Retrieval-Augmented Generation",
AAAI 2024.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from eval.datasets.case_format import Forms, collect
from eval.datasets.jsonl import read_jsonl
from eval.types import Answerability, Case, Dataset, SourceText

QUESTIONS = "en_fact.jsonl"

TRUE, FALSIFIED, BESIDE = "true", "falsified", "beside"
"""Kinds of snippets, part of their ids: "17/falsified/0"."""


class _Question(BaseModel):
    id: int
    query: str
    answer: str | tuple[Forms, ...]
    fakeanswer: str
    positive: tuple[str, ...]
    positive_wrong: tuple[str, ...]
    negative: tuple[str, ...]


def read_rgb(folder: Path) -> Dataset:
    """Each question within its own snippets, which disagree.

    The fact is the true answer. The falsified one is not forbidden, for without dates nobody can
    tell which is which: an answer should show both, so both are the items to name.

    Raises:
        DatasetError: If the file is missing or broken.
    """
    path = folder / QUESTIONS
    lines = list(read_jsonl(path, _Question))
    corpus = tuple(
        SourceText(source, "", text)
        for _, line in lines
        for source, text in _snippets(line).items()
    )
    return Dataset(folder.name, collect(path, ((n, _case(line)) for n, line in lines)), corpus)


def counterfactuals(folder: Path) -> Iterator[tuple[str, str]]:
    """Each true snippet beside the same one with the answer falsified.

    Raises:
        DatasetError: If the file is missing or broken.
    """
    for _, line in read_jsonl(folder / QUESTIONS, _Question):
        yield from zip(line.positive, line.positive_wrong, strict=False)


def _snippets(line: _Question) -> dict[str, str]:
    kinds = {TRUE: line.positive, FALSIFIED: line.positive_wrong, BESIDE: line.negative}
    return {
        f"{line.id}/{kind}/{n}": text
        for kind, texts in kinds.items()
        for n, text in enumerate(texts)
    }


def _case(line: _Question) -> Case:
    true = ((line.answer,),) if isinstance(line.answer, str) else line.answer
    snippets = tuple(_snippets(line))
    return Case(
        id=str(line.id),
        question=line.query,
        facts=true,
        relevant={source: int(f"/{BESIDE}/" not in source) for source in snippets},
        within=snippets,
        items=(*true, (line.fakeanswer,)),
        answerability=Answerability.ANSWERABLE,
        tags=("disagreement",),
    )
