"""`accord show`: one source, as it is cited."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.cli import opened_store, reported, summary
from app.commands.filters import Groups, audience_of, find_document


def show(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="Its path, URL or id, or words of its title."),
    ],
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="ID", help="A former text, as its first 12 digits."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print text and metadata as JSON.")
    ] = False,
    groups: Groups = None,
) -> None:
    """Print a source with its title, date and text."""
    with reported(), opened_store() as (_, catalog, _generations), catalog.read() as whole:
        audience = audience_of(groups)
        reader = whole.seen_by(audience, whole.hidden_from(audience))
        found = find_document(reader.documents(), source)
        stored = reader.document(found.id, version)
    if as_json:
        known = summary(found) | {
            "version": stored.document.version,
            "ingested": stored.ingested.isoformat(),
            "text": stored.document.text,
        }
        typer.echo(json.dumps(known, indent=2, ensure_ascii=False))
        return
    from app.commands.printing import print_address
    from app.commands.terminal import LINK, TITLE, WARNING, Page

    page, known_of = Page(), stored.document.metadata
    page.write(known_of.title, style=TITLE)
    lines = [
        ("by", ", ".join(known_of.authors)),
        ("in", known_of.publisher),
        ("published", known_of.published.isoformat() if known_of.published else "no date"),
        ("id", f"{found.id}, version {stored.document.version[:12]}"),
        ("passages", str(found.num_passages)),
        ("seen by", ", ".join(found.access.groups) if found.access else None),
    ]
    page.columns([(name, text) for name, text in lines if text], (LINK, ""))
    print_address(page, known_of.url or found.uri, indent=0)
    if not stored.is_current:
        page.write("A former text; the source says something else today.", style=WARNING)
    if known_of.caution:
        page.write(known_of.caution, style=WARNING)
    page.write()
    for paragraph in stored.document.text.split("\n"):
        page.write(paragraph)
