"""Whether a statement turns what the evidence says: denies it, makes it sure, or reverses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.answering.checks import Check, Failure
from app.answering.frames import PRONOUN_SUBJECTS
from app.answering.placing import BESIDE
from app.answering.polarity import (
    ATTRIBUTIONS,
    Mood,
    is_denied,
    marker,
    plainly_denied,
    turns_away,
)
from app.answering.sides import Said, Source, mark_before
from app.answering.statements import Statement
from app.answering.terms import Term, key_of
from app.answering.verbs import is_content
from app.answering.wording import (
    AUXILIARIES,
    CONVERSE,
    EXTENTS,
    VERB_KEYS,
    are_opposite,
    has_opposite,
    may_stand_for,
)

_TIME_PARTS = frozenset(map(key_of, "end start beginning close".split()))


def negation(said: Said, source: Source) -> Iterator[Failure]:
    """Words that stand denied on one side and undenied on the other."""
    same, other = 0, []
    verb = said.statement.verbs[0].key if said.statement.verbs else ""
    for key in said.plain_keys:
        mine = said.polarity.get(key, {False})
        theirs = source.polarity.get(key) or _like(key, source.polarity)
        if not theirs:
            continue
        if mine & theirs:
            same += 1
        else:
            other.append(key)
    if not same and not other:
        # Nothing but names and small words: "who was not from Chicago".
        if is_denied(said.statement.words) != is_denied(_closest_part(said, source).words):
            yield Failure(Check.NEGATION, "one of claim and evidence is denied")
        return
    plainly = plainly_denied(source.statement.words) ^ plainly_denied(said.statement.words)
    if other and (len(other) >= same or verb in other or plainly & set(other)):
        yield Failure(Check.NEGATION, "denied in one and not in the other: " + " ".join(other))


def _like(key: str, held: dict[str, set[bool]]) -> set[bool]:
    found = set[bool]()
    for other, denied in held.items():
        if may_stand_for(key, other):
            found |= denied
    return found


def hedging(said: Said, source: Source) -> Iterator[Failure]:
    """What the evidence says less surely than the claim, or as somebody's opinion only."""
    mine, theirs = said.moods, source.moods
    claim_mark = mark_before(said.statement) or marker(said.statement.words)
    source_mark = marker(_closest_part(said, source).words)
    matched = False
    for verb in said.statement.verbs:
        key = verb.key
        levels = [mood for other, mood in theirs.items() if other == key] or [
            mood for other, mood in theirs.items() if may_stand_for(key, other)
        ]
        if levels:
            matched = True
            denied = True in said.polarity.get(key, set()) & source.polarity.get(key, set())
            if mine.get(key, Mood.REAL) > max(levels) and not denied:
                yield Failure(Check.HEDGING, f"the evidence does not say that it happened: {key}")
    spoken = any(ATTRIBUTIONS & part.keys for part in said.claim)
    if source_mark is not None and not matched and claim_mark is None and not spoken:
        says = any(term.text.lower() in AUXILIARIES for term in said.statement.words)
        if said.statement.verbs or (says and source_mark <= Mood.INTENDED):
            yield Failure(Check.HEDGING, "the evidence is hedged, the claim is not")
    attributed = [verb for verb in source.statement.verbs if verb.key in ATTRIBUTIONS]
    if attributed and not spoken and claim_mark is None:
        reach = source.statement.words[attributed[0].place :]
        if any(verb.key in {word.key for word in reach} for verb in said.statement.verbs) or (
            not said.statement.verbs
        ):
            yield Failure(Check.HEDGING, "the evidence only gives somebody's opinion")


def _closest_part(said: Said, source: Source) -> Statement:
    """The clause of the evidence that has most of the words."""
    wanted = said.statement.keys
    return max(source.parts, key=lambda part: len(part.keys & wanted), default=source.statement)


def extent(said: Said, source: Source) -> Iterator[Failure]:
    """All for most, more for less, and what else says the reverse."""
    mine = _extents(said.statement.words)
    theirs = _extents(source.statement.words)
    if source.statement.words[0].text.lower() in PRONOUN_SUBJECTS and source.statement.before:
        theirs |= _extents(source.statement.before[0].words)
    for away in turns_away(said.statement.text) ^ turns_away(source.statement.text):
        yield Failure(Check.EXTENT, away)
    for group in EXTENTS:
        if group & mine and not group & theirs:
            yield Failure(Check.EXTENT, " or ".join(sorted(group & mine)))
    yield from _opposites(said, source)
    limited = _limited(source.statement.words)
    for noun, limits in limited.items():
        said_with = _limited(said.statement.words).get(noun)
        if (
            noun in said.statement.keys
            and None not in limits
            and (said_with is None or None in said_with)
        ):
            yield Failure(Check.HEDGING, f"{' or '.join(sorted(filter(None, limits)))} is left out")


def _extents(words: Sequence[Term]) -> frozenset[str]:
    """All words but the "most" of "at most"."""
    lower = [word.text.lower() for word in words]
    return frozenset(
        word for place, word in enumerate(lower) if word != "most" or lower[place - 1] != "at"
    )


def _limited(words: Sequence[Term]) -> dict[str, set[str | None]]:
    """Nouns with the words that limit them: "most countries", "most of its computing"."""
    found: dict[str, set[str | None]] = {}
    limits: str | None = None
    left = 0
    for place, word in enumerate(words):
        lower = word.text.lower()
        before = words[place - 1].text.lower() if place else ""
        if lower in {"most", "some", "few"} and before != "at":
            limits, left = lower, 4
        elif limits and is_content(word) and not word.is_name:
            found.setdefault(word.key, set()).add(limits)
            limits = None
        elif is_content(word) and word.key in found:
            found[word.key].add(None)
        elif limits:
            left -= 1
            through = word.is_name or lower in {"of", "the", "its", "their"}
            limits = limits if left > 0 and through else None
    return found


def _opposites(said: Said, source: Source) -> Iterator[Failure]:
    mine = [word for word in said.statement.words if not word.is_number]
    theirs = [word for word in source.statement.words if not word.is_number]
    held = {word.key for word in theirs}
    for place, word in enumerate(mine):
        if (not has_opposite(word.key) and word.key in held) or (
            place + 1 < len(mine) and mine[place + 1].text == "of" and word.key in _TIME_PARTS
        ):
            continue
        against = [other for other in theirs if are_opposite(word.key, other.key)]
        if not against:
            continue
        if word.key not in held:
            if word.key in source.context and word.key in VERB_KEYS:
                continue
            if any(may_stand_for(word.key, key) for key in held if not are_opposite(word.key, key)):
                continue
            if _is_converse(said, source, word.key, {other.key for other in against}):
                continue
            yield Failure(Check.EXTENT, f"{word.text} is the opposite of {against[0].text}")
        elif _swapped(mine, place, theirs, against):
            yield Failure(Check.EXTENT, f"{word.text} instead of {against[0].text}")


def _is_converse(said: Said, source: Source, key: str, against: set[str]) -> bool:
    return (
        any(frozenset({key, other}) in CONVERSE for other in against)
        and (
            bool(said.statement.own_agents)
            or any(verb.key == key and verb.is_passive for verb in said.statement.verbs)
        )
        and said.statement.own_agents.isdisjoint(source.statement.own_agents)
    )


def _swapped(
    mine: Sequence[Term], place: int, theirs: Sequence[Term], against: Sequence[Term]
) -> bool:
    """Whether the word stands beside what its opposite stands beside in the evidence."""
    word = mine[place]
    neighbours = _neighbours(mine, place)
    own = set[str]()
    opposite = set[str]()
    for at, other in enumerate(theirs):
        if other.key == word.key:
            own |= _neighbours(theirs, at)
        elif other in against:
            opposite |= _neighbours(theirs, at)
    return bool(neighbours & opposite) and not neighbours & own


def _neighbours(words: Sequence[Term], place: int) -> set[str]:
    found = set[str]()
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(words) and abs(at - place) <= BESIDE:
            if is_content(words[at]):
                found.add(f"{step}{words[at].key}")
                break
            at += step
    return found
