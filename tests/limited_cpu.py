"""Runs code under a limit on processor time: what needs the square of its input does not end."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

LIMIT_S = 60
"""Many times what is needed, and a small part of what a square would need."""


def runs_in_time(code: str, *arguments: str, repo_root: Path) -> bool:
    """Whether Python code ends, without an error, before its processor time is used up."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S))

    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=repo_root,
        env={"PYTHONPATH": str(repo_root)},
        preexec_fn=limit,  # noqa: PLW1509 - no threads hold locks that the child would need
        check=False,
    )
    return done.returncode == 0
