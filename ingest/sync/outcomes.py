"""What became of each page in a round: the same, obtained, refused, postponed, gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from ingest.discover import Source
from ingest.report import IngestReport
from ingest.sync.holdings import Listed
from ingest.sync.plan import SourcePlan, SyncPlan
from ingest.sync.report import Missing, SyncReport, Told
from ingest.sync.state import Page
from ingest.sync.visit import Outcome, Visit
from vectorstore.catalog import Catalog
from vectorstore.group_names import IN_SYNC
from vectorstore.types import document_id

NOT_LISTED = "It is not listed any more."


@dataclass(slots=True)
class Outcomes:
    """Notes of one round; what they mean for people goes into the report."""

    plan: SyncPlan
    report: SyncReport
    now: Callable[[], datetime]
    former: dict[str, Page] = field(default_factory=dict)
    """What was known before the round, by address."""
    pages: dict[str, Page] = field(default_factory=dict)
    """What is known of every page after this round."""
    forgotten: set[str] = field(default_factory=set)
    """Addresses of pages of which nothing is kept."""
    obtained: dict[str, Source] = field(default_factory=dict)
    """By URI."""
    addresses: dict[str, str] = field(default_factory=dict)
    """Of what was obtained, by URI."""
    expired: set[str] = field(default_factory=set)
    """URIs of what has moved, or has been gone for long enough."""
    owners: dict[str, SourcePlan] = field(default_factory=dict)
    """The source to which a page belongs, by address."""
    _at: dict[str | None, set[str]] | None = field(default=None, init=False)
    """Addresses of pages that are, or were, kept under a URI; None until it is asked for."""

    def judge(self, source: SourcePlan, visit: Visit, listed: Listed) -> None:
        """Note the result of one request, and of what the source says about the page."""
        former = self.former.get(visit.address)
        page = replace(former, source=source.name) if former else Page(visit.address, source.name)
        if visit.outcome is Outcome.GONE:
            self.judge_gone(source, page, visit.reason)
            return
        self.pages[visit.address] = page
        told = Told(visit.address, visit.reason)
        match visit.outcome:
            case Outcome.SAME:
                self._found(page, listed)
                self.report.unchanged.append(visit.address)
            case Outcome.OBTAINED:
                self._found(page, listed)
                self._take(page, visit)
            case Outcome.REFUSED:
                self.report.refused.append(told)
                page.checked = self.now()
            case Outcome.FAILED:
                self.report.failed.append(told)
            case Outcome.POSTPONED:
                self.report.postponed.append(told)

    def _found(self, page: Page, listed: Listed) -> None:
        if page.missing_since is not None:
            self.report.returned.append(page.address)
        page.missing_since = page.why = None
        page.checked, page.changed = self.now(), listed.changed or None

    def _take(self, page: Page, visit: Visit) -> None:
        assert visit.source is not None  # noqa: S101 - obtained
        others = self._others_at(visit.source.uri, page)
        # Two pages that both say to be a third one which nobody lists are two pages all the same.
        is_unbelievable = any(_differ_in_query(page.address, other.address) for other in others)
        source = replace(visit.source, uri=page.address) if is_unbelievable else visit.source
        uri = source.uri
        if page.uri is not None and page.uri != uri:
            self.expired.add(page.uri)  # it has moved
        page.uri, page.etag, page.last_modified = uri, visit.etag, visit.last_modified
        if self._at is not None:
            self._at.setdefault(uri, set()).add(page.address)
        is_itself = page.address == uri
        if not is_itself and (uri in self.obtained or any(one.address == uri for one in others)):
            self._tell_same(page.address, self.addresses.get(uri, uri))
            return
        if uri in self.obtained:  # by another spelling, before the page itself was visited
            self._tell_same(self.addresses[uri], page.address)
        groups = self.owners[page.address].groups
        self.obtained[uri] = replace(source, groups=groups, groups_origin=IN_SYNC)
        self.addresses[uri] = page.address

    def _tell_same(self, address: str, other: str) -> None:
        self.report.same.append(Told(address, f"It is the same page as {other}."))

    def _others_at(self, uri: str, page: Page) -> list[Page]:
        """Other pages that are there, and are kept under an address that is not this page's own."""
        if uri == page.address:
            return []
        if self._at is None:
            self._at = {}
            for known in (*self.former.values(), *self.pages.values()):
                self._at.setdefault(known.uri, set()).add(known.address)
        found = (
            self.pages.get(address) or self.former[address]
            for address in self._at.get(uri, ())
            if address != page.address and address in self.owners
        )
        return [other for other in found if other.uri == uri and other.missing_since is None]

    def judge_gone(self, source: SourcePlan, page: Page, reason: str) -> None:
        """Gone for sure, at this moment: it is erased once it has been for long enough."""
        if page.uri is None:
            if reason != NOT_LISTED:
                self.report.refused.append(Told(page.address, reason))
            self.forgotten.add(page.address)
            return
        since, now = page.missing_since or self.now(), self.now()
        due = since + self.plan.grace_of(source)
        if now >= due:
            self.expired.add(page.uri)
            self.forgotten.add(page.address)
            self.report.gone.append(Told(page.address, reason))
            return
        self.pages[page.address] = replace(
            page, source=source.name, missing_since=since, why=reason, etag=None, last_modified=None
        )
        self.report.missing.append(Missing(page.address, reason, since, due))

    def uris_to_erase(self) -> set[str]:
        """Expired URIs at which no other page is kept."""
        kept = {
            page.uri
            for address, page in {**self.former, **self.pages}.items()
            if address not in self.forgotten or address in self.pages
        }
        return {uri for uri in self.expired if uri not in kept}

    def pages_now(self) -> list[Page]:
        """All known pages, each with the source that names it now."""
        known = {**self.former, **self.pages}
        return [
            replace(page, source=self.owners[address].name) if address in self.owners else page
            for address, page in known.items()
        ]

    def tell_ingested(self, done: IngestReport | None, catalog: Catalog) -> None:
        """Put the result of the ingest run into the report; refused pages are sent again."""
        if done is None:
            return
        self.report.ingest = done
        named = self.addresses
        self.report.new += [named.get(uri, uri) for uri in done.added]
        self.report.changed += [named.get(uri, uri) for uri in done.changed]
        self.report.unchanged += [named.get(uri, uri) for uri in done.unchanged]
        for each in done.duplicates:
            address = named.get(each.uri, each.uri)
            self.report.same.append(Told(address, f"Its text is that of {each.of}."))
        for refused in done.refused:
            address = named.get(refused.uri, refused.uri)
            self.report.refused.append(Told(address, refused.reason))
            if (page := self.pages.get(address)) is not None:
                page.etag = page.last_modified = None  # so that it is sent again
                if document_id(refused.uri) not in catalog.live_versions():
                    page.uri = None


def _differ_in_query(one: str, other: str) -> bool:
    first, second = urlsplit(one).query, urlsplit(other).query
    return bool(first and second) and first != second
