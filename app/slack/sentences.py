"""The bot's own sentences. Only errors that are written for readers show their text."""

from __future__ import annotations

import math

from app.errors import (
    AnswerTimeoutError,
    NotReadyError,
    OverloadedError,
    QuestionEmptyError,
    QuestionError,
)
from app.languages.catalogue import ENGLISH, marked, say, say_number
from app.slack.tasks import Limits, Refusal

SEARCHING = marked("is searching the sources…")
EMPTY = marked("Ask me a question, such as: Which partnerships have been announced?")
THANKS = marked("Thank you. This helps to make the answers better.")
NOT_HERE = marked(
    "I cannot show it here: I am not in this channel. Type `/invite` and my name, then try again."
)
EXTERNAL = marked(
    "This channel is shared with another organisation, so I do not answer here. Ask me in a direct "
    "message or in a channel of your own workspace."
)
ERASED = marked("This answer is no longer kept.")
ASK_SOMETHING = marked("Write what you would like to know.")


def apology(reference: str, language: str = ENGLISH) -> str:
    """An apology; the log has the cause under the same reference."""
    return say(
        language,
        "I am sorry, something went wrong and I could not answer. It was logged; ask again, or "
        "name this reference: {reference}.",
        reference=reference,
    )


def said_of(error: BaseException, language: str = ENGLISH) -> str | None:
    """The message for an error; None for an internal error, which needs an apology."""
    if isinstance(error, QuestionEmptyError):
        return say(language, EMPTY)
    if isinstance(error, QuestionError | OverloadedError | AnswerTimeoutError):
        return error.said(language)
    if isinstance(error, NotReadyError):
        return say(language, error.TOLD)
    return None


def refusal(why: Refusal, limits: Limits, language: str = ENGLISH) -> str:
    """A message instead of an answer."""
    match why:
        case Refusal.USER_LIMIT:
            return say(
                language,
                "You have asked {number} questions within a minute, which is as many as "
                "I take from one person. Wait a moment, then ask this one again.",
                number=limits.per_user,
            )
        case Refusal.CHANNEL_LIMIT:
            return say(
                language,
                "{number} questions were asked in this channel within a minute, which "
                "is as many as I take. Wait a moment, then ask this one again.",
                number=limits.per_channel,
            )
        case Refusal.EXTERNAL:
            return say(language, EXTERNAL)


def waiting(ahead: int, wait_s: float, language: str = ENGLISH) -> str:
    """How many questions come first, as a status, shown after the bot's name."""
    return say_number(
        language,
        "is busy: {number} question before yours, about {seconds} s…",
        "is busy: {number} questions before yours, about {seconds} s…",
        number=ahead,
        seconds=_seconds(wait_s),
    )


def acknowledged(ahead: int, wait_s: float, language: str = ENGLISH) -> str:
    """What a slash command shows at once."""
    if ahead:
        return say_number(
            language,
            "Your question waits: {number} question before it, about {seconds} s.",
            "Your question waits: {number} questions before it, about {seconds} s.",
            number=ahead,
            seconds=_seconds(wait_s),
        )
    return say(language, "Searching the sources…")


def _seconds(wait_s: float) -> int:
    return max(1, math.ceil(wait_s))
