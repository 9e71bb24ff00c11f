"""People who have signed in, and what they may do."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from app.access.scopes import EVERYTHING, OPEN, Access, Person
from app.languages.catalogue import say

ID_CHARACTERS = 40
"""160 bits of a hash: no two accounts share them."""


class SignOnError(Exception):
    """Somebody could not be signed in."""

    def __init__(self, notice: str, reason: str = "", **values: object) -> None:
        """Make the error.

        Args:
            notice: For the person who wanted to sign in: a message of the catalogues.
            reason: For the log of the server.
            values: What is in the places of the notice.
        """
        super().__init__(f"{notice.format(**values)} {reason}".strip())
        self._notice, self._values = notice, values

    def said(self, language: str) -> str:
        """The notice in the language of the reader."""
        return say(language, self._notice, **self._values)


class IssuerAwayError(SignOnError):
    """The issuer gives no answer, or none that can be used."""


class NotAdmittedError(SignOnError):
    """The issuer knows the account, which may not come in here."""


@dataclass(frozen=True, slots=True)
class Account:
    """What whoever signs people in says of one of them."""

    person: Person
    groups: frozenset[str] = frozenset()


def person_id(issuer: str, subject: str) -> str:
    """One name for an account of an issuer, of a length that databases hold.

    A hash: the same subject at another issuer is somebody else, and a list of conversations does
    not name whose they are.
    """
    return hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:ID_CHARACTERS]


def session_id(issuer: str, sid: str) -> str:
    """One name for a session at an issuer (the claim `sid`), of a length that databases hold."""
    return hashlib.sha256(f"{issuer}\0sid\0{sid}".encode()).hexdigest()[:ID_CHARACTERS]


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is let in, and as what. Asked at every request, so that changed settings act at once."""

    allowed_groups: frozenset[str] = frozenset()
    """Empty lets in everybody who has signed in."""
    admin_groups: frozenset[str] = frozenset()

    @classmethod
    def of(cls, allowed: Collection[str], admins: Collection[str]) -> Admission:
        """From the settings; an admin need not be in an allowed group too."""
        return cls(frozenset(allowed), frozenset(admins))

    def access(self, account: Account) -> Access | None:
        """What it opens; None where it is not let in."""
        is_admin = not self.admin_groups.isdisjoint(account.groups)
        if self.allowed_groups and not is_admin and self.allowed_groups.isdisjoint(account.groups):
            return None
        scopes = EVERYTHING.scopes if is_admin else OPEN.scopes
        return Access(scopes, person=account.person, groups=account.groups)
