"""The whole path of an answer: condense, search, compose, verify, then cite or abstain."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Container, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from itertools import chain

from app import tracing
from app.answering import abstention
from app.answering.about_library import COMPARISON, LIBRARY, as_events, shelf_of, told_of_library
from app.answering.answerability import THRESHOLD, judge
from app.answering.asking import Asked
from app.answering.asking import ask as ask_about
from app.answering.bilingual import hear, in_both_languages
from app.answering.citing import Citer
from app.answering.comparing import answer_compared, compares
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
from app.answering.condense import Condensed, as_question
from app.answering.disagreement import disagreeing, notes
from app.answering.evidence import Evidence, leans
from app.answering.hearing import Hearing
from app.answering.leading import lead
from app.answering.notation import plain_notation
from app.answering.receipts import receipt
from app.answering.relations import Premise, of_both, premise, relation_of
from app.answering.retrieve import Found, read, retrieve
from app.answering.select import select
from app.answering.settling import Unsupported
from app.answering.spelling import corrected
from app.answering.turns import answered_in_turn, said_instead, spoken
from app.answering.unclear import UNCLEAR, points_nowhere
from app.answering.weighing import weighed
from app.answering.wording import Wording
from app.errors import UnknownComposerError
from app.languages.catalogue import ENGLISH, say
from app.library.reading import LibraryReader
from app.library.scope import Scope
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
    NearMiss,
    NoteEvent,
    Question,
    StatusEvent,
    Verdict,
)
from vectorstore.live import LiveGeneration, LiveIndex
from vectorstore.protocols import Embedder
from vectorstore.types import DocumentId, Filters

QUESTIONS_READ = 2
"""Earlier questions that the reader reads with a follow-up; it is trained on as many."""
DEPENDS = 0.5
"""From this chance on a question is read with those before it."""


@dataclass(frozen=True, slots=True)
class _Question:
    """One that is asked of the sources."""

    typed: str
    said: str
    """By anybody in its conversation: no other words are repeated."""
    condensed: Condensed
    filters: Filters
    language: str
    """Of what the product itself says."""


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

    def _turn(self, question: Question) -> Generator[AnswerEvent]:
        """One turn: what is said, or what is answered."""
        text = readable_question(question.text, limit=self._limit)
        composer = self._composer(question.composer)
        history = () if question.as_typed else question.history
        understood = self._hearing.hear(text, history, self._frequency)
        turn, talk, follows = understood.turn, understood.talk, understood.follows
        heard = hear(text, talk, question.language)
        language = heard.language
        if not understood.asks:
            reply = reply_to(text, turn.kind, follows=follows, language=language)
            yield AnswerDone(spoken(turn, reply, composer.name, self._reader.fingerprint, language))
            return
        is_of_one = bool(question.filters.document_ids)
        if not talk and not is_of_one and points_nowhere(heard.english.text):
            turn = replace(turn, kind=TurnKind.CONVERSATION)
            reply = say(language, UNCLEAR)
            yield AnswerDone(spoken(turn, reply, composer.name, self._reader.fingerprint, language))
            return
        ask = partial(
            self._answered,
            composer=composer,
            filters=question.filters,
            language=language,
            as_typed=question.as_typed,
        )
        if len(understood.asks) > 1:
            yield from answered_in_turn(turn, understood.asks, talk, ask)
            return
        for event in ask(understood.asks[0], talk):
            if isinstance(event, AnswerDone):
                answer = replace(event.answer, question=text, kind=turn.kind.value)
                if turn.otherwise and answer.status is AnswerStatus.ABSTAINED:
                    reply = reply_to(text, turn.otherwise, follows=follows, language=language)
                    answer = said_instead(answer, turn.otherwise, reply, language)
                yield AnswerDone(answer)
            else:
                yield event

    def _frequency(self, word: str) -> float:
        """The share of passages in which a word stands."""
        with self.generation() as generation:
            lexical = generation.lexical
            return lexical.frequency(word) / max(lexical.num_passages, 1)

    def _answered(
        self,
        typed: str,
        history: Sequence[Message],
        *,
        composer: Composer,
        filters: Filters,
        language: str,
        as_typed: bool = False,
    ) -> Iterator[AnswerEvent]:
        """One bare question: of the library, for a comparison, or asked of the sources.

        Args:
            typed: The question, in any language.
            history: What was said before it.
            composer: Writes the answer.
            filters: Documents that may be searched.
            language: Of what the product itself says, unless the question tells another.
            as_typed: Whether no word of it is mended.
        """
        clock = _Clock()
        yield StatusEvent("searching")
        heard = hear(typed, history, language)
        is_english = heard.spoken == ENGLISH
        with self.generation() as generation, clock.timing("library"):
            text = typed  # slips are told by words of English; those of others would be "mended"
            understood = heard.english.text
            if is_english and not as_typed:
                text = corrected(typed, generation.lexical.frequency, self._reader.knows)
                understood = self._wording.understood(text, generation)
            told, scope = told_of_library(
                understood, heard.history, generation, self._embedder, filters, heard.language
            )
        if told is not None:
            yield from as_events(
                typed, told, LIBRARY, generation.name, clock.milliseconds, heard.language
            )
            return
        if not is_english:
            scope = Scope(text, filters)  # in its own words, too, it is searched
        with clock.timing("condense"):
            plain = as_question(plain_notation(scope.text))
            condensed = yield from _condensed(composer, plain, history)
            condensed = self._in_conversation(condensed, history)
            condensed = in_both_languages(condensed, heard, self._in_conversation)
        before = next((turn.content for turn in reversed(heard.history) if turn.role == "user"), "")
        # Of a chat model's rewrite no word is shown unverified, and a table names its columns.
        compared = compares(condensed.text if condensed.use is None else plain, before)
        if compared is not None:
            with self.generation() as generation, clock.timing("compare"):
                shelf = shelf_of(generation, self._embedder, scope.filters, heard.language)
                told = answer_compared(compared, shelf, partial(self._ask, generation))
            if told is not None:
                yield from as_events(
                    typed, told, COMPARISON, generation.name, clock.milliseconds, heard.language
                )
                return
        said = " ".join((text, *(message.content for message in history)))
        yield from self._from_sources(
            _Question(typed, said, condensed, scope.filters, heard.language), composer, clock
        )

    def _from_sources(
        self, question: _Question, composer: Composer, clock: _Clock
    ) -> Iterator[AnswerEvent]:
        """The answer that the sources' sentences give, each cited, or that they give none."""
        condensed, language = question.condensed, question.language
        with self.generation() as generation, clock.timing("search"):
            found = retrieve(condensed, generation, self._embedder, question.filters)
        # From here on the index is let go: reading and a chat model may take their time.
        with clock.timing("read"):
            asked = condensed.asked
            evidence = read(found, self._reader)
        presumed = premise(asked, evidence)
        evidence = weighed(asked, evidence, has_parts=bool(found.pieces))
        # A name put for a pronoun may stand in no source that speaks of what it means.
        own = asked if condensed.typed is None else ask_about(condensed.typed)
        answerability = judge(own, evidence, threshold=self._threshold)
        if presumed is not Premise.SAID:
            answerability = replace(answerability, score=0.0)
        names = frozenset(term.key for term in asked.names)
        citer = Citer(self._reader.support, evidence, self._unsupported, names)
        outcome = Outcome()
        conflict = cache(self._reader.conflict)
        if answerability.is_enough:
            with clock.timing("compose"):
                chosen = select(asked, evidence)
                task = Task(asked, evidence, in_own_words(asked, chosen, evidence, conflict))
                outcome = yield from _composed(composer, task, citer)
        with clock.timing("compare"):
            pairs = disagreeing(asked, citer.evidence, evidence, conflict)
            for item in chain.from_iterable(pair[:2] for pair in pairs):
                yield from () if citer.cites(item) else citer.add(propose(item))
        near = () if citer.claims else self._near(asked, evidence, presumed)
        left_open = abstention.unanswered(found.pieces, citer.evidence, question.said, language)
        answer = Answer(
            id=secrets.token_hex(16),
            question=question.typed,
            status=_status(citer, outcome, is_whole=left_open is None),
            claims=tuple(citer.claims),
            citations=citer.citations,
            notes=notes(citer.citations, citer.disagreements(pairs), language),
            near_misses=near,
            composer=composer.name if outcome.is_shown else ExtractiveComposer.name,
            receipt=receipt(
                question.typed,
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
            message=left_open or abstention.unknown(asked, language)
            if citer.claims
            else self._abstention(question, near, evidence, found, presumed),
            fallback=outcome.told(language),
            understood=_understood(question.typed, condensed),
            lead=None if pairs else lead(asked, citer.claims, citer.citations, evidence),
            language=language,
        )
        if answer.claims:
            yield NoteEvent(answer.notes)
        yield AnswerDone(answer)

    def _composer(self, name: str | None) -> Composer:
        composer = self._composers.get(name or self._default)
        if composer is None:
            raise UnknownComposerError(name or self._default, sorted(self._composers))
        return composer

    def _abstention(
        self,
        question: _Question,
        near: Sequence[NearMiss],
        evidence: Sequence[Evidence],
        found: Found,
        presumed: Premise,
    ) -> str:
        """What is told instead of an answer, in no words but ours and the asker's."""
        asked = _as_put(question.condensed, question.typed)
        told = abstention.of_premise(
            asked, presumed, has_near=bool(near), language=question.language
        )
        if told is not None:
            return told
        lacking = abstention.lacking_words(asked, near, evidence)
        own = [word for word in lacking if word in question.said]
        with self.generation() as generation:
            searched = generation.reader.documents(found.within)
        return abstention.message(asked, own, len(near), searched, question.language)

    def _ask(
        self, generation: LiveGeneration, question: str, documents: Sequence[DocumentId]
    ) -> list[Evidence]:
        """What the reader makes of a question put to some documents."""
        condensed = Condensed(question, ask_about(question))
        filters = Filters(document_ids=tuple(documents))
        return read(retrieve(condensed, generation, self._embedder, filters), self._reader)

    @staticmethod
    def _near(
        asked: Asked, evidence: Sequence[Evidence], presumed: Premise
    ) -> tuple[NearMiss, ...]:
        """What comes near; of a false premise, what is said of the two names first."""
        relation = None if presumed is Premise.SAID else relation_of(asked.text)
        both = [] if relation is None else of_both(relation, evidence)
        return abstention.near_misses(asked, both or evidence)

    def _in_conversation(self, condensed: Condensed, history: Sequence[Message]) -> Condensed:
        """The same, with the questions before it where the reader needs them."""
        before = tuple(turn.content for turn in history if turn.role == "user")[-QUESTIONS_READ:]
        if not before or not condensed.backgrounds:
            return condensed
        if self._reader.depends(condensed.text, before) < DEPENDS:
            return condensed
        return replace(condensed, before=before)


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


def _as_put(condensed: Condensed, typed: str) -> Asked:
    """The question in the asker's words: of a chat model's rewrite no word is shown unverified."""
    is_reworded = condensed.use is not None or condensed.original is not None
    return replace(condensed.asked, text=typed) if is_reworded else condensed.asked


def _understood(typed: str, condensed: Condensed) -> str | None:
    """The question in other words than typed; of a chat model's no word is shown unverified."""
    own = condensed.original or condensed
    is_own = own.text in {typed, as_question(typed)}
    return None if condensed.use is not None or is_own else own.text


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


_SPANS = {"search": "retrieve"}
"""Where a step is named otherwise in traces than in receipts."""


class _Clock:
    """Milliseconds by step, and a span of each where traces are made."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            with tracing.span(_SPANS.get(step, step)):
                yield
        finally:
            self.milliseconds[step] = round(1000 * (time.perf_counter() - began), 2)
