"""Counts what went in and out, in OpenAI's terms."""

from __future__ import annotations

import re
from typing import Any

from app.llm.types import Usage

_PIECE = re.compile(r"\w{1,8}|[^\w\s]")
"""A word, a part of a long word, or a mark: close to what a model's own pieces are."""


def num_tokens(text: str) -> int:
    """Pieces of a text. An estimate: every model cuts in its own way."""
    return len(_PIECE.findall(text))


def usage_of(prompt: str, reply: str, used: Usage | None) -> dict[str, Any]:
    """What a reply took: as the chat model's provider reported it, else counted here."""
    given = used or Usage()
    sent = num_tokens(prompt) if given.input_tokens is None else given.input_tokens
    got = num_tokens(reply) if given.output_tokens is None else given.output_tokens
    return {"prompt_tokens": sent, "completion_tokens": got, "total_tokens": sent + got}
