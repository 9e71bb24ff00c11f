"""Who does what to whom: the parts that names play around verbs and nouns made of verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.naming import is_written_as_name, run_at, start_of_name
from app.answering.statements import RELATIVES, Statement, statements
from app.answering.terms import Term
from app.answering.verbs import PREPOSITIONS, Verb, is_content, is_finite
from app.answering.wording import VERB_KEYS


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
    lower = word.text.lower().rstrip("s")
    return lower.endswith(("er", "or")) and lower not in {"takeover", "transfer"}


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
    if not agents and (start == 0 or part.words[start].text.lower() in PRONOUN_SUBJECTS):
        agents = set(part.agents)
        certain = (
            part.is_elided
            and part.words[0].text.lower() not in RELATIVES
            and bool(part.before[0].own_agents)
        )
    return Frame(verb.key, frozenset(agents), frozenset(others), certain)


PRONOUN_SUBJECTS = frozenset("it he she they".split())


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
