"""What a page shows of its authors and its day: links, bylines, times and microdata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.loaders.html_dateline import names_behind_date
from ingest.loaders.html_visibility import classes_of
from ingest.loaders.parsed import iso_date
from ingest.names import authors_of, pen_names, persons_in, persons_with_place

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_BYLINE = 200
MAX_DATE_LINE = 90
MAX_BYLINE_PARAGRAPH = 100
"""Characters; a longer one is of the article."""

_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:es)?|auteurs?|autori|writers?|contributors?|journalists?|reporters?|people"
    r"|profiles?|staff|by)/[\w%.-]{3,}/?\Z",
    re.IGNORECASE,
)

_COMMENT = re.compile(
    r"(?:^|[-_ ])(?:comments?|respond|replies|disqus|related|teaser|promo|card)(?:$|[-_ ])"
)
_BYLINE = re.compile(
    r"(?:[\w-]*(?:^|[-_]))?(?:by-?line|author|writer|contributor|autor|auteur|autore|firma|signature|submitted)(?:-?names?)?s?(?:[-_](?:name|names|link|text|txt|info|list))?"
)
_QUOTE = re.compile(r"(?:^|[-_ ])(?:pull-?quote|block-?quote|quote|testimonial|caption)(?:$|[-_ ])")
_USER = re.compile(r"(?:user|display|profile|person|member)-?_?name")
_POST_HEAD = re.compile(
    r"(?:^|[-_ ])(?:post|article|entry|story|blog)[-_]?(?:head(?:er)?|meta(?:data)?|info|details)"
    r"(?:$|[-_ ])"
)
_DATE_CLASS = re.compile(
    r"publish|posted|pub-?date|date-?line|entry-date|post-date|article-date|(?:^|[-_])(?:date|datum|fecha|data|dato)(?:$|[-_])"
)
_UPDATED = re.compile(
    r"updat|modif|edited|revised|aktualisiert|geändert|mis à jour|actualizad|aggiornat|bijgewerkt"
    r"|atualizad",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"publi|posted|issued|released|veröffentlicht|erschienen|pubblicat|geplaatst|gepubliceerd",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(
    r"(?:(?:first |date )?(?:published|posted|issued|released)|date|veröffentlicht|publié|publicado"
    r"|pubblicato|gepubliceerd)\b(?:\s+(?:on|am|le|el|il|op|em))?\s*:?\s*",
    re.IGNORECASE,
)
_PARTS = frozenset("liveBlogUpdate comment itemListElement mentions hasPart citation".split())
_ARTICLE_TYPE = re.compile(
    r"schema\.org/(?:\w*Article|\w*Posting|Report|WebPage|CreativeWork|Review)", re.IGNORECASE
)


def from_microdata(tree: HtmlElement, sites: Sequence[str]) -> dict[str, object]:
    """Properties (`itemprop`) of the page's article."""
    scope = next(
        (
            each
            for each in tree.xpath("//*[@itemtype]")
            if _ARTICLE_TYPE.search(each.get("itemtype")) and not _is_part(each)
        ),
        None,
    )
    if scope is None:
        scope = tree
    stated: dict[str, object] = {}
    authors: list[str] = []
    below = set(_below_text(scope))
    for element in scope.xpath(".//*[@itemprop]"):
        if _is_of_another(element, scope):
            continue
        for name in str(element.get("itemprop")).split():
            value = _value(element)
            if name in ("author", "creator") and not (authors and element in below):
                authors += _names(element) or [value]
            elif name == "datePublished" and "published" not in stated:
                stated["published"] = value
            elif name == "headline" and value and "title" not in stated:
                stated["title"] = value
            elif name == "publisher" and "publisher" not in stated:
                stated["publisher"] = next(iter(_names(element)), None)
    authors = authors or _without_scope(tree)
    stated["authors"] = authors_of(authors, [*sites, str(stated.get("publisher") or "")])
    return {name: value for name, value in stated.items() if value}


def _without_scope(tree: HtmlElement) -> list[str]:
    """Authors in the head of a page whose article is marked further down, as of nothing."""
    for element in tree.xpath("//*[@itemprop='author']"):
        if not element.xpath("ancestor::*[@itemscope]") and not is_comment(element):
            return _names(element) or [_value(element)]
    return []


def _below_text(scope: HtmlElement) -> Iterator[HtmlElement]:
    """All elements below the first paragraph of prose: authors there may be those of teasers."""
    for paragraph in scope.iter("p"):
        said = paragraph.text_content().strip()
        if len(said) > MAX_BYLINE_PARAGRAPH and said.endswith((".", "!", "?", "”", '"')):
            yield from paragraph.xpath("following::*")
            return


def _is_part(scope: HtmlElement) -> bool:
    """An entry of a live page, a comment, a teaser: a part of what stands around it."""
    return not _PARTS.isdisjoint((scope.get("itemprop") or "").split())


def _value(element: HtmlElement) -> str:
    stated = element.get("content") or element.get("datetime")
    if element.tag == "abbr":
        stated = stated or element.get("title")
    return stated or " ".join(element.text_content().split())


def _names(element: HtmlElement) -> list[str]:
    return [_value(each) for each in element.xpath(".//*[@itemprop='name']")]


def _is_of_another(element: HtmlElement, scope: HtmlElement) -> bool:
    """A property of a comment, a related article or whatever else has a scope of its own."""
    for up in element.iterancestors():
        if up is scope:
            return False
        names = " ".join([*classes_of(up), (up.get("id") or "").lower()])
        if up.get("itemscope") is not None or _COMMENT.search(names):
            return True
    return False


def from_links(root: HtmlElement, sites: Sequence[str]) -> list[str]:
    """Names in links that are marked as leading to the author (`rel=author`)."""
    links = [each for each in root.iter("a") if "author" in (each.get("rel") or "").lower().split()]
    below = set(_below_text(root)) if len(links) > 1 else set()
    links = [link for link in links if link not in below] or links
    marked = [
        name
        for link in links
        for name in (persons_in(link.text_content(), sites) or _pen_name(link, sites))
    ]
    return list(dict.fromkeys(marked)) or _from_addresses(root, sites)


def _pen_name(link: HtmlElement, sites: Sequence[str]) -> list[str]:
    """What an author calls himself, where it is no person's name but marked as the name."""
    text = " ".join(link.text_content().split())
    holder = link.getparent()
    parts = (link, *link, *([] if holder is None else [holder]))
    names = [name for each in parts for name in classes_of(each)]
    marked = any(name in ("fn", "vcard") or _BYLINE.fullmatch(name) for name in names)
    return pen_names(text, sites) if marked or _is_named_by_address(link, text) else []


def _is_named_by_address(link: HtmlElement, name: str) -> bool:
    """Whether the address of an author's page ends with the name: "/author/gizmo/"."""
    path = urlsplit((link.get("href") or "").strip()).path.strip("/")
    last, folded = (re.sub(r"\W|_", "", part.casefold()) for part in (path.rsplit("/")[-1], name))
    return "/" in path and last.removesuffix("html") == folded


def _from_addresses(root: HtmlElement, sites: Sequence[str]) -> list[str]:
    """Names in links above the text whose address is that of an author's page."""
    names: list[str] = []
    for element in root.iter("a", "p"):
        if element.tag == "p" and len(element.text_content()) > MAX_BYLINE_PARAGRAPH:
            break
        if element.tag == "a" and _AUTHOR_PAGE.search(element.get("href") or ""):
            text = " ".join(element.text_content().split())
            is_pen_name = not names and _is_named_by_address(element, text)
            names += persons_in(text, sites) or (pen_names(text, sites) if is_pen_name else [])
    return list(dict.fromkeys(names))


def from_byline(root: HtmlElement, sites: Sequence[str]) -> list[str]:
    """Names in the first element that is named as a byline and has some."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in ("body", "article", "main", "html"):
            continue
        if not names_byline(element) or _is_quoted(element):
            continue
        text = " ".join(_lines(element)[:1])
        if len(text) <= MAX_BYLINE and (found := persons_in(text, sites)):
            bare = persons_with_place(text, sites, root.text_content())
            return bare if len(found) == 2 else found
    return []


def _is_quoted(element: HtmlElement) -> bool:
    """Whose words are set apart, or who took a picture, is no author of the page."""
    return any(
        up.tag in ("blockquote", "figure", "figcaption") or _QUOTE.search(" ".join(classes_of(up)))
        for up in element.iterancestors()
        if up.tag not in ("body", "html", "main", "article")
    )


def names_byline(element: HtmlElement) -> bool:
    """Whether it is named as a byline, or as the author of a post in the head of one."""
    names = [*classes_of(element), *_component_names(element)]
    if not any(_BYLINE.fullmatch(name) for name in names) and not _names_its_user(element):
        return False
    return not _COMMENT.search(" ".join(names))


def from_dated_line(root: HtmlElement, sites: Sequence[str]) -> list[str]:
    """Names in the first line above the text that begins with a day and goes on with "by"."""
    for element in root.iter("p", "div", "span", "li", "time"):
        text = " ".join(element.text_content().split())
        if element.tag == "p" and len(text) > MAX_BYLINE:
            break
        if len(text) <= MAX_BYLINE_PARAGRAPH and (named := names_behind_date(text)):
            return persons_in(named, sites)
    return []


def _names_its_user(element: HtmlElement) -> bool:
    """A user's name in the head of a post: systems in which every author is one call it so."""
    if not any(
        _USER.fullmatch(name) for name in [*classes_of(element), *_component_names(element)]
    ):
        return False
    return any(
        _POST_HEAD.search(" ".join([*classes_of(up), *_component_names(up)]))
        for up in element.iterancestors()
    )


def _component_names(element: HtmlElement) -> list[str]:
    """What scripts and tests of the site call the element, where its classes are generated."""
    stated = (
        element.get(f"data-{name}") or "" for name in ("component", "testid", "qa", "test", "hook")
    )
    return [re.sub(r"-(?:block|wrapper|container)\Z", "", name.lower()) for name in stated if name]


def _lines(element: HtmlElement) -> list[str]:
    """Text of the element, parted where it shows a new line."""
    parts: list[str] = []
    _collect(element, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return [line for line in lines if line]


def _collect(element: HtmlElement, parts: list[str]) -> None:
    block = element.tag in ("br", "p", "div", "li", "time")
    said = (element.text or "") if isinstance(element.tag, str) else ""
    before = next((part for part in reversed(parts) if part), "")
    # Two labels side by side are set apart by the style sheet alone.
    if block or (before[-1:].islower() and said[:1].isupper()):
        parts.append("\n")
    parts.append(said)
    for child in element:
        _collect(child, parts)
        parts.append(child.tail or "")
    if block:
        parts.append("\n")


def from_times(root: HtmlElement) -> str | None:
    """The time that is marked as that of publication, or the only one that stands alone."""
    for element in root.iter("abbr"):  # as blogs wrote it before there was an element for it
        if "published" in classes_of(element) and not is_comment(element):
            return iso_date(element.get("title") or element.text_content())
    times = [each for each in root.iter("time") if _date_of(each) and not is_comment(each)]
    for time in times:
        if time.get("pubdate") is not None or time.get("itemprop") == "datePublished":
            return _date_of(time)
    plain = [time for time in times if _stands_alone(time) and not _is_update(time)]
    marked = [time for time in plain if _is_marked(time)]
    for candidates in (marked, plain):
        dates = {_date_of(time) for time in candidates}
        if len(dates) == 1:
            return dates.pop()
    return None


def from_date_line(root: HtmlElement) -> str | None:
    """The day in the first element that is named as the date of publication."""
    for element in root.iter("p", "span", "div", "small", "li", "strong", "em", "td", "h3", "h4"):
        names = " ".join(classes_of(element))
        if not _DATE_CLASS.search(names) or _UPDATED.search(names) or is_comment(element):
            continue
        text = " ".join(element.text_content().split())
        if len(text) <= MAX_DATE_LINE and (found := _first_date(text)):
            return found
    return None


def _first_date(text: str) -> str | None:
    """The date in a line such as "Published: 12 March 2025, updated 14 March 2025"."""
    for piece in re.split(rf"\s*[|•·]\s*|,?\s+(?={_UPDATED.pattern})", text, flags=re.IGNORECASE):
        if _UPDATED.search(piece):
            continue
        bare = _DATE_LABEL.sub("", piece, count=1) if _DATE_LABEL.match(piece) else piece
        if len(found := iso_date(bare) or "") == len("2025-03-12"):
            return found
    return None


def _date_of(time: HtmlElement) -> str | None:
    return iso_date(time.get("datetime") or " ".join(time.text_content().split()))


def _ups(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    yield from element.iterancestors()


def is_comment(element: HtmlElement) -> bool:
    """Whether it is in a comment, or in what the page says of another one."""
    return any(
        _COMMENT.search(" ".join([*classes_of(up), (up.get("id") or "").lower()]))
        for up in _ups(element)
        if up.tag not in ("body", "html", "main", "article")
    )


def _stands_alone(time: HtmlElement) -> bool:
    """It is in a line of its own or a byline, not in a sentence of the article."""
    block = next(
        (
            up
            for up in time.iterancestors()
            if up.tag not in ("span", "a", "b", "strong", "small", "em")
        ),
        None,
    )
    if block is None or block.tag in ("li", "td", "blockquote"):
        return False
    return len(block.text_content()) <= MAX_BYLINE or not (time.tail or "").strip()


def _is_update(time: HtmlElement) -> bool:
    label = (time.getprevious().text_content() if time.getprevious() is not None else "") + (
        (time.getprevious().tail if time.getprevious() is not None else time.getparent().text) or ""
    )
    names = " ".join([*classes_of(time), time.get("itemprop") or ""])
    names = re.sub(r"\bpublished updated\b|\bupdated published\b", "published", names)
    return bool(
        _UPDATED.search(names)
        or (_UPDATED.search(label[-40:]) and not _PUBLISHED.search(label[-40:]))
    )


def _is_marked(time: HtmlElement) -> bool:
    names = " ".join(name for up in (time, time.getparent()) for name in classes_of(up))
    return bool(_DATE_CLASS.search(names) or _PUBLISHED.search(names))
