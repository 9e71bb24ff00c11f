"""`accord eval run`: ask a system every question of a dataset, keep what it says, score it."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.settings import Settings
    from eval.runs import RunHeader
    from eval.systems.opening import Target
    from eval.systems.protocol import System
    from eval.types import Dataset

EXIT_CODE_NO_ANSWERS = 1
EXIT_CODE_INTERRUPTED = 130  # 128 + SIGINT, as shells report it
CONCURRENCY_IN_PROCESS = 1
"""Embedding a question uses all cores already, and times of answers stay those of one person."""
CONCURRENCY_OVER_HTTP = 4
"""Keeps a server of a few cores busy without making it refuse."""
DEFAULT_TIMEOUT_S = 60.0


def command(
    dataset: Annotated[
        str, typer.Argument(help='"golden", a folder of a benchmark, or a file of cases (.jsonl).')
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Run file; one that is there already is continued."),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Ask a running Accord at this address.")] = None,
    openai: Annotated[
        str | None,
        typer.Option(help="Ask the server with /v1/chat/completions at this address."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="Model to name with --openai.")] = None,
    composer: Annotated[
        str | None, typer.Option(help='How answers are written: "extractive" or "model".')
    ] = None,
    corpus: Annotated[
        list[Path] | None,
        typer.Option(help="Files or folders to ingest instead of the dataset's own sources."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many cases, spread evenly.")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=256, help="Questions asked at the same time.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Longest time of an answer, in seconds.")
    ] = DEFAULT_TIMEOUT_S,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ingest the sources again, whatever is kept of them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Ask a system every question of a dataset, store the answers, and score them.

    Beside the run file lies a report (.html) that opens offline.

    Without --url or --openai the product is asked in this process, over the dataset's sources.
    A run that was interrupted goes on where it stopped: name its file with --out.
    """
    from eval.datasets.open import open_dataset
    from eval.harness import Pace, ask_all
    from eval.progress import asking
    from eval.runs import RunWriter
    from eval.systems.opening import Target, open_system
    from eval.systems.settings import product_settings

    target = Target(url, openai, model, composer, timeout)
    _check(target)
    logging.getLogger("stamina").setLevel(logging.ERROR)  # the progress counts failures
    asked = open_dataset(dataset, limit=limit)
    settings = product_settings()
    system = open_system(target, _with_corpus(asked, corpus), settings, fresh=fresh)
    header = _header(dataset, asked, system, corpus=corpus, limit=limit)
    path = out or _default_path(settings, asked, system)
    default = CONCURRENCY_OVER_HTTP if target.is_remote else CONCURRENCY_IN_PROCESS
    try:
        with RunWriter(path, header) as writer:
            missing = sum(writer.needs(case.id) for case in asked.cases)
            if missing < len(asked.cases):
                done = len(asked.cases) - missing
                typer.echo(f"{path} has {done} of {len(asked.cases)} answers already.", err=True)
            with asking(missing) as progress:
                pace = Pace(concurrency=concurrency or default, timeout_s=timeout)
                ask_all(asked.cases, system, writer, pace=pace, progress=progress)
    except KeyboardInterrupt:
        typer.echo(
            f"Stopped. What was answered is kept: the same command with --out {path} goes on.",
            err=True,
        )
        raise typer.Exit(EXIT_CODE_INTERRUPTED) from None
    finally:
        system.close()
    _show(path, asked, as_json=as_json)


def _check(target: Target) -> None:
    if target.url and target.openai:
        raise typer.BadParameter("Name one system: --url or --openai.")
    if bool(target.openai) != bool(target.model):
        raise typer.BadParameter("--openai and --model go together.")
    if target.openai and target.composer:
        raise typer.BadParameter("--composer is for Accord; --openai asks another system.")


def _with_corpus(dataset: Dataset, corpus: list[Path] | None) -> Dataset:
    """The dataset over other sources. Its cases, and so its fingerprint, stay the same."""
    if not corpus:
        return dataset
    return replace(dataset, corpus=(), files=tuple(map(str, corpus)))


def _header(
    name: str, dataset: Dataset, system: System, *, corpus: list[Path] | None, limit: int | None
) -> RunHeader:
    from eval.datasets.open import fingerprint
    from eval.runs import RunHeader
    from eval.systems.corpus import corpus_fingerprint

    settings = dict(system.settings)
    if corpus:
        settings["corpus"] = corpus_fingerprint(_with_corpus(dataset, corpus))
    if limit is not None:
        settings["limit"] = limit
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return RunHeader(name, fingerprint(dataset), system.name, settings, started)


def _default_path(settings: Settings, dataset: Dataset, system: System) -> Path:
    """A file of its own for each run: a finished one is never taken for the next."""
    from eval.systems.corpus import evaluation_folder

    words = re.findall(r"[a-z0-9]+", f"{dataset.name} {system.name}".lower())
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return evaluation_folder(settings) / "runs" / f"{'-'.join(words)}-{moment}.jsonl"


def _show(path: Path, dataset: Dataset, *, as_json: bool) -> None:
    from eval.commands.summary_text import summary_json, summary_text
    from eval.report.evaluation import evaluate
    from eval.report.html import report_page
    from eval.report.writing import write_report
    from eval.runs import read_run

    run = read_run(path)
    evaluation = evaluate(run, dataset)
    page = path.with_suffix(".html")
    write_report(page, report_page(evaluation))
    if as_json:
        shown = {"run": str(path), "report": str(page), **summary_json(evaluation)}
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        typer.echo(summary_text(evaluation))
        typer.echo(f"\nRun: {path}\nReport: {page}")
    failed = [record for record in run.records.values() if record.said is None]
    if failed:
        typer.echo(
            f"{len(failed)} cases have no answer and count as worst; the first, "
            f"{failed[0].case_id}: {failed[0].error}",
            err=True,
        )
    if len(failed) == len(dataset.cases):
        raise typer.Exit(EXIT_CODE_NO_ANSWERS)
