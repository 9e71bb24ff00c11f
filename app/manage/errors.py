"""Errors of changes of the library over HTTP. Messages are shown to people."""

from __future__ import annotations

from app.errors import ChatError


class TurnedAwayError(ChatError):
    """A file or address that is not even kept; the message says why."""


class RunConflictError(ChatError):
    """The request is not possible in the present state of the run."""
