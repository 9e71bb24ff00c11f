"""Word files: structure kept, properties read."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import EmptyDocumentError, MalformedFileError
from ingest.loaders import docx as loader
from ingest.loaders.limits import LoadLimits

LIMITS = LoadLimits()


def save(document: docx.document.Document) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_headings_lists_and_tables_become_markdown() -> None:
    document = docx.Document()
    document.add_heading("The deal", 0)
    document.add_paragraph("It closed on Tuesday.")
    document.add_heading("Terms", 1)
    document.add_paragraph("Stores", style="List Bullet")
    document.add_paragraph("Prices", style="List Bullet")
    document.add_paragraph("First", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Year", "Price", "2018", "$70 billion"), strict=True):
        cell.text = text
    document.add_paragraph("After the table.")
    assert loader.parse(save(document), LIMITS).text == (
        "# The deal\n\nIt closed on Tuesday.\n\n## Terms\n\n- Stores\n- Prices\n1. First\n\n"
        "| Year | Price |\n|---|---|\n| 2018 | $70 billion |\n\nAfter the table."
    )


def test_inserted_text_counts_and_deleted_text_does_not() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It costs ")
    w = nsdecls("w")
    paragraph._p.append(parse_xml(f"<w:ins {w}><w:r><w:t>70</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {w}><w:r><w:delText>60</w:delText></w:r></w:del>"))
    paragraph.add_run(" billion.")
    assert loader.parse(save(document), LIMITS).text == "It costs 70 billion."


def test_text_in_content_controls_is_read() -> None:
    document = docx.Document()
    w = nsdecls("w")
    control = (
        f"<w:sdt {w}><w:sdtContent><w:p><w:r><w:t>Within.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    document.element.body.insert(0, parse_xml(control))
    assert loader.parse(save(document), LIMITS).text == "Within."


def test_properties_are_metadata_but_the_day_of_creation_is_no_publication() -> None:
    document = docx.Document()
    document.add_paragraph("Text.")
    properties = document.core_properties
    properties.title, properties.author = "The deal", "Ann Lee; Bo Chan"
    properties.created = datetime(2019, 1, 15, 9, 30)
    assert loader.parse(save(document), LIMITS).fields == {
        "title": ("The deal", "docx properties"),
        "authors": (["Ann Lee", "Bo Chan"], "docx properties"),
        "created": ("2019-01-15", "docx properties"),
    }


def test_an_empty_document_is_said_to_be_so() -> None:
    with pytest.raises(EmptyDocumentError, match="no text"):
        loader.parse(save(docx.Document()), LIMITS)


def test_a_zip_that_is_no_word_file_is_said_to_be_so() -> None:
    import zipfile

    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(MalformedFileError, match="not a Word document"):
        loader.parse(stream.getvalue(), LIMITS)
