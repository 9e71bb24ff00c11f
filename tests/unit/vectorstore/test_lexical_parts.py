from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from vectorstore import lexical_parts
from vectorstore.lexical_parts import ATTEMPTS, META, _template, _temporary_folder


def test_a_folder_in_which_something_is_still_written_is_deleted_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = full_twice(monkeypatch)
    assert _template(tmp_path)["segments"] == []
    assert not failures
    assert list(tmp_path.iterdir()) == []


def test_so_is_the_folder_in_which_a_view_is_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    failures = full_twice(monkeypatch)
    with _temporary_folder() as folder:
        (folder / META).touch()
        assert list(tmp_path.iterdir()) == [folder]
    assert not failures
    assert list(tmp_path.iterdir()) == []


def full_twice(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Folders are not empty twice when they are to be deleted; what is still to be raised."""
    remove, failures = os.rmdir, [errno.ENOTEMPTY, errno.ENOTEMPTY]

    def late(path: Any, **given: Any) -> None:
        if failures:
            raise OSError(failures.pop(), "not empty", str(path))
        remove(path, **given)

    monkeypatch.setattr(os, "rmdir", late)
    monkeypatch.setattr(lexical_parts, "PAUSE_S", 0)
    return failures


def test_a_folder_that_stays_full_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def never(path: Any, **_: Any) -> None:
        tries.append(path)
        raise OSError(errno.ENOTEMPTY, "not empty", str(path))

    monkeypatch.setattr(os, "rmdir", never)
    monkeypatch.setattr(lexical_parts, "PAUSE_S", 0)
    with pytest.raises(OSError, match="not empty"):
        _template(tmp_path)
    assert len(tries) == ATTEMPTS + 1
    assert (tmp_path / "empty").is_dir()
    assert not (tmp_path / "empty" / META).exists()
