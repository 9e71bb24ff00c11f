"""Allows pages of listed origins to ask, with the key of their site; all others are refused.

A foreign page has no cookie of ours, which browsers would block there anyway. Its widget makes a
random number, keeps it, and sends it with the site's key; here the two together are the visitor.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from app.languages.catalogue import marked
from app.sites import Site
from app.web.root import path_below_root

KEY_HEADER = "Accord-Key"
VISITOR_HEADER = "Accord-Visitor"
OPEN_PATHS = "/api/"
CLOSED_PATHS = ("/api/unanswered", "/api/feedback", "/api/runs", "/api/admin")
"""What other people asked, and what changes the library, is shown on our own pages only."""
PREFLIGHT_AGE_S = 600
REFUSAL = marked(
    "This page may not ask here. Whoever runs Accord lists its address, with the key of its "
    "widget, in ACCORD_SITES."
)

_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Crossing:
    """What one request from another origin may do."""

    site: Site | None = None
    """Whose key and origin fit each other."""
    is_refused: bool = False
    is_preflight: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    """For the response."""


class Sites:
    """The listed sites, and the one place where origins are compared."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._by_key = {site.key: site for site in sites}
        self._origins = frozenset(origin for site in sites for origin in site.origins)

    def crossing(self, scope: Scope) -> Crossing:
        """Judge a request by its `Origin` and its key. Exact comparison, nothing normalised."""
        path = path_below_root(scope)
        if not path.startswith(OPEN_PATHS) or path.startswith(CLOSED_PATHS):
            return Crossing()
        vary = (("Vary", "Origin"),)
        headers = Headers(scope=scope)
        origin, key = headers.get("origin"), headers.get(KEY_HEADER)
        is_listed = origin in self._origins
        allowed = (("Access-Control-Allow-Origin", origin or ""), *_EXPOSED, *vary)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            # A preflight tells no key; what it allows is judged when it comes.
            return Crossing(
                is_preflight=True, headers=(*allowed, *_PREFLIGHT) if is_listed else vary
            )
        if key is None:
            return Crossing(headers=vary)
        site = self._by_key.get(key)
        if site is None or origin not in site.origins:
            # A listed page may at least read why.
            return Crossing(is_refused=True, headers=allowed if is_listed else vary)
        return Crossing(site=site, headers=allowed)


def site_of(request: Request) -> Site | None:
    """The foreign site that this request comes from; None for our own page and for programs."""
    site = getattr(request.state, "site", None)
    return site if isinstance(site, Site) else None


def visitor_on(site: Site, request: Request) -> str | None:
    """The visitor on a foreign site; None if the widget sent none.

    A hash of key and token: the token of one site says nothing on another, and a copy of the
    database opens no conversation.
    """
    token = request.headers.get(VISITOR_HEADER, "")
    if not _TOKEN.fullmatch(token):
        return None
    return hashlib.sha256(f"{site.key} {token}".encode()).hexdigest()


_EXPOSED = (("Access-Control-Expose-Headers", "Content-Disposition, Retry-After, X-Request-ID"),)
_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, POST, DELETE"),
    ("Access-Control-Allow-Headers", f"Accept, Content-Type, {KEY_HEADER}, {VISITOR_HEADER}"),
    ("Access-Control-Max-Age", str(PREFLIGHT_AGE_S)),
)
