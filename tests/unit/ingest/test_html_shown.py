"""The title and the authors that a page shows, and what of a page is not its article."""

from __future__ import annotations

import pytest

from ingest.cleaning.clean import clean
from ingest.loaders import html
from ingest.loaders.limits import LoadLimits
from ingest.names import pen_names, persons_with_place

STORY = (
    "<p>Veldt will buy the ferry yard in Harrow Sound and keep its 210 welders for five years, "
    "and the town has promised to dredge the channel for it before the winter.</p>"
    "<p>The yard lost 4 million last year, and its owner had looked for a buyer since autumn.</p>"
)


def page(body: str, *, title: str = "Veldt buys the yard", head: str = "") -> html.Parsed:
    markup = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return html.parse(markup.encode(), LoadLimits())


def texts(body: str) -> list[str]:
    return [block.text for block in clean(page(body).text).blocks]


def authors(byline: str) -> list[str]:
    shown = page(f"<div><h1>Veldt buys the yard</h1>{byline}<div>{STORY}</div></div>")
    return list(shown.fields.get("authors", ([], ""))[0])


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("<div><span>By</span><a href='/u/al'>Ann Lee</a><i>Reporter</i></div>", ["Ann Lee"]),
        ("<div>by ANN LEE, TOM POE and SUE RAY</div>", ["ANN LEE", "TOM POE", "SUE RAY"]),
        ("<div>May 4, 2023 at 6:08 PM ET by <a>Ann Lee</a></div>", ["Ann Lee"]),
        ("<div>Publié le 4 mai 2023 à 10h12 par Léa Morin</div>", ["Léa Morin"]),
        ("<div>Text: Ann Lee, Fotos: Bo Chan</div>", ["Ann Lee"]),
        ("<h4>Autor</h4><p><a href='/p/1'>Ann Lee</a><b>, </b></p>", ["Ann Lee"]),
        ("<div>By Ann Lee, The Associated Press</div>", ["Ann Lee"]),
        ("<div>Por <a>Marcos Leal</a>, Porto Alegre</div>", ["Marcos Leal"]),
        ("<div>Por Marcos Leal, Harrow Sound</div>", ["Marcos Leal"]),
        ("<div>Por Marcos Leal, Porto Alegre</div>", []),
        ("<div>Written by <b>Ann Lee</b>, <i>CEO of Quay Ltd</i></div>", ["Ann Lee"]),
        ("<p><a rel='author' href='/a'>View all posts by Ann Lee</a></p>", ["Ann Lee"]),
        ("<div>By <a class='url fn n' rel='author' href='/author/g/'>gizmo</a></div>", ["gizmo"]),
        (
            "<div>By <b>Ann Lee</b>, Chief Reporter and <b>Bo Chan</b> in Leith</div>",
            ["Ann Lee", "Bo Chan"],
        ),
        ("<div>By Ann Lee (Head of the Yard)</div>", ["Ann Lee"]),
        ("<div>By Ann Lee, dpa and <b>Bo Chan</b></div>", ["Ann Lee"]),
        ("<div>By <b>Ann Lee</b>, dpa and <b>Bo Chan</b></div>", ["Ann Lee", "Bo Chan"]),
        ("<p>Guest post by Ann Lee of Quay Consulting</p>", ["Ann Lee"]),
        ("<div class='signature'>Léa Morin avec AFP</div>", ["Léa Morin"]),
        ("<div>Ein Artikel von <b>Ann Lee</b> | 27.01.2022</div>", ["Ann Lee"]),
        ("<div>Text &amp; Fotos: Ann Lee</div>", ["Ann Lee"]),
        ("<div><span>25.10.2022 - Ann Lee</span></div>", ["Ann Lee"]),
        ("<p>2022-10-25 · 4 min read · Ann Lee</p>", ["Ann Lee"]),
        ("<p>25.10.2022 | Neue Energie | Ann Lee</p>", []),
        ("<div>von <a rel='author' href='/author/gizmo/'>Gizmo</a></div>", ["Gizmo"]),
        ("<div><a rel='author' href='/author/siteadmin/'>siteadmin</a></div>", []),
        (
            "<p>Par <span class='vcard author'><a class='fn'>Léa Morin</a></span> | 4 mai</p>",
            ["Léa Morin"],
        ),
        ("<div>By New York standards, cheap</div>", []),
        ("<p>By Friday the quay must be clear.</p>", []),
        ("<div class='pull-quote'><span class='author'>Bo Chan</span></div>", []),
    ],
)
def test_the_byline_beside_the_title_names_the_authors(byline: str, names: list[str]) -> None:
    assert authors(byline) == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [("", ["Ann Lee", "Bo Chan"]), ("<div class='author-name'>By Reuters Staff</div>", [])],
    ids=["no byline", "agency"],
)
def test_the_credits_of_an_agency_name_the_authors_where_no_byline_does(
    byline: str, names: list[str]
) -> None:
    told = "<p>(Reporting by Ann Lee and Bo Chan; Editing by Di Roe)</p>"
    shown = page(f"<h1>Veldt buys the yard</h1>{byline}<div>{STORY}{told}</div>")
    assert list(shown.fields.get("authors", ([], ""))[0]) == names


def test_a_form_that_is_what_the_page_is_about_stays() -> None:
    fields = "".join(f"<label>Field {n}</label><input name='email{n}'>" for n in range(5))
    found = texts(f"<h1>Veldt buys the yard</h1>{STORY}<form><p>Apply by May.</p>{fields}</form>")
    assert "Apply by May." in found


def test_a_sign_that_no_reader_sees_is_no_part_of_the_title() -> None:
    shown = page(f"<h1>Veldt buys the yard <a aria-hidden='true'>#</a></h1>{STORY}")
    assert shown.fields["title"][0] == "Veldt buys the yard"


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("Ann", ["Ann Lee"]),
        ("Yard Club e.V.", ["Ann Lee"]),
        ("Di Roe", ["Ann Lee"]),
        ("Ann Lee, Bo Chan", ["Ann Lee", "Bo Chan"]),
    ],
    ids=["first name", "club", "editor", "fewer shown"],
)
def test_the_authors_shown_go_before_the_account_that_is_stated(
    stated: str, shown: list[str]
) -> None:
    found = page(
        f"<h1>Veldt buys the yard</h1><p>By Ann Lee</p><div>{STORY}</div>",
        head=f"<meta name='author' content='{stated}'>",
    )
    assert found.fields["authors"][0] == shown


def test_an_author_whom_a_box_below_describes_is_named() -> None:
    box = "<div class='author-box'><h4>About the author</h4><b>Ann Lee</b><p>She writes.</p></div>"
    found = page(f"<article><h1>Veldt buys the yard</h1>{STORY}{box}</article>")
    assert found.fields["authors"] == (["Ann Lee"], "html box on the author")


def test_of_a_forum_whoever_began_the_thread_is_its_author() -> None:
    posts = "".join(
        f"<article class='message' data-author='{name}'>{STORY}</article>"
        for name in ("quaywalker", "seadog")
    )
    found = page(f"<h1>Veldt buys the yard</h1>{posts}")
    assert found.fields["authors"][0] == ["quaywalker"]


def test_a_blog_published_by_a_person_is_by_that_person() -> None:
    person = '{"@type": ["Person", "Organization"], "name": "Ann Lee"}'
    ld = f'{{"@type": "Article", "headline": "Veldt buys the yard", "publisher": {person}}}'
    head = f"<script type='application/ld+json'>{ld}</script>"
    found = page(f"<h1>Veldt buys the yard</h1>{STORY}", head=head)
    assert found.fields["authors"][0] == ["Ann Lee"]
    assert "publisher" not in found.fields


def test_an_author_marked_outside_of_the_article_is_one() -> None:
    head = "<div>By <span itemprop='author' itemscope><b itemprop='name'>Ann Lee</b></span></div>"
    scope = "itemscope itemtype='https://schema.org/Article'"
    found = page(f"{head}<div {scope}><h1>Veldt buys the yard</h1>{STORY}</div>")
    assert found.fields["authors"][0] == ["Ann Lee"]


def test_a_heading_of_first_rank_may_be_the_name_of_the_site() -> None:
    body = f"<h1><a href='/blog'>Quay Notes</a></h1><h2>Veldt buys the yard</h2>{STORY}"
    found = page(body, title="Quay Notes » Veldt buys the yard")
    assert found.fields["title"][0] == "Veldt buys the yard"


def test_an_account_is_no_author_where_the_page_shows_a_name() -> None:
    body = f"<h1>Veldt buys the yard</h1><p>By Ann Lee</p><div>{STORY}</div>"
    stated = page(body, head="<meta name='author' content='annlee7'>")
    assert stated.fields["authors"][0] == ["Ann Lee"]


def test_authors_of_teasers_below_the_text_are_not_those_of_the_article() -> None:
    teaser = "<div><h3>Other</h3><span itemprop='author'>Bo Chan</span></div>"
    body = f"<article><h1>Yard</h1><p itemprop='author'>Ann Lee</p>{STORY}{teaser}</article>"
    assert page(body).fields["authors"][0] == ["Ann Lee"]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("<h1>Veldt buys the ferry yard</h1>", "Veldt buys the ferry yard"),
        ("<h1><span class='kicker'>Ports</span> Veldt buys a yard</h1>", "Veldt buys a yard"),
        ("<h1><a href='/'>Harrow News and Views</a></h1>", "Veldt buys the yard"),
        ("<h1>A quay full of welders</h1>", "A quay full of welders"),
        ("<h1>News</h1>", "Veldt buys the yard"),
        ("<h1>Veldt buys a yard</h1><h1>Veldt buys the bay</h1>", "Veldt buys the yard"),
    ],
    ids=["alike", "kicker", "name of the site", "the only one", "a section", "several"],
)
def test_the_title_is_the_headline_that_the_page_shows(heading: str, title: str) -> None:
    stated = page(f"<div>{heading}{STORY}</div>")
    assert stated.fields["title"][0] == title


@pytest.mark.parametrize(
    "names",
    ["box modal-enabled", "post hentry type-post tag-newsletter tag-comments"],
)
def test_an_article_named_like_furniture_is_read(names: str) -> None:
    found = texts(f"<div class='{names}'><h1>Veldt buys the yard</h1>{STORY}</div>")
    assert any("210 welders" in text for text in found)


def test_an_article_among_many_links_is_read() -> None:
    links = "".join(
        f"<li><a href='/{n}'>A story with several words {n}</a></li>" for n in range(60)
    )
    found = texts(f"<div><h1>Veldt buys the yard</h1>{STORY}<ul>{links}</ul></div>")
    assert any("210 welders" in text for text in found)
    assert not any("several words" in text for text in found)


def test_a_box_over_a_word_goes_and_its_sentence_stays() -> None:
    box = "".join(f"<a href='/{n}'>Another story that names her, part {n}</a>" for n in range(4))
    name = (
        f"<span><a href='/p'>Ilka Oman</a><span class='rollover'><span>{box}</span></span></span>"
    )
    line = f"<p>A man pleaded guilty to charges that he threatened Rep. {name} of Harrow.</p>"
    found = texts(f"<article><h1>Veldt buys the yard</h1>{line}{STORY}</article>")
    assert "A man pleaded guilty to charges that he threatened Rep. Ilka Oman of Harrow." in found


@pytest.mark.parametrize(
    "beside",
    [
        "<footer><div id='comments'><article><p>I said so long ago.</p></article></div></footer>",
        "<div><h3>3 Comments</h3><p>I said so long ago.</p></div>",
        "<p class='share-text'>I said so</p>",
        "<div class='print-footer'>I said so, 2019</div>",
        "<div><div class='title'>Our Latest Stories</div><ul>"
        + "".join(
            f"<li><h3><a href='/{n}'>I said so often</a></h3><h4>It is a long line.</h4></li>"
            for n in range(3)
        )
        + "</ul></div>",
        "<p><a href='/other'>I said so: the yard in five pictures</a></p>",
        "<div>Pages: <a href='?p=1'>1</a> 2 <a href='?p=3'>3</a> <b>I said so</b></div>",
        "<div><span>Lesen Sie auch</span><a href='/a'>I said so, sagt die Werft</a></div>",
        "<p><em>Also read: <a href='/a'>I said so long ago</a></em></p>",
        "<div><h3>Our letter</h3><p>I said so in it.</p><form><input type='email'></form></div>",
        "<amp-ad><div>I said so</div></amp-ad>",
        "<p>The yard. <i class='material-icons'>I said so</i></p>",
    ],
    ids=[
        *("comments", "counted comments", "sharing", "print", "rail", "linked line", "pages"),
        *("label and link", "label in a line", "sign-up", "made-up element", "icon"),
    ],
)
def test_what_stands_beside_an_article_is_left_out(beside: str) -> None:
    found = texts(f"<article><h1>Veldt buys the yard</h1>{STORY}{beside}</article>")
    assert any("210 welders" in text for text in found)
    assert not any("I said so" in text for text in found)


def test_a_link_to_a_file_is_no_teaser() -> None:
    line = "<p><a href='/report.pdf'>The yearly report of the yard</a></p>"
    found = texts(f"<article><h1>Veldt buys the yard</h1>{STORY}{line}</article>")
    assert "The yearly report of the yard" in found


def test_the_second_of_two_names_is_a_place_only_where_the_text_says_so() -> None:
    line = "Marcos Leal, Porto Alegre"
    assert persons_with_place(line, [], "A obra em Porto Alegre custa 4 milhões.") == [
        "Marcos Leal"
    ]
    assert persons_with_place(line, [], "A obra custa 4 milhões.") == []
    assert persons_with_place("Ann Lee, Bo Chan and Di Roe", [], "") == [
        "Ann Lee",
        "Bo Chan",
        "Di Roe",
    ]


def test_a_blog_named_after_its_author_does_not_hide_him() -> None:
    assert pen_names("gizmo", ["gizmo.example.com"]) == ["gizmo"]
    assert persons_with_place("Dan Lemer", ["Dan Lemer's blog"], "") == ["Dan Lemer"]


def test_the_address_that_singlefile_notes_is_that_of_the_page() -> None:
    note = "<!--\n Page saved with SingleFile \n url: https://example.org/quay \n-->"
    markup = (
        f"<!DOCTYPE html><html>{note}<head><title>Yard</title></head><body>{STORY}</body></html>"
    )
    fields = html.parse(markup.encode(), LoadLimits()).fields
    assert fields["url"][0] == "https://example.org/quay"
