"""`accord eval report`: the scores of a run as figures, as one HTML file, as Markdown."""

from __future__ import annotations

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
    dataset: Annotated[
        str | None,
        typer.Option(help="The dataset, where it lies elsewhere than at the run's time."),
    ] = None,
) -> None:
    """Score what a run said, and say where it did well and where not."""
    from eval.commands.summary_text import summary_text
    from eval.report.evaluation import evaluate, open_run
    from eval.report.html import report_page
    from eval.report.markdown import report_markdown
    from eval.report.writing import write_report

    evaluation = evaluate(*open_run(run, dataset))
    typer.echo(summary_text(evaluation))
    if html is not None:
        write_report(html, report_page(evaluation))
    if markdown is not None:
        write_report(markdown, report_markdown(evaluation))
