"""PDF pages as other programs write them: boxes beside the text, drawn bullets, unseen words."""

from __future__ import annotations

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
