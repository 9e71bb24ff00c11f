"""Ingest against the usual pipeline: the same texts, the same model, turn by turn on one machine.

    python -m tests.benchmarks.bench_ingest [FOLDER] [--documents 40] [--rounds 3] [--runtimes auto]

The usual pipeline is LangChain's RecursiveCharacterTextSplitter, SentenceTransformer.encode as
HuggingFaceEmbeddings calls it, and Chroma.add_texts: it reads the files, and that is all it does.
Once as it comes, once with the model in bfloat16, once with the splitter's customary overlap.
Ours is the whole job: parsing in a child process, cleaning, sentences, vectors of passages and of
sentences, catalog, both indexes, verification, publication. Each turn is a process of its own; "s"
leaves out imports and loading the model on either side, "whole s" is the whole process. Peak memory
is that of the process without its children. FOLDER holds text or Markdown files;
without one the reports of ../shared/bench/dragonball_finance are used, or the sample corpus.
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
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT.parent / "shared" / "bench" / "dragonball_finance" / "corpus.jsonl"
PASSAGE_CHARACTERS = 900  # as ours, so that passages a second can be compared
CUSTOMARY_OVERLAP = 200  # the splitter's default


def main() -> None:
    """Measure, or be one of the measured processes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=[*USUAL, OURS], help=argparse.SUPPRESS)
    parser.add_argument("--runtimes", nargs="+", default=["auto"], help="runtimes of our side")
    arguments = parser.parse_args()
    if arguments.side:
        side = USUAL.get(arguments.side) or partial(ours, runtime=arguments.runtimes[0])
        print(json.dumps(side(arguments.folder)))
        return
    with tempfile.TemporaryDirectory() as folder:
        source = arguments.folder or _write_texts(Path(folder), arguments.documents)
        compare(source, rounds=arguments.rounds, runtimes=arguments.runtimes)


def compare(folder: Path, *, rounds: int, runtimes: Sequence[str]) -> None:
    """Take turns and print medians; a ratio is the median of the ratios within a round."""
    sides = [(side, "") for side in USUAL] + [(OURS, runtime) for runtime in runtimes]
    results: dict[tuple[str, str], list[dict[str, float]]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, taken in results.items():
            taken.append(_measure(*side, folder))
    base = results[sides[0]]
    columns = ("pipeline", "passages", "s", "whole s", "CPU s", "peak MB", "passages/s")
    ratios = ("ratio", "ratio, whole", "ratio, CPU")
    print(f"| {' | '.join([*columns, *ratios])} |\n|{' --- |' * len([*columns, *ratios])}")
    for side, taken in results.items():
        one = {key: statistics.median(run[key] for run in taken) for key in taken[0]}
        cells = [" ".join(side), f"{one['passages']:.0f}", f"{one['seconds']:.1f}"]
        cells += [f"{one['whole']:.1f}", f"{one['cpu']:.1f}", f"{one['peak']:.0f}"]
        cells.append(f"{one['passages'] / one['seconds']:.1f}")
        for key in ("seconds", "whole", "cpu"):
            ratio = statistics.median(
                (mine["passages"] / mine[key]) / (usual["passages"] / usual[key])
                for mine, usual in zip(taken, base, strict=True)
            )
            cells.append(f"{ratio:.2f}")
        print(f"| {' | '.join(cells)} |")


def usual(folder: Path, *, overlap: int = 0, bf16: bool = False) -> dict[str, float]:
    """Split, encode, add."""
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    from vectorstore.embedding.weights import locate

    options = {"dtype": "bfloat16"} if bf16 else {}
    model = SentenceTransformer(str(locate().folder), device="cpu", model_kwargs=options)

    class HuggingFaceEmbeddings(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = model.encode(texts, show_progress_bar=False).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    model.encode(["warm up"])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data_dir, Clock() as clock:
        texts = [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())]
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=PASSAGE_CHARACTERS, chunk_overlap=overlap
        )
        passages = [passage for text in texts for passage in splitter.split_text(text)]
        store = Chroma("usual", HuggingFaceEmbeddings(), persist_directory=data_dir)
        store.add_texts(passages)
    return clock.result(len(passages), sum(map(len, texts)))


def ours(folder: Path, *, runtime: str) -> dict[str, float]:
    """The real job on an empty store."""
    from app.main import prepare_environment

    prepare_environment()
    from ingest.job import IngestJob
    from vectorstore.catalog import Catalog
    from vectorstore.config import StoreSettings
    from vectorstore.embedding.build import build_embedder
    from vectorstore.embedding.settings import EmbeddingSettings
    from vectorstore.generations import Generations

    with tempfile.TemporaryDirectory() as data_dir:
        store = StoreSettings(Path(data_dir))
        settings = EmbeddingSettings(runtime=runtime)  # type: ignore[arg-type]
        embedder = build_embedder(settings, data_dir=store.data_dir, purpose="ingest")
        embedder.embed(["warm up"])
        catalog = Catalog(store.catalog_url)
        job = IngestJob(catalog, Generations(catalog, store), store.lock_path, embedder)
        with Clock() as clock:
            report = job.run([str(folder)])
        catalog.close()
    if report.refused:
        raise SystemExit(f"refused: {report.refused}")
    characters = sum(len(path.read_text(encoding="utf-8")) for path in folder.iterdir())
    return clock.result(report.passages_embedded, characters)


class Clock:
    """Wall and processor time of a block, child processes included."""

    def __enter__(self) -> Clock:
        self._wall, self._cpu = time.perf_counter(), _cpu_s()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds, self.cpu = time.perf_counter() - self._wall, _cpu_s() - self._cpu

    def result(self, passages: int, characters: int) -> dict[str, float]:
        """What one turn reports."""
        return {
            "passages": passages,
            "characters": characters,
            "seconds": self.seconds,
            "cpu": self.cpu,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


USUAL: dict[str, Callable[[Path], dict[str, float]]] = {
    "usual": usual,
    "usual, bf16": partial(usual, bf16=True),
    "usual, overlap 200": partial(usual, overlap=CUSTOMARY_OVERLAP),
}
OURS = "ours"


def _cpu_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _measure(side: str, runtime: str, folder: Path) -> dict[str, float]:
    # Without this the usual pipeline's threads spin, which on a busy machine slows it many times.
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", __spec__.name, str(folder), "--side", side]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "--runtimes", runtime],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {**result, "whole": time.perf_counter() - started}


def _write_texts(folder: Path, limit: int) -> Path:
    """A folder of text files to ingest."""
    if not REPORTS.is_file():
        return ROOT / "ingest" / "sample"
    with REPORTS.open(encoding="utf-8") as lines:
        for number, line in zip(range(limit), lines, strict=False):
            document = json.loads(line)
            text = f"{document['title']}\n\n{document['text']}"
            (folder / f"{number:04d}.txt").write_text(text, encoding="utf-8")
    return folder


if __name__ == "__main__":
    main()
