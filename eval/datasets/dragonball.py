"""DragonBall: reports of invented companies, courts and hospitals, with key points.

Source: Zhu et al., "RAGEval", arXiv 2408.01262.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from eval.datasets.beir import CORPUS, QUERIES, Judgements, QueryLine, read_corpus, read_judgements
from eval.datasets.case_format import collect
from eval.datasets.jsonl import read_jsonl
from eval.types import Answerability, Case, Dataset, Quote

FIELDS = frozenset({"keypoints", "gold_docs"})
"""What tells this set's queries from others'."""

UNSOLVABLE = "Irrelevant Unsolvable Question"
NO_ANSWER = "Unable to answer"

# "1. Aim", "8.The", "14 Corporate"; but not the amounts in "2.5 million" and "10 shops".
_NUMBER = re.compile(r"^\s*\d{1,2}(?:[.)]\s*(?=\D)|\s+(?=[A-Z]))")
_REMARK = re.compile(r"^\s*note:", re.IGNORECASE)


class _Query(QueryLine):
    query_type: str
    answer: str
    evidence: tuple[str, ...]
    keypoints: tuple[str, ...]
    gold_docs: tuple[str, ...]
    unanswerable: bool


def read_dragonball(folder: Path) -> Dataset:
    """All questions, with their kind as a tag.

    Raises:
        DatasetError: If a file is missing or broken.
    """
    path = folder / QUERIES
    judged, corpus = read_judgements(folder), read_corpus(folder / CORPUS)
    texts = {source.id: source.text for source in corpus}
    lines = read_jsonl(path, _Query)
    cases = collect(path, ((n, _case(line, judged, texts)) for n, line in lines))
    return Dataset(folder.name, cases, corpus=corpus)


def _case(query: _Query, judged: Judgements, texts: Mapping[str, str]) -> Case:
    tag = query.query_type.removesuffix(" Question").lower()
    if query.unanswerable:
        return Case(
            id=query.id,
            question=query.text,
            relevant=judged.of(query.id),
            answerability=Answerability.UNANSWERABLE,
            tags=(tag,),
        )
    quotes = tuple(text.strip() for text in query.evidence if text.strip())
    return Case(
        id=query.id,
        question=query.text,
        references=() if query.answer == NO_ANSWER else (query.answer,),
        evidence=tuple(Quote(_holder(text, query, texts), text) for text in quotes),
        relevant=judged.of(query.id),
        key_points=tuple(_key_points(query.keypoints)),
        answerability=_answerability(query),
        tags=(tag,),
    )


def _answerability(query: _Query) -> Answerability:
    # Called unsolvable, and yet answered, some in part and some wholly: no word on refusing.
    if query.query_type == UNSOLVABLE:
        return Answerability.UNKNOWN
    return Answerability.ANSWERABLE


def _holder(quote: str, query: _Query, texts: Mapping[str, str]) -> str | None:
    """Which of the question's sources a quote is from; the set does not say."""
    holders = [source for source in query.gold_docs if quote in texts.get(source, "")]
    if holders:
        return holders[0]
    return query.gold_docs[0] if len(query.gold_docs) == 1 else None


def _key_points(raw: tuple[str, ...]) -> list[str]:
    """Without their numbers, and without remarks of the model that wrote them."""
    points = [_NUMBER.sub("", point).strip() for point in raw if not _REMARK.match(point)]
    return [point for point in points if point != NO_ANSWER]
