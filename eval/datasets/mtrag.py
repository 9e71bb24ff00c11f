"""MTRAG and MTRAG-UN: conversations with a retriever, with answers of people and of models.

Sources: Katsis et al., "MTRAG", TACL 2025; MTRAG-UN is its sequel on what cannot be answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field

from app.types import Message
from eval.datasets.beir import (
    CORPUS,
    QUERIES,
    Judgements,
    QueryLine,
    Turn,
    history,
    read_corpus,
    read_judgements,
)
from eval.datasets.case_format import Text, collect
from eval.datasets.jsonl import line_error, read_jsonl
from eval.types import Answerability, Case, Dataset

FIELDS = frozenset({"reference_answer", "answerability"})
"""What tells MTRAG-UN's queries from others'."""

TASKS, PASSAGES = "tasks.jsonl", "passages.jsonl"

ASPECTS = ("naturalness", "appropriateness", "completeness", "faithfulness")
"""What people rated, from 1 (worst) to 4; stored is the mean of three."""

STORED_MEASURES = ("RougeL", "Bert-Rec", "Bert-KPrec", "rl_f", "rb_llm", "rb_agg")
"""Measures of the authors, each in [0, 1] but for BERTScore's, which may fall below 0."""

# "underspecified" asks for a question back and "conversational" for a courtesy: neither answer
# nor refusal is right, so nothing is said about refusing.
ANSWERABILITY = {
    "ANSWERABLE": Answerability.ANSWERABLE,
    "PARTIAL": Answerability.PARTIAL,
    "UNANSWERABLE": Answerability.UNANSWERABLE,
    "UNDERSPECIFIED": Answerability.UNKNOWN,
    "CONVERSATIONAL": Answerability.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """An answer of one system to one task, and what people and the authors' measures said of it."""

    task_id: str
    system: str
    """"reference" is the answer of a person."""
    question: str
    history: tuple[Message, ...]
    passages: tuple[str, ...]
    """The texts that the system was given."""
    reference: str
    response: str
    ratings: Mapping[str, float]
    """By `ASPECTS`."""
    measures: Mapping[str, float]
    """By `STORED_MEASURES`."""
    answerability: Answerability


class _Query(QueryLine):
    reference_answer: str
    answerability: str
    multi_turn: tuple[str, ...] = ()
    collection: str


class _Task(BaseModel):
    id: Text = Field(alias="_id")
    conversation: tuple[Turn, ...] = Field(min_length=1)
    reference_answer: str
    answerability: str
    collection: str
    reference_passages: tuple[str, ...]
    systems: dict[str, dict[str, str | float]]


def read_mtrag_un(folder: Path) -> Dataset:
    """All turns of MTRAG-UN, searched in the whole corpus.

    Raises:
        DatasetError: If a file is missing or broken.
    """
    path = folder / QUERIES
    judged = read_judgements(folder)
    cases = collect(path, ((n, _turn(line, judged)) for n, line in read_jsonl(path, _Query)))
    return Dataset(folder.name, cases, corpus=read_corpus(folder / CORPUS))


def _turn(query: _Query, judged: Judgements) -> Case:
    answerability = _answerability(query.answerability)
    # "N/A" stands for the first turn of a conversation.
    kinds = [kind.lower() for kind in query.multi_turn if kind != "N/A"]
    return Case(
        id=query.id,
        question=query.text,
        history=query.history(),
        references=_references(query.reference_answer, answerability),
        relevant=judged.of(query.id),
        answerability=answerability,
        tags=(query.answerability.lower(), query.collection, *kinds),
    )


def read_mtrag_human(folder: Path) -> Dataset:
    """The tasks that people rated, each within its reference passages.

    A task without reference passages searches them all.

    Raises:
        DatasetError: If a file is missing or broken.
    """
    path = folder / TASKS
    cases = collect(path, ((n, _task(line)) for n, line in read_jsonl(path, _Task)))
    return Dataset(folder.name, cases, corpus=read_corpus(folder / PASSAGES))


def _task(task: _Task) -> Case:
    answerability = _answerability(task.answerability)
    return Case(
        id=task.id,
        question=task.conversation[-1].content,
        history=history(task.conversation),
        references=_references(task.reference_answer, answerability),
        relevant=dict.fromkeys(task.reference_passages, 1),
        within=task.reference_passages,
        answerability=answerability,
        tags=(task.answerability.lower(), task.collection),
    )


def rated_answers(folder: Path) -> tuple[RatedAnswer, ...]:
    """Every stored answer of `mtrag_human` with its ratings: to see how far a judge agrees.

    Raises:
        DatasetError: If a file is missing or broken, or a rating is missing.
    """
    path = folder / TASKS
    texts = {source.id: source.text for source in read_corpus(folder / PASSAGES)}
    rated: list[RatedAnswer] = []
    for number, task in read_jsonl(path, _Task):
        for system, stored in task.systems.items():
            try:
                rated.append(_rated(task, system, stored, texts))
            except (KeyError, ValueError) as error:
                what = f"systems.{system}: {error} is missing or no number."
                raise line_error(path, number, what) from error
    return tuple(rated)


def _rated(
    task: _Task, system: str, stored: Mapping[str, str | float], texts: Mapping[str, str]
) -> RatedAnswer:
    return RatedAnswer(
        task_id=task.id,
        system=system,
        question=task.conversation[-1].content,
        history=history(task.conversation),
        passages=tuple(texts[passage] for passage in task.reference_passages),
        reference=task.reference_answer,
        response=str(stored["response"]),
        ratings=_numbers(stored, ASPECTS),
        measures=_numbers(stored, STORED_MEASURES),
        answerability=_answerability(task.answerability),
    )


def _numbers(stored: Mapping[str, str | float], names: Iterable[str]) -> dict[str, float]:
    return {name: float(stored[name]) for name in names}


def _answerability(label: str) -> Answerability:
    return ANSWERABILITY.get(label, Answerability.UNKNOWN)


def _references(answer: str, answerability: Answerability) -> tuple[str, ...]:
    """None for what cannot be answered: there the reference is a refusal in other words."""
    return () if answerability is Answerability.UNANSWERABLE else (answer,)
