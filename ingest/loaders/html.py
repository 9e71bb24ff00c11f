"""Web pages: main text by trafilatura, metadata only from where the page states it."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from ingest.errors import EmptyDocumentError, MalformedFileError
from ingest.loaders.html_metadata import read_metadata
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed
from ingest.loaders.text import clean_characters, decode

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

DECLARATION_BYTES = 4096
"""Where a page must declare its encoding; browsers look at 1024."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[^<>]{0,2000}?)(/?)>")
_NOT_NESTING = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option"),
    }
)
"""Elements without an end tag, or whose end tag is often left out."""

_NO_TEXT = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "svg",
)
_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "td", "figcaption")


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Main text as Markdown, without navigation, and what the page says about itself."""
    markup = _XML_DECLARATION.sub("", decode_html(content))
    if not markup.strip():
        raise EmptyDocumentError("The page is empty.")
    if nesting(markup) > limits.markup_depth:
        raise MalformedFileError("Its elements are nested too deep for a real page.")
    import trafilatura  # late: it is slow to import, and hostile pages do not get this far
    from lxml.html import document_fromstring

    tree: HtmlElement = document_fromstring(markup)
    fields = read_metadata(tree)
    text = trafilatura.extract(
        markup,
        output_format="markdown",
        include_formatting=True,  # without it, headings and numbers of lists are lost
        include_tables=True,
        include_links=False,
        include_images=False,
        include_comments=False,
        with_metadata=False,  # it guesses dates, from the year in the footer for one
    )
    text = text or _all_text(tree)
    if not text.strip():
        raise EmptyDocumentError(
            "The page has no readable text; it may be put together by scripts in the browser. "
            "Save it from there and take the saved file."
        )
    return Parsed(clean_characters(text), fields)


def decode_html(content: bytes) -> str:
    """Text of a page: by its mark, its declaration, or as any other text."""
    declared = _CHARSET.search(content[:DECLARATION_BYTES])
    has_mark = content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if declared is not None and not has_mark and b"\0" not in content:
        name = declared[1].decode("ascii").lower()
        # Browsers read Latin 1 as its superset from Windows, and so does everybody who writes it.
        name = "cp1252" if name in ("iso-8859-1", "latin1", "us-ascii", "ascii") else name
        try:
            if not name.startswith(("utf-16", "utf-32", "unicode", "raw", "idna", "puny")):
                return clean_characters(content.decode(name))
        except (LookupError, UnicodeError):
            pass  # wrongly declared: look at the bytes
    return decode(content)


def nesting(markup: str) -> int:
    """How deep elements are nested, at most; in linear time and without building a tree."""
    depth = deepest = 0
    for match in _TAG.finditer(markup):
        closing, name, empty = match.groups()
        if empty or name.lower() in _NOT_NESTING:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _all_text(tree: HtmlElement) -> str:
    """Every block of text but navigation; for pages in which no main text was found."""
    for element in list(tree.iter(*_NO_TEXT)):
        element.drop_tree()
    blocks = [
        _line(block) for block in tree.iter(*_BLOCKS) if not list(block.iterdescendants(*_BLOCKS))
    ]
    blocks = [block for block in blocks if block]
    return "\n\n".join(blocks) or _line(tree)


def _line(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
