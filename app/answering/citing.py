"""Proposals become numbered claims, each verified against its quotes; failures are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.answering.compose import Proposal
from app.answering.evidence import Evidence
from app.answering.verify import verify
from app.types import Citation, Claim, Disagreement, Verdict


@dataclass(frozen=True, slots=True)
class Cited:
    """The claims that may be shown, and the verdict on every one proposed."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    verdicts: tuple[Mapping[str, Any], ...]

    def disagreements(self, pairs: Iterable[tuple[Evidence, Evidence, str]]) -> list[Disagreement]:
        """The pairs of which both sides are cited."""
        numbers = {(c.document_id, c.start): c.n for c in self.citations}
        found = []
        for newer, older, subject in pairs:
            sides = [numbers.get((e.document_id, e.sentence.start)) for e in (newer, older)]
            if None not in sides:
                found.append(Disagreement(subject, tuple(n for n in sides if n is not None)))
        return found


def cite(proposals: Sequence[Proposal]) -> Cited:
    """Verify each proposal against the quotes it gives and number the quotes of those that pass."""
    claims: list[Claim] = []
    citations: dict[tuple[str, int, int], Citation] = {}
    verdicts: list[Mapping[str, Any]] = []
    for proposal in proposals:
        failures = verify(proposal.text, [item.text for item in proposal.evidence])
        verdict = Verdict.UNSUPPORTED if failures else Verdict.SUPPORTED
        verdicts.append(
            {
                "text": proposal.text,
                "verdict": verdict.value,
                "failures": [f"{failure.check.value}: {failure.detail}" for failure in failures],
            }
        )
        if not failures:
            numbers = tuple(_number(item, citations) for item in proposal.evidence)
            claims.append(Claim(proposal.text, numbers, verdict))
    return Cited(tuple(claims), tuple(citations.values()), tuple(verdicts))


def _number(item: Evidence, citations: dict[tuple[str, int, int], Citation]) -> int:
    at = (item.document_id, item.sentence.start, item.sentence.end)
    if at not in citations:
        citations[at] = Citation(
            n=len(citations) + 1,
            document_id=item.document_id,
            version=item.version,
            metadata=item.metadata,
            quote=item.text,
            start=item.sentence.start,
            end=item.sentence.end,
            heading=item.sentence.heading,
            page=item.sentence.page,
        )
    return citations[at].n
