"""Errors between a question and its answer.

ChatError
├── QuestionError
│   ├── QuestionEmptyError
│   └── QuestionTooLongError
├── UnknownComposerError
├── InvalidFieldError
│   └── UnknownModelError
├── NotFoundError
├── KeyInUseError
├── KeyReusedError
├── NotReadyError
│   ├── EmptyLibraryError
│   └── OutdatedIndexError
├── OverloadedError
├── RateLimitedError
├── AnswerTimeoutError
├── ConversationStoreError
├── SettingsError
└── ServeError

Messages of `QuestionError`, `UnknownComposerError`, `InvalidFieldError`, `NotFoundError`,
`KeyInUseError`, `KeyReusedError`, `OverloadedError`, `RateLimitedError` and `AnswerTimeoutError`
are shown to people as they are, so they name nothing inside the machine. All others are logged, and
readers get a fixed sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from app.languages.catalogue import marked, say, translated


class ChatError(Exception):
    """Root of everything that `app` raises on purpose."""

    retryable = False
    """Whether the same request may succeed a little later."""
    _message: str | None = None
    _values: Mapping[str, object] = MappingProxyType({})

    def said(self, language: str) -> str:
        """The message for a reader, in their language if there is a translation."""
        if self._message is None:
            return translated(language, str(self))
        return say(language, self._message, **self._values)

    def _says(self, message: str, **values: object) -> None:
        """Take a message of the catalogues, with its values."""
        self._message, self._values = message, values
        self.args = (message.format(**values),)


class QuestionError(ChatError):
    """The question cannot be asked as it is."""


class QuestionEmptyError(QuestionError):
    """Nothing is left of the question once white space and control characters are gone."""

    def __init__(self) -> None:
        super().__init__()
        self._says("The question is empty. Write what you would like to know.")


class QuestionTooLongError(QuestionError):
    """The question has more characters than the limit allows."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__()
        self._says(
            "The question has {length:,} characters; at most {limit:,} are read. "
            "Shorten it, or ask its parts one by one.",
            length=length,
            limit=limit,
        )
        self.length = length
        self.limit = limit


class UnknownComposerError(ChatError):
    """A composer was asked for by a name that is not configured."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no composer named {name!r}. Known: {', '.join(known) or 'none'}."
        )
        self.name = name


class InvalidFieldError(ChatError):
    """A field of a request has the right form, but asks for what is not done here."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class UnknownModelError(InvalidFieldError):
    """A model was asked for, in OpenAI's sense, that this server does not offer."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no model named {name!r}. Known: {', '.join(known)}.", field="model"
        )


class NotFoundError(ChatError):
    """There is no such source, version, answer or conversation, or not for this visitor."""

    def __init__(self, kind: str) -> None:
        super().__init__(_NOT_FOUND.get(kind, f"There is no such {kind}."))
        self.kind = kind


# Whole sentences, as the words before a noun depend on it in other languages.
_NOT_FOUND = {
    "source": marked("There is no such source."),
    "version of a source": marked("There is no such version of a source."),
    "answer": marked("There is no such answer."),
    "conversation": marked("There is no such conversation."),
    "page": marked("There is no such page."),
    "run": marked("There is no such run."),
}


class KeyInUseError(ChatError):
    """A request came again while the first one with its `Idempotency-Key` is being answered."""

    retryable = True

    def __init__(self) -> None:
        super().__init__(
            marked("This request is being answered already. Send it again in a moment.")
        )


class KeyReusedError(ChatError):
    """Another request had this `Idempotency-Key`."""

    def __init__(self) -> None:
        super().__init__(
            marked(
                "Another request had this Idempotency-Key. Use a new key for each request, and the "
                "same key only to send the same request again."
            )
        )


class NotReadyError(ChatError):
    """No index can be served yet. The message is for the log, readers get `TOLD`."""

    retryable = True
    TOLD: ClassVar = marked("The sources are not ready to be searched yet. Try again in a moment.")


class EmptyLibraryError(NotReadyError):
    """Nothing has been ingested yet: trying again helps only when somebody has done that."""

    TOLD: ClassVar = marked(
        "There are no sources yet. Whoever runs this adds them with “accord ingest” or on the page "
        "/admin."
    )


class OutdatedIndexError(NotReadyError):
    """There is an index that this program cannot read: somebody has to build it again."""

    TOLD: ClassVar = marked(
        "The sources cannot be searched: their index has to be built again. Whoever runs this does "
        "that with “accord rebuild”; “accord doctor” says why."
    )


class OverloadedError(ChatError):
    """All places are taken and the wait was too long."""

    retryable = True

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        """The message may hold `{seconds}`, after which another try is worth while."""
        super().__init__()
        self._says(message, seconds=retry_after_s)
        self.retry_after_s = retry_after_s


class RateLimitedError(ChatError):
    """One client asked more often than the limit allows."""

    retryable = True

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__()
        self._says("Too many requests. Try again in {seconds} s.", seconds=retry_after_s)
        self.retry_after_s = retry_after_s


class AnswerTimeoutError(ChatError):
    """The answer was not finished before its deadline."""

    retryable = True

    def __init__(self, deadline_s: float) -> None:
        super().__init__()
        self._says(
            "The answer took longer than {seconds:g} s and was stopped. Try again.",
            seconds=deadline_s,
        )


class ConversationStoreError(ChatError):
    """The store of conversations could not be opened, read or written."""


class SettingsError(ChatError):
    """A setting has a value that is not allowed; its message names the variable and what is."""


class ServeError(ChatError):
    """The server could not be started; the message says why and what to do."""
