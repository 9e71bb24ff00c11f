"""The page in Chromium: asking, reading, citations, phones, keyboards, and hostile documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.errors import OverloadedError
from app.types import Answer, Disagreement, NearMiss, Notes, SourceAge
from tests.builders_web import (
    REPORT,
    FakeChatService,
    make_abstention,
    make_answer,
    make_citation,
    make_document,
    make_receipt,
    make_settings,
)
from tests.live_server import LiveServer, serving, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS = (320, 360, 768, 1280)

PAYLOADS = (
    "<script>window.hacked = 1</script>",
    "<img src=//evil.example/x onerror=window.hacked=2>",
    '"><svg onload=window.hacked=3>',
    "<iframe srcdoc='<script>parent.hacked=4</script>'></iframe>",
    "[click](javascript:window.hacked=5) ![x](//evil.example/y)",
    "</textarea></title><script>window.hacked=6</script>",
    "<a href='javascript:window.hacked=7'>x</a><style>@import '//evil.example/z'</style>",
    "{{constructor.constructor('window.hacked=8')()}} ${window.hacked=9}",
    "<math><mi//xlink:href='data:x,<script>window.hacked=10</script>'>",
    "<base href=//evil.example/><link rel=prefetch href=//evil.example/p>",
)


@pytest.fixture(scope="module")
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


class Watch:
    """What a page asked for and complained of."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._on_console)

    def _on_console(self, message: Any) -> None:
        # Chromium reports every refused request so; what the page makes of it is tested.
        refused = message.text.startswith("Failed to load resource")
        if message.type in {"error", "warning"} and not refused:
            self.complaints.append(message.text)

    def foreign(self, live: LiveServer) -> list[str]:
        return [url for url in self.requests if not url.startswith(live.url)]


@pytest.fixture
def page(browser: Browser, live: LiveServer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    watch = Watch(context)
    page = context.new_page()
    page.goto(live.url)
    page.wait_for_selector(".starters button")
    yield page
    assert watch.foreign(live) == []
    assert watch.complaints == []
    context.close()


def ask(page: Page, question: str = "What was bought?") -> None:
    num_turns = page.locator(".turn").count()
    page.fill("textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".turn >> nth={num_turns}")
    page.wait_for_selector(".turn:last-child :is(.cited, .near, .failure, .abstention)")


def test_answer_has_numbers_that_open_the_source_at_the_sentence(page: Page) -> None:
    page.click(".starters button")
    page.wait_for_selector(".cited")
    assert "A regional insurer bought a chain" in page.inner_text(".answer-text")

    page.click(".answer-text .cite >> nth=1")

    assert page.inner_text(".panel mark") == "The price was $70 billion."
    assert page.inner_text(".panel h2") == "Pharmacies as clinics"
    byline = page.inner_text(".panel .byline")
    for part in ("A. Writer, B. Writer", "Example Review", "15 January 2019"):
        assert part in byline
    assert page.locator(".panel mark").evaluate("mark => mark === document.activeElement")
    page.keyboard.press("Escape")
    assert not page.is_visible(".panel")
    assert page.locator(".cite >> nth=1").evaluate("cite => cite === document.activeElement")


def test_highlight_is_exact_behind_characters_outside_the_basic_plane(
    page: Page, chat: FakeChatService
) -> None:
    quote = "| 1,100 |".strip("| ")
    citation = make_citation(chat.documents[0], quote)
    assert "🙂" in REPORT[: citation.start]
    answer = make_answer("Clinics?")
    chat.replies["Clinics?"] = replace(
        answer, claims=answer.claims[:1], citations=(citation,), notes=Notes()
    )
    ask(page, "Clinics?")

    page.click(".answer-text .cite")

    assert page.inner_text(".panel mark") == quote


def test_cited_sentence_is_scrolled_to(page: Page, chat: FakeChatService) -> None:
    long = make_document("long", "A line of filling.\n\n" * 300 + "The sentence sought.")
    chat.documents.append(long)
    answer = make_answer("Where?")
    chat.replies["Where?"] = replace(
        answer, claims=answer.claims[:1], citations=(make_citation(long, "The sentence sought."),)
    )
    chat.replies["Where?"] = replace(chat.replies["Where?"], notes=Notes())
    ask(page, "Where?")

    page.click(".answer-text .cite")

    page.wait_for_selector(".panel mark")
    box = page.locator(".panel mark").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 860
    assert page.is_visible(".bar-title")


def test_dates_and_disagreement_are_shown(page: Page) -> None:
    ask(page)

    differ = page.inner_text(".differ")
    assert differ.startswith("Sources differ on the status of the purchase")
    assert "15 January 2019" in differ
    assert "undated" in differ.lower()
    assert "Newest source used: 15 January 2019; one is undated." in page.inner_text(".ages")


def test_abstention_is_calm_and_shows_near_misses(page: Page, chat: FakeChatService) -> None:
    chat.replies["Moon?"] = make_abstention("Moon?")
    ask(page, "Moon?")

    assert page.inner_text(".abstention").startswith("The sources do not say")
    assert "Near, but not an answer" in page.inner_text(".near")
    assert page.locator(".turn .cite").count() == 0
    page.click(".near-miss")
    assert page.inner_text(".panel mark") == "Nobody knows yet whether it pays."


def test_follow_up_stays_in_the_conversation_over_a_reload(
    page: Page, chat: FakeChatService
) -> None:
    ask(page)
    ask(page, "For how much?")
    assert [one.content for one in chat.questions[-1].history][0] == "What was bought?"

    page.reload()
    page.wait_for_selector(".turn >> nth=1")
    assert page.locator(".question").all_inner_texts() == ["What was bought?", "For how much?"]

    page.click("text=New conversation")
    ask(page, "Anew?")
    assert page.locator(".turn").count() == 1
    assert chat.questions[-1].history == ()


def test_sentences_appear_one_by_one_and_stop_stops(
    page: Page, live: LiveServer, chat: FakeChatService
) -> None:
    chat.held = True
    page.fill("textarea", "What was bought?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".claim")
    assert page.locator(".claim").count() == 1
    assert page.is_visible(".status")

    page.click("button[aria-label=Stop]")

    page.wait_for_selector("text=Stopped.")
    until(lambda: chat.closed == chat.opened)
    until(lambda: live.runner.running == 0)
    chat.held = False
    page.click("text=Ask again")
    page.wait_for_selector(".cited")
    assert page.locator(".turn").count() == 1


def test_error_is_told_in_words_and_can_be_tried_again(page: Page, chat: FakeChatService) -> None:
    chat.late_error = OverloadedError("Too many questions right now.", retry_after_s=1)
    ask(page)
    assert "Too many questions right now." in page.inner_text(".failure")

    chat.late_error = None
    page.click("button:text('Try again')")

    page.wait_for_selector(".cited")
    assert page.locator(".turn").count() == 1


def test_conversation_erased_on_the_server_can_be_begun_anew(page: Page, live: LiveServer) -> None:
    ask(page)
    for one in page.request.get(f"{live.url}/api/conversations").json()["conversations"]:
        assert page.request.delete(f"{live.url}/api/conversations/{one['id']}").status == 204
    ask(page, "And now?")
    assert "has been erased" in page.inner_text(".failure")

    page.click("button:text('Try again')")

    page.wait_for_selector(".turn:last-child .cited")


def test_sources_are_listed_filtered_and_opened(page: Page) -> None:
    page.click("text=Sources")
    page.wait_for_selector(".source-list li >> nth=1")

    page.fill("input[type=search]", "interview")
    assert page.locator(".source-list li").count() == 1
    page.click(".source-list button")

    assert "still under way" in page.inner_text(".panel .source-text")
    page.click("text=All sources")
    page.wait_for_selector(".source-list li >> nth=1")


def test_permalink_opens_the_page_at_the_quote(page: Page, live: LiveServer) -> None:
    ask(page)
    page.click(".answer-text .cite")
    permalink = page.get_attribute(".panel .byline a", "href")

    page.goto(live.url + str(permalink))

    assert page.inner_text("mark#quote").startswith("A regional insurer")
    assert page.inner_text("h1") == "Pharmacies as clinics"


def test_keyboard_alone_is_enough(page: Page) -> None:
    assert page.evaluate("document.activeElement.name") == "question"
    page.keyboard.type("What was bought?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("More?")
    assert page.input_value("textarea") == "What was bought?\nMore?"
    page.keyboard.press("Enter")
    page.wait_for_selector(".cited")
    assert page.get_attribute(".answer", "aria-live") == "polite"
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.className") == "cite":
            break
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert re.match(r"Source \d: ", label)
    page.keyboard.press("Enter")
    page.wait_for_selector(".panel mark")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, live: LiveServer, chat: FakeChatService, width: int, scheme: Any
) -> None:
    word = "Donaudampfschifffahrtsgesellschaft" * 4
    wide = make_document("wide", f"# {word}\n\n{word}\n\n| {word} | {word} |", title=word)
    chat.documents.append(wide)
    answer = make_answer(word)
    chat.replies[word] = replace(
        answer, claims=answer.claims[:1], citations=(make_citation(wide, word),), notes=Notes()
    )
    context = browser.new_context(
        viewport={"width": width, "height": 640}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(live.url)

    def overflow() -> int:
        widths: int = page.evaluate(
            "Math.max(document.documentElement.scrollWidth,"
            " ...[...document.querySelectorAll('.bar, .main, .panel-body')].map(e => "
            "e.scrollWidth - e.clientWidth + innerWidth))"
        )
        return widths - width

    assert overflow() == 0
    ask(page, word)
    assert overflow() == 0
    page.click(".answer-text .cite")
    page.wait_for_selector(".panel mark")
    assert overflow() == 0
    covers = width <= 992
    assert page.locator(".main").evaluate("main => main.inert") == covers
    page.keyboard.press("Escape")
    assert not page.locator(".main").evaluate("main => main.inert")
    page.goto(f"{live.url}/sources/{wide.id}?start=0&end=20")
    assert overflow() == 0
    context.close()


def hostile_answer(payload: str, question: str, chat: FakeChatService) -> Answer:
    """An answer in which every text that comes from documents is the payload."""
    document = make_document(
        f"hostile-{len(chat.documents)}",
        f"# {payload}\n\n{payload}\n\n- {payload}",
        title=payload,
        authors=(payload,),
        publisher=payload,
        url="javascript:window.hacked=11",
        provenance={"title": payload},
    )
    chat.documents.append(document)
    citation = make_citation(document, payload, heading=(payload,))
    answer = make_answer(question)
    return replace(
        answer,
        claims=(replace(answer.claims[0], text=payload, citations=(1,)),),
        citations=(citation,),
        notes=Notes(
            newest=SourceAge(payload, document.metadata.published),
            disagreements=(Disagreement(payload, (1,)),),
        ),
        receipt=make_receipt(question, document),
        message=payload,
    )


def test_hostile_texts_run_nothing_and_fetch_nothing(
    browser: Browser, live: LiveServer, chat: FakeChatService
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    watch = Watch(context)
    page = context.new_page()
    page.goto(live.url)
    for number, payload in enumerate(PAYLOADS):
        question = f"{payload} {number}"
        chat.replies[question] = hostile_answer(payload, question, chat)
        ask(page, question)
        assert payload in page.inner_text(".turn:last-child .answer-text")
        page.click(".turn:last-child .answer-text .cite")
        page.wait_for_selector(".panel mark")
        links = page.locator("a").evaluate_all("links => links.map(link => link.protocol)")
        assert set(links) == {"http:"}
        page.keyboard.press("Escape")
        miss = make_abstention(f"near {number}")
        chat.replies[f"near {number}"] = replace(
            miss, near_misses=(hostile_miss(miss, payload),), message=payload
        )
        ask(page, f"near {number}")
    page.click("text=Sources")
    page.wait_for_selector(".source-list li >> nth=5")
    page.reload()
    page.wait_for_selector(f".turn >> nth={2 * len(PAYLOADS) - 1}")
    assert page.evaluate("window.hacked") is None
    for document in chat.documents:
        page.goto(f"{live.url}/sources/{document.id}?start=0&end=30")
        assert page.evaluate("window.hacked") is None
    assert watch.foreign(live) == []
    assert watch.complaints == []
    context.close()


def hostile_miss(answer: Answer, payload: str) -> NearMiss:
    return replace(answer.near_misses[0], title=payload, text=payload)
