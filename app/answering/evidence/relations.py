"""Who did what to whom in a question, and whether the sources say anything of the kind.

Questions presuppose: "When did Apple buy IBM?" is not answered by the day on which the two signed
something. Only verbs of the families below are looked at, only between names, and only where no
sentence that was read tells of such a thing: whatever is less sure is left to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.answering.evidence.evidence import Evidence, leans
from app.answering.evidence.relation_words import (
    ASKED_WORDS,
    KEYS,
    MUTUAL,
    ROLES,
    VAGUE,
    known_words,
    past,
)
from app.answering.evidence.roles import is_unsaid
from app.answering.question.asking import Asked, Expects
from app.answering.text.amounts import moments
from app.answering.text.doers import BE, NOUN, holds, is_of_another, is_reversed
from app.answering.text.lexicon import GENERIC_NAMES, NAMED_KINDS
from app.answering.text.terms import (
    Term,
    content_terms,
    fold,
    is_function_word,
    key_of,
    keys,
    names_of,
    terms,
)

OPENING = 5
"""Words among which the verb of a sentence that begins with "It" stands."""
SHOWN = 0.5
"""Share of the likeliest sentence's chance from which on a sentence may be shown."""
TELLING = 0.1
"""The same for one to tell of what is taken for granted by words that mean much else."""

_KINDS_OF_THINGS = frozenset(map(key_of, NAMED_KINDS))
_WHO = frozenset({"who", "which", "what"})
_DETERMINERS = frozenset("the a an this that its their his her of for".split())
_COMPARES = re.compile(
    r"\s+(?:the )?(?:more|less|most|least|fewer|fewest|better|best|worse|worst|well)\b", re.I
)
_PAID_FOR = re.compile(r"\s+for (?:the )?[^\W\d_a-z][\w&.-]*(?: [^\W\d_a-z][\w&.-]*)*\s*\??$")
_TO_WHOM = re.compile(r"\s+(?:the )?$|.*\bto (?:the )?$")
"""What stands between "pay" and the name of who is paid; behind "for" and "at" stands no payee."""
_INDIRECT = re.compile(r"\w+ (?:in|with|for|at|on|from|to|of|between)\b")
_SOLD_TO = re.compile(r"\bto (?:the )?(?=[^\W\d_a-z])")
_SELLS_ITSELF = re.compile(r"\s+(?:itself|himself|herself|themselves) to (?:the )?(?=[^\W\d_a-z])")
_IN_NAME = re.compile(r"(?<=\s)(?!In |By |Since |Until |From )[^\W\d_a-z][\w-]+ $")
_SUBJECT_WORDS = re.compile(r"^\W*(?:and |so |but )?(?:who|which|what)\b", re.IGNORECASE)


class Premise(StrEnum):
    """What the sources say about the premise of a question."""

    SAID = "said"
    """Or nothing is presupposed that could be checked."""
    UNSAID = "unsaid"
    REVERSED = "reversed"
    """The other one did it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a question says, or asks, that one name did to another."""

    family: str
    verb: Term
    doers: tuple[frozenset[str], ...]
    """Keys of the names; empty where they are asked for."""
    done_to: tuple[frozenset[str], ...]
    doer_text: str = ""
    done_to_text: str = ""
    is_bare: bool = False
    """Nothing but small words stands behind the name."""
    is_direct: bool = True
    """The name is the verb's own object: not "sell capacity in Kenya"."""
    whole: frozenset[frozenset[str]] = frozenset()
    """Names whose every word is in another name as well: one of their words tells nothing."""

    @property
    def is_between_names(self) -> bool:
        """Whether both sides are named."""
        return bool(self.doers and self.done_to)


def relation_of(question: str) -> Relation | None:
    """The relation that a question is about; None where it has no known verb between names."""
    text = fold(question)
    words = terms(text)
    place = next((n for n in range(1, len(words)) if _family(words, n)), None)
    if place is None:
        return _by_role(text, words)
    verb = words[place]
    if _COMPARES.match(text[verb.end :]):
        return None  # "Who invested more in research, A or B?" is not after who invested in A
    family = _family(words, place) or ""
    if family == "pay" and _PAID_FOR.match(text[verb.end :]):
        # "How much did Aetna pay for CVS?" asks who bought whom.
        family, verb = "buy", replace(verb, text="buy", key=key_of("buy"))
    names = [name for name in names_of(text) if not _is_generic(name.text)]
    spans = list(_spans(text, [name.text for name in names]))
    before = [(name, at) for name, at in zip(names, spans, strict=True) if 0 <= at < verb.start]
    after = [(name, at) for name, at in zip(names, spans, strict=True) if at >= verb.end]
    is_passive = any(word.text.lower() in BE for word in words[max(0, place - 2) : place])
    if family == "pay" and not is_passive:
        after = [one for one in after if _TO_WHOM.match(text[verb.end : one[1]])]
    by = re.search(r"\bby\b", text[verb.end :])
    if is_passive:
        start = verb.end + by.start() if by else len(text)
        before, after = [one for one in after if one[1] > start], before
    elif words[place - 1].text.lower() in _WHO:
        before = []  # "When did Haven close, and who founded oneworld?" asks for the doer
    elif not before and not _SUBJECT_WORDS.match(text):
        return None
    if family == "sell" and is_passive and (to := _SOLD_TO.search(text[verb.end :])):
        # "When was Haven sold to Amazon?" asks when Amazon bought it.
        buyers = [one for one in zip(names, spans, strict=True) if one[1] >= verb.end + to.end()]
        family, verb, before = "buy", replace(verb, text="buy", key=key_of("buy")), buyers
    if family == "sell" and not is_passive and _SELLS_ITSELF.match(text[verb.end :]) and after:
        family, verb = "buy", replace(verb, text="buy", key=key_of("buy"))
        before, after = after[:1], before
    is_last = not any(not is_function_word(word.text) for word in words[place + 1 :])
    if family == "merge" and is_last and len(before) > 1:  # "when did Orlena and Sorrel merge"
        before, after = before[:1], before[1:]
    if not after and not before and (named := _small_name(words, place)) is not None:
        return Relation(family, verb, (), (frozenset({named.key}),))
    if not after:
        return None
    return Relation(
        family,
        verb,
        tuple(name.keys for name, _ in before),
        tuple(name.keys for name, _ in after),
        before[-1][0].text if before else "",
        after[0][0].text,
        not content_terms(text[after[-1][1] + len(after[-1][0].text) :]),
        is_passive or _INDIRECT.search(text[verb.end : after[0][1]]) is None,
    )


def _small_name(words: Sequence[Term], place: int) -> Term | None:
    """The word right behind a verb: a name that is written small ("who founded oneworld?")."""
    after = words[place + 1] if place + 1 < len(words) else None
    if after is None or after.is_number or is_function_word(after.text):
        return None
    return None if after.key in _KINDS_OF_THINGS else after


def _by_role(text: str, words: Sequence[Term]) -> Relation | None:
    """The relation in "who were Haven's founders?" and "who is the owner of Haven?"."""
    role = next((word for word in words if word.text.lower() in ROLES), None)
    names = [name for name in names_of(text) if not _is_generic(name.text)]
    if role is None or len(names) != 1 or not _SUBJECT_WORDS.match(text):
        return None
    return Relation(
        ROLES[role.text.lower()], role, (), (names[0].keys,), done_to_text=names[0].text
    )


def premise(asked: Asked, evidence: Sequence[Evidence], *, is_typed: bool = True) -> Premise:
    """Whether anything that was read states the premise of the question.

    A name that is not typed was put for "it" or "they", and may be the wrong one.
    """
    if is_typed and is_unsaid(asked.text, evidence):
        return Premise.UNSAID
    relation = relation_of(asked.text)
    if relation is None or not evidence or not _is_known(relation, evidence):
        return Premise.SAID
    relation = _told_apart(relation, evidence)
    telling = [item for item in evidence if tells_of(relation, item, evidence)]
    if not relation.is_between_names:
        is_sure = _is_of_others(relation, evidence)
        is_sure |= asked.expects is Expects.DATE and not _gives_day(evidence)
        return Premise.UNSAID if is_sure and not telling else Premise.SAID
    verbs = KEYS[relation.family]
    if relation.is_direct:
        least = TELLING * evidence[0].relevance
        telling = [
            item
            for item in telling
            if (item.relevance >= least or _is_plain(relation, item))
            and not _is_of_its_goods(relation, item.text)
        ]
    if relation.family not in MUTUAL:
        both = of_both(relation, telling)
        ways = {is_reversed(item.text, verbs, relation.doers, relation.done_to) for item in both}
        if True in ways and False not in ways:
            return Premise.REVERSED
    is_told = any(not is_of_another(item.text, verbs, relation.doers) for item in telling)
    return Premise.SAID if is_told else Premise.UNSAID


def _told_apart(relation: Relation, evidence: Sequence[Evidence]) -> Relation:
    """The names by the words that no other name has: "Air Canada" is not "Air France"."""
    texts = {text for item in evidence for text in (item.text, f"x {item.metadata.title}")}
    written = {name.keys for text in texts for name in names_of(text)}

    def own(name: frozenset[str]) -> frozenset[str]:
        return name.difference(*(each for each in written if not (each <= name or name <= each)))

    names = (*relation.doers, *relation.done_to)
    short = {each for each in written if any(each < name for name in names)}
    return replace(
        relation,
        doers=tuple(own(name) or name for name in relation.doers),
        done_to=tuple(own(name) or name for name in relation.done_to),
        # "Alcázar" may be short for "Banco Alcázar" where it is written alone.
        whole=frozenset(
            name for name in names if not own(name) and not any(each < name for each in short)
        ),
    )


def _is_of_its_goods(relation: Relation, text: str) -> bool:
    """Whether a sentence tells of what is only named after it: "sell Orlena coffee".

    The question has nothing behind the name; else both may mean the same.
    """
    if not relation.is_bare:
        return False
    words = terms(fold(text))
    verbs = KEYS[relation.family]
    for place, word in enumerate(words[:-1]):
        behind = words[place + 1 :]
        if word.key not in verbs or not any(behind[0].key in name for name in relation.done_to):
            continue
        end = next((n for n, each in enumerate(behind) if not each.is_name), len(behind))
        after = behind[end] if end < len(behind) else None
        if after is None or is_function_word(after.text) or after.is_number:
            return False
        return text[behind[end - 1].end : after.start] == " " if end else False
    return False


def _is_plain(relation: Relation, item: Evidence) -> bool:
    """Whether a sentence has a word that means just this, not "deal" or "take" alone.

    And itself speaks of both, or begins by what "it" did.
    """
    is_of_both = bool(of_both(relation, [item])) or _opens_with_it(item.text, relation)
    return is_of_both and not item.keys.isdisjoint(KEYS[relation.family] - VAGUE)


def tells_of(
    relation: Relation, item: Evidence, evidence: Sequence[Evidence], *, strictly: bool = False
) -> bool:
    """Whether a sentence states such a relation, with these names in it or right around it.

    Args:
        relation: What is asked of.
        item: The sentence.
        evidence: All that was read.
        strictly: Words that mean much else, too ("start"), are not enough.
    """
    held = item.keys
    if held.isdisjoint(known_words(relation.family) - (VAGUE if strictly else frozenset())):
        return False
    near = held | _around(item)
    if leans(item.text):
        near = near | _before(item, evidence)
    sides = [side for side in (relation.doers, relation.done_to) if side]
    if not all(any(_holds(near, name, relation) for name in side) for side in sides):
        return False
    if not relation.is_between_names:
        return True
    # Between two names at least one must be spoken of in the sentence, not above it alone; and
    # where one is not, what others do there is no matter of the two.
    within = [any(_holds(held, name, relation) for name in side) for side in sides]
    if all(within):
        return True
    if leans(item.text) and any(within):
        told = held | _before(item, evidence)
        if all(any(_holds(told, name, relation) for name in side) for side in sides):
            return True
    known = frozenset[str]().union(*(name for side in sides for name in side))
    others = [name for name in names_of(item.text) if not name.keys & known]
    return not others and (any(within) or _opens_with_it(item.text, relation))


def _holds(held: frozenset[str], name: frozenset[str], relation: Relation) -> bool:
    """Whether a text with these keys speaks of a name of the question."""
    return name <= held if name in relation.whole else holds(held, name)


def _opens_with_it(text: str, relation: Relation) -> bool:
    """Whether a sentence begins by what "it" or "the company" did: "It bought the rest"."""
    known = known_words(relation.family)
    return leans(text) and any(term.key in known for term in terms(text)[:OPENING])


def of_both(relation: Relation, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Sentences that speak of the names of both sides; of the one that is named where it is one."""
    sides = [side for side in (relation.doers, relation.done_to) if side]
    return [
        item
        for item in evidence
        if all(any(holds(item.keys, name) for name in side) for side in sides)
    ]


def as_statement(relation: Relation) -> str | None:
    """What the question takes for granted, in its own names: "Apple bought IBM".

    None where a name is not what the verb is about: who sells a mill to IBM does not sell IBM.
    """
    if not (relation.is_between_names and relation.is_direct):
        return None
    joined = " with" if relation.family == "merge" else ""
    joined = " in" if relation.family == "invest" else joined
    return f"{relation.doer_text} {past(relation.verb.text)}{joined} {relation.done_to_text}"


def _family(words: Sequence[Term], place: int) -> str | None:
    word = words[place]
    before = words[place - 1].text.lower()
    if word.is_name or before in _DETERMINERS or before.endswith(("'s", "s'")):
        return None  # "Kestrel's own production"
    if NOUN.search(word.text):
        return None
    lower = word.text.lower()
    return next((family for family, known in ASKED_WORDS.items() if lower in known), None)


def _around(item: Evidence) -> frozenset[str]:
    return keys(content_terms(" ".join((item.metadata.title, *item.passage.passage.heading))))


def _before(item: Evidence, evidence: Sequence[Evidence]) -> frozenset[str]:
    return next(
        (
            other.keys
            for other in evidence
            if other.document_id == item.document_id
            and other.sentence.ordinal + 1 == item.sentence.ordinal
        ),
        frozenset(),
    )


def _is_known(relation: Relation, evidence: Sequence[Evidence]) -> bool:
    """Whether what was read speaks of all sides at all; abbreviations may be written out there."""
    held = frozenset[str]().union(*(item.keys for item in evidence))
    return all(
        any(holds(held, name) for name in side)
        for side in (relation.doers, relation.done_to)
        if side
    )


def _is_of_others(relation: Relation, evidence: Sequence[Evidence]) -> bool:
    """Whether what would be shown does not speak of the one name that the question has."""
    best = evidence[0].relevance
    (name, *_) = relation.done_to
    return all(name & item.missing for item in evidence if item.relevance >= SHOWN * best)


def _gives_day(evidence: Sequence[Evidence]) -> bool:
    """Whether what would be shown has a date; that of "Trade Index 2021" belongs to a name."""
    best = evidence[0].relevance
    return any(
        not _IN_NAME.search(item.text[: moment.start])
        for item in evidence
        if item.relevance >= SHOWN * best
        for moment in moments(item.text)
    )


def _is_generic(name: str) -> bool:
    return all(word.lower().rstrip(".") in GENERIC_NAMES for word in name.split())


def _spans(text: str, names: Iterable[str]) -> Iterator[int]:
    position = 0
    for name in names:
        at = text.find(name, position)
        yield at
        position = at + len(name) if at >= 0 else position
