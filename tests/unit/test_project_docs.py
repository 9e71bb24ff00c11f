"""Documents and files of the project name what is there."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
STANDS_FOR_A_NAME = re.compile(r"\b[A-Z]{4,}\b")
FOLDERS = "app|ingest|vectorstore|prompts|network|eval|tests|docs|deploy"
TO_BE_WRITTEN = {
    "app/plain/__init__.py",
    "app/plain/door.py",
    "eval/datasets/reading/harbour.jsonl",
    "eval/datasets/shortqa.py",
    "ingest/loaders/srt.py",
    "prompts/templates/greeting.md",
    "tests/integration/test_plain_door.py",
    "tests/unit/ingest/test_loaders_srt.py",
}
"""By who follows docs/how-to-add.md."""


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".setup" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages() -> list[Path]:
    docs = sorted((ROOT / "docs").rglob("*.md"))
    return [*docs, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"))]


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as a forge makes them."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    plain = [re.sub(r"[^\w\- ]", "", title.lower()) for title in titles]
    return {title.strip().replace(" ", "-") for title in plain}


def test_the_picture_of_the_imports_is_what_the_imports_say() -> None:
    picture = script("picture")
    text = picture.PAGE.read_text()
    assert picture.page(text) == text, "run `make docs`"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        aim = (page.parent / path) if path else page
        if not aim.exists() or (anchor and anchor not in anchors(aim.read_text())):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_files_and_modules_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    files = set(re.findall(rf"`((?:{FOLDERS})/[\w./-]+\.\w+)`", text)) - TO_BE_WRITTEN
    lost = [
        name for name in files if not (STANDS_FOR_A_NAME.search(name) or (ROOT / name).exists())
    ]
    for name in re.findall(rf"`((?:{FOLDERS})(?:\.\w+){{2,}})(?:\(\))?`", text):
        path = ROOT / name.replace(".", "/")
        owner = path.parent.with_suffix(".py")
        if not (path.is_dir() or path.with_suffix(".py").exists()) and not (
            owner.exists() and re.search(rf"\b{path.name}\b", owner.read_text(encoding="utf-8"))
        ):
            lost.append(name)
    assert lost == []


def test_every_page_is_named_on_the_first_one() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert {page for page in pages if f"({page})" not in first} == set()


def test_every_promise_of_security_names_files_with_tests() -> None:
    table = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("| tested in |")[2]
    rows = [line.strip("|").rpartition("|") for line in table.splitlines() if line.startswith("|")]
    promises = [(what.strip(), tests) for what, _, tests in rows if tests.strip(" -")]
    without = [
        what
        for what, tests in promises
        if not (files := re.findall(r"\]\((tests/[\w/]+\.py)\)", tests))
        or not all("def test_" in (ROOT / file).read_text(encoding="utf-8") for file in files)
    ]
    assert len(promises) > 25
    assert without == []


def test_every_release_has_a_day_and_a_text_for_its_tag() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text()
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", changes, re.M)
    assert changes.index("## [Unreleased]") < changes.index(f"## [{released[0]}]")
    notes = {path.stem: path.read_text() for path in (ROOT / "docs" / "releases").glob("*.md")}
    assert sorted(notes) == sorted(released)
    for version, note in notes.items():
        assert note.startswith(f"Accord {version}\n\n")
