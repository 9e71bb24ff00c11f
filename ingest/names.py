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
    r"|unknown|anonymous|contributors?(?: to .*)?"
    r"|correspondents?|press office|press release|none|null|n/?a"
    r"|redaktion|redacción|rédaction|la rédaction|redazione|redactie|redação"
    r"|wire(?: reports?| services?)?|agenc(?:y|ies))(?: (?:team|staff|writers?|reports?))?",
    re.IGNORECASE,
)
_PARTICLE = (
    r"(?:van|von|de|der|den|ter|ten|di|da|do|dos|das|del|della|la|le|bin|ibn|al|el|y|e|zu|af|av|of"
    r"|du|des)"
)
_NAME_WORD = r"(?:[^\W\d_a-zß-ÿ](?:['’.-]?[^\W\d_])*\.?)"
_PERSON = re.compile(
    rf"(?:(?:Dr|Prof|Sir|Dame)\.?\s+)?{_NAME_WORD}(?:\s+(?:{_NAME_WORD}|{_PARTICLE}))*"
    rf"\s+{_NAME_WORD}(?:,?\s+(?:Jr|Sr|II|III|PhD|MD|MBA)\.?)?"
)
_NO_PERSON = re.compile(
    r"\b(?:News|Times|Post|Today|Magazine|Review|Journal|Press|Media|Agency|Reuters|Staff|Editor"
    r"|Team|Desk|Published|Updated|Posted|Read|Share|Photo|Image|Comments?"
    r"|January|February|March|April|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
_PLACE = re.compile(r"\s+in\s+[A-ZÀ-Þ]\w+(?:\s[A-ZÀ-Þ]\w+)*(?=,?\s+and\s|,\s|$)")
_AFTER_NAME = re.compile(
    r"\s*[|•·–—/\n]\s*|,?\s+(?=\d)|\s+(?:in|at|for|on|with)\s+|\s+@"
    r"|\s+and\s+(?=[a-z])"  # "and agencies"
    r"|\s+(?:am|vom|le|el|il|op|em)\s+(?=(?:\w+,?\s+)?\d)"
    # "Friday, March 7": a day without a sign before it.
    r"|,?\s+(?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)"
)
_ROLE = re.compile(
    r",\s+(?=[a-z]|\w+ (?:Editor|Correspondent|Reporter|Writer)"
    r"|(?:Senior|Staff|Chief|Editor|Reporter)\b)"
)
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
    return len(name.split()) < len(site.split()) and site.startswith(f"{name} ")


def _folded(name: str) -> str:
    words = re.findall(r"\w+", name.casefold())
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def persons_in(text: str, sites: Sequence[str]) -> list[str]:
    """Names of people in a visible byline; none unless all that it names look like one."""
    line = _PLACE.sub("", one_line(text))
    line = _AFTER_NAME.split(line)[0]
    line = _ROLE.split(line)[0].strip(" ,.:;")
    names = authors_of([line], sites)
    if not names or any(not looks_like_person(name) for name in names):
        return []
    return names


def looks_like_person(name: str) -> bool:
    """Whether it is made as names of people are, and has no word that they do not have."""
    return (
        len(name.split()) <= MAX_PERSON_WORDS
        and _PERSON.fullmatch(name) is not None
        and not _NO_PERSON.search(name)
    )
