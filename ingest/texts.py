"""Which source holds each text, and which other places have the same text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Texts:
    """Assigns each canonical text to one source: the first that claims it.

    The others are recorded as copies. They take over when that source goes or changes.
    """

    _holders: dict[str, str] = field(default_factory=dict)
    """URI by hash of the text."""
    _elsewhere: dict[str, str] = field(default_factory=dict)
    """Hash of the text by URI of a further place."""

    def remember(self, version: str, uris: Iterable[str]) -> None:
        """Add copies of a text that earlier runs have found."""
        self._elsewhere |= dict.fromkeys(uris, version)

    def is_held(self, version: str) -> bool:
        """Whether some source has claimed this text."""
        return version in self._holders

    def claim(self, version: str, uri: str) -> str:
        """Claim a text for a source; returns the source that it is assigned to, perhaps another."""
        holder = self._holders.setdefault(version, uri)
        if holder == uri:
            self._elsewhere.pop(uri, None)
        else:
            self._elsewhere[uri] = version
        return holder

    def release(self, version: str, uri: str) -> None:
        """Take a claim back: the text could not be stored."""
        if self._holders.get(version) == uri:
            del self._holders[version]

    def orphans(self) -> list[str]:
        """Copies of texts that are assigned to no source now, and so must be read."""
        return sorted(uri for uri, version in self._elsewhere.items() if not self.is_held(version))

    def places(self) -> dict[str, str]:
        """Each copy with the source that its text is assigned to, both as URIs."""
        return {
            uri: self._holders[version]
            for uri, version in sorted(self._elsewhere.items())
            if self.is_held(version)
        }
