"""Asks every question of a JSONL file and counts facts, evidence, refusals, length and time.

    python -m tests.benchmarks.bench_answers QUESTIONS.jsonl FOLDER [--wrong]

A line of the file: {"question", "history": [earlier questions], "must": [[alternatives] …],
"must_not": [text …], "evidence": [{"source", "quote"}], "type"}; no evidence means unanswerable.
The folder is ingested into a temporary data directory.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.answering.service import ChatService
from app.bootstrap import build_chat_service
from app.main import prepare_environment
from app.settings import Settings
from app.types import Answer, AnswerStatus, Citation, Message, Question
from vectorstore.types import Document


def main() -> None:
    """Print the table; with --wrong the questions that fail, too."""
    prepare_environment()
    parser = argparse.ArgumentParser()
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wrong", action="store_true")
    arguments = parser.parse_args()
    cases = read_cases(arguments.questions)
    with (
        tempfile.TemporaryDirectory() as data_dir,
        ingested(arguments.folder, Path(data_dir)) as service,
    ):
        figures = measure(cases, service)
    if arguments.wrong:
        for case, answer in figures.wrong:
            _show(case, answer)
    show(figures)


@contextmanager
def ingested(folder: Path, data_dir: Path) -> Iterator[ChatService]:
    """A service over a folder that is ingested as a user would, with index and model opened."""
    ingest = [sys.executable, "-m", "app.main", "ingest", str(folder)]
    environment = {**os.environ, "ACCORD_DATA_DIR": str(data_dir)}
    subprocess.run(ingest, check=True, env=environment, capture_output=True)
    service = build_chat_service(Settings(_env_file=None, data_dir=data_dir), watch=False)
    try:
        service.answer(Question("What is a partnership?"))
        yield service
    finally:
        service.close()


@dataclass
class Figures:
    """What was counted over a file of questions."""

    counts: Counter[str] = field(default_factory=Counter)
    words: list[int] = field(default_factory=list)
    """Of each answer to an answerable question."""
    sentences: list[int] = field(default_factory=list)
    times_ms: list[float] = field(default_factory=list)
    wrong: list[tuple[dict[str, Any], Answer]] = field(default_factory=list)
    """Questions that lack a fact or its evidence, or were answered and should not have been."""


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The questions of a file."""
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def measure(cases: list[dict[str, Any]], service: ChatService) -> Figures:
    """Ask every question and count."""
    figures = Figures()
    texts = {each.id: service.document(each.id) for each in service.sources()}
    for case in cases:
        history = tuple(Message("user", earlier) for earlier in case.get("history", []))
        began = time.perf_counter()
        answer = service.answer(Question(case["question"], history))
        figures.times_ms.append(1000 * (time.perf_counter() - began))
        figures.counts["citations"] += len(answer.citations)
        figures.counts["exact"] += sum(is_exact(c, texts[c.document_id]) for c in answer.citations)
        if not _count(case, answer, figures):
            figures.wrong.append((case, answer))
    return figures


def _count(case: dict[str, Any], answer: Answer, figures: Figures) -> bool:
    """Count one answer; whether it is right."""
    counts = figures.counts
    refused = answer.status is AnswerStatus.ABSTAINED
    if not case["evidence"]:
        counts["unanswerable"] += 1
        counts["rightly refused"] += refused and not answer.citations
        return refused
    counts["answerable"] += 1
    counts["wrongly refused"] += refused
    facts, quoted = has_facts(answer, case), has_evidence(answer, case)
    counts["all facts"] += facts
    counts["all evidence"] += quoted
    if not refused:
        figures.words.append(sum(len(claim.text.split()) for claim in answer.claims))
        figures.sentences.append(len(answer.claims))
    return facts and quoted


def show(figures: Figures) -> None:
    """Print the table."""
    for name in (
        "answerable",
        "all facts",
        "all evidence",
        "wrongly refused",
        "unanswerable",
        "rightly refused",
        "citations",
        "exact",
    ):
        print(f"{name:16} {figures.counts[name]}")
    print(f"words            {statistics.mean(figures.words):.1f}")
    print(f"sentences        {statistics.mean(figures.sentences):.2f}")
    print(f"ms p50           {statistics.median(figures.times_ms):.1f}")
    print(f"ms max           {max(figures.times_ms):.1f}")


def is_exact(citation: Citation, document: Document | None) -> bool:
    """Whether a quote stands in the cited version of its document, at its span."""
    if document is None or document.version != citation.version:
        return False
    return document.text[citation.start : citation.end] == citation.quote


def has_facts(answer: Answer, case: dict[str, Any]) -> bool:
    """Whether the answer says every expected fact in one of its forms, and nothing it must not."""
    said = plain(" ".join(claim.text for claim in answer.claims))
    expected = all(any(plain(form) in said for form in forms) for forms in case["must"])
    return expected and not any(plain(text) in said for text in case["must_not"])


def has_evidence(answer: Answer, case: dict[str, Any]) -> bool:
    """Whether every evidence quote stands in a quote that is cited."""
    quotes = [plain(citation.quote) for citation in answer.citations]
    return all(any(plain(each["quote"]) in quote for quote in quotes) for each in case["evidence"])


def plain(text: str) -> str:
    """Lower case, straight quotes, single spaces."""
    folded = text.translate(str.maketrans("‘’“”–—", "''\"\"--"))
    return re.sub(r"\s+", " ", folded).lower()


def _show(case: dict[str, Any], answer: Answer) -> None:
    outcome = f"[{answer.receipt.answerability:.2f}, {answer.message or answer.status}]"
    print(f"--- {case['type']}: {case['question']}  {outcome}")
    for claim in answer.claims:
        print(f"      {claim.text[:160]}")


if __name__ == "__main__":
    main()
