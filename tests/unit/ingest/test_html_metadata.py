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
