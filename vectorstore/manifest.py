"""What a generation on disk claims to be; checked whenever one is opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from vectorstore.errors import IndexCorruptError, IndexMismatchError
from vectorstore.types import PassageId

INDEX_FORMAT = 1
"""Raised with every change of what lies in a generation directory or of how text is analysed."""

FILE_NAME = "manifest.json"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class IndexIdentity:
    """What must agree between an index and the program that searches it."""

    embedder: str
    """Fingerprint of weights and vector space."""
    dimension: int
    chunker: str | None = None
    """Version of cleaning, splitting and chunking; None, for a program that only searches."""


@dataclass(frozen=True, slots=True)
class FileSum:
    """Size and BLAKE2b of one file."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Written into a generation before it is published."""

    generation: int
    identity: IndexIdentity
    num_documents: int
    num_passages: int
    ids: str
    """Digest over the passage ids, sorted."""
    files: dict[str, FileSum]
    format: int = INDEX_FORMAT

    def write(self, directory: Path) -> None:
        """Store it in a generation's directory."""
        text = json.dumps(asdict(self), indent=1, sort_keys=True)
        (directory / FILE_NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, directory: Path) -> Manifest:
        """Load the manifest of a generation.

        Raises:
            IndexCorruptError: If there is none or it is damaged.
            IndexMismatchError: If another version of the program wrote it.
        """
        path = directory / FILE_NAME
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            found = fields["format"]
            if found == INDEX_FORMAT:
                fields["identity"] = IndexIdentity(**fields["identity"])
                fields["files"] = {
                    name: FileSum(**entry) for name, entry in fields["files"].items()
                }
                return cls(**fields)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise IndexCorruptError(f"cannot read {path}: {error}") from error
        raise IndexMismatchError(
            f"the index at {directory} has format {found}, this program reads {INDEX_FORMAT}; "
            "run `accord rebuild`"
        )

    def check_identity(self, wanted: IndexIdentity) -> None:
        """Compare with what the program would build now.

        Raises:
            IndexMismatchError: Saying what differs and which command mends it.
        """
        for name, command in (
            ("embedder", "accord rebuild --embed"),
            ("dimension", "accord rebuild --embed"),
            ("chunker", "accord ingest --force PATH"),
        ):
            found, now = getattr(self.identity, name), getattr(wanted, name)
            if now is not None and found != now:
                raise IndexMismatchError(
                    f"the index was built with {name} {found}, the program is set to {now}; "
                    f"run `{command}`, or set it back"
                )

    def check_files(self, directory: Path) -> None:
        """Compare every file with its checksum.

        Raises:
            IndexCorruptError: Naming the first file that differs, is missing or is too many.
        """
        present = generation_files(directory)
        for name in sorted(self.files.keys() | set(present)):
            if name not in present:
                raise IndexCorruptError(f"{directory / name} is missing")
            if name not in self.files:
                raise IndexCorruptError(f"{directory / name} does not belong there")
            if file_sum(directory / name) != self.files[name]:
                raise IndexCorruptError(f"{directory / name} differs from its checksum")


def generation_files(directory: Path) -> list[str]:
    """Names of the files of a generation, relative and sorted, without the manifest."""
    return sorted(
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file() and path.name != FILE_NAME
    )


def file_sum(path: Path) -> FileSum:
    """Size and checksum of a file."""
    digest = hashlib.blake2b(digest_size=16)
    size = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return FileSum(size, digest.hexdigest())


def ids_digest(ids: Iterable[PassageId]) -> str:
    """Digest over a set of ids, whatever their order."""
    digest = hashlib.blake2b(digest_size=16)
    for passage in sorted(ids):
        digest.update(passage.encode() + b"\n")
    return digest.hexdigest()
