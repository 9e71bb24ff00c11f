"""Options that restrict what is searched, and the names of sources that they accept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorstore.errors import UnknownDocumentError
from vectorstore.types import UNRESTRICTED, Audience, Filters

if TYPE_CHECKING:
    from vectorstore.reader import DocumentSummary

PANEL = "Search only"
DAY = ["%Y-%m-%d"]

Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        "-s",
        metavar="SOURCE",
        help="This source, named by path, URL, id or title. Repeatable.",
        rich_help_panel=PANEL,
    ),
]
Publishers = Annotated[
    list[str] | None,
    typer.Option(
        "--publisher",
        metavar="NAME",
        help="Sources of this publisher. Repeatable.",
        rich_help_panel=PANEL,
    ),
]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--from",
        formats=DAY,
        metavar="DATE",
        help="Sources published on this day or later, as 2019-01-15.",
        rich_help_panel=PANEL,
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--to",
        formats=DAY,
        metavar="DATE",
        help="Sources published on this day or earlier.",
        rich_help_panel=PANEL,
    ),
]


Groups = Annotated[
    list[str] | None,
    typer.Option(
        "--group",
        metavar="NAME",
        help="See what somebody of this group sees. Repeatable; you see everything without it.",
        rich_help_panel=PANEL,
    ),
]


def audience_of(groups: Sequence[str] | None) -> Audience:
    """Whose eyes the options lend; without any everything is seen, as the files are here."""
    return Audience(frozenset(groups)) if groups else UNRESTRICTED


def filters_of(
    documents: Sequence[DocumentSummary],
    sources: Sequence[str] | None,
    publishers: Sequence[str] | None,
    since: datetime | None,
    until: datetime | None,
) -> Filters:
    """What the options say.

    Raises:
        UnknownDocumentError: If a source or publisher is not among the documents.
        typer.BadParameter: If the days are the wrong way round.
    """
    if since and until and since > until:
        raise typer.BadParameter(
            f"{since:%Y-%m-%d} is later than --to {until:%Y-%m-%d}, so no day is left.",
            param_hint="'--from'",
        )
    known = {each.metadata.publisher for each in documents if each.metadata.publisher}
    for name in publishers or ():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else " `accord sources` lists them."
            raise UnknownDocumentError(f"no source has the publisher {name!r}.{meant}")
    return Filters(
        document_ids=tuple(find_document(documents, name).id for name in sources or ()),
        publishers=tuple(publishers or ()),
        published_from=since.date() if since else None,
        published_to=until.date() if until else None,
    )


def find_document(documents: Sequence[DocumentSummary], name: str) -> DocumentSummary:
    """The one document that is meant: by id, path, URL, or words of its title or file name.

    Raises:
        UnknownDocumentError: If there is none, or several; it names those.
    """
    path = str(Path(name).expanduser().resolve()) if "://" not in name else name
    for each in documents:
        if name == each.id or {name, path} & {each.uri, *each.other_places, each.metadata.url}:
            return each
    wanted = name.casefold()
    found = [
        each
        for each in documents
        if wanted in f"{each.metadata.title}\n{each.uri.rpartition('/')[2]}".casefold()
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownDocumentError(
            f"there is no source {name!r}; `accord sources` lists what there is"
        )
    listed = "; ".join(f"{each.id} {each.metadata.title}" for each in found[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    raise UnknownDocumentError(f"{name!r} fits {len(found)} sources, name one: {listed}{more}")
