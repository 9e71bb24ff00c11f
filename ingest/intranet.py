"""Hosts of one's own network that may be fetched although they are private."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Set
from functools import cache

from ingest.config import IngestSettings
from ingest.errors import IngestError

PATTERN = r"^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*(:[0-9]{1,5})?$|^[0-9a-f:.]+/[0-9]{1,3}$"
VARIABLE = "ACCORD_INTRANET_HOSTS"


class AllowedHosts(Set[str]):
    """Names, names below a domain ("*.corp.example") and ranges of addresses ("10.20.0.0/16").

    A name is in it that is listed or lies below a listed domain; an address, that lies in a range.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Raises IngestError for an entry that is neither."""
        self._entries = tuple(each.strip().lower().removesuffix(".") for each in entries)
        bare = []
        self.ports = set()
        for entry in self._entries:
            if not re.fullmatch(PATTERN, entry):
                raise IngestError(f"{VARIABLE}: {entry!r} is not a host, *.domain or range")
            name, _, port = ("", "", "") if "/" in entry else entry.partition(":")
            bare.append(name)
            self.ports |= {int(port)} if port else set()
        self._names = frozenset(each for each in bare if each and not each.startswith("*."))
        self._domains = tuple(each[1:] for each in bare if each.startswith("*."))
        try:
            self._ranges = [ipaddress.ip_network(each) for each in self._entries if "/" in each]
        except ValueError as error:
            raise IngestError(f"{VARIABLE}: {error}") from error

    def __contains__(self, host: object) -> bool:
        """Whether a name, or an address as text, is let in."""
        if not isinstance(host, str):
            return False
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return host in self._names or host.endswith(self._domains)
        return host in self._names or any(address in each for each in self._ranges)

    def __iter__(self) -> Iterator[str]:
        """The entries."""
        return iter(self._entries)

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._entries)


@cache
def allowed_hosts() -> AllowedHosts:
    """The hosts that ACCORD_INTRANET_HOSTS names; read once.

    Raises:
        IngestError: If the setting cannot be understood.
    """
    return AllowedHosts(IngestSettings().intranet_hosts)
