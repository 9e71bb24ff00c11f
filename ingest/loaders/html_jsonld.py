"""What a page states in JSON-LD: its article's node, with references by `@id` followed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_JSON_CHARACTERS = 500_000
MAX_JSON_NODES = 10_000
"""Above what any page has, below what takes noticeable time."""

MIN_BODY_WORDS = 30

_ARTICLE = re.compile(
    r"(?:schema:|https?://schema\.org/)?(?:\w*Article|\w*BlogPosting|Report|\w*Posting|Interview|Review"
    r"|AnalysisNewsArticle|OpinionNewsArticle|ReportageNewsArticle|PressRelease)"
)
_PAGE = re.compile(r"(?:schema:|https?://schema\.org/)?(?:\w*WebPage|\w*Page|CreativeWork)")
_SITE = re.compile(r"(?:schema:|https?://schema\.org/)?WebSite")
_PERSON = re.compile(r"(?:schema:|https?://schema\.org/)?Person")
_COMMENT = re.compile(
    r"\A\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/)\s*\Z"
)

Node = dict[str, Any]


def article_node(tree: HtmlElement, known: Mapping[str, str]) -> dict[str, Any]:
    """Stated title, authors (a list of names), publisher, site, published, url, language, body.

    Args:
        tree: Of the whole page.
        known: Title and url as the page's head has them; they tell which of several articles it is.
    """
    values = list(_values(tree))
    named = _by_id(values)
    tops = [node for value in values for node in _top_nodes(value)]
    articles = [node for node in tops if _is(node, _ARTICLE)]
    node = articles[0] if len(articles) == 1 else _matching(articles, known, named)
    if articles and node is None:
        return {}
    page = next((each for each in tops if _is(each, _PAGE)), None)
    stated = _from_node(node, named) if node is not None else {}
    if page is not None and page is not node:
        from_page = _from_node(page, named)
        from_page.pop("title", None)  # mostly with the name of the site in it
        stated = {**from_page, **stated}
    site = next((each for each in tops if _is(each, _SITE)), None)
    if site is not None:
        stated["site"] = _name(site, named)
    return {name: value for name, value in stated.items() if value}


def _values(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = _COMMENT.sub("", (script.text or "")[:MAX_JSON_CHARACTERS]).strip().rstrip(";")
        for attempt in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
            try:
                yield json.loads(attempt, strict=False)
                break
            except (ValueError, RecursionError):
                continue


def _top_nodes(value: Any) -> Iterator[Node]:
    """Nodes about the page itself: not what it mentions, lists or is commented with."""
    waiting = [value]
    for _ in range(MAX_JSON_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            yield node
            waiting += [node[key] for key in ("@graph", "mainEntity") if key in node]
            if isinstance(page := node.get("mainEntityOfPage"), dict) and len(page) > 2:
                waiting.append(page)


def _by_id(values: list[Any]) -> dict[str, Node]:
    named: dict[str, Node] = {}
    waiting, seen = list(values), 0
    while waiting and seen < MAX_JSON_NODES:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            identifier = node.get("@id")
            if isinstance(identifier, str) and len(node) > len(named.get(identifier, ())):
                named[identifier] = node
            waiting += [each for each in node.values() if isinstance(each, dict | list)]
    return named


def _is(node: Node, kinds: re.Pattern[str]) -> bool:
    stated = node.get("@type")
    stated = stated if isinstance(stated, list) else [stated]
    return any(isinstance(kind, str) and kinds.fullmatch(kind) for kind in stated)


def _matching(
    articles: list[Node], known: Mapping[str, str], named: Mapping[str, Node]
) -> Node | None:
    """The one of several articles that the page is: by its address, or by its title."""
    for node in articles:
        stated = _from_node(node, named)
        if known.get("url") and stated.get("url") == known["url"]:
            return node
        title = " ".join(str(stated.get("title") or "").casefold().split())
        if title and known.get("title", "").casefold().startswith(title):
            return node
    return None


def _from_node(node: Node, named: Mapping[str, Node]) -> dict[str, Any]:
    authors = node.get("author") or node.get("creator")
    authors = authors if isinstance(authors, list) else [authors]
    body = node.get("articleBody") or node.get("text")
    publisher = node.get("publisher")
    if _is_person(publisher, named):  # a blog: whoever it is of is no site, and writes it
        authors, publisher = [each for each in authors if each] or [publisher], None
    stated: dict[str, Any] = {
        "title": _words(node.get("headline") or node.get("name")),
        "authors": [name for author in authors for name in _names(author, named)],
        "publisher": _name(publisher, named),
        "published": node.get("datePublished"),
        "url": _address(node),
        "language": node.get("inLanguage"),
        "body": _body(body),
    }
    return {key: value for key, value in stated.items() if value}


def _is_person(value: Any, named: Mapping[str, Node]) -> bool:
    if not isinstance(value, dict):
        return False
    node = value if "@type" in value else named.get(str(value.get("@id")), {})
    return _is(node, _PERSON)


def _address(node: Node) -> str | None:
    page = node.get("mainEntityOfPage")
    page = page.get("@id") if isinstance(page, dict) else page
    return next((each for each in (node.get("url"), page) if isinstance(each, str)), None)


def _name(value: Any, named: Mapping[str, Node]) -> str | None:
    return next(iter(_names(value, named)), None)


def _names(value: Any, named: Mapping[str, Node]) -> list[str]:
    """Names of one person or organisation, or of each in a list; a bare `@id` is looked up."""
    values = value if isinstance(value, list) else [value]
    names: list[str] = []
    for each in values:
        stated: Any = each
        if isinstance(each, dict):
            node = (
                each
                if "name" in each or "familyName" in each
                else named.get(str(each.get("@id")), {})
            )
            parts = (node.get("givenName"), node.get("familyName"))
            stated = node.get("name") or " ".join(each for each in parts if isinstance(each, str))
        listed = stated if isinstance(stated, list) else [stated]
        names += [words for name in listed if (words := _words(name))]
    return names


def _words(value: Any) -> str | None:
    return " ".join(unescape(value).split()) if isinstance(value, str) else None


def _body(value: Any) -> str | None:
    """An article's text, which some publishers state in full; as paragraphs."""
    if not isinstance(value, str) or len(value.split()) < MIN_BODY_WORDS or "<" in value:
        return None
    return re.sub(r"\s*\n\s*", "\n\n", unescape(value).strip())
