"""Why an address may not be reached; the message is a sentence for a person."""

from __future__ import annotations


class AddressError(Exception):
    """It is not a web address."""


class UnknownHostError(AddressError):
    """Its host is not known, now at least."""


class BlockedError(AddressError):
    """It is one that the program does not connect to."""


class PrivateError(BlockedError):
    """It lies in a private network: the settings can let it in."""
