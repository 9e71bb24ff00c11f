"""A text taken apart into what it states: one predicate each, with the names on either side of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from app.answering.lexicon import GENERIC_NAMES, IRREGULAR
from app.answering.terms import (
    REMEMBERED_TEXTS,
    Term,
    is_function_word,
    key_of,
    terms,
)
from app.answering.wording import AUXILIARIES, NOUNS_TOO, VERB_KEYS, VERBS

# A quote of several sentences is read sentence by sentence. Not after "Ms.", "J." or "2.".
_SENTENCE_END = re.compile(
    r"(?:(?<=[a-z]{3}[.!?])|(?<=\d\d[.!?])|(?<=[)%][.!?])|(?<=[a-z]{3}[.!?][\"']))[\"')\]]*\s+"
    r"(?=[\"'(\[]*[A-Z])"
)
_COORDINATES = frozenset("and or but while whereas although though nor".split())
_CONTRASTS = frozenset("but while whereas although though".split())
_SUBORDINATES = frozenset(
    "when after before until once as if because which who whose where that since".split()
)
RELATIVES = frozenset("which who whose that where".split())
NEGATORS = frozenset(
    "not no never none nor neither without cannot nothing nobody hardly barely".split()
)
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
PREPOSITIONS = frozenset(
    "in at on from to with under against among between for into by during within via".split()
)
IRREGULAR_PAST = frozenset(
    form
    for form, base in IRREGULAR.items()
    if base in VERBS and not form.endswith(("ment", "ments", "ion", "ions", "sale", "sales"))
) - {"growth", "choice", "loss", "losses", "decision", "decisions", "merger", "mergers"} | {
    "heard", "said", "told", "put", "set", "cut", "met", "gave", "had", "spread", "known", "been",
}  # fmt: skip
_DASH = re.compile(r"\s[-–—]+\s|—")  # noqa: RUF001
_BE = frozenset("is are was were be been being".split())
_MAX_BACK = 4
"""Words between a form of "be" and its participle."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A finite verb or the like, where it stands among the words of a statement."""

    place: int
    key: str
    is_passive: bool
    is_base: bool
    """Not marked as past or present: its mood is that of what stands before it."""


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
        opening = next((t for t in self.words if t.text.lower() not in _COORDINATES), None)
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
                return near.own_names
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


def run_at(words: Sequence[Term], place: int, names: frozenset[str]) -> frozenset[str]:
    """Keys of the name of which a word is part."""
    start = end = place
    while start and is_written_as_name(words[start - 1], names):
        start -= 1
    while end < len(words) and is_written_as_name(words[end], names):
        end += 1
    return frozenset(word.key for word in words[start:end])


def start_of_name(words: Sequence[Term], place: int, names: frozenset[str]) -> int:
    """Where a name starts; "New York Department of Financial Services" is one."""
    while place:
        if is_written_as_name(words[place - 1], names):
            place -= 1
        elif (
            place > 1
            and words[place - 1].text.lower() in {"of", "for", "&"}
            and is_written_as_name(words[place - 2], names)
        ):
            place -= 2
        else:
            break
    return place


def is_content(term: Term) -> bool:
    """Whether a word carries a subject of its own."""
    return not term.is_number and (term.is_name or not is_function_word(term.text))


def is_written_as_name(term: Term, names: frozenset[str]) -> bool:
    """Whether a word is one of these names, with its capital."""
    return term.key in names and term.text != term.text.lower()


def name_keys(texts: Sequence[str]) -> frozenset[str]:
    """Keys of the words that are names in these texts.

    The first word of a sentence is one if it stands with a capital elsewhere, too, or if it does
    something and is not written small anywhere.
    """
    found, openings, small = set[str](), set[str](), set[str]()
    for text in texts:
        words = terms(text)
        for place, term in enumerate(words):
            lower = term.text.lower().rstrip(".")
            if term.is_number or is_function_word(term.text):
                continue
            if (lower in GENERIC_NAMES and lower not in PLACES) or term.text in NOT_NAMES:
                continue
            if term.text == term.text.lower():
                small.add(term.key)
            elif term.is_name:
                found.add(term.key)
            elif _acts(text, words, place):
                openings.add(term.key)
    return frozenset(found | (openings - small))


CURRENCIES = frozenset("USD EUR GBP JPY CHF".split())
NOT_NAMES = CURRENCIES | frozenset("CEO CFO COO CTO JV MOU EV EVs IPO AI FY".split())
PLACES = frozenset("us u.s uk u.k eu usa american european covid".split())
"""General abbreviations and the like that still say of whom one speaks."""


def _acts(text: str, words: Sequence[Term], place: int) -> bool:
    term = words[place]
    if term.text.endswith(("'s", "s'")):
        return True
    if place + 1 == len(words):
        return False
    after = words[place + 1]
    between = text[term.end : after.start].strip()
    if between:
        return between == "," and after.is_name
    second = words[place + 2] if place + 2 < len(words) else None
    return (
        after.is_name
        or is_finite(words, place + 1)
        or (after.text in {"and", "&"} and second is not None and second.is_name)
    )


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def verbs_of(words: Sequence[Term]) -> Iterator[Verb]:
    """The verbs among some words, in order."""
    for place, term in enumerate(words):
        lower = term.text.lower()
        if not is_finite(words, place):
            continue
        if lower in AUXILIARIES and not (lower in _HAVE and _is_main(words, place)):
            continue
        participle = lower.endswith("ed") or lower in IRREGULAR_PAST
        back = [word.text.lower() for word in words[max(0, place - _MAX_BACK) : place]]
        passive = participle and any(
            word in _BE and all(w.endswith("ly") or w in _ADVERBS for w in back[at + 1 :])
            for at, word in enumerate(back)
        )
        after = words[place + 1].text.lower() if place + 1 < len(words) else ""
        if place == 0 and lower.endswith("ed") and after in PREPOSITIONS | {"by", "as"}:
            passive = True  # "BioNTech, based in Mainz, …"
        yield Verb(place, term.key, passive, not participle and not lower.endswith("s"))


_NO_PAST = frozenset("hundred indeed speed breed embed united exceed proceed succeed".split())
_HAVE = frozenset("has have had".split())


def _is_main(words: Sequence[Term], place: int) -> bool:
    """Whether "has" is no auxiliary: no participle follows soon."""
    return not any(
        word.text.lower().endswith("ed")
        or word.text.lower() in IRREGULAR_PAST
        or word.text.lower() in {"to", "been"}
        for word in words[place + 1 : place + 3]
    )


_ADVERBS = NEGATORS | {"also", "first", "then", "later", "yet", "now", "being", "been", "just"}


def is_finite(words: Sequence[Term], place: int) -> bool:
    """Whether the word in this place is a verb, not a noun or an adjective made of one."""
    lower = words[place].text.lower()
    if lower in AUXILIARIES:
        return True
    if words[place].is_name or words[place].is_number:
        return False
    before = words[place - 1].text.lower() if place else ""
    if lower in IRREGULAR_PAST:
        return lower not in NOUNS_TOO or before not in _DETERMINERS
    if before in _DETERMINERS:
        return False
    if lower.endswith("ed"):
        return len(lower) > 4 and lower not in _NO_PAST
    key = words[place].key
    if _takes_object(words, place):
        return True
    if key not in VERB_KEYS or lower.endswith("ing"):
        return False
    if lower not in VERBS and _singular(lower) not in VERBS:
        return False
    if lower not in NOUNS_TOO:
        return True
    return before == "to" or before in _BEFORE_VERBS or _follows_name(words, place)


def _takes_object(words: Sequence[Term], place: int) -> bool:
    """Whether a word in -s stands between a noun and "the": "the bank bears the losses"."""
    lower = words[place].text.lower()
    if place == 0 or place + 1 == len(words) or not lower.endswith("s") or lower.endswith("ss"):
        return False
    after = words[place + 1].text.lower()
    before = words[place - 1]
    return (
        after in {"the", "a", "an", "its", "their", "his", "her"}
        and is_content(before)
        and not before.text.endswith(("'s", "s'", "s"))
        and before.text.lower() not in _DETERMINERS
        and words[place + 1].start - words[place].end == 1
    )


_BEFORE_VERBS = AUXILIARIES - _BE | frozenset("each both it he she they who which also".split())


def _follows_name(words: Sequence[Term], place: int) -> bool:
    before = words[place - 1]
    if before.text.endswith(("'s", "s'")):
        return False
    if place == 1 and before.text[:1].isupper() and not is_function_word(before.text):
        after = words[2].text.lower() if len(words) > 2 else ""
        return after not in AUXILIARIES and not after.endswith("ed")
    if place == 0 or not before.is_name:
        return False
    # "Microsoft deal" is no sentence, "Apple and Microsoft deal" may be one.
    return words[place].text.lower() not in VERBS or any(
        word.text.lower() == "and" for word in words[max(0, place - 4) : place]
    )


def _singular(lower: str) -> str:
    if lower.endswith("ies"):
        return lower[:-3] + "y"
    if lower.endswith(("sses", "shes", "ches", "xes", "goes", "does")):
        return lower[:-2]
    return lower[:-1] if lower.endswith("s") else ""


_DETERMINERS = frozenset(
    "a an the its their his her this that these those of with for in by at on from no".split()
) - {"that"}


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
            link = opening if opening in _SUBORDINATES | _COORDINATES else ""
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
    if lower in _COORDINATES:
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
    if fine and lower in _SUBORDINATES:
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
    if lower in _COORDINATES or (lower in PREPOSITIONS) or lower in {"of", "which", "who"}:
        return False
    previous = words[place - 1] if words[place - 1].text.lower() != "and" else words[place - 2]
    return not previous.is_name
