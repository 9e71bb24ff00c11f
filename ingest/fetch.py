"""Fetches web addresses that a person names, without giving access to the own network (SSRF).

An address is parsed by one parser, its host resolved once, every resolved address checked, and the
connection made to the address that was checked; each redirect goes through all of it again.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest.errors import (
    BlockedAddressError,
    EmptyDocumentError,
    FetchError,
    TooLargeError,
    UnreachableError,
    UnreadableKindError,
)
from ingest.intranet import VARIABLE, allowed_hosts
from ingest.loaders.formats import FORMATS
from ingest.loaders.limits import LoadLimits
from ingest.responses import READABLE, Fetched, Response, readable, stated_type
from network.addresses import DEFAULT_PORTS, check_characters, check_host
from network.errors import AddressError, BlockedError, PrivateError, UnknownHostError
from network.resolving import Resolver, checked_address, resolve

if TYPE_CHECKING:
    import httpx

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})

BeforeRequest = Callable[[str], None]
"""Is told each address before it is asked, redirects included; raises FetchError to stop it."""

USER_AGENT = "accord-ingest"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Where a fetch may go and how long it may take."""

    allow_private_hosts: Set[str] = frozenset()
    """Names (or addresses) of the local network that may be fetched, in lower case."""
    ports: frozenset[int] = frozenset({80, 443})
    max_redirects: int = 5
    connect_seconds: float = 10.0
    read_seconds: float = 15.0
    """Of silence."""
    total_seconds: float = 60.0
    """From the first look-up to the last byte, redirects included."""
    user_agent: str = USER_AGENT


def usual_settings() -> FetchSettings:
    """The default settings, with the hosts and ports of the own network that the settings allow."""
    allowed = allowed_hosts()
    return FetchSettings(allow_private_hosts=allowed, ports=frozenset({80, 443, *allowed.ports}))


def normalise_url(url: str, settings: FetchSettings | None = None) -> str:
    """The normal form of an address, which is stored and connected to.

    Scheme and host are in lower case, international names in their ASCII form; default ports, a dot
    after the host and the fragment are gone.

    Raises:
        FetchError: If it is no web address.
        BlockedAddressError: If its host, port or form is not let through. Nothing is looked up.
    """
    return str(_parse_url(url, settings or usual_settings()))


def _parse_url(url: str, settings: FetchSettings) -> httpx.URL:
    import httpx

    with _refused():
        check_characters(url)
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii").lower().removesuffix(".")
        parsed = parsed.copy_with(host=host, raw_path=parsed.raw_path, fragment=None)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise FetchError("It is not a valid web address.") from error
    if parsed.userinfo or "@" in parsed.netloc.decode("ascii", "replace"):
        raise BlockedAddressError("It holds a user name or password; those are not sent.")
    with _refused():
        check_host(host, settings.allow_private_hosts)
    port = parsed.port or DEFAULT_PORTS[parsed.scheme]
    if port not in settings.ports:
        allowed = ", ".join(str(each) for each in sorted(settings.ports))
        raise BlockedAddressError(f"Port {port} is not let through; allowed are {allowed}.")
    return parsed


def fetch(
    url: str,
    *,
    limits: LoadLimits | None = None,
    settings: FetchSettings | None = None,
    resolver: Resolver = resolve,
) -> Fetched:
    """Get one address with a `Fetcher` of its own, whose errors it raises."""
    return Fetcher(limits, settings, resolver=resolver).fetch(url)


class Fetcher:
    """Gets pages and files from hosts on the public Internet and those that the settings add."""

    def __init__(
        self,
        limits: LoadLimits | None = None,
        settings: FetchSettings | None = None,
        *,
        resolver: Resolver = resolve,
        before: BeforeRequest | None = None,
    ) -> None:
        self._limits = limits or LoadLimits()
        self._settings = settings or usual_settings()
        self._resolver = resolver
        self._before = before

    def fetch(self, url: str) -> Fetched:
        """Follow redirects to content that can be read.

        Raises:
            FetchError: If it cannot be had, or is of a kind that cannot be read.
            BlockedAddressError: If it, or where it redirects to, is not let through.
            TooLargeError: If there is more than a file may have.
        """
        response = self.get(url, media_types=READABLE)
        if response.status != 200:
            raise FetchError(f"The server answered {response.status} {response.reason}.")
        return readable(response)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        media_types: Collection[str] | None = None,
    ) -> Response:
        """Follow redirects to an answer.

        Args:
            url: Where to begin.
            headers: To be sent beside ours.
            media_types: Content of other types is refused before it is read; None takes any.

        Raises:
            FetchError: If there is no answer, or one that redirects without end.
            BlockedAddressError: If it, or where it redirects to, is not let through.
            TooLargeError: If there is more than a file may have.
        """
        import httpx

        from ingest.proxies import ByEnvironment

        ends_at = time.monotonic() + self._settings.total_seconds
        timeout = httpx.Timeout(self._settings.read_seconds, connect=self._settings.connect_seconds)
        current = _parse_url(url, self._settings)
        hops: list[int] = []
        with (
            _translated(),
            httpx.Client(
                trust_env=False,
                follow_redirects=False,
                timeout=timeout,
                transport=ByEnvironment(_certificates()),
            ) as client,
        ):
            for _ in range(self._settings.max_redirects + 1):
                if self._before is not None:
                    began = time.monotonic()
                    self._before(str(current))
                    ends_at += time.monotonic() - began  # waiting is not the server's fault
                response = self._get(client, current, headers or {}, media_types, ends_at)
                if response.status not in REDIRECTS:
                    moved = bool(hops) and _FOR_GOOD.issuperset(hops)
                    return replace(response, is_moved_for_good=moved)
                hops.append(response.status)
                location = response.headers.get("location")
                if not location:
                    raise FetchError("It redirects without saying where to.")
                current = self._redirected(current, location)
        raise FetchError(f"It redirects more than {self._settings.max_redirects} times.")

    def _redirected(self, current: httpx.URL, location: str) -> httpx.URL:
        import httpx

        if any(character <= " " or character == "\\" for character in location):
            raise BlockedAddressError("It redirects to something that is not a plain web address.")
        try:
            target = str(current.join(location))
        except (httpx.InvalidURL, ValueError) as error:
            raise FetchError("It redirects to something that is not a web address.") from error
        following = _parse_url(target, self._settings)
        if current.scheme == "https" and following.scheme == "http":
            raise BlockedAddressError("It redirects from https to plain http.")
        return following

    def _get(
        self,
        client: httpx.Client,
        url: httpx.URL,
        headers: Mapping[str, str],
        media_types: Collection[str] | None,
        ends_at: float,
    ) -> Response:
        """One request and what was answered to it, redirects not followed."""
        port = url.port or DEFAULT_PORTS[url.scheme]
        with _refused():
            address = checked_address(
                url.host, port, allowed=self._settings.allow_private_hosts, resolver=self._resolver
            )
        request = client.build_request(
            "GET",
            url.copy_with(host=address),  # no second look-up, whose answer could differ
            headers={
                **headers,
                "Host": url.netloc.decode("ascii"),
                "User-Agent": self._settings.user_agent,
                "Accept": "*/*" if media_types is None else ", ".join(FORMATS),
                "Accept-Encoding": "gzip",
            },
            extensions={"sni_hostname": url.host},
        )
        with _deadline(request, ends_at):
            response = client.send(request, stream=True)
            try:
                content = b""
                if response.status_code == 200:
                    media_type = stated_type(response.headers)
                    if media_types is not None and media_type not in media_types:
                        raise UnreadableKindError(
                            f"It is of a kind that cannot be read: {media_type[:80]}."
                        )
                    content = self._read_body(response, ends_at)
            finally:
                response.close()
        return Response(
            response.status_code,
            response.reason_phrase,
            str(url),
            {name.lower(): value for name, value in response.headers.items()},
            content,
        )

    def _read_body(self, response: httpx.Response, ends_at: float) -> bytes:
        most = self._limits.file_bytes
        length = response.headers.get("content-length", "")
        too_large = TooLargeError(f"It has more than {most / 1e6:,.0f} MB.")
        if length.isascii() and length.isdigit() and int(length[:20]) > most:
            raise too_large
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > most:
                raise too_large
            if time.monotonic() > ends_at:
                raise UnreachableError("The server is too slow.")
        if not content:
            raise EmptyDocumentError("The server sent nothing.")
        return bytes(content)


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes longer than many a fetch."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


@contextmanager
def _deadline(request: httpx.Request, ends_at: float) -> Iterator[None]:
    """Cut the connection at the end of the time, even while headers trickle in byte by byte."""
    streams: list[Any] = []

    def follow(event: str, info: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            streams.append(info["return_value"])

    def cut() -> None:
        for stream in streams:
            with suppress(Exception):  # already closed, which is as good
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    request.extensions["trace"] = follow
    left = ends_at - time.monotonic()
    if left <= 0:
        raise UnreachableError("The server is too slow.")
    timer = threading.Timer(left, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _refused() -> Iterator[None]:
    """What is said of addresses as errors of a source."""
    try:
        yield
    except PrivateError as error:
        message = f"{error} {VARIABLE} lets hosts of your own network in."
        raise BlockedAddressError(message) from error
    except BlockedError as error:
        raise BlockedAddressError(str(error)) from error
    except UnknownHostError as error:
        raise UnreachableError(str(error)) from error
    except AddressError as error:
        raise FetchError(str(error)) from error


@contextmanager
def _translated() -> Iterator[None]:
    import httpx

    try:
        yield
    except httpx.TimeoutException as error:
        raise UnreachableError("The server is too slow.") from error
    except httpx.ProxyError as error:
        raise UnreachableError(f"The proxy does not let it through: {error}.") from error
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise UnreachableError(f"It cannot be fetched: {type(error).__name__}.") from error
