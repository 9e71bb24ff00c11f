"""The words that a file shows, by a way of its own: a check on what the loaders read.

Nothing here is shared with the loaders but the decoding of bytes: what one way loses, the other
does not.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from ingest.loaders.formats import Format
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed

PARSER = "ingest.visible:parse"
"""As a sandbox is told it."""

MAX_PDF_PAGES = 8
"""Compared in one file, spread over it: the second reader is slow."""

_FRONT_MATTER = re.compile(r"\A\s*(---|\+\+\+)\s*\n.*?\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_MARKDOWN_LEFT_OUT = (
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"!\[[^\]]*\]\([^)]*\)"),
    re.compile(r"(?<=\])\([^()\s]*(?:\s+\"[^\"]*\")?\)"),
    re.compile(r"(?m)^\s{0,3}\[[^\]^]+\]:\s+\S+.*$"),
    re.compile(r"\[\^[^\]\s]+\]"),
    re.compile(r"~~(?=\S).+?(?<=\S)~~", re.DOTALL),
    re.compile(r"</?[a-zA-Z][^<>]*>"),
)
_HTML_LEFT_OUT = frozenset(
    "script style template noscript del s strike head svg canvas iframe object audio video nav"
    " footer aside form button select textarea".split()
)
_INLINE = frozenset("a b i em strong span u s sub sup small mark abbr cite code q".split())
_BESIDE = re.compile(
    r"(?:^|[-_ ])(?:comments?|respond|disqus|cookies?|consent|related|sidebar|newsletter|share"
    r"|social|promo|advert\w*|ads?|breadcrumbs?|menu|widget|sr-only|visually-hidden)(?:$|[-_ ])"
)
"""Ids and classes of what stands beside an article."""

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_DOCX_LEFT_OUT = frozenset(
    {
        *(f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "sdtPr")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)


def parse(content: bytes, kind: str, limits: LoadLimits) -> Parsed:
    """The shown words of a file, white space between them; no markup, no metadata.

    Args:
        content: Of the file.
        kind: Its format.
        limits: Of its text.
    """
    return Parsed(_READERS[Format(kind)](content)[: limits.text_characters])


def _text(content: bytes) -> str:
    """Without the head of a mail, which becomes metadata."""
    from ingest.header_lines import split_header_lines
    from ingest.loaders.encoding import decode

    return split_header_lines(decode(content).text)[1]


def _markdown(content: bytes) -> str:
    text = _FRONT_MATTER.sub("", _text(content), count=1)
    for pattern in _MARKDOWN_LEFT_OUT:
        text = pattern.sub(" ", text)
    return text


def _html(content: bytes) -> str:
    import lxml.html  # type: ignore[import-untyped]

    from ingest.loaders.html_encoding import decode_html

    tree = lxml.html.document_fromstring(decode_html(content).text.encode(), parser=_parser())
    return "".join(_html_words(tree))


def _parser() -> Any:
    import lxml.html

    return lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


def _html_words(element: Any) -> Iterator[str]:
    is_shown = (
        element.tag not in _HTML_LEFT_OUT
        and element.get("hidden") is None
        and element.get("aria-hidden") != "true"
        and not _HIDDEN_STYLE.search(element.get("style") or "")
        and not (element.tag not in ("body", "main", "article") and _is_beside(element))
    )
    parts = "" if element.tag in _INLINE else " "
    if is_shown:
        yield parts + (element.text or "")
        for child in element:
            yield from _html_words(child)
    yield parts + (element.tail or "")


def _is_beside(element: Any) -> bool:
    named = f"{element.get('id') or ''} {element.get('class') or ''}".lower()
    return _BESIDE.search(named) is not None


def _docx(content: bytes) -> str:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    words: list[str] = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if name == "word/document.xml"]
        parts += [n for n in archive.namelist() if n in ("word/footnotes.xml", "word/endnotes.xml")]
        for name in parts:
            xml = archive.read(name).replace(_STRICT_W, _W[1:-1].encode())
            words += _docx_words(etree.fromstring(xml, parser))
    return "".join(words)


def _docx_words(element: Any) -> Iterator[str]:
    """Text of runs; a run hidden by itself, a deletion and the older form of a box have none."""
    if element.tag in _DOCX_LEFT_OUT:
        return
    if element.tag == f"{_W}r":
        hidden = element.find(f"{_W}rPr/{_W}vanish")
        if hidden is not None and hidden.get(f"{_W}val", "1") not in ("0", "false", "off"):
            return
    if element.tag == f"{_W}t":
        yield element.text or ""
    elif element.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
        yield " "
    elif element.tag == f"{_W}noBreakHyphen":
        yield "-"
    for child in element:
        yield from _docx_words(child)
    if element.tag == f"{_W}p":
        yield "\n"


def _pdf(content: bytes) -> str:
    """Some of the pages, in order."""
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages = PdfReader(BytesIO(content)).pages
    taken = min(len(pages), MAX_PDF_PAGES)
    chosen = sorted({index * len(pages) // taken for index in range(taken)})
    return "\n".join(pages[index].extract_text() for index in chosen)


_READERS: dict[Format, Callable[[bytes], str]] = {
    Format.TEXT: _text,
    Format.MARKDOWN: _markdown,
    Format.HTML: _html,
    Format.PDF: _pdf,
    Format.DOCX: _docx,
}
