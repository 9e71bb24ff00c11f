"""Saved news pages in the shapes that common publishing systems produce, in words of our own.

Each is a name, the markup, and what is stated in it: title, authors, publisher and published. A
field that is not in the last is unknown and must stay so.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple


class NewsPage(NamedTuple):
    """A page and the fields that a reader finds on it."""

    name: str
    markup: str
    expected: dict[str, Any]


_STORY = (
    "<p>{0} said on Tuesday that it would share its depot in Leith with a rival for ten years.</p>"
    "<p>The depot holds 300 lorries, and both firms will pay half of what it costs to run it.</p>"
    "<p>{0} had looked for a partner since the spring, when its largest customer left it.</p>"
)
_COMMENTS = (
    '<section id="comments" class="comments-area"><h2>2 comments</h2><ol class="comment-list">'
    '<li class="comment"><b class="fn">Pat Grumble</b> <time datetime="2025-11-02T08:00:00Z">'
    "2 November 2025</time><p>I never liked that depot, and my cousin does not either.</p></li>"
    '<li class="comment"><b class="fn">Lou Snark</b> <time datetime="2025-11-03">3 November 2025'
    "</time><p>Who pays for the lorries, then? Nobody tells us.</p></li></ol></section>"
)
_FOOTER = "<footer><p>© 2026 {0}. All rights reserved.</p></footer>"
_NAV = '<nav><ul><li><a href="/">Home</a></li><li><a href="/money">Money</a></li></ul></nav>'


def _page(head: str, body: str, language: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">{head}</head>'
        f"<body>{body}</body></html>"
    )


def _ld(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def _article(title: str, inside: str = "", company: str = "Orrin Freight") -> str:
    return f"<main><article><h1>{title}</h1>{inside}{_STORY.format(company)}</article></main>"


_GRAPH = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": ["Article", "BlogPosting"],
            "@id": "https://pier.example/depot/#article",
            "isPartOf": {"@id": "https://pier.example/depot/"},
            "author": {"name": "Tess Marlow", "@id": "https://pier.example/#/schema/person/77"},
            "headline": "Orrin shares its depot &#8211; at last",
            "datePublished": "2023-05-04T06:00:00+00:00",
            "dateModified": "2023-05-09T06:00:00+00:00",
            "publisher": {"@id": "https://pier.example/#organization"},
            "commentCount": 2,
        },
        {
            "@type": "WebPage",
            "@id": "https://pier.example/depot/",
            "url": "https://pier.example/depot/",
            "name": "Orrin shares its depot - at last - Pier Post",
            "datePublished": "2023-05-04T06:00:00+00:00",
        },
        {"@type": "WebSite", "@id": "https://pier.example/#website", "name": "The Pier"},
        {
            "@type": "Organization",
            "@id": "https://pier.example/#organization",
            "name": "Pier Post",
        },
        {
            "@type": "Person",
            "@id": "https://pier.example/#/schema/person/77",
            "name": "Tess Marlow",
        },
    ],
}

PAGES = [
    NewsPage(
        "yoast graph",
        _page(
            "<title>Orrin shares its depot - at last - Pier Post</title>" + _ld(_GRAPH),
            _NAV + _article("Orrin shares its depot – at last") + _COMMENTS,
        ),
        {
            "title": "Orrin shares its depot – at last",
            "authors": ["Tess Marlow"],
            "publisher": "Pier Post",
            "published": "2023-05-04",
        },
    ),
    NewsPage(
        "news article with several authors",
        _page(
            "<title>Depot shared | Morning Ledger</title>"
            + _ld(
                {
                    "@type": "NewsArticle",
                    "headline": "Depot shared",
                    "author": [
                        {"@type": "Person", "name": "Ann Lee"},
                        {"@type": "Person", "name": "Bo Chan"},
                        {"@type": "Organization", "name": "Morning Ledger"},
                    ],
                    "publisher": {"@type": "NewsMediaOrganization", "name": "Morning Ledger"},
                    "datePublished": "2022-01-31T23:30:00-05:00",
                }
            ),
            _article("Depot shared") + _FOOTER.format("Morning Ledger"),
        ),
        {
            "title": "Depot shared",
            "authors": ["Ann Lee", "Bo Chan"],
            "publisher": "Morning Ledger",
            "published": "2022-01-31",
        },
    ),
    NewsPage(
        "wordpress theme without plug-in",
        _page(
            "<title>Orrin finds a partner – Dock Blog</title>",
            '<div id="page"><header class="site-header"><p class="site-title">Dock Blog</p>'
            '</header><article class="post"><header class="entry-header"><h1 class="entry-title">'
            'Orrin finds a partner</h1><div class="entry-meta"><span class="posted-on">Posted on '
            '<time class="entry-date published" datetime="2019-08-12T10:00:00+00:00">August 12, '
            '2019</time><time class="updated" datetime="2019-09-01T10:00:00+00:00">September 1, '
            '2019</time></span><span class="byline"> by <span class="author vcard"><a class="url '
            'fn n" href="/author/mia">Mia Torres</a></span></span></div></header><div '
            f'class="entry-content">{_STORY.format("Orrin")}</div></article>{_COMMENTS}</div>',
        ),
        {
            "title": "Orrin finds a partner",
            "authors": ["Mia Torres"],
            "published": "2019-08-12",
        },
    ),
    NewsPage(
        "blogger",
        _page(
            "<title>Dock Notes: Depot for two</title>",
            '<div class="post hentry"><h3 class="post-title entry-title">Depot for two</h3>'
            f'<div class="post-body entry-content">{_STORY.format("Orrin")}</div>'
            '<div class="post-footer"><span class="post-author vcard">Posted by <span class="fn">'
            'Rhys Penn</span></span> at <abbr class="published" title="2012-05-03T09:00:00+01:00">'
            "9:00 AM</abbr></div></div>",
        ),
        {"authors": ["Rhys Penn"], "published": "2012-05-03"},
    ),
    NewsPage(
        "meta elements only",
        _page(
            '<title>Two firms, one depot</title><meta property="og:title" content="Two firms, one '
            'depot | Quay Today"><meta property="og:site_name" content="Quay Today"><meta '
            'name="author" content="Jo Field"><meta property="article:published_time" '
            'content="2021-02-03T04:05:06Z"><meta property="article:modified_time" '
            'content="2021-02-09T04:05:06Z"><meta property="article:author" '
            'content="https://social.example/quaytoday">',
            _article("Two firms, one depot"),
        ),
        {
            "title": "Two firms, one depot",
            "authors": ["Jo Field"],
            "publisher": "Quay Today",
            "published": "2021-02-03",
        },
    ),
    NewsPage(
        "open graph without an author",
        _page(
            '<meta property="og:title" content="Depot talks"><meta property="og:site_name" '
            'content="Quay Today"><meta property="article:published_time" content="2021-03-04">'
            '<meta property="article:author" content="https://social.example/quaytoday"><meta '
            'name="author" content="Quay Today">',
            _article("Depot talks") + _FOOTER.format("Quay Today"),
        ),
        {"title": "Depot talks", "publisher": "Quay Today", "published": "2021-03-04"},
    ),
    NewsPage(
        "byline with role, date line with update",
        _page(
            "<title>Lorries move in</title>",
            _article(
                "Lorries move in",
                '<div class="article__byline">By Ann Lee, Transport correspondent</div>'
                '<div class="article__date">Updated 9 May 2024 | Published 7 May 2024</div>',
            ),
        ),
        {"title": "Lorries move in", "authors": ["Ann Lee"], "published": "2024-05-07"},
    ),
    NewsPage(
        "plain byline in one line",
        _page(
            "<title>Lorries move out</title>",
            _article("Lorries move out", "<p>By Ann Lee and Bo Chan | March 5, 2024</p>"),
        ),
        {
            "title": "Lorries move out",
            "authors": ["Ann Lee", "Bo Chan"],
            "published": "2024-03-05",
        },
    ),
    NewsPage(
        "microdata with comments of their own",
        _page(
            "<title>Depot opens - Harbour Wire</title>",
            '<div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">Depot '
            'opens</h1><span itemprop="author" itemscope itemtype="http://schema.org/Person"><span '
            'itemprop="name">Vera Holt</span></span><meta itemprop="datePublished" '
            'content="2018-10-11"><span itemprop="publisher" itemscope '
            'itemtype="http://schema.org/Organization"><meta itemprop="name" content="Harbour '
            f'Wire"></span><div itemprop="articleBody">{_STORY.format("Orrin")}</div>'
            '<div itemprop="comment" itemscope itemtype="http://schema.org/Comment"><span '
            'itemprop="author">Pat Grumble</span><time itemprop="datePublished" '
            'datetime="2025-01-01">1 January</time><p itemprop="text">I do not believe a word of '
            "it.</p></div></div>",
        ),
        {
            "title": "Depot opens",
            "authors": ["Vera Holt"],
            "publisher": "Harbour Wire",
            "published": "2018-10-11",
        },
    ),
    NewsPage(
        "microdata without a scope",
        _page(
            '<title>Depot closes</title><meta itemprop="headline" content="Depot closes"><meta '
            'itemprop="author" content="Sam Reed"><meta itemprop="datePublished" '
            'content="2020-06-07T08:00:00+0100">',
            _article("Depot closes"),
        ),
        {"title": "Depot closes", "authors": ["Sam Reed"], "published": "2020-06-07"},
    ),
    NewsPage(
        "neither author nor date, but comments and a copyright line",
        _page(
            "<title>About our depots</title>",
            _article("About our depots") + _COMMENTS + _FOOTER.format("Orrin Freight"),
        ),
        {"title": "About our depots"},
    ),
    NewsPage(
        "administrator as author",
        _page(
            '<title>Depot news</title><meta name="author" content="admin"><meta '
            'property="og:site_name" content="Orrin Freight">',
            _article(
                "Depot news", '<p class="meta">Posted by <a rel="author" href="/a">admin</a></p>'
            ),
        ),
        {"title": "Depot news", "publisher": "Orrin Freight"},
    ),
    NewsPage(
        "other articles in the data",
        _page(
            '<title>Depot for Leith</title><link rel="canonical" '
            'href="https://quay.example/leith">'
            + _ld(
                [
                    {
                        "@type": "NewsArticle",
                        "headline": "Ferry for Hull",
                        "url": "https://quay.example/hull",
                        "author": {"@type": "Person", "name": "Wrong Person"},
                        "datePublished": "2010-01-01",
                    },
                    {
                        "@type": "NewsArticle",
                        "headline": "Depot for Leith",
                        "url": "https://quay.example/leith",
                        "author": {"@type": "Person", "name": "Ada Finch"},
                        "datePublished": "2020-02-02",
                    },
                ]
            ),
            _article("Depot for Leith"),
        ),
        {"title": "Depot for Leith", "authors": ["Ada Finch"], "published": "2020-02-02"},
    ),
    NewsPage(
        "data with a comma too many and names as text",
        _page(
            '<title>Depot deal</title><script type="application/ld+json">/*<![CDATA[*/{"@type": '
            '["NewsArticle", "Report"], "headline": "Depot deal", "author": "Ann Lee and Bo Chan",'
            ' "datePublished": "March 5, 2024", "publisher": {"name": "Quay Today"},}/*]]>*/'
            "</script>",
            _article("Depot deal"),
        ),
        {
            "title": "Depot deal",
            "authors": ["Ann Lee", "Bo Chan"],
            "publisher": "Quay Today",
            "published": "2024-03-05",
        },
    ),
    NewsPage(
        "journal",
        _page(
            '<title>Sharing depots: a study</title><meta name="citation_title" content="Sharing '
            'depots: a study"><meta name="citation_author" content="Lee, Ann"><meta '
            'name="citation_author" content="Chan, Bo"><meta name="citation_journal_title" '
            'content="Journal of Depots"><meta name="citation_publication_date" '
            'content="2017/03/02">',
            _article("Sharing depots: a study"),
        ),
        {
            "title": "Sharing depots: a study",
            "authors": ["Lee, Ann", "Chan, Bo"],
            "publisher": "Journal of Depots",
            "published": "2017-03-02",
        },
    ),
    NewsPage(
        "german",
        _page(
            "<title>Zwei Firmen, ein Lager - Hafenblatt</title><meta property=og:site_name "
            "content=Hafenblatt>",
            '<main><article><h1>Zwei Firmen, ein Lager</h1><p class="autor">Von Karl Mayer</p>'
            '<p class="datum">12. März 2025, 10:05 Uhr</p><p>Die Firma Orrin teilt ihr Lager in '
            "Leith mit einem Konkurrenten, wie sie am Dienstag mitteilte.</p><p>Das Lager fasst "
            "300 Lastwagen, und beide Firmen zahlen die Hälfte der Kosten.</p></article></main>",
            "de",
        ),
        {
            "title": "Zwei Firmen, ein Lager",
            "authors": ["Karl Mayer"],
            "publisher": "Hafenblatt",
            "published": "2025-03-12",
        },
    ),
    NewsPage(
        "french",
        _page(
            "<title>Un dépôt pour deux | Le Quai</title>",
            '<main><article><h1>Un dépôt pour deux</h1><p class="auteur">Par Luc Morin</p><p '
            'class="date-publication">Publié le 12 mars 2025 à 10h05, mis à jour le 13 mars 2025'
            "</p><p>La société Orrin partage son dépôt de Leith avec une rivale, a-t-elle dit "
            "mardi.</p><p>Le dépôt abrite 300 camions et chacune paie la moitié des frais.</p>"
            "</article></main>",
            "fr",
        ),
        {"title": "Un dépôt pour deux", "authors": ["Luc Morin"], "published": "2025-03-12"},
    ),
    NewsPage(
        "spanish",
        _page(
            "<title>Un depósito para dos</title>",
            "<main><article><h1>Un depósito para dos</h1><p class=firma>Por Ana Ruiz</p><p "
            "class=fecha>12 de marzo de 2025</p><p>La empresa Orrin comparte su depósito de Leith "
            "con una rival, según dijo el martes.</p><p>El depósito tiene 300 camiones y cada una "
            "paga la mitad de los gastos.</p></article></main>",
            "es",
        ),
        {"title": "Un depósito para dos", "authors": ["Ana Ruiz"], "published": "2025-03-12"},
    ),
    NewsPage(
        "labels for social networks",
        _page(
            '<title>Depot diary</title><meta property="og:title" content="Depot diary"><meta '
            'property="og:site_name" content="Quay Today"><meta name="twitter:label1" '
            'content="Written by"><meta name="twitter:data1" content="Noor Haddad"><meta '
            'property="article:published_time" content="2022-09-10T00:00:00.000Z">',
            _article("Depot diary"),
        ),
        {
            "title": "Depot diary",
            "authors": ["Noor Haddad"],
            "publisher": "Quay Today",
            "published": "2022-09-10",
        },
    ),
    NewsPage(
        "press release",
        _page(
            "<title>Orrin Freight and Tay Haulage to share depot</title><meta name=author "
            'content="Orrin Freight"><meta property=og:site_name content="Orrin Freight">',
            "<main><article><h1>Orrin Freight and Tay Haulage to share depot</h1><p>LEITH, March "
            "5, 2024 – Orrin Freight and Tay Haulage will share a depot in Leith for ten years, "
            "the two companies announced today.</p><p>The depot holds 300 lorries, and both firms "
            "will pay half of what it costs to run it.</p></article></main>",
        ),
        {
            "title": "Orrin Freight and Tay Haulage to share depot",
            "publisher": "Orrin Freight",
            "published": "2024-03-05",
        },
    ),
    NewsPage(
        "capitals in the byline",
        _page(
            "<title>Depot day</title>",
            _article(
                "Depot day",
                '<span class="byline-name">BY ANN LEE</span><time datetime="2016-02-29T10:00">Feb. '
                "29, 2016</time>",
            ),
        ),
        {"title": "Depot day", "authors": ["ANN LEE"], "published": "2016-02-29"},
    ),
    NewsPage(
        "dated address",
        _page(
            '<title>Depot night</title><link rel="canonical" '
            'href="https://quay.example/2015/07/08/depot-night/">',
            _article("Depot night"),
        ),
        {"title": "Depot night", "published": "2015-07-08"},
    ),
    NewsPage(
        "live page",
        _page(
            "<title>Live: the depot vote</title>"
            + _ld(
                {
                    "@type": "LiveBlogPosting",
                    "headline": "Live: the depot vote",
                    "datePublished": "2024-06-01T08:00:00Z",
                    "author": {"@type": "Person", "name": "Ida Moss"},
                    "publisher": {"@type": "Organization", "name": "Quay Today"},
                    "liveBlogUpdate": [
                        {
                            "@type": "BlogPosting",
                            "headline": "Vote is over",
                            "datePublished": "2024-06-02T08:00:00Z",
                            "author": {"@type": "Person", "name": "Wrong Person"},
                        }
                    ],
                }
            ),
            _article("Live: the depot vote"),
        ),
        {
            "title": "Live: the depot vote",
            "authors": ["Ida Moss"],
            "publisher": "Quay Today",
            "published": "2024-06-01",
        },
    ),
    NewsPage(
        "author box and related articles with dates",
        _page(
            "<title>Depot week | Quay Today</title>",
            _NAV
            + '<main><article><h1>Depot week</h1><a href="/ann" class="author-link">Ann Lee</a>'
            + '<span class="publish-date">5 Mar 2024</span>'
            + _STORY.format("Orrin")
            + '<div class="author-bio"><h4>About the author</h4><p>Ann Lee has written about '
            "lorries since 2001.</p></div></article>"
            '<aside class="related"><h3>Related</h3><ul><li><a href="/1">Depot of the year is in '
            'Hull</a> <time datetime="2023-01-01">1 January 2023</time> by Bo Chan</li></ul>'
            "</aside></main>",
        ),
        {"title": "Depot week", "authors": ["Ann Lee"], "published": "2024-03-05"},
    ),
    NewsPage(
        "rdfa of a content system, submitted line",
        _page(
            "<title>Depot year | Quay Today</title>",
            '<main><article><h1>Depot year</h1><div class="node__submitted">Submitted by <span '
            'typeof="schema:Person" property="schema:name">Otto Lund</span> on <span>5 March 2024'
            f"</span></div>{_STORY.format('Orrin')}</article></main>",
        ),
        {"title": "Depot year", "authors": ["Otto Lund"], "published": "2024-03-05"},
    ),
    NewsPage(
        "names in several elements of a byline",
        _page(
            "<title>Depot month</title>",
            _article(
                "Depot month",
                '<ul class="authors"><li><a href="/a" rel="author">Ann Lee</a></li>'
                '<li><a href="/b" rel="author">Bo Chan</a></li></ul>'
                '<p class="timestamp">Posted: March 5, 2024, 9:12 a.m.</p>',
            ),
        ),
        {"title": "Depot month", "authors": ["Ann Lee", "Bo Chan"], "published": "2024-03-05"},
    ),
    NewsPage(
        "list of articles",
        _page(
            "<title>Depots | Quay Today</title>",
            "<main><h1>Depots</h1>"
            + "".join(
                f'<article><h2><a href="/{number}">Depot {number} is let</a></h2><p class="byline">'
                f'By <a rel="author" href="/a">Ann Lee{number}</a></p><time datetime="2024-01-0'
                f'{number}">{number} January 2024</time><p>The depot in street {number} is let to '
                "a firm from Perth for the next ten years, its owner said.</p></article>"
                for number in range(1, 5)
            )
            + "</main>",
        ),
        {"title": "Depots"},
    ),
    NewsPage(
        "photographer, updated day, and a day in the text",
        _page(
            "<title>Depot fire</title>",
            _article(
                "Depot fire",
                '<figure><img src="a.jpg"><figcaption class="credit">Photo by Jane Doe</figcaption>'
                '</figure><p class="last-updated">Last updated: 5 March 2024</p><p>By Friday, '
                "1 March 2024, the fire had burnt 40 lorries, the brigade said.</p>",
            ),
        ),
        {"title": "Depot fire"},
    ),
    NewsPage(
        "authors in two places",
        _page(
            "<title>Depot and rail</title>",
            _article(
                "Depot and rail",
                '<p class="byline">By Ann Lee in London and Bo Chan in Rome</p>'
                '<p class="dateline">Tuesday 5 March 2024 09.12 GMT</p>',
            ),
        ),
        {"title": "Depot and rail", "authors": ["Ann Lee", "Bo Chan"], "published": "2024-03-05"},
    ),
    NewsPage(
        "names in one node, no publisher, site's name as heading",
        _page(
            "<title>Quay Today - Depot and road</title>"
            + _ld({"@type": "WebSite", "name": "Quay Today"})
            + _ld(
                {
                    "@type": "NewsArticle",
                    "headline": "Depot and road",
                    "author": {"@type": "Person", "name": ["Ann Lee", "Bo Chan"]},
                    "datePublished": "2024-03-05T10:00:00",
                }
            ),
            '<div class="top"><h1>Quay Today</h1></div><div class="story"><h2>Depot and road</h2>'
            + _STORY.format("Orrin")
            + "</div>",
        ),
        {
            "title": "Depot and road",
            "authors": ["Ann Lee", "Bo Chan"],
            "publisher": "Quay Today",
            "published": "2024-03-05",
        },
    ),
    NewsPage(
        "author without a node, agency in the byline",
        _page(
            "<title>Depot and sea</title>"
            + _ld(
                {
                    "@type": "NewsArticle",
                    "headline": "Depot and sea",
                    "author": {"@id": "https://quay.example/#nobody"},
                    "datePublished": "2024-03-05T10:00:00",
                    "publisher": {"@type": "Organization", "name": "Quay Today"},
                }
            ),
            _article("Depot and sea", '<p class="byline">Ann Lee and agencies</p>'),
        ),
        {
            "title": "Depot and sea",
            "authors": ["Ann Lee"],
            "publisher": "Quay Today",
            "published": "2024-03-05",
        },
    ),
    NewsPage(
        "today's date in the site's head",
        _page(
            "<title>Depot and air</title>",
            '<header class="site-header"><span class="date">Thursday, 26 November 2026</span>'
            "</header>" + _article("Depot and air"),
        ),
        {"title": "Depot and air"},
    ),
]


def _from_file(path: Path) -> NewsPage:
    """A page whose last comment has what is stated in it."""
    markup = path.read_text(encoding="utf-8")
    expected = re.search(r"<!-- expected: (.*) -->\s*\Z", markup)
    assert expected is not None, path
    return NewsPage(path.stem, markup[: expected.start()], json.loads(expected[1]))


PAGES += [_from_file(path) for path in sorted((Path(__file__).parent / "pages").glob("*.html"))]
