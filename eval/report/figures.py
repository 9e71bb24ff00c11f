"""The plots of a report, and their data."""

from __future__ import annotations

from collections.abc import Sequence

from eval.compare import Change, Comparison
from eval.metrics.retrieval import NDCG_CUTOFF, ranking_of
from eval.metrics.summary import risk_curve
from eval.report.evaluation import ALL_MEASURES, Evaluation, is_quality
from eval.report.plots import Line, Plot, Row, dot_plot, histogram, line_plot, thinned
from eval.report.wording import percent, seconds, signed, title_of, whole
from eval.statistics import Interval

RECALL_UP_TO = 20
"""Ranks of the recall curve: more than a reader or a model is given."""
MAX_TAGS = 14
"""Rows of a plot; the table of tags has them all."""
_SHARE = (0.0, 1.0)
_RANKS = range(1, RECALL_UP_TO + 1)
_RANKED = f"ndcg@{NDCG_CUTOFF}"


def tag_plots(evaluation: Evaluation) -> list[Plot]:
    """Mean and interval of each leading measure by tag, where there are tags to tell apart."""
    plots = []
    for name in evaluation.leading_by_case:
        tags = {tag: each[name] for tag, each in evaluation.tags.items() if name in each}
        if len(tags) < 2:
            continue
        most = sorted(tags, key=lambda tag: -tags[tag].count)[:MAX_TAGS]
        rows = [
            Row(tag, figure.value, figure.interval, f"{figure.count} questions")
            for tag, figure in tags.items()
            if tag in most
        ]
        plots.append(
            dot_plot(f"{title_of(name)} by kind of question", rows, limits=_SHARE, shown=percent)
        )
    return plots


def recall_plot(evaluations: Sequence[tuple[str, Evaluation]]) -> Plot | None:
    """Mean share of relevant sources among the first k, for each k; None if nothing is judged."""
    lines = [Line(label, _recall_points(each)) for label, each in evaluations]
    if not any(line.points for line in lines):
        return None
    return line_plot(
        "Relevant sources found",
        lines,
        axes=("Sources read", "Share found"),
        limits=((1, RECALL_UP_TO), _SHARE),
        shown=(whole, percent),
    )


def risk_plot(evaluations: Sequence[tuple[str, Evaluation]]) -> Plot | None:
    """Risk against coverage; None if no system says how sure it is."""
    lines = []
    for label, each in evaluations:
        points = risk_curve(each.cases, each.records, each.scores)
        lines.append(Line(label, thinned([(point.coverage, point.risk) for point in points])))
    if not any(line.points for line in lines):
        return None
    return line_plot(
        "Risk against coverage",
        lines,
        axes=("Questions answered, surest first", "Share lost"),
        limits=(_SHARE, _SHARE),
        shown=(percent, percent),
    )


def latency_plot(evaluation: Evaluation, label: str | None = None) -> Plot | None:
    """How long answers took; None if none has a time. `label` tells two such plots apart."""
    times = [record.seconds for record in evaluation.records.values() if record.seconds > 0]
    if not times:
        return None
    title = "Time of an answer" + (f": {label}" if label else "")
    marks = {
        f"p{p}": figure.value
        for p in (50, 95, 99)
        if (figure := evaluation.figures.get(f"seconds_p{p}")) is not None and figure.value > 0
    }
    return histogram(title, times, marks=marks, axis="Time", shown=seconds)


def change_plot(comparison: Comparison) -> Plot | None:
    """Differences of the measures of quality with their intervals around 0."""
    changes = [change for change in comparison.changes if is_quality(change.measure)]
    if not changes:
        return None
    reach = max(abs(end) for change in changes for end in _ends(change))
    limit = max(0.05, reach * 1.05)
    return dot_plot(
        "Difference by measure",
        [
            Row(
                title_of(change.measure.name),
                change.difference,
                change.interval,
                change.judgement.value,
            )
            for change in changes
        ],
        limits=(-limit, limit),
        shown=signed,
        reference=0.0,
    )


def bar(name: str, value: float, interval: Interval | None) -> tuple[float, float, float] | None:
    """Left end, right end and middle of a small bar in a table, in percent; None off the scale."""
    if ALL_MEASURES[name].unit != "share":
        return None
    low, high = (interval.low, interval.high) if interval else (value, value)
    return round(100 * low, 1), round(100 * (high - low), 1), round(100 * value, 1)


def _ends(change: Change) -> Sequence[float]:
    if change.interval is None:
        return (change.difference,)
    return change.interval.low, change.interval.high, change.difference


def _recall_points(evaluation: Evaluation) -> tuple[tuple[float, float], ...]:
    curves = []
    for case in evaluation.cases:
        if evaluation.scores[case.id].get(_RANKED) is None:
            continue  # nothing is judged, or nothing was to choose from
        relevant = {source for source, grade in case.relevant.items() if grade > 0}
        record = evaluation.records.get(case.id)
        ranking = ranking_of(record.said.passages) if record and record.said else []
        curves.append([len(relevant & set(ranking[:k])) / len(relevant) for k in _RANKS])
    if not curves:
        return ()
    return tuple(
        (float(k), sum(curve[n] for curve in curves) / len(curves)) for n, k in enumerate(_RANKS)
    )
