"""The reports in Chromium: they ask for nothing, run nothing, fit a phone, the dark and paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval.compare import compare
from eval.report.evaluation import Evaluation
from eval.report.html import comparison_page, report_page
from eval.types import Record, SaidCitation, SaidClaim
from tests.builders_runs import make_case, make_evaluation, make_example, make_record, make_said

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDTHS = (320, 400, 768, 1280)
LEAST_CONTRAST = 4.5  # WCAG 2.2 AA, text of normal size

PAYLOADS = (
    "<script>window.hacked = 1</script>",
    "<img src=//evil.example/x onerror=window.hacked=2>",
    '"><svg onload=window.hacked=3>',
    "</style><style>@import '//evil.example/z'</style><link rel=prefetch href=//evil.example/p>",
    "</title></desc></svg><iframe src=//evil.example></iframe>",
)

CONTRASTS = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = parse(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll("main *")) {
    const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
    if (!own || !node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const ink = parse(node instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < LEAST) poor.push(`${node.tagName} ${node.className} ${ratio.toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    first, second = make_example(count=30), make_example(count=30, seed=2, skill=0.95)
    texts = {
        "report": report_page(first),
        "comparison": comparison_page(compare(first, second)),
        "hostile report": report_page(hostile()),
        "hostile comparison": comparison_page(compare(hostile(), hostile(wrong=True))),
    }
    paths = {name: folder / f"{name}.html" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf-8")
    return paths


def hostile(*, wrong: bool = False) -> Evaluation:
    cases, records = [], []
    for n, payload in enumerate(PAYLOADS):
        name = f"{payload}{n}"
        said = make_said(
            claims=(SaidClaim(f"{payload} {wrong}", (1,)),),
            citations=(SaidCitation(1, payload, payload),),
        )
        facts = (("nothing" if wrong else payload,),)
        cases.append(make_case(name, question=payload, facts=facts, tags=(payload,)))
        records.append(
            Record(name, None, payload, 1.0) if wrong and n == 0 else make_record(name, said)
        )
    return make_evaluation(cases, records, system=PAYLOADS[0], dataset=PAYLOADS[2])


class Watched:
    """A page, what it asked for beyond itself, and what it complained of."""

    def __init__(self, browser: Browser, **options: object) -> None:
        self.context = browser.new_context(**options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: Path) -> Page:
        self.page.goto(path.as_uri())
        for details in self.page.locator("details").all():
            details.evaluate("node => { node.open = true }")
        assert [url for url in self.requests if not url.startswith("data:")] == [path.as_uri()]
        return self.page


NAMES = ("report", "comparison", "hostile report", "hostile comparison")


@pytest.mark.parametrize("name", NAMES)
def test_page_asks_for_nothing_and_complains_of_nothing(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    watched = Watched(browser, viewport={"width": 1280, "height": 900})
    page = watched.open(pages[name])
    page.wait_for_load_state("networkidle")
    assert [url for url in watched.requests if not url.startswith("data:")] == [
        pages[name].as_uri()
    ]
    assert watched.complaints == []
    assert page.evaluate("window.hacked") is None
    assert page.locator("script, iframe, img, link[rel=prefetch]").count() == 0
    watched.context.close()


@pytest.mark.parametrize("name", NAMES)
def test_page_fits_every_width(browser: Browser, pages: dict[str, Path], name: str) -> None:
    watched = Watched(browser, viewport={"width": 1280, "height": 900}, java_script_enabled=True)
    page = watched.open(pages[name])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    watched.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["report", "comparison"])
def test_text_is_legible_in_both_schemes(
    browser: Browser, pages: dict[str, Path], name: str, scheme: str
) -> None:
    watched = Watched(browser, color_scheme=scheme)
    page = watched.open(pages[name])
    assert page.evaluate(CONTRASTS.replace("LEAST", str(LEAST_CONTRAST))) == []
    watched.context.close()


def test_plots_have_names_and_words(browser: Browser, pages: dict[str, Path]) -> None:
    watched = Watched(browser)
    page = watched.open(pages["report"])
    plots = page.get_by_role("img")
    assert plots.count() >= 6
    assert page.get_by_role("img", name="Relevant sources found").count() == 1
    assert page.get_by_role("img", name="Risk against coverage").count() == 1
    assert page.locator("#timings").get_by_role("img", name="Time of an answer").count() == 1
    ids = page.eval_on_selector_all("[id]", "nodes => nodes.map((node) => node.id)")
    assert len(ids) == len(set(ids))
    watched.context.close()


def test_report_reads_without_scripts_and_on_paper(
    browser: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    watched = Watched(browser, java_script_enabled=False)
    watched.page.goto(pages["report"].as_uri())
    question = watched.page.locator("details.case summary").first
    question.click()
    assert watched.page.get_by_text("The run has no record of this question.").is_visible()
    paper = watched.page.pdf(path=tmp_path / "report.pdf")
    assert paper.startswith(b"%PDF")
    watched.context.close()
