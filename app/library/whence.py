"""Where the answer before stands, who says it, how old and how sure it is. A grammar, and its answer.

What is asked for is no new answer but what the last one rests on: its documents with authors and
dates, and its sentences as they stand there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from app.languages.catalogue import long_date, marked, say
from app.library.lists import line_of
from app.library.pen import Pen, Quoted
from app.library.question import LibraryQuestion, Wants
from app.library.shelf import Shelf
from app.library.told import Told
from app.types import AnswerStatus, Form
from vectorstore.reader import DocumentSummary
from vectorstore.types import DocumentId


class Whence(Enum):
    """What is asked about the answer before."""

    PLACE = auto()
    """Where it stands, and who says so."""
    AGE = auto()
    """As of when it is."""
    CERTAIN = auto()
    """Whether it is sure."""


MAX_DOCUMENTS = 4
MAX_SENTENCES = 4
"""Of one document; an answer has hardly more."""
LEAST_WORDS = 3
"""A shorter sentence stands in many places."""
CERTAIN = marked("I show what the documents say; whether it is so, I cannot know.")
OF_ITS_DAY = marked("That is as of {date}, the day of the newest of these documents.")
NO_DAY = marked("The documents give no date.")

_SO = r"(?:that|this|it|so|the said)"
_SOURCE = (
    r"(?:source|document|article|text|paper|report|note|page|passage|quote|citation|reference)s?"
)
_SHAPES: tuple[tuple[Whence, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            Whence.PLACE,
            rf"where (?:exactly )?(?:does|do|did|is|are|was|has) (?:it|they|that|this|he|she|the {_SOURCE}|your {_SOURCE})"
            rf"(?: (?:exactly|actually))? (?:say|said|state|stated|stand|come from|from|written|mentioned|found|"
            rf"taken from|quoted|coming from)(?: {_SO})?(?: (?:exactly|in the {_SOURCE}))?",
        ),
        (Whence.PLACE, rf"where (?:stands?|comes?|says?|said|written|is written) {_SO}(?: from)?"),
        (
            Whence.PLACE,
            rf"(?:from )?where (?:did|do|have) (?:you|u) (?:get|got|find|found|read|see|seen|take|taken|have)"
            rf" (?:{_SO}|that (?:figure|number|information))(?: from)?",
        ),
        (Whence.PLACE, rf"where can (?:i|we) (?:read|find|see|check|verify) {_SO}"),
        (
            Whence.PLACE,
            rf"who (?:exactly )?(?:has )?(?:said|says|say|claims?|claimed|states?) {_SO}(?: exactly)?",
        ),
        (Whence.PLACE, rf"who (?:has )?{_SO} (?:said|says|claimed)"),
        (Whence.PLACE, r"says who|according to (?:whom|who|what)|who says"),
        (
            Whence.PLACE,
            rf"(?:(?:what|which|where) (?:is|are) |what's )?(?:the |your |its |a )*(?:exact )?{_SOURCE}(?: (?:please|for|of|on|"
            rf"behind))*(?: (?:that|this|it))?",
        ),
        (
            Whence.PLACE,
            rf"(?:in )?(?:which|what) {_SOURCE} (?:says?|states?|said|is|does|was|stands?) {_SO}(?: (?:from|in|say|come "
            r"from|stand|stand in))*",
        ),
        (
            Whence.PLACE,
            rf"(?:do you have|is there|have you got|can you (?:give|show|name)(?: me)?|give me|show me)(?: an?| the| your| any)*"
            rf" {_SOURCE}(?: (?:for|of) (?:that|this|it))?",
        ),
        (
            Whence.PLACE,
            r"(?:can you )?(?:show|tell|prove)(?: (?:it to )?me)? where(?: (?:it|that) (?:says|stands|is)(?: that| so)?)?",
        ),
        (
            Whence.CERTAIN,
            r"(?:and )?(?:are (?:you|they)|you)(?: really| quite| absolutely| very)? (?:sure|certain|positive)"
            r"(?: (?:about|of) (?:that|this|it)| it's true)?",
        ),
        (
            Whence.CERTAIN,
            r"how (?:do|can|did|would) (?:you|we|i) (?:know|be (?:so )?sure)(?: (?:that|this|it|so))?",
        ),
        (
            Whence.CERTAIN,
            r"(?:is|was) (?:(?:that|this) (?:really |actually |definitely )?(?:certain|reliable|sure|accurate|a fact|confirmed)|"
            r"(?:that|this|it) (?:really |actually |definitely )?(?:true|right|correct))",
        ),
        (Whence.CERTAIN, r"(?:can|should) (?:i|we) (?:trust|rely on|believe) (?:that|this|it|you)"),
        (
            Whence.AGE,
            rf"(?:and )?(?:as of|from|of|since) (?:when|what (?:date|day|year))(?: (?:is|was|date|are) (?:that|this|it|the said|the|"
            rf"these|those)(?: (?:information|data|figures?|numbers?|answer|{_SOURCE}|from))*)?",
        ),
        (
            Whence.AGE,
            r"(?:how (?:old|recent|current|up to date|fresh|new)|when|what (?:date|year)) (?:is|are|was) (?:(?:that|this|"
            r"these|those)|(?:that|this|the|these|those|your) (?:information|data|figures?|numbers?|answer|statement|"
            rf"{_SOURCE}))(?: (?:from|dated|as of))?",
        ),
        (
            Whence.AGE,
            r"is (?:(?:that|this|it) (?:still )?(?:current|up to date|recent|the latest)|(?:that|this|it) still (?:so|true|the case)|"
            r"(?:that|this) still valid)(?: (?:today|now))?",
        ),
    )
)
_BARE_AGE = re.compile(r"when (?:is|was) (?:that|this|it|the)\Z", re.IGNORECASE)
"""Asks for the day of what was told, not of the telling."""
_AROUND = re.compile(
    r"^(?:(?:and|but|so|ok|okay|hm+|um+|sorry|wait|please|pls|really|well|oh|thanks|thank you)\b[,!.? ]*)+"
    r"|[\s?.!,]*(?:\b(?:please|pls|then|though|actually|exactly|now|again)\b[?.!\s]*)*$",
    re.IGNORECASE,
)
MAX_WORDS = 12


def whence(text: str) -> Whence | None:
    """What a turn asks about the answer before it; None if it asks something else.

    Args:
        text: The turn in English words.
    """
    plain = " ".join(text.replace("’", "'").split())
    if len(plain.split()) > MAX_WORDS:
        return None
    plain = _AROUND.sub("", plain)
    if _BARE_AGE.fullmatch(plain):
        return None
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(plain)), None)


def tell_whence(
    asked: Whence, said: str, documents: Sequence[DocumentId], shelf: Shelf
) -> Told | None:
    """The documents of an answer, and its sentences where they stand; None if it has none.

    Args:
        asked: What is asked about it.
        said: The answer.
        documents: Those that it cites.
        shelf: What is served.
    """
    known = {each.id: each for each in shelf.documents}
    meant = [known[name] for name in dict.fromkeys(documents) if name in known][:MAX_DOCUMENTS]
    pen = Pen(shelf.language)
    plain = LibraryQuestion(Wants.LIST)
    for document in meant:
        quotes = _repeated(document, said, shelf)
        places = quotes or list(filter(None, [shelf.opening(document)]))
        if not places:
            continue
        line = line_of(document, plain, shelf.language)
        pen.say(line, places, form=Form.ITEM)
        if asked is Whence.PLACE:
            for quoted in quotes:
                pen.say_own_words(quoted, heading=_place(quoted))
    if not pen.claims:
        return None
    message = None
    if asked is Whence.CERTAIN:
        message = say(shelf.language, CERTAIN)
    elif asked is Whence.AGE:
        message = _as_of(meant, shelf.language)
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations, message)


def _place(quoted: Quoted) -> str:
    """The title and the heading under which a sentence stands."""
    parts = [quoted.metadata.title, *quoted.sentence.heading[-1:]]
    return " › ".join(dict.fromkeys(filter(None, parts)))


def _repeated(document: DocumentSummary, said: str, shelf: Shelf) -> list[Quoted]:
    """Sentences of a document that an answer repeats word for word."""
    plain = " ".join(said.split())
    found = (
        each
        for each in shelf.sentences(document)
        if len(each.text.split()) >= LEAST_WORDS and " ".join(each.text.split()) in plain
    )
    return sorted(found, key=lambda each: each.sentence.ordinal)[:MAX_SENTENCES]


def _as_of(documents: Sequence[DocumentSummary], language: str) -> str:
    dated = [each.metadata for each in documents if each.metadata.published]
    if not dated:
        return say(language, NO_DAY)
    newest = max(dated, key=lambda each: str(each.published))
    date = long_date(newest.published, newest.published_precision, language)  # type: ignore[arg-type]
    return say(language, OF_ITS_DAY, date=date)
