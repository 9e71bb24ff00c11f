"""Whether a browser sends a request from one of Accord's pages or from a foreign page."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request


def is_foreign(request: Request) -> bool:
    """Whether the page of another origin sends it, with the sign-in of this browser.

    Browsers state the origin themselves, in headers that no page can
    forge. Programs send none of them.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
