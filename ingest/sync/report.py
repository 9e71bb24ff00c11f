"""The report of a round, for people, cron and programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.report import LISTED, IngestReport


@dataclass(frozen=True, slots=True)
class Told:
    """An address and a sentence about it."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A page that is gone, and whose document is kept for a while."""

    address: str
    reason: str
    since: datetime
    erased_from: datetime
    """The first round after this moment erases it, if it is gone then still."""


@dataclass(slots=True)
class SyncReport:
    """Results of a round; filled while it goes on."""

    dry_run: bool = False
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    """Were gone and are there again."""
    missing: list[Missing] = field(default_factory=list)
    gone: list[Told] = field(default_factory=list)
    """Erased: were gone for longer than the grace period."""
    refused: list[Told] = field(default_factory=list)
    """Not taken, and would not be another time: closed by robots.txt, of another kind, no text."""
    failed: list[Told] = field(default_factory=list)
    """Could not be had this time; what is in the library stays."""
    postponed: list[Told] = field(default_factory=list)
    """Not asked for in this round; the next takes them first."""
    same: list[Told] = field(default_factory=list)
    """Addresses of pages that are kept under another one."""
    sources: dict[str, str] = field(default_factory=dict)
    """A line on each source by name."""
    requests: int = 0
    bytes_fetched: int = 0
    seconds: float = 0.0
    ingest: IngestReport | None = None
    """None where there was nothing to do for the library."""

    @property
    def is_whole(self) -> bool:
        """Whether every page that the sources name was checked and taken."""
        return not (self.refused or self.failed or self.postponed)

    @property
    def has_changes(self) -> bool:
        """Whether what is served is, or would be, different."""
        return bool(self.new or self.changed or self.gone or self.regrouped)

    @property
    def regrouped(self) -> list[str]:
        """Who may see what others saw before, in a sentence each."""
        return [] if self.ingest is None else list(map(str, self.ingest.regrouped))

    def as_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "dry_run": self.dry_run,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "returned": self.returned,
            "missing": [
                {
                    "address": each.address,
                    "reason": each.reason,
                    "since": each.since.isoformat(),
                    "erased_from": each.erased_from.isoformat(),
                }
                for each in self.missing
            ],
            "gone": _told(self.gone),
            "refused": _told(self.refused),
            "failed": _told(self.failed),
            "postponed": _told(self.postponed),
            "same": _told(self.same),
            "sources": self.sources,
            "requests": self.requests,
            "bytes_fetched": self.bytes_fetched,
            "seconds": round(self.seconds, 3),
            "ingest": None if self.ingest is None else self.ingest.as_json(),
        }

    def as_text(self) -> str:
        """A few lines for a person."""
        would = "would be " if self.dry_run else ""
        lines = [
            f"{len(self.new)} {would}new, {len(self.changed)} {would}changed, "
            f"{len(self.unchanged)} unchanged, {len(self.gone)} {would}gone, "
            f"{len(self.missing)} missing, {len(self.refused)} refused, {len(self.failed)} failed, "
            f"{len(self.postponed)} postponed; {self.requests} requests, "
            f"{self.bytes_fetched / 1e6:,.1f} MB, {self.seconds:.1f} s"
        ]
        lines += [f"  {name}: {line}" for name, line in self.sources.items()]
        lines += _listed("new", self.new)
        lines += _listed("changed", self.changed)
        lines += _listed("seen by", self.regrouped)
        lines += _listed("returned", self.returned)
        lines += _listed("gone", [f"{each.address}: {each.reason}" for each in self.gone])
        lines += _listed(
            "missing",
            [
                f"{each.address}: {each.reason} Since {each.since:%Y-%m-%d %H:%M}; "
                f"erased from {each.erased_from:%Y-%m-%d %H:%M} (UTC)"
                for each in self.missing
            ],
        )
        for what in ("refused", "failed", "postponed", "same"):
            told: list[Told] = getattr(self, what)
            lines += _listed(what, [f"{each.address}: {each.reason}" for each in told])
        if self.ingest is not None and self.ingest.generation is not None:
            lines.append(self.ingest.served_now)
        return "\n".join(lines)


def _told(several: list[Told]) -> list[dict[str, str]]:
    return [{"address": each.address, "reason": each.reason} for each in several]


def _listed(what: str, items: list[str]) -> list[str]:
    lines = [f"  {what}: {item}" for item in items[:LISTED]]
    if len(items) > LISTED:
        lines.append(f"  {what}: and {len(items) - LISTED} more (--json lists all)")
    return lines
