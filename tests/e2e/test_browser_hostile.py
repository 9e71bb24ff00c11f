"""Hostile texts everywhere a text can come from: nothing runs, nothing is fetched, all is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from app.sites import Site
from app.types import Answer, Claim, Disagreement, NearMiss, Notes, SourceAge
from app.web.state import VISITOR_COOKIE
from tests.browser import Watch, ask, foreign_site, open_context
from tests.builders_web import (
    FakeChatService,
    make_abstention,
    make_answer,
    make_citation,
    make_document,
    make_receipt,
    make_settings,
)
from tests.hostile_texts import HOSTILE_ADDRESSES, PAYLOADS, bleach_texts
from tests.live_server import LiveServer, serving
from vectorstore.types import Document

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

KEY = "pk-hostile-0001"
TOKEN = "an-admin-token-of-a-test"  # noqa: S105 - a test's
VISITOR = "0123456789abcdef" * 2

# A stream that arrives byte by byte: every text is split at every character, and inside some.
BYTE_BY_BYTE = """
const whole = window.fetch;
window.fetch = async (...all) => {
  const response = await whole(...all);
  const kind = response.headers.get("Content-Type") ?? "";
  if (!kind.startsWith("text/event-stream")) return response;
  const bytes = new TransformStream({
    transform(chunk, out) { for (const byte of chunk) out.enqueue(new Uint8Array([byte])); },
  });
  return new Response(response.body.pipeThrough(bytes), response);
};
"""
# No policy, no trusted types: what holds here holds by itself.
BARE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bare</title></head>
<body><script src="{server}/widget.js" data-key="{key}" data-mode="inline" defer></script></body>"""


@pytest.fixture(scope="module")
def payloads(repo_root: Path) -> list[str]:
    """Our own, and those of bleach's tests where the folder of real material is."""
    assert len(PAYLOADS) >= 100
    return [*PAYLOADS, *bleach_texts(repo_root.parent / "shared")]


def hostile_document(payload: str, number: int) -> Document:
    return make_document(
        f"hostile-{number}",
        f"# {payload}\n\n{payload}\n\n- {payload}\n\n| {payload} | x |",
        title=payload,
        authors=(payload,),
        publisher=payload,
        url=HOSTILE_ADDRESSES[number % len(HOSTILE_ADDRESSES)],
        provenance={"title": payload, payload: payload},
    )


def hostile_answer(question: str, documents: list[Document], payloads: list[str]) -> Answer:
    """One answer in which every sentence, quote, title and note is a payload."""
    citations = tuple(
        make_citation(document, payload, n=n, heading=(payload, payload))
        for n, (document, payload) in enumerate(zip(documents, payloads, strict=True), start=1)
    )
    answer = make_answer(question)
    return replace(
        answer,
        claims=tuple(Claim(one.quote, (one.n,)) for one in citations),
        citations=citations,
        notes=Notes(
            newest=SourceAge(payloads[0], documents[0].metadata.published),
            disagreements=tuple(Disagreement(one.quote, (one.n,)) for one in citations[:20]),
        ),
        receipt=make_receipt(question, documents[0], model=payloads[0]),
        message=payloads[0],
    )


def hostile_refusal(question: str, document: Document, payload: str) -> Answer:
    miss: NearMiss = make_abstention(question).near_misses[0]
    near = replace(miss, document_id=document.id, version=document.version, title=payload)
    return replace(
        make_abstention(question), message=payload, near_misses=(replace(near, text=payload),)
    )


@pytest.fixture(scope="module")
def hostile(payloads: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    documents = [hostile_document(payload, number) for number, payload in enumerate(payloads)]
    everything = "\n\n".join(f"## {one}\n\n{one}\n\n- {one}\n\n| {one} | x |" for one in payloads)
    chat = FakeChatService(documents=[*documents, make_document("all", everything, title="All")])
    chat.replies["Everything?"] = hostile_answer("Everything?", documents, payloads)
    pages: dict[str, str] = {}
    with foreign_site(pages) as bare:
        settings = make_settings(
            tmp_path_factory.mktemp("hostile"),
            starter_questions=tuple(payloads[:8]),
            admin_token=TOKEN,
            sites=(Site(key=KEY, origins=(bare,)),),
        )
        with serving(settings, chat) as live:
            pages["/"] = BARE.format(server=live.url, key=KEY)
            live.bare = bare  # type: ignore[attr-defined]
            _ask_every_payload(live, chat, payloads)
            yield live


def _ask_every_payload(live: LiveServer, chat: FakeChatService, payloads: list[str]) -> None:
    """Conversations of one visitor: each payload as a question, a title, a refusal, a comment."""
    conversation = None
    with httpx2.Client(base_url=live.url, cookies={VISITOR_COOKIE: VISITOR}) as client:
        for number, payload in enumerate(payloads):
            question = f"{payload} {number}"
            readable = " ".join(question.split())
            chat.replies[readable] = hostile_refusal(readable, chat.documents[number], payload)
            body = {"question": question, "conversation_id": conversation}
            answer = client.post("/api/chat", json=body).json()
            conversation = answer["conversation_id"]
            if number < 60:
                client.post("/api/chat", json={"question": question})
            feedback = {"rating": "down", "comment": payload}
            assert client.post(f"/api/answers/{answer['id']}/feedback", json=feedback).is_success


def test_these_texts_do_harm_where_a_page_parses_them(browser: Browser) -> None:
    with foreign_site({"/": "<!doctype html><title>Careless</title><body></body>"}) as careless:
        context = open_context(browser)
        watch = Watch(context)
        page = context.new_page()
        page.goto(careless)

        # Those that leave the page where it is; the others would end the test.
        texts = [one for one in PAYLOADS if one.startswith(("<img", "<svg", "<video", '">'))]
        page.evaluate(
            """texts => {
              for (const text of texts) {
                const careless = document.body.appendChild(document.createElement("div"));
                careless.innerHTML = text;
              }
            }""",
            texts,
        )

        page.wait_for_function("window.hacked === 1")
        assert len(watch.foreign(careless)) >= 3
        context.close()


def assert_harmless(page: Page, watch: Watch, *own: str) -> None:
    assert page.evaluate("window.hacked") is None
    assert watch.foreign(*own) == []
    links = page.locator("a[href]").evaluate_all("links => links.map(link => link.protocol)")
    assert set(links) <= {"http:", "https:"}
    assert page.locator("img:not([src='/static/icon.svg']), iframe, object, embed").count() == 0


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("where", ["own page", "bare page"])
def test_answers_documents_and_lists(
    browser: Browser, hostile: LiveServer, payloads: list[str], where: str
) -> None:
    context = open_context(browser)
    context.add_init_script(BYTE_BY_BYTE)
    watch = Watch(context)
    page = context.new_page()
    page.on("dialog", lambda dialog: watch.complaints.append(f"dialog: {dialog.message}"))
    bare = hostile.bare  # type: ignore[attr-defined]
    own = (hostile.url, bare)
    page.goto(hostile.url if where == "own page" else bare)
    page.wait_for_selector(".starters button")
    ask(page, "Everything?")

    shown = [squeezed(one) for one in page.locator(".claim").all_inner_texts()]
    assert len(shown) == len(payloads)
    for claim, payload in zip(shown, payloads, strict=True):
        assert claim.startswith(squeezed(payload))
    assert_harmless(page, watch, *own)
    for number in (*range(len(HOSTILE_ADDRESSES)), 50):
        page.locator(".answer-text .cite").nth(number).click()
        assert_harmless(page, watch, *own)
        page.keyboard.press("Escape")
    page.locator(".answer-text .cite").nth(50).click()
    page.click("text=Open in source")
    page.wait_for_selector(".panel mark")
    assert_harmless(page, watch, *own)
    page.keyboard.press("Escape")
    page.click(".to-library:visible, .go-book:visible")
    page.wait_for_selector(f".source-list li >> nth={len(payloads)}")
    page.click(".source-list button >> nth=-1")
    page.wait_for_selector(f".panel li >> nth={len(payloads) - 1}")
    assert_harmless(page, watch, *own)
    assert watch.complaints == []
    context.close()


def test_questions_titles_and_pages_of_the_server(
    browser: Browser, hostile: LiveServer, payloads: list[str]
) -> None:
    context = open_context(browser)
    context.add_cookies([{"name": VISITOR_COOKIE, "value": VISITOR, "url": hostile.url}])
    watch = Watch(context)
    page = context.new_page()
    page.on("dialog", lambda dialog: watch.complaints.append(f"dialog: {dialog.message}"))
    page.goto(hostile.url)
    page.wait_for_selector(".conversation >> nth=59")
    conversations = page.request.get(f"{hostile.url}/api/conversations").json()["conversations"]
    whole = conversations[0]["id"]
    assert_harmless(page, watch, hostile.url)
    page.goto(f"{hostile.url}/#/c/{whole}")
    page.reload()
    page.wait_for_selector(f".turn >> nth={len(payloads) - 1}")
    questions = [squeezed(one) for one in page.locator(".question").all_inner_texts()]
    assert questions == [squeezed(f"{one} {n}") for n, one in enumerate(payloads)]
    assert_harmless(page, watch, hostile.url)
    everything = hostile.chat.documents[-1]
    for path in (f"/sources/{everything.id}?start=0&end=900", f"/conversations/{whole}/print"):
        page.goto(hostile.url + path)
        assert_harmless(page, watch, hostile.url)
    page.goto(f"{hostile.url}/unanswered")
    page.fill("input[type=password]", TOKEN)
    page.click("text=Open")
    page.wait_for_selector(".clusters > li >> nth=9")
    for summary in page.locator("summary").all()[:10]:
        summary.click()
    assert_harmless(page, watch, hostile.url)
    assert watch.complaints == []
    context.close()
