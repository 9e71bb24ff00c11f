from __future__ import annotations

from pathlib import Path

import pytest

from app.reading.cache import graph_path
from vectorstore.embedding.graph_cache import cached

GRAPH = b"a graph of some bytes"


def built_elsewhere() -> bytes:
    raise AssertionError("it was there already")


def test_a_graph_is_built_once_and_then_read(tmp_path: Path) -> None:
    path = graph_path(tmp_path / "models", "reader@sha256:0123/int8")
    assert cached(path, lambda: GRAPH) == GRAPH
    assert cached(path, built_elsewhere) == GRAPH
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 200])
def test_a_damaged_file_is_built_again(tmp_path: Path, damage: bytes) -> None:
    path = graph_path(tmp_path, "reader")
    cached(path, lambda: GRAPH)
    path.write_bytes(damage)
    assert cached(path, lambda: GRAPH) == GRAPH
    assert cached(path, built_elsewhere) == GRAPH


def test_a_folder_that_cannot_be_written_costs_time_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert cached(graph_path(blocked, "reader"), lambda: GRAPH) == GRAPH
    assert "later starts are slower" in caplog.text


def test_stages_and_readers_of_other_weights_or_precision_have_files_of_their_own(
    tmp_path: Path,
) -> None:
    names = {graph_path(tmp_path, name) for name in ("a/int8", "a/fp32", "b/int8")}
    names.add(graph_path(tmp_path, "a/int8", 1))
    assert len(names) == 4
