"""Which system to ask, and opening it."""

from __future__ import annotations

from dataclasses import dataclass

import typer

from app.settings import Settings
from eval.progress import ingesting
from eval.systems.corpus import open_library
from eval.systems.protocol import System
from eval.types import Dataset

SHOWN_REFUSALS = 3


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
    return _in_process(target, dataset, settings, fresh=fresh)


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
