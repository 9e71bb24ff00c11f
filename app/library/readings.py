"""What a shape of question makes of its match: the filters, the document, the day. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from app.library.dates import Stretch, stretch
from app.library.filters import (
    EXTREMES,
    Filtered,
    bare,
    is_no_topic,
    read_filters,
    topics_of,
)
from app.library.question import LibraryQuestion, Wants
from app.library.words import DOCUMENT, LIBRARY, PLURAL

NUMBERS = {
    w: n for n, w in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_NAMED = re.compile(
    r"(?:the|this|that|your|our) "
    r"(?P<named>(?:(?!(?:of|on|about|by|in|that|which|who) )[^\s,?]+ ){0,5}?)"
    rf"(?P<noun>{DOCUMENT})(?: (?:called|titled|entitled|named))?(?P<tail>(?: .*)?)",
    re.IGNORECASE,
)
"""One document: "the Philips paper", "the article about Star Alliance"."""
_SURE = frozenset({"article", "articles", "doc", "docs", "source", "whitepaper"})
"""Words for documents that nothing else is called by."""
_BACK = re.compile(rf"(?:that|this|the same)(?: {DOCUMENT})|that one|this one", re.IGNORECASE)
_QUOTED = re.compile(r"\"(.+?)\"|(?<!\w)'(.+?)'(?!\w)")
_EVERYTHING = re.compile(
    rf"(?:(?:everything|all|what(?:ever)?)(?: that)?(?: there is| is (?:said|known|written)|"
    rf" (?:you|we) (?:have|know)|"
    rf" (?:the|your|our) (?:{PLURAL}|{LIBRARY}) (?:say|have|tell|says|has)(?: us| me)?)?"
    rf"|(?:(?:the|all|your|our) )*{PLURAL}) (?:about|on|regarding) (?P<topic>.+)",
    re.IGNORECASE,
)
Read = Callable[[re.Match[str], date], LibraryQuestion | None]


def many(wants: Wants, *, needs_filter: bool = False) -> Read:
    """Documents, filtered by what stands around the word for them."""

    def read(found: re.Match[str], today: date) -> LibraryQuestion | None:
        groups = found.groupdict()
        filters = read_filters(groups.get("tail") or "", today)
        made = _filtered(wants, groups, filters)
        if filters.rest or (needs_filter and filters == Filtered()):
            return None
        return made

    return read


def written_by(found: re.Match[str], today: date) -> LibraryQuestion | None:
    """The documents of an author: "What has Ada Lund written?"."""
    filters = read_filters(f" by {found['writer']}", today)
    if filters.rest or not filters.author:
        return None
    # Only of an author of the library: "What did Haven publish?" is asked of the sources.
    return LibraryQuestion(Wants.LIST, author=filters.author, is_sure=False)


def _filtered(wants: Wants, groups: dict[str, str | None], filters: Filtered) -> LibraryQuestion:
    extreme, limit = (groups.get("extreme") or "").lower(), groups.get("limit")
    number = None if limit is None else NUMBERS.get(limit.lower()) or int(limit)
    if extreme and number is None and groups.get("single") is not None:
        number = 1
    return LibraryQuestion(
        wants,
        topics=filters.topics or topics_of(groups.get("topic") or ""),
        is_about=filters.is_about,
        author=filters.author,
        published=filters.published,
        language=filters.language or (groups.get("language") or "").lower(),
        lacks=filters.lacks,
        order=EXTREMES.get(extreme, filters.order),
        limit=number,
    )


def one(wants: Wants) -> Read:
    """One document, named by its subject or meant by "that article"."""

    def read(found: re.Match[str], today: date) -> LibraryQuestion | None:
        return _document(wants, found["document"], today)

    return read


def _document(wants: Wants, said: str, today: date) -> LibraryQuestion | None:
    if _BACK.fullmatch(said):
        return LibraryQuestion(wants, points_back=True)
    quoted = _QUOTED.search(said)
    if quoted:
        return LibraryQuestion(wants, reference=quoted[1] or quoted[2])
    named = _NAMED.fullmatch(said)
    if named is None:
        return None
    filters = read_filters(named["tail"], today)
    own = bare(named["named"])
    words = " ".join([*filters.topics, own]).strip()
    if filters.rest or not (words or filters.author):
        return None  # "the report" may be one that the documents speak of
    # So may "the ballot paper".
    is_weak = not filters.topics and own.islower() and " " not in own
    return LibraryQuestion(
        wants,
        reference=words,
        author=filters.author,
        published=filters.published,
        is_of_library=named["noun"].lower() in _SURE,
        is_sure=not is_weak or named["noun"].lower() in _SURE,
    )


def new(found: re.Match[str], today: date) -> LibraryQuestion | None:
    """What has come into the library since a day."""
    groups = found.groupdict()
    when = stretch(groups["since"], today) if groups["since"] else None
    if groups["since"] and when is None:
        return None
    return LibraryQuestion(
        Wants.NEW,
        topics=topics_of(groups.get("topic") or ""),
        added=Stretch(when.first, today) if when else None,
    )


def summary(*, of_anything: bool) -> Read:
    """A document's summary, or one of all that is said on a topic.

    Args:
        of_anything: The words ask for a summary whatever follows; else a document must be named.
    """

    def read(found: re.Match[str], today: date) -> LibraryQuestion | None:
        target, limit = found["target"].strip(" :"), _sentences(found.string)
        if made := _document(Wants.SUMMARY, target, today):
            return replace(made, limit=limit)
        if everything := _EVERYTHING.fullmatch(target):
            return LibraryQuestion(
                Wants.SUMMARY, topics=topics_of(everything["topic"]), is_everything=True
            )
        if not of_anything or not bare(target) or is_no_topic(target):
            return None
        if re.fullmatch(rf"(?:the|this|that) {DOCUMENT}", target, re.IGNORECASE):
            return LibraryQuestion(Wants.SUMMARY, points_back=True)
        return LibraryQuestion(Wants.SUMMARY, reference=bare(target), limit=limit)

    return read


def back(found: re.Match[str], today: date) -> LibraryQuestion | None:
    """A summary of what the conversation is about."""
    del found, today
    return LibraryQuestion(Wants.SUMMARY, points_back=True)


def summary_of_everything(found: re.Match[str], today: date) -> LibraryQuestion | None:
    """All that is said on a topic: "about Amazon"."""
    filters = read_filters(found["target"], today)
    if filters.rest or len(filters.topics) != 1 or filters.author:
        return None
    return LibraryQuestion(Wants.SUMMARY, topics=filters.topics, is_everything=True)


def of_several(found: re.Match[str], today: date) -> LibraryQuestion | None:
    """What the two articles on one thing say: "compare the two CVS articles"."""
    return _document(Wants.SUMMARY, f"the {found['target']}", today)


def summary_of_document(found: re.Match[str], today: date) -> LibraryQuestion | None:
    """A document that is spoken of as one: "about the Walgreens article"."""
    return _document(Wants.SUMMARY, found["target"].removeprefix("about "), today)


def _sentences(text: str) -> int | None:
    """How many sentences a summary is to have, where that is said."""
    found = _LENGTH.search(text)
    return (NUMBERS.get(found[1].lower()) or int(found[1])) if found else None


_LENGTH = re.compile(
    r"\b(?:in|to) (?:about |at most |max(?:imum)? )?(\d{1,2}|" + "|".join(NUMBERS) + r") (?:\w+ )?"
    r"(?:sentences?|lines?|bullets?|points?)\b",
    re.IGNORECASE,
)


def people(wants: Wants) -> Read:
    """Who wrote or published the documents."""

    def read(found: re.Match[str], today: date) -> LibraryQuestion | None:
        tail = found.groupdict().get("tail") or ""
        filters = read_filters(tail, today)
        needs_here = found.groupdict().get("open") is not None and not filters.is_here
        return None if filters.rest or needs_here else _filtered(wants, {}, filters)

    return read


def one_document(said: str, today: date) -> LibraryQuestion | None:
    """What "the Philips paper" or "the article about X" names; None if it names no document."""
    return _document(Wants.SUMMARY, said, today)
