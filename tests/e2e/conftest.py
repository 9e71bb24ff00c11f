"""One Chromium for the tests of a file, and a server with prepared replies for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import CHROMIUM, CHROMIUM_OPTIONS
from tests.builders_web import FakeChatService, make_settings
from tests.live_server import LiveServer, serving
from tests.loaded_once import loaded_once

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["loaded_once"]


@pytest.fixture(
    scope="module"
)  # Playwright keeps an event loop running: no other test may need one
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"Chromium is not installed at {CHROMIUM}")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def chat() -> FakeChatService:
    return FakeChatService()


@pytest.fixture
def live(chat: FakeChatService, tmp_path: Path) -> Iterator[LiveServer]:
    settings = make_settings(tmp_path, starter_questions=("What was bought?",))
    with serving(settings, chat) as live:
        yield live
