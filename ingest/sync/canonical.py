"""One spelling for the address of a page, so that it is stored once."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit, urlunsplit

HEAD_BYTES = 200_000
"""Where a page's head is looked for."""

_TRACKING = frozenset(
    [
        *("fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid"),
        *("mc_cid", "mc_eid", "_hsenc", "_hsmi"),
    ]
)
"""Parameters that say how a reader came, after `utm_…`; no page depends on them."""


def without_tracking(url: str) -> str:
    """The address without parameters that only measure where readers come from."""
    parts = urlsplit(url)
    if not parts.query:
        return url
    kept = [each for each in parts.query.split("&") if not _is_tracking(each.partition("=")[0])]
    return urlunsplit(parts._replace(query="&".join(kept)))


def _is_tracking(name: str) -> bool:
    return name.lower() in _TRACKING or name.lower().startswith("utm_")


def stated_address(content: bytes, url: str) -> str | None:
    """What an HTML page says its own address is (`<link rel="canonical">`), if that is believable.

    Only another spelling of the same address is: many sites name the front page on every page,
    which would make one document of all of them.
    """
    reader = _Head()
    reader.feed(content[:HEAD_BYTES].decode("utf-8", "replace"))
    if reader.canonical is None:
        return None
    try:
        stated = urljoin(url, reader.canonical.strip())
        return stated if _spot(stated) == _spot(url) else None
    except ValueError:
        return None


def _spot(url: str) -> tuple[str, str]:
    """What two spellings of one page have in common: host without www., path without its end."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    for name in ("/index.html", "/index.htm", "/index.php"):
        path = path.removesuffix(name)
    return (parts.hostname or "").removeprefix("www."), path


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.canonical: str | None = None
        self._is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._is_over = True
        if tag != "link" or self._is_over or self.canonical is not None:
            return
        stated = dict(attrs)
        if "canonical" in (stated.get("rel") or "").lower().split():
            self.canonical = stated.get("href")
