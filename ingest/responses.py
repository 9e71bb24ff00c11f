"""A server's response, and the kind of file and encoding that it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urlsplit

from ingest.errors import UnreadableKindError
from ingest.loaders.encoding_labels import codec_of
from ingest.loaders.formats import FORMATS, MEDIA_TYPES, SNIFFED_BYTES, Format, sniff

_OWN_ENCODING = frozenset(
    {Format.PDF, Format.DOCX, Format.XLSX, Format.PPTX, Format.EPUB, Format.MAIL}
)
"""Kinds whose files tell their encoding themselves."""

_UNTYPED = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")
READABLE = frozenset({*FORMATS, *_UNTYPED})
"""Media types whose content is worth having."""
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered after redirects, whatever its status."""

    status: int
    reason: str
    final_url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    content: bytes = b""
    """Only where the status is 200."""
    is_moved_for_good: bool = False
    """Whether `final_url` was reached by permanent redirects alone, at least one."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave."""

    content: bytes
    media_type: str
    """One that there is a parser for, without parameters."""
    final_url: str
    """After redirects."""


def readable(response: Response) -> Fetched:
    """The content of an answer as a file of a known kind, its encoding kept.

    Raises:
        FetchError: If its kind is not known.
    """
    content = response.content
    media_type = _media_type(
        stated_type(response.headers), urlsplit(response.final_url).path, content
    )
    charset = _charset(response.headers)
    if charset and FORMATS[media_type] not in _OWN_ENCODING:
        content = _to_utf8(content, charset)
    return Fetched(content, media_type, response.final_url)


def stated_type(headers: Mapping[str, str]) -> str:
    """Media type without parameters, in lower case; empty where the server says none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _charset(headers: Mapping[str, str]) -> str | None:
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    return message.get_content_charset()


def _media_type(stated: str, path: str, content: bytes) -> str:
    """What it is, where the server says nothing or just "text"."""
    if stated in _UNTYPED:
        kind = sniff(content[:SNIFFED_BYTES])
        if kind not in (Format.PDF, Format.DOCX):
            raise UnreadableKindError("The server does not say what kind of file it is.")
        return MEDIA_TYPES[kind]
    if stated == "text/plain" and path.lower().endswith((".md", ".markdown")):
        return MEDIA_TYPES[Format.MARKDOWN]
    return stated


def _to_utf8(content: bytes, charset: str) -> bytes:
    """Keep the encoding that only the server states, by putting the text into a marked UTF-8."""
    if content.startswith((_UTF8_MARK, b"\xff\xfe", b"\xfe\xff")):
        return content
    codec = codec_of(charset)
    if codec is None or (codec == "cp1252" and "1252" not in charset):
        return content  # Latin 1 is a default of servers, not a statement: let the content speak
    try:
        return _UTF8_MARK + content.decode(codec).encode()
    except UnicodeError:
        return content
