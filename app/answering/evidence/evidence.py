"""Sentences that may be cited, with the probabilities that the reader gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.answering.evidence.instructions import withheld
from app.answering.evidence.years import is_about_year, year_asked
from app.answering.question.asking import Asked
from app.answering.text.abbreviations import (
    keys_of_long_forms,
    named_in_full,
    short_forms,
    written_out,
)
from app.answering.text.lexicon import ANAPHORS
from app.answering.text.terms import content_keys, keys, names_of, terms
from app.languages.english import glossed, is_glossed
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
    """Passages with their sentences, and the metadata of their documents."""

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
    carried: frozenset[str] = frozenset()
    """Keys of the question's names that its paragraph speaks of before it, nobody else between."""
    is_as_asked: bool = False
    """Whether it was read beside the question as asked in another language, not in English."""


def in_paragraphs(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, each sentence with the names that its paragraph speaks of before it."""
    return [replace(item, missing=item.missing - item.carried) for item in evidence]


def in_readers_words(item: Evidence) -> str:
    """The sentence as the reader got it: in English words."""
    return _in_english(item.text, item.metadata)


def gather(
    asked: Asked, question: str, opened: Opened, reader: Reader, *, part: int = 0
) -> list[Evidence]:
    """Every sentence that may be cited, read beside the question; by document, in their order.

    Headings, references, repeats of other sentences, sentences that belong to another article and
    instructions to an assistant are left out; a heading is read, but not cited.

    Args:
        asked: The question, or the part of it that these passages speak of.
        question: Its words as the reader gets them.
        opened: The passages.
        reader: Judges.
        part: Kept with each sentence.
    """
    citable = {
        each.passage.id: _citable(opened.sentences[each.passage.id]) for each in opened.passages
    }
    runs = _runs(opened.passages)
    of_year = _of_year(question, opened)
    known = short_forms_in(opened)
    longs = named_in_full(question, known)
    readings = reader.read(
        question, [_readable(run, citable, opened, longs, of_year) for run in runs]
    )
    found: list[Evidence] = []
    for run, reading in zip(runs, readings, strict=True):
        at = 0
        for each in run:
            places = citable[each.passage.id]
            first = at + len(_above(each, opened))
            at = first + len(places)
            judged = PassageReading(reading.answers, reading.sentences[first:at])
            found += _judged(each, places, judged, opened, asked, part, known)
    return found


def short_forms_in(opened: Opened) -> dict[str, str]:
    """Short forms that the passages introduce, with the long ones."""
    return short_forms(each.text for each in opened.passages)


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


def _runs(passages: Sequence[ScoredPassage]) -> list[list[ScoredPassage]]:
    """Passages of one document that follow each other, together: each is read with the other.

    A passage ends with its section, and "The buyer is WellCare" says little without the one before.
    """
    runs: list[list[ScoredPassage]] = []
    for each in sorted(passages, key=lambda one: (one.passage.document_id, one.passage.ordinal)):
        last = runs[-1][-1].passage if runs else None
        if (
            last is not None
            and last.document_id == each.passage.document_id
            and last.ordinal + 1 == each.passage.ordinal
        ):
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _of_year(question: str, opened: Opened) -> dict[DocumentId, str]:
    """What the titles of documents about the year of a question are given, for the reader.

    "The net profit stood at $5 million" is that of 2021 in a report on 2021, which the reader of
    one passage cannot see.
    """
    year = year_asked(question)
    texts: dict[DocumentId, list[str]] = {}
    for each in opened.passages if year else ():
        texts.setdefault(each.passage.document_id, []).append(each.text)
    return {
        name: f" ({year})"
        for name, passages in texts.items()
        if year not in opened.metadata[name].title
        and is_about_year(year, opened.metadata[name], passages)
    }


def _readable(
    run: Sequence[ScoredPassage],
    citable: Mapping[PassageId, Sequence[int]],
    opened: Opened,
    longs: Mapping[str, str],
    of_year: Mapping[DocumentId, str],
) -> ReadPassage:
    """The citable sentences under their document's title, those of a section behind its heading.

    Short forms of what the question writes in full are written out: the reader knows them not.
    """
    texts: list[str] = []
    for each in run:
        inside = opened.sentences[each.passage.id]
        texts += _above(each, opened)
        texts += [written_out(inside.texts[place], longs) for place in citable[each.passage.id]]
    document = run[0].passage.document_id
    about = opened.metadata[document]
    title = about.title + of_year.get(document, "")
    return ReadPassage(_in_english(title, about), tuple(_in_english(text, about) for text in texts))


def _in_english(text: str, about: Metadata) -> str:
    """What the reader, which knows English only, gets of a document in another language."""
    return glossed(text, str(about.language)) if is_glossed(about.language) else text


def _above(scored: ScoredPassage, opened: Opened) -> tuple[str, ...]:
    """The heading, unless it is the document's title."""
    title = opened.metadata[scored.passage.document_id].title
    heading = scored.passage.heading[-1:]
    return heading if heading != (title,) else ()


def _judged(
    scored: ScoredPassage,
    places: Sequence[int],
    reading: PassageReading,
    opened: Opened,
    asked: Asked,
    part: int,
    known: Mapping[str, str],
) -> list[Evidence]:
    """The sentences of one passage, with what each lacks of the question.

    Its surroundings are its title and headings, and the sentence before it.
    """
    passage = scored.passage
    inside = opened.sentences[passage.id]
    about = opened.metadata[passage.document_id]
    stands = (about.title, about.place or "", *passage.heading)
    around = content_keys(" ".join(stands))
    if is_glossed(about.language):
        around |= content_keys(" ".join(_in_english(each, about) for each in stands))
    wanted, names = keys(asked.terms), keys(asked.names)
    found: list[Evidence] = []
    before: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    paragraph = -1
    for place, chance in zip(places, reading.sentences, strict=True):
        text = inside.texts[place]
        own = content_keys(text) | keys_of_long_forms(text, known)
        if is_glossed(about.language):
            own |= content_keys(_in_english(text, about))
        sentence = inside.sentences[place]
        if sentence.paragraph != paragraph or sentence.kind is not SentenceKind.PROSE:
            paragraph, told = sentence.paragraph, frozenset()
        others = (name for name in names_of(text) if not name.is_person)
        if any(not names & name.keys for name in others):
            told = frozenset()
        found.append(
            Evidence(
                document_id=passage.document_id,
                version=passage.version,
                metadata=about,
                sentence=sentence,
                text=text,
                passage=scored,
                relevance=chance,
                answers=reading.answers,
                keys=own,
                missing=wanted - own - before - around,
                part=part,
                carried=told,
            )
        )
        before, told = own, told | names & own
    return found
