"""Names that a text puts together: in its title, or by a word such as "bought". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.answering.text.lexicon import GENERIC_NAMES
from app.answering.text.terms import Name, Term, fold, is_function_word, names_of, terms

_JOINT = re.compile(r"\s*(?:,|,? and| &|[-–/])\s*")
_UNREAL = re.compile(
    r"\b(?:not|never|no|nor|would|could|might|should|if|whether|rumou?rs?|"
    r"(?:wants?|plans?|planned|hopes?) to)\b",
    re.IGNORECASE,
)
"""What did not, or did not yet, come about."""
_NOUN = re.compile(r"(?:tion|ment|er|ship|over|ance|ture|chase|out|deal|stake|pact|act)s?$", re.I)
_TOPIC = re.compile(r"\b(?:of|on|about|for|in) (?:the |an? )?(?:[a-z]+ )?$")
"""What a sentence is about rather than tells: "a study of alliances"."""
_TELLS = re.compile(
    r"[^,;:]*\b(?:announc|form|enter|sign|agree|start|launch|beg[au]n|found|struck|strike|made|make|create|"
    r"have|had|has|are|were|became|become)\w*\b[^,;:]*",
    re.IGNORECASE,
)
"""What stands between two names and the word for what they did together."""
TWO = 2
MOST_NAMES = 3
FAR = 8
"""Words between a verb and what it is done to, or between a noun and the name behind its "of"."""


@dataclass(frozen=True, slots=True)
class Paired:
    """Two names that a sentence puts together."""

    first: Name
    second: Name

    @property
    def keys(self) -> frozenset[str]:
        """Of both."""
        return self.first.keys | self.second.keys

    @property
    def text(self) -> str:
        """Both, as they are written."""
        return f"{self.first.text} – {self.second.text}"


def subject_of_title(title: str) -> str:
    """The names that a title opens with, such as "Sony and Honda"; else empty."""
    opening = re.split(r":|–|—| - ", title, maxsplit=1)[0].strip()
    text = f"x {opening}"
    names = _real_names(text)
    at = 2
    for place, name in enumerate(names):
        start = text.find(name.text, at)
        between = text[at:start]
        if start < 0 or (between.strip() if not place else not _JOINT.fullmatch(between)):
            return ""
        at = start + len(name.text)
    return opening if names and not text[at:].strip() else ""


def names_of_title(title: str) -> str:
    """The names of a title, the first three joined by "and", wherever they stand; else empty."""
    if subject := subject_of_title(title):
        return subject
    names = [re.sub(r"^(?:The|An?) ", "", name.text) for name in _real_names(f"x {title}")]
    real = [name for name in names if not is_function_word(name.split()[0])]
    return " and ".join(list(dict.fromkeys(real))[:MOST_NAMES])


def pairs_of(text: str, words: frozenset[str], known: frozenset[str]) -> Iterator[Paired]:
    """The pairs of names that a sentence puts together by one of some words.

    "CVS bought Aetna", "CVS completed its acquisition of Aetna", "Apple and IBM announced a
    partnership": a verb between them, a noun with "of", or a noun beside both.

    Args:
        text: The sentence.
        words: Keys of the words.
        known: Keys of the document's names, by which a sentence's first word is one.
    """
    folded = fold(text)
    if _UNREAL.search(folded):
        return
    said = terms(folded)
    places = _places(folded, known)
    for at, word in enumerate(said):
        if word.key not in words or word.is_name:
            continue
        before = [name for name, start in places if start < word.start]
        after = [(name, start) for name, start in places if start >= word.end]
        if not _NOUN.search(word.text):
            behind = next((n for n, start in after if _is_near(said, at, start)), None)
            if before and behind and not before[-1].keys & behind.keys:
                yield Paired(before[-1], behind)
            continue
        if re.match(r" (?:between|of) ", folded[word.end :]):
            behind_it = [place for place in places if place[1] > word.end]
            if (pair := _joined(folded, behind_it[:TWO])) is not None:
                yield pair
                continue
        if _TOPIC.search(folded[: word.start]):
            continue
        of = re.match(r" (?:of|with|in) ", folded[word.end :])
        if of and before and after and _is_near(said, at, after[0][1]):
            if not before[-1].keys & after[0][0].keys:
                yield Paired(before[-1], after[0][0])
            continue
        pair = _joined(folded, places)
        if pair is not None and _TELLS.fullmatch(_between(folded, pair, word)):
            yield pair


def _between(text: str, pair: Paired, word: Term) -> str:
    """What stands between two names and a word; the names come first."""
    start = text.find(pair.second.text, text.find(pair.first.text) + len(pair.first.text))
    return text[start + len(pair.second.text) : word.start]


def _is_near(said: tuple[Term, ...] | list[Term], at: int, start: int) -> bool:
    return any(term.start == start for term in said[at + 1 : at + 1 + FAR])


def _joined(text: str, places: list[tuple[Name, int]]) -> Paired | None:
    """The first two names side by side: "Apple and IBM"."""
    for (first, start), (second, after) in zip(places, places[1:], strict=False):
        if _JOINT.fullmatch(text[start + len(first.text) : after]):
            return Paired(first, second)
    return None


def _real_names(text: str) -> list[Name]:
    return [
        name
        for name in names_of(text)
        if not name.is_person
        and not all(word.lower().rstrip(".") in GENERIC_NAMES for word in name.text.split())
    ]


def _places(text: str, known: frozenset[str]) -> list[tuple[Name, int]]:
    """The names of a sentence, each with where it stands."""
    found: list[tuple[Name, int]] = []
    lead = "x "  # behind it the first word is a name like any other
    at = 0
    for name in _real_names(lead + text):
        start = text.find(name.text, at)
        if start < 0:
            continue
        at = start + len(name.text)
        if start > 0 or name.keys <= known:
            found.append((name, start))
    return found
