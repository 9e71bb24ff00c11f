"""Questions to begin with: about what this library has, each tried before it is offered."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from app.answering.conversation.followups import OF_DOCUMENT, OF_NAME
from app.answering.conversation.title_questions import forms_of
from app.answering.text.terms import names_of
from app.errors import ChatError
from app.protocols import ChatServiceProtocol, SourceSummary
from app.types import AnswerStatus, Question

logger = logging.getLogger(__name__)

MAX_STARTERS = 4
MAX_VIEWS = 64
"""Kept of a generation: as many parts of it that people see."""

MAX_TRIED = 16
"""Each costs one answer."""
MAX_DOCUMENTS = 8
MAX_TITLES = 2
"""Documents that are asked about by their title."""
SURE = 0.8
"""Chance of an answer from which on a question is a good one to begin with."""
MAX_OF_NAMES = 2
"""So many questions there are at most with these, where titles tell little."""
MENTIONS = 3
"""A name that stands in fewer places is hardly what a library is about."""
READ = 4000
"""Characters of each document in which names are looked for."""
OF_LIBRARY = ("Which documents are there?", "What is new?")
"""Where the titles name nothing."""


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
    sources = chat.sources()[:MAX_DOCUMENTS]
    found: dict[str, str] = {}
    for number, (subject, question) in enumerate(candidates(sources)):
        if len(found) == MAX_STARTERS or number == MAX_TRIED:
            break
        if subject not in found and _is_answered(chat, question):
            found[subject] = question
    if len(found) < MAX_STARTERS:
        for question in _of_names(chat, sources):
            if len(found) < MAX_OF_NAMES and _is_answered(chat, question):
                found[question] = question
        titles = [one.metadata.title for one in sources if not one.metadata.title.endswith("…")]
        titled = [OF_DOCUMENT.format(title) for title in titles[:MAX_TITLES]]
        rest = [each for each in (*titled, *OF_LIBRARY) if _is_answered(chat, each)]
        found |= dict(zip(rest, rest, strict=True))
    return tuple(found.values())[:MAX_STARTERS]


def _of_names(chat: ChatServiceProtocol, sources: Sequence[SourceSummary]) -> Iterator[str]:
    """Questions about the names of which the documents speak most, whoever wrote them left out."""
    mentions: Counter[str] = Counter()
    makers: set[str] = set()
    for source in sources:
        known = source.metadata
        makers |= {each.casefold() for each in (*known.authors, known.publisher) if each}
        document = chat.document(source.id)
        if document is not None:
            mentions.update(name.text for name in names_of(document.text[:READ]))
    for name, count in mentions.most_common(MAX_TRIED):
        if count >= MENTIONS and name.casefold() not in makers:
            yield OF_NAME.format(name)


def _is_answered(chat: ChatServiceProtocol, question: str) -> bool:
    try:
        answer = chat.answer(Question(question, composer="extractive"))
    except ChatError:
        logger.debug("A starter question was refused.", exc_info=True)
        return False
    is_sure = answer.receipt.answerability >= SURE
    return answer.status is AnswerStatus.ANSWERED and is_sure and not answer.message


def candidates(sources: Sequence[SourceSummary]) -> Iterator[tuple[str, str]]:
    """What each document is about, with a question of it: first one of each document, then more.

    Each document begins with another form, so that not all ask the same.
    """
    rows = []
    for number, source in enumerate(sources):
        subject, forms = forms_of(source.metadata.title)
        at = number % len(forms) if forms else 0
        rows.append([(subject, form.format(subject)) for form in (*forms[at:], *forms[:at])])
    for column in zip_longest(*rows):
        yield from (each for each in column if each is not None)
