"""PDF pages: sentences that a column, a page or a line end cuts; rows of centred cells."""

from __future__ import annotations

import pytest
from langchain_core.documents import Document

from ingest.loaders import pdf
from ingest.loaders.limits import LoadLimits
from ingest.prepare import prepare
from tests.unit.ingest.pdf_files import Placed, paragraph, write_pdf
from vectorstore.sentences import is_held_open

LIMITS = LoadLimits()
TOLD = [
    "Orla made kettles for ninety years here.",
    "It was then told to leave the old bay.",
    "Four hundred people went along to Tarn.",
    "Few of them came back in later years.",
]
BEGINNING = [
    "The council of the bay had asked for",
    "a second look at all of the terms, and",
]

REST = ["The hall was full, and many stood.", "Nobody spoke for an hour or so then."]


def units(*pages: list[Placed], drawn: tuple[str, ...] = ()) -> list[str]:
    parsed = pdf.parse(write_pdf(pages, drawn=drawn), LIMITS)
    document = prepare(Document(parsed.text, metadata={"uri": "/a/x.pdf", "fields": {}})).document
    text = document.document.text
    return [text[each.start : each.end] for each in document.sentences]


CUTS = [
    ("it was then read by the mayor, Dr.", "Finch of Tarn, in the old hall."),
    ("it was then read by the clerk, J. R.", "Oakes of Tarn, in the old hall."),
    ("it was then read in the hall of Brisk", "Bay by the mayor and by the clerk."),
    ("it was then read by Verdi S.p.A.", "and by the mayor in the old hall."),
    ("es gilt seither bis zum 31.", "Dezember des Jahres in der Halle."),
    ("es kostet seither im Jahr 1,2 Mio.", "Euro, und zwar in der alten Halle."),
    ("es gilt seither überall hier, d. h.", "dreißig Jahre in der alten Halle."),
    ("il court depuis lors jusqu'au 31 déc.", "2060, selon la mairie et la ville."),
]


@pytest.mark.parametrize(("left", "right"), CUTS)
def test_a_sentence_goes_on_in_the_next_column(left: str, right: str) -> None:
    columns = paragraph([*TOLD, *BEGINNING, left], x=60)
    columns += paragraph([right, *REST, *TOLD], x=330)
    assert units(columns)[4] == " ".join([*BEGINNING, left, right])


@pytest.mark.parametrize(("left", "right"), CUTS)
def test_a_sentence_goes_on_on_the_next_page(left: str, right: str) -> None:
    found = units(paragraph([*BEGINNING, left]), paragraph([right, *REST]))
    assert found[0] == " ".join([*BEGINNING, left, right])


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("They sold it to Acme Inc.", "Microsoft bought the rest."),
        ("The vesting is in accord with the terms hereof.", "(c) Notwithstanding all that"),
        ("It was sold in 2019.", "The price was low."),
        ("It holds on Intel 7.", "margin, higher expenses"),
        ("They met in the U.S.", "Nobody knew."),
        ("Who knows...", "Nobody."),
    ],
)
def test_a_paragraph_that_ends_is_not_held_open(text: str, following: str) -> None:
    assert not is_held_open(text, following)


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        (
            "The mill of Tarn, which is two hundred years old now,",
            "– and the last of its kind – will be closed in May.",
            "The mill of Tarn, which is two hundred years old now, – and the last of its kind – "
            "will be closed in May.",
        ),
        (
            "Em 3 de maio de 2030 assinaram na cidade de Lisboa",
            "o Sr. Silva e a Sra. Reis.",
            "Em 3 de maio de 2030 assinaram na cidade de Lisboa o Sr. Silva e a Sra. Reis.",
        ),
    ],
)
def test_a_dash_or_an_o_at_the_head_of_a_line_is_no_bullet(
    first: str, second: str, whole: str
) -> None:
    assert units(paragraph([first, second])) == [whole]


def test_an_o_that_is_set_apart_is_a_bullet() -> None:
    marks = [(72, 700, 10, "F4", "o"), (72, 686, 10, "F4", "o")]
    texts = [(90, 700, 11, "F1", "Lay the wood"), (90, 686, 11, "F1", "Light the fire")]
    assert units([*marks, *texts]) == ["Lay the wood", "Light the fire"]


CENTRED: list[Placed] = [
    *[(x, 640, 10, "F2", name) for x, name in ((72, "Works"), (160, "Jobs"), (220, "Owner"))],
    *[(72, 613, 10, "F1", "Brisk Bay"), (160, 613, 10, "F1", "410")],
    (220, 619, 10, "F1", "Orla Tin Group, with the city"),
    (220, 607, 10, "F1", "of Tarn as its partner"),
    *[(x, 586, 10, "F1", cell) for x, cell in ((72, "Tarn"), (160, "12"), (220, "Orla"))],
]


def test_a_cell_of_one_line_beside_the_middle_of_one_of_two_is_of_its_row() -> None:
    above = paragraph(["The works of the two firms are told here one by one."], y=700)
    assert units([*above, *CENTRED])[1:] == [
        "Works: Brisk Bay | Jobs: 410 | Owner: Orla Tin Group, with the city of Tarn as its "
        "partner",
        "Works: Tarn | Jobs: 12 | Owner: Orla",
    ]


def test_a_caption_over_the_middle_of_a_table_is_no_head_of_its_columns() -> None:
    caption: Placed = (154, 654, 10, "F1", "Jobs by works in all years")
    assert units([caption, *CENTRED])[1:] == [
        "Works: Brisk Bay | Jobs: 410 | Owner: Orla Tin Group, with the city of Tarn as its "
        "partner",
        "Works: Tarn | Jobs: 12 | Owner: Orla",
    ]


def test_columns_between_lines_ruled_above_and_below_may_stand_close() -> None:
    ruled = "\n".join(f"0.5 w 66 {y} m 330 {y} l S" for y in (655, 634, 580))
    rows: list[Placed] = [
        *[(x, 640, 10, "F1", t) for x, t in ((78, "Works"), (118, "2029"), (151, "2030"))],
        *[(230, 640, 10, "F1", "Owner"), (72, 620, 10, "F1", "Brisk Bay")],
        *[(121, 620, 10, "F1", "41"), (154, 620, 10, "F1", "98"), (180, 620, 10, "F1", "Orla Tin")],
        (195, 607, 10, "F1", "and the city"),
        *[(78, 590, 10, "F1", "Tarn"), (121, 590, 10, "F1", "12"), (154, 590, 10, "F1", "75")],
        (185, 590, 10, "F1", "Orla"),
    ]
    assert units(rows, drawn=(ruled,)) == [
        "Works: Brisk Bay | 2029: 41 | 2030: 98 | Owner: Orla Tin and the city",
        "Works: Tarn | 2029: 12 | 2030: 75 | Owner: Orla",
    ]
