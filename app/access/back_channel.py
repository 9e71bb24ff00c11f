"""Logout tokens: an issuer says that a session has ended (OpenID Connect Back-Channel Logout 1.0).

`app.access.oidc` checks the signature with the issuer's published keys; the claims are checked
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.access.people import person_id, session_id

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPES = frozenset({"logout+jwt", "jwt"})
"""`logout+jwt` is what the specification recommends; issuers from before it say `JWT`."""
MAX_AGE = timedelta(days=1)
"""Older tokens are refused, so a used token need not be remembered for longer than that."""
MAX_TEXT = 255
"""Characters of `sub`, `sid` and `jti`."""


@dataclass(frozen=True, slots=True)
class Logout:
    """Whose sessions end; `person` or `session` is set, or both."""

    token_id: str
    """`jti`: one logout token is accepted once."""
    issued: datetime
    person: str | None = None
    """As `person_id` makes it: all sessions of this person end."""
    session: str | None = None
    """As `session_id` makes it: this session at the issuer ends."""


def logout_of(
    header: Mapping[str, Any],
    claims: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    now: float,
    leeway_s: int,
) -> Logout:
    """What a logout token with a valid signature says.

    Args:
        header: The header of the token.
        claims: Its claims.
        issuer: Who must have issued it.
        client_id: Whom it must be for, and nobody else.
        now: Seconds since 1970.
        leeway_s: By how many seconds the clocks may differ.

    Raises:
        ValueError: If it is no logout token, or none that is valid now; the message says why.
        joserfc.errors.JoseError: If one of the claims that every token has is missing or wrong.
    """
    from joserfc.jwt import JWTClaimsRegistry  # brings a hundred modules, which few servers need

    kind = str(header.get("typ", "JWT")).lower().removeprefix("application/")
    if kind not in TYPES:
        raise ValueError(f"its type is {kind!r}")
    essential: Any = {"essential": True}
    JWTClaimsRegistry(
        now=int(now),
        leeway=leeway_s,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp=essential,
        iat=essential,
        jti=essential,
    ).validate(dict(claims))
    if claims["aud"] not in (client_id, [client_id]):
        raise ValueError("it is for other clients as well")
    if "nonce" in claims:
        raise ValueError("it has a nonce, as only an ID token may have")
    events = claims.get("events")
    is_logout = isinstance(events, Mapping) and isinstance(events.get(EVENT), Mapping)
    if not is_logout:
        raise ValueError("its events hold no logout")
    age = now - claims["iat"]
    if age > MAX_AGE.total_seconds():
        raise ValueError("it was issued more than a day ago")
    subject, session = _text(claims, "sub"), _text(claims, "sid")
    if subject is None and session is None:
        raise ValueError("it has neither sub nor sid")
    return Logout(
        token_id=_text(claims, "jti") or "",
        issued=datetime.fromtimestamp(claims["iat"], UTC),
        person=None if subject is None else person_id(issuer, subject),
        session=None if session is None else session_id(issuer, session),
    )


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    if (value := claims.get(name)) is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
        raise ValueError(f"{name} must be a text of 1 to {MAX_TEXT} characters")
    return value
