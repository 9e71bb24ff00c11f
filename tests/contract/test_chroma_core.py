"""Chroma's compiled core by itself does what Chroma's own client does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
import pytest

from vectorstore.chroma import DATABASE_NAME, ChromaIndex, ChromaLocation
from vectorstore.chroma_core import CoreClient

SIZE, COUNT = 8, 30


@pytest.fixture
def vectors() -> np.ndarray[Any, np.dtype[np.float32]]:
    found = np.random.default_rng(7).normal(size=(COUNT, SIZE)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.fixture(params=["client", "core"])
def collection(
    request: pytest.FixtureRequest, tmp_path: Path, vectors: np.ndarray[Any, np.dtype[np.float32]]
) -> Iterator[Any]:
    """A collection of thirty, opened by the one or the other."""
    index = ChromaIndex.create(ChromaLocation("passages", tmp_path))
    rows = enumerate(vectors)
    index.add((f"p{number:02}", f"d{number % 3}", row.tobytes()) for number, row in rows)
    index.close()
    is_core = request.param == "core"
    client: Any = (
        CoreClient(tmp_path, DATABASE_NAME) if is_core else chromadb.PersistentClient(str(tmp_path))
    )
    with closing(client):
        yield client.get_collection("passages", embedding_function=None)


def test_nearest_come_first_with_their_distances(
    collection: Any, vectors: np.ndarray[Any, np.dtype[np.float32]]
) -> None:
    where = {"document_id": {"$in": ["d0"]}}

    found = collection.query(
        query_embeddings=vectors[:1], n_results=5, where=where, include=["distances"]
    )

    cosines = vectors @ vectors[0]
    wanted = sorted(range(0, COUNT, 3), key=lambda number: -cosines[number])[:5]
    assert found["ids"][0] == [f"p{number:02}" for number in wanted]
    assert found["distances"][0] == pytest.approx([1 - cosines[n] for n in wanted], abs=1e-5)


def test_everything_can_be_read_back(
    collection: Any, vectors: np.ndarray[Any, np.dtype[np.float32]]
) -> None:
    found = collection.get(limit=10, offset=20, include=["embeddings"])

    assert found["ids"] == [f"p{number:02}" for number in range(20, 30)]
    assert np.allclose(np.asarray(found["embeddings"]), vectors[20:30], atol=1e-6)
    assert collection.count() == COUNT


def test_some_are_read_back_by_their_ids_and_all_ids_without_vectors(
    collection: Any, vectors: np.ndarray[Any, np.dtype[np.float32]]
) -> None:
    found = collection.get(["p07", "p03", "unknown"], include=["embeddings"])

    by_id = dict(zip(found["ids"], np.asarray(found["embeddings"]), strict=True))
    assert by_id.keys() == {"p03", "p07"}
    assert np.allclose(by_id["p07"], vectors[7], atol=1e-6)
    assert sorted(collection.get(include=[])["ids"]) == [f"p{number:02}" for number in range(COUNT)]


def test_what_is_added_and_deleted_is_there_and_gone(collection: Any) -> None:
    new = np.eye(1, SIZE, dtype=np.float32)
    collection.add(ids=["new"], embeddings=new, metadatas=[{"document_id": "d9"}])
    assert collection.count() == COUNT + 1

    collection.delete(where={"document_id": {"$in": ["d0", "d1"]}})

    assert collection.count() == COUNT // 3 + 1
    nearest = collection.query(query_embeddings=new, n_results=1, where=None, include=["distances"])
    assert nearest["ids"] == [["new"]]
