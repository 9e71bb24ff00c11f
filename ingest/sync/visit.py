"""Fetches single pages: only if they have changed, host by host, within the limits."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from ingest.discover import Obtained, Source, SourceKind
from ingest.errors import (
    BlockedAddressError,
    DisallowedError,
    EmptyDocumentError,
    FetchError,
    LoadError,
    PostponedError,
    TooLargeError,
    UnreachableError,
    UnreadableKindError,
)
from ingest.fetch import Fetcher, FetchSettings, normalise_url
from ingest.loaders.formats import FORMATS, MEDIA_TYPES, Format
from ingest.loaders.parsed import Fields
from ingest.responses import READABLE, Fetched, Response, readable
from ingest.sync.canonical import stated_address, without_tracking
from ingest.sync.holdings import Listed, conditions
from ingest.sync.polite import Politeness
from ingest.sync.state import Page

HOSTS_AT_ONCE = 6
SPOOL_BYTES = 2_000_000_000
"""Of pages that wait for the library, on the disk; what is over is postponed."""
GONE = frozenset({404, 410})

_REFUSALS = (
    BlockedAddressError,
    DisallowedError,
    EmptyDocumentError,
    TooLargeError,
    UnreadableKindError,
)


class Outcome(StrEnum):
    """Result of requesting a page."""

    OBTAINED = "obtained"
    SAME = "same"
    """Its server says that it has not changed."""
    GONE = "gone"
    REFUSED = "refused"
    """It will not be had another time either."""
    FAILED = "failed"
    """It could not be had; that says nothing about the page."""
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Ask:
    """A page to request."""

    listed: Listed
    former: Page | None = None
    is_conditional: bool = False
    """Whether what is in the library still stands, so that only a change is of interest."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that was requested, with the result."""

    address: str
    outcome: Outcome
    reason: str = ""
    source: Source | None = None
    """What was obtained."""
    etag: str | None = None
    last_modified: str | None = None
    size: int = 0
    """Bytes that were sent."""


class Visitor:
    """Requests pages: from several hosts at once, from each of them one page at a time."""

    def __init__(
        self,
        fetcher: Fetcher,
        politeness: Politeness,
        settings: FetchSettings,
        spool: Path,
        stop: threading.Event,
    ) -> None:
        self._fetcher = fetcher
        self._politeness = politeness
        self._settings = settings
        self._spool = spool
        self._stop = stop
        self._room = SPOOL_BYTES
        self._lock = threading.Lock()

    def visit(self, asks: Iterable[Ask]) -> list[Visit]:
        """Request all of them; one that fails does not stop the others."""
        hosts: dict[str, list[Ask]] = {}
        for ask in asks:
            hosts.setdefault(urlsplit(ask.listed.address).netloc, []).append(ask)
        with ThreadPoolExecutor(HOSTS_AT_ONCE, thread_name_prefix="sync") as threads:
            try:
                found = list(threads.map(self._visit_host, hosts.values()))
            except BaseException:  # Ctrl-C: whoever waits for a host's turn ends at once
                self._stop.set()
                threads.shutdown(cancel_futures=True)
                raise
        return [visit for visits in found for visit in visits]

    def _visit_host(self, asks: list[Ask]) -> list[Visit]:
        return [self._visit(ask) for ask in asks]

    def _visit(self, ask: Ask) -> Visit:
        address = ask.listed.address
        host = self._politeness.host(address)
        former = ask.former if ask.is_conditional else None
        headers = conditions(former.etag, former.last_modified) if former else {}
        try:
            response = self._fetcher.get(address, headers=headers, media_types=READABLE)
            host.failures = 0
            return self._understood(ask, response, is_conditional=bool(headers))
        except PostponedError as error:
            return Visit(address, Outcome.POSTPONED, error.reason)
        except _REFUSALS as error:
            return Visit(address, Outcome.REFUSED, error.reason)
        except UnreachableError as error:
            host.failures += 1
            return Visit(address, Outcome.FAILED, error.reason)
        except LoadError as error:
            return Visit(address, Outcome.FAILED, error.reason)
        except Exception as error:  # noqa: BLE001  whatever a server sends, the other pages go on
            return Visit(address, Outcome.FAILED, f"It cannot be fetched: {type(error).__name__}.")

    def _understood(self, ask: Ask, response: Response, *, is_conditional: bool) -> Visit:
        address, status = ask.listed.address, response.status
        said = f"The server answered {status} {response.reason}."
        if status == 304 and is_conditional:
            return Visit(address, Outcome.SAME)
        if status in GONE:
            return Visit(address, Outcome.GONE, said)
        if status != 200:
            if status == 429 or status >= 500:
                self._politeness.host(address).failures += 1
            return Visit(address, Outcome.FAILED, said)
        fetched = readable(response)
        uri = self._uri(address, response, fetched)
        with self._lock:
            self._room -= len(fetched.content)
            if self._room < 0:
                raise PostponedError("There is no room for more in this round.")
        fields: Fields = {"url": (response.final_url, "address"), **ask.listed.fields}
        return Visit(
            address,
            Outcome.OBTAINED,
            source=replace(
                spooled(self._spool, address, fetched.content, FORMATS[fetched.media_type], fields),
                uri=uri,
            ),
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
            size=len(fetched.content),
        )

    def _uri(self, address: str, response: Response, fetched: Fetched) -> str:
        """What names the page for good: where it has moved to, or what it says itself."""
        found = response.final_url if response.is_moved_for_good else address
        if fetched.media_type == MEDIA_TYPES[Format.HTML]:
            found = stated_address(fetched.content, found) or found
        try:
            return normalise_url(without_tracking(found), self._settings)
        except FetchError:
            return address


def spooled(folder: Path, uri: str, content: bytes, kind: Format, fields: Fields) -> Source:
    """Write content to a file in `folder` until the library reads it; another for each `uri`."""
    path = folder / hashlib.sha256(uri.encode()).hexdigest()[:32]
    path.write_bytes(content)
    return Source(uri, SourceKind.URL, kind, obtained=Obtained(path, fields))
