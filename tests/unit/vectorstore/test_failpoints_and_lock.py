"""The points at which tests stop the writer, and the lock that keeps a second one out."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore import failpoints
from vectorstore.errors import StoreLockedError
from vectorstore.lock import writer_lock


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    failpoints.disarm()


def test_a_point_acts_at_its_nth_pass_only() -> None:
    failpoints.arm("generation.rename", 2, "enospc")
    failpoints.failpoint("generation.rename")
    failpoints.failpoint("generation.copy")
    with pytest.raises(OSError, match="failpoint generation.rename") as caught:
        failpoints.failpoint("generation.rename")
    assert caught.value.errno == errno.ENOSPC
    failpoints.failpoint("generation.rename")


def test_only_points_that_exist_can_be_armed() -> None:
    with pytest.raises(ValueError, match="no failpoint 'generation.nowhere'"):
        failpoints.arm("generation.nowhere", 1)


def test_the_environment_arms_a_process() -> None:
    code = "from vectorstore.failpoints import failpoint; failpoint('generation.copy')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"ACCORD_FAILPOINT": "generation.copy:1"},
        timeout=60,
        check=False,
    )
    assert done.returncode == failpoints.KILLED_EXIT_CODE


def test_every_point_stands_in_the_code_under_its_registered_name() -> None:
    package = Path(failpoints.__file__).parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    for name in failpoints.NAMES:
        stem = name.removesuffix(".before_commit").removesuffix(".after_commit")
        assert f'failpoint("{name}")' in code or f'_write("{stem}")' in code


def test_a_second_holder_is_refused_and_a_third_welcome_after_the_first(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ingest.lock"
    with writer_lock(path):
        refused = pytest.raises(StoreLockedError, match=f"writing to {path.parent}; wait")
        with refused, writer_lock(path):
            pass
    with writer_lock(path):
        pass
