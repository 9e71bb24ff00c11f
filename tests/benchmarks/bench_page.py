"""How soon the first sentence stands on the page after Enter, and what loading the page costs.

    .venv/bin/python -m tests.benchmarks.bench_page [ROUNDS]

A real server on the sample corpus, extractive composer, Chromium, everything on one machine. Each
round asks every question in a new conversation; times are taken in the page, from the key press to
the moment at which the sentence has been painted.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from app.bootstrap import build_chat_service
from app.settings import Settings
from tests.browser import CHROMIUM, CHROMIUM_OPTIONS
from tests.live_server import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_ROUNDS = 5
QUESTIONS = (
    "Has the CVS–Aetna merger been completed?",
    "How much did Pfizer pay BioNTech at the start?",
    "Why was Nestlé interested in Starbucks?",
    "Which airlines founded Star Alliance?",
    "When did Haven close?",
    "Why do health-care companies form partnerships?",
)

# From the key press to the second animation frame after the sentence is in the document: painted.
MEASURE = """
() => {
  const root = document.querySelector("accord-chat").shadowRoot;
  window.painted = new Promise((resolve) => {
    let pressed = 0;
    root.addEventListener("keydown", (event) => {
      if (event.key === "Enter") pressed = performance.now();
    }, {capture: true, once: true});
    new MutationObserver((_, observer) => {
      if (!root.querySelector(".turn:last-child .claim")) return;
      observer.disconnect();
      const done = () => resolve(performance.now() - pressed);
      requestAnimationFrame(() => requestAnimationFrame(done));
    }).observe(root.querySelector(".turns"), {childList: true, subtree: true});
  });
}
"""


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder))  # type: ignore[call-arg]
        subprocess.run(
            [sys.executable, "-m", "app.main", "ingest", str(ROOT / "ingest" / "sample")],
            check=True,
            capture_output=True,
            env={"ACCORD_DATA_DIR": folder, "PATH": "/usr/bin:/bin"},
        )
        service = build_chat_service(settings, watch=False)
        with serving(settings, service) as live, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=str(CHROMIUM), args=CHROMIUM_OPTIONS
            )
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            print(f"{'page':<28}{'requests':>10}{'bytes sent':>12}")
            for name, path in (("/, first visit", "/"), ("/, again", "/")):
                count, weight = load(page, live.url + path)
                print(f"{name:<28}{count:>10}{weight:>12,}")
            times = [ask(page, question) for _ in range(rounds) for question in QUESTIONS]
            browser.close()
        service.close()
    times.sort()
    print(f"\nfirst sentence painted after Enter, {len(times)} questions")
    print(f"  median {statistics.median(times):.0f} ms")
    print(f"  95th percentile {times[int(0.95 * (len(times) - 1))]:.0f} ms")
    print(f"  longest {times[-1]:.0f} ms")


def load(page: Page, url: str) -> tuple[int, int]:
    """Requests and bytes, headers included, until the page is ready to be used."""
    finished: list[Any] = []

    def note(request: Any) -> None:
        finished.append(request)

    page.on("requestfinished", note)
    page.goto(url)
    page.wait_for_selector(".starters button")
    page.wait_for_load_state("networkidle")
    page.remove_listener("requestfinished", note)
    sizes = [request.sizes() for request in finished]
    return len(finished), sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)


def ask(page: Page, question: str) -> float:
    """Milliseconds from Enter to the painted sentence, in a new conversation."""
    page.click(".side button:text('New conversation')")
    page.evaluate(MEASURE)
    page.fill("textarea[name=question]", question)
    page.keyboard.press("Enter")
    taken: float = page.evaluate("painted")
    page.wait_for_selector(".turn .tools")
    page.wait_for_load_state("networkidle")
    return taken


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_ROUNDS)
