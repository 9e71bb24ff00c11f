"""The figures of a run as tables for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.report.evaluation import ALL_MEASURES, Evaluation, Figure
from eval.report.wording import counted, interval_of, title_of, value_of

UNTAGGED_MEASURES = 4
"""Columns of the table by tag where a run has no leading measures; the page has all of them."""


def summary_text(evaluation: Evaluation) -> str:
    """Figures with their intervals, then a table by tag."""
    parts = [_table([("", "", "95 % interval", "cases"), *_rows(evaluation.figures)])]
    if len(evaluation.tags) > 1:
        parts.append(_table(_tag_rows(evaluation)))
    return "\n\n".join(parts)


def summary_json(evaluation: Evaluation) -> dict[str, Any]:
    """The same for programs."""
    return {
        "dataset": evaluation.header.dataset,
        "system": evaluation.header.system,
        "settings": dict(evaluation.header.settings),
        "figures": {name: _as_json(figure) for name, figure in evaluation.figures.items()},
        "tags": {
            tag: {name: _as_json(figure) for name, figure in figures.items()}
            for tag, figures in evaluation.tags.items()
        },
    }


def _rows(figures: Mapping[str, Figure]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, figure in figures.items():
        unit = ALL_MEASURES[name].unit
        interval = interval_of(figure.interval, unit) if figure.interval else ""
        value = value_of(figure.value, unit)
        rows.append((title_of(name), value, interval, f"{figure.count:,}"))
    return rows


def _tag_rows(evaluation: Evaluation) -> list[tuple[str, ...]]:
    of_cases = [name for name in evaluation.leading if _is_by_tag(evaluation, name)]
    columns = (
        of_cases
        or [name for name in evaluation.figures if _is_by_tag(evaluation, name)][:UNTAGGED_MEASURES]
    )
    rows = [("by tag", *map(title_of, columns))]
    for tag, figures in evaluation.tags.items():
        count = max((figure.count for figure in figures.values()), default=0)
        values = (figures.get(name) for name in columns)
        shown = (
            value_of(figure.value if figure else None, ALL_MEASURES[name].unit)
            for name, figure in zip(columns, values, strict=True)
        )
        rows.append((f"{tag} ({counted(count, 'case')})", *shown))
    return rows


def _is_by_tag(evaluation: Evaluation, name: str) -> bool:
    return any(name in figures for figures in evaluation.tags.values())


def _as_json(figure: Figure) -> dict[str, Any]:
    interval = figure.interval
    return {
        "value": figure.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "cases": figure.count,
    }


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Columns with spaces between; the first to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
