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
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vectorstore.catalog import Catalog
from vectorstore.chroma import ChromaIndex, ChromaLocation
from vectorstore.errors import VectorStoreError, VerificationError
from vectorstore.lexical import TantivyIndex
from vectorstore.manifest import Manifest, ids_digest
from vectorstore.reader import CatalogReader
from vectorstore.types import PassageId

# Chroma scales vectors to unit length again: a float32 differs in its last digit then.
VECTOR_TOLERANCE = 1e-6
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
    collection: str
    vectors: str
    """Directory of the embedded Chroma."""
    chroma_url: str | None = None


def verify(task: VerificationTask) -> None:
    """Compare an index with the catalog: files, ids, and every vector.

    Raises:
        VerificationError: Saying what differs.
    """
    directory = Path(task.directory)
    catalog = Catalog(task.catalog_url)
    try:
        manifest = Manifest.read(directory)
        manifest.check_files(directory)
        location = ChromaLocation(task.collection, Path(task.vectors), task.chroma_url)
        vectors = ChromaIndex.open(location)
        try:
            with catalog.read(task.generation) as reader:
                expected = set(reader.passage_ids())
                _check_ids("the manifest", manifest.ids, expected)
                _check_vectors(vectors, reader, expected)
        finally:
            vectors.close()
        found = TantivyIndex.open(directory / "lexical").passage_ids()
        _same_ids("the lexical index", found, expected)
        manifest.check_files(directory)  # searching must not have changed them
    finally:
        catalog.close()


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


def _check_vectors(vectors: ChromaIndex, reader: CatalogReader, expected: set[PassageId]) -> None:
    seen: list[PassageId] = []
    for ids, matrix in vectors.stored():
        known, truth = reader.passage_vectors(ids)
        if known != ids:
            raise VerificationError(f"Chroma holds {len(ids) - len(known)} unknown passages")
        if truth.shape != matrix.shape or not np.allclose(
            matrix, truth, rtol=0, atol=VECTOR_TOLERANCE
        ):
            raise VerificationError("Chroma holds other vectors than the catalog")
        seen.extend(ids)
    _same_ids("Chroma", seen, expected)


def _check_ids(where: str, digest: str, expected: set[PassageId]) -> None:
    if digest != ids_digest(expected):
        raise VerificationError(f"{where} names other passages than the catalog")


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
