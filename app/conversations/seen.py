"""Stored answers for a reader who may see fewer documents than the person who asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from app.conversations.records import Conversation, StoredAnswer, documents_of
from app.conversations.store import ConversationStore
from app.protocols import LibraryProtocol
from app.types import Answer, AnswerStatus, Notes, Receipt

WITHHELD = "You may no longer see all that this answer rested on. Ask again."
WITHHELD_WORDS = "(withheld)"


@dataclass(frozen=True, slots=True)
class SeenConversations:
    """The store, read with the eyes of one audience."""

    store: ConversationStore
    library: LibraryProtocol

    def answer(self, answer_id: str, *, visitor: str | None) -> StoredAnswer | None:
        """As the store gives it, withheld where it tells of what is hidden."""
        stored = self.store.answer(answer_id, visitor=visitor)
        return stored and replace(stored, answer=as_seen(stored.answer, self.library))

    def shows(self, answer_id: str, *, visitor: str | None) -> bool:
        """Whether an answer is kept, and shown as it was given."""
        stored = self.store.answer(answer_id, visitor=visitor)
        return stored is not None and as_seen(stored.answer, self.library) is stored.answer

    def conversation(
        self, conversation_id: str, *, visitor: str | None, or_shared: bool = False
    ) -> Conversation | None:
        """As the store gives it, with such answers withheld.

        Of one that somebody else shares, the question goes with the answer, and the title with
        both: whoever saw more may have asked by names that only some should know.
        """
        found = self.store.conversation(conversation_id, visitor=visitor, or_shared=or_shared)
        if found is None:
            return None
        seen = tuple(as_seen(one, self.library) for one in found.answers)
        if found.visitor not in {None, visitor} and seen != found.answers:
            seen = tuple(
                one
                if one is given
                else replace(
                    one,
                    question=WITHHELD_WORDS,
                    receipt=replace(
                        one.receipt, question=WITHHELD_WORDS, condensed_query=WITHHELD_WORDS
                    ),
                )
                for one, given in zip(seen, found.answers, strict=True)
            )
            found = replace(found, title=WITHHELD_WORDS)
        return replace(found, answers=seen)

    def conversations(self, *, visitor: str, containing: str = "") -> list[Conversation]:
        """All that the store gives; words are not found in what is withheld."""
        return self.store.conversations(
            visitor=visitor,
            containing=containing,
            limit=None,
            as_read=partial(as_seen, library=self.library),
        )


def as_seen(answer: Answer, library: LibraryProtocol) -> Answer:
    """The answer, or what is said instead of it: it is never shown in part.

    Withheld is what rests on a document that the library hides, and what was given to somebody who
    saw more: even a refusal tells how much was searched.
    """
    if not library.hides(documents_of(answer), answer.groups):
        return answer
    return replace(
        answer,
        status=AnswerStatus.ABSTAINED,
        claims=(),
        citations=(),
        notes=Notes(),
        near_misses=(),
        receipt=Receipt(
            answer.question, answer.question, answer.composer, answer.receipt.generation
        ),
        message=WITHHELD,
        fallback=None,
        table=None,
        understood=None,
        lead=None,
    )
