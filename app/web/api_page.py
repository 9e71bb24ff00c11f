"""`/docs`: the interactive API page (Swagger UI), loaded from this server only."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from app.web.middleware import CONTENT_SECURITY_POLICY
from app.web.pages import MIN_COMPRESSED_BYTES, RevalidatedFiles
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
    "Cache-Control": "no-cache",
    "Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'",
}

router = APIRouter(include_in_schema=False)


@router.get(PATH)
async def get_api_page(request: Request) -> HTMLResponse:
    """The page; it reads `/openapi.json`."""
    content = template("api.html").safe_substitute(root=request.scope["root_path"])
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
