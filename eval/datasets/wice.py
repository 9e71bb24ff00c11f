"""WiCE: claims of Wikipedia and the sentences of the pages that they cite.

Source: Kamoi et al., "WiCE", EMNLP 2023.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel

from eval.datasets.jsonl import line_error, read_jsonl
from eval.errors import DatasetError

CLAIMS = "dev_claims.jsonl"


class SupportLabel(StrEnum):
    """How much of a claim its page supports."""

    SUPPORTED = "supported"
    PARTIALLY_SUPPORTED = "partially_supported"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim, the page that it cites, and what annotators said."""

    id: str
    claim: str
    label: SupportLabel
    evidence: tuple[str, ...]
    """The sentences of the page, in its order."""
    supporting: tuple[tuple[int, ...], ...]
    """Sets of indices into `evidence`, each enough for what the page supports; empty if none."""

    def sentences(self, chosen: tuple[int, ...]) -> tuple[str, ...]:
        """The sentences of one set."""
        return tuple(self.evidence[index] for index in chosen)


class _Meta(BaseModel):
    id: str


class _ClaimLine(BaseModel):
    claim: str
    label: SupportLabel
    evidence: tuple[str, ...]
    supporting_sentences: tuple[tuple[int, ...], ...]
    meta: _Meta


def wice_claims(folder: Path) -> tuple[LabelledClaim, ...]:
    """The claims of a folder, in their order.

    Raises:
        DatasetError: If the file is missing or broken, or a set points past the page's end.
    """
    path = folder / CLAIMS
    claims: list[LabelledClaim] = []
    for number, line in read_jsonl(path, _ClaimLine):
        # An empty set is an annotator who found nothing that supports.
        sets = tuple(chosen for chosen in line.supporting_sentences if chosen)
        last = max((index for chosen in sets for index in chosen), default=0)
        if last >= len(line.evidence):
            what = f"supporting_sentences: {last}, but the page has {len(line.evidence)} sentences."
            raise line_error(path, number, what)
        claims.append(LabelledClaim(line.meta.id, line.claim, line.label, line.evidence, sets))
    if not claims:
        raise DatasetError(f"{path} holds no claim.")
    return tuple(claims)
