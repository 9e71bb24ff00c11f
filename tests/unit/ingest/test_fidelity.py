"""How much of what a file shows was read is told by a second way of reading."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document as RawDocument

from ingest.fidelity import MIN_WORDS, num_in_order, share_of_words, words_in
from ingest.loaders.limits import LoadLimits
from ingest.loaders.worker import parse as load
from ingest.prepare import prepare
from ingest.report import IngestReport
from ingest.visible import parse as visible
from tests.unit.ingest.docx_files import document_of, paragraph, run, save, table
from tests.unit.ingest.pdf_files import paragraph as lines
from tests.unit.ingest.pdf_files import write_pdf
from tests.unit.ingest.slide_files import book, presentation, shape, slide
from vectorstore.types import Metadata

LIMITS = LoadLimits()
TEXT = " ".join(f"Partner {n} joined the alliance in year {1950 + n}." for n in range(14))


def longest_common(left: str, right: str) -> int:
    lengths = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            longer = max(lengths[i][j + 1], lengths[i + 1][j])
            lengths[i + 1][j + 1] = lengths[i][j] + 1 if a == b else longer
    return lengths[-1][-1]


@given(st.text("abcd", max_size=14), st.text("abcd", max_size=14))
def test_words_in_order_are_the_longest_common_subsequence(left: str, right: str) -> None:
    assert num_in_order(left, right) == longest_common(left, right)


def test_long_texts_are_compared_in_blocks() -> None:
    words = [str(n) for n in range(45_000)]
    assert num_in_order(words, words) == len(words)
    assert num_in_order(words, words[:30_000]) == 30_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The co-\n  funded CO-FUNDED cofunded", ["the"] + ["cofunded"] * 3),
        ("so\u00adft ﬁnd", ["soft", "find"]),
        ("中文 これ", ["中", "文", "こ", "れ"]),
        ("a_b 1,5 %", ["a", "b", "1", "5"]),
    ],
)
def test_words_compare_without_case_hyphens_and_forms(text: str, words: list[str]) -> None:
    assert words_in(text) == words


def test_words_that_are_missing_or_moved_lower_the_share() -> None:
    half = TEXT[: len(TEXT) // 2]
    assert share_of_words(TEXT, TEXT) == 1.0
    assert share_of_words(TEXT, half) == pytest.approx(0.5, abs=0.03)
    assert (share_of_words(TEXT, TEXT[len(half) :] + half) or 1) < 0.8


def test_what_cleaning_reports_to_have_left_out_is_not_missed() -> None:
    assert share_of_words(f"{TEXT} Page 7 of 9", TEXT, ["Page 7 of 9"]) == 1.0


def test_of_a_few_words_nothing_is_said() -> None:
    assert share_of_words("word " * (MIN_WORDS - 1), "") is None


PARAGRAPHS = [TEXT[: len(TEXT) // 2], TEXT[len(TEXT) // 2 :]]
FILES = {
    "text": "\n\n".join(PARAGRAPHS).encode(),
    "markdown": f"---\ntitle: X\n---\n\n# {PARAGRAPHS[0]}\n\n[{PARAGRAPHS[1]}](http://a.example)".encode(),
    "html": (
        "<html><head><title>Never</title></head><body><nav>Home</nav><p>{}</p><p>{}</p>"
        "<div id='comments'>Never.</div><p hidden>Never.</p><footer>Never</footer></body></html>"
    )
    .format(*PARAGRAPHS)
    .encode(),
    "docx": save(
        document_of(*PARAGRAPHS, paragraph(run("Never.", "<w:vanish/>")), table(("In", "cells")))
    ),
    "mail": ("From: Ann <a@b.example>\nSubject: Never\n\n" + "\n\n".join(PARAGRAPHS)).encode(),
    "delimited": "\n".join(["name,year", *(f"Partner {n},{n + 1950}" for n in range(60))]).encode(),
    "pptx": presentation(
        *(slide(shape("Title", kind="title"), shape(part)) for part in PARAGRAPHS),
        slide(shape("Never."), attributes='show="0"'),
    ),
    "epub": book("<nav>Never</nav>", *(f"<p>{part}</p>" for part in PARAGRAPHS), p1="nav"),
    "pdf": write_pdf(
        [lines([part[at : at + 80] for part in PARAGRAPHS for at in range(0, len(part), 80)])]
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_both_ways_of_reading_find_the_same_words(kind: str) -> None:
    shown = visible(FILES[kind], kind, LIMITS).text
    assert "never" not in words_in(shown)
    read = load(FILES[kind], kind, LIMITS).text
    metadata = {"uri": "/a", "shown": shown}
    about = prepare(RawDocument(read, metadata=metadata), today=date(2024, 1, 1))
    assert about.document.document.metadata.fidelity is not None
    assert about.document.document.metadata.fidelity > 0.95
    assert about.document.document.metadata.caution is None


def test_words_and_plain_numbers_of_a_workbook_are_compared() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    workbook.active.append(["Partner", "Year"])
    for number in range(60):
        workbook.active.append([f"Partner number {number}", 1950.5 + number])
    workbook.create_sheet("Other").append(["Never"])
    workbook["Other"].sheet_state = "hidden"
    stream = BytesIO()
    workbook.save(stream)
    shown = visible(stream.getvalue(), "xlsx", LIMITS).text
    assert "never" not in words_in(shown)
    assert (share_of_words(shown, load(stream.getvalue(), "xlsx", LIMITS).text) or 0) > 0.98


def test_a_loader_that_loses_words_is_found_out() -> None:
    shown = visible(FILES["html"], "html", LIMITS).text
    raw = RawDocument(PARAGRAPHS[0], metadata={"uri": "/a", "shown": shown})
    about = prepare(raw).document.document.metadata
    assert about.caution == "Only 50% of the words of this source could be read; compare it."


def test_a_document_that_was_not_compared_has_no_caution() -> None:
    assert (
        prepare(RawDocument(TEXT, metadata={"uri": "/a"})).document.document.metadata.fidelity
        is None
    )
    assert Metadata("A").caution is None
    assert Metadata("A", fidelity=0.80).caution is None
    assert Metadata("A", fidelity=0.79).caution is not None


def test_the_report_names_what_is_flagged_and_a_check_names_all() -> None:
    report = IngestReport(fidelity={"/a.md": 1.0, "/b.docx": 0.5})
    assert report.flagged == ["/b.docx"]
    assert (
        "words read: all of 1 of 2 sources, at least 50.0% of each, 1 flagged" in report.as_text()
    )
    assert "words read: 50.0% of /b.docx" in report.as_text()
    assert "/a.md" not in report.as_text()
    report.check = True
    assert "words read: 100.0% of /a.md" in report.as_text()
    assert report.as_json()["flagged"] == ["/b.docx"]
