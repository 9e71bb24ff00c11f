"""The project's own format of cases: JSONL, one case a line.

A line has the fields of `eval.types.Case`; what is empty is left out. Described in
docs/evaluation-datasets.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.types import Message
from eval.datasets.jsonl import line_error, read_jsonl
from eval.errors import DatasetError
from eval.types import Answerability, Case, Quote

Text = Annotated[str, StringConstraints(pattern=r"\S")]
"""Something to read: not only white space."""

Forms = Annotated[tuple[Text, ...], Field(min_length=1)]
"""Ways to say the same; one of them is enough."""

EXPECTED = ("facts", "items", "key_points", "evidence")
"""Fields that say what an answer holds; a question that the sources do not answer has none."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _MessageLine(_Strict):
    role: Literal["user", "assistant"]
    content: Text


class _QuoteLine(_Strict):
    source: Text | None = None
    text: Text


class _CaseLine(_Strict):
    """One line of a file of cases."""

    id: Text
    question: Text
    history: tuple[_MessageLine, ...] = ()
    facts: tuple[Forms, ...] = ()
    forbidden: tuple[Text, ...] = ()
    references: tuple[Text, ...] = ()
    evidence: tuple[_QuoteLine, ...] = ()
    relevant: dict[str, int] = Field(default_factory=dict)
    within: tuple[Text, ...] = ()
    items: tuple[Forms, ...] = ()
    key_points: tuple[Text, ...] = ()
    answerability: Answerability = Answerability.UNKNOWN
    tags: tuple[Text, ...] = ()
    notes: str = ""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        stated = [name for name in EXPECTED if getattr(self, name)]
        if self.answerability is Answerability.UNANSWERABLE and stated:
            raise ValueError(f"the case is unanswerable and yet states {', '.join(stated)}")
        return self

    def case(self) -> Case:
        return Case(
            id=self.id,
            question=self.question,
            history=tuple(Message(turn.role, turn.content) for turn in self.history),
            facts=self.facts,
            forbidden=self.forbidden,
            references=self.references,
            evidence=tuple(Quote(quote.source, quote.text) for quote in self.evidence),
            relevant=self.relevant,
            within=self.within,
            items=self.items,
            key_points=self.key_points,
            answerability=self.answerability,
            tags=self.tags,
            notes=self.notes,
        )


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file, in its order.

    Raises:
        DatasetError: If the file holds no case, a line is no case, or an id comes twice.
    """
    return collect(path, ((number, line.case()) for number, line in read_jsonl(path, _CaseLine)))


def collect(path: Path, numbered: Iterable[tuple[int, Case]]) -> tuple[Case, ...]:
    """Cases with the numbers of their lines, made sure to be some and to have different ids.

    Raises:
        DatasetError: If there is no case, or an id comes twice.
    """
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, case in numbered:
        if case.id in seen:
            earlier = f"line {seen[case.id]} has the id {case.id!r}, too"
            raise line_error(path, number, f"id: {earlier}; every case needs one of its own.")
        seen[case.id] = number
        cases.append(case)
    if not cases:
        raise DatasetError(f"{path} holds no case.")
    return tuple(cases)


def write_case(case: Case) -> str:
    """A case as one line of JSON, without the line's end; `read_cases` gives it back."""
    return json.dumps(case_fields(case), ensure_ascii=False)


def case_fields(case: Case) -> dict[str, Any]:
    """The fields of a case's line, in the order of the format, without what is empty."""
    line: dict[str, Any] = {
        "id": case.id,
        "question": case.question,
        "history": [{"role": turn.role, "content": turn.content} for turn in case.history],
        "facts": [list(forms) for forms in case.facts],
        "forbidden": list(case.forbidden),
        "references": list(case.references),
        "evidence": [{"source": quote.source, "text": quote.text} for quote in case.evidence],
        "relevant": dict(sorted(case.relevant.items())),
        "within": list(case.within),
        "items": [list(forms) for forms in case.items],
        "key_points": list(case.key_points),
        "answerability": str(case.answerability),
        "tags": list(case.tags),
        "notes": case.notes,
    }
    if case.answerability is Answerability.UNKNOWN:
        del line["answerability"]
    return {name: value for name, value in line.items() if value}
