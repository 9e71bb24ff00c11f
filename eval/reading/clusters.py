"""Clusters: questions asked of several sources at once, and which contradictions are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eval.datasets.reading_forms import Cluster, PlaceInCluster
from eval.metrics.reading import Place, QuestionOutcome, by_kind, mean, question_figures
from eval.reading.asking import ask
from eval.reading.material import FromFile, Material, in_cluster
from eval.reading.measure import Tell, line_of, outcome_of
from eval.reading.shelf import Shelf

Pair = frozenset[Place]


@dataclass(frozen=True, slots=True)
class ClusterOutcome:
    """A cluster with all its questions asked."""

    questions: Sequence[QuestionOutcome]
    conflicts: Sequence[tuple[str, Pair]]
    """Kind and the two sentences of each."""
    not_conflicts: Sequence[Pair]
    shown: frozenset[Pair]
    """What the disagreements of any answer cite, each once."""
    lines: Sequence[dict[str, Any]]

    def is_shown(self, pair: Pair) -> bool:
        """Whether a disagreement cites both sentences."""
        return any(pair <= each for each in self.shown)

    def is_asked(self, pair: Pair) -> bool:
        """Whether both sentences answer one of the questions: its answer should show them."""
        return any(pair <= each.answer for each in self.questions)


def ask_clusters(material: Material, shelf: Shelf, tell: Tell) -> list[ClusterOutcome]:
    """Every question of every cluster, asked of all its documents."""
    return [_ask_cluster(each, shelf, tell) for each in material.clusters]


def _ask_cluster(each: FromFile[Cluster], shelf: Shelf, tell: Tell) -> ClusterOutcome:
    cluster = each.item
    names = [in_cluster(cluster.id, place) for place in range(len(cluster.documents))]
    questions: list[QuestionOutcome] = []
    shown: set[Pair] = set()
    lines = []
    for question in cluster.questions:
        reply = ask(shelf, question.q, names)
        outcome = outcome_of(question.kind, _places(names, question.answer), reply)
        questions.append(outcome)
        shown.update(reply.disagreements)
        lines.append(line_of(each, question.q, outcome, reply))
        tell()
    return ClusterOutcome(
        questions,
        [(pair.kind, _places(names, (pair.a, pair.b))) for pair in cluster.conflicts],
        [_places(names, (pair.a, pair.b)) for pair in cluster.not_conflicts],
        frozenset(shown),
        lines,
    )


def clusters_json(outcomes: Sequence[ClusterOutcome]) -> dict[str, Any]:
    """Figures of the questions, of how many sources were drawn on, and of contradictions."""
    questions = [question for each in outcomes for question in each.questions]
    conflicts = [(each, kind, pair) for each in outcomes for kind, pair in each.conflicts]
    asked = [(each, pair) for each, _, pair in conflicts if each.is_asked(pair)]
    alike = [(each, pair) for each in outcomes for pair in each.not_conflicts]
    return {
        **question_figures(questions),
        "sources_recall": mean(
            _sources_recall(each) for each in questions if len(_sources(each.answer)) > 1
        ),
        "by_kind": by_kind(questions),
        "conflicts": {
            "count": len(conflicts),
            "shown": mean(each.is_shown(pair) for each, _, pair in conflicts),
            "asked": len(asked),
            "shown_of_asked": mean(each.is_shown(pair) for each, pair in asked),
            "by_kind": {
                name: {
                    "count": sum(kind == name for _, kind, _ in conflicts),
                    "shown": mean(e.is_shown(p) for e, kind, p in conflicts if kind == name),
                }
                for name in sorted({kind for _, kind, _ in conflicts})
            },
        },
        "not_conflicts": {
            "count": len(alike),
            "shown": mean(each.is_shown(pair) for each, pair in alike),
        },
        "disagreements": {
            "count": sum(len(each.shown) for each in outcomes),
            "conflicts": mean(
                any(pair <= shown for _, pair in each.conflicts)
                for each in outcomes
                for shown in each.shown
            ),
        },
    }


def _sources(places: Iterable[Place]) -> set[str]:
    return {document for document, _ in places}


def _sources_recall(outcome: QuestionOutcome) -> float:
    """Share of the documents that answer of which an answer sentence is cited."""
    hit = _sources(outcome.answer & outcome.cited)
    return len(hit) / len(_sources(outcome.answer))


def _places(names: Sequence[str], places: Iterable[PlaceInCluster]) -> Pair:
    return frozenset((names[document], sentence) for document, sentence in places)
