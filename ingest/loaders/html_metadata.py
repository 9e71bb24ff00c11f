"""What a web page states about itself, in JSON-LD, meta elements, time elements and its head."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.loaders.parsed import Fields, fields_from, merge

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_META: dict[str, tuple[str, ...]] = {
    "title": ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title"),
    "authors": ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator"),
    "publisher": (
        "og:site_name",
        "citation_journal_title",
        "dc.publisher",
        "dcterms.publisher",
        "publisher",
    ),
    "published": (
        "article:published_time",
        "og:article:published_time",
        "datepublished",
        "citation_publication_date",
        "dc.date",
        "dcterms.date",
        "dcterms.issued",
        "parsely-pub-date",
        "pubdate",
        "publish-date",
        "date",
    ),
    "url": ("og:url",),
    "language": ("content-language", "dc.language"),
}
"""Field to the names of meta elements that state it, the most reliable first."""

_ARTICLE_TYPES = re.compile(
    r"(?:\w*Article|BlogPosting|Report|WebPage|\w*Posting|Interview|Review|CreativeWork)"
)

MAX_JSON_CHARACTERS = 500_000
MAX_JSON_NODES = 10_000
"""Above what any page has, below what takes noticeable time."""


def read_metadata(tree: HtmlElement) -> Fields:
    """Stated metadata; JSON-LD before meta elements before the rest of the page.

    The date is taken only from a place that says it is the date of publication: the year in a
    footer is the year of the visit.
    """
    return merge(
        fields_from(_from_json(tree), "html json-ld"),
        fields_from(_from_meta(tree), "html meta"),
        fields_from({"published": _from_time(tree)}, "html time"),
        fields_from(_from_head(tree), "html head"),
    )


def _from_json(tree: HtmlElement) -> dict[str, object]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            values = json.loads((script.text or "")[:MAX_JSON_CHARACTERS])
        except (ValueError, RecursionError):
            continue
        for node in _nodes(values):
            kinds = node.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and _ARTICLE_TYPES.fullmatch(kind) for kind in kinds):
                stated = _from_node(node)
                if "published" in stated or "authors" in stated:
                    return stated
    return {}


def _nodes(values: Any) -> Iterator[dict[str, Any]]:
    waiting, seen = [values], 0
    while waiting and seen < MAX_JSON_NODES:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, dict):
            yield node
            waiting += [each for each in node.values() if isinstance(each, dict | list)]
        elif isinstance(node, list):
            waiting += node


def _from_node(node: dict[str, Any]) -> dict[str, object]:
    authors = node.get("author")
    authors = authors if isinstance(authors, list) else [authors]
    stated: dict[str, object] = {
        "title": node.get("headline") or node.get("name"),
        "authors": [name for author in authors if (name := _name(author))],
        "publisher": _name(node.get("publisher")),
        "published": node.get("datePublished"),
        "url": node.get("url"),
        "language": node.get("inLanguage"),
    }
    return {key: value for key, value in stated.items() if value}


def _name(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else None


def _from_meta(tree: HtmlElement) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = (
            meta.get("property")
            or meta.get("name")
            or meta.get("itemprop")
            or meta.get("http-equiv")
        )
        content = (meta.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    stated: dict[str, object] = {}
    for field, names in _META.items():
        values = next((found[name] for name in names if name in found), None)
        if values is None:
            continue
        if field != "authors":
            stated[field] = values[0]
        elif people := [name for name in values if not name.startswith("http")]:
            stated[field] = people if len(people) > 1 else people[0]
    return stated


def _from_time(tree: HtmlElement) -> str | None:
    """The marked time element, or the only one of the article."""
    times = [element for element in tree.iter("time") if element.get("datetime")]
    for element in times:
        if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None:
            return str(element.get("datetime"))
    within = {
        str(element.get("datetime"))
        for element in times
        if next(element.iterancestors("article", "main"), None) is not None
    }
    return within.pop() if len(within) == 1 else None


def _from_head(tree: HtmlElement) -> dict[str, object]:
    stated: dict[str, object] = {"language": tree.get("lang")}
    title = tree.find(".//title")
    if title is not None and title.text:
        stated["title"] = re.sub(r"\s+[|–—]\s+[^|–—]{1,40}$", "", title.text.strip())
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            stated["url"] = link.get("href")
    return stated
