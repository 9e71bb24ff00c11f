"""Slides: titles as headings, what stands on them in the order of reading, and their notes."""

from __future__ import annotations

import pytest

from ingest.errors import EmptyDocumentError, EncryptedFileError, MalformedFileError
from ingest.loaders import pptx
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed
from tests.unit.ingest.slide_files import (
    NAMES,
    frame,
    paragraph,
    place,
    presentation,
    relations,
    shape,
    slide,
    table,
    zipped,
)

LIMITS = LoadLimits()


def read(*slides: str, **more: str) -> Parsed:
    return pptx.parse(presentation(*slides, **more), LIMITS)


def test_slides_are_pages_under_their_titles() -> None:
    found = read(
        slide(shape("Ports and partners", kind="ctrTitle"), shape("Ann Lee", kind="subTitle")),
        slide(
            shape("One half each", "It is fair", kind="body"),
            shape("Who pays", kind="title"),
            shape("3", kind="sldNum"),
        ),
    )
    assert found.text == (
        "# Ports and partners\n\nAnn Lee\n\n\f## Who pays\n\n- One half each\n- It is fair"
    )


def test_columns_are_read_one_after_the_other_and_rows_from_the_top_down() -> None:
    found = read(
        slide(
            shape("Right says 2.", at=place(50, 30, 40, 10)),
            shape("Left", at=place(0, 10, 40, 10)),
            shape("Right", at=place(50, 10, 40, 10)),
            shape("Left says 1.", at=place(0, 30, 40, 10)),
            shape("Over both", at=place(0, 0, 90, 8)),
        )
    )
    assert found.text.split("\n\n") == [
        "Over both",
        "Left",
        "Left says 1.",
        "Right",
        "Right says 2.",
    ]


def test_placeholders_stand_where_their_layout_puts_them() -> None:
    marks = [f'<p:ph idx="{number}"/>' for number in (1, 2)]
    shapes = [shape(text, kind="x") for text in ("Left", "Right")]
    placed = [
        shape("", kind="x", at=place(x, 10, 40, 10)).replace('<p:ph type="x"/>', mark)
        for x, mark in zip((0, 50), marks, strict=True)
    ]
    drawn = [s.replace('<p:ph type="x"/>', mark) for s, mark in zip(shapes, marks, strict=True)]
    layout = slide(*placed).replace("p:sld ", "p:sldLayout ").replace("/p:sld>", "/p:sldLayout>")
    found = pptx.parse(
        presentation(
            slide(*reversed(drawn)),
            **{
                "ppt/slides/_rels/slide1.xml.rels": relations(("slideLayout", "../a/l.xml")),
                "ppt/a/l.xml": layout,
            },
        ),
        LIMITS,
    )
    assert found.text == "- Left\n\n- Right"


def test_lists_tables_groups_and_raised_or_struck_text() -> None:
    group = f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>{shape('In a group.')}</p:grpSp>"
    found = read(
        slide(
            shape(
                paragraph("First", "<a:buAutoNum/>"),
                paragraph("Second", "<a:buAutoNum/>"),
                paragraph("2031", of_run='strike="sngStrike"'),
            ),
            frame(table(["Port", "Share"], ["Delft", "45 %"])),
            group,
            shape("Never.", hidden=True),
        )
    )
    assert found.text == "1. First\n2. Second\n\n| Port: Delft | Share: 45 % |\n\nIn a group."


CHART = (
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" {0}><c:chart>'
    "<c:title><c:tx><c:rich><a:p><a:r><a:t>Growth</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    "<c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:strCache>"
    "<c:pt idx='0'><c:v>Orla</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    "<c:cat><c:strRef><c:strCache>"
    "<c:pt idx='0'><c:v>2022</c:v></c:pt></c:strCache></c:strRef></c:cat>"
    "<c:val><c:numRef><c:numCache><c:formatCode>0%</c:formatCode>"
    "<c:pt idx='0'><c:v>0.45</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:barChart>"
    "</c:plotArea></c:chart></c:chartSpace>"
)


def test_a_chart_is_a_table_of_its_values_and_notes_stand_apart() -> None:
    chart = (
        '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rId1"/>'
    )
    notes = slide(shape("Say it slowly.", kind="body"), shape("1", kind="sldNum"))
    found = read(
        slide(shape("Shares", kind="title"), frame(chart)),
        **{
            "ppt/slides/_rels/slide1.xml.rels": relations(
                ("chart", "../charts/c.xml"), ("notesSlide", "../n/n.xml")
            ),
            "ppt/charts/c.xml": CHART.format(NAMES),
            "ppt/n/n.xml": notes,
        },
    )
    assert found.text == (
        "## Shares\n\n####### Growth\n\n| 2022 | Orla: 45 % |\n\n#######\n\n"
        "####### Notes\n\nSay it slowly.\n\n#######"
    )


def test_hidden_slides_are_counted_and_keep_their_page() -> None:
    found = read(
        slide(shape("One")), slide(shape("Never"), attributes='show="0"'), slide(shape("3"))
    )
    assert found.text == "One\n\n\f\n\n\f3"
    assert found.remarks == ("Hidden slides are not read: 1.",)


def test_properties_of_a_template_state_nothing() -> None:
    core = (
        '<x xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/"><dc:title>'
        "{0}</dc:title><dc:creator>Ann Lee</dc:creator><t:created>{1}</t:created></x>"
    )
    rels = relations(("officeDocument", "ppt/presentation.xml"), ("core-properties", "c.xml"))

    def fields(title: str, made: str) -> dict[str, object]:
        parts = {"_rels/.rels": rels, "c.xml": core.format(title, made)}
        stated = pptx.parse(presentation(slide(shape("Text")), **parts), LIMITS).fields
        return {name: field[0] for name, field in stated.items()}

    assert fields("PowerPoint Presentation", "2013-01-27T09:14:16Z") == {}
    assert fields("Ports", "2021-03-04T10:00:00Z") == {
        "title": "Ports",
        "authors": ["Ann Lee"],
        "published": "2021-03-04",
    }


def test_files_that_are_none_are_refused_with_what_to_do() -> None:
    for content, error in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), EncryptedFileError),
        (presentation(slide(shape("Text")))[:300], MalformedFileError),
        (zipped({"word/document.xml": "<x/>"}), MalformedFileError),
        (presentation("<p:sld"), MalformedFileError),
        (presentation(slide()), EmptyDocumentError),
    ):
        with pytest.raises(error):
            pptx.parse(content, LIMITS)


def test_slides_that_are_pictures_are_named() -> None:
    picture = "<p:pic><p:nvPicPr/><p:blipFill/><p:spPr/></p:pic>"
    found = read(slide(shape("Who pays")), slide(picture), slide(picture + shape("We do")))
    assert found.remarks == ("Slides that are pictures without text, perhaps scanned: 2.",)
