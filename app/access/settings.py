"""Settings of sign-in and of the audit log."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from app.access.open_door import is_loopback

DEFAULT_SESSION_HOURS = 12
"""A working day; then the provider is asked again, who knows who has left."""
DEFAULT_AUDIT_DAYS = 365
HEADER = r"^[A-Za-z0-9-]{1,64}$"

HeaderName = Annotated[str, Field(pattern=HEADER)]


class PeopleSettings(BaseSettings):
    """A part of `app.settings.Settings`."""

    trusted_proxies: str = ""
    """Described in `Settings`, as it is useful without sign-in too."""

    oidc_issuer: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = Field(
        default=None,
        description="OpenID Connect issuer with which people sign in, spelled as in its own "
        "configuration; needs the extra `oidc`.",
    )
    oidc_client_id: str | None = Field(
        default=None, min_length=1, description="Client id of this server at the issuer."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Client secret at the issuer; unset for a public client."
    )
    oidc_scopes: str = Field(
        default="openid profile email",
        pattern=r"^(.* )?openid( .*)?$",
        description="Scopes requested from the issuer, separated by spaces; some issuers need "
        "`groups` too.",
    )
    oidc_name_claim: str = Field(
        default="name", min_length=1, description="Claim that holds a person's name."
    )
    oidc_email_claim: str = Field(
        default="email", min_length=1, description="Claim that holds the e-mail address."
    )
    oidc_groups_claim: str = Field(
        default="groups",
        min_length=1,
        description="Claim that holds the groups; dots select within objects, as in "
        "`realm_access.roles`.",
    )
    oidc_allowed_domains: tuple[str, ...] = Field(
        default=(),
        description="E-mail domains whose people may sign in, as a JSON list; unset admits "
        "everybody who has an account at the issuer.",
    )
    proxy_user_header: HeaderName | None = Field(
        default=None,
        description="Header in which a trusted proxy names the person who has signed in there, as "
        "in X-Forwarded-User; unset ignores such headers.",
    )
    proxy_name_header: HeaderName | None = Field(
        default=None, description="Header with the name to show; unset shows the user."
    )
    proxy_groups_header: HeaderName | None = Field(
        default=None, description="Header with the groups, as in X-Forwarded-Groups."
    )
    proxy_groups_separator: str = Field(
        default=",",
        min_length=1,
        max_length=1,
        description="Character between the groups in that header.",
    )
    proxy_sign_out: Annotated[str, Field(pattern=r"^(https?:/)?/[^\s\\]*$")] | None = Field(
        default=None,
        description="Address of the proxy for signing out, to which the page links, as in "
        "/oauth2/sign_out; unset shows no link.",
    )
    allowed_groups: tuple[str, ...] = Field(
        default=(),
        description="Groups whose members may sign in, as a JSON list; unset admits everybody.",
    )
    admin_groups: tuple[str, ...] = Field(
        default=(),
        description="Groups whose members may do everything, as a JSON list; unset makes nobody an "
        "admin.",
    )
    session_hours: float = Field(
        default=DEFAULT_SESSION_HOURS,
        gt=0,
        le=24 * 90,
        description="Hours after which people must sign in again.",
    )

    audit: bool = Field(
        default=True,
        description="Keep an audit log: who asked, read and changed what (`accord audit`).",
    )
    audit_texts: bool = Field(
        default=False,
        description="Keep the texts of questions and answers in the audit log as well.",
    )
    audit_retention_days: int = Field(
        default=DEFAULT_AUDIT_DAYS,
        ge=0,
        le=36_500,
        description="Days an entry of the audit log is kept; 0 keeps it forever.",
    )

    @model_validator(mode="after")
    def _sign_on_is_complete(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            raise ValueError(
                "ACCORD_OIDC_ISSUER and ACCORD_OIDC_CLIENT_ID go together; set both or none"
            )
        address = urlsplit(self.oidc_issuer or "https://")
        if address.scheme != "https" and not is_loopback(address.hostname or ""):
            raise ValueError(
                "ACCORD_OIDC_ISSUER must be reached through https, except on this machine: "
                "whoever changes what it says signs in as anybody"
            )
        nobody_signs_in = self.oidc_issuer is None and self.proxy_user_header is None
        if nobody_signs_in and (self.allowed_groups or self.oidc_allowed_domains):
            raise ValueError(
                "ACCORD_ALLOWED_GROUPS and ACCORD_OIDC_ALLOWED_DOMAINS say which of those who sign "
                "in are let in, but nobody signs in: set ACCORD_OIDC_ISSUER or "
                "ACCORD_PROXY_USER_HEADER as well"
            )
        return self

    @model_validator(mode="after")
    def _only_named_proxies_say_who_it_is(self) -> Self:
        if self.proxy_user_header is None:
            if self.proxy_groups_header is not None or self.proxy_name_header is not None:
                raise ValueError(
                    "ACCORD_PROXY_GROUPS_HEADER and ACCORD_PROXY_NAME_HEADER say something of a "
                    "user; set ACCORD_PROXY_USER_HEADER as well"
                )
            return self
        proxies = [one.strip() for one in self.trusted_proxies.split(",") if one.strip()]
        if not proxies or any(map(_is_everybody, proxies)):
            raise ValueError(
                "ACCORD_PROXY_USER_HEADER is believed from the proxies in ACCORD_TRUSTED_PROXIES, "
                "so that must name them, and not everybody: anybody could say who he is"
            )
        return self


def _is_everybody(proxy: str) -> bool:
    if proxy == "*":
        return True
    try:
        return ipaddress.ip_network(proxy, strict=False).prefixlen == 0
    except ValueError:
        return False
