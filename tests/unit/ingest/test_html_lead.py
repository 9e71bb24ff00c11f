"""Titles and leads above the main part of a page, and marks that a style sheet alone sets apart."""

from __future__ import annotations

import pytest

from ingest.cleaning.clean import clean
from ingest.loaders import html
from ingest.loaders.limits import LoadLimits

STORY = (
    "<p>Orla will close its works in Brisk Bay and move 400 people to Tarn in the spring.</p>"
    "<p>The works made kettles for ninety years, and its pond still powers a mill.</p>"
)
LEAD = "The kettle maker takes four hundred jobs to Tarn."


def texts(body: str) -> list[str]:
    markup = f"<html><head><title>Orla leaves the bay</title></head><body>{body}</body></html>"
    return [block.text for block in clean(html.parse(markup.encode(), LoadLimits()).text).blocks]


@pytest.mark.parametrize(
    "page",
    [
        f'<div><h1>Orla leaves the bay</h1><h2 class="subtitle">{LEAD}</h2></div>'
        f'<div><p class="from">Por Marcos Leal</p></div><article>{STORY}</article>',
        '<div class="article"><div class="header"><h1>Orla leaves the bay</h1></div>'
        f'<div class="teaser-text"><p>{LEAD}</p></div><div itemprop="articleBody">{STORY}</div>'
        "</div>",
        f"<h1>Orla leaves the bay</h1><p>{LEAD}</p><main>{STORY * 3}</main>",
        f"<article><h1>Orla leaves the bay</h1><p itemprop='description'>{LEAD}</p>{STORY}"
        "</article>",
    ],
    ids=["beside an article", "named teaser", "before main", "within"],
)
def test_the_lead_between_title_and_text_is_text(page: str) -> None:
    found = texts(page)
    assert found[0] == "Orla leaves the bay"
    assert found.count(LEAD) == 1
    assert found.index(LEAD) < next(at for at, text in enumerate(found) if "close" in text)


@pytest.mark.parametrize(
    "between",
    [
        '<p><a href="/next">The next story of the bay is about ferries.</a></p>',
        '<div class="teaser">Ferries cost more <a href="/ferries">read on about it now</a></div>',
    ],
)
def test_a_teaser_below_the_title_is_no_lead(between: str) -> None:
    found = texts(f"<h1>Orla leaves the bay</h1>{between}<article>{STORY * 3}</article>")
    assert not any("next story" in text or "Ferries" in text for text in found)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('Revenue in 2019<span style="vertical-align:super">4</span> fell.', "2019⁴ fell"),
        ('Revenue in 2019<span class="footnote-ref">4</span> fell.', "2019 fell"),
        ("Revenue in 2019<sup>2)</sup> fell.", "2019² fell"),
        ("Revenue in 2019<sup>[2]</sup> fell.", "2019 fell"),
        ("It weighs 10<sup>-3</sup> g.", "10⁻³ g"),
        ('It covers 12 m<span class="superscript">2</span> of it.', "12 m² of"),
        ("The kiln in May.<span>Photo by Jo Lens</span>", "May. Photo"),
        ("It runs on Node.<b>js</b> and more.", "Node.js"),
    ],
)
def test_figures_and_credits_that_a_style_sets_apart_are_not_glued(line: str, shown: str) -> None:
    found = texts(f"<article><h1>Orla leaves the bay</h1>{STORY}<p>{line}</p></article>")[-1]
    assert shown in found


def test_a_line_that_an_arrow_leads_away_from_is_no_text() -> None:
    found = texts(
        f"<article><h1>Orla leaves the bay</h1>{STORY}"
        '<p>&gt;&gt; <a href="/y">More on the kilns of Tarn</a></p></article>'
    )
    assert not any("More on" in text for text in found)


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td><b>Kiln</b></td><td><b>History</b></td></tr><tr><td>North</td><td>{}</td></tr>",
        "<tr><th>Kiln</th><th>History</th></tr><tr><td>North</td><td><p>{}</p><p>So be it.</p>"
        "<p>And on.</p></td></tr>",
    ],
)
def test_a_long_text_in_a_cell_does_not_make_a_table_one_of_layout(table: str) -> None:
    told = " ".join(f"In {year} the kiln was lit and mended by masons." for year in range(12))
    found = texts(
        f"<article><h1>Orla leaves the bay</h1>{STORY}<table>{table.format(told)}</table></article>"
    )
    assert found[-1].startswith("Kiln: North | History: In 0 the kiln was lit")
