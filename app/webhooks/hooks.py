"""The webhooks in the settings."""

from __future__ import annotations

import base64
import binascii
import hashlib
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr

from network.addresses import check_characters, check_host
from network.errors import AddressError

SECRET_PREFIX = "whsec_"  # noqa: S105 - of every secret, none itself
SECRET_BYTES = 32
MIN_SECRET_BYTES, MAX_SECRET_BYTES = 24, 64
"""What the specification asks for (standardwebhooks.com)."""


class Event(StrEnum):
    """What happens."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """The sources do not say."""
    FEEDBACK = "feedback"
    RUN_FINISHED = "run_finished"
    """An ingest run has ended: from the command line, of `accord sync`, or from a page."""
    TEST = "test"
    """Somebody asked for it by `accord webhooks test`."""


def _is_secret(secret: SecretStr) -> SecretStr:
    try:
        size = len(key_of(secret))
    except (ValueError, binascii.Error):
        size = 0
    if not MIN_SECRET_BYTES <= size <= MAX_SECRET_BYTES:
        raise ValueError(
            f'the secret must be "{SECRET_PREFIX}" and {MIN_SECRET_BYTES} to {MAX_SECRET_BYTES} '
            "bytes in base64; `accord webhooks secret` makes one"
        )
    return secret


def _is_address(url: str) -> str:
    try:
        check_characters(url)
        parts = urlsplit(url)
        _ = parts.port
    except (AddressError, ValueError) as error:
        raise ValueError(f"{error}") from error
    if parts.username is not None or parts.password is not None or not parts.hostname:
        raise ValueError("it holds a user name or password, or no host")
    return url


class Webhook(BaseModel):
    """One address that is notified of events."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, AfterValidator(_is_address)]
    secret: Annotated[SecretStr, AfterValidator(_is_secret)]
    events: tuple[Event, ...] = (
        Event.ANSWERED,
        Event.REFUSED,
        Event.FEEDBACK,
        Event.RUN_FINISHED,
    )
    with_texts: bool = False
    """Send what people wrote as well: questions and comments."""
    allow_private: bool = False
    """Send although the address is not on the public Internet."""

    @property
    def host(self) -> str:
        """Of the address, in lower case."""
        return (urlsplit(self.url).hostname or "").lower().removesuffix(".")

    @property
    def id(self) -> str:
        """Names it in the queue: nothing that opens anything, even if the address is a secret."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:12]

    @property
    def allowed(self) -> frozenset[str]:
        """Hosts that are let in although they are private."""
        return frozenset({self.host}) if self.allow_private else frozenset()


def checked(hooks: tuple[Webhook, ...]) -> tuple[Webhook, ...]:
    """The same webhooks, if no address is used twice and none is private without leave."""
    for hook in hooks:
        if [other.url for other in hooks].count(hook.url) > 1:
            raise ValueError("an address is used for two webhooks; name its events in one")
        try:
            check_host(hook.host, hook.allowed)
        except AddressError as error:
            raise ValueError(f"{error} Set allow_private where that is meant") from error
    return hooks


def key_of(secret: SecretStr) -> bytes:
    """The bytes that sign.

    Raises:
        ValueError: If it is no base64.
    """
    return base64.b64decode(secret.get_secret_value().removeprefix(SECRET_PREFIX), validate=True)
