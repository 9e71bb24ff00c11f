"""The agent of a verb, by the words around it: in its own clause, or after "by"."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from app.answering.text.lexicon import GENERIC_NAMES, PREPOSITIONS
from app.answering.text.terms import Term, fold, is_function_word, keys, terms

BE = frozenset("is are was were be been being get got".split())
NOUN = re.compile(r"(?:tion|ment|ers?|ors?|ship|sales?|price|owner)$", re.IGNORECASE)
_BREAKS = re.compile(r"[,;:()–—]")
_LINKS = frozenset(
    "and or but while whereas when where which who that because since after before although as if "
    "so than until".split()
)
_PRONOUNS = frozenset("it they he she we i you who which that this these those one both".split())
_JOINS = frozenset({"and", "or"})

Names = Sequence[frozenset[str]]


def holds(held: Iterable[str], name: frozenset[str]) -> bool:
    """Whether a text with these keys speaks of a name: of half of its words at least."""
    return 2 * len(name.intersection(held)) >= len(name)


def is_reversed(text: str, verbs: Container[str], doers: Names, done_to: Names) -> bool | None:
    """Whether a sentence exchanges agent and patient of the question ("B bought A").

    None where the sentence does not show who does it.

    Args:
        text: The sentence.
        verbs: Keys of the words for it.
        doers: Names of the question by their keys.
        done_to: The same.
    """
    words = terms(fold(text))
    for place in _verbs(words, verbs):
        if _is_passive(words, place) or {"from", "by"} & _small(words[place + 1 :]):
            continue
        before, after = keys(words[:place]), keys(words[place + 1 :])
        if _stand(before, after, done_to, doers):
            return True
        if _stand(before, after, doers, done_to):
            return False
    return None


def is_of_another(text: str, verbs: Container[str], doers: Names) -> bool:
    """Whether each time that a sentence has the verb, its clause names somebody else as the doer.

    "Orlena competes with Marlow, and Marlow bought Sorrel" does not tell that Orlena bought it.
    """
    folded = fold(text)
    words = terms(folded)
    found = False
    for place in _verbs(words, verbs):
        by = _by(words, place) if _is_passive(words, place) else None
        if _is_passive(words, place) and by is None:
            return False
        named = _named(words[by:]) if by is not None else _subject(folded, words, place)
        if not named or any(holds(named, name) for name in doers):
            return False
        found = True
    return found


def _verbs(words: Sequence[Term], verbs: Container[str]) -> Iterable[int]:
    for place, word in enumerate(words):
        if word.key not in verbs or word.is_name:
            continue
        behind = words[place + 1].text.lower() if place + 1 < len(words) else ""
        if NOUN.search(word.text) and behind != "of":  # "its acquisition of Sorrel"
            continue
        yield place


def _is_passive(words: Sequence[Term], place: int) -> bool:
    return bool(BE & _small(words[max(0, place - 2) : place]))


def _small(words: Iterable[Term]) -> set[str]:
    return {word.text.lower() for word in words}


def _by(words: Sequence[Term], place: int) -> int | None:
    """Where "by" stands behind a verb."""
    return next((n for n in range(place + 1, len(words)) if words[n].text.lower() == "by"), None)


def _named(words: Sequence[Term]) -> frozenset[str]:
    """Keys of the names behind "by", up to the first word that is none."""
    names: list[Term] = []
    for word in words[1:]:
        if _is_named(word):
            names.append(word)
        elif names and word.text.lower() not in _JOINS:
            break
    return keys(names)


def _subject(text: str, words: Sequence[Term], place: int) -> frozenset[str]:
    """Keys of the names before a verb within its clause; none where a pronoun does it."""
    start = place
    while start > 0 and not _is_break(text, words, start):
        start -= 1
    clause = words[start:place]
    if _PRONOUNS & _small(clause):
        return frozenset()
    return keys(
        word
        for n, word in enumerate(clause)
        if _is_named(word) and not (n and clause[n - 1].text.lower() in PREPOSITIONS)
    )


def _is_break(text: str, words: Sequence[Term], at: int) -> bool:
    """Whether a clause begins with a word; names in a row are one clause."""
    before, word = words[at - 1], words[at]
    is_link = before.text.lower() in _LINKS
    if not is_link and not _BREAKS.search(text[before.end : word.start]):
        return False
    linked = words[at - 2] if before.text.lower() in _JOINS and at > 1 else before
    return not (_is_named(word) and _is_named(linked))


def _is_named(word: Term) -> bool:
    opens = word.opens_sentence and word.text[:1].isupper() and not is_function_word(word.text)
    is_generic = word.text.lower().rstrip(".") in GENERIC_NAMES
    return (word.is_name or opens) and not is_generic


def _stand(before: frozenset[str], after: frozenset[str], first: Names, second: Names) -> bool:
    """Whether one of the first names stands before a verb and one of the second only behind it."""
    return any(holds(before, name) for name in first) and any(
        holds(after, name) and not holds(before, name) for name in second
    )
