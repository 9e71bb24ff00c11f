"""Audit log entries of commands: they end at once, so they write them directly."""

from __future__ import annotations

import getpass
import logging
from collections.abc import Iterable

from app.audit.records import OK, Door, Entry
from app.audit.store import AuditStore
from app.bootstrap import open_conversations
from app.conversations.store import ConversationStore
from app.errors import ChatError
from app.settings import Settings, load_settings

logger = logging.getLogger(__name__)


def account_name() -> str:
    """The account of the machine that runs this process."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's number without a name
        return "unknown"


def record(
    settings: Settings,
    store: ConversationStore,
    action: str,
    subjects: Iterable[str] = ("",),
    *,
    outcome: str = OK,
) -> None:
    """Record a command, once for each subject. A failure to record fails no command."""
    if not settings.audit:
        return
    who = f"account:{account_name()}"
    try:
        AuditStore(store.engine).add(
            Entry(action=action, door=Door.CLI, outcome=outcome, who=who, subject=one)
            for one in subjects
        )
    except ChatError as error:
        logger.warning("The audit log could not be written: %s", error)


def record_command(command: str, subjects: Iterable[str] = ("",), *, outcome: str = OK) -> None:
    """Record that a command changed the library or these documents, or failed to.

    Nothing is recorded if there is no database yet.
    """
    try:
        settings = load_settings()
        if settings.database_url is None and not settings.data_dir.exists():
            return
        store = open_conversations(settings)
    except ChatError as error:
        logger.warning("The audit log could not be opened: %s", error)
        return
    try:
        record(settings, store, command, subjects, outcome=outcome)
    finally:
        store.close()
