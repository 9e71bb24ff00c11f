"""The whole path of an answer: condense, search, compose, verify, then cite or abstain."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from app.answering import abstention
from app.answering.answerability import Answerability, judge
from app.answering.citing import Cited, cite
from app.answering.compose import Composer, Proposal, propose
from app.answering.condense import Condensed, condense, standalone
from app.answering.disagreement import disagreeing, notes
from app.answering.likeness import WordLikeness
from app.answering.search import Found, search
from app.errors import NotReadyError, UnknownComposerError
from app.protocols import Readiness, SourceSummary, SourceVersion
from app.questions import MAX_QUESTION_CHARACTERS, readable_question
from app.types import (
    Answer,
    AnswerDone,
    AnswerEvent,
    AnswerStatus,
    ClaimEvent,
    Disagreement,
    Message,
    NoteEvent,
    Notes,
    Question,
    Receipt,
    StatusEvent,
)
from vectorstore.errors import IndexUnusableError, UnknownDocumentError
from vectorstore.live import LiveGeneration, LiveIndex
from vectorstore.protocols import Embedder
from vectorstore.types import Document, DocumentId, Sentence

PARTIAL_MISSING = 0.35
"""An answer whose evidence lacks this share of the question's words says that it is partial."""
TURNS_READ = 6
"""Messages of the conversation that a follow-up may lean on; older ones mislead more than help."""


class ChatService:
    """Answers questions from what is served now. Safe to use from many threads."""

    def __init__(
        self,
        live: LiveIndex,
        embedder: Embedder,
        composers: Mapping[str, Composer],
        *,
        composer: str,
        max_question_characters: int = MAX_QUESTION_CHARACTERS,
    ) -> None:
        """Nothing is opened or computed yet.

        Args:
            live: The index.
            embedder: Embeds questions; must share the index's fingerprint.
            composers: By name.
            composer: Name of the one to use where a question names none.
            max_question_characters: Longer questions are refused.
        """
        self._live = live
        self._embedder = embedder
        self._likeness = WordLikeness(embedder)
        self._composers = dict(composers)
        self._default = composer
        self._limit = max_question_characters

    def answer(self, question: Question) -> Answer:
        """The whole answer at once; see `stream`."""
        for event in self.stream(question):
            if isinstance(event, AnswerDone):
                return event.answer
        raise AssertionError("a stream ends with its answer")

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        """Status, verified claims, notes, and the whole answer last.

        Raises:
            QuestionError: If the question is empty or too long.
            UnknownComposerError: If it names a composer that there is not.
            NotReadyError: If nothing can be searched yet.
        """
        clock = _Clock()
        text = readable_question(question.text, limit=self._limit)
        composer = self._composer(question.composer)
        history = _readable(question.history)
        yield StatusEvent("searching")
        with self._generation() as generation:
            with clock.timing("condense"):
                condensed = condense(text, history)
            with clock.timing("search"):
                found = search(condensed, generation, self._embedder, question.filters)
            with clock.timing("compose"):
                proposals = composer.compose(condensed.asked, found.evidence)
            with clock.timing("judge"):
                answerability = self._judge(condensed, proposals, found, generation)
            with clock.timing("verify"):
                cited, differing = self._cited(condensed, proposals, found, answerability)
            answer = _answer(
                text,
                condensed,
                composer.name,
                generation,
                found,
                answerability,
                cited,
                differing,
                clock,
            )
        for claim in answer.claims:
            new = [c for c in answer.citations if c.n in claim.citations]
            yield ClaimEvent(claim, tuple(new))
        if answer.claims:
            yield NoteEvent(answer.notes)
        yield AnswerDone(answer)

    def sources(self) -> list[SourceSummary]:
        """All documents that answers may cite."""
        with self._generation() as generation:
            return [
                SourceSummary(s.id, s.version, s.metadata, s.num_chars)
                for s in generation.reader.documents()
            ]

    def document(self, document_id: DocumentId, version: str | None = None) -> Document | None:
        """One version of a document; None if there is none."""
        with self._generation() as generation:
            try:
                return generation.reader.document(document_id, version).document
            except UnknownDocumentError:
                return None

    def sentences(self, document_id: DocumentId, version: str | None = None) -> list[Sentence]:
        """The sentences of one version of a document; none if there is no such version."""
        with self._generation() as generation:
            try:
                return list(generation.reader.document_sentences(document_id, version))
            except UnknownDocumentError:
                return []

    def versions(self, document_id: DocumentId) -> list[SourceVersion]:
        """All readable versions of a document, the latest first."""
        with self._generation() as generation:
            return [
                SourceVersion(one.version, one.ingested, one.is_current)
                for one in generation.reader.versions(document_id)
            ]

    def ready(self) -> Readiness:
        """Whether questions can be answered now."""
        try:
            with self._live.generation() as generation:
                count = len(generation.documents)
                problem = self._live.problem() if count else "nothing has been ingested yet"
                return Readiness(count > 0, problem or "ready", generation.name, count)
        except IndexUnusableError as error:
            return Readiness(ok=False, detail=str(error), generation=None, documents=0)

    def close(self) -> None:
        """Let go of the index; requests under way finish first."""
        self._live.close()

    def _composer(self, name: str | None) -> Composer:
        composer = self._composers.get(name or self._default)
        if composer is None:
            raise UnknownComposerError(name or self._default, sorted(self._composers))
        return composer

    @contextmanager
    def _generation(self) -> Iterator[LiveGeneration]:
        try:
            with self._live.generation() as generation:
                yield generation
        except IndexUnusableError as error:
            raise NotReadyError(str(error)) from error

    def _judge(
        self,
        condensed: Condensed,
        proposals: Sequence[Proposal],
        found: Found,
        generation: LiveGeneration,
    ) -> Answerability:
        chosen = [item for proposal in proposals for item in proposal.evidence]
        return judge(condensed.asked, chosen, found.best_cosine, generation.lexical, self._likeness)

    def _cited(
        self,
        condensed: Condensed,
        proposals: Sequence[Proposal],
        found: Found,
        answerability: Answerability,
    ) -> tuple[Cited, list[Disagreement]]:
        """Verify and number the proposals; add what another source says differently."""
        if not answerability.is_enough:
            return cite([]), []
        chosen = [item for proposal in proposals for item in proposal.evidence]
        pairs = disagreeing(condensed.asked, chosen, found.evidence)
        shown = {(item.document_id, item.sentence.start) for item in chosen}
        added = {
            at: propose(item)
            for pair in pairs
            for item in pair[:2]
            if (at := (item.document_id, item.sentence.start)) not in shown
        }
        # Where sources differ the newer one speaks first.
        older = {pair[1].document_id for pair in pairs}
        everything = [*proposals, *added.values()]
        cited = cite(sorted(everything, key=lambda each: each.evidence[0].document_id in older))
        return cited, cited.disagreements(pairs)


def _answer(
    text: str,
    condensed: Condensed,
    composer: str,
    generation: LiveGeneration,
    found: Found,
    answerability: Answerability,
    cited: Cited,
    differing: Sequence[Disagreement],
    clock: _Clock,
) -> Answer:
    answered = bool(cited.claims)
    partial = answered and answerability.missing_share >= PARTIAL_MISSING
    return Answer(
        id=secrets.token_hex(16),
        question=text,
        status=(
            AnswerStatus.PARTIAL
            if partial
            else AnswerStatus.ANSWERED
            if answered
            else AnswerStatus.ABSTAINED
        ),
        claims=cited.claims,
        citations=cited.citations,
        notes=notes(cited.citations, differing) if answered else Notes(),
        near_misses=() if answered else abstention.near_misses(found.evidence),
        composer=composer,
        receipt=Receipt(
            question=text,
            condensed_query=standalone(condensed),
            composer=composer,
            generation=generation.name,
            passages=tuple(
                {
                    "id": scored.passage.id,
                    "start": scored.passage.start,
                    "end": scored.passage.end,
                    "score": round(scored.score, 4),
                    "cosine": round(scored.cosine, 4),
                    "bm25": round(scored.bm25, 4),
                }
                for scored in found.passages
            ),
            answerability=round(answerability.score, 4),
            verdicts=cited.verdicts,
            timings_ms=clock.milliseconds,
        ),
        created=datetime.now(UTC),
        message=None
        if answered
        else abstention.message(condensed.asked, answerability, generation),
    )


def _readable(history: Sequence[Message]) -> list[Message]:
    """The last turns of a conversation, each made fit to be read; empty ones are left out."""
    recent = [
        Message(message.role, " ".join(message.content.split())[:MAX_QUESTION_CHARACTERS])
        for message in history[-TURNS_READ:]
    ]
    return [message for message in recent if message.content]


class _Clock:
    """Milliseconds by step."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.milliseconds[step] = round(1000 * (time.perf_counter() - began), 2)
