"""Single sign-on by OpenID Connect: code flow with PKCE, for one issuer.

Authlib requests tokens and checks their claims, joserfc their signatures. This module fetches
the issuer's configuration and keys, caches them, and makes accounts of claims.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
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
from app.access.people import (
    Account,
    IssuerAwayError,
    NotAdmittedError,
    SignOnError,
    person_id,
    session_id,
)
from app.access.scopes import Person
from app.access.sessions import Session
from app.languages.catalogue import marked

logger = logging.getLogger(__name__)

WELL_KNOWN = "/.well-known/openid-configuration"
TIMEOUT_S = 5.0
"""A page waits for it."""
BELIEVED_S = 3600.0
"""What the issuer says of itself and its keys is asked for again after that."""
ASKED_AGAIN_S = 5.0
"""An issuer that failed, or whose keys lacked one, is asked again after that at the earliest:
whoever makes tokens up shall not make this server ask it without end."""
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


@dataclass(frozen=True, slots=True)
class Issuer:
    """Where people sign in, and which of its claims are used."""

    url: str
    client_id: str
    client_secret: str | None = None
    scopes: str = "openid profile email"
    name_claim: str = "name"
    email_claim: str = "email"
    groups_claim: str = "groups"
    allowed_domains: frozenset[str] = frozenset()
    """Lower case."""

    @property
    def host(self) -> str:
        """For people."""
        return urlsplit(self.url).netloc


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
        self._known = _Cached(self._fetch_configuration)
        self._keys = _Cached(self._fetch_keys)

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
            if self._lacks_something(claims) and "userinfo_endpoint" in known:
                claims = {**await self._user_info(client, known, claims["sub"]), **claims}
        sid = _text(claims.get("sid"))
        issuer_session = session_id(self.issuer.url, sid) if sid else None
        return Session(self._account(claims), id_token, issuer_session)

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

    def _lacks_something(self, claims: Mapping[str, Any]) -> bool:
        issuer = self.issuer
        wanted = (issuer.name_claim, issuer.email_claim, issuer.groups_claim)
        return any(claim(claims, one) is None for one in wanted)

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

    def _account(self, claims: Mapping[str, Any]) -> Account:
        issuer = self.issuer
        email = _text(claim(claims, issuer.email_claim))
        if issuer.allowed_domains:
            mailbox, _, domain = email.rpartition("@")
            is_unverified = claims.get("email_verified") in (False, "false")
            if not mailbox or domain.lower() not in issuer.allowed_domains or is_unverified:
                raise NotAdmittedError(
                    marked(
                        "The domain of your account's e-mail address may not use this library, or "
                        "the address has not been verified. Ask whoever runs it."
                    )
                )
        named = claim(claims, issuer.name_claim), claims.get("preferred_username"), email
        name = next(filter(None, map(_text, named)), claims["sub"])
        elsewhere = claims.get("_claim_names")
        if isinstance(elsewhere, Mapping) and issuer.groups_claim in elsewhere:
            logger.warning(
                "An account has more groups than the issuer puts into a token, so none counts. "
                "Let the issuer send only groups that are assigned to this application."
            )
        groups = claim(claims, issuer.groups_claim)
        groups = [groups] if isinstance(groups, str) else groups
        listed = groups if isinstance(groups, list) else []
        person = Person(person_id(issuer.url, claims["sub"]), name, email)
        return Account(person, frozenset(filter(None, map(_text, listed))))

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


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its whole name, or where there is none by its path; None where neither is."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _text(value: Any) -> str:
    """What a claim says where it says text; else nothing."""
    return value.strip() if isinstance(value, str) else ""


class _Cached:
    """What was fetched, for a while; also that it could not be."""

    def __init__(self, fetch: Callable[[], Awaitable[Any]]) -> None:
        self._fetch = fetch
        self._lock = asyncio.Lock()
        self._value: Any = None
        self._error: IssuerAwayError | None = None
        self._asked_at = float("-inf")

    async def get(self) -> Any:
        """The value.

        Raises:
            IssuerAwayError: If it cannot be fetched, and never was.
        """
        return await self._within(BELIEVED_S)

    async def renewed(self) -> Any:
        """The value, asked for again unless that was done a moment ago.

        Raises:
            IssuerAwayError: If it cannot be fetched, and never was.
        """
        return await self._within(ASKED_AGAIN_S)

    async def _within(self, seconds: float) -> Any:
        async with self._lock:
            age = time.monotonic() - self._asked_at
            if age >= (ASKED_AGAIN_S if self._error else seconds):
                self._asked_at = time.monotonic()
                try:
                    self._value, self._error = await self._fetch(), None
                except IssuerAwayError as error:
                    logger.warning("%s", error)
                    self._error = error
            if self._value is None and self._error is not None:
                raise self._error
            return self._value
