"""Characters of a PDF, by the codes that pdfium gives for its glyphs. Pure."""

from __future__ import annotations

from functools import lru_cache

_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_SYMBOLS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓", 0xF0A8: "□", 0xF06F: "□"}
"""Of the faces Symbol and Wingdings, as Word writes bullets."""

LINE_END_HYPHENS = (0x02, 0xFFFE)
"""What pdfium says instead of a hyphen at a line's end."""

SPACES = frozenset((0x20, 0x09, 0xA0, 0x202F, 0x3000, *range(0x2000, 0x200B)))
INVISIBLE = frozenset((0x00, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFFFF))


@lru_cache(maxsize=4096)
def character_of(code: int) -> str:
    """What a code that pdfium gives for a glyph is written as; letters of a ligature apart."""
    if code in LINE_END_HYPHENS:
        return "-"
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "\ufffd"
    return _LIGATURES.get(code) or _SYMBOLS.get(code) or chr(code)
