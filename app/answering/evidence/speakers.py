"""What somebody says or thinks is told by their own words, or by a sentence that names them. Pure.

"Amazon scares everybody" is no answer to what Pessina thinks of Amazon, if it is Herzlinger's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked
from app.answering.text.terms import (
    content_terms,
    fold,
    is_function_word,
    key_of,
    keys,
    names_of,
    terms,
)

OF_OTHERS = 0.1
"""What the chance of a sentence counts that is not told to be theirs, where another one is."""
TOLD = 0.15
"""Least chance of that one."""
NEAR = 30
"""Characters between a speaker and the verb of saying."""
BEHIND = 3
"""Sentences behind one that names the speaker, in the same paragraph, that may still be theirs."""

_SAYS = (
    r"(?:say|says|said|think|thinks|thought|believe[sd]?|feel|feels|felt|argue[sd]?|claim(?:s|ed)?|"
    r"advise[sd]?|recommend(?:s|ed)?|suggest(?:s|ed)?|predict(?:s|ed)?|warn(?:s|ed)?|make of|"
    r"tell|told|write|wrote|comment(?:s|ed)?)"
)
_QUOTES = (
    rf"(?:{_SAYS}|explain(?:s|ed)?|note[sd]?|add(?:s|ed)?|assert(?:s|ed)?|emphasi[sz]e[sd]?|recall(?:s|ed)?|"
    r"insist(?:s|ed)?|stress(?:es|ed)?|according to|point(?:s|ed) out|declare[sd]?|call(?:s|ed))"
)
_CAPITAL = r"[^\W\d_a-z][\w.'-]*"
_ASKS = re.compile(
    r"\b[Ww]hat (?:else )?(?:do|does|did|has|have|is|was) (?:the )?"
    rf"(?P<who>{_CAPITAL}(?: (?:(?:van|von|de|der|of) )*{_CAPITAL})*) (?:\w+ )?{_SAYS}\b|"
    rf"\b(?:according to|(?:quotes?|opinion|view|views|words) (?:of|by|from)) "
    rf"(?P<whose>{_CAPITAL}(?: (?:(?:van|von|de|der|of) )*{_CAPITAL})*)"
)
_WHO_SAYS = re.compile(
    r"^(?:(?:and|so|but|well|then|ok|okay)[, ]+)*who (?:else )?"
    rf"(?:(?:has|had|ever|first|also|actually) )*{_SAYS} "
    r"(?:that )?(?P<words>(?!(?:so|it|that|this|what)\b).+)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:he|she|they|his|her|their|I|we|my|our)\b", re.IGNORECASE)


def without_other_speakers(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, with low chances for what is not told to be said by whoever the question names.

    Args:
        question: In English, standing alone.
        evidence: What was read.
    """
    found = _ASKS.search(fold(question))
    if found is None:
        return list(evidence)
    words = (found["who"] or found["whose"]).split()
    if is_function_word(words[-1]):
        return list(evidence)
    speaker = key_of(words[-1])
    places = {(item.document_id, item.sentence.ordinal): item for item in evidence}
    theirs = [_is_theirs(item, speaker, places) for item in evidence]
    is_told = any(
        own and item.relevance >= TOLD for own, item in zip(theirs, evidence, strict=True)
    )
    if not (is_told or _speaks(words[-1], evidence)):
        return list(evidence)
    # Where nothing likely is theirs, neither do the passages answer.
    beside = 1.0 if is_told else OF_OTHERS
    return [
        item
        if own
        else replace(item, relevance=OF_OTHERS * item.relevance, answers=beside * item.answers)
        for own, item in zip(theirs, evidence, strict=True)
    ]


def without_the_unsaid(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, with low chances for what has no word of the saying whose speaker is asked for.

    Who said that Kestrel would fail is not told by what Kestrel said of its ships.

    Args:
        asked: The question, in English, standing alone.
        evidence: What was read.
    """
    found = _WHO_SAYS.match(fold(asked.text))
    if found is None:
        return list(evidence)
    said = keys(content_terms(found["words"]))
    words = {term.key for term in asked.terms if term.key in said and not term.is_name}
    if not words:
        return list(evidence)
    return [
        replace(item, relevance=OF_OTHERS * item.relevance, answers=OF_OTHERS * item.answers)
        if words <= item.missing
        else item
        for item in evidence
    ]


def _speaks(name: str, evidence: Sequence[Evidence]) -> bool:
    """Whether somebody of this name is quoted anywhere: then what others say is not theirs."""
    who = re.escape(name)
    quoted = re.compile(
        rf"\b{who}\b[^.]{{0,{NEAR}}}?\b{_QUOTES}\b|\b{_QUOTES} (?:\w+ ){{0,2}}{who}\b"
    )
    return any(quoted.search(fold(item.text)) for item in evidence)


def _is_theirs(item: Evidence, speaker: str, places: Mapping[tuple[str, int], Evidence]) -> bool:
    if speaker in item.keys or _heads(item, speaker):
        return True
    if _names_person(item):
        return False
    if _is_quoted_by(item, speaker, places):
        return True
    for back in range(1, BEHIND + 1):
        before = places.get((item.document_id, item.sentence.ordinal - back))
        if before is None or before.sentence.paragraph != item.sentence.paragraph:
            return _goes_on(item, back, before, speaker)
        if speaker in before.keys:
            return True
        if _names_person(before):
            return False
    return False


def _is_quoted_by(item: Evidence, speaker: str, places: Mapping[tuple[str, int], Evidence]) -> bool:
    """Whether a quotation goes on up to a sentence that says whose it is: "…," says Ada Lund."""
    for ahead in range(1, BEHIND + 1):
        behind = places.get((item.document_id, item.sentence.ordinal + ahead))
        if behind is None or behind.sentence.paragraph != item.sentence.paragraph:
            return False
        text = fold(behind.text)
        if text.count('"') % 2:
            return speaker in behind.keys
        if speaker in behind.keys or _names_person(behind):
            return False
    return False


def _goes_on(item: Evidence, back: int, before: Evidence | None, speaker: str) -> bool:
    """Whether a new paragraph goes on with the speaker of the one before: "he said"."""
    return (
        back == 1
        and before is not None
        and speaker in before.keys
        and bool(_PRONOUN.search(item.text))
    )


def _heads(item: Evidence, speaker: str) -> bool:
    """Whether the section, or the document, is theirs."""
    above = " ".join(
        (*item.passage.passage.heading[-1:], item.metadata.title, *item.metadata.authors)
    )
    return any(word.key == speaker for word in terms(above))


def _names_person(item: Evidence) -> bool:
    return any(name.is_person for name in names_of(item.text))
