"""Adapter for lists of questions with `must`, `must_not`, `type` and evidence quotes.

A line: {"id"?, "type", "question", "history": [earlier questions], "must": [[forms] …],
"must_not": [text …], "evidence": [{"source", "quote"}]}. No evidence means unanswerable.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from app.types import Message
from eval.datasets.case_format import Forms, Text, collect
from eval.datasets.jsonl import read_jsonl
from eval.types import Answerability, Case, Quote


class _Evidence(BaseModel):
    source: Text
    quote: Text


class _QuestionLine(BaseModel):
    id: Text | None = None
    type: Text
    question: Text
    history: tuple[Text, ...] = ()
    must: tuple[Forms, ...]
    must_not: tuple[Text, ...] = ()
    evidence: tuple[_Evidence, ...]

    def case(self, number: int) -> Case:
        known = self.evidence or self.must
        return Case(
            id=self.id or f"line-{number}",
            question=self.question,
            history=tuple(Message("user", earlier) for earlier in self.history),
            facts=self.must,
            forbidden=self.must_not,
            evidence=tuple(Quote(quote.source, quote.quote) for quote in self.evidence),
            relevant={quote.source: 1 for quote in self.evidence},
            answerability=Answerability.ANSWERABLE if known else Answerability.UNANSWERABLE,
            tags=(self.type,),
        )


def read_question_list(path: Path) -> tuple[Case, ...]:
    """The cases of a list of questions, in its order.

    Raises:
        DatasetError: If the file holds no question, a line is none, or an id comes twice.
    """
    return collect(path, ((n, line.case(n)) for n, line in read_jsonl(path, _QuestionLine)))
