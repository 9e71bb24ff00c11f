"""Files that people send get safe names and stay within their folder."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.manage.errors import TurnedAwayError
from app.manage.uploads import (
    MAX_FILE_BYTES,
    MAX_NAME_BYTES,
    forget_copies,
    keep_file,
    put_in_place,
    safe_name,
    settle_files,
)
from ingest.loaders.limits import LoadLimits
from vectorstore.types import document_id


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\Über uns.md", "Über uns.md"),
        ("a\x00b\n.txt", "ab.txt"),
        ("...hidden.md", "hidden.md"),
        ("--flag.md", "flag.md"),
        ("evil\u202efdp.exe.txt", "evilfdp.exe.txt"),
        ("x" * 400 + ".pdf", "x" * (MAX_NAME_BYTES - 4) + ".pdf"),
    ],
)
def test_a_name_is_its_last_part_without_what_means_something_else(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept


@pytest.mark.parametrize(
    "sent", ["", "..", "/", "\\", "\x00", ". .", "sources.toml", "SOURCES.TOML"]
)
def test_names_that_no_source_can_have_are_turned_away(sent: str) -> None:
    with pytest.raises(TurnedAwayError):
        safe_name(sent)


@given(st.text(max_size=300))
def test_whatever_is_sent_a_name_stays_in_its_folder_and_is_its_own(sent: str) -> None:
    try:
        name = safe_name(sent)
    except TurnedAwayError:
        return
    assert (Path("/folder") / name).parent == Path("/folder")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert not name.startswith((".", "-"))
    assert safe_name(name) == name


def test_what_is_taken_is_what_ingest_reads() -> None:
    assert LoadLimits().file_bytes == MAX_FILE_BYTES


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty"), (b"12345", "more than")])
def test_empty_and_large_files_leave_nothing_behind(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(TurnedAwayError, match=reason):
        keep_file(tmp_path, "a.txt", BytesIO(content), 4)
    assert list((tmp_path / "files").iterdir()) == []


def test_a_second_file_of_the_same_name_is_turned_away(tmp_path: Path) -> None:
    keep_file(tmp_path, "a.txt", BytesIO(b"one"), 9)
    with pytest.raises(TurnedAwayError, match="Another file"):
        keep_file(tmp_path, "a.txt", BytesIO(b"two"), 9)
    assert (tmp_path / "files" / "a.txt").read_bytes() == b"one"


@pytest.fixture
def replaced(tmp_path: Path) -> Path:
    """A run that puts a new file in the place of one that is served, and one beside it."""
    run = tmp_path / "runs" / "20261127T020304-000000"
    run.mkdir(parents=True)
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "a.txt").write_text("former")
    for name in ("a.txt", "b.txt"):
        keep_file(run, name, BytesIO(b"new"), 9)
    put_in_place(tmp_path, run, ["a.txt", "b.txt"])
    assert (tmp_path / "uploads" / "a.txt").read_text() == "new"
    return run


def uploads(data_dir: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (data_dir / "uploads").iterdir()}


def test_what_a_run_took_stays(tmp_path: Path, replaced: Path) -> None:
    settle_files(tmp_path, replaced, ["a.txt", "b.txt"], refused=set())
    assert uploads(tmp_path) == {"a.txt": "new", "b.txt": "new"}
    assert not (replaced / "former" / "a.txt").exists()


def test_what_a_run_refused_makes_room_for_what_was_there(tmp_path: Path, replaced: Path) -> None:
    refused = {str(tmp_path.resolve() / "uploads" / name) for name in ("a.txt", "b.txt")}
    settle_files(tmp_path, replaced, ["a.txt", "b.txt"], refused=refused)
    assert uploads(tmp_path) == {"a.txt": "former"}


def test_after_a_crash_the_files_wait_for_another_try(tmp_path: Path, replaced: Path) -> None:
    settle_files(tmp_path, replaced, ["a.txt", "b.txt"], refused=None)
    assert uploads(tmp_path) == {"a.txt": "former"}
    assert sorted(path.name for path in (replaced / "files").iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("refused", [None, {"a.txt", "b.txt"}, set()])
def test_settling_that_was_broken_off_is_done_again_and_harms_nothing(
    tmp_path: Path, replaced: Path, refused: set[str] | None
) -> None:
    uris = refused and {str(tmp_path.resolve() / "uploads" / name) for name in refused}
    if refused is None:  # killed between the two steps of the first file
        (tmp_path / "uploads" / "a.txt").replace(replaced / "files" / "a.txt")
    for _ in range(2):
        settle_files(tmp_path, replaced, ["a.txt", "b.txt"], refused=uris)
    is_taken = refused == set()
    assert uploads(tmp_path) == (
        {"a.txt": "new", "b.txt": "new"} if is_taken else {"a.txt": "former"}
    )
    waiting = sorted(path.name for path in (replaced / "files").iterdir())
    assert waiting == ([] if is_taken else ["a.txt", "b.txt"])


def test_erasing_leaves_no_copy_of_a_file_and_none_of_what_was_read_of_it(
    tmp_path: Path, replaced: Path
) -> None:
    uri = str((tmp_path / "uploads" / "a.txt").resolve())
    (replaced / "prepared").mkdir()
    (replaced / "prepared" / f"{document_id(uri)}.json").write_text("{}")
    others = [document_id("https://example.org/"), document_id(str(tmp_path / "elsewhere.txt"))]
    forget_copies(tmp_path, {document_id(uri), *others})
    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert left == ["b.txt"]
