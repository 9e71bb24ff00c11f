"""The changes that `accord sources` makes without reading any source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from app.audit.commands import record_command
from app.audit.records import Action
from app.cli import EXIT_CODE_USAGE, opened_store, reported
from app.errors import ChatError
from vectorstore.edits import EditError, Edits, checked
from vectorstore.errors import VectorStoreError
from vectorstore.lock import Result, when_free
from vectorstore.runs import RunFolder, RunKind, RunRequest, RunState
from vectorstore.types import document_id


def erase_sources(names: list[str], *, wait: bool, folder: Path | None = None) -> None:
    """Erase sources with every version, text and vector, and the copies that were uploaded."""
    from app.forgetting import forget_erased
    from vectorstore.maintenance import remove_sources

    with (
        reported(),
        opened_store() as (settings, catalog, generations),
        _recorded(settings.data_dir, RunKind.REMOVE, names, folder) as run,
    ):
        lock = settings.data_dir / "ingest.lock"
        try:
            erased = _when_free(
                lambda: remove_sources(catalog, generations, lock, names), run, wait=wait
            )
        finally:  # also where a reader still holds files of what is served no more
            forget_erased(catalog, settings)
        run.end(RunState.DONE, report={"removed": erased})
    for uri in erased:
        typer.echo(f"erased {uri}")


def edit_source(
    name: str | None,
    values: list[str],
    restated: Sequence[tuple[list[str], tuple[str, ...] | None]] = (),
    *,
    wait: bool,
    folder: Path | None = None,
) -> None:
    """State something about a source, from now on and at each later ingest.

    `restated` says in the same moment who may see it, as `set_access` takes that.
    """
    if not name or not values:
        typer.echo("To edit, name a source and a value: --edit ID --set title=…", err=True)
        raise typer.Exit(EXIT_CODE_USAGE)
    from app.bootstrap import embedding_settings
    from vectorstore.embedding.build import build_embedder
    from vectorstore.maintenance import Regrouping
    from vectorstore.maintenance import edit_source as edit

    stated = stated_values(values)
    access = Regrouping(restated[-1][1]) if restated else None
    with (
        reported(),
        opened_store() as (settings, catalog, generations),
        _recorded(settings.data_dir, RunKind.EDIT, [name], folder) as run,
    ):
        lock = settings.data_dir / "ingest.lock"
        embedder = build_embedder(
            embedding_settings(settings), data_dir=settings.data_dir, purpose="ingest"
        )
        uri = _when_free(
            lambda: edit(catalog, generations, lock, name, stated, embedder, restated=access),
            run,
            wait=wait,
        )
        run.end(RunState.DONE, report={"edited": [uri], "fields": sorted(stated)})
    record_command(Action.EDIT_SOURCES, [document_id(uri)])
    typer.echo(f"edited {uri}: {', '.join(sorted(stated))}")


def set_access(
    names: list[str],
    groups: tuple[str, ...] | None,
    *,
    wait: bool = False,
    folder: Path | None = None,
) -> None:
    """Say who may see sources: some groups, everybody (none), or what is stated (None)."""
    from vectorstore.maintenance import set_access as set_in_store

    with (
        reported(),
        opened_store() as (settings, catalog, generations),
        _recorded(settings.data_dir, RunKind.EDIT, names, folder) as run,
    ):
        lock = settings.data_dir / "ingest.lock"
        changed = _when_free(
            lambda: set_in_store(catalog, generations, lock, names, groups), run, wait=wait
        )
        run.end(RunState.DONE, report={"edited": changed, "fields": ["groups"]})
        places = catalog.places()
    record_command(Action.SET_GROUPS, map(document_id, changed))
    told = "as stated" if groups is None else ", ".join(groups) or "everybody"
    for uri in changed:
        typer.echo(f"{uri}: seen by {told}")
        for place in places.get(document_id(uri), ()) if groups else ():
            typer.echo(
                f"The same text also lies at {place}: restrict that one as well, or by its "
                "sources.toml, before the next ingest.",
                err=True,
            )


def stated_values(values: list[str]) -> Edits:
    """What `--set` says, by field."""
    try:
        return dict(map(_stated, values))
    except EditError as error:
        typer.echo(f"--set: {error}", err=True)
        raise typer.Exit(EXIT_CODE_USAGE) from None


def _stated(text: str) -> tuple[str, object]:
    field, is_there, value = text.partition("=")
    if not is_there:
        raise EditError(field, f"{text!r} has no value; write it as FIELD=VALUE.")
    return field, checked(field, value.split(";") if field == "authors" else value)


def _when_free(work: Callable[[], Result], run: RunFolder, *, wait: bool) -> Result:
    return when_free(work, tell=run.wait) if wait else work()


@contextmanager
def _recorded(
    data_dir: Path, kind: RunKind, names: list[str], folder: Path | None
) -> Iterator[RunFolder]:
    """Tell of this run in the folder that somebody has made for it, or in a new one."""
    if folder is not None:
        run = RunFolder(folder)
    else:
        run = RunFolder.create(data_dir)
        run.open(RunRequest(kind, tuple(names)))
    try:
        yield run
    except (ChatError, VectorStoreError) as error:
        run.end(RunState.FAILED, reason=str(error))
        raise
    except KeyboardInterrupt:
        run.end(RunState.STOPPED, reason="It was stopped.")
        raise
