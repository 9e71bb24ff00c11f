"""`accord eval report`: the scores of a run for people, spreadsheets and programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run file (.jsonl).")],
    html: Annotated[
        Path | None, typer.Option(help="Write the report as an HTML file that opens offline.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write it as Markdown, as for a pull request.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write a row for each question as CSV, for a spreadsheet.")
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option(help="The same as Parquet; needs the package pyarrow.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    dataset: Annotated[
        str | None,
        typer.Option(help="The dataset, if it has moved since the run."),
    ] = None,
) -> None:
    """Score the answers of a run, by kind of question."""
    from eval.commands.summary_text import summary_json, summary_text
    from eval.report.evaluation import evaluate, open_run
    from eval.report.html import report_page
    from eval.report.markdown import report_markdown
    from eval.report.table import write_csv, write_parquet
    from eval.report.writing import write_report

    evaluation = evaluate(*open_run(run, dataset))
    if as_json:
        typer.echo(json.dumps(summary_json(evaluation), indent=2, ensure_ascii=False))
    else:
        typer.echo(summary_text(evaluation))
    if html is not None:
        write_report(html, report_page(evaluation))
    if markdown is not None:
        write_report(markdown, report_markdown(evaluation))
    if csv is not None:
        write_csv(csv, evaluation)
        typer.echo(f"Wrote {csv}.", err=True)
    if parquet is not None:
        write_parquet(parquet, evaluation)
        typer.echo(f"Wrote {parquet}.", err=True)
