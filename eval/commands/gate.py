"""`accord eval gate`: fail a build when answers got worse than the committed baselines."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.systems.protocol import System
    from eval.types import Dataset

EXIT_CODE_SHUT = 1


class Part(StrEnum):
    """What the gate asks."""

    GOLDEN = "golden"
    READING = "reading"


def command(
    baseline: Annotated[
        Path | None,
        typer.Option(help="Baseline file of the golden set; default: the committed one."),
    ] = None,
    reading_baseline: Annotated[
        Path | None,
        typer.Option(help="Baseline file of reading; default: the committed one."),
    ] = None,
    part: Annotated[
        list[Part] | None, typer.Option(help="Part to run; default: both. May be repeated.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write what is scored now as the new baselines.")
    ] = False,
) -> None:
    """Ask the golden set and documents for reading, without a network or an LLM, and compare.

    Exits with 1 if a measure fell by more than its margin, and prints the cases that fell.
    """
    parts = part or list(Part)
    is_open = Part.GOLDEN not in parts or _golden(baseline, update=update)
    if Part.READING in parts:
        is_open &= _reading(reading_baseline, update=update)
    raise typer.Exit(0 if is_open else EXIT_CODE_SHUT)


def _golden(baseline: Path | None, *, update: bool) -> bool:
    """Compare or write down; whether this part is open."""
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
        return verdict.is_open
    margins = {} if known is None else {name: each.margin for name, each in known.measures.items()}
    if known is not None and known.fingerprint == evaluation.header.dataset_fingerprint:
        typer.echo(verdict_text(check(evaluation, known)))
    written = baseline_of(evaluation, margins)
    write_baseline(path, written)
    typer.echo(f"{path}: {len(written.measures)} measures of {len(written.cases)} cases written.")
    return True


def _reading(baseline: Path | None, *, update: bool) -> bool:
    """Compare or write down; whether this part is open."""
    from eval.reading.gate import (
        check_reading,
        fingerprint,
        gate_material,
        is_here,
        read_reading_baseline,
        reading_baseline_of,
        reading_baseline_path,
        reading_verdict_text,
        write_reading_baseline,
    )
    from eval.reading.report import measure_material
    from eval.systems.settings import product_settings

    if not is_here():
        typer.echo("Reading: not asked, since its documents are in the repository only.")
        return True
    path = baseline or reading_baseline_path()
    known = read_reading_baseline(path) if path.exists() or not update else None
    material = gate_material()
    figures, lines = measure_material(material, product_settings(), composer="extractive")
    if known is not None and not update:
        verdict = check_reading(figures, lines, material, known)
        typer.echo(reading_verdict_text(verdict))
        return verdict.is_open
    margins = {} if known is None else {name: each.margin for name, each in known.measures.items()}
    if known is not None and known.fingerprint == fingerprint(material):
        typer.echo(reading_verdict_text(check_reading(figures, lines, material, known)))
    written = reading_baseline_of(figures, lines, material, margins)
    write_reading_baseline(path, written)
    typer.echo(f"{path}: {len(written.measures)} measures of {len(lines)} cases written.")
    return True


def _opened() -> tuple[Dataset, System]:
    """The golden set, and the product over it, as `accord eval run golden` opens them."""
    from eval.datasets.golden import GOLDEN
    from eval.datasets.open import open_dataset
    from eval.systems.opening import Target, open_system
    from eval.systems.settings import product_settings

    dataset = open_dataset(GOLDEN)
    return dataset, open_system(
        Target(composer="extractive"), dataset, product_settings(), fresh=False
    )
