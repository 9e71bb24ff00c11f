"""The most central sentences of a text: an extract in its own words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.library.pen import Quoted
from vectorstore.lexical import analyse
from vectorstore.types import FloatVector, SentenceKind

SENTENCES = 6
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
    sentences: Sequence[tuple[Quoted, list[float]]],
    *,
    limit: int | None = None,
    title: str = "",
    about: str = "",
) -> list[Quoted]:
    """A few sentences that say most of what all say, in reading order.

    A sentence is central if it is near all others: its mean cosine to them. Sections have their
    turn, repetitions are left out.

    Args:
        sentences: Of one document, with their vectors (unit length), in reading order.
        limit: How many; None takes `SENTENCES`.
        title: Of the document; what only repeats it is left out.
        about: What the sentences must speak of.
    """
    fit = [pair for pair in sentences if _is_fit(pair[0], title)]
    topic = set(analyse(about))
    if topic:
        fit = [pair for pair in fit if topic & set(analyse(pair[0].text))]
    if not fit:
        return []
    vectors = np.array([vector for _, vector in fit], dtype=np.float32)
    alike = vectors @ vectors.T
    worth: FloatVector = alike.mean(axis=1).astype(np.float32)
    seen: set[tuple[str, ...]] = set()
    for place, (quoted, _) in enumerate(fit):
        heading = quoted.sentence.heading
        worth[place] += FIRST_COUNTS * (heading not in seen)
        seen.add(heading)
    chosen: list[int] = []
    while len(chosen) < min(limit or SENTENCES, len(fit)):
        left = [place for place in range(len(fit)) if place not in chosen]
        chosen.append(max(left, key=lambda place: _gain(place, chosen, fit, alike, worth)))
    return [fit[place][0] for place in sorted(chosen)]


def _gain(
    place: int,
    chosen: Sequence[int],
    fit: Sequence[tuple[Quoted, list[float]]],
    alike: np.ndarray,
    worth: FloatVector,
) -> float:
    heading = fit[place][0].sentence.heading
    same = sum(fit[other][0].sentence.heading == heading for other in chosen)
    nearest = max((float(alike[place, other]) for other in chosen), default=0.0)
    return float(worth[place]) - COVERED * same - REPEATS * max(0.0, nearest - 0.5)


def _is_fit(quoted: Quoted, title: str) -> bool:
    if quoted.sentence.kind not in {SentenceKind.PROSE, SentenceKind.LIST_ITEM}:
        return False
    words = quoted.text.split()
    return MIN_WORDS <= len(words) <= MAX_WORDS and quoted.text.strip() != title
