"""Small reading documents, and a service that has them and answers from a script."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.errors import QuestionEmptyError
from app.types import Answer, AnswerStatus, Claim, Disagreement, Notes
from eval.datasets.reading_forms import ReadingText
from eval.reading.shelf import Shelf, layout, shelved
from tests.builders_web import FakeChatService, make_answer, make_citation, make_document
from vectorstore.sentences import split_sentences
from vectorstore.types import Sentence

MILL = (
    "The mill in Hove opened in 1921.",
    "It cost the town 3 million euros, said Ada Lund.",
    "Ada Lund has run it since 2019.",
    "A second mill is planned.",
)


def document_line(name: str = "d-1", **changes: Any) -> dict[str, Any]:
    """A document as a line of a file has it."""
    return {
        "id": name,
        "title": f"The mill of {name}",
        "publisher": "Gazette",
        "date": "2021-03-02",
        "style": "news item",
        "sentences": list(MILL),
        "questions": [
            {"q": "Who runs the mill?", "kind": "who", "answer": [2], "context": [0]},
            {"q": "What did the mill cost?", "kind": "amount", "answer": [1]},
            {"q": "Who owns the mill?", "kind": "who", "answer": []},
        ],
        "claims": [
            {"text": MILL[2], "supported": True, "kind": "paraphrase", "evidence": [2]},
            {
                "text": "Ada Lund has run it since 2012.",
                "supported": False,
                "kind": "date",
                "evidence": [2],
            },
        ],
    } | changes


def write_lines(path: Path, *lines: Any) -> Path:
    """A JSONL file."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def text_of(*sentences: str) -> ReadingText:
    return ReadingText(title="T", publisher=None, date=None, style="s", sentences=sentences)


def fake_shelf(texts: Mapping[str, ReadingText]) -> tuple[Shelf, FakeChatService]:
    """A shelf whose documents are as `layout` writes them, and its service to be scripted."""
    documents = {name: make_document(name, layout(text.sentences)) for name, text in texts.items()}
    service = FakeChatService(
        documents=list(documents.values()),
        spans={
            each.id: tuple(
                Sentence(number, start, end)
                for number, (start, end) in enumerate(split_sentences(each.text))
            )
            for each in documents.values()
        },
    )
    ids = {name: each.id for name, each in documents.items()}
    return shelved(service, texts, ids, composer="extractive"), service


def citing(
    service: FakeChatService,
    *quotes: tuple[str, str],
    chance: float = 0.9,
    disagreements: Sequence[tuple[int, ...]] = (),
) -> Answer:
    """An answer that shows quotes, each given as a document's name and its words."""
    named = {each.uri.rpartition("/")[2].removesuffix(".md"): each for each in service.documents}
    citations = tuple(
        make_citation(named[name], quote, n=n) for n, (name, quote) in enumerate(quotes, 1)
    )
    answer = make_answer(
        claims=tuple(Claim(each.quote, (each.n,)) for each in citations),
        citations=citations,
        notes=Notes(disagreements=tuple(Disagreement("cost", each) for each in disagreements)),
    )
    return replace(answer, receipt=replace(answer.receipt, answerability=chance))


def refusing(chance: float = 0.1) -> Answer:
    """An abstention."""
    answer = make_answer(
        status=AnswerStatus.ABSTAINED,
        claims=(),
        citations=(),
        notes=Notes(),
        message="The sources do not say.",
    )
    return replace(answer, receipt=replace(answer.receipt, answerability=chance))


def failing() -> Exception:
    """What a service raises for a single question."""
    return QuestionEmptyError()
