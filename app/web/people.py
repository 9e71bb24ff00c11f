"""Who has signed in, here or at the proxy before this server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.access.people import Account, Admission
from app.access.scopes import Access
from app.access.sessions import Session, SessionStore
from app.languages.catalogue import marked
from app.settings import Settings
from app.web.forwarded import IdentityHeaders, forwarded_of

if TYPE_CHECKING:
    from app.access.oidc import Provider

SESSION_COOKIE = "accord_session"
NOT_ADMITTED = marked("Your account is in no group that may use this library. Ask whoever runs it.")
MAX_SECRET = 128


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a request shows of a person."""

    access: Access | None
    """None where the account may not come in."""
    problem: str | None = None
    """Why it may not."""


class People:
    """Knows people by their sessions and by what the proxy says."""

    def __init__(
        self, settings: Settings, sessions: SessionStore, provider: Provider | None
    ) -> None:
        self._settings = settings
        self._admission = Admission.of(settings.allowed_groups, settings.admin_groups)
        self.sessions = sessions
        self.provider = provider

    @property
    def sign_in(self) -> bool:
        """Whether people are asked who they are."""
        return self.provider is not None or self._settings.proxy_user_header is not None

    async def look_at(self, request: Request) -> SignedIn | None:
        """Who sent a request; None where it shows nobody. Reads the database."""
        forwarded = forwarded_of(request.scope)
        if forwarded.problem is not None:
            return SignedIn(None, forwarded.problem)
        if (secret := session_secret(request)) is not None and self.provider is not None:
            session = await run_in_threadpool(self.sessions.find, secret)
            if session is not None:
                return self.admitted(session.account)
        return None if forwarded.account is None else self.admitted(forwarded.account)

    def admitted(self, account: Account) -> SignedIn:
        """What an account opens."""
        access = self._admission.access(account)
        return SignedIn(access, NOT_ADMITTED if access is None else None)

    async def welcome(self, response: Response, session: Session) -> None:
        """Sign a browser in, always with a new secret: one that it brought opens nothing."""
        hours = self._settings.session_hours
        lifetime = timedelta(hours=hours)
        secret = await run_in_threadpool(self.sessions.open, session, lifetime=lifetime)
        response.set_cookie(
            SESSION_COOKIE,
            secret,
            max_age=int(lifetime.total_seconds()),
            path=self.cookie_path,
            httponly=True,
            # Links to sources in mails and chats open; nothing is sent from another page.
            samesite="lax",
            secure=self._settings.secure_cookies,
        )

    async def farewell(self, request: Request, response: Response) -> Session | None:
        """Sign a browser out, on all servers at once; returns whose session it was."""
        secret = session_secret(request)
        if secret is None:
            return None
        response.delete_cookie(SESSION_COOKIE, path=self.cookie_path)
        return await run_in_threadpool(self.sessions.close, secret)

    @property
    def cookie_path(self) -> str:
        """Where cookies of people belong."""
        return f"{self._settings.root_path}/"


def session_secret(request: Request) -> str | None:
    """What a browser shows."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    return secret if 0 < len(secret) <= MAX_SECRET else None


def identity_headers(settings: Settings) -> IdentityHeaders | None:
    """In which headers the trusted proxies say who somebody is; None where they do not."""
    if settings.proxy_user_header is None:
        return None
    return IdentityHeaders(
        settings.proxy_user_header,
        settings.proxy_name_header,
        settings.proxy_groups_header,
        settings.proxy_groups_separator,
    )
