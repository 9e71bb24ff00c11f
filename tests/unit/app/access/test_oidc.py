"""What an issuer says is believed where it is for us, now, and signed by the issuer."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("authlib", reason="the extra oidc is not installed")

from app.access.claims import Issuer, claim
from app.access.oidc import Provider
from app.access.people import Account, NotAdmittedError, SignOnError
from tests.issuer import CLIENT_ID, CLIENT_SECRET, NOW, URL, FakeIssuer

BACK = "https://accord.example.org/sign-in/callback"


async def account(issuer: FakeIssuer, *, nonce: str = "a-nonce", **known: Any) -> Account:
    """Of who signs in."""
    provider = Provider(
        Issuer(URL, CLIENT_ID, CLIENT_SECRET, **known),
        transport=issuer.transport,
        clock=lambda: NOW,
    )
    url = await provider.authorization_url(
        redirect_uri=BACK, state="a-state", nonce="a-nonce", verifier="v" * 43
    )
    code = issuer.sign_in(url)["code"]
    session = await provider.redeem(code, redirect_uri=BACK, nonce=nonce, verifier="v" * 43)
    return session.account


@pytest.mark.parametrize(
    ("changed", "header"),
    [
        ({"iss": "https://evil.example"}, {}),
        ({"iss": f"{URL}/"}, {}),
        ({"iss": None}, {}),
        ({"aud": "another-client"}, {}),
        ({"aud": [CLIENT_ID, "another-client"]}, {}),
        ({"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}, {}),
        ({"aud": None}, {}),
        ({"aud": []}, {}),
        ({"nonce": "another"}, {}),
        ({"nonce": None}, {}),
        ({"exp": NOW - 61}, {}),
        ({"exp": None}, {}),
        ({"exp": "never"}, {}),
        ({"nbf": NOW + 61}, {}),
        ({"iat": NOW + 61}, {}),
        ({"sub": None}, {}),
        ({"sub": ""}, {}),
        ({"sub": 7}, {}),
        ({"sub": "x" * 256}, {}),
        ({"at_hash": "bm90IGl0cyBoYXNo"}, {}),
        ({}, {"alg": "none"}),
        ({}, {"alg": "HS256"}),
        ({}, {"alg": "RS256", "kid": "of-nobody"}),
    ],
    ids=str,
)
async def test_token_that_is_not_for_this_sign_in_is_not_believed(
    changed: dict[str, Any], header: dict[str, Any]
) -> None:
    with pytest.raises(SignOnError, match="not valid|names nobody"):
        await account(FakeIssuer(changed=changed, header=header))


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": NOW - 59},
        {"iat": NOW + 59},
        {"nbf": NOW + 59},
        {"aud": [CLIENT_ID]},
        {"aud": [CLIENT_ID, "another-client"], "azp": CLIENT_ID},
    ],
    ids=str,
)
async def test_clock_that_is_a_little_wrong_does_no_harm(changed: dict[str, Any]) -> None:
    found = await account(FakeIssuer(changed=changed))

    assert found.person.name == "Jane Doe"
    assert found.groups == {"staff"}


async def test_nonce_of_another_sign_in_is_not_believed() -> None:
    with pytest.raises(SignOnError, match="nonce"):
        await account(FakeIssuer(), nonce="of-another")


async def test_key_that_the_issuer_does_not_publish_signs_nothing() -> None:
    issuer = FakeIssuer()
    issuer.change_key(is_published=False)

    with pytest.raises(SignOnError, match="not valid"):
        await account(issuer)


@pytest.mark.parametrize(
    ("email", "is_verified", "is_let_in"),
    [
        ("a@example.org", True, True),
        ("a@EXAMPLE.org", None, True),
        ("a@example.org", False, False),
        ("a@example.org", "false", False),
        ("a@evil.example", True, False),
        ("a@evil-example.org", True, False),
        ("a@example.org.evil.example", True, False),
        ("a@example.org@evil.example", True, False),
        ("example.org", True, False),
        ("@example.org", True, False),
        (None, True, False),
        (["a@example.org"], True, False),
    ],
)
async def test_domains_say_who_may_come_in(email: Any, is_verified: Any, is_let_in: bool) -> None:
    issuer = FakeIssuer(changed={"email": email, "email_verified": is_verified})
    domains = frozenset({"example.org"})

    if is_let_in:
        assert (await account(issuer, allowed_domains=domains)).person.email == email
        return
    with pytest.raises(NotAdmittedError):
        await account(issuer, allowed_domains=domains)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Jane Doe"}, "Jane Doe"),
        ({"preferred_username": "jd"}, "jd"),
        ({"name": "  ", "email": "j@example.org"}, "j@example.org"),
        ({}, "jane"),
        ({"name": ["Jane"]}, "jane"),
    ],
)
async def test_person_is_called_by_what_there_is(claims: dict[str, Any], name: str) -> None:
    assert (await account(FakeIssuer(claims={"sub": "jane", **claims}))).person.name == name


async def test_same_account_has_one_id_and_that_of_another_issuer_has_not() -> None:
    first, second = await account(FakeIssuer()), await account(FakeIssuer())
    renamed = await account(FakeIssuer(claims={"sub": "jane", "name": "Jane Roe"}))
    other = await account(FakeIssuer(claims={"sub": "john"}))

    assert first.person.id == second.person.id == renamed.person.id
    assert other.person.id != first.person.id
    assert len(first.person.id) == 40


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["a", "b"], {"a", "b"}),
        ("a", {"a"}),
        (["a", 7, None, "", {"b": 1}], {"a"}),
        ({"a": 1}, set()),
        (None, set()),
        (7, set()),
    ],
)
async def test_groups_that_cannot_be_read_give_fewer_rights(
    groups: Any, expected: set[str]
) -> None:
    issuer = FakeIssuer(claims={"sub": "jane", "groups": groups})

    assert (await account(issuer)).groups == expected


async def test_groups_that_stand_elsewhere_give_none_and_are_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    claims = {"sub": "jane", "_claim_names": {"groups": "src1"}}

    assert (await account(FakeIssuer(claims=claims))).groups == frozenset()
    assert "more groups than the issuer puts into a token" in caplog.text


def test_claim_is_found_by_its_whole_name_before_its_path() -> None:
    claims = {"https://a.b/groups": [1], "a": {"b": [2]}, "a.c": [3], "d": "text"}

    assert claim(claims, "https://a.b/groups") == [1]
    assert claim(claims, "a.b") == [2]
    assert claim(claims, "a.c") == [3]
    assert claim(claims, "d.e") is None
    assert claim(claims, "missing") is None


async def test_secret_goes_into_the_body_where_the_issuer_wants_it_so() -> None:
    issuer = FakeIssuer(
        configuration={"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    )

    # The fake demands it in the header, and tells so.
    with pytest.raises(KeyError, match="authorization"):
        await account(issuer)
