"""Resolves a host once and checks the result: connections go to the checked address."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Sequence

from network.addresses import is_public, may_be_allowed
from network.errors import PrivateError, UnknownHostError

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to IP addresses; raises OSError where there are none."""


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_address(
    host: str, port: int, *, allowed: Collection[str] = (), resolver: Resolver = resolve
) -> str:
    """The first address of the host, if all of them are let through.

    Connect to this address and not to the name: a second look-up could answer otherwise.

    Args:
        host: In lower case.
        port: For the look-up.
        allowed: Hosts and addresses of the local network that the settings let in.
        resolver: Looks the host up.

    Raises:
        UnknownHostError: If the host is not known.
        PrivateError: If one of its addresses is not on the public Internet, nor let in.
    """
    try:
        found = list(resolver(host, port))
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(f"The host {host} is not known.") from error
    if not found:
        raise UnknownHostError(f"The host {host} is not known.")
    for address in found:
        is_let_in = host in allowed or address in allowed
        if not (is_public(address) or (is_let_in and may_be_allowed(address))):
            raise PrivateError("It points to an address that is not on the public Internet.")
    return found[0]
