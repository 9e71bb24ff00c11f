"""Errors of the client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AccordError(Exception):
    """Root of everything that the client raises on purpose."""


class UnreachableError(AccordError):
    """No answer came: there is no server, or the connection broke or took too long."""


class BrokenStreamError(AccordError):
    """A stream ended without its answer."""


class ProblemError(AccordError):
    """The server answered with an error, as problem details (RFC 9457)."""

    def __init__(
        self, status: int, body: Mapping[str, Any], *, retry_after_s: float | None = None
    ) -> None:
        detail = str(body.get("detail") or body.get("title") or "no reason was given")
        super().__init__(f"The server answered {status}: {detail}")
        self.status = status
        """HTTP's."""
        self.type = str(body.get("type", "about:blank"))
        """Such as "urn:accord:problem:question-too-long"."""
        self.title = str(body.get("title", ""))
        self.detail = detail
        """A sentence for a person."""
        self.request_id = str(body.get("request_id", ""))
        """Stands in the server's log."""
        self.errors = tuple(body.get("errors", ()))
        """Of each wrong field: `field` and `message`."""
        self.retry_after_s = retry_after_s
        """When to try again; None where that is no use, or was not told."""
