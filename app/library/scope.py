"""Filters in plain words around a question: "according to the Philips paper, …"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.library.asking import in_plain_signs
from app.library.filters import read_filters
from app.library.question import LibraryQuestion, Wants
from app.library.readings import one_document
from app.library.shelf import Shelf, is_published
from app.library.words import PLURAL
from vectorstore.types import Filters

_ACCORDING = (
    r"(?:according to|as (?:told|reported|stated|described) (?:in|by)|going by|based (?:only )?on|"
    r"judging by|as per)"
)
_OF = rf"(?:{_ACCORDING}|(?:looking |using )?only (?:at |in |on )?|in|within|from|per|using)"
_SAYS = r"(?:say|said|write|wrote|tell us|told us|report|reported|conclude|argue|claim|state|think)"
_BEFORE = re.compile(rf"{_OF} (?P<whose>[^,:]+?)[,:] (?P<rest>\S.{{3,}})", re.IGNORECASE)
_OPENS = re.compile(rf"(?<=\s){_OF} ", re.IGNORECASE)
_BEHIND = re.compile(rf"{_OF} (?P<whose>.+?)\??", re.IGNORECASE)
_IS_ACCORDING = re.compile(_ACCORDING, re.IGNORECASE)
_SAID = re.compile(
    r"(?P<opening>what|anything|how|why|when|who) (?:does|do|did|has|have) (?P<whose>.+?) "
    rf"(?:have to )?{_SAYS} (?:about|on|of|regarding) (?P<topic>.+?)\??",
    re.IGNORECASE,
)
_SAID_OPENLY = re.compile(
    r"what (?:is|was|has been|have they|do they|is there) (?:to )?(?:said|say|says|written|write) "
    r"(?:about|on|of|regarding) (?P<topic>.+?)\??",
    re.IGNORECASE,
)
"""All that the documents just named say on a topic."""
_TELLS = re.compile(
    rf"(?:does|do|did) (?P<whose>.+?) (?:{_SAYS}|mention|explain|give) "
    r"(?P<rest>(?:why|how|when|where|who|which|what|whether|if) .+?)\??",
    re.IGNORECASE,
)
_MANY = re.compile(rf"(?:(?:all|the|your|our|those|any) )*{PLURAL}(?P<tail> .+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scope:
    """A question without the words that only say where to look, and where that is."""

    text: str
    filters: Filters
    topic: str = ""
    """Where all that these documents say on a topic is asked for."""


def scoped(
    text: str, shelf: Callable[[], Shelf], filters: Filters, today: date | None = None
) -> Scope | None:
    """Take the words that narrow the search off a question; None if there are none.

    They narrow it only where they mean documents that there are: an author, a publisher, dates, or
    a document's own name. "According to the contract" is left to the documents.

    Args:
        text: The question.
        shelf: Opens the documents; called where the words have such a shape.
        filters: What narrows the search already.
        today: What "this year" counts from; None is today.
    """
    plain = in_plain_signs(text)
    for whose, rest, may_be_name in _readings(plain):
        found = _documents(whose, shelf, today or date.today(), may_be_name=may_be_name)
        if found is not None and (bare := rest.strip(" ,:")):
            question = bare[0].upper() + bare[1:] + ("" if bare.endswith("?") else "?")
            said = _SAID.fullmatch(plain)
            topic = said["topic"] if said and whose == said["whose"] else ""
            if open_topic := _SAID_OPENLY.fullmatch(bare):
                topic = open_topic["topic"]
            return Scope(question, _within(found, filters), topic)
    return None


def _readings(plain: str) -> Iterator[tuple[str, str, bool]]:
    """What may name documents, the question without it, and whether a bare name may be one.

    "According to Reuters" means what Reuters wrote; "in Germany" means no author.
    """
    if found := _SAID.fullmatch(plain):
        yield found["whose"], f"What is said about {found['topic']}", True
    if found := _TELLS.fullmatch(plain):
        yield found["whose"], found["rest"], True
    if found := _BEFORE.fullmatch(plain):
        yield found["whose"], found["rest"], _IS_ACCORDING.match(plain) is not None
    # The last words that may do so first: "in" stands in many questions.
    for at in reversed([each.start() for each in _OPENS.finditer(plain)]):
        if (found := _BEHIND.fullmatch(plain[at:])) and plain[:at].strip(" ,"):
            yield found["whose"], plain[:at], _IS_ACCORDING.match(plain, at) is not None


def _documents(
    whose: str, shelf: Callable[[], Shelf], today: date, *, may_be_name: bool
) -> Filters | None:
    """The documents that some words mean, as filters; None if they mean none."""
    if many := _MANY.fullmatch(whose):
        read = read_filters(many["tail"], today)
        if read.rest or not (any(read.published) or read.author):
            return None
        asked = LibraryQuestion(Wants.LIST, author=read.author, published=read.published)
        return _as_filters(asked, shelf())
    one = one_document(whose, today)
    if one is not None and not one.points_back:
        named = shelf().titled(one.reference) if one.reference else list(shelf().documents)
        if not named and one.reference and not one.reference.islower():
            named = shelf().named(one.reference)
        if one.author:
            by = {each.id for each in shelf().published_by(one.author)}
            named = [each for each in named if each.id in by]
        return Filters(document_ids=tuple(each.id for each in named)) if named else None
    if may_be_name and (whose[:1].isupper() or whose.startswith("the ")):
        by_name = shelf().published_by(whose.removeprefix("the "))
        return Filters(document_ids=tuple(each.id for each in by_name)) if by_name else None
    return None


def _as_filters(asked: LibraryQuestion, shelf: Shelf) -> Filters | None:
    if not asked.author:
        return Filters(published_from=asked.published[0], published_to=asked.published[1])
    theirs = [
        each for each in shelf.published_by(asked.author) if is_published(each, *asked.published)
    ]
    return Filters(document_ids=tuple(each.id for each in theirs)) if theirs else None


def _within(found: Filters, filters: Filters) -> Filters:
    """Both at once. The shelf holds what `filters` leave, so its documents pass them too."""
    if found.document_ids:
        return replace(filters, document_ids=found.document_ids)
    days = [day for day in (found.published_from, filters.published_from) if day]
    ends = [day for day in (found.published_to, filters.published_to) if day]
    return replace(
        filters,
        published_from=max(days, default=None),
        published_to=min(ends, default=None),
    )
