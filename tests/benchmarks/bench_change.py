"""What one change costs: `python tests/benchmarks/bench_change.py 10000 100000`.

A library of synthetic passages (see `bench_store.py`) is published whole; then one document of a
few sentences is added, edited and removed, each by the job behind `accord ingest` and `accord
sources --remove` in a process of its own, with an embedder that hashes words, so that a model
costs nothing. Seconds are those of the job, without imports; memory is the peak of the process and
of its children. A removed document is served no more after the first of two figures, and erased,
with every byte of it, after the second. "From the shell" is `accord ingest` of such a document as
somebody types it: the whole process, with imports and the embedding model.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import bench_store  # noqa: E402
from tests.builders import HashingEmbedder  # noqa: E402
from tests.store_trials import read_plain  # noqa: E402
from vectorstore.catalog import Catalog  # noqa: E402
from vectorstore.config import StoreSettings  # noqa: E402
from vectorstore.embedding.weights import locate  # noqa: E402
from vectorstore.generations import Generations  # noqa: E402
from vectorstore.maintenance import remove_sources  # noqa: E402

TEXT = "# A note\n\nThe ferry leaves at nine. It takes two hours. Nobody has to book."
CHANGES = ("add", "edit", "edit again", "remove", "remove old")
LOOK_EVERY_S = 0.01


def main(arguments: list[str]) -> None:
    """Build each size, change it, print one row for each change."""
    if arguments[:1] == ["build"]:
        print(json.dumps(build(Path(arguments[1]), int(arguments[2]))))
        return
    if arguments[:1] == ["change"]:
        print(json.dumps(change(Path(arguments[1]), arguments[2])))
        return
    print("| passages | change | s | CPU s | s, ratio to whole publish | peak MB |")
    print("|" + " --- |" * 6)
    for size in map(int, arguments or ["10000"]):
        with tempfile.TemporaryDirectory() as directory:
            whole = _in_process("build", directory, str(size))
            _print(size, "whole publish", whole, whole)
            shell = from_the_shell(Path(directory))
            _print(size, "add, from the shell", shell, whole)
            for name in CHANGES:
                row = _in_process("change", directory, name)
                if "unseen" in row:
                    unseen = {"seconds": row["unseen"], "cpu": row["unseen_cpu"]}
                    _print(size, f"{name}: served no more", row | unseen, whole)
                    name = f"{name}: erased"
                _print(size, name, row, whole)


def build(directory: Path, size: int) -> dict[str, float]:
    """Publish a library whole; seconds and peak memory of the publishing."""
    settings = StoreSettings(directory)
    catalog = Catalog(settings.catalog_url)
    keys, _ = bench_store.stage(catalog, size)
    started, cpu = time.perf_counter(), _cpu_s()
    Generations(catalog, settings).publish(keys)
    measured = {"seconds": time.perf_counter() - started, "cpu": _cpu_s() - cpu}
    catalog.close()
    return measured | {"peak": _peak_mb()}


def change(directory: Path, name: str) -> dict[str, float]:
    """Make one change; seconds and peak memory."""
    from ingest.job import IngestJob

    settings = StoreSettings(directory)
    catalog = Catalog(settings.catalog_url)
    generations = Generations(catalog, settings)
    file = directory / "new" / "note.md"
    file.parent.mkdir(exist_ok=True)
    unseen: dict[str, float] = {}
    started, cpu = time.perf_counter(), _cpu_s()
    if name.startswith("remove"):
        uri = "/synthetic/000003.md" if name == "remove old" else str(file)
        watch = threading.Thread(
            target=_note_flip, args=(catalog, started, cpu, unseen), daemon=True
        )
        watch.start()
        remove_sources(catalog, generations, settings.lock_path, [uri])
    else:
        embedder = HashingEmbedder(bench_store.DIMENSION)
        embedder.fingerprint = locate().fingerprint
        file.write_text(TEXT if name == "add" else f"{TEXT} {name.capitalize()}.", "utf-8")
        job = IngestJob(catalog, generations, settings.lock_path, embedder, loader=read_plain)
        assert job.run([str(file)]).published
    measured = {"seconds": time.perf_counter() - started, "cpu": _cpu_s() - cpu}
    catalog.close()
    return measured | {"peak": _peak_mb()} | unseen


def from_the_shell(directory: Path) -> dict[str, float]:
    """Ingest one document by the command line; seconds and peak memory of that process."""
    file = directory / "shell" / "note.md"
    file.parent.mkdir()
    file.write_text(TEXT.replace("ferry", "bus"), "utf-8")
    environment = {**os.environ, "ACCORD_DATA_DIR": str(directory), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "app.main", "ingest", str(file)]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    seconds = time.perf_counter() - started
    cpu = usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "cpu": cpu, "peak": usage.ru_maxrss / 1024}


def _note_flip(catalog: Catalog, started: float, cpu: float, into: dict[str, float]) -> None:
    former = catalog.current_generation()
    while catalog.current_generation() == former:
        time.sleep(LOOK_EVERY_S)
    into["unseen"] = time.perf_counter() - started
    into["unseen_cpu"] = _cpu_s() - cpu


def _print(size: int, name: str, row: dict[str, Any], whole: dict[str, Any]) -> None:
    ratio = row["seconds"] / whole["seconds"]
    figures = f"{row['seconds']:.2f} | {row['cpu']:.2f} | {ratio:.3f} | {row['peak']:.0f}"
    print(f"| {size} | {name} | {figures} |", flush=True)


def _in_process(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).resolve()), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _cpu_s() -> float:
    """Processor time of this process and of the children that have ended."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, who))


def _peak_mb() -> float:
    """Of this process, or of the largest of its children if that is more."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
