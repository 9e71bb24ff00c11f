"""Building, publishing, opening and removing index generations over real Chroma and tantivy."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import chromadb
import numpy as np
import pytest

from tests.builders import HashingEmbedder, make_document, make_version
from tests.live_server import until
from tests.store_trials import AFTER, BEFORE, Store, write_folder
from vectorstore.catalog import Catalog
from vectorstore.chroma import ChromaIndex, ChromaLocation, thaw
from vectorstore.config import StoreSettings
from vectorstore.errors import IndexCorruptError, IndexMismatchError, VerificationError
from vectorstore.generations import Generations
from vectorstore.live import LiveIndex
from vectorstore.maintenance import embed_again, rebuild, remove_sources, verify_store
from vectorstore.manifest import FILE_NAME, IndexIdentity
from vectorstore.verification import verify_in_child


@pytest.fixture(scope="module")
def twice_published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with two generations, the second of which serves."""
    root = tmp_path_factory.mktemp("published")
    with Store(root / "data") as store:
        write_folder(root / "articles", BEFORE)
        store.ingest(root / "articles")
        write_folder(root / "articles", AFTER)
        store.ingest(root / "articles")  # without --prune: five served, one of them changed
    return root / "data"


@pytest.fixture
def store(twice_published: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(twice_published, tmp_path / "data")
    with Store(tmp_path / "data") as opened:
        yield opened


def files_of(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def test_searching_leaves_every_file_as_it_was(store: Store) -> None:
    directory = store.generations.directory(2)
    before = {path: path.read_bytes() for path in files_of(directory)}
    store.served()
    store.served()
    assert {path: path.read_bytes() for path in files_of(directory)} == before


def test_additions_start_from_a_copy_and_give_what_a_rebuild_gives(tmp_path: Path) -> None:
    with Store(tmp_path / "data") as store:
        write_folder(tmp_path / "articles", BEFORE)
        store.ingest(tmp_path / "articles")
        write_folder(tmp_path / "articles", BEFORE | {"zeta.md": AFTER["zeta.md"]})
        store.ingest(tmp_path / "articles")
        served = store.served()
        assert store.problems() == ()
        rebuild(store.catalog, store.generations, store.settings.lock_path)
        assert store.served() == served
        assert "zeta.md" in served
        assert store.embedder.num_embedded == 5


def test_a_single_passage_and_a_single_addition_are_flushed_like_many(tmp_path: Path) -> None:
    with Store(tmp_path / "data") as store:
        for files in ({"one.md": "Only this."}, {"one.md": "Only this.", "two.md": "And this."}):
            write_folder(tmp_path / "articles", files)
            store.ingest(tmp_path / "articles")  # verifies that searching changes no file
            assert sorted(store.served()) == sorted(files)
            assert store.problems() == ()


def test_the_child_process_accepts_a_sound_index_and_refuses_a_changed_vector(store: Store) -> None:
    generations = Generations(store.catalog, store.settings, verifier=verify_in_child)
    assert generations.verify(2) == store_passages(store)
    base = store.generations.base_directory(1)
    index = ChromaIndex.open(ChromaLocation("passages", base / "chroma"))
    [(ids, matrix)] = list(index.stored())
    with store.catalog.read() as reader:
        served = reader.passage_ids()
    [*_, changed] = [n for n, name in enumerate(ids) if name in served]
    other = np.roll(matrix[changed], 1).astype(np.float32)
    thaw(base / "chroma")
    with closing(chromadb.PersistentClient(str(base / "chroma"))) as client:
        collection = client.get_collection("passages", embedding_function=None)
        collection.update(ids=[ids[changed]], embeddings=other[np.newaxis])
    index.close()
    rewrite_checksums(base)
    with pytest.raises(VerificationError, match="other vectors than the catalog"):
        generations.verify(2)


def store_passages(store: Store) -> int:
    with store.catalog.read() as reader:
        return reader.num_passages()


def rewrite_checksums(directory: Path) -> None:
    from vectorstore.manifest import Manifest, file_sum, generation_files

    manifest = Manifest.read(directory)
    sums = {name: file_sum(directory / name) for name in generation_files(directory)}
    manifest.files.clear()
    manifest.files.update(sums)
    manifest.write(directory)


def damage(path: Path, kind: str) -> None:
    content = path.read_bytes()
    if kind == "removed":
        path.unlink()
    elif kind == "emptied":
        path.write_bytes(b"")
    elif kind == "halved":
        path.write_bytes(content[: len(content) // 2])
    else:
        flipped = bytearray(content)
        for at in np.random.default_rng(1).integers(0, len(content), size=64):
            flipped[at] ^= 0xFF
        path.write_bytes(bytes(flipped))


@pytest.mark.parametrize("kind", ["removed", "emptied", "halved", "flipped"])
def test_any_torn_file_is_noticed_and_the_former_generation_serves(store: Store, kind: str) -> None:
    directory = store.generations.directory(2)
    assert count_noticed(store, directory, kind, "gen-000001 is served instead", 1) >= 8


@pytest.mark.parametrize("kind", ["removed", "emptied", "halved", "flipped"])
def test_torn_vectors_that_all_generations_share_are_replaced_by_those_in_the_catalog(
    store: Store, kind: str
) -> None:
    directory = store.generations.base_directory(1)
    problem = "gen-000002 is served without its index of vectors"
    assert count_noticed(store, directory, kind, problem, 2) >= 6


def count_noticed(store: Store, directory: Path, kind: str, expected: str, number: int) -> int:
    """Damage one file of a directory after another and see who serves; gives how many."""
    pristine = directory.with_name("pristine")
    shutil.copytree(directory, pristine)
    damaged = 0
    for path in files_of(directory):
        if not path.stat().st_size:
            continue
        damage(path, kind)
        live = LiveIndex(store.catalog, store.settings)
        try:
            with live.generation() as generation:
                assert generation.number == number
                assert len(generation.documents) == {1: 4, 2: 6}[number]
                vector = store.embedder.embed(["alpha works with beta"])[0]
                found = generation.vectors.search(vector, limit=9)
                assert sorted(name for name, _ in found) == generation.reader.passage_ids()
            problem = live.problem()
        finally:
            live.close()
        assert problem is not None
        assert f"{expected}, run `accord rebuild`" in problem
        shutil.rmtree(directory)
        shutil.copytree(pristine, directory)
        damaged += 1
    return damaged


def test_a_lost_segment_directory_is_noticed(store: Store) -> None:
    [segment] = [
        p for p in (store.generations.base_directory(1) / "chroma").iterdir() if p.is_dir()
    ]
    shutil.rmtree(segment)
    with pytest.raises(IndexCorruptError, match="missing"):
        store.generations.open(2)


def test_without_a_former_generation_the_error_names_the_mending_command(store: Store) -> None:
    rebuild(store.catalog, store.generations, store.settings.lock_path)
    for number in store.catalog.generations():
        (store.generations.directory(number) / FILE_NAME).write_text("{", encoding="utf-8")
    live = LiveIndex(store.catalog, store.settings)
    with pytest.raises(IndexCorruptError, match="run `accord rebuild`"), live.generation():
        pass
    rebuild(store.catalog, store.generations, store.settings.lock_path)
    assert store.problems() == ()
    with live.generation() as generation:
        assert len(generation.documents) == 6
    live.close()
    assert store.embedder.num_embedded == 0


@pytest.mark.parametrize(
    ("wanted", "command"),
    [
        (IndexIdentity("another-model", 32), "accord rebuild --embed"),
        (IndexIdentity("hashing-32", 64), "accord rebuild --embed"),
        (IndexIdentity("hashing-32", 32, "another-chunker"), "accord ingest --force PATH"),
    ],
    ids=["embedder", "dimension", "chunker"],
)
def test_an_index_of_something_else_is_refused_with_the_command(
    store: Store, wanted: IndexIdentity, command: str
) -> None:
    with pytest.raises(IndexMismatchError, match=command):
        store.generations.open(2, wanted)


def test_an_index_of_another_format_is_refused_with_the_command(store: Store) -> None:
    path = store.generations.directory(2) / FILE_NAME
    fields = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(fields | {"format": 99}), encoding="utf-8")
    with pytest.raises(IndexMismatchError, match="format 99.*accord rebuild"):
        store.generations.open(2)
    [problem] = store.problems()
    assert problem.endswith("has format 99, this program reads 2; run `accord rebuild`")


def test_embedding_again_changes_vectors_and_keeps_everything_else(store: Store) -> None:
    served = store.served()
    other = HashingEmbedder(16, name="other")
    number = embed_again(store.catalog, store.generations, store.settings.lock_path, other)
    assert store.served() == served
    assert store.catalog.identity(number).embedder == "other-16"
    assert store.catalog.identity(number).dimension == 16


def test_vectors_of_two_embedders_are_never_published_together(tmp_path: Path) -> None:
    settings = StoreSettings(tmp_path)
    catalog = Catalog(settings.catalog_url)
    one = make_version(make_document("/a.md"))
    two = make_version(make_document("/b.md", "Other text."), HashingEmbedder(name="other"))
    keys = catalog.stage([one, two])
    names = [version.prepared.document.id for version in (one, two)]
    with pytest.raises(IndexMismatchError, match="accord rebuild --embed"):
        Generations(catalog, settings).publish(dict(zip(names, keys, strict=True)))
    assert catalog.current_generation() is None
    catalog.close()


def test_an_empty_library_can_be_published_and_searched(store: Store) -> None:
    with store.catalog.read() as reader:
        everything = reader.document_ids()
    remove_sources(store.catalog, store.generations, store.settings.lock_path, everything)
    live = LiveIndex(store.catalog, store.settings, identity=IndexIdentity("hashing-32", 32))
    with live.generation() as generation:
        assert generation.documents == []
        assert generation.lexical.search("alpha", limit=5) == []
        assert generation.vectors.search(store.embedder.embed(["alpha"])[0], limit=5) == []
    live.close()
    assert verify_store(store.catalog, store.generations).problems == ()


def test_no_byte_of_a_removed_document_is_left(tmp_path: Path) -> None:
    texts = {
        f"note{n}.md": f"Secretword{n} is in sentence one. Hiddenterm{n} follows it. Nothing else."
        for n in range(12)
    }
    write_folder(tmp_path / "articles", texts)
    data_dir = tmp_path / "data"
    with Store(data_dir) as store:
        store.ingest(tmp_path / "articles")
        write_folder(tmp_path / "articles", {k: f"{v} Changed." for k, v in texts.items()})
        store.ingest(tmp_path / "articles")  # so that there are superseded versions, too
        gone = [str((tmp_path / "articles" / f"note{n}.md").resolve()) for n in (3, 7)]
        traces = [trace for uri in gone for trace in traces_of(store, uri)]
        assert all(found_in(data_dir, trace) for trace in traces)
        remove_sources(store.catalog, store.generations, store.settings.lock_path, gone)
        # Chroma's own threads let go of former files a moment after they are told to.
        until(lambda: not any(found_in(data_dir, trace) for trace in traces))
        assert len(store.served()) == 10
        assert store.problems() == ()


def traces_of(store: Store, uri: str) -> list[bytes]:
    """Words of a document that occur nowhere else, and its vectors as they are stored."""
    [number] = [c for c in Path(uri).stem if c.isdigit()]
    rows = """
        SELECT vectors.passage FROM vectors
        JOIN versions ON versions.key = vectors.version_key
        JOIN documents ON documents.id = versions.document_id WHERE documents.uri = ?
    """
    with contextlib.closing(sqlite3.connect(store.settings.data_dir / "catalog.db")) as database:
        blobs = [blob for row in database.execute(rows, [uri]) for blob in row]
    assert len(blobs) == 2  # two versions of one passage each
    return [f"Secretword{number}".encode(), f"Hiddenterm{number}".encode(), *blobs]


def found_in(directory: Path, trace: bytes) -> bool:
    return any(trace in path.read_bytes() for path in files_of(directory))


def test_a_second_writer_is_refused_at_once_with_exit_code_75(store: Store, tmp_path: Path) -> None:
    from vectorstore.lock import writer_lock

    (tmp_path / "note.md").write_text("# Note\n\nA sentence.\n", encoding="utf-8")
    code = "import sys; from app.main import main; sys.exit(main(sys.argv[1:]))"
    with writer_lock(store.settings.lock_path):
        done = subprocess.run(
            [sys.executable, "-c", code, "ingest", str(tmp_path / "note.md")],
            env={"ACCORD_DATA_DIR": str(store.settings.data_dir), "PATH": ""},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 75
    assert "nother ingest job is writing" in done.stderr
    assert "Traceback" not in done.stderr
