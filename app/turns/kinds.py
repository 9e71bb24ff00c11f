"""The kinds of turns."""

from __future__ import annotations

from enum import StrEnum


class TurnKind(StrEnum):
    """What somebody wants by a turn of a conversation."""

    QUESTION = "question"
    """To the sources; also a follow-up that leans on the turns before it."""
    FOLLOWUP = "followup"
    LIBRARY = "library"
    """About the documents themselves: which there are, who wrote them and when."""
    SUMMARY = "summary"
    COMPARE = "compare"
    SEVERAL = "several"
    """Several questions in one."""
    COURTESY = "courtesy"
    """A greeting, thanks, small talk."""
    HELP = "help"
    """What can be asked here, and how it works."""
    CONVERSATION = "conversation"
    """About what was said before: "shorter", "are you sure?"."""
    REQUEST = "request"
    """Work that is no question: a poem, an e-mail, the weather."""
    NOISE = "noise"
    """Meant for nobody here."""


SPOKEN = frozenset(
    {
        TurnKind.COURTESY,
        TurnKind.HELP,
        TurnKind.CONVERSATION,
        TurnKind.REQUEST,
        TurnKind.NOISE,
    }
)
"""Kinds to which the sources have no answer: they get a sentence of our own."""


def is_spoken(kind: str) -> bool:
    """Whether a turn of this kind gets a sentence of our own, and no answer."""
    return kind in SPOKEN


ASKING = (
    TurnKind.QUESTION,
    TurnKind.FOLLOWUP,
    TurnKind.LIBRARY,
    TurnKind.SUMMARY,
    TurnKind.COMPARE,
)
"""Kinds with one question."""
