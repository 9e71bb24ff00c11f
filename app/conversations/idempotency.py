"""Responses to requests with an `Idempotency-Key`, stored for a day.

A key is claimed before the work begins, so that of two requests with the same key, on one server or
several, one does the work. What was answered is erased with the answer that it shows.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.conversations.records import new_id
from app.conversations.schema import idempotency_keys as keys
from app.conversations.schema import translated
from app.errors import KeyInUseError, KeyReusedError

KEPT_S = 86_400.0
"""How long a response is given again."""
LEASE_S = 600.0
"""A request that has not ended after so long is taken for lost, with its server."""


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """What was answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    answer_id: str | None = None
    """The answer that the body shows; None where it shows none."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right, and the duty, to do what a key names."""

    key: str
    owner: str


class IdempotencyStore:
    """Keys in the database of conversations. Safe to use from several threads and processes."""

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.time) -> None:
        """The table is one of the conversations' own."""
        self._engine = engine
        self._clock = clock

    def claim(self, caller: str, key: str, fingerprint: str) -> Claim | KeptResponse:
        """Begin a request, or find what was answered to it.

        Args:
            caller: Who sends it; the same key of somebody else is another key.
            key: As the caller chose it.
            fingerprint: The same for the same request, and for no other.

        Raises:
            KeyInUseError: If the same request is being answered.
            KeyReusedError: If another request had this key.
        """
        claimed = Claim(_name(caller, key), new_id())
        now = self._clock()
        with translated("written"), self._engine.begin() as connection:
            connection.execute(delete(keys).where(keys.c.expires < now))
            try:
                with connection.begin_nested():
                    connection.execute(
                        insert(keys).values(
                            id=claimed.key,
                            owner=claimed.owner,
                            fingerprint=fingerprint,
                            expires=now + LEASE_S,
                        )
                    )
            except IntegrityError:
                row = connection.execute(select(keys).where(keys.c.id == claimed.key)).one()
            else:
                return claimed
        if row.fingerprint != fingerprint:
            raise KeyReusedError
        if row.status is None:
            raise KeyInUseError
        headers = tuple((name, value) for name, value in json.loads(row.headers))
        return KeptResponse(row.status, headers, row.body, row.answer_id)

    def keep(self, claim: Claim, response: KeptResponse) -> None:
        """Keep what was answered, unless the answer that it shows is not kept itself."""
        values = {
            "status": response.status,
            "headers": json.dumps(response.headers),
            "body": response.body,
            "answer_id": response.answer_id,
            "expires": self._clock() + KEPT_S,
        }
        try:
            with translated("written"), self._engine.begin() as connection:
                connection.execute(update(keys).where(_is(claim)).values(**values))
        except Exception:
            self.release(claim)
            raise

    def forget(self, caller: str, key: str) -> None:
        """Erase what was answered: the next request with this key begins again."""
        with translated("written"), self._engine.begin() as connection:
            connection.execute(delete(keys).where(keys.c.id == _name(caller, key)))

    def purge(self) -> int:
        """Erase what was kept long enough; returns how many."""
        with translated("written"), self._engine.begin() as connection:
            return connection.execute(delete(keys).where(keys.c.expires < self._clock())).rowcount

    def release(self, claim: Claim) -> None:
        """Give a key up: the same request begins again."""
        with translated("written"), self._engine.begin() as connection:
            connection.execute(delete(keys).where(_is(claim)))


def _name(caller: str, key: str) -> str:
    return hashlib.sha256(f"{caller}\0{key}".encode()).hexdigest()


def _is(claim: Claim) -> ColumnElement[bool]:
    """Not where the claim has run out meanwhile, and another has it."""
    return (keys.c.id == claim.key) & (keys.c.owner == claim.owner)
