"""Words of ours that go into prompts as values, beside the templates."""

from __future__ import annotations

UNANSWERABLE = "The sources do not answer this question."
"""The reference answer to a question that a dataset marks as unanswerable."""
