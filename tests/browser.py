"""Chromium for tests: how it is started, what a page asked for and complained of, what axe says."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

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
PATIENCE_MS = 30_000
"""Longest wait for what must be seen; on a busy machine a page takes seconds."""
AXE = Path(__file__).parents[1] / "app/widget/node_modules/axe-core/axe.min.js"


class Watch:
    """What the pages of a context asked for and complained of."""

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

    def foreign(self, *own: str) -> list[str]:
        """Addresses beyond the servers named."""
        inside = (*own, "blob:", "data:,")
        return [url for url in self.requests if not url.startswith(inside)]


def open_context(
    browser: Browser, *, width: int = 1280, height: int = 860, **options: Any
) -> BrowserContext:
    """A window without motion, in which nothing is waited for longer than it can take."""
    options = {"reduced_motion": "reduce", **options}
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(PATIENCE_MS)
    return context


def ask(page: Page, question: str = "What was bought?") -> None:
    """Ask, and wait for whatever the answer is."""
    num_turns = page.locator(".turn").count()
    page.fill("textarea[name=question]", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".turn >> nth={num_turns}")
    page.wait_for_selector(".turn:last-child :is(.tools, .failure, .stopped)")


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and its own best practice, one line a finding."""
    if not AXE.exists():
        pytest.skip(f"axe-core is not installed; `npm ci` in app/widget does it ({AXE.name})")
    # The page's policy forbids scripts from elsewhere, as it should.
    page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations', 'incomplete']})")
    lines = []
    for finding in found["violations"]:
        for node in finding["nodes"]:
            lines.append(f"{finding['id']}: {node['target']} {node['failureSummary']}")
    return lines


@contextmanager
def foreign_site(pages: dict[str, str], *, policy: Sequence[str] = ()) -> Iterator[str]:
    """A site of somebody else on loopback; yields its origin.

    Args:
        pages: HTML by path.
        policy: The site's own Content-Security-Policy, looked up at each request.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = pages.get(self.path.partition("?")[0])
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            for one in policy:
                self.send_header("Content-Security-Policy", one)
            self.end_headers()
            self.wfile.write((content or "").encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
