"""Single sign-on with an issuer that is not ours, over real connections on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.builders_web import make_settings
from tests.live_server import LiveServer, serving, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("oidc_provider_mock") is None or find_spec("authlib") is None,
        reason="oidc-provider-mock is not installed",
    ),
]

QUESTION = {"question": "What was bought?"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # In a process of its own: its libraries warn, which is an error here.
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), "-n"]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy()
    ) as process:
        try:
            until(lambda: process.poll() is not None or is_there(url))
            assert process.poll() is None, "the issuer did not start"
            yield url
        finally:
            process.terminate()


def is_there(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/jwks").status_code == 200
    except httpx2.HTTPError:
        return False


@pytest.fixture
def live(issuer: str, tmp_path: Path) -> Iterator[LiveServer]:
    settings = make_settings(
        tmp_path,
        oidc_issuer=issuer,
        oidc_client_id="accord",
        oidc_client_secret="a-client-secret",  # noqa: S106 - a test's
        allowed_groups=("staff",),
    )
    with serving(settings) as server:
        yield server


def test_person_signs_in_asks_and_signs_out(issuer: str, live: LiveServer) -> None:
    claims = {"name": "Jane Doe", "email": "jane@example.org", "groups": ["staff"]}
    httpx2.put(f"{issuer}/users/jane", json=claims).raise_for_status()
    with httpx2.Client(base_url=live.url) as browser:
        assert browser.post("/api/chat", json=QUESTION).status_code == 401
        sent = browser.get("/sign-in/start", params={"next": "/sources/x"}).headers["location"]
        assert sent.startswith(f"{issuer}/oauth2/authorize?")
        back = httpx2.post(sent, data={"sub": "jane"}).headers["location"]
        assert back.startswith(f"{live.url}/sign-in/callback?")
        done = browser.get(back)
        assert (done.status_code, done.headers["location"]) == (303, "/sources/x")
        assert browser.post("/api/chat", json=QUESTION).status_code == 200
        assert 'data-account="Jane Doe" data-sign-out="/sign-out"' in browser.get("/").text
        # The same way back again: the code and the state are used up.
        assert browser.get(back).status_code == 400

        out = browser.get("/sign-out").headers["location"]
        assert urlsplit(out).path == "/oauth2/end_session"
        assert browser.post("/api/chat", json=QUESTION).status_code == 401


def test_account_without_the_group_stays_outside(issuer: str, live: LiveServer) -> None:
    with httpx2.Client(base_url=live.url) as browser:
        sent = browser.get("/sign-in/start").headers["location"]
        refused = browser.get(httpx2.post(sent, data={"sub": "jim"}).headers["location"])
        assert refused.status_code == 403
        assert "in no group that may use this library" in refused.text
        denied = httpx2.post(
            browser.get("/sign-in/start").headers["location"], data={"action": "deny"}
        ).headers["location"]
        assert browser.post("/api/chat", json=QUESTION).status_code == 401
    assert "error=access_denied" in denied


def test_issuer_that_goes_away_leaves_those_who_have_signed_in(issuer: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = make_settings(
        tmp_path,
        oidc_issuer=nobody,
        oidc_client_id="accord",
        admin_token="an-admin-token-of-a-test",  # noqa: S106 - a test's
    )
    with serving(settings) as server, httpx2.Client(base_url=server.url) as browser:
        assert "Single sign-on is not available" in browser.get("/sign-in").text
        assert browser.get("/sign-in/start").status_code == 502
        by_token = {"Authorization": "Bearer an-admin-token-of-a-test"}
        assert browser.post("/api/chat", json=QUESTION, headers=by_token).status_code == 200
