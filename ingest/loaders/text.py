"""Plain text of any usual encoding."""

from __future__ import annotations

import codecs
import re

from ingest.errors import BinaryFileError, EmptyDocumentError
from ingest.frontmatter import split_front_matter
from ingest.loaders.formats import looks_binary
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_GUESSED = [
    *("cp1252", "iso8859_2", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]
"""What texts without a mark are in, if not UTF-8; a shorter list makes fewer wild guesses."""

GUESSED_FROM_BYTES = 64_000

DAMAGED_SHARE = 0.01
"""Of bytes: a UTF-8 text with fewer broken ones is UTF-8 all the same."""

CONTROL_SHARE = 0.001
"""Of characters: more control characters than this make a text binary."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read a text file; front matter is understood here as well."""
    fields, text = split_front_matter(decode(content))
    if not text.strip():
        raise EmptyDocumentError("The file has no text in it.")
    return Parsed(text, fields)


def decode(content: bytes) -> str:
    """Text of the bytes with Unix line ends, without control characters but tab and form feed.

    Raises:
        EmptyDocumentError: If there is no byte.
        BinaryFileError: If they are not text.
    """
    if not content:
        raise EmptyDocumentError("The file is empty.")
    text = _decode(content)
    controls = len(_CONTROL.findall(text))
    if controls > max(2, CONTROL_SHARE * len(text)):
        raise BinaryFileError("The file is named like a text but holds binary data.")
    return clean_characters(text)


def clean_characters(text: str) -> str:
    """Unix line ends; no control characters, byte-order marks or lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = _CONTROL.sub("", text).replace("\ufeff", "")
    return text.encode("utf-8", "replace").decode("utf-8") if _has_surrogate(text) else text


def _has_surrogate(text: str) -> bool:
    return re.search("[\ud800-\udfff]", text) is not None


def _decode(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and "\0" not in text:
        return text
    if b"\0" in content:
        return _decode_wide(content)
    if looks_binary(content):
        raise BinaryFileError("The file is named like a text but holds binary data.")
    return _decode_damaged(content) or _decode_guessed(content)


def _decode_wide(content: bytes) -> str:
    """UTF-16 without a mark: ASCII characters put all their zero bytes on one side."""
    even, odd = content[::2].count(0), content[1::2].count(0)
    half = max(1, len(content) // 2)
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.4 * half and others < 0.05 * half:
            return content.decode(encoding, "replace")
    raise BinaryFileError("The file is named like a text but holds binary data.")


def _decode_damaged(content: bytes) -> str | None:
    """UTF-8 with a few broken bytes, as after a careless cut; None if it is not UTF-8."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    return text if broken <= DAMAGED_SHARE * len(content) and whole > 2 * broken else None


def _decode_guessed(content: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:GUESSED_FROM_BYTES], cp_isolation=_GUESSED).best()
    encoding = best.encoding if best is not None else "cp1252"
    return content.decode(encoding, "replace")
