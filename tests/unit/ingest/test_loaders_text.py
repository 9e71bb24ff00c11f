"""Plain text and Markdown: encodings, front matter, and what is no text at all."""

from __future__ import annotations

import codecs

import pytest

from ingest.errors import BinaryFileError, EmptyDocumentError
from ingest.loaders import markdown, text
from ingest.loaders.encoding import clean_characters, decode
from ingest.loaders.limits import LoadLimits

LIMITS = LoadLimits()
SENTENCE = "Prices — said “Zoë” — rose by 5 €; nobody knew why.\n"


@pytest.mark.parametrize(
    "content",
    [
        SENTENCE.encode(),
        codecs.BOM_UTF8 + SENTENCE.encode(),
        SENTENCE.encode("utf-16"),
        codecs.BOM_UTF16_BE + SENTENCE.encode("utf-16-be"),
        SENTENCE.encode("utf-32"),
        SENTENCE.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8-mark", "utf-16", "utf-16-be", "utf-32", "windows"],
)
def test_every_usual_encoding_gives_the_same_text(content: bytes) -> None:
    assert text.parse(content, LIMITS).text == SENTENCE


def test_utf_16_without_a_mark_is_recognised() -> None:
    assert (
        decode("A plain English sentence.".encode("utf-16-le")).text == "A plain English sentence."
    )
    assert (
        decode("A plain English sentence.".encode("utf-16-be")).text == "A plain English sentence."
    )


def test_latin_1_umlauts_are_read() -> None:
    german = "Die Übernahme wurde im März beschlossen; die Erlöse fließen später. " * 3
    assert decode(german.encode("latin-1")).text == german


def test_cyrillic_in_a_windows_encoding_is_read() -> None:
    russian = "Компания объявила о сделке в понедельник, сообщила газета. " * 5
    assert decode(russian.encode("cp1251")).text == russian


def test_one_broken_byte_does_not_turn_utf_8_into_something_else() -> None:
    content = ("Zoë, Ann and Chloë signed the “deal”. " * 20).encode() + b"\xe2\x80"
    decoded = decode(content).text
    assert "Zoë, Ann and Chloë signed the “deal”." in decoded
    assert "Ã" not in decoded


def test_line_ends_become_unix_ones_and_form_feeds_stay() -> None:
    assert decode(b"one\r\ntwo\rthree\ffour").text == "one\ntwo\nthree\ffour"


def test_stray_control_characters_and_inner_marks_are_dropped() -> None:
    assert clean_characters("a\x07b\ufeffc\ud800d") == "abc?d"


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00" + bytes(range(256)) * 4,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\x01\x02" * 100,
        b"PK\x03\x04\x14\x00\x08\x00" + bytes(range(32)) * 10,
        b"text\x00\x00\x00with\x00\x00holes" * 50,
        b"\x01\x02\x03\x04" * 100,
    ],
    ids=["elf", "png", "zip", "holes", "controls"],
)
def test_binary_data_named_as_text_is_refused(content: bytes) -> None:
    with pytest.raises(BinaryFileError, match="binary data"):
        text.parse(content, LIMITS)


@pytest.mark.parametrize(
    "content", [b"", b" \n\t\r\n ", codecs.BOM_UTF8, b"---\ntitle: x\n---\n\n"]
)
def test_nothing_to_read_is_said_to_be_so(content: bytes) -> None:
    with pytest.raises(EmptyDocumentError, match=r"empty|no text"):
        text.parse(content, LIMITS)


def test_front_matter_is_taken_off_markdown_and_read() -> None:
    content = b"---\ntitle: A deal\nauthor: Ann Lee\ndate: 2019-01-15\n---\n# Head\n\nBody.\n"
    parsed = markdown.parse(content, LIMITS)
    assert parsed.text == "# Head\n\nBody.\n"
    assert parsed.fields == {
        "title": ("A deal", "front matter"),
        "authors": (["Ann Lee"], "front matter"),
        "published": ("2019-01-15", "front matter"),
    }


def test_comments_in_markdown_are_not_text() -> None:
    parsed = markdown.parse(b"Seen.<!-- not\nseen --> Seen too.", LIMITS)
    assert parsed.text == "Seen. Seen too."
