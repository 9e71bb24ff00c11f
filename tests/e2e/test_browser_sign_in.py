"""Signing in with a token, in a real browser, which sends more than a test of ours would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.access.scopes import OPEN
from app.access.tokens import TokenStore
from app.bootstrap import open_conversations
from tests.builders_web import make_settings
from tests.live_server import LiveServer, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser]


@pytest.fixture
def token(tmp_path: Path) -> str:
    store = open_conversations(make_settings(tmp_path))
    token, _ = TokenStore(store.engine).create("test", OPEN.scopes)
    store.close()
    return token


@pytest.fixture
def closed(tmp_path: Path, token: str) -> Iterator[LiveServer]:
    """A server that asks for tokens, because there is one."""
    with serving(make_settings(tmp_path)) as live:
        yield live


def test_person_signs_in_and_asks(browser: Browser, closed: LiveServer, token: str) -> None:
    page = browser.new_page()
    page.goto(f"{closed.url}/")
    assert page.title() == "Sign in · Accord"

    page.fill("#token", "accord_wrong")
    page.click("button")
    assert page.inner_text("[role=alert]") == "This token is unknown, expired or revoked."
    page.fill("#token", token)
    page.click("button")

    page.wait_for_url(f"{closed.url}/")
    assert page.title() == "Accord"
    asking = "fetch('/api/sources').then(response => response.status)"
    assert page.evaluate(asking) == 200
    page.goto(f"{closed.url}/sign-out")
    page.goto(f"{closed.url}/")
    assert page.title() == "Sign in · Accord"
    page.close()
