"""What a web page states about itself: in JSON-LD, microdata, meta elements, bylines and its head.

A field is right or absent: a site's name is no author, and the year in a footer, the day of a
comment or of an update is no day of publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from ingest.loaders.html_headline import folded
from ingest.loaders.html_jsonld import article_node
from ingest.loaders.html_microformats import from_microformats
from ingest.loaders.html_visible import (
    from_byline,
    from_date_line,
    from_dated_line,
    from_links,
    from_microdata,
    from_times,
)
from ingest.loaders.parsed import Fields, day_in_address, fields_from, merge, to_field
from ingest.names import authors_of, looks_like_person

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_META: dict[str, tuple[str, ...]] = {
    "title": (
        "citation_title",
        "og:title",
        "dc.title",
        "dcterms.title",
        "twitter:title",
        "headline",
    ),
    "authors": (
        *("citation_author", "author", "article:author", "dc.creator", "dcterms.creator"),
        *("parsely-author", "sailthru.author", "byl", "article:author_name", "og:article:author"),
    ),
    "publisher": (
        *("citation_journal_title", "og:site_name", "dc.publisher", "dcterms.publisher"),
        *("publisher", "citation_publisher", "application-name", "apple-mobile-web-app-title"),
    ),
    "published": (
        *("article:published_time", "og:article:published_time", "datepublished"),
        *("citation_publication_date", "citation_date", "citation_online_date", "dcterms.issued"),
        *("dc.date.issued", "parsely-pub-date", "sailthru.date"),
        *("pubdate", "publish-date", "publish_date", "publication_date"),
    ),
    "url": ("og:url", "twitter:url"),
    "language": ("content-language", "dc.language", "og:locale"),
}
"""Field to the names of meta elements that state it, the most reliable first."""

_ANY_DATE = ("dcterms.date", "dc.date", "date")
"""Names of meta elements for some day, mostly of publication: what is shown comes first."""

_SEPARATED = re.compile(r"\s+[|–—·»-]\s+|\s*::\s*|\s+[•]\s+")
_SAVED_FROM = re.compile(
    r"saved from url=\(\d+\)(https?://\S+)|Page saved with SingleFile\s+url:\s*(https?://\S+)"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the page states before anything is taken out of it."""

    fields: Fields
    body: str
    """Text of the article as stated for search engines; "" if it is not."""
    sites: tuple[str, ...]
    """Names of the site and its publisher, which are no authors."""
    some_date: str | None
    """A day that is that of publication unless another one is shown."""


class Shown(NamedTuple):
    """What the page shows beside its title, or labelled."""

    title: str | None
    day: str | None
    authors: list[str]
    described: list[str]
    """Authors whom a box of the page describes."""


def read_metadata(tree: HtmlElement) -> Stated:
    """Stated metadata of the whole page; JSON-LD before microdata before meta elements."""
    metas = _metas(tree)
    head = _from_head(tree)
    known = {
        "title": str(head.get("title") or ""),
        "url": str(head.get("url") or next(iter(metas.get("og:url", [])), "")),
    }
    node: dict[str, Any] = article_node(tree, known)
    stated: dict[str, Any] = {
        name: _first_usable(name, metas, names) for name, names in _META.items()
    }
    named = (node.get("publisher"), node.get("site"), stated["publisher"])
    sites = tuple(str(site) for site in (*named, *metas.get("og:site_name", [])) if site)
    for site in sites:
        head["title"] = _without_site(str(head.get("title") or ""), site)
    body = str(node.pop("body", ""))
    domain = (urlsplit(known["url"]).hostname or "").removeprefix("www.")
    sites = (*sites, domain) if domain else sites
    site = node.pop("site", None)
    node["authors"] = authors_of(node.get("authors", []), sites)
    authors = _all_authors(metas) or _labelled_authors(metas)
    stated["authors"] = authors_of(_without_name(authors, _last_of_title(tree)), sites)
    for values in (node, stated):
        if values.get("title"):
            values["title"] = _without_sites(str(values["title"]), sites)
    fields = merge(
        fields_from(node, "html json-ld"),
        fields_from(from_microdata(tree, sites), "html microdata"),
        fields_from(stated, "html meta"),
        fields_from(from_microformats(tree, sites), "html microformats"),
        fields_from({"title": _heading(tree, str(head.get("title") or ""))}, "html heading"),
        fields_from(head, "html head"),
        fields_from({"publisher": site}, "html json-ld"),
    )
    return Stated(fields, body, sites, _first_usable("published", metas, _ANY_DATE))


def read_visible(root: HtmlElement, stated: Stated, shown: Shown) -> Fields:
    """The same with what the article shows of its authors and its day, where nothing is stated.

    Args:
        root: The main part of the page, without comments and teasers.
        stated: What the whole page states.
        shown: What the page shows beside its title.
    """
    sites = stated.sites
    fields = merge(
        _of_the_title_shown(stated.fields, shown.title),
        _of_the_day_shown(_without_accounts(stated.fields, shown), shown.day),
        fields_from({"authors": shown.authors}, "html byline"),
        fields_from({"published": shown.day}, "html date line"),
        fields_from({"published": stated.some_date}, "html meta"),
    )
    told = [
        each for each in root.iter("article") if each is not root and each.find(".//h2") is not None
    ]
    for part in () if len(told) > 1 else _around(root):  # a list of articles has no one author
        if "authors" in fields and "published" in fields:
            break
        fields = merge(
            fields,
            fields_from({"authors": from_links(part, sites)}, "html link to the author"),
            fields_from({"authors": from_byline(part, sites)}, "html byline"),
            fields_from({"authors": from_dated_line(part, sites)}, "html byline"),
            fields_from({"published": from_times(part)}, "html time"),
            fields_from({"published": from_date_line(part)}, "html date line"),
        )
    fields = merge(fields, fields_from({"authors": shown.described}, "html box on the author"))
    return merge(fields, fields_from({"published": day_in_address(fields)}, "date in its address"))


def _of_the_title_shown(fields: Fields, shown: str | None) -> Fields:
    """The title that the page shows, unless it states the same."""
    stated, source = fields.get("title", ("", ""))
    # "Title #": the stated one was read from the heading, with what no reader sees in it.
    same = shown and folded(str(stated)) == folded(shown) and source != "html heading"
    return {} if same else fields_from({"title": shown}, "html heading")


def _without_accounts(fields: Fields, shown: Shown) -> Fields:
    """The fields without stated authors who are known better from the line beside the title.

    Programs state the account that published a text: "annlee", an editor, the club. Of several
    authors a line may show fewer than are stated.
    """
    stated = fields.get("authors", ([], ""))[0]
    if not shown.authors or not isinstance(stated, list):
        return fields
    words, told = (
        set(re.findall(r"\w+", " ".join(names).casefold())) for names in (shown.authors, stated)
    )
    is_shorter = len(stated) > len(shown.authors) and len(words & told) > 1
    if (words <= told or is_shorter) and any(map(looks_like_person, stated)):
        return fields
    return {name: field for name, field in fields.items() if name != "authors"}


def _of_the_day_shown(fields: Fields, shown: str | None) -> Fields:
    """The fields with the day that the page shows, where it goes before the one that is stated.

    Data state a time in UTC, and readers are shown the day of the place. And data keep the day on
    which a page was first made, when its text was published anew: that is the later day, which it
    shows. An earlier one may be that of anything.
    """
    stated = str(fields.get("published", ("", ""))[0])
    if not shown or len(stated) != len(shown):
        return fields
    apart = (date.fromisoformat(shown) - date.fromisoformat(stated)).days
    if apart >= -1 and apart != 0:
        return {**fields, "published": (shown, "html date line")}
    return fields


MAX_AROUND = 400
"""Characters that an element around the main part may add: a head or a foot with a byline."""


def _around(root: HtmlElement) -> Iterator[HtmlElement]:
    """The main part, and what is little more than it."""
    size = len(root.text_content())
    yield root
    for up in root.iterancestors():
        if len(up.text_content()) > size + MAX_AROUND:
            return
        yield up


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        if (
            not content
            or next(meta.iterancestors("body"), None) is not None
            and meta.get("itemprop")
        ):
            continue
        for kind in ("property", "name", "itemprop", "http-equiv"):
            for name in (meta.get(kind) or "").lower().split():
                found.setdefault(name.replace("dc:", "dc."), []).append(unescape(content))
    return found


def _first_usable(field: str, metas: dict[str, list[str]], names: tuple[str, ...]) -> str | None:
    for name in names:
        for value in metas.get(name, []):
            if field in ("publisher", "title") and re.match(r"https?://|@", value):
                continue
            if to_field(field, value) is not None:
                return value
    return None


def _all_authors(metas: dict[str, list[str]]) -> list[str]:
    """Names under the first kind of element that has some; addresses are none."""
    for name in _META["authors"]:
        values = [value for value in metas.get(name, []) if not re.match(r"https?://|@|/", value)]
        if values:
            # "Lee, Ann": as libraries write them, one element a name.
            return [f"{value};" if name == "citation_author" else value for value in values]
    return []


def _labelled_authors(metas: dict[str, list[str]]) -> list[str]:
    """What social networks are told to show as "Written by"."""
    for number in ("1", "2"):
        label = " ".join(metas.get(f"twitter:label{number}", [])).lower()
        if label.strip() in (
            "written by",
            "author",
            "by",
            "verfasst von",
            "écrit par",
            "escrito por",
        ):
            return metas.get(f"twitter:data{number}", [])
    return []


def _from_head(tree: HtmlElement) -> dict[str, object]:
    stated: dict[str, object] = {"language": tree.get("lang") or tree.get("xml:lang")}
    title = tree.find(".//title")
    if title is not None and title.text:
        whole = " ".join(title.text.split())
        stated["title"] = re.sub(r"\s+[|–—]\s+[^|–—]{1,40}$", "", whole)
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            stated["url"] = link.get("href")
    if not to_field("url", stated.get("url")) and (saved := _saved_from(tree)):
        stated["url"] = saved
    return stated


def _saved_from(tree: HtmlElement) -> str | None:
    """The address that browsers note at the top of a page that they save."""
    comments = [*tree.xpath("preceding-sibling::comment()"), *tree.xpath("//comment()")[:3]]
    return next(
        (m[1] or m[2] for each in comments if (m := _SAVED_FROM.search(each.text or ""))), None
    )


def _last_of_title(tree: HtmlElement) -> str:
    """What may be the site's name, behind the title of the page; or its author's."""
    parts = _SEPARATED.split(" ".join((tree.findtext(".//title") or "").split()))
    return parts[-1] if len(parts) > 1 else ""


def _without_name(authors: list[str], name: str) -> list[str]:
    """Authors without a name that stands beside them in the same element: "Herald, Ann Lee"."""
    return [
        ", ".join(parts) or author
        for author in authors
        for parts in [[part for part in author.split(", ") if part.casefold() != name.casefold()]]
    ]


def _without_sites(title: str, sites: tuple[str, ...]) -> str:
    for site in sites:
        title = _without_site(title, site)
    return title


def _without_site(title: str, site: str) -> str:
    """A title without the name of the site before or after it."""
    parts = _SEPARATED.split(title)
    folded = re.sub(r"\W", "", site.casefold())
    for at in (-1, 0):
        if len(parts) > 1 and folded and re.sub(r"\W", "", parts[at].casefold()) == folded:
            start = title.index(parts[1]) if at == 0 else 0
            end = title.rindex(parts[-2]) + len(parts[-2]) if at == -1 else len(title)
            return title[start:end].strip()
    return title


def _heading(tree: HtmlElement, title: str) -> str | None:
    """The page's one main heading, where its title begins or ends with the same words."""
    headings = [" ".join(each.text_content().split()) for each in main_headings(tree, title)]
    headings = [heading for heading in headings if heading]
    if len(headings) != 1 or not title:
        return None
    return headings[0] if shares_words(headings[0], title) else None


def main_headings(tree: HtmlElement, title: str) -> list[HtmlElement]:
    """The headings of first rank; where there is none, those with which the title begins."""
    if found := list(tree.iter("h1")):
        return found
    return [
        each
        for each in tree.iter("h2", "h3")
        if len(words := each.text_content().split()) > 1 and title.startswith(" ".join(words))
    ]


MIN_SHARED = 0.5
"""Share of the words of the shorter one of heading and title."""


def shares_words(first: str, second: str) -> bool:
    """Whether two headings are plainly of the same text."""
    words, others = (set(re.findall(r"\w+", each.casefold())) for each in (first, second))
    return len(words & others) >= MIN_SHARED * max(1, min(len(words), len(others)))
