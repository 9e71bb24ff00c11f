"""The widget in somebody else's page: in the corner, inside it, with colours and limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.sites import Site
from tests.browser import Watch, ask, foreign_site, open_context
from tests.builders_web import FakeChatService, make_abstention, make_settings
from tests.live_server import LiveServer, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

KEY = "pk-intranet-0001"
# As strict as a page can be: no inline style, no inline script, trusted types.
POLICY = (
    "default-src 'none'; script-src {server}; connect-src {server}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Intranet</title></head>
<body><main><h1>Intranet</h1><div id="here"></div></main>
<script src="{server}/widget.js" {attributes} defer></script></body></html>"""


@dataclass
class Intranet:
    live: LiveServer
    origin: str
    pages: dict[str, str]
    context: BrowserContext

    def open(self, attributes: str) -> Page:
        """A page with the widget, named by nothing but its attributes."""
        self.pages["/"] = PAGE.format(server=self.live.url, attributes=attributes)
        page = self.context.new_page()
        page.goto(self.origin)
        return page


@pytest.fixture
def intranet(browser: Browser, chat: FakeChatService, tmp_path: Path) -> Iterator[Intranet]:
    pages: dict[str, str] = {}
    policy: list[str] = []
    with foreign_site(pages, policy=policy) as origin:
        settings = make_settings(
            tmp_path,
            starter_questions=("What was bought?",),
            sites=(Site(key=KEY, origins=(origin,), visitor_requests_per_minute=8),),
        )
        with serving(settings, chat) as live:
            policy.append(POLICY.format(server=live.url))
            context = open_context(browser, width=1100, height=800)
            watch = Watch(context)
            yield Intranet(live, origin, pages, context)
            assert watch.foreign(live.url, origin) == []
            assert watch.complaints == []
            context.close()


def test_one_line_is_enough_and_nothing_is_loaded_before_it_is_opened(intranet: Intranet) -> None:
    watch = Watch(intranet.context)
    page = intranet.open(f'data-key="{KEY}" data-title="Ask the library"')
    page.wait_for_selector(".launcher")
    page.wait_for_load_state("networkidle")
    assert [url for url in watch.requests if url.startswith(intranet.live.url)] == [
        f"{intranet.live.url}/widget.js"
    ]

    page.click(".launcher")
    ask(page)

    assert page.inner_text(".wordmark") == "Ask the library"
    assert "A regional insurer bought" in page.inner_text(".answer-text")
    page.click(".answer-text .cite >> nth=1")
    page.click("text=Open in source")
    page.wait_for_selector(".panel mark")
    assert page.inner_text(".panel mark.current") == "The price was $70 billion."
    permalink = page.get_attribute(".panel a:text('Open as a page')", "href")
    assert str(permalink).startswith(f"{intranet.live.url}/sources/")
    assert intranet.context.cookies() == []


def test_keyboard_opens_closes_and_keeps_the_focus(intranet: Intranet) -> None:
    page = intranet.open(f'data-key="{KEY}"')
    page.wait_for_selector(".launcher")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".starters button")
    page.keyboard.type("What was bought?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".tools")
    page.click(".cite >> nth=0")

    page.keyboard.press("Escape")
    assert not page.is_visible(".card")
    assert page.is_visible(".frame")
    page.keyboard.press("Escape")

    assert not page.is_visible(".frame")
    launcher = page.locator(".launcher")
    assert launcher.evaluate("e => e === e.getRootNode().activeElement")
    assert launcher.get_attribute("aria-expanded") == "false"


def test_conversation_and_list_come_back_after_a_reload(
    browser: Browser, intranet: Intranet
) -> None:
    page = intranet.open(f'data-key="{KEY}" data-open')
    ask(page)

    page.reload()
    page.wait_for_selector(".question:text-is('What was bought?')")
    page.click("button[aria-label='Conversations']")
    page.wait_for_selector(".conversation-title:text-is('What was bought?')")

    others = open_context(browser)
    stranger = others.new_page()
    stranger.goto(intranet.origin)
    stranger.wait_for_selector(".starters button")
    assert stranger.locator(".turn").count() == 0
    others.close()


def test_files_are_saved_and_answers_rated_without_a_cookie(intranet: Intranet) -> None:
    page = intranet.open(f'data-key="{KEY}" data-open')
    ask(page)
    page.click("button[aria-label='Save this answer']")
    assert page.locator(".tools [role=menuitem]").all_inner_texts() == ["Markdown", "Word document"]
    with page.expect_download() as saved:
        page.click("text=Markdown")
    assert saved.value.suggested_filename == "what-was-bought.md"

    page.click("button[aria-label=Helpful]")

    page.wait_for_selector("text=Thank you.")


def test_refused_page_and_limit_are_told_in_a_sentence(intranet: Intranet) -> None:
    page = intranet.open('data-key="pk-of-nobody-1" data-open')
    ask(page)
    assert page.inner_text(".failure").startswith("This page may not ask here.")

    page = intranet.open(f'data-key="{KEY}" data-open')
    for number in range(9):
        ask(page, f"Question {number}?")
        if page.locator(".turn:last-child .failure").count():
            break
    assert "Too many requests. Try again in" in page.inner_text(".turn:last-child .failure")


def test_attributes_say_how_it_looks_and_begins(intranet: Intranet) -> None:
    page = intranet.open(
        f'data-key="{KEY}" data-mode="inline" data-target="#here" data-theme="dark" '
        'data-color="#ffe600" data-greeting="What is it about?" data-starters="One?|Two?"'
    )
    page.wait_for_selector("#here .starters button >> nth=1")

    assert page.inner_text(".welcome h2") == "What is it about?"
    assert page.locator(".starters button").all_inner_texts() == ["One?", "Two?"]
    assert page.locator(".launcher").count() == 0
    styles = page.locator(".frame").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    assert styles == ["rgb(25, 24, 22)", "rgb(235, 231, 222)"]
    # Yellow can be read on dark as it is; on light it would be darkened.
    mark = page.locator(".mark").first.evaluate("e => getComputedStyle(e).stroke")
    assert mark == "rgb(255, 230, 0)"


def test_widget_and_page_of_one_origin_share_the_conversation(
    browser: Browser, live: LiveServer
) -> None:
    context = open_context(browser, width=1100, height=800)
    host = PAGE.format(server=live.url, attributes="data-open")
    context.route("**/host", lambda route: route.fulfill(body=host, content_type="text/html"))
    page = context.new_page()
    page.goto(f"{live.url}/host")
    page.wait_for_selector(".starters button")
    ask(page, "From the widget?")
    with page.expect_popup() as opened:
        page.click("a[aria-label='Open as a page']")
    full = opened.value
    full.wait_for_selector(".question:text-is('From the widget?')")
    full.wait_for_selector(".conversation-title:text-is('From the widget?')")
    ask(full, "From the page?")

    other = context.new_page()
    other.goto(f"{live.url}/host")

    other.wait_for_selector(".turn >> nth=1")
    assert other.locator(".question").all_inner_texts() == ["From the widget?", "From the page?"]
    context.close()


def test_the_page_around_hears_what_happens_and_no_words(intranet: Intranet) -> None:
    page = intranet.open(f'data-key="{KEY}"')
    page.wait_for_selector(".launcher")
    page.evaluate(
        "() => { window.heard = []; for (const name of ['open', 'answer', 'close'])"
        " addEventListener(`accord-${name}`, (event) => heard.push([name, event.detail])); }"
    )
    page.click(".launcher")
    ask(page)
    page.keyboard.press("Escape")
    heard = page.evaluate("() => heard")
    assert [name for name, _ in heard] == ["open", "answer", "close"]
    told = heard[1][1]
    assert set(told) == {"id", "conversation", "status", "sources"}
    assert (told["status"], told["sources"]) == ("answered", 2)


@pytest.mark.parametrize(
    ("address", "is_shown"),
    [
        ("https://help.example/desk", True),
        ("mailto:desk@example.org", True),
        ("javascript:0", False),
    ],
)
def test_who_finds_nothing_is_led_to_a_person(
    intranet: Intranet, chat: FakeChatService, address: str, is_shown: bool
) -> None:
    chat.replies["Moon?"] = make_abstention("Moon?")
    page = intranet.open(f'data-key="{KEY}" data-handover="{address}" data-open')
    page.wait_for_selector(".starters button")
    ask(page)
    assert page.locator(".handover").count() == 0
    ask(page, "Moon?")
    links = page.locator(".handover a")
    assert links.count() == is_shown
    if is_shown:
        assert (links.get_attribute("href"), links.inner_text()) == (address, "Ask a person")


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("light dark", True)])
def test_it_is_dark_only_where_the_page_around_is(
    browser: Browser, intranet: Intranet, scheme: str, is_dark: bool
) -> None:
    context = open_context(browser, color_scheme="dark")
    intranet.pages["/"] = PAGE.format(
        server=intranet.live.url, attributes=f'data-key="{KEY}" data-open'
    ).replace("<title>", f'<meta name="color-scheme" content="{scheme}"><title>')
    page = context.new_page()
    page.goto(intranet.origin)
    paper = page.locator(".frame").evaluate("e => getComputedStyle(e).backgroundColor")
    assert (paper == "rgb(25, 24, 22)") is is_dark
    context.close()


def test_the_corner_can_be_made_larger(intranet: Intranet) -> None:
    page = intranet.open(f'data-key="{KEY}" data-open')
    box = page.locator(".corner")
    small = box.bounding_box()
    page.click("[aria-label='Larger or smaller']")
    large = box.bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] > 1.5 * small["width"]
    page.click("[aria-label='Larger or smaller']")
    assert box.bounding_box() == small
