"""What the bot says beside answers. Only errors written for readers show their text."""

from __future__ import annotations

import math

from app.errors import (
    AnswerTimeoutError,
    NotReadyError,
    OverloadedError,
    QuestionEmptyError,
    QuestionError,
)
from app.slack.tasks import Limits, Refusal

SEARCHING = "is searching the sources…"
EMPTY = "Ask me a question, such as: Which partnerships have been announced?"
NOT_READY = "The sources are not ready to be searched yet. Try again in a moment."
THANKS = "Thank you. This helps to make the answers better."
NOT_HERE = (
    "I cannot show it here: I am not in this channel. Type `/invite` and my name, then try again."
)
EXTERNAL = (
    "This channel is shared with another organisation, so I do not answer here. Ask me in a direct "
    "message or in a channel of your own workspace."
)
ERASED = "This answer is no longer kept."
ASK_SOMETHING = "Write what you would like to know."


def apology(reference: str) -> str:
    """Something broke; the log has the cause under the same reference."""
    return (
        "I am sorry, something went wrong and I could not answer. It was logged; ask again, or "
        f"name this reference: {reference}."
    )


def said_of(error: BaseException) -> str | None:
    """What a person is told of an error; None where it is our fault and needs an apology."""
    if isinstance(error, QuestionEmptyError):
        return EMPTY
    if isinstance(error, QuestionError | OverloadedError | AnswerTimeoutError):
        return str(error)
    if isinstance(error, NotReadyError):
        return NOT_READY
    return None


def refusal(why: Refusal, limits: Limits) -> str:
    """A kind sentence in place of an answer."""
    match why:
        case Refusal.USER_LIMIT:
            return (
                f"You have asked {limits.per_user} questions within a minute, which is as many as "
                "I take from one person. Wait a moment, then ask this one again."
            )
        case Refusal.CHANNEL_LIMIT:
            return (
                f"{limits.per_channel} questions were asked in this channel within a minute, which "
                "is as many as I take. Wait a moment, then ask this one again."
            )
        case Refusal.EXTERNAL:
            return EXTERNAL


def waiting(ahead: int, wait_s: float) -> str:
    """How many questions come first, as a status: it stands after the bot's name."""
    return f"is busy: {_questions(ahead)} before yours, about {_seconds(wait_s)}…"


def acknowledged(ahead: int, wait_s: float) -> str:
    """What a slash command shows at once."""
    if ahead:
        return f"Your question waits: {_questions(ahead)} before it, about {_seconds(wait_s)}."
    return "Searching the sources…"


def _questions(number: int) -> str:
    return f"{number} question{'s' if number != 1 else ''}"


def _seconds(wait_s: float) -> str:
    return f"{max(1, math.ceil(wait_s))} s"
