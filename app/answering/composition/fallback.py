"""Why an answer is in the sources' own words although there is a chat model, as readers see it."""

from __future__ import annotations

from enum import StrEnum

from app.languages.catalogue import ENGLISH, marked, say
from app.llm.errors import (
    ModelAuthenticationError,
    ModelBusyError,
    ModelError,
    ModelOutputError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)


class Problem(StrEnum):
    """What kept a chat model's answer from being shown, or from being shown alone."""

    UNAVAILABLE = "unavailable"
    BUSY = "busy"
    TIMEOUT = "timeout"
    AUTHENTICATION = "authentication"
    REFUSED = "refused"
    OUTPUT = "output"
    CUT = "cut"
    """It reached the longest length allowed."""
    UNSUPPORTED = "unsupported"
    """Little of what it wrote is supported by the sources."""
    UNKNOWN = "unknown"


# Looked up in this order: a time-out is an unavailability, too.
_PROBLEMS: tuple[tuple[type[ModelError], Problem], ...] = (
    (ModelTimeoutError, Problem.TIMEOUT),
    (ModelBusyError, Problem.BUSY),
    (ModelUnavailableError, Problem.UNAVAILABLE),
    (ModelAuthenticationError, Problem.AUTHENTICATION),
    (ModelRefusedError, Problem.REFUSED),
    (ModelOutputError, Problem.OUTPUT),
)

_REASONS = {
    Problem.UNAVAILABLE: marked("The chat model could not be reached"),
    Problem.BUSY: marked("The chat model takes no more questions just now"),
    Problem.TIMEOUT: marked("The chat model took too long"),
    Problem.AUTHENTICATION: marked("The chat model cannot be used at the moment"),
    Problem.REFUSED: marked("The chat model declined to answer"),
    Problem.OUTPUT: marked("The chat model gave no readable answer"),
    Problem.CUT: marked("The chat model's answer was cut off at its longest length"),
    Problem.UNSUPPORTED: marked("Little of what the chat model wrote is supported by the sources"),
    Problem.UNKNOWN: marked("The chat model failed"),
}


def problem_of(error: ModelError) -> Problem:
    """Which kind of problem an error is."""
    return next(
        (problem for kind, problem in _PROBLEMS if isinstance(error, kind)), Problem.UNKNOWN
    )


def sentence(problem: Problem, *, of_model: int, of_sources: int, language: str = ENGLISH) -> str:
    """The problem as a sentence for readers.

    Args:
        problem: What went wrong.
        of_model: How many sentences of the model, verified, are shown all the same.
        of_sources: How many of the sources' own are shown for want of the model's.
        language: Of the sentence.
    """
    reason = say(language, _REASONS[problem])
    if not of_sources:
        return say(language, "{reason}, so this answer may be incomplete.", reason=reason)
    if of_model:
        return say(
            language,
            "{reason}, so part of this answer is in the sources' own words.",
            reason=reason,
        )
    return say(language, "{reason}, so this answer is in the sources' own words.", reason=reason)
