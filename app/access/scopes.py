"""What a caller may do, the same for all interfaces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vectorstore.types import UNRESTRICTED, Audience


class Scope(StrEnum):
    """One thing that a token opens."""

    ASK = "ask"
    """Ask, and read the own conversations."""
    SOURCES = "sources"
    """List, search and read the sources."""
    FEEDBACK = "feedback"
    """Rate answers."""
    INGEST = "ingest"
    """Change the sources."""
    ADMIN = "admin"
    """Everything, and what other people asked."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in."""

    id: str
    """Stays the same as long as the account does; never shown."""
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """What one request may do."""

    scopes: frozenset[Scope]
    token_id: str | None = None
    """The token that was shown; None where none was needed, or the server's own secret was."""
    person: Person | None = None
    """None for a program, and where nobody is asked to sign in."""
    groups: frozenset[str] = frozenset()
    """Whose documents it sees, beside those that are open to everybody."""

    @property
    def sees_all(self) -> bool:
        """Whether documents of every group are shown."""
        return Scope.ADMIN in self.scopes

    @property
    def audience(self) -> Audience:
        """With whose eyes the library is read for it."""
        if self.sees_all:
            return UNRESTRICTED
        # As documents have them: what identity providers send is not always tidy.
        return Audience(frozenset(" ".join(name.split()) for name in self.groups))

    def may(self, scope: Scope) -> bool:
        """Whether it opens this."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


OPEN = Access(frozenset({Scope.ASK, Scope.SOURCES, Scope.FEEDBACK}))
"""Of everybody, where no token is asked for."""
EVERYTHING = Access(frozenset(Scope))
