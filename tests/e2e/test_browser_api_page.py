"""The page of the API, in a real browser and under its own policy."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.web import api_page
from tests.browser import Watch, open_context
from tests.builders_web import make_settings
from tests.live_server import LiveServer, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def swagger() -> None:
    if api_page.files() is None:
        pytest.skip(f"{api_page.PACKAGE} is not installed")


@pytest.mark.usefixtures("swagger")
def test_api_is_read_and_tried_out_and_nothing_comes_from_elsewhere(
    browser: Browser, live: LiveServer
) -> None:
    with open_context(browser) as context:
        watch, page = Watch(context), context.new_page()
        page.goto(f"{live.url}/docs")
        page.wait_for_selector(".opblock")
        described = page.evaluate("fetch('/openapi.json').then(response => response.json())")
        operations = sum(len(each) for each in described["paths"].values())
        assert page.locator(".opblock").count() == operations
        assert page.locator(".opblock-tag").count() == len(described["tags"])

        block = page.locator("#operations-operation-get_version")
        block.locator(".opblock-summary-control").click()
        block.locator(".try-out__btn").click()
        block.locator("button.execute").click()
        told = block.locator(".live-responses-table .response-col_description code").first
        assert json.loads(told.inner_text())["version"] == described["info"]["version"]

        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=str(Path(folder) / "api.png"), full_page=False)
        assert watch.foreign(live.url) == []
        assert watch.complaints == []


@pytest.mark.usefixtures("swagger")
def test_page_below_a_path_finds_its_files(browser: Browser, tmp_path: Path) -> None:
    settings = make_settings(tmp_path, root_path="/accord")
    with serving(settings) as live, open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{live.url}/accord/docs")
        page.wait_for_selector(".opblock")


def test_page_without_its_files_says_what_is_missing(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_page, "files", lambda: None)
    with serving(make_settings(tmp_path)) as live, open_context(browser) as context:
        page = context.new_page()
        page.goto(f"{live.url}/docs")
        page.wait_for_selector("#missing")
        assert "pip install fastapi-offline" in page.locator("#missing").inner_text()
