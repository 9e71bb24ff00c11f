"""Files that all processes share: whole, readable by everybody, made by one."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vectorstore.embedding.shared import only_one, written_whole


def test_file_is_there_when_it_is_whole_and_readable_by_everybody(tmp_path: Path) -> None:
    path = tmp_path / "models" / "graph"

    with written_whole(path) as temporary:
        temporary.write_bytes(b"whole")
        assert not path.exists()

    assert path.read_bytes() == b"whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [each.name for each in path.parent.iterdir()] == ["graph"]


def test_error_leaves_the_former_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "graph"
    path.write_bytes(b"former")

    def write_half() -> None:
        with written_whole(path) as temporary:
            temporary.write_bytes(b"ha")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        write_half()

    assert path.read_bytes() == b"former"
    assert [each.name for each in tmp_path.iterdir()] == ["graph"]


def test_file_is_made_by_one_while_the_others_wait(tmp_path: Path) -> None:
    path = tmp_path / "graph"
    made: list[int] = []
    start = threading.Barrier(4)

    def make(number: int) -> None:
        start.wait()
        with only_one(path):
            if not path.exists():
                made.append(number)
                with written_whole(path) as temporary:
                    temporary.write_bytes(b"graph")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make, range(4)))

    assert len(made) == 1
