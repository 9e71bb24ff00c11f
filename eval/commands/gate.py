"""`accord eval gate`: fail a build when answers got worse than the committed baseline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.systems.protocol import System
    from eval.types import Dataset

EXIT_CODE_SHUT = 1


def command(
    baseline: Annotated[
        Path | None, typer.Option(help="Baseline file; the committed one unless told.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write what is scored now as the new baseline.")
    ] = False,
) -> None:
    """Ask the golden set in this process, without a network or an LLM, and compare.

    Exits with 1 if a measure fell by more than its margin, and prints the cases that fell.
    """
    from eval.gate import (
        ask_and_score,
        baseline_of,
        baseline_path,
        check,
        read_baseline,
        verdict_text,
        write_baseline,
    )

    path = baseline or baseline_path()
    known = read_baseline(path) if path.exists() or not update else None  # before a minute of work
    dataset, system = _opened()
    try:
        evaluation = ask_and_score(dataset, system)
    finally:
        system.close()
    if known is not None and not update:
        verdict = check(evaluation, known)
        typer.echo(verdict_text(verdict))
        raise typer.Exit(0 if verdict.is_open else EXIT_CODE_SHUT)
    margins = {} if known is None else {name: each.margin for name, each in known.measures.items()}
    if known is not None and known.fingerprint == evaluation.header.dataset_fingerprint:
        typer.echo(verdict_text(check(evaluation, known)))
    written = baseline_of(evaluation, margins)
    write_baseline(path, written)
    typer.echo(f"{path}: {len(written.measures)} measures of {len(written.cases)} cases written.")


def _opened() -> tuple[Dataset, System]:
    """The golden set, and the product over it, as `accord eval run golden` opens them."""
    from app.errors import SettingsError
    from app.settings import load_settings
    from eval.datasets.golden import GOLDEN
    from eval.datasets.open import open_dataset
    from eval.errors import SystemUnusableError
    from eval.systems.opening import Target, open_system

    dataset = open_dataset(GOLDEN)
    try:
        settings = load_settings()
    except SettingsError as error:
        raise SystemUnusableError(str(error)) from error
    return dataset, open_system(Target(composer="extractive"), dataset, settings, fresh=False)
