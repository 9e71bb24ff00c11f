"""The whole path of an answer: condense, search, compose, verify, then cite or abstain."""

from __future__ import annotations

from collections.abc import Callable, Container, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache, partial

from app.answering.about_library import as_events
from app.answering.clock import Clock
from app.answering.composition.citing import Citer
from app.answering.composition.compose import Composer, Outcome, Task, in_own_words, propose
from app.answering.composition.writing import written
from app.answering.conflicts.disagreement import disagreeing
from app.answering.conversation.again_shapes import Again
from app.answering.conversation.bilingual import hear
from app.answering.conversation.condense import Condensed
from app.answering.conversation.hearing import Hearing
from app.answering.finishing import finished
from app.answering.posing import Means, pose
from app.answering.question.unclear import UNCLEAR, points_nowhere
from app.answering.question.wording import Wording
from app.answering.receipts import receipt
from app.answering.selection.answerability import THRESHOLD
from app.answering.selection.judging import ALONE, Judgement, judged
from app.answering.selection.retrieve import Found, read, retrieve
from app.answering.selection.select import select
from app.answering.standalone import Posed
from app.answering.turns import (
    answered_in_turn,
    given_again,
    said_instead,
    spoken,
    told_in_its_words,
)
from app.answering.verification.settling import Unsupported
from app.errors import UnknownComposerError
from app.languages.catalogue import say
from app.library.reading import LibraryReader
from app.questions import MAX_QUESTION_CHARACTERS, readable_question
from app.reading.protocol import Reader
from app.turns.kinds import TurnKind, is_spoken
from app.turns.sentences import reply_to
from app.types import (
    Answer,
    AnswerDone,
    AnswerEvent,
    AnswerStatus,
    Message,
    NoteEvent,
    Question,
    StatusEvent,
)
from vectorstore.live import LiveIndex
from vectorstore.protocols import Embedder
from vectorstore.reader import Extent
from vectorstore.types import DocumentId


class ChatService(LibraryReader):
    """Answers questions from what is served now, as far as its audience sees it.

    Safe to use from many threads.
    """

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
        words: Callable[[], Container[str]] | None = None,
    ) -> None:
        """Store the arguments; the first question opens the index.

        Args:
            live: The index.
            embedder: Embeds questions; must share the index's fingerprint.
            reader: Judges which sentences answer, and which claims are supported.
            composers: By name.
            composer: Name of the one to use where a question names none.
            unsupported: What becomes of sentences of a chat model that no quote bears out.
            threshold: From which chance on an answer is given.
            max_question_characters: Longer questions are refused.
            words: Common words of the language, by which slips are told; None mends none.
        """
        super().__init__(live, embedder, longest=max_question_characters)
        self._wording = Wording(words)
        self._hearing = Hearing(embedder)
        self._reader = reader
        self._composers = dict(composers)
        self._default = composer
        self._unsupported = unsupported
        self._threshold = threshold

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
        with closing(self._turn(question)) as events:
            for event in events:
                if isinstance(event, AnswerDone) and not is_spoken(event.answer.kind):
                    event = AnswerDone(replace(event.answer, groups=self.groups()))
                yield event

    def _turn(self, question: Question, again: Again | None = None) -> Generator[AnswerEvent]:
        """One turn of a conversation: what is said to it, or the answers to what it asks.

        With `again` it is a turn before, whose answer is wanted once more, in that manner.
        """
        text = readable_question(question.text, limit=self._limit)
        composer = self._composer(question.composer)
        history = () if question.as_typed else question.history
        understood = self._hearing.hear(text, history, self._frequency, self._names)
        turn, talk, follows = understood.turn, understood.talk, understood.follows
        heard = hear(text, talk, question.language)
        if understood.again is not None:
            at = max(n for n, message in enumerate(talk) if message.role == "user")
            earlier = replace(question, text=talk[at].content, history=talk[:at])
            events = self._turn(earlier, understood.again)
            yield from given_again(events, understood.again, text, talk[at], heard.language)
            return
        reply = None
        if not understood.asks:
            reply = reply_to(text, turn.kind, follows=follows, language=heard.language)
        elif not (talk or question.filters.document_ids) and points_nowhere(heard.english.text):
            turn = replace(turn, kind=TurnKind.CONVERSATION)
            reply = say(heard.language, UNCLEAR)
        ask = partial(
            self._answered, asked=question, composer=composer, language=heard.language, again=again
        )
        if understood.may_ask and (told := told_in_its_words(text, ask(text, talk))):
            yield from told
            return
        if reply is not None:
            reader = self._reader.fingerprint
            yield AnswerDone(spoken(turn, reply, composer.name, reader, heard.language))
            return
        if len(understood.asks) > 1:
            yield from answered_in_turn(turn, understood.asks, talk, ask)
            return
        for event in ask(understood.asks[0], talk):
            if isinstance(event, AnswerDone):
                answer = replace(event.answer, question=text, kind=turn.kind.value)
                if turn.otherwise and answer.status is AnswerStatus.ABSTAINED:
                    reply = reply_to(text, turn.otherwise, follows=follows, language=heard.language)
                    answer = said_instead(answer, turn.otherwise, reply, heard.language)
                event = AnswerDone(answer)
            yield event

    def _answered(
        self,
        typed: str,
        history: Sequence[Message],
        *,
        asked: Question,
        composer: Composer,
        language: str,
        again: Again | None = None,
    ) -> Iterator[AnswerEvent]:
        """One bare question of a turn: of the library, for a comparison, or to the sources."""
        clock = Clock()
        yield StatusEvent("searching")
        means = Means(self.generation, self._embedder, self._reader, self._wording)
        posed = yield from pose(
            typed,
            history,
            means,
            composer,
            clock,
            filters=asked.filters,
            language=language,
            as_typed=asked.as_typed,
            again=again,
        )
        if isinstance(posed, Posed):
            yield from self._from_sources(posed, composer, clock)
        else:
            yield from as_events(typed, posed, clock.milliseconds)

    def _from_sources(
        self, question: Posed, composer: Composer, clock: Clock
    ) -> Iterator[AnswerEvent]:
        """The answer that the sources' sentences give, each cited, or that they give none."""
        condensed, generation, found, judgement = self._surest(question, clock)
        asked, evidence = judgement.asked, judgement.evidence
        conflict = cache(self._reader.conflict)
        names = frozenset(term.key for term in asked.names)
        citer = Citer(self._reader.support, evidence, self._unsupported, names)
        outcome = Outcome()
        if judgement.answerability.is_enough:
            with clock.timing("compose"):
                chosen = select(asked, evidence)
                task = Task(asked, evidence, in_own_words(asked, chosen, evidence, conflict))
                outcome = yield from written(composer, task, citer)
        with clock.timing("compare"):
            pairs = disagreeing(asked, citer.evidence, evidence, conflict)
            for item in (side for pair in pairs for side in pair[:2]):
                yield from () if citer.cites(item) else citer.add(propose(item))
        answer = finished(
            question,
            found,
            judgement,
            citer,
            outcome,
            pairs,
            receipt(
                question.typed,
                condensed,
                found,
                judgement.answerability,
                citer,
                outcome,
                composer=composer.name,
                reader=self._reader.fingerprint,
                generation=generation,
                timings_ms=clock.milliseconds,
            ),
            searched=lambda: self._searched(found.within),
        )
        if answer.claims:
            yield NoteEvent(answer.notes)
        yield AnswerDone(answer)

    def _surest(self, question: Posed, clock: Clock) -> tuple[Condensed, str, Found, Judgement]:
        """What `_judged` gives of a question behind those before it, or by itself if that is surer.

        The reader may be led astray by what was asked before: the name says enough.
        """
        behind = question.condensed
        generation, found, judgement = self._judged(behind, question, clock, self._threshold)
        if judgement.is_unsure and (alone := behind.by_itself) is not None:
            sure = max(ALONE, self._threshold)
            other_generation, other_found, other = self._judged(alone, question, clock, sure)
            if other.answerability.is_enough:
                return alone, other_generation, other_found, other
        return behind, generation, found, judgement

    def _judged(
        self, condensed: Condensed, question: Posed, clock: Clock, threshold: float
    ) -> tuple[str, Found, Judgement]:
        """The name of the generation that was searched, what was found, and what it is worth."""
        with self.generation() as generation, clock.timing("search"):
            found = retrieve(condensed, generation, self._embedder, question.filters)
        # From here on the index is let go: reading and a chat model may take their time.
        with clock.timing("read"):
            was_read = read(found, self._reader)
            judgement = judged(
                condensed,
                was_read,
                has_parts=bool(found.pieces),
                threshold=threshold,
                typed=question.typed,
                support=self._reader.support,
            )
        return generation.name, found, judgement

    def _composer(self, name: str | None) -> Composer:
        composer = self._composers.get(name or self._default)
        if composer is None:
            raise UnknownComposerError(name or self._default, sorted(self._composers))
        return composer

    def _frequency(self, word: str) -> float:
        """The share of passages in which a word stands."""
        with self.generation() as generation:
            lexical = generation.lexical
            return lexical.frequency(word) / max(lexical.num_passages, 1)

    def _names(self, text: str) -> bool:
        """Whether a text has a name of the library's, in whatever letters it is typed."""
        with self.generation() as generation:
            return self._wording.names(text, generation)

    def _searched(self, within: Sequence[DocumentId] | None) -> Extent:
        """How many documents were searched, and how new they are."""
        with self.generation() as generation:
            return generation.reader.extent(within)
