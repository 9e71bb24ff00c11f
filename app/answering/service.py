"""The whole path of an answer: condense, search, compose, verify, then cite or abstain."""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

from app.answering import abstention
from app.answering.answerability import THRESHOLD, judge
from app.answering.asking import Asked
from app.answering.bilingual import hear, in_both_languages
from app.answering.citing import Citer
from app.answering.compose import (
    Composer,
    ExtractiveComposer,
    Outcome,
    Proposal,
    Task,
    Waiting,
    in_own_words,
    propose,
)
from app.answering.condense import Condensed
from app.answering.disagreement import disagreeing, notes
from app.answering.evidence import Evidence, leans
from app.answering.receipts import receipt
from app.answering.retrieve import Found, read, retrieve
from app.answering.select import select
from app.answering.settling import Unsupported
from app.errors import NotReadyError, UnknownComposerError
from app.protocols import Readiness, SourceSummary, SourceVersion
from app.questions import MAX_QUESTION_CHARACTERS, readable_question
from app.reading.protocol import Reader
from app.types import (
    Answer,
    AnswerDone,
    AnswerEvent,
    AnswerStatus,
    Message,
    NearMiss,
    NoteEvent,
    Question,
    StatusEvent,
    Verdict,
)
from vectorstore.errors import IndexUnusableError, UnknownDocumentError
from vectorstore.live import LiveGeneration, LiveIndex
from vectorstore.protocols import Embedder
from vectorstore.types import Document, DocumentId, Sentence

QUESTIONS_READ = 2
"""Earlier questions that the reader reads with a follow-up; it is trained on as many."""
DEPENDS = 0.5
"""From this chance on a question is read with those before it."""
TURNS_READ = 6
"""Messages of the conversation that a follow-up may lean on; older ones mislead more than help."""


class ChatService:
    """Answers questions from what is served now. Safe to use from many threads."""

    def __init__(
        self,
        live: LiveIndex,
        embedder: Embedder,
        reader: Reader,
        composers: Mapping[str, Composer],
        *,
        composer: str,
        unsupported: Unsupported = Unsupported.DROP,
        threshold: float = THRESHOLD,
        max_question_characters: int = MAX_QUESTION_CHARACTERS,
    ) -> None:
        """Nothing is opened or computed yet.

        Args:
            live: The index.
            embedder: Embeds questions; must share the index's fingerprint.
            reader: Judges which sentences answer, and which claims are supported.
            composers: By name.
            composer: Name of the one to use where a question names none.
            unsupported: What becomes of sentences of a chat model that no quote bears out.
            threshold: From which chance on an answer is given.
            max_question_characters: Longer questions are refused.
        """
        self._live = live
        self._embedder = embedder
        self._reader = reader
        self._composers = dict(composers)
        self._default = composer
        self._unsupported = unsupported
        self._threshold = threshold
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
        yield StatusEvent("searching")
        history = _readable(question.history)
        said = " ".join((text, *(message.content for message in history)))
        with clock.timing("condense"):
            condensed = yield from _condensed(composer, text, history)
            condensed = self._in_conversation(condensed, history)
            heard = hear(text, history, question.language)
            condensed = in_both_languages(condensed, heard, self._in_conversation)
        with self._generation() as generation, clock.timing("search"):
            found = retrieve(condensed, generation, self._embedder, question.filters)
        # From here on the index is let go: reading and a chat model may take their time.
        with clock.timing("read"):
            evidence = read(found, self._reader)
        asked = condensed.asked
        answerability = judge(asked, evidence, threshold=self._threshold)
        names = frozenset(term.key for term in asked.names)
        citer = Citer(self._reader.support, evidence, self._unsupported, names)
        outcome = Outcome()
        if answerability.is_enough:
            with clock.timing("compose"):
                chosen = select(asked, evidence)
                task = Task(asked, evidence, in_own_words(asked, chosen, evidence))
                outcome = yield from _composed(composer, task, citer)
        with clock.timing("compare"):
            pairs = disagreeing(asked, citer.evidence, evidence)
            for item in chain.from_iterable(pair[:2] for pair in pairs):
                yield from () if citer.cites(item) else citer.add(propose(item))
        near = () if citer.claims else abstention.near_misses(asked, evidence)
        put = _as_put(asked, text, condensed)
        left_open = abstention.unanswered(found.pieces, citer.evidence, said, heard.language)
        answer = Answer(
            id=secrets.token_hex(16),
            question=text,
            status=_status(citer, outcome, is_whole=left_open is None),
            claims=tuple(citer.claims),
            citations=citer.citations,
            notes=notes(citer.citations, citer.disagreements(pairs), heard.language),
            near_misses=near,
            composer=composer.name if outcome.is_shown else ExtractiveComposer.name,
            receipt=receipt(
                text,
                condensed,
                found,
                answerability,
                citer,
                outcome,
                composer=composer.name,
                reader=self._reader.fingerprint,
                generation=generation.name,
                timings_ms=clock.milliseconds,
            ),
            created=datetime.now(UTC),
            message=left_open or abstention.unknown(asked, heard.language)
            if citer.claims
            else self._abstention(put, near, evidence, found, said, heard.language),
            fallback=outcome.told(heard.language),
            language=heard.language,
        )
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

    def _abstention(
        self,
        asked: Asked,
        near: Sequence[NearMiss],
        evidence: Sequence[Evidence],
        found: Found,
        said: str,
        language: str,
    ) -> str:
        """What is told instead of an answer, in no words but ours and the asker's."""
        lacking = abstention.lacking_words(asked, near, evidence)
        own = [word for word in lacking if word in said]
        with self._generation() as generation:
            searched = generation.reader.documents(found.within)
        return abstention.message(asked, own, len(near), searched, language)

    def _in_conversation(self, condensed: Condensed, history: Sequence[Message]) -> Condensed:
        """The same, with the questions before it where the reader needs them."""
        before = tuple(turn.content for turn in history if turn.role == "user")[-QUESTIONS_READ:]
        if not before or not condensed.backgrounds:
            return condensed
        if self._reader.depends(condensed.text, before) < DEPENDS:
            return condensed
        return replace(condensed, before=before)

    @contextmanager
    def _generation(self) -> Iterator[LiveGeneration]:
        try:
            with self._live.generation() as generation:
                yield generation
        except IndexUnusableError as error:
            raise NotReadyError(str(error)) from error


def _condensed(
    composer: Composer, question: str, history: Sequence[Message]
) -> Generator[AnswerEvent, None, Condensed]:
    """The question so that it stands alone."""
    with closing(composer.condense(question, history)) as steps:
        for step in steps:
            if isinstance(step, Condensed):
                return step
            yield StatusEvent("condensing")
    raise AssertionError("a composer ends with the condensed question")


def _as_put(asked: Asked, question: str, condensed: Condensed) -> Asked:
    """The question in the asker's words: of a chat model's rewrite no word is shown unverified."""
    return replace(asked, text=question) if condensed.use or condensed.original else asked


def _composed(
    composer: Composer, task: Task, citer: Citer
) -> Generator[AnswerEvent, None, Outcome]:
    """Have the answer written and each of its sentences verified before it is shown.

    Where the composer fails, or little of what it wrote may be shown, the answer in the sources'
    own words follows; nothing that was shown is taken back.
    """
    outcome = Outcome()
    with closing(composer.compose(task)) as steps:
        for step in steps:
            match step:
                case Waiting():
                    yield StatusEvent("composing")
                case Proposal():
                    yield from citer.add(step)
                    yield StatusEvent("composing")
                case Outcome():
                    outcome = step
    if outcome.use is not None:
        citer.counts["by_model"] = citer.counts["proposals"]  # the rest is the sources' own words
    outcome = outcome.after(citer.counts["proposals"], citer.counts[Verdict.SUPPORTED])
    if outcome.problem is None:
        return outcome
    num_before = len(citer.claims)
    for place, proposal in enumerate(task.outline):
        is_said = all(citer.says(item) for item in proposal.evidence)
        # Behind sentences of the model "It …" would speak of theirs, not of the one left out.
        leans_wrongly = (
            outcome.num_shown > 0
            and leans(proposal.text)
            and not (place and citer.has_just_said(task.outline[place - 1].evidence[0]))
        )
        if not is_said and not leans_wrongly:
            yield from citer.add(proposal)
    return replace(outcome, num_added=len(citer.claims) - num_before)


def _status(citer: Citer, outcome: Outcome, *, is_whole: bool) -> AnswerStatus:
    if not citer.evidence:
        return AnswerStatus.ABSTAINED
    is_partial = outcome.abstains or not is_whole
    return AnswerStatus.PARTIAL if is_partial else AnswerStatus.ANSWERED


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
