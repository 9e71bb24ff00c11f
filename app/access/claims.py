"""What an issuer's claims say of an account."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.access.people import Account, NotAdmittedError, person_id
from app.access.scopes import Person
from app.languages.catalogue import marked

logger = logging.getLogger(__name__)


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


def account_of(claims: Mapping[str, Any], issuer: Issuer) -> Account:
    """Who signed in, by the claims of a token that has been verified.

    Raises:
        NotAdmittedError: If the account's mail is of no allowed domain, or not verified.
    """
    email = text_of(claim(claims, issuer.email_claim))
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
    name = next(filter(None, map(text_of, named)), claims["sub"])
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
    return Account(person, frozenset(filter(None, map(text_of, listed))))


def lacks_something(claims: Mapping[str, Any], issuer: Issuer) -> bool:
    """Whether a claim that the issuer is set to send is missing."""
    wanted = (issuer.name_claim, issuer.email_claim, issuer.groups_claim)
    return any(claim(claims, one) is None for one in wanted)


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


def text_of(value: Any) -> str:
    """What a claim says where it says text; else nothing."""
    return value.strip() if isinstance(value, str) else ""
