"""What one might ask next: questions made from what was cited, without a model.

These are candidates only. Whoever offers them asks each first and keeps those that find an answer.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from app.answering.conversation.heading_questions import question_of
from app.answering.conversation.title_questions import forms_of
from app.answering.text.terms import Name, keys, names_of, terms
from app.types import Answer, AnswerStatus
from vectorstore.types import Document, Sentence, SentenceKind

MIN_MENTIONS = 2
"""A name that the cited documents mention once has no more to it than what was just read."""

SURE = 0.7
"""Chance of an answer from which on a question is offered."""
_POSSESSIVE = re.compile(r"['’]s?$")
OF_DOCUMENT = "What are the main points of “{}”?"
OF_NAME = "What do the sources say about {}?"
OF_SPEAKER = "What does {} say?"
MAX_SPEAKERS = 2


@dataclass(frozen=True, slots=True)
class Cited:
    """A document that an answer cites, or that came near."""

    document: Document
    headings: tuple[str, ...]
    """Of its sections, in order."""


def headings_of(document: Document, sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """The texts of a document's headings, without the one that is its title."""
    texts = (
        document.text[one.start : one.end]
        for one in sentences
        if one.kind is SentenceKind.HEADING and not one.foreign
    )
    return tuple(text for text in texts if text != document.metadata.title)


def candidates(answer: Answer, cited: Sequence[Cited]) -> list[str]:
    """Questions that may lead on from an answer, the most promising first, each once.

    Kinds take turns, so that the first few are not all of one form.

    Args:
        answer: What was just said.
        cited: What it cites, or for an abstention what came near.
    """
    titles = [one.document.metadata.title for one in cited]
    kinds = (
        _section_questions(answer, cited),
        _title_questions(titles),
        _speaker_questions(answer, cited),
        _name_questions(answer, cited),
    )
    found = [question for row in zip_longest(*kinds) for question in row if question]
    found += [OF_DOCUMENT.format(title) for title in titles if not title.endswith("…")]
    asked = answer.question.casefold()
    return [question for question in dict.fromkeys(found) if question.casefold() != asked]


def leads_on(answer: Answer, following: Answer, cited: Sequence[Cited] = ()) -> bool:
    """Whether a tried question was answered, and by words that have not just been read.

    One made of a heading must be answered from the section below it: else it was not understood.

    Args:
        answer: What was said.
        following: The answer to the tried question.
        cited: As for the candidates.
    """
    section = next(
        (
            heading
            for one in cited
            for heading in one.headings
            if question_of(heading, one.document.text) == following.question
        ),
        None,
    )
    below = sum(section in one.heading for one in following.citations)
    if section is not None and 2 * below < len(following.citations):
        return False
    if following.receipt.answerability < SURE:
        return False
    read = {(one.document_id, one.start) for one in answer.citations}
    said = [(one.document_id, one.start) for one in following.citations]
    return following.status is not AnswerStatus.ABSTAINED and any(one not in read for one in said)


def _section_questions(answer: Answer, cited: Sequence[Cited]) -> Iterator[str]:
    """Headings that are questions already, of sections not yet read: "What went wrong"."""
    if answer.status is AnswerStatus.ABSTAINED or len(cited) > 1:
        # "What went wrong" needs a subject that the conversation has spoken of, and one only.
        return
    read = {heading for one in answer.citations for heading in one.heading}
    for one in cited:
        for heading in one.headings:
            question = None if heading in read else question_of(heading, one.document.text)
            if question is not None:
                yield question


def _title_questions(titles: Sequence[str]) -> Iterator[str]:
    """What the names ask for that a title opens with."""
    for title in titles:
        subject, forms = forms_of(title)
        yield from (form.format(subject) for form in forms)


def _speaker_questions(answer: Answer, cited: Sequence[Cited]) -> Iterator[str]:
    """Of people whom the documents quote, and of whom the question did not ask."""
    asked = keys(terms(answer.question))
    speakers: Counter[str] = Counter()
    for one in cited:
        names = names_of(one.document.text)
        said = Counter(name for name in names if name.is_person and not name.keys & asked)
        holding: defaultdict[str, list[Name]] = defaultdict(list)
        for name in dict.fromkeys(names):
            for key in name.keys:
                holding[key].append(name)
        for name, count in said.items():
            near = min((holding[key] for key in name.keys), key=len, default=[])
            whole = [each.text for each in near if name.keys < each.keys]
            speakers[_POSSESSIVE.sub("", max(whole, key=len, default=name.text))] += count
    kept = [name for name, _ in speakers.most_common() if len(name.split()) > 1]
    yield from (OF_SPEAKER.format(name) for name in kept[:MAX_SPEAKERS])


def _name_questions(answer: Answer, cited: Sequence[Cited]) -> list[str]:
    """Names in what was cited that the question did not have, the most mentioned first."""
    asked = keys(terms(answer.question))
    texts = " ".join(one.document.text for one in cited)
    quotes = [one.quote for one in answer.citations] or [one.text for one in answer.near_misses]
    small = {word.key for word in terms(texts) if word.text.islower()}
    mentions: Counter[str] = Counter()
    for quote in quotes:
        for name in names_of(quote):
            text = _POSSESSIVE.sub("", name.text)
            # "Technology", the rest of a name that was cut in two, is no name by itself.
            if not name.keys & asked and not name.keys <= small:
                mentions[text] = texts.count(text)
    # "CVS" and "CVS Health" are one.
    kept: list[str] = []
    for text, count in mentions.most_common():
        if count >= MIN_MENTIONS and not any(text in one or one in text for one in kept):
            kept.append(text)
    return [OF_NAME.format(text) for text in kept]
