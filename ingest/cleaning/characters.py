"""Removes invisible characters and replaces stand-ins: controls, odd spaces, ligatures."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}

_INVISIBLE = dict.fromkeys(
    [
        *range(0x00, 0x09),
        *range(0x0E, 0x20),
        *range(0x7F, 0xA0),
        0x00AD,  # soft hyphen
        *range(0x200B, 0x2010),  # zero-width spaces and direction marks
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xE000, 0xE100),  # private use; cleaning.inline uses these as placeholders
        *range(0xFFF9, 0xFFFE),  # interlinear marks and the replacement character
        0xFEFF,
    ]
)

_SPACES = dict.fromkeys([0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")

_TABLE = str.maketrans(
    {
        **{chr(code): "" for code in _INVISIBLE},
        **{chr(code): space for code, space in _SPACES.items()},
        **_LIGATURES,
        "\t": " ",
        "\v": "\n",
        "\u0085": "\n",
        "\u2028": "\n",
        "\u2029": "\n\n",
    }
)
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_NEEDS_TABLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ue000-\ue0ff\ufb00-\ufb06\ufeff\ufff9-\ufffd\t]"
)


def normalise_characters(text: str) -> str:
    r"""The same text with visible characters only, `\n` line ends and plain spaces.

    Form feeds stay, they are page breaks. Typographic quotes and dashes stay: a reader is
    shown them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Letters and their accents apart (old Macs, TeX) are the same text; a question has them in one.
    text = unicodedata.normalize("NFC", text)
    if _NEEDS_TABLE.search(text):
        text = text.translate(_TABLE)
    return _LONE_SURROGATES.sub("", text)
