"""Questions to begin with: such as this library can answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from app.errors import ChatError
from app.protocols import ChatServiceProtocol
from app.types import AnswerStatus, Question

logger = logging.getLogger(__name__)

MAX_STARTERS = 4
MAX_TITLES = 4
"""Titles tried where the general questions find no answer; each costs one answer."""

GENERAL_QUESTIONS = (
    "Why do health-care companies form partnerships?",
    "Which partnerships have been announced?",
    "What makes a partnership succeed?",
    "Why do partnerships fail?",
    "What do the partners expect to gain?",
    "Which risks of partnerships are mentioned?",
)


class Starters:
    """Tries the candidates once for each generation of the index; keeps those with an answer."""

    def __init__(self, chat: ChatServiceProtocol, configured: Sequence[str]) -> None:
        self._chat = chat
        self._configured = tuple(configured)
        self._known: tuple[str | None, tuple[str, ...]] | None = None

    def questions(self) -> tuple[str, ...]:
        """Up to four. Blocks for as long as the answers take, the first time."""
        if self._configured:
            return self._configured
        readiness = self._chat.ready()
        if not readiness.ok:
            return ()
        if self._known is None or self._known[0] != readiness.generation:
            self._known = (readiness.generation, self._tried())
        return self._known[1]

    def _tried(self) -> tuple[str, ...]:
        answered: list[str] = []
        titles = [one.metadata.title for one in self._chat.sources()[:MAX_TITLES]]
        for question in (*GENERAL_QUESTIONS, *(f"What does “{one}” say?" for one in titles)):
            if len(answered) == MAX_STARTERS:
                break
            if self._is_answered(question):
                answered.append(question)
        return tuple(answered)

    def _is_answered(self, question: str) -> bool:
        try:
            answer = self._chat.answer(Question(question, composer="extractive"))
        except ChatError:
            logger.debug("A starter question was refused.", exc_info=True)
            return False
        return answer.status is not AnswerStatus.ABSTAINED
