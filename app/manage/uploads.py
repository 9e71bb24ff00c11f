"""Uploaded files: named safely, kept in the data folder, never trusted.

    uploads/report.pdf                what is served; its path names the source for good
    runs/ID/files/report.pdf          sent for a run that has not begun: a dry run, a failed one
    runs/ID/former/report.pdf         what it replaces, until the run has ended well

What is in a file is judged by `accord ingest`, whose parsers run in limited child processes. Here a
file is bytes with a name.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import BinaryIO

from app.manage.errors import TurnedAwayError
from vectorstore.runs import FILES_FOLDER, PREPARED_FOLDER, RUNS_FOLDER, UPLOADS_FOLDER
from vectorstore.types import DocumentId, document_id

FORMER_FOLDER = "former"
MAX_FILE_BYTES = 50_000_000
"""What ingest reads of one file; more need not be sent."""
MAX_NAME_BYTES = 180
"""File systems take 255; the rest is room for what we put before a name."""
RESERVED = frozenset({"sources.toml"})
"""It would state things about the files beside it."""
CHUNK_BYTES = 1 << 20

_LEFT_OUT = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]')


def safe_name(name: str) -> str:
    """What a file is called here: its last part, without what means something to a file system.

    Raises:
        TurnedAwayError: If nothing is left, or the name has a meaning of its own here.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    last = last.encode("utf-8", "replace").decode()
    last = " ".join(_LEFT_OUT.sub("", last).split()).lstrip(". -").rstrip(". ")
    if not last or last.startswith("."):
        raise TurnedAwayError("It has no name that a file can have.")
    stem, dot, suffix = last.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = last, ""
    ending = f".{suffix}" if suffix else ""
    room = MAX_NAME_BYTES - len(ending.encode())
    short = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    found = f"{short}{ending}"
    if found.casefold() in RESERVED:
        raise TurnedAwayError(
            f"{found} is the list of what is known about files; edit the sources instead."
        )
    return found


def keep_file(folder: Path, name: str, content: BinaryIO, most: int) -> Path:
    """Write a file that somebody sends into a run's folder.

    Args:
        folder: Of the run.
        name: As `safe_name` gives it.
        content: At its beginning.
        most: Bytes.

    Raises:
        TurnedAwayError: If it is empty, larger, or another of this name was sent with it.
    """
    place = folder / FILES_FOLDER
    place.mkdir(exist_ok=True)
    path = place / name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise TurnedAwayError("Another file of this name was sent with it.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            size = _copied(content, file, most)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if 0 < size <= most:
        return path
    path.unlink()
    if size:
        raise TurnedAwayError(f"It has more than {most / 1e6:,.0f} MB, the most that is taken.")
    raise TurnedAwayError("The file is empty.")


def _copied(content: BinaryIO, file: BinaryIO, most: int) -> int:
    """Bytes written; more than `most` where there are more, whose rest is not."""
    size = 0
    while size <= most and (chunk := content.read(CHUNK_BYTES)):
        size += len(chunk)
        file.write(chunk)
    return size


def uploads_folder(data_dir: Path) -> Path:
    """Where the files of uploaded sources lie; it need not be there yet."""
    return (data_dir / UPLOADS_FOLDER).resolve()


def is_same(one: Path, other: Path) -> bool:
    """Whether two files have the same bytes."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while chunk := left.read(CHUNK_BYTES):
            if chunk != right.read(CHUNK_BYTES):
                return False
    return True


def put_in_place(data_dir: Path, run: Path, names: Iterable[str]) -> list[Path]:
    """Move the files of a run to where their sources are; what they replace is kept beside."""
    uploads = uploads_folder(data_dir)
    uploads.mkdir(mode=0o700, exist_ok=True)
    paths = []
    for name in names:
        path = uploads / name
        if path.exists():
            (run / FORMER_FOLDER).mkdir(exist_ok=True)
            path.replace(run / FORMER_FOLDER / name)
        (run / FILES_FOLDER / name).replace(path)
        paths.append(path)
    return paths


def settle_files(
    data_dir: Path, run: Path, names: Iterable[str], *, refused: Collection[str] | None
) -> None:
    """After a run: keep what it took, and put back what stood in the place of the rest.

    May be done again where it was broken off: what was moved already stays where it is.

    Args:
        data_dir: Of the program.
        run: Its folder.
        names: Of its files.
        refused: URIs that it did not take; None where it took nothing, whose files then wait in
            the run's folder for another try.
    """
    uploads = uploads_folder(data_dir)
    for name in names:
        path, former = uploads / name, run / FORMER_FOLDER / name
        is_taken = refused is not None and str(path) not in refused
        if is_taken:
            former.unlink(missing_ok=True)
            continue
        waiting = run / FILES_FOLDER / name
        if path.exists() and not waiting.exists():
            waiting.parent.mkdir(exist_ok=True)
            path.replace(waiting)
        if former.exists():
            former.replace(path)


def forget_copies(data_dir: Path, documents: Collection[DocumentId]) -> None:
    """Delete the uploaded files of erased documents, and what runs keep of them.

    Raises:
        OSError: If one cannot be deleted.
    """
    uploads = uploads_folder(data_dir)
    for path in uploads_of(data_dir, documents):
        path.unlink(missing_ok=True)
    for run in filter(Path.is_dir, (data_dir / RUNS_FOLDER).glob("*")):
        for document in documents:
            (run / PREPARED_FOLDER / f"{document}.json").unlink(missing_ok=True)
        for folder in (FILES_FOLDER, FORMER_FOLDER):
            for path in (run / folder).glob("*"):
                if document_id(str(uploads / path.name)) in documents:
                    path.unlink(missing_ok=True)


def uploads_of(data_dir: Path, documents: Collection[DocumentId]) -> list[Path]:
    """The uploaded files of these documents that are there."""
    files = uploads_folder(data_dir).glob("*")
    return [path for path in files if document_id(str(path)) in documents]
