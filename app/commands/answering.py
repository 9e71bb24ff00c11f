"""Shared code of `ask` and `chat`: the service, a question, and the answer as it arrives."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.cli import opened_store
from app.commands.filters import audience_of, filters_of
from app.commands.memory import Memory
from app.commands.printing import print_claim, print_rest, print_whole
from app.commands.terminal import Page
from app.languages.catalogue import preferred
from app.types import Answer, AnswerDone, ClaimEvent, Question
from vectorstore.errors import NoIndexError

if TYPE_CHECKING:
    from datetime import datetime

    from app.answering.service import ChatService
    from app.settings import Settings
    from vectorstore.types import Filters


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that is needed to answer at a terminal."""

    settings: Settings
    service: ChatService
    memory: Memory
    filters: Filters
    addresses: dict[str, str]
    """Path or URL of each document, by its id."""

    def address(self, document_id: str) -> str | None:
        """Where a source can be opened."""
        return self.addresses.get(document_id)

    def answer(self, text: str, *, as_typed: bool = False) -> Answer:
        """The whole answer, kept."""
        return self.memory.keep(self.service.answer(self._question(text, as_typed)))

    def print_answer(self, text: str, *, as_typed: bool = False) -> Answer:
        """Print sentences as they come, then the rest; gives the answer, kept.

        Where no chat model writes, all come at once, below the answer in a word or two.
        """
        page, heading = Page(), ""
        is_written_slowly = self.settings.model is not None
        for event in self.service.stream(self._question(text, as_typed)):
            if isinstance(event, ClaimEvent) and is_written_slowly:
                print_claim(page, event.claim, below=heading)
                heading = event.claim.heading
                sys.stdout.flush()
            elif isinstance(event, AnswerDone):
                finish = print_rest if is_written_slowly else print_whole
                finish(page, event.answer, self.address)
                return self.memory.keep(event.answer)
        raise AssertionError("a stream ends with its answer")

    def _question(self, text: str, as_typed: bool) -> Question:
        return Question(
            text,
            self.memory.history,
            self.filters,
            language=_own_language(),
            as_typed=as_typed,
        )


def _own_language() -> str | None:
    """The language that the environment asks for, as in LANG=de_DE.UTF-8."""
    wishes = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    first = next(filter(None, wishes), "")
    return preferred(first.partition(".")[0].replace("_", "-"))


@contextmanager
def open_desk(
    *,
    go_on: bool,
    sources: list[str] | None,
    publishers: list[str] | None,
    since: datetime | None,
    until: datetime | None,
    groups: list[str] | None = None,
) -> Iterator[Desk]:
    """The service that the settings describe, and the conversation.

    Raises:
        NoIndexError: If nothing is ingested; known before a model is loaded.
        ChatError: If the settings or the conversation cannot be used.
        VectorStoreError: If the catalog or the model cannot be opened.
    """
    from app.bootstrap import build_chat_service

    with opened_store() as (settings, catalog, _):
        if catalog.current_generation() is None:
            raise NoIndexError
        audience = audience_of(groups)
        with catalog.read() as reader:
            documents = reader.seen_by(audience, reader.hidden_from(audience)).documents()
    filters = filters_of(documents, sources, publishers, since, until)
    service = build_chat_service(settings, watch=False).seen_by(audience)
    memory = Memory(settings, service, go_on=go_on)
    try:
        yield Desk(settings, service, memory, filters, {each.id: each.uri for each in documents})
    finally:
        memory.close()
        service.close()
