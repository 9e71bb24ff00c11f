"""Errors of reading documents.

IngestError
├── SourcesTomlError           a sources.toml cannot be read or has a wrong entry
├── SyncPlanError              a sync.toml cannot be read or has a wrong entry
├── ListingError               a source to keep in step with does not say what it holds
└── LoadError                  one source could not be turned into text
    ├── NotFoundError          it is gone, or may not be read
    ├── UnsupportedFormatError no parser for this kind of file
    ├── BinaryFileError        called text, but is not
    ├── TooLargeError          over a size limit, before or after unpacking
    ├── EmptyDocumentError     nothing to read in it
    ├── EncryptedFileError     needs a password
    ├── NoTextLayerError       pictures of pages, no text
    ├── MalformedFileError     damaged, truncated or forged
    ├── ParserStoppedError     the parser crashed, ran out of time or of memory
    └── FetchError             an address could not be fetched
        ├── UnreachableError     its server does not answer
        ├── UnreadableKindError  its server says that it is of a kind that there is no parser for
        ├── BlockedAddressError  an address that we refuse to connect to
        ├── DisallowedError      robots.txt asks not to fetch it
        └── PostponedError       it was not asked for in this round
"""

from __future__ import annotations


class IngestError(Exception):
    """Root of everything that this package raises on purpose."""


class SourcesTomlError(IngestError):
    """A `sources.toml` cannot be used; the message names the file and, where known, the line."""

    def __init__(self, message: str, *, has_groups: bool = True) -> None:
        super().__init__(message)
        self.has_groups = has_groups
        """Whether it may say who may see the files beside it."""


class SyncPlanError(IngestError):
    """A `sync.toml` cannot be used; the message names the file and the place."""


class ListingError(IngestError):
    """A source does not say what it holds; what is known of it stays as it is."""


class LoadError(IngestError):
    """One source could not be turned into text. The others are not affected.

    Parsers raise it with the reason alone; `load` adds the source by `about`.
    """

    def __init__(self, reason: str, uri: str = "") -> None:
        """Keep the reason, a sentence for a person, apart from the source that it is about."""
        super().__init__(f"{uri}: {reason}" if uri else reason)
        self.reason = reason
        self.uri = uri

    def about(self, uri: str) -> LoadError:
        """The same error, naming its source."""
        return type(self)(self.reason, uri)


class NotFoundError(LoadError):
    """The file is gone or may not be read."""


class UnsupportedFormatError(LoadError):
    """There is no parser for this kind of file."""


class BinaryFileError(LoadError):
    """The content is not text in any encoding that we recognise."""


class TooLargeError(LoadError):
    """Over a size limit: the file itself, what it unpacks to, or the text in it."""


class EmptyDocumentError(LoadError):
    """There is nothing to read in it."""


class EncryptedFileError(LoadError):
    """It needs a password."""


class NoTextLayerError(LoadError):
    """The pages are pictures; reading them needs OCR, which is not done here."""


class MalformedFileError(LoadError):
    """Damaged, truncated or forged."""


class ParserStoppedError(LoadError):
    """The parsing process crashed or was stopped at a limit of time or memory."""


class FetchError(LoadError):
    """An address could not be fetched."""


class BlockedAddressError(FetchError):
    """The address, or one that it redirects to, is not one that we connect to."""


class UnreachableError(FetchError):
    """Its server is not known, does not answer, or breaks off: another time it may be there."""


class UnreadableKindError(FetchError):
    """Its server says that it is of a kind that there is no parser for."""


class DisallowedError(FetchError):
    """The site's robots.txt asks programs not to fetch it."""


class PostponedError(FetchError):
    """It was not asked for in this round; the next one takes it first."""


LOAD_ERRORS: dict[str, type[LoadError]] = {
    kind.__name__: kind
    for kind in (
        LoadError,
        NotFoundError,
        UnsupportedFormatError,
        BinaryFileError,
        TooLargeError,
        EmptyDocumentError,
        EncryptedFileError,
        NoTextLayerError,
        MalformedFileError,
        ParserStoppedError,
        FetchError,
        BlockedAddressError,
    )
}
"""By name: the only error classes that the parsing process can ask for."""
