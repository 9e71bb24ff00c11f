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
    """The person of a request."""

    access: Access | None
    """None if the account is not admitted."""
    problem: str | None = None
    """Why it may not."""


class People:
    """Identifies people by their sessions and by the headers of the proxy."""

    def __init__(
        self, settings: Settings, sessions: SessionStore, provider: Provider | None
    ) -> None:
        self._settings = settings
        self._admission = Admission.of(settings.allowed_groups, settings.admin_groups)
        self.sessions = sessions
        self.provider = provider

    @property
    def sign_in(self) -> bool:
        """Whether people have to sign in."""
        return self.provider is not None or self._settings.proxy_user_header is not None

    async def look_at(self, request: Request) -> SignedIn | None:
        """The person who sent a request; None if it names nobody. Reads the database."""
        forwarded = forwarded_of(request.scope)
        if forwarded.problem is not None:
            return SignedIn(None, forwarded.problem)
        if (secret := session_secret(request)) is not None and self.provider is not None:
            session = await run_in_threadpool(self.sessions.find, secret)
            if session is not None:
                return self.admitted(session.account)
        return None if forwarded.account is None else self.admitted(forwarded.account)

    def admitted(self, account: Account) -> SignedIn:
        """What an account may do."""
        access = self._admission.access(account)
        return SignedIn(access, NOT_ADMITTED if access is None else None)

    async def welcome(self, response: Response, session: Session) -> None:
        """Sign a browser in, always with a new secret (against session fixation)."""
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
        """The path of the cookies."""
        return f"{self._settings.root_path}/"


def session_secret(request: Request) -> str | None:
    """The secret of a browser's session; None without one."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    return secret if 0 < len(secret) <= MAX_SECRET else None


def identity_headers(settings: Settings) -> IdentityHeaders | None:
    """The identity headers of the trusted proxies; None if there are none."""
    if settings.proxy_user_header is None:
        return None
    return IdentityHeaders(
        settings.proxy_user_header,
        settings.proxy_name_header,
        settings.proxy_groups_header,
        settings.proxy_groups_separator,
    )
