"""What of a page is its text, and in which units: the rules that a browser and a reader follow."""

from __future__ import annotations

import pytest

from ingest.cleaning.clean import clean
from ingest.errors import EmptyDocumentError
from ingest.loaders import html
from ingest.loaders.limits import LoadLimits
from vectorstore.types import SentenceKind

LIMITS = LoadLimits()
STORY = (
    "<p>Alder and Birch run one port together, the two companies said on Monday in Riga.</p>"
    "<p>The port has nine cranes and employs 400 people all through the year.</p>"
)


def blocks(inside: str, head: str = "") -> list[tuple[str, str]]:
    """Text of each block below the story, with the last heading above it."""
    markup = f"<html><head>{head}</head><body><main><h1>The port of Riga</h1>{STORY}{inside}"
    found = clean(html.parse(markup.encode(), LIMITS).text).blocks
    assert found[0].text == "The port of Riga"
    return [(block.text, block.heading[-1]) for block in found[3:]]


def texts(inside: str, head: str = "") -> list[str]:
    return [text for text, _ in blocks(inside, head)]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>Not shown.</p>",
        '<p aria-hidden="true">Not shown.</p>',
        '<p style="display: none">Not shown.</p>',
        '<div style="visibility:hidden"><p>Not shown.</p></div>',
        '<span style="position:absolute; left:-9999px">Not shown.</span>',
        '<span class="sr-only">Not shown.</span>',
        '<span class="screen-reader-text">Not shown.</span>',
        '<p class="visually-hidden">Not shown.</p>',
        '<p class="d-none">Not shown.</p>',
        '<p class="by-sheet">Not shown.</p>',
        '<p class="clipped">Not shown.</p>',
        '<a class="far-away">Not shown.</a>',
        '<p id="by-id">Not shown.</p>',
        "<template><p>Not shown.</p></template>",
        "<noscript><p>You need to enable JavaScript.</p></noscript>",
        "<script>document.write('Not shown.')</script>",
        "<!-- Not shown. -->",
        '<p style="color: white; background: #fff">Not shown.</p>',
        '<p style="height:0;overflow:hidden">Not shown.</p>',
        "<p><del>Not shown.</del></p>",
        "<p><s>Not shown.</s></p>",
    ],
)
def test_what_no_reader_sees_is_no_text(hidden: str) -> None:
    sheet = (
        "<style>.by-sheet, p.x { display: none } #by-id{color:red;display:none}"
        ".clipped{position:absolute;clip:rect(0 0 0 0)} .far-away{text-indent:-9999px}</style>"
    )
    assert texts(f"{hidden}<p>Shown to all.</p>", sheet) == ["Shown to all."]


@pytest.mark.parametrize(
    "shown",
    [
        '<p class="hidden md:block">Shown to all.</p>',
        '<p class="d-none d-lg-block">Shown to all.</p>',
        '<p class="on-paper">Shown to all.</p>',
        '<p class="when-pointed-at">Shown to all.</p>',
        '<p hidden="until-found">Shown to all.</p>',
    ],
)
def test_what_is_hidden_on_some_screens_or_until_it_is_searched_is_text(shown: str) -> None:
    sheet = (
        "<style>@media print {.on-paper{display:none}} .when-pointed-at:hover{display:none}</style>"
    )
    assert texts(shown, sheet) == ["Shown to all."]


@pytest.mark.parametrize(
    "faq",
    [
        "<details><summary>Who owns it?</summary><p>Alder does.</p></details>",
        '<h3><button aria-expanded="false" aria-controls="a">Who owns it?</button></h3>'
        '<div id="a" hidden><p>Alder does.</p></div>',
        '<button class="accordion">Who owns it?</button>'
        '<div class="panel" style="display:none"><p>Alder does.</p></div>',
        '<a data-bs-toggle="collapse" role="button" data-bs-target="#a">Who owns it?</a>'
        '<div class="collapse" id="a">Alder does.</div>',
        "<dl><dt>Who owns it?</dt><dd>Alder does.</dd></dl>",
        '<div class="faq-question">Who owns it?</div><div class="faq-answer">Alder does.</div>',
        "<p itemprop='name'>Who owns it?</p>"
        "<div itemprop='acceptedAnswer' style='display:none'><p>Alder does.</p></div>",
    ],
    ids=["details", "button in a heading", "button", "link", "definition", "classes", "data"],
)
def test_an_answer_stands_under_its_question_however_it_is_opened(faq: str) -> None:
    assert blocks(faq)[:2] == [("Who owns it?", "Who owns it?"), ("Alder does.", "Who owns it?")]


def test_what_follows_a_question_and_its_answer_does_not_stand_under_the_question() -> None:
    faq = "<details><summary>Who owns it?</summary>Alder does.</details><p>Ask us for more.</p>"
    assert blocks(faq)[-1] == ("Ask us for more.", "The port of Riga")


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        ("<dt>Hub</dt><dd>Rotterdam</dd>", ["Hub: Rotterdam"]),
        (
            "<dt>Hub:</dt><dd>Rotterdam</dd><dt>Fleet</dt><dd>84</dd>",
            ["Hub: Rotterdam", "Fleet: 84"],
        ),
        ("<dt>Owners</dt><dd>Alder</dd><dd>Birch</dd>", ["Owners: Alder; Birch"]),
        ("<div><dt>Hub</dt><dd><p>Rotterdam</p></dd></div>", ["Hub: Rotterdam"]),
        ("<dt>Place</dt><dt>Town</dt><dd>Riga</dd>", ["Place, Town: Riga"]),
        ("<dd>Rotterdam</dd>", ["Rotterdam"]),
    ],
)
def test_a_term_and_its_definition_are_one_unit(definitions: str, expected: list[str]) -> None:
    assert texts(f"<dl>{definitions}</dl>") == expected


@pytest.mark.parametrize(
    "pair",
    [
        '<div class="row"><div class="label">Hub</div><div class="value">Rotterdam</div></div>',
        '<p><span class="fact-label">Hub:</span> <span class="fact-value">Rotterdam</span></p>',
        '<div class="field"><div class="field__label">Hub</div>'
        '<div class="field__item">Rotterdam</div></div>',
    ],
)
def test_a_label_and_its_value_are_one_unit(pair: str) -> None:
    assert texts(pair) == ["Hub: Rotterdam"]


def test_a_long_definition_is_a_section_under_its_term() -> None:
    told = blocks("<dl><dt>Hub</dt><dd>It is in Riga. It was moved twice.</dd></dl>")
    assert told == [("Hub", "Hub"), ("It is in Riga. It was moved twice.", "Hub")]


TABLES = {
    "header cells": (
        "<table><tr><th>Region</th><th>Share</th></tr><tr><td>North</td><td>45 %</td></tr></table>",
        ["Region: North | Share: 45 %"],
    ),
    "groups of columns": (
        "<table><thead><tr><th rowspan=2>Region</th><th colspan=2>Boxes</th></tr>"
        "<tr><th>2022</th><th>2023</th></tr></thead>"
        "<tr><th scope=row>North</th><td>12</td><td>13</td></tr></table>",
        ["Region: North | Boxes – 2022: 12 | Boxes – 2023: 13"],
    ),
    "groups of rows": (
        "<table><tr><th>Port</th><th>Boxes</th></tr><tbody><tr><td colspan=2>Baltic</td></tr>"
        "<tr><td>Riga</td><td>12</td></tr></tbody><tfoot><tr><td>Total</td><td>12</td></tr></tfoot>"
        "</table>",
        ["Port: Baltic, Riga | Boxes: 12", "Port: Total | Boxes: 12"],
    ),
    "a cell for two rows": (
        "<table><tr><th>Year</th><th>Boxes</th></tr><tr><td rowspan=2>2022</td><td>1</td></tr>"
        "<tr><td>2</td></tr></table>",
        ["Year: 2022 | Boxes: 1", "Year: 2022 | Boxes: 2"],
    ),
    "box of facts": (
        "<table><tr><th colspan=2>Port of Riga</th></tr><tr><th>Owner</th><td>Alder</td></tr>"
        "</table>",
        ["Port of Riga", "Owner: Alder"],
    ),
    "words above numbers": (
        "<table><tr><td>Region</td><td>Boxes</td></tr><tr><td>North</td><td>1,200</td></tr>"
        "<tr><td>South</td><td>900</td></tr></table>",
        ["Region: North | Boxes: 1,200", "Region: South | Boxes: 900"],
    ),
    "bold first row": (
        "<table><tr><td><b>Port</b></td><td><b>Owner</b></td></tr><tr><td>Riga</td><td>Alder</td>"
        "</tr></table>",
        ["Port: Riga | Owner: Alder"],
    ),
    "no headers": (
        "<table><tr><td>Owner</td><td>Alder</td></tr><tr><td>Place</td><td>Riga</td></tr></table>",
        ["Owner | Alder", "Place | Riga"],
    ),
    "an empty cell and a bar in one": (
        "<table><tr><th>Port</th><th>Boxes</th><th>Note</th></tr><tr><td>Riga</td><td></td>"
        "<td>a|b</td></tr></table>",
        ["Port: Riga | Note: a|b"],
    ),
}


@pytest.mark.parametrize(("table", "rows"), TABLES.values(), ids=TABLES)
def test_a_row_names_its_columns(table: str, rows: list[str]) -> None:
    assert texts(table) == rows


def test_a_caption_heads_its_rows_and_nothing_else() -> None:
    table = (
        "<table><caption>Boxes by region</caption><tr><th>Region</th><th>Boxes</th></tr>"
        "<tr><td>North</td><td>12</td></tr></table><p>It is said to be so.</p>"
    )
    assert blocks(table) == [
        ("Boxes by region", "Boxes by region"),
        ("Region: North | Boxes: 12", "Boxes by region"),
        ("It is said to be so.", "The port of Riga"),
    ]


def test_a_table_of_layout_is_no_table() -> None:
    markup = (
        '<html><body><table width="100%"><tr><td colspan=2><img src=a.gif></td></tr><tr><td>'
        "<h1>The "
        f"port of Riga</h1><h3 class=byline>by Ola Brekke<br>Friday, March 7, 2014</h3>{STORY}"
        "<table align=right><tr><td><img src=b.jpg><br>The port at night.</td></tr></table>"
        "<p>Its pilots asked for a canteen.</p></td></tr></table></body></html>"
    )
    parsed = html.parse(markup.encode(), LIMITS)
    found = clean(parsed.text).blocks
    assert [block.text for block in found if block.kind is SentenceKind.TABLE] == []
    assert [block.text for block in found][-2:] == [
        "The port at night.",
        "Its pilots asked for a canteen.",
    ]
    assert parsed.fields["authors"] == (["Ola Brekke"], "html byline")


def test_each_entry_of_a_live_page_stands_under_its_time() -> None:
    told = blocks(
        "<section><time datetime=2024-10-03T13:00>3 October 2024</time><h2>Deal is done</h2>"
        "<p>Alder says that the deal is complete and signed.</p></section>"
        "<section><time datetime=2024-10-02T12:00>2 hours ago</time><h2>Court says yes</h2>"
        "<p>The court in Riga allowed the deal after two hearings.</p></section>"
    )
    assert told == [
        ("3 October 2024 – Deal is done", "3 October 2024 – Deal is done"),
        ("Alder says that the deal is complete and signed.", "3 October 2024 – Deal is done"),
        ("2024-10-02 12:00 – Court says yes", "2024-10-02 12:00 – Court says yes"),
        (
            "The court in Riga allowed the deal after two hearings.",
            "2024-10-02 12:00 – Court says yes",
        ),
    ]


def test_entries_without_a_heading_have_their_time_as_one() -> None:
    told = blocks(
        "<ol><li><time>14:05</time><p>Alder says that it votes for the pact.</p></li>"
        "<li><time>13:00</time><p>Birch says that it does not know yet.</p></li></ol>"
        "<p>The vote was held in Riga.</p>"
    )
    assert told == [
        ("14:05", "14:05"),
        ("Alder says that it votes for the pact.", "14:05"),
        ("13:00", "13:00"),
        ("Birch says that it does not know yet.", "13:00"),
        ("The vote was held in Riga.", "The port of Riga"),
    ]


def test_times_that_only_their_class_names_head_entries_too() -> None:
    entry = (
        '<div class="post"><div class="post-time">{}</div><p>{} says that it votes for it.</p>'
        "</div>"
    )
    assert blocks(entry.format("14:05", "Alder") + entry.format("13:00", "Birch")) == [
        ("14:05", "14:05"),
        ("Alder says that it votes for it.", "14:05"),
        ("13:00", "13:00"),
        ("Birch says that it votes for it.", "13:00"),
    ]


def test_a_menu_in_a_cell_of_a_table_of_layout_is_no_text() -> None:
    markup = (
        "<table><tr><td><a href=1>Home</a><br><a href=2>News</a><br><a href=3>Sport</a></td><td>"
        f"<h1>The port of Riga</h1>{STORY}</td><td><b>Top stories</b><br><a href=4>Fir drops out "
        "of it</a><br><a href=5>Gum is gone now</a><br><a href=6>Hazel has no port</a></td></tr>"
        "</table>"
    )
    text = html.parse(markup.encode(), LIMITS).text
    assert text.startswith("# The port of Riga")
    assert text.endswith("through the year.")


def test_the_lead_in_a_header_with_the_title_is_kept() -> None:
    markup = (
        '<header class="article-header"><h1>The port of Riga</h1><p>Two companies pay for nine new '
        f"cranes.</p></header><div>{STORY}</div>"
    )
    assert "Two companies pay for nine new cranes." in html.parse(markup.encode(), LIMITS).text


def test_a_time_within_a_sentence_stays_there() -> None:
    told = "<p>On <time>1 May 1850</time> it was opened.</p><p>On <time>2 May 1990</time> too.</p>"
    assert texts(told) == ["On 1 May 1850 it was opened.", "On 2 May 1990 too."]


@pytest.mark.parametrize(
    "furniture",
    [
        '<p><strong>Read more: <a href="/x">Cedar sells its port for 9 million</a></strong></p>',
        '<p>Related: <a href="/x">Elm buys a crane</a></p>',
        '<p>Lesen Sie auch: <a href="/x">Elm kauft einen Kran</a></p>',
        '<p>À lire aussi : <a href="/x">Elm achète une grue</a></p>',
        '<div class="newsletter-signup"><p>Get our letter every day.</p></div>',
        '<h3>You may also like</h3><ul><li><a href="/1">Fir drops out of the race</a></li></ul>',
        '<aside class="related"><h3>More</h3><p><a href="/1">Fir drops out</a></p></aside>',
        '<div class="social-share"><p>Share this with all your friends.</p></div>',
        '<div id="cookie-banner" role="dialog"><p>We value your privacy and partners.</p></div>',
        '<section id="comments"><p>I never liked this port.</p></section>',
        '<div id="CybotCookiebotDialog"><p>This page uses many kinds of them.</p></div>',
        '<div class="qc-cmp2-container"><p>We and our partners.</p></div>',
        '<div class="related-content"><p>Fir drops out of the race for Riga.</p></div>',
        '<div class="article-share"><p>Share it now with all.</p></div>',
        '<ul><li><a href="#a">First part</a></li><li><a href="#b">Second</a></li>'
        '<li><a href="#c">Third</a></li></ul>',
        "<footer><p>© 2026 Port Post</p></footer>",
        '<div class="advertisement"><p>Buy a crane now.</p></div>',
        '<div id="cmpbox"><p>We and our 831 partners.</p></div>',
        '<a href="/2"><div>Fir drops out</div><p>Fir asked for 9 million.</p></a>',
        '<p class="button-wrapper"><a class="button primary" href="/s">Share Port Post</a></p>',
        '<div data-testid="promo-box"><p>Our daily newsletter brings you all of it.</p></div>',
        '<div><h3>Discussion about this post</h3><div class="comments"><p>Oh.</p></div></div>',
        "<div>💡</div>",
    ],
)
def test_what_a_site_puts_around_an_article_is_no_text(furniture: str) -> None:
    assert texts(f"{furniture}<p>The port grows.</p>") == ["The port grows."]


@pytest.mark.parametrize(
    "kept",
    [
        "<p>More cranes are coming, the port said: three of them.</p>",
        "<aside><p>Riga has had a port for eight hundred years, and it still grows.</p></aside>",
        '<p>Members:</p><ul><li><a href="/a">Alder</a></li><li><a href="/b">Birch</a></li>'
        '<li><a href="/c">Cedar</a></li></ul>',
        '<div class="content-with-sidebar"><p>The port grows.</p></div>',
        '<div class="cmp-container"><div class="cmp-text"><p>The port grows.</p></div></div>',
        '<p><a class="button" href="/r">The report</a> says that the port grows.</p>',
        '<div class="market-share"><p>Alder has 40 per cent of the market.</p></div>',
        '<div class="social-impact"><p>The port trains 40 people a year.</p></div>',
        f'<section id="recommendations"><h2>Recommendations</h2>{"<p>Build more cranes.</p>" * 9}'
        "</section>",
        "<blockquote><p>We are proud of it.</p></blockquote>",
        "<figure><img src=a.jpg><figcaption>The port at night.</figcaption></figure>",
        "<div>A text in a div only.</div>",
    ],
)
def test_what_belongs_to_the_article_stays(kept: str) -> None:
    from lxml.html import fragment_fromstring

    words = fragment_fromstring(kept, create_parent=True).text_content()
    assert "".join("".join(texts(kept)).split()) == "".join(words.split())


def test_text_that_looks_like_markup_stays_as_it_is() -> None:
    told = (
        "<p># 1 of *all* ports [sic] &lt;b&gt; in 2_0 and A &amp;amp; B, `code`.</p><p>1. One.</p>"
    )
    assert texts(f"{told}<p>- Two.</p><p>10<sup>6</sup> boxes.</p>") == [
        "# 1 of *all* ports [sic] <b> in 2_0 and A &amp; B, `code`.",
        "1. One.",
        "- Two.",
        "10⁶ boxes.",
    ]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("<p><span>By Ann Lee</span><span>Updated today</span></p>", "By Ann Lee Updated today"),
        ("<p>In <time>2022</time><span>12:46 PM</span></p>", "In 2022 12:46 PM"),
        ("<p><time><span>May 2, 2022</span><span>9 am</span></time></p>", "May 2, 2022 9 am"),
        ("<p><span>Stra</span><span>tegy is all.</span></p>", "Strategy is all."),
        ("<p><span>T</span><span>he port grows.</span></p>", "The port grows."),
        ("<p>H<b>2</b>O for <b>20</b><b>22</b></p>", "H2O for 2022"),
    ],
)
def test_words_that_only_a_style_sheet_parts_are_not_glued(line: str, read: str) -> None:
    assert texts(line) == [read]


def test_a_bold_line_above_a_line_break_is_a_line_of_its_own() -> None:
    told = "<p><b>What it costs</b><br>The port costs 9 million.<br>All of it is paid.</p>"
    assert texts(told)[:2] == ["What it costs", "The port costs 9 million."]


def test_a_byline_in_pieces_is_not_rejoined_around_the_name() -> None:
    told = "<div><p>—</p><p>by</p><div>Ann Lee</div><div>in Ports</div></div><p>It grows.</p>"
    assert texts(told) == ["by", "Ann Lee", "in Ports", "It grows."]


def test_what_follows_a_panel_is_not_headed_by_its_button() -> None:
    told = (
        "<div><h3><button aria-expanded=false>When?</button></h3><div aria-hidden=true><p>In May."
        "</p></div></div><p>The port grows.</p>"
    )
    assert blocks(told)[1:] == [("In May.", "When?"), ("The port grows.", "The port of Riga")]


def test_a_number_that_leads_to_a_note_is_no_part_of_an_amount() -> None:
    told = '<p>It cost 400 million dollars<a class="fn" href="#footnote-1">1</a> in 2021.</p>'
    assert texts(told) == ["It cost 400 million dollars in 2021."]


def test_a_raised_mark_in_brackets_is_no_text() -> None:
    mark = '<p>Sales were 310<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup> million.</p>'
    assert texts(mark) == ["Sales were 310 million."]


def test_a_mark_that_leads_to_a_note_is_no_text() -> None:
    assert texts('<p>It grows.<sup><a href="#cite_note-1">[1]</a></sup></p>') == ["It grows."]


def test_lists_keep_their_order_numbers_and_depth() -> None:
    markup = (
        f"<body><main><h1>The port of Riga</h1>{STORY}<ol start=3><li>First<ul><li>Sub</li></ul>"
        "</li>"
        "<li><p>Second.</p></li></ol>"
    )
    assert html.parse(markup.encode(), LIMITS).text.endswith("3. First\n  - Sub\n4. Second.")


@pytest.mark.parametrize(
    "page",
    [
        '<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>',
        "<p>Please enable JavaScript to view this page.</p>",
        '<div id="__next"><div class="skeleton">Loading…</div></div>',
        '<header>My App</header><div id="app"></div><footer>© 2026 App Inc.</footer>',
        "<h1>port.example</h1><p>Checking if the site connection is secure</p><p>Ray ID: 7a</p>",
        "<p>Just a moment...</p><p>Verify you are human by completing the action below.</p>",
    ],
)
def test_a_page_that_scripts_put_together_is_refused(page: str) -> None:
    with pytest.raises(EmptyDocumentError, match="JavaScript in the browser"):
        html.parse(f"<html><head><title>App</title></head><body>{page}".encode(), LIMITS)


def test_the_text_that_such_a_page_states_for_search_engines_is_read_and_reported() -> None:
    told = "Alder and Birch run one port together, the companies said on Monday in Riga. " * 3
    page = (
        '<body><div id="root"></div><script type="application/ld+json">{"@type": "NewsArticle", '
        f'"headline": "Port", "articleBody": "{told}"}}</script>'
    )
    parsed = html.parse(page.encode(), LIMITS)
    assert parsed.text == told.strip()
    assert "JSON-LD" in parsed.remarks[0]


def test_a_heading_outside_of_the_main_part_is_kept_if_it_is_the_title() -> None:
    title = "<title>Port of Riga grows | Port Post</title>"
    page = f"<html><head>{title}</head><body><div><h1>%s</h1></div><article>{STORY * 3}</article>"
    assert html.parse((page % "Port of Riga grows").encode(), LIMITS).text.startswith("# Port of")
    assert html.parse((page % "Daily Post").encode(), LIMITS).text.startswith("Alder and Birch")


@pytest.mark.parametrize(
    "element", ["dl><dt>a</dt><dd", "ul><li", "blockquote", "details", "table><tr><td"]
)
def test_deep_nesting_of_lists_and_tables_takes_no_long_time(element: str) -> None:
    depth = 60
    assert (
        "deepest"
        in html.parse(f"<body>{STORY}{f'<{element}>' * depth}deepest".encode(), LIMITS).text
    )


def test_cells_that_claim_to_span_thousands_are_bounded() -> None:
    rows = "<tr><td colspan=9999 rowspan=9999>1<td colspan=9999 rowspan=9999>2" * 300
    text = html.parse(f"<body><main>{STORY}<table>{rows}</table></main>".encode(), LIMITS).text
    assert len(text) < 2_000_000


def test_tables_and_headings_that_are_marked_by_roles_are_some() -> None:
    row = "<div role=row><span role={0}>{1}</span><span role={0}>{2}</span></div>"
    rows = row.format("columnheader", "Port", "Owner") + row.format("cell", "Riga", "Alder")
    marked = f"<span role=heading aria-level=2>Owners</span><div role=table>{rows}</div>"
    assert blocks(marked) == [("Owners", "Owners"), ("Port: Riga | Owner: Alder", "Owners")]


@pytest.mark.parametrize(
    "table",
    [
        "<figure><table>{rows}</table><figcaption>Ships, 2024</figcaption></figure>",
        "<table><tr><th colspan=2>Ships, 2024</th></tr>{rows}</table>",
    ],
)
def test_what_a_figure_or_first_row_says_of_a_table_is_its_caption(table: str) -> None:
    rows = "<tr><td>Country</td><td>Ships</td></tr><tr><td>Latvia</td><td>12</td></tr>"
    assert blocks(table.format(rows=rows)) == [
        ("Ships, 2024", "Ships, 2024"),
        ("Country: Latvia | Ships: 12", "Ships, 2024"),
    ]


def test_entries_of_a_live_page_show_the_times_that_they_state() -> None:
    entry = (
        '<div itemprop=liveBlogUpdate itemscope itemtype="https://schema.org/BlogPosting"><meta '
        'itemprop=datePublished content="2024-03-01T{0}:05:00Z"><p>{1}</p></div>'
    )
    said = ("Alder left the room after the talks.", "Birch wants the whole of the port.")
    found = blocks(entry.format("14", said[0]) + entry.format("13", said[1]))
    assert [each for each in found if each[0] in said] == [
        (said[0], "2024-03-01 14:05"),
        (said[1], "2024-03-01 13:05"),
    ]


@pytest.mark.parametrize("waits", ["Bitte warten…", "Veuillez patienter", "Even geduld a.u.b."])
def test_a_page_that_waits_in_any_language_is_refused(waits: str) -> None:
    with pytest.raises(EmptyDocumentError, match="JavaScript"):
        html.parse(f"<body><div id='__nuxt'><div>{waits}</div></div></body>".encode(), LIMITS)


@pytest.mark.parametrize(
    "notes",
    [
        '<section class="footnotes" role="doc-endnotes"><ol><li id="fn1"><p>Not audited.'
        '<a href="#fnref1" class="footnote-back" role="doc-backlink">↩︎</a></p></li></ol></section>',
        '<div id="ftn1"><p class="MsoFootnoteText"><a href="#_ftnref1"><span>[1]</span></a>'
        " Not audited.</p></div>",
        '<ol class="references"><li id="cite_note-1"><span><a href="#cite_ref-1">^</a></span> '
        "<span>Not audited.</span></li></ol>",
        '<ol class="wp-block-footnotes"><li id="a9">Not audited. <a href="#a9-l">↩︎</a></li></ol>',
        '<div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;Not audited.</span></p></div>',
        '<aside epub:type="footnote" id="fn-1"><p>Not audited.</p></aside>',
    ],
)
def test_notes_of_a_page_are_notes_without_the_way_back(notes: str) -> None:
    markup = f"<html><body><main><h1>The port of Riga</h1>{STORY}{notes}</main></body></html>"
    last = clean(html.parse(markup.encode(), LIMITS).text).blocks[-1]
    assert (last.text, last.kind) == ("Not audited.", SentenceKind.REFERENCE)
