"""The adapter for other systems: LangChain's document loaders, or a function of one's own.

`loader = "module:callable"` with `arguments` in `sync.toml`. The callable is called with the
arguments and gives either a LangChain loader (an object with `lazy_load` or `load`) or the items
themselves. An item is a LangChain `Document`, or a mapping with

    uri         what names it for good: an address, an id, a path within the other system
    text        Markdown or plain text; or
    bytes       the file as it is, with `media_type`
    media_type  optional beside `text`; "text/markdown" where it is left out
    metadata    optional: title, authors, publisher, published, url, language
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ingest.errors import FetchError, ListingError
from ingest.fetch import normalise_url
from ingest.loaders.formats import FORMATS, MEDIA_TYPES, Format
from ingest.loaders.parsed import Fields, fields_from

_NAMES = ("uri", "source", "url", "file_path", "id")
"""Where LangChain's loaders put what names a document; the first that is there is taken."""
_OTHER_NAMES = {
    "authors": ("authors", "author", "created_by", "owner"),
    "published": ("published", "publication_date", "date", "when", "last_modified", "modified"),
    "publisher": ("publisher", "site_name"),
    "title": ("title", "name"),
    "url": ("url", "web_url", "webUrl", "source"),
    "language": ("language", "lang"),
}
"""What they call what a document is known by."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document of another system."""

    address: str
    content: bytes
    format: Format
    fields: Fields


def items(source: str, loader: str, arguments: Mapping[str, Any]) -> Iterator[Item]:
    """The documents that a loader gives; parts with the same name (pages of one file) are joined.

    Raises:
        ListingError: If it cannot be imported or called, breaks off, or gives something else.
    """
    joined: dict[str, Item] = {}
    try:
        for raw in _raw_items(_called(loader, arguments)):
            item = _item(source, raw)
            known = joined.get(item.address)
            if known is not None:
                item = Item(
                    item.address,
                    known.content + b"\n\n" + item.content,
                    known.format,
                    known.fields,
                )
            joined[item.address] = item
    except ListingError:
        raise
    except Exception as error:
        raise ListingError(
            f"The loader {loader} broke off: {type(error).__name__}: {error}"
        ) from error
    yield from joined.values()


def _called(loader: str, arguments: Mapping[str, Any]) -> Any:
    module, _, path = loader.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for name in path.split("."):
            found = getattr(found, name)
    except ModuleNotFoundError as error:
        raise ListingError(
            f"The loader {loader} needs the module {error.name}, which is not installed; "
            "install the package that has it."
        ) from error
    except AttributeError as error:
        raise ListingError(f"There is no {path} in {module}.") from error
    return found(**arguments)


def _raw_items(given: Any) -> Iterable[Any]:
    for name in ("lazy_load", "load"):
        if callable(method := getattr(given, name, None)):
            found: Iterable[Any] = method()
            return found
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping):
        return given
    raise ListingError(
        f"The loader gave a {type(given).__name__}: neither documents nor an object with lazy_load."
    )


def _item(source: str, raw: Any) -> Item:
    if isinstance(raw, Mapping):
        stated = dict(raw.get("metadata") or {})
        name, text, content = raw.get("uri"), raw.get("text"), raw.get("bytes")
        media_type = raw.get("media_type")
    else:
        stated = dict(getattr(raw, "metadata", None) or {})
        name, text, content = None, getattr(raw, "page_content", None), None
        media_type = stated.get("media_type")
    name = name or next((stated[each] for each in _NAMES if stated.get(each)), None)
    if not name or (text is None) == (content is None):
        raise ListingError("A document of the loader lacks its uri, or has not one of text, bytes.")
    kind = _kind(media_type, is_text=content is None)
    content = str(text).encode() if content is None else bytes(content)
    return Item(_address(source, str(name)), content, kind, _fields(stated))


def _kind(media_type: object, *, is_text: bool) -> Format:
    if media_type is None and is_text:
        return Format.MARKDOWN
    found = FORMATS.get(str(media_type))
    if found is None:
        known = ", ".join(sorted(MEDIA_TYPES.values()))
        raise ListingError(f"A document has the media type {media_type!r}; known are {known}.")
    return found


def _address(source: str, name: str) -> str:
    try:
        return normalise_url(name)
    except FetchError:
        return f"sync://{source}/{quote(name, safe='/')}"


def _fields(stated: Mapping[str, Any]) -> Fields:
    values = {
        field: value
        for field, names in _OTHER_NAMES.items()
        if (value := next((stated[each] for each in names if stated.get(each)), None))
    }
    return fields_from(values, "loader")
