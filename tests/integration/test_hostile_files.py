"""Bad files through the whole of discover and load: each gets a reason, none gets in the way."""

from __future__ import annotations

import hashlib
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import docx
import pytest

from ingest.discover import Source, SourceKind, discover
from ingest.errors import (
    BinaryFileError,
    EmptyDocumentError,
    EncryptedFileError,
    LoadError,
    MalformedFileError,
    NoTextLayerError,
    NotFoundError,
    TooLargeError,
)
from ingest.fetch import Fetcher, FetchSettings
from ingest.loaders.formats import Format
from ingest.loaders.limits import LoadLimits
from ingest.loaders.load import load
from ingest.responses import Fetched
from ingest.sandbox import Sandbox
from tests.unit.ingest.pdf_files import paragraph, write_pdf
from tests.unit.ingest.slide_files import book

SENTENCE = "The two companies closed their deal on Tuesday."


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LoadLimits(cpu_seconds=20)) as sandbox:
        yield sandbox


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def word_file(text: str = SENTENCE) -> bytes:
    stream = BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(stream)
    return stream.getvalue()


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    parts[name] = change(parts[name])
    return zipped(*parts.items())


def lying_zip() -> bytes:
    """An archive whose directory says that 30 MB of zeros are 1,000 bytes."""
    content = bytearray(zipped(("word/document.xml", bytes(30_000_000))))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 1000)
    content[22:26] = struct.pack("<I", 1000)
    return bytes(content)


def pdf_of(*objects: bytes) -> bytes:
    """A PDF written by hand, object by object."""
    body, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    start = b"xref\n0 %d\n0000000000 65535 f \n" % size
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(body))
    return body + start + table + end


def flate_pdf(content: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 %s>>>>>>" % font
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        page,
        b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(content), filters, content),
    )


@cache
def bomb(size: int) -> bytes:
    """So many megabytes of zeros, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(size)) + packer.flush()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><d>&j;</d>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
LOOP_PDF = pdf_of(
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Count 1/Kids[2 0 R 3 0 R]>>",
    b"<</Type/Pages/Count 1/Kids[2 0 R]>>",
)
SELF_FORM = flate_pdf(zlib.compress(b"/X Do")).replace(
    b"/Resources<<", b"/Resources<</XObject<</X 4 0 R>>"
)

HOSTILE: dict[str, tuple[str, Callable[[], bytes], type[LoadError]]] = {
    "empty text": ("a.txt", lambda: b"", EmptyDocumentError),
    "white space": ("a.md", lambda: b" \n\t\r\n\f", EmptyDocumentError),
    "empty page": ("a.html", lambda: b"", EmptyDocumentError),
    "empty pdf": ("a.pdf", lambda: b"", EmptyDocumentError),
    "empty mail": ("a.eml", lambda: b"From: a@b.example\n\n \n", EmptyDocumentError),
    "binary mail": ("a.eml", lambda: random.Random(5).randbytes(50_000), LoadError),
    "text named mail": ("a.eml", lambda: b"\n" + SENTENCE.encode(), MalformedFileError),
    "deep page in a saved one": (
        "a.mhtml",
        lambda: b"From: <Saved by Blink>\nContent-Type: text/html\n\n" + b"<div>" * 100_000,
        MalformedFileError,
    ),
    "mail of many parts": (
        "a.eml",
        lambda: (
            b"Content-Type: multipart/mixed; boundary=a\n\n"
            + b"--a\nContent-Type: text/plain\n\n" * 2000
        ),
        TooLargeError,
    ),
    "text named workbook": ("a.xlsx", lambda: SENTENCE.encode(), MalformedFileError),
    "workbook with a password": ("a.xlsx", lambda: OLE, EncryptedFileError),
    "bomb named workbook": (
        "a.xlsx",
        lambda: zipped(("xl/workbook.xml", bytes(150_000_000))),
        TooLargeError,
    ),
    "entities in a workbook": (
        "a.xlsx",
        lambda: zipped(("xl/workbook.xml", ENTITIES)),
        MalformedFileError,
    ),
    "text named slides": ("a.pptx", lambda: SENTENCE.encode(), MalformedFileError),
    "slides with a password": ("a.pptx", lambda: OLE, EncryptedFileError),
    "bomb named slides": (
        "a.pptx",
        lambda: zipped(("ppt/presentation.xml", bytes(150_000_000))),
        TooLargeError,
    ),
    "entities in slides": (
        "a.pptx",
        lambda: zipped(("ppt/presentation.xml", ENTITIES)),
        MalformedFileError,
    ),
    "text named book": ("a.epub", lambda: SENTENCE.encode(), MalformedFileError),
    "bomb named book": (
        "a.epub",
        lambda: zipped(("OEBPS/a.xhtml", bytes(150_000_000))),
        TooLargeError,
    ),
    "entities in a book": (
        "a.epub",
        lambda: zipped(("META-INF/container.xml", ENTITIES)),
        MalformedFileError,
    ),
    "book that reaches outside": (
        "a.epub",
        lambda: zipped(("META-INF/container.xml", b"<a/>"), ("../a.opf", b"<a/>")),
        MalformedFileError,
    ),
    "deep page in a book": (
        "a.epub",
        lambda: book("<div>" * 3000),
        MalformedFileError,
    ),
    "empty docx": ("a.docx", lambda: b"", EmptyDocumentError),
    "binary text": ("a.txt", lambda: random.Random(1).randbytes(50_000), BinaryFileError),
    "binary markdown": ("a.md", lambda: b"\x7fELF\0\0\0" * 99, BinaryFileError),
    "binary page": ("a.html", lambda: random.Random(2).randbytes(50_000), BinaryFileError),
    "binary pdf": ("a.pdf", lambda: random.Random(3).randbytes(50_000), MalformedFileError),
    "binary docx": ("a.docx", lambda: random.Random(4).randbytes(50_000), MalformedFileError),
    "nul bytes": ("a.txt", lambda: b"text\0\0\0\0with holes" * 99, BinaryFileError),
    "pdf named text": ("a.txt", lambda: flate_pdf(bomb(1)), BinaryFileError),
    "text named pdf": ("a.pdf", lambda: SENTENCE.encode(), MalformedFileError),
    "text named docx": ("a.docx", lambda: SENTENCE.encode(), MalformedFileError),
    "deep page": ("a.html", lambda: b"<div>" * 100_000, MalformedFileError),
    "page of scripts": ("a.html", lambda: b"<script>go()</script>", EmptyDocumentError),
    "encrypted pdf": ("a.pdf", lambda: write_pdf([[]], password="x"), EncryptedFileError),
    "scanned pdf": ("a.pdf", lambda: write_pdf([[], []]), NoTextLayerError),
    "pdf without pages": (
        "a.pdf",
        lambda: pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"),
        EmptyDocumentError,
    ),
    "half a pdf": ("a.pdf", lambda: flate_pdf(bomb(1))[:60], MalformedFileError),
    "flate bomb": ("a.pdf", lambda: flate_pdf(bomb(100)), TooLargeError),
    "bomb in a bomb": (
        "a.pdf",
        lambda: flate_pdf(zlib.compress(bomb(100), 9), b"[/FlateDecode/FlateDecode]"),
        TooLargeError,
    ),
    "pages in a circle": ("a.pdf", lambda: LOOP_PDF, LoadError),
    "form within itself": ("a.pdf", lambda: SELF_FORM, LoadError),
    "deep array": ("a.pdf", lambda: pdf_of(b"[" * 100_000), MalformedFileError),
    "docx with a password": ("a.docx", lambda: OLE, EncryptedFileError),
    "half a docx": ("a.docx", lambda: word_file()[:3000], MalformedFileError),
    "zip bomb": (
        "a.docx",
        lambda: zipped(("word/document.xml", bytes(150_000_000))),
        TooLargeError,
    ),
    "large zip": (
        "a.docx",
        lambda: zipped(*((f"word/{n}.xml", bytes(60_000_000)) for n in range(4))),
        TooLargeError,
    ),
    "lying zip": ("a.docx", lying_zip, MalformedFileError),
    "many entries": (
        "a.docx",
        lambda: zipped(*((f"word/{n}.xml", b"x") for n in range(1001))),
        TooLargeError,
    ),
    "zip that climbs": ("a.docx", lambda: zipped(("../../x", b"x")), MalformedFileError),
    "zip from the root": ("a.docx", lambda: zipped(("/etc/x", b"x")), MalformedFileError),
    "zip from a drive": ("a.docx", lambda: zipped(("C:\\x", b"x")), MalformedFileError),
    "zip of something else": ("a.docx", lambda: zipped(("x.txt", b"x")), MalformedFileError),
    "entities in xml": (
        "a.docx",
        lambda: changed(word_file(), "word/document.xml", lambda _: ENTITIES),
        MalformedFileError,
    ),
    "broken xml": (
        "a.docx",
        lambda: changed(word_file(), "word/document.xml", lambda part: part[:200]),
        MalformedFileError,
    ),
    "deep xml": (
        "a.docx",
        lambda: changed(
            word_file(), "word/document.xml", lambda part: part.replace(b"<w:p>", b"<w:p>" * 9999)
        ),
        MalformedFileError,
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_each_hostile_file_is_refused_with_its_reason(
    tmp_path: Path, sandbox: Sandbox, case: str
) -> None:
    name, build, kind = HOSTILE[case]
    path = tmp_path / name
    path.write_bytes(build())
    (source,) = discover([str(path)]).sources
    with pytest.raises(kind) as caught:
        load(source, sandbox=sandbox)
    assert str(caught.value).startswith(f"{path.resolve()}: ")
    assert caught.value.reason.endswith(".")
    assert "Traceback" not in str(caught.value)


def test_good_files_among_hostile_ones_are_all_read(tmp_path: Path, sandbox: Sandbox) -> None:
    for number, (name, build, _) in enumerate(HOSTILE.values()):
        (tmp_path / f"{number:02}-{name}").write_bytes(build())
    (tmp_path / "good.txt").write_text(SENTENCE)
    (tmp_path / "good.docx").write_bytes(word_file())
    (tmp_path / "good.pdf").write_bytes(write_pdf([paragraph([SENTENCE])]))
    before = {path: path.stat().st_size for path in tmp_path.iterdir()}
    read = {}
    for source in discover([str(tmp_path)]).sources:
        try:
            read[Path(source.uri).name] = load(source, sandbox=sandbox).page_content
        except LoadError:
            continue
    assert read == {"good.txt": SENTENCE, "good.docx": SENTENCE, "good.pdf": SENTENCE}
    assert {path: path.stat().st_size for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("build", [word_file, lambda: write_pdf([paragraph([SENTENCE] * 5)])])
def test_damaged_files_never_raise_anything_but_a_load_error(
    sandbox: Sandbox, build: Callable[[], bytes]
) -> None:
    whole = build()
    kind = Format.DOCX if whole.startswith(b"PK") else Format.PDF
    chance = random.Random(7)
    outcomes = 0
    for _ in range(15):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = bytes(damaged[: chance.randrange(1, len(damaged) + 1)])
        for content in (bytes(damaged), cut):
            try:
                sandbox.parse(content, kind)
            except LoadError:
                continue
            outcomes += 1
    assert sandbox.parse(whole, kind).text  # after all of it, the worker still reads
    assert outcomes < 30  # some damage was noticed


def test_a_document_says_where_it_is_from_and_what_it_was(tmp_path: Path, sandbox: Sandbox) -> None:
    path = tmp_path / "deal.md"
    path.write_text(f"---\ntitle: From the file\npublisher: The Review\n---\n{SENTENCE}\n")
    (tmp_path / "sources.toml").write_text('["deal.md"]\ntitle = "From the list"\n')
    (source,) = discover([str(tmp_path)]).sources
    document = load(source, sandbox=sandbox)
    assert document.page_content == f"{SENTENCE}\n"
    assert document.metadata == {
        "uri": str(path.resolve()),
        "media_type": "text/markdown",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "fields": {
            "title": ("From the list", "sources.toml"),
            "publisher": ("The Review", "front matter"),
        },
        "remarks": (),
    }


def test_a_single_path_can_be_loaded_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SENTENCE)
    assert load(str(path)).page_content == SENTENCE
    with pytest.raises(NotFoundError, match="no file or folder"):
        load(str(tmp_path / "gone.txt"))


def test_a_file_that_is_swapped_after_it_was_found_is_not_followed(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    path.write_text(SENTENCE)
    (source,) = discover([str(path.parent)]).sources
    path.unlink()
    with pytest.raises(NotFoundError, match="cannot be opened"):
        load(source, sandbox=sandbox)
    path.symlink_to(secret)
    with pytest.raises(NotFoundError, match="became a link"):
        load(source, sandbox=sandbox)
    path.unlink()
    path.write_bytes(b"x" * 100)
    with pytest.raises(TooLargeError):
        load(source, limits=LoadLimits(file_bytes=99), sandbox=sandbox)


def test_too_much_text_is_refused() -> None:
    with Sandbox(LoadLimits(text_characters=1000)) as small, pytest.raises(TooLargeError):
        small.parse(b"word " * 1000, Format.TEXT)


def test_a_fetched_page_goes_through_the_same_sandbox(sandbox: Sandbox) -> None:
    class Fake(Fetcher):
        def fetch(self, url: str) -> Fetched:
            return Fetched(SENTENCE.encode(), "text/plain", f"{url}/final")

    source = Source("https://example.org/a", SourceKind.URL)
    document = load(source, sandbox=sandbox, fetcher=Fake(settings=FetchSettings()))
    assert document.page_content == SENTENCE
    assert document.metadata["uri"] == "https://example.org/a"
    assert document.metadata["fields"] == {"url": ("https://example.org/a/final", "address")}
