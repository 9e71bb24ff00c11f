"""Loads one source: read or fetch, parse in the sandbox, join its metadata."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import TYPE_CHECKING

from ingest.discover import Source, SourceKind, discover
from ingest.errors import (
    EmptyDocumentError,
    LoadError,
    NotFoundError,
    TooLargeError,
    UnsupportedFormatError,
)
from ingest.loaders.formats import FORMATS, MEDIA_TYPES, Format
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields, merge
from ingest.sandbox import Sandbox

if TYPE_CHECKING:
    from langchain_core.documents import Document

    from ingest.fetch import Fetcher


def load(
    source: Source | str,
    *,
    limits: LoadLimits | None = None,
    sandbox: Sandbox | None = None,
    checker: Sandbox | None = None,
    fetcher: Fetcher | None = None,
) -> Document:
    """Read one source as light Markdown.

    The text has `#` headings, `-` and `1.` lists, `|` tables, blank lines between paragraphs and
    form feeds between pages. Metadata: `uri`, `media_type`, `sha256` (of the bytes) and `fields`,
    which maps title, authors, publisher, published, url, language and created (the day the file was
    made), as far as known, to a pair of value and provenance; `remarks`, sentences for the report
    on what was assumed, read with doubt or not read.

    Args:
        source: From `discover`, or a single path or address.
        limits: Of this source.
        sandbox: A running one; many files share it. None starts one for this file alone.
        checker: One that runs `ingest.visible`; what it reads comes as metadata `shown`.
        fetcher: Fetches addresses. None fetches public ones only.

    Raises:
        LoadError: Naming the source, with a reason for a person.
    """
    from langchain_core.documents import Document

    source = _single(source) if isinstance(source, str) else source
    limits = limits or LoadLimits()
    try:
        content, kind, stated = _obtain(source, limits, fetcher)
        if not content:
            raise EmptyDocumentError("The file is empty.")
        if sandbox is None:
            with Sandbox(limits) as own:
                parsed = own.parse(content, kind)
        else:
            parsed = sandbox.parse(content, kind)
    except LoadError as error:
        raise error.about(source.uri) from error
    return Document(
        page_content=parsed.text,
        metadata={
            "uri": source.uri,
            "media_type": MEDIA_TYPES[kind],
            "sha256": hashlib.sha256(content).hexdigest(),
            "fields": merge(source.listed, parsed.fields, stated),
            **_shown(content, kind, checker),
            "remarks": parsed.remarks,
        },
    )


def _shown(content: bytes, kind: Format, checker: Sandbox | None) -> dict[str, str]:
    """The words that the file shows, where a second way can read it."""
    if checker is None:
        return {}
    try:
        return {"shown": checker.parse(content, kind).text}
    except LoadError:  # what the loader reads stands without a check
        return {}


def _single(target: str) -> Source:
    found = discover([target])
    if len(found.sources) == 1:
        return found.sources[0]
    if found.sources:
        raise UnsupportedFormatError("It names several files; find them with discover().", target)
    reason = found.refused[0].reason if found.refused else "There is no file in it."
    raise NotFoundError(reason, target)


def _obtain(
    source: Source, limits: LoadLimits, fetcher: Fetcher | None
) -> tuple[bytes, Format, Fields]:
    if source.obtained is not None and source.format is not None:
        content = read_file(str(source.obtained.path), limits.file_bytes)
        return content, source.format, source.obtained.fields
    if source.kind is SourceKind.URL:
        from ingest.fetch import Fetcher as PublicFetcher

        fetched = (fetcher or PublicFetcher(limits)).fetch(source.uri)
        return fetched.content, FORMATS[fetched.media_type], {"url": (fetched.final_url, "address")}
    if source.format is None:
        raise UnsupportedFormatError("Its format is not known.")
    return read_file(source.uri, limits.file_bytes), source.format, {}


def read_file(path: str, most: int) -> bytes:
    """Bytes of a regular file of at most so many, even if it was swapped since it was found.

    Raises:
        NotFoundError: If it is gone, a link by now, no regular file, or may not be read.
        TooLargeError: If it is larger.
    """
    try:
        # Not blocking, for a pipe put in the file's place; no link, for one that leads elsewhere.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        swapped = isinstance(error, OSError) and error.errno == errno.ELOOP
        why = "it became a link" if swapped else getattr(error, "strerror", None) or str(error)
        raise NotFoundError(f"The file cannot be opened: {why}.") from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotFoundError("It is not a regular file.")
        content = file.read(most + 1)
    if len(content) > most:
        raise TooLargeError(f"It has more than {most / 1e6:,.0f} MB.")
    return content
