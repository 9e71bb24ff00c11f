"""`accord eval check`: check a run against limits and a baseline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

EXIT_CODE_NOT_MET = 1


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run file (.jsonl).")],
    at_least: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=VALUE", help='As "facts=0.9". May be repeated.'),
    ] = None,
    at_most: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=VALUE", help='As "seconds_p95=2". May be repeated.'),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="No measure may fall below the ones in this file.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write what the run scores as the baseline.")
    ] = False,
    junit: Annotated[
        Path | None, typer.Option(help="Write the outcome as JUnit's XML, for a build server.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write it as Markdown, as for the summary of a build.")
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(help="The dataset, if it has moved since the run."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Check a run against limits and a baseline: your own gate.

    Exits with 1 if a demand is not met or a question got no answer, with 2 if nothing can be said.
    """
    from eval.gate import baseline_of, read_baseline, write_baseline
    from eval.report.evaluation import evaluate, open_run
    from eval.report.findings import (
        findings_json,
        findings_junit,
        findings_markdown,
        findings_text,
    )
    from eval.report.writing import write_report
    from eval.requirements import UPDATE, findings, limit_of

    if update and baseline is None:
        raise typer.BadParameter("--update needs --baseline FILE to write.")
    limits = [limit_of(each, is_least=True) for each in at_least or ()]
    limits += [limit_of(each, is_least=False) for each in at_most or ()]
    if not limits and baseline is None:
        raise typer.BadParameter("Say what is demanded: --at-least, --at-most or --baseline.")
    evaluation = evaluate(*open_run(run, dataset))
    if update and baseline is not None:
        margins = {}
        if baseline.exists():
            margins = {
                name: each.margin
                for name, each in read_baseline(baseline, update=UPDATE).measures.items()
            }
        written = baseline_of(evaluation, margins)
        write_baseline(baseline, written)
        typer.echo(f"{baseline}: {len(written.measures)} measures written.", err=True)
    known = read_baseline(baseline, update=UPDATE) if baseline is not None else None
    found = findings(evaluation, limits, known)
    if junit is not None:
        write_report(junit, findings_junit(found))
    if markdown is not None:
        write_report(markdown, findings_markdown(found))
    if as_json:
        typer.echo(json.dumps(findings_json(found), indent=2, ensure_ascii=False))
    else:
        typer.echo(findings_text(found))
    if not found.is_met or any(
        record is None or record.said is None
        for record in map(evaluation.records.get, (case.id for case in evaluation.cases))
    ):
        raise typer.Exit(EXIT_CODE_NOT_MET)
