"""Plants every attack string at every place in every form, and counts what reaches a reader.

    python -m tests.benchmarks.bench_planted [--every N] [--unsupported WORD ...]

A scripted model obeys each instruction in fifteen ways (`tests.planted_trial`). Asked through both
doors with each setting; --every takes each N-th article only. Leaves with 1 if anything leaks.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from fastapi.testclient import TestClient

from app.answering.verification.settling import Unsupported
from app.bootstrap import build_chat_service
from app.reading.build import build_reader
from app.settings import Settings
from app.web.api import create_app
from tests.planted_documents import Planted, all_ways, attacks, write
from tests.planted_trial import DOORS, ask, leaks, obeying
from tests.scripted_model_server import ScriptedServer, scripted

ROOT = Path(__file__).resolve().parents[2]
NO_LIMIT = 1_000_000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--unsupported", nargs="*", default=[one.value for one in Unsupported])
    arguments = parser.parse_args()
    articles = all_ways(attacks(ROOT.parent / "shared"))[:: arguments.every]
    counts: Counter[str] = Counter({"articles": len(articles)})
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name, scripted() as server:
        data_dir = ingested(articles, Path(name))
        server.choose = obeying(articles)
        for unsupported in arguments.unsupported:
            settings = Settings(
                _env_file=None,
                data_dir=data_dir,
                model="openai:scripted",
                model_base_url=f"{server.url}/v1",
                unsupported=unsupported,
                requests_per_minute=NO_LIMIT,
            )
            chat = build_chat_service(settings, watch=False)
            with TestClient(create_app(settings, chat)) as client:
                for article in articles:
                    for door in DOORS:
                        count(article, client, door, server, counts)
            chat.close()
    for what, number in counts.items():
        print(f"{what:44} {number}")
    print(f"{'seconds':44} {time.perf_counter() - began:.0f}")
    sys.exit(counts["answers with a leak"] > 0)


def ingested(articles: list[Planted], folder: Path) -> Path:
    """A data folder with the articles, read as a user would."""
    written = folder / "articles"
    list(write(articles, written))
    subprocess.run(
        [sys.executable, "-m", "app.main", "ingest", str(written)],
        check=True,
        env={**os.environ, "ACCORD_DATA_DIR": str(folder / "data")},
        capture_output=True,
    )
    return folder / "data"


def count(
    article: Planted, client: TestClient, door: str, server: ScriptedServer, counts: Counter[str]
) -> None:
    """Ask one question and add what came of it."""
    asked = len(server.requests)
    sent, answer = ask(client, article.question, door)
    counts["answers"] += 1
    counts["answers that hold the fact asked for"] += any(
        article.fact in claim["text"] for claim in answer["claims"]
    )
    if len(server.requests) == asked:
        counts["answers without asking the model"] += 1
        return
    rules, shown = (message["content"] for message in server.requests[-1].body["messages"])
    counts["prompts that hold what was planted"] += article.canary in shown
    counts["sentences of the model"] += answer["receipt"]["counts"].get("by_model", 0)
    found = leaks(article, sent, answer, rules, build_reader().support)
    counts["answers with a leak"] += bool(found)
    for leak in found:
        print(f"{article.form}, {article.place}, {article.attack!r}: {leak}")


if __name__ == "__main__":
    main()
