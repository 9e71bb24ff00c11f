"""Which pair comes next in training, and the wrong ones that are made of right ones.

A pair is drawn from our own documents or from a public set, and some are turned round then: an
answerable question beside a passage that has its words or beside its own without the answer, a
claim without one of its sentences or beside those of another.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from app.reading.pairs import Task
from eval.training.examples import OVERLAP, Pair
from eval.training.untrue import untrue

OWN_SHARE = 0.55
"""Of the examples; the others are of public sets, if there are any."""
TASKS: Mapping[Task, float] = {"question": 0.48, "claim": 0.36, "turn": 0.03, "conflict": 0.13}
"""Of our own examples."""
FRESH_SHARE = 0.45
"""Of our own examples of a task: those of the files to be learnt most, if there are any."""
MADE = 0.4
"""Of our own pairs of two sentences: those made of a claim and its evidence."""
STRANGER, WITHHELD, STRANGER_AGAIN = 0.2, 0.28, 0.12
"""Of our own questions that are answered: shares that meet another passage, or their own without
its answer; and of those that are not answered, the share that meets another passage."""
CLAIM_WITHHELD, BORROWED, UNTRUE = 0.08, 0.12, 0.2
PUBLIC_UNTRUE = 0.1
PUBLIC_STRANGER, PUBLIC_WITHHELD = 0.2, 0.3
"""Of public questions: most are answered by their passage, so that a reader which learns from them
alone takes whatever is about the matter for an answer."""
CANDIDATES = 40
"""So many passages are looked at for the one that has most of a question's words."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Pairs to draw from, by what drawing asks for."""

    own: Mapping[Task, Sequence[Pair]]
    passages: Mapping[str, Sequence[Pair]]
    """For each of our files, and each public set, one pair of each document that has questions."""
    supported: Mapping[str, Sequence[Pair]]
    """Supported claims by document."""
    public: Mapping[str, Sequence[Pair]]
    made: Sequence[Pair]
    """Two sentences each, a claim and its evidence; those written as two are in `own`."""
    weights: Mapping[str, float]
    """How often a public set is drawn from; the sets that are missing count one."""
    fresh: Mapping[Task, Sequence[Pair]]
    """Of `own`, the pairs of the files that are to be learnt most."""
    fresh_made: Sequence[Pair]
    """The same of `made`."""


def pool(
    own: Sequence[Pair],
    public: Mapping[str, Sequence[Pair]],
    weights: Mapping[str, float],
    fresh: Collection[str] = (),
) -> Pool:
    """Arrange pairs for drawing; `fresh` names the files that are to be learnt most."""
    by_task: dict[Task, list[Pair]] = {}
    fresh_by_task: dict[Task, list[Pair]] = {}
    passages: dict[str, dict[str, Pair]] = {}
    supported: dict[str, list[Pair]] = {}
    for pair in own:
        if not pair.made:
            by_task.setdefault(pair.task, []).append(pair)
            if pair.source in fresh:
                fresh_by_task.setdefault(pair.task, []).append(pair)
        if pair.task == "question":
            passages.setdefault(pair.source, {}).setdefault(pair.group, pair)
        elif pair.task == "claim" and pair.holds and pair.labels is not None:
            supported.setdefault(pair.group, []).append(pair)
    for name, pairs in public.items():
        for pair in pairs:
            if pair.task == "question":
                passages.setdefault(name, {}).setdefault(pair.group, pair)
    return Pool(
        by_task,
        {source: list(groups.values()) for source, groups in passages.items()},
        supported,
        {name: pairs for name, pairs in public.items() if pairs and weights.get(name, 1.0) > 0},
        [pair for pair in own if pair.made],
        weights,
        fresh_by_task,
        [pair for pair in own if pair.made and pair.source in fresh],
    )


def drawn(pool: Pool, chance: random.Random) -> Pair:
    """The next pair to learn from."""
    if not pool.public or (pool.own and chance.random() < OWN_SHARE):
        tasks = [task for task in TASKS if pool.own.get(task)]
        (task,) = chance.choices(tasks, [TASKS[task] for task in tasks])
        fresh = bool(pool.fresh.get(task)) and chance.random() < FRESH_SHARE
        made = pool.fresh_made if fresh else pool.made
        if task == "conflict" and made and chance.random() < MADE:
            return chance.choice(made)
        return _turned(chance.choice((pool.fresh if fresh else pool.own)[task]), pool, chance)
    names = list(pool.public)
    (name,) = chance.choices(names, [pool.weights.get(each, 1.0) for each in names])
    pair = chance.choice(pool.public[name])
    share = chance.random()
    if pair.task == "conflict":
        return pair
    if pair.task == "claim":
        return (untrue(pair, chance) if share < PUBLIC_UNTRUE else None) or pair
    if share < PUBLIC_STRANGER:
        return stranger(pair, pool, chance) or pair
    return (withheld(pair, chance) if share < PUBLIC_STRANGER + PUBLIC_WITHHELD else None) or pair


def _turned(pair: Pair, pool: Pool, chance: random.Random) -> Pair:
    """One of our own as it is, or a wrong one made of it."""
    share = chance.random()
    found = None
    if pair.task == "question" and pair.holds:
        if share < STRANGER:
            found = stranger(pair, pool, chance)
        elif share < STRANGER + WITHHELD:
            found = withheld(pair, chance)
    elif pair.task == "question" and share < STRANGER_AGAIN:
        found = stranger(pair, pool, chance)
    elif pair.task == "claim" and pair.holds and pair.labels is not None:
        if share < CLAIM_WITHHELD:
            found = withheld(pair, chance)
        elif share < CLAIM_WITHHELD + BORROWED:
            found = borrowed(pair, chance.choice(pool.supported[pair.group]))
        elif share < CLAIM_WITHHELD + BORROWED + UNTRUE:
            found = untrue(pair, chance)
    return found or pair


def stranger(pair: Pair, pool: Pool, chance: random.Random) -> Pair | None:
    """A question beside that passage of another document which has most of its words."""
    passages = pool.passages[pair.source]
    asked = set(OVERLAP.findall(pair.asked.lower()))
    chosen = chance.sample(passages, min(CANDIDATES, len(passages)))
    others = [other for other in chosen if other.group != pair.group]
    if not others:
        return None
    near = max(others, key=lambda other: len(asked & _words(other)))
    nothing = (0,) * len(near.sentences)
    return replace(pair, title=near.title, sentences=near.sentences, labels=nothing, holds=False)


def withheld(pair: Pair, chance: random.Random) -> Pair | None:
    """A pair from which just that is taken which makes it hold.

    An answerable question beside its passage without the answer, or a claim that rests on several
    sentences beside all but one. None where nothing can be taken.
    """
    if not pair.holds or pair.labels is None:
        return None
    held = [n for n, label in enumerate(pair.labels) if label == 1]
    if pair.task == "question":
        out = set(held)
    elif pair.task == "claim" and len(held) > 1:
        out = {chance.choice(held)}
    else:
        return None
    kept = tuple(s for n, s in enumerate(pair.sentences) if n not in out)
    if not kept:
        return None
    labels = (0,) * len(kept) if pair.task == "question" else None
    return replace(pair, sentences=kept, labels=labels, holds=False)


def borrowed(pair: Pair, other: Pair) -> Pair | None:
    """A supported claim beside the evidence of another one; None if they share some."""
    theirs = _evidence(other)
    if set(_evidence(pair)) & set(theirs):
        return None
    return replace(pair, sentences=tuple(theirs), labels=None, holds=False)


def _evidence(pair: Pair) -> list[str]:
    return [s for s, label in zip(pair.sentences, pair.labels or (), strict=True) if label == 1]


def _words(pair: Pair) -> set[str]:
    return set(OVERLAP.findall(" ".join(pair.sentences).lower()))
