"""The visible words of a file, extracted by independent code: a check of the loaders.

Nothing here is shared with the loaders but the decoding of bytes: what one way loses, the other
does not.
"""

from __future__ import annotations

import contextlib
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

    return lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )


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


def _rows(content: bytes) -> str:
    from ingest.loaders.encoding import decode

    return re.sub('[,;|\t"]', " ", decode(content).text)


def _mail(content: bytes) -> str:
    """The plain part of a mail, else the page that is in it; no attachments."""
    from email import message_from_bytes

    from ingest.loaders.encoding import as_utf8
    from ingest.loaders.encoding_labels import codec_of

    parts = [
        part
        for part in message_from_bytes(content).walk()
        if part.get_content_disposition() != "attachment"
    ]
    is_page = b"snapshot-content-location" in content[:8192].lower()
    for kind in ("text/html", "text/plain") if is_page else ("text/plain", "text/html"):
        for part in parts:
            said = part.get_payload(decode=True)
            if part.get_content_type() != kind or not isinstance(said, bytes) or not said.strip():
                continue
            with contextlib.suppress(UnicodeError):
                codec = "utf-8" if as_utf8(said) else codec_of(part.get_content_charset() or "")
                said = said.decode(codec or "utf-8").encode()
            return _html(b"\xef\xbb\xbf" + said) if kind == "text/html" else _rows(said)
    return ""


def _xlsx(content: bytes) -> str:
    """Words and plain numbers of all sheets that are not hidden, row by row."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        shared = _xml(archive, "xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else ()
        strings = ["".join(each.itertext("{*}t")) for each in shared]
        targets = {
            each.get("Id"): each.get("Target").rsplit("/", 1)[-1]
            for each in _xml(archive, "xl/_rels/workbook.xml.rels")
        }
        words: list[str] = []
        for sheet in _xml(archive, "xl/workbook.xml").iter("{*}sheet"):
            identifier = next(v for k, v in sheet.attrib.items() if k.endswith("}id"))
            part = f"xl/worksheets/{targets.get(identifier)}"
            if sheet.get("state", "visible") == "visible" and part in names:
                words += [_cell(each, strings) for each in _xml(archive, part).iter("{*}c")]
    return " ".join(words)


def _cell(cell: Any, strings: list[str]) -> str:
    """A number whose format changes how it looks says nothing here."""
    kind, stored = cell.get("t", "n"), cell.findtext("{*}v") or ""
    if kind == "s":
        return strings[int(stored)]
    if kind == "inlineStr":
        return "".join(cell.itertext("{*}t"))
    if kind == "str":
        return stored
    return f"{float(stored):.10g}" if kind == "n" and stored and not int(cell.get("s", "0")) else ""


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)


def _pptx(content: bytes) -> str:
    """Words of all slides that are shown, in the order of their parts' names, and their notes."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = set(archive.namelist())
        words: list[str] = []
        links = {
            each.get("Id"): each.get("Target").rsplit("/", 1)[-1]
            for each in _xml(archive, "ppt/_rels/presentation.xml.rels")
        }
        for listed in _xml(archive, "ppt/presentation.xml").iter("{*}sldId"):
            name = links.get(next(v for k, v in listed.attrib.items() if k.endswith("}id")), "")
            slide = _xml(archive, f"ppt/slides/{name}")
            if slide.get("show") in ("0", "false"):
                continue
            words += _slide_words(slide)
            rels = f"ppt/slides/_rels/{name}.rels"
            for each in _xml(archive, rels) if rels in names else ():
                if each.get("Type", "").endswith("/notesSlide"):
                    part = f"ppt/notesSlides/{each.get('Target').rsplit('/', 1)[-1]}"
                    words += _slide_words(_xml(archive, part))
    return "\n".join(words)


def _slide_words(slide: Any) -> Iterator[str]:
    for paragraph in slide.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}p"):
        shape = next(paragraph.iterancestors("{*}sp"), None)
        mark = next(shape.iter("{*}ph"), None) if shape is not None else None
        if mark is None or mark.get("type") not in ("dt", "ftr", "sldNum", "hdr"):
            yield " ".join(each.text or "" for each in paragraph.iter("{*}t"))


def _epub(content: bytes) -> str:
    """Words of all pages that the package lists for reading."""
    import posixpath

    with zipfile.ZipFile(BytesIO(content)) as archive:
        found = re.search(rb'full-path="([^"]+)"', archive.read("META-INF/container.xml"))
        name = found[1].decode() if found else ""
        package = _xml(archive, name)
        items = {each.get("id"): each for each in package.iter("{*}item")}
        pages: list[str] = []
        for each in package.iter("{*}itemref"):
            item = items.get(each.get("idref"))
            if item is None or "nav" in (item.get("properties") or ""):
                continue
            path = posixpath.join(posixpath.dirname(name), item.get("href"))
            if path in archive.namelist():
                pages.append(_html(re.sub(rb"<title\s*/>", b"", archive.read(path))))
    return "\n".join(pages)


_READERS: dict[Format, Callable[[bytes], str]] = {
    Format.TEXT: _text,
    Format.MARKDOWN: _markdown,
    Format.HTML: _html,
    Format.PDF: _pdf,
    Format.DOCX: _docx,
    Format.DELIMITED: _rows,
    Format.MAIL: _mail,
    Format.XLSX: _xlsx,
    Format.PPTX: _pptx,
    Format.EPUB: _epub,
}
