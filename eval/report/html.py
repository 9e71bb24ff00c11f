"""Reports as one HTML file: styles and plots inside, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.compare import Comparison
from eval.metrics.answers import fact_recall
from eval.report import figures, wording
from eval.report.evaluation import ALL_MEASURES, Evaluation, is_quality, is_timing, quality
from eval.report.outcome import labels, lost, verdict
from eval.report.plots import Plot
from eval.types import Case, Record, SaidClaim

_TEMPLATES = Path(__file__).parent / "templates"
_NUM_SLOWEST = 10
_MAX_TABLE_MEASURES = 6
"""Columns of the table by tag, before it must be scrolled on a laptop."""


def report_page(evaluation: Evaluation) -> str:
    """The report of one run."""
    return (
        _environment()
        .get_template("report.html")
        .render(
            title=f"{evaluation.header.system} on {evaluation.header.dataset}",
            run=evaluation,
            lost=lost(evaluation),
            measures=[name for name in evaluation.figures if not is_timing(ALL_MEASURES[name])],
            timings=[name for name in evaluation.figures if is_timing(ALL_MEASURES[name])],
            tag_measures=_tag_measures(evaluation),
            plots=[
                *_present(figures.recall_plot([(evaluation.header.system, evaluation)])),
                *_present(figures.risk_plot([(evaluation.header.system, evaluation)])),
            ],
            tag_plots=figures.tag_plots(evaluation),
            latency=figures.latency_plot(evaluation),
            slowest=_slowest(evaluation),
            groups=_groups(evaluation),
        )
    )


def comparison_page(comparison: Comparison) -> str:
    """The report of two runs."""
    names = labels(comparison)
    both = list(zip(names, (comparison.before, comparison.after), strict=True))
    return (
        _environment()
        .get_template("compare.html")
        .render(
            title=f"{names[1]} against {names[0]}",
            names=names,
            both=both,
            comparison=comparison,
            changes=[each for each in comparison.changes if not is_timing(each.measure)],
            timings=[each for each in comparison.changes if is_timing(each.measure)],
            verdict=verdict(comparison),
            tagged=[
                each for each in comparison.tagged if each.measure.name in _shown_tagged(comparison)
            ],
            change_plot=figures.change_plot(comparison),
            plots=[*_present(figures.recall_plot(both)), *_present(figures.risk_plot(both))],
            latencies=[
                plot for name, each in both for plot in _present(figures.latency_plot(each, name))
            ],
        )
    )


def _shown_tagged(comparison: Comparison) -> set[str]:
    return set(comparison.before.leading_by_case) | set(comparison.after.leading_by_case)


def _present(plot: Plot | None) -> list[Plot]:
    return [] if plot is None else [plot]


def _tag_measures(evaluation: Evaluation) -> list[str]:
    leading = list(evaluation.leading_by_case)
    others = [
        name
        for name in evaluation.figures
        if is_quality(ALL_MEASURES[name]) and name not in leading
    ]
    tagged = {name for each in evaluation.tags.values() for name in each}
    return [name for name in [*leading, *others] if name in tagged][:_MAX_TABLE_MEASURES]


def _slowest(evaluation: Evaluation) -> list[tuple[Case, Record]]:
    timed = [
        (case, record)
        for case in evaluation.cases
        if (record := evaluation.records.get(case.id)) is not None
    ]
    return sorted(timed, key=lambda pair: (-pair[1].seconds, pair[0].id))[:_NUM_SLOWEST]


def _groups(evaluation: Evaluation) -> list[tuple[str, list[Case]]]:
    """Cases, those first that want a look: without an answer, then the worst."""
    grades = {case.id: quality(evaluation.scores[case.id]) for case in evaluation.cases}
    groups: dict[str, list[Case]] = {
        "Without an answer": [],
        "Short of full marks": [],
        "Full marks": [],
        "Not scored": [],
    }
    for case in evaluation.cases:
        record = evaluation.records.get(case.id)
        grade = grades[case.id]
        if record is None or record.said is None:
            groups["Without an answer"].append(case)
        elif grade is None:
            groups["Not scored"].append(case)
        else:
            groups["Full marks" if grade >= 1 else "Short of full marks"].append(case)
    groups["Short of full marks"].sort(key=lambda case: grades[case.id] or 0.0)
    return [(name, cases) for name, cases in groups.items() if cases]


def _case_scores(evaluation: Evaluation, case: Case) -> list[tuple[str, float]]:
    """Scores of a case to show: without what differs from time to time."""
    return [
        (name, value)
        for name, value in evaluation.scores[case.id].items()
        if value is not None and not is_timing(ALL_MEASURES[name])
    ]


def _only_in_one(record: Record | None, other: Record | None) -> set[str]:
    """Sentences of one answer that the other has not."""
    return {claim.text for claim in _claims(record)} - {claim.text for claim in _claims(other)}


def _holds(record: Record | None, forms: tuple[str, ...]) -> bool | None:
    """Whether an answer says something in one of its forms; None without an answer to look at."""
    if record is None or record.said is None:
        return None
    return fact_recall(record.said.text, (forms,)) == 1


def _claims(record: Record | None) -> Iterable[SaidClaim]:
    return record.said.claims if record and record.said else ()


def _settings(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str))
        for name, value in sorted(settings.items())
    ]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,  # of everything: what systems said and datasets hold is not ours
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        measures_by_name=ALL_MEASURES,
        bar=figures.bar,
        case_scores=_case_scores,
        only_in_one=_only_in_one,
        holds=_holds,
        settings_of=_settings,
    )
    environment.filters.update(
        title_of=wording.title_of,
        value_of=wording.value_of,
        interval_of=wording.interval_of,
        difference_of=wording.difference_of,
        difference_interval_of=wording.difference_interval_of,
        p_value=wording.p_value,
        percent=wording.percent,
        seconds=wording.seconds,
        signed=wording.signed,
        counted=wording.counted,
    )
    return environment
