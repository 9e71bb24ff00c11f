"""Every state that a person can meet, on the sample corpus: axe finds nothing, nothing is cut off.

make screenshots        writes a picture of each into screenshots/, to be looked at
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.answering.service import ChatService
from app.bootstrap import build_chat_service, open_conversations
from app.conversations.records import Channel
from app.errors import OverloadedError
from app.settings import Settings
from app.sites import Site
from app.types import Question
from tests.browser import Watch, ask, foreign_site, open_context, violations
from tests.live_server import LiveServer, serving
from tests.paced_chat import PacedChat
from tests.sample_library import borrow

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.campaign]

SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""Folder for pictures; unset takes none."""
KEY = "pk-intranet-0001"
TOKEN = "an-admin-token-of-a-test"  # noqa: S105 - a test's
DIFFERING = "Has the CVS–Aetna merger been completed?"
ANSWERED = "Why was Nestlé interested in Starbucks?"
UNANSWERED = "What did Tesla pay for SolarCity?"
UNKNOWN = "Who runs the partnership office in Lisbon?"

INTRANET = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Intranet</title>
<style>html {{ font-size: 62.5% }} body {{ margin: 0; font: 16px/1.5 sans-serif; color: #222 }}
main {{ max-width: 60rem; margin: 0 auto; padding: 4rem 2rem }}</style></head>
<body><main><h1>Strategy team</h1><p>Notes, templates and people to ask.</p>
<div id="here"></div></main>
<script src="{server}/widget.js" data-key="{key}" data-title="Ask the library"
 data-greeting="What do you need for your memo?" data-color="#7a1f5c"
 data-starters="Why did Haven fail?|Which airlines founded Star Alliance?" {more} defer></script>
</body></html>"""


@dataclass
class World:
    """A server on the sample corpus and an intranet that embeds its widget."""

    live: LiveServer
    chat: PacedChat
    intranet: str

    @property
    def url(self) -> str:
        return self.live.url


@pytest.fixture(scope="module")
def world(
    sample_library: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    data_dir = borrow(sample_library[1], tmp_path_factory.mktemp("states") / "data")
    pages: dict[str, str] = {}
    with foreign_site(pages) as intranet:
        settings = Settings(
            _env_file=None,
            data_dir=data_dir,
            admin_token=TOKEN,
            sites=(Site(key=KEY, origins=(intranet,)),),
        )
        service = build_chat_service(settings, watch=False)
        chat = PacedChat(service)
        _ask_over_some_weeks(settings, service)
        with serving(settings, chat) as live:
            for path, more in (("/", ""), ("/inline", 'data-mode="inline" data-target="#here"')):
                pages[path] = INTRANET.format(server=live.url, key=KEY, more=more)
            pages["/rtl"] = pages["/"].replace('lang="en"', 'lang="ar" dir="rtl"')
            yield World(live, chat, intranet)
            chat.release()
        service.close()


def _ask_over_some_weeks(settings: Settings, service: ChatService) -> None:
    """A log of refused questions, as it grows while people ask."""
    store = open_conversations(settings)
    now = datetime.now(UTC)
    for question, days in ((UNANSWERED, (1, 2, 2, 5, 9, 9, 9, 16, 30)), (UNKNOWN, (3, 12))):
        answer = service.answer(Question(question))
        for age in days:
            created = now - timedelta(days=age)
            store.append(replace(answer, created=created), visitor=None, channel=Channel.SLACK)
    store.close()


class Looker:
    """Takes one look at a state: a picture where wanted, axe, the width."""

    def __init__(self, world: World, context: BrowserContext, prefix: str) -> None:
        self.world = world
        self.page: Page = context.new_page()
        self.watch = Watch(context)
        self.prefix = prefix
        self.found: list[str] = []

    def look(self, name: str, *, whole: bool = False) -> None:
        name = f"{self.prefix}-{name}"
        if SCREENSHOTS:
            path = Path(SCREENSHOTS) / f"{name}.png"
            self.page.screenshot(path=path, full_page=whole)
        self.found += [f"{name}: {line}" for line in violations(self.page)]
        wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            self.found.append(f"{name}: {wider} px wider than the window")

    def done(self, *also_own: str) -> None:
        assert not self.found, "\n".join(self.found)
        assert self.watch.foreign(self.world.url, *also_own) == []
        assert self.watch.complaints == []


@pytest.fixture(params=["desktop", "phone"])
def looker(browser: Browser, world: World, request: pytest.FixtureRequest) -> Iterator[Looker]:
    """The page in a wide light window and in a narrow dark one."""
    options: dict[str, Any] = {
        "desktop": {"width": 1280, "height": 860, "color_scheme": "light"},
        "phone": {"width": 360, "height": 740, "color_scheme": "dark", "has_touch": True},
    }[request.param]
    context = open_context(browser, **options)
    looker = Looker(world, context, request.param)
    looker.page.goto(world.url)
    looker.page.wait_for_selector(".starters button")
    yield looker
    world.chat.release()
    context.close()


def press_enter(page: Page, question: str) -> None:
    page.fill("textarea[name=question]", question)
    page.keyboard.press("Enter")


def test_asking_and_waiting(looker: Looker, world: World) -> None:
    page, chat = looker.page, world.chat
    looker.look("start")
    chat.hold_before_claims.set()
    press_enter(page, DIFFERING)
    page.wait_for_selector(".status")
    looker.look("searching")
    chat.hold_after_claim.set()
    chat.hold_before_claims.clear()
    page.wait_for_selector(".claim")
    looker.look("streaming")
    page.click("button[aria-label=Stop]")
    page.wait_for_selector(".stopped")
    looker.look("stopped")
    chat.release()
    chat.error = OverloadedError("More questions are being asked than can be answered right now. "
                                 "Try again in a moment.", retry_after_s=2)  # fmt: skip
    ask(page, DIFFERING)
    looker.look("failed")
    chat.release()
    page.context.set_offline(True)
    press_enter(page, DIFFERING)
    page.wait_for_selector(".status:has-text('Reconnecting')")
    looker.look("offline")
    page.context.set_offline(False)
    page.wait_for_selector(".turn:last-child .tools")
    looker.done()


def test_reading_an_answer(looker: Looker) -> None:
    page = looker.page
    ask(page, DIFFERING)
    page.wait_for_selector(".suggestions")
    looker.look("answered")
    page.click(".answer-text .cite >> nth=0")
    looker.look("card")
    page.click("text=Open in source")
    page.wait_for_selector(".panel mark")
    looker.look("source")
    page.keyboard.press("Escape")
    page.click("button[aria-label='Save this answer']")
    looker.look("saving")
    page.keyboard.press("Escape")
    page.click("button[aria-label='Not helpful']")
    page.wait_for_selector(".feedback form")
    page.check("input[value=outdated]")
    page.locator(".feedback").scroll_into_view_if_needed()
    looker.look("feedback")
    page.keyboard.press("Escape")
    ask(page, UNANSWERED)
    page.wait_for_timeout(300)
    looker.look("abstained")
    page.fill("textarea[name=question]", "word " * 790)
    looker.look("long-question")
    looker.done()


def test_sources_and_conversations(looker: Looker) -> None:
    page = looker.page
    ask(page, ANSWERED)
    page.goto(f"{looker.world.url}/#/sources")
    page.reload()
    page.wait_for_selector(".source-list li >> nth=5")
    looker.look("sources")
    page.fill("input[name=q]", "cvs")
    looker.look("sources-filtered")
    page.click(".source-list button")
    page.wait_for_selector(".panel .source-text")
    looker.look("source-beside-the-list")
    page.click(".panel >> text=Ask about this source")
    looker.look("one-source-only")
    page.goto(f"{looker.world.url}/#/conversations")
    page.reload()
    page.wait_for_selector(".conversation")
    page.hover(".conversations li")
    page.click(".conversations .menu .tool")
    looker.look("conversation-menu")
    page.click("text=Erase for good")
    looker.look("erasing")
    looker.done()


def test_pages_of_the_server(looker: Looker) -> None:
    page, url = looker.page, looker.world.url
    ask(page, DIFFERING)
    conversation = page.request.get(f"{url}/api/conversations").json()["conversations"][0]["id"]
    answer = page.request.get(f"{url}/api/conversations/{conversation}").json()["answers"][0]
    page.goto(url + answer["citations"][0]["permalink"])
    looker.look("reading-page")
    page.goto(f"{url}/conversations/{conversation}/print")
    looker.look("print-page", whole=True)
    page.goto(f"{url}/unanswered")
    page.wait_for_selector("input[type=password]")
    looker.look("unanswered-closed")
    page.fill("input[type=password]", "wrong-" + TOKEN)
    page.click("text=Open")
    page.wait_for_selector(".failure")
    looker.look("unanswered-refused")
    page.fill("input[type=password]", TOKEN)
    page.click("text=Open")
    page.wait_for_selector(".figures")
    with page.expect_download() as saved:
        page.click("text=Save as CSV")
    assert saved.value.suggested_filename == "unanswered.csv"
    assert UNANSWERED in Path(saved.value.path()).read_text(encoding="utf-8-sig")
    for summary in page.locator("summary").all()[:2]:
        summary.click()
    looker.look("unanswered", whole=True)
    looker.done()


@pytest.mark.parametrize("path", ["/", "/inline", "/rtl"])
def test_widget_on_an_intranet(browser: Browser, world: World, path: str) -> None:
    context = open_context(browser, width=1100, height=800)
    looker = Looker(world, context, f"intranet{path.replace('/', '-').rstrip('-')}")
    page = looker.page
    page.goto(world.intranet + path)
    if path != "/inline":
        page.wait_for_selector(".launcher")
        looker.look("closed")
        page.click(".launcher")
    page.wait_for_selector(".starters button")
    looker.look("start")
    page.click(".starters button >> nth=0")
    page.wait_for_selector(".tools")
    looker.look("answered")
    page.click(".answer-text .cite >> nth=0")
    looker.look("card")
    page.click("text=Open in source")
    page.wait_for_selector(".panel mark")
    looker.look("source")
    looker.done(world.intranet)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_twice_the_size(browser: Browser, world: World, scheme: Any) -> None:
    """A window of 1280 pixels at 200 % has room for 640, at twice the density."""
    context = open_context(
        browser, width=640, height=430, device_scale_factor=2, color_scheme=scheme
    )
    looker = Looker(world, context, f"zoomed-{scheme}")
    looker.page.goto(world.url)
    ask(looker.page, DIFFERING)
    looker.look("answered")
    looker.page.click(".answer-text .cite >> nth=0")
    looker.look("card")
    looker.done()
    context.close()
