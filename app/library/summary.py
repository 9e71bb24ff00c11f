"""The most central sentences of a text: an extract in its own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from app.library.pen import Quoted
from vectorstore.lexical import analyse
from vectorstore.types import FloatMatrix, FloatVector, SentenceKind

SENTENCES = 6
MOST_READ = 240
"""Sentences of a long text that are compared with each other."""
MIN_WORDS, MAX_WORDS = 6, 45
"""What is shorter says little, what is longer is no highlight."""
FIRST_COUNTS = 0.12
"""What a section's first sentence has before the others: texts say there what they are about."""
COVERED = 0.18
"""What a sentence loses for each one already chosen from its section."""
REPEATS = 0.5
"""Weight of the likeness to what is already chosen. Source of the greedy choice: Carbonell and
Goldstein, "The use of MMR", SIGIR 1998."""


def summarise(
    sentences: Sequence[Quoted],
    embed: Callable[[Sequence[str]], FloatMatrix],
    *,
    limit: int | None = None,
    title: str = "",
    about: str = "",
) -> list[Quoted]:
    """A few sentences that say most of what all say, in reading order.

    A sentence is central if it is near all others: its mean cosine to them. Sections have their
    turn, repetitions are left out.

    Args:
        sentences: Of one document, in reading order. Of very many some are read, evenly spread.
        embed: Vectors of texts, of unit length.
        limit: How many; None takes `SENTENCES`.
        title: Of the document; what only repeats it is left out.
        about: What the sentences must speak of.
    """
    fit = [each for each in sentences if _is_fit(each, title)]
    topic = set(analyse(about))
    if topic:
        fit = [each for each in fit if topic & set(analyse(each.text))]
    if not fit:
        return []
    fit = [fit[place] for place in sorted({*np.linspace(0, len(fit) - 1, MOST_READ, dtype=int)})]
    vectors = embed([each.text for each in fit])
    alike = vectors @ vectors.T
    worth: FloatVector = alike.mean(axis=1).astype(np.float32)
    seen: set[tuple[str, ...]] = set()
    for place, quoted in enumerate(fit):
        heading = quoted.sentence.heading
        worth[place] += FIRST_COUNTS * (heading not in seen)
        seen.add(heading)
    chosen: list[int] = []
    while len(chosen) < min(limit or SENTENCES, len(fit)):
        left = [place for place in range(len(fit)) if place not in chosen]
        chosen.append(max(left, key=lambda place: _gain(place, chosen, fit, alike, worth)))
    return [fit[place] for place in sorted(chosen)]


def _gain(
    place: int,
    chosen: Sequence[int],
    fit: Sequence[Quoted],
    alike: np.ndarray,
    worth: FloatVector,
) -> float:
    heading = fit[place].sentence.heading
    same = sum(fit[other].sentence.heading == heading for other in chosen)
    nearest = max((float(alike[place, other]) for other in chosen), default=0.0)
    return float(worth[place]) - COVERED * same - REPEATS * max(0.0, nearest - 0.5)


def _is_fit(quoted: Quoted, title: str) -> bool:
    if quoted.sentence.kind not in {SentenceKind.PROSE, SentenceKind.LIST_ITEM}:
        return False
    words = quoted.text.split()
    return MIN_WORDS <= len(words) <= MAX_WORDS and quoted.text.strip() != title
