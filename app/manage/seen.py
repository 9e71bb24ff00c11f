"""Runs for a reader who does not see every document.

Whoever sees everything sees every run whole. A token with groups sees its own runs without what is
hidden from it now; of runs of others it sees how they get on, and the documents that it knows of
anyway. Files that were sent, and what was made of them, are for whoever sent them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.access.scopes import Access
from app.errors import NotFoundError
from app.manage.board import RunBoard
from app.manage.library import stored
from app.manage.uploads import uploads_folder
from app.settings import Settings
from vectorstore.runs import Run
from vectorstore.types import document_id

UNTOLD = "It did not end well. Whoever started it, and an admin, can see why."
ANOTHER = "another source"
_LISTS = ("added", "changed", "unchanged", "removed", "edited", "flagged")
_REMARKS = ("duplicates", "refused", "remarks", "regrouped")
_COUNTS = ("documents", "passages", "passages_embedded", "removals", "resumed")
"""They count what is hidden as well."""


@dataclass(frozen=True, slots=True)
class SeenRuns:
    """The board, read with the eyes of one caller."""

    board: RunBoard
    settings: Settings
    access: Access

    def runs(self, limit: int) -> list[Run]:
        """The newest first."""
        return self.as_seen(self.board.runs(limit))

    def run(self, run_id: str) -> Run:
        """One run.

        Raises:
            NotFoundError: If there is none.
        """
        (seen,) = self.as_seen([self.board.run(run_id)])
        return seen

    def as_seen(self, runs: list[Run]) -> list[Run]:
        """These runs without what is hidden."""
        if self.access.sees_all:
            return runs
        known, hidden = stored(self.settings, self.access.audience)

        def sees(name: str, *, is_own: bool) -> bool:
            named = {name, document_id(name)}
            return not named & hidden and (is_own or not named.isdisjoint(known))

        return [self._as_seen(run, sees, counts=not hidden) for run in runs]

    def own_folder(self, run_id: str) -> Path:
        """Where a run keeps its files, for whoever may act on it.

        Raises:
            NotFoundError: If there is none, or another one started it.
        """
        run = self.board.run(run_id)
        if not (self.access.sees_all or self._is_own(run)):
            raise NotFoundError("run of this token")
        return self.board.folder(run_id)

    def check_seen(self, document: str) -> None:
        """Refuse to tell of a document of a run that is hidden by now.

        Raises:
            NotFoundError: If it is.
        """
        if document in stored(self.settings, self.access.audience)[1]:
            raise NotFoundError("source in this run")

    def _is_own(self, run: Run) -> bool:
        return self.access.token_id is not None and run.request.owner == self.access.token_id

    def _as_seen(self, run: Run, sees: Callable[..., bool], *, counts: bool) -> Run:
        is_own = self._is_own(run)
        uploads = uploads_folder(self.settings.data_dir)

        def is_shown(name: str) -> bool:
            return sees(name, is_own=is_own)

        request = run.request
        files = tuple(name for name in request.uploads if is_shown(str(uploads / name)))
        targets = (each for each in request.targets if each not in request.uploads)
        request = replace(
            request,
            targets=(*files, *filter(is_shown, targets)),
            uploads=files,
            turned_away=request.turned_away if is_own else (),
            groups=request.groups if is_own else None,
        )
        reason = run.reason if is_own or run.reason is None else UNTOLD
        report = run.report and _report(run.report, is_shown, is_own=is_own, counts=counts)
        return replace(run, request=request, reason=reason, report=report)


def _report(
    report: Mapping[str, Any], is_shown: Callable[[str], bool], *, is_own: bool, counts: bool
) -> dict[str, Any]:
    seen = dict(report)
    for name in _LISTS:
        seen[name] = [uri for uri in report.get(name, ()) if is_shown(uri)]
    for name in _REMARKS:
        seen[name] = [each for each in report.get(name, ()) if is_shown(each["uri"])]
    seen["duplicates"] = [
        each if is_shown(each["of"]) else {**each, "of": ANOTHER} for each in seen["duplicates"]
    ]
    fidelity = report.get("fidelity", {})
    seen["fidelity"] = {uri: share for uri, share in fidelity.items() if is_shown(uri)}
    over = report.get("passed_over", ())
    seen["passed_over"] = [uri for uri in over if is_own and is_shown(uri)]
    if not (is_own and counts):
        for name in _COUNTS:
            seen.pop(name, None)
    return seen
