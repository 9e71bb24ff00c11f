"""The day of publication as the page shows it in plain words: beside its title, or labelled so.

Read from all visible lines, before menus and foot are taken out: the line often stands outside of
the article. A day counts if a word says publication, or if it stands alone ("3 March 2019 | Ann
Lee") between the title and the text. The day of an event, a comment, an update is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING

from ingest.dating import SPAN_OF_HOURS
from ingest.loaders.html_lines import EDGE, Line, lines_beside, lines_of, title_at
from ingest.loaders.html_visibility import classes_of
from ingest.months import MONTH_PATTERN, MONTHS

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_LINE = 160
"""Characters of a line that may give the day."""

MAX_LABEL = 30
"""Characters of a line that only names what stands in the next."""

_DATE = re.compile(
    rf"(?<![\d./-])(?:(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>\d{{1,2}})[-/.](?P<d1>\d{{1,2}})"
    r"|(?P<d2>\d{1,2})(?P<sign>[./-])\s?(?P<m2>\d{1,2})(?P=sign)\s?(?P<y2>(?:19|20)?\d\d)"
    r"|(?P<d3>\d{1,2})(?:st|nd|rd|th|er|[.º°])?[\s-]+(?:of\s+|de\s+)?"
    rf"(?P<n3>{MONTH_PATTERN})\.?,?"
    r"[\s-]+(?:de\s+|del\s+)?(?P<y3>(?:19|20)\d\d)"
    rf"|(?P<n4>{MONTH_PATTERN})\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y4>(?:19|20)\d\d)"
    r")(?![\d/-])(?!\.\d)",
    re.IGNORECASE,
)
_WEEKDAY = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?|(?:mo|di|mi|do|fr|sa|so)\.?"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend"
    r"|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miércoles|jueves|viernes|sábado"
    r"|domingo|(?:lune|marte|mercole|giove|vener)dì|sabato|domenica"
    r"|(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?"
)
_PUBLICATION = re.compile(
    r"(?:\b(?:first |originally |date )?(?:published|posted|issued|uploaded|written)"
    r"|\b(?:publication|posting) date|\bdate (?:of publication|posted|published)"
    r"|\bpress release(?: of| from|,)?"
    r"|\b(?:veröffentlicht|publiziert|erschienen|erstellt|eingestellt|geschrieben|gepostet)"
    r"|\b(?:veröffentlichungs|erscheinungs|erstellungs)datum|\bdatum der veröffentlichung"
    r"|\b(?:presse|medien)(?:mitteilung|information) (?:nr\.? ?[\d/]+,? )?vom"
    r"|\b(?:publiée?|mise? en ligne|parue?|postée?)|\bdate de (?:publication|parution)"
    r"|\b(?:publicad[oa]|postad[oa])|\bfecha de publicación|\bdata d[ae] publica(?:ção|zione)"
    r"|\b(?:pubblicat[oa])|\b(?:gepubliceerd|geplaatst|verschenen)|\b(?:publicatie|plaatsings)datum)"
    r"(?:\W*\b(?:by|von|par|por|da|door)\s.{2,60}?)?"
    r"\W*(?:(?:on|at|am|den|der|le|el|il|op|em|in data|en|a)\b)?\W*"
    rf"(?:(?:{_WEEKDAY})\W*)?\Z",
    re.IGNORECASE,
)
"""Right before a date: it is that of publication."""

_AS_OF = re.compile(
    r"(?:\A|\W)(?:stand(?: (?:vom|des artikels|der informationen?))?|situation au|stato al"
    r"|stand van zaken)\W*\Z",
    re.IGNORECASE,
)
_DATE_WORD = re.compile(r"\W*(?:date|dated|datum|data|fecha|dato)\s*:?\s*\Z", re.IGNORECASE)
# "von Ann Lee am", "By Ann Lee on": a byline goes before; or a sign parts it from what does.
_BEFORE = re.compile(
    r"(?:(?:.*(?:[|•·–—»/>\ue000]|\s-|:))?|[A-ZÀ-Þ][^\W\d_]+(?:[ -][^\W\d_]+){0,3},"
    r"|(?:by|von|vom|par|por|di|da|door)\s.{3,60}?,?"
    r"(?:\s(?:on|am|vom|le|el|il|op|em))?)"
    rf"\s*(?:(?:{_WEEKDAY}),?\s*(?:den\s|the\s|le\s)?)?\s*[(\[]?\Z",
    re.IGNORECASE,
)
_TIME = (
    r"(?:,?\s*(?:at|um|à|a las|alle|às|om|[|•·–—-])?\s*\d{1,2}[:.h]\s?\d{2}(?::\d{2})?"
    r"(?:\s?[ap]\.?m\.?)?(?:\s?(?:uhr|h|uur|ore|[a-z]{3,4}))?\.?)?"
)
_AFTER = re.compile(
    rf"\s*[)\]]?{_TIME}\s*[)\]]?\s*(?:\Z|,\s*(?:(?:nr|no)\.?\s*)?\d{{1,4}}/\d{{2,4}}\s*\Z|[|•·–—»/]|-\s|\ue000(?!\s*(?-i:[a-zß-ÿ,;.:])))",
    re.IGNORECASE,
)
_WROTE = re.compile(
    rf"{_TIME}[\s|•·–—,-]*\b(?:by|von|par|por|da|di|door)\s+([^\d()]{{4,60}}?)\s*(?:\(.*\))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"[\s,|•·–—-]*(?:(?:at|um|à|a las|alle|às|om)\s)?\s*\d{1,2}[:.h]\s?\d{2}(?::\d{2})?"
    r"(?:\s?[ap]\.?m\b\.?)?(?:\s?(?:uhr|uur|ore|h\b))?(?:\s(?-i:[A-Z]{2,4})\b)?",
    re.IGNORECASE,
)
_OWN_UPDATE = re.compile(
    r"\ue000\s*(?:\w+\s)?(?:updat|aktualisier|mis à jour|mise à jour)\D*\d", re.IGNORECASE
)
"""An update with a time of its own, in an element of its own behind the day."""
_SIGN = re.compile(r"\s[|•·–—/-]\s")
_UPDATE = re.compile(
    r"updat|modif|edited|revised|aktualisier|geändert|änderung|überarbeit|mis à jour|mise à jour"
    r"|actualizad|aggiornat|aggiornamento|bijgewerkt|gewijzigd|atualizad|last change|letzte",
    re.IGNORECASE,
)
_NOT_PUBLICATION = re.compile(
    r"\b(?:events?|termine?|veranstaltung\w*|findet|beginn\w*|starts?|ends?|ende|deadline|frist|bis"
    r"|until|since|seit|depuis|desde|born|geboren|joined|registriert|anmelde\w*|mitglied\w*"
    r"|abgerufen|accessed|retrieved|received|accepted|release|valid|gültig|expires|kommentar\w*"
    r"|comments? (?:by|from)|rendez-vous|évènement|événement|evento|evenement|agenda|kalender"
    r"|calendar|jusqu|hasta|fino al|até|tot en met)\b|©|copyright",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\d\s?[.–—-]\s?\Z|\b(?:to|bis|au|al|tot|until|and|und|et)\s\Z", re.IGNORECASE)
_UNTIL = re.compile(r"\s*[–—-]\s*(?!\d{1,2}[:.h]\d\d)\d")
_OTHERS = re.compile(
    r"(?:^|[-_ ])(?:comments?|commentlist|respond|replies|disqus|related|recommend\w*"
    r"|events?|termine?|veranstaltung\w*|calendar|kalender|agenda|countdown|signature"
    r"|postprofile)(?:$|[-_ ])"
)
_TEASERS = re.compile(r"(?:^|[-_ ])(?:teasers?|promo|cards?|latest|popular|side-?bar|menu|nav\w*)")
_EVENT = re.compile(r"schema\.org/\w*Event\b")


class _Rank(IntEnum):
    """How plainly a day is that of publication; the lower wins."""

    LABELLED_BESIDE_TITLE = 0
    BELOW_TITLE = 1
    LABELLED = 2
    ABOVE_TITLE = 3
    AS_OF = 4


def shown_date(tree: HtmlElement, title: str) -> str | None:
    """The day of publication as "YYYY-MM-DD", where the page shows plainly one.

    Args:
        tree: The page without what no reader sees, its menus and foot still in it.
        title: Of the page, by which its heading is known.
    """
    body = tree.find(".//body")
    if body is None:
        return None
    lines = lines_of(body)
    day_first = _is_day_first(tree.get("lang") or "")
    at = title_at(lines, title)
    beside = set(lines_beside(lines, at)) if at is not None else set()
    is_event = any(_EVENT.search(each.get("itemtype")) for each in tree.xpath("//*[@itemtype]"))
    found: dict[_Rank, list[str]] = {}
    for number, line in enumerate(lines):
        label = _label(lines[number - 1].text) if number else ""
        place = None
        if number in beside and not is_event:
            place = _Rank.BELOW_TITLE if number > (at or 0) else _Rank.ABOVE_TITLE
        for rank, day in _days(line, label, place, day_first):
            if not _is_of_others(line.block, rank is _Rank.LABELLED):
                found.setdefault(rank, []).append(day)
    for rank in _Rank:
        if days := found.get(rank):
            return days[0] if len(set(days)) == 1 else None
    return None


def names_behind_date(line: str) -> str | None:
    """Who wrote, in "3.5.2019 10:00 von Ann Lee (2 comments)"; None in any other line."""
    match = _DATE.match(line)
    if match is None:
        return None
    named = _WROTE.fullmatch(line, match.end())
    return named[1] if named else None


def day_at_start(line: str) -> int:
    """Where in the line the text behind a day and a time goes on; 0 where none stands first."""
    match = _DATE.match(line)
    if match is None:
        return 0
    time = _CLOCK.match(line, match.end())
    return time.end() if time else match.end()


def _label(text: str) -> str:
    """A line that names what stands in the next one; "" for any other."""
    text = text.replace(EDGE, " ").strip()
    if len(text) > MAX_LABEL:
        return ""
    names = (_PUBLICATION, _AS_OF, _UPDATE, _DATE_WORD)
    is_label = text.endswith(":") or text.isalpha() or any(each.search(text) for each in names)
    return text if is_label else ""


def _days(
    line: Line, label: str, place: _Rank | None, day_first: bool | None
) -> Iterator[tuple[_Rank, str]]:
    if len(line.text) > MAX_LINE and place is None:
        return
    matches = list(_DATE.finditer(line.text[:MAX_LINE]))
    start = 0
    for match in matches:
        before = line.text[start : match.start()]
        start = match.end()
        said = before or (label if match is matches[0] else "")
        day = _day(match, day_first)
        if day is None or _UPDATE.search(before) or _NOT_PUBLICATION.search(said):
            continue
        if not before.strip(" ([") and (_UPDATE.search(label) or _AS_OF.search(label)):
            if _AS_OF.search(label) and not _UPDATE.search(label):
                yield _Rank.AS_OF, day
            continue
        if SPAN_OF_HOURS.match(line.text.replace(EDGE, " "), match.end()):
            continue  # of an event: "14 May 2024, 10am – 4pm"
        if re.match(r"[^|•·\ue000]{0,20}:\s+\S", line.text[match.end() :]):
            continue  # "Posted by Pat on 3 March 2019: I like it"
        if _PUBLICATION.search(before) or (not before.strip() and _PUBLICATION.search(label)):
            yield (_Rank.LABELLED_BESIDE_TITLE if place is not None else _Rank.LABELLED), day
        elif _AS_OF.search(before):
            yield _Rank.AS_OF, day
        elif place is not None and len(matches) == 1 and _stands_alone(line.text, match, before):
            yield place, day


def _stands_alone(text: str, match: re.Match[str], before: str) -> bool:
    """Set off from what stands before and after it in its line; no part of a sentence."""
    rest = text[match.end() :]
    # "3 March 2019 / 12:25 / Updated 8 hours ago": the update is another piece of the line.
    sign = _SIGN.search(rest)
    near = before + (rest[: sign.start()] if sign else rest)
    if own := _OWN_UPDATE.search(near, len(before)):
        near = near[: own.start()]
    if _RANGE.search(before) or _UPDATE.search(near) or _UNTIL.match(rest):
        return False
    if _DATE_WORD.fullmatch(before):
        return True
    # "Beginn: 3 March": a label that says anything else.
    labelled = re.search(r"[^\W\d]\s*:\s*\Z", before)
    parted = _AFTER.match(rest) or (not before and re.match(rf"\.[\s{EDGE}]+[A-ZÀ-Þ]", rest))
    return bool(not labelled and _BEFORE.fullmatch(before) and parted)


def _day(match: re.Match[str], day_first: bool | None) -> str | None:
    if match["y1"]:
        year, month, day = int(match["y1"]), int(match["m1"]), int(match["d1"])
    elif match["y2"]:
        year, month, day = int(match["y2"]), int(match["m2"]), int(match["d2"])
        if match["sign"] != "." and len(match["y2"]) == 2:
            return None
        year += 2000 if year < 100 else 0
        if match["sign"] != ".":
            if month > 12 or day_first is False:
                month, day = day, month
            elif day <= 12 and day != month and day_first is None:
                return None  # two countries read it differently
    else:
        which = "3" if match["y3"] else "4"
        year, day = int(match[f"y{which}"]), int(match[f"d{which}"])
        month = MONTHS[match[f"n{which}"].lower()]
    try:
        return date(year, month, day).isoformat() if year >= 1990 else None
    except ValueError:
        return None


def _is_day_first(language: str) -> bool | None:
    """How "3/4/2019" is read in the page's language; None where it is not known."""
    code = language.lower().replace("_", "-")
    if code in ("en-us", "en-ca", "en"):
        return False if code == "en-us" else None
    known = ("de", "fr", "es", "it", "pt", "nl", "en-")
    return True if code.startswith(known) else None


def _is_of_others(block: HtmlElement, far: bool) -> bool:
    """A day of a comment, an event, or, far from the title, of what the page links to."""
    for up in (block, *block.iterancestors()):
        if up.tag in ("body", "html", "main", "article"):
            continue
        names = " ".join([*classes_of(up), (up.get("id") or "").lower()])
        if up.tag in ("nav", "blockquote", "figcaption") or _OTHERS.search(names):
            return True
        if up.tag == "aside" and (far or up.getparent().tag == "body"):
            return True
        if far and (_TEASERS.search(names) or (up.tag == "li" and up.find(".//a") is not None)):
            return True
    return False
