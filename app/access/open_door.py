"""Whether a server may be open to everybody who reaches it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.languages.catalogue import marked

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
STRANGE_HOST = marked(
    "This server answers without a token only under the names of its own machine, and this request "
    "calls it otherwise. Open it as http://127.0.0.1 or http://localhost, or let whoever runs it "
    "set ACCORD_PUBLIC_URL to the address that people use."
)


def is_loopback(host: str) -> bool:
    """Whether an address, as it is listened on, is reached from this machine alone."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refusal(address: str, *, is_guarded: bool, is_meant: bool) -> str | None:
    """Why a server may not listen here; None where it may.

    Args:
        address: What it listens on.
        is_guarded: Whether requests need a token or a person, or a proxy stands before it.
        is_meant: Whether whoever runs it has said that everybody who reaches it may ask.
    """
    if is_guarded or is_meant or is_loopback(address):
        return None
    return (
        f"On {address} others can reach this server, and it asks nobody who they are: they could "
        "read every source. Do one of these: listen on 127.0.0.1; make a token with `accord token "
        "create NAME`, after which nobody is answered without one; let people sign in with "
        "ACCORD_OIDC_ISSUER; name the proxy that signs people in with ACCORD_TRUSTED_PROXIES; or "
        "say that everybody who reaches it may ask with "
        "ACCORD_OPEN_TO_NETWORK=true."
    )


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """The names under which a server that only this machine reaches may be called.

    A page elsewhere whose name is made to lead to this machine (DNS rebinding) sends its own name,
    which is never an address of numbers: those are known, whatever they are.
    """

    public: str | None = None
    """Another name, in lower case."""

    def has(self, header: str | None) -> bool:
        """Whether the header `Host` has such a name; browsers always send one."""
        if header is None:
            return True
        try:
            name = (urlsplit(f"//{header}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if name == "localhost" or name.endswith(".localhost") or name == self.public:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def known_hosts(
    address: str, *, public_url: str | None, is_behind_proxy: bool, is_meant: bool
) -> KnownHosts | None:
    """The names for a server that listens on an address; None where any may be used.

    Args:
        address: What it listens on.
        public_url: Where people reach it.
        is_behind_proxy: Whether a trusted proxy says who asks.
        is_meant: Whether everybody who reaches it may ask.
    """
    if is_behind_proxy or is_meant or not is_loopback(address):
        return None
    return KnownHosts(urlsplit(public_url).hostname if public_url else None)
