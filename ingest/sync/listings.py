"""Reads sitemaps and feeds. Runs in the sandbox, as their content is not trusted.

The outcome is JSON: {"kind": "index" | "pages", "entries": [{"address", "changed", "fields"}]}.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from ingest.errors import EmptyDocumentError, MalformedFileError, TooLargeError
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed

PARSER = "ingest.sync.listings:parse"
SITEMAP, FEED = "sitemap", "feed"

MAX_ENTRIES = 100_000
"""Twice what the protocol of sitemaps allows in one file."""
_GZIP_MARK = b"\x1f\x8b"


def parse(content: bytes, kind: str, limits: LoadLimits) -> Parsed:
    """Read a sitemap (XML, index, plain text; also gzipped) or a feed (RSS, Atom).

    Raises:
        LoadError: With the reason.
    """
    if content.startswith(_GZIP_MARK):
        content = _unpacked(content, limits.file_bytes)
    found = _feed(content) if kind == FEED else _sitemap(content)
    return Parsed(json.dumps({**found, "entries": found["entries"][:MAX_ENTRIES]}))


def _unpacked(content: bytes, most: int) -> bytes:
    packed = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = packed.decompress(content, most + 1)
    except zlib.error as error:
        raise MalformedFileError("It is damaged: it cannot be unpacked.") from error
    if len(unpacked) > most:
        raise TooLargeError(f"It unpacks to more than {most / 1e6:,.0f} MB.")
    if not packed.eof:
        raise MalformedFileError("It is damaged: its end is missing.")
    return unpacked


def _sitemap(content: bytes) -> dict[str, Any]:
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _plain(content)
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedFileError(f"It is not XML: {error.msg}.") from error
    name = etree.QName(root).localname
    if name not in ("urlset", "sitemapindex"):
        raise MalformedFileError(f"It is not a sitemap: it begins with <{name}>.")
    entries: list[dict[str, Any]] = []
    for child in root.iterchildren("{*}url", "{*}sitemap"):
        address = (child.findtext("{*}loc") or "").strip()
        if address:
            changed = (child.findtext("{*}lastmod") or "").strip()
            entries.append({"address": address, "changed": changed, "fields": {}})
    return {"kind": "index" if name == "sitemapindex" else "pages", "entries": entries}


def _plain(content: bytes) -> dict[str, Any]:
    """One address a line, as the protocol allows too."""
    try:
        lines = content.decode("utf-8-sig").split()
    except UnicodeDecodeError as error:
        raise MalformedFileError("It is neither XML nor a list of addresses.") from error
    if not lines or not all(line.lower().startswith(("http://", "https://")) for line in lines):
        raise MalformedFileError("It is neither XML nor a list of addresses.")
    return {"kind": "pages", "entries": [{"address": line, "changed": ""} for line in lines]}


def _feed(content: bytes) -> dict[str, Any]:
    import feedparser

    # Relative links are made whole by us, who know the address; HTML in it is not shown to anybody.
    read = feedparser.parse(content, resolve_relative_uris=False, sanitize_html=False)
    if not read.version and not read.entries:
        raise MalformedFileError("It is not a feed: neither RSS nor Atom.")
    if read.bozo and not read.entries:
        raise MalformedFileError(f"The feed is damaged ({type(read.bozo_exception).__name__}).")
    entries = [_entry(each) for each in read.entries if each.get("link")]
    if read.entries and not entries:
        raise EmptyDocumentError("None of the feed's entries links to a page.")
    return {"kind": "pages", "entries": entries}


def _entry(entry: Any) -> dict[str, Any]:
    authors = [each.get("name", "") for each in entry.get("authors", ())] or entry.get("author")
    fields = {
        "title": entry.get("title"),
        "authors": authors,
        "published": entry.get("published") or entry.get("updated"),
    }
    return {
        "address": entry["link"].strip(),
        "changed": entry.get("updated") or entry.get("published") or "",
        "fields": {name: value for name, value in fields.items() if value},
    }
