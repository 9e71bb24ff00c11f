"""The protocol of other interfaces that this server serves, such as Slack's events."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from starlette.routing import BaseRoute


class CarriedDoor(Protocol):
    """A further interface for questions at the same address."""

    @property
    def path(self) -> str:
        """Its path."""
        ...

    @property
    def max_body_bytes(self) -> int:
        """Largest request body that it reads."""
        ...

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Its routes."""
        ...

    def open(self) -> AbstractAsyncContextManager[None]:
        """Run its background work while the server runs."""
        ...
