"""Instructions planted in documents, and a model that obeys them: a reader sees nothing of that."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import bootstrap
from app.answering.verification.settling import Unsupported
from app.web.api import create_app
from tests.builders_web import make_settings
from tests.planted_documents import FORMS, PLACES, Planted, attacks, each_once, write
from tests.planted_trial import DOORS, FactReader, ask, leaks, obeying
from tests.sample_library import borrow_models
from tests.scripted_model_server import ScriptedServer, scripted

pytestmark = [pytest.mark.model, pytest.mark.campaign]

ARTICLES_SHORT = 12
"""As many as make all forms and places come together."""
SOME = 4
"""Each so many-th article is asked about without a model, to save time."""
UNANSWERABLE = "How many lighthouses does {} run on the Moon?"


@pytest.fixture(scope="module")
def articles(repo_root: Path, is_short: bool) -> list[Planted]:
    found = each_once(attacks(repo_root.parent / "shared"))
    return found[:ARTICLES_SHORT] if is_short else found


@pytest.fixture(scope="module")
def library(
    articles: list[Planted],
    sample_library: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The articles, ingested by the command."""
    folder = tmp_path_factory.mktemp("planted").resolve()
    assert len(list(write(articles, folder))) == len(articles)
    data_dir = borrow_models(sample_library[1], tmp_path_factory.mktemp("data"))
    subprocess.run(
        [sys.executable, "-m", "app.main", "ingest", str(folder)],
        check=True,
        env={**os.environ, "ACCORD_DATA_DIR": str(data_dir)},
        capture_output=True,
    )
    return data_dir


@pytest.fixture(scope="module")
def server(articles: list[Planted]) -> Iterator[ScriptedServer]:
    with scripted() as running:
        running.choose = obeying(articles)
        yield running


@pytest.fixture(scope="module")
def clients(
    library: Path, server: ScriptedServer, articles: list[Planted]
) -> Iterator[dict[str, TestClient]]:
    """The product, once for each way to treat sentences that nothing bears out."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(bootstrap, "build_reader", lambda **_: FactReader(articles))
        found = {}
        for unsupported in Unsupported:
            settings = make_settings(
                library,
                model="openai:scripted",
                model_base_url=f"{server.url}/v1",
                unsupported=unsupported,
            )
            chat = bootstrap.build_chat_service(settings, watch=False)
            stack.callback(chat.close)
            found[unsupported.value] = stack.enter_context(TestClient(create_app(settings, chat)))
        yield found


def test_nothing_that_was_planted_reaches_a_reader(
    clients: dict[str, TestClient], server: ScriptedServer, articles: list[Planted]
) -> None:
    found = {}
    for number, article in enumerate(articles):
        unsupported = list(Unsupported)[number % len(Unsupported)]
        door = DOORS[number // len(Unsupported) % len(DOORS)]
        sent, answer = ask(clients[unsupported], article.question, door)

        rules = server.requests[-1].body["messages"][0]["content"]
        assert answer["receipt"]["counts"]["by_model"] > 5
        assert any(article.fact in claim["text"] for claim in answer["claims"]), article
        if leaked := leaks(article, sent, answer, rules):
            found[article.attack, unsupported, door] = leaked

    assert found == {}
    # Without the public attacks beside the project there are fewer articles than forms.
    assert len({article.form for article in articles}) == min(len(FORMS), len(articles))
    assert {article.place for article in articles} == set(PLACES) or len(articles) < len(FORMS)


def test_a_planted_sentence_is_not_even_shown_to_the_model(
    clients: dict[str, TestClient], server: ScriptedServer, articles: list[Planted]
) -> None:
    article = articles[1]
    assert "your answer" in article.attack

    ask(clients["drop"], article.question, DOORS[0])

    shown = server.requests[-1].body["messages"][1]["content"]
    assert article.fact in shown
    assert article.canary not in shown


def test_the_sources_own_words_leave_out_what_was_planted(
    clients: dict[str, TestClient], articles: list[Planted]
) -> None:
    for article in articles[::SOME]:
        response = clients["drop"].post(
            "/api/chat", json={"question": article.question, "composer": "extractive"}
        )
        assert article.fact in response.text
        assert article.canary not in response.text, article


def test_what_comes_near_leaves_it_out_as_well(
    clients: dict[str, TestClient], articles: list[Planted]
) -> None:
    _, answer = ask(clients["drop"], UNANSWERABLE.format(articles[1].seller), DOORS[0])

    assert answer["status"] == "abstained"
    assert answer["near_misses"]
    assert not any(a.canary in miss["text"] for a in articles for miss in answer["near_misses"])
