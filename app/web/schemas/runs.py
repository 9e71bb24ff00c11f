"""Runs and their results, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from vectorstore.runs import Run, RunKind, RunState
from vectorstore.types import document_id


class SourceRef(BaseModel):
    """A source in a report."""

    id: str
    name: str = Field(description="Its file's name, or its address.")
    uri: str

    @classmethod
    def of(cls, uri: str) -> SourceRef:
        """From a path or an address."""
        return cls(id=document_id(uri), name=name_of(uri), uri=uri)


class RemarkBody(SourceRef):
    """A source with a remark: why it was refused, or what was not read."""

    text: str


class DuplicateBody(SourceRef):
    """A source whose text is, word for word, that of another one."""

    of_name: str


class ShareBody(SourceRef):
    """A source, and the share of the words it shows that are in its text."""

    share: float
    is_low: bool


class RegroupedBody(SourceRef):
    """A source whose readers have changed."""

    groups: list[str] = Field(description="None is everybody.")
    stated: str = Field(description='Where: "set by hand", "sources.toml", "front matter", …')


class ReportBody(BaseModel):
    """What a run did; a dry run: what it would do."""

    added: list[SourceRef] = []
    changed: list[SourceRef] = []
    unchanged: list[SourceRef] = []
    removed: list[SourceRef] = []
    edited: list[SourceRef] = []
    duplicates: list[DuplicateBody] = []
    refused: list[RemarkBody] = []
    remarks: list[RemarkBody] = []
    regrouped: list[RegroupedBody] = []
    passed_over: list[str] = Field(default=[], description="Files of other kinds, in folders.")
    removals: dict[str, int] = Field(
        default={}, description="How many pieces of text cleaning left out, by reason."
    )
    fidelity: list[ShareBody] = []
    documents: int | None = Field(default=None, description="Served after the run.")
    passages: int | None = None
    seconds: float | None = None

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> ReportBody:
        """From the report that the run's process wrote."""
        low = set(report.get("flagged", ()))
        refs = {
            name: [SourceRef.of(uri) for uri in report.get(name, ())]
            for name in ("added", "changed", "unchanged", "removed", "edited")
        }
        return cls(
            added=refs["added"],
            changed=refs["changed"],
            unchanged=refs["unchanged"],
            removed=refs["removed"],
            edited=refs["edited"],
            duplicates=[
                DuplicateBody(**_ref(each["uri"]), of_name=name_of(each["of"]))
                for each in report.get("duplicates", ())
            ],
            refused=_remarks(report.get("refused", ()), "reason"),
            remarks=_remarks(report.get("remarks", ()), "text"),
            regrouped=[
                RegroupedBody(
                    **_ref(each["uri"]), groups=list(each["groups"]), stated=each["origin"]
                )
                for each in report.get("regrouped", ())
            ],
            passed_over=[name_of(each) for each in report.get("passed_over", ())],
            removals=report.get("removals", {}),
            fidelity=[
                ShareBody(**_ref(uri), share=share, is_low=uri in low)
                for uri, share in report.get("fidelity", {}).items()
            ],
            documents=report.get("documents"),
            passages=report.get("passages"),
            seconds=report.get("seconds"),
        )


class TurnedAwayBody(BaseModel):
    """A file or address that was not accepted."""

    name: str
    reason: str


class RunBody(BaseModel):
    """The present state of a run."""

    id: str
    kind: RunKind
    state: RunState
    dry_run: bool
    origin: str = Field(description='Who started it: "page", "command line" or "schedule".')
    started: datetime
    ended: datetime | None
    stage: str | None = Field(
        description='Of an ingest: "read" (sources), "embed" and "index" (passages).'
    )
    done: int
    total: int = Field(description="0 where it is not known.")
    targets: list[str] = Field(description="What it was asked to read, erase or edit.")
    uploads: list[str] = Field(description="Names of the files that were sent with it.")
    turned_away: list[TurnedAwayBody]
    groups: list[str] | None = Field(
        description="Who may see what it reads, where that was said; null leaves it to the sources."
    )
    reason: str | None = Field(description="Why it did not end well.")
    report: ReportBody | None

    @classmethod
    def of(cls, run: Run) -> RunBody:
        """From the record."""
        request = run.request
        return cls(
            id=run.id,
            kind=request.kind,
            state=run.state,
            dry_run=request.dry_run,
            origin=request.origin,
            started=run.started,
            ended=run.ended,
            stage=run.stage,
            done=run.done,
            total=run.total,
            targets=list(request.targets),
            uploads=list(request.uploads),
            turned_away=[
                TurnedAwayBody(name=name, reason=reason) for name, reason in request.turned_away
            ],
            groups=None if request.groups is None else list(request.groups),
            reason=run.reason,
            report=None if run.report is None else ReportBody.of(run.report),
        )


class RunListBody(BaseModel):
    """Runs, the newest first."""

    runs: list[RunBody]
    total: int = Field(description="All that are remembered.")
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


class RemovalBody(BaseModel):
    """Words of a source that are not in its text, and why."""

    text: str
    reason: str
    line: int


class PreparedBody(BaseModel):
    """What a dry run made of a source: what would be served."""

    id: str
    uri: str
    title: str
    authors: list[str]
    publisher: str | None
    published: str | None
    url: str | None
    language: str | None
    fidelity: float | None
    provenance: dict[str, str]
    passages: int
    text: str
    sentences: list[tuple[int, int, str]] = Field(
        description="Start, end and kind of each sentence, heading, list item or table row."
    )
    removals: list[RemovalBody]
    num_removals: int = Field(description="How many there are; the first 500 are listed.")


def name_of(uri: str) -> str:
    """The name of a source for people."""
    return uri if "://" in uri else Path(uri).name


def _ref(uri: str) -> dict[str, str]:
    return SourceRef.of(uri).model_dump()


def _remarks(items: Iterable[Mapping[str, str]], key: str) -> list[RemarkBody]:
    return [RemarkBody(**_ref(each["uri"]), text=each[key]) for each in items]
