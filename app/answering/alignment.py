"""Which words of a claim stand in the evidence, and in which few sentences of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.answering.likeness import WordLikeness
from app.answering.terms import Term, content_terms, keys, synonyms, terms

MAX_SENTENCES = 6
"""People who marked the evidence of a claim needed two sentences, rarely more than five."""
REPEAT_VALUES = (1.0, 0.25)
"""What a word is worth that no sentence, or one sentence chosen before, holds."""
REPEAT_VALUE = 0.1
"""… and one that two or more hold. A second sentence may be the one that has the words together."""

SPECIFIC_WEIGHT = 1.3
"""Names and numbers: a claim stands and falls with them."""
PLAIN_WEIGHT = 1.0
SHORT_WEIGHT = 0.7
SHORT_LETTERS = 5
"""Words of up to five letters are mostly common ones."""

SYNONYM_CREDIT = 0.8
"""A synonym stands almost as well as the word itself."""

# A quote of several sentences is read sentence by sentence. Not after "Ms.", "J." or "2.": a short
# word with a full stop is more often an abbreviation or the number of a list.
_SENTENCE_END = re.compile(
    r"(?:(?<=[a-z]{3}[.!?])|(?<=\d\d[.!?])|(?<=[)%][.!?]))[\"')\]]*\s+(?=[\"'(\[]*[A-Z])"
)


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim laid beside the sentences of its evidence that hold most of it."""

    words: tuple[Term, ...]
    """Content words of the claim in order, repeats included."""
    weights: Mapping[str, float]
    """What each word, by key, is worth."""
    credits: Mapping[str, float]
    """In [0, 1]: 1 if the word itself stands in a chosen sentence."""
    sentences: tuple[str, ...]
    """Chosen one after the other by what each adds."""
    held: tuple[frozenset[str], ...]
    """Keys in each of these sentences."""

    @property
    def total(self) -> float:
        """Weight of the whole claim."""
        return sum(self.weights.values())

    def weight_in(self, held: frozenset[str]) -> float:
        """Weight of the claim's words that are among these."""
        return sum(weight for key, weight in self.weights.items() if key in held)


def align(claim: str, evidence: Sequence[str], likeness: WordLikeness | None = None) -> Alignment:
    """Lay a claim beside the sentences of its evidence that together hold most of its words.

    Args:
        claim: A sentence.
        evidence: Sentences or longer texts.
        likeness: Gives words credit for words that mean about the same.
    """
    words = tuple(content_terms(claim))
    weights = {term.key: _weight(term) for term in words}
    sentences = [part for text in evidence for part in _SENTENCE_END.split(text) if part.strip()]
    held = [keys(terms(sentence)) for sentence in sentences]
    chosen = _choose(weights, held)
    texts = tuple(sentences[each] for each in chosen)
    return Alignment(
        words=words,
        weights=weights,
        credits=_credits(words, texts, likeness),
        sentences=texts,
        held=tuple(held[each] for each in chosen),
    )


def _weight(term: Term) -> float:
    if term.is_number or term.is_name:
        return SPECIFIC_WEIGHT
    return SHORT_WEIGHT if len(term.text) <= SHORT_LETTERS else PLAIN_WEIGHT


def _choose(weights: Mapping[str, float], held: Sequence[frozenset[str]]) -> list[int]:
    """Sentences that add most, the first of equals; none that holds no word of the claim."""
    # In the claim's order: a sum of floats must not hang on the order of a set.
    wanted = [[key for key in weights if key in each] for each in held]
    left = [place for place, each in enumerate(wanted) if each]
    seen: Counter[str] = Counter()
    chosen: list[int] = []
    while left and len(chosen) < MAX_SENTENCES:
        gains = {
            place: sum(weights[key] * _value(seen[key]) for key in wanted[place]) for place in left
        }
        best = max(left, key=lambda place: (gains[place], -place))
        chosen.append(best)
        left.remove(best)
        seen.update(wanted[best])
    return chosen


def _value(times: int) -> float:
    return REPEAT_VALUES[times] if times < len(REPEAT_VALUES) else REPEAT_VALUE


def _credits(
    words: Sequence[Term], sentences: Sequence[str], likeness: WordLikeness | None
) -> dict[str, float]:
    held = frozenset[str]().union(*(keys(terms(sentence)) for sentence in sentences))
    groups = frozenset[int]().union(*(synonyms(key) for key in held))
    found = {
        term.key: 1.0 if term.key in held else SYNONYM_CREDIT * bool(synonyms(term.key) & groups)
        for term in words
    }
    if likeness is not None:
        plain = {
            term.text.lower()
            for sentence in sentences
            for term in content_terms(sentence)
            if not term.is_number
        }
        unknown = [
            term for term in words if not (found[term.key] or term.is_name or term.is_number)
        ]
        alike = likeness.credit([term.text for term in unknown], plain)
        found |= {term.key: credit for term, credit in zip(unknown, alike, strict=True)}
    return found
