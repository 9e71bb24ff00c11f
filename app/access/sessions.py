"""Sessions and unfinished sign-ins, in the database of conversations.

A browser holds an unguessable number and nothing else, and the database only the hash of it: a
copy opens nothing, nothing can be forged, and signing out ends a session for all servers at once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from app.access.back_channel import MAX_AGE, Logout
from app.access.people import Account
from app.access.scopes import Person
from app.conversations.schema import add_if_missing, taking_turns, translated

SIGN_IN_LIFETIME = timedelta(minutes=10)
"""From the button to the way back: time for a password, a second factor and a telephone call."""
SECRET_BYTES = 32

_metadata = MetaData()
_sign_ins = Table(
    "sign_ins",
    _metadata,
    Column("state_digest", String(64), primary_key=True),
    Column("browser_digest", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("onwards", Text, nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False, index=True),
)
_sessions = Table(
    "sessions",
    _metadata,
    Column("digest", String(64), primary_key=True),
    Column("person", String(64), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("groups", Text, nullable=False),
    # Sent back to the issuer at the end; it opens nothing here.
    Column("id_token", Text, nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False, index=True),
    # Empty where the issuer names no session; servers of earlier versions leave it out.
    Column("issuer_session", String(64), nullable=False, server_default=""),
)
_logout_tokens = Table(
    "logout_tokens",
    _metadata,
    Column("digest", String(64), primary_key=True),
    Column("expires", DateTime(timezone=True), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """What is remembered while somebody is at the issuer."""

    nonce: str
    verifier: str
    onwards: str
    """Where the browser wanted to go."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    account: Account
    id_token: str = ""
    issuer_session: str | None = None
    """The session at the issuer, as `session_id` makes it; None where the issuer names none."""


class LogoutRepeatedError(Exception):
    """A logout token was used before."""


def _now() -> datetime:
    return datetime.now(UTC)


class SessionStore:
    """Nothing is remembered between two calls, so signing out acts at once, on all servers.

    Safe to use from several threads and processes.
    """

    def __init__(self, engine: Engine, *, now: Callable[[], datetime] = _now) -> None:
        """Make the tables if they are missing.

        Raises:
            ConversationStoreError: If the database cannot be reached.
        """
        self._engine = engine
        self._now = now
        with translated("opened"), taking_turns(engine) as connection:
            _metadata.create_all(connection)
            add_if_missing(connection, _sessions.c.issuer_session)

    def begin(self, sign_in: SignIn, *, browser: str) -> str:
        """Remember that a browser is sent to the issuer; returns the state it comes back with."""
        state, now = secrets.token_urlsafe(SECRET_BYTES), self._now()
        with translated("written"), self._engine.begin() as connection:
            connection.execute(delete(_sign_ins).where(_sign_ins.c.expires <= now))
            connection.execute(
                insert(_sign_ins).values(
                    state_digest=_digest(state),
                    browser_digest=_digest(browser),
                    nonce=sign_in.nonce,
                    verifier=sign_in.verifier,
                    onwards=sign_in.onwards,
                    expires=now + SIGN_IN_LIFETIME,
                )
            )
        return state

    def take(self, state: str, *, browser: str) -> SignIn | None:
        """What was remembered, this once; None where it expired or another browser began it."""
        with translated("written"), self._engine.begin() as connection:
            row = connection.execute(
                delete(_sign_ins)
                .where(
                    _sign_ins.c.state_digest == _digest(state), _sign_ins.c.expires > self._now()
                )
                .returning(
                    _sign_ins.c.browser_digest,
                    _sign_ins.c.nonce,
                    _sign_ins.c.verifier,
                    _sign_ins.c.onwards,
                )
            ).one_or_none()
        if row is None or not hmac.compare_digest(row.browser_digest, _digest(browser)):
            return None
        return SignIn(row.nonce, row.verifier, row.onwards)

    def open(self, session: Session, *, lifetime: timedelta) -> str:
        """Sign somebody in; returns the new secret of the session, which is told this once."""
        secret, now = secrets.token_urlsafe(SECRET_BYTES), self._now()
        person = session.account.person
        with translated("written"), self._engine.begin() as connection:
            connection.execute(delete(_sessions).where(_sessions.c.expires <= now))
            connection.execute(
                insert(_sessions).values(
                    digest=_digest(secret),
                    person=person.id,
                    name=person.name,
                    email=person.email,
                    groups=json.dumps(sorted(session.account.groups)),
                    id_token=session.id_token,
                    issuer_session=session.issuer_session or "",
                    expires=now + lifetime,
                )
            )
        return secret

    def find(self, secret: str) -> Session | None:
        """Whose it is; None where it is unknown, was ended or has expired."""
        with translated("read"), self._engine.connect() as connection:
            row = connection.execute(
                select(_sessions).where(
                    _sessions.c.digest == _digest(secret), _sessions.c.expires > self._now()
                )
            ).one_or_none()
        if row is None:
            return None
        person = Person(row.person, row.name, row.email)
        account = Account(person, frozenset(json.loads(row.groups)))
        return Session(account, row.id_token, row.issuer_session or None)

    def close(self, secret: str) -> Session | None:
        """Sign out; returns whose session it was."""
        session = self.find(secret)
        with translated("written"), self._engine.begin() as connection:
            connection.execute(delete(_sessions).where(_sessions.c.digest == _digest(secret)))
        return session

    def close_for(self, logout: Logout) -> list[Person]:
        """End the sessions that a logout token names, on all servers.

        Where the token names a person and a session, that session of this person ends, and any
        session of this person for which the issuer named none at sign-in.

        Returns:
            Whose sessions ended, once for each session.

        Raises:
            LogoutRepeatedError: If the token was used before; nothing ends.
            ConversationStoreError: If the database cannot be reached; the token may come again.
        """
        table, wanted = _sessions.c, []
        if logout.person is not None:
            wanted.append(table.person == logout.person)
        if logout.session is not None:
            named = [logout.session] if logout.person is None else [logout.session, ""]
            wanted.append(table.issuer_session.in_(named))
        now = self._now()
        used = {
            "digest": _digest(logout.token_id),
            "expires": logout.issued + MAX_AGE + timedelta(minutes=5),
        }
        with translated("written"), self._engine.begin() as connection:
            connection.execute(delete(_logout_tokens).where(_logout_tokens.c.expires <= now))
            try:
                connection.execute(insert(_logout_tokens).values(**used))
            except IntegrityError as error:
                raise LogoutRepeatedError from error
            rows = connection.execute(
                delete(_sessions).where(*wanted).returning(table.person, table.name, table.email)
            ).all()
        return [Person(row.person, row.name, row.email) for row in rows]


def _digest(secret: str) -> str:
    # SHA-256 alone: what is hashed has 256 random bits, so there is nothing to slow down.
    return hashlib.sha256(secret.encode()).hexdigest()
