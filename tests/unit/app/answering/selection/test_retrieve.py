from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.answering.conversation.condense import condense
from app.answering.selection import retrieve
from tests.builders_answering import make_evidence
from vectorstore.types import Filters, Metadata

INTRODUCED = make_evidence("Harbour Children's (HC) is a clinic.", uri="/a.md").passage
IN_SHORT = make_evidence("HC grew by a tenth.", uri="/b.md").passage


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How did Harbour Children's grow?", [INTRODUCED, IN_SHORT]),
        ("How did the clinic grow?", [INTRODUCED]),
    ],
)
def test_passages_that_shorten_a_name_of_the_question_are_found_too(
    question: str, found: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_name = {each.passage.id: each for each in (INTRODUCED, IN_SHORT)}

    def rank(_: Any, text: str, *_args: Any, **_options: Any) -> Any:
        best = IN_SHORT if "HC" in text else INTRODUCED
        return SimpleNamespace(fused={best.passage.id: 1.0}, best_cosine=0.9)

    def opened(_: Any, _rankings: Any, scores: dict[Any, float], *, limit: int) -> list[Any]:
        return [by_name[name] for name in sorted(scores)][:limit]

    monkeypatch.setattr(retrieve, "rank", rank)
    monkeypatch.setattr(retrieve, "opened", opened)
    documents = [
        SimpleNamespace(id=each.passage.document_id, metadata=Metadata("Clinics"))
        for each in (INTRODUCED, IN_SHORT)
    ]
    reader = SimpleNamespace(sentences=lambda _: {}, documents=lambda _: documents)
    generation: Any = SimpleNamespace(reader=reader)
    embedder: Any = SimpleNamespace(embed=lambda texts: np.zeros((len(texts), 2)))
    result = retrieve.retrieve(condense(question, ()), generation, embedder, Filters())
    assert list(result.passages) == found


@pytest.mark.parametrize(
    ("question", "beside", "read"),
    [
        ("Summarize the growth of the clinic", 1, retrieve.PASSAGES_OF_ONE + 1),
        ("Summarize the growth of the clinic", 7, retrieve.PASSAGES_FOR_LIST),
        ("How did the clinic grow?", 1, retrieve.PASSAGES),
    ],
)
def test_for_a_summary_more_is_read_of_the_document_that_most_of_it_stands_in(
    question: str, beside: int, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = [
        make_evidence("It grew.", uri="/a.md", ordinal=n, passage_ordinal=n).passage
        for n in range(40)
    ]
    others = [make_evidence("HC.", uri=f"/b{n}.md").passage for n in range(beside)]
    by_name = {each.passage.id: each for each in (*others, *clinic)}
    rank_of = {name: 1 - n / 100 for n, name in enumerate(by_name)}
    of_clinic = {each.passage.id: rank_of[each.passage.id] for each in clinic}

    def rank(*_args: Any, document_ids: Any) -> Any:
        return SimpleNamespace(fused=rank_of if document_ids is None else of_clinic)

    def opened(_: Any, _rankings: Any, scores: dict[Any, float], *, limit: int) -> list[Any]:
        return [by_name[name] for name in sorted(scores, key=lambda one: -scores[one])][:limit]

    monkeypatch.setattr(retrieve, "rank", rank)
    monkeypatch.setattr(retrieve, "opened", opened)
    documents = [
        SimpleNamespace(id=each.passage.document_id, metadata=Metadata("Clinics"))
        for each in by_name.values()
    ]
    reader = SimpleNamespace(sentences=lambda _: {}, documents=lambda _: documents)
    generation: Any = SimpleNamespace(reader=reader)
    embedder: Any = SimpleNamespace(embed=lambda texts: np.zeros((len(texts), 2)))
    result = retrieve.retrieve(condense(question, ()), generation, embedder, Filters())
    assert len({each.passage.id for each in result.passages}) == len(result.passages) == read
