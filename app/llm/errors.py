"""What can go wrong with a chat model.

ChatError
└── ModelError
    ├── ModelUnavailableError       no answer, too slow, too many requests, a fault on its side
    │   ├── ModelBusyError          it takes no more requests for now
    │   └── ModelTimeoutError       it took longer than it was given
    ├── ModelAuthenticationError    the key is missing, wrong or not allowed to do this
    ├── ModelRefusedError           it will not do this, however often it is asked
    └── ModelOutputError            what came is no whole reply

Messages are for the log and for whoever set the model up. They hold no key and no question.
"""

from __future__ import annotations

from app.errors import ChatError


class ModelError(ChatError):
    """Root of what goes wrong with a chat model."""


class ModelUnavailableError(ModelError):
    """The model did not answer. Trying again later may help."""

    retryable = True

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        """How long the provider asks to wait; None where it does not say."""


class ModelBusyError(ModelUnavailableError):
    """The provider takes no more requests for now; it is not down."""


class ModelTimeoutError(ModelUnavailableError):
    """The model took longer than it was given."""


class ModelAuthenticationError(ModelError):
    """The provider does not accept the key."""


class ModelRefusedError(ModelError):
    """The provider refuses this request: no such model, too long, or against its rules."""


class ModelOutputError(ModelError):
    """What came is no whole reply: empty, broken off, endless or not in the protocol."""

    def __init__(self, message: str, *, retryable: bool = True) -> None:
        super().__init__(message)
        self.retryable = retryable
