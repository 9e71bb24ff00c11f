"""Rounds over a real server on this machine: what is new, changed, gone, refused, and why."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document as RawDocument

from ingest.config import IngestOptions
from ingest.discover import Obtained, Source, SourceKind
from ingest.job import IngestJob
from ingest.loaders import load as loading
from ingest.loaders.formats import Format
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed
from ingest.loaders.worker import parse
from ingest.sync import listings
from ingest.sync import round as rounds
from ingest.sync.plan import SyncPlan
from ingest.sync.report import SyncReport
from ingest.sync.round import Round
from ingest.sync.state import SyncState
from tests.catalog_alone import CatalogAlone
from tests.page_server import Server
from tests.store_trials import Store
from vectorstore.maintenance import set_access

pytest.importorskip("feedparser", reason="needs the extra `sync`")
pytest.importorskip("protego", reason="needs the extra `sync`")

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Inline:
    """A sandbox without a process."""

    def __init__(self, limits: LoadLimits | None = None, *, parser: str = "") -> None:
        self._parse = listings.parse if parser == listings.PARSER else parse

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def parse(self, content: bytes, kind: str) -> Parsed:
        return self._parse(content, kind, LoadLimits())


def read(source: Source) -> RawDocument:
    return loading.load(source, sandbox=Inline())  # type: ignore[arg-type]


class Site(Server):
    """Pages with a strong ETag, and 304 for whoever has it."""

    def __init__(self) -> None:
        super().__init__((404, HTML, b"<p>not here</p>"))

    def url(self, path: str) -> str:
        return f"http://wiki.test:{self.port}{path}"

    def page(self, path: str, text: str, *, head: str = "") -> None:
        body = (
            f"<html><head><title>About {path}</title>{head}</head><body><main><h1>About {path}</h1>"
            f"<p>{text}</p></main></body></html>"
        ).encode()
        etag = f'"{abs(hash(body)):x}"'

        def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
            is_known = handler.headers.get("If-None-Match") == etag
            handler.send_response(304 if is_known else 200)
            handler.send_header("ETag", etag)
            handler.send_header("Content-Type", HTML["Content-Type"])
            handler.send_header("Content-Length", "0" if is_known else str(len(body)))
            handler.end_headers()
            if not is_known:
                handler.wfile.write(body)

        self.answers[path] = answer

    def sitemap(self, *paths: str, at: str = "/sitemap.xml", lastmod: str = "") -> None:
        stated = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
        urls = "".join(f"<url><loc>{self.url(path)}</loc>{stated}</url>" for path in paths)
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        self.answers[at] = (200, XML, body.encode())

    def feed(self, *paths: str) -> None:
        items = "".join(
            f"<item><title>T</title><link>{self.url(path)}</link></item>" for path in paths
        )
        body = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
        self.answers["/feed.xml"] = (200, {"Content-Type": "text/xml"}, body.encode())

    def asked(self) -> list[str]:
        """Paths asked for since the last call, without robots.txt."""
        paths = [path for path, _ in self.requests if path != "/robots.txt"]
        self.requests.clear()
        return paths


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data") as opened:
        yield opened


class Desk:
    """Runs rounds against one store, at moments that a test chooses."""

    def __init__(self, store: Store, site: Site, folder: Path) -> None:
        self.store, self.site, self.folder = store, site, folder
        self.moment = START
        self.generations: Any = CatalogAlone(store.catalog)

    def plan(self, *sources: dict[str, Any], **more: Any) -> SyncPlan:
        values = {
            "source": [{"name": f"s{n}", **each} for n, each in enumerate(sources)],
            "delay": "0s",
            "allow_private_hosts": ["wiki.test"],
            "ports": [self.site.port],
        }
        return SyncPlan.model_validate(values | more)

    def sync(self, plan: SyncPlan, *, later: timedelta = timedelta(0), **more: Any) -> SyncReport:
        self.moment += later
        options = IngestOptions(dry_run=more.pop("dry_run", False), force=more.get("force", False))
        job = IngestJob(
            self.store.catalog,
            self.generations,
            self.store.settings.lock_path,
            self.store.embedder,
            options,
            loader=read,
        )
        state = SyncState(self.store.settings.catalog_url)
        try:
            return Round(
                plan,
                job,
                state,
                self.folder / "spool",
                resolver=lambda host, port: ["127.0.0.1"],
                now=lambda: self.moment,
                **more,
            ).run()
        finally:
            state.close()
            if erased := self.store.catalog.erasures():
                self.store.catalog.settle_erasures(erased)

    def seen_by(self) -> dict[str, tuple[str, ...]]:
        """Groups of each document that is not for everybody, by the end of its address."""
        documents, known = self.store.catalog.all_documents(), self.store.catalog.access()
        return {
            Path(documents[name]).name: stated.groups
            for name, stated in known.items()
            if stated.groups
        }

    def texts(self) -> dict[str, str]:
        """Text of each document that is served, by the end of its address."""
        with self.store.catalog.read() as reader:
            return {
                Path(each.uri).name: reader.document(each.id).document.text
                for each in reader.documents()
            }


@pytest.fixture
def desk(store: Store, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(rounds, "Sandbox", Inline)
    return Desk(store, site, tmp_path)


def a_site(site: Site) -> dict[str, Any]:
    site.page("/a", "Alpha works with Beta on maps of the coast.")
    site.page("/b", "Beta sells its maps to Gamma for five years.")
    site.sitemap("/a", "/b")
    return {"sitemap": site.url("/sitemap.xml")}


def told(several: list[Any]) -> dict[str, str]:
    return {each.address: each.reason for each in several}


DAY = timedelta(days=1)


# --- unchanged pages cost nothing -----------------------------------------------------------------


def test_a_second_round_is_answered_with_304_and_reads_nothing(desk: Desk, site: Site) -> None:
    plan = desk.plan(a_site(site))
    first = desk.sync(plan)
    assert first.new == [site.url("/a"), site.url("/b")]
    assert "Alpha works with Beta" in desk.texts()["a"]
    generation, embedded = desk.store.catalog.current_generation(), desk.store.embedder.num_embedded
    again = desk.sync(plan)
    assert again.unchanged == [site.url("/a"), site.url("/b")]
    assert (again.bytes_fetched, again.ingest, again.is_whole) == (0, None, True)
    assert desk.store.catalog.current_generation() == generation
    assert desk.store.embedder.num_embedded == embedded


def test_a_changed_page_is_the_only_one_that_is_read(desk: Desk, site: Site) -> None:
    plan = desk.plan(a_site(site))
    desk.sync(plan)
    site.page("/b", "Beta has stopped selling maps to Gamma.")
    report = desk.sync(plan)
    assert (report.changed, report.unchanged) == ([site.url("/b")], [site.url("/a")])
    assert "stopped selling" in desk.texts()["b"]


def test_a_page_whose_bytes_differ_but_whose_text_does_not_is_unchanged(
    desk: Desk, site: Site
) -> None:
    plan = desk.plan(a_site(site))
    desk.sync(plan)
    embedded = desk.store.embedder.num_embedded
    site.page("/b", "Beta sells its maps to Gamma for five years.", head="<meta name=n content=2>")
    report = desk.sync(plan)
    assert sorted(report.unchanged) == [site.url("/a"), site.url("/b")]
    assert desk.store.embedder.num_embedded == embedded


def test_last_modified_serves_where_there_is_no_etag(desk: Desk, site: Site) -> None:
    day = "Mon, 02 Feb 2026 10:00:00 GMT"
    body = b"<p>Alpha works with Beta on maps.</p>"
    site.answers["/a"] = (200, {**HTML, "Last-Modified": day}, body)
    plan = desk.plan({"pages": [site.url("/a")]})
    desk.sync(plan)
    site.answers["/a"] = (304, {}, b"")
    site.requests.clear()
    assert desk.sync(plan).unchanged == [site.url("/a")]
    headers = dict(site.requests)["/a"]
    assert headers["If-Modified-Since"] == day


def test_a_trusted_lastmod_saves_the_request(desk: Desk, site: Site) -> None:
    source = {**a_site(site), "trust_lastmod": True}
    site.sitemap("/a", "/b", lastmod="2026-02-01")
    desk.sync(desk.plan(source))
    site.asked()
    assert len(desk.sync(desk.plan(source)).unchanged) == 2
    assert site.asked() == ["/sitemap.xml"]
    site.sitemap("/a", "/b", lastmod="2026-02-02")
    desk.sync(desk.plan(source))
    assert site.asked() == ["/sitemap.xml", "/a", "/b"]


def test_a_new_embedder_asks_for_everything_again(desk: Desk, site: Site) -> None:
    plan = desk.plan(a_site(site))
    desk.sync(plan)
    desk.store.embedder.fingerprint = "other-32"
    assert len(desk.sync(plan).changed) == 2


def test_a_page_that_was_erased_by_hand_is_taken_in_again(desk: Desk, site: Site) -> None:
    plan = desk.plan(a_site(site))
    desk.sync(plan)
    store = desk.store
    job = IngestJob(
        store.catalog, desk.generations, store.settings.lock_path, store.embedder, loader=read
    )
    job.run([], expired=[site.url("/a")])
    assert set(desk.texts()) == {"b"}
    assert desk.sync(plan).new == [site.url("/a")]


# --- pages that vanish ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_vanished_page_is_erased_after_the_grace_period_only(
    desk: Desk, site: Site, status: int
) -> None:
    plan = desk.plan(a_site(site), grace="7d")
    desk.sync(plan)
    site.answers["/b"] = (status, HTML, b"gone")
    report = desk.sync(plan, later=DAY)
    [missing] = report.missing
    assert (missing.address, missing.erased_from) == (site.url("/b"), START + 8 * DAY)
    assert desk.sync(plan, later=6 * DAY).gone == []
    assert "b" in desk.texts()
    report = desk.sync(plan, later=DAY)
    assert [each.address for each in report.gone] == [site.url("/b")]
    assert set(desk.texts()) == {"a"}
    assert desk.sync(plan, later=DAY).gone == []


def test_a_page_that_comes_back_in_time_starts_anew(desk: Desk, site: Site) -> None:
    plan = desk.plan(a_site(site), grace="7d")
    desk.sync(plan)
    there = site.answers["/b"]
    site.answers["/b"] = (404, HTML, b"")
    desk.sync(plan, later=DAY)
    site.answers["/b"] = there
    report = desk.sync(plan, later=5 * DAY)
    assert (report.returned, report.missing) == ([site.url("/b")], [])
    site.answers["/b"] = (404, HTML, b"")
    assert desk.sync(plan, later=5 * DAY).gone == []
    assert "b" in desk.texts()


@pytest.mark.parametrize("status", [503, 429, 403, 302])
def test_an_error_of_the_server_erases_nothing_however_long_it_lasts(
    desk: Desk, site: Site, status: int
) -> None:
    plan = desk.plan(a_site(site), grace="0s")
    desk.sync(plan)
    site.answers["/b"] = (status, HTML, b"")
    report = desk.sync(plan, later=30 * DAY)
    assert list(told(report.failed)) == [site.url("/b")]
    assert (report.gone, report.missing, report.unchanged) == ([], [], [site.url("/a")])
    assert set(desk.texts()) == {"a", "b"}


def test_a_server_that_is_down_erases_nothing(desk: Desk, site: Site) -> None:
    plan = desk.plan(a_site(site), grace="0s")
    desk.sync(plan)
    site.http.server_close()
    report = desk.sync(plan, later=30 * DAY)
    assert report.sources["s0"] == "not read; all of it stays as it is"
    assert (report.gone, report.missing) == ([], [])
    assert set(desk.texts()) == {"a", "b"}


def test_a_server_that_goes_down_in_the_middle_stops_nobody_else(desk: Desk, site: Site) -> None:
    plan = desk.plan(a_site(site), {"pages": [site.url(f"/x{n}") for n in range(5)]})
    desk.sync(plan)

    def hang_up(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.connection.close()

    for path in ("/a", "/b", *(f"/x{n}" for n in range(5))):
        site.answers[path] = hang_up
    site.asked()
    report = desk.sync(plan)
    assert (len(report.failed), len(report.postponed)) == (3, 4)
    assert site.asked() == ["/sitemap.xml", "/x0", "/x1", "/x2"]
    assert set(desk.texts()) == {"a", "b"}


def test_what_a_sitemap_lists_no_more_goes_after_the_grace_period(desk: Desk, site: Site) -> None:
    plan = desk.plan(a_site(site), grace="1d")
    desk.sync(plan)
    site.sitemap("/a")
    site.asked()
    assert told(desk.sync(plan).missing) == {site.url("/b"): "It is not listed any more."}
    assert site.asked() == ["/sitemap.xml", "/a"]
    assert told(desk.sync(plan, later=DAY).gone) == {site.url("/b"): "It is not listed any more."}
    assert set(desk.texts()) == {"a"}


@pytest.mark.parametrize("content", [b"", b"<html>Sorry</html>", b"<urlset/>", b"<urlset><url>"])
def test_a_broken_or_empty_sitemap_says_nothing_about_its_pages(
    desk: Desk, site: Site, content: bytes
) -> None:
    plan = desk.plan(a_site(site), grace="0s")
    desk.sync(plan)
    site.answers["/sitemap.xml"] = (200, XML, content)
    report = desk.sync(plan, later=30 * DAY)
    assert list(told(report.failed)) == ["s0"]
    assert (report.gone, report.missing) == ([], [])
    assert set(desk.texts()) == {"a", "b"}


# --- sitemaps -------------------------------------------------------------------------------------


def test_an_index_of_packed_sitemaps_is_followed(desk: Desk, site: Site) -> None:
    a_site(site)
    site.sitemap("/a", at="/one.xml")
    packed = site.answers["/sitemap.xml"]
    assert not callable(packed)
    site.answers["/two.xml.gz"] = (
        200,
        {"Content-Type": "application/gzip"},
        gzip.compress(packed[2]),
    )
    index = "".join(
        f"<sitemap><loc>{site.url(each)}</loc></sitemap>" for each in ("/one.xml", "/two.xml.gz")
    )
    site.answers["/index.xml"] = (200, XML, f"<sitemapindex>{index}</sitemapindex>".encode())
    report = desk.sync(desk.plan({"sitemap": site.url("/index.xml")}))
    assert report.new == [site.url("/a"), site.url("/b")]


def test_one_broken_part_of_an_index_erases_nothing_of_it(desk: Desk, site: Site) -> None:
    a_site(site)
    site.sitemap("/a", at="/one.xml")
    site.sitemap("/b", at="/two.xml")
    index = "".join(
        f"<sitemap><loc>{site.url(e)}</loc></sitemap>" for e in ("/one.xml", "/two.xml")
    )
    site.answers["/index.xml"] = (200, XML, f"<sitemapindex>{index}</sitemapindex>".encode())
    plan = desk.plan({"sitemap": site.url("/index.xml")}, grace="0s")
    desk.sync(plan)
    site.answers["/two.xml"] = (500, XML, b"")
    report = desk.sync(plan, later=30 * DAY)
    assert list(told(report.refused)) == [site.url("/two.xml")]
    assert set(desk.texts()) == {"a", "b"}


def test_pages_of_other_hosts_and_beyond_the_most_are_not_taken(desk: Desk, site: Site) -> None:
    source = a_site(site)
    body = site.answers["/sitemap.xml"]
    assert not callable(body)
    foreign = b"<url><loc>https://elsewhere.example/x</loc></url></urlset>"
    site.answers["/sitemap.xml"] = (200, XML, body[2].replace(b"</urlset>", foreign))
    report = desk.sync(desk.plan({**source, "max_pages": 1}))
    assert report.new == [site.url("/a")]
    assert list(told(report.refused)) == ["https://elsewhere.example/x"]
    assert report.sources["s0"] == "1 pages, 1 left out (max_pages is 1)"


def test_patterns_say_what_is_taken(desk: Desk, site: Site) -> None:
    report = desk.sync(desk.plan({**a_site(site), "exclude": ["*/b"]}))
    assert report.new == [site.url("/a")]
    assert report.sources["s0"] == "1 pages, 1 passed over by its patterns"


# --- feeds ----------------------------------------------------------------------------------------


def test_what_leaves_a_feed_by_age_stays_and_is_looked_at_each_week(desk: Desk, site: Site) -> None:
    a_site(site)
    site.feed("/a", "/b")
    plan = desk.plan({"feed": site.url("/feed.xml")}, grace="0s")
    assert len(desk.sync(plan).new) == 2
    site.feed("/b")
    site.asked()
    desk.sync(plan, later=DAY)
    assert site.asked() == ["/feed.xml", "/b"]
    desk.sync(plan, later=7 * DAY)
    assert sorted(site.asked()) == ["/a", "/b", "/feed.xml"]
    site.answers["/a"] = (410, HTML, b"")
    assert list(told(desk.sync(plan, later=7 * DAY).gone)) == [site.url("/a")]


def test_a_feed_that_has_not_changed_is_not_sent(desk: Desk, site: Site) -> None:
    a_site(site)
    site.feed("/a")
    feed = site.answers["/feed.xml"]
    assert not callable(feed)
    site.answers["/feed.xml"] = (200, {**feed[1], "ETag": '"1"'}, feed[2])
    plan = desk.plan({"feed": site.url("/feed.xml")})
    desk.sync(plan)
    site.answers["/feed.xml"] = (304, {}, b"")
    site.requests.clear()
    report = desk.sync(plan)
    assert report.sources["s0"] == "unchanged"
    assert [path for path, _ in site.requests] == ["/feed.xml"] or site.asked() == ["/feed.xml"]


def test_a_page_of_a_feed_that_failed_is_tried_again_although_the_feed_is_unchanged(
    desk: Desk, site: Site
) -> None:
    a_site(site)
    site.feed("/a")
    feed = site.answers["/feed.xml"]
    assert not callable(feed)
    site.answers["/feed.xml"] = (200, {**feed[1], "ETag": '"1"'}, feed[2])
    there = site.answers["/a"]
    site.answers["/a"] = (503, {}, b"")
    plan = desk.plan({"feed": site.url("/feed.xml")})
    assert list(told(desk.sync(plan).failed)) == [site.url("/a")]
    site.answers |= {"/a": there, "/feed.xml": (304, {}, b"")}
    assert desk.sync(plan).new == [site.url("/a")]


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"<html><p>Sorry</p></html>", b"<rss><chan"])
def test_a_broken_feed_is_a_failure_and_changes_nothing(
    desk: Desk, site: Site, content: bytes
) -> None:
    a_site(site)
    site.feed("/a")
    plan = desk.plan({"feed": site.url("/feed.xml")}, {"pages": [site.url("/b")]}, grace="0s")
    desk.sync(plan)
    site.answers["/feed.xml"] = (200, XML, content)
    report = desk.sync(plan, later=30 * DAY)
    assert list(told(report.failed)) == ["s0"]
    assert report.unchanged == [site.url("/b")]
    assert set(desk.texts()) == {"a", "b"}


def test_an_atom_feed_tells_what_its_pages_do_not(desk: Desk, site: Site) -> None:
    a_site(site)
    site.answers["/plain"] = (200, {"Content-Type": "text/plain"}, b"Delta has twelve members.")
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title>'
        "<entry><title>The members</title>"
        '<link href="/plain?utm_source=feed"/><updated>2026-01-05T08:00:00Z</updated>'
        "<author><name>Ann Lee</name></author></entry></feed>"
    )
    site.answers["/feed.xml"] = (200, XML, atom.encode())
    desk.sync(desk.plan({"feed": site.url("/feed.xml")}))
    with desk.store.catalog.read() as reader:
        [document] = reader.documents()
    assert document.uri == site.url("/plain")
    assert document.metadata.authors == ("Ann Lee",)
    assert str(document.metadata.published) == "2026-01-05"


# --- robots and politeness ------------------------------------------------------------------------


def test_what_robots_txt_closes_is_not_asked_for(desk: Desk, site: Site) -> None:
    source = a_site(site)
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /*b$\n")
    report = desk.sync(desk.plan(source))
    assert told(report.refused) == {
        site.url("/b"): "The site's robots.txt asks programs not to fetch it."
    }
    assert "/b" not in site.asked()
    assert report.new == [site.url("/a")]


@pytest.mark.parametrize("status", [503, 429])
def test_nothing_is_asked_where_robots_txt_cannot_be_had(
    desk: Desk, site: Site, status: int
) -> None:
    source = a_site(site)
    site.answers["/robots.txt"] = (status, {}, b"")
    report = desk.sync(desk.plan(source, {"pages": [site.url("/b")]}))
    assert (len(report.failed), site.asked()) == (2, [])


def test_a_redirect_into_what_robots_txt_closes_is_not_followed(desk: Desk, site: Site) -> None:
    a_site(site)
    site.answers["/robots.txt"] = (200, {}, b"User-agent: accord-ingest\nDisallow: /b\n")
    site.answers["/c"] = (302, {"Location": "/b"}, b"")
    report = desk.sync(desk.plan({"pages": [site.url("/c")]}))
    assert list(told(report.refused)) == [site.url("/c")]
    assert site.asked() == ["/c"]


def test_a_crawl_delay_is_kept_and_what_does_not_fit_is_first_next_time(
    desk: Desk, site: Site
) -> None:
    source = a_site(site)
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 60\n")
    plan = desk.plan({"pages": [site.url("/a"), site.url("/b")]}, time_limit="5s")
    report = desk.sync(plan)
    assert (report.new, list(told(report.postponed))) == ([site.url("/a")], [site.url("/b")])
    del site.answers["/robots.txt"]
    site.asked()
    desk.sync(plan, later=DAY)
    assert site.asked() == ["/b", "/a"]
    assert source["sitemap"]


def test_a_host_is_left_in_peace_between_two_requests(desk: Desk, site: Site) -> None:
    waits: list[float] = []

    class Watch(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            return False

    source = a_site(site)
    desk.sync(desk.plan(source, delay="7s"), stop=Watch())
    assert len(waits) == 3  # the sitemap after robots.txt, and two pages
    assert all(6.0 < each <= 7.0 for each in waits)


# --- addresses ------------------------------------------------------------------------------------


def test_private_addresses_are_refused_unless_the_plan_names_them(desk: Desk, site: Site) -> None:
    a_site(site)
    plan = desk.plan(
        {"pages": [site.url("/a"), "http://169.254.169.254/x", "http://db.internal/x"]}
    )
    report = desk.sync(plan)
    assert report.new == [site.url("/a")]
    assert len(report.refused) == 2
    closed = desk.plan({"pages": [site.url("/a")]}, allow_private_hosts=[])
    assert len(desk.sync(closed, force=True).refused) == 1


def test_a_redirect_loop_stops_no_other_page(desk: Desk, site: Site) -> None:
    a_site(site)
    site.answers["/loop"] = (302, {"Location": "/loop"}, b"")
    report = desk.sync(desk.plan({"pages": [site.url("/loop"), site.url("/a")]}))
    assert told(report.failed) == {site.url("/loop"): "It redirects more than 5 times."}
    assert report.new == [site.url("/a")]


def test_a_page_of_another_kind_or_too_large_is_refused_with_the_reason(
    desk: Desk, site: Site
) -> None:
    site.answers["/film"] = (200, {"Content-Type": "video/mp4"}, b"x")
    site.answers["/empty"] = (200, HTML, b"")
    report = desk.sync(desk.plan({"pages": [site.url("/film"), site.url("/empty")]}))
    assert told(report.refused) == {
        site.url("/film"): "It is of a kind that cannot be read: video/mp4.",
        site.url("/empty"): "The server sent nothing.",
    }


def test_spellings_of_one_page_are_one_document(desk: Desk, site: Site) -> None:
    text = "Alpha works with Beta on maps of the coast."
    site.page("/a", text)
    for path in ("/a?print=1", "/a/"):
        site.page(path, text + " Printed.", head=f'<link rel="canonical" href="{site.url("/a")}">')
    pages = [site.url(p) for p in ("/a", "/a?print=1", "/a/", "/a?utm_source=x#top")]
    report = desk.sync(desk.plan({"pages": pages}))
    assert report.new == [site.url("/a")]
    assert list(told(report.same)) == [site.url("/a?print=1"), site.url("/a/")]


def test_a_front_page_that_every_page_names_as_itself_makes_no_one_document_of_all(
    desk: Desk, site: Site
) -> None:
    head = f'<link rel="canonical" href="{site.url("/")}">'
    site.page("/a", "Alpha works with Beta.", head=head)
    site.page("/b", "Beta sells maps.", head=head)
    report = desk.sync(desk.plan({"pages": [site.url("/a"), site.url("/b")]}))
    assert report.new == [site.url("/a"), site.url("/b")]


def test_the_page_itself_goes_before_other_spellings_of_it(desk: Desk, site: Site) -> None:
    """Whichever is visited first, and also where only another spelling has changed."""
    head = f'<link rel="canonical" href="{site.url("/a")}">'
    site.page("/a?print=1", "Alpha works with Beta. Printed.", head=head)
    site.page("/a", "Alpha works with Beta on maps of the coast.")
    plan = desk.plan({"pages": [site.url("/a?print=1"), site.url("/a")]})
    report = desk.sync(plan)
    assert list(told(report.same)) == [site.url("/a?print=1")]
    assert "coast" in desk.texts()["a"]
    site.page("/a?print=1", "Alpha works with Beta. Printed again.", head=head)
    report = desk.sync(plan)
    assert report.changed == []
    assert "coast" in desk.texts()["a"]


def test_an_address_that_several_pages_name_as_theirs_makes_no_one_document_of_them(
    desk: Desk, site: Site
) -> None:
    head = f'<link rel="canonical" href="{site.url("/p")}">'
    site.page("/p?id=1", "Alpha works with Beta.", head=head)
    site.page("/p?id=2", "Beta sells maps.", head=head)
    plan = desk.plan({"pages": [site.url("/p?id=1"), site.url("/p?id=2")]})
    report = desk.sync(plan)
    assert report.new == [site.url("/p?id=1"), site.url("/p?id=2")]
    site.page("/p?id=2", "Beta sells maps of the coast.", head=head)
    report = desk.sync(plan)
    assert report.changed == [site.url("/p?id=2")]
    texts = " ".join(desk.texts().values())
    assert "Alpha works with Beta." in texts
    assert "maps of the coast" in texts


def test_a_page_that_has_moved_for_good_is_kept_under_its_new_address(
    desk: Desk, site: Site
) -> None:
    a_site(site)
    plan = desk.plan({"pages": [site.url("/a")]})
    desk.sync(plan)
    site.page("/new", "Alpha works with Beta on maps of the coast.")
    site.answers["/a"] = (301, {"Location": "/new"}, b"")
    desk.sync(plan)
    assert set(desk.texts()) == {"new"}


# --- folders --------------------------------------------------------------------------------------


def test_a_watched_folder_is_read_when_something_in_it_changes(
    desk: Desk, site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\nAlpha works with Beta.\n")
    (folder / "b.md").write_text("# B\n\nBeta sells maps.\n")
    plan = desk.plan({"folder": folder}, grace="7d")
    assert len(desk.sync(plan).new) == 2
    assert desk.sync(plan).ingest is None
    (folder / "b.md").unlink()
    report = desk.sync(plan)
    assert told(report.missing) == {str(folder / "b.md"): "The file is not there any more."}
    assert set(desk.texts()) == {"a.md", "b.md"}
    assert list(told(desk.sync(plan, later=7 * DAY).gone)) == [str(folder / "b.md")]
    assert set(desk.texts()) == {"a.md"}


def test_a_folder_that_is_not_mounted_loses_nothing(desk: Desk, site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\nAlpha works with Beta.\n")
    plan = desk.plan({"folder": folder}, grace="0s")
    desk.sync(plan)
    folder.rename(tmp_path / "elsewhere")
    report = desk.sync(plan, later=30 * DAY)
    assert (report.gone, list(told(report.failed))) == ([], ["s0"])
    assert set(desk.texts()) == {"a.md"}


# --- other systems --------------------------------------------------------------------------------


class FakeLoader:
    """As LangChain's loaders are: made with arguments, read by `lazy_load`."""

    documents: list[RawDocument] = []
    breaks = False

    def __init__(self, space: str, token: str) -> None:
        assert (space, token) == ("docs", "s3cret")

    def lazy_load(self) -> Iterator[RawDocument]:
        yield from self.documents
        if self.breaks:
            raise RuntimeError("connection lost")


def adapter_plan(desk: Desk) -> SyncPlan:
    return desk.plan(
        {
            "loader": f"{__name__}:FakeLoader",
            "arguments": {"space": "docs", "token": {"env": "WIKI_TOKEN"}},
        },
        grace="0s",
    )


@pytest.fixture
def loader(monkeypatch: pytest.MonkeyPatch) -> type[FakeLoader]:
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _Module)
    monkeypatch.setenv("WIKI_TOKEN", "s3cret")
    FakeLoader.documents = [
        RawDocument("Alpha works with Beta.", metadata={"source": "p/1", "title": "Alpha"}),
        RawDocument("Beta sells maps.", metadata={"source": "https://wiki.example/2"}),
        RawDocument("To Gamma.", metadata={"source": "https://wiki.example/2"}),
    ]
    FakeLoader.breaks = False
    return FakeLoader


class _Module:
    FakeLoader = FakeLoader


def test_a_langchain_loader_is_a_source(desk: Desk, loader: type[FakeLoader]) -> None:
    plan = adapter_plan(desk)
    report = desk.sync(plan)
    assert report.new == ["sync://s0/p/1", "https://wiki.example/2"]
    assert desk.texts()["2"].split() == ["Beta", "sells", "maps.", "To", "Gamma."]
    assert desk.sync(plan).unchanged == report.new
    loader.documents = loader.documents[:1]
    assert list(told(desk.sync(plan).gone)) == ["https://wiki.example/2"]


def test_a_loader_that_breaks_off_loses_nothing(desk: Desk, loader: type[FakeLoader]) -> None:
    plan = adapter_plan(desk)
    desk.sync(plan)
    loader.documents, loader.breaks = loader.documents[:1], True
    report = desk.sync(plan, later=30 * DAY)
    assert told(report.failed)["s0"].endswith("broke off: RuntimeError: connection lost")
    assert len(desk.texts()) == 2


# --- rounds ---------------------------------------------------------------------------------------


def test_a_round_killed_between_fetching_and_publishing_is_simply_done_again(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.generations = desk.store.generations
    plan = desk.plan(a_site(site))
    desk.sync(plan)
    site.page("/b", "Beta has stopped selling maps to Gamma.")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(IngestJob, "_publish", killed)
        with pytest.raises(KeyboardInterrupt):
            desk.sync(plan)
    assert "for five years" in desk.texts()["b"]
    assert not (desk.folder / "spool").exists()
    assert desk.sync(plan).changed == [site.url("/b")]
    assert "stopped selling" in desk.store.served()["b"]
    assert desk.store.problems() == ()


def test_a_dry_run_stores_nothing(desk: Desk, site: Site) -> None:
    plan = desk.plan(a_site(site))
    report = desk.sync(plan, dry_run=True)
    assert len(report.new) == 2
    assert desk.store.catalog.current_generation() is None
    assert len(desk.sync(plan).new) == 2


def test_a_source_is_visited_no_more_often_than_it_says(desk: Desk, site: Site) -> None:
    source = {**a_site(site), "every": "6h"}
    plan = desk.plan(source, {"pages": [site.url("/b")]})
    desk.sync(plan)
    site.asked()
    report = desk.sync(plan, later=timedelta(hours=1))
    assert report.sources["s0"] == "not due yet"
    assert site.asked() == []
    desk.sync(plan, later=timedelta(hours=5))
    assert site.asked()[0] == "/sitemap.xml"


def test_pages_of_a_source_that_was_taken_out_of_the_plan_stay(desk: Desk, site: Site) -> None:
    desk.sync(desk.plan(a_site(site), grace="0s"))
    other = desk.plan({"name": "other", "pages": [site.url("/a")]}, grace="0s")
    report = desk.sync(other, later=30 * DAY)
    assert report.sources["s0"].startswith("no source any more; its 2 pages stay")
    assert set(desk.texts()) == {"a", "b"}


# --- who may see it -------------------------------------------------------------------------------


def test_groups_of_a_source_hold_for_its_pages_from_the_first_round_on(
    desk: Desk, site: Site
) -> None:
    site.page("/c", "Gamma prints the maps.")
    site.page("/d", "Delta reads them.")
    site.feed("/c")
    report = desk.sync(
        desk.plan(
            {**a_site(site), "groups": ["deals", "legal"]},
            {"feed": site.url("/feed.xml"), "groups": ["press"]},
            {"pages": [site.url("/d")]},
        )
    )
    assert "d" in desk.texts()
    assert desk.seen_by() == {"a": ("deals", "legal"), "b": ("deals", "legal"), "c": ("press",)}
    assert "seen by" in report.as_text()


@pytest.mark.parametrize("later", [["legal"], [], None])
def test_groups_that_change_hold_for_pages_that_have_not_changed(
    desk: Desk, site: Site, later: list[str] | None
) -> None:
    source = a_site(site)
    desk.sync(desk.plan({**source, "groups": ["deals"]}))
    embedded = desk.store.embedder.num_embedded
    other = desk.plan({**source, "groups": later})
    assert desk.sync(other, dry_run=True).regrouped
    assert desk.seen_by() == {"a": ("deals",), "b": ("deals",)}
    report = desk.sync(other)
    assert desk.seen_by() == ({"a": ("legal",), "b": ("legal",)} if later else {})
    assert (len(report.regrouped), report.has_changes) == (2, True)
    assert (len(report.unchanged), desk.store.embedder.num_embedded) == (2, embedded)
    assert desk.sync(other).ingest is None


def test_a_page_that_cannot_be_had_is_restricted_all_the_same(desk: Desk, site: Site) -> None:
    source = a_site(site)
    desk.sync(desk.plan(source))
    site.answers["/b"] = (503, HTML, b"")
    report = desk.sync(desk.plan({**source, "groups": ["deals"]}))
    assert list(told(report.failed)) == [site.url("/b")]
    assert desk.seen_by() == {"a": ("deals",), "b": ("deals",)}


def test_a_source_that_is_not_due_is_restricted_at_once(desk: Desk, site: Site) -> None:
    source = {**a_site(site), "every": "1d"}
    desk.sync(desk.plan(source))
    site.asked()
    desk.sync(desk.plan({**source, "groups": ["deals"]}))
    assert site.asked() == []
    assert desk.seen_by() == {"a": ("deals",), "b": ("deals",)}


def test_what_is_set_by_hand_goes_before_a_source(desk: Desk, site: Site) -> None:
    source = {**a_site(site), "groups": ["deals"]}
    desk.sync(desk.plan(source))
    store = desk.store
    lock = store.settings.lock_path
    set_access(store.catalog, desk.generations, lock, [site.url("/a")], ("board",))
    desk.sync(desk.plan({**source, "groups": ["legal"]}))
    assert desk.seen_by() == {"a": ("board",), "b": ("legal",)}


def test_a_page_that_is_read_by_itself_is_not_opened_by_that(desk: Desk, site: Site) -> None:
    desk.sync(desk.plan({**a_site(site), "groups": ["deals"]}))
    store = desk.store
    content = desk.folder / "a.html"
    content.write_bytes(b"<p>Alpha works with Beta on other maps.</p>")
    again = Source(site.url("/a"), SourceKind.URL, Format.HTML, obtained=Obtained(content))
    job = IngestJob(
        store.catalog, desk.generations, store.settings.lock_path, store.embedder, loader=read
    )
    assert job.run([], obtained=[again]).changed == [site.url("/a")]
    assert desk.seen_by() == {"a": ("deals",), "b": ("deals",)}


def test_a_folder_has_groups_except_where_its_own_lists_say_others(
    desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    (folder / "board").mkdir(parents=True)
    (folder / "open.md").write_text("# Maps\n\nAlpha draws maps of the coast.\n")
    (folder / "own.md").write_text("---\ngroup: press\n---\n# Press\n\nBeta prints the maps.\n")
    (folder / "board" / "plan.md").write_text("# Plan\n\nGamma buys Alpha.\n")
    (folder / "sources.toml").write_text('["board/"]\ngroups = ["board"]\n')
    desk.sync(desk.plan({"folder": folder, "groups": ["deals"]}))
    assert desk.seen_by() == {"open.md": ("deals",), "own.md": ("deals",), "plan.md": ("board",)}
    desk.sync(desk.plan({"folder": folder}))
    assert desk.seen_by() == {"own.md": ("press",), "plan.md": ("board",)}


def test_documents_of_another_system_have_the_groups_of_their_source(
    desk: Desk,
) -> None:
    source = {"loader": "tests.integration.test_sync:wiki", "groups": ["deals"]}
    desk.sync(desk.plan(source))
    assert list(desk.seen_by().values()) == [("deals",)]


def wiki() -> list[RawDocument]:
    """What the loader of another system gives."""
    return [RawDocument(page_content="Alpha draws maps.", metadata={"source": "page-1"})]
