"""PDF pages as they are drawn: runs, notes, tables, columns, what is laid over the text."""

from __future__ import annotations

import pytest
from langchain_core.documents import Document

from ingest.loaders import pdf
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed
from ingest.loaders.pdf import ranges
from ingest.loaders.pdf_check import agreement, sample
from ingest.prepare import prepare
from tests.unit.ingest.pdf_files import PICTURE, Placed, lines_between, paragraph, write_pdf
from vectorstore.types import SentenceKind

LIMITS = LoadLimits()

FULL = "The two companies closed their deal on Tuesday after a year of review and"
REST = "many questions by lawmakers."


def parsed(*pages: list[Placed], drawn: tuple[str, ...] = (), rotate: int = 0) -> Parsed:
    return pdf.parse(write_pdf(pages, drawn=drawn, rotate=rotate), LIMITS)


def text_of(*pages: list[Placed], drawn: tuple[str, ...] = (), rotate: int = 0) -> str:
    return parsed(*pages, drawn=drawn, rotate=rotate).text


def spans_of(source: Parsed, kind: SentenceKind) -> list[str]:
    raw = Document(source.text, metadata={"uri": "/a/file.pdf", "fields": source.fields})
    document = prepare(raw).document
    return [
        document.document.text[sentence.start : sentence.end]
        for sentence in document.sentences
        if sentence.kind is kind
    ]


def title_of(source: Parsed) -> str:
    raw = Document(source.text, metadata={"uri": "/a/1234.pdf", "fields": source.fields})
    return prepare(raw).document.document.metadata.title


BEFORE: Placed = (72, 700, 10, "F4", "On 3 June (the \u201c")
TERM: Placed = (168, 700, 10, "F5", "Closing Day")
AFTER: Placed = (234, 700, 10, "F4", "\u201d) the firm paid 310 million dollars.")


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2)])
def test_a_bold_run_stays_in_its_sentence_whenever_it_is_drawn(order: tuple[int, ...]) -> None:
    runs = (BEFORE, TERM, AFTER)
    text = text_of([runs[number] for number in order])
    assert text == "On 3 June (the “Closing Day”) the firm paid 310 million dollars."


def test_letters_drawn_one_by_one_make_whole_words() -> None:
    letters = [(72 + 6 * n, 700, 10, "F4", letter) for n, letter in enumerate("the other one")]
    assert text_of([placed for placed in letters if placed[4] != " "]) == "the other one"


def test_lines_are_read_from_the_top_down_in_whatever_order_they_are_drawn() -> None:
    lines = paragraph([FULL, REST])
    assert text_of([lines[1], lines[0]]) == f"{FULL} {REST}"


def test_a_raised_number_is_a_note_and_never_part_of_a_figure() -> None:
    year: Placed = (72, 700, 10, "F4", "The contract ends in 2031")
    note: Placed = (222, 704, 6, "F4", "4")
    stop: Placed = (226, 700, 10, "F4", ". It may be renewed.")
    source = parsed([year, note, stop])
    assert source.text == "The contract ends in 2031[^4]. It may be renewed."
    assert spans_of(source, SentenceKind.PROSE) == [
        "The contract ends in 2031.",
        "It may be renewed.",
    ]


def test_a_raised_number_drawn_last_finds_its_word() -> None:
    first: Placed = (72, 700, 10, "F4", "Sales were 1,204")
    rest: Placed = (180, 700, 10, "F4", "million euros.")
    note: Placed = (168, 704, 6, "F4", "2")
    assert text_of([first, rest, note]) == "Sales were 1,204[^2] million euros."


@pytest.mark.parametrize(
    ("before", "raised", "rise", "expected"),
    [
        ("A dose of 10", "6", 4, "A dose of 10⁶"),
        ("An office of 3,000 m", "2", 4, "An office of 3,000 m²"),
        ("On the 21", "st", 4, "On the 21st"),
        ("Tons of CO", "2", -2, "Tons of CO2"),
        ("A brand", "TM", 4, "A brand™"),
        ("As told", "3,4", 4, "As told[^3,4]"),
        ("Net of tax", "(1)", 4, "Net of tax[^1]"),
    ],
)
def test_exponents_ordinals_and_indices_stay_what_they_are(
    before: str, raised: str, rise: float, expected: str
) -> None:
    small: Placed = (72 + 6 * len(before), 700 + rise, 6, "F4", raised)
    assert text_of([(72, 700, 10, "F4", before), small]) == expected


def test_characters_that_look_like_markup_come_through() -> None:
    line = "Rates of *all* members [1][2] in a_b_c rose <b> by 5 %."
    assert spans_of(parsed(paragraph([line])), SentenceKind.PROSE) == [line]


def test_a_drop_cap_is_joined_with_its_word() -> None:
    source = text_of(
        [
            (72, 672, 40, "F3", "W"),
            (111, 692, 11, "F3", "hen the two firms parted in 2013, each kept one of the"),
            (111, 678, 11, "F3", "factories that they had built together."),
            (72, 657, 11, "F3", "One of them paid for the brand."),
        ]
    )
    assert source == (
        "When the two firms parted in 2013, each kept one of the factories that they had built "
        "together.\n\nOne of them paid for the brand."
    )


def test_a_heading_set_letter_by_letter_is_read_as_words() -> None:
    heading: Placed = (72, 740, 14, "F2", "T W O   F I R M S   P A R T")
    assert text_of([heading, *paragraph([FULL, REST])]).startswith("## TWO FIRMS PART\n\n")


VENTURES = [
    ("Venture", "Partner", "Founded", "Sales (EUR m)"),
    ("Alba Wind", "Corin", "2011", "412"),
    ("Celt Gas", "Eames", "1998", "1,204"),
]
XS = (72, 130, 180, 230, 310)
YS = (640, 660, 680, 700)


def cells(rows: list[tuple[str, ...]], xs: tuple[int, ...], top: int, step: int) -> list[Placed]:
    return [
        (x, top - step * number, 10, "F1", cell)
        for number, row in enumerate(rows)
        for x, cell in zip(xs, row, strict=False)
    ]


def test_a_ruled_table_becomes_rows_that_carry_their_heads() -> None:
    placed = cells(VENTURES, (76, 134, 184, 234), 686, 20)
    source = parsed([*paragraph([FULL, REST], y=760), *placed], drawn=(lines_between(XS, YS),))
    assert spans_of(source, SentenceKind.TABLE) == [
        "Venture: Alba Wind | Partner: Corin | Founded: 2011 | Sales (EUR m): 412",
        "Venture: Celt Gas | Partner: Eames | Founded: 1998 | Sales (EUR m): 1,204",
    ]


def test_a_cell_of_several_lines_is_one_cell() -> None:
    placed = cells([("Partner", "What it does"), ("Corin", "Builds turbines")], (76, 134), 686, 20)
    placed += [(134, 656, 10, "F1", "and repairs them")]
    grid = lines_between((72, 130, 310), (650, 680, 700))
    assert text_of([*placed, *paragraph([FULL, REST], y=600)], drawn=(grid,)).startswith(
        "| Partner: Corin | What it does: Builds turbines and repairs them |\n\n"
    )


def test_a_box_around_a_text_is_no_table() -> None:
    box = lines_between((60, 500), (660, 730))
    assert text_of(paragraph([FULL, REST]), drawn=(box,)) == f"{FULL} {REST}"


def test_heads_over_several_columns_are_part_of_each() -> None:
    placed: list[Placed] = [
        (262, 714, 10, "F1", "Three months"),
        (422, 714, 10, "F1", "Nine months"),
        *cells([("", "2022", "2021", "2022", "2021")], (72, 250, 330, 400, 480), 700, 14)[1:],
        *cells([("Products", "$ 63", "$ 64", "$ 245", "$ 232")], (72, 250, 330, 400, 480), 686, 14),
        *cells([("Services", "19", "17", "58", "50")], (72, 258, 338, 408, 488), 672, 14),
    ]
    underlines = "0.5 w 245 711 m 350 711 l S 395 711 m 505 711 l S"
    assert text_of(placed, drawn=(underlines,)) == (
        "| Products | Three months 2022: $ 63 | Three months 2021: $ 64 "
        "| Nine months 2022: $ 245 | Nine months 2021: $ 232 |\n"
        "| Services | Three months 2022: 19 | Three months 2021: 17 "
        "| Nine months 2022: 58 | Nine months 2021: 50 |"
    )


def test_labels_of_two_lines_and_of_sections_stay_with_their_rows() -> None:
    placed: list[Placed] = [
        (72, 714, 10, "F1", "Assets"),
        (72, 700, 10, "F1", "Common stock and capital, 4,127"),
        (80, 688, 10, "F1", "issued and outstanding"),
        (300, 688, 10, "F1", "30,912"),
        (400, 688, 10, "F1", "28,006"),
        (72, 674, 10, "F1", "Total"),
        (300, 674, 10, "F1", "99,885"),
        (400, 674, 10, "F1", "95,391"),
    ]
    assert text_of(placed).endswith(
        "| Common stock and capital, 4,127 issued and outstanding | 30,912 | 28,006 |\n"
        "| Total | 99,885 | 95,391 |"
    )


def test_terms_and_what_they_mean_are_rows_not_columns() -> None:
    rows = [
        ("Cloud gross margin", "What remains of the revenue of all the services"),
        ("", "after the cost of running them in our own houses"),
        ("Seat growth", "The number of seats at the end of the period that"),
        ("", "paid users of the commercial service take up"),
        ("Consumer members", "The number of members at the end of the period"),
    ]
    tops = (700, 688, 670, 658, 640)
    placed = [
        (x, y, 10, "F1", cell)
        for (term, meaning), y in zip(rows, tops, strict=True)
        for x, cell in ((72, term), (250, meaning))
        if cell
    ]
    assert text_of(placed) == (
        "| Cloud gross margin | What remains of the revenue of all the services after the cost of "
        "running them in our own houses |\n"
        "| Seat growth | The number of seats at the end of the period that paid users of the "
        "commercial service take up |\n"
        "| Consumer members | The number of members at the end of the period |"
    )


LEFT = [
    "The bank and its partner began in",
    "2009 when the bank first let it sell",
    "policies in its 310 branches, and it",
    "pays 14 per cent of each premium.",
    "In the first year the two firms had",
    "earned 27 million euros together, as",
]
RIGHT = [
    "the report of that year states. Later",
    "the regulator asked whether they had",
    "sold what clients did not need, and",
    "the bank set aside 63 million euros",
    "for claims. Its own staff now hold a",
    "licence each.",
]


@pytest.mark.parametrize("by_row", [False, True])
def test_columns_are_read_down_however_they_are_drawn(by_row: bool) -> None:
    left, right = paragraph(LEFT, x=72), paragraph(RIGHT, x=320)
    rows = [run for pair in zip(left, right, strict=True) for run in pair]
    heading: Placed = (72, 740, 20, "F2", "Selling by the branch in many towns")
    text = text_of([heading, *(rows if by_row else [*left, *right])])
    assert text == f"# Selling by the branch in many towns\n\n{' '.join([*LEFT, *RIGHT])}"


def test_a_slanted_watermark_is_left_out_and_reported() -> None:
    stamp = (
        "q .707 .707 -.707 .707 200 300 cm 0.9 g BT /F2 60 Tf 1 0 0 1 0 0 Tm (DRAFT) Tj ET Q 0 g"
    )
    source = parsed(paragraph([FULL, REST]), paragraph([REST]), drawn=(stamp, stamp))
    assert "DRAFT" not in source.text
    assert source.remarks == ("The watermark “DRAFT” is left out (2 pages).",)


def test_pale_large_words_under_every_page_are_a_watermark() -> None:
    stamp = "0.85 g BT /F2 70 Tf 1 0 0 1 90 400 Tm (COPY) Tj ET 0 g"
    source = parsed(*[paragraph([FULL, REST])] * 3, drawn=(stamp,) * 3)
    assert "COPY" not in source.text
    assert source.remarks == ("The watermark “COPY” is left out (3 pages).",)


def test_numbers_of_lines_in_the_margin_are_left_out() -> None:
    lines = [FULL, REST, "It took effect in May.", "A court agreed.", "Both firms are content."]
    page = [*paragraph(lines), *[(50, 700 - 13 * n, 11, "F1", str(n + 1)) for n in range(5)]]
    source = parsed(page, page)
    assert source.text.startswith(f"{FULL} {REST}\n\nIt took effect in May.")
    assert source.remarks == ("The numbers of lines in the margin are left out (2 pages).",)


def test_a_single_numbered_page_keeps_its_numbers() -> None:
    page = [
        (x, 700 - 14 * n, 11, "F1", text)
        for n in range(5)
        for x, text in ((50, str(n + 1)), (90, "Net sales of the year"))
    ]
    assert "3. Net sales of the year" in text_of(page)


def test_a_table_of_contents_is_kept_by_the_loader_and_left_out_while_cleaning() -> None:
    entries = [
        (72, 700 - 14 * n, 11, "F1", f"{n + 1}. Venture {n + 1} {'.' * 60} {4 * n + 4}")
        for n in range(4)
    ]
    source = parsed([(72, 740, 18, "F2", "Contents"), *entries], paragraph([FULL, REST]))
    assert source.text.count("\n| ") == 4
    assert spans_of(source, SentenceKind.TABLE) == []
    assert spans_of(source, SentenceKind.PROSE) == [f"{FULL} {REST}"]


def test_pages_without_text_among_others_are_named() -> None:
    pages = [paragraph([FULL, REST]), [], [], paragraph([FULL, REST]), []]
    source = parsed(*pages, drawn=("", PICTURE, PICTURE, "", ""))
    assert source.remarks == (
        "Pages 2-3 are pictures without text, probably scans: run the file through OCR.",
    )


def test_a_page_lying_on_its_side_is_read_as_it_is_meant() -> None:
    lines = [
        f"BT /F1 11 Tf 0 1 -1 0 {100 + 13 * number} 72 Tm ({line}) Tj ET"
        for number, line in enumerate((FULL, REST))
    ]
    assert text_of([], drawn=("\n".join(lines),), rotate=90) == f"{FULL} {REST}"


def test_an_upright_label_beside_a_chart_does_not_break_the_text() -> None:
    label = "BT /F1 9 Tf 0 1 -1 0 60 500 Tm (Sales in millions) Tj ET"
    assert text_of(paragraph([FULL, REST]), drawn=(label,)) == (
        f"{FULL} {REST}\n\nSales in millions"
    )


LETTERHEAD: list[Placed] = [
    (72, 760, 18, "F2", "Corvin & Partners"),
    (72, 744, 9, "F1", "12 Quay Street, Galway"),
    (72, 732, 9, "F1", "Tel. +353 91 555 010"),
]
BODY = paragraph([FULL, REST, FULL, REST], y=640)


def test_a_letterhead_that_the_file_states_as_its_title_is_none() -> None:
    page = [*LETTERHEAD, (72, 690, 15, "F2", "Supply of turbines to Celt Gas"), *BODY]
    found = pdf.parse(write_pdf([page], info={"/Title": "CORVIN & PARTNERS"}), LIMITS)
    assert found.fields["title"] == ("Supply of turbines to Celt Gas", "largest heading")


def test_a_letterhead_is_no_title() -> None:
    source = parsed([*LETTERHEAD, (72, 690, 15, "F2", "Supply of turbines to Celt Gas"), *BODY])
    assert title_of(source) == "Supply of turbines to Celt Gas"
    assert source.text.startswith(
        "| Corvin & Partners | 12 Quay Street, Galway | Tel. +353 91 555 010 |\n\n"
    )


@pytest.mark.parametrize("stamp", ["DRAFT", "Confidential", "Contents", "Corvin Inc."])
def test_the_largest_line_is_no_title_where_it_is_a_stamp_or_a_company(stamp: str) -> None:
    page: list[Placed] = [(72, 740, 30, "F2", stamp), (72, 690, 15, "F2", "How the deal was won")]
    assert title_of(parsed([*page, *BODY])) == "How the deal was won"


def test_a_title_of_two_lines_is_whole() -> None:
    page: list[Placed] = [
        (72, 740, 18, "F2", "Tolland and Wexley:"),
        (72, 718, 18, "F2", "selling by the branch"),
    ]
    assert title_of(parsed([*page, *BODY])) == "Tolland and Wexley: selling by the branch"


@pytest.mark.parametrize("name", ["(anonymous)", "anonymous", "unspecified", "jsmith3", "admin"])
def test_what_programs_put_for_names_is_neither_title_nor_author(name: str) -> None:
    content = write_pdf([BODY], info={"/Title": "(anonymous)", "/Author": name})
    assert pdf.parse(content, LIMITS).fields == {}


def test_agreement_forgives_broken_words_and_notices_other_ones() -> None:
    words = "the two companies closed their deal on Tuesday after a year of review by lawmakers and"
    read = [*words.split(), *"many questions of their members".split()]
    assert agreement(read, " ".join(read).replace("the ", "t he ")) == 1.0
    assert agreement(read, " ".join(read[:10])) < 0.6
    assert agreement(read, "") == 0.0
    assert agreement(["few"], "") == 1.0


def test_pages_to_compare_are_spread_over_the_file() -> None:
    assert sample(1) == [0]
    assert sample(3) == [0, 1, 2]
    assert sample(80) == [0, 20, 40, 60]


def test_page_numbers_are_named_in_runs() -> None:
    assert ranges([3, 5, 6, 7]) == "3, 5-7"
