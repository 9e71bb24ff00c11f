"""What every interface tells about an answer in the same words, each in its own layout. Pure."""

from __future__ import annotations

from app.languages.catalogue import say
from app.types import Answer, Disagreement


def understood(answer: Answer) -> str | None:
    """How the question was understood, where that differs from what was typed."""
    if not answer.understood:
        return None
    return f"{say(answer.language, 'Understood as:')} {answer.understood}"


def differing(one: Disagreement, language: str, numbers: str = "") -> str:
    """That sources differ, and on what.

    Args:
        one: The disagreement.
        language: Of the sentence.
        numbers: Of the citations, as the interface shows them; empty where they follow otherwise.
    """
    subject = one.subject.removeprefix("the ")
    if not subject:
        plain = say(language, "Sources differ.")
        return f"{plain} {numbers}" if numbers else plain
    if not numbers:
        return say(language, "Sources differ on the {subject}.", subject=subject)
    told = "Sources differ on the {subject}: {numbers}."
    return say(language, told, subject=subject, numbers=numbers)
