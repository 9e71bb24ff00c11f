"""Which network addresses and host names may be reached. Pure: no name is resolved here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Set
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from network.errors import AddressError, BlockedError, PrivateError

MAX_URL_CHARACTERS = 2048

DEFAULT_PORTS = {"http": 80, "https": 443}

_NOT_PUBLIC_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier NAT; a metadata service of one cloud lies in it
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # host agent of one cloud, in a public range
        "169.254.0.0/16",  # link-local, metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)

_PUBLIC_6 = IPv6Network("2000::/3")
"""All that is assigned for use on the Internet; mapped, NAT64, local and multicast lie outside."""

_NOT_PUBLIC_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: wraps any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

_NEVER_4 = (
    IPv4Network("169.254.0.0/16"),
    IPv4Network("168.63.129.16/32"),
    IPv4Network("224.0.0.0/3"),
)
_NEVER_6 = (IPv6Network("fe80::/10"), IPv6Network("ff00::/8"), IPv6Network("fd00:ec2::/32"))
"""Not even for a host that is allowed in the settings: metadata services hand out credentials."""

_WRAPPING_6 = tuple(
    IPv6Network(each)
    for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
"""NAT64, 6to4, Teredo and compatible addresses: they hide an IPv4 address. `::1` is let through."""

_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_LOCAL_NAMES = (
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "arpa",
)
"""Last labels of names that never lie on the Internet."""


def is_public(address: str) -> bool:
    """Whether an address, as a resolver gives it, lies on the Internet."""
    parsed = _parse(address)
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _NOT_PUBLIC_4)
    if parsed is None or parsed.scope_id is not None or parsed not in _PUBLIC_6:
        return False
    return not any(parsed in network for network in _NOT_PUBLIC_6)


def may_be_allowed(address: str) -> bool:
    """Whether an address may be reached when the settings allow its host: private, loopback."""
    parsed = _parse(address)
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _NEVER_4)
    if parsed is None or parsed.scope_id is not None:
        return False
    if parsed.is_loopback:
        return True
    if parsed.ipv4_mapped is not None:
        return may_be_allowed(str(parsed.ipv4_mapped))
    return not any(parsed in network for network in (*_NEVER_6, *_WRAPPING_6))


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def check_characters(url: str) -> None:
    """Refuse what one parser of addresses reads differently from another.

    Raises:
        AddressError: With the reason.
    """
    if len(url) > MAX_URL_CHARACTERS:
        raise AddressError(f"The address is longer than {MAX_URL_CHARACTERS} characters.")
    if any(character <= " " or character in '\\<>"^`{|}\x7f' for character in url):
        raise AddressError(
            "The address has spaces, control characters or others that do not belong there."
        )
    if not re.match(r"https?://[^/?#]", url, re.IGNORECASE):
        raise AddressError("Only addresses that begin with http:// or https:// can be fetched.")


def check_host(host: str, allowed: Set[str] = frozenset()) -> None:
    """Refuse host names that are local, or numbers that only some programs read as an IP address.

    Args:
        host: In lower case and ASCII, without brackets and without a dot at the end.
        allowed: Names that the settings let in.

    Raises:
        BlockedError: With the reason.
    """
    if host in allowed:
        return
    if ":" in host or re.fullmatch(r"[\d.]+", host):
        if _parse(host) is None:
            raise BlockedError("Its host is an IP address in an unusual spelling.")
        if not is_public(host):
            raise PrivateError("It points to an address that is not on the public Internet.")
        return
    if not _HOST.fullmatch(host):
        raise BlockedError("Its host is not a valid name.")
    last = host.rsplit(".", 1)[-1]
    if _NUMBER.fullmatch(last):
        raise BlockedError("Its host is an IP address in an unusual spelling.")
    if "." not in host or last in _LOCAL_NAMES:
        raise PrivateError("Its host is a name of the local network.")
