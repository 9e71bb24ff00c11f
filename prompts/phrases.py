"""Words of ours that go into prompts as values, beside the templates."""

from __future__ import annotations

UNANSWERABLE = "The sources do not answer this question."
"""The reference answer to a question that a dataset marks as unanswerable."""

CANNOT_ANSWER = "The sources do not say."
"""What a model is told to reply where the sources do not answer, and is recognised by."""

CITE_BY_NUMBER = (
    "End each sentence with the number of each source sentence that it rests on, in square "
    "brackets, as in [3] or [3][7]. A sentence without a number is thrown away, and so is one that "
    "its numbers do not bear out."
)
CITE_NATIVELY = (
    "Cite the source sentences that each of your sentences rests on. A sentence without a citation "
    "is thrown away, and so is one that its citations do not bear out."
)
"""For providers that mark what they cite by themselves."""
