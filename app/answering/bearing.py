"""Whether one statement of the evidence bears out one statement of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.answering.amounts import Amount, Moment, amounts, moments
from app.answering.checks import Check, Failure
from app.answering.polarity import (
    ATTRIBUTIONS,
    Mood,
    marker,
    moods,
    plainly_denied,
    polarity,
    turns_away,
)
from app.answering.quantities import NUMBER_WORDS
from app.answering.statements import (
    PREPOSITIONS,
    RELATIVES,
    Statement,
    Verb,
    is_content,
    is_finite,
    is_written_as_name,
    run_at,
    start_of_name,
    statements,
)
from app.answering.terms import Term, key_of, terms
from app.answering.wording import (
    AUXILIARIES,
    CONVERSE,
    EXTENTS,
    NEUTRAL,
    SYMMETRIC,
    VERB_KEYS,
    are_opposite,
    equivalents,
    has_opposite,
    may_stand_for,
)

MIN_COVERED = 0.6
"""Share of a statement's words that the evidence must hold, themselves or in like words."""
MIN_SHORT = 0.5
"""The same of a statement with one or two words to go by."""
_THAT_TIME = re.compile(
    r"\b(?:that|the same|this) (?:year|month|day|time)\b|\bat the time\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Source:
    """A statement of the evidence with what it says of numbers, dates, and the reverse."""

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
            elif self.statement.leans and before.sentence == self.statement.sentence - 1:
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
    def counted(self) -> set[tuple[str, Amount]]:
        """Words right beside its numbers."""
        return bound_words(self.statement.text, self.amounts)

    @cached_property
    def timed(self) -> list[tuple[str, Moment]]:
        """Words right in front of its dates."""
        return _bound_times(self.statement.text, self.moments)

    @cached_property
    def possessions(self) -> set[tuple[str, str]]:
        """Whose what is in it."""
        return possessions(self.statement)

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

    @cached_property
    def frames(self) -> list[Frame]:
        """The parts that names play in it."""
        return frames(self.statement)

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
class Said:
    """One statement of a claim, and the claim that it stands in."""

    statement: Statement
    claim: tuple[Statement, ...]

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
        return _bound_times(self.statement.text, self.moments)

    @cached_property
    def possessions(self) -> set[tuple[str, str]]:
        """Whose what is in it."""
        return possessions(self.statement)

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
    return moods(statement.words, _mark_before(statement))


def _mark_before(statement: Statement) -> Mood | None:
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
        *_negation(said, source),
        *_hedging(said, source),
        *_extent(said, source),
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


_DEFINITE = frozenset("the their its these those all his her".split())
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


def _bound_times(text: str, found: Sequence[Moment]) -> list[tuple[str, Moment]]:
    """Content words right in front of a date."""
    words = terms(text)
    pairs: list[tuple[str, Moment]] = []
    for moment in found:
        row = [word for word in words if word.end <= moment.start][::-1][:BESIDE]
        for word in row:
            if word.is_number or "," in text[word.end : moment.start]:
                break
            if is_content(word):
                pairs.append((word.key, moment))
                break
    return pairs


def bound_words(text: str, numbers: Iterable[Amount]) -> set[tuple[str, Amount]]:
    """Content words right beside a number, with the side and the number."""
    found: set[tuple[str, Amount]] = set()
    words = terms(text)
    before_it: set[tuple[str, Amount]] = set()
    previous: Amount | None = None
    for amount in numbers:
        if amount.unit == "th":
            continue
        # "$212 a share, or roughly $70 billion": one thing in two measures.
        if previous and _OR.search(text[previous.end : amount.start]):
            found |= {(word, amount) for word, _ in before_it if word[0] == "<"}
        before_it, previous = set(), amount
        before = [word for word in words if word.end <= amount.start]
        after = [word for word in words if word.start >= amount.end]
        for side, row in (("<", before[::-1]), (">", after)):
            for word in row[:BESIDE]:
                between = (
                    text[word.end : amount.start] if side == "<" else text[amount.end : word.start]
                )
                if word.is_number or re.search(r"[,;:]", between):
                    break
                lower = word.text.lower()
                if (is_content(word) and lower not in _APPROXIMATE) or lower == "more":
                    before_it.add((side + word.key, amount))
                    break
        found |= before_it
    return found


_OR = re.compile(r"(?:,| \() ?or [\w ]*$|\($")
_APPROXIMATE = frozenset("roughly nearly almost approximately estimated exactly precisely".split())


BESIDE = 4
"""Words within which the one that a number counts stands."""


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
        if owners and owner not in owners and owner in source.statement.names:
            if not any(name in owners for name, other in claimed if other == thing):
                yield Failure(Check.ROLES, f"not the {thing} of {owner}")


@dataclass(frozen=True, slots=True)
class Frame:
    """Who does something, and to whom or with whom."""

    key: str
    agents: frozenset[str]
    others: frozenset[str]
    is_certain: bool = True
    """The agents stand there themselves."""
    undergo: frozenset[str] = frozenset()
    """The subjects of a passive."""
    is_passive: bool = False

    def agrees_with(self, other: Frame, everybody: frozenset[str], objects: frozenset[str]) -> bool:
        """Whether the same names play the same parts, as far as both sides tell."""
        agents = self.agents & everybody
        if agents and other.agents and agents.isdisjoint(other.agents):
            return False
        if agents and not other.agents and agents <= other.others:
            return False
        strangers = agents - other.agents
        if self.is_certain and other.agents and strangers and strangers <= other.others | objects:
            return False  # one of those listed has it done to them
        if self.undergo and self.undergo & everybody:
            theirs = other.undergo if other.is_passive else other.others - other.agents
            if theirs and self.undergo.isdisjoint(theirs) and other.is_certain:
                return False
        done_to = self.others - self.agents
        return not (
            done_to & everybody
            and other.is_certain
            and done_to <= other.agents - other.others
            and (bool(self.agents) or bool(other.others))
        )

    def joins(self, other: Frame, everybody: frozenset[str], _: frozenset[str]) -> bool:
        """The same of what two do with one another: either may be named first."""
        agents = self.agents & everybody
        all_of_them = other.agents | other.others
        return not agents or not all_of_them or not agents.isdisjoint(all_of_them)


def parts_of(statement: Statement) -> list[Statement]:
    """The clauses of a statement."""
    return statements(
        statement.text,
        statement.names,
        fine=True,
        before=statement.before,
        sentence_number=statement.sentence,
    )


def frames(statement: Statement) -> list[Frame]:
    """The parts that names play in a statement, by verbs and by nouns made of verbs."""
    found: list[Frame] = []
    for part in parts_of(statement):
        start = 0
        for number, verb in enumerate(part.verbs):
            last = part.verbs[number - 1].place if number else -1
            inner = [n for n in range(last + 1, verb.place) if part.words[n].text.lower() == "that"]
            start = inner[-1] + 1 if inner else start
            is_loose = (
                number > 0
                and part.words[verb.place - 1].text.lower() == "to"
                and not is_finite(part.words, verb.place - 2)
            )
            if not is_loose:  # "paid for the right to sell": whose right?
                found.append(_verb_frame(part, verb, start))
        for place, word in enumerate(part.words):
            if (
                word.is_name
                or word.key not in VERB_KEYS
                or _is_doer(word)
                or word.key in {v.key for v in part.verbs}
            ):
                continue
            frame = _noun_frame(part, place)
            if frame is not None:
                found.append(frame)
    return found


def _is_doer(word: Term) -> bool:
    """The founder is not the founding."""
    return word.text.lower().rstrip("s").endswith(("er", "or"))


def _verb_frame(part: Statement, verb: Verb, start: int) -> Frame:
    """The parts that names play around a verb whose clause starts at a place."""
    subjects, doers, others = set[str](), set[str](), set[str]()
    group: set[str] | None = None
    # Behind an earlier verb stand its objects, unless a new clause starts there.
    begin = part.subject_start(verb.place, start)
    inside = part.verbs[0].place if start <= part.verbs[0].place else verb.place
    for place in range(start, len(part.words)):
        term = part.words[place]
        if not is_written_as_name(term, part.names):
            continue
        first = start_of_name(part.words, place, part.names)
        led = part.words[first - 1].text.lower() if first else ""
        if group is not None and (led in {"and", "or"} or part.words[first - 1].is_name):
            pass  # goes on with the names before
        elif led == "by":
            group = doers
        elif begin <= place < min(verb.place, inside) and led not in PREPOSITIONS:
            group = subjects
        else:
            group = others
        if place > min(verb.place, inside) and group is subjects:
            group = others
        group.add(term.key)
    if verb.is_passive:
        everyone = frozenset(subjects | others)
        return Frame(verb.key, frozenset(doers), everyone, True, frozenset(subjects), True)
    agents = subjects | (doers if verb.place else set())
    certain = bool(agents)
    if not agents and (start == 0 or part.words[start].text.lower() in _PRONOUN_SUBJECTS):
        agents = set(part.agents)
        certain = (
            part.is_elided
            and part.words[0].text.lower() not in RELATIVES
            and bool(part.before[0].own_agents)
        )
    return Frame(verb.key, frozenset(agents), frozenset(others), certain)


_PRONOUN_SUBJECTS = frozenset("it he she they".split())


def _noun_frame(part: Statement, place: int) -> Frame | None:
    """The parts in "Renault's purchase of Nissan" and "the acquisition of Aetna by CVS"."""
    words = part.words
    agents, others = set[str](), set[str]()
    for at in range(max(0, place - 3), place):
        lower = words[at].text.lower()
        if is_written_as_name(words[at], part.names) and words[at].text.endswith(("'s", "s'")):
            agents |= run_at(words, at, part.names)
        elif lower in {"its", "their", "his", "her"}:
            agents |= part.agents
    at = place + 1
    if at + 1 < len(words) and words[at].text.lower() == "of":
        others |= _owners_behind(words, at + 1, part.names)
    by = next(
        (n for n in range(at, min(len(words), at + 9)) if words[n].text.lower() == "by"), None
    )
    if by is not None and by + 1 < len(words):
        start = by + 1 + (words[by + 1].text.lower() == "the")
        doers = run_at(words, start, part.names) if start < len(words) else frozenset[str]()
        if doers:
            others |= agents
            agents = set(doers)
    if not agents and not others:
        return None
    return Frame(words[place].key, frozenset(agents), frozenset(others))


def evidence_names(evidence: Statement) -> frozenset[str]:
    """Names of a statement and of all that it may point back at."""
    return evidence.own_names | evidence.inherited | evidence.agents


def possessions(statement: Statement) -> set[tuple[str, str]]:
    """Names with what is said to be theirs: "Aetna's debt", "the debt of Aetna", "its debt"."""
    found: set[tuple[str, str]] = set()
    words = statement.words
    for place, term in enumerate(words):
        lower = term.text.lower()
        owners: set[str] = set()
        if is_written_as_name(term, statement.names) and term.text.endswith(("'s", "s'")):
            owners = {term.key}
            at = place - 1
            while at >= 0 and is_written_as_name(words[at], statement.names):
                owners.add(words[at].key)
                at -= 1
        elif lower in {"its", "their", "his", "her"}:
            owners = {w.key for w in words[:place] if is_written_as_name(w, statement.names)}
            owners |= statement.inherited
        if owners:
            found |= {(owner, thing) for thing in _next_content(words, place) for owner in owners}
        if lower == "of" and place and place + 1 < len(words):
            thing = words[place - 1]
            run = _owners_behind(words, place + 1, statement.names)
            if run and is_content(thing) and not is_written_as_name(thing, statement.names):
                found |= {(owner, thing.key) for owner in run}
    return found


def _owners_behind(words: Sequence[Term], place: int, names: frozenset[str]) -> set[str]:
    """Names behind "of"; none if what follows is theirs: "the aim of Apple and IBM's deal"."""
    found = set[str]()
    last: Term | None = None
    while place < len(words) and (
        is_written_as_name(words[place], names) or (found and words[place].text.lower() == "and")
    ):
        if is_written_as_name(words[place], names):
            found.add(words[place].key)
            last = words[place]
        place += 1
    return set() if last is not None and last.text.endswith(("'s", "s'")) else found


def _next_content(words: Sequence[Term], place: int) -> list[str]:
    """The noun that is possessed: the first content words behind."""
    found = []
    for word in words[place + 1 : place + 3]:
        if not is_content(word) or word.is_name:
            break
        found.append(word.key)
    return found


def _negation(said: Said, source: Source) -> Iterator[Failure]:
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
    plainly = plainly_denied(source.statement.words) ^ plainly_denied(said.statement.words)
    if other and (len(other) >= same or verb in other or plainly & set(other)):
        yield Failure(Check.NEGATION, "denied in one and not in the other: " + " ".join(other))


def _like(key: str, held: dict[str, set[bool]]) -> set[bool]:
    found = set[bool]()
    for other, denied in held.items():
        if may_stand_for(key, other):
            found |= denied
    return found


def _hedging(said: Said, source: Source) -> Iterator[Failure]:
    mine, theirs = said.moods, source.moods
    claim_mark = _mark_before(said.statement) or marker(said.statement.words)
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


def _extent(said: Said, source: Source) -> Iterator[Failure]:
    mine = _extents(said.statement.words)
    theirs = _extents(source.statement.words)
    if source.statement.words[0].text.lower() in _PRONOUN_SUBJECTS and source.statement.before:
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


_TIME_PARTS = frozenset(map(key_of, "end start beginning close".split()))


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
