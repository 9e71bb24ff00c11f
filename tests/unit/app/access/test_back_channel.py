"""A logout token counts where the issuer signed it, for us, now, and it asks for a logout."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

pytest.importorskip("authlib", reason="the extra oidc is not installed")

from app.access.back_channel import Logout
from app.access.claims import Issuer
from app.access.oidc import Provider
from app.access.people import IssuerAwayError, SignOnError, person_id, session_id
from tests.issuer import CLIENT_ID, CLIENT_SECRET, LOGOUT_EVENT, NOW, URL, FakeIssuer


async def logout(issuer: FakeIssuer, **changed: Any) -> Logout:
    known = Issuer(URL, CLIENT_ID, CLIENT_SECRET)
    provider = Provider(known, transport=issuer.transport, clock=lambda: NOW)
    return await provider.logout(issuer.logout_token(**changed))


async def test_logout_token_names_a_person_a_session_or_both() -> None:
    issuer = FakeIssuer()

    person = await logout(issuer, jti="a")
    session = await logout(issuer, jti="b", sub=None, sid="desk")
    both = await logout(issuer, jti="c", sid="desk")

    issued = datetime.fromtimestamp(NOW, UTC)
    jane, desk = person_id(URL, "jane"), session_id(URL, "desk")
    assert person == Logout("a", issued, person=jane)
    assert session == Logout("b", issued, session=desk)
    assert both == Logout("c", issued, person=jane, session=desk)


@pytest.mark.parametrize(
    "changed",
    [
        {"header": {"typ": "JWT"}},
        {"header": {"typ": "application/logout+jwt"}},
        {"header": {"typ": "LOGOUT+JWT"}},
        {"aud": [CLIENT_ID]},
        {"exp": NOW - 59},
        {"iat": NOW + 59},
        {"iat": NOW - 86_399},
        {"events": {LOGOUT_EVENT: {}, "https://example.org/another": {}}},
        {"an_unknown_claim": 1},
    ],
    ids=str,
)
async def test_logout_token_may_differ_in_what_does_not_matter(changed: dict[str, Any]) -> None:
    assert (await logout(FakeIssuer(), **changed)).person == person_id(URL, "jane")


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": [CLIENT_ID, "another-client"]},
        {"aud": []},
        {"aud": None},
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": "never"},
        {"iat": NOW + 61},
        {"iat": NOW - 86_401},
        {"iat": None},
        {"iat": "now"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 256},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sid": 7},
        {"nonce": "of-a-sign-in"},
        {"events": None},
        {"events": {}},
        {"events": [LOGOUT_EVENT]},
        {"events": {LOGOUT_EVENT: True}},
        {"events": {"https://example.org/another": {}}},
        {"header": {"typ": "at+jwt"}},
        {"header": {"alg": "none"}},
        {"header": {"alg": "HS256"}},
        {"header": {"alg": "RS256", "kid": "of-nobody"}},
    ],
    ids=str,
)
async def test_logout_token_that_is_not_valid_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(SignOnError, match="The logout token is not valid"):
        await logout(FakeIssuer(), **changed)


async def test_logout_token_signed_with_a_key_that_is_not_published_is_refused() -> None:
    issuer = FakeIssuer()
    issuer.change_key(is_published=False)

    with pytest.raises(SignOnError, match="not valid"):
        await logout(issuer)


async def test_logout_waits_for_an_issuer_that_gives_its_keys() -> None:
    with pytest.raises(IssuerAwayError):
        await logout(FakeIssuer(is_away=True))
