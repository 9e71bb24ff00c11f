"""API tokens, in the database of conversations: only hashes, so that a copy of it is useless."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    exists,
    insert,
    select,
    update,
)

from app.access.scopes import Access, Scope
from app.conversations.schema import as_utc, taking_turns, translated

PREFIX = "accord_"
"""Of every token, so that scanners for leaked secrets can know one."""
ID_BYTES, SECRET_BYTES = 6, 32
"""The id names a token and is no secret; the rest, 256 random bits, cannot be guessed."""
NOTED_EVERY = timedelta(days=1)
"""How exactly the last use is kept: a write for every request would be a high price for more."""

_TOKEN = re.compile(rf"{PREFIX}(?P<id>[0-9a-f]{{{2 * ID_BYTES}}})_(?P<secret>[A-Za-z0-9_-]{{43}})")

_metadata = MetaData()
_tokens = Table(
    "api_tokens",
    _metadata,
    Column("id", String(2 * ID_BYTES), primary_key=True),
    Column("name", Text, nullable=False),
    # SHA-256 alone: what is hashed has 256 random bits, so there is nothing to slow down.
    Column("digest", String(64), nullable=False),
    Column("scopes", String(255), nullable=False),
    Column("requests_per_minute", Integer, nullable=True),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=True),
    Column("revoked", DateTime(timezone=True), nullable=True),
    Column("last_used", DateTime(timezone=True), nullable=True),
)
# A table of its own, so that one of an earlier version needs no change.
_groups = Table(
    "api_token_groups",
    _metadata,
    Column("token_id", ForeignKey("api_tokens.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(255), primary_key=True),
)


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token. Not the token: that is known to whoever holds it."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime | None = None
    """None: never."""
    revoked: datetime | None = None
    last_used: datetime | None = None
    """On this day, or the day after."""
    requests_per_minute: int | None = None
    """None: as many as anybody."""
    groups: frozenset[str] = frozenset()
    """Whose documents it sees, beside those of everybody."""

    @property
    def access(self) -> Access:
        """What it opens."""
        return Access(self.scopes, self.id, groups=self.groups)

    def is_valid(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked is None and (self.expires is None or now < self.expires)


class TokenStore:
    """All tokens. Nothing is remembered between two calls, so a revoked token ends at once.

    Safe to use from several threads and processes.
    """

    def __init__(self, engine: Engine) -> None:
        """Make the table if it is missing.

        Raises:
            ConversationStoreError: If the database cannot be reached.
        """
        self._engine = engine
        with translated("opened"), taking_turns(engine) as connection:
            _metadata.create_all(connection)

    def create(
        self,
        name: str,
        scopes: Iterable[Scope],
        *,
        lifetime: timedelta | None = None,
        requests_per_minute: int | None = None,
        groups: Iterable[str] = (),
    ) -> tuple[str, Token]:
        """A new token and what is kept of it. It is told this once; nobody can read it again.

        Args:
            name: What it is for, as shown in the list.
            scopes: What it opens.
            lifetime: From now on; None never expires.
            requests_per_minute: Most requests with it; None does not limit it.
            groups: Whose documents it sees, beside those of everybody.
        """
        now = datetime.now(UTC)
        identifier, secret = secrets.token_hex(ID_BYTES), secrets.token_urlsafe(SECRET_BYTES)
        kept = Token(
            id=identifier,
            name=name,
            scopes=frozenset(scopes),
            created=now,
            expires=None if lifetime is None else now + lifetime,
            requests_per_minute=requests_per_minute,
            groups=frozenset(groups),
        )
        with translated("written"), self._engine.begin() as connection:
            connection.execute(
                insert(_tokens).values(
                    id=kept.id,
                    name=kept.name,
                    digest=_digest(secret),
                    scopes=",".join(sorted(kept.scopes)),
                    requests_per_minute=kept.requests_per_minute,
                    created=kept.created,
                    expires=kept.expires,
                )
            )
            if kept.groups:
                rows = [{"token_id": kept.id, "name": name} for name in sorted(kept.groups)]
                connection.execute(insert(_groups), rows)
        return f"{PREFIX}{identifier}_{secret}", kept

    def tokens(self) -> list[Token]:
        """Every token that was ever made, the oldest first; also what opens nothing any more."""
        with translated("read"), self._engine.connect() as connection:
            rows = connection.execute(select(_tokens).order_by(_tokens.c.created, _tokens.c.id))
            groups: dict[str, list[str]] = {}
            for row in connection.execute(select(_groups)):
                groups.setdefault(row.token_id, []).append(row.name)
            return [_token(row, groups.get(row["id"], ())) for row in rows.mappings()]

    def has_any(self) -> bool:
        """Whether one was ever made.

        Also where all are revoked: a server must not open to everybody with the last revocation.
        """
        with translated("read"), self._engine.connect() as connection:
            return bool(connection.scalar(select(exists().where(_tokens.c.id.is_not(None)))))

    def check(self, text: str) -> Token | None:
        """The token that somebody shows; None where it opens nothing: unknown, revoked, expired.

        Takes as long for a wrong secret as for the right one.
        """
        found = _TOKEN.fullmatch(text)
        if found is None:
            return None
        now = datetime.now(UTC)
        with translated("read"), self._engine.connect() as connection:
            row = connection.execute(
                select(_tokens).where(_tokens.c.id == found["id"])
            ).one_or_none()
            named = select(_groups.c.name).where(_groups.c.token_id == found["id"])
            groups = connection.scalars(named).all()
        known = None if row is None else row._mapping
        expected = _NO_DIGEST if known is None else str(known["digest"])
        is_right = hmac.compare_digest(expected, _digest(found["secret"]))
        if known is None or not is_right:
            return None
        token = _token(known, groups)
        if not token.is_valid(now):
            return None
        if token.last_used is None or now - token.last_used >= NOTED_EVERY:
            self._note_use(token.id, now)
        return token

    def revoke(self, token_id: str) -> bool:
        """End a token at once, for all servers; False if there is none that was not revoked."""
        with translated("written"), self._engine.begin() as connection:
            revoked = connection.execute(
                update(_tokens)
                .where(_tokens.c.id == token_id, _tokens.c.revoked.is_(None))
                .values(revoked=datetime.now(UTC))
            )
            return revoked.rowcount > 0

    def _note_use(self, token_id: str, now: datetime) -> None:
        with translated("written"), self._engine.begin() as connection:
            connection.execute(
                update(_tokens).where(_tokens.c.id == token_id).values(last_used=now)
            )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


_NO_DIGEST = "0" * 64


def _token(row: RowMapping, groups: Iterable[str]) -> Token:
    return Token(
        id=row["id"],
        name=row["name"],
        scopes=frozenset(Scope(one) for one in str(row["scopes"]).split(",") if one),
        created=as_utc(row["created"]),
        expires=None if row["expires"] is None else as_utc(row["expires"]),
        revoked=None if row["revoked"] is None else as_utc(row["revoked"]),
        last_used=None if row["last_used"] is None else as_utc(row["last_used"]),
        requests_per_minute=row["requests_per_minute"],
        groups=frozenset(groups),
    )
