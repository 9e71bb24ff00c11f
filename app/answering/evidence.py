"""Sentences that may be cited, with what the reader makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.answering.asking import Asked
from app.answering.instructions import withheld
from app.answering.lexicon import ANAPHORS
from app.answering.terms import content_terms, keys, terms
from app.reading.protocol import PassageReading, Reader, ReadPassage
from vectorstore.reader import PassageSentences
from vectorstore.types import (
    DocumentId,
    Metadata,
    PassageId,
    ScoredPassage,
    Sentence,
    SentenceKind,
)

CITED_KINDS = frozenset(
    {SentenceKind.PROSE, SentenceKind.LIST_ITEM, SentenceKind.TABLE, SentenceKind.CAPTION}
)
OPENING_WORDS = 3
"""A word that points back later than that has its meaning from the sentence itself."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Passages opened: their sentences, and what is known of their documents."""

    passages: Sequence[ScoredPassage]
    sentences: Mapping[PassageId, PassageSentences]
    metadata: Mapping[DocumentId, Metadata]

    def only(self, kept: Sequence[ScoredPassage]) -> Opened:
        """The same without the passages that are not kept."""
        names = {each.passage.id for each in kept}
        return replace(self, passages=[each for each in self.passages if each.passage.id in names])


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that could be shown."""

    document_id: DocumentId
    version: str
    metadata: Metadata
    sentence: Sentence
    text: str
    passage: ScoredPassage
    relevance: float
    """The chance that it belongs into the answer, in [0, 1]."""
    answers: float
    """The chance that its passage answers the question, in [0, 1]."""
    keys: frozenset[str]
    """Of its content words."""
    missing: frozenset[str]
    """Keys of the question that neither the sentence nor its surroundings hold."""
    part: int = 0
    """Which part of the question it was read for; 0 is the whole (`decompose.parts`)."""


def gather(
    asked: Asked, question: str, opened: Opened, reader: Reader, *, part: int = 0
) -> list[Evidence]:
    """Every sentence that may be cited, read beside the question; by passage, then in their order.

    Headings, references, repeats of other sentences, sentences that belong to another article and
    instructions to an assistant are left out; a heading is read, but not cited.

    Args:
        asked: The question, or the part of it that these passages speak of.
        question: Its words as the reader gets them.
        opened: The passages.
        reader: Judges.
        part: Kept with each sentence.
    """
    citable = [_citable(opened.sentences[each.passage.id]) for each in opened.passages]
    readings = reader.read(
        question,
        [
            _readable(each, places, opened)
            for each, places in zip(opened.passages, citable, strict=True)
        ],
    )
    wanted = keys(asked.terms)
    found: list[Evidence] = []
    for each, places, reading in zip(opened.passages, citable, readings, strict=True):
        found += _judged(each, places, reading, opened, wanted, part)
    return found


def is_citable(sentence: Sentence) -> bool:
    """Whether a sentence may support a claim."""
    return sentence.kind in CITED_KINDS and not sentence.repeats and not sentence.foreign


def leans(text: str) -> bool:
    """Whether a sentence opens with a word that points back at something said before it."""
    opening = terms(text)[:OPENING_WORDS]
    return any(term.text.lower() in ANAPHORS and not term.is_name for term in opening)


def asks(text: str) -> bool:
    """Whether a sentence is a question."""
    return text.rstrip("\"'”’»)*_ ").endswith("?")


def _citable(inside: PassageSentences) -> list[int]:
    """Places of the sentences that may be cited."""
    instructs = withheld(inside.sentences, inside.texts)
    return [
        place
        for place, sentence in enumerate(inside.sentences)
        if is_citable(sentence) and not instructs[place]
    ]


def _readable(scored: ScoredPassage, places: Sequence[int], opened: Opened) -> ReadPassage:
    """The citable sentences under their document's title, their heading in front."""
    inside = opened.sentences[scored.passage.id]
    title = opened.metadata[scored.passage.document_id].title
    heading = scored.passage.heading[-1:]
    above = heading if heading != (title,) else ()
    return ReadPassage(title, (*above, *(inside.texts[place] for place in places)))


def _judged(
    scored: ScoredPassage,
    places: Sequence[int],
    reading: PassageReading,
    opened: Opened,
    wanted: frozenset[str],
    part: int,
) -> list[Evidence]:
    passage = scored.passage
    inside = opened.sentences[passage.id]
    about = opened.metadata[passage.document_id]
    around = keys(content_terms(" ".join((about.title, *passage.heading))))
    chances = reading.sentences[len(reading.sentences) - len(places) :]
    found: list[Evidence] = []
    before: frozenset[str] = frozenset()
    for place, chance in zip(places, chances, strict=True):
        text = inside.texts[place]
        own = keys(content_terms(text))
        found.append(
            Evidence(
                document_id=passage.document_id,
                version=passage.version,
                metadata=about,
                sentence=inside.sentences[place],
                text=text,
                passage=scored,
                relevance=chance,
                answers=reading.answers,
                keys=own,
                missing=wanted - own - before - around,
                part=part,
            )
        )
        before = own
    return found
