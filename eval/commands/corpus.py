"""`accord eval corpus`: a dataset's sources as files, for a service elsewhere to ingest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    dataset: Annotated[str, typer.Argument(help='"golden", or a folder of a benchmark.')],
    folder: Annotated[Path, typer.Argument(help="New folder to write the files into.")],
) -> None:
    """Write the sources of a dataset as Markdown files, one each.

    Ingested elsewhere they can be asked with `accord eval run --url`.
    """
    from eval.datasets.open import open_dataset
    from eval.errors import DatasetError
    from eval.systems.corpus import write_files

    opened = open_dataset(dataset)
    if not opened.corpus:
        where = f"They are files already: {opened.files[0]} …" if opened.files else "It has none."
        raise DatasetError(f"{opened.name} brings no texts to write. {where}")
    if folder.exists():
        raise DatasetError(f"{folder} exists already. Name a new folder, or delete it.")
    names = write_files(opened.corpus, folder)
    typer.echo(f"{folder}: {len(names)} sources of {opened.name}.")
