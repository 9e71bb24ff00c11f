"""Asks the golden questions with SmolLM2 on this machine, and counts what a reader is shown.

    python -m tests.benchmarks.bench_local_model [--questions N] [--unsupported WORD] [--verdicts]

Asked are questions that stand alone, drawn evenly over the set. With --verdicts each sentence that
the model wrote is printed with what became of it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.reading.build import build_reader
from app.types import Answer, Question, Verdict
from eval.datasets.golden import read_golden
from tests.benchmarks.bench_answers import ingested, is_exact
from tests.builders_answering import failures_of
from tests.local_model_server import missing, running
from vectorstore.types import Document

ROOT = Path(__file__).resolve().parents[2]
FALLBACKS = "answers that fell back: "
CHECKS = "failed, by the first check: "


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--questions", type=int, default=24)
    parser.add_argument("--unsupported", choices=["drop", "repair", "mark"], default="drop")
    parser.add_argument("--verdicts", action="store_true")
    arguments = parser.parse_args()
    if reason := missing():
        sys.exit(f"The local model cannot be asked: {reason}.")
    alone = [case.question for case in read_golden().cases if not case.history]
    step = max(1, len(alone) // arguments.questions)
    questions = alone[::step][: arguments.questions]
    counts: Counter[str] = Counter()
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "server.log") as model:
        os.environ.update(model.settings | {"ACCORD_UNSUPPORTED": arguments.unsupported})
        with ingested(ROOT / "ingest" / "sample", Path(folder) / "data") as service:
            texts = {each.id: service.document(each.id) for each in service.sources()}
            for question in questions:
                began = time.perf_counter()
                answer = service.answer(Question(question))
                seconds.append(time.perf_counter() - began)
                count(answer, texts, counts)
                if arguments.verdicts:
                    show(answer)
    for name, number in sorted(counts.items()):
        print(f"{name:48} {number}")
    typical, longest = statistics.median(seconds), max(seconds)
    print(f"{'seconds an answer, median and longest':48} {typical:.1f} {longest:.1f}")


def count(answer: Answer, texts: dict[str, Document | None], counts: Counter[str]) -> None:
    """Add one answer."""
    counts["questions"] += 1
    counts[f"answers: {answer.status.value}"] += 1
    counts["citations"] += len(answer.citations)
    counts["citations that are exact"] += sum(
        is_exact(citation, texts[citation.document_id]) for citation in answer.citations
    )
    support = build_reader().support
    for claim in answer.claims:
        counts["claims shown"] += 1
        counts["claims shown that do not verify"] += bool(failures_of(claim, answer, support))
    receipt = answer.receipt
    if receipt.model is None:
        counts["answers without asking the model"] += 1
        return
    if receipt.problem is not None:
        counts[FALLBACKS + receipt.problem] += 1
    counts["invented markers"] += receipt.counts.get("invented_markers", 0)
    for verdict in receipt.verdicts[: receipt.counts.get("by_model", 0)]:
        kind = "moved" if verdict.get("moved") else str(verdict["verdict"])
        counts["sentences of the model"] += 1
        counts[f"sentences of the model: {kind}"] += 1
        if verdict["verdict"] != Verdict.SUPPORTED and verdict["failures"]:
            counts[CHECKS + str(verdict["failures"][0]).partition(":")[0]] += 1


def show(answer: Answer) -> None:
    """What the model wrote for one question, and what became of it."""
    print(f"\n--- {answer.question}  [{answer.status.value}, {answer.composer}]")
    for number, verdict in enumerate(answer.receipt.verdicts):
        author = "model" if number < answer.receipt.counts.get("by_model", 0) else "sources"
        moved = ", moved" if verdict.get("moved") else ""
        print(f"  {author}, {verdict['verdict']}{moved}: {verdict['text'][:200]}")
        for failure in verdict["failures"]:
            print(f"      {failure}")


if __name__ == "__main__":
    main()
