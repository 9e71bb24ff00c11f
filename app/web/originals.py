"""Uploaded files, served so that no script in them can run in Accord's origin."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi.responses import FileResponse

_PLAIN = frozenset({".txt", ".text", ".md", ".markdown", ".csv", ".tsv", ".tab", ".eml"})
_PAGES = frozenset({".html", ".htm", ".xhtml"})
# A page without scripts, forms, links to us or an origin; nothing is loaded for it.
_SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
_PDF = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def original_response(path: Path) -> FileResponse:
    """Text and pages to look at, PDF for the browser's own viewer, the rest to save."""
    suffix = path.suffix.lower()
    if suffix in _PAGES:
        media_type, policy, is_shown = "text/html", _SANDBOX, True
    elif suffix in _PLAIN:
        media_type, policy, is_shown = "text/plain", _SANDBOX, True
    elif suffix == ".pdf":
        media_type, policy, is_shown = "application/pdf", _PDF, True
    else:
        media_type, policy, is_shown = "application/octet-stream", _SANDBOX, False
    how = "inline" if is_shown else "attachment"
    return FileResponse(
        path,
        media_type=media_type,
        headers={
            "Content-Disposition": f"{how}; filename*=UTF-8''{quote(path.name)}",
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
        },
    )
