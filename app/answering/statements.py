"""A text taken apart into what it states: one predicate each, and who is named around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.answering.boundaries import COORDINATES, SUBORDINATES, boundaries
from app.answering.naming import is_written_as_name, run_at, start_of_name
from app.answering.terms import Term, key_of, terms
from app.answering.verbs import NEGATORS, PREPOSITIONS, Verb, is_content, verbs_of
from app.answering.wording import AUXILIARIES

# A quote of several sentences is read sentence by sentence. Not after "Ms.", "J." or "2.".
_SENTENCE_END = re.compile(
    r"(?:(?<=[a-z]{3}[.!?])|(?<=\d\d[.!?])|(?<=[)%][.!?])|(?<=[a-z]{3}[.!?][\"']))[\"')\]]*\s+"
    r"(?=[\"'(\[]*[A-Z])"
)


RELATIVES = frozenset("which who whose that where".split())


_PRONOUNS = frozenset(
    """
    it its they them their theirs he him his she her hers this these those both there each neither
    former latter other
    """.split()
)


_POINTING_NOUNS = frozenset(
    key_of(word)
    for word in """
    company partner firm venture merger deal agreement transaction alliance department partnership
    collaboration side union group association agency judge bank contract name transaction
    acquisition right study
    """.split()
)


@dataclass(frozen=True)
class Statement:
    """One predicate of a text."""

    words: tuple[Term, ...]
    text: str
    link: str
    """The word, or the colon, that joins it to what stands before; else empty."""
    names: frozenset[str]
    """Keys of words that are written as names."""
    before: tuple[Statement, ...] = field(default=(), repr=False)
    """The statements that stand before, nearest first, where it may lean on them."""
    sentence: int = 0

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of all its words."""
        return frozenset(term.key for term in self.words)

    @cached_property
    def content(self) -> tuple[Term, ...]:
        """Words that carry a subject, dates left out."""
        return tuple(term for term in self.words if is_content(term))

    @cached_property
    def verbs(self) -> tuple[Verb, ...]:
        """In order."""
        return tuple(verbs_of(self.words))

    @cached_property
    def predicate(self) -> Verb | None:
        """Its first verb, an auxiliary if it has no other."""
        if self.verbs:
            return self.verbs[0]
        places = (n for n, word in enumerate(self.words) if word.text.lower() in AUXILIARIES)
        place = next(places, None)
        return None if place is None else Verb(place, self.words[place].key, False, False)

    @cached_property
    def is_elided(self) -> bool:
        """Whether its subject stands in another statement."""
        opening = next((t for t in self.words if t.text.lower() not in COORDINATES), None)
        if opening is None or not self.before or self.before[0].sentence != self.sentence:
            return False
        lower = opening.text.lower()
        return (
            lower in RELATIVES | NEGATORS | AUXILIARIES
            or lower == "to"
            or bool(self.verbs and self.words.index(opening) == self.verbs[0].place)
        )

    @cached_property
    def leans(self) -> bool:
        """Whether it points back at something said before."""
        lower = [term.text.lower() for term in self.words]
        return (
            self.is_elided
            or not _PRONOUNS.isdisjoint(lower)
            or self._points(self.words)
            or not self.own_agents
        )

    @cached_property
    def leans_later(self) -> bool:
        """Whether it points back at something behind its verb: "paid all of them"."""
        behind = self.words[self.verbs[0].place :] if self.verbs else self.words
        lower = [term.text.lower() for term in behind]
        return not _PRONOUNS.isdisjoint(lower) or self._points(behind)

    def _points(self, words: Sequence[Term]) -> bool:
        """Whether "the settlement" is one that was spoken of before, or "the company" anyone."""
        earlier = frozenset[str]().union(*(each.keys for each in self.before[:3]))
        return any(
            word.text.lower() == "the"
            and (after.key in _POINTING_NOUNS or (after.key in earlier and not after.is_name))
            for word, after in zip(words, words[1:], strict=False)
        )

    @property
    def has_object_pronoun(self) -> bool:
        """Whether "it" or "them" stands behind its verb."""
        behind = self.words[self.verbs[0].place :] if self.verbs else self.words
        return not {"it", "them", "him", "her"}.isdisjoint(t.text.lower() for t in behind)

    @cached_property
    def own_agents(self) -> frozenset[str]:
        """Names of those who do it, as far as they stand in it."""
        return self._side(left=True)

    @cached_property
    def own_objects(self) -> frozenset[str]:
        """Its other names."""
        return self._side(left=False)

    @cached_property
    def own_names(self) -> frozenset[str]:
        """All its names."""
        return frozenset(t.key for t in self.words if is_written_as_name(t, self.names))

    @cached_property
    def inherited(self) -> frozenset[str]:
        """Names that what it points back at may stand for."""
        if not self.leans:
            return frozenset()
        if self.referent and not self.leans_later:
            return self.referent
        found, sentences = frozenset[str](), set[int]()
        for earlier in self.before:
            if earlier.own_names and earlier.sentence != self.sentence:
                sentences.add(earlier.sentence)
            if len(sentences) > MAX_SENTENCES_BACK:
                break
            found |= earlier.own_names
        return found

    @cached_property
    def agents(self) -> frozenset[str]:
        """Names of those who do it; those that it may point back at where it names none."""
        if self.own_agents or self.predicate is None:
            return self.own_agents
        if self.is_elided and self.before and self.before[0].sentence == self.sentence:
            opening = self.words[0].text.lower()
            near = self.before[0]
            if opening in RELATIVES:
                if len(self.words) > 1 and self.words[1].text.lower() in {"it", "he", "she"}:
                    return near.own_agents or near.agents
                lent = near.inherited if near.predicate is None else frozenset[str]()
                return near.own_names | near.agents | lent
            return near.agents or near.own_names
        if self.words[0].text.lower() in {"it", "he", "she"}:
            nearest = next((each.own_agents for each in self.before if each.own_agents), None)
            return nearest or self.inherited
        return self.referent or self.inherited

    @cached_property
    def referent(self) -> frozenset[str]:
        """The name that its subject stands for: "the bank" for Tanager Bank."""
        place = self.predicate.place if self.predicate else 0
        nouns = [
            after.key
            for word, after in zip(self.words[:place], self.words[1:place], strict=False)
            if word.text.lower() == "the" and not after.is_name
        ]
        for noun in nouns[:1]:
            for earlier in self.before:
                for at, word in enumerate(earlier.words):
                    if word.key == noun and is_written_as_name(word, self.names):
                        return run_at(earlier.words, at, self.names)
                    after = earlier.words[at + 1 : at + 2]
                    if word.key == noun and after and is_written_as_name(after[0], self.names):
                        return run_at(earlier.words, at + 1, self.names)
        return frozenset(nouns[:1]) & self.names

    def between(self, place: int) -> str:
        """What stands between a word and the next."""
        start = self.words[0].start
        first, second = self.words[place], self.words[place + 1]
        return self.text[first.end - start - first.text.endswith(",") : second.start - start]

    def subject_start(self, place: int, start: int = 0) -> int:
        """Where the subject of a verb starts: behind "In the United States, …"."""
        if self.words[start].text.lower() not in PREPOSITIONS | _OPENERS:
            return start
        commas = [at + 1 for at in range(start, place) if "," in self.between(at)]
        return commas[-1] if commas else start

    def _side(self, *, left: bool) -> frozenset[str]:
        verb = self.predicate
        if verb is None:
            return self.own_names if left else frozenset()
        agents, others = set[str](), set[str]()
        begin = self.subject_start(verb.place)
        for place, term in enumerate(self.words):
            if not is_written_as_name(term, self.names):
                continue
            start = start_of_name(self.words, place, self.names)
            led = self.words[start - 1].text.lower() if start else ""
            by = led == "by" and (verb.is_passive or place < verb.place)
            does = by if verb.is_passive else (
                begin <= place < verb.place and (by or led not in PREPOSITIONS)
            )  # fmt: skip
            (agents if does else others).add(term.key)
        return frozenset(agents if left else others)


_OPENERS = frozenset("according of by as for after before since while although when".split())


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def statements(
    text: str,
    names: frozenset[str],
    *,
    fine: bool,
    before: Sequence[Statement] = (),
    sentence_number: int | None = None,
) -> list[Statement]:
    """What a text states, in order.

    Args:
        text: One or more sentences.
        names: Keys of words that are names.
        fine: Also take subordinate clauses for statements of their own.
        before: What was stated before, nearest first; a sentence may point back at it.
        sentence_number: That of its first sentence; one more than what stands before if not given.
    """
    found: list[Statement] = []
    first = before[0].sentence + 1 if before else 0
    for number, sentence in enumerate(sentences_of(text)):
        base = (first if sentence_number is None else sentence_number) + number
        words = terms(sentence)
        starts = [0, *boundaries(sentence, fine=fine), len(words)]
        for start, end in zip(starts, starts[1:], strict=False):
            if start == end:
                continue
            opening = words[start].text.lower()
            link = opening if opening in SUBORDINATES | COORDINATES else ""
            if start and ":" in sentence[words[start - 1].end : words[start].start]:
                link = ":"
            found.append(
                Statement(
                    words=tuple(words[start:end]),
                    text=sentence[words[start].start : words[end - 1].end],
                    link=link,
                    names=names,
                    before=(*reversed(found), *before)[:MAX_BEFORE],
                    sentence=base,
                )
            )
    return found


MAX_SENTENCES_BACK = 2
"""Sentences with names that a sentence may point back over."""


MAX_BEFORE = 6
"""Statements that one may point back over."""
