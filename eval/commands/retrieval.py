"""`accord eval retrieval`: the product's own retrieval on judged sets, follow-ups included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.settings import Settings

COLUMNS = {"ndcg@10": "nDCG@10", "recall@5": "Recall@5", "rr": "RR", "ap": "AP"}


def command(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="FOLDER", help="Folders in BEIR's format, or known benchmarks."),
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many queries a set, spread evenly.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ingest the sources again, whatever is kept of them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure the ranking of documents, each by its best passage.

    The sources are ingested as a user's would be. Questions with a conversation are searched in
    three ways: the last turn alone, with the turn before, and condensed as the product does it.
    """
    from eval.systems.settings import product_settings

    settings = product_settings()
    found = []
    for folder in folders:
        measured = _measure(str(folder), settings, limit=limit, fresh=fresh)
        found.append(measured)
        if not as_json:
            _show(measured, with_head=len(found) == 1)
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


def _measure(name: str, settings: Settings, *, limit: int | None, fresh: bool) -> dict[str, Any]:
    from eval.datasets.open import open_dataset
    from eval.errors import DatasetError
    from eval.metrics.retrieval import is_judged, score_runs
    from eval.progress import ingesting
    from eval.ranking import joined, last_turn, own, ranking
    from eval.systems.corpus import open_library

    dataset = open_dataset(name, limit=limit)
    cases = [case for case in dataset.cases if is_judged(case.relevant)]
    if not cases:
        raise DatasetError(f"No query of {dataset.name} has a relevant source.")
    qrels = {case.id: case.relevant for case in cases}
    ways = {"alone": last_turn}
    if any(case.history for case in cases):
        ways |= {"turn before + last": joined, "condensed": own}
    with ingesting() as progress:
        library = open_library(dataset, settings, fresh=fresh, progress=progress)
    with ranking(library) as ranker:
        scores = {
            label: score_runs(qrels, ranker.run(cases, query_of))
            for label, query_of in ways.items()
        }
    return {
        "set": dataset.name,
        "queries": len(cases),
        "passages": library.passages,
        "figures": {label: _means(by_case) for label, by_case in scores.items()},
    }


def _means(by_case: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {name: fmean(values[name] for values in by_case.values()) for name in COLUMNS}


def _show(measured: Mapping[str, Any], *, with_head: bool) -> None:
    if with_head:
        typer.echo(f"{'':20}  {'':20}" + "".join(f"{head:>10}" for head in COLUMNS.values()))
    for number, (label, figures) in enumerate(measured["figures"].items()):
        name = measured["set"] if number == 0 else ""
        values = "".join(f"{figures[column]:10.3f}" for column in COLUMNS)
        typer.echo(f"{name:20}  {label:20}{values}")
    typer.echo(f"{'':20}  {measured['queries']} queries, {measured['passages']} passages")
