"""The usual HTTP_PROXY, HTTPS_PROXY and NO_PROXY, with names still resolved on this machine.

A proxy that is given a name looks it up itself, and may come to an address that was never checked.
So it is asked for a tunnel to the checked address; TLS and `Host` have the name, as without it.
"""

from __future__ import annotations

import base64
import ssl
import urllib.request
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

import httpcore
import httpx

from ingest.errors import FetchError

MAX_REPLY_BYTES = 16 * 1024
_READ_BYTES = 4096


def proxy_for(scheme: str, host: str) -> str | None:
    """The address of the proxy that the environment names for a host; None for none.

    Raises:
        FetchError: If it is of a kind that is not spoken here.
    """
    named = urllib.request.getproxies_environment()
    proxy = named.get(scheme) or named.get("all")
    if not proxy or urllib.request.proxy_bypass(host, named):
        return None
    address = proxy if "://" in proxy else f"http://{proxy}"
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchError(
            f"The environment names a proxy of the kind {parts.scheme}://; only http:// and "
            "https:// ones can be used. Set NO_PROXY for hosts that are reached without it."
        )
    return address


class Tunnel(httpcore.NetworkBackend):
    """Connections to addresses through a proxy's CONNECT."""

    def __init__(self, proxy: str, context: ssl.SSLContext) -> None:
        parts = urlsplit(proxy)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._context = context if parts.scheme == "https" else None
        self._authorisation = ""
        if parts.username is not None:
            who = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._authorisation = f"Proxy-Authorization: Basic {base64.b64encode(who).decode()}\r\n"
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Reach an address through the proxy."""
        stream = self._backend.connect_tcp(
            self._host, self._port, timeout, local_address, socket_options
        )
        try:
            if self._context is not None:
                stream = stream.start_tls(self._context, self._host, timeout)
            self._open(stream, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", timeout)
        except BaseException:
            stream.close()
            raise
        return stream

    def _open(self, stream: httpcore.NetworkStream, target: str, timeout: float | None) -> None:
        asked = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{self._authorisation}\r\n"
        stream.write(asked.encode("ascii"), timeout)
        reply = b""
        while b"\r\n\r\n" not in reply:
            part = stream.read(_READ_BYTES, timeout)
            reply += part
            if not part or len(reply) > MAX_REPLY_BYTES:
                raise httpcore.ProxyError("it did not answer as a proxy does")
        status = reply.split(b"\r\n", 1)[0].split(b" ", 2)[1:2]
        if status != [b"200"]:
            told = b" ".join(status).decode("ascii", "replace")
            raise httpcore.ProxyError(f"it answered {told or 'nothing that is HTTP'}")


class Tunnelled(httpx.HTTPTransport):
    """httpx's own transport over a tunnel."""

    def __init__(self, proxy: str, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        # httpx has no public way to hand on a network backend; httpcore does.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=Tunnel(proxy, context)
        )


class ByEnvironment(httpx.BaseTransport):
    """Takes each request through the proxy that is named for its host, or directly."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._transports: dict[str | None, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send; the host is the one that TLS is to name, since the address has replaced it."""
        host = str(request.extensions.get("sni_hostname") or request.url.host)
        proxy = proxy_for(request.url.scheme, host)
        if proxy not in self._transports:
            self._transports[proxy] = (
                httpx.HTTPTransport(verify=self._context, trust_env=False)
                if proxy is None
                else Tunnelled(proxy, self._context)
            )
        return self._transports[proxy].handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for each in self._transports.values():
            each.close()
