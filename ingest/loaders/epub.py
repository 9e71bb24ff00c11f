"""Books and long reports as EPUB files: their pages in the order of reading, by the HTML loader."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from ingest.errors import EmptyDocumentError, EncryptedFileError, LoadError, MalformedFileError
from ingest.loaders.docx_archive import check_archive
from ingest.loaders.encoding import clean_characters
from ingest.loaders.html_blocks import markdown_of
from ingest.loaders.html_encoding import decode_html
from ingest.loaders.html_roles import name_by_role
from ingest.loaders.html_tree import tree_of
from ingest.loaders.html_visibility import drop_invisible
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields, Parsed, fields_from

PROVENANCE = "epub metadata"

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_ENC = "{http://www.w3.org/2001/04/xmlenc#}"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_HIDES_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways to encrypt that are for fonts alone and keep no text from anybody."""

_EMPTY_TAG = re.compile(
    r"<((?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track"
    r"|wbr)\b)[a-zA-Z][\w:-]*)((?:\s[^<>]*)?)/>"
)
"""`<title/>`: in XHTML an element without content, in HTML one that was not closed."""

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_NAVIGATION = re.compile(r"(?:^|\s)(?:toc|landmarks|page-list|pagebreak|noteref)(?:$|\s)")


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    """Of its entry in the archive."""
    media_type: str
    is_navigation: bool


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read the pages of a book in the order of its spine, without tables of contents.

    Title, authors, publisher, day and language are those of its package document.
    """
    check_archive(content, limits, allows_doctype=True)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            package_name = _package_name(archive)
            _refuse_protected(archive)
            package = _xml(archive, package_name)
            spine = list(_spine(package, package_name))
            names = set(archive.namelist())
            missing = sum(item.name not in names for item in spine)
            texts = [_page(archive.read(item.name), limits) for item in spine if item.name in names]
            fields = _fields(package)
    except (MemoryError, ImportError, LoadError):
        raise
    except Exception as error:
        # zipfile and lxml: a damaged part ends in whatever it runs into.
        raise MalformedFileError("It is damaged, or no EPUB file: it cannot be read.") from error
    text = clean_characters("\n\n".join(text for text in texts if text.strip()))
    if not text.strip():
        raise EmptyDocumentError("The book has no text in it; its pages may be pictures.")
    remarks = (f"Pages that the book names are missing in it: {missing}.",) if missing else ()
    return Parsed(text, fields, remarks)


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True
    )
    root = etree.fromstring(archive.read(name), parser)
    if root is None:
        raise MalformedFileError("It is damaged: what it holds cannot be read.")
    return root


def _package_name(archive: zipfile.ZipFile) -> str:
    try:
        container = _xml(archive, "META-INF/container.xml")
    except KeyError:
        raise MalformedFileError("It is not an EPUB file, though it is named like one.") from None
    rootfile = container.find(f".//{_CONTAINER}rootfile")
    if rootfile is None or not rootfile.get("full-path"):
        raise MalformedFileError("It does not name its contents, as each EPUB file does.")
    return str(rootfile.get("full-path"))


def _refuse_protected(archive: zipfile.ZipFile) -> None:
    if "META-INF/encryption.xml" not in archive.namelist():
        return
    for each in _xml(archive, "META-INF/encryption.xml").iter(f"{_ENC}EncryptedData"):
        method = each.find(f"{_ENC}EncryptionMethod")
        if method is None or method.get("Algorithm") not in _HIDES_FONTS:
            raise EncryptedFileError(
                "The book is protected against copying (DRM). Take a copy without protection."
            )


def _spine(package: Any, package_name: str) -> Iterator[_Item]:
    folder = posixpath.dirname(package_name)
    contents = {
        unquote((each.get("href") or "").partition("#")[0])
        for each in package.iterfind(f"{_OPF}guide/{_OPF}reference")
        if (each.get("type") or "").lower() == "toc"
    }
    items: dict[str, _Item] = {}
    for each in package.iterfind(f"{_OPF}manifest/{_OPF}item"):
        href = unquote((each.get("href") or "").partition("#")[0])
        is_navigation = "nav" in (each.get("properties") or "").split() or href in contents
        name = posixpath.normpath(posixpath.join(folder, href))
        items[each.get("id") or ""] = _Item(name, each.get("media-type") or "", is_navigation)
    for reference in package.iterfind(f"{_OPF}spine/{_OPF}itemref"):
        item = items.get(reference.get("idref") or "")
        if item is not None and item.media_type in _PAGES and not item.is_navigation:
            yield item


def _page(content: bytes, limits: LoadLimits) -> str:
    markup = _EMPTY_TAG.sub(r"<\1\2></\1>", _XML_DECLARATION.sub("", decode_html(content).text))
    if not markup.strip():
        return ""
    tree = tree_of(markup, limits.markup_depth)
    if tree is None:
        raise MalformedFileError("Its elements are nested too deep for a real book.")
    name_by_role(tree)
    for element in list(tree.iter("nav", "a", "span", "div", "section", "hr")):
        named = element.get("epub:type") or ""
        if element.tag == "nav" or _NAVIGATION.search(named):
            element.drop_tree()
    drop_invisible(tree)
    body = tree.find("body")
    return markdown_of(body) if body is not None else ""


def _fields(package: Any) -> Fields:
    metadata = package.find(f"{_OPF}metadata")
    if metadata is None:
        return {}
    roles = {
        (each.get("refines") or "").lstrip("#"): (each.text or "").strip()
        for each in metadata.iterfind(f"{_OPF}meta")
        if each.get("property") == "role"
    }
    authors = [
        " ".join((each.text or "").split())
        for each in metadata.iterfind(f"{_DC}creator")
        if (each.get(f"{_OPF}role") or roles.get(each.get("id") or "") or "aut") == "aut"
    ]
    days = [
        (each.text or "").strip()
        for each in metadata.iterfind(f"{_DC}date")
        if (each.get(f"{_OPF}event") or "publication") == "publication"
    ]
    values: dict[str, object] = {
        "title": metadata.findtext(f"{_DC}title"),
        "authors": authors,
        "publisher": metadata.findtext(f"{_DC}publisher"),
        "published": next((day for day in days if day and day > "1000"), None),
        "language": metadata.findtext(f"{_DC}language"),
    }
    return fields_from(values, PROVENANCE)
