"""One round: fetch from the sources, find what is gone, run one ingest job, store the state.

Fetching needs no lock on the library; only the job at the end takes it. What was found is written
down after the job has published, so that a round that is killed anywhere is simply done again.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.config import pipeline_version
from ingest.errors import ListingError, PostponedError, SyncPlanError
from ingest.fetch import USER_AGENT, Fetcher, FetchSettings
from ingest.job import IngestJob
from ingest.loaders.limits import LoadLimits
from ingest.report import IngestReport
from ingest.sandbox import Sandbox
from ingest.sync import adapter, folders, listings
from ingest.sync.groups import grouped_anew, groups_of_folders
from ingest.sync.holdings import Holdings, Listed, Lister
from ingest.sync.outcomes import NOT_LISTED, Outcomes
from ingest.sync.plan import SourcePlan, SyncPlan, environment, with_variables
from ingest.sync.polite import ROBOTS_BYTES, Politeness
from ingest.sync.report import SyncReport, Told
from ingest.sync.state import Page, SourceState, SyncState
from ingest.sync.visit import Ask, Outcome, Visit, Visitor, spooled
from network.resolving import Resolver, resolve
from vectorstore.errors import StoreLockedError

LOOKED_AT_AGAIN = timedelta(days=7)
"""What has left a feed by age is asked for so often, to learn that it is gone or has changed."""
LOCK_PATIENCE_S = 600.0
"""How long another ingest is waited for: what was fetched is not thrown away for it."""
LOCK_LOOK_S = 2.0
SLACK = 0.95
"""Of a source's `every`: rounds do not begin on the second."""

NO_FILE = "The file is not there any more."


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Round:
    """One round over all sources that are due. Use it once."""

    plan: SyncPlan
    job: IngestJob
    state: SyncState
    spool: Path
    """A folder of our own, emptied before and after."""
    only: frozenset[str] = frozenset()
    """Names of sources; empty takes all."""
    force: bool = False
    """Ask for everything, whatever is known of it."""
    resolver: Resolver = resolve
    now: Callable[[], datetime] = _now
    stop: threading.Event = field(default_factory=threading.Event)
    report: SyncReport = field(default_factory=SyncReport, init=False)
    _outcomes: Outcomes = field(init=False)
    _sources: dict[str, SourceState] = field(default_factory=dict, init=False)
    _targets: list[str] = field(default_factory=list, init=False)
    _standing: frozenset[str] = field(default=frozenset(), init=False)
    """URIs that are in the library, made by what makes them now."""
    _visitor: Visitor | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._outcomes = Outcomes(self.plan, self.report, self.now)

    def run(self) -> SyncReport:
        """Bring the library in line with the sources.

        Raises:
            SyncPlanError: If a source is named that there is none of, or a variable is not set.
            StoreLockedError: If another ingest writes for longer than one waits for it.
            VerificationError: If the new index is not sound; the former one goes on serving.
        """
        clock = time.monotonic()
        self.report.dry_run = self.job.options.dry_run
        self._empty_spool()
        self.spool.mkdir(parents=True)
        try:
            self._look_back()
            self._visit(self._listed())
            ingested = self._ingest()
            self._outcomes.tell_ingested(ingested, self.job.catalog)
            if not self.report.dry_run:
                self.state.write(
                    self._outcomes.pages.values(),
                    self._outcomes.forgotten - set(self._outcomes.pages),
                    self._sources.values(),
                )
        finally:
            self._empty_spool()
        self.report.seconds = time.monotonic() - clock
        return self.report

    def _empty_spool(self) -> None:
        shutil.rmtree(self.spool, ignore_errors=True)

    def _look_back(self) -> None:
        names = {source.name for source in self.plan.source}
        if unknown := sorted(self.only - names):
            raise SyncPlanError(
                f"There is no source {', '.join(unknown)}. Known: {', '.join(sorted(names))}."
            )
        self._outcomes.former = self.state.pages()
        made_by = self._made_by
        live = self.job.catalog.live_versions()
        standing = {each.uri for each in live.values() if each.made_from[1:] == made_by}
        for document, uris in self.job.catalog.places().items():
            if document in live and live[document].made_from[1:] == made_by:
                standing.update(uris)
        self._standing = frozenset() if self.force else frozenset(standing)
        left: dict[str, int] = {}
        for page in self._outcomes.former.values():
            if page.source not in names:
                left[page.source] = left.get(page.source, 0) + 1
        for name, count in sorted(left.items()):
            self.report.sources[name] = (
                f"no source any more; its {count} pages stay (`accord sources --remove` erases)"
            )

    @property
    def _made_by(self) -> tuple[str, str]:
        return pipeline_version(self.job.chunking), self.job.embedder.fingerprint

    # What the sources hold

    def _listed(self) -> list[Ask]:
        """Everything to be asked for. Each page belongs to the first source that names it."""
        ends_at = time.monotonic() + self.plan.time_limit.total_seconds()
        settings = self._settings()
        robots = Fetcher(LoadLimits(file_bytes=ROBOTS_BYTES), settings, resolver=self.resolver)
        politeness = Politeness(
            robots,
            delay_s=self.plan.delay.total_seconds(),
            ends_at=ends_at,
            pause=self._pause,
        )
        fetcher = Fetcher(
            self.job.limits, settings, resolver=self.resolver, before=self._counted(politeness)
        )
        self.job.fetcher = fetcher
        self._visitor = Visitor(fetcher, politeness, settings, self.spool, self.stop)
        asks: dict[str, Ask] = {}
        known = self.state.sources()
        with Sandbox(self.job.limits, parser=listings.PARSER) as sandbox:
            lister = Lister(fetcher, settings, sandbox)
            for source in self.plan.source:
                if not self._is_due(source, known.get(source.name)):
                    self.report.sources.setdefault(source.name, "not due yet")
                    self._outcomes.owners |= {
                        page.address: source
                        for page in self._outcomes.former.values()
                        if page.source == source.name
                    }
                    continue
                try:
                    self._list(source, known.get(source.name), lister, asks)
                except ListingError as error:
                    self.report.failed.append(Told(source.name, str(error)))
                    self.report.sources[source.name] = "not read; all of it stays as it is"
        return list(asks.values())

    def _is_due(self, source: SourcePlan, former: SourceState | None) -> bool:
        if self.only:
            return source.name in self.only
        if self.force or former is None or source.every is None:
            return True
        return self.now() - former.finished >= source.every * SLACK

    def _settings(self) -> FetchSettings:
        contact = f" (+{self.plan.contact})" if self.plan.contact else ""
        return FetchSettings(
            allow_private_hosts=frozenset(h.lower() for h in self.plan.allow_private_hosts),
            ports=frozenset({80, 443, *self.plan.ports}),
            user_agent=f"{USER_AGENT}{contact}",
        )

    def _pause(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise PostponedError("The round was stopped.")

    def _counted(self, politeness: Politeness) -> Callable[[str], None]:
        lock = threading.Lock()

        def before(url: str) -> None:
            politeness.before(url)
            with lock:
                self.report.requests += 1

        return before

    def _list(
        self,
        source: SourcePlan,
        former: SourceState | None,
        lister: Lister,
        asks: dict[str, Ask],
    ) -> None:
        state = SourceState(source.name, self.now())
        if source.folder is not None:
            self._take_folder(source, source.folder, former, state)
        elif source.loader is not None:
            self._take_items(source, source.loader)
        else:
            holdings = lister.holdings(source, None if self.force else former)
            state.etag, state.last_modified = holdings.etag, holdings.last_modified
            self._take_pages(source, holdings, asks)
        self._sources[source.name] = state

    def _take_folder(
        self, source: SourcePlan, folder: Path, former: SourceState | None, state: SourceState
    ) -> None:
        if not folder.is_dir():
            raise ListingError(f"{folder} is not a folder, or not there.")
        told = () if source.groups is None else ("groups", *source.groups)
        state.signature = folders.signature(folder, (*self._made_by, *told))
        is_same = not self.force and former is not None and former.signature == state.signature
        if not is_same:
            self._targets.append(str(folder))
        places = [uri for uris in self.job.catalog.places().values() for uri in uris]
        documents = self.job.catalog.all_documents().values()
        gone = folders.vanished(folder, [*documents, *places])
        for path in gone:
            self._outcomes.owners[path] = source
            page = self._outcomes.former.get(path) or Page(path, source.name, path)
            self._outcomes.judge_gone(source, page, NO_FILE)
        for page in self._outcomes.former.values():
            if page.source == source.name and page.address not in gone:
                self._outcomes.forgotten.add(page.address)
                if page.missing_since is not None and Path(page.address).is_file():
                    self.report.returned.append(page.address)
        self.report.sources[source.name] = "unchanged" if is_same else "read"

    def _take_items(self, source: SourcePlan, loader: str) -> None:
        arguments = with_variables(source.arguments, environment())
        count = 0
        for item in adapter.items(source.name, loader, arguments):
            if item.address in self._outcomes.owners or not source.wants(item.address):
                continue
            if count >= source.max_pages:
                raise ListingError(
                    f"It holds more than max_pages ({source.max_pages:,}) documents."
                )
            count += 1
            self._outcomes.owners[item.address] = source
            obtained = spooled(self.spool, item.address, item.content, item.format, item.fields)
            self._outcomes.judge(
                source, Visit(item.address, Outcome.OBTAINED, source=obtained), Listed("")
            )
        self._miss_others(
            source, {a for a, owner in self._outcomes.owners.items() if owner is source}
        )
        self.report.sources[source.name] = (
            f"{count} document" if count == 1 else f"{count} documents"
        )

    def _take_pages(self, source: SourcePlan, holdings: Holdings, asks: dict[str, Ask]) -> None:
        self.report.refused += holdings.refused
        named = dict(holdings.pages)
        if not holdings.is_whole:
            named = self._stale(source, named) | named
        for address, listed in named.items():
            if address in self._outcomes.owners:
                continue
            self._outcomes.owners[address] = source
            page = self._outcomes.former.get(address)
            stands = page is not None and page.uri in self._standing
            if self._is_known_unchanged(source, listed, page, stands=stands):
                self._outcomes.judge(source, Visit(address, Outcome.SAME), listed)
            else:
                asks[address] = Ask(listed, page, is_conditional=stands)
        if holdings.is_whole:
            self._miss_others(source, set(named))
        told = "unchanged" if holdings.is_unchanged else f"{len(holdings.pages)} pages"
        if holdings.passed_over:
            told += f", {holdings.passed_over} passed over by its patterns"
        if holdings.over:
            told += f", {holdings.over} left out (max_pages is {source.max_pages:,})"
        self.report.sources[source.name] = told

    def _stale(self, source: SourcePlan, named: dict[str, Listed]) -> dict[str, Listed]:
        """Pages that a feed does not name now: those never had, missing, or not seen for long."""
        long_ago = self.now() - LOOKED_AT_AGAIN
        return {
            page.address: Listed(page.address, page.changed or "")
            for page in self._outcomes.former.values()
            if page.source == source.name
            and page.address not in named
            and source.wants(page.address)
            and (
                page.checked is None
                or page.checked <= long_ago
                or page.missing_since is not None
                or page.uri is None
            )
        }

    def _is_known_unchanged(
        self, source: SourcePlan, listed: Listed, page: Page | None, *, stands: bool
    ) -> bool:
        return (
            source.trust_lastmod
            and stands
            and page is not None
            and page.missing_since is None
            and bool(listed.changed)
            and listed.changed == page.changed
        )

    def _miss_others(self, source: SourcePlan, named: set[str]) -> None:
        for page in self._outcomes.former.values():
            is_ours = page.source == source.name and page.address not in named
            if is_ours and self._outcomes.owners.setdefault(page.address, source) is source:
                self._outcomes.judge_gone(source, page, NOT_LISTED)

    # Asking for them

    def _visit(self, asks: list[Ask]) -> None:
        """Ask for pages, those first that were not looked at for longest."""
        assert self._visitor is not None  # noqa: S101 - made while listing
        never = datetime.min.replace(tzinfo=UTC)
        asks.sort(key=lambda ask: (ask.former and ask.former.checked) or never)
        listed = {ask.listed.address: ask.listed for ask in asks}
        for visit in self._visitor.visit(asks):
            self.report.bytes_fetched += visit.size
            self._outcomes.judge(self._outcomes.owners[visit.address], visit, listed[visit.address])

    # Into the library

    def _ingest(self) -> IngestReport | None:
        expired = self._outcomes.uris_to_erase()
        restated = grouped_anew(
            self.plan, self._outcomes.pages_now(), self.job.catalog, self._outcomes.obtained
        )
        if not (self._targets or self._outcomes.obtained or expired or restated):
            return None
        ends_at = time.monotonic() + LOCK_PATIENCE_S
        while True:
            try:
                return self.job.run(
                    self._targets,
                    obtained=list(self._outcomes.obtained.values()),
                    expired=expired,
                    restated=restated,
                    folder_groups=groups_of_folders(self.plan),
                )
            except StoreLockedError:
                if time.monotonic() >= ends_at or self.stop.wait(LOCK_LOOK_S):
                    raise
