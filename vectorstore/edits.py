"""What people state about documents on the page: it goes before what their sources say.

Kept in the catalog by URI, so that the next ingest of the same source heeds it, and erased with the
document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select

from vectorstore.schema import documents, edits
from vectorstore.staging import insert_all
from vectorstore.types import DocumentId, Metadata, PreparedDocument

EDITED = "edited"
"""Provenance of what was stated so."""
EDITABLE = ("title", "authors", "publisher", "published", "url", "language")
"""What may be stated. A field that comes later needs its name here and its form in `checked`."""

Edits = Mapping[str, Any]
"""Values by field: text, for `authors` a list of names; None says that there is none."""

MAX_CHARACTERS = 500
MAX_AUTHORS = 50
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


class EditError(ValueError):
    """A value that its field cannot have."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def checked(name: str, value: Any) -> Any:
    """A value as its field has it.

    Raises:
        EditError: If it cannot have it.
    """
    if name not in EDITABLE:
        known = ", ".join(EDITABLE)
        raise EditError(name, f"{name!r} is no field that can be edited; these can: {known}.")
    if name == "authors":
        names = [_line(name, each) for each in value or ()]
        if len(names) > MAX_AUTHORS:
            raise EditError(name, f"There are more than {MAX_AUTHORS} authors.")
        return [each for each in names if each] or None
    text = _line(name, value) if value is not None else ""
    if not text:
        if name == "title":
            raise EditError(name, "A title cannot be empty.")
        return None
    if name == "published" and day_of(text) is None:
        raise EditError(name, f"{text!r} is no date; write it as 2019-01-15, 2019-01 or 2019.")
    if name == "url" and not re.match(r"https?://[^\s/]", text, re.IGNORECASE):
        raise EditError(name, "An address begins with http:// or https://.")
    if name == "language" and not re.fullmatch(r"[A-Za-z]{2,3}(?:-\w+)*", text):
        raise EditError(name, f"{text!r} is no code of a language, such as en or pt-br.")
    return text.lower() if name == "language" else text


def day_of(text: str) -> tuple[date, str] | None:
    """A date and how exact it is, "day", "month" or "year"."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        found = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return found, "day" if day else "month" if month else "year"


def with_edits(prepared: PreparedDocument, stated: Edits | None) -> PreparedDocument:
    """The document with what people state about it."""
    if not stated:
        return prepared
    document = prepared.document
    edited = replace(document, metadata=edited_metadata(document.metadata, stated))
    return replace(prepared, document=edited)


def edited_metadata(known: Metadata, stated: Edits) -> Metadata:
    """What is known, and before that what is stated."""
    values: dict[str, Any] = {}
    for name, value in stated.items():
        if name == "authors":
            values[name] = tuple(value or ())
        elif name == "published":
            found = day_of(value) if value else None
            values[name] = found[0] if found else None
            values["published_precision"] = found[1] if found else "day"
        else:
            values[name] = value
    provenance = {**known.provenance, **dict.fromkeys(stated, EDITED)}
    return replace(known, **values, provenance=provenance)


def read_edits(connection: Connection) -> dict[str, Edits]:
    """What is stated, by URI."""
    return {row.uri: json.loads(row.fields) for row in connection.execute(select(edits))}


def write_edits(connection: Connection, uri: str, stated: Edits) -> None:
    """Let this be all that is stated about a source."""
    connection.execute(delete(edits).where(edits.c.uri == uri))
    if stated:
        fields = json.dumps(stated, sort_keys=True)
        insert_all(connection, edits, [{"uri": uri, "fields": fields}])


def forget_edits(connection: Connection, erased: Iterable[DocumentId]) -> None:
    """Of documents that are erased; to be called while their URIs are still known."""
    uris = select(documents.c.uri).where(documents.c.id.in_(list(erased)))
    connection.execute(delete(edits).where(edits.c.uri.in_(uris)))


def _line(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise EditError(name, "This is no text.")
    text = re.sub(r"[\s\x00-\x1f\x7f]+", " ", value).strip()
    if len(text) > MAX_CHARACTERS:
        raise EditError(name, f"It has more than {MAX_CHARACTERS} characters.")
    return text.encode("utf-8", "replace").decode()
