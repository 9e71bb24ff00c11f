"""A question so that it stands alone, with what the reader needs of its conversation."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from app.answering.composition.compose import Composer
from app.answering.conversation.bilingual import Heard, in_both_languages
from app.answering.conversation.condense import Condensed, understood
from app.answering.conversation.subject import leans_back
from app.answering.question.asking import Asked, ask
from app.answering.question.rephrasing import as_question
from app.answering.text.lexicon import ANAPHORS
from app.answering.text.terms import content_terms, keys, terms
from app.reading.protocol import Reader
from app.types import AnswerEvent, Message, StatusEvent
from vectorstore.types import DocumentId, Filters

QUESTIONS_READ = 2
"""Earlier questions that the reader reads with a follow-up; it is trained on as many."""
DOCUMENTS_KEPT = 3
"""An answer that cites more documents speaks of none in particular."""
DEPENDS = 0.5
"""From this chance on a question is read with those before it."""
_WHOLE = re.compile(
    r"\W*(?!(?:what|how) (?:about|of)\b)(?:who|whom|whose|what|when|where|why|how|which|is|are|was|"
    r"were|do|does|did|has|have|had|can|could|will|would|should)\b",
    re.IGNORECASE,
)
"""How a question begins that is not the rest of another ("and Haven?", "what about Haven?")."""
_WHO_IS = re.compile(r"\W*(?:and |so |but )*who(?:'s|’s| is| was) (?:he|she)\W*", re.IGNORECASE)
_MORE = frozenset({"also", "too", "else", "another", "other", "others", "instead", "same"})
"""What only a question behind others adds."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A question as it is asked of the sources."""

    typed: str
    said: str
    """By anybody in its conversation: no other words are repeated."""
    condensed: Condensed
    filters: Filters
    language: str
    """Of what the product itself says."""

    @property
    def as_put(self) -> Asked:
        """In the asker's words: of a chat model's rewrite no word is shown unverified."""
        own = self.condensed
        is_reworded = own.use is not None or own.original is not None
        is_reworded |= _same(own.text, as_question(self.typed))
        return replace(own.asked, text=self.typed) if is_reworded else own.asked

    @property
    def understood(self) -> str | None:
        """In other words than typed; None where they are the same or a chat model's."""
        own = self.condensed.original or self.condensed
        is_own = _same(own.text, self.typed) or _same(own.text, as_question(self.typed))
        return None if self.condensed.use is not None or is_own else own.text


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same but for capitals, which nobody needs to be told of."""
    return one.casefold() == other.casefold()


def stand_alone(
    composer: Composer, question: str, heard: Heard, history: Sequence[Message], reader: Reader
) -> Generator[AnswerEvent, None, Condensed]:
    """Condense a question with its conversation, and put it into English beside its own words.

    Args:
        composer: Condenses it; a chat model may take its time.
        question: In its own language.
        heard: Its language and English form.
        history: What was said before it, as typed.
        reader: Tells whether it leans on the questions before it.
    """
    in_conversation = partial(_in_conversation, reader=reader)
    condensed = yield from _condensed(composer, question, history)
    return in_both_languages(in_conversation(condensed, history), heard, in_conversation)


def _condensed(
    composer: Composer, question: str, history: Sequence[Message]
) -> Generator[AnswerEvent, None, Condensed]:
    with closing(composer.condense(question, history)) as steps:
        for step in steps:
            if isinstance(step, Condensed):
                return step
            yield StatusEvent("condensing")
    raise AssertionError("a composer ends with the condensed question")


def _in_conversation(
    condensed: Condensed, history: Sequence[Message], *, reader: Reader
) -> Condensed:
    """The same, with the questions before it where the reader needs them."""
    before = _last_questions(history)
    if not before or not condensed.backgrounds:
        return condensed
    if condensed.typed and _WHO_IS.fullmatch(condensed.typed):
        return condensed  # what was asked of them before is no part of who they are
    if _is_of_another(condensed, history):
        return replace(condensed, backgrounds=())
    if reader.depends(condensed.searched, before) < DEPENDS:
        return condensed
    if all(leans_back(each) for each in before):  # "Why?" and "Since when?" say of nothing what
        before = _last_questions(understood(history))
    return replace(condensed, before=before, spoken_of=_last_cited(history))


def _is_of_another(condensed: Condensed, history: Sequence[Message]) -> bool:
    """Whether a whole question is about a name that nobody has mentioned: it changes the subject.

    The reader takes a name that is also a word ("Why did Haven close?") for none.
    """
    question = condensed.searched
    if condensed.points_back or not _WHOLE.match(question):
        return False
    if any(word.text.lower() in ANAPHORS | _MORE and not word.is_name for word in terms(question)):
        return False
    names = {term.key for term in condensed.asked.names}
    said = keys(content_terms(" ".join(turn.content for turn in history)))
    return bool(names) and names.isdisjoint(said)


def _last_cited(history: Sequence[Message]) -> tuple[DocumentId, ...]:
    """The documents of the last answer that cites any; none where it cites several matters.

    Nor where a question with a name of its own was refused since: it spoke of something else.
    """
    for turn in reversed(history):
        if turn.documents:
            return turn.documents if len(turn.documents) <= DOCUMENTS_KEPT else ()
        if turn.role == "user" and ask(turn.content).names:
            return ()
    return ()


def _last_questions(history: Sequence[Message]) -> tuple[str, ...]:
    return tuple(turn.content for turn in history if turn.role == "user")[-QUESTIONS_READ:]
