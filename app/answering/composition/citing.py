"""Proposals become numbered claims, each verified against its quotes; failures are counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from app import tracing
from app.answering.composition.compose import Proposal, place_of
from app.answering.evidence.evidence import Evidence, leans
from app.answering.text.terms import content_terms, fold, keys
from app.answering.verification.checks import Check, Failure
from app.answering.verification.settling import Settled, Unsupported, settle
from app.answering.verification.verify import Support
from app.types import Citation, Claim, ClaimEvent, Disagreement, Verdict

_DEFINITE = re.compile(
    r"(?:the|this|that|these|those|both) (?:new |two |three )?(?:deal|merger|acquisition|purchase|"
    r"transaction|partnership|alliance|venture|agreement|contract|collaboration|compan(?:y|ies)|"
    r"firms?|partners?|parties|two|three|former|latter|sides?)\b",
    re.IGNORECASE,
)
"""Openings that mean what was spoken of before."""

SAID = 0.6
"""Share of a sentence's words that a claim must hold to have said it."""


class Citer:
    """Takes the sentences of one answer, one by one, and numbers what they cite."""

    def __init__(
        self,
        support: Support,
        read: Sequence[Evidence] = (),
        unsupported: Unsupported = Unsupported.DROP,
        subject: frozenset[str] = frozenset(),
    ) -> None:
        """Start without a claim.

        Args:
            support: Reads a claim beside quotes.
            read: What may be cited instead of quotes that do not bear a sentence out.
            unsupported: What becomes of sentences that nothing bears out.
            subject: Keys of the names in the question.
        """
        self.claims: list[Claim] = []
        self.evidence: list[Evidence] = []
        """What the claims cite, each once, in the order of its number."""
        self.verdicts: list[Mapping[str, Any]] = []
        """Of every proposal that is no repetition: its text, the verdict, the checks it failed."""
        self.counts: Counter[str] = Counter()
        """Proposals, by model, shown, moved, supported, repaired, unsupported, repeated, invented
        markers."""
        self._support = support
        self._read = read
        self._unsupported = unsupported
        self._subject = subject
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._tried: set[tuple[object, ...]] = set()
        self._said: set[str] = set()
        self._before: tuple[Evidence, ...] | None = ()
        """What the last sentence rests on; None if it is not shown, () if there was none."""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each quote once, by number."""
        return tuple(self._citations.values())

    def add(self, proposal: Proposal) -> list[ClaimEvent]:
        """Verify a sentence; the claim that may be shown, with its new citations, if it may."""
        self.counts["invented_markers"] += proposal.num_invented
        tried = (_folded(proposal.text), *map(place_of, proposal.evidence))
        with tracing.span("verify"):
            settled = None if tried in self._tried else self._settled(proposal)
        self._tried.add(tried)
        if settled is None or (settled.is_shown and _folded(settled.text) in self._said):
            self.counts["repeated"] += 1
            return []
        self._count(proposal, settled)
        self._before = settled.evidence or None
        if not settled.is_shown:
            return []
        self._said.add(_folded(settled.text))
        known = len(self._citations)
        numbers = tuple(dict.fromkeys(self._number(item) for item in settled.evidence))
        claim = Claim(settled.text, numbers, settled.verdict)
        self.claims.append(claim)
        return [ClaimEvent(claim, self.citations[known:])]

    def has_just_said(self, item: Evidence) -> bool:
        """Whether the last sentence rests on this one."""
        return any(place_of(item) == place_of(other) for other in self._before or ())

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

    def _settled(self, proposal: Proposal) -> Settled:
        """What becomes of a sentence, where it stands.

        One that leans on the sentence before it ("It closed …") would speak of something else if
        that is not shown, or is of another source; the first of an answer leans on the question.
        """
        text = proposal.text
        if not proposal.is_reworded or not (leans(text) or _DEFINITE.match(text)):
            return self._settle(proposal, self._read)
        if self._before is None:
            return _refused(text, "it leans on a sentence that is not shown")
        documents = {item.document_id for item in self._before}
        fits = [item for item in self._read if self._may_follow(item, documents)]
        settled = self._settle(proposal, fits)
        if all(self._may_follow(item, documents) for item in settled.evidence):
            return settled
        return _refused(text, "it leans on a sentence of another source")

    def _settle(self, proposal: Proposal, read: Sequence[Evidence]) -> Settled:
        return settle(
            proposal.text,
            proposal.evidence,
            read,
            self._support,
            self._unsupported,
            is_reworded=proposal.is_reworded,
        )

    def _may_follow(self, item: Evidence, documents: Collection[str]) -> bool:
        if documents:
            return item.document_id in documents
        return not self._subject & item.missing

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


def _refused(text: str, why: str) -> Settled:
    failures = (Failure(Check.JOINED, why),)
    return Settled(text, (), Verdict.UNSUPPORTED, failures, is_shown=False)


def _folded(text: str) -> str:
    return fold(text).casefold()


def _at(item: Evidence) -> tuple[str, int, int]:
    return item.document_id, item.sentence.start, item.sentence.end
