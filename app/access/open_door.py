"""Whether a server may be open to everybody who reaches it."""

from __future__ import annotations

import ipaddress

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


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
