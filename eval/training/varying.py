"""The same pair with what does not matter changed, so that the reader does not learn it."""

from __future__ import annotations

import random
from dataclasses import replace

from eval.training.examples import Pair

TYPED_OTHERWISE = 0.35
"""Of the questions: those that are typed as somebody else would."""


def varied(pair: Pair, chance: random.Random) -> Pair:
    """The same with what does not matter changed: typing errors, no title, less around it."""
    asked = pair.asked
    if pair.task == "question":
        asked = _typed(asked, chance) if chance.random() < TYPED_OTHERWISE else asked
        asked = _misspelt(asked, chance) if chance.random() < 0.15 else asked
    title = "" if chance.random() < (0.5 if pair.task == "claim" else 0.25) else pair.title
    changed = replace(pair, asked=asked, title=title)
    if pair.task == "claim" and pair.labels is not None and chance.random() < 0.5:
        kept = [n for n, label in enumerate(pair.labels) if label == 1]
        changed = replace(
            changed,
            sentences=tuple(pair.sentences[n] for n in kept),
            labels=(1,) * len(kept),
        )
    elif pair.task == "question" and len(pair.sentences) > 4 and chance.random() < 0.4:
        # Another cut: what stands first in a window must not matter.
        first = chance.randrange(len(pair.sentences) // 2)
        labels = pair.labels[first:] if pair.labels is not None else None
        changed = replace(changed, sentences=pair.sentences[first:], labels=labels)
        if labels is not None:
            changed = replace(changed, holds=1 in labels)
    return changed


def _typed(text: str, chance: random.Random) -> str:
    """A careful question as search words, and the other way round."""
    bare = text.rstrip("? ")
    if bare == text and not text[:1].isupper():
        return text[:1].upper() + text[1:] + "?"
    return bare.lower() if chance.random() < 0.5 else bare


def _misspelt(text: str, chance: random.Random) -> str:
    """One slip: two letters exchanged, one left out or doubled."""
    places = [n for n in range(1, len(text) - 2) if text[n].isalpha() and text[n + 1].isalpha()]
    if not places:
        return text
    at = chance.choice(places)
    match chance.randrange(3):
        case 0:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case _:
            return text[:at] + text[at] + text[at:]
