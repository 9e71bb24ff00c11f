"""Web pages: main text, stated metadata, no invented dates."""

from __future__ import annotations

import pytest

from ingest.errors import EmptyDocumentError, MalformedFileError
from ingest.loaders import html, html_tree
from ingest.loaders.html_encoding import decode_html
from ingest.loaders.limits import LoadLimits

LIMITS = LoadLimits()

BODY = """
<nav><a href="/">Home</a> <a href="/news">All news</a></nav>
<div class="cookie-banner">We use cookies. <button>Accept all</button></div>
<main><article><h1>Two firms join</h1>
<p>The two companies closed their deal on Tuesday, after a year of <b>regulatory</b> review and
<a href="/q">many questions</a> by lawmakers about prices and access to care.</p>
<h2>What changes</h2>
<p>Patients will see the first effects in the stores, where nurses will offer check-ups that used to
need an appointment with a doctor somewhere else in town.</p>
<ul><li>Clinics in 1,500 stores</li><li>Lower premiums</li></ul>
<table><tr><th>Year</th><th>Price</th></tr><tr><td>2018</td><td>$70 billion</td></tr></table>
<p>Analysts doubt that the savings will reach members before the end of next year, as joining the
two companies is costly and slow.</p></article></main>
<footer>© 2026 The Review. All rights reserved. <a href="/privacy">Privacy</a></footer>
"""


def page(head: str = "", body: str = BODY, language: str = "en") -> bytes:
    top = f'<!doctype html><html lang="{language}"><head>{head}</head>'
    return f"{top}<body>{body}</body></html>".encode()


def test_main_text_keeps_headings_lists_and_tables_and_loses_the_rest() -> None:
    text = html.parse(page(), LIMITS).text
    assert "# Two firms join" in text
    assert "## What changes" in text
    assert "- Clinics in 1,500 stores" in text
    assert "| Year: 2018 | Price: $70 billion |" in text
    for noise in ("Home", "cookies", "Accept all", "All rights reserved", "Privacy", "2026"):
        assert noise not in text


def test_the_year_in_the_footer_is_no_date() -> None:
    assert "published" not in html.parse(page("<title>Two firms join</title>"), LIMITS).fields


def test_json_ld_goes_before_meta_elements() -> None:
    head = """<title>Two firms join | The Review</title>
    <meta property="og:title" content="Joined!"><meta name="author" content="Somebody">
    <meta property="og:site_name" content="Review Online">
    <link rel="canonical" href="https://example.org/join">
    <script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "x"},
    {"@type": "NewsArticle", "headline": "Two firms join", "datePublished": "2019-01-15T08:00:00Z",
     "author": [{"name": "Ann Lee"}, {"name": "Bo Chan"}]}]}</script>"""
    assert html.parse(page(head), LIMITS).fields == {
        "title": ("Two firms join", "html json-ld"),
        "authors": (["Ann Lee", "Bo Chan"], "html json-ld"),
        "published": ("2019-01-15", "html json-ld"),
        "publisher": ("Review Online", "html meta"),
        "language": ("en", "html head"),
        "url": ("https://example.org/join", "html head"),
    }


def test_meta_elements_and_title_are_read() -> None:
    head = """<title>Two firms join | The Review</title><meta name="author" content="By Ann Lee">
    <meta property="article:published_time" content="2019-01-15">"""
    fields = html.parse(page(head), LIMITS).fields
    assert fields["title"] == ("Two firms join", "html heading")
    assert fields["authors"] == (["Ann Lee"], "html meta")
    assert fields["published"] == ("2019-01-15", "html meta")


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ('<time datetime="2019-01-15">Tuesday</time>', "2019-01-15"),
        ('<time datetime="2019-01-15"></time><time datetime="2020-02-02"></time>', None),
        (
            '<time datetime="2020-02-02"></time>'
            '<time itemprop="datePublished" datetime="2019-01-15"></time>',
            "2019-01-15",
        ),
    ],
    ids=["only one", "which one?", "marked"],
)
def test_time_elements_count_where_they_are_plain(times: str, expected: str | None) -> None:
    fields = html.parse(page(body=BODY.replace("<h1>", f"{times}<h1>")), LIMITS).fields
    assert fields.get("published", (None, ""))[0] == expected


def test_a_person_may_be_stated_in_two_parts() -> None:
    author = '{"@type": "Person", "givenName": "Zoë", "familyName": "Hale"}'
    ld = f'{{"@type": "Article", "headline": "Tea in Perth", "author": {author}}}'
    page = f"<script type='application/ld+json'>{ld}</script><h1>Tea in Perth</h1><p>It is hot.</p>"
    assert html.parse(page.encode(), LIMITS).fields["authors"][0] == ["Zoë Hale"]


def test_broken_json_ld_loses_nothing_else() -> None:
    head = (
        '<script type="application/ld+json">{"@type": </script><meta name="author" content="A B">'
    )
    assert html.parse(page(head), LIMITS).fields["authors"] == (["A B"], "html meta")


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-8", "koi8-r"])
def test_declared_encodings_are_used(encoding: str) -> None:
    word = "Компания" if encoding == "koi8-r" else "Zoë"
    content = f'<meta charset="{encoding}"><p>{word}</p>'.encode(encoding)
    assert word in decode_html(content).text


def test_wrongly_declared_encodings_do_not_matter() -> None:
    assert "Zoë" in decode_html('<meta charset="nonsense"><p>Zoë</p>'.encode()).text
    assert "<p>" in decode_html(b'<meta charset="utf-16"><p>Plain</p>').text


def test_a_page_of_scripts_says_why_it_is_empty() -> None:
    with pytest.raises(EmptyDocumentError, match="JavaScript in the browser"):
        html.parse(b"<html><body><div id=root></div><script>go()</script></body></html>", LIMITS)


def test_a_very_short_page_is_still_read() -> None:
    assert (
        "Closed today."
        in html.parse(b"<html><body><p>Closed today.</p></body></html>", LIMITS).text
    )


@pytest.mark.parametrize("end", ["", "</div>" * 100_000], ids=["open", "closed"])
def test_deep_nesting_is_refused(end: str) -> None:
    with pytest.raises(MalformedFileError, match="nested too deep"):
        html.parse(("<div>" * 100_000 + "x" + end).encode(), LIMITS)


@pytest.mark.parametrize(
    "holder",
    ["<script>t = '{}'</script>", "<!-- {} -->", "<div title='{}'></div>", "<style>{}</style>"],
)
def test_what_looks_like_markup_within_something_else_is_not_nesting(holder: str) -> None:
    markup = f"<html><body>{holder.format('<div>' * 1000)}<p>Closed today.</p></body></html>"
    assert "Closed today." in html.parse(markup.encode(), LIMITS).text


def test_a_page_nested_as_deep_as_is_allowed_is_read_to_its_end() -> None:
    markup = f"<body>{'<div>' * 400}<p>Closed today.</p>{'</div>' * 400}<p>Open again.</p></body>"
    found = html.parse(markup.encode(), LIMITS).text
    assert "Closed today." in found
    assert "Open again." in found


@pytest.mark.parametrize("sign", ["<!--", "<script>", "<a b='", '<a b="', "<a ="])
def test_what_does_not_end_is_not_looked_for_again(sign: str) -> None:
    assert html_tree.nesting(sign * 100_000) <= 1


def test_a_figure_of_any_length_may_stand_beside_linked_numbers() -> None:
    links = '<a href="/1">1</a> <a href="/2">2</a>'
    markup = f"<body><p>Closed today.</p><p>{links} {'7' * 5000}</p></body>"
    assert "Closed today." in html.parse(markup.encode(), LIMITS).text


def test_unclosed_paragraphs_and_items_are_not_nesting() -> None:
    assert html_tree.nesting("<p>a" * 1000 + "<li>b" * 1000 + "<br>" * 1000) == 0
    assert html_tree.nesting("<div><span>a</span><em>b</em></div>") == 2
