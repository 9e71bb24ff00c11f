"""Single sign-on by OpenID Connect: code flow with PKCE, for one issuer.

Authlib requests tokens and checks their claims, joserfc their signatures. This module fetches
the issuer's configuration and keys; `app.access.claims` makes accounts of claims.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from app.access.back_channel import Logout, logout_of
from app.access.claims import Issuer, account_of, lacks_something, text_of
from app.access.people import IssuerAwayError, SignOnError, session_id
from app.access.remembered import Remembered
from app.access.sessions import Session
from app.languages.catalogue import marked

logger = logging.getLogger(__name__)

WELL_KNOWN = "/.well-known/openid-configuration"
TIMEOUT_S = 5.0
"""A page waits for it."""
LEEWAY_S = 60
"""Clocks may differ by so much."""
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
)  # fmt: skip
"""Signatures with a public key: never none, and never with a secret that others share."""
USUAL_ALGORITHM = "RS256"
MAX_SUBJECT = 255
"""Characters; the specification's limit."""
_INVALID = (JoseError, ValueError, TypeError, KeyError)
"""What a token raises that is malformed, forged, or not for us."""


class Provider:
    """One issuer, as this server knows it. For one event loop."""

    def __init__(
        self,
        issuer: Issuer,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`transport` replaces the network in tests; `clock` returns seconds since 1970."""
        self.issuer = issuer
        self._transport = transport
        self._clock = clock
        self._known = Remembered(self._fetch_configuration)
        self._keys = Remembered(self._fetch_keys)

    async def check(self) -> None:
        """Know the issuer.

        Raises:
            IssuerAwayError: If it cannot be reached, or is another one.
        """
        await self._known.get()

    async def authorization_url(
        self, *, redirect_uri: str, state: str, nonce: str, verifier: str
    ) -> str:
        """Where a browser is sent.

        Raises:
            IssuerAwayError: If the issuer cannot be reached.
        """
        known = await self._known.get()
        async with self._client(known, redirect_uri) as client:
            url, _ = client.create_authorization_url(
                known["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    async def redeem(self, code: str, *, redirect_uri: str, nonce: str, verifier: str) -> Session:
        """The session that a code stands for.

        Raises:
            IssuerAwayError: If the issuer cannot be reached.
            SignOnError: If it refuses the code, or its tokens are not valid.
            NotAdmittedError: If the account's mail is of no allowed domain.
        """
        known = await self._known.get()
        async with self._client(known, redirect_uri) as client:
            try:
                tokens = await client.fetch_token(
                    known["token_endpoint"], code=code, code_verifier=verifier
                )
            except AuthlibBaseError as error:
                raise SignOnError(_NOT_DONE, f"The issuer says: {error}.") from error
            except (httpx2.HTTPError, ValueError) as error:
                raise self._away(error) from error
            id_token = tokens.get("id_token")
            if not isinstance(id_token, str):
                raise SignOnError(_NOT_DONE, "The issuer sent no id_token.")
            claims = await self._checked(
                id_token, known, nonce=nonce, access_token=tokens.get("access_token")
            )
            if lacks_something(claims, self.issuer) and "userinfo_endpoint" in known:
                claims = {**await self._user_info(client, known, claims["sub"]), **claims}
        sid = text_of(claims.get("sid"))
        issuer_session = session_id(self.issuer.url, sid) if sid else None
        return Session(account_of(claims, self.issuer), id_token, issuer_session)

    async def logout(self, logout_token: str) -> Logout:
        """Whose sessions a logout token ends (OpenID Connect Back-Channel Logout 1.0).

        Raises:
            IssuerAwayError: If the issuer's keys cannot be fetched.
            SignOnError: If the token is not valid.
        """
        known = await self._known.get()
        try:
            found = await self._verified(logout_token, known)
            return logout_of(
                found.header,
                found.claims,
                issuer=self.issuer.url,
                client_id=self.issuer.client_id,
                now=self._clock(),
                leeway_s=LEEWAY_S,
            )
        except _INVALID as error:
            raise SignOnError("The logout token is not valid.", repr(error)) from error

    async def end_url(self, *, id_token: str, back: str) -> str | None:
        """Where a browser is sent to sign out of the issuer too; None where it has no such place.

        Raises:
            IssuerAwayError: If the issuer cannot be reached.
        """
        known = await self._known.get()
        end = known.get("end_session_endpoint")
        if not isinstance(end, str):
            return None
        query = {"client_id": self.issuer.client_id, "post_logout_redirect_uri": back}
        if id_token:
            query["id_token_hint"] = id_token
        return f"{end}{'&' if urlsplit(end).query else '?'}{urlencode(query)}"

    async def check_way_back(self, issuer: str | None) -> None:
        """Know that a browser comes back from our issuer, as far as it says (RFC 9207).

        Raises:
            SignOnError: If it comes from another, or does not say where ours does.
            IssuerAwayError: If the issuer cannot be reached.
        """
        known = await self._known.get()
        is_said = known.get("authorization_response_iss_parameter_supported") is True
        if issuer != self.issuer.url and (is_said or issuer is not None):
            raise SignOnError(_NOT_DONE, f"The way back names the issuer {issuer!r}.")

    def _client(self, known: Mapping[str, Any], redirect_uri: str) -> AsyncOAuth2Client:
        methods = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = None
        if self.issuer.client_secret is not None and "client_secret_basic" not in methods:
            method = "client_secret_post"
        return AsyncOAuth2Client(
            self.issuer.client_id,
            self.issuer.client_secret,
            token_endpoint_auth_method=method,
            scope=self.issuer.scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            transport=self._transport,
        )

    async def _checked(
        self, id_token: str, known: Mapping[str, Any], *, nonce: str, access_token: Any
    ) -> dict[str, Any]:
        """The claims of a token that is signed by the issuer, for us, now, and for this sign-in."""
        try:
            found = await self._verified(id_token, known)
            claims = CodeIDToken(
                found.claims,
                found.header,
                options={
                    "iss": {"essential": True, "value": self.issuer.url},
                    "aud": {"essential": True, "value": self.issuer.client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self.issuer.client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(now=int(self._clock()), leeway=LEEWAY_S)
        except _INVALID as error:
            raise SignOnError(_NOT_DONE, f"The id_token is not valid: {error!r}") from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
            raise SignOnError(_NOT_DONE, "The id_token names nobody.")
        return dict(claims)

    async def _verified(self, token: str, known: Mapping[str, Any]) -> jwt.Token:
        """A token whose signature is the issuer's; its claims are not checked yet.

        Raises:
            JoseError, ValueError, TypeError, KeyError: If it is not.
            IssuerAwayError: If the issuer's keys cannot be fetched.
        """
        offered = known.get("id_token_signing_alg_values_supported", [USUAL_ALGORITHM])
        algorithms = [one for one in ALGORITHMS if one in offered]
        try:
            return jwt.decode(token, await self._keys.get(), algorithms=algorithms)
        except InvalidKeyIdError:
            # The issuer has changed its keys.
            return jwt.decode(token, await self._keys.renewed(), algorithms=algorithms)

    async def _user_info(
        self, client: AsyncOAuth2Client, known: Mapping[str, Any], subject: str
    ) -> dict[str, Any]:
        """What many issuers tell there alone. Without it somebody has fewer groups, never more."""
        try:
            response = await client.get(known["userinfo_endpoint"])
            response.raise_for_status()
            told = response.json()
        except (httpx2.HTTPError, AuthlibBaseError, ValueError) as error:
            logger.warning("The issuer's userinfo could not be read: %s", error)
            return {}
        if not isinstance(told, dict) or told.get("sub") != subject:
            raise SignOnError(_NOT_DONE, "The issuer's userinfo tells of somebody else.")
        return told

    async def _fetch_configuration(self) -> dict[str, Any]:
        known = await self._fetch(f"{self.issuer.url.rstrip('/')}{WELL_KNOWN}")
        if known.get("issuer") != self.issuer.url:
            raise IssuerAwayError(
                _AWAY,
                f"ACCORD_OIDC_ISSUER is {self.issuer.url!r}, but what stands there calls itself "
                f"{known.get('issuer')!r}. They must be the same, letter by letter.",
                host=self.issuer.host,
            )
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(known.get(name), str):
                raise IssuerAwayError(
                    _AWAY, f"Its configuration lacks {name}.", host=self.issuer.host
                )
        return known

    async def _fetch_keys(self) -> KeySet:
        known = await self._known.get()
        found = await self._fetch(known["jwks_uri"])
        try:
            return KeySet.import_key_set({"keys": found["keys"]})
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise self._away(error) from error

    async def _fetch(self, url: str) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_S, transport=self._transport) as client:
                response = await client.get(url)
            response.raise_for_status()
            found = response.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError) as error:
            raise self._away(error) from error
        if not isinstance(found, dict):
            raise self._away(ValueError(f"{url} holds no JSON object"))
        return found

    def _away(self, error: Exception) -> IssuerAwayError:
        return IssuerAwayError(_AWAY, f"{type(error).__name__}: {error}", host=self.issuer.host)


_NOT_DONE = marked("The sign-in could not be finished. Please try again.")
_AWAY = marked(
    "Single sign-on is not available: {host} does not answer as it should. Try again in a "
    "moment, or tell whoever runs this library."
)
