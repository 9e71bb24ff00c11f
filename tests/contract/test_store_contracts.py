"""One body for each seam, run on every implementation that the store may be set up with."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.builders import HashingEmbedder, make_document, make_version
from tests.store_trials import verify_here
from vectorstore.catalog import Catalog
from vectorstore.chroma import ChromaIndex, ChromaLocation, collections_on_server
from vectorstore.config import StoreSettings
from vectorstore.errors import IndexCorruptError, StoreLockedError, UnknownDocumentError
from vectorstore.generations import Generations
from vectorstore.live import LiveIndex
from vectorstore.maintenance import remove_sources, verify_store
from vectorstore.protocols import LexicalIndex, PassageIndex
from vectorstore.types import Filters

SERVER_START_S = 60.0


def with_driver(url: str) -> str:
    return re.sub(r"^postgresql:", "postgresql+psycopg:", url)


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("chroma")
    folder = tmp_path_factory.mktemp("chroma")
    command = [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    try:
        process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        pytest.skip(f"`chroma run` cannot be started here: {error}")
    try:
        deadline = time.monotonic() + SERVER_START_S
        while process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            pytest.skip("`chroma run` does not answer here")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.campaign)])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    if request.param == "postgresql":
        url = with_driver(request.getfixturevalue("postgres_url"))
    opened = Catalog(url)
    yield opened
    if request.param == "postgresql":
        from vectorstore import schema

        schema.tables.drop_all(opened._engine)
    opened.close()


@pytest.fixture(params=["embedded", pytest.param("server", marks=pytest.mark.campaign)])
def chroma(request: pytest.FixtureRequest, tmp_path: Path) -> ChromaLocation:
    if request.param == "embedded":
        return ChromaLocation("passages", tmp_path / "chroma")
    url = request.getfixturevalue("chroma_url")
    return ChromaLocation(f"accord-test-{tmp_path.name}"[-60:], tmp_path, url)


def serve(catalog: Catalog, *texts: str) -> int:
    new = [
        make_version(make_document(f"/{n}.md", text), HashingEmbedder())
        for n, text in enumerate(texts)
    ]
    keys = catalog.stage(new)
    number = catalog.begin_generation(
        {v.prepared.document.id: key for v, key in zip(new, keys, strict=True)}
    )
    catalog.flip(number)
    return number


class TestCatalog:
    def test_a_catalog_of_the_first_format_is_brought_to_this_one(self, catalog: Catalog) -> None:
        prepared = make_document()
        [key] = catalog.stage([make_version(prepared)])
        catalog.flip(catalog.begin_generation({prepared.document.id: key}))
        kind = "BYTEA" if catalog._engine.dialect.name == "postgresql" else "BLOB"
        with catalog._engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE vectors ADD COLUMN sentences {kind}")
            connection.exec_driver_sql("ALTER TABLE vectors DROP COLUMN packed")
            connection.exec_driver_sql("UPDATE catalog_info SET value = '1' WHERE key = 'schema'")
        for _ in range(2):  # the second time there is nothing to do
            opened = Catalog(catalog.url)
            with opened.read() as reader:
                assert reader.prepared(prepared.document.id) == prepared
            with opened._engine.connect() as connection:
                rows = connection.exec_driver_sql("SELECT * FROM vectors")
                assert list(rows.keys()) == ["version_key", "ordinal", "passage", "packed"]
                rows.close()
            assert opened.integrity_problems() == []
            opened.close()

    def test_documents_passages_and_vectors_come_back(self, catalog: Catalog) -> None:
        prepared = make_document()
        new = make_version(prepared)
        [key] = catalog.stage([new])
        catalog.flip(catalog.begin_generation({prepared.document.id: key}))
        ids = [passage.id for passage in prepared.passages]
        with catalog.read() as reader:
            assert reader.prepared(prepared.document.id) == prepared
            assert [each.passage for each in reader.passages(ids)] == list(prepared.passages)
            names, matrix = reader.passage_vectors(ids)
            sentences = reader.sentences(ids)
            assert reader.passage_ids() == ids
            assert reader.document_ids(Filters(publishers=("example press",)))
        assert names == ids
        np.testing.assert_array_equal(matrix, new.passage_vectors)
        assert [len(sentences[name].texts) for name in ids] == [3, 1]

    def test_old_versions_stay_until_erased(self, catalog: Catalog) -> None:
        first, second = make_document("/0.md", "First text."), make_document("/0.md", "Second.")
        serve(catalog, "First text.")
        serve(catalog, "Second.")
        name = first.document.id
        with catalog.read() as reader:
            old = reader.document(name, first.document.version[:12])
            assert (old.document.text, old.is_current) == ("First text.", False)
            assert old.current_version == second.document.version
        catalog.flip(catalog.begin_generation({}), erase=[name])
        with catalog.read() as reader, pytest.raises(UnknownDocumentError):
            reader.document(name, first.document.version)
        assert catalog.purge()

    def test_a_reader_keeps_its_moment(self, catalog: Catalog) -> None:
        serve(catalog, "First text.")
        with catalog.read() as reader:
            [before] = reader.documents()
            serve(catalog, "Second.")
            assert reader.documents() == [before]
        with catalog.read() as reader:
            assert reader.documents() != [before]

    def test_one_writer_at_a_time_on_a_shared_database(self, catalog: Catalog) -> None:
        if catalog.url.startswith("sqlite"):
            pytest.skip("SQLite is never shared between machines; the lock file does it")
        other = Catalog(catalog.url)
        with catalog.sole_writer():
            with pytest.raises(StoreLockedError, match="another ingest job"), other.sole_writer():
                pass
            assert serve(catalog, "First text.")
        with other.sole_writer():
            pass
        other.close()

    def test_runs_are_kept(self, catalog: Catalog) -> None:
        from datetime import UTC, datetime

        started = datetime(2019, 1, 15, 12, tzinfo=UTC)
        catalog.record_run(started, {"added": ["/a.md"]})
        [run] = catalog.runs()
        assert (run.started, run.report) == (started, {"added": ["/a.md"]})

    def test_reports_of_old_runs_are_forgotten(
        self, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from datetime import UTC, datetime

        monkeypatch.setattr("vectorstore.run_records.KEPT_RUNS", 3)
        numbers = [
            catalog.record_run(datetime(2019, 1, day, tzinfo=UTC), {"day": day})
            for day in range(1, 6)
        ]
        assert [run.report["day"] for run in catalog.runs(limit=10)] == [5, 4, 3]
        assert catalog.last_run() == numbers[-1]

    def test_what_is_sound_is_found_sound(self, catalog: Catalog) -> None:
        serve(catalog, "First text.", "Second text.")
        catalog.discard()
        assert catalog.integrity_problems() == []


class TestPassageIndex:
    def test_the_nearest_come_first_with_their_cosines(self, chroma: ChromaLocation) -> None:
        index, matrix = filled(chroma)
        found = index.search(matrix[3], limit=5)
        cosines = matrix @ matrix[3]
        expected = sorted(range(len(matrix)), key=lambda n: -cosines[n])[:5]
        assert [name for name, _ in found] == [f"p{n:03d}" for n in expected]
        assert [score for _, score in found] == pytest.approx(
            [float(cosines[n]) for n in expected], abs=1e-5
        )
        index.close()

    def test_documents_restrict(self, chroma: ChromaLocation) -> None:
        index, matrix = filled(chroma)
        protocol: PassageIndex = index
        found = protocol.search(matrix[3], limit=100, document_ids=["d1", "d9", "unknown"])
        assert {int(name[1:]) % 10 for name, _ in found} == {1, 9}
        assert len(found) == 20
        assert protocol.search(matrix[3], limit=5, document_ids=[]) == []
        assert protocol.search(matrix[3], limit=0) == []
        index.close()

    def test_everything_stored_can_be_read_back(self, chroma: ChromaLocation) -> None:
        index, matrix = filled(chroma)
        for names, rows in index.stored():
            numbers = [int(name[1:]) for name in names]
            np.testing.assert_allclose(rows, matrix[numbers], atol=1e-6)
        assert index.count() == len(matrix)
        index.close()

    def test_creating_again_starts_empty(self, chroma: ChromaLocation) -> None:
        if chroma.url is None:
            pytest.skip("an embedded collection is always made in a new directory")
        filled(chroma)[0].close()
        index = ChromaIndex.create(chroma)
        assert index.count() == 0
        index.close()

    def test_a_collection_that_is_not_there_is_an_error(self, chroma: ChromaLocation) -> None:
        absent = ChromaLocation("absent", chroma.directory, chroma.url)
        with pytest.raises(IndexCorruptError):
            ChromaIndex.open(absent)
        assert not chroma.directory.joinpath("chroma.sqlite3").exists()


def filled(location: ChromaLocation) -> tuple[ChromaIndex, Any]:
    """A hundred passages of ten documents."""
    matrix = np.random.default_rng(5).normal(size=(100, 16)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    index = ChromaIndex.create(location)
    index.add((f"p{n:03d}", f"d{n % 10}", row.tobytes()) for n, row in enumerate(matrix))
    return index, matrix


@pytest.mark.campaign
def test_a_whole_store_on_servers(postgres_url: str, chroma_url: str, tmp_path: Path) -> None:
    postgres_url = with_driver(postgres_url)
    """Publish, search from another machine's empty data directory, erase: all on shared servers."""
    settings = StoreSettings(tmp_path / "writer", postgres_url, chroma_url)
    catalog = Catalog(settings.catalog_url)
    generations = Generations(catalog, settings, verifier=verify_here)
    embedder = HashingEmbedder()
    new = [
        make_version(make_document(f"/{n}.md", f"Note {n} is about partner{n}. It ends."), embedder)
        for n in range(5)
    ]
    keys = catalog.stage(new)
    names = [version.prepared.document.id for version in new]
    generations.publish(dict(zip(names, keys, strict=True)))
    assert verify_store(catalog, generations).problems == ()

    replica = LiveIndex(catalog, StoreSettings(tmp_path / "replica", postgres_url, chroma_url))
    with replica.generation() as generation:
        lexical: LexicalIndex = generation.lexical
        [(by_words, _)] = lexical.search("partner3", limit=1)
        [(by_vector, cosine)] = generation.vectors.search(new[3].passage_vectors[0], limit=1)
        assert by_words == by_vector == new[3].prepared.passages[0].id
        assert cosine == pytest.approx(1.0, abs=1e-5)
    remove_sources(catalog, generations, settings.lock_path, ["/3.md"])
    with replica.generation() as generation:
        assert len(generation.documents) == 4
        assert generation.lexical.search("partner3", limit=1) == []
    replica.close()
    location = ChromaLocation("any", tmp_path, chroma_url)
    prefix = f"accord-{catalog.name}"
    assert collections_on_server(location, prefix) == [f"{prefix}-000003"]

    from vectorstore import schema

    schema.tables.drop_all(catalog._engine)
    catalog.close()
