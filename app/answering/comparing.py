"""Questions that put things side by side, or all of a kind in one order, and their answers."""

from __future__ import annotations

from dataclasses import replace

from app.answering.cells import Ask
from app.answering.compared import answer_comparison
from app.answering.comparison import Comparison
from app.answering.comparison_shapes import comparison
from app.answering.overall import answer_overall
from app.answering.overall_shapes import Overall, overall
from app.answering.qualifiers import qualifiers
from app.library.shelf import Shelf
from app.library.told import Told


def compares(text: str, before: str = "") -> Comparison | Overall | None:
    """What a question compares or counts over all sources; None if it does neither.

    Args:
        text: The question.
        before: The question before it, for what "it" means.
    """
    compared = comparison(text, before)
    if compared is None:
        return overall(text)
    besides = frozenset(term.key for term in qualifiers(text, compared))
    return replace(compared, besides=besides)


def answer_compared(asked: Comparison | Overall, shelf: Shelf, ask: Ask) -> Told | None:
    """Compare what the sources give; None where they do not give enough."""
    if isinstance(asked, Overall):
        return answer_overall(asked, shelf, ask)
    return answer_comparison(asked, shelf, ask)
