"""What another door needs so that this server carries it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from starlette.routing import BaseRoute


class CarriedDoor(Protocol):
    """A way in beside our own, behind the same address."""

    @property
    def path(self) -> str:
        """Where it takes requests."""
        ...

    @property
    def max_body_bytes(self) -> int:
        """Largest request body that it reads."""
        ...

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """What is answered there."""
        ...

    def open(self) -> AbstractAsyncContextManager[None]:
        """What it does in the background, for as long as the server runs."""
        ...
