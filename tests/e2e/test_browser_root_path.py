"""Page and widget below a path: nothing is asked for beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.sites import Site
from tests.browser import Watch, ask, foreign_site, open_context
from tests.builders_web import FakeChatService, make_abstention, make_settings
from tests.live_server import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ROOT = "/accord"
KEY = "pk-intranet-0001"
TOKEN = "an-admin-token-of-a-test"
QUESTION = "What was bought?"
UNANSWERED = "What is the moon made of?"


def test_page_source_and_lists_work_below_a_path(browser: Browser, tmp_path: Path) -> None:
    chat = FakeChatService(replies={UNANSWERED: make_abstention()})
    settings = make_settings(tmp_path, root_path=ROOT, admin_token=TOKEN)
    with serving(settings, chat) as live:
        context = open_context(browser)
        watch = Watch(context)
        page = context.new_page()
        page.goto(f"{live.url}{ROOT}/")
        ask(page, QUESTION)
        page.click(".turn:last-child .answer-text .cite >> nth=0")
        page.click(".card button:text('Open in source')")
        page.wait_for_selector(".panel mark")
        ask(page, UNANSWERED)
        page.goto(f"{live.url}{ROOT}/#/conversations")
        page.reload()
        page.wait_for_selector(".conversation")  # the cookie came back
        (answer, *_) = page.request.get(f"{live.url}{ROOT}/api/conversations").json()[
            "conversations"
        ]
        page.goto(f"{live.url}{ROOT}/conversations/{answer['id']}/print")
        page.click("text=Cited passage >> nth=0")
        page.wait_for_selector("mark")
        page.click("a.wordmark")
        page.wait_for_selector("textarea[name=question]")
        page.goto(f"{live.url}{ROOT}/unanswered")
        page.fill("input[type=password]", TOKEN)
        page.click("text=Open")
        page.wait_for_selector(".figures")
        assert watch.foreign(f"{live.url}{ROOT}/") == []
        assert watch.complaints == []
        context.close()


def test_the_widget_finds_its_server_below_a_path(browser: Browser, tmp_path: Path) -> None:
    pages: dict[str, str] = {}
    with foreign_site(pages) as origin:
        settings = make_settings(
            tmp_path, root_path=ROOT, sites=(Site(key=KEY, origins=(origin,)),)
        )
        with serving(settings) as live:
            pages["/"] = (
                '<!doctype html><html lang="en"><title>Intranet</title><body>'
                f'<script src="{live.url}{ROOT}/widget.js" data-key="{KEY}" defer></script></body>'
            )
            context = open_context(browser)
            watch = Watch(context)
            page = context.new_page()
            page.goto(origin)
            page.click(".launcher")
            ask(page, QUESTION)
            page.click(".answer-text .cite >> nth=0")
            page.click("text=Open in source")
            page.wait_for_selector(".panel mark")
            assert watch.foreign(f"{live.url}{ROOT}/", origin) == []
            assert watch.complaints == []
            context.close()
