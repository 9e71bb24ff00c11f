"""`accord eval compare`: whether one run is better than another, and where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from eval.compare import Comparison

EXIT_CODE_WORSE = 1
CASES_SHOWN = 5
"""Of each list on a terminal; the reports have all."""


def command(
    first: Annotated[Path, typer.Argument(metavar="A", help="Run file of what was.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Run file of what is proposed.")],
    html: Annotated[
        Path | None, typer.Option(help="Write the report as an HTML file that opens offline.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write it as Markdown, as for a pull request.")
    ] = None,
    fail_if_worse: Annotated[
        bool, typer.Option("--fail-if-worse", help="Exit with 1 if any measure is clearly worse.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
    dataset: Annotated[
        str | None,
        typer.Option(help="The dataset, if it has moved since the run."),
    ] = None,
) -> None:
    """Compare two runs of one dataset, question by question."""
    from eval.compare import Judgement, compare, refuse_other_cases
    from eval.report.evaluation import evaluate, open_run
    from eval.report.html import comparison_page
    from eval.report.markdown import comparison_markdown
    from eval.report.writing import write_report
    from eval.runs import read_run

    refuse_other_cases(read_run(first).header, read_run(second).header)
    comparison = compare(evaluate(*open_run(first, dataset)), evaluate(*open_run(second, dataset)))
    if as_json:
        typer.echo(json.dumps(_as_json(comparison), indent=2, ensure_ascii=False))
    else:
        typer.echo(_text(comparison))
    if html is not None:
        write_report(html, comparison_page(comparison))
    if markdown is not None:
        write_report(markdown, comparison_markdown(comparison))
    worse = [each for each in comparison.changes if each.judgement is Judgement.WORSE]
    if fail_if_worse and worse:
        raise typer.Exit(EXIT_CODE_WORSE)


def _text(comparison: Comparison) -> str:
    from eval.report import wording
    from eval.report.outcome import verdict

    lines = [f"{'':30}{'A':>10}    {'B':>10}{'B less A':>10}  [95 % interval]  p (Holm)  so B is"]
    for change in comparison.changes:
        unit = change.measure.unit
        p = change.p if change.p_adjusted is None else change.p_adjusted
        lines.append(
            f"{wording.title_of(change.measure.name):30}"
            f"{wording.value_of(change.before, unit):>10} -> "
            f"{wording.value_of(change.after, unit):>10}"
            f"{wording.difference_of(change.difference, unit):>10}"
            f"  [{wording.difference_interval_of(change.interval, unit)}]"
            f"  p {wording.p_value(p)}  {change.judgement.value}".rstrip()
        )
    for word, cases in (("worse", comparison.worse), ("better", comparison.better)):
        lines.append(f"\nAnswered {word}: {len(cases)}")
        lines += [
            f"  {wording.signed(each.gain):>6}  {each.case.id}: {each.case.question}"
            for each in cases[:CASES_SHOWN]
        ]
    return "\n".join([*lines, "", verdict(comparison)])


def _as_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "a": comparison.before.header.system,
        "b": comparison.after.header.system,
        "dataset": comparison.before.header.dataset,
        "measures": {
            change.measure.name: {
                "a": change.before,
                "b": change.after,
                "difference": change.difference,
                "low": change.interval.low if change.interval else None,
                "high": change.interval.high if change.interval else None,
                "p": change.p if change.p_adjusted is None else change.p_adjusted,
                "judgement": change.judgement.value,
            }
            for change in comparison.changes
        },
        "worse": {each.case.id: each.gain for each in comparison.worse},
        "better": {each.case.id: each.gain for each in comparison.better},
    }
