"""Proposals become numbered claims, each verified against its quotes; failures are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.answering.compose import Proposal, place_of
from app.answering.evidence import Evidence
from app.answering.settling import Settled, Unsupported, settle
from app.answering.terms import content_terms, fold, keys
from app.types import Citation, Claim, ClaimEvent, Disagreement

SAID = 0.6
"""Share of a sentence's words that a claim must hold to have said it."""


class Citer:
    """Takes the sentences of one answer, one by one, and numbers what they cite."""

    def __init__(
        self, read: Sequence[Evidence] = (), unsupported: Unsupported = Unsupported.DROP
    ) -> None:
        """Nothing is cited yet.

        Args:
            read: What may be cited instead of quotes that do not bear a sentence out.
            unsupported: What becomes of sentences that nothing bears out.
        """
        self.claims: list[Claim] = []
        self.evidence: list[Evidence] = []
        """What the claims cite, each once, in the order of its number."""
        self.verdicts: list[Mapping[str, Any]] = []
        """Of every proposal that is no repetition: its text, the verdict, the checks it failed."""
        self.counts: Counter[str] = Counter()
        """Proposals, by model, shown, moved, repaired, unsupported, repeated, invented markers."""
        self._read = read
        self._unsupported = unsupported
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._said: set[str] = set()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each quote once, by number."""
        return tuple(self._citations.values())

    def add(self, proposal: Proposal) -> list[ClaimEvent]:
        """Verify a sentence; the claim that may be shown, with its new citations, if it may."""
        self.counts["invented_markers"] += proposal.num_invented
        settled = settle(
            proposal.text,
            proposal.evidence,
            self._read,
            self._unsupported,
            is_worded=proposal.is_worded,
        )
        said = fold(settled.text).casefold()
        if settled.is_shown and said in self._said:
            self.counts["repeated"] += 1
            return []
        self._said.add(said)
        self._count(proposal, settled)
        if not settled.is_shown:
            return []
        known = len(self._citations)
        numbers = tuple(dict.fromkeys(self._number(item) for item in settled.evidence))
        claim = Claim(settled.text, numbers, settled.verdict)
        self.claims.append(claim)
        return [ClaimEvent(claim, self.citations[known:])]

    def cites(self, item: Evidence) -> bool:
        """Whether a claim rests on this sentence."""
        return any(place_of(item) == place_of(other) for other in self.evidence)

    def says(self, item: Evidence) -> bool:
        """Whether a claim that rests on this sentence says most of it, not some part."""
        number = self._citations.get(_at(item))
        return number is not None and any(
            len(keys(content_terms(claim.text)) & item.keys) >= SAID * len(item.keys)
            for claim in self.claims
            if number.n in claim.citations
        )

    def disagreements(self, pairs: Iterable[tuple[Evidence, Evidence, str]]) -> list[Disagreement]:
        """The pairs of which both sides are cited."""
        numbers = {(c.document_id, c.start): c.n for c in self.citations}
        found = []
        for newer, older, subject in pairs:
            sides = [numbers.get(place_of(item)) for item in (newer, older)]
            if None not in sides:
                found.append(Disagreement(subject, tuple(n for n in sides if n is not None)))
        return found

    def _count(self, proposal: Proposal, settled: Settled) -> None:
        self.counts.update(
            {
                "proposals": 1,
                settled.verdict.value: 1,
                "shown": settled.is_shown,
                "moved": settled.is_moved,
            }
        )
        verdict: dict[str, Any] = {
            "text": proposal.text,
            "verdict": settled.verdict.value,
            "failures": [f"{one.check.value}: {one.detail}" for one in settled.failures],
        }
        if settled.is_moved:
            verdict["moved"] = True
        if not settled.is_shown:
            verdict["dropped"] = True
        self.verdicts.append(verdict)

    def _number(self, item: Evidence) -> int:
        at = _at(item)
        if at not in self._citations:
            self.evidence.append(item)
            self._citations[at] = Citation(
                n=len(self._citations) + 1,
                document_id=item.document_id,
                version=item.version,
                metadata=item.metadata,
                quote=item.text,
                start=item.sentence.start,
                end=item.sentence.end,
                heading=item.sentence.heading,
                page=item.sentence.page,
            )
        return self._citations[at].n


def _at(item: Evidence) -> tuple[str, int, int]:
    return item.document_id, item.sentence.start, item.sentence.end
