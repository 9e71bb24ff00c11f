"""`accord eval fit`: the weights of `app/answering/relevance.py`, from sets with gold sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.answering.search import Found
    from app.settings import Settings
    from eval.fitting_relevance import Labelled


def command(
    datasets: Annotated[
        list[str],
        typer.Argument(
            metavar="DATASET[=SHARE]...",
            help="Sets that name gold sentences; a set with a share of 3 counts three times.",
        ),
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many cases a set, spread evenly.")
    ] = None,
) -> None:
    """Print the weights, and what held-out questions say of them.

    A set that restricts its searches to given sources is searched as a whole besides.
    """
    from app.answering.relevance import PassageSigns, SentenceSigns
    from eval.commands.fitted_text import weights_text, with_share
    from eval.fitting_relevance import fit
    from eval.systems.settings import product_settings

    settings = product_settings()
    found: list[Labelled] = []
    shares: dict[str, float] = {}
    for name, share in map(with_share, datasets):
        labelled = list(_searched(name, settings, limit))
        found += labelled
        shares |= {each.dataset: share for each in labelled}
    fitted = fit(found, shares)
    for prefix, signs, (*weights, constant) in (
        ("SENTENCE_", SentenceSigns, fitted.sentence),
        ("PASSAGE_", PassageSigns, fitted.passage),
    ):
        typer.echo(weights_text(prefix, signs, weights, constant))
    for name, auroc in fitted.auroc.items():
        typer.echo(f"{name:30} AUROC {auroc:.3f}, held out")


def _searched(name: str, settings: Settings, limit: int | None) -> Iterator[Labelled]:
    from eval.datasets.open import open_dataset
    from eval.fitting_relevance import label
    from eval.progress import ingesting
    from eval.ranking import own, ranking
    from eval.systems.corpus import open_library
    from vectorstore.types import Filters

    dataset = open_dataset(name, limit=limit)
    with ingesting() as progress:
        library = open_library(dataset, settings, fresh=False, progress=progress)
    with ranking(library) as ranker:
        for case in dataset.cases:
            quotes = [quote.text for quote in case.evidence]
            if not quotes:
                continue
            restrictions: list[tuple[str, Sequence[str]]] = [(f"{dataset.name}, all sources", ())]
            if case.within:
                restrictions.append((dataset.name, library.names.documents(case.within)))
            for title, ids in restrictions:
                found: Found = ranker.search(own(case), Filters(document_ids=tuple(ids)))
                for part in range(1 + max((item.part for item in found.evidence), default=0)):
                    read = [
                        item
                        for item in found.evidence
                        if item.part == part and item.titled is not None
                    ]
                    yield label(title, case.id, read, quotes)
