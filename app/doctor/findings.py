"""The findings of the doctor: one line each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    """Works, but one should know."""
    PROBLEM = "problem"
    """Keeps something that is set up, or that everybody needs, from working."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    level: Level
    text: str
    """What was found, and where a choice was made, why."""
    remedy: str | None = None
    """What to do; None where there is nothing to do."""


def ok(subject: str, text: str) -> Finding:
    """All is well."""
    return Finding(subject, Level.OK, text)


def note(subject: str, text: str, remedy: str | None = None) -> Finding:
    """Something to know."""
    return Finding(subject, Level.NOTE, text, remedy)


def problem(subject: str, text: str, remedy: str) -> Finding:
    """A problem, with its remedy."""
    return Finding(subject, Level.PROBLEM, text, remedy)
