"""Pages that show their day in plain words, as offices, blogs and news do, in words of our own.

Each is a name, the page's language, its title, the markup of its body and the day of publication;
None where no day that is shown is one.
"""

from __future__ import annotations

from typing import NamedTuple


class ShownDay(NamedTuple):
    """A page and the day on which a reader takes it to be published."""

    name: str
    language: str
    title: str
    body: str
    day: str | None

    @property
    def markup(self) -> str:
        """The page as a file."""
        head = f'<meta charset="utf-8"><title>{self.title}</title>'
        start = f'<!doctype html><html lang="{self.language}"><head>{head}</head>'
        return f"{start}<body>{self.body}</body></html>"


_STORY = (
    "<p>Orrin shares its depot in Leith with a rival for the next ten years, and both firms pay"
    " half of what it costs to run it, as the two said on Tuesday at the harbour of Leith.</p>"
    "<p>The depot holds 300 lorries. The town had asked for it since the spring of last year.</p>"
)


def _at(inside: str, after: str = "", title: str = "Depot for two") -> str:
    return f"<div class=c1><h1>{title}</h1>{inside}{_STORY}{after}</div>"


_TITLE = "Depot for two"

SHOWN_DAYS = [
    ShownDay(*each)
    for each in (
        ("day and topic", "de", _TITLE, _at("<p>28. Januar 2022 | Verkehr</p>"), "2022-01-28"),
        ("as of", "de", _TITLE, _at("", "<p>Stand: 03.05.2021</p>"), "2021-05-03"),
        (
            "foot of an article, change before publication",
            "de",
            _TITLE,
            _at("", "<p>Letzte Änderung: 31.10.2023 - 14:49<br>Erschienen am: 01.11.2023</p>"),
            "2023-11-01",
        ),
        (
            "label in an element of its own",
            "de",
            _TITLE,
            _at("<div><span>Datum</span> <span>28.01.2022</span><br>Ort: Leith</div>"),
            "2022-01-28",
        ),
        (
            "press office",
            "de",
            _TITLE,
            _at("", "<div>Pressemitteilung vom 20.01.2022</div>"),
            "2022-01-20",
        ),
        ("two digits", "de", _TITLE, _at("<p>28.01.22 / 0 Kommentare</p>"), "2022-01-28"),
        (
            "published by, above the title",
            "de",
            _TITLE,
            f"<main><div><p>Veröffentlicht von Karl am 5. April 2017</p><h1>{_TITLE}</h1></div>"
            f"{_STORY}</main>",
            "2017-04-05",
        ),
        (
            "name and day side by side",
            "de",
            _TITLE,
            _at("<div><span>Tanja Kehl</span><span></span><span>3.11.2023</span></div>"),
            "2023-11-03",
        ),
        (
            "day and its lead",
            "de",
            _TITLE,
            _at("<p><span>31. Oktober 2023.</span> Zwei Firmen teilen sich ein Lager.</p>"),
            "2023-10-31",
        ),
        (
            "published and updated",
            "en",
            _TITLE,
            _at("<div>Published Jan 3, 2020 | Updated Feb 4, 2020</div>"),
            "2020-01-03",
        ),
        (
            "byline",
            "en",
            _TITLE,
            _at("<p>By Ann Lee on 9 June 2021 at 10:15 am</p>"),
            "2021-06-09",
        ),
        (
            "read in the page's language",
            "en-US",
            _TITLE,
            _at("<p>Posted on 3/4/2019</p>"),
            "2019-03-04",
        ),
        ("unknown order", "en", _TITLE, _at("<p>Posted on 3/4/2019</p>"), None),
        ("french", "fr", _TITLE, _at("<p>Mis en ligne le 3 mars 2019</p>"), "2019-03-03"),
        (
            "french byline",
            "fr",
            _TITLE,
            _at("<p>Par Luc Morin, le 1er mars 2019</p>"),
            "2019-03-01",
        ),
        ("spanish", "es", _TITLE, _at("<p>Publicado el 12/03/2025</p>"), "2025-03-12"),
        ("italian", "it", _TITLE, _at("<p>venerdì, 14 marzo 2025 - Trasporti</p>"), "2025-03-14"),
        ("dutch", "nl", _TITLE, _at("<p>Geplaatst op 3 maart 2019</p>"), "2019-03-03"),
        (
            "portuguese",
            "pt",
            _TITLE,
            _at("", "<footer>Publicado em 12 de março de 2025</footer>"),
            "2025-03-12",
        ),
        (
            "change alone",
            "de",
            _TITLE,
            _at("<p>Aktualisiert: 11.04.2020</p>", "<p>Zuletzt geändert am 12.04.2020</p>"),
            None,
        ),
        ("event", "de", _TITLE, _at("<p>Termin: 12.03.2021</p>", "<p>Am 12. März 2021</p>"), None),
        ("span of days", "de", _TITLE, _at("<p>12.03.2021 - 14.03.2021</p>"), None),
        (
            "microdata of an event",
            "en",
            _TITLE,
            f'<div itemscope itemtype="https://schema.org/Event">{_at("<p>9 June 2021</p>")}</div>',
            None,
        ),
        (
            "day within a sentence",
            "en",
            _TITLE,
            _at("<p>On <b>9 June 2021</b> it burnt.</p>"),
            None,
        ),
        (
            "first words of a sentence",
            "en",
            _TITLE,
            _at("<p><b>9 June 2021</b> was the day of the fire</p>"),
            None,
        ),
        ("copyright", "en", _TITLE, _at("", "<footer>© 9 June 2021 Orrin</footer>"), None),
        (
            "comment",
            "en",
            _TITLE,
            _at("", "<hr><p>Posted by Pat on 9 June 2021: I like lorries.</p>"),
            None,
        ),
        (
            "today above the page",
            "en",
            _TITLE,
            f"<div>Thursday, 9 June 2022</div>{_at('<p>9 June 2021</p>')}",
            "2021-06-09",
        ),
        (
            "update in another piece of the line",
            "en",
            _TITLE,
            _at("<p>June 9, 2021 / 12:25 PM / Updated 8 hours ago</p>"),
            "2021-06-09",
        ),
        (
            "update with a time of its own in the next element",
            "en",
            _TITLE,
            _at(
                "<p>By Ann Lee <time><span>June 9, 2021</span><span>12:46 PM GMT+1</span>"
                "<span>Updated 2 years ago</span></time></p>"
            ),
            "2021-06-09",
        ),
        (
            "number of a release behind the day",
            "de",
            _TITLE,
            _at("<p>Berlin, 09.06.2021, 058/21</p>"),
            "2021-06-09",
        ),
        (
            "menu between title and day",
            "de",
            _TITLE,
            _at(
                f"<ul>{'<li><a href=/x>Leith und mehr</a></li>' * 14}</ul>"
                "<ul class=meta><li>09.06.2021</li></ul>"
            ),
            "2021-06-09",
        ),
        (
            "member of a forum",
            "de",
            _TITLE,
            _at("<dl><dt>r23</dt><dd>Registriert: 18.09.2008</dd></dl>"),
            None,
        ),
        (
            "hours of an event",
            "en",
            _TITLE,
            _at("<p>14 May 2024, 10am – 4pm</p>"),
            None,
        ),
    )
]
