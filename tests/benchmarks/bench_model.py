"""What a chat model's answer costs beyond the model, and how soon a client's leaving reaches it.

    python -m tests.benchmarks.bench_model [QUESTIONS]

Over the sample corpus, with a scripted server on loopback in the model's place that answers at once
in the sources' own words, so that what is left is our part: prompt, protocol, reading, checking.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.main import prepare_environment
from app.settings import Settings
from app.types import ClaimEvent, Question
from tests.builders_model import Library, open_library
from tests.live_server import serving, until
from tests.scripted_model_server import Fault, Request, ScriptedServer, Turn, scripted

QUESTIONS = (
    "How much did Pfizer pay BioNTech at the start?",
    "When did Haven close?",
    "Why was Nestlé interested in Starbucks?",
    "Has the CVS-Aetna merger been completed?",
    "What share of Nissan did Renault buy in 1999?",
)
SENTENCES = 4
DISCONNECTS = 50


def main() -> None:
    """Print both tables."""
    prepare_environment()  # before a native library is loaded: threads that spin slow it manifold
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as name:
        data_dir = Path(name)
        subprocess.run(
            [sys.executable, "-m", "app.main", "ingest", "ingest/sample"],
            check=True,
            env={**os.environ, "ACCORD_DATA_DIR": name},
            capture_output=True,
        )
        with open_library(data_dir) as library, scripted() as server:
            server.choose = in_own_words
            for composer in ("extractive", "model"):
                show(composer, *timed(library, server, composer, rounds))
            server.choose = None
            server.will(Turn("Haven closed. " * 9, fault=Fault.STALLED))
            with tempfile.TemporaryDirectory() as kept:
                leave(library, server, Settings(_env_file=None, data_dir=Path(kept)))


def in_own_words(request: Request) -> Turn:
    """The first numbered sentences of the prompt, each with its number behind it."""
    lines = request.body["messages"][-1]["content"].splitlines()
    numbered = [line for line in lines if line.startswith("[")][:SENTENCES]
    return Turn(" ".join(f"{line.partition('] ')[2]} {line.split(' ')[0]}" for line in numbered))


def timed(
    library: Library, server: ScriptedServer, composer: str, rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds to the first sentence and the whole answer; the first question is a warm-up."""
    service = library.service(server.url)
    first: list[float] = []
    whole: list[float] = []
    for text in (QUESTIONS[0], *QUESTIONS * (rounds // len(QUESTIONS))):
        began = time.perf_counter()
        shown: float | None = None
        for event in service.stream(Question(text, composer=composer)):
            if shown is None and isinstance(event, ClaimEvent):
                shown = time.perf_counter() - began
        if shown is not None:
            first.append(1000 * shown)
        whole.append(1000 * (time.perf_counter() - began))
    return first[1:], whole[1:]


def show(composer: str, first: list[float], whole: list[float]) -> None:
    print(
        f"{composer:10}  answers {len(whole)}  first sentence p50 {statistics.median(first):.0f} ms"
        f"  whole answer p50 {statistics.median(whole):.0f} ms"
        f"  p95 {statistics.quantiles(whole, n=20)[-1]:.0f} ms"
    )


def leave(library: Library, server: ScriptedServer, settings: Settings) -> None:
    """How long after a client has closed its connection the model's server sees its own closed."""
    took: list[float] = []
    with serving(settings, library.service(server.url)) as running:
        for _ in range(DISCONNECTS):
            asked, gone = len(server.requests), server.gone
            connection = running.open_stream(question=QUESTIONS[1])
            until(lambda asked=asked: len(server.requests) > asked)  # type: ignore[misc]
            began = time.perf_counter()
            connection.close()
            until(lambda gone=gone: server.gone > gone)  # type: ignore[misc]
            took.append(1000 * (time.perf_counter() - began))
    print(
        f"{len(took)} clients left; upstream closed p50 {statistics.median(took):.0f} ms, "
        f"max {max(took):.0f} ms later"
    )


if __name__ == "__main__":
    main()
