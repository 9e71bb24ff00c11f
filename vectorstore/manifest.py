"""What a generation on disk claims to be; checked whenever one is opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from vectorstore.errors import IndexCorruptError, IndexMismatchError
from vectorstore.types import DocumentId

INDEX_FORMAT = 2
"""Raised with every change of what lies in a generation directory or of how text is analysed."""

FILE_NAME = "manifest.json"
PART_BYTES = 4 << 20  # what a look at a sample reads at least


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
    """Size of one file, and BLAKE2b of each `PART_BYTES` of it."""

    size: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Written into the directory of a generation, or of a base, before it is published."""

    generation: int
    base: int
    """The generation whose vectors it builds on; its own number in a base."""
    identity: IndexIdentity
    num_documents: int
    num_passages: int
    versions: str
    """Digest over the documents and their versions."""
    files: dict[str, FileSum]
    ghosts: int = 0
    """Of a base: passages that were taken out and that the graph of nearest ones still leads
    over, without their vectors."""
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
                    name: FileSum(entry["size"], tuple(entry["parts"]))
                    for name, entry in fields["files"].items()
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
        self._check_names(directory)
        for name, entry in sorted(self.files.items()):
            if file_sum(directory / name) != entry:
                raise IndexCorruptError(f"{directory / name} differs from its checksum")

    def check_sample(self, directory: Path, turn: int, of: int) -> None:
        """Compare sizes of all files, and every `of`-th part of them with its checksum.

        Args:
            directory: Where the files lie.
            turn: Which parts; `of` turns in a row look at all of them.
            of: How many parts are passed over for one that is read.

        Raises:
            IndexCorruptError: Naming the first file that differs, is missing or is too many.
        """
        self._check_names(directory)
        at = 0
        for name, entry in sorted(self.files.items()):
            path = directory / name
            if path.stat().st_size != entry.size:
                raise IndexCorruptError(f"{path} differs from its checksum")
            for number, digest in enumerate(entry.parts):
                at += 1
                if at % of == turn % of and _digest(_read_part(path, number)) != digest:
                    raise IndexCorruptError(f"{path} differs from its checksum")

    def _check_names(self, directory: Path) -> None:
        present = set(generation_files(directory))
        for name in sorted(self.files.keys() ^ present):
            if name not in present:
                raise IndexCorruptError(f"{directory / name} is missing")
            raise IndexCorruptError(f"{directory / name} does not belong there")


def _read_part(path: Path, number: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(number * PART_BYTES)
        return stream.read(PART_BYTES)


def generation_files(directory: Path) -> list[str]:
    """Names of the files of a generation, relative and sorted, without the manifest."""
    return sorted(
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file() and path.name != FILE_NAME
    )


def file_sum(path: Path) -> FileSum:
    """Size and checksums of a file."""
    parts: list[str] = []
    size = 0
    with path.open("rb") as stream:
        while part := stream.read(PART_BYTES):
            parts.append(_digest(part))
            size += len(part)
    return FileSum(size, tuple(parts))


def versions_digest(versions: Mapping[DocumentId, int]) -> str:
    """Digest over documents and the keys of their versions, whatever their order."""
    lines = (f"{document} {key}\n" for document, key in sorted(versions.items()))
    return _digest("".join(lines).encode())


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
