"""Escapes the words of a source for light Markdown, so that none of them acts as markup."""

from __future__ import annotations

import re

SECTION_MARK = "#######"
"""Mark of a heading below all those of the outline: a table's caption, the question of an
accordion, the time of an entry. Alone on its line it ends what such a heading heads."""

_RAISED = str.maketrans("0123456789-–−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺")
_RAISED_FIGURE = re.compile(r"\s*(?:[(\[]?(\d{1,3})[)\]]|([-–−+]?\d+))\s*")
"""The number of a note, perhaps in brackets, or an exponent."""

_INLINE = re.compile(r"[\\`*\[<]|(?<!\w)_|_(?!\w)|~(?=~)|&(?=#?\w{1,32};)|!(?=\[)")
_LINE_START = re.compile(r"(?:[#>|+=-]|~~~|```|\d{1,3}[.)](?=\s)|[a-z]\)(?=\s))")


def escape_inline(text: str) -> str:
    """The same words with a backslash before what inline markup begins with."""
    return _INLINE.sub(lambda match: "\\" + match[0], text)


def raised_figure(text: str) -> str:
    """A figure that stands above the line as one that does by itself; others as they are."""
    figure = _RAISED_FIGURE.fullmatch(text)
    return (figure[1] or figure[2]).translate(_RAISED) if figure else text


def escape_line(text: str) -> str:
    """A paragraph, escaped inside, that must not be read as a heading, item, quote or row."""
    match = _LINE_START.match(text)
    if match is None:
        return text
    if match[0][0].isalnum():
        return f"{match[0][:-1]}\\{text[len(match[0]) - 1 :]}"
    return "\\" + text
