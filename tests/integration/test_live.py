"""A server sees each published run within two seconds, and every request one generation."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders import make_document, make_version
from tests.store_trials import Store
from vectorstore.errors import IndexMismatchError, NoIndexError
from vectorstore.groups import Stated
from vectorstore.live import LiveIndex
from vectorstore.maintenance import remove_sources
from vectorstore.manifest import IndexIdentity
from vectorstore.types import EVERYBODY, UNRESTRICTED, Audience

PATIENCE_S = 30.0  # of a busy machine; what is claimed is measured by the benchmark


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data") as opened:
        yield opened


def publish(store: Store, edition: int, num_documents: int = 3) -> int:
    """Serve documents that all say the same edition."""
    new = [
        make_version(
            make_document(f"/{n}.md", f"Edition {edition} of note {n}. Words follow. End."),
            store.embedder,
        )
        for n in range(num_documents)
    ]
    keys = store.catalog.stage(new)
    names = [version.prepared.document.id for version in new]
    return store.generations.publish(dict(zip(names, keys, strict=True)))


def open_files() -> list[str]:
    """What this process holds open."""
    links = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            links.append(str(link.readlink()))
    return links


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


def test_without_an_index_the_error_says_what_to_do(store: Store) -> None:
    live = LiveIndex(store.catalog, store.settings)
    with pytest.raises(NoIndexError, match="run `accord ingest PATH`"), live.generation():
        pass
    assert live.problem() == "nothing has been ingested yet; run `accord ingest PATH`"
    publish(store, 1)
    assert live.problem() is None
    live.close()


def test_the_next_request_after_a_flip_is_served_from_the_new_generation(store: Store) -> None:
    live = LiveIndex(store.catalog, store.settings)
    publish(store, 1)
    with live.generation() as generation:
        assert generation.name == "gen-000001"
        number = publish(store, 2)
        # This request goes on with what it began with.
        [passage, *_] = generation.reader.passages(generation.reader.passage_ids())
        assert "Edition 1" in passage.text
        assert generation.vectors.search(store.embedder.embed(["edition"])[0], limit=9)
    with live.generation() as generation:
        assert generation.number == number
        [passage, *_] = generation.reader.passages(generation.reader.passage_ids())
        assert "Edition 2" in passage.text
    live.close()


def test_what_is_read_once_is_read_again_of_the_next_generation_and_by_other_eyes(
    store: Store,
) -> None:
    live = LiveIndex(store.catalog, store.settings)
    publish(store, 1)
    [first, *_] = store.catalog.live_versions()
    store.catalog.flip(1, access={first: Stated(("board",), "set by hand")})

    def titles(audience: Audience = UNRESTRICTED) -> int:
        with live.generation(audience) as generation:
            return len(generation.once("documents", generation.reader.documents))

    assert [titles(), titles(EVERYBODY), titles(), titles(EVERYBODY)] == [3, 2, 3, 2]
    publish(store, 2, num_documents=5)
    assert [titles(), titles(EVERYBODY)] == [5, 4]
    live.close()


def test_a_watching_index_moves_over_without_any_request(store: Store) -> None:
    publish(store, 1)
    live = LiveIndex(store.catalog, store.settings, watch=True)
    with live.generation() as generation:
        assert generation.number == 1
    number = publish(store, 2)
    wait_until(lambda: live._service is not None and live._service.opened.number == number)
    live.close()


def test_the_former_generation_is_closed_when_its_last_request_ends(store: Store) -> None:
    publish(store, 1)
    live = LiveIndex(store.catalog, store.settings)
    with live.generation() as first:
        publish(store, 2)
        with live.generation() as second:
            assert second.number == 2
        query = store.embedder.embed(["edition"])[0]
        assert len(first.vectors.search(query, limit=9)) == 3  # still open
    # Chroma's own threads close the database, a moment after they were told to.
    wait_until(lambda: not [name for name in open_files() if "-000001" in name])
    assert [name for name in open_files() if "gen-000002" in name]
    assert [name for name in open_files() if "vectors-000002" in name]
    live.close()


def test_erasing_waits_for_readers_and_they_never_meet_an_error(store: Store) -> None:
    publish(store, 1)
    live = LiveIndex(store.catalog, store.settings, watch=True)
    with live.generation() as generation:
        gone = generation.documents[0]
    remove_sources(store.catalog, store.generations, store.settings.lock_path, [gone])
    with live.generation() as generation:
        assert gone not in generation.documents
        assert len(generation.documents) == 2
    live.close()


def test_what_keeps_a_new_generation_from_being_served_is_logged_once(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.live.POLL_S", 0.01)
    looked: list[int] = []

    def fails() -> str:
        looked.append(1)
        raise IndexMismatchError("another format")

    monkeypatch.setattr(store.catalog, "current_generation", fails)
    live = LiveIndex(store.catalog, store.settings, watch=True)
    wait_until(lambda: len(looked) > 3)
    live.close()
    assert [record.message for record in caplog.records] == [
        "looking for a new generation failed: another format"
    ]


def test_another_embedder_is_refused(store: Store) -> None:
    publish(store, 1)
    live = LiveIndex(store.catalog, store.settings, identity=IndexIdentity("minilm", 384))
    with pytest.raises(IndexMismatchError, match="accord rebuild --embed"), live.generation():
        pass
    live.close()


def test_queries_during_runs_see_whole_generations_in_order(store: Store) -> None:
    """Each request finds one edition only, and no thread ever goes back to an older one."""
    publish(store, 0)
    live = LiveIndex(store.catalog, store.settings, watch=True)
    done = threading.Event()
    problems: list[str] = []
    counts: list[int] = []

    def ask(seed: int) -> None:
        rng = random.Random(seed)
        last, count = -1, 0
        vector = store.embedder.embed(["edition note words"])[0]
        while not done.is_set() or count < 50:
            try:
                with live.generation() as generation:
                    found = generation.vectors.search(vector, limit=rng.randint(1, 5))
                    found += generation.lexical.search("edition note", limit=3)
                    passages = generation.reader.passages([name for name, _ in found])
                    sentences = generation.reader.sentences([name for name, _ in found])
            except Exception as error:  # noqa: BLE001 - whatever a reader meets is a failure
                problems.append(repr(error))
                return
            editions = {passage.text.split()[1] for passage in passages}
            if len(editions) != 1 or len(passages) != len(found) or not sentences:
                problems.append(f"{generation.name}: {editions}, {len(passages)} of {len(found)}")
            if generation.number < last:
                problems.append(f"went back from {last} to {generation.number}")
            last, count = generation.number, count + 1
        counts.append(count)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for edition in range(1, 11):
        publish(store, edition, num_documents=3 + edition % 2)
    done.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    with live.generation() as generation:
        assert generation.number == 11
    live.close()
    assert problems == []
    assert len(counts) == 4
    assert sum(counts) >= 200
