"""What a question puts side by side, and by what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.answering.text.amounts import Amount, Moment


class Attribute(StrEnum):
    """What things are compared by; its value is the label of its row."""

    SUMMARY = "In short"
    AMOUNT = "Amount"
    DATE = "Date"
    DURATION = "Duration"
    COUNT = "Number"
    SHARE = "Share"
    MEASURE = "Measure"
    """What the question names: "net profit"; its label is that."""
    STATUS = "Status"
    PARTNERS = "Partners"
    REASON = "Reason"


class Asks(StrEnum):
    """What is asked about the values."""

    TABLE = "table"
    """All of them, side by side."""
    MOST = "most"
    """Which is the larger, later, longer."""
    LEAST = "least"
    DIFFERENCE = "difference"
    """By how much."""
    WHETHER = "whether"
    """Whether the first is more (or less) than the second."""


BETWEEN = "between"
"""The word of a question for the time between two things."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question that compares."""

    things: tuple[str, ...]
    """As the question names them, without articles; at least two, or one with a limit."""
    attributes: tuple[Attribute, ...]
    asks: Asks
    word: str = ""
    """By which they are compared, as the question has it: "larger", "founded before"."""
    is_less: bool = False
    """Whether the first is asked to be less, earlier or shorter than the second."""
    event: str = ""
    """What happened to the things, or what they did: "founded", "paid"."""
    counted: str = ""
    """What is counted, or measured: "employees", "net profit"."""
    limit: Amount | Moment | None = None
    """A value of the question's own that one thing is compared with."""
    is_open: bool = False
    """It names nothing to compare by."""
    besides: frozenset[str] = frozenset()
    """Keys of the question's other names, which the documents must be about: the "Aetna" of what
    CVS paid for Aetna."""
    narrowed: frozenset[str] = frozenset()
    """Keys of its other words, which the documents of each thing must be about: "research"."""
    questions: tuple[str, ...] = ()
    """What is asked of each thing, where what it is compared by has no question of its own."""


KINDS = re.compile(
    r"\b(?:deal|merger|agreement|acquisition|partnership|venture|transaction|contract|case|takeover|stake|"
    r"collaboration|alliance|company|group|project|story|companies|purchase|licence|license|tie-up)s?\b",
    re.IGNORECASE,
)
"""What kind of thing is named: "the Alba deal"."""
_EVENT_NOUNS = {
    "announcement": "announced", "closing": "closed", "closure": "closed", "close": "closed",
    "completion": "completed", "founding": "founded", "foundation": "founded",
    "creation": "founded", "formation": "formed", "signing": "signed", "launch": "launched",
    "end": "ended", "start": "started", "opening": "opened", "beginning": "started",
    "approval": "approved", "dissolution": "dissolved",
}  # fmt: skip
EVENT_NOUN = re.compile(r"^(?:" + "|".join(_EVENT_NOUNS) + r")\b", re.IGNORECASE)


def is_kind_of_thing(word: str) -> bool:
    """Whether a word says what kind of thing is named: "deal", "venture"."""
    return KINDS.fullmatch(word) is not None


def event_of(thing: str) -> tuple[str, str]:
    """What a date belongs to and what happened: "founding of Haven" is ("Haven", "founded")."""
    found = re.fullmatch(r"(\w+) of (?:the |an? )?(.+)", thing)
    if found and found[1].lower() in _EVENT_NOUNS:
        return found[2], _EVENT_NOUNS[found[1].lower()]
    found = re.fullmatch(r"(.+?)(?:'s?) (\w+)", thing)
    if found and found[2].lower() in _EVENT_NOUNS:
        return found[1], _EVENT_NOUNS[found[2].lower()]
    return thing, ""
