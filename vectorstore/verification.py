"""Proof that an index holds exactly what the catalog holds, made before it is published.

In a child process, because a damaged Chroma directory can end the process that opens it, hang it,
or make it write without end (each was seen).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vectorstore.bases import Layers
from vectorstore.catalog import Catalog
from vectorstore.chroma import ChromaIndex, ChromaLocation
from vectorstore.errors import VectorStoreError, VerificationError
from vectorstore.graph_file import graph_files
from vectorstore.lexical import TantivyIndex
from vectorstore.manifest import Manifest, versions_digest
from vectorstore.reader import CatalogReader
from vectorstore.types import DocumentId, FloatMatrix, PassageId

# Chroma scales vectors to unit length again: a float32 differs in its last digit then.
VECTOR_TOLERANCE = 1e-6
SAMPLED = 16  # of so many parts of files taken over, and documents, a change looks at one
MAX_SAMPLED_DOCUMENTS = 64
TIMEOUT_S = 60.0
TIMEOUT_S_PER_PASSAGE = 0.005  # 50 times what it takes
MAX_FILE_BYTES = 1 << 30  # nothing is written by reading; a damaged graph was seen to grow to 70 GB
MAX_MEMORY_BYTES = 16 << 30  # of address space, most of which is reserved and never touched
MAX_MEMORY_BYTES_PER_PASSAGE = 50_000


@dataclass(frozen=True, slots=True)
class VerificationTask:
    """What a child is told."""

    catalog_url: str
    generation: int
    directory: str
    base: int
    """The generation whose vectors it builds on."""
    base_directory: str
    """Empty where they are on a server."""
    collection: str
    chroma_url: str | None = None
    former_base: int | None = None
    """The one that this base was copied from, if what was copied need not be compared again."""
    former_base_directory: str = ""


def verify(task: VerificationTask) -> None:
    """Compare an index with the catalog: files, ids, and every vector.

    Of a base that was copied, with the base that it was copied from: every vector of that was
    compared when it was made, and stands in the same place of the copy, byte for byte, unless it
    was removed; so what came to it is compared with the catalog, and a sample of the rest.

    Raises:
        VerificationError: Saying what differs.
    """
    directory = Path(task.directory)
    catalog = Catalog(task.catalog_url)
    try:
        manifest = _read_manifest(directory, task.base)
        manifest.check_files(directory)
        base = Path(task.base_directory) if task.base_directory else None
        if base is not None:
            _read_manifest(base, task.base).check_files(base)
        location = ChromaLocation(task.collection, (base or directory) / "chroma", task.chroma_url)
        vectors = ChromaIndex.open(location)
        try:
            with catalog.read(task.generation) as reader:
                _check_versions(manifest, reader.served_versions())
                expected = reader.passage_ids()
                if task.former_base is None:
                    _check_vectors(vectors, reader, set(expected), reader.layers(task.base))
                else:
                    _check_copy(vectors, reader, set(expected), task)
        finally:
            vectors.close()
        found = TantivyIndex.open(directory / "lexical").passage_ids()
        _same_ids("the lexical index", found, set(expected))
        manifest.check_files(directory)  # searching must not have changed them
        if base is not None:
            Manifest.read(base).check_files(base)
    finally:
        catalog.close()


def verify_change(catalog: Catalog, generation: int, former: int, directory: Path) -> None:
    """Compare what a generation changes of a former one with the catalog, and a sample of the rest.

    `SAMPLED` generations in a row look at everything. Every vector of a base was compared when it
    was made, and its files are looked at in the same way before anything builds on them; vectors
    beside it are read from the catalog itself.

    Args:
        catalog: Knows both.
        generation: The new one.
        former: The one that it was made from.
        directory: Of the new one.

    Raises:
        VerificationError: Saying what differs.
        IndexCorruptError: If a file that was taken over is not what it was.
    """
    manifest = Manifest.read(directory)
    manifest.check_sample(directory, generation, SAMPLED)
    before = catalog.generation_versions(former)
    lexical = TantivyIndex.open(directory / "lexical")
    with catalog.read(generation) as reader:
        served = reader.served_versions()
        _check_versions(manifest, served)
        total = sum(size for _, size in served.values())
        if lexical.num_passages != total:
            raise VerificationError(
                f"the lexical index holds {lexical.num_passages} passages, the catalog {total}"
            )
        looked_at = {name for name, (key, _) in served.items() if before.get(name) != key}
        looked_at |= set(_sample(served, generation))
        expected = sorted(reader.passage_ids(looked_at))
    gone = before.keys() - served.keys()
    found = lexical.passage_ids_of(sorted(looked_at | gone))
    _same_ids("the lexical index", found, set(expected))


def verify_in_child(task: VerificationTask, num_passages: int) -> None:
    """`verify` in a process of its own, with limits on time, memory and what it may write.

    Raises:
        VerificationError: If the index differs, or the child crashed or came to a limit.
    """
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    message = json.dumps(
        {"num_passages": num_passages} | {n: getattr(task, n) for n in task.__slots__}
    )
    timeout_s = TIMEOUT_S + TIMEOUT_S_PER_PASSAGE * num_passages
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", "vectorstore.verification"],
            input=message,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            env={**os.environ, "PYTHONPATH": path},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise VerificationError(f"checking {task.directory} took over {timeout_s:.0f} s") from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"the child ended with {done.returncode}"]
        raise VerificationError(f"the new index is not sound and was not published: {lines[-1]}")


def _check_vectors(
    vectors: ChromaIndex, reader: CatalogReader, expected: set[PassageId], layers: Layers
) -> None:
    """All of the base: what is served of it with its vector, what is not by the number alone."""
    seen: list[PassageId] = []
    dead = 0
    for ids, matrix in vectors.stored():
        live = [n for n, name in enumerate(ids) if name.partition(":")[0] not in layers.dead]
        dead += len(ids) - len(live)
        names = [ids[n] for n in live]
        known, truth = reader.passage_vectors(names)
        if known != names:
            raise VerificationError(f"Chroma holds {len(names) - len(known)} unknown passages")
        if names and not _is_close(matrix[live], truth):
            raise VerificationError("Chroma holds other vectors than the catalog")
        seen.extend(names)
    _same_ids("Chroma", seen, expected - set(layers.recent_ids))
    if dead != sum(layers.dead.values()):
        raise VerificationError(
            f"Chroma holds {dead} passages that are served no more, "
            f"the catalog names {sum(layers.dead.values())}"
        )


def _check_copy(
    vectors: ChromaIndex, reader: CatalogReader, expected: set[PassageId], task: VerificationTask
) -> None:
    """Ids of all; what was copied with what it was copied from; what came, and a sample."""
    assert task.former_base is not None  # noqa: S101 - the caller looked
    _same_ids("Chroma", vectors.ids(), expected)
    now, former = (
        graph_files(Path(each) / "chroma")
        for each in (task.base_directory, task.former_base_directory)
    )
    pairs = zip(now, former, strict=False)
    if len(former) > len(now) or not all(graph.keeps(old) for graph, old in pairs):
        raise VerificationError("Chroma changed vectors of the base that it was to take over")
    if sum(graph.num_live() for graph in now) != len(expected):
        raise VerificationError("Chroma's graph leads to more or fewer passages than it names")
    looked_at = set(reader.recent_documents(task.former_base))
    looked_at |= set(_sample(reader.served_versions(), task.generation))
    wanted = sorted(reader.passage_ids(looked_at))
    names, matrix = vectors.vectors_of(wanted)
    _same_ids("Chroma", names, set(wanted))
    known, truth = reader.passage_vectors(names)
    if known != names or not _is_close(matrix, truth):
        raise VerificationError("Chroma holds other vectors than the catalog")


def _sample(documents: Iterable[DocumentId], turn: int) -> list[DocumentId]:
    """Other documents at each turn."""
    return sorted(documents)[turn % SAMPLED :: SAMPLED][:MAX_SAMPLED_DOCUMENTS]


def _is_close(matrix: FloatMatrix, truth: FloatMatrix) -> bool:
    return matrix.shape == truth.shape and np.allclose(matrix, truth, rtol=0, atol=VECTOR_TOLERANCE)


def _read_manifest(directory: Path, base: int) -> Manifest:
    manifest = Manifest.read(directory)
    if manifest.base != base:
        raise VerificationError(
            f"{directory} builds on the vectors of generation {manifest.base}, not {base}"
        )
    return manifest


def _check_versions(manifest: Manifest, served: Mapping[DocumentId, tuple[int, int]]) -> None:
    keys = {document: key for document, (key, _) in served.items()}
    if manifest.versions != versions_digest(keys):
        raise VerificationError("the manifest names other versions than the catalog")


def _same_ids(where: str, found: list[PassageId], expected: set[PassageId]) -> None:
    missing, extra = len(expected - set(found)), len(set(found) - expected)
    repeated = len(found) - len(set(found))
    if missing or extra or repeated:
        raise VerificationError(
            f"{where} lacks {missing} passages, has {extra} unknown ones and {repeated} twice"
        )


def _main() -> int:
    fields = json.load(sys.stdin)
    memory = MAX_MEMORY_BYTES + MAX_MEMORY_BYTES_PER_PASSAGE * fields.pop("num_passages")
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        verify(VerificationTask(**fields))
    except VectorStoreError as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
