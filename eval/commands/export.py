"""`accord eval export`: any dataset that can be read, as a file of cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    dataset: Annotated[str, typer.Argument(help='"golden", a folder, or a file of cases.')],
    out: Annotated[Path, typer.Argument(help="File of cases (.jsonl) to write.")],
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many cases, spread evenly.")
    ] = None,
) -> None:
    """Write the cases of a dataset in Accord's own format, one JSON line each.

    Only cases: the sources that they are about stay where they are.
    """
    from eval.datasets.open import open_dataset
    from eval.exporting import export_cases

    opened = open_dataset(dataset, limit=limit)
    export_cases(opened.cases, out)
    typer.echo(f"{out}: {len(opened.cases)} cases of {opened.name}.")
