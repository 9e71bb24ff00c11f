"""What is asked of a chat model, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

TOKENS_PER_PRICE = 1_000_000
"""Providers state prices for a million tokens."""

N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and cost of one reply; None where the provider or the settings do not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None

    def with_more(self, other: Usage) -> Usage:
        """Both together; unknown where one of them is."""
        return Usage(
            _sum(self.input_tokens, other.input_tokens),
            _sum(self.output_tokens, other.output_tokens),
            _sum(self.cost_usd, other.cost_usd),
        )


def _sum(one: N | None, other: N | None) -> N | None:
    return None if one is None or other is None else one + other


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """What a model that cites by itself is given to cite."""

    title: str
    about: str
    """Who published it and when; not for citing."""
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply."""

    text: str
    usage: Usage = Usage()
    is_cut: bool = False
    """It reached the longest length allowed and may end in the middle of a sentence."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens; None is unknown."""

    input_usd: float | None = None
    output_usd: float | None = None

    def usage(self, input_tokens: int | None, output_tokens: int | None) -> Usage:
        """The usage with its cost; without one where a count or a price is unknown."""
        cost = None
        if (
            self.input_usd is not None
            and self.output_usd is not None
            and input_tokens is not None
            and output_tokens is not None
        ):
            total = input_tokens * self.input_usd + output_tokens * self.output_usd
            cost = total / TOKENS_PER_PRICE
        return Usage(input_tokens, output_tokens, cost)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a call may take."""

    timeout_s: float
    """For a whole reply, with all tries and the pauses between them."""
    silence_s: float
    """Of a stream: before its first word, and between words."""
    concurrency: int
    attempts: int
    max_characters: int
    """A longer reply is cut off as endless."""
