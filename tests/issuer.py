"""An issuer of OpenID Connect that says whatever a test wants, without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

URL = "https://issuer.example.org/realm"
CLIENT_ID, CLIENT_SECRET = "accord", "a-client-secret"
NOW = 1_800_000_000
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

_KEYS = [RSAKey.generate_key(2048, parameters={"kid": name}) for name in ("first", "second")]


@dataclass
class FakeIssuer:
    """Answers requests of a `Provider`; `claims` are of whoever signs in next."""

    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "jane",
            "name": "Jane Doe",
            "email": "jane@example.org",
            "email_verified": True,
            "groups": ["staff"],
        }
    )
    user_info: dict[str, Any] | None = None
    """What is told there alone; None has no such place."""
    changed: dict[str, Any] = field(default_factory=dict)
    """Claims of the next id_token that are not as they should be; None leaves one out."""
    header: dict[str, Any] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)
    is_away: bool = False
    now: int = NOW
    key: RSAKey = field(default_factory=lambda: _KEYS[0])
    published: list[RSAKey] = field(default_factory=lambda: [_KEYS[0]])
    asked: list[str] = field(default_factory=list)
    """Paths that were asked for."""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def change_key(self, *, is_published: bool = True) -> None:
        self.key = _KEYS[1]
        if is_published:
            self.published = [_KEYS[1]]

    def sign_in(self, location: str) -> dict[str, str]:
        """What the browser comes back with from where it was sent."""
        assert location.startswith(f"{URL}/authorize?")
        asked = dict(parse_qsl(urlsplit(location).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def logout_token(self, **changed: Any) -> str:
        """What is posted when somebody signs out there; None leaves a claim out.

        `header` changes the header of the token.
        """
        header = {"alg": "RS256", "kid": self.key.kid, "typ": "logout+jwt"}
        header |= changed.pop("header", {})
        claims = {
            "iss": URL,
            "aud": CLIENT_ID,
            "iat": self.now,
            "exp": self.now + 120,
            "jti": secrets.token_hex(8),
            "sub": self.claims["sub"],
            "events": {LOGOUT_EVENT: {}},
            **changed,
        }
        return self._signed(header, {k: v for k, v in claims.items() if v is not None})

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix("/realm")
        self.asked.append(path)
        if self.is_away:
            raise httpx2.ConnectError("Connection refused")
        match path:
            case "/.well-known/openid-configuration":
                return httpx2.Response(200, json=self._configuration())
            case "/keys":
                keys = [one.as_dict(private=False) for one in self.published]
                return httpx2.Response(200, json={"keys": keys})
            case "/token":
                return self._tokens(request)
            case "/userinfo":
                assert request.headers["authorization"] == "Bearer an-access-token"
                return httpx2.Response(200, json=self.user_info)
        return httpx2.Response(404)

    def _configuration(self) -> dict[str, Any]:
        known = {
            "issuer": URL,
            "authorization_endpoint": f"{URL}/authorize",
            "token_endpoint": f"{URL}/token",
            "jwks_uri": f"{URL}/keys",
            "end_session_endpoint": f"{URL}/end",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "response_types_supported": ["code"],
        }
        if self.user_info is not None:
            known["userinfo_endpoint"] = f"{URL}/userinfo"
        return {**known, **self.configuration}

    def _tokens(self, request: httpx2.Request) -> httpx2.Response:
        form = {name: value[0] for name, value in parse_qs(request.content.decode()).items()}
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {basic}"
        asked = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return httpx2.Response(400, json={"error": "invalid_grant"})
        claims = {
            "iss": URL,
            "aud": CLIENT_ID,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": asked["nonce"],
            **self.claims,
            **self.changed,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        return httpx2.Response(
            200,
            json={
                "access_token": "an-access-token",
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": self._signed(header, claims),
            },
        )

    def _signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        if header["alg"] == "RS256":
            return jwt.encode(header, claims, self.key)
        # What an attacker would make: no signature at all.
        parts = (json.dumps(one).encode() for one in (header, claims))
        encoded = [base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts]
        return ".".join([*encoded, ""])
