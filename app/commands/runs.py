"""`accord runs`: the runs that changed the library, who started them, and their results."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import EXIT_CODE_FAILED, reported

if TYPE_CHECKING:
    from vectorstore.runs import Run


def runs(
    run_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Show one run with its whole report.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Largest number of runs.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print the runs as JSON.")] = False,
) -> None:
    """List what changed the library, the newest first: ingests, edits and erasures."""
    from app.settings import load_settings
    from vectorstore.runs import find_run, list_runs, read_run

    with reported():
        data_dir = load_settings().data_dir
    if run_id is not None:
        path = find_run(data_dir, run_id)
        run = None if path is None else read_run(path)
        if run is None:
            typer.echo(f"There is no run {run_id}; `accord runs` lists them.", err=True)
            raise typer.Exit(EXIT_CODE_FAILED)
        typer.echo(json.dumps(_as_dict(run), indent=2, ensure_ascii=False))
        return
    found = list_runs(data_dir, limit)
    if as_json:
        typer.echo(json.dumps([_as_dict(run) for run in found], indent=2, ensure_ascii=False))
        return
    for run in found:
        typer.echo(_line(run))
        if run.reason:
            typer.echo(f"{'':24}{run.reason}")
    if not found:
        typer.echo("Nothing has run yet; `accord ingest PATH` is the first.", err=True)


def _line(run: Run) -> str:
    request = run.request
    kind = f"{request.kind} (dry run)" if request.dry_run else str(request.kind)
    return f"{run.id}  {run.state:8}  {kind:16}  {request.origin:12}  {_summary(run)}"


def _summary(run: Run) -> str:
    if run.report is None:
        return f"{run.stage} {run.done} of {run.total}" if run.stage else ""
    names = ("added", "changed", "unchanged", "removed", "edited", "refused")
    counts = ((len(run.report.get(name, ())), name) for name in names)
    return ", ".join(f"{number} {name}" for number, name in counts if number)


def _as_dict(run: Run) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(run).items()
    }
