"""The process of a run: the command, what it is given, and where its output goes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import app
from app.settings import Settings
from vectorstore.runs import RunFolder

PROGRAM = (sys.executable, "-P", "-m", "app.main")
LOG = "log.txt"
"""In the folder of the run: what the command prints."""


def start_child(
    command: Sequence[str],
    folder: RunFolder,
    log: BinaryIO,
    environment: Mapping[str, str],
) -> subprocess.Popen[bytes]:
    """Start a command that inherits the folder's lock, in a session that outlives this process.

    Args:
        command: The program and its arguments.
        folder: Of the run.
        log: Gets what the child prints.
        environment: Variables that the child gets beside those of this process.

    Raises:
        OSError: If it cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env={**os.environ, **environment},
        pass_fds=(folder.handle,),
        start_new_session=True,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """Variables with which a child takes the same library, program and models as this server."""
    code = str(Path(app.__file__).resolve().parents[1])
    values = {
        "ACCORD_DATA_DIR": str(settings.data_dir.resolve()),
        "ACCORD_CHROMA_URL": settings.chroma_url,
        "ACCORD_EMBEDDING_MODEL": settings.embedding_model,
        "ACCORD_EMBEDDING_RUNTIME": settings.embedding_runtime,
        "ACCORD_DATABASE_URL": settings.database_url.get_secret_value()
        if settings.database_url
        else None,
        "PYTHONPATH": os.pathsep.join(filter(None, (code, os.environ.get("PYTHONPATH")))),
    }
    return {name: value for name, value in values.items() if value is not None}
