"""`/docs`: the interactive API page (Swagger UI), loaded from this server only."""

from __future__ import annotations

import importlib.util
import re
from html import escape
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from app.languages.catalogue import say
from app.web.middleware import CONTENT_SECURITY_POLICY
from app.web.negotiation import reader_language
from app.web.pages import MIN_COMPRESSED_BYTES, RevalidatedFiles
from app.web.problems import VARIES
from app.web.templates import template

PATH = "/docs"
FILES = f"{PATH}/files"
PACKAGE = "fastapi_offline"
"""Carries the files of Swagger UI; of its code nothing is used, or imported."""
# Swagger UI sets styles on elements, has its icons in its style sheet, and writes to innerHTML.
_POLICY = "; ".join(
    {
        "style-src": "style-src 'self' 'unsafe-inline'",
        "img-src": "img-src 'self' data:",
    }.get(rule.split(" ", 1)[0], rule)
    for rule in CONTENT_SECURITY_POLICY.split("; ")
    if not re.match(r"(require-)?trusted-types", rule)
)
_HEADERS = {
    **VARIES,
    "Cache-Control": "no-cache",
    "Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'",
}

router = APIRouter(include_in_schema=False)


@router.get(PATH)
async def get_api_page(request: Request) -> HTMLResponse:
    """The page; it reads `/openapi.json`, which is in English as all names in it are."""
    language, root = reader_language(request.headers), request.scope["root_path"]
    address = f"{root}/openapi.json"
    byline = say(
        language,
        "Try out what programs can ask of this server. Names and descriptions are in English.",
    )
    missing = say(
        language,
        "The files of this page are not installed: run {command} on the server. The API is "
        "described in {address}.",
        command="“pip install fastapi-offline”",
        address=address,
    )
    content = template("api.html").safe_substitute(
        root=root,
        language=language,
        heading=escape(say(language, "The API")),
        byline=escape(byline),
        missing=escape(missing),
        noscript=escape(say(language, "This page needs JavaScript.")),
    )
    return HTMLResponse(content, headers=_HEADERS)


def files() -> Path | None:
    """The folder of Swagger UI; None if its package is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places))) / "static" if places else None


def install(app: FastAPI) -> None:
    """Serve the page and its files."""
    app.include_router(router)
    folder = files()
    if folder is None:  # an installation by hand, without it: the page says so
        return
    served: StaticFiles = RevalidatedFiles(directory=folder)
    app.mount(FILES, GZipMiddleware(served, minimum_size=MIN_COMPRESSED_BYTES), name="api-page")
