"""The pages for operators and programmers are in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.languages.catalogue import LANGUAGES, say
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_settings

HEADINGS = {
    "/admin": "Manage the sources",
    "/unanswered": "Unanswered questions",
    "/docs": "The API",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("data")
    with TestClient(create_app(make_settings(folder), FakeChatService())) as client:
        yield client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", HEADINGS)
def test_a_page_is_in_the_language_that_the_browser_asks_for(
    client: TestClient, path: str, language: str
) -> None:
    page = client.get(path, headers={"Accept-Language": f"xx, {language};q=0.8"})
    assert f'<html lang="{language}">' in page.text
    assert f"<h1>{escape(say(language, HEADINGS[path]))}</h1>" in page.text
    assert "Accept-Language" in page.headers["vary"]
    assert "$" not in page.text


def test_a_language_that_is_not_there_gives_english(client: TestClient) -> None:
    page = client.get("/admin", headers={"Accept-Language": "fi"})
    assert '<html lang="en">' in page.text
    assert "<h1>Manage the sources</h1>" in page.text


def test_commands_and_addresses_are_marked_as_code(client: TestClient) -> None:
    page = client.get("/admin", headers={"Accept-Language": "de"})
    assert "Menschen <code>accord ingest</code>" in page.text
