"""Reports as Markdown, short enough for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from eval.compare import CaseChange, Change, Comparison
from eval.report.evaluation import ALL_MEASURES, Evaluation, is_quality, is_timing, quality
from eval.report.outcome import labels, lost, verdict
from eval.report.wording import (
    NOTHING,
    counted,
    difference_interval_of,
    difference_of,
    interval_of,
    p_value,
    signed,
    title_of,
    value_of,
)
from eval.types import Case, Record

CASES_SHOWN = 10
"""Of each list; the HTML report has all."""
TEXT_SHOWN = 400
"""Characters of an answer."""
TIMINGS = "<!-- timings: what lies between here and the end differs from run to run -->"
END_OF_TIMINGS = "<!-- end of timings -->"
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~@$&<>:-])")
_BARE = {"(": "(", ")": ")", ":": ":", "-": "-", "+": "+", "&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")


def report_markdown(evaluation: Evaluation) -> str:
    """The report of one run."""
    header = evaluation.header
    names = list(evaluation.figures)
    parts = [
        f"## {escaped(header.system)} on {escaped(header.dataset)}",
        f"{counted(len(evaluation.cases), 'question')}. Intervals are at 95 %.",
    ]
    if missing := lost(evaluation):
        parts.append(f"**{counted(missing, 'question')} got no answer; each counts as worst.**")
    parts.append(_figures(evaluation, [n for n in names if not is_timing(ALL_MEASURES[n])]))
    parts += _tags(evaluation)
    parts += _worst(evaluation)
    timings = [n for n in names if is_timing(ALL_MEASURES[n])]
    parts += [TIMINGS, f"Started {escaped(header.started) or 'at a time not noted'}."]
    parts += [_figures(evaluation, timings)] if timings else []
    parts += [END_OF_TIMINGS, f"Dataset `{header.dataset_fingerprint[:12]}`."]
    return "\n\n".join(parts) + "\n"


def comparison_markdown(comparison: Comparison) -> str:
    """The report of two runs."""
    first, second = map(escaped, labels(comparison))
    changes = [each for each in comparison.changes if not is_timing(each.measure)]
    timings = [each for each in comparison.changes if is_timing(each.measure)]
    before, after = comparison.before, comparison.after
    shown = {*before.leading_by_case, *after.leading_by_case}
    tagged = [each for each in comparison.tagged if each.measure.name in shown]
    parts = [
        f"## {second} against {first}",
        f"{escaped(before.header.dataset)}, {counted(len(before.cases), 'question')}. "
        f"**{verdict(comparison)}**",
        _changes(changes),
        "p is two-sided, from permutation, after Holm's correction.",
    ]
    if tagged:
        parts.append(_folded("By kind of question", _changes(tagged, with_tag=True)))
    for title, cases in (("worse", comparison.worse), ("better", comparison.better)):
        parts.append(f"### Answered {title}: {len(cases)}")
        parts += [_case_change(each, (first, second)) for each in cases[:CASES_SHOWN]]
        if len(cases) > CASES_SHOWN:
            parts.append(f"… and {len(cases) - CASES_SHOWN} more.")
    parts.append(TIMINGS)
    parts += [
        f"{name}: started {escaped(each.header.started) or 'at a time not noted'}."
        for name, each in ((first, before), (second, after))
    ]
    parts += [_changes(timings)] if timings else []
    parts += [END_OF_TIMINGS, f"Dataset `{before.header.dataset_fingerprint[:12]}`."]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line, naming nobody and linking nowhere.

    What datasets and systems say must not become markup, mentions or links in a pull request.
    """
    plain = _SPECIAL.sub(lambda found: _BARE.get(found[1], f"\\{found[1]}"), " ".join(text.split()))
    # An empty element: it shows nothing, and no longer is an address.
    return _ADDRESS.sub(r"\1<i></i>\2", plain).replace("\\@", "@<i></i>")


def _figures(evaluation: Evaluation, names: Iterable[str]) -> str:
    rows = []
    for name in names:
        measure, figure = ALL_MEASURES[name], evaluation.figures[name]
        interval = interval_of(figure.interval, measure.unit)
        value = value_of(figure.value, measure.unit)
        rows.append((title_of(name), f"**{value}**", interval, str(figure.count)))
    return _table(("Measure", "Value", "Interval", "Questions"), rows)


def _tags(evaluation: Evaluation) -> list[str]:
    names = evaluation.leading_by_case
    if not evaluation.tags or not names:
        return []
    rows = []
    for tag, figures in evaluation.tags.items():
        values = (figures[n].value if n in figures else None for n in names)
        cells = (
            value_of(value, ALL_MEASURES[n].unit) for n, value in zip(names, values, strict=True)
        )
        rows.append((escaped(tag), *cells))
    return [_folded("By kind of question", _table(("Kind", *map(title_of, names)), rows))]


def _worst(evaluation: Evaluation) -> list[str]:
    graded = [
        (grade, case)
        for case in evaluation.cases
        if (grade := quality(evaluation.scores[case.id])) is not None and grade < 1
    ]
    worst = sorted(graded, key=lambda pair: pair[0])[:CASES_SHOWN]
    if not worst:
        return []
    lines = [_case_line(case, evaluation.records.get(case.id)) for _, case in worst]
    return [_folded(f"The worst {len(worst)} questions", "\n".join(lines))]


def _case_line(case: Case, record: Record | None) -> str:
    return f"- **{escaped(case.question)}** {_answer(record)}"


def _case_change(change: CaseChange, names: tuple[str, str]) -> str:
    scores = ", ".join(
        f"{title_of(name)} {value_of(before, unit)} → {value_of(after, unit)}"
        for name, before, after in change.scores
        if (unit := ALL_MEASURES[name].unit)
    )
    table = _table(names, [(_answer(change.before), _answer(change.after))])
    summary = f"{escaped(change.case.question)} ({signed(change.gain)})"
    return _folded(summary, f"{table}\n\n{scores}")


def _answer(record: Record | None) -> str:
    if record is None:
        return "*no record*"
    if record.said is None:
        return f"*error:* {escaped(record.error or 'no reason given')}"
    said = record.said
    text = said.text or said.message or "nothing"
    short = text if len(text) <= TEXT_SHOWN else text[: TEXT_SHOWN - 1].rstrip() + "…"
    return f"*refused:* {escaped(short)}" if said.abstained else escaped(short)


def _changes(changes: Sequence[Change], *, with_tag: bool = False) -> str:
    head = ["Measure", "First", "Second", "Difference", "Interval", "p", "Won/lost/tied", ""]
    rows = []
    for change in changes:
        unit = change.measure.unit
        p = change.p_adjusted if is_quality(change.measure) else change.p
        counts = NOTHING
        if change.wins is not None:
            counts = f"{change.wins}/{change.losses}/{change.ties}"
        rows.append(
            (
                *((escaped(change.tag or ""),) if with_tag else ()),
                title_of(change.measure.name),
                value_of(change.before, unit),
                value_of(change.after, unit),
                f"**{difference_of(change.difference, unit)}**",
                difference_interval_of(change.interval, unit),
                escaped(p_value(p)),
                counts,
                change.judgement.value,
            )
        )
    return _table((["Kind"] if with_tag else []) + head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(head), _line(["---", *["---:"] * (len(head) - 1)])]
    return "\n".join([*lines, *map(_line, rows)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _folded(summary: str, inner: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{inner}\n\n</details>"
