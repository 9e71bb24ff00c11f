"""Figures of reading files, as the command and the gate print, store and compare them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.settings import Settings
from eval.progress import counting
from eval.reading.clusters import ask_clusters, clusters_json
from eval.reading.material import Material, gather
from eval.reading.measure import ask_questions, check_claims, claims_json, questions_json
from eval.reading.shelf import Shelf, open_shelf
from eval.reading.talks import ask_conversations, conversations_json

Lines = list[dict[str, Any]]
DIGITS = 4
"""Of a figure; vectors computed on another processor differ in later ones."""


def measure(
    files: Sequence[Path],
    settings: Settings,
    *,
    documents: Sequence[Path] = (),
    only_test_part: bool = False,
    composer: str | None = None,
) -> tuple[dict[str, Any], Lines]:
    """Ingest, ask and check everything in some files.

    Args:
        files: See `gather`.
        settings: Of the product.
        documents: See `gather`.
        only_test_part: See `gather`.
        composer: Writes the answers; None takes what the settings name.

    Returns:
        The figures as docs/evaluation.md describes them, and every question and claim with what
        became of it.
    """
    material = gather(files, documents=documents, only_test_part=only_test_part)
    figures, lines = measure_material(material, settings, composer=composer)
    head = {"files": [path.name for path in files], "test_part": only_test_part}
    return {**head, **figures}, lines


def measure_material(
    material: Material, settings: Settings, *, composer: str | None = None
) -> tuple[dict[str, Any], Lines]:
    """The same of what was gathered already; without the names of files."""
    with open_shelf(material.texts(), settings, composer=composer) as shelf:
        figures, lines = figures_of(material, shelf)
    head = {
        "composer": shelf.composer,
        "model": settings.model if shelf.composer != "extractive" else None,
        "documents": len(material.texts()),
        "documents_refused": dict(shelf.refused),
        "sentences_lost": shelf.num_lost,
    }
    rounded: dict[str, Any] = _rounded({**head, **figures})
    return rounded, lines


def figures_of(material: Material, shelf: Shelf) -> tuple[dict[str, Any], Lines]:
    """Ask and check what was gathered, on a shelf that has its documents."""
    figures: dict[str, Any] = {}
    lines: Lines = []
    if material.questions:
        with counting(len(material.questions), "questions") as tell:
            asked = ask_questions(material, shelf, tell)
        figures["questions"] = questions_json(asked)
        lines += [dict(each.line) for each, _ in asked]
    if material.claims:
        checked = check_claims(material, shelf)
        figures["claims"] = claims_json(checked)
        lines += [dict(each.line) for each, _ in checked]
    if material.conversations:
        with counting(
            sum(len(each.item.turns) for each in material.conversations), "turns"
        ) as tell:
            talks = ask_conversations(material, shelf, tell)
        figures["conversations"] = conversations_json(talks)
        lines += [each.line for each in talks.turns]
    if material.clusters:
        count = sum(len(each.item.questions) for each in material.clusters)
        with counting(count, "questions of clusters") as tell:
            clusters = ask_clusters(material, shelf, tell)
        figures["clusters"] = clusters_json(clusters)
        lines += [line for each in clusters for line in each.lines]
    return figures, lines


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, DIGITS)
        case dict():
            return {key: _rounded(each) for key, each in value.items()}
        case list():
            return [_rounded(each) for each in value]
        case _:
            return value
