"""API tokens: every door asks for them in one place, and what they do not open stays shut."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from fastapi.testclient import TestClient
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from starlette.routing import Mount
from typer.testing import CliRunner

from app.access import cli
from app.access.open_door import KnownHosts, known_hosts
from app.access.scopes import OPEN, Scope
from app.access.tokens import TokenStore
from app.bootstrap import open_conversations
from app.errors import ConversationStoreError, ServeError
from app.settings import Settings
from app.sites import Site
from app.web import access
from app.web.access import PUBLIC, PUBLIC_PREFIXES, scopes_for
from app.web.api import create_app
from app.web.serve import serve
from tests.builders_web import REPORT, FakeChatService, make_settings
from tests.live_server import serving
from vectorstore.types import EVERYBODY, UNRESTRICTED, Audience

QUESTION = {"question": "What was bought?"}
ADMIN = "an-admin-token-of-a-test"  # noqa: S105 - a test's
MESSAGES: Any = [{"role": "user", "content": "What was bought?"}]
SITE = Site(key="pk-intranet-0001", origins=("https://intranet.example.org",))
ISSUER = {"oidc_issuer": "https://issuer.example.org", "oidc_client_id": "accord"}
FOR_ADMINS = {
    "/api/feedback",
    "/api/unanswered",
    "/api/unanswered.csv",
    "/api/admin/sources",
    "/api/admin/sources/{document_id}/original",
    "/api/admin/health",
    "/api/admin/usage",
    "/metrics",
}
RUN = "20261127T020304-1a2b3c"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, admin_token=ADMIN, require_token=True, sites=(SITE,))


@pytest.fixture
def tokens(settings: Settings) -> Iterator[TokenStore]:
    """As another process has it: `accord token`."""
    store = open_conversations(settings)
    yield TokenStore(store.engine)
    store.close()


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, FakeChatService())) as client:
        yield client


def operations(client: TestClient) -> list[tuple[str, str]]:
    """Methods and paths of the OpenAPI document, with something in place of each id."""
    document = client.get("/openapi.json").json()
    found = FakeChatService().documents[0].id
    filled = {"document_id": found, "answer_id": "0" * 32, "model": "accord"}
    filled |= {"run_id": RUN, "name": "report.pdf"}
    return [
        (method, path.format(conversation_id="0" * 32, **filled))
        for path, methods in document["paths"].items()
        for method in methods
    ]


def send(client: TestClient, method: str, path: str, headers: dict[str, str]) -> Any:
    body: Any = {**QUESTION, "model": "accord", "messages": MESSAGES, "rating": "up"}
    return client.request(method, path, headers=headers, json=body if method == "post" else None)


def test_without_a_token_no_operation_answers_and_nothing_is_told(client: TestClient) -> None:
    for method, path in operations(client):
        response = send(client, method, path, {})

        if path in PUBLIC:
            assert response.status_code == 200, path
            continue
        assert response.status_code == 401, (method, path)
        assert response.headers["www-authenticate"] == "Bearer"
        assert "accord token create" in response.text
        for part in ("Pharmacies", "pharmacies", "Example Review", "billion"):
            assert part not in response.text, (method, path)


def test_document_says_where_a_token_may_be_needed(client: TestClient) -> None:
    document = client.get("/openapi.json").json()

    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, operations in document["paths"].items():
        for operation in operations.values():
            is_told = {"401", "403"} <= set(operation["responses"])
            assert is_told is ("security" in operation) is (path not in PUBLIC), path


@pytest.mark.parametrize("scope", list(Scope))
def test_token_opens_the_operations_of_its_scope_and_no_other(
    client: TestClient, tokens: TokenStore, scope: Scope
) -> None:
    token, _ = tokens.create("test", [scope])

    for method, path in operations(client):
        needed = scopes_for(path, method.upper())
        is_opened = needed is None or scope in needed or scope is Scope.ADMIN

        status = send(client, method, path, bearer(token)).status_code

        assert (status not in {401, 403}) is is_opened, (method, path, status)


def test_every_address_has_a_rule(settings: Settings) -> None:
    routes: list[Any] = list(create_app(settings, FakeChatService()).routes)
    paths = set()
    for route in routes:
        # FastAPI keeps an included router whole.
        routes.extend(route.original_router.routes if hasattr(route, "original_router") else [])
        if hasattr(route, "path"):
            paths.add(f"{route.path}/" if isinstance(route, Mount) else route.path)

    assert {"/", "/mcp", "/api/chat", "/static/", "/answers/{answer_id}/print"} <= paths
    for path in paths:
        if scopes_for(path) == {Scope.ADMIN}:
            assert path in FOR_ADMINS, f"{path} must be judged in app/web/access.py"


def test_rules_hold_where_a_proxy_serves_the_program_below_a_path(settings: Settings) -> None:
    app = create_app(settings, FakeChatService())
    with TestClient(app, root_path="/library") as client:
        client.headers["Accept"] = "text/html"
        refused = client.post("/library/v1/chat/completions", json={})
        probe = client.get("/library/healthz")
        sent_away = client.get("/library/", follow_redirects=False)

    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_api_key")
    assert probe.status_code == 200
    assert sent_away.headers["location"] == "/library/sign-in?next=%2Flibrary%2F"


def test_rule_of_public_addresses_lets_nothing_else_through() -> None:
    for path in ("/api/chat", "/v1/models", "/mcp", "/api/sources", "//api/sources", "/new"):
        assert scopes_for(path) is not None
    assert scopes_for("/new") == {Scope.ADMIN}
    assert scopes_for("/api/sources", "POST") == scopes_for("/api/runs") == {Scope.INGEST}
    assert scopes_for("/v1") == {Scope.ADMIN}
    assert not any(path.startswith(PUBLIC_PREFIXES) for path in FOR_ADMINS)


@pytest.mark.parametrize("ending", ["%0A", "%0D", "%00", "/%0Ax"])
def test_no_spelling_of_an_address_passes_its_rule(tmp_path: Path, ending: str) -> None:
    page = {"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"}
    with TestClient(create_app(make_settings(tmp_path), FakeChatService())) as client:
        sent = client.post(
            f"/api/sources{ending}", files={"files": ("a.md", b"# A\n\nA fact.")}, headers=page
        )
        read = [
            client.get(f"{path}{ending}")
            for path in ("/api/runs", "/api/admin/sources", "/api/admin/health", "/metrics")
        ]

    assert {one.status_code for one in (sent, *read)} == {404}
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "["]
)
def test_page_whose_name_was_made_to_lead_here_reads_nothing(tmp_path: Path, host: str) -> None:
    """DNS rebinding: for the browser the page and this server are one origin then."""
    settings = make_settings(tmp_path, sites=(SITE,), admin_token=ADMIN)
    known = known_hosts("127.0.0.1", public_url=None, is_behind_proxy=False, is_meant=False)
    with TestClient(create_app(settings, FakeChatService(), hosts=known)) as client:
        strange = {"Host": host}
        operations = client.get("/openapi.json", headers=strange).json()["paths"]
        for path in operations:
            answer = client.get(path.replace("{", "x").replace("}", "x"), headers=strange)
            expected = {200} if scopes_for(path) is None else {401, 403}
            assert answer.status_code in expected, path
        asked = client.post("/api/chat", json=QUESTION, headers=strange)
        assert asked.status_code == 403
        assert "ACCORD_PUBLIC_URL" in asked.json()["detail"]
        # Who shows something that no such page has is answered under every name.
        listed = {"Origin": SITE.origins[0], "Accord-Key": SITE.key}
        for shown in (bearer(ADMIN), listed, {"Host": "[::1]:8000"}, {"Host": "Localhost:8000"}):
            answer = client.post("/api/chat", json=QUESTION, headers={**strange, **shown})
            assert answer.status_code == 200, shown


def test_names_of_a_server_are_told_by_how_it_is_reached() -> None:
    plain = {"public_url": None, "is_behind_proxy": False, "is_meant": False}
    public = known_hosts("::1", **{**plain, "public_url": "https://Library.example.org/ask"})

    assert public is not None
    assert public.has("library.example.org")
    assert public.has("192.0.2.7:8000")
    assert not public.has("example.org")
    assert known_hosts("192.0.2.7", **plain) is None
    assert known_hosts("127.0.0.1", **{**plain, "is_behind_proxy": True}) is None
    assert known_hosts("127.0.0.1", **{**plain, "is_meant": True}) is None


def test_form_with_very_many_fields_is_refused(client: TestClient) -> None:
    fields = {f"field-{number}": "x" for number in range(9)}

    assert client.post("/sign-in", data=fields).status_code == 400


def test_admin_secret_in_other_letters_signs_a_browser_in(tmp_path: Path) -> None:
    secret = "geheimes-W\u00f6rtchen-\u6e2f"
    settings = make_settings(tmp_path, admin_token=secret, require_token=True)
    with TestClient(create_app(settings, FakeChatService())) as client:
        form = {"token": secret, "next": "/"}
        response = client.post("/sign-in", data=form, follow_redirects=False)

        assert response.status_code == 303
        assert client.get("/metrics").status_code == 200
        client.cookies.clear()
        assert client.get("/metrics").status_code == 401


def test_revoked_token_is_refused_at_the_next_request(
    client: TestClient, tokens: TokenStore
) -> None:
    token, kept = tokens.create("test", [Scope.ASK])
    assert client.post("/api/chat", json=QUESTION, headers=bearer(token)).status_code == 200

    assert tokens.revoke(kept.id)

    refused = client.post("/api/chat", json=QUESTION, headers=bearer(token))
    assert refused.status_code == 401
    assert "revoked" in refused.json()["detail"]
    assert not tokens.revoke(kept.id)


def test_token_ends_with_its_time(client: TestClient, tokens: TokenStore) -> None:
    ended, _ = tokens.create("old", [Scope.ASK], lifetime=timedelta(seconds=-1))
    lasting, _ = tokens.create("new", [Scope.ASK], lifetime=timedelta(days=1))

    statuses = [
        client.post("/api/chat", json=QUESTION, headers=bearer(one)).status_code
        for one in (ended, lasting)
    ]

    assert statuses == [401, 200]


@pytest.mark.parametrize("change", ["secret", "id", "form", "bytes", "scheme"])
def test_token_that_is_nearly_right_opens_nothing(
    client: TestClient, tokens: TokenStore, change: str
) -> None:
    token, kept = tokens.create("test", [Scope.ADMIN])
    header = {
        "secret": f"Bearer {token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
        "id": f"Bearer {token.replace(kept.id, '0' * 12)}",
        "form": f"Bearer {token}x",
        "bytes": b"Bearer accord_\xff\xfe",
        "scheme": f"Basic {token}",
    }[change]

    response = client.post("/api/chat", json=QUESTION, headers={"Authorization": header})

    assert response.status_code == 401


def test_secret_is_compared_in_constant_time_also_where_the_id_is_unknown(
    tokens: TokenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []
    real = hmac.compare_digest

    def watched(one: Any, other: Any) -> bool:
        compared.append((len(one), len(other)))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    token, kept = tokens.create("test", [Scope.ASK])

    tokens.check(token)
    tokens.check(token[:-1] + "_")
    tokens.check(token.replace(kept.id, "0" * 12))

    assert compared == [(64, 64)] * 3


def test_database_holds_no_token(tokens: TokenStore, settings: Settings) -> None:
    token, kept = tokens.create("test", [Scope.ASK])
    tokens.check(token)
    secret = token.rpartition("_")[2] if kept.id in token else token

    stored = b"".join(path.read_bytes() for path in settings.data_dir.glob("conversations.db*"))

    assert kept.id.encode() in stored
    assert secret.encode() not in stored
    assert token.split("_", 2)[2].encode() not in stored


def test_no_token_is_logged(
    client: TestClient, tokens: TokenStore, caplog: pytest.LogCaptureFixture
) -> None:
    token, _ = tokens.create("test", [Scope.ASK])
    caplog.set_level(logging.DEBUG)
    chat = client.app.state.web.chat  # type: ignore[attr-defined]
    headers = bearer(token)
    client.post("/api/chat", json=QUESTION, headers=headers)
    client.get("/api/sources", headers=headers)
    client.post("/v1/chat/completions", json={}, headers=headers)
    client.post("/mcp", json={}, headers=headers)
    chat.error = RuntimeError("boom")

    client.post("/api/chat", json=QUESTION, headers=headers)

    assert "boom" in caplog.text
    assert token.split("_", 2)[2] not in caplog.text


def test_token_has_its_own_limit(client: TestClient, tokens: TokenStore) -> None:
    token, _ = tokens.create("test", [Scope.ASK], requests_per_minute=2)
    other, _ = tokens.create("other", [Scope.ASK], requests_per_minute=2)

    statuses = [client.get("/v1/models", headers=bearer(token)).status_code for _ in range(3)]
    last = client.get("/v1/models", headers=bearer(token))

    assert statuses == [200, 200, 429]
    assert last.json()["error"]["code"] == "rate_limit_exceeded"
    assert int(last.headers["retry-after"]) > 0
    assert client.get("/v1/models", headers=bearer(other)).status_code == 200


def test_guesses_are_limited(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, require_token=True, requests_per_minute=2)
    with TestClient(create_app(settings, FakeChatService())) as client:
        statuses = [
            client.get("/api/sources", headers=bearer(f"accord_{n:012x}_{'x' * 43}")).status_code
            for n in range(3)
        ]

    assert statuses == [401, 401, 429]


def test_open_server_closes_with_the_first_token_and_stays_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "NOTICED_S", 0.0)
    settings = make_settings(tmp_path)
    with TestClient(create_app(settings, FakeChatService())) as client:
        store = open_conversations(settings)
        tokens = TokenStore(store.engine)
        statuses = [client.post("/api/chat", json=QUESTION).status_code]

        token, kept = tokens.create("test", [Scope.ASK])

        statuses.append(client.post("/api/chat", json=QUESTION).status_code)
        tokens.revoke(kept.id)
        statuses.append(client.post("/api/chat", json=QUESTION).status_code)
        store.close()
    assert statuses == [200, 401, 401]
    again = create_app(settings, FakeChatService())
    with TestClient(again) as client:
        assert client.post("/api/chat", json=QUESTION).status_code == 401


def test_open_server_answers_on_while_its_database_is_away_but_not_before_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> bool:
        raise ConversationStoreError("away")

    monkeypatch.setattr(access, "NOTICED_S", 0.0)
    statuses = []
    with TestClient(create_app(make_settings(tmp_path), FakeChatService())) as client:
        statuses.append(client.post("/api/chat", json=QUESTION).status_code)
        monkeypatch.setattr(TokenStore, "has_any", fail)
        statuses.append(client.post("/api/chat", json=QUESTION).status_code)
    with TestClient(create_app(make_settings(tmp_path), FakeChatService())) as client:
        statuses.append(client.post("/api/chat", json=QUESTION).status_code)

    assert statuses == [200, 200, 500]


def test_server_that_asks_for_no_token_ignores_foreign_keys_but_not_revoked_tokens(
    tmp_path: Path,
) -> None:
    settings = make_settings(tmp_path, require_token=False)
    with TestClient(create_app(settings, FakeChatService())) as client:
        store = open_conversations(settings)
        tokens = TokenStore(store.engine)
        narrow, _ = tokens.create("narrow", [Scope.FEEDBACK])
        revoked, kept = tokens.create("revoked", [Scope.ASK])
        tokens.revoke(kept.id)
        store.close()
        statuses = {
            name: client.post("/api/chat", json=QUESTION, headers=headers).status_code
            for name, headers in {
                "nothing": {},
                "a key of another service": bearer("sk-none"),
                "a token for less": bearer(narrow),
                "a revoked token": bearer(revoked),
            }.items()
        }
        metrics = client.get("/metrics", headers=bearer(narrow)).status_code
        gaps = client.get("/api/unanswered").status_code
    assert statuses == {
        "nothing": 200,
        "a key of another service": 200,
        "a token for less": 200,
        "a revoked token": 401,
    }
    assert (metrics, gaps) == (403, 403)


def test_admin_secret_and_admin_token_open_everything(
    client: TestClient, tokens: TokenStore
) -> None:
    token, _ = tokens.create("admin", [Scope.ADMIN])

    for secret in (ADMIN, token):
        for path in ("/api/unanswered", "/metrics", "/api/sources", "/v1/models"):
            assert client.get(path, headers=bearer(secret)).status_code == 200, path


def test_listed_site_asks_without_a_token_but_reads_nothing_for_admins(client: TestClient) -> None:
    headers = {"Accord-Key": SITE.key, "Origin": SITE.origins[0], "Accord-Visitor": "0" * 32}

    assert client.post("/api/chat", json=QUESTION, headers=headers).status_code == 200
    assert client.get("/api/unanswered", headers=headers).status_code == 401
    assert client.get("/metrics", headers=headers).status_code == 401
    # A token that the visitor's browser holds for our own pages lends the site nothing.
    client.cookies.set("accord_token", ADMIN)
    assert client.delete(f"/api/sources/{'0' * 16}", headers=headers).status_code == 401


def test_conversation_belongs_to_the_token_it_was_held_with(
    client: TestClient, tokens: TokenStore
) -> None:
    mine, _ = tokens.create("mine", OPEN.scopes)
    theirs, _ = tokens.create("theirs", OPEN.scopes)
    answer = client.post("/api/chat", json=QUESTION, headers=bearer(mine)).json()

    for path in (f"/api/answers/{answer['id']}", f"/api/conversations/{answer['conversation_id']}"):
        assert client.get(path, headers=bearer(mine)).status_code == 200
        assert client.get(path, headers=bearer(theirs)).status_code == 404
        assert client.get(path, headers=bearer(ADMIN)).status_code == 404
    listed = client.get("/api/conversations", headers=bearer(mine)).json()["conversations"]
    assert [one["id"] for one in listed] == [answer["conversation_id"]]
    told = client.get("/api/unanswered", headers=bearer(ADMIN)).json()
    assert told["usage"]["asked"] == 1


def test_browser_signs_in_goes_where_it_wanted_and_signs_out(
    client: TestClient, tokens: TokenStore
) -> None:
    token, kept = tokens.create("test", [Scope.ASK, Scope.SOURCES])
    client.headers["Accept"] = "text/html,*/*"
    source = f"/sources/{FakeChatService().documents[0].id}?start=0&end=5"

    sent_away = client.get(source, follow_redirects=False)
    form = client.get(sent_away.headers["location"])
    wrong = client.post("/sign-in", data={"token": "accord_x", "next": source})
    before = client.get("/", follow_redirects=False).status_code
    right = client.post("/sign-in", data={"token": token, "next": source}, follow_redirects=False)
    opened = client.get(right.headers["location"])

    assert sent_away.status_code == 303
    assert source.replace("&", "&amp;") in form.text
    assert "form-action 'self'" in form.headers["content-security-policy"]
    assert (wrong.status_code, before) == (401, 303)
    assert "unknown, expired or revoked" in wrong.text
    assert right.status_code == 303
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Pharmacies as clinics" in opened.text
    assert client.get("/", follow_redirects=False).status_code == 200
    assert client.post("/api/chat", json=QUESTION).status_code == 200
    tokens.revoke(kept.id)
    assert client.get("/", follow_redirects=False).status_code == 303
    assert client.post("/api/chat", json=QUESTION).status_code == 401
    client.get("/sign-out")
    assert "accord_token" not in client.cookies


@pytest.mark.parametrize(
    "onwards", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_leads_nowhere_else(client: TestClient, tokens: TokenStore, onwards: str) -> None:
    token, _ = tokens.create("test", [Scope.ASK])

    right = client.post("/sign-in", data={"token": token, "next": onwards}, follow_redirects=False)
    form = client.get("/sign-in", params={"next": onwards})

    assert right.headers["location"] == "/"
    assert "evil" not in form.text
    assert "javascript" not in form.text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_foreign_page_cannot_sign_a_browser_in(
    client: TestClient, tokens: TokenStore, headers: dict[str, str]
) -> None:
    token, _ = tokens.create("test", [Scope.ASK])

    refused = client.post("/sign-in", data={"token": token}, headers=headers)

    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_clients_of_other_doors_are_refused_and_let_in(
    settings: Settings, tokens: TokenStore
) -> None:
    token, _ = tokens.create("test", [Scope.ASK])
    with serving(settings) as live:
        for key, error in (("sk-none", openai.AuthenticationError), (token, None)):
            with openai.OpenAI(base_url=f"{live.url}/v1", api_key=key, max_retries=0) as asking:
                if error is None:
                    reply = asking.chat.completions.create(model="accord", messages=MESSAGES)
                    assert reply.choices[0].message.content
                else:
                    with pytest.raises(error) as caught:
                        asking.chat.completions.create(model="accord", messages=MESSAGES)
                    assert caught.value.code == "invalid_api_key"
        async with httpx2.AsyncClient(headers=bearer(token)) as http:
            transport = streamable_http_client(f"{live.url}/mcp", http_client=http)
            async with Client(transport) as agent:
                assert not (await agent.call_tool("ask", QUESTION)).is_error
                with pytest.raises(MCPError, match="does not open 'sources'"):
                    await agent.call_tool("list_sources", {})
        refused = httpx2.post(f"{live.url}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
        assert refused.status_code == 401
        assert REPORT[:20] not in refused.text


@pytest.mark.parametrize(
    "guard",
    [
        {"require_token": True},
        {"open_to_network": True},
        {"trusted_proxies": "10.0.0.1"},
        {"trusted_proxies": "10.0.0.1", "proxy_user_header": "X-Forwarded-User"},
        ISSUER,
    ],
)
def test_address_that_others_reach_is_served_only_where_that_is_safe_or_meant(
    tmp_path: Path, guard: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[str] = []
    hosts: list[object] = []
    monkeypatch.setattr("app.web.serve.Server.run", lambda *_, **__: served.append("yes"))
    monkeypatch.setattr(
        "app.web.serve.create_app",
        lambda *rest, **told: (hosts.append(told["hosts"]), create_app(*rest, **told))[1],
    )
    monkeypatch.setattr("app.web.serve.signal.signal", lambda *_: None)
    monkeypatch.setattr("app.web.api.sign_on_provider", lambda _: None)
    everywhere = "0.0.0.0"  # noqa: S104 - what is tested

    with pytest.raises(ServeError) as caught:
        serve(make_settings(tmp_path), chat=FakeChatService(), host=everywhere, port=0)
    for way in (
        "127.0.0.1",
        "accord token create",
        "OIDC_ISSUER",
        "TRUSTED_PROXIES",
        "OPEN_TO_NETWORK=true",
    ):
        assert way in str(caught.value)
    assert served == []
    serve(make_settings(tmp_path, **guard), chat=FakeChatService(), host=everywhere, port=0)
    serve(make_settings(tmp_path), chat=FakeChatService(), host="localhost", port=0)

    assert served == ["yes", "yes"]
    assert hosts == [None, KnownHosts()]


def test_command_makes_lists_and_revokes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path))
    run = CliRunner().invoke

    made = run(cli.command, ["create", "reports", "--scope", "ask", "--days", "30"])
    again = run(cli.command, ["create", "ingest", "--scope", "ingest", "--per-minute", "9"])
    listed = run(cli.command, ["list"])

    token = made.stdout.strip()
    identifier = token.split("_")[1]
    assert "the first one" in made.stderr
    assert "the first one" not in again.stderr
    first, second = listed.stdout.splitlines()
    assert first.startswith(f"{identifier}  reports  ask  expires ")
    assert "ingest, 9 a minute  never expires, never used" in second
    assert token.split("_", 2)[2] not in listed.stdout
    revoked = run(cli.command, ["revoke", identifier])
    assert revoked.stdout == f"revoked {identifier}\n"
    assert run(cli.command, ["revoke", identifier]).exit_code == 1
    assert "revoked 20" in run(cli.command, ["list"]).stdout
    assert '"revoked": "20' in run(cli.command, ["list", "--json"]).stdout


def test_command_refuses_a_scope_that_there_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path))

    refused = CliRunner().invoke(cli.command, ["create", "x", "--scope", "everything"])

    assert refused.exit_code == 2
    assert "'sources'" in refused.output


def test_token_lends_the_eyes_of_its_groups(settings: Settings, tokens: TokenStore) -> None:
    text, kept = tokens.create("test", [Scope.ASK], groups=["legal", "deals"])
    plain, _ = tokens.create("test", [Scope.ASK])
    admin, _ = tokens.create("test", [Scope.ADMIN])
    found = tokens.check(text)
    unrestricted, other = tokens.check(admin), tokens.check(plain)

    assert found is not None
    assert found.groups == kept.groups == {"legal", "deals"}
    assert found.access.audience == Audience(frozenset({"legal", "deals"}))
    assert other is not None
    assert other.access.audience == OPEN.audience == EVERYBODY
    assert unrestricted is not None
    assert unrestricted.access.audience == UNRESTRICTED
    assert {one.id: one.groups for one in tokens.tokens()}[kept.id] == kept.groups


def test_command_makes_and_lists_tokens_of_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path))
    runner = CliRunner()

    made = runner.invoke(cli.command, ["create", "deal desk", "--group", "deals"])
    refused = runner.invoke(cli.command, ["create", "x", "--group", "?"])
    listed = runner.invoke(cli.command, ["list"])

    assert made.exit_code == 0
    assert refused.exit_code == 2
    assert "ask,feedback,sources, sees deals" in listed.stdout
    assert listed.stdout.count("\n") == 1
