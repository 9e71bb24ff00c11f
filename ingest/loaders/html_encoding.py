"""Text of a web page: by its mark, by what it declares, or as any other text.

The order is that of the HTML Standard (13.2.3.2, determining the character encoding), with one
exception that browsers make as well where a server states it: bytes that are UTF-8 throughout are
read as such, whatever an old template declares.
"""

from __future__ import annotations

import re

from ingest.loaders.encoding import Decoded, as_utf8, clean_characters, decode, has_mark
from ingest.loaders.encoding_labels import codec_of, readable_name

DECLARATION_BYTES = 4096
"""Where a page must declare its encoding; browsers look at 1024."""

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"""<meta\b[^>]{0,300}?charset\s*=\s*["']?\s*([^\s"'/>;]+)""", re.IGNORECASE)
_XML = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']+)""", re.IGNORECASE)

_CONTROL = re.compile("[\x80-\x84\x86-\x9f]")
"""None that a page would have; U+0085 is a line's end on some machines."""

DAMAGED_SHARE = 0.002
"""Of characters: with fewer that cannot be read the declaration is right all the same."""


def decode_html(content: bytes) -> Decoded:
    """Text of a page, and what had to be assumed about its encoding.

    Raises:
        EmptyDocumentError: If there is no byte.
        BinaryFileError: If they are not text.
    """
    label = None if has_mark(content) or b"\0" in content else _declared(content)
    if label is None:
        return decode(content)
    codec = codec_of(label)
    text = as_utf8(content)
    if text is not None and not text.isascii():
        other = codec is not None and codec != "utf-8"
        assumed = f"read as UTF-8, which it is; it declares {label}" if other else ""
        return Decoded(clean_characters(text), assumed)
    if codec is None or codec == "utf-8":
        found = decode(content)
        if not found.assumed:
            return found
        return Decoded(found.text, f"{found.assumed.partition(';')[0]}; it declares {label}")
    text = content.decode(codec, "replace")
    # Windows-1252 has five bytes without a character, which browsers pass over. In ISO 8859 its
    # quotes and dashes are control characters, which no page has.
    damaged = text.count("\ufffd") > DAMAGED_SHARE * len(text)
    if codec != "cp1252" and (damaged or _CONTROL.search(text)):
        found = decode(content)
        name = found.assumed.partition(";")[0] or f"read as {readable_name('utf-8')}"
        return Decoded(found.text, f"{name}; it declares {label}, which it is not")
    return Decoded(clean_characters(text), "")


def _declared(content: bytes) -> str | None:
    head = _COMMENT.sub(b"", content[:DECLARATION_BYTES])
    found = _META.search(head) or _XML.match(head)
    return found[1].decode("ascii", "replace") if found else None
