"""Accord's own page in Chromium: asking, reading, citations, history, sources, keyboards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest

from app.errors import EmptyLibraryError, OverloadedError
from app.types import Lead, Notes, Question
from tests.browser import Watch, ask, open_context
from tests.builders_web import (
    REPORT,
    FakeChatService,
    make_abstention,
    make_answer,
    make_citation,
    make_document,
    make_settings,
)
from tests.live_server import PATIENCE_S, LiveServer, serving, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1280)


@pytest.fixture
def page(browser: Browser, live: LiveServer) -> Iterator[Page]:
    context = open_context(browser)
    watch = Watch(context)
    page = context.new_page()
    page.goto(live.url)
    page.wait_for_selector(".starters button")
    yield page
    assert watch.foreign(live.url) == []
    assert watch.complaints == []
    context.close()


def open_source(page: Page, number: int = 0) -> None:
    """Open the source behind a number of the newest answer."""
    page.click(f".turn:last-child .answer-text .cite >> nth={number}")
    page.click(".card button:text('Open in source')")
    page.wait_for_selector(".panel mark.current")


def asked(chat: FakeChatService, text: str) -> Question:
    """The question as it reached the service; suggestions are tried there as well."""
    return next(one for one in chat.questions if one.text == text)


def has_focus(page: Page, selector: str) -> bool:
    return bool(page.locator(selector).evaluate("e => e === e.getRootNode().activeElement"))


def test_number_opens_a_card_and_the_card_the_source_at_the_sentence(page: Page) -> None:
    page.click(".starters button")
    page.wait_for_selector(".cited")
    assert "A regional insurer bought a chain" in page.inner_text(".answer-text")

    page.click(".answer-text .cite >> nth=1")
    assert page.inner_text(".card blockquote") == "The price was $70 billion."
    assert page.inner_text(".card h3") == "Pharmacies as clinics"
    for part in ("A. Writer, B. Writer", "Example Review", "15 January 2019"):
        assert part in page.inner_text(".card .byline")
    assert has_focus(page, ".card")
    page.keyboard.press("Escape")
    assert not page.is_visible(".card")
    assert has_focus(page, ".answer-text .cite >> nth=1")

    open_source(page, 1)
    assert page.inner_text(".panel mark.current") == "The price was $70 billion."
    assert page.inner_text(".panel h2") == "Pharmacies as clinics"
    assert has_focus(page, ".panel mark.current")
    page.keyboard.press("Escape")
    assert not page.is_visible(".panel")
    assert has_focus(page, ".answer-text .cite >> nth=1")


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

    open_source(page)

    assert page.inner_text(".panel mark.current") == quote


def test_cited_sentence_is_scrolled_to(page: Page, chat: FakeChatService) -> None:
    long = make_document("long", "A line of filling.\n\n" * 300 + "The sentence sought.")
    chat.documents.append(long)
    answer = make_answer("Where?")
    citation = make_citation(long, "The sentence sought.")
    chat.replies["Where?"] = replace(
        answer, claims=answer.claims[:1], citations=(citation,), notes=Notes()
    )
    ask(page, "Where?")

    open_source(page)

    box = page.locator(".panel mark.current").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 860
    page.wait_for_selector(".bar-title")


def test_old_version_says_whether_the_cited_words_still_stand(
    page: Page, chat: FakeChatService
) -> None:
    ask(page)
    old = chat.documents[0]
    chat.old_versions.append(old)
    chat.documents[0] = make_document(text=REPORT.replace("$70 billion", "$69 billion"))

    open_source(page, 1)

    assert page.inner_text(".panel mark.current") == "The price was $70 billion."
    page.wait_for_selector(".notice:has-text('no longer has these words')")
    page.click(".panel summary:text('2 versions')")
    page.click(".notice button:text('Read the current one')")
    page.wait_for_selector(".panel .source-text:has-text('$69 billion')")
    assert page.locator(".notice:visible").count() == 0


def test_dates_and_disagreement_are_shown(page: Page) -> None:
    ask(page)

    differ = page.inner_text(".differ")
    assert differ.startswith("Sources differ on the status of the purchase")
    assert "15 January 2019" in differ
    assert "undated" in differ.lower()
    ages = page.inner_text(".ages")
    assert "Newest source used: 15 January 2019. Sources without a date: 1." in ages


def test_abstention_is_calm_and_shows_near_misses(page: Page, chat: FakeChatService) -> None:
    chat.replies["Moon?"] = make_abstention("Moon?")
    ask(page, "Moon?")

    assert page.inner_text(".abstention").startswith("The sources do not say")
    assert "Near, but not an answer" in page.inner_text(".near")
    assert page.locator(".turn .cite, .turn .failure").count() == 0
    page.click(".near-miss")
    page.wait_for_selector(".panel mark.current")
    assert page.inner_text(".panel mark.current") == "Nobody knows yet whether it pays."


@pytest.mark.parametrize("composer", ["model", "extractive"])
def test_note_of_a_model_that_failed_is_quiet_and_who_worded_the_answer_is_named(
    page: Page, chat: FakeChatService, composer: str
) -> None:
    told = "The chat model could not be reached, so this answer is in the sources' own words."
    answer = make_answer("Worded?", composer=composer, fallback=told)
    receipt = replace(answer.receipt, model="openai:some-model")
    chat.replies["Worded?"] = replace(answer, receipt=receipt)
    ask(page, "Worded?")

    assert page.inner_text(".fallback") == told
    is_named = "Worded by openai:some-model" in page.inner_text(".ages")
    assert is_named == (composer == "model")


def test_follow_up_stays_in_the_conversation_over_a_reload(
    page: Page, chat: FakeChatService
) -> None:
    ask(page)
    ask(page, "For how much?")
    assert asked(chat, "For how much?").history[0].content == "What was bought?"

    page.reload()
    page.wait_for_selector(".turn >> nth=1")
    assert page.locator(".question").all_inner_texts() == ["What was bought?", "For how much?"]

    page.click(".side button:text('New conversation')")
    ask(page, "Anew?")
    assert page.locator(".turn").count() == 1
    assert asked(chat, "Anew?").history == ()


def test_suggestions_are_such_as_are_answered_and_ask_when_pressed(
    page: Page, chat: FakeChatService
) -> None:
    suggested = "What are the main points of “Pharmacies as clinics”?"
    other = make_citation(chat.documents[0], "Patients are seen nearer to home.")
    answer = make_answer(suggested)
    chat.replies[suggested] = replace(answer, claims=answer.claims[:1], citations=(other,))
    ask(page)
    page.wait_for_selector(".suggestions button")
    assert page.locator(".suggestions button").all_inner_texts() == [suggested]

    page.click(".suggestions button")

    page.wait_for_selector(f".turn:last-child .question:text-is('{suggested}')")
    assert page.locator(".turn:first-child .suggestions").count() == 0


def test_conversations_are_listed_opened_and_erased(page: Page, live: LiveServer) -> None:
    ask(page)
    page.click(".side button:text('New conversation')")
    ask(page, "Another matter?")
    page.wait_for_selector(".conversation >> nth=1")
    titles = page.locator(".conversation-title").all_inner_texts()
    assert titles == ["Another matter?", "What was bought?"]

    page.click(".conversation >> nth=1")
    page.wait_for_selector(".question:text-is('What was bought?')")
    address = page.url
    page.go_back()
    page.go_forward()
    assert page.url == address
    assert page.get_attribute(".conversation >> nth=1", "aria-current") == "page"

    page.hover(".conversations li >> nth=1")
    page.click(".conversations li >> nth=1 >> .menu .tool")
    page.click(".conversations li >> nth=1 >> text=Erase for good")
    assert has_focus(page, ".confirm button:text('Keep')")
    page.click(".confirm button:text('Erase')")

    page.wait_for_selector(".welcome")
    until(lambda: page.locator(".conversation").count() == 1)
    kept = page.request.get(f"{live.url}/api/conversations").json()["conversations"]
    assert [one["title"] for one in kept] == ["Another matter?"]


def test_conversation_is_renamed_pinned_found_and_shared(
    page: Page, live: LiveServer, browser: Browser
) -> None:
    ask(page)
    page.click(".side button:text('New conversation')")
    ask(page, "Another matter?")
    page.wait_for_selector(".conversation >> nth=1")

    def choose(choice: str, row: int) -> None:
        page.hover(f".conversations li >> nth={row}")
        page.click(f".conversations li >> nth={row} >> .menu .tool")
        page.click(f".conversations li >> nth={row} >> [role=menuitem]:text-is('{choice}')")

    choose("Rename", 1)
    page.fill(".rename", "  For the board ")
    page.keyboard.press("Enter")
    page.wait_for_selector(".conversation-title:text-is('For the board')")
    choose("Pin", 1)
    until(lambda: page.locator(".conversation-title").first.inner_text() == "For the board")

    choose("Share by a link", 0)
    until(lambda: "Shared" in page.inner_text(".conversations li >> nth=0"))
    conversations = page.request.get(f"{live.url}/api/conversations").json()["conversations"]
    address = f"{live.url}/#/c/{conversations[0]['id']}"
    unshared = f"{live.url}/#/c/{conversations[1]['id']}"

    context = open_context(browser)
    stranger = context.new_page()
    stranger.goto(address)
    stranger.wait_for_selector(".notice:has-text('Somebody has shared this conversation')")
    assert stranger.locator(".thumbs").count() == 0
    ask(stranger, "And then?")
    assert stranger.url != address  # one of the stranger's own
    stranger.goto(unshared)
    stranger.wait_for_selector(".failure:has-text('belongs to somebody else')")
    context.close()
    assert len(page.request.get(f"{live.url}/api/conversations").json()["conversations"]) == 2


def test_question_without_an_answer_outlives_a_reload(page: Page, chat: FakeChatService) -> None:
    ask(page)
    chat.held = True
    page.fill("textarea[name=question]", "And then?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn >> nth=1")
    page.fill("textarea[name=question]", "And what else?")
    page.keyboard.press("Enter")
    assert "still being written" in page.inner_text(".ask .left")
    page.reload()
    page.wait_for_selector(".turn:last-child .stopped")
    assert page.inner_text(".turn:last-child .question") == "And then?"
    chat.held = False
    page.click(".stopped button")
    page.wait_for_selector(".turn:last-child .tools")
    page.reload()
    page.wait_for_selector(".turn >> nth=1")
    assert page.locator(".stopped").count() == 0


def test_question_is_changed_and_asked_again(page: Page) -> None:
    ask(page)
    page.click("[aria-label='Change the question']")
    assert page.input_value("textarea[name=question]") == "What was bought?"
    assert has_focus(page, "textarea[name=question]")


def test_words_are_found_in_a_source(page: Page) -> None:
    ask(page)
    open_source(page)
    page.click(".finder .tool")
    page.fill(".find", "REGIONAL")
    until(lambda: "1 of" in page.inner_text(".finder .step-count"))
    page.fill(".find", "zeppelin")
    until(lambda: page.inner_text(".finder .step-count") == "Not found")


def test_sentences_appear_one_by_one_and_stop_stops(
    page: Page, live: LiveServer, chat: FakeChatService
) -> None:
    chat.held = True
    page.fill("textarea[name=question]", "What was bought?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".claim")
    assert page.locator(".claim").count() == 1
    assert page.is_visible(".status")

    page.click("button[aria-label=Stop]")

    page.wait_for_selector("text=Stopped.")
    until(lambda: chat.closed == chat.opened)
    until(lambda: live.runner.running == 0)
    chat.held = False
    assert has_focus(page, "textarea[name=question]")
    page.click("text=Ask again")
    page.wait_for_selector(".cited")
    assert page.locator(".turn").count() == 1
    # The button is gone; the focus is not.
    assert has_focus(page, "textarea[name=question]")


def test_who_waits_sees_where_the_question_stands(browser: Browser, tmp_path: Path) -> None:
    chat = FakeChatService()
    with serving(make_settings(tmp_path, max_running=1), chat) as live:
        context = open_context(browser)
        page = context.new_page()
        page.goto(live.url)
        page.wait_for_selector(".starters button")
        chat.held = True
        before = live.open_stream()
        assert chat.reached.acquire(timeout=PATIENCE_S)

        page.fill("textarea[name=question]", "What was bought?")
        page.keyboard.press("Enter")

        page.wait_for_selector(".status:has-text('You are next, about 1 s')")
        chat.held = False
        page.wait_for_selector(".cited")
        before.close()
        context.close()


def test_long_silence_says_that_work_goes_on(page: Page) -> None:
    page.clock.install()
    waiting: list[Any] = []
    page.route("**/api/chat", lambda route: waiting.append(route))
    page.fill("textarea[name=question]", "What was bought?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".status:has-text('Searching the sources')")
    assert "at work" not in page.inner_text(".status")

    page.clock.fast_forward(10_000)

    page.wait_for_selector(".status:has-text('Searching the sources (still at work)')")
    waiting[0].continue_()
    page.wait_for_selector(".cited")


def test_error_is_told_in_words_and_can_be_tried_again(page: Page, chat: FakeChatService) -> None:
    chat.late_error = OverloadedError("Too many questions right now.", retry_after_s=1)
    ask(page)
    assert "Too many questions right now." in page.inner_text(".failure")

    chat.late_error = None
    page.click("button:text('Try again')")

    page.wait_for_selector(".cited")
    assert page.locator(".turn").count() == 1


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_stream_is_read_however_its_lines_end(page: Page, end: str) -> None:
    def rewritten(route: Any) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("\n", end))

    page.route("**/api/chat", rewritten)
    ask(page)

    assert page.locator(".claim").count() == 3


@pytest.mark.parametrize(("motion", "name"), [("reduce", "none"), ("no-preference", "appear")])
def test_nothing_moves_for_those_who_want_no_motion(page: Page, motion: Any, name: str) -> None:
    page.emulate_media(reduced_motion=motion)
    ask(page)

    moving = page.locator(".claim").first.evaluate("e => getComputedStyle(e).animationName")
    assert moving == name


def test_unreachable_server_is_tried_again_until_it_answers(page: Page) -> None:
    page.route("**/api/chat", lambda route: route.abort("connectionrefused"), times=1)
    page.fill("textarea[name=question]", "What was bought?")
    page.keyboard.press("Enter")

    page.wait_for_selector(".status:has-text('Reconnecting')")
    page.wait_for_selector(".cited")

    assert page.locator(".turn").count() == 1


def test_offline_is_told_and_the_question_waits(page: Page) -> None:
    page.context.set_offline(True)
    page.wait_for_selector(".offline:has-text('You are offline')")
    page.fill("textarea[name=question]", "What was bought?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".status:has-text('Reconnecting')")

    page.context.set_offline(False)

    page.wait_for_selector(".cited")
    assert not page.is_visible(".offline")


def test_conversation_erased_on_the_server_can_be_begun_anew(page: Page, live: LiveServer) -> None:
    ask(page)
    for one in page.request.get(f"{live.url}/api/conversations").json()["conversations"]:
        assert page.request.delete(f"{live.url}/api/conversations/{one['id']}").status == 204
    ask(page, "And now?")
    assert "has been erased" in page.inner_text(".failure")

    page.click("button:text('Try again')")

    page.wait_for_selector(".turn:last-child .cited")


def test_thumbs_reasons_and_comment_are_kept_and_taken_back(page: Page, live: LiveServer) -> None:
    ask(page)
    page.click("button[aria-label='Not helpful']")
    page.wait_for_selector(".feedback form")
    page.check("input[value=outdated]")
    page.fill("textarea[name=comment]", "That was before 2019.")
    page.click(".feedback button:text('Send')")
    page.wait_for_selector("text=Thank you, that helps.")
    conversation = page.request.get(f"{live.url}/api/conversations").json()["conversations"][0]
    whole = page.request.get(f"{live.url}/api/conversations/{conversation['id']}").json()
    path = f"{live.url}/api/answers/{whole['answers'][0]['id']}/feedback"
    expected = {"rating": "down", "reasons": ["outdated"], "comment": "That was before 2019."}
    assert page.request.get(path).json() == expected

    page.reload()
    page.wait_for_selector("button[aria-label='Not helpful'][aria-pressed=true]")
    page.click("button[aria-label='Not helpful']")
    page.wait_for_selector("text=Undone.")
    assert page.request.get(path).json()["rating"] is None


def test_copy_has_footnotes(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page)

    page.click("button[aria-label='Copy with footnotes']")

    page.wait_for_selector("text=Copied with footnotes")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("A regional insurer bought a chain of pharmacies in January. [1] The")
    assert "Sources differ on the status of the purchase: [1], [3]." in text
    assert re.search(
        r"\[2\] A\. Writer, B\. Writer\. Pharmacies as clinics\. Example Review\. "
        r"15 January 2019\. “The price was \$70 billion\.” http://127\.0\.0\.1:\d+/sources/\w+\?version=",
        text,
    )


def test_empty_library_is_told_before_anything_is_asked(page: Page, live: LiveServer) -> None:
    told = EmptyLibraryError.TOLD
    problem = json.dumps({"type": "about:blank", "title": "", "status": 503, "detail": told})
    page.route("**/api/starters", lambda route: route.fulfill(json={"questions": []}))
    page.route("**/api/sources*", lambda route: route.fulfill(status=503, body=problem))

    page.goto(live.url)

    page.wait_for_selector(f".welcome:has-text('{told}')")
    page.goto(f"{live.url}/#/sources")
    page.wait_for_selector(f".library:has-text('{told}')")
    assert not page.is_visible(".filters")


def test_filters_are_cleared_only_where_there_are_some(page: Page, live: LiveServer) -> None:
    page.goto(f"{live.url}/#/sources")
    page.wait_for_selector(".source-list li")
    assert not page.is_visible(".filters [type=reset]")
    page.fill("input[name=q]", "zeppelin")
    page.click(".filters [type=reset]")
    assert page.input_value("input[name=q]") == ""
    page.wait_for_selector(".filters [type=reset]", state="hidden")


def test_copy_keeps_the_short_answer_and_what_is_missing(page: Page, live: LiveServer) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lead = Lead("January", 1, 0, 7)
    partly = make_answer("When and how?", lead=lead, message="The sources do not say how.")
    live.chat.replies |= {"When and how?": partly, "Moon?": make_abstention("Moon?")}
    copied = []
    for question in ("When and how?", "Moon?"):
        ask(page, question)
        page.click(".turn:last-child button[aria-label='Copy with footnotes']")
        page.wait_for_selector(".turn:last-child :text('Copied with footnotes')")
        copied.append(page.evaluate("navigator.clipboard.readText()"))

    assert copied[0].startswith("January [1]\n\nA regional insurer")
    assert "\n\nThe sources do not say how.\n\n" in copied[0]
    assert "\nNear, but not an answer:\n- “" in copied[1]


def test_short_answer_is_read_aloud(page: Page, live: LiveServer) -> None:
    live.chat.replies["When?"] = make_answer("When?", lead=Lead("January", 1, 0, 7))

    ask(page, "When?")

    page.wait_for_selector(
        "[aria-live]:has-text('January. The answer is complete.')", state="attached"
    )


def test_exports_are_offered_as_files_and_as_a_page(page: Page) -> None:
    ask(page)
    page.set_viewport_size({"width": 1280, "height": 640})
    page.locator(".tools").evaluate("e => e.scrollIntoView({block: 'end'})")
    page.click("button[aria-label='Save this answer']")
    menu, field = (page.locator(one).bounding_box() for one in (".tools .menu-list", ".ask-box"))
    assert menu is not None
    assert field is not None
    assert menu["y"] + menu["height"] <= field["y"]
    assert has_focus(page, ".tools [role=menuitem] >> nth=0")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "what-was-bought.md"
    page.click("button[aria-label='Save this answer']")
    page.keyboard.press("ArrowDown")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    word = docx.Document(BytesIO(Path(saved.value.path()).read_bytes()))
    assert word.paragraphs[0].text == "What was bought?"
    ask(page, "For how much?")
    page.click("button[aria-label='Save the conversation']")
    with page.expect_popup() as opened:
        page.click(".keep >> text=Printable page")
    assert opened.value.locator("h2").all_inner_texts() == ["What was bought?", "For how much?"]
    assert opened.value.locator(".notes li").count() == 6


def test_sources_are_searched_filtered_and_opened(page: Page, chat: FakeChatService) -> None:
    chat.documents.append(make_document("third", publisher="Another Review", title="A third"))
    page.click(".side button:text('Sources')")
    page.wait_for_selector(".source-list li >> nth=2")

    page.fill("input[name=q]", "interview")
    assert page.locator(".source-list li").count() == 1
    assert page.inner_text(".count") == "1 of 3"
    page.click("text=Clear")
    page.select_option("select[name=publisher]", "Another Review")
    assert page.locator(".source-title").all_inner_texts() == ["A third"]
    page.click("text=Clear")
    page.fill("input[name=from]", "2019-01-16")
    assert page.inner_text(".count") == "No source matches."
    page.fill("input[name=from]", "2019-01-15")
    assert page.locator(".source-list li").count() == 2
    page.click("text=Clear")
    page.click(".source-list button >> nth=1")
    page.wait_for_selector(".panel .source-text:has-text('still under way')")
    address = page.url
    assert "#/sources/" in address

    page.go_back()
    page.wait_for_selector(".panel", state="hidden")
    page.goto(address)
    page.reload()
    page.wait_for_selector(".panel .source-text:has-text('still under way')")
    page.click(".side button:text('New conversation')")
    page.go_back()
    page.wait_for_selector(".panel .source-text:has-text('still under way')")


def test_questions_can_be_limited_to_one_source(page: Page, chat: FakeChatService) -> None:
    page.click(".side button:text('Sources')")
    page.click(".source-list button >> nth=1")
    page.click(".panel button:text('Ask about this source')")
    assert page.inner_text(".scope") == "Only in “An interview”"
    ask(page)
    assert asked(chat, "What was bought?").filters.document_ids == (chat.documents[1].id,)

    page.click("button[aria-label='Ask about all sources again']")
    ask(page, "And now?")

    assert asked(chat, "And now?").filters.document_ids == ()


def test_questions_can_be_limited_to_what_was_searched_for(
    page: Page, chat: FakeChatService
) -> None:
    chat.documents.append(make_document("third", publisher="Another Review", title="A third"))
    page.click(".side button:text('Sources')")
    page.wait_for_selector(".source-list li >> nth=2")
    assert not page.is_visible(".ask-these")
    page.fill("input[name=from]", "2019-01-15")
    page.click("button:text('Ask about these 2')")
    assert page.inner_text(".scope") == "Only in 2 chosen sources"
    ask(page)
    chosen = asked(chat, "What was bought?").filters.document_ids
    assert len(chosen) == 2


def test_permalink_opens_the_page_at_the_quote(page: Page, live: LiveServer) -> None:
    ask(page)
    open_source(page)
    permalink = page.get_attribute(".panel a:text('Open as a page')", "href")

    page.goto(str(permalink))

    assert page.inner_text("mark#quote").startswith("A regional insurer")
    assert page.inner_text("h1") == "Pharmacies as clinics"


def test_keyboard_alone_is_enough(page: Page) -> None:
    assert has_focus(page, "textarea[name=question]")
    page.keyboard.type("What was bought?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("More?")
    assert page.input_value("textarea[name=question]") == "What was bought?\nMore?"
    page.keyboard.press("Enter")
    page.wait_for_selector(".cited")
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if has_focus(page, ".answer-text .cite >> nth=2"):
            break
    label = page.get_attribute(".answer-text .cite >> nth=2", "aria-label")
    assert re.match(r"Source 3: ", str(label))
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".panel mark.current")


def test_each_sentence_is_announced_once_and_politely(page: Page) -> None:
    page.evaluate(
        """() => {
          const root = document.querySelector("accord-chat").shadowRoot;
          window.heard = [];
          new MutationObserver((changes) => {
            for (const { addedNodes } of changes) {
              heard.push(...[...addedNodes].map((node) => node.textContent));
            }
          }).observe(root.querySelector(".announcer"), {childList: true});
        }"""
    )
    ask(page)

    assert page.get_attribute(".announcer", "aria-live") == "polite"
    assert page.evaluate("heard") == [
        "Searching the sources.",
        "A regional insurer bought a chain of pharmacies in January. Source 1.",
        "The price was $70 billion. Source 2.",
        "The purchase is still under way, says the interviewer. Source 3.",
        "The answer is complete. The sources differ; see the note below it.",
    ]
    # What is seen is not live as well: its numbers and buttons would be read too.
    assert page.locator(".turn [aria-live]").count() == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(
    browser: Browser, live: LiveServer, chat: FakeChatService, width: int
) -> None:
    word = "Donaudampfschifffahrtsgesellschaft" * 4
    wide = make_document("wide", f"# {word}\n\n{word}\n\n| {word} | {word} |", title=word)
    chat.documents.append(wide)
    answer = make_answer(word)
    chat.replies[word] = replace(
        answer, claims=answer.claims[:1], citations=(make_citation(wide, word),), notes=Notes()
    )
    context = open_context(browser, width=width, height=640)
    page = context.new_page()
    page.goto(live.url)

    def overflow() -> int:
        widths: int = page.evaluate(
            """() => {
              const root = document.querySelector("accord-chat")?.shadowRoot ?? document;
              const parts = ".bar, .centre, .scroll, .library, .panel-body, .card";
              const excess = [...root.querySelectorAll(parts)].map(
                (e) => e.scrollWidth - e.clientWidth,
              );
              return Math.max(document.documentElement.scrollWidth - innerWidth, ...excess);
            }"""
        )
        return widths

    assert overflow() == 0
    ask(page, word)
    assert overflow() == 0
    page.click(".answer-text .cite")
    assert overflow() == 0
    page.click("text=Open in source")
    page.wait_for_selector(".panel mark.current")
    assert overflow() == 0
    assert page.locator(".centre").evaluate("main => main.inert") == (width < 992)
    page.keyboard.press("Escape")
    assert not page.locator(".centre").evaluate("main => main.inert")
    page.goto(f"{live.url}/#/sources")
    page.reload()
    page.wait_for_selector(".source-list li")
    assert overflow() == 0
    page.goto(f"{live.url}/sources/{wide.id}?start=0&end=20")
    assert overflow() == 0
    context.close()


@pytest.mark.parametrize(
    ("locale", "heading", "box", "sources"),
    [
        ("de-DE", "Was möchten Sie wissen?", "Frage stellen", "Quellen"),
        ("fr-FR", "Que voulez-vous savoir ?", "Posez une question", "Sources"),
        ("es-ES", "¿Qué desea saber?", "Haga una pregunta", "Fuentes"),
        ("it-IT", "Che cosa desidera sapere?", "Faccia una domanda", "Fonti"),
        ("nl-NL", "Wat wilt u weten?", "Stel een vraag", "Bronnen"),
        ("pt-BR", "O que deseja saber?", "Faça uma pergunta", "Fontes"),
        ("ja-JP", "What would you like to know?", "Ask a question", "Sources"),
    ],
)
def test_the_page_speaks_the_language_of_the_browser(
    browser: Browser, live: LiveServer, locale: str, heading: str, box: str, sources: str
) -> None:
    context = open_context(browser, locale=locale)
    page = context.new_page()
    page.goto(live.url)
    page.wait_for_selector(".starters button")
    assert page.inner_text(".welcome h2") == heading
    assert page.get_attribute("textarea[name=question]", "placeholder") == box
    assert page.inner_text(".to-library") == sources
    language = locale[:2] if locale != "ja-JP" else "en"
    assert page.evaluate("document.documentElement.lang") == language
    ask(page)
    # What is quoted stays in its own language, and is marked with it.
    assert page.get_attribute(".turn .claim", "lang") == "en"
    context.close()
