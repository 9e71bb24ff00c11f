"""The outcome of a run or a comparison, in words."""

from __future__ import annotations

from collections.abc import Sequence

from eval.compare import Comparison
from eval.report import wording
from eval.report.evaluation import Evaluation


def verdict(comparison: Comparison) -> str:
    """The outcome in a sentence."""
    judged = [change for change in comparison.changes if change.p_adjusted is not None]
    parts = []
    for word in ("better", "worse"):
        names = [wording.title_of(c.measure.name) for c in judged if c.judgement.value == word]
        if names:
            parts.append(f"{word} by {_listed(names)}")
    if parts:
        return f"The second run is {' and '.join(parts)}."
    if all(change.difference == 0 for change in judged) and not comparison.better:
        return "Both runs score the same."
    return "No measure differs by more than chance may do."


def labels(comparison: Comparison) -> tuple[str, str]:
    """Names of the two systems, distinguished where they are one."""
    before, after = comparison.before.header.system, comparison.after.header.system
    return (before, after) if before != after else (f"{before} (first)", f"{after} (second)")


def lost(evaluation: Evaluation) -> int:
    """Cases without an answer."""
    said = (evaluation.records.get(case.id) for case in evaluation.cases)
    return sum(record is None or record.said is None for record in said)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
