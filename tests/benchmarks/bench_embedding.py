"""Every runtime of the embedding model side by side: speed, memory, agreement with the reference.

    python -m tests.benchmarks.bench_embedding [--passages N] [--questions N] [--runtimes torch …]

Each runtime runs in processes of its own. "Load" is importing, loading and one question.
Agreement is with sentence-transformers in single precision: the smallest cosine of a passage's
vectors, and how many of a question's ten best passages are the same, the questions being embedded
by the reference. Texts: ../shared/bench (clapnq, dragonball_finance), or the sample corpus.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.types import FloatMatrix

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT.parent / "shared" / "bench"
PASSAGE_CHARACTERS = 900
QUERY_REPEATS = 20
RUNTIMES = ("reference", "torch", "torch-bf16", "onnx", "openvino")


def main() -> None:
    """Measure all runtimes, or be one of the measured processes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, default=1500)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--runtimes", nargs="*", default=RUNTIMES[1:], choices=RUNTIMES[1:])
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        runtime, purpose, folder = arguments.child
        print(json.dumps(_CHILDREN[purpose](runtime, Path(folder))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        passages, questions = read_texts(arguments.passages, arguments.questions)
        (folder / "texts.json").write_text(json.dumps([passages, questions]))
        compare(arguments.runtimes, folder)


def compare(runtimes: Sequence[str], folder: Path) -> None:
    """Print the table."""
    reference = _run("reference", "passages", folder)
    expected, questions = np.load(folder / "reference.npy"), np.load(folder / "questions.npy")
    _run("torch", "query", folder)  # writes the export that other runtimes read
    print(
        "| runtime | load s | ms a query, threads 1 / 2 | passages/s | RSS MB | min cos | top 10 |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(f"| model.encode | | | {reference['per_s']:.1f} | {reference['rss_mb']:.0f} | 1 | 1 |")
    for runtime in runtimes:
        query, many = (_run(runtime, purpose, folder) for purpose in ("query", "passages"))
        vectors = np.load(folder / f"{runtime}.npy")
        times = " / ".join(f"{query['ms'][threads]:.1f}" for threads in ("1", "2"))
        print(
            f"| {many['runtime']} | {query['load_s']:.2f} | {times} | {many['per_s']:.1f} "
            f"| {many['rss_mb']:.0f} | {(vectors * expected).sum(axis=1).min():.6f} "
            f"| {overlap_at_ten(questions, expected, vectors):.4f} |",
            flush=True,
        )


def overlap_at_ten(questions: FloatMatrix, expected: FloatMatrix, vectors: FloatMatrix) -> float:
    """Mean share of the ten nearest passages that both sets of vectors have in common."""
    best = [np.argsort(-(questions @ each.T), axis=1)[:, :10] for each in (expected, vectors)]
    return float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*best, strict=True)]))


def read_texts(num_passages: int, num_questions: int) -> tuple[list[str], list[str]]:
    """Passages and questions, half from each set."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=PASSAGE_CHARACTERS, chunk_overlap=0)
    if not BENCH.is_dir():
        texts = [path.read_text() for path in sorted((ROOT / "ingest" / "sample").glob("*.md"))]
        passages = [passage for text in texts for passage in splitter.split_text(text)]
        return passages[:num_passages], [text.split('"')[1] for text in texts][:num_questions]
    passages, questions = [], []
    for name in ("clapnq", "dragonball_finance"):
        found = [p for text in _column(name, "corpus") for p in splitter.split_text(text)]
        passages += _spread(found, num_passages // 2)
        questions += _spread(_column(name, "queries"), num_questions // 2)
    return passages, questions


def _column(name: str, file: str) -> list[str]:
    lines = (BENCH / name / f"{file}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def _spread(items: list[str], limit: int) -> list[str]:
    return items[:: max(1, len(items) // limit)][:limit]


def _embed_passages(runtime: str, folder: Path) -> dict[str, Any]:
    passages, questions = json.loads((folder / "texts.json").read_text())
    if runtime == "reference":
        from vectorstore.embedding.torch_runtime import load
        from vectorstore.embedding.weights import locate

        model = load(locate())
        np.save(folder / "questions.npy", np.asarray(model.encode(questions)))
        clock = time.perf_counter()
        vectors = np.asarray(model.encode(passages), dtype=np.float32)
    else:
        embedder = _build(runtime, folder, purpose="ingest", threads=2)
        embedder.embed(["warm up"])
        runtime_name = embedder.runtime
        clock = time.perf_counter()
        vectors = embedder.embed(passages)
    seconds = time.perf_counter() - clock
    np.save(folder / f"{runtime}.npy", vectors)
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "runtime": "reference" if runtime == "reference" else runtime_name,
        "per_s": len(passages) / seconds,
        "rss_mb": peak_kb / 1024,
    }


def _answer_queries(runtime: str, folder: Path) -> dict[str, Any]:
    questions = json.loads((folder / "texts.json").read_text())[1][:QUERY_REPEATS]
    clock = time.perf_counter()
    first = _build(runtime, folder, purpose="query", threads=2)
    first.embed([questions[0]])
    load_s = time.perf_counter() - clock
    milliseconds = {}
    for threads in (1, 2):
        embedder = _build(runtime, folder, purpose="query", threads=threads)
        embedder.embed([questions[0]])
        times = []
        for question in questions:
            clock = time.perf_counter()
            embedder.embed([question])
            times.append(1000 * (time.perf_counter() - clock))
        milliseconds[str(threads)] = statistics.median(times)
    return {"load_s": load_s, "ms": milliseconds}


def _build(runtime: str, folder: Path, *, purpose: Any, threads: int) -> Any:
    from vectorstore.embedding.build import build_embedder
    from vectorstore.embedding.settings import EmbeddingSettings

    settings = EmbeddingSettings(runtime=runtime, threads=threads)  # type: ignore[arg-type]
    return build_embedder(settings, data_dir=folder, purpose=purpose)


_CHILDREN = {"query": _answer_queries, "passages": _embed_passages}


def _run(runtime: str, purpose: str, folder: Path) -> dict[str, Any]:
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", __spec__.name, "--child", runtime, purpose, str(folder)]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    main()
