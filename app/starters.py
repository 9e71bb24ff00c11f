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

MAX_VIEWS = 64
"""Kept of a generation: as many parts of it that people see."""

GENERAL_QUESTIONS = (
    "Why do health-care companies form partnerships?",
    "Which partnerships have been announced?",
    "What makes a partnership succeed?",
    "Why do partnerships fail?",
    "What do the partners expect to gain?",
    "Which risks of partnerships are mentioned?",
)


class Starters:
    """Tries the candidates once for each generation of the index; keeps those with an answer.

    Whoever sees the same of it is offered the same.
    """

    def __init__(self, configured: Sequence[str]) -> None:
        self._configured = tuple(configured)
        self._known: dict[tuple[str | None, str], tuple[str, ...]] = {}

    def questions(self, chat: ChatServiceProtocol) -> tuple[str, ...]:
        """Up to four. Blocks for as long as the answers take, the first time.

        Args:
            chat: With the eyes of whoever is to be offered them.
        """
        if self._configured:
            return self._configured
        readiness = chat.ready()
        if not readiness.ok:
            return ()
        key = readiness.generation, readiness.view
        if key not in self._known:
            current = {k: v for k, v in self._known.items() if k[0] == readiness.generation}
            found = {**current, key: _tried(chat)}
            self._known = dict(list(found.items())[-MAX_VIEWS:])
        return self._known[key]


def _tried(chat: ChatServiceProtocol) -> tuple[str, ...]:
    answered: list[str] = []
    titles = [one.metadata.title for one in chat.sources()[:MAX_TITLES]]
    for question in (*GENERAL_QUESTIONS, *(f"What does “{one}” say?" for one in titles)):
        if len(answered) == MAX_STARTERS:
            break
        if _is_answered(chat, question):
            answered.append(question)
    return tuple(answered)


def _is_answered(chat: ChatServiceProtocol, question: str) -> bool:
    try:
        answer = chat.answer(Question(question, composer="extractive"))
    except ChatError:
        logger.debug("A starter question was refused.", exc_info=True)
        return False
    return answer.status is not AnswerStatus.ABSTAINED
