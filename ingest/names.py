"""Which names of a source are its authors, and which belong to the site or to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

from ingest.loaders.parsed import one_line, people

_NOBODY = re.compile(
    r"(?:the )?(?:site |web ?|guest |staff |senior |news |our |press |content )*"
    r"(?:admin(?:istrator)?|editors?|editor in chief|editorial(?: (?:team|staff|board|desk))?"
    r"|staff|writers?|reporters?|authors?|newsroom|news ?desk|desk|team|web ?master|guest|user"
    r"|root|owner|(?:microsoft )?office user|unknown|anonymous|contributors?(?: to .*)?"
    r"|correspondents?|press office|press release|none|null|n/?a|no author"
    r"|(?:die |la |de |a )?(?:redaktion|redacción|rédaction|redazione|redactie|redação)"
    r"|wire(?: reports?| services?)?|agenc(?:y|ies))(?: (?:team|staff|writers?|reports?))?",
    re.IGNORECASE,
)
_PARTICLE = (
    r"(?:van|von|de|der|den|ter|ten|di|da|do|dos|das|del|della|la|le|bin|ibn|al|el|y|e|zu|af|av"
    r"|du|des)"
)
_NAME_WORD = r"(?:[^\W\d_a-zß-ÿ](?:['’.-]?[^\W\d_])*\.?)"
_PERSON = re.compile(
    rf"(?:(?:Dr|Prof|Sir|Dame)\.?\s+)?{_NAME_WORD}(?:\s+(?:{_NAME_WORD}|{_PARTICLE}))*"
    rf"\s+{_NAME_WORD}(?:,?\s+(?:Jr|Sr|II|III|PhD|MD|MBA)\.?)?"
)
_NO_PERSON = re.compile(
    r"\b(?:News|Times|Post|Today|Magazine|Review|Journal|Press|Media|Agency|Reuters|Staff|Editor"
    r"|CEO|CFO|COO|CTO|Ltd|Inc|GmbH|Reporter|Correspondent|Columnist|Photographer|Producer"
    r"|Team|Desk|Published|Updated|Posted|Read|Share|Photo|Image|Comments?"
    r"|January|February|March|April|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
_PLACE = re.compile(r"\s+in\s+[A-ZÀ-Þ]\w+(?:\s[A-ZÀ-Þ]\w+)*(?=,?\s+and\s|,\s|$)")
_ARCHIVE = re.compile(
    r"(?:(?:view|see|read|show|all|more|alle|mehr|weitere|zeige|voir|tous|plus|ver|todos|todas"
    r"|vedi|tutti|bekijk|toon|meer)\b[^\W\d_ ]*\s+(?:[^\W\d_]+\s+){0,3}?)"
    r"(?:by|from|of|von|par|de|por|di|da|van|door)\s+",
    re.IGNORECASE,
)
"""Before a name in a link to all that its bearer wrote: "View all posts by"."""

_AFTER_NAME = re.compile(
    r"\s*[|•·–—/\n(\[]\s*|,?\s+(?=\d)|\s+(?:in|at|for|on|with|avec|mit|met|con|com)\s+|\s+@"
    r"|\s+of\s+(?=[A-ZÀ-Þ])"  # the firm that somebody is of
    r"|\s+and\s+(?=[a-z])"  # "and agencies"
    r"|\s+(?:am|vom|le|el|il|op|em)\s+(?=(?:\w+,?\s+)?\d)"
    # "Friday, March 7": a day without a sign before it.
    r"|,?\s+(?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)"
)
_ROLE = re.compile(
    r",\s+(?=[a-z]|\w+ (?:Editor|Correspondent|Reporter|Writer)"
    r"|(?:Senior|Staff|Chief|Editor|Reporter)\b)"
)
_CONJUNCTION = re.compile(r"\s(?:and|&|und|et|y|e|en)\s", re.IGNORECASE)
_PEN_NAME = re.compile(r"[^\W\d_][\w.-]{2,29}(?: [^\W\d_]\w{1,19})?")
MAX_PERSON_WORDS = 6


def authors_of(values: Iterable[object], sites: Sequence[str]) -> list[str]:
    """Names of people or agencies among stated authors.

    Args:
        values: Names as stated, each perhaps of several people.
        sites: Names of the site and its publisher, which are no authors.
    """
    names = [name for value in values if isinstance(value, str) for name in people(unescape(value))]
    return list(dict.fromkeys(name for name in names if _is_author(name, sites)))


def _is_author(name: str, sites: Sequence[str]) -> bool:
    if _NOBODY.fullmatch(name) or sum(map(str.isalpha, name)) < 2:
        return False
    if re.search(r"https?:|www\.|@|\.(?:com|org|net|co|de|fr|io)\b|[<>{}]", name, re.IGNORECASE):
        return False
    folded = _folded(name)
    for site in map(_folded, sites):
        # "Harbour News Staff", "Harbour": the site under another name.
        if site and (site == folded or f" {site} " in f" {folded} " or _is_site(folded, site)):
            return False
    return True


def _is_site(name: str, site: str) -> bool:
    """Whether a site's name begins with it; not that of one named after its author."""
    rest = site.removeprefix(f"{name} ")
    return rest != site and not re.match(r"s \w|blog\b", rest)


def _folded(name: str) -> str:
    words = re.findall(r"\w+", name.casefold())
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def persons_in(text: str, sites: Sequence[str]) -> list[str]:
    """Names of people in a visible byline; none unless all that it names look like one."""
    line = _PLACE.sub("", _ARCHIVE.sub("", one_line(text), count=1))
    line = _AFTER_NAME.split(line)[0]
    line = _ROLE.split(line)[0].strip(" ,.:;")
    names = authors_of([line], sites)
    if not names or any(not looks_like_person(name) for name in names):
        return []
    return names


def pen_names(text: str, sites: Sequence[str]) -> list[str]:
    """What a page marks as the name of its author and is made as no person's: "gizmo"."""
    if not _PEN_NAME.fullmatch(text) or "admin" in text.lower():
        return []
    # The address of a blog is made of the name of who writes it.
    return authors_of([text], [site for site in sites if " " in site or "." not in site])


def persons_with_place(text: str, sites: Sequence[str], told: str) -> list[str]:
    """Names at the start of a byline that may go on with an office, an agency or a place.

    "Ann Lee, Porto Alegre": of two names with nothing but a comma between them the second is a
    place if the text speaks of it as one, and else may be a person: then nobody is named.

    Args:
        text: What stands behind "By".
        sites: Names of the site and its publisher, which are no authors.
        told: The text of the source.
    """
    line = _PLACE.sub("", _ARCHIVE.sub("", one_line(text), count=1))
    parts = _AFTER_NAME.split(line)[0].split(",")
    while len(parts) > 1 and not persons_in(parts[-1], sites):
        parts.pop()
    names = persons_in(",".join(parts), sites)
    line = ",".join(parts)
    return without_place(names, told) if may_end_in_place(line, names) else names


def may_end_in_place(line: str, names: Sequence[str]) -> bool:
    """Whether a byline has two names with nothing but a comma between them."""
    return len(names) == 2 and "," in line and not _CONJUNCTION.search(line)


def without_place(names: Sequence[str], told: str) -> list[str]:
    """The first of two names if the other one is a place; none if it may be a person."""
    place = re.escape(names[1])
    said = re.search(
        rf"\b(?i:in|em|en|à|aus|nach|from|a|de|di|da|do|te|near|at|bei|para|to|naar)\s+{place}\b"
        rf"|(?:\A|\n)\W*(?i:{place})\s*[(,—–-]",
        told,
    )
    return [names[0]] if said else []


def looks_like_person(name: str) -> bool:
    """Whether it is made as names of people are, and has no word that they do not have."""
    return (
        len(name.split()) <= MAX_PERSON_WORDS
        and _PERSON.fullmatch(name) is not None
        and not _NO_PERSON.search(name)
    )
