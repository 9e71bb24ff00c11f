"""An answer that is told from the catalog, or reckoned from values that the sources give."""

from __future__ import annotations

from dataclasses import dataclass

from app.types import AnswerStatus, Citation, Claim, Table


@dataclass(frozen=True, slots=True)
class Told:
    """An answer from the catalog."""

    status: AnswerStatus
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    message: str | None = None
    """What stands in place of claims, or behind them."""
    table: Table | None = None
