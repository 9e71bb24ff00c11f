"""The conversation of this user account, which `accord ask -c` continues.

It is kept where all conversations are, so it is erased with what it quotes, and after as many days.
"""

from __future__ import annotations

import getpass
import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from app.conversations.records import Channel, as_messages, new_id
from app.errors import ConversationStoreError, NotFoundError
from app.types import Answer, Message

if TYPE_CHECKING:
    from app.conversations.store import ConversationStore
    from app.protocols import LibraryProtocol
    from app.settings import Settings

MAX_HISTORY_TURNS = 20


class Memory:
    """Turns of one conversation."""

    def __init__(self, settings: Settings, library: LibraryProtocol, *, go_on: bool) -> None:
        """Open the store; with `go_on` the conversation is the last one of this account.

        Of its turns is read what the library's audience may see.

        Raises:
            ConversationStoreError: If it is to be gone on with, and cannot be read.
            NotFoundError: If there is none to go on with.
        """
        from app.bootstrap import open_conversations

        self._conversation: str | None = None
        self._store: ConversationStore | None = None
        self._visitor = visitor()
        self.history: tuple[Message, ...] = ()
        try:
            self._store = open_conversations(settings)
        except ConversationStoreError:
            if go_on:
                raise
            return  # an answer that cannot be kept is still an answer
        if go_on:
            self._go_on(self._store, library)

    def _go_on(self, store: ConversationStore, library: LibraryProtocol) -> None:
        from app.conversations.seen import as_seen

        last = next(iter(store.conversations(visitor=self._visitor)), None)
        found = store.conversation(last.id, visitor=self._visitor) if last else None
        if found is None:
            raise NotFoundError("conversation to go on with")
        self._conversation = found.id
        turns = [as_seen(one, library) for one in found.answers[-MAX_HISTORY_TURNS:]]
        self.history = tuple(message for answer in turns for message in as_messages(answer))

    def keep(self, answer: Answer) -> Answer:
        """Keep a turn; gives the answer with the id under which it is kept."""
        self.history = (*self.history, *as_messages(answer))[-2 * MAX_HISTORY_TURNS :]
        if self._store is not None:
            try:
                stored = self._store.append(
                    answer,
                    visitor=self._visitor,
                    conversation_id=self._conversation,
                    channel=Channel.CLI,
                )
            except ConversationStoreError as error:
                typer.echo(f"The answer is not kept: {error}", err=True)
            else:
                self._conversation = stored.conversation_id
                return stored.answer
        return replace(answer, id=new_id())

    def start_again(self) -> None:
        """Begin a new conversation."""
        self._conversation, self.history = None, ()

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()


def visitor() -> str:
    """Names this account among visitors; no browser's cookie has this form."""
    name = "?"
    with suppress(OSError, KeyError):  # an account without a name, in some containers
        name = getpass.getuser()
    return f"cli-{hashlib.sha256(name.encode()).hexdigest()[:32]}"
