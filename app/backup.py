"""Catalog, conversations and uploaded files into one file, and back, while a server answers.

The file is a tar archive: `backup.json` (what wrote it, and the SHA-256 of each member), then
`catalog.db` and `conversations.db` as SQLite's online backup gives them, each of one moment, and
`uploads/` with the files of uploaded sources: answers do not need them, reading again does.
Indexes are left out: they are derived from the catalog, and `restore` builds them again.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from app.errors import ChatError
from app.manage.errors import TurnedAwayError
from app.manage.uploads import safe_name
from vectorstore.lock import writer_lock
from vectorstore.runs import UPLOADS_FOLDER

DATABASES = ("catalog.db", "conversations.db")
CONTENTS = "backup.json"
FORMAT = 2
"""2 has uploads; without any it is 1, which earlier versions of the program read as well."""
READ_FORMATS = (1, 2)
MAX_CONTENTS_BYTES = 100_000_000
"""With a line for each uploaded file."""
UNPACKED = ".accord-unpacking-"
"""How the folder begins in which a backup is unpacked; it holds what is to be erased later, too.
Such folders are deleted, so that it must be no name that somebody gives to a folder of their own:
"move those away" is what a restore asks for, and "restore-old" is a likely place."""
ARCHIVE = "backup.tar.gz"
"""The archive while it is written, in a folder of its own."""
CHUNK_BYTES = 1 << 20
ABANDONED_S = 86_400
"""No backup takes as long: what is older was left by one that was killed, with copies of all."""
PRIVATE = 0o600
"""Conversations are in it: nobody else reads the file."""


class BackupError(ChatError):
    """A backup could not be written or read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup says of itself."""

    format: int
    program: str
    created: str
    sha256: dict[str, str] = field(default_factory=dict)
    """By member."""

    @property
    def told(self) -> str:
        """What it holds, for a person."""
        names = [name for name in DATABASES if name in self.sha256]
        files = len(self.sha256) - len(names)
        uploads = [f"{files} uploaded file{'s' if files > 1 else ''}"] if files else []
        return " and ".join([*names, *uploads])


def write_backup(data_dir: Path, file: Path, *, overwrite: bool = False) -> Contents:
    """Write a backup of a data folder's databases; whoever reads or writes them goes on.

    Raises:
        BackupError: If there is nothing to back up, or the file is there or cannot be written.
    """
    if file.exists() and not overwrite:
        raise BackupError(f"{file} is there already. Name another file, or add --force.")
    found = [name for name in DATABASES if (data_dir / name).exists()]
    if not found:
        raise BackupError(f"There is nothing to back up in {data_dir}: it holds no catalog.")
    try:
        with _unfinished(file) as (folder, archive):
            for name in found:
                _copy(data_dir / name, folder / name)
            # After the catalog: an upload that came later is no source in it, and does no harm.
            found += _copy_uploads(data_dir, folder)
            contents = Contents(
                FORMAT if (folder / UPLOADS_FOLDER).exists() else 1,
                version("accord"),
                datetime.now(UTC).isoformat(timespec="seconds"),
                {name: _sha256(folder / name) for name in found},
            )
            with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
                text = json.dumps(asdict(contents), indent=2).encode()
                about = tarfile.TarInfo(CONTENTS)
                about.size, about.mode = len(text), PRIVATE
                tar.addfile(about, BytesIO(text))
                for name in found:
                    tar.add(folder / name, name)
            archive.replace(file)
    except sqlite3.Error as error:
        raise BackupError(f"A database in {data_dir} cannot be read: {error}.") from error
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror or error}.") from error
    return contents


def read_backup(file: Path, data_dir: Path) -> Contents:
    """Bring the databases of a backup into a data folder that has none; indexes are not there yet.

    Raises:
        BackupError: If the file is no backup, or damaged, or the folder holds databases already.
        VectorStoreError: If the folder cannot be written to, or a job is writing to it.
    """
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    with writer_lock(data_dir / "ingest.lock"):
        for left in data_dir.glob(f"{UNPACKED}*"):  # by a restore that was killed
            shutil.rmtree(left, ignore_errors=True)
        there = [name for name in (*DATABASES, UPLOADS_FOLDER) if _is_filled(data_dir / name)]
        if there:
            raise BackupError(
                f"{data_dir} holds {' and '.join(there)} already, and nothing is overwritten. "
                "Set ACCORD_DATA_DIR to another folder, or move those away while no server runs."
            )
        try:
            with (
                tarfile.open(file, "r:gz") as tar,
                tempfile.TemporaryDirectory(dir=data_dir, prefix=UNPACKED) as folder,
            ):
                contents = _contents(tar, file)
                for name, digest in contents.sha256.items():
                    _extract(tar, name, Path(folder) / name)
                    if _sha256(Path(folder) / name) != digest:
                        raise BackupError(f"{file} is damaged: {name} is not what was written.")
                # The catalog last: without it, what is there is no library.
                for name in sorted(contents.sha256, key=_weight):
                    (data_dir / name).parent.mkdir(mode=0o700, exist_ok=True)
                    (Path(folder) / name).replace(data_dir / name)
        except (tarfile.TarError, EOFError, KeyError, ValueError, TypeError) as error:
            told = f"{file} is not a backup of Accord, or is damaged: {error}."
            raise BackupError(told) from error
        except OSError as error:
            raise BackupError(f"{file} cannot be restored: {error.strerror or error}.") from error
    return contents


@contextmanager
def _unfinished(file: Path) -> Iterator[tuple[Path, Path]]:
    """A folder beside the file, for copies and for the archive until it is whole."""
    for left in file.absolute().parent.glob(f".{glob.escape(file.name)}-*"):
        is_own = left.is_dir() and (left / ARCHIVE).is_file()
        if is_own and time.time() - left.stat().st_mtime > ABANDONED_S:
            shutil.rmtree(left, ignore_errors=True)  # by a backup that was killed
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=f".{file.name}-") as name:
        folder = Path(name)
        archive = folder / ARCHIVE
        archive.touch(mode=PRIVATE)
        yield folder, archive


def _copy(source: Path, target: Path) -> None:
    """SQLite's online backup in one step: one moment, and no writer waits."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    target.chmod(PRIVATE)


def _copy_uploads(data_dir: Path, folder: Path) -> list[str]:
    """Copy the files of uploaded sources as they are now; gives the names of the members."""
    copied = []
    for path in sorted((data_dir / UPLOADS_FOLDER).glob("*")):
        name = f"{UPLOADS_FOLDER}/{path.name}"
        if not is_upload_name(name) or path.is_symlink() or not path.is_file():
            continue
        (folder / UPLOADS_FOLDER).mkdir(exist_ok=True)
        try:
            shutil.copyfile(path, folder / name)
        except FileNotFoundError:  # erased or replaced meanwhile
            continue
        (folder / name).chmod(PRIVATE)
        copied.append(name)
    return copied


def is_upload_name(name: str) -> bool:
    """Whether a member is an uploaded file and leads nowhere else."""
    folder, _, last = name.partition("/")
    try:
        return folder == UPLOADS_FOLDER and safe_name(last) == last
    except TurnedAwayError:
        return False


def _weight(name: str) -> int:
    """Where a member comes: uploads, then conversations, then the catalog."""
    return 2 if name == DATABASES[0] else int(name in DATABASES)


def _is_filled(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _contents(tar: tarfile.TarFile, file: Path) -> Contents:
    member = tar.next()
    if member is None or member.name != CONTENTS or member.size > MAX_CONTENTS_BYTES:
        raise BackupError(f"{file} is not a backup of Accord: it does not begin with {CONTENTS}.")
    stream = tar.extractfile(member)
    said = json.load(stream) if stream is not None else {}
    if not isinstance(said, dict):
        raise TypeError(f"{CONTENTS} holds no object")
    if said.get("format") not in READ_FORMATS:
        raise BackupError(
            f"{file} has format {said.get('format')}, this program reads up to {FORMAT}. "
            "Restore it with the version that wrote it, or a newer one."
        )
    contents = Contents(**said)
    if not all(name in DATABASES or is_upload_name(name) for name in contents.sha256):
        raise BackupError(f"{file} holds more than databases and uploads, and is not restored.")
    return contents


def _extract(tar: tarfile.TarFile, name: str, target: Path) -> None:
    stream = tar.extractfile(name)
    if stream is None:
        raise KeyError(name)
    target.parent.mkdir(exist_ok=True)
    with target.open("xb") as out:
        while chunk := stream.read(CHUNK_BYTES):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    target.chmod(PRIVATE)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
