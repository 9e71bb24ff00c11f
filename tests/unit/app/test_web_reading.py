"""Blocks of a text for reading: every span exact, nothing lost, nothing invented."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import long_date
from app.web.negotiation import is_json, prefers_event_stream
from app.web.reading import Block, BlockKind, blocks_of
from app.web.reading_page import is_web_address, reading_page
from tests.builders_web import REPORT, make_document
from vectorstore.types import Sentence, SentenceKind


def shown(text: str) -> list[tuple[BlockKind, str]]:
    return [(block.kind, text[block.start : block.end]) for block in blocks_of(text)]


def test_kinds_and_their_text() -> None:
    text = "# One\nline\nmore\n\n- a\n* b\n 12. c\n\n| x | y |\n|---|---|\n| 1 | |\n\f## Two\n#hash"

    assert shown(text) == [
        (BlockKind.HEADING, "One"),
        (BlockKind.PARAGRAPH, "line\nmore"),
        (BlockKind.LIST_ITEM, "a"),
        (BlockKind.LIST_ITEM, "b"),
        (BlockKind.LIST_ITEM, "c"),
        (BlockKind.TABLE_ROW, "| x | y |"),
        (BlockKind.TABLE_ROW, "| 1 | |"),
        (BlockKind.HEADING, "Two"),
        (BlockKind.PARAGRAPH, "#hash"),
    ]


def test_heading_levels_and_cells() -> None:
    text = "### Deep\n| a b |  | c"

    heading, row = blocks_of(text)

    assert heading.level == 3
    assert [text[start:end] for start, end in row.cells] == ["a b", "", "c"]


def test_sentences_tell_headings_and_tables_that_bear_no_markup() -> None:
    text = "Title\n\nProse here.\n\nSub\n\na | b\n1 | 2\n\nStray words."
    sentences = [
        Sentence(0, 0, 5, SentenceKind.HEADING, ("Title",)),
        Sentence(1, 7, 18),
        Sentence(2, 20, 23, SentenceKind.HEADING, ("Title", "Sub")),
        Sentence(3, 25, 30, SentenceKind.TABLE),
        Sentence(4, 31, 36, SentenceKind.TABLE),
        Sentence(5, 38, 50, foreign=True),
    ]

    blocks = blocks_of(text, sentences)

    assert [(one.kind, one.level, text[one.start : one.end]) for one in blocks] == [
        (BlockKind.HEADING, 1, "Title"),
        (BlockKind.PARAGRAPH, 0, "Prose here."),
        (BlockKind.HEADING, 2, "Sub"),
        (BlockKind.TABLE_ROW, 0, "a | b"),
        (BlockKind.TABLE_ROW, 0, "1 | 2"),
        (BlockKind.PARAGRAPH, 0, "Stray words."),
    ]
    assert [[text[start:end] for start, end in one.cells] for one in blocks[3:5]] == [
        ["a", "b"],
        ["1", "2"],
    ]
    assert [one.is_foreign for one in blocks] == [False] * 5 + [True]


@pytest.mark.parametrize("text", ["", " \n\f\n ", "|---|", "|", "# ", "-"])
def test_nearly_nothing_is_no_error(text: str) -> None:
    assert all(block.start <= block.end for block in blocks_of(text))


@given(st.text(alphabet="ab #|-1.\n\f\t🙂é", max_size=120))
def test_spans_are_in_order_and_lose_no_word(text: str) -> None:
    blocks = blocks_of(text)

    ends = [0, *(block.end for block in blocks)]
    assert all(end <= block.start for end, block in zip(ends, blocks, strict=False))
    words = re.findall(r"[ab🙂é]+", text)
    assert re.findall(r"[ab🙂é]+", "\n".join(part for _, part in shown(text))) == words
    for block in blocks:
        _check_cells(block)


def _check_cells(block: Block) -> None:
    for start, end in block.cells:
        assert block.start <= start <= end <= block.end


@given(st.integers(-5, len(REPORT) + 5), st.integers(-5, len(REPORT) + 5))
def test_highlight_adds_marks_and_changes_no_text(start: int, end: int) -> None:
    document = make_document()

    plain = reading_page(document, None, current=document.version)
    marked = reading_page(document, (start, end), current=document.version)

    assert _visible(re.sub(r"</?mark[^>]*>", "", marked)) in {
        _visible(plain),
        # The first heading repeats the title and is left out unless it is what was cited.
        _visible(plain).replace(
            '<article class="source-text" lang="en">',
            '<article class="source-text" lang="en"><h2>Pharmacies as clinics</h2>',
        ),
    }


def _visible(page: str) -> str:
    return re.sub(r"\s+", " ", page).replace("> <", "><")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.org/a?b#c", True),
        ("http://example.org", True),
        ("HTTPS://EXAMPLE.ORG", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//example.org", False),
        ("https:", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, allowed: bool) -> None:
    assert is_web_address(url) is allowed


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, False),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("text/event-stream", True),
        ("TEXT/Event-Stream; q=0.9", True),
        ("application/json, text/event-stream", False),
        ("text/event-stream, application/json", True),
        ("application/json;q=0.5, text/event-stream", True),
        ("text/event-stream;q=0", False),
        ("text/event-stream;q=banana, */*;q=0.1", False),
        ("text/html, text/event-stream;q=0.2", True),
    ],
)
def test_accept_header(accept: str | None, expected: bool) -> None:
    assert prefers_event_stream(accept) is expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/problem+json", True),
        ("text/json", False),
        ("application/jsonp", False),
        ("", False),
        (None, False),
    ],
)
def test_content_type(content_type: str | None, expected: bool) -> None:
    assert is_json(content_type) is expected


@pytest.mark.parametrize(
    ("precision", "expected"),
    [("day", "5 March 2019"), ("month", "March 2019"), ("year", "2019")],
)
def test_long_date(precision: str, expected: str) -> None:
    assert long_date(date(2019, 3, 5), precision) == expected


def test_a_row_with_a_text_in_a_cell_is_a_paragraph_among_rows() -> None:
    text = "a | b\nTopic | It began. It ended.\nc | d"
    sentences = [
        Sentence(0, 0, 5, SentenceKind.TABLE),
        Sentence(1, 6, 11, SentenceKind.TABLE),
        Sentence(2, 14, 23, SentenceKind.PROSE),
        Sentence(3, 24, 33, SentenceKind.PROSE),
        Sentence(4, 34, 39, SentenceKind.TABLE),
    ]

    blocks = blocks_of(text, sentences)

    assert [(block.kind, text[block.start : block.end]) for block in blocks] == [
        (BlockKind.TABLE_ROW, "a | b"),
        (BlockKind.PARAGRAPH, "Topic | It began. It ended."),
        (BlockKind.TABLE_ROW, "c | d"),
    ]
