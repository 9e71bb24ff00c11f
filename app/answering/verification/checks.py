"""What a claim can fail on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What a claim can fail on."""

    EVIDENCE = "evidence"
    FOREIGN = "foreign"
    """A link, markup or hidden characters that no quote holds."""
    QUOTATION = "quotation"
    """Words in quotation marks, or with words left out, that are no run of a quote."""
    NUMBERS = "numbers"
    NAMES = "names"
    ROLES = "roles"
    """Somebody else did it, or had it done."""
    JOINED = "joined"
    """One statement takes its names and numbers from different statements."""
    NEGATION = "negation"
    HEDGING = "hedging"
    EXTENT = "extent"
    """All instead of most, more instead of less, before instead of after."""
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that a claim failed, and on what."""

    check: Check
    detail: str
