"""What a statement denies, and how surely it says that something happens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from app.answering.terms import Term, key_of
from app.answering.verbs import IRREGULAR_PAST, is_content
from app.answering.wording import AUXILIARIES, VERB_KEYS

_DENIERS = frozenset("not no never none nobody nothing cannot hardly barely neither".split())
_ONWARDS = frozenset("without fail fails failed lack lacks lacked unable".split())
"""Deny what follows and not what stands before."""
_BOUNDING = frozenset("more less fewer later earlier longer greater".split())
"""After "no" these bound a number."""


def polarity(words: Sequence[Term]) -> dict[str, set[bool]]:
    """For each content word whether it is denied."""
    lower = [word.text.lower() for word in words]
    denied = is_denied(words)
    found: dict[str, set[bool]] = {}
    for place, word in enumerate(words):
        fails = not lower[place].startswith("fail") or lower[place + 1 : place + 2] == ["to"]
        if (lower[place] in _ONWARDS and fails) or (
            lower[place] == "from" and lower[place - 1 : place] == ["free"]
        ):
            denied = not denied
        elif is_content(word):
            found.setdefault(word.key, set()).add(denied)
    return found


def plainly_denied(words: Sequence[Term]) -> frozenset[str]:
    """Words right behind a "no" or "without"."""
    found = set[str]()
    for place, word in enumerate(words):
        after = words[place + 1 : place + 3]
        if word.text.lower() in {"no", "without"} and not (
            after and after[0].text.lower() in _BOUNDING
        ):
            found |= {each.key for each in after if is_content(each)}
    return frozenset(found)


def is_denied(words: Sequence[Term]) -> bool:
    """Whether a statement is denied as a whole."""
    lower = [word.text.lower() for word in words]
    return sum(_denies(lower, place) for place in range(len(lower))) % 2 == 1


def _denies(lower: Sequence[str], place: int) -> bool:
    word = lower[place]
    after = lower[place + 1] if place + 1 < len(lower) else ""
    before = lower[place - 1] if place else ""
    if word in {"no", "not"} and after in _BOUNDING and "than" in lower[place + 2 : place + 3]:
        return False
    if word == "not" and after in {"only", "just", "least"}:
        return False
    if word == "neither" and "nor" in lower[place:]:
        return True
    if word in _DENIERS or word.endswith("n't"):
        return True
    return word == "yet" and after == "to" and before in {"has", "have", "had", "is", "are", ""}


class Mood(IntEnum):
    """How surely something is said to happen."""

    POSSIBLE = 1
    INTENDED = 2
    COMING = 3
    REAL = 4


_MARKERS = {
    word: mood
    for mood, words in {
        Mood.POSSIBLE: "could may might can perhaps possibly probably likely reportedly allegedly "
        "apparently appears appear seems seem suggests potential potentially rumoured rumored "
        "considers considering considered consider possible unlikely maybe whether unclear "
        "uncertain",
        Mood.INTENDED: "plan plans planned planning hope hopes hoped hoping want wants wanted aim "
        "aims aimed intend intends intended propose proposes proposed proposal seek seeks sought "
        "expect expects expected expecting anticipate anticipates anticipated goal target targets "
        "targeted try tries tried trying offer offers offered wish wishes scheduled promise "
        "promised promises promising prepared preparing talks if purpose ambition meant designed",
        Mood.COMING: "will would shall agree agrees agreed should must due committed pledged "
        "condition conditions require required requires demand demanded order ordered",
    }.items()
    for word in words.split()
}
_BE = frozenset("is are was were be".split())
_SKIPPED = frozenset(
    "be been being have has had not never also to then only soon first now further still".split()
)
ATTRIBUTIONS = frozenset(
    key_of(word)
    for word in """
    argue allege claim warn believe think predict estimate contend suggest expect hope accuse
    anticipate insist fear doubt speculate assume forecast criticize opinion
    """.split()
)
"""Verbs after which stands what somebody holds, not what is."""


def marker(words: Sequence[Term]) -> Mood | None:
    """The weakest mood that a word of a statement marks."""
    if words and words[0].text.lower() == "to":
        return Mood.INTENDED
    found = [mood for place in range(len(words)) if (mood := _marks(words, place)) is not None]
    return min(found, default=None)


def moods(words: Sequence[Term], running: Mood | None = None) -> dict[str, Mood]:
    """For each verb of a statement how surely it is said to happen; the surest if it is twice.

    Args:
        words: Those of the statement.
        running: The mood of what stands before, if the statement goes on from there.
    """
    found: dict[str, Mood] = {}
    for place, word in enumerate(words):
        lower = word.text.lower()
        mark = _marks(words, place)
        if mark is not None:
            running = mark if running is None else min(mark, running)
            if lower in AUXILIARIES or word.key not in VERB_KEYS:
                continue
        says_something = is_content(word) or word.key in VERB_KEYS
        if word.is_name or word.is_number or lower in AUXILIARIES or not says_something:
            continue
        mood = _mood(words, place, running)
        found[word.key] = max(mood, found.get(word.key, Mood.POSSIBLE))
    return found


def _marks(words: Sequence[Term], place: int) -> Mood | None:
    lower = words[place].text.lower()
    if words[place].is_name:
        return None
    if lower == "can" and place + 1 < len(words) and words[place + 1].text.lower() == "be":
        return _MARKERS[lower]
    if lower in _BE and place + 1 < len(words):
        rest = [word.text.lower() for word in words[place + 1 : place + 3]]
        if rest[0] == "to" and len(rest) > 1:
            return Mood.COMING
    return _MARKERS.get(lower)


def _mood(words: Sequence[Term], place: int, running: Mood | None) -> Mood:
    lower = words[place].text.lower()
    at = place - 1
    led_by_to = at >= 0 and words[at].text.lower() == "to"
    while at >= 0 and (words[at].text.lower() in _SKIPPED or words[at].text.lower().endswith("ly")):
        at -= 1
    if at >= 0 and (mark := _marks(words, at)) is not None:
        return mark if running is None else min(mark, running)
    if running is not None and any(word.text.lower() == "be" for word in words[at + 1 : place]):
        return running
    if lower.endswith("ed") or lower.endswith("ing") or _is_past(words[place]):
        return Mood.REAL
    if running is not None and (led_by_to or not lower.endswith("s") or _is_demanded(words, place)):
        return running
    return Mood.INTENDED if led_by_to else Mood.REAL


_DEMANDS = frozenset(
    "condition conditions require required requires demand demanded order ordered if".split()
)


def _is_demanded(words: Sequence[Term], place: int) -> bool:
    return any(word.text.lower() in _DEMANDS for word in words[:place])


def _is_past(word: Term) -> bool:
    return word.text.lower() in IRREGULAR_PAST


_AWAY = re.compile(r"\b(?:away from|no longer|instead of|rather than)\b", re.IGNORECASE)


def turns_away(text: str) -> frozenset[str]:
    """Words that turn the direction of a verb."""
    return frozenset(match.group().lower() for match in _AWAY.finditer(text))
