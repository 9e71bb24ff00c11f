"""Where in a sentence one statement ends and the next starts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from app.answering.terms import REMEMBERED_TEXTS, Term, key_of, terms
from app.answering.verbs import NEGATORS, PREPOSITIONS, is_content, is_finite
from app.answering.wording import AUXILIARIES, VERB_KEYS, VERBS

COORDINATES = frozenset("and or but while whereas although though nor".split())


_CONTRASTS = frozenset("but while whereas although though".split())


SUBORDINATES = frozenset(
    "when after before until once as if because which who whose where that since".split()
)


_DASH = re.compile(r"\s[-–—]+\s|—")  # noqa: RUF001


@lru_cache(maxsize=REMEMBERED_TEXTS)
def boundaries(sentence: str, *, fine: bool) -> tuple[int, ...]:
    """Places of the words at which a new statement starts."""
    words = terms(sentence)
    finite = [
        is_finite(words, place) and (place == 0 or words[place - 1].text.lower() != "to")
        for place in range(len(words))
    ]
    return tuple(
        place
        for place in range(1, len(words))
        if _is_boundary(sentence, words, place, finite, fine=fine)
    )


def _is_boundary(
    sentence: str, words: Sequence[Term], place: int, finite: Sequence[bool], *, fine: bool
) -> bool:
    between = between_words(sentence, words[place - 1], words[place])
    lower = words[place].text.lower()
    if ";" in between or _DASH.search(between):
        return True
    if ":" in between:
        return _has_verb(finite, words, place)
    comma = "," in between or "(" in between or ")" in between
    after = words[place + 1].text.lower() if place + 1 < len(words) else ""
    if lower in _CONTRASTS:
        return fine or _has_verb(finite, words, place + 1)
    if lower in COORDINATES:
        if fine and after in NEGATORS:
            return True
        if after == "that":
            return _has_verb(finite, words, place + 1)
        if _verb_soon(words, finite, place + 1):
            return comma or not _is_base_after_marker(words, place)
        if (any(finite[:place]) and _subject_acts(sentence, words, finite, place + 1)) or (
            comma and _has_verb(finite, words, place + 1)
        ):
            return True
        if fine and comma and lower == "or" and _is_amount(words, place + 1):
            return True
        return fine and _is_gap(words, place + 1, finite)
    before = words[place - 1]
    if fine and lower == "to":
        return (
            after in VERBS
            and is_content(before)
            and not is_finite(words, place - 1)
            and before.text.lower() not in _TAKES_TO
        )
    if fine and lower in SUBORDINATES:
        if lower == "as" and {after, before.text.lower()} & {
            "much",
            "many",
            "high",
            "well",
            "long",
        }:
            return False
        if lower == "that" and (
            is_finite(words, place - 1)
            or not is_content(before)
            or before.text.lower() in _TAKES_TO
            or after not in AUXILIARIES
        ):
            return False
        return _has_verb(finite, words, place + 1)
    return (
        fine
        and comma
        and (
            (lower.endswith("ing") and lower != "including" and key_of(lower) in VERB_KEYS)
            or _is_gap(words, place, finite)
            or (words[0].text.lower() in _LEADING and not any_boundary(finite, place))
            or _verb_soon(words, finite, place)
            or (words[-1].text.lower() in _SAYING and len(words) - place <= MAX_SPEAKER)
            or _subject_acts(sentence, words, finite, place)
        )
    )


def _is_amount(words: Sequence[Term], place: int) -> bool:
    return any(word.is_number for word in words[place : place + 2])


def _subject_acts(sentence: str, words: Sequence[Term], finite: Sequence[bool], place: int) -> bool:
    """Whether a name, or a pronoun, follows and then a verb: a second subject."""
    at = place
    while at < len(words) and (words[at].is_name or words[at].text.lower() in _SUBJECTS):
        at += 1
    return (
        place < at < len(words)
        and _verb_soon(words, finite, at)
        and "," not in between_words(sentence, words[at - 1], words[at])
    )


_TAKES_TO = frozenset(
    """
    plan plans right rights able unable due goal aim aims hope agreement decision condition
    conditions likely way offer promise intention option ability attempt effort efforts
    """.split()
)
"""Words whose "to" or "that" says what they are about."""


_SUBJECTS = frozenset("it he she they who".split())


def between_words(text: str, first: Term, second: Term) -> str:
    """What stands between two words; a comma that the first has taken in for a number's is back."""
    start = first.end - (text[first.end - 1 : first.end] == ",")
    return text[start : second.start]


_LEADING = frozenset("after before while although when since having as under because".split())


def any_boundary(finite: Sequence[bool], place: int) -> bool:
    """Whether no verb follows: the rest belongs to what is being said."""
    return not any(finite[place:])


def _verb_soon(words: Sequence[Term], finite: Sequence[bool], place: int) -> bool:
    while place < len(words) and (
        words[place].text.lower().endswith("ly")
        or words[place].text.lower() in {"later", "then", "also", "subsequently", "each"}
    ):
        place += 1
    return place < len(words) and finite[place]


def _has_verb(finite: Sequence[bool], words: Sequence[Term], place: int) -> bool:
    """Whether a verb stands before the next joining word."""
    for at in range(place, len(words)):
        if finite[at]:
            return True
        if words[at].text.lower() in _CONTRASTS | {"and"} and at > place + 3:
            return False
    return False


def _is_base_after_marker(words: Sequence[Term], place: int) -> bool:
    """Whether verbs share subject and mood, as in: can see and buy."""
    after = words[place + 1].text.lower() if place + 1 < len(words) else ""
    before = words[place - 1].text.lower()
    return after in VERBS and before in VERBS


def _is_gap(words: Sequence[Term], place: int, finite: Sequence[bool]) -> bool:
    """Whether a second subject follows whose verb is left out: "A brings x and B some y"."""
    if place + 1 >= len(words) or not words[place].is_name or not any(finite[: place - 1]):
        return False
    end = place
    while end < len(words) and words[end].is_name:
        end += 1
    if end == len(words) or any(finite[place:]):
        return False
    lower = words[end].text.lower()
    if lower in COORDINATES or (lower in PREPOSITIONS) or lower in {"of", "which", "who"}:
        return False
    previous = words[place - 1] if words[place - 1].text.lower() != "and" else words[place - 2]
    return not previous.is_name


_SAYING = frozenset("said says say reported announced added".split())
MAX_SPEAKER = 8
"""Words of what stands behind a statement to say whose it is: ", a spokeswoman for Medora said"."""
