"""`accord backup` and `accord restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import opened_store, reported
from app.settings import load_settings

if TYPE_CHECKING:
    from app.settings import Settings


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="To write, such as accord.tar.gz.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write catalog, conversations and uploaded files into one file, while a server runs.

    The indexes are not in it: `accord restore` builds them again. Sources that are erased later
    stay in the file.
    """
    from app.backup import write_backup
    from app.data_folder import check_writable

    with reported():
        settings = load_settings()
        _only_files(settings, "pg_dump --format=custom --file FILE DATABASE")
        check_writable(settings.data_dir)
        contents = write_backup(settings.data_dir, file, overwrite=force)
    size = file.stat().st_size / 1e6
    typer.echo(f"{file}: {contents.told}, {size:,.1f} MB")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="That `accord backup` wrote.")],
) -> None:
    """Bring a backup into a data folder that holds none, and build its index."""
    from app.backup import read_backup
    from vectorstore.errors import NoIndexError
    from vectorstore.maintenance import rebuild

    with reported():
        settings = load_settings()
        _only_files(settings, "pg_restore --dbname DATABASE FILE, then accord rebuild")
        contents = read_backup(file, settings.data_dir)
        typer.echo(f"restored {contents.told} as of {contents.created}")
        if "catalog.db" not in contents.sha256:
            return
        with opened_store() as (_, catalog, generations):
            try:
                number = rebuild(catalog, generations, settings.data_dir / "ingest.lock")
            except NoIndexError:  # of a library in which nothing had been ingested
                return
    typer.echo(f"generation {number} is built, verified and served")


def _only_files(settings: Settings, command: str) -> None:
    from app.backup import BackupError

    if settings.database_url is not None:
        raise BackupError(
            "ACCORD_DATABASE_URL names a PostgreSQL database, which has its own tools: "
            f"{command}. docs/operations.md says more."
        )
