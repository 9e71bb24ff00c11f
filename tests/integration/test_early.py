"""A long run serves new documents, whole ones, before it ends, and changes nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ingest import job
from ingest.config import IngestOptions
from ingest.job import IngestJob
from tests.builders import HashingEmbedder
from tests.store_trials import (
    AFTER,
    BEFORE,
    Store,
    at_every_group,
    read_plain,
    start_ingest,
    write_folder,
)
from vectorstore import failpoints
from vectorstore.types import EVERYBODY, FloatMatrix

TIMEOUT_S = 120
NEW = {name: text for name, text in AFTER.items() if name not in BEFORE and name != "zeta-copy.md"}
POINTS = ("catalog.begin.after_commit", "generation.rename", "catalog.flip.after_commit")
ALL_POINTS = [
    name for name in failpoints.NAMES if not name.startswith(("base.", "catalog.erasures"))
]


class WatchingEmbedder(HashingEmbedder):
    """Notes before each batch what everybody can read."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.seen: list[dict[str, str]] = []

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        with self.store.catalog.read() as reader:
            seen = reader.seen_by(EVERYBODY, reader.hidden_from(EVERYBODY))
            self.seen.append(
                {
                    Path(each.uri).name: seen.document(each.id).document.text
                    for each in (seen.documents() if reader.generation is not None else ())
                }
            )
        return super().embed(texts)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return (tmp_path / "articles").resolve()


@pytest.fixture
def _one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "GROUP_PASSAGES", 1)


def ingest_early(
    store: Store, folder: Path, embedder: HashingEmbedder, options: IngestOptions | None = None
) -> job.IngestReport:
    return IngestJob(
        store.catalog,
        store.generations,
        store.settings.lock_path,
        embedder,
        options or IngestOptions(prune=True),
        loader=read_plain,
        early=at_every_group(),
    ).run([str(folder)])


@pytest.mark.usefixtures("_one_by_one")
def test_a_first_run_serves_whole_documents_one_after_another(store: Store, folder: Path) -> None:
    write_folder(folder, BEFORE)
    embedder = WatchingEmbedder(store)
    report = ingest_early(store, folder, embedder)
    assert [len(seen) for seen in embedder.seen] == [0, 1, 2, 3]
    whole = store.served()
    assert all(seen.items() <= whole.items() for seen in embedder.seen)
    assert sorted(whole) == sorted(BEFORE)
    assert sorted(Path(uri).name for uri in report.added) == sorted(BEFORE)
    assert (report.documents, report.passages_embedded) == (4, 4)
    assert store.problems() == ()
    assert store.leftovers() == []


@pytest.mark.usefixtures("_one_by_one")
def test_what_was_served_stays_as_it_was_until_the_run_ends(store: Store, folder: Path) -> None:
    write_folder(folder, BEFORE)
    store.ingest(folder)
    before = store.served()
    write_folder(folder, AFTER)
    embedder = WatchingEmbedder(store)
    ingest_early(store, folder, embedder)
    after = store.served()
    assert [seen.keys() - before.keys() for seen in embedder.seen] == [
        set(),
        set(),
        {"epsilon.md"},
    ]
    assert all(before.items() <= seen.items() for seen in embedder.seen)
    assert sorted(after) == ["alpha.md", "beta.md", "delta.md", "epsilon.md", "zeta-copy.md"]
    assert after["beta.md"] != before["beta.md"]
    assert store.problems() == ()


@pytest.mark.usefixtures("_one_by_one")
def test_what_is_for_some_is_never_seen_by_others(store: Store, folder: Path) -> None:
    write_folder(folder, BEFORE)
    embedder = WatchingEmbedder(store)
    ingest_early(store, folder, embedder, IngestOptions(groups=("board",)))
    assert embedder.seen == [{}, {}, {}, {}]
    assert len(store.catalog.access()) == len(store.served()) == 4


@pytest.mark.usefixtures("_one_by_one")
def test_nothing_is_served_early_beside_what_another_model_embedded(
    store: Store, folder: Path
) -> None:
    write_folder(folder, BEFORE)
    store.embedder = HashingEmbedder(name="former")
    store.ingest(folder)
    before = store.served()
    write_folder(folder, BEFORE | NEW)
    embedder = WatchingEmbedder(store)
    ingest_early(store, folder, embedder)
    assert all(seen == before for seen in embedder.seen)
    assert len(store.served()) == 6


@pytest.mark.usefixtures("_one_by_one")
def test_what_a_killed_run_had_stored_is_not_embedded_again_after_an_early_flip(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    write_folder(folder, BEFORE)
    process = start_ingest(tmp_path / "data", folder, ("generation.verified", 1))
    process.join(TIMEOUT_S)
    assert len(store.catalog.staged_versions()) == 4
    # Only three of them are named at first, and these are served early, beside a new one.
    (folder / "delta.md").rename(tmp_path / "delta.md")
    write_folder(tmp_path / "new", NEW)
    embedder = HashingEmbedder()
    run = IngestJob(
        store.catalog,
        store.generations,
        store.settings.lock_path,
        embedder,
        loader=read_plain,
        early=at_every_group(),
    )
    staged: list[int] = []
    run.keep = lambda _: staged.append(len(store.catalog.staged_versions()))
    run.run([str(folder), str(tmp_path / "new")])
    assert staged == [4, 1]  # delta's is there still when the others are served
    assert embedder.num_embedded == len(NEW)


@pytest.mark.parametrize("name", POINTS)
def test_a_kill_between_leaves_whole_documents_and_the_next_run_embeds_the_others(
    name: str, store: Store, folder: Path, tmp_path: Path
) -> None:
    assert_kill_is_survived(name, 2, store, folder, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("name", ALL_POINTS)
def test_a_kill_at_any_point(
    name: str, nth: int, store: Store, folder: Path, tmp_path: Path
) -> None:
    assert_kill_is_survived(name, nth, store, folder, tmp_path)


def assert_kill_is_survived(
    name: str, nth: int, store: Store, folder: Path, tmp_path: Path
) -> None:
    write_folder(folder, BEFORE)
    process = start_ingest(tmp_path / "data", folder, (name, nth), early=True)
    process.join(TIMEOUT_S)
    assert process.exitcode in (0, failpoints.KILLED_EXIT_CODE)
    served = store.served() if store.catalog.current_generation() is not None else {}
    stored = len(store.catalog.live_versions()) + len(store.catalog.staged_versions())
    assert len(served) <= stored
    store.ingest(folder)
    assert store.embedder.num_embedded == len(BEFORE) - stored
    whole = store.served()
    assert served.items() <= whole.items()
    assert sorted(whole) == sorted(BEFORE)
    assert store.problems() == ()
    assert store.leftovers() == []
    assert store.catalog.staged_versions() == {}
