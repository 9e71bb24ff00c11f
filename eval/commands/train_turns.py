"""`accord eval train-turns`: train the model that classifies turns, and measure it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.training.turns import TurnFigures


def command(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER",
            help="Files of turns, conversations and documents; eval/datasets/reading if none.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write the weights into; without it they are only measured."),
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Print what it gets wrong.")] = False,
    words: Annotated[
        bool, typer.Option("--words", help="Measure without vectors, as with another embedder.")
    ] = False,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Measure the weights that Accord has; train nothing.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the choice of examples.")] = 0,
) -> None:
    """Train on all but the test part of our turns, and measure on the test part."""
    from app.bootstrap import embedding_settings
    from app.settings import load_settings
    from app.turns.model import load, save
    from eval.datasets.reading_format import READING
    from eval.training.turns import figures, gathered, train
    from vectorstore.embedding.build import build_embedder

    settings = load_settings()
    embedder = build_embedder(
        embedding_settings(settings), data_dir=settings.data_dir, purpose="query"
    )
    place = folder or READING
    model = load() if shipped else train(gathered(place, test=False, seed=seed), embedder)
    if out is not None:
        save(model, out)
        model = load(out)  # as it ships
    _show(figures(model, gathered(place, test=True, seed=seed), None if words else embedder), wrong)


def _show(found: TurnFigures, wrong: bool) -> None:
    if wrong:
        for line in found.wrong:
            typer.echo(line)
    for name, (right, count) in found.kinds.items():
        typer.echo(f"{name:14} {right:5} of {count}")
    typer.echo(
        f"asked or spoken: {found.spoken_right} of {found.spoken} that ask nothing, "
        f"{found.asked_right} of {found.asked} that ask"
    )
    typer.echo(
        f"bare question: {found.cores_exact} of {found.cores} exact, "
        f"{found.whole_kept} of {found.whole} plain ones left whole"
    )
