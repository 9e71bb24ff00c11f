"""The figures of reading as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

DEFINITIONS = """\
hit: of the answerable, an answer sentence is cited. recall: share of their answer sentences cited.
precision: share of the cited sentences that answer, over answered ones. right: answerable, a hit
with precision of a half or more; unanswerable, refused. refused +/-: of the answerable and of the
unanswerable. balanced: mean of answered answerable and refused unanswerable. AUROC: how well the
answer's own chance tells the two apart. cal. error: of that chance against "answerable and hit"."""
CLAIM_DEFINITIONS = """\
accepted: of the supported. caught: of the unsupported. balanced: mean of the two."""

LABEL = 26
QUESTION_COLUMNS = {
    "right": "right",
    "hit": "hit",
    "recall": "recall",
    "precision": "precision",
    "refused_answerable": "refused +",
    "refused_unanswerable": "refused -",
    "balanced_accuracy": "balanced",
    "sentences_per_answer": "sentences",
    "auroc": "AUROC",
    "calibration_error": "cal. error",
}
CLAIM_COLUMNS = {
    "supported_accepted": "accepted",
    "unsupported_caught": "caught",
    "balanced_accuracy": "balanced",
}
NO_SHARES = frozenset({"sentences_per_answer", "cited_per_answer"})


def reading_text(figures: Mapping[str, Any]) -> str:
    """All that `eval.reading.report.measure` gives, for a person."""
    parts = [_head(figures)]
    if "questions" in figures:
        parts += _questions("Questions", figures["questions"])
        parts += [DEFINITIONS, _reliability(figures["questions"]["reliability"])]
    if "claims" in figures:
        parts += _claims(figures["claims"])
        parts.append(CLAIM_DEFINITIONS)
    if "conversations" in figures:
        parts.append(_conversations(figures["conversations"]))
    if "clusters" in figures:
        parts += _clusters(figures["clusters"])
    return "\n\n".join(part for part in parts if part)


def _head(figures: Mapping[str, Any]) -> str:
    part = ", test part only" if figures["test_part"] else ""
    lines = [f"{figures['documents']} documents{part}, composer {figures['composer']}"]
    if figures["documents_refused"]:
        shown = "; ".join(f"{name}: {why}" for name, why in figures["documents_refused"].items())
        lines.append(f"{len(figures['documents_refused'])} documents were not taken: {shown}")
    if figures["sentences_lost"]:
        lines.append(f"{figures['sentences_lost']} sentences were left out by ingest")
    return "\n".join(lines)


def _questions(title: str, figures: Mapping[str, Any]) -> list[str]:
    head = _row(title, QUESTION_COLUMNS.values(), "questions")
    tables = [
        [head, *_rows({"all": figures})],
        [_row("by kind", (), ""), *_rows(figures["by_kind"])],
        [_row("by file", (), ""), *_rows(figures["by_file"])],
    ]
    others = figures["other_languages"]
    if others:
        rows = _rows({"all": others, **others["by_language"]})
        tables.append([_row("other languages", (), ""), *rows])
    return ["\n".join(table) for table in tables]


def _rows(groups: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [
        _row(name, (_shown(column, each[column]) for column in QUESTION_COLUMNS), each["count"])
        for name, each in groups.items()
    ]


def _claims(figures: Mapping[str, Any]) -> list[str]:
    def rows(groups: Mapping[str, Mapping[str, Any]]) -> list[str]:
        return [
            _row(name, (_shown(column, each[column]) for column in CLAIM_COLUMNS), each["count"])
            for name, each in groups.items()
        ]

    tables = [
        [_row("Claims", CLAIM_COLUMNS.values(), "claims"), *rows({"all": figures})],
        [_row("by file", (), ""), *rows(figures["by_file"])],
    ]
    for side, title in (("supported", "accepted"), ("unsupported", "caught")):
        kinds = figures["by_kind"][side]
        tables.append(
            [
                _row(f"{side}, by kind", [title], "claims"),
                *(
                    _row(kind, [_shown(title, each["right"])], each["count"])
                    for kind, each in sorted(kinds.items())
                ),
            ]
        )
    others = figures["other_languages"]
    if others:
        tables.append(
            [
                _row("other languages", (), ""),
                *rows({"all": others, **others["by_language"]}),
            ]
        )
    return ["\n".join(table) for table in tables]


def _conversations(figures: Mapping[str, Any]) -> str:
    """Each part of the turns as it was asked, and as a question of its own."""
    rows = {"all": figures, "  standalone": figures["standalone"]}
    for place, each in figures["by_place"].items():
        rows |= {place: each, f"  {place}, standalone": each["standalone"]}
    table = [_row("Conversations", QUESTION_COLUMNS.values(), "turns"), *_rows(rows)]
    chat = figures["chat"]
    if chat["count"]:
        share = _shown("", chat["answered_from_sources"])
        table.append(f"{chat['count']} turns are no question; share answered from sources {share}")
    return "\n".join(table)


def _clusters(figures: Mapping[str, Any]) -> list[str]:
    conflicts, alike = figures["conflicts"], figures["not_conflicts"]
    shown = figures["disagreements"]
    return [
        "\n".join(
            [
                _row("Clusters", QUESTION_COLUMNS.values(), "questions"),
                *_rows({"all": figures, **figures["by_kind"]}),
            ]
        ),
        "\n".join(
            [
                "sources drawn on, of those that answer: " + _shown("", figures["sources_recall"]),
                f"conflicts shown: {_shown('', conflicts['shown'])} of {conflicts['count']}; "
                f"{_shown('', conflicts['shown_of_asked'])} of {conflicts['asked']} asked about",
                f"shown though none: {_shown('', alike['shown'])} of {alike['count']}",
                f"conflicts among what is shown: {_shown('', shown['conflicts'])} "
                f"of {shown['count']}",
            ]
        ),
    ]


def _reliability(table: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        _row(
            f"{each['lowest']:.2f} to {each['highest']:.2f}",
            [f"{each['mean_chance']:.2f}", f"{each['came_true']:.2f}"],
            each["count"],
        )
        for each in table
    ]
    return "\n".join([_row("the answer's own chance", ["mean", "hit"], "questions"), *rows])


def _row(label: str, values: Iterable[str], count: object) -> str:
    return (f"{label:{LABEL}}{count:>10}" + "".join(f"{value:>11}" for value in values)).rstrip()


def _shown(column: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if column in NO_SHARES else f"{value:.3f}"
