"""What follows the word for documents: "about X", "by Y", "from 2019", "newest first"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from app.library.dates import STRETCH, stretch
from app.library.question import Order
from app.library.words import ABOUT, BY, HERE, LANGUAGES, SPEAKS, SPEAKS_S

EXTREMES = {
    "newest": Order.NEWEST,
    "latest": Order.NEWEST,
    "most recent": Order.NEWEST,
    "youngest": Order.NEWEST,
    "most recently published": Order.NEWEST,
    "oldest": Order.OLDEST,
    "earliest": Order.OLDEST,
    "longest": Order.LONGEST,
    "shortest": Order.SHORTEST,
}
_PASSIVE = r"(?:(?:that|which) )?(?:(?:was|were|is|are) )?"
_DATED = re.compile(
    rf"{_PASSIVE}(?:(?:published|written|dated|released|issued) )?"
    rf"(?:(?P<side>in|from before|from after|from|since|after|before|until|up to|of|during|on|"
    rf"not older than|older than|newer than|within) (?P<when>{STRETCH})(?: (?:on|onwards?))?"
    rf"|(?:between|from) (?P<begin>{STRETCH}) (?:and|to|until) (?P<end>{STRETCH}))"
)
_SORTED = re.compile(
    r"(?:(?:sorted|ordered) )?(?:by date|(?P<order>newest|oldest|latest|most recent|longest|"
    r"shortest) (?:ones )?first|by (?:title|author|publisher|age)|in order of date)"
)
_LACKS = re.compile(
    r"(?:(?:that|which) )?(?:(?:have|has|with|are|is|give|carry|name) )?"
    r"(?:(?:no|without(?: an?)?|lack(?:s|ing)?(?: an?)?) (?P<lacks>date|author|publisher)s?"
    r"(?: (?:given|known|named))?|(?P<undated>undated))"
)
_IN_LANGUAGE = re.compile(rf"{_PASSIVE}(?:written )?in (?P<language>{LANGUAGES})")
_HERE = re.compile(HERE)
_PEELED = (_HERE, _SORTED, _IN_LANGUAGE, _LACKS, _DATED)
_OPENING = re.compile(rf"^(?:{HERE}|are|were|is|was)(?: |$)", re.IGNORECASE)
_TOPIC_BY = re.compile(rf"{ABOUT} (?P<topic>.+?),? (?:written )?by (?P<author>(?-i:[A-Z]).*)", re.I)
_TOPIC = re.compile(rf"{ABOUT} (?P<topic>.+)", re.IGNORECASE)
_AUTHOR = re.compile(rf"{BY} (?P<author>[^,]+?)(?: {ABOUT} (?P<topic>.+))?", re.IGNORECASE)
_SPEAKS_OF = re.compile(rf"(?:{SPEAKS_S}|{SPEAKS}|about|on) (?P<topic>.+)", re.IGNORECASE)
_PRONOUN = re.compile(
    r"(?:it|them|him|her|this|that|these|those|me|us|you|all this|(?:this|that|the same) \w+|each "
    r"other|one another)", re.IGNORECASE,
)  # fmt: skip
_IS_ABOUT = re.compile(
    r"(?:about|on|regarding|concerning|covering|dealing with|devoted to|are about|are on)\b", re.I
)
_ASKS = re.compile(
    r"^(?:why|how|what|whether|when|who|whom|which|where|if|the way)\b|"
    r"\b(?:and|then|but|or) (?:say|tell|list|who|what|when|which|how|where|why|does|do|did|is)\b"
    r"| - ",
    re.IGNORECASE,
)
_BOTH = re.compile(r"both (?P<first>.+?) and (?P<second>.+)", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:(?:the|an?|all|any|our|your|these|those|some) )+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filtered:
    """What was read; `rest` is what is no filter."""

    topics: tuple[str, ...] = ()
    is_about: bool = False
    author: str = ""
    published: tuple[date | None, date | None] = (None, None)
    language: str = ""
    lacks: str = ""
    order: Order | None = None
    is_here: bool = False
    """It speaks of the library: "do you have", "in the library"."""
    rest: str = ""


def read_filters(tail: str, today: date) -> Filtered:
    """Read filters from the end of a text, then the topic or author that is left."""
    rest, found = tail.strip(" ,.:;-"), Filtered()
    while (step := _peel(rest, found, today)) is not None:
        rest, found = step
    while (opening := _OPENING.match(rest)) is not None:
        is_here = opening.group().strip().lower() not in {"are", "were", "is", "was"}
        rest, found = rest[opening.end() :], replace(found, is_here=found.is_here or is_here)
    for pattern in (_TOPIC_BY, _TOPIC, _AUTHOR, _SPEAKS_OF):
        matched = pattern.fullmatch(rest)
        if matched is None:
            continue
        groups = matched.groupdict()
        topics = topics_of(groups.get("topic") or "")
        author = bare(groups.get("author") or "")
        if any(map(is_no_topic, (*topics, author))):
            break
        is_about = bool(topics) and _IS_ABOUT.match(rest) is not None
        return replace(found, topics=topics, is_about=is_about, author=author)
    return replace(found, rest=rest)


def is_no_topic(text: str) -> bool:
    """Whether a text is a pronoun, a question of its own, or goes on to one."""
    return _PRONOUN.fullmatch(text) is not None or _ASKS.search(text) is not None


def topics_of(text: str) -> tuple[str, ...]:
    """A topic; two where both are asked for ("both X and Y")."""
    both = _BOTH.fullmatch(text.strip())
    parts = both.groups() if both else (text,)
    return tuple(part for each in parts if (part := bare(each)))


def bare(text: str) -> str:
    """A name or topic without articles, marks and quotes around it."""
    return _ARTICLE.sub("", text.strip(" ,.;:?!\"'")).strip()


def _peel(rest: str, found: Filtered, today: date) -> tuple[str, Filtered] | None:
    """Take the last filter off; None if the text ends in none."""
    lower = rest.lower()
    for pattern in _PEELED:
        matched = _at_end(pattern, lower)
        if matched is None:
            continue
        groups = matched.groupdict()
        if pattern is _HERE:
            more = replace(found, is_here=True)
        elif pattern is _SORTED:
            more = replace(found, order=EXTREMES[groups["order"] or "newest"])
        elif pattern is _IN_LANGUAGE:
            more = replace(found, language=groups["language"])
        elif pattern is _LACKS:
            more = replace(found, lacks=groups["lacks"] or "date")
        elif between := _between(groups, today):
            more = replace(found, published=between)
        else:
            continue
        return rest[: matched.start()].rstrip(" ,.;:-"), more
    return None


def _at_end(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The longest match that begins with a word and ends the text."""
    starts = [0, *(space.end() for space in re.finditer(r"\s", text))]
    found = (pattern.fullmatch(text, start) for start in starts if text[start:])
    return next((match for match in found if match), None)


def _between(groups: dict[str, str | None], today: date) -> tuple[date | None, date | None] | None:
    if groups["begin"] and groups["end"]:
        first, last = stretch(groups["begin"], today), stretch(groups["end"], today)
        return (first.first, last.last) if first and last else None
    when = stretch(groups["when"] or "", today)
    if when is None:
        return None
    side = groups["side"]
    if side in {"since", "not older than", "within"}:
        return when.first, None
    if side in {"after", "from after", "newer than"}:
        return date.fromordinal(when.last.toordinal() + 1), None
    if side in {"before", "from before", "older than"}:
        return None, date.fromordinal(when.first.toordinal() - 1)
    if side in {"until", "up to"}:
        return None, when.last
    return when.first, when.last
