"""Books: their pages in the order of reading, and what their package says of them."""

from __future__ import annotations

import pytest

from ingest.errors import EmptyDocumentError, EncryptedFileError, MalformedFileError
from ingest.loaders import epub
from ingest.loaders.limits import LoadLimits
from tests.unit.ingest.slide_files import book, zipped

LIMITS = LoadLimits()


def test_pages_are_read_in_the_order_of_the_spine_without_contents() -> None:
    found = epub.parse(
        book(
            "<nav epub:type='toc'><ol><li>One</li></ol></nav>",
            "<h1><a id='x'/>One</h1><p>It is so.<a epub:type='noteref' href='#n'>1</a> Still.</p>",
            "<span epub:type='pagebreak'>7</span><p>It was&#160;old.</p>"
            "<table><tr><th>Port</th><th>Share</th></tr>"
            "<tr><td>Delft</td><td>45 %</td></tr></table>",
            p1="nav",
        ),
        LIMITS,
    )
    assert found.text == (
        "# One\n\nIt is so. Still.\n\nIt was old.\n\n| Port: Delft | Share: 45 % |"
    )


def test_title_authors_day_and_language_are_those_of_the_package() -> None:
    metadata = (
        "<dc:title>The ports</dc:title><dc:creator id='c'>Ann Lee</dc:creator>"
        "<dc:creator opf:role='edt'>Ed Tor</dc:creator><dc:creator id='t'>Tra Lator</dc:creator>"
        "<meta refines='#t' property='role'>trl</meta><dc:publisher>Pier Press</dc:publisher>"
        "<dc:date opf:event='modification'>2024-01-01</dc:date><dc:date>2021-03-04</dc:date>"
        "<dc:language>en-GB</dc:language>"
    )
    found = epub.parse(book("<p>Text.</p>", metadata=metadata), LIMITS).fields
    assert {name: field[0] for name, field in found.items()} == {
        "title": "The ports",
        "authors": ["Ann Lee"],
        "publisher": "Pier Press",
        "published": "2021-03-04",
        "language": "en-gb",
    }
    assert {field[1] for field in found.values()} == {"epub metadata"}


PROTECTED = (
    '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
    '<e:EncryptionMethod Algorithm="{0}"/></e:EncryptedData></encryption>'
)


def test_protected_books_are_refused_and_hidden_fonts_are_not() -> None:
    aes = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    with pytest.raises(EncryptedFileError, match="DRM"):
        epub.parse(
            book("<p>x</p>", more={"META-INF/encryption.xml": PROTECTED.format(aes)}), LIMITS
        )
    fonts = PROTECTED.format("http://www.idpf.org/2008/embedding")
    assert epub.parse(book("<p>x</p>", more={"META-INF/encryption.xml": fonts}), LIMITS).text == "x"


def test_files_that_are_none_are_refused() -> None:
    whole = book("<p>Text.</p>")
    for content, error in (
        (whole[:200], MalformedFileError),
        (zipped({"mimetype": "application/epub+zip"}), MalformedFileError),
        (book("<img src='a.png' alt=''/>"), EmptyDocumentError),
        (book("<div>" * 600), MalformedFileError),
    ):
        with pytest.raises(error):
            epub.parse(content, LIMITS)


def test_entities_of_a_page_are_not_resolved() -> None:
    entities = '<!DOCTYPE package [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    hostile = book("<p>Text.</p>", metadata="<dc:title>T</dc:title>")
    assert epub.parse(hostile, LIMITS).text == "Text."
    package = zipped(
        {
            "META-INF/container.xml": "<container "
            'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfile full-path="a.opf"/>'
            "</container>",
            "a.opf": f"{entities}<package>&b;</package>",
        }
    )
    with pytest.raises(EmptyDocumentError):
        epub.parse(package, LIMITS)
