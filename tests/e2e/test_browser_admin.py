"""The page of whoever keeps the sources, in a real browser, with real runs behind it.

SCREENSHOTS=folder      writes a picture of each state, to be looked at
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app.bootstrap import open_conversations
from app.conversations.records import Channel
from app.languages.catalogue import say
from app.settings import Settings
from tests.browser import Watch, open_context, violations
from tests.builders_web import make_abstention, make_answer, make_settings
from tests.integration.test_hostile_files import lying_zip, word_file, zipped
from tests.live_server import LiveServer, serving
from tests.sample_library import borrow_models
from vectorstore.runs import RunFolder, RunKind, RunRequest, RunState

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser]

SCREENSHOTS = os.environ.get("SCREENSHOTS")
TOKEN = "an-admin-token-of-a-test"
RUN_MS = 120_000
"""For what a real run does on a busy machine."""
ARTICLE = b"""# Harbour trade

The harbour of Hove took in 4,000 ships in 1921. The mayor said that it was a record.

Share this article
"""
WEB_PAGE = b"""<html><head><title>The mill</title><script>parent.broken = true</script></head><body>
<nav><a href="/">Home</a></nav><article><h1>The mill</h1>
<p>The mill in Hove opened in 1921 and was closed by its owners forty years later.</p>
<p>It was sold in 1963 for 3,000 pounds to a maker of paper.</p></article></body></html>"""
HOSTILE: dict[str, bytes] = {
    "bomb.docx": zipped(("word/document.xml", bytes(30_000_000))),
    "lying.docx": lying_zip(),
    "program.pdf": b"MZ\x90\x00" + bytes(400),
    "picture.txt": b"\x89PNG\r\n\x1a\n\x00\x01\x02",
    "cut.docx": word_file()[:200],
    "unknown.exe": b"MZ",
    "empty.md": b"",
    "../../outside.md": b"# Outside\n\nIt stays within its folder all the same, as a sentence.\n",
    "sources.toml": b'["harbour.md"]\ntitle = "Planted"\n',
}


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path / "data", admin_token=TOKEN)


@pytest.fixture
def managed(settings: Settings) -> Iterator[LiveServer]:
    with serving(settings) as live:
        yield live


@pytest.fixture
def page(browser: Browser, managed: LiveServer) -> Iterator[Page]:
    """Signed in, on the page; at the end nothing came from elsewhere and nothing complained."""
    context = open_context(browser)
    watch = Watch(context)
    page = context.new_page()
    page.goto(f"{managed.url}/admin")
    look(page, "closed")
    page.click(".closed a.button")
    page.fill("#token", TOKEN)
    page.click("button")
    page.wait_for_selector(".zone")
    yield page
    context.close()
    # That a script of a shown original does not run is what the sandbox is for.
    assert [one for one in watch.complaints if "sandboxed" not in one] == []
    assert watch.foreign(managed.url) == []


def look(page: Page, name: str) -> None:
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"admin-{name}.png", full_page=True)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def open_view(page: Page, name: str, awaited: str) -> None:
    page.click(f".tabs a[href='#{name}']")
    page.wait_for_selector(awaited)


def test_empty_views_say_what_will_be_there(page: Page) -> None:
    look(page, "add")
    for view in ("sources", "runs", "use"):
        open_view(page, view, ".empty")
        look(page, f"{view}-empty")
    open_view(page, "health", ".findings")
    assert "Nothing has been ingested yet" in page.inner_text(".findings")
    open_view(page, "add", ".zone")
    page.click("text=Check first")
    assert "Choose a file" in page.inner_text("[role=alert]")


@pytest.mark.parametrize("language", ["de", "fr"])
def test_page_is_in_the_reader_s_language_and_fits_a_telephone(
    browser: Browser, managed: LiveServer, language: str
) -> None:
    with open_context(browser, width=360, locale=language) as context:
        page = context.new_page()
        page.goto(f"{managed.url}/sign-in?next=/admin")
        page.fill("#token", TOKEN)
        page.click("button")
        page.wait_for_selector(".zone")
        look(page, f"add-{language}")
        assert page.get_attribute("html", "lang") == language
        views = [page.inner_text(f".tabs a[href='#{name}']") for name in ("add", "sources", "runs")]
        english = ("Add sources", "Sources", "Runs")
        assert views == [say(language, each) for each in english]
        page.click(f"text={say(language, 'Check first')}")
        told = say(language, "Choose a file or write an address first.")
        assert page.inner_text(".failure") == told


def test_unanswered_questions_open_to_whoever_has_signed_in_here(
    page: Page, managed: LiveServer
) -> None:
    page.goto(f"{managed.url}/unanswered")
    page.wait_for_selector(".figures")
    assert page.locator("input[type=password]").count() == 0
    with page.expect_download() as saved:
        page.click("text=Save as CSV")
    assert saved.value.suggested_filename == "unanswered.csv"


@pytest.mark.model
@pytest.mark.campaign  # four processes that load models, one after the other
def test_sources_are_checked_looked_at_served_edited_and_erased(
    page: Page, managed: LiveServer, settings: Settings, sample_library: tuple[Path, Path]
) -> None:
    borrow_models(sample_library[1], settings.data_dir)
    sent = {"harbour.md": ARTICLE, "page.html": WEB_PAGE, **HOSTILE}
    page.set_input_files("#files", [file(name, content) for name, content in sent.items()])
    page.fill("#urls", "file:///etc/passwd\nhttp://127.0.0.1:9/secret")
    page.click("text=Check first")
    page.wait_for_selector(".run .actions >> text=Add these 3 sources", timeout=RUN_MS)
    look(page, "checked")
    turned_away = page.inner_text(".listed.refused >> nth=0")
    assert all(name in turned_away for name in ("empty.md", "sources.toml", "file:///etc/passwd"))
    refused = page.inner_text(".listed.refused >> nth=1")
    bad = ("bomb.docx", "lying.docx", "program.pdf", "picture.txt", "cut.docx", "unknown.exe")
    assert all(name in refused for name in (*bad, "http://127.0.0.1:9/secret"))
    assert not (settings.data_dir / "uploads").exists()

    page.click("li:has-text('harbour.md') >> text=See what was read")
    page.wait_for_selector(".cleaned")
    assert "4,000 ships" in page.inner_text(".cleaned")
    assert "Share this article" in page.inner_text(".left-out")
    look(page, "preview")
    page.keyboard.press("Escape")
    page.click("li:has-text('page.html') >> text=See what was read")
    frame = page.frame_locator("iframe")
    assert frame.locator("h1").inner_text() == "The mill"
    assert page.evaluate("window.broken") is None
    page.keyboard.press("Escape")

    page.click(".run .actions >> text=Add these 3 sources")
    page.wait_for_selector(".run >> text=/^3 added/", timeout=RUN_MS)
    kept = sorted(path.name for path in (settings.data_dir / "uploads").iterdir())
    assert kept == ["harbour.md", "outside.md", "page.html"]

    open_view(page, "sources", ".sources")
    page.fill("#search", "harbour")
    page.click("[aria-label='Edit: Harbour trade']")
    page.fill("#edit-published", "soon")
    page.click(".dialog >> text=Save")
    assert "is no date" in page.inner_text(".dialog .failure")
    look(page, "edit")
    page.fill("#edit-published", "1921-05")
    page.fill("#edit-authors", "Ann Lee; Bo Chan")
    page.fill("#edit-groups", "legal; deals")
    page.click(".dialog >> text=Save")
    page.wait_for_selector(".view .fine", timeout=RUN_MS)
    assert "Ann Lee, Bo Chan" in page.inner_text(".sources")
    assert "May 1921" in page.inner_text(".sources")
    assert "Seen by: deals, legal (set by hand)" in page.inner_text(".sources")
    look(page, "sources")

    page.click("[aria-label='Erase: Harbour trade']")
    page.click(".dialog .danger")
    page.wait_for_selector(".fine:has-text('Erasing')", timeout=RUN_MS)
    left = [
        path
        for path in settings.data_dir.rglob("*")
        if path.is_file() and b"4,000 ships" in path.read_bytes()
    ]
    assert left == []
    open_view(page, "runs", ".history")
    page.click(".history summary >> nth=0")
    look(page, "runs")
    rows = [one.splitlines()[:2] for one in page.locator(".history summary").all_inner_texts()]
    assert rows == [
        ["done", "Erase a source"],
        ["done", "Edit a source"],
        ["done", "Read 3 sources"],
        ["done", "Check 10 sources"],
    ]


def test_runs_that_wait_fail_or_crash_say_so_and_what_to_do(page: Page, settings: Settings) -> None:
    folders = [RunFolder.create(settings.data_dir) for _ in range(3)]
    for folder in folders:
        folder.open(RunRequest(RunKind.INGEST, ("https://example.org/a",), origin="page"))
    folders[0].wait()
    folders[1].end(RunState.FAILED, reason="The disk is full.")
    folders[2].let_go()
    open_view(page, "runs", ".history")
    assert "Another run is writing" in page.inner_text(".history")
    for summary in page.locator(".history summary").all():
        summary.click()
    # What is opened is filled a moment later.
    page.wait_for_selector(".history >> text=The disk is full.")
    page.wait_for_selector(".history >> text=ended without a word")
    assert page.locator("text=Try again").count() == 2
    look(page, "runs-bad")
    folders[0].end(RunState.DONE, report={"unchanged": ["https://example.org/a"]})
    page.wait_for_selector("text=1 unchanged")


def test_use_is_drawn_and_told_in_figures(
    page: Page, managed: LiveServer, settings: Settings
) -> None:
    store = open_conversations(settings)
    for days in (0, 1, 1, 40):
        for answer in (make_answer(), make_abstention()):
            created = datetime.now(UTC) - timedelta(days=days)
            dated = replace(answer, created=created)
            store.append(dated, visitor=None, channel=Channel.WEB)
    store.close()
    open_view(page, "use", ".plot")
    assert page.inner_text(".figures dd >> nth=0") == "6"
    assert page.locator(".plot rect").count() == 4
    look(page, "use")
    page.select_option("#span", "90")
    page.wait_for_selector(".figures dd:text-is('8')")


def test_another_page_cannot_use_what_the_browser_is_signed_in_with(
    page: Page, managed: LiveServer
) -> None:
    cookie = {one["name"]: one["value"] for one in page.context.cookies()}["accord_token"]
    with httpx.Client(base_url=managed.url, cookies={"accord_token": cookie}) as client:
        sent: Any = {"files": {"files": ("a.md", b"# A")}}
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example.org"},
            {"Origin": "null"},
        ):
            for method, path in (("POST", "/api/sources"), ("DELETE", f"/api/sources/{'0' * 16}")):
                content = sent if method == "POST" else {}
                response = client.request(method, path, headers=headers, **content)
                assert response.status_code == 403, (headers, method)
        assert client.get("/api/runs").json()["runs"] == []
        assert client.delete(f"/api/sources/{'0' * 16}").status_code == 404
