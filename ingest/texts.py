"""Which source holds each text, and which other places have the same text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Texts:
    """Every canonical text is kept once: by the first source that claims it.

    The others are its further places. They take over when its holder goes or says something else.
    """

    _holders: dict[str, str] = field(default_factory=dict)
    """URI by hash of the text."""
    _elsewhere: dict[str, str] = field(default_factory=dict)
    """Hash of the text by URI of a further place."""

    def remember(self, version: str, uris: Iterable[str]) -> None:
        """Take over from former runs where else a text lies."""
        self._elsewhere |= dict.fromkeys(uris, version)

    def is_held(self, version: str) -> bool:
        """Whether some source has claimed this text."""
        return version in self._holders

    def claim(self, version: str, uri: str) -> str:
        """Say that a source has this text; gives the source that holds it, which may be another."""
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
        """Places of texts that nobody holds now: what they say must be read."""
        return sorted(uri for uri, version in self._elsewhere.items() if not self.is_held(version))

    def places(self) -> dict[str, str]:
        """Further place to the source that holds its text, both as URIs."""
        return {
            uri: self._holders[version]
            for uri, version in sorted(self._elsewhere.items())
            if self.is_held(version)
        }
