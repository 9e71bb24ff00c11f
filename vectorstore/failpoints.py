"""Named points at which tests stop or fail the writer: at each commit, fsync, rename and unlink.

`ACCORD_FAILPOINT=name:n[:exit|enospc|eio]` acts at the n-th pass of one point (from 1): the process
ends as if killed (the default), or the step fails as it would on a full or broken disk. Unset, a
point costs one comparison.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from dataclasses import dataclass

ENVIRONMENT_VARIABLE = "ACCORD_FAILPOINT"
KILLED_EXIT_CODE = 137  # what a shell reports after kill -9

NAMES = (
    "catalog.stage.before_commit",
    "catalog.stage.after_commit",
    "catalog.begin.before_commit",
    "catalog.begin.after_commit",
    "catalog.base.before_commit",
    "catalog.base.after_commit",
    "catalog.verified.before_commit",
    "catalog.verified.after_commit",
    "catalog.flip.before_commit",
    "catalog.flip.after_commit",
    "catalog.places.before_commit",
    "catalog.places.after_commit",
    "catalog.erasures.before_commit",
    "catalog.erasures.after_commit",
    "catalog.discard.before_commit",
    "catalog.discard.after_commit",
    "catalog.run.before_commit",
    "catalog.run.after_commit",
    "catalog.checkpoint",
    "base.make_directory",
    "base.copy",
    "base.remove",
    "base.vectors",
    "base.scrub",
    "base.freeze",
    "base.manifest",
    "generation.make_directory",
    "generation.lexical_part",
    "generation.take_over",
    "generation.lexical",
    "generation.manifest",
    "generation.fsync_file",
    "generation.fsync_directory",
    "generation.verified",
    "generation.rename",
    "generation.fsync_parent",
    "generation.remove",
    "generation.unlink",
)
"""Every point there is; a test walks them all."""

_ERRORS = {"enospc": errno.ENOSPC, "eio": errno.EIO}


@dataclass(frozen=True, slots=True)
class _Armed:
    name: str
    nth: int
    action: str


passes: Counter[str] = Counter()
"""How often each point was passed in this process."""


def _from_environment() -> _Armed | None:
    setting = os.environ.get(ENVIRONMENT_VARIABLE)
    if not setting:
        return None
    name, nth, *action = setting.split(":")
    return _Armed(name, int(nth), action[0] if action else "exit")


_armed: _Armed | None = _from_environment()


def arm(name: str, nth: int, action: str = "exit") -> None:
    """Set the point at which this process fails, and start counting anew."""
    global _armed
    if name not in NAMES:
        raise ValueError(f"there is no failpoint {name!r}")
    passes.clear()
    _armed = _Armed(name, nth, action)


def disarm() -> None:
    """Let every point pass again."""
    global _armed
    passes.clear()
    _armed = None


def failpoint(name: str) -> None:
    """Pass a point: nothing happens unless it was armed.

    Raises:
        OSError: With the errno of a full or broken disk, where the point is armed with that.
    """
    passes[name] += 1
    if _armed is None or _armed.name != name or _armed.nth != passes[name]:
        return
    if _armed.action == "exit":
        os._exit(KILLED_EXIT_CODE)
    code = _ERRORS[_armed.action]
    raise OSError(code, os.strerror(code), f"failpoint {name}")
