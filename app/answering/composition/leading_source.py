"""A run of a sentence's English words, found in the sentence itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.answering.text.amounts import amounts, moments
from app.answering.text.local_notation import local_number

Run = tuple[int, int]
_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")
"""In English a number with decimals; in a source of these languages "3.450" is 3450."""


def run_in_source(run: Run, told: str, text: str) -> Run | None:
    """Where the amount, day or name of a run stands in the source; None if that is not sure.

    Args:
        run: Start and end in `told`.
        told: The sentence in English words.
        text: The sentence itself.
    """
    values = {value for value, start, end in _values(told) if run[0] <= start and end <= run[1]}
    same = [(start, end) for value, start, end in _values(text, is_local=True) if value in values]
    if len(values) == 1:
        return same[0] if len(same) == 1 else None
    name = told[run[0] : run[1]]
    if values or text.count(name) != 1:
        return None
    return text.index(name), text.index(name) + len(name)


def _values(text: str, *, is_local: bool = False) -> Iterator[tuple[str, int, int]]:
    for moment in moments(text):
        yield str(moment.date), moment.start, moment.end
    for amount in amounts(text):
        before = text[amount.start - 1 : amount.start]
        start = amount.start - (before in tuple("$€£¥"))
        shown = text[amount.start : amount.end]
        is_thousands = is_local and _THOUSANDS.fullmatch(shown)
        value = local_number(shown) if is_thousands else amount.value
        yield f"{value:.12g} {amount.unit}", max(0, start), amount.end
