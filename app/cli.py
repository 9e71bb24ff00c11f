"""`accord serve`, `sources`, `verify` and `rebuild`: arguments to calls, results to text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from app.errors import ChatError
from app.settings import Settings, load_settings
from vectorstore.errors import NoIndexError, StoreLockedError, VectorStoreError
from vectorstore.group_names import group_names
from vectorstore.lock import EXIT_CODE_LOCKED
from vectorstore.types import UNRESTRICTED, Audience

if TYPE_CHECKING:
    from vectorstore.catalog import Catalog
    from vectorstore.generations import Generations
    from vectorstore.groups import Stated
    from vectorstore.reader import DocumentSummary
    from vectorstore.types import Metadata

EXIT_CODE_FAILED = 1
EXIT_CODE_USAGE = 2
EXIT_CODE_ABSTAINED = 3
"""`accord ask` found no answer: scripts can tell that from a failure."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")
    ] = None,
) -> None:
    """Answer over HTTP, with a page to ask on."""
    from app.web.serve import serve as run

    with reported():
        run(load_settings(), host=host, port=port)


def sources(
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", help="Erase a source, named by path, URL or id. Repeatable."),
    ] = None,
    restrict: Annotated[
        list[str] | None,
        typer.Option("--restrict", help="Let only groups see a source: those of --to. Repeatable."),
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option(help="A group that may see what is restricted. Repeatable.")
    ] = None,
    release: Annotated[
        list[str] | None,
        typer.Option("--release", help="Let everybody see a source. Repeatable."),
    ] = None,
    as_stated: Annotated[
        list[str] | None,
        typer.Option(
            "--as-stated",
            help="Let a source and sources.toml say again who may see it, from the next ingest on. "
            "Repeatable.",
        ),
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", help="List what somebody of this group sees. Repeatable."),
    ] = None,
    edit: Annotated[
        str | None, typer.Option("--edit", help="State something about a source, with --set.")
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="title, authors (parted by semicolons), publisher, published, url or language; "
            "an empty value says that there is none. Repeatable.",
        ),
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another run that is writing to end.")
    ] = False,
    run_folder: Annotated[Path | None, typer.Option("--run", hidden=True)] = None,
) -> None:
    """List the documents that answers may cite; erase some, edit one, or say who may see them."""
    if bool(restrict) != bool(to):
        _fail(
            "--restrict names sources and --to the groups that may see them; both are needed.",
            EXIT_CODE_USAGE,
        )
    if remove and (edit or values):
        _fail("Erase or edit: not both at once.", EXIT_CODE_USAGE)
    try:
        wanted = group_names(to or ())
    except ValueError as error:
        _fail(str(error), EXIT_CODE_USAGE)
    if remove or edit or values or restrict or release or as_stated:
        regroupings = [
            (names, who)
            for names, who in ((restrict, wanted), (release, ()), (as_stated, None))
            if names
        ]
        _change(
            remove,
            (edit, values or []) if edit or values else None,
            regroupings,
            wait=wait,
            folder=run_folder,
        )
    else:
        _list(Audience(frozenset(groups)) if groups else UNRESTRICTED, as_json=as_json)


def _change(
    remove: list[str] | None,
    edit: tuple[str | None, list[str]] | None,
    regroupings: list[tuple[list[str], tuple[str, ...] | None]],
    *,
    wait: bool,
    folder: Path | None,
) -> None:
    """Erase, edit, and say who may see. The folder of a run is for the first of them."""
    from app.commands.changing import edit_source, erase_sources, set_access

    if remove:
        erase_sources(remove, wait=wait, folder=folder)
        folder = None
    if edit:
        source, values = edit
        of_it = [each for each in regroupings if each[0] == [source]]
        regroupings = [each for each in regroupings if each[0] != [source]]
        edit_source(source, values, of_it, wait=wait, folder=folder)
        folder = None
    for names, who in regroupings:
        set_access(names, who, wait=wait, folder=folder)


def _list(audience: Audience, *, as_json: bool) -> None:
    """Print the documents that an audience sees."""
    found: list[DocumentSummary] = []
    with (
        reported(),
        suppress(NoIndexError),
        opened_store() as (_, catalog, _generations),
        catalog.read() as reader,
    ):
        found = reader.seen_by(audience, reader.hidden_from(audience)).documents()
    if as_json:
        typer.echo(json.dumps([summary(each) for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        known = each.metadata
        typer.echo(f"{each.id}  {_named(known)}  {each.uri}")
        if each.access is not None:
            typer.echo(f"{'':16}  seen by: {_seen_by(each.access)}")
        for place in each.other_places:
            typer.echo(f"{'':16}  the same text: {place}")
        if known.caution:
            typer.echo(f"{'':16}  {known.caution}")
    if not found:
        typer.echo("Nothing has been ingested yet; run `accord ingest PATH`.", err=True)


def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Check the catalog, and the index against it.

    Exit code 1 says that one of them is damaged.
    """
    from app.data_folder import check_writable
    from vectorstore.maintenance import verify_store

    with reported():
        check_writable(load_settings().data_dir)
    with reported(), opened_store() as (_, catalog, generations):
        check = verify_store(catalog, generations)
    if as_json:
        typer.echo(json.dumps(asdict(check), indent=2))
    else:
        for problem in check.problems:
            typer.echo(problem, err=True)
        several = "" if len(check.problems) == 1 else "s"
        typer.echo(
            f"{check.documents} documents, {check.passages} passages, generation "
            f"{check.generation if check.generation is not None else 'none'}: "
            f"{f'{len(check.problems)} problem{several}' if check.problems else 'sound'}"
        )
    if check.problems:
        raise typer.Exit(EXIT_CODE_FAILED)


def rebuild(
    embed: Annotated[
        bool, typer.Option("--embed", help="Embed everything again, with the model set now.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Build the index again from the catalog, without embedding."""
    from vectorstore.maintenance import embed_again
    from vectorstore.maintenance import rebuild as build_again

    with reported(), opened_store() as (settings, catalog, generations):
        lock = settings.data_dir / "ingest.lock"
        if embed:
            from app.bootstrap import embedding_settings
            from vectorstore.embedding.build import build_embedder

            embedder = build_embedder(
                embedding_settings(settings), data_dir=settings.data_dir, purpose="ingest"
            )
            number = embed_again(catalog, generations, lock, embedder)
        else:
            number = build_again(catalog, generations, lock)
    if as_json:
        typer.echo(json.dumps({"generation": number}))
    else:
        typer.echo(f"generation {number} is built, verified and served")


@contextmanager
def opened_store() -> Iterator[tuple[Settings, Catalog, Generations]]:
    """The settings, and the catalog and indexes that they name; closed at the end.

    Raises:
        NoIndexError: If nothing has been ingested.
    """
    from app.bootstrap import store_settings
    from app.data_folder import check_folder
    from vectorstore.catalog import Catalog
    from vectorstore.generations import Generations

    settings = load_settings()
    check_folder(settings.data_dir)
    store = store_settings(settings)
    if store.database_url is None and not (settings.data_dir / "catalog.db").exists():
        raise NoIndexError  # looking makes no folder
    catalog = Catalog(store.catalog_url)
    try:
        yield settings, catalog, Generations(catalog, store)
    finally:
        catalog.close()


@contextmanager
def reported() -> Iterator[None]:
    """Print errors that we know as one sentence, and exit with 75 for a lock or 1; no traceback."""
    try:
        yield
    except StoreLockedError as error:
        _fail(str(error), EXIT_CODE_LOCKED)
    except (ChatError, VectorStoreError) as error:
        _fail(str(error), EXIT_CODE_FAILED)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(as_sentence(message), err=True)
    raise typer.Exit(code)


def as_sentence(message: str) -> str:
    """A message that a program may also put behind others, as it stands alone."""
    shown = message[:1].upper() + message[1:] if message[:1].isalpha() else message
    return f"{shown}." if shown[-1:].isalnum() or shown.endswith(("`", ")")) else shown


def _named(known: Metadata) -> str:
    """Title, and in brackets what tells it from others."""
    about = [known.place, known.publisher, _date(known.published)]
    return f"{known.title} ({', '.join(filter(None, about)) or 'no date'})"


def _seen_by(access: Stated) -> str:
    return f"{', '.join(access.groups) or 'everybody'} ({access.origin})"


def _date(value: Any) -> str | None:
    return value.isoformat() if value else None


def summary(each: DocumentSummary) -> dict[str, Any]:
    """What is known of a document, as plain values."""
    known = each.metadata
    return {
        "id": each.id,
        "uri": each.uri,
        "version": each.version,
        "title": known.title,
        "authors": list(known.authors),
        "publisher": known.publisher,
        "published": _date(known.published),
        "url": known.url,
        "provenance": dict(known.provenance),
        "passages": each.num_passages,
        "place": known.place,
        "other_places": list(each.other_places),
        "groups": list(each.access.groups) if each.access else [],
        "groups_stated_by": each.access.origin if each.access else None,
        "fidelity": known.fidelity,
        "caution": known.caution,
    }
