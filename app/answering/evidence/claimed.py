"""What a question takes for granted of one name ("When was X convicted?"), as a claim to be read.

Where no likely sentence has the question's verb, the reader is asked whether they say so in other
words. It refuses only what they hardly say together and none says by itself (docs/answering.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.answering.evidence.evidence import Evidence
from app.answering.text.lexicon import PREPOSITIONS
from app.answering.text.terms import fold, is_function_word, key_of, keys, terms
from app.languages.translating.inflect import past

Support = Callable[[str, Sequence[str]], float]
"""The chance that sentences, read together, say what a claim says."""

LIKELY = 0.3
"""Share of the likeliest sentence's chance from which on a sentence may tell of it."""
READ = 8
"""So many sentences are asked one by one; each costs some ten milliseconds."""
TOGETHER, ALONE = 0.2, 0.3
"""Below the first together, and below the second each, sentences do not say it."""
BESIDE = 1
"""Sentences before and behind a likely one that are read with it."""

_NAME = r"[^\W\d_a-z][\w.&’'-]*(?: [^\W\d_a-z][\w.&’'-]*)*"
_ASKS = re.compile(
    r"\W*(?:(?i:and|so|but) )*"
    r"(?:(?i:when|why|where|how)|(?:(?i:in) )?(?i:what|which) (?:year|month))(?: exactly)? "
    r"(?P<aux>did|was|were|has|have|had|will) "
    rf"(?P<subject>(?:the )?{_NAME}(?:(?: and | & )(?:the )?{_NAME})*"
    r"(?: (?:deal|merger|acquisition|takeover|purchase|partnership|alliance|venture|agreement))?) "
    r"(?P<verb>[a-z]+)(?P<rest>(?: [^?,;:]+)?)\W*"
)
_OWNER = re.compile(r"['’]s?$")
_PARTICLES = frozenset("up down out off over away back together apart".split())


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a question takes for granted."""

    text: str
    """As a statement without its full stop: "Marlow was convicted"."""
    verb: str
    """Key of its verb."""
    subject: frozenset[str]
    """Keys of the name."""


def claim_of(question: str) -> Claimed | None:
    """What a question takes for granted of a name; None where its form does not show the verb.

    Args:
        question: In English, each name with its capitals.
    """
    found = _ASKS.fullmatch(fold(question))
    if found is None or _OWNER.search(found["subject"]):
        return None
    verb, behind = found["verb"], found["rest"].split()
    if is_function_word(verb) or (behind and not _may_follow(behind[0])):
        return None  # "Marlow engineers build"
    told = past(verb) if found["aux"] == "did" else f"{found['aux']} {verb}"
    subject = keys(term for term in terms(f"x {found['subject']}") if term.is_name)
    if not subject:
        return None
    return Claimed(f"{found['subject']} {told}{found['rest'].rstrip()}", key_of(verb), subject)


def is_unborne(question: str, evidence: Sequence[Evidence], support: Support) -> bool:
    """Whether no sentence that was read says what a question takes for granted.

    Args:
        question: In English.
        evidence: The likeliest first.
        support: Asks the reader.
    """
    claim = claim_of(question) if evidence else None
    if claim is None:
        return False
    least = LIKELY * evidence[0].relevance
    if any(claim.verb not in item.missing for item in evidence if item.relevance >= least):
        return False
    said = f"{claim.text}."
    if support(said, _together(evidence)) >= TOGETHER:
        return False
    about = [item for item in evidence if item.relevance >= least or claim.subject & item.keys]
    return all(support(said, [item.text]) < ALONE for item in about[:READ])


def _together(evidence: Sequence[Evidence]) -> list[str]:
    """The two likeliest sentences of the best document with those beside them, in their order."""
    first = evidence[0]
    own = [item for item in evidence if item.document_id == first.document_id]
    places = {item.sentence.ordinal for item in own[:2]}
    near = [
        item
        for item in own
        if any(abs(item.sentence.ordinal - place) <= BESIDE for place in places)
    ]
    return [item.text for item in sorted(near, key=lambda item: item.sentence.ordinal)]


def _may_follow(word: str) -> bool:
    """Whether a word behind a verb shows that it is one: a name, a figure or a small word."""
    return (
        not word[:1].islower()
        or is_function_word(word)
        or word in PREPOSITIONS
        or word in _PARTICLES
        or word.endswith("ly")
    )
