"""Word files: all that a reader is shown, in order, once; nothing else."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import docx
import pytest
from docx.shared import Cm
from langchain_core.documents import Document as RawDocument

from ingest.errors import EmptyDocumentError, MalformedFileError
from ingest.loaders import docx as loader
from ingest.loaders.docx_styles import Numbering
from ingest.loaders.limits import LoadLimits
from ingest.prepare import prepare
from tests.unit.ingest.docx_files import (
    as_strict,
    cell,
    document_of,
    element,
    paragraph,
    run,
    save,
    table,
)
from vectorstore.types import Metadata, SentenceKind

LIMITS = LoadLimits()
WHITE_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082"
)
"""A picture of one point, as PNG."""


def read(*blocks: str, notes: tuple[tuple[str, str], ...] = ()) -> str:
    return loader.parse(save(document_of(*blocks, notes=notes)), LIMITS).text


def known(document: docx.document.Document, uri: str = "/notes/2019 memo.docx") -> Metadata:
    parsed = loader.parse(save(document), LIMITS)
    raw = RawDocument(parsed.text, metadata={"uri": uri, "fields": parsed.fields})
    return prepare(raw, today=date(2024, 6, 1)).document.document.metadata


def test_headings_lists_and_tables_become_markdown() -> None:
    document = docx.Document()
    document.add_heading("The deal", 0)
    document.add_paragraph("It closed on Tuesday.")
    document.add_heading("Terms", 1)
    document.add_paragraph("Stores", style="List Bullet")
    document.add_paragraph("Prices", style="List Bullet")
    document.add_paragraph("First", style="List Number")
    document.add_paragraph("Second", style="List Number")
    made = document.add_table(2, 2)
    for each, text in zip(made._cells, ("Year", "Price", "2018", "$70 billion"), strict=True):
        each.text = text
    document.add_paragraph("After the table.")
    assert loader.parse(save(document), LIMITS).text == (
        "# The deal\n\nIt closed on Tuesday.\n\n## Terms\n\n- Stores\n- Prices\n1. First\n2. Second"
        "\n\n| Year: 2018 | Price: $70 billion |\n\nAfter the table."
    )


def test_tracked_changes_are_read_as_accepted() -> None:
    assert (
        read(
            paragraph(
                "It costs ",
                f'<w:del w:id="1">{run("60").replace("w:t", "w:delText")}</w:del>',
                f'<w:ins w:id="2">{run("70")}</w:ins>',
                " billion.",
                f'<w:ins w:id="3"><w:del w:id="4">{run(" Never said.")}</w:del></w:ins>',
            )
        )
        == "It costs 70 billion."
    )


def test_what_was_moved_stands_once_where_it_was_moved_to() -> None:
    assert (
        read(
            paragraph(f'<w:moveFrom w:id="1">{run("The seat is in Bristol.")}</w:moveFrom>'),
            paragraph(
                "It makes pumps. ",
                f'<w:moveTo w:id="2">{run("The seat is in Bristol.")}</w:moveTo>',
            ),
        )
        == "It makes pumps. The seat is in Bristol."
    )


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    assert (
        read(
            paragraph("The venture makes ", properties="<w:rPr><w:del w:id='1'/></w:rPr>"),
            "pumps for ships.",
        )
        == "The venture makes pumps for ships."
    )


@pytest.mark.parametrize("mark", ["<w:del w:id='1'/>", "<w:hidden/>"])
def test_deleted_and_hidden_rows_are_left_out(mark: str) -> None:
    gone = f"<w:tr><w:trPr>{mark}</w:trPr>{cell('Old')}{cell('1 %')}</w:tr>"
    whole = table(("Name", "Share"), ("New", "2 %"))
    assert read(whole.replace("</w:tbl>", gone + "</w:tbl>")) == "| Name: New | Share: 2 % |"


@pytest.mark.parametrize(
    "hidden",
    [
        "<w:vanish/>",
        '<w:vanish w:val="1"/>',
        '<w:rStyle w:val="Secret"/>',
    ],
)
def test_hidden_text_is_left_out(hidden: str) -> None:
    document = document_of(paragraph(run("A draft price. ", hidden), "The price is 12."))
    document.styles.element.append(
        element(
            '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
        )
    )
    assert loader.parse(save(document), LIMITS).text == "The price is 12."


def test_text_that_is_plainly_not_hidden_stays() -> None:
    shown = '<w:vanish w:val="0"/>'
    changed = "<w:rPrChange w:id='1'><w:rPr><w:vanish/></w:rPr></w:rPrChange>"
    assert read(paragraph(run("Shown. ", shown), run("Shown too.", changed))) == "Shown. Shown too."


def test_hidden_by_the_style_of_its_paragraph() -> None:
    document = document_of(paragraph("Never.", properties='<w:pStyle w:val="Inner"/>'), "Seen.")
    for style, based, inner in (
        ("Outer", "", "<w:rPr><w:vanish/></w:rPr>"),
        ("Inner", '<w:basedOn w:val="Outer"/>', ""),
    ):
        document.styles.element.append(
            element(f'<w:style w:type="paragraph" w:styleId="{style}">{based}{inner}</w:style>')
        )
    assert loader.parse(save(document), LIMITS).text == "Seen."


def test_styles_based_on_each_other_in_a_circle_end() -> None:
    document = document_of(paragraph("Seen.", properties='<w:pStyle w:val="A"/>'))
    for style, based in (("A", "B"), ("B", "A")):
        document.styles.element.append(
            element(f'<w:style w:styleId="{style}"><w:basedOn w:val="{based}"/></w:style>')
        )
    assert loader.parse(save(document), LIMITS).text == "Seen."


def test_notes_follow_the_text_in_the_order_of_their_marks_and_comments_do_not() -> None:
    text = read(
        paragraph(
            "It cost 12 million",
            '<w:r><w:endnoteReference w:id="3"/></w:r>',
            " and opened",
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
            ".",
            '<w:r><w:commentReference w:id="0"/></w:r>',
        ),
        notes=(
            ("footnote", paragraph("Late.") + paragraph("By a year.")),
            ("endnote", paragraph("In euros.")),
        ),
    )
    assert text == (
        "It cost 12 million[^1] and opened[^2].\n\n[^1]: In euros.\n\n[^2]: Late. By a year."
    )
    prepared = prepare(RawDocument(text, metadata={"uri": "a.docx"})).document
    said = [(s.kind, prepared.document.text[s.start : s.end]) for s in prepared.sentences]
    assert said == [
        (SentenceKind.PROSE, "It cost 12 million and opened."),
        (SentenceKind.REFERENCE, "In euros."),
        (SentenceKind.REFERENCE, "Late. By a year."),
    ]


BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline><a:graphic>"
    "<a:graphicData uri='wps'><wps:wsp><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx>"
    "</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>"
    "<v:shape><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></v:shape></w:pict>"
    "</mc:Fallback></mc:AlternateContent></w:r>"
)


def test_a_text_box_stands_in_its_place_once_and_apart() -> None:
    box = BOX.format(paragraph("It cost 19 million.") + paragraph("It has 31 bays."))
    assert read("Before.", paragraph(box, "It serves Munster.")) == (
        "Before.\n\nIt cost 19 million.\n\nIt has 31 bays.\n\nIt serves Munster."
    )
    assert read(paragraph("It serves Munster.", box)) == (
        "It serves Munster.\n\nIt cost 19 million.\n\nIt has 31 bays."
    )


def test_an_old_text_box_is_read_too() -> None:
    old = (
        "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{paragraph('Within.')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    assert read(paragraph(old)) == "Within."
    newer_is_empty = (
        BOX.format("@")
        .replace("<w:drawing>", "<w:drawing2>")
        .replace("</w:drawing>", "</w:drawing2>")
    )
    assert "Within." in read(
        paragraph(newer_is_empty.replace("@", paragraph("Within."), 1).replace("@", ""))
    )


def control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def test_content_controls_are_read_but_for_prompts_and_tables_of_contents() -> None:
    assert (
        read(
            control(paragraph("Cover.")),
            control(
                paragraph("Contents 1"),
                '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>',
            ),
            paragraph(
                "It is ",
                control(run("88 km")),
                " long",
                control(run("Click here."), "<w:showingPlcHdr/>"),
                ".",
            ),
            table(("Name", "Share"), ("@", "2 %")).replace(cell("@"), control(cell("New"))),
        )
        == "Cover.\n\nIt is 88 km long.\n\n| Name: New | Share: 2 % |"
    )


def test_links_fields_tags_signs_and_formulas_are_words() -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    assert (
        read(
            paragraph(
                f'<w:hyperlink r:id="rId9">{run("Isley Works")}</w:hyperlink>',
                " of ",
                f'<w:smartTag w:uri="u" w:element="City">{run("Utrecht")}</w:smartTag>',
                ", page ",
                mark("begin"),
                "<w:r><w:instrText> PAGEREF x </w:instrText></w:r>",
                run("code"),
                mark("separate"),
                "7",
                mark("end"),
                ", co",
                "<w:r><w:noBreakHyphen/></w:r>",
                "funded by the re",
                "<w:r><w:softHyphen/></w:r>",
                "gion ",
                '<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>',
                " ",
                "<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath>",
                ".",
            )
        )
        == "Isley Works of Utrecht, page 7, co-funded by the region → x=2."
    )


def test_signs_of_markup_in_the_text_are_words() -> None:
    text = read("1. is no item, *nor* is this.", "# not a heading", "| not | a row |", "a_b [c](d)")
    prepared = prepare(RawDocument(text, metadata={"uri": "a.docx"})).document.document.text
    assert (
        prepared
        == "1. is no item, *nor* is this.\n\n# not a heading\n\n| not | a row |\n\na_b [c](d)"
    )


def test_line_breaks_are_kept_apart_from_spaces() -> None:
    assert read(paragraph(run("Ann Lee"), "<w:r><w:br/></w:r>", run("12 Quay Street"))) == (
        "Ann Lee\\\n12 Quay Street"
    )


def test_a_paragraph_in_bold_may_be_a_heading() -> None:
    assert (
        read(paragraph(run("Terms", "<w:b/>")), "They share it.") == "**Terms**\n\nThey share it."
    )


def test_terms_and_what_is_said_of_them_are_pairs() -> None:
    tab = "<w:r><w:tab/></w:r>"
    assert read(paragraph("Seat", tab, "Bristol"), paragraph("Owner:", tab, "Isley Works")) == (
        "- Seat: Bristol\n- Owner: Isley Works"
    )
    assert read(paragraph("Seat", tab, "Bristol"), "It is old.") == "Seat Bristol\n\nIt is old."


def lists(*levels: str, starts: str = "") -> Numbering:
    inner = "".join(f'<w:lvl w:ilvl="{at}">{each}</w:lvl>' for at, each in enumerate(levels))
    return Numbering(
        element(
            f'<w:numbering><w:abstractNum w:abstractNumId="7">{inner}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
            f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{starts}</w:num></w:numbering>'
        )
    )


def level(form: str, text: str, start: int = 1, more: str = "") -> str:
    return f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'


def test_items_are_counted_as_word_counts_them() -> None:
    numbers = lists(
        level("decimal", "%1."),
        level("lowerLetter", "%2)"),
        level("upperRoman", "%1.%3"),
        starts='<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>',
    )
    path = [(1, 0), (1, 1), (1, 1), (1, 0), (1, 1), (1, 2), (2, 0), (2, 0)]
    labels = [numbers.next_label(str(number), at) for number, at in path]
    assert labels == ["1.", "a)", "b)", "2.", "a)", "2.I", "5.", "6."]


def test_bullets_have_no_number_and_legal_numbers_are_decimal() -> None:
    numbers = lists(
        level("upperRoman", "Article %1", 4),
        level("decimal", "%1.%2", more="<w:isLgl/>"),
        level("bullet", "x"),
    )
    assert [numbers.next_label("1", at) for at in (0, 1, 2, 1)] == [
        "Article IV",
        "4.1",
        None,
        "4.2",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("%1.", "3. Pay"),
        ("(%1)", "3) Pay"),
        ("Section %1.", "- Section 3 Pay"),
        ("%1.%1.", "- 3.3 Pay"),
    ],
)
def test_numbers_of_items_are_rendered(text: str, line: str) -> None:
    document = document_of(
        paragraph("Pay", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="99"/></w:numPr>')
    )
    root = document.part.numbering_part.element
    root.append(
        element(
            f'<w:abstractNum w:abstractNumId="99"><w:lvl w:ilvl="0">{level("decimal", text, 3)}'
            "</w:lvl></w:abstractNum>"
        )
    )
    root.append(element('<w:num w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))
    assert loader.parse(save(document), LIMITS).text == line


def test_outline_levels_and_derived_styles_are_headings() -> None:
    document = document_of(
        paragraph("Part", properties='<w:outlineLvl w:val="0"/>'),
        paragraph("Chapter", properties='<w:pStyle w:val="Kapitel"/>'),
        "Text.",
        paragraph("Contents 3", properties='<w:pStyle w:val="Verzeichnis"/>'),
    )
    document.styles.element.append(
        element(
            '<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Kapitel"/>'
            '<w:basedOn w:val="Heading2"/></w:style>'
        )
    )
    document.styles.element.append(
        element(
            '<w:style w:type="paragraph" w:styleId="Verzeichnis"><w:name w:val="toc 1"/></w:style>'
        )
    )
    assert loader.parse(save(document), LIMITS).text == "# Part\n\n## Chapter\n\nText."


def test_rows_name_their_columns_and_a_caption_heads_them() -> None:
    caption = paragraph("Table 1: Shares", properties='<w:pStyle w:val="Caption"/>')
    assert read(caption, table(("Venture", "Owner"), ("Ryde", "Jarrow"), header=True)) == (
        "####### Table 1: Shares\n\n| Venture: Ryde | Owner: Jarrow |\n\n#######"
    )


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        ([("Seat", "Kent"), ("Owner", "Isley")], "| Seat | Kent |"),
        ([("Founded", "1951"), ("Staff", "40")], "| Founded | 1951 |"),
        (
            [("Ann Lee", "director", "Cork"), ("Bo Chan", "engineer", "Dover")],
            "| Ann Lee | director | Cork |",
        ),
        (
            [("Name", "Seat", "Share"), ("Ryde", "Kent", "55 %"), ("Looe", "Cork", "held jointly")],
            "| Name: Ryde | Seat: Kent | Share: 55 % |",
        ),
        (
            [("Topic", "Text"), ("History", "It makes glass. " * 9), ("Law", "It ends soon. " * 9)],
            f"| Topic: History | Text: {'It makes glass. ' * 9}|",
        ),
    ],
)
def test_only_what_plainly_names_the_columns_does(rows: list[tuple[str, ...]], first: str) -> None:
    assert read(table(*rows)).split("\n")[0] == first


@pytest.mark.parametrize("how", ["bold", "shade", "style"])
def test_a_first_row_that_is_set_off_names_the_columns(how: str) -> None:
    rows = [("Seat", "Owner"), ("Kent", "Isley")]
    made = table(*rows, style="Fancy" if how == "style" else "")
    if how == "bold":
        for name in rows[0]:
            made = made.replace(run(name), run(name, "<w:b/>"))
    if how == "shade":
        for name in rows[0]:
            shade = '<w:tcPr><w:shd w:val="clear" w:fill="DDDDDD"/></w:tcPr>'
            made = made.replace(cell(name), cell(shade + paragraph(name)))
    document = document_of(made)
    document.styles.element.append(
        element(
            '<w:style w:type="table" w:styleId="Fancy"><w:tblStylePr w:type="firstRow">'
            "<w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>"
        )
    )
    assert loader.parse(save(document), LIMITS).text == "| Seat: Kent | Owner: Isley |"


def test_merged_cells_stand_in_each_row_and_column_that_they_span() -> None:
    def merged(text: str, properties: str) -> str:
        return f"<w:tcPr>{properties}</w:tcPr>{paragraph(text)}"

    assert read(
        table(
            ("Venture", "Jarrow", "Kettle"),
            (merged("Ryde", '<w:vMerge w:val="restart"/>'), "55 %", "45 %"),
            (merged("", "<w:vMerge/>"), merged("held jointly", '<w:gridSpan w:val="2"/>')),
        )
    ) == (
        "| Venture: Ryde | Jarrow: 55 % | Kettle: 45 % |\n"
        "| Venture: Ryde | Jarrow: held jointly | Kettle: held jointly |"
    )


def test_a_table_within_a_cell_is_part_of_the_cell() -> None:
    inner = paragraph("Ryde") + table(("opened", "2014")) + paragraph("")
    assert read(table(("Venture", "Share"), (inner, "55 %"))) == (
        "| Venture: Ryde; opened 2014 | Share: 55 % |"
    )


def test_a_table_that_only_places_text_is_read_as_text() -> None:
    heading = paragraph("Terms", properties='<w:pStyle w:val="Heading1"/>')
    assert read(table((heading + paragraph("They share it."), "A box beside it."))) == (
        "# Terms\n\nThey share it.\n\nA box beside it."
    )
    assert read(table(("In a frame.",))) == "In a frame."


def test_strict_open_xml_is_read_as_any_other() -> None:
    document = document_of(
        paragraph("The deal", properties='<w:pStyle w:val="Heading1"/>'), "Text."
    )
    document.core_properties.author = "Ann Lee"
    parsed = loader.parse(as_strict(save(document)), LIMITS)
    assert parsed.text == "# The deal\n\nText."
    assert parsed.fields["authors"] == (["Ann Lee"], "docx properties")


def with_properties(document: docx.document.Document) -> docx.document.Document:
    properties = document.core_properties
    properties.title, properties.author = "The deal", "Ann Lee; Bo Chan"
    properties.created = datetime(2019, 1, 15, 9, 30)
    return document


def test_properties_say_what_the_text_does_not() -> None:
    about = known(with_properties(document_of("Some text without a head.")))
    assert (about.title, about.authors, about.published) == (
        "The deal",
        ("Ann Lee", "Bo Chan"),
        date(2019, 1, 15),
    )
    assert set(about.provenance.values()) == {"docx properties"} | (
        {about.provenance["language"]} if "language" in about.provenance else set()
    )


def test_the_texts_own_title_byline_and_day_win_over_properties() -> None:
    about = known(
        with_properties(
            document_of(
                paragraph("Another deal", properties='<w:pStyle w:val="Title"/>'),
                "By Nils Harmon, 9 August 2022",
                "They share a fleet.",
            )
        )
    )
    assert (about.title, about.authors, about.published) == (
        "Another deal",
        ("Nils Harmon",),
        date(2022, 8, 9),
    )


def test_what_a_template_or_a_program_put_into_the_properties_is_nobody() -> None:
    document = document_of("Some text without a head.")
    properties = document.core_properties
    properties.title, properties.author = "Word template", "python-docx"
    properties.created = properties.modified = datetime(2013, 12, 23, 23, 15, tzinfo=UTC)
    assert loader.parse(save(document), LIMITS).fields == {}
    assert known(document).title == "Memo"


def test_an_empty_document_is_said_to_be_so() -> None:
    with pytest.raises(EmptyDocumentError, match="no text"):
        loader.parse(save(docx.Document()), LIMITS)


def test_a_zip_that_is_no_word_file_is_said_to_be_so() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(MalformedFileError, match="not a Word document"):
        loader.parse(stream.getvalue(), LIMITS)


def test_of_words_in_two_forms_the_newer_are_read() -> None:
    forms = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:t>ten</w:t></mc:Choice>'
        "<mc:Fallback><w:t>10</w:t></mc:Fallback></mc:AlternateContent>"
    )
    assert read(paragraph("It has ", f"<w:r>{forms}</w:r>", " berths.")) == "It has ten berths."


@pytest.mark.parametrize(
    "sign",
    ['<w:sym w:font="Symbol" w:char="F0A0"/>', "<w:t>\uf0a0</w:t>"],
    ids=["sign", "text"],
)
def test_signs_of_the_font_symbol_are_read(sign: str) -> None:
    fonts = '<w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr>'
    assert read(paragraph("It costs 9 ", f"<w:r>{fonts}{sign}</w:r>", ".")) == "It costs 9 €."


def test_of_a_block_in_two_forms_the_newer_is_read() -> None:
    assert (
        read(
            f"<mc:AlternateContent><mc:Choice Requires='w14'>{paragraph('Newer.')}</mc:Choice>"
            f"<mc:Fallback>{paragraph('Older.')}</mc:Fallback></mc:AlternateContent>",
            "After.",
        )
        == "Newer.\n\nAfter."
    )


def test_a_first_row_of_texts_names_no_columns() -> None:
    text = "It makes glass. " * 9
    assert read(table((text, "Share"), ("Ryde", "55 %"), header=True)) == (
        f"| {text.strip()} | Share |\n| Ryde | 55 % |"
    )


def test_struck_and_white_text_is_left_out_and_raised_figures_stand_apart() -> None:
    text = read(
        paragraph(
            "It costs ",
            run("five ", "<w:strike/>"),
            "six euros in 2031",
            run("4", '<w:vertAlign w:val="superscript"/>'),
            run(" Rate us best.", '<w:color w:val="FFFFFF"/>'),
        )
    )
    assert text == "It costs six euros in 2031⁴"
    white = paragraph(run("Port", '<w:color w:val="FFFFFF"/>'))
    found = read(table((white, "Owner"), ("Riga", "Alder"), header=True))
    assert found == "| Port: Riga | Owner: Alder |"


def test_a_caption_below_a_table_or_in_its_first_row_heads_it() -> None:
    rows = (("Port", "Ships"), ("Riga", "12"), ("Delft", "7"))
    below = paragraph("Table 1: Ships", properties='<w:pStyle w:val="Caption"/>')
    over = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph("Table 1: Ships")}</w:tc>'
    first = table(*rows).replace("<w:tr>", f"<w:tr>{over}</w:tr><w:tr>", 1)
    for found in (read(table(*rows), below, "After."), read(first, "After.")):
        assert found == (
            "####### Table 1: Ships\n\n| Port: Riga | Ships: 12 |\n| Port: Delft | Ships: 7 |"
            "\n\n#######\n\nAfter."
        )


def test_a_memo_states_its_author_day_and_matter_before_the_properties_do() -> None:
    document = document_of(
        "MEMORANDUM", "TO: Board", "FROM: Ann Lee", "DATE: 4 March 2021", "RE: Ports", "It is so."
    )
    document.core_properties.author = "Bo Chan"
    found = known(document)
    assert (found.title, found.authors, found.published) == (
        "Ports",
        ("Ann Lee",),
        date(2021, 3, 4),
    )


def test_names_alone_between_title_and_day_are_those_of_the_authors() -> None:
    document = document_of()
    document.add_heading("Ports join forces", 0)
    for line in ("Ann Lee and Bo Chan", "4 March 2021", "Orla and Fenn run three ports."):
        document.add_paragraph(line)
    document.core_properties.author = "Secretary"
    assert known(document).authors == ("Ann Lee", "Bo Chan")


def test_authors_one_a_line_are_all_named_and_no_headings() -> None:
    document = document_of()
    document.add_heading("Ports join forces", 0)
    styles = document.styles
    for name in ("Author", "Date"):
        styles.add_style(name, 1).base_style = styles["Title"]  # as Pandoc has them
    for style, line in (("Author", "Ann Lee"), ("Author", "Bo Chan"), ("Date", "4 March 2021")):
        document.add_paragraph(line, style=style)
    document.add_paragraph("Orla and Fenn run three ports.")
    document.core_properties.author = "Secretary"
    assert known(document).authors == ("Ann Lee", "Bo Chan")
    assert loader.parse(save(document), LIMITS).text.count("#") == 1


def test_terms_and_meanings_that_have_styles_of_their_own_are_pairs() -> None:
    document = document_of("The terms are these.")
    for name in ("Definition Term", "Definition"):
        document.styles.add_style(name, 1)
    for term, meaning in (("Hub", "Rotterdam"), ("Staff:", "140 people, in Ghent.")):
        document.add_paragraph(term, style="Definition Term")
        document.add_paragraph(meaning, style="Definition")
    document.add_paragraph("Alone", style="Definition Term")
    assert loader.parse(save(document), LIMITS).text.split("\n\n")[1:] == [
        "- Hub: Rotterdam\n- Staff: 140 people, in Ghent.",
        "Alone",
    ]


def test_a_line_in_larger_letters_is_a_heading_and_the_letterhead_above_is_none() -> None:
    large = paragraph(run("Why Keldt shares its depot", '<w:sz w:val="40"/>'))
    sentence = paragraph(run("All of this is large.", '<w:sz w:val="40"/>'))
    document = document_of("KELDT GROUP", large, "The depot is in Ghent. It is shared.", sentence)
    assert "\n\n# Why Keldt shares its depot\n\n" in loader.parse(save(document), LIMITS).text
    assert "# All of" not in loader.parse(save(document), LIMITS).text
    assert known(document).title == "Why Keldt shares its depot"


@pytest.mark.parametrize(
    "stated", ["Normal", "Briefpapier 2019", "Letterhead NV", "Board template"]
)
def test_the_title_of_a_template_is_no_title(stated: str) -> None:
    document = document_of("Some text without a head.")
    document.core_properties.title = stated
    assert known(document).provenance["title"] != "docx properties"


@pytest.mark.parametrize(("width", "told"), [(16.0, True), (8.0, False)])
def test_a_picture_of_the_size_of_a_page_is_reported(width: float, told: bool) -> None:
    document = document_of("The contract was signed in May.")
    document.add_picture(BytesIO(WHITE_DOT), width=Cm(width), height=Cm(1.4 * width))
    remarks = loader.parse(save(document), LIMITS).remarks
    assert [each.partition(",")[0] for each in remarks] == (
        ["1 picture of the size of a page"] if told else []
    )


def test_a_drop_cap_in_a_frame_of_its_own_is_joined_with_its_word() -> None:
    frame = '<w:framePr w:dropCap="drop" w:lines="3"/>'
    assert read(paragraph("O", properties=frame), "rla will leave.") == "Orla will leave."
    assert read(paragraph("A", properties=frame), " kettle is made.") == "A kettle is made."


def test_a_table_whose_cells_are_of_several_paragraphs_keeps_its_heads() -> None:
    told = [f"In {year} the kiln was lit again by the mayor of Tarn." for year in range(1980, 1999)]
    heads = [f"<w:tc>{paragraph(run(name, '<w:b/>'))}</w:tc>" for name in ("Kiln", "History")]
    cells = ["North", f"<w:tc>{''.join(map(paragraph, told))}</w:tc>"]
    rows = (heads, [cell(cells[0]), cells[1]])
    drawn = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    found = read(f"<w:tbl><w:tblPr/><w:tblGrid/>{drawn}</w:tbl>")
    assert found == f"| Kiln: North | History: {' '.join(told)} |"


@pytest.mark.parametrize(
    ("raised", "shown"), [("2)", "2031²"), ("(2)", "2031²"), ("-3", "2031⁻³"), ("th", "2031th")]
)
def test_raised_figures_in_brackets_and_with_a_sign_stay_raised(raised: str, shown: str) -> None:
    mark = run(raised, '<w:vertAlign w:val="superscript"/>')
    assert read(paragraph("Sales of 2031", mark, " fell.")) == f"Sales of {shown} fell."
