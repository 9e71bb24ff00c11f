"""`accord eval fit-refusal`: the weights of `app/answering/answerability.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.settings import Settings
    from eval.fitting_answerability import Judged


def command(
    datasets: Annotated[
        list[str],
        typer.Argument(
            metavar="DATASET[=SHARE]...",
            help="Sets that say what cannot be answered; a share of 3 counts three times.",
        ),
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many cases a set, spread evenly.")
    ] = None,
) -> None:
    """Print the weights, and how well held-out questions are refused and answered with them.

    Fit the weights of relevance (`accord eval fit`) before: these judge what those choose.
    """
    from app.answering.answerability import AnswerSigns
    from eval.commands.fitted_text import weights_text, with_share
    from eval.fitting_answerability import fit
    from eval.systems.settings import product_settings

    settings = product_settings()
    judged: list[Judged] = []
    shares: dict[str, float] = {}
    for name, share in map(with_share, datasets):
        found = list(_judged(name, settings, limit))
        judged += found
        shares |= {each.dataset: share for each in found}
    fitted = fit(judged, shares)
    typer.echo(weights_text("", AnswerSigns, astuple(fitted.weights), fitted.constant))
    for name, each in fitted.figures.items():
        typer.echo(
            f"{name:20} AUROC {each.auroc:.3f}, refused {each.refused:.3f}, wrongly refused "
            f"{each.wrongly_refused:.3f}, balanced accuracy {each.balanced_accuracy:.3f}; held out"
        )


def _judged(name: str, settings: Settings, limit: int | None) -> Iterator[Judged]:
    from app.answering.answerability import judge
    from app.answering.extractive import composed
    from app.answering.likeness import WordLikeness
    from eval.datasets.open import open_dataset
    from eval.fitting_answerability import Judged
    from eval.progress import ingesting
    from eval.ranking import own, ranking
    from eval.systems.corpus import open_library
    from eval.types import Answerability
    from vectorstore.types import Filters

    dataset = open_dataset(name, limit=limit)
    with ingesting() as progress:
        library = open_library(dataset, settings, fresh=False, progress=progress)
    with ranking(library) as ranker:
        likeness = WordLikeness(ranker.embedder)
        for case in dataset.cases:
            if case.answerability is Answerability.UNKNOWN:
                continue
            condensed = own(case)
            found = ranker.search(condensed, Filters(library.names.documents(case.within)))
            chosen = composed(condensed.asked, found.evidence)
            answerability = judge(
                condensed.asked, chosen, found.best_cosine, ranker.generation.lexical, likeness
            )
            # Without signs it is refused whatever the weights: a request, or nothing found.
            if answerability.signs is not None:
                is_answerable = case.answerability is not Answerability.UNANSWERABLE
                yield Judged(dataset.name, is_answerable, answerability.signs)
