"""Asks every question of a JSONL file and counts facts, evidence, refusals, length and time.

    python -m tests.benchmarks.bench_answers QUESTIONS.jsonl FOLDER [--wrong]

A line of the file: {"question", "history": [earlier questions], "must": [[alternatives] …],
"must_not": [text …], "evidence": [{"source", "quote"}], "type"}; no evidence means unanswerable.
The folder is ingested into a temporary data directory.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from app.bootstrap import build_chat_service
from app.settings import Settings
from app.types import Answer, AnswerStatus, Message, Question


def main() -> None:
    """Print the table; with --wrong the questions that fail, too."""
    parser = argparse.ArgumentParser()
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wrong", action="store_true")
    arguments = parser.parse_args()
    cases = [json.loads(line) for line in arguments.questions.read_text().splitlines() if line]
    with tempfile.TemporaryDirectory() as data_dir:
        ingest = [sys.executable, "-m", "app.main", "ingest", str(arguments.folder)]
        subprocess.run(ingest, check=True, env=_environment(data_dir), capture_output=True)
        service = build_chat_service(Settings(data_dir=Path(data_dir)), watch=False)
        service.answer(Question("What is a partnership?"))  # opens index and model
        texts = {each.id: service.document(each.id) for each in service.sources()}
        report(cases, service, texts, show_wrong=arguments.wrong)


def report(
    cases: list[dict[str, Any]], service: Any, texts: dict[str, Any], *, show_wrong: bool
) -> None:
    """Ask, count and print."""
    counts: Counter[str] = Counter()
    words, sentences, times = [], [], []
    for case in cases:
        history = tuple(Message("user", earlier) for earlier in case.get("history", []))
        began = time.perf_counter()
        answer = service.answer(Question(case["question"], history))
        times.append(1000 * (time.perf_counter() - began))
        counts["citations"] += len(answer.citations)
        counts["exact"] += sum(
            texts[c.document_id].text[c.start : c.end] == c.quote for c in answer.citations
        )
        refused = answer.status is AnswerStatus.ABSTAINED
        if not case["evidence"]:
            counts["unanswerable"] += 1
            counts["rightly refused"] += refused and not answer.citations
            wrong = not refused
        else:
            counts["answerable"] += 1
            counts["wrongly refused"] += refused
            facts, quoted = has_facts(answer, case), has_evidence(answer, case)
            counts["all facts"] += facts
            counts["all evidence"] += quoted
            wrong = not (facts and quoted)
            if not refused:
                words.append(sum(len(claim.text.split()) for claim in answer.claims))
                sentences.append(len(answer.claims))
        if wrong and show_wrong:
            _show(case, answer)
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
        print(f"{name:16} {counts[name]}")
    print(f"words            {statistics.mean(words):.1f}")
    print(f"sentences        {statistics.mean(sentences):.2f}")
    print(f"ms p50           {statistics.median(times):.1f}\nms max           {max(times):.1f}")


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


def _environment(data_dir: str) -> dict[str, str]:
    import os

    return {**os.environ, "ACCORD_DATA_DIR": data_dir}


if __name__ == "__main__":
    main()
