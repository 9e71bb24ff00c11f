"""A trusted proxy says who somebody is; whoever else says it is not heard."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from app.web.forwarded import Forwarded, ForwardedMiddleware, IdentityHeaders, forwarded_of

HEADERS = IdentityHeaders("X-Forwarded-User", "X-Forwarded-Name", "X-Forwarded-Groups")
PROXY = "10.0.0.1"
JANE = [("X-Forwarded-User", "jane"), ("X-Forwarded-Groups", "staff, keepers")]


async def passed(
    headers: list[tuple[str, str | bytes]],
    *,
    peer: str | None = PROXY,
    trusted: str = "10.0.0.1, 192.168.7.0/24, fd00::1, fd00:7::/32",
    kind: str = "http",
    identity: IdentityHeaders | None = HEADERS,
) -> Scope:
    """What goes on to the program."""
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def nothing(*_: Any) -> Any:
        return {}

    raw = [
        (name.lower().encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in headers
    ]
    client = None if peer is None else (peer, 1234)
    scope = {"type": kind, "scheme": "http", "headers": raw, "client": client, "state": {}}
    middleware = ForwardedMiddleware(app, trusted_proxies=trusted, identity=identity)
    await middleware(scope, nothing, nothing)
    return seen[0]


async def forwarded(headers: list[tuple[str, str | bytes]], **known: Any) -> Forwarded:
    return forwarded_of(await passed(headers, **known))


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "peer",
    [
        PROXY, "192.168.7.3", "fd00::1", "fd00:0:0::1", "fd00:7::99",
        "::ffff:10.0.0.1", "::ffff:c0a8:0703", "fd00::1%eth0",
    ],
)  # fmt: skip
async def test_trusted_proxy_names_a_person_and_the_groups(peer: str, kind: str) -> None:
    found = (await forwarded(JANE, peer=peer, kind=kind)).account

    assert found is not None
    assert found.person.name == "jane"
    assert found.groups == {"staff", "keepers"}


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "peer",
    [
        "10.0.0.2",
        "192.168.8.3",
        "fd00::2",
        "::1",
        "127.0.0.1",
        "::ffff:10.0.0.2",
        "unix:",
        "",
        None,
    ],
)
async def test_whoever_else_names_somebody_is_not_heard(peer: str | None, kind: str) -> None:
    scope = await passed([*JANE, ("Accept", "*/*")], peer=peer, kind=kind)

    assert forwarded_of(scope) == Forwarded()
    assert scope["headers"] == [(b"accept", b"*/*")]


async def test_address_in_a_header_makes_nobody_a_proxy() -> None:
    claims = [("X-Forwarded-For", PROXY), ("Forwarded", f"for={PROXY}"), ("X-Real-IP", PROXY)]

    assert await forwarded([*JANE, *claims], peer="10.0.0.2") == Forwarded()


async def test_proxy_is_believed_also_where_it_names_the_address_of_the_client() -> None:
    scope = await passed([*JANE, ("X-Forwarded-For", "203.0.113.9")])

    assert scope["client"][0] == "203.0.113.9"
    assert forwarded_of(scope).account is not None


async def test_without_proxies_or_headers_nobody_is_named() -> None:
    assert await forwarded(JANE, trusted="") == Forwarded()
    assert await forwarded(JANE, identity=None) == Forwarded()
    assert await forwarded([("X-Forwarded-Groups", "keepers")]) == Forwarded()
    assert await forwarded([("X-Forwarded-User", " "), JANE[1]]) == Forwarded()


@pytest.mark.parametrize(
    "headers",
    [
        # A proxy that adds its header to the one that the client sent.
        [("X-Forwarded-User", "admin"), ("X-Forwarded-User", "jane")],
        [("x-forwarded-user", "admin"), ("X-FORWARDED-USER", "jane")],
        [("X-Forwarded-User", "admin, jane")],
        [*JANE, ("X-Forwarded-Groups", "admins")],
        [*JANE, ("X-Forwarded-Name", "A"), ("X-Forwarded-Name", "B")],
        [("X-Forwarded-User", "x" * 256)],
        [("X-Forwarded-User", "ja\x00ne")],
        [("X-Forwarded-User", "ja\u202ene")],
    ],
    ids=str,
)
async def test_header_that_names_several_names_nobody_and_says_why(
    headers: list[tuple[str, str | bytes]],
) -> None:
    found = await forwarded(headers)

    assert found.account is None
    assert "must replace what clients send" in str(found.problem)


async def test_names_are_read_as_utf_8_and_else_as_latin_1() -> None:
    modern = await forwarded([("X-Forwarded-User", "jose"), ("X-Forwarded-Name", "José Żak")])
    old = await forwarded([("X-Forwarded-User", "jose"), ("X-Forwarded-Name", b"Jos\xe9")])

    assert modern.account is not None
    assert modern.account.person.name == "José Żak"
    assert old.account is not None
    assert old.account.person.name == "José"


async def test_groups_may_be_separated_otherwise() -> None:
    identity = IdentityHeaders("Remote-User", None, "Remote-Groups", "|")
    headers = [("Remote-User", "jane"), ("Remote-Groups", "a, b|c||")]

    found = (await forwarded(headers, identity=identity)).account  # type: ignore[arg-type]

    assert found is not None
    assert found.groups == {"a, b", "c"}


async def test_the_same_user_has_one_id() -> None:
    first, second = await forwarded(JANE), await forwarded([JANE[0], ("X-Forwarded-Name", "J.")])
    other = await forwarded([("X-Forwarded-User", "Jane")])

    ids = [one.account.person.id for one in (first, second, other) if one.account is not None]
    assert len(ids) == 3
    assert ids[0] == ids[1]
    assert ids[0] != ids[2]
