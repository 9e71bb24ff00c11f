"""Groups unanswered questions that ask the same. Deterministic, and without a model."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.answering.text.terms import content_terms
from app.conversations.records import Gap
from app.types import NearMiss

MIN_SHARED = 0.7
"""Of the words of two questions together, so many must be in both. One word more passes from
three words on (3/4), one word changed only from six (5/7): below, it asks for something else."""
MAX_NEAR_MISSES = 3

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a question is compared."""

    keys: frozenset[str]
    """Word families of its content words; the text itself where it has none."""
    telling: frozenset[str]
    """Those written as names or numbers: questions that differ in one are different questions."""


@dataclass(slots=True)
class Cluster:
    """Gaps that ask the same, oldest first."""

    terms: Terms
    """Of the first; whatever joins is compared with it, so that clusters cannot creep."""
    gaps: list[Gap] = field(default_factory=list)

    @property
    def question(self) -> str:
        """The wording asked most often; of equals, the earliest."""
        return self.wordings[0]

    @property
    def wordings(self) -> list[str]:
        """All wordings, the most frequent first."""
        return [text for text, _ in Counter(one.answer.question for one in self.gaps).most_common()]

    @property
    def told_apart(self) -> list[Gap]:
        """The latest of each wording, newest first, and besides all that somebody rated."""
        found: list[Gap] = []
        said: set[str] = set()
        for one in reversed(self.gaps):
            wording = " ".join(_WORD.findall(one.answer.question.casefold()))
            if one.downs or wording not in said:
                found.append(one)
            said.add(wording)
        return found

    @property
    def condensed_query(self) -> str:
        """What was searched for the first time."""
        return self.gaps[0].answer.receipt.condensed_query

    @property
    def first_seen(self) -> datetime:
        """When it was asked first."""
        return self.gaps[0].answer.created

    @property
    def last_seen(self) -> datetime:
        """When it was asked last."""
        return self.gaps[-1].answer.created

    @property
    def reasons(self) -> dict[str, int]:
        """How many answers are here for each reason, the most frequent first."""
        return _counts(reason for one in self.gaps for reason in one.reasons)

    @property
    def channels(self) -> dict[str, int]:
        """How many were asked through each interface, the most frequent first."""
        return _counts(one.channel.value for one in self.gaps)

    @property
    def days(self) -> dict[date, int]:
        """How many were asked on each day (UTC) on which any was, oldest first."""
        return dict(Counter(one.answer.created.date() for one in self.gaps))

    @property
    def near_misses(self) -> tuple[NearMiss, ...]:
        """The nearest passages at the latest time that there were any."""
        for one in reversed(self.gaps):
            if one.answer.near_misses:
                return one.answer.near_misses[:MAX_NEAR_MISSES]
        return ()

    @property
    def comments(self) -> list[str]:
        """What people wrote, oldest first."""
        return [down.comment for one in self.gaps for down in one.downs if down.comment]


def clusters(gaps: Sequence[Gap]) -> list[Cluster]:
    """Put near-duplicates together; the largest cluster first, of equals the one seen last.

    Each gap, in the order asked, joins the cluster whose first question it shares most words with
    (of equals, the earliest), if that is enough and the two differ in no name and no number.
    Compared are the condensed queries, so that a follow-up meets the same question asked outright.
    """
    asked = sorted(gaps, key=lambda gap: (gap.answer.created, gap.answer.id))
    terms = [_terms(gap.answer.receipt.condensed_query) for gap in asked]
    common = Counter(key for one in terms for key in one.keys)
    found: list[Cluster] = []
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    for gap, own in zip(asked, terms, strict=True):
        candidates = {n for key in _telltale(own, common) for n in by_key[key]}
        best = max(candidates, key=lambda n: (_likeness(own, found[n].terms), -n), default=None)
        if best is None or _likeness(own, found[best].terms) < MIN_SHARED:
            best = len(found)
            found.append(Cluster(own))
            for key in own.keys:
                by_key[key].append(best)
        found[best].gaps.append(gap)
    found.sort(key=lambda one: one.last_seen, reverse=True)
    found.sort(key=lambda one: len(one.gaps), reverse=True)
    return found


def _telltale(terms: Terms, common: Mapping[str, int]) -> list[str]:
    """The rarest words, so many that any question alike enough has at least one of them.

    Alike ones share at least `MIN_SHARED` of the n words, so any n - ceil(MIN_SHARED n) + 1 of them
    meet what is shared. Comparing only those that share a rare word is what makes it quick.
    """
    num_words = len(terms.keys)
    enough = num_words - math.ceil(MIN_SHARED * num_words) + 1
    return sorted(terms.keys, key=lambda key: (common[key], key))[:enough]


def _terms(question: str) -> Terms:
    words = content_terms(question)
    if not words:
        # "Why?" has no subject: it is the same only as itself.
        return Terms(frozenset({" ".join(_WORD.findall(question.casefold()))}), frozenset())
    return Terms(
        frozenset(word.key for word in words),
        frozenset(word.key for word in words if word.is_name or word.is_number),
    )


def _likeness(one: Terms, other: Terms) -> float:
    """Share of their words that both have, in [0, 1]; 0 where a name or number differs."""
    if (one.telling - other.keys) or (other.telling - one.keys):
        return 0.0
    return len(one.keys & other.keys) / len(one.keys | other.keys)


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
