"""Chooses and opens the system to ask."""

from __future__ import annotations

import os
from dataclasses import dataclass

import typer

from app.settings import Settings
from eval.progress import ingesting
from eval.systems.corpus import open_library
from eval.systems.protocol import System
from eval.types import Dataset

SHOWN_REFUSALS = 3
API_KEY = "OPENAI_API_KEY"
"""Environment variable by its usual name; servers that need no key get none."""

TOKEN = "ACCORD_TOKEN"  # noqa: S105 - the name of a variable
"""For an Accord that answers with a token only."""


@dataclass(frozen=True, slots=True)
class Target:
    """The system that a person names. Without addresses, the product in this process."""

    url: str | None = None
    """Of a running Accord."""
    openai: str | None = None
    """Of a server with /v1/chat/completions."""
    model: str | None = None
    composer: str | None = None
    timeout_s: float = 60.0

    @property
    def is_remote(self) -> bool:
        """Whether it is asked over HTTP."""
        return self.url is not None or self.openai is not None


def open_system(target: Target, dataset: Dataset, settings: Settings, *, fresh: bool) -> System:
    """The system, ready to be asked; in process its library is ingested first.

    Args:
        target: What to ask.
        dataset: Whose sources it is about.
        settings: Of the product.
        fresh: Ingest again what has been ingested.

    Raises:
        SystemUnusableError: If it cannot be asked.
        DatasetError: If the dataset's sources cannot be ingested.
    """
    if target.openai is not None:
        return _openai(target, dataset)
    if target.url is not None:
        return _accord(target, dataset)
    return _in_process(target, dataset, settings, fresh=fresh)


def _openai(target: Target, dataset: Dataset) -> System:
    from eval.systems.openai_http import OpenAiOverHttp

    restricted = sum(bool(case.within) for case in dataset.cases)
    if restricted:
        typer.echo(
            f"{restricted} cases restrict the search to some sources, which {target.openai} "
            "cannot be told: it searches whatever it has.",
            err=True,
        )
    return OpenAiOverHttp.opened(
        target.openai or "",
        dataset,
        model=target.model or "",
        timeout_s=target.timeout_s,
        api_key=os.environ.get(API_KEY),
    )


def _accord(target: Target, dataset: Dataset) -> System:
    from eval.systems.accord_http import AccordOverHttp

    system = AccordOverHttp.opened(
        target.url or "",
        dataset,
        timeout_s=target.timeout_s,
        composer=target.composer,
        token=os.environ.get(TOKEN),
    )
    found = sum(map(len, system.names.by_document.values()))
    expected = len(dataset.corpus) or len(dataset.files)
    if found < expected:
        typer.echo(
            f"{target.url} has {found} of the {expected} sources of {dataset.name}. "
            "`accord eval corpus` writes them as files to ingest there.",
            err=True,
        )
    return system


def _in_process(target: Target, dataset: Dataset, settings: Settings, *, fresh: bool) -> System:
    from eval.systems.in_process import InProcess

    with ingesting() as progress:
        library = open_library(dataset, settings, fresh=fresh, progress=progress)
    if library.refused:
        shown = "; ".join(
            f"{name}: {why}" for name, why in list(library.refused.items())[:SHOWN_REFUSALS]
        )
        typer.echo(f"{len(library.refused)} sources were not taken: {shown}", err=True)
    return InProcess.opened(library, composer=target.composer)
