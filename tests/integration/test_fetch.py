"""The guarded fetch against a server on this machine that must not be reached, and one that may.

The canary stands for everything inside a network: whatever an address is spelled like, and wherever
it redirects, no request arrives there.
"""

from __future__ import annotations

import gzip
import http.server
import ipaddress
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from ingest.errors import BlockedAddressError, EmptyDocumentError, FetchError, TooLargeError
from ingest.fetch import FetchSettings, fetch, normalise_url
from ingest.loaders.limits import LoadLimits
from ingest.responses import Fetched
from network.addresses import is_public, may_be_allowed
from tests.page_server import Answer, Server


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def canary() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def settings(*servers: Server, hosts: Sequence[str] = ("wiki.test",)) -> FetchSettings:
    return FetchSettings(
        allow_private_hosts=frozenset(hosts),
        ports=frozenset({80, 443, *(server.port for server in servers)}),
        read_seconds=5.0,
        total_seconds=20.0,
    )


def to_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def get(server: Server, path: str, **limits: int) -> Fetched:
    return fetch(
        f"http://wiki.test:{server.port}{path}",
        settings=settings(server),
        limits=LoadLimits(**limits),
        resolver=to_loopback,
    )


# --- spellings ------------------------------------------------------------------------------------

_LOOPBACK_NAMES = [
    *("localhost", "LOCALHOST", "localhost.", "LocalHost.", "localhost.localdomain", "a.localhost"),
    *("ip6-localhost", "intranet", "router", "db", "printer.local", "nas.lan", "wiki.corp"),
    *("metadata", "metadata.google.internal", "instance-data.internal", "kubernetes.default"),
    *("vault.internal", "x.home", "1.0.0.127.in-addr.arpa", "host.docker.internal"),
    *(
        "LOCALHOST.LOCALDOMAIN",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "ｌｏｃａｌｈｏｓｔ",
        "loc\u00adalhost",
        "localhost%00",
        "localhost%2e",
    ),
]
_IPV4 = [
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.255.255.254", "127.000.000.001"),
    *(
        "2130706433",
        "2130706433.",
        "0x7f000001",
        "0X7F000001",
        "0x7f.0.0.1",
        "0x7f.1",
        "0177.0.0.1",
    ),
    *("0177.0.0.01", "017700000001", "0x7f.0x0.0x0.0x1", "0177.0x0.0.1", "127.0.0.0x1", "0x7f.0.1"),
    *("00000177.0.0.1", "127.0.0.01", "127.00.0.1", "4294967296", "6425673729", "0x17f000001"),
    *("0", "0.0.0.0", "0.0.0.0.", "00.0.0.0", "0x0", "0x", "0.1", "1", "255.255.255.255"),
    *("10.0.0.1", "10.1", "10.255.255.255", "0xa.1", "012.1", "167772161", "0x0a000001"),
    *("172.16.0.1", "172.31.255.255", "172.16.1", "192.168.0.1", "192.168.1", "192.168.257"),
    *(
        "3232235521",
        "0xc0a80001",
        "0300.0250.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "100.100.100.200",
    ),
    *("169.254.169.254", "169.254.43518", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376"),
    *("169.254.169.254.", "0xa9.0xfe.0xa9.0xfe", "025177524776", "169.16689662", "169.254.0xa9fe"),
    *("192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "168.63.129.16", "192.88.99.1"),
    *(
        "①②⑦.⓪.⓪.①",
        "１２７.0.0.1",
        "127。0。0。1",
        "127．0．0．1",
        "127｡0｡0｡1",
        "１２７．０．０．１",
    ),
    *(
        "127.0.0.1%2f",
        "%31%32%37.0.0.1",
        "127%2e0%2e0%2e1",
        "127.0.0.1%00",
        "127.0.0.1\\",
        "127..0.1",
    ),
    *(
        "256.256.256.256",
        "1.2.3.4.5",
        "127.0.0.1.5",
        "127.0.0.0x7f",
        "a.127",
        "x.0x7f",
        "127.0.0.-1",
    ),
    *("٠١٢٧.0.0.1", "127.0.0.1,8.8.8.8", "127.0.0.1;x", "127.0.0.1'", "+127.0.0.1", " 127.0.0.1"),
]
_IPV6 = [
    *(
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[0000:0000:0000:0000:0000:0000:0000:0001]",
        "[::0001]",
    ),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::FFFF:127.0.0.1]"),
    *("[::127.0.0.1]", "[::7f00:1]", "[::ffff:0:127.0.0.1]", "[::ffff:169.254.169.254]"),
    *("[::ffff:a9fe:a9fe]", "[::ffff:10.0.0.1]", "[::ffff:8.8.8.8]", "[::ffff:192.168.0.1]"),
    *("[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::10.0.0.1]"),
    *("[2002:7f00:1::]", "[2002:7f00:0001::1]", "[2002:a9fe:a9fe::]", "[2002:c0a8:1::1]"),
    *(
        "[2001:0:7f00:1::]",
        "[2001::1]",
        "[2001:10::1]",
        "[2001:20::1]",
        "[2001:db8::1]",
        "[3fff::1]",
    ),
    *("[fe80::1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1%25lo]", "[::1%lo]", "[febf::1]"),
    *("[fc00::1]", "[fd00::1]", "[fdff:ffff::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]"),
    *("[ff05::2]", "[100::1]", "[5f00::1]", "[::2]", "[2620:4f:8000::1]", "[::ffff:0x7f.1]"),
    *("[::1", "::1]", "[127.0.0.1]", "[localhost]", "[]", "[::1].example.org", "[v1.x]", "::1"),
]
_WHOLE = [
    *(
        "http://user@127.0.0.1/",
        "http://user:pass@example.org/",
        "http://@127.0.0.1/",
        "http://@example.org/",
    ),
    *("http://example.org@127.0.0.1/", "http://127.0.0.1@example.org/", "http://:@example.org/"),
    *(
        "http://example.org#@127.0.0.1:1/",
        "http://example.org\\@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
    ),
    *(
        "http://example.org%40127.0.0.1/",
        "http://example.org%2f@127.0.0.1/",
        "http:\\\\127.0.0.1\\",
    ),
    *(
        "http:/127.0.0.1/",
        "http:127.0.0.1",
        "http:///127.0.0.1/",
        "http:////127.0.0.1/",
        "//127.0.0.1/",
    ),
    *(
        "http://\t127.0.0.1/",
        "http://127.0.0.1\n/",
        "ht\ntp://127.0.0.1/",
        " http://127.0.0.1/",
        "http://127.0.0.1 /",
    ),
    *(
        "http://example.org\r\nHost: 127.0.0.1/",
        "http://example.org\x00.127.0.0.1/",
        "http://exam\x7fple.org/",
    ),
    *(
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:70/_x",
        "dict://127.0.0.1/",
    ),
    *(
        "ldap://127.0.0.1/",
        "tftp://127.0.0.1/",
        "jar:http://127.0.0.1!/",
        "data:text/html,x",
        "javascript:alert(1)",
    ),
    *(
        "unix:///var/run/docker.sock",
        "http+unix://%2Fvar%2Frun/",
        "netdoc:///etc/passwd",
        "ws://127.0.0.1/",
    ),
    *(
        "http://example.org:22/",
        "http://example.org:6379/",
        "http://example.org:0/",
        "http://example.org:99999/",
    ),
    *(
        "http://example.org:-80/",
        "http://example.org:8o/",
        "https://example.org:8443/",
        "http://example.org:80:22/",
    ),
    *(
        "http://",
        "http:",
        "http",
        "",
        "https://?x",
        "https://#x",
        "http://.",
        "http://..",
        "http://.example.org/",
    ),
    *(
        "http://-example.org/",
        "http://exa mple.org/",
        "http://example..org/",
        "http://" + "a" * 64 + ".org/",
    ),
    *(
        "http://" + "a." * 130 + "org/",
        "http://example.org/" + "a" * 3000,
        "http://exa<b>mple.org/",
        "http://exa|b.org/",
    ),
]

SPELLINGS = [
    *(f"http://{host}{{port}}/" for host in (*_LOOPBACK_NAMES, *_IPV4, *_IPV6)),
    *_WHOLE,
]


def test_there_are_at_least_two_hundred_spellings() -> None:
    assert len(set(SPELLINGS)) == len(SPELLINGS) >= 200


@pytest.mark.parametrize("with_port", [True, False], ids=["port", "no port"])
def test_no_spelling_reaches_the_canary(canary: Server, with_port: bool) -> None:
    let_through = []
    for spelling in SPELLINGS:
        url = spelling.replace("{port}", f":{canary.port}" if with_port else "")
        try:
            # A resolver that sends every name to the canary: what is checked must be its answer.
            fetch(url, settings=settings(canary, hosts=()), resolver=to_loopback)
        except FetchError:
            continue
        else:
            let_through.append(url)
    assert let_through == []
    assert canary.requests == []


@pytest.mark.parametrize("host", [*_IPV4, *_IPV6])
def test_odd_numbers_and_local_addresses_are_refused_before_any_look_up(host: str) -> None:
    def looked_up(host: str, port: int) -> list[str]:
        pytest.fail(f"{host} was looked up")

    with pytest.raises(FetchError):
        fetch(f"http://{host}/", resolver=looked_up)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["127.0.0.1", "8.8.8.8"],
        ["::1"],
        ["2606:4700::1111", "fd00::1"],
        ["::ffff:127.0.0.1"],
        ["fe80::1%eth0"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["169.254.169.254"],
        ["nonsense"],
        [""],
        [],
    ],
)
def test_every_resolved_address_must_be_public(canary: Server, addresses: list[str]) -> None:
    with pytest.raises(FetchError):
        fetch(
            f"http://example.org:{canary.port}/",
            settings=settings(canary),
            resolver=lambda host, port: addresses,
        )
    assert canary.requests == []


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_nothing_is_public_that_python_calls_private() -> None:
    for first in range(256):
        for second in (0, 16, 18, 51, 63, 64, 88, 100, 127, 168, 254, 255):
            address = ipaddress.ip_address(f"{first}.{second}.{first % 7}.1")
            if is_public(str(address)):
                assert address.is_global
                assert not address.is_multicast


def test_metadata_services_stay_shut_even_for_allowed_hosts(canary: Server) -> None:
    for address in ("169.254.169.254", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"):
        assert not may_be_allowed(address)
        with pytest.raises(BlockedAddressError):
            fetch("http://wiki.test/", settings=settings(), resolver=lambda h, p, a=address: [a])


# --- redirects and rebinding ----------------------------------------------------------------------


def redirect(location: str, status: int = 302) -> Answer:
    return status, {"Location": location}, b""


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{canary}/",
        "http://localhost:{canary}/",
        "//127.0.0.1:{canary}/",
        "http://2130706433:{canary}/",
        "http://[::1]:{canary}/",
        "http://[::ffff:127.0.0.1]:{canary}/",
        "http://user:pass@wiki.test:{server}/",
        "http://wiki.test:{server}\\@127.0.0.1:{canary}/",
        "http://evil.example.org:{canary}/",
        "\\\\127.0.0.1:{canary}\\",
        "/\t/127.0.0.1:{canary}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{canary}/",
        "http://wiki.test:22/",
        "http://[",
    ],
)
def test_redirects_are_checked_like_the_first_address(
    server: Server, canary: Server, location: str, status: int
) -> None:
    target = location.format(canary=canary.port, server=server.port)
    server.answers["/start"] = redirect(target, status)
    with pytest.raises(FetchError):
        fetch(
            f"http://wiki.test:{server.port}/start",
            settings=settings(server, canary),
            resolver=to_loopback,
        )
    assert canary.requests == []
    assert [path for path, _ in server.requests] == ["/start"]


def test_a_chain_of_redirects_is_followed_to_its_end(server: Server) -> None:
    for number in range(5):
        server.answers[f"/{number}"] = redirect(f"/{number + 1}")
    server.answers["/5"] = (200, {"Content-Type": "text/plain"}, b"end")
    fetched = get(server, "/0")
    assert fetched.content == b"end"
    assert fetched.final_url == f"http://wiki.test:{server.port}/5"


def test_too_long_chains_and_circles_end(server: Server) -> None:
    server.answers["/a"] = redirect("/b")
    server.answers["/b"] = redirect("/a")
    with pytest.raises(FetchError, match="more than 5 times"):
        get(server, "/a")
    assert len(server.requests) == 6


def test_a_chain_that_ends_inside_is_stopped_at_its_end(server: Server, canary: Server) -> None:
    server.answers["/a"] = redirect("/b")
    server.answers["/b"] = redirect(f"http://127.0.0.1:{canary.port}/secret")
    with pytest.raises(BlockedAddressError):
        fetch(
            f"http://wiki.test:{server.port}/a",
            settings=settings(server, canary),
            resolver=to_loopback,
        )
    assert canary.requests == []


def test_a_redirect_without_a_target_is_an_error(server: Server) -> None:
    server.answers["/a"] = (302, {}, b"")
    with pytest.raises(FetchError, match="without saying where"):
        get(server, "/a")


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_answer(
    server: Server, canary: Server
) -> None:
    """A rebinding resolver: the first answer passes the check, every later one is the canary."""
    lookups: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        lookups.append(host)
        return ["127.0.0.1"] if len(lookups) == 1 else ["127.0.0.2"]

    assert (
        fetch(
            f"http://wiki.test:{server.port}/", settings=settings(server), resolver=rebinding
        ).content
        == b"hit"
    )
    assert lookups == ["wiki.test"]

    def public_then_loopback(host: str, port: int) -> list[str]:
        lookups.append(host)
        return ["192.0.2.1"] if len(lookups) % 2 else ["127.0.0.1"]

    for _ in range(6):
        with pytest.raises(FetchError):
            fetch(
                f"http://evil.example.org:{canary.port}/",
                settings=settings(canary),
                resolver=public_then_loopback,
            )
    assert canary.requests == []


def test_each_redirect_is_looked_up_again(server: Server, canary: Server) -> None:
    server.answers["/a"] = redirect("/b")
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    with pytest.raises(BlockedAddressError):
        fetch(
            f"http://wiki.test:{server.port}/a",
            settings=settings(server),
            resolver=lambda host, port: next(answers),
        )
    assert [path for path, _ in server.requests] == ["/a"]


# --- what comes back ------------------------------------------------------------------------------


def test_the_host_is_named_though_the_connection_goes_to_its_address(server: Server) -> None:
    get(server, "/x?y=1#part")
    path, headers = server.requests[0]
    assert path == "/x?y=1"
    assert headers["Host"] == f"wiki.test:{server.port}"
    assert "Cookie" not in headers
    assert "Authorization" not in headers


def test_kinds_that_cannot_be_read_are_refused(server: Server) -> None:
    for kind in ("image/png", "application/zip", "application/json", "video/mp4", "text/css"):
        server.answers["/x"] = (200, {"Content-Type": kind}, b"data")
        with pytest.raises(FetchError, match="kind that cannot be read"):
            get(server, "/x")


def test_a_file_without_a_kind_is_looked_at(server: Server) -> None:
    server.answers["/a"] = (200, {"Content-Type": "application/octet-stream"}, b"%PDF-1.7 ...")
    assert get(server, "/a").media_type == "application/pdf"
    server.answers["/b"] = (200, {}, b"who knows")
    with pytest.raises(FetchError, match="does not say what kind"):
        get(server, "/b")


def test_markdown_served_as_plain_text_is_markdown(server: Server) -> None:
    server.answers["/notes.md"] = (200, {"Content-Type": "text/plain; charset=utf-8"}, b"# Hi")
    assert get(server, "/notes.md").media_type == "text/markdown"


def test_an_encoding_that_only_the_server_states_is_kept(server: Server) -> None:
    from ingest.loaders.html_encoding import decode_html

    body = "<p>Компания</p>".encode("cp1251")
    server.answers["/x"] = (200, {"Content-Type": "text/html; charset=windows-1251"}, body)
    assert decode_html(get(server, "/x").content).text == "<p>Компания</p>"


def test_more_than_a_file_may_have_is_refused_early_and_late(server: Server) -> None:
    plain = {"Content-Type": "text/plain"}
    server.answers["/said"] = (200, {**plain, "Content-Length": "10000000"}, b"x")
    server.answers["/unsaid"] = (200, {**plain}, b"x" * 200_000)
    bomb = gzip.compress(bytes(5_000_000))
    server.answers["/bomb"] = (200, {**plain, "Content-Encoding": "gzip"}, bomb)
    for path in ("/said", "/unsaid", "/bomb"):
        with pytest.raises(TooLargeError):
            get(server, path, file_bytes=100_000)


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "404"), (500, "500"), (204, "204"), (401, "401")]
)
def test_other_answers_are_errors_that_name_the_status(
    server: Server, status: int, reason: str
) -> None:
    server.answers["/x"] = (status, {"Content-Type": "text/plain"}, b"")
    with pytest.raises(FetchError, match=reason):
        get(server, "/x")


def test_an_empty_answer_is_an_empty_document(server: Server) -> None:
    server.answers["/x"] = (200, {"Content-Type": "text/plain"}, b"")
    with pytest.raises(EmptyDocumentError):
        get(server, "/x")


def trickle_headers(handler: http.server.BaseHTTPRequestHandler) -> None:
    gone = threading.Event()
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        if gone.wait(0.05):
            return
        try:
            handler.wfile.write(f"X-{number}: x\r\n".encode())
        except OSError:
            return


def trickle_body(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    trickle_headers(handler)


@pytest.mark.parametrize("trickle", [trickle_headers, trickle_body])
def test_a_server_that_trickles_is_cut_off(
    server: Server, trickle: Callable[[http.server.BaseHTTPRequestHandler], None]
) -> None:
    server.answers["/slow"] = trickle
    quick = FetchSettings(
        allow_private_hosts=frozenset({"wiki.test"}),
        ports=frozenset({server.port}),
        total_seconds=0.5,
    )
    with pytest.raises(FetchError):
        fetch(f"http://wiki.test:{server.port}/slow", settings=quick, resolver=to_loopback)


def test_a_connection_that_breaks_is_an_error_without_addresses(server: Server) -> None:
    server.answers["/x"] = lambda handler: handler.connection.close()
    with pytest.raises(FetchError) as caught:
        get(server, "/x")
    assert "127.0.0.1" not in str(caught.value)


def test_an_unknown_host_is_said_to_be_so() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(FetchError, match=r"example\.org is not known"):
        fetch("https://example.org/", resolver=unknown)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org:443/a?b=c#d", "https://example.org/a?b=c"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"),
    ],
)
def test_good_addresses_have_one_spelling(url: str, expected: str) -> None:
    assert normalise_url(url) == expected
    assert normalise_url(expected) == expected
