"""Files that are written once, and the checks of what was taken over."""

from __future__ import annotations

import errno
import os
import struct
from pathlib import Path

import pytest

from vectorstore import manifest
from vectorstore.errors import IndexCorruptError
from vectorstore.files import copy, take_over
from vectorstore.manifest import IndexIdentity, Manifest, file_sum, generation_files
from vectorstore.scrub import scrub


def test_a_file_that_is_taken_over_gets_a_second_name(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"text")
    take_over(tmp_path / "old", tmp_path / "new")
    assert (tmp_path / "new").samefile(tmp_path / "old")


def test_where_a_disk_has_no_second_names_the_bytes_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_source: Path, _target: Path) -> None:
        raise PermissionError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "old").write_bytes(b"text" * 1000)
    take_over(tmp_path / "old", tmp_path / "new")
    assert (tmp_path / "new").read_bytes() == b"text" * 1000
    assert not (tmp_path / "new").samefile(tmp_path / "old")


def test_a_full_disk_is_not_taken_for_one_without_second_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "link", full)
    (tmp_path / "old").write_bytes(b"text")
    with pytest.raises(OSError, match="no space left"):
        take_over(tmp_path / "old", tmp_path / "new")


def test_a_copy_may_be_changed_and_the_original_stays(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"text")
    copy(tmp_path / "old", tmp_path / "new")
    (tmp_path / "new").write_bytes(b"else")
    assert (tmp_path / "old").read_bytes() == b"text"


def written(directory: Path) -> Manifest:
    files = {name: file_sum(directory / name) for name in generation_files(directory)}
    made = Manifest(1, 1, IndexIdentity("e", 2), 1, 1, "", files)
    made.write(directory)
    return Manifest.read(directory)


def test_as_many_samples_as_are_said_look_at_every_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "PART_BYTES", 16)
    (tmp_path / "a").write_bytes(bytes(range(100)))
    (tmp_path / "b").write_bytes(b"short")
    stored = written(tmp_path)
    assert len(stored.files["a"].parts) == 7
    for at in range(100):
        damaged = bytearray(range(100))
        damaged[at] ^= 1
        (tmp_path / "a").write_bytes(damaged)
        noticed = 0
        for turn in range(5, 9):
            try:
                stored.check_sample(tmp_path, turn, 4)
            except IndexCorruptError:
                noticed += 1
        assert noticed == 1
        with pytest.raises(IndexCorruptError, match="differs from its checksum"):
            stored.check_files(tmp_path)


@pytest.mark.parametrize("turn", range(3))
def test_every_sample_notices_missing_extra_and_shorter_files(tmp_path: Path, turn: int) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    stored = written(tmp_path)
    stored.check_sample(tmp_path, turn, 3)
    (tmp_path / "b").write_bytes(b"")
    with pytest.raises(IndexCorruptError, match="does not belong there"):
        stored.check_sample(tmp_path, turn, 3)
    (tmp_path / "b").unlink()
    (tmp_path / "a").write_bytes(b"1234")
    with pytest.raises(IndexCorruptError, match="differs from its checksum"):
        stored.check_sample(tmp_path, turn, 3)
    (tmp_path / "a").unlink()
    with pytest.raises(IndexCorruptError, match="is missing"):
        stored.check_sample(tmp_path, turn, 3)


def element(neighbours: list[int], removed: bool, vector: float, label: int) -> bytes:
    """One of hnswlib: two numbers as its vector, room for four neighbours."""
    links = neighbours + [0] * (4 - len(neighbours))
    return struct.pack("<HBB4I2fQ", len(neighbours), removed, 0, *links, vector, vector, label)


def write_graph(directory: Path, elements: list[bytes], *, version: int = 1, room: int = 0) -> Path:
    segment = directory / "segment"
    segment.mkdir()
    size, count = len(elements[0]), len(elements)
    header = struct.pack("<i6Q", version, 0, count + room, count, size, size - 8, 20)
    (segment / "header.bin").write_bytes(header)
    (segment / "data_level0.bin").write_bytes(b"".join(elements) + b"\x7f" * size * room)
    return segment / "data_level0.bin"


def test_removed_vectors_become_those_of_a_neighbour_that_is_there(tmp_path: Path) -> None:
    data = write_graph(
        tmp_path,
        [
            element([1, 2], False, 0.1, 7),
            element([2, 0], True, 0.2, 8),  # its first neighbour is gone, too
            element([1], True, 0.3, 9),
        ],
        room=2,
    )
    assert scrub(tmp_path) == 2
    kept = element([1, 2], False, 0.1, 7)
    assert data.read_bytes() == b"".join(
        [
            kept,
            element([2, 0], True, 0.1, 8),
            element([1], True, 0.0, 9),
            bytes(2 * len(kept)),
        ]
    )


def test_a_graph_of_an_unknown_form_is_refused(tmp_path: Path) -> None:
    write_graph(tmp_path, [element([], False, 0.1, 7)], version=2)
    with pytest.raises(IndexCorruptError, match="not of the form that chromadb 1.5.9 writes"):
        scrub(tmp_path)
