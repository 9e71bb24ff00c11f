"""The claims under `claims/`: paraphrases that are right and corruptions that are not, by kind."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.datasets.jsonl import read_bytes
from eval.errors import DatasetError

CLAIMS = Path(__file__).parent / "claims"
SEEN, HELD_OUT = CLAIMS / "seen", CLAIMS / "held_out"
"""Looked at while the verifier was made; and not."""


class WrittenClaims(BaseModel):
    """Some sentences of a source, and what may and may not be said on them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quotes: tuple[str, ...] = Field(min_length=1)
    correct: dict[str, tuple[str, ...]] = {}
    """By kind of rewording."""
    corrupted: dict[str, tuple[str, ...]] = {}
    """By what was made wrong."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    evidence: tuple[WrittenClaims, ...] = Field(min_length=1)


def read_written_claims(folder: Path) -> dict[str, tuple[WrittenClaims, ...]]:
    """The claims of every TOML file of a folder, by the file's name.

    Raises:
        DatasetError: If there is none, or one cannot be read.
    """
    found = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    if not found:
        raise DatasetError(f"{folder} holds no TOML file with claims.")
    return found


def _read(path: Path) -> tuple[WrittenClaims, ...]:
    try:
        return _File.model_validate(tomllib.loads(read_bytes(path).decode())).evidence
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise DatasetError(f"{path} holds no claims that can be read: {error}") from error
