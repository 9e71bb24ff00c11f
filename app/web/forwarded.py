"""Headers of reverse proxies: the client's address, and the person who has signed in there.

The one place where the address that a request came from, and not the one that a header names, is
still known. Headers that name a person are taken off every request here; what a trusted proxy said
in them goes on as `Forwarded`, which no client can send.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.access.people import Account, person_id
from app.access.scopes import Person

MAX_USER_CHARACTERS = 255
STATE: Final = "forwarded"


@dataclass(frozen=True, slots=True)
class IdentityHeaders:
    """The headers in which a proxy names a person."""

    user: str
    name: str | None = None
    groups: str | None = None
    separator: str = ","

    @property
    def all(self) -> frozenset[bytes]:
        """Their names as a request holds them."""
        return frozenset(
            one.lower().encode() for one in (self.user, self.name, self.groups) if one is not None
        )

    def account(self, values: dict[bytes, list[str]]) -> Account | None:
        """Whom they name; None where they name nobody.

        Raises:
            AmbiguousIdentityError: If they name several, or cannot be read.
        """
        user = self._single(values, self.user)
        if not user:
            return None
        if "," in user or len(user) > MAX_USER_CHARACTERS or not user.isprintable():
            # A proxy that joins the client's header to its own writes a comma between them.
            raise AmbiguousIdentityError(self.user)
        name = self._single(values, self.name) or user
        groups = self._single(values, self.groups).split(self.separator)
        named = frozenset(one.strip() for one in groups) - {""}
        person = Person(person_id("proxy", user), name, user if "@" in user else "")
        return Account(person, named)

    def _single(self, values: dict[bytes, list[str]], name: str | None) -> str:
        found = [] if name is None else values.get(name.lower().encode(), [])
        if len(found) > 1:
            raise AmbiguousIdentityError(str(name))
        return found[0].strip() if found else ""


class AmbiguousIdentityError(Exception):
    """The proxy adds to a client's identity header instead of replacing it."""

    def __init__(self, header: str) -> None:
        super().__init__(
            f"The header {header} came several times, or names nobody that can be told apart. The "
            "proxy must replace what clients send in it, not add to it."
        )


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What a trusted proxy says of a request."""

    account: Account | None = None
    problem: str | None = None
    """Why its headers are not trusted."""


class ForwardedMiddleware(ProxyHeadersMiddleware):
    """The outermost layer: Uvicorn's, which trusts proxies' addresses, and their identities."""

    def __init__(
        self, app: ASGIApp, *, trusted_proxies: str, identity: IdentityHeaders | None
    ) -> None:
        """`trusted_proxies` are addresses and networks, separated by commas; "" trusts none."""
        super().__init__(app, trusted_hosts=trusted_proxies or [])  # type: ignore[arg-type]
        self._identity = identity
        self._names = frozenset[bytes]() if identity is None else identity.all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Serve one request or websocket."""
        if scope["type"] in {"http", "websocket"}:
            scope = {**scope, "client": _plain(scope.get("client"))}
            if self._identity is not None:
                scope = self._with_identity(scope, self._identity)
        await super().__call__(scope, receive, send)  # type: ignore[arg-type]

    def _with_identity(self, scope: Scope, identity: IdentityHeaders) -> Scope:
        named: dict[bytes, list[str]] = {}
        others = []
        for name, value in scope["headers"]:
            if name.lower() in self._names:
                named.setdefault(name.lower(), []).append(_text(value))
            else:
                others.append((name, value))
        forwarded = Forwarded()
        if scope["client"] is not None and scope["client"][0] in self.trusted_hosts:
            try:
                forwarded = Forwarded(identity.account(named))
            except AmbiguousIdentityError as error:
                forwarded = Forwarded(problem=str(error))
        state = {**scope.get("state", {}), STATE: forwarded}
        return {**scope, "headers": others, "state": state}


def forwarded_of(scope: Scope) -> Forwarded:
    """What a trusted proxy said of this request."""
    found = scope.get("state", {}).get(STATE)
    return found if isinstance(found, Forwarded) else Forwarded()


def _plain(client: tuple[str, int] | None) -> tuple[str, int] | None:
    """The address as people write it: a socket for both versions of IP maps the older one."""
    if client is None:
        return None
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0])
    except ValueError:
        return client
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address), client[1]


def _text(value: bytes) -> str:
    """Proxies write names as UTF-8; the standard says Latin-1."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
