"""The product with a real language model: llama.cpp's server and SmolLM2, nothing scripted.

The model is far too small to answer well. That is the point: what it says is mostly not borne out
by the sources, and a reader must see none of that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.reading.build import build_reader
from tests.builders_answering import failures_in
from tests.live_server import PATIENCE_S, until
from tests.local_model_server import LocalModel, missing, running
from tests.sample_library import borrow

pytestmark = [
    pytest.mark.model,
    pytest.mark.campaign,
    pytest.mark.local_model,
    pytest.mark.skipif(missing() is not None, reason=missing() or ""),
]

ANNOUNCED = "What day was the CVS and Aetna agreement announced?"
FOUNDED = "When was Star Alliance founded?"
PATIENCE_WITH_MODEL_S = 3 * PATIENCE_S
"""For a whole answer, on a machine that does other things besides."""
ATTEMPTS, NOTICED_S = 6, 5.0
LEFT = b"Disconnected from client"
"""Logged by the model's server when it stops writing a reply because nobody reads it."""
SMALL_CONTEXT_TOKENS = 512
"""Less than the shortest request that the settings allow."""


@dataclass(frozen=True)
class Product:
    """`accord serve` and the folder that it answers from."""

    url: str
    data_dir: Path

    def ask(self, question: str, accept: str = "application/json") -> httpx.Response:
        return httpx.post(
            f"{self.url}/api/chat",
            json={"question": question},
            headers={"Accept": accept},
            timeout=PATIENCE_WITH_MODEL_S,
        )

    def text_of(self, document_id: str) -> str:
        text: str = httpx.get(f"{self.url}/api/sources/{document_id}").json()["text"]
        return text


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalModel]:
    with running(tmp_path_factory.mktemp("model") / "server.log") as server:
        yield server


@pytest.fixture(scope="module")
def product(
    model: LocalModel,
    sample_library: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Product]:
    data_dir = borrow(sample_library[1], tmp_path_factory.mktemp("data"))
    with _process("serve", "--port", "0", data_dir=data_dir, settings=model.settings) as serving:
        assert serving.stdout is not None
        ready = serving.stdout.readline()
        assert ready.startswith("Accord answers at "), ready
        yield Product(ready.split()[-1], data_dir)


@contextmanager
def _process(
    *arguments: str, data_dir: Path, settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if "ACCORD_" not in name}
    with subprocess.Popen(
        [sys.executable, "-m", "app.main", *arguments],
        env={**kept, "ACCORD_DATA_DIR": str(data_dir), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def asked(data_dir: Path, settings: Mapping[str, str]) -> dict[str, Any]:
    """What `accord ask` says."""
    with _process("ask", ANNOUNCED, "--json", data_dir=data_dir, settings=settings) as process:
        answer: dict[str, Any] = json.loads(process.communicate(timeout=PATIENCE_WITH_MODEL_S)[0])
        return answer


def events_of(body: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of each Server-Sent Event."""
    found = []
    for block in body.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def assert_borne_out(answer: Mapping[str, Any], product: Product) -> None:
    """Every sentence shown verifies again, and every quote stands where the citation says."""
    assert answer["claims"] or answer["status"] == "abstained"
    for claim in answer["claims"]:
        assert claim["verdict"] == "supported"
        assert failures_in(claim, answer, build_reader().support) == [], claim
    for citation in answer["citations"]:
        text = product.text_of(citation["document"]["id"])
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def assert_in_own_words(answer: Mapping[str, Any], problem: str, says: str) -> None:
    """The extractive answer, with the sentence that tells why."""
    assert answer["receipt"]["model"] == "openai:smollm2"
    assert answer["receipt"]["problem"] == problem
    assert answer["composer"] == "extractive"
    assert says in answer["fallback"]
    assert any("3 December 2017" in claim["text"] for claim in answer["claims"])
    for claim in answer["claims"]:
        assert failures_in(claim, answer) == []  # its own words need no reader


def test_answer_as_json_holds_only_what_the_sources_bear_out(product: Product) -> None:
    response = product.ask(ANNOUNCED)

    assert response.status_code == 200
    answer = response.json()
    assert answer["receipt"]["model"] == "openai:smollm2"
    assert answer["receipt"]["counts"]["by_model"] > 0
    assert_borne_out(answer, product)


def test_events_say_the_same_and_nothing_is_taken_back(product: Product, model: LocalModel) -> None:
    words = model.words

    response = product.ask(FOUNDED, "text/event-stream")

    assert response.status_code == 200
    *before, (last, answer) = events_of(response.text)
    assert last == "answer"
    assert [data["stage"] for name, data in before if name == "status"][-1] == "composing"
    assert [data["claim"] for name, data in before if name == "claim"] == answer["claims"]
    assert answer["receipt"]["counts"]["by_model"] > 0
    assert model.words > words + 1, "the model's reply was not streamed"
    assert_borne_out(answer, product)


def test_client_that_leaves_frees_the_model_for_the_next_question(
    product: Product, model: LocalModel
) -> None:
    left = model.log.read_bytes().count(LEFT)
    # Beside other tests a short reply may be whole before anybody has left.
    assert any(_leaves(product, model, left) for _ in range(ATTEMPTS))
    answer = product.ask(FOUNDED).json()
    assert answer["receipt"]["counts"]["by_model"] > 0


def _leaves(product: Product, model: LocalModel, left: int) -> bool:
    """Leave in the middle of a reply; whether the model's server noticed."""
    words = model.words
    with httpx.stream(
        "POST",
        f"{product.url}/api/chat",
        json={"question": ANNOUNCED},
        headers={"Accept": "text/event-stream"},
        timeout=PATIENCE_WITH_MODEL_S,
    ) as response:
        lines = response.iter_lines()  # let go, it would end the connection
        assert next(lines)
        until(lambda: model.words > words, patience_s=PATIENCE_WITH_MODEL_S)
    with suppress(AssertionError):
        until(lambda: model.log.read_bytes().count(LEFT) > left, patience_s=NOTICED_S)
    return model.log.read_bytes().count(LEFT) > left


def test_wrong_key_gives_the_sources_own_words(product: Product, model: LocalModel) -> None:
    answer = asked(product.data_dir, {**model.settings, "OPENAI_API_KEY": "wrong"})

    assert_in_own_words(answer, "authentication", "The chat model cannot be used at the moment")


def test_question_too_long_for_the_context_gives_the_sources_own_words(
    product: Product, tmp_path: Path
) -> None:
    with running(tmp_path / "server.log", n_ctx=SMALL_CONTEXT_TOKENS) as small:
        answer = asked(product.data_dir, small.settings)

    # For a whole reply that is 400; a stream begins with 200 and breaks off.
    assert b"exceed context window" in small.log.read_bytes()
    assert_in_own_words(answer, "output", "The chat model gave no readable answer")


def test_server_killed_in_the_middle_of_a_reply_gives_the_sources_own_words(
    product: Product, tmp_path: Path
) -> None:
    with running(tmp_path / "server.log") as doomed:

        def kill() -> None:
            until(lambda: doomed.words > 0, patience_s=PATIENCE_WITH_MODEL_S)
            doomed.process.kill()

        killing = threading.Thread(target=kill)
        killing.start()
        answer = asked(product.data_dir, doomed.settings)
        killing.join()

    assert answer["receipt"]["problem"] == "unavailable"
    assert "The chat model could not be reached" in answer["fallback"]
    assert any("3 December 2017" in claim["text"] for claim in answer["claims"])
    assert_borne_out(answer, product)
