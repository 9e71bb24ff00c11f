"""Whether one statement of the evidence bears out one statement of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from app.answering.amounts import amounts, moments, rates
from app.answering.checks import Check, Failure
from app.answering.frames import Frame, evidence_names
from app.answering.sides import Said, Source
from app.answering.terms import Term
from app.answering.turning import extent, hedging, negation
from app.answering.verbs import is_content
from app.answering.wording import NEUTRAL, SYMMETRIC, may_stand_for

MIN_COVERED = 0.6
"""Share of a statement's words that the evidence must hold, themselves or in like words."""


MIN_SHORT = 0.5
"""The same of a statement with one or two words to go by."""


def failures(said: Said, source: Source, everything: frozenset[str]) -> list[Failure]:
    """Why a statement of the evidence does not bear out one of the claim; empty if it does.

    Args:
        said: The statement of the claim.
        source: That of the evidence.
        everything: Keys of all words of the evidence.
    """
    return [
        *_together(said, source),
        *_bounds(said, source),
        *_roles(said, source),
        *negation(said, source),
        *hedging(said, source),
        *extent(said, source),
        *_content(said, source, everything),
    ]


def shared(said: Said, source: Source) -> float:
    """How much of the statement's words and numbers a statement of the evidence holds itself."""
    keys = said.plain_keys
    words = sum(1.0 if key in source.statement.keys else 0.8 * source.holds(key) for key in keys)
    numbers = sum(any(a.is_said_by(b) for b in source.amounts) for a in said.amounts)
    times = sum(any(a.is_said_by(b) for b in source.moments) for a in said.moments)
    own = source.statement.own_names
    named = sum(not own.isdisjoint(term.key for term in run) for run in said.runs)
    verb = said.statement.verbs[-1].key if said.statement.verbs else ""
    acts = verb in source.statement.keys and verb not in NEUTRAL
    return words + numbers + times + NAME_SHARE * named + acts


NAME_SHARE = 0.25
"""What a name counts for: most statements of a source have its names."""


def _together(said: Said, source: Source) -> Iterator[Failure]:
    """Names, numbers and dates that this statement does not have together."""
    statement = source.statement
    known = statement.own_names | statement.inherited
    behind = known if statement.leans_later else statement.own_names
    subjects = said.statement.own_agents | {owner for owner, _ in said.possessions}
    for run in said.runs:
        keys = {term.key for term in run}
        held = known if keys & subjects or said.is_opening(run) else behind
        if keys.isdisjoint(held) and not keys <= statement.keys:
            yield Failure(Check.JOINED, f"{_text(run)} stands elsewhere")
    agents = said.statement.agents
    if said.statement.is_elided and agents and agents.isdisjoint(known | statement.agents):
        yield Failure(Check.JOINED, "it is said of somebody else")
    if (
        _SEVERAL.match(statement.text)
        and not _SEVERAL.match(said.statement.text)
        and len(said.runs) == 1
        and said.statement.own_agents
    ):
        yield Failure(Check.JOINED, "it is said of several")
    for amount in said.amounts:
        if amount.is_compound or said.names_it(amount):
            continue
        near_amounts = [*source.amounts]
        if said.is_definite(amount, statement):
            near_amounts += [each for before in statement.before for each in amounts(before.text)]
        if not any(map(amount.is_said_by, near_amounts)):
            yield Failure(Check.JOINED, f"{amount} stands elsewhere")
    for moment in said.moments:
        near = [*source.moments, *source.earlier_moments]
        is_first = moment is not said.moments[-1] and bool(source.moments)
        if statement.leans and (is_first or said.is_attributive(moment)):
            near += [each for before in statement.before[:2] for each in moments(before.text)]
        if not any(moment.is_said_by(other) for other in near):
            yield Failure(Check.JOINED, f"{moment} stands elsewhere")


_SEVERAL = re.compile(
    r"(?:\w+ )?(?:the (?:two|three|four|five)|both)\b(?! (?:days|weeks|months|years))",
    re.IGNORECASE,
)


def _text(run: Sequence[Term]) -> str:
    return " ".join(term.text for term in run)


def _bounds(said: Said, source: Source) -> Iterator[Failure]:
    for amount in said.amounts:
        same = [other for other in source.amounts if amount.is_said_by(other)]
        if same and not any(amount.is_bounded_by(other) for other in same):
            yield Failure(Check.HEDGING, f"{amount}, in the evidence {same[0]}")
    counted_by, held_by = rates(said.statement.text), rates(source.statement.text)
    if held_by and not counted_by <= held_by:
        yield Failure(Check.NUMBERS, " ".join(sorted(counted_by - held_by)))
    for word, amount in said.counted:
        if not any(map(amount.is_said_by, source.amounts)):
            continue
        others = [number for other, number in source.counted if other == word]
        if others and not any(map(amount.is_said_by, others)):
            yield Failure(Check.NUMBERS, f"{amount} belongs to something else")

    for word, moment in said.timed:
        times = [other for held_word, other in source.timed if held_word == word]
        if times and not any(map(moment.is_said_by, times)):
            yield Failure(Check.NUMBERS, f"{moment} belongs to something else")


def _roles(said: Said, source: Source) -> Iterator[Failure]:
    mine, theirs = said.frames, source.frames
    everybody = evidence_names(source.statement)
    objects = source.statement.own_objects
    for frame in mine:
        same = [other for other in theirs if frame.key == other.key] or [
            other for other in theirs if may_stand_for(frame.key, other.key)
        ]
        agrees = Frame.joins if frame.key in SYMMETRIC else Frame.agrees_with
        if same and not any(agrees(frame, other, everybody, objects) for other in same):
            yield Failure(Check.ROLES, f"others take these parts: {frame.key}")
    held, claimed = source.possessions, said.possessions
    for owner, thing in sorted(claimed):
        owners = {name for name, other in held if may_stand_for(thing, other)}
        is_other = owners and owner not in owners and owner in source.statement.names
        if is_other and not any(name in owners for name, other in claimed if other == thing):
            yield Failure(Check.ROLES, f"not the {thing} of {owner}")


def _content(said: Said, source: Source, everything: frozenset[str]) -> Iterator[Failure]:
    keys = said.plain_keys
    missing = [key for key in keys if not source.covers(key)]
    odd = [key for key in missing if key not in NEUTRAL]
    elsewhere = [key for key in odd if key in everything]
    if elsewhere:
        yield Failure(Check.JOINED, "said of something else: " + " ".join(elsewhere))
    if keys:
        covered = 1 - len(odd) / len(keys)
        if covered < (MIN_COVERED if len(keys) > 2 else MIN_SHORT):
            yield Failure(Check.CONTENT, "not in the evidence: " + " ".join(odd))
            return
    put_in = _put_in(said, source, everything)
    if put_in:
        yield Failure(Check.CONTENT, f"{put_in[0]} instead of {put_in[1]}")
    verbs = {verb.key for verb in said.statement.verbs[-1:]} - NEUTRAL
    if verbs - set(odd) and not any(source.holds(verb) for verb in verbs):
        yield Failure(Check.JOINED, "said of something else: " + " ".join(sorted(verbs)))
    verbs = {verb.key for verb in said.statement.verbs}
    unknown = [key for key in odd if key in verbs]
    if unknown:
        yield Failure(Check.CONTENT, "no verb of the evidence says: " + " ".join(unknown))


def is_better_dated(said: Said, source: Source, others: Iterable[Source]) -> bool:
    """Whether a statement that has more of the very words gives another date."""
    if not said.moments:
        return False
    keys = set(said.plain_keys)
    here = len(keys & source.statement.keys)
    return any(
        len(keys & other.statement.keys) > here
        and other.moments
        and not any(said.moments[-1].is_said_by(moment) for moment in other.moments)
        for other in others
    )


def _put_in(said: Said, source: Source, everything: frozenset[str]) -> tuple[str, str] | None:
    """A word that no quote has, standing where the evidence has another one of its own."""
    mine = [word for word in said.statement.words if is_content(word)]
    theirs = [word for word in source.statement.words if is_content(word)]
    keys = said.statement.keys
    followers = {a.key: b for a, b in zip(theirs, theirs[1:], strict=False)}
    for before, word in zip(mine, mine[1:], strict=False):
        if (
            word.key not in said.plain_keys
            or word.key in everything
            or word.key in NEUTRAL
            or source.covers(word.key)
        ):
            continue
        other = followers.get(before.key)
        if other is not None and other.key not in keys and other.key not in NEUTRAL:
            return word.text, other.text
    return None
