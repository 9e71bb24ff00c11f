"""`accord eval judge`: a chat model judges a run's answers, or is itself compared with people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.llm.calling import ModelCaller
    from app.settings import Settings
    from eval.calibration import Calibrated
    from eval.judgements import JudgementRecord
    from eval.judges import Judge, Material
    from eval.judging import Key

PATIENCE_S = 120.0
"""Nobody waits for a verdict: a slow or busy model is given at least so long."""


def command(
    run: Annotated[Path | None, typer.Argument(help="A run's file (.jsonl).")] = None,
    dataset: Annotated[
        str | None, typer.Argument(help='The dataset that was asked: "golden", folder or file.')
    ] = None,
    judge: Annotated[
        list[str] | None,
        typer.Option(help="correctness, faithfulness or helpfulness; may be repeated."),
    ] = None,
    calibrate: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Instead of a run: answers that people rated (MTRAG's format)."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Judge at most so many answers, spread evenly.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File of judgements; one that is there already is continued."),
    ] = None,
) -> None:
    """Let the chat model of ACCORD_MODEL judge answers.

    Verdicts that cannot be read stay unscored and are counted.

    With --calibrate, the model judges stored answers, and its agreement with people is reported.
    """
    from eval.errors import EvalError
    from eval.judges import JUDGES

    names = judge or list(JUDGES)
    for name in names:
        if name not in JUDGES:
            raise EvalError(f"There is no judge {name!r}. Known: {', '.join(JUDGES)}.")
    judges = [JUDGES[name] for name in dict.fromkeys(names)]
    if calibrate is not None and run is None:
        _calibrate(calibrate, judges, limit, out)
    elif calibrate is None and run is not None and dataset is not None:
        _judge_run(run, dataset, judges, limit, out)
    else:
        raise EvalError("Name a run and its dataset, or --calibrate with a folder.")


def _judge_run(
    path: Path, dataset_name: str, judges: Sequence[Judge], limit: int | None, out: Path | None
) -> None:
    from eval.datasets.open import fingerprint, open_dataset, spread
    from eval.errors import RunError
    from eval.judges import material_of
    from eval.judging import summaries
    from eval.runs import read_run

    run = read_run(path)
    dataset = open_dataset(dataset_name)
    cases = {case.id: case for case in dataset.cases}
    unknown = run.records.keys() - cases.keys()
    if unknown:
        raise RunError(
            f"{path} has cases that {dataset_name} does not have, such as {min(unknown)!r}. "
            "Name the dataset that was asked."
        )
    known = fingerprint(dataset)
    # A case that was asked and has no record counts as worst. Which were asked is known only where
    # the run is of the very same cases.
    asked = cases.keys() if run.header.dataset_fingerprint == known else run.records.keys()
    said = {id_: record.said for id_, record in run.records.items()}
    materials: Sequence[Material] = [material_of(cases[id_], said.get(id_)) for id_ in asked]
    if limit is not None:
        materials = spread(materials, limit)
    out = out or path.with_suffix(".judged.jsonl")
    with _model() as (caller, settings):
        results = _judged(
            caller,
            settings,
            judges,
            materials,
            out,
            judged=run.header.system,
            dataset=dataset.name,
            fingerprint=known,
        )
        typer.echo(
            f"{caller.name} on {run.header.system!r}, {len(materials)} of {len(cases)} cases of "
            f"{dataset.name}; all in {out}\n"
        )
    typer.echo("| judge | mean | scored | unscored | not applicable | verdicts |")
    typer.echo("|---|---|---|---|---|---|")
    for found in summaries(materials, judges, results):
        words = ", ".join(f"{word} {count}" for word, count in found.words.items())
        typer.echo(
            f"| {found.judge} | {_figure(found.mean)} | {found.scored} | {found.unscored} | "
            f"{found.not_applicable} | {words} |"
        )
    typer.echo(f"\n{_spent(results.values())}")


def _calibrate(folder: Path, judges: Sequence[Judge], limit: int | None, out: Path | None) -> None:
    from eval.calibration import (
        calibrated,
        material_of_rated,
        of_systems,
        rated_fingerprint,
        yardsticks,
    )
    from eval.datasets.mtrag import rated_answers
    from eval.datasets.open import spread

    rated = of_systems(rated_answers(folder))
    if limit is not None:
        rated = spread(rated, limit)
    materials = [material_of_rated(answer) for answer in rated]
    with _model() as (caller, settings):
        out = out or Path(f"calibration-{folder.name}.jsonl")
        results = _judged(
            caller,
            settings,
            judges,
            materials,
            out,
            judged="rated answers",
            dataset=folder.name,
            fingerprint=rated_fingerprint(rated),
        )
        typer.echo(f"{caller.name} beside people on {len(rated)} answers; all in {out}\n")
    typer.echo("| judge | people rated | answers | unscored | Spearman | kappa | weighted kappa |")
    typer.echo("|---|---|---|---|---|---|---|")
    for line in [*calibrated(rated, judges, results), *yardsticks(rated)]:
        typer.echo(_agreement_row(line))
    typer.echo(f"\n{_spent(results.values())}")


def _judged(
    caller: ModelCaller,
    settings: Settings,
    judges: Sequence[Judge],
    materials: Sequence[Material],
    out: Path,
    *,
    judged: str,
    dataset: str,
    fingerprint: str,
) -> dict[Key, JudgementRecord]:
    from eval.judgements import JudgementHeader, JudgementWriter
    from eval.judges import JUDGES
    from eval.judging import judge_all
    from prompts.render import fingerprint as prompt_fingerprint

    header = JudgementHeader(
        judged=judged,
        dataset=dataset,
        dataset_fingerprint=fingerprint,
        model=caller.name,
        settings={
            "temperature": settings.model_temperature,
            "max_output_tokens": settings.model_max_output_tokens,
        },
        # Of all judges, so that one may be added to the file later.
        prompts={judge.name: prompt_fingerprint(judge.prompt) for judge in JUDGES.values()},
    )
    total = len(materials) * len(judges)
    with JudgementWriter(out, header) as writer, _progress(total) as advance:
        return judge_all(
            materials,
            judges,
            caller.ask,
            writer,
            workers=settings.model_concurrency,
            advance=advance,
        )


@contextmanager
def _model() -> Iterator[tuple[ModelCaller, Settings]]:
    """The model of the settings, given time; its settings' errors are evaluation's."""
    from app.errors import SettingsError
    from app.llm.build import build_model_caller
    from app.settings import load_settings
    from eval.errors import EvalError

    try:
        settings = load_settings()
        patient = settings.model_copy(
            update={
                "model_timeout_s": max(PATIENCE_S, settings.model_timeout_s),
                "model_first_token_timeout_s": max(
                    PATIENCE_S, settings.model_first_token_timeout_s
                ),
            }
        )
        caller = build_model_caller(patient)
    except SettingsError as error:
        raise EvalError(str(error)) from error
    yield caller, settings


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Judging", total=total)
        yield lambda: bar.advance(task)


def _agreement_row(line: Calibrated) -> str:
    figures = line.agreement
    interval = figures.spearman_interval
    between = f" ({interval.low:.2f} to {interval.high:.2f})" if interval else ""
    return (
        f"| {line.judge} | {line.aspect} | {figures.scored} | {figures.unscored} | "
        f"{_figure(figures.spearman)}{between} | {_figure(figures.kappa)} | "
        f"{_figure(figures.kappa_weighted)} |"
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _spent(records: Iterable[JudgementRecord]) -> str:
    """Tokens and cost of all judgements, those of earlier runs included."""
    known = list(records)
    tokens_in = sum(record.input_tokens or 0 for record in known)
    tokens_out = sum(record.output_tokens or 0 for record in known)
    cost = sum(record.cost_usd or 0.0 for record in known)
    priced = any(record.cost_usd is not None for record in known)
    return (
        f"Tokens: {tokens_in:,} in, {tokens_out:,} out"
        + (f"; {cost:.4f} US dollars" if priced else "")
        + "."
    )
