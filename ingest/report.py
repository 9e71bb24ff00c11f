"""The report of a run, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from vectorstore.types import LOW_FIDELITY

WHOLE = 0.995
"""Share of its words that counts as all of them."""

LISTED = 20  # of each kind, in the text; the JSON has them all


@dataclass(frozen=True, slots=True)
class Refused:
    """A source that was not taken, or kept its former version."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A source whose text is, word for word, that of another one; kept once."""

    uri: str
    of: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader should know about a source that was read: pages without text, watermarks."""

    uri: str
    text: str


@dataclass(frozen=True, slots=True)
class Regrouped:
    """A source that others may see than before."""

    uri: str
    groups: tuple[str, ...]
    """None is everybody."""
    origin: str

    def __str__(self) -> str:
        """For a person."""
        return f"{self.uri}: {', '.join(self.groups) or 'everybody'} ({self.origin})"


@dataclass(slots=True)
class IngestReport:
    """Results of a run; filled while it goes on."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    """Files of kinds that are not read, in folders that were named; no failure."""
    remarks: list[Remark] = field(default_factory=list)
    regrouped: list[Regrouped] = field(default_factory=list)
    """Sources that others may see than before the run, new ones only where they are restricted."""
    resumed: int = 0
    """Documents that an earlier run had stored before it was cut short."""
    removals: Counter[str] = field(default_factory=Counter)
    """How many pieces of text cleaning left out of the documents read, by reason."""
    fidelity: dict[str, float] = field(default_factory=dict)
    """Share of the words that each source read shows which stand in its text, by URI."""
    check: bool = False
    """Whether the run was made for these shares: the text lists all of them."""
    passages_embedded: int = 0
    runtime: str | None = None
    """What computed the vectors of this run; None if nothing had to be embedded."""
    passages: int = 0
    """Served after the run."""
    documents: int = 0
    """Served after the run."""
    generation: str | None = None
    """The one that serves after the run; None where nothing is served."""
    published: bool = False
    """Whether this run made it."""
    dry_run: bool = False
    seconds: float = 0.0

    @property
    def flagged(self) -> list[str]:
        """Sources of which too few words were read."""
        return [uri for uri, share in self.fidelity.items() if share < LOW_FIDELITY]

    @property
    def has_changes(self) -> bool:
        """Whether what is served is, or would be, different after the run."""
        return bool(self.added or self.changed or self.removed or self.regrouped)

    def as_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "removed": self.removed,
            "duplicates": [{"uri": each.uri, "of": each.of} for each in self.duplicates],
            "refused": [{"uri": each.uri, "reason": each.reason} for each in self.refused],
            "passed_over": self.passed_over,
            "remarks": [{"uri": each.uri, "text": each.text} for each in self.remarks],
            "regrouped": [
                {"uri": each.uri, "groups": list(each.groups), "origin": each.origin}
                for each in self.regrouped
            ],
            "resumed": self.resumed,
            "removals": dict(sorted(self.removals.items())),
            "fidelity": self.fidelity,
            "flagged": self.flagged,
            "passages_embedded": self.passages_embedded,
            "runtime": self.runtime,
            "passages": self.passages,
            "documents": self.documents,
            "generation": self.generation,
            "published": self.published,
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 3),
        }

    def as_text(self) -> str:
        """A few lines for a person."""
        if self.check:
            return "\n".join(
                [
                    f"{len(self.fidelity)} sources compared, {len(self.refused)} refused, "
                    f"in {self.seconds:.1f} s; nothing is stored",
                    *_listed("refused", [f"{each.uri}: {each.reason}" for each in self.refused]),
                    *self._fidelity_lines(),
                ]
            )
        would = "would be " if self.dry_run else ""
        lines = [
            f"{len(self.added)} {would}added, {len(self.changed)} {would}changed, "
            f"{len(self.unchanged)} unchanged, {len(self.removed)} {would}removed, "
            f"{len(self.refused)} refused, in {self.seconds:.1f} s"
        ]
        lines += _listed("added", self.added)
        lines += _listed("changed", self.changed)
        lines += _listed("removed", self.removed)
        lines += _listed("seen by", list(map(str, self.regrouped)))
        lines += _listed("same text", [f"{each.uri} = {each.of}" for each in self.duplicates])
        lines += _listed("refused", [f"{each.uri}: {each.reason}" for each in self.refused])
        if self.passed_over:
            endings = Counter(PurePath(each).suffix.lower() for each in self.passed_over)
            counts = ", ".join(f"{ending} {n}" for ending, n in sorted(endings.items()))
            lines.append(f"files of other kinds, passed over: {counts}")
        lines += _listed("remark", [f"{each.uri}: {each.text}" for each in self.remarks])
        if self.removals:
            counts = ", ".join(f"{reason} {n}" for reason, n in sorted(self.removals.items()))
            lines.append(f"left out while cleaning: {counts}")
        lines += self._fidelity_lines()
        if self.resumed:
            lines.append(f"{self.resumed} taken over from a run that was cut short")
        if self.generation is not None:
            lines.append(self.served_now)
        return "\n".join(lines)

    @property
    def served_now(self) -> str:
        """A line that says how many documents and passages are served after this run."""
        documents = "1 document" if self.documents == 1 else f"{self.documents} documents"
        passages = "1 passage" if self.passages == 1 else f"{self.passages} passages"
        return f"served now: {documents}, {passages}"

    def _fidelity_lines(self) -> list[str]:
        """How much of what the sources show was read; all of them where that was asked for."""
        if not self.fidelity:
            return []
        by_share = sorted(self.fidelity.items(), key=lambda each: each[1])
        named = by_share if self.check else [each for each in by_share if each[0] in self.flagged]
        whole = sum(share >= WHOLE for share in self.fidelity.values())
        return [
            f"words read: all of {whole} of {len(by_share)} sources, "
            f"at least {by_share[0][1]:.1%} of each, {len(self.flagged)} flagged",
            *(f"  words read: {share:.1%} of {uri}" for uri, share in named),
        ]


def _listed(what: str, items: list[str]) -> list[str]:
    lines = [f"  {what}: {item}" for item in items[:LISTED]]
    if len(items) > LISTED:
        lines.append(f"  {what}: and {len(items) - LISTED} more (--json lists all)")
    return lines
