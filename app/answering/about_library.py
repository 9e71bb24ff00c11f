"""Questions about the library, between the service and `app.library`."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from app.answering.conflicts.disagreement import notes
from app.answering.conversation.condense import condense
from app.answering.evidence.evidence import is_citable, leans
from app.answering.evidence.instructions import withheld
from app.answering.verification.settling import says_nothing
from app.languages.catalogue import ENGLISH, say
from app.library.asking import library_question
from app.library.digests import summary_of_topic
from app.library.follow_up_shapes import goes_on, in_full, is_of_those
from app.library.question import Wants
from app.library.scope import Scope, scoped
from app.library.shelf import Shelf
from app.library.telling import answer_library
from app.library.told import Told
from app.library.whence import tell_whence
from app.library.whence_shapes import Whence, whence
from app.library.word_order import in_english_order
from app.turns.sentences import CONVERSATION
from app.types import (
    Answer,
    AnswerDone,
    AnswerEvent,
    AnswerStatus,
    ClaimEvent,
    Message,
    NoteEvent,
    Receipt,
)
from vectorstore.live import LiveGeneration
from vectorstore.protocols import Embedder
from vectorstore.retrieval import opened, rank
from vectorstore.types import DocumentId, Filters, ScoredPassage, Sentence

_IT = re.compile(
    r"\b(?:it|this|that)\b(?! \w+ (?:that|which)\b)(?! (?:article|document|one)\b)", re.I
)
_WHEN = re.compile(r"\W*(?:and )?when\W*", re.IGNORECASE)
LIBRARY, COMPARISON = "library", "comparison"
"""Composers of what is told from the catalog, and of things side by side."""
_BRIEFLY = "in two sentences"
NEAR = 24
"""Passages from which all that is said on a topic is told."""


def shelf_of(
    generation: LiveGeneration, embedder: Embedder, filters: Filters, language: str = ENGLISH
) -> Shelf:
    """The documents that a question may see."""
    within = None if filters == Filters() else generation.reader.document_ids(filters)
    search = partial(_search, generation, embedder, within)
    return Shelf(generation, _citable, search, embedder.embed, within, language)


def told_of_library(
    text: str,
    history: Sequence[Message],
    generation: LiveGeneration,
    embedder: Embedder,
    filters: Filters,
    language: str = ENGLISH,
) -> tuple[Told | None, Scope]:
    """The answer to a question about the library; else the question without its filters in words.

    Args:
        text: The question in English words, in whatever order.
        history: What was said before it.
        generation: What is served.
        embedder: Of the index.
        filters: Documents that may be told of.
        language: In which they are told of.

    Returns:
        None for the answer if the question is to the documents; then what to ask them, and which.
    """
    shelf = shelf_of(generation, embedder, filters, language)
    if (asked := whence(text)) and history:
        return _told_whence(asked, history[-1], shelf), Scope(text, filters)
    plain = in_english_order(text)
    whole = _in_full(plain, history, shelf)
    if is_of_those(plain) and whole != plain and (those := _told_of(history, shelf)):
        own = replace(filters, document_ids=tuple(those))
        told = _told(whole, history, shelf_of(generation, embedder, own, language))
    else:
        told = _told(whole, history, shelf)
    if told is None and history:  # "which articles mention it?"
        told = _told(condense(whole, history).text, history, shelf)
    if told is not None:
        return told, Scope(text, filters)
    scope = scoped(text, lambda: shelf, filters)
    if scope is None:
        return None, Scope(text, filters)
    if scope.topic:
        told = summary_of_topic(
            scope.topic, shelf_of(generation, embedder, scope.filters, language)
        )
    return told, scope


def in_brief(text: str) -> str:
    """A request for a summary as one for a short one; any other text as it is."""
    asked = library_question(text, knows=lambda _: True)
    is_summary = asked is not None and asked.wants is Wants.SUMMARY
    return f"{text.rstrip(' .?!')} {_BRIEFLY}" if is_summary else text


def _told_whence(asked: Whence, last: Message, shelf: Shelf) -> Told:
    """What the answer before rests on; of one that rests on nothing only so much."""
    documents = last.documents or shelf.spoken_of(last.content)
    told = tell_whence(asked, last.content, documents, shelf)
    return told or Told(AnswerStatus.ABSTAINED, message=say(shelf.language, CONVERSATION))


def _in_full(text: str, history: Sequence[Message], shelf: Shelf) -> str:
    """The question with what it leaves out behind one about the library.

    There "it" is the document that was told of ("who wrote it?"), "the second one" the second of
    them, and "and in 2018?" asks the same of another year.
    """
    at = next((n for n in reversed(range(len(history))) if history[n].role == "user"), None)
    if at is None:
        return text
    before = _in_full(in_english_order(history[at].content), history[:at], shelf)
    if goes_on(text, before):  # only then are the documents looked through
        known = {each.id: each.metadata.title for each in shelf.documents}
        titles = [known[name] for name in _told_of(history, shelf)]
        if (whole := in_full(text, before, titles)) is not None:
            return whole
    asked = library_question(before)
    is_of_one = asked is not None and (
        asked.reference
        or asked.points_back
        or asked.limit == 1
        or len(_told_of(history, shelf)) == 1  # "any from 2024?" and "what is it about?"
    )
    if is_of_one and _WHEN.fullmatch(text):
        return "when was that article published?"
    return _IT.sub("that article", text, count=1) if is_of_one else text


def _told_of(history: Sequence[Message], shelf: Shelf) -> list[DocumentId]:
    """Documents that the last answer names by title, in its order; else those that it cites."""
    said = history[-1]
    places = {each.id: said.content.find(each.metadata.title) for each in shelf.documents}
    named = sorted((name for name in places if places[name] >= 0), key=lambda name: places[name])
    return named or [name for name in said.documents if name in places]


def _told(text: str, history: Sequence[Message], shelf: Shelf) -> Told | None:
    asked = library_question(
        text,
        knows=lambda name: bool(shelf.titled(name)),
        writes=lambda name: bool(shelf.published_by(name)),
    )
    if asked is None:
        return None
    said = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    spoken_of = shelf.spoken_of(said) if asked.points_back and said else ()
    return answer_library(asked, shelf, spoken_of=spoken_of)


def _citable(sentences: Sequence[Sentence], texts: Sequence[str]) -> list[bool]:
    instructs = withheld(sentences, texts)
    return [
        is_citable(sentence) and not instructed and not leans(text) and not says_nothing(text)
        for sentence, text, instructed in zip(sentences, texts, instructs, strict=True)
    ]


def _search(
    generation: LiveGeneration,
    embedder: Embedder,
    within: Sequence[DocumentId] | None,
    text: str,
) -> list[ScoredPassage]:
    ranking = rank(generation, text, embedder.embed([text])[0], document_ids=within)
    return opened(generation.reader, [ranking], ranking.fused, limit=NEAR)


@dataclass(frozen=True, slots=True)
class Catalogued:
    """An answer from the catalog, or a comparison, with its citations."""

    told: Told
    by: str
    """`LIBRARY` or `COMPARISON`."""
    generation: str
    language: str


def as_events(
    question: str, answered: Catalogued, timings_ms: Mapping[str, float]
) -> Iterator[AnswerEvent]:
    """An answer about the library, or a comparison, as events."""
    told, composer, language = answered.told, answered.by, answered.language
    known: set[int] = set()
    for claim in told.claims:
        new = tuple(c for c in told.citations if c.n in claim.citations and c.n not in known)
        known |= set(claim.citations)
        yield ClaimEvent(claim, new)
    answer = Answer(
        id=secrets.token_hex(16),
        question=question,
        status=told.status,
        claims=told.claims,
        citations=told.citations,
        notes=notes(told.citations, (), language),
        near_misses=(),
        composer=composer,
        receipt=Receipt(
            question,
            question,
            composer,
            answered.generation,
            answerability=float(bool(told.claims)),
            counts={"shown": len(told.claims)},
            timings_ms=timings_ms,
        ),
        created=datetime.now(UTC),
        message=told.message,
        table=told.table,
        language=language,
    )
    if answer.claims:
        yield NoteEvent(answer.notes)
    yield AnswerDone(answer)
