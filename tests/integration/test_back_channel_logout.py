"""What the issuer signs out is signed out here, on all servers, and nobody else is."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("authlib", reason="the extra oidc is not installed")

from fastapi.testclient import TestClient

from app.access.sessions import SessionStore
from app.bootstrap import open_conversations
from app.web.api import create_app
from tests.builders_sign_on import Make, asks, issuer, make, sign_in
from tests.builders_web import FakeChatService, make_settings
from tests.issuer import FakeIssuer

__all__ = ["issuer", "make"]  # fixtures


def logs_out(client: TestClient, token: str) -> int:
    """The status of what the issuer posts, without cookies."""
    client.cookies.clear()
    response = client.post("/sign-out/back-channel", data={"logout_token": token})
    assert response.headers["cache-control"] == "no-store"
    return response.status_code


def test_issuer_signs_a_person_out_of_all_her_browsers_and_nobody_else(
    make: Make, issuer: FakeIssuer
) -> None:
    laptop, telephone, other, back_channel = make(), make(), make(), make()
    for client in (laptop, telephone):
        sign_in(client, issuer)
    issuer.claims = {"sub": "john"}
    sign_in(other, issuer)

    status = logs_out(back_channel, issuer.logout_token(sub="jane"))

    assert status == 200
    assert (asks(laptop), asks(telephone), asks(other)) == (401, 401, 200)


@pytest.mark.parametrize("subject", ["jane", None])
def test_issuer_ends_one_session_where_it_names_one(
    make: Make, issuer: FakeIssuer, subject: str | None
) -> None:
    laptop, telephone, back_channel = make(), make(), make()
    issuer.changed = {"sid": "at-the-desk"}
    sign_in(laptop, issuer)
    issuer.changed = {"sid": "on-the-way"}
    sign_in(telephone, issuer)

    assert logs_out(back_channel, issuer.logout_token(sub=subject, sid="at-the-desk")) == 200
    assert (asks(laptop), asks(telephone)) == (401, 200)


def test_session_of_another_person_does_not_end_where_the_issuer_names_both(
    make: Make, issuer: FakeIssuer
) -> None:
    client, back_channel = make(), make()
    issuer.changed = {"sid": "a-session"}
    sign_in(client, issuer)

    assert logs_out(back_channel, issuer.logout_token(sub="john", sid="a-session")) == 200
    assert asks(client) == 200


def test_session_whose_id_the_issuer_did_not_tell_ends_with_any_of_its_person(
    make: Make, issuer: FakeIssuer
) -> None:
    client, back_channel = make(), make()
    sign_in(client, issuer)

    assert logs_out(back_channel, issuer.logout_token(sid="unknown-here")) == 200
    assert asks(client) == 401


def test_logout_token_is_accepted_once(make: Make, issuer: FakeIssuer) -> None:
    client, back_channel = make(), make()
    token = issuer.logout_token()
    sign_in(client, issuer)
    first = logs_out(back_channel, token)
    sign_in(client, issuer)

    assert (first, logs_out(back_channel, token)) == (200, 400)
    assert asks(client) == 200


def test_logout_of_somebody_who_is_not_signed_in_succeeds(make: Make, issuer: FakeIssuer) -> None:
    assert logs_out(make(), issuer.logout_token(sub="nobody-here")) == 200


def test_logout_without_a_valid_token_ends_nothing(
    make: Make, issuer: FakeIssuer, caplog: pytest.LogCaptureFixture
) -> None:
    client, back_channel = make(requests_per_minute=30), make()
    sign_in(client, issuer)
    id_token = SessionStore(client.app.state.people.sessions._engine).find(  # type: ignore[attr-defined]
        client.cookies["accord_session"]
    )
    assert id_token is not None

    for token in (
        "",
        "no token",
        issuer.logout_token(iss="https://evil.example"),
        id_token.id_token,
    ):
        assert logs_out(back_channel, token) == 400
    refused = back_channel.post("/sign-out/back-channel", data={"logout_token": "no token"})

    assert asks(client) == 200
    assert refused.json() == {
        "error": "invalid_request",
        "error_description": "The logout token is not valid.",
    }
    assert "its type is" not in refused.text
    assert "https://evil.example" not in refused.text
    assert "The issuer's logout did nothing" in caplog.text


def test_whoever_guesses_logout_tokens_guesses_slowly_and_the_issuer_is_not_limited(
    make: Make, issuer: FakeIssuer
) -> None:
    back_channel = make(requests_per_minute=3)

    taken = [logs_out(back_channel, issuer.logout_token()) for _ in range(5)]
    guessed = [
        back_channel.post("/sign-out/back-channel", data={"logout_token": "x"}).status_code
        for _ in range(5)
    ]

    assert taken == [200] * 5
    assert guessed == [400, 400, 400, 429, 429]


def test_logout_while_the_issuer_gives_no_keys_ends_nothing(make: Make, issuer: FakeIssuer) -> None:
    issuer.is_away = True

    assert logs_out(make(), issuer.logout_token()) == 400


def test_sessions_of_an_earlier_version_are_kept_and_end_by_the_person(
    make: Make, issuer: FakeIssuer, tmp_path: Path
) -> None:
    store = open_conversations(make_settings(tmp_path))
    SessionStore(store.engine)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE sessions DROP COLUMN issuer_session")
    store.close()
    client, back_channel = make(), make()

    signed_in = sign_in(client, issuer).status_code

    assert signed_in == 303
    assert logs_out(back_channel, issuer.logout_token()) == 200
    assert asks(client) == 401


def test_server_without_an_issuer_has_no_back_channel(tmp_path: Path) -> None:
    with TestClient(create_app(make_settings(tmp_path), FakeChatService())) as client:
        response = client.post("/sign-out/back-channel", data={"logout_token": "x"})

    assert response.status_code == 404
