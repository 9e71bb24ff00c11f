"""The verb that a phrase takes: "the profits of Haven were", "its profit was". Pure."""

from __future__ import annotations

import re

_HEAD_ENDS = re.compile(
    r" (?:of|in|on|at|by|for|from|to|with|about|between|that|which|who|when)\b|,"
)
_SEVERAL = re.compile(r"[^\W\d_][^su\W\d_]s$")
_DETERMINED = re.compile(r"(?i:the|its|their|his|her|all|both|an?|this|that)\b|[^\W\d_a-z]")


def what_was(phrase: str) -> str:
    """The question what a phrase's thing was, without its mark: "What were the main events"."""
    is_several = _SEVERAL.search(_HEAD_ENDS.split(phrase)[0]) is not None
    article = "" if _DETERMINED.match(phrase) else "the "
    return f"What {'were' if is_several else 'was'} {article}{phrase}"
