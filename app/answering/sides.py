"""The two sides of a comparison: a statement of a claim and one of the evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.answering.amounts import Amount, Moment, amounts, moments
from app.answering.frames import Frame, frames, parts_of, possessions
from app.answering.naming import is_written_as_name
from app.answering.placing import bound_times, bound_words
from app.answering.polarity import Mood, marker, moods, polarity
from app.answering.quantities import NUMBER_WORDS
from app.answering.statements import Statement
from app.answering.terms import Term, terms
from app.answering.verbs import is_content, is_finite
from app.answering.wording import equivalents

_THAT_TIME = re.compile(
    r"\b(?:that|the same|this) (?:year|month|day|time)\b|\bat the time\b", re.IGNORECASE
)


_DEFINITE = frozenset("the their its these those all his her".split())


@dataclass(frozen=True)
class Side:
    """A statement and what it says of numbers, dates and names."""

    statement: Statement

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Its numbers."""
        return amounts(self.statement.text)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """Its dates."""
        return moments(self.statement.text)

    @cached_property
    def frames(self) -> list[Frame]:
        """The parts that names play in it."""
        return frames(self.statement)

    @cached_property
    def counted(self) -> set[tuple[str, Amount]]:
        """Words right beside its numbers."""
        return bound_words(self.statement.text, self.amounts)

    @cached_property
    def timed(self) -> list[tuple[str, Moment]]:
        """Words right in front of its dates."""
        return bound_times(self.statement.text, self.moments)

    @cached_property
    def possessions(self) -> set[tuple[str, str]]:
        """Whose what is in it."""
        return possessions(self.statement)


@dataclass(frozen=True)
class Source(Side):
    """A statement of the evidence."""

    @cached_property
    def earlier_moments(self) -> list[Moment]:
        """Dates before it that it may point back at."""
        if self.moments or not _THAT_TIME.search(self.statement.text):
            return []
        return [each for before in self.statement.before[:2] for each in moments(before.text)]

    @cached_property
    def context(self) -> frozenset[str]:
        """Keys of its words, and of the words before that it may point back at."""
        found = self.statement.keys
        for before in self.statement.before:
            if before.sentence == self.statement.sentence:
                found |= before.own_names | _subject_keys(before)
                if self.statement.has_object_pronoun or self.statement.link == ":":
                    found |= before.keys
            elif self.statement.leans and before.sentence >= self.statement.sentence - 2:
                found |= before.keys
        return found

    @cached_property
    def groups(self) -> frozenset[int]:
        """Lines of like words that its words and those before stand in."""
        return frozenset[int]().union(*(equivalents(key) for key in self.context))

    @cached_property
    def own_groups(self) -> frozenset[int]:
        """Lines of like words that its own words stand in."""
        return frozenset[int]().union(*(equivalents(key) for key in self.statement.keys))

    @cached_property
    def parts(self) -> list[Statement]:
        """Its clauses."""
        return parts_of(self.statement)

    @cached_property
    def polarity(self) -> dict[str, set[bool]]:
        """For each word whether it stands denied, or undenied, or both."""
        found: dict[str, set[bool]] = {}
        for part in self.parts:
            for key, denied in polarity(part.words).items():
                found.setdefault(key, set()).update(denied)
        return found

    @cached_property
    def moods(self) -> dict[str, Mood]:
        """For each verb how surely it is said to happen."""
        return _moods(self.statement)

    def covers(self, key: str) -> bool:
        """Whether it, or what it points back at, holds a word or one of like meaning."""
        return key in self.context or not equivalents(key).isdisjoint(self.groups)

    def holds(self, key: str) -> bool:
        """Whether it holds a word or one of like meaning itself."""
        return key in self.statement.keys or not equivalents(key).isdisjoint(self.own_groups)


def _subject_keys(statement: Statement) -> frozenset[str]:
    place = statement.predicate.place if statement.predicate else len(statement.words)
    return frozenset(word.key for word in statement.words[:place])


@dataclass(frozen=True)
class Said(Side):
    """One statement of a claim, and the claim that it stands in."""

    claim: tuple[Statement, ...]

    @cached_property
    def runs(self) -> list[tuple[Term, ...]]:
        """Its names, each as the words that stand together."""
        return name_runs(self.statement)

    @cached_property
    def plain_keys(self) -> tuple[str, ...]:
        """Keys of its content words that are no names, each once."""
        found = (
            term.key
            for term in self.statement.content
            if not is_written_as_name(term, self.statement.names)
            and not self._is_measure(term)
            and term.text.lower() not in NUMBER_WORDS
            and not self._is_part_of_time(term)
        )
        return tuple(dict.fromkeys(found))

    def _is_measure(self, term: Term) -> bool:
        """Whether a word is part of a number or date: its unit, its month."""
        at = term.start - self.statement.words[0].start
        spans = [(each.start, each.end) for each in self.amounts]
        spans += [(each.start, each.end) for each in self.moments]
        return any(start <= at < end for start, end in spans)

    def _is_part_of_time(self, term: Term) -> bool:
        """The end in "the end of August"; its moment tells."""
        words = self.statement.words
        place = words.index(term)
        return (
            term.text.lower() in {"end", "start", "beginning", "middle", "close", "mid"}
            and bool(self.moments)
            and place + 1 < len(words)
            and (words[place + 1].text == "of" or words[place + 1].is_number)
        )

    def is_opening(self, run: Sequence[Term]) -> bool:
        """Whether a name stands in front of the verb, or there is none."""
        verbs = self.statement.verbs
        return not verbs or self.statement.words.index(run[0]) < verbs[0].place

    def names_it(self, amount: Amount) -> bool:
        """Whether a number is part of a name: "AFEELA 1"."""
        before = self.statement.text[: amount.start].split()
        return bool(
            before
            and not amount.unit
            and any(before[-1].startswith(run[-1].text) for run in self.runs)
        )

    def is_definite(self, amount: Amount, evidence: Statement) -> bool:
        """Whether a number belongs to something known: "the first ten", "their 100 shops"."""
        before = self.statement.text[: amount.start].lower().split()[-3:]
        if _DEFINITE.isdisjoint(before):
            return False
        at = amount.start + self.statement.words[0].start
        verb = self.statement.predicate
        is_subject = verb is None or at < self.statement.words[verb.place].start
        return evidence.leans if is_subject else evidence.leans_later

    def is_attributive(self, moment: Moment) -> bool:
        """Whether a date says which one is meant: "in a 2002 study"."""
        behind = self.statement.text[moment.end :]
        after = next((w for w in terms(behind)), None)
        return (
            after is not None
            and after.start == 1
            and behind[0] == " "
            and is_content(after)
            and not after.text[:1].isupper()
            and not is_finite(terms(behind), 0)
        )

    @cached_property
    def polarity(self) -> dict[str, set[bool]]:
        """For each word whether it stands denied."""
        return polarity(self.statement.words)

    @cached_property
    def moods(self) -> dict[str, Mood]:
        """For each verb how surely it is said to happen."""
        return _moods(self.statement)


def _moods(statement: Statement) -> dict[str, Mood]:
    return moods(statement.words, mark_before(statement))


def mark_before(statement: Statement) -> Mood | None:
    """The mood that a statement goes on in: "could reduce competition and raise premiums"."""
    if statement.is_elided and statement.verbs and statement.verbs[0].is_base:
        return marker(statement.before[0].words)
    return None


def name_runs(statement: Statement) -> list[tuple[Term, ...]]:
    """The names of a statement, each as the words that stand together."""
    found: list[list[Term]] = []
    last = -2
    for place, term in enumerate(statement.words):
        if not is_written_as_name(term, statement.names):
            continue
        previous = statement.words[place - 1] if place else None
        joined = last == place - 1 and previous is not None
        gap = statement.text and joined and term.start - previous.end <= 1 if previous else False
        if found and gap and not previous.text.endswith(("'s", "s'")):  # type: ignore[union-attr]
            found[-1].append(term)
        else:
            found.append([term])
        last = place
    return [tuple(run) for run in found]
