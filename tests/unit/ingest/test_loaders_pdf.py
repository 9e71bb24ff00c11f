"""PDF text: lines into paragraphs, headings, columns, table rows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ingest.errors import EncryptedFileError, NoTextLayerError, TooLargeError
from ingest.loaders import pdf
from ingest.loaders.limits import LoadLimits
from ingest.loaders.pdf_layout import join_lines
from tests.unit.ingest.pdf_files import paragraph, write_pdf

LIMITS = LoadLimits()
FILINGS = Path(__file__).parents[3].parent / "shared" / "bench" / "sec10q" / "pdfs"

FULL = "The two companies closed their deal on Tuesday after a year of review and"
REST = "many questions by lawmakers."
NEXT = "Analysts doubt that the savings will reach members before the end of the"


def text_of(*pages: list[tuple[float, float, float, str, str]]) -> str:
    return pdf.parse(write_pdf(pages), LIMITS).text


def test_lines_of_a_paragraph_are_joined_and_paragraphs_stay_apart() -> None:
    text = text_of([*paragraph([FULL, REST]), *paragraph([NEXT, "year."], y=640)])
    assert text == f"{FULL} {REST}\n\n{NEXT} year."


def test_a_short_last_line_ends_a_paragraph_without_a_gap() -> None:
    assert text_of(paragraph([FULL, REST, NEXT, "year."])) == f"{FULL} {REST}\n\n{NEXT} year."


def test_pages_are_parted_by_form_feeds() -> None:
    text = text_of(paragraph([FULL]), paragraph([REST + " It is so."]))
    assert text == f"{FULL}\n\n\f{REST} It is so."


def test_large_and_bold_lines_are_headings() -> None:
    text = text_of(
        [
            (72, 740, 20, "F2", "Two firms join"),
            *paragraph([FULL, REST]),
            (72, 650, 11, "F2", "What changes"),
            *paragraph([NEXT, "year."], y=630),
        ]
    )
    assert text.startswith("# Two firms join\n\n")
    assert "\n\n### What changes\n\n" in text


def test_a_bold_sentence_is_no_heading() -> None:
    text = text_of([(72, 720, 11, "F2", "This is bold."), *paragraph([FULL, REST])])
    assert text.startswith("This is bold.\n\n")


def test_columns_are_read_one_after_the_other() -> None:
    left = ["The left column starts a sentence", *["and goes on and on and on and on"] * 8]
    right = ["into the right one without a", "break at all."]
    text = text_of([*paragraph(left, x=72), *paragraph(right, x=320)])
    assert text == " ".join([*left, *right])


def test_rows_of_a_table_stay_rows() -> None:
    rows = [("Revenue", "$ 5,931", "$ 7,103"), ("Cost of revenue", "2,754", "2,472")]
    placed = [
        (x, 700 - 14 * number, 11, "F1", cell)
        for number, row in enumerate(rows)
        for x, cell in zip((72, 300, 400), row, strict=True)
    ]
    assert text_of([*paragraph([FULL, REST], y=760), *placed]).endswith(
        "| Revenue | $ 5,931 | $ 7,103 |\n| Cost of revenue | 2,754 | 2,472 |"
    )


def test_heads_of_several_lines_are_one_cell_each() -> None:
    heads = [
        (300, 700, 11, "F1", "June 25,"),
        (300, 688, 11, "F1", "2022"),
        (400, 700, 11, "F1", "June 26,"),
        (400, 688, 11, "F1", "2021"),
    ]
    row = [(72, 670, 11, "F1", "Sales"), (300, 670, 11, "F1", "83"), (400, 670, 11, "F1", "81")]
    assert text_of([*heads, *row]) == "| Sales | June 25, 2022: 83 | June 26, 2021: 81 |"


def test_heads_that_touch_are_parted_where_their_columns_begin_or_end() -> None:
    """A letter of this face is 0.6 of its size wide."""
    heads = (72, 700, 10, "F4", "Passenger count Freight tonnes Crossings")
    lefts = [72, 168, 258]
    rows = [
        (x, 684 - 16 * n, 10, "F4", figure)
        for n, row in enumerate([("41,200", "3,100", "812"), ("44,900", "3,350", "840")])
        for x, figure in zip(lefts, row, strict=True)
    ]
    assert text_of([heads, *rows]).splitlines() == [
        "| Passenger count: 41,200 | Freight tonnes: 3,100 | Crossings: 812 |",
        "| Passenger count: 44,900 | Freight tonnes: 3,350 | Crossings: 840 |",
    ]


def test_a_dollar_sign_begins_a_cell_however_near_it_stands() -> None:
    row = [
        (72, 700, 11, "F1", "Net income"),
        (300, 700, 11, "F1", "$"),
        (330, 700, 11, "F1", "(127)"),
        (360, 700, 11, "F1", "$"),
        (390, 700, 11, "F1", "35"),
    ]
    assert text_of(row) == "| Net income | $ (127) | $ 35 |"


def test_bullets_become_items_with_their_lines_joined() -> None:
    text = text_of(
        [
            (72, 700, 11, "F1", "\u2022"),
            (90, 700, 11, "F1", "The first item is long and goes on"),
            (90, 687, 11, "F1", "in a second line."),
            (72, 674, 11, "F1", "\u2022"),
            (90, 674, 11, "F1", "The second is short."),
        ]
    )
    assert text == (
        "- The first item is long and goes on in a second line.\n\n- The second is short."
    )


@pytest.mark.parametrize(
    ("lines", "words", "expected"),
    [
        (["strategic part-", "nership deals"], {}, "strategic partnership deals"),
        (["the exchange-", "traded fund"], {"exchange-traded": 1}, "the exchange-traded fund"),
        (
            ["the exchange-", "traded fund"],
            {"exchange": 3, "traded": 2},
            "the exchange-traded fund",
        ),
        (["a part-", "nership"], {"partnership": 2, "part": 5, "nership": 1}, "a partnership"),
        (["the U.S.-", "China deal"], {}, "the U.S.- China deal"),
        (["from 2018-", "2019"], {}, "from 2018-2019"),
        (["Aetna-", "CVS"], {}, "Aetna-CVS"),
        (["soft\u00ad", "ware"], {}, "software"),
    ],
)
def test_hyphens_are_undone_only_where_they_cut_a_word(
    lines: list[str], words: dict[str, int], expected: str
) -> None:
    assert join_lines(lines, Counter(words)) == expected


def test_information_is_metadata_and_serial_numbers_are_no_titles() -> None:
    info = {"/Title": "Two firms join", "/Author": "Ann Lee", "/CreationDate": "D:20190115080000Z"}
    assert pdf.parse(write_pdf([paragraph([FULL])], info=info), LIMITS).fields == {
        "title": ("Two firms join", "pdf info"),
        "authors": (["Ann Lee"], "pdf info"),
        "created": ("2019-01-15", "pdf info"),
    }
    for title in ("0000320193-22-000070", "Untitled", "Microsoft Word - deal.docx", " "):
        fields = pdf.parse(write_pdf([paragraph([FULL])], info={"/Title": title}), LIMITS).fields
        assert "title" not in fields


def test_a_password_is_asked_for_only_where_there_is_one() -> None:
    with pytest.raises(EncryptedFileError, match="protected with a password"):
        pdf.parse(write_pdf([paragraph([FULL])], password="secret"), LIMITS)
    open_to_read = write_pdf([paragraph([FULL])], password="", owner_password="owner")
    assert pdf.parse(open_to_read, LIMITS).text == FULL


def test_pages_without_text_are_said_to_be_pictures() -> None:
    with pytest.raises(NoTextLayerError, match="no text layer"):
        pdf.parse(write_pdf([[], [], []]), LIMITS)


def test_too_many_pages_or_characters_are_refused() -> None:
    content = write_pdf([paragraph([FULL])] * 3)
    with pytest.raises(TooLargeError, match="3 pages"):
        pdf.parse(content, LoadLimits(pdf_pages=2))
    with pytest.raises(TooLargeError, match="characters"):
        pdf.parse(content, LoadLimits(text_characters=100))


@pytest.mark.skipif(not FILINGS.is_dir(), reason="the filings are not beside the checkout")
def test_a_real_filing_keeps_its_tables_and_sentences() -> None:
    text = pdf.parse((FILINGS / "2022 Q3 AAPL.pdf").read_bytes(), LIMITS).text
    assert (
        "| Products | Three Months Ended June 25, 2022: $ 63,355 "
        "| Three Months Ended June 26, 2021: $ 63,948 "
        "| Nine Months Ended June 25, 2022: $ 245,241 "
        "| Nine Months Ended June 26, 2021: $ 232,309 |"
    ) in text
    assert "| Balance as of September 25, 2021 | Number of RSUs (in thousands): 240,427 |" in text
    assert "which the Company expects to recognize over a weighted-average period of" in text
    assert "### Share-Based Compensation" in text
    assert text.count("\f") == 27
