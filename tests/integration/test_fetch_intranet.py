"""One's own hosts and the usual proxy variables, with the guard in its place."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from ingest.errors import BlockedAddressError, FetchError, IngestError
from ingest.fetch import FetchSettings, fetch, normalise_url, usual_settings
from ingest.intranet import AllowedHosts, allowed_hosts
from ingest.proxies import proxy_for
from tests.browser import foreign_site

PAGE = {"/note.html": "<p>Umber and Oslo Rail signed a contract on 3 May 2021.</p>"}
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    allowed_hosts.cache_clear()
    yield
    allowed_hosts.cache_clear()


class Proxy(socketserver.ThreadingTCPServer):
    """Tunnels to whatever it is asked for, and remembers what that was."""

    daemon_threads = True

    def __init__(self, refusal: bytes = b"") -> None:
        self.asked: list[str] = []
        self.refusal = refusal
        super().__init__(("127.0.0.1", 0), _Tunnelling)


class _Tunnelling(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.request.recv(4096)
        self.server.asked.append(head.decode())
        if self.server.refusal:
            self.request.sendall(self.server.refusal)
            return
        host, _, port = head.split(b" ")[1].decode().rpartition(":")
        with socket.create_connection((host, int(port)), timeout=5) as onwards:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(onwards, self.request))
            back.start()
            _pump(self.request, onwards)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while part := source.recv(4096):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # either side may hang up first


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,))
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()


def to_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def settings(*entries: str) -> FetchSettings:
    allowed = AllowedHosts(entries)
    return FetchSettings(allow_private_hosts=allowed, ports=frozenset({80, 443, *allowed.ports}))


@pytest.mark.parametrize("entry", ["wiki.lan:{}", "*.lan:{}"])
def test_named_host_of_ones_own_network_is_read(entry: str) -> None:
    with foreign_site(PAGE) as site:
        port = site.rpartition(":")[2]
        url = f"http://wiki.lan:{port}/note.html"
        got = fetch(url, settings=settings(entry.format(port)), resolver=to_loopback)
    assert b"Oslo Rail" in got.content


@pytest.mark.parametrize(
    ("url", "entries", "found"),
    [
        ("http://wiki.lan/", ["*.corp.example"], "127.0.0.1"),
        ("http://lan/", ["*.lan"], "10.1.1.1"),
        ("http://evil-corp.example/", ["corp.example"], "10.1.1.1"),
        ("http://corp.example.evil.org/", ["*.corp.example"], "10.1.1.1"),
        ("http://a.example.org/", ["10.20.0.0/16"], "10.21.0.1"),
        ("http://10.21.0.1/", ["10.20.0.0/16"], "10.21.0.1"),
        ("http://0x0a140001/", ["10.20.0.0/16"], "10.20.0.1"),
        # What hands out credentials stays closed whatever is listed.
        ("http://169.254.169.254/", ["169.254.0.0/16"], "169.254.169.254"),
        ("http://meta.lan/", ["meta.lan"], "169.254.169.254"),
        ("http://wiki.lan:8080/", ["wiki.lan"], "10.1.1.1"),
    ],
)
def test_what_is_not_named_stays_closed(url: str, entries: list[str], found: str) -> None:
    with pytest.raises(BlockedAddressError):
        fetch(url, settings=settings(*entries), resolver=lambda host, port: [found])


def test_range_lets_in_what_lies_in_it_and_nothing_that_lies_beside() -> None:
    allowed = AllowedHosts(["10.20.0.0/16", "fd12::/32"])
    assert "10.20.3.4" in allowed
    assert "fd12::1" in allowed
    assert "10.21.0.1" not in allowed
    assert "wiki.lan" not in allowed


def test_setting_is_read_and_reaches_discovery(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BlockedAddressError, match="ACCORD_INTRANET_HOSTS"):
        normalise_url("http://wiki.lan/a")
    monkeypatch.setenv("ACCORD_INTRANET_HOSTS", '["wiki.lan:8080", "10.0.0.0/8"]')
    allowed_hosts.cache_clear()
    assert normalise_url("http://wiki.lan:8080/a") == "http://wiki.lan:8080/a"
    assert normalise_url("http://10.2.3.4/a") == "http://10.2.3.4/a"
    assert usual_settings().ports == {80, 443, 8080}


@pytest.mark.parametrize("entry", ["http://wiki.lan", "10.0.0.1/8", "a b", "*", "*.*.lan", ""])
def test_entry_that_is_neither_host_nor_range_is_refused_by_name(entry: str) -> None:
    with pytest.raises(IngestError, match="ACCORD_INTRANET_HOSTS"):
        AllowedHosts([entry])


def test_proxy_is_asked_for_the_checked_address_and_the_server_hears_the_name(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, word = "user", "s%40cret"
    address = f"127.0.0.1:{proxy.server_address[1]}"
    monkeypatch.setenv("HTTP_PROXY", f"http://{name}:{word}@{address}")
    with foreign_site(PAGE) as site:
        port = site.rpartition(":")[2]
        url = f"http://wiki.lan:{port}/note.html"
        got = fetch(url, settings=settings(f"wiki.lan:{port}"), resolver=to_loopback)
    assert b"Oslo Rail" in got.content
    (head,) = proxy.asked
    assert head.startswith(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n")
    assert "wiki.lan" not in head
    assert "Basic dXNlcjpzQGNyZXQ=" in head  # user:s@cret


def test_proxy_opens_no_way_to_what_is_closed(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.server_address[1]}")
    for url in ("http://a.example.org/", "http://localhost/", "http://127.0.0.1/"):
        with pytest.raises(BlockedAddressError):
            fetch(url, settings=settings(), resolver=to_loopback)
    assert proxy.asked == []


def test_no_proxy_goes_past_it(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.server_address[1]}")
    monkeypatch.setenv("NO_PROXY", ".lan")
    with foreign_site(PAGE) as site:
        port = site.rpartition(":")[2]
        url = f"http://wiki.lan:{port}/note.html"
        fetch(url, settings=settings(f"wiki.lan:{port}"), resolver=to_loopback)
    assert proxy.asked == []


@pytest.mark.parametrize("reply", [b"HTTP/1.1 403 Forbidden\r\n\r\n", b"nonsense\r\n\r\n", b"x"])
def test_proxy_that_refuses_is_told(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, reply: bytes
) -> None:
    proxy.refusal = reply
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.server_address[1]}")
    with pytest.raises(FetchError, match="The proxy does not let it through: it "):
        fetch("http://wiki.lan/", settings=settings("wiki.lan"), resolver=to_loopback)


@pytest.mark.parametrize(
    ("variables", "scheme", "host", "proxy"),
    [
        ({"HTTPS_PROXY": "http://p:3128"}, "https", "a.org", "http://p:3128"),
        ({"https_proxy": "p:3128"}, "https", "a.org", "http://p:3128"),
        ({"HTTPS_PROXY": "http://p:3128"}, "http", "a.org", None),
        ({"ALL_PROXY": "http://p:3128"}, "http", "a.org", "http://p:3128"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "*"}, "http", "a.org", None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "a.org"}, "http", "b.a.org", None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "a.org"}, "http", "aa.org", "http://p:1"),
    ],
)
def test_usual_variables_are_read_as_usual(
    variables: dict[str, str],
    scheme: str,
    host: str,
    proxy: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(scheme, host) == proxy


def test_proxy_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://p:1080")
    with pytest.raises(FetchError, match="socks5"):
        proxy_for("https", "a.org")
