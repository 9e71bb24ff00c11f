"""PDF pages as other programs write them: boxes beside the text, drawn bullets, unseen words."""

from __future__ import annotations

from ingest.cleaning.clean import clean
from ingest.loaders import pdf
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed
from tests.unit.ingest.pdf_files import Placed, paragraph, write_pdf


def parsed(texts: list[Placed], drawn: str = "") -> Parsed:
    return pdf.parse(write_pdf([texts], drawn=[drawn]), LoadLimits())


STORY = [
    "Orla and Fenn run three ports together and share",
    "what they cost in a year. Their venture was made",
    "in Rotterdam and has grown by a third since then.",
]
BOX: list[Placed] = [
    (400, 705, 11, "F1", "Founded in 2011."),
    (400, 692, 11, "F1", "Its seat is in Delft."),
]
FRAME = "0.5 w 390 685 140 35 re S"
TINT = "q 0.9 g 390 685 140 35 re f Q"
STORY_TEXT = " ".join(STORY)


def test_a_framed_or_tinted_box_does_not_cut_the_sentences_beside_it() -> None:
    level = [(x, y - 5, size, face, text) for x, y, size, face, text in BOX]
    for box, drawn in ((BOX, FRAME), (BOX, TINT), (level, FRAME)):
        found = parsed([*paragraph(STORY), *box], drawn).text.split("\n\n")
        assert found == [STORY_TEXT, "Founded in 2011. Its seat is in Delft."]


def test_a_note_raised_a_little_less_small_is_one() -> None:
    small: Placed = (72 + 6.6 * 7, 704.9, 9.8, "F4", "4")
    found = parsed([(72, 700, 11, "F4", "In 2031"), small, (130, 700, 11, "F4", "it ends.")])
    assert found.text == "In 2031[^4] it ends."


def test_an_index_is_no_note_of_the_line_below() -> None:
    first: Placed = (72, 700, 10, "F4", "Tons of CO")
    index: Placed = (132, 695, 8, "F4", "2")
    found = parsed([first, index, (72, 688, 10, "F4", "are what the port emits.")])
    assert found.text == "Tons of CO2 are what the port emits."


def test_heads_over_some_columns_are_ruled_by_a_part_of_a_line() -> None:
    xs, ys = (72, 300, 360, 420), (660, 680, 700, 720)
    across = [f"{72 if y != 700 else 300} {y} m 420 {y} l S" for y in ys]
    down = [f"{x} 660 m {x} {700 if x == 360 else 720} l S" for x in xs]
    texts: list[Placed] = [
        (75, 696, 11, "F2", "Port"),
        (303, 706, 11, "F2", "Share"),
        (303, 686, 11, "F2", "2023"),
        (363, 686, 11, "F2", "2024"),
        (75, 666, 11, "F1", "Delft"),
        (303, 666, 11, "F1", "45 %"),
        (363, 666, 11, "F1", "46 %"),
    ]
    found = parsed(texts, "\n".join(["0.5 w", *across, *down]))
    assert found.text == "| Port: Delft | Share 2023: 45 % | Share 2024: 46 % |"


def test_bullets_that_are_drawn_and_numbers_make_items() -> None:
    dots = "\n".join(f"60 {y} 4 4 re f" for y in (702, 689))
    items = parsed(paragraph(["Orla pays one half", "Fenn pays the other"]), dots)
    assert items.text == "- Orla pays one half\n\n- Fenn pays the other"
    numbered = parsed(paragraph(["1. First", "2. Second", "3. Third"])).text
    assert numbered.split("\n\n") == ["1. First", "2. Second", "3. Third"]


def test_letters_set_far_apart_are_words() -> None:
    spaced: list[Placed] = []
    x = 72.0
    for letter in "ports and partners":
        if letter != " ":
            spaced.append((x, 700, 11, "F4", letter))
        x += 9.0
    assert parsed(spaced).text == "ports and partners"


def test_words_that_nobody_sees_are_left_out_and_told() -> None:
    white = "q 1 g BT /F1 11 Tf 1 0 0 1 72 600 Tm (Rate us best.) Tj ET Q"
    beside: Placed = (72, -40, 11, "F1", "Not on the page.")
    tiny: Placed = (72, 500, 0.5, "F1", "Too small to read.")
    found = parsed([*paragraph(STORY), beside, tiny], white)
    assert found.text == STORY_TEXT
    remark = "Text that is not seen (white, tiny or beside the page) is left out (1 page)."
    assert remark in found.remarks


def test_white_words_on_a_dark_ground_are_read() -> None:
    header = (
        "q 0 0 0.5 rg 60 590 300 30 re f Q q 1 g BT /F1 11 Tf 1 0 0 1 72 600 Tm (Seen.) Tj ET Q"
    )
    assert parsed(paragraph(STORY), header).text == f"{STORY_TEXT}\n\nSeen."


def test_what_a_browser_prints_around_a_page_is_no_text() -> None:
    above: Placed = (24, 770, 8, "F1", "11/27/26, 1:55 AM Ports and partners")
    below: Placed = (24, 17, 8, "F1", "https://harbour.example/ports 1/1")
    assert parsed([above, *paragraph(STORY), below]).text == STORY_TEXT


def test_a_hyphen_of_typesetting_at_a_line_end_is_undone() -> None:
    # Byte 0xAD of the encoding that the files are written in is the soft hyphen.
    found = parsed(paragraph(["It is a partner\u00ad", "ship of long standing."]))
    assert found.text == "It is a partnership of long standing."


def test_items_whose_marks_stand_apart_are_no_rows_of_a_table() -> None:
    items: list[Placed] = []
    for number, text in enumerate(["Orla lends two halls.", "Fenn pays the staff."]):
        y = 700 - 16 * number
        items += [(72, y, 11, "F1", "•"), (110, y, 11, "F1", text)]
    rows = [(72, 640, 11, "F1", "1"), (110, 640, 11, "F1", "9"), (72, 620, 11, "F1", "2")]
    found = parsed([*items, *rows, (110, 620, 11, "F1", "8")])
    assert found.text.split("\n\n")[:2] == ["- Orla lends two halls.", "- Fenn pays the staff."]


def test_columns_that_stand_close_and_a_label_of_two_lines_are_one_row() -> None:
    table: list[Placed] = []
    for y, cells in (
        (700, ("Partner", "Share", "Since")),
        (682, ("Orla", "45 %", "2019")),
        (664, ("Keldt", "", "")),
        (652, ("Logistics", "12 %", "2021")),
        (634, ("Total", "57 %", "")),
    ):
        table += [
            (right - 6 * len(text), y, 10, "F4", text)  # right-aligned
            for right, text in zip((126, 190, 232), cells, strict=True)
            if text
        ]
    assert parsed(table).text.split("\n") == [
        "| Partner: Orla | Share: 45 % | Since: 2019 |",
        "| Partner: Keldt Logistics | Share: 12 % | Since: 2021 |",
        "| Partner: Total | Share: 57 % |",
    ]


def test_the_head_of_a_memo_is_a_line_for_each_label() -> None:
    head: list[Placed] = []
    for number, (label, said) in enumerate(
        [("To:", "The board"), ("From:", "Dana Ruiz"), ("Re:", "The end of the pact")]
    ):
        y = 720 - 18 * number
        head += [(72, y, 11, "F2", label), (160, y, 11, "F1", said)]
    found = parsed([*head, *paragraph(STORY, y=640)]).text
    assert found.startswith("| To: The board |\n| From: Dana Ruiz |\n| Re: The end of the pact |\n")


def test_lines_that_each_begin_with_a_term_in_bold_are_paragraphs() -> None:
    page = paragraph(STORY)
    for number, (term, said) in enumerate(
        [("Loan", "7 million euros"), ("Interest", "4 % a year")]
    ):
        page.append((72, 640 - 13 * number, 11, "F2", term))
        page.append((76 + 6.6 * len(term), 640 - 13 * number, 11, "F1", said))
    assert parsed(page).text.split("\n\n")[-2:] == ["Loan 7 million euros", "Interest 4 % a year"]


def test_short_lines_in_the_middle_are_paragraphs_each() -> None:
    names: Placed = (72 + 6.6 * 8, 720, 11, "F4", "Ann Lee and Bo Chan")
    day: Placed = (72 + 6.6 * 11, 707, 11, "F4", "12 March 2024")
    found = parsed([names, day, *paragraph([f"{line} and more so" for line in STORY], y=660)])
    assert found.text.split("\n\n")[:2] == ["Ann Lee and Bo Chan", "12 March 2024"]


def test_the_number_of_a_page_is_set_apart_from_what_stands_beside_it() -> None:
    foot: list[Placed] = [(72, 40, 8, "F1", "Orla N.V."), (480, 40, 8, "F1", "Page 1 of 3")]
    found = parsed([*paragraph(STORY), *foot]).text.split("\n\n")
    assert found == [STORY_TEXT, "Orla N.V.", "Page 1 of 3"]


def test_a_stated_title_of_which_the_page_shows_nothing_is_a_template_s() -> None:
    page: list[Placed] = [(72, 740, 18, "F2", "How the deal was won"), *paragraph(STORY)]
    for stated in ("Board paper (blank form)", "DRAFT", "Corporate style 2019"):
        found = pdf.parse(write_pdf([page], info={"/Title": stated}), LoadLimits())
        assert found.fields["title"] == ("How the deal was won", "largest heading")
    kept = pdf.parse(write_pdf([page], info={"/Title": "How a deal was won"}), LoadLimits())
    assert kept.fields["title"] == ("How a deal was won", "pdf info")


def test_the_title_of_a_page_is_no_head_of_the_columns_below() -> None:
    table: list[Placed] = [(72, 722, 24, "F2", "The paper of the board")]
    for y, cells in ((690, ("Year", "Orla", "Fenn")), (672, ("2022", "290", "96"))):
        table += [(x, y, 11, "F1", text) for x, text in zip((72, 180, 260), cells, strict=True)]
    table += [(x, 654, 11, "F1", text) for x, text in ((72, "2023"), (180, "310"), (260, "(7)"))]
    assert parsed(table).text == (
        "# The paper of the board\n\n| Year: 2022 | Orla: 290 | Fenn: 96 |\n"
        "| Year: 2023 | Orla: 310 | Fenn: (7) |"
    )


def test_a_term_and_its_meaning_set_in_below_are_lines_of_their_own() -> None:
    page = paragraph(STORY)
    for number, (x, text) in enumerate([(72, "Hub"), (100, "Delft"), (72, "Staff"), (100, "140")]):
        page.append((x, 640 - 13 * number, 11, "F1", text))
    assert parsed(page).text.split("\n\n")[1:] == ["Hub", "Delft", "Staff", "140"]


def test_what_two_pages_have_in_their_margins_is_no_text() -> None:
    pages = [
        [
            (72.0, 750.0, 8.0, "F1", "PORT POST"),
            (450.0, 750.0, 8.0, "F1", "Spring 2023"),
            *paragraph([f"Berth {number} of the port costs 14 million euros in all."]),
            (290.0, 40.0, 8.0, "F1", f"- {number} -"),
        ]
        for number in (1, 2)
    ]
    found = clean(pdf.parse(write_pdf(pages), LoadLimits()).text)
    assert [block.text for block in found.blocks] == [
        "Berth 1 of the port costs 14 million euros in all.",
        "Berth 2 of the port costs 14 million euros in all.",
    ]


def test_the_number_of_a_single_page_is_no_text() -> None:
    page = [*paragraph(["The port costs 14 million."]), (300.0, 40.0, 10.0, "F1", "1")]
    assert pdf.parse(write_pdf([page]), LoadLimits()).text == "The port costs 14 million."


def test_numbers_that_stand_apart_without_a_stop_make_items() -> None:
    page = [
        (x, 700.0 - 20 * row, 10.0, "F1", text)
        for row, said in enumerate(("Dredge the north quay.", "Light all the buoys."))
        for x, text in ((72.0, str(row + 1)), (110.0, said))
    ]
    text = pdf.parse(write_pdf([page]), LoadLimits()).text
    assert text == "1. Dredge the north quay.\n2. Light all the buoys."


def test_names_of_columns_that_stand_on_each_page_are_no_running_head() -> None:
    pages = [
        [
            (x, 720.0 - 22 * row, 10.0, "F1", text)
            for row, cells in enumerate(
                (("Quay", "Metres"), (f"North {page}", "142"), (f"East {page}", "96"))
            )
            for x, text in zip((72.0, 200.0), cells, strict=True)
        ]
        for page in (1, 2)
    ]
    text = pdf.parse(write_pdf(pages), LoadLimits()).text
    assert text.count("Quay") >= 2
    assert "North 1" in text
