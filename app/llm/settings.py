"""Settings of the chat model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings

DEFAULT_MAX_OUTPUT_TOKENS = 1_024
"""About 700 words: twice the longest answer one would read in a chat."""
DEFAULT_MAX_INPUT_TOKENS = 6_000
"""A dozen passages with the rules; the smallest context of hosted models holds several times it."""
DEFAULT_MODEL_TIMEOUT_S = 25.0
"""Hosted models need a few seconds. Answers to people get less, so that they end in their time."""
DEFAULT_FIRST_TOKEN_TIMEOUT_S = 15.0
"""Hosted models begin within a few seconds; a local one may first read a long prompt."""
DEFAULT_MODEL_CONCURRENCY = 4
"""What one local server or a small hosted quota bears; not a limit of the program."""


class ModelGroup(BaseSettings):
    """The chat model. A part of `app.settings.Settings`."""

    model: str | None = Field(
        default=None,
        description='Chat model as "provider:name"; unset answers in the sources\' own words.',
    )
    model_base_url: str | None = Field(
        default=None,
        description="Address of the chat model's server: OpenAI-compatible, Azure or Ollama.",
    )
    model_temperature: Annotated[float, Field(ge=0, le=2)] | Literal["default"] = Field(
        default=0.0,
        description='Sampling temperature of the chat model; "default" leaves it to the provider, '
        "as some reasoning models require.",
    )
    model_max_output_tokens: int = Field(
        default=DEFAULT_MAX_OUTPUT_TOKENS,
        ge=1,
        le=1_000_000,
        description="Longest reply of the chat model, in tokens.",
    )
    model_timeout_s: float = Field(
        default=DEFAULT_MODEL_TIMEOUT_S,
        gt=0,
        le=3_600,
        description="Longest time the chat model may take for a reply, in seconds, repeated tries "
        "included.",
    )
    model_first_token_timeout_s: float = Field(
        default=DEFAULT_FIRST_TOKEN_TIMEOUT_S,
        gt=0,
        le=3_600,
        description="Longest silence of the chat model before its first word and between words, in "
        "seconds.",
    )
    model_concurrency: int = Field(
        default=DEFAULT_MODEL_CONCURRENCY,
        ge=1,
        le=1024,
        description="Requests to the chat model at the same time.",
    )
    model_input_price: Annotated[float, Field(ge=0)] | None = Field(
        default=None,
        description="What a million tokens sent to the chat model cost, in US dollars; unset "
        "reports no cost.",
    )
    model_output_price: Annotated[float, Field(ge=0)] | None = Field(
        default=None,
        description="What a million tokens of its replies cost, in US dollars; unset reports no "
        "cost.",
    )
    model_max_input_tokens: int = Field(
        default=DEFAULT_MAX_INPUT_TOKENS,
        ge=800,
        le=1_000_000,
        description="Longest request to the chat model, in tokens: its context length less the "
        "reply. As many passages are sent as fit.",
    )
    model_citations: Literal["native", "markers"] = Field(
        default="native",
        description="native: a provider with citations of its own (Anthropic) uses them; markers: "
        "all models write markers such as [1].",
    )
    unsupported: Literal["drop", "repair", "mark"] = Field(
        default="drop",
        description="What to do with a chat model's sentence that no quote supports: drop it, "
        "repair it with the source's own sentence, or mark it as not found.",
    )
