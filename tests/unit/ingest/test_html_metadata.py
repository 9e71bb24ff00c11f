"""Metadata of saved news pages: right or absent, never wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingest.cleaning.clean import clean
from ingest.loaders import html
from ingest.loaders.limits import LoadLimits
from ingest.metadata import infer_metadata
from tests.news_pages import PAGES, NewsPage
from tests.shown_days import SHOWN_DAYS, ShownDay

NAMES = ("title", "authors", "publisher", "published")


def read(page: NewsPage) -> dict[str, Any]:
    parsed = html.parse(page.markup.encode(), LoadLimits())
    found = infer_metadata(
        clean(parsed.text), uri="/pages/a.html", fields=parsed.fields, today=date(2026, 12, 31)
    )
    values = {
        "title": found.title,
        "authors": list(found.authors),
        "publisher": found.publisher,
        "published": found.published.isoformat() if found.published else None,
    }
    stated = {name: value for name, value in values.items() if value}
    assert set(stated) <= set(found.provenance)
    return stated


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_what_a_page_states_is_found_and_nothing_else(page: NewsPage) -> None:
    found = read(page)
    if "title" not in page.expected:
        del found["title"]
    assert found == page.expected


def test_each_field_says_where_it_was_stated() -> None:
    page = PAGES[0]
    assert {
        name: source
        for name, (_, source) in html.parse(page.markup.encode(), LoadLimits()).fields.items()
    } == {
        "title": "html json-ld",
        "authors": "html json-ld",
        "publisher": "html json-ld",
        "published": "html json-ld",
        "url": "html json-ld",
        "language": "html head",
    }


@pytest.mark.parametrize("page", SHOWN_DAYS, ids=[page.name for page in SHOWN_DAYS])
def test_the_day_that_a_page_shows_is_that_of_publication_or_none(page: ShownDay) -> None:
    shown = html.parse(page.markup.encode(), LoadLimits()).fields.get("published", (None, ""))[0]
    assert shown == page.day


def test_the_day_shown_counts_before_one_that_may_be_of_the_last_change() -> None:
    head = '<title>Depot</title><meta name="dcterms.date" content="2022-01-21">'
    shown = "<div><h1>Depot</h1><p>25.01.2022</p><p>Orrin shares its depot in Leith.</p></div>"
    unknown = shown.replace("25.01.2022", "Verkehr")
    found = [
        html.parse(f"<html><head>{head}</head><body>{body}</body></html>".encode(), LoadLimits())
        for body in (shown, unknown)
    ]
    assert [page.fields["published"][0] for page in found] == ["2022-01-25", "2022-01-21"]


def test_the_day_of_the_place_counts_before_that_in_utc() -> None:
    page = (
        '<html><head><title>Depot</title><meta property="article:published_time"'
        ' content="2023-11-09T01:49:09Z"></head><body><div><h1>Depot</h1>'
        "<p>PUBLISHED: November 8, 2023 at 5:49 p.m.</p><p>Orrin shares its depot.</p></div></body>"
    )
    assert html.parse(page.encode(), LoadLimits()).fields["published"] == (
        "2023-11-08",
        "html date line",
    )


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("9 June 2021", "2021-06-09"), ("9 May 2019", "2020-01-10"), ("9 January 2020", "2020-01-09")],
)
def test_a_later_day_that_is_shown_goes_before_the_stated_one(shown: str, expected: str) -> None:
    data = '{"@type": "NewsArticle", "headline": "Depot", "datePublished": "2020-01-10"}'
    page = (
        f'<title>Depot</title><script type="application/ld+json">{data}</script><body><article>'
        f"<h1>Depot</h1><p>{shown}</p><p>Orrin shares its depot with a rival for ten years.</p>"
    )
    assert html.parse(page.encode(), LoadLimits()).fields["published"][0] == expected


def test_an_article_that_is_a_property_of_its_blog_states_its_own_day() -> None:
    post = (
        '<div itemprop="blogPost" itemscope itemtype="https://schema.org/BlogPosting"><h3>Depot</h3>'
        '<p>Orrin shares its depot.</p><abbr itemprop="datePublished" title="2017-09-09T10:52:00">'
        "10:52</abbr></div>"
    )
    assert html.parse(post.encode(), LoadLimits()).fields["published"][0] == "2017-09-09"
