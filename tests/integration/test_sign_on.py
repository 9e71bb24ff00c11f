"""Single sign-on: whoever the issuer vouches for is let in, and nobody else by any trick."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("authlib", reason="the extra oidc is not installed")

from fastapi.testclient import TestClient

from app.access.sessions import SessionStore
from app.bootstrap import open_conversations
from tests.builders_sign_on import (
    PAGE,
    QUESTION,
    Make,
    application,
    asks,
    issuer,
    make,
    sign_in,
)
from tests.builders_web import FakeChatService, make_settings
from tests.issuer import CLIENT_SECRET, URL, FakeIssuer

__all__ = ["issuer", "make"]  # fixtures


def test_person_signs_in_comes_to_where_she_wanted_and_asks(make: Make, issuer: FakeIssuer) -> None:
    client = make()
    wanted = f"/sources/{FakeChatService().documents[0].id}?start=0&end=5"

    away = client.get(wanted, headers=PAGE).headers["location"]
    form = client.get(away)
    closed = asks(client)
    back = sign_in(client, issuer, next=wanted)

    assert away.startswith("/sign-in?next=")
    assert "with your account at issuer.example.org" in form.text
    assert closed == 401
    assert (back.status_code, back.headers["location"]) == (303, wanted)
    assert asks(client) == 200
    assert client.get("/", headers=PAGE).status_code == 200


def test_session_is_a_random_number_that_scripts_and_other_pages_do_not_get(
    make: Make, issuer: FakeIssuer, tmp_path: Path
) -> None:
    client = make(secure_cookies=True, session_hours=2)
    client.base_url = "https://testserver"  # type: ignore[assignment]

    cookies = sign_in(client, issuer).headers.get_list("set-cookie")

    session = next(one for one in cookies if one.startswith("accord_session="))
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/", "Max-Age=7200"):
        assert part in session
    secret = client.cookies["accord_session"]
    assert len(secret) == 43
    stored = b"".join(one.read_bytes() for one in tmp_path.glob("conversations.db*"))
    assert b"Jane Doe" in stored
    assert secret.encode() not in stored


def test_token_that_is_not_for_this_sign_in_lets_nobody_in(make: Make, issuer: FakeIssuer) -> None:
    client = make()
    issuer.changed = {"aud": "another-client"}

    back = sign_in(client, issuer)

    assert back.status_code == 400
    assert "could not be finished" in back.text
    assert "accord_session" not in client.cookies
    assert asks(client) == 401


def test_issuer_may_change_its_key_and_a_key_of_nobody_signs_nothing(
    make: Make, issuer: FakeIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make()
    sign_in(client, issuer)
    monkeypatch.setattr("app.access.remembered.ASKED_AGAIN_S", 0.0)

    issuer.change_key(is_published=False)
    refused = sign_in(make(), issuer).status_code
    issuer.change_key()
    taken = sign_in(make(), issuer).status_code

    assert (refused, taken) == (400, 303)


def test_made_up_keys_do_not_let_the_issuer_be_asked_without_end(
    make: Make, issuer: FakeIssuer
) -> None:
    client = make()
    sign_in(client, issuer)
    issuer.change_key(is_published=False)

    for _ in range(5):
        assert sign_in(client, issuer).status_code == 400

    assert issuer.asked.count("/keys") == 1


def test_way_back_works_once_and_in_the_browser_that_began_it(
    make: Make, issuer: FakeIssuer
) -> None:
    client, other = make(), make()
    sent = client.get("/sign-in/start")
    back = issuer.sign_in(sent.headers["location"])

    # A link that signs a victim in as the attacker; a cookie of her own does not help.
    other.get("/sign-in/start")
    stolen = other.get("/sign-in/callback", params=back)
    # What was tried in the wrong browser is used up.
    late = client.get("/sign-in/callback", params=back)
    first = sign_in(client, issuer)
    again = client.get("/sign-in/callback", params=parse_qs(urlsplit(str(first.url)).query))

    assert [stolen.status_code, late.status_code, first.status_code] == [400, 400, 303]
    assert again.status_code == 400
    assert "not begun in this browser" in again.text
    assert "accord_session" not in other.cookies


def test_way_back_that_was_changed_lets_nobody_in(make: Make, issuer: FakeIssuer) -> None:
    client = make()

    for changed in ({"state": "made-up"}, {"state": ""}, {"code": ""}):
        assert sign_in(client, issuer, **changed).status_code == 400
    assert asks(client) == 401


def test_code_of_another_sign_in_fails_at_its_verifier(make: Make, issuer: FakeIssuer) -> None:
    client, attacker = make(), make()
    theirs = issuer.sign_in(attacker.get("/sign-in/start").headers["location"])

    back = sign_in(client, issuer, code=theirs["code"])

    assert back.status_code == 400
    assert asks(client) == 401


def test_sign_in_that_takes_too_long_is_begun_again(make: Make, issuer: FakeIssuer) -> None:
    client = make()
    sessions: SessionStore = client.app.state.people.sessions  # type: ignore[attr-defined]
    back = issuer.sign_in(client.get("/sign-in/start").headers["location"])

    sessions._now = lambda: datetime.now(UTC) + timedelta(minutes=10, seconds=1)

    assert client.get("/sign-in/callback", params=back).status_code == 400


def test_answer_of_another_issuer_is_not_taken(make: Make, issuer: FakeIssuer) -> None:
    issuer.configuration = {"authorization_response_iss_parameter_supported": True}
    client = make()

    assert sign_in(client, issuer, iss="https://evil.example").status_code == 400
    assert sign_in(client, issuer).status_code == 400
    assert sign_in(client, issuer, iss=URL).status_code == 303


def test_what_the_issuer_says_of_a_failure_is_told_without_its_words(
    make: Make, issuer: FakeIssuer
) -> None:
    client = make()

    denied = sign_in(client, issuer, error="access_denied", error_description="<b>call us</b>")
    odd = sign_in(client, issuer, error="<script>alert(1)</script>")

    assert denied.status_code == odd.status_code == 403
    assert "(access_denied)" in denied.text
    assert "call us" not in denied.text
    assert "script>alert" not in odd.text


def test_sign_on_leads_nowhere_else(make: Make, issuer: FakeIssuer) -> None:
    client = make()
    for onwards in (
        "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "evil.example", "\\\\evil.example", "",
    ):  # fmt: skip
        assert sign_in(client, issuer, next=onwards).headers["location"] == "/", onwards


def test_session_that_a_browser_brings_along_is_not_taken_over(
    make: Make, issuer: FakeIssuer
) -> None:
    victim = make()
    victim.cookies.set("accord_session", "f" * 43)

    sign_in(victim, issuer)
    planted = make()
    planted.cookies.set("accord_session", "f" * 43)

    assert asks(victim) == 200
    assert asks(planted) == 401


def test_signing_in_again_ends_the_session_before(make: Make, issuer: FakeIssuer) -> None:
    client, copy = make(), make()
    sign_in(client, issuer)
    copy.cookies.set("accord_session", client.cookies["accord_session"])
    assert asks(copy) == 200

    sign_in(client, issuer)

    assert (asks(client), asks(copy)) == (200, 401)


def test_session_ends_with_its_time(make: Make, issuer: FakeIssuer) -> None:
    client = make(session_hours=1)
    sign_in(client, issuer)
    sessions: SessionStore = client.app.state.people.sessions  # type: ignore[attr-defined]

    sessions._now = lambda: datetime.now(UTC) + timedelta(minutes=59)
    before = asks(client)
    sessions._now = lambda: datetime.now(UTC) + timedelta(minutes=61)

    assert (before, asks(client)) == (200, 401)


def test_signing_out_ends_the_session_everywhere_and_at_the_issuer(
    make: Make, issuer: FakeIssuer, tmp_path: Path
) -> None:
    client, copy = make(), make()
    sign_in(client, issuer)
    copy.cookies.set("accord_session", client.cookies["accord_session"])

    out = client.get("/sign-out")

    leads = urlsplit(out.headers["location"])
    query = parse_qs(leads.query)
    assert f"{leads.scheme}://{leads.netloc}{leads.path}" == f"{URL}/end"
    assert query["post_logout_redirect_uri"] == ["http://testserver/sign-in"]
    assert query["id_token_hint"][0].count(".") == 2
    assert "accord_session" not in client.cookies
    assert (asks(client), asks(copy)) == (401, 401)
    # Also by another process: nothing is remembered between two requests.
    sign_in(client, issuer)
    store = open_conversations(make_settings(tmp_path))
    assert SessionStore(store.engine).close(client.cookies["accord_session"]) is not None
    store.close()
    assert asks(client) == 401


def test_link_on_a_foreign_page_signs_nobody_out(make: Make, issuer: FakeIssuer) -> None:
    client = make()
    sign_in(client, issuer)

    out = client.get("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})

    assert out.headers["location"] == "/"
    assert asks(client) == 200


def test_issuer_that_is_away_is_told_and_tokens_still_work(
    make: Make, issuer: FakeIssuer, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.is_away = True
    client = make(admin_token="an-admin-token-of-a-test")  # noqa: S106 - a test's

    form = client.get("/sign-in")
    start = client.get("/sign-in/start")

    assert form.status_code == 200
    assert start.status_code == 502
    for page in (form, start):
        assert "issuer.example.org does not answer as it should" in page.text
        assert 'name="token"' in page.text
        assert "Traceback" not in page.text
    assert "Connection refused" in caplog.text
    by_token = {"Authorization": "Bearer an-admin-token-of-a-test"}
    assert client.post("/api/chat", json=QUESTION, headers=by_token).status_code == 200
    assert issuer.asked.count("/.well-known/openid-configuration") == 1  # not for every request


@pytest.mark.parametrize("missing", ["issuer", "token_endpoint", "jwks_uri"])
def test_issuer_that_is_another_or_lacks_something_is_not_used(
    make: Make, issuer: FakeIssuer, missing: str, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.configuration = {missing: None}

    start = make().get("/sign-in/start")

    assert start.status_code == 502
    assert missing in caplog.text


def test_claims_that_stand_in_userinfo_alone_count(make: Make, issuer: FakeIssuer) -> None:
    issuer.claims = {"sub": "jane"}
    issuer.user_info = {"sub": "jane", "name": "Jane", "groups": ["keepers"]}
    client = make(admin_groups=("keepers",))

    assert sign_in(client, issuer).status_code == 303
    for path in ("/metrics", "/api/unanswered", "/api/unanswered.csv", "/api/admin/sources"):
        assert client.get(path).status_code == 200, path
    issuer.user_info["sub"] = "john"
    assert sign_in(make(), issuer).status_code == 400


def test_groups_say_who_may_come_in_and_who_is_admin(make: Make, issuer: FakeIssuer) -> None:
    client = make(
        oidc_groups_claim="realm_access.roles", allowed_groups=("staff",), admin_groups=("keepers",)
    )
    reached = {}
    for groups in ([], ["others"], ["staff"], ["keepers"], "staff", {"staff": 1}):
        issuer.claims = {"sub": f"s{len(reached)}", "realm_access": {"roles": groups}}
        browser = make()
        back = sign_in(browser, issuer).status_code
        reached[str(groups)] = (back, asks(browser), browser.get("/metrics").status_code)

    assert client is not None
    assert reached == {
        "[]": (403, 401, 401),
        "['others']": (403, 401, 401),
        "['staff']": (303, 200, 403),
        "['keepers']": (303, 200, 200),
        "staff": (303, 200, 403),
        "{'staff': 1}": (403, 401, 401),
    }


def test_account_of_another_domain_is_told_why_it_may_not_come_in(
    make: Make, issuer: FakeIssuer
) -> None:
    client = make(oidc_allowed_domains=("example.com",))

    back = sign_in(client, issuer)

    assert back.status_code == 403
    assert "may not use this library, or the address has not been verified" in back.text
    assert asks(client) == 401


def test_settings_that_change_act_on_sessions_that_are_open(
    tmp_path: Path, issuer: FakeIssuer
) -> None:
    with TestClient(application(tmp_path, issuer), follow_redirects=False) as client:
        sign_in(client, issuer)
        assert asks(client) == 200
        secret = client.cookies["accord_session"]
    stricter = application(tmp_path, issuer, allowed_groups=("keepers",))
    with TestClient(stricter, follow_redirects=False) as client:
        client.cookies.set("accord_session", secret)
        refused = client.post("/api/chat", json=QUESTION)
        page = client.get("/", headers=PAGE)

    assert refused.status_code == page.status_code == 403
    assert "in no group" in refused.json()["detail"]


def test_conversations_belong_to_the_person_on_every_browser_and_to_nobody_else(
    make: Make, issuer: FakeIssuer
) -> None:
    laptop, telephone, other = make(), make(), make()
    sign_in(laptop, issuer)
    sign_in(telephone, issuer)
    issuer.claims = {"sub": "john"}
    sign_in(other, issuer)

    answer = laptop.post("/api/chat", json=QUESTION).json()

    ids = (answer["id"], answer["conversation_id"])
    paths = [
        f"/api/answers/{ids[0]}", f"/api/conversations/{ids[1]}", f"/answers/{ids[0]}/export.md",
        f"/conversations/{ids[1]}/export.md", f"/api/answers/{ids[0]}/feedback",
    ]  # fmt: skip
    for path in paths:
        expected = laptop.get(path).status_code
        assert telephone.get(path).status_code == expected
        assert other.get(path).status_code == 404
    listed = telephone.get("/api/conversations").json()["conversations"]
    assert [one["id"] for one in listed] == [ids[1]]
    assert other.get("/api/conversations").json()["conversations"] == []
    goes_on = {**QUESTION, "conversation_id": ids[1]}
    assert other.post("/api/chat", json=goes_on).status_code == 404
    assert other.delete(f"/api/conversations/{ids[1]}").status_code == 404
    rating = {"rating": "up"}
    assert other.post(f"/api/answers/{ids[0]}/feedback", json=rating).status_code == 404
    laptop.get("/sign-out")
    assert laptop.get(paths[0]).status_code == 401


def test_what_a_browser_asked_before_signing_in_stays_with_the_browser(
    make: Make, issuer: FakeIssuer
) -> None:
    client = make(require_token=False)
    client.get("/")
    before = client.post("/api/chat", json=QUESTION).json()["conversation_id"]

    sign_in(client, issuer)
    listed = client.get("/api/conversations").json()["conversations"]
    hidden = client.get(f"/api/conversations/{before}").status_code
    client.get("/sign-out")

    assert listed == []
    assert hidden == 404
    assert client.get(f"/api/conversations/{before}").status_code == 200


@pytest.mark.parametrize("prefix", ["", "/accord"], ids=["taken-off", "kept"])
def test_sign_on_works_below_a_path_and_behind_a_proxy(
    make: Make, issuer: FakeIssuer, prefix: str
) -> None:
    client = make(root_path="/accord", public_url="https://example.org/accord")
    client.base_url = f"http://testserver{prefix}"  # type: ignore[assignment]

    away = client.get("/", headers=PAGE).headers["location"]
    form = client.get(away.removeprefix("/accord"), headers=PAGE)
    started = client.get("/sign-in/start", params={"next": "/accord/"})
    sent = started.headers["location"]
    # As a browser sends it, for whom the path is there in either case.
    cookie = {"Cookie": started.headers["set-cookie"].partition(";")[0]}
    back = client.get("/sign-in/callback", params=issuer.sign_in(sent), headers=cookie)

    assert away == "/accord/sign-in?next=%2Faccord%2F"
    assert 'href="/accord/sign-in/start?next=%2Faccord%2F"' in form.text
    redirect = parse_qs(urlsplit(sent).query)["redirect_uri"]
    assert redirect == ["https://example.org/accord/sign-in/callback"]
    assert back.headers["location"] == "/accord/"
    assert all("Path=/accord/" in one for one in back.headers.get_list("set-cookie"))


def test_nothing_secret_of_a_sign_in_is_logged(
    make: Make, issuer: FakeIssuer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    client = make()
    sent = client.get("/sign-in/start").headers["location"]
    back = issuer.sign_in(sent)
    client.get("/sign-in/callback", params=back)

    secrets = [back["code"], back["state"], client.cookies["accord_session"], CLIENT_SECRET]
    logged = "\n".join(
        str(one.__dict__) for one in caplog.records if one.name.startswith(("app", "uvicorn"))
    )
    assert "/sign-in/callback" in logged
    assert [one for one in secrets if one in logged] == []


def test_no_answer_holds_the_secret_of_a_session(make: Make, issuer: FakeIssuer) -> None:
    client = make()
    sign_in(client, issuer)
    secret = client.cookies["accord_session"]

    for path in ("/", "/sign-in", "/api/sources", "/api/conversations", "/openapi.json"):
        assert secret not in client.get(path).text


def test_foreign_page_changes_nothing_with_the_session_of_a_browser(
    make: Make, issuer: FakeIssuer
) -> None:
    client = make()
    sign_in(client, issuer)
    foreign = {"Sec-Fetch-Site": "same-site", "Origin": "https://evil.example.org"}

    assert client.post("/api/chat", json=QUESTION, headers=foreign).status_code == 403
    assert asks(client) == 200


def test_sign_in_page_and_its_errors_are_in_the_language_of_the_reader(
    make: Make, issuer: FakeIssuer
) -> None:
    client = make()
    client.headers["Accept-Language"] = "fr"

    form = client.get("/sign-in").text
    wrong = client.post("/sign-in", data={"token": "accord_wrong"}).text
    denied = sign_in(client, issuer, error="access_denied").text
    issuer.changed = {"aud": "another-client"}
    refused = sign_in(client, issuer).text

    assert '<html lang="fr">' in form
    assert "<h1>Se connecter</h1>" in form
    assert "avec votre compte chez issuer.example.org" in form
    assert "Ce jeton est inconnu, expiré ou révoqué." in wrong
    assert "Le service de connexion a refusé (access_denied)." in denied
    assert "La connexion n’a pas pu aboutir." in refused
