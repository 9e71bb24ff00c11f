"""What can go wrong between a template and the words that are sent."""

from __future__ import annotations


class PromptError(Exception):
    """A template is missing or malformed, or was given other values than it names."""
