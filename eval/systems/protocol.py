"""What the harness needs of a system under test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from eval.types import Case, Said


class System(Protocol):
    """Something that answers questions. May be asked from several threads at once."""

    @property
    def name(self) -> str:
        """In words that a person recognises: "extractive", "http://host/api/chat"."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """What its answers depend on; a run is continued only with the same."""
        ...

    def ask(self, case: Case) -> Said:
        """What it says to one case. Does not try again by itself.

        Raises:
            BusyError: If trying again may help.
            NoAnswerError: If this case got no answer.
            SystemUnusableError: If no case would get one.
        """
        ...

    def close(self) -> None:
        """Let go of connections and files."""
        ...
