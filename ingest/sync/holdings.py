"""The present pages of the sources, as listed by sitemaps, feeds, lists and loaders."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from ingest.errors import FetchError, ListingError, LoadError
from ingest.fetch import Fetcher, FetchSettings, normalise_url
from ingest.loaders.parsed import Fields, fields_from
from ingest.responses import Response
from ingest.sandbox import Sandbox
from ingest.sync.canonical import without_tracking
from ingest.sync.listings import FEED, SITEMAP
from ingest.sync.plan import SourcePlan
from ingest.sync.report import Told
from ingest.sync.state import SourceState

MAX_SITEMAPS = 200
"""Files of one index: with 50,000 pages each, far more than is ever taken."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page that a source names."""

    address: str
    changed: str = ""
    """Its last change, as the source says."""
    fields: Fields = field(default_factory=dict)


@dataclass(slots=True)
class Holdings:
    """Pages that one source names."""

    pages: dict[str, Listed] = field(default_factory=dict)
    """By address, in the source's own order."""
    is_whole: bool = True
    """Whether a page that is not named is not there any more: neither for a feed, which names the
    newest, nor where a part could not be read."""
    is_unchanged: bool = False
    """The server says that it is as it was; then nothing is named."""
    refused: list[Told] = field(default_factory=list)
    etag: str | None = None
    last_modified: str | None = None
    passed_over: int = 0
    """Pages that the patterns leave out."""
    over: int = 0
    """Pages beyond the most that are taken of one source."""


class Lister:
    """Gets the pages that sitemaps, feeds and lists name."""

    def __init__(self, fetcher: Fetcher, settings: FetchSettings, sandbox: Sandbox) -> None:
        self._fetcher = fetcher
        self._settings = settings
        self._sandbox = sandbox

    def holdings(self, source: SourcePlan, former: SourceState | None) -> Holdings:
        """The pages that a source names.

        Args:
            source: A list of pages, a sitemap or a feed.
            former: Its state after the last round; an unchanged feed is not downloaded again.

        Raises:
            ListingError: If it cannot be read.
        """
        found = Holdings()
        if source.pages:
            for address in source.pages:
                self._add(found, source, {"address": address}, base=address)
        elif source.feed is not None:
            self._feed(found, source, source.feed, former)
        elif source.sitemap is not None:
            self._sitemaps(found, source, source.sitemap)
        return found

    def _feed(
        self, found: Holdings, source: SourcePlan, url: str, former: SourceState | None
    ) -> None:
        found.is_whole = False
        response = self._ask(url, conditions(former.etag, former.last_modified) if former else {})
        if response.status == 304:
            found.is_unchanged = True
            if former is not None:
                found.etag, found.last_modified = former.etag, former.last_modified
            return
        found.etag = response.headers.get("etag")
        found.last_modified = response.headers.get("last-modified")
        for entry in self._parsed(response, FEED)["entries"]:
            self._add(found, source, entry, base=response.final_url)

    def _sitemaps(self, found: Holdings, source: SourcePlan, url: str) -> None:
        """Read a sitemap, and if it is an index, those that it names; deeper ones as well."""
        allowed = {_host(url), *(host.lower() for host in source.hosts)}
        waiting, seen = [url], {url}
        is_first = True
        while waiting:
            address = waiting.pop(0)
            try:
                response = self._ask(address, {})
                listing = self._parsed(response, SITEMAP)
            except ListingError as error:
                if is_first:
                    raise
                found.is_whole = False
                found.refused.append(Told(address, str(error)))
                continue
            is_first = False
            for entry in listing["entries"]:
                target = urljoin(response.final_url, entry["address"])
                if _host(target) not in allowed:
                    found.refused.append(
                        Told(target, "It lies on another host than its sitemap (see `hosts`).")
                    )
                elif listing["kind"] != "index":
                    self._add(found, source, entry, base=response.final_url)
                elif target not in seen:
                    seen.add(target)
                    waiting.append(target)
            if len(seen) > MAX_SITEMAPS:
                raise ListingError(f"The sitemap {url} names more than {MAX_SITEMAPS} others.")
        if not found.pages and not found.passed_over:
            # More likely a fault of the site than its end: nothing is erased for it.
            raise ListingError(f"The sitemap {url} names no page.")

    def _ask(self, url: str, headers: dict[str, str]) -> Response:
        try:
            response = self._fetcher.get(url, headers=headers)
        except LoadError as error:
            raise ListingError(f"{url}: {error.reason}") from error
        if response.status not in ((200, 304) if headers else (200,)):
            raise ListingError(f"{url}: The server answered {response.status} {response.reason}.")
        return response

    def _parsed(self, response: Response, kind: str) -> dict[str, Any]:
        try:
            parsed = self._sandbox.parse(response.content, kind)
        except LoadError as error:
            raise ListingError(f"{response.final_url}: {error.reason}") from error
        listing: dict[str, Any] = json.loads(parsed.text)
        return listing

    def _add(self, found: Holdings, source: SourcePlan, entry: dict[str, Any], base: str) -> None:
        target = urljoin(base, entry["address"])
        try:
            address = normalise_url(without_tracking(target), self._settings)
        except FetchError as error:
            found.refused.append(Told(target, error.reason))
            return
        if not source.wants(address):
            found.passed_over += 1
            return
        if len(found.pages) >= source.max_pages and address not in found.pages:
            found.over += 1
            found.is_whole = False
            return
        fields = fields_from(entry.get("fields", {}), "feed")
        found.pages.setdefault(address, Listed(address, entry.get("changed", ""), fields))


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Headers that ask a server to send only what has changed (RFC 9110, 13.1)."""
    headers = {}
    if etag and _is_sendable(etag):
        headers["If-None-Match"] = etag
    if last_modified and _is_sendable(last_modified):
        headers["If-Modified-Since"] = last_modified
    return headers


def _is_sendable(value: str) -> bool:
    """Whether a server's own word can be said back to it."""
    return value.isascii() and value.isprintable() and len(value) <= 1_000


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
