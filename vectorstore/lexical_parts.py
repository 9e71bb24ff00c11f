"""The lexical index of a generation, put together from parts that later generations take over.

A part is what tantivy makes of some hundred documents, and is never changed: no document is
deleted from it, so statistics and files hold what is served and nothing else. A change writes the
part of the documents that it touches anew and takes the others over, as files. One `meta.json`
names the segments of all of them, so that for searching they are one index, with one set of
statistics; tantivy's own writer never sees the directory and merges nothing in it.

    lexical/meta.json           tantivy's list of segments
    lexical/parts.json          which segments and documents are in which part
    lexical/<segment>.*         written once
"""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorstore.errors import IndexCorruptError
from vectorstore.failpoints import failpoint
from vectorstore.files import take_over
from vectorstore.lexical import TantivyIndex, write_index
from vectorstore.reader import CatalogReader
from vectorstore.types import DocumentId

PARTS = "parts.json"
META = "meta.json"
LOCK = ".tantivy-meta.lock"  # searching would make it
MIN_PART = 2_000  # passages; a second writes ten thousand
MAX_PART = 16_000
ATTEMPTS, PAUSE_S = 50, 0.02
"""To delete a folder in which something is still written."""
PARTS_AIMED_AT = 12  # each costs a search 0.06 ms


@dataclass(frozen=True, slots=True)
class Part:
    """Documents that are indexed together."""

    segments: list[dict[str, Any]]
    """As tantivy lists them."""
    documents: dict[DocumentId, int]
    """Key of the version of each."""
    num_passages: int

    def file_names(self, names: Iterable[str]) -> list[str]:
        """Those of its segments."""
        stems = {segment["segment_id"].replace("-", "") for segment in self.segments}
        return [name for name in names if name.partition(".")[0] in stems]


def write_parts(
    directory: Path,
    reader: CatalogReader,
    wanted: Mapping[DocumentId, tuple[int, int]],
    *,
    former: Path | None = None,
) -> set[str]:
    """Write the lexical index of all that a reader serves.

    Args:
        directory: Is made.
        reader: Gives the passages of documents.
        wanted: The reader's `served_versions`.
        former: Lexical index of an earlier generation, to take parts over from.

    Returns:
        Names of the files that were taken over as they were.
    """
    directory.mkdir(parents=True)
    template = _template(directory)
    share = sum(size for _, size in wanted.values()) // PARTS_AIMED_AT
    target = min(max(MIN_PART, share), MAX_PART)
    kept = _reusable(former, template, wanted, target)
    there = {document for part in kept for document in part.documents}
    access = reader.access()
    # Documents for the same people lie together, so that what they see is mostly whole parts.
    missing = sorted(
        wanted.keys() - there,
        key=lambda name: (access[name].groups if name in access else (), name),
    )
    written = []
    for group in _groups(missing, wanted, target):
        written.append(_write_part(directory, reader, group, wanted))
        failpoint("generation.lexical_part")
    taken = _take_parts(former, directory, kept) if former is not None else set()
    parts = [*kept, *written]
    segments = [segment for part in parts for segment in part.segments]
    (directory / META).write_text(json.dumps(template | {"segments": segments}), encoding="utf-8")
    listed = [{name: getattr(part, name) for name in part.__slots__} for part in parts]
    (directory / PARTS).write_text(json.dumps(listed), encoding="utf-8")
    (directory / LOCK).touch()
    failpoint("generation.lexical")
    return taken


def seen_index(lexical: Path, reader: CatalogReader) -> TantivyIndex:
    """The index of what a reader sees, as if there were nothing else.

    Parts that are seen whole are used as they are; of others, what is seen is indexed anew. Files
    stay open when their names are gone, so nothing is left behind.

    Args:
        lexical: Directory of the generation's index.
        reader: Of the same generation; need not see all of it.

    Raises:
        IndexCorruptError: If the temporary folder cannot be written to.
    """
    wanted = reader.served_versions()
    parts = [Part(**fields) for fields in json.loads((lexical / PARTS).read_text("utf-8"))]
    whole = [part for part in parts if part.documents and _is_wanted(part, wanted)]
    there = {document for part in whole for document in part.documents}
    missing = [document for document in sorted(wanted) if document not in there]
    try:
        with _temporary_folder() as directory:
            names = sorted(path.name for path in lexical.iterdir())
            for name in {name for part in whole for name in part.file_names(names)}:
                (directory / name).symlink_to((lexical / name).resolve())
            for group in _groups(missing, wanted, MAX_PART):
                whole.append(_write_part(directory, reader, group, wanted))
            segments = [segment for part in whole for segment in part.segments]
            meta = json.loads((lexical / META).read_text("utf-8")) | {"segments": segments}
            (directory / META).write_text(json.dumps(meta), encoding="utf-8")
            return TantivyIndex.open(directory)
    except OSError as error:
        raise IndexCorruptError(
            f"the index of what some people see cannot be written to {tempfile.gettempdir()}: "
            f"{error.strerror}"
        ) from error


def _is_wanted(part: Part, wanted: Mapping[DocumentId, tuple[int, int]]) -> bool:
    """Whether every document of a part is wanted as it is."""
    return all(wanted.get(name, (None,))[0] == key for name, key in part.documents.items())


def _reusable(
    former: Path | None,
    template: dict[str, Any],
    wanted: Mapping[DocumentId, tuple[int, int]],
    target: int,
) -> list[Part]:
    """Parts of which every document is wanted as it is.

    Small ones are left out where they can go along with what has to be written anyway.
    """
    if former is None or _form(json.loads((former / META).read_text("utf-8"))) != _form(template):
        return []
    listed = [Part(**fields) for fields in json.loads((former / PARTS).read_text("utf-8"))]
    whole = [part for part in listed if part.documents and _is_wanted(part, wanted)]
    there = sum(part.num_passages for part in whole)
    to_write = sum(size for _, size in wanted.values()) - there
    kept: list[Part] = []
    for part in sorted(whole, key=lambda part: part.num_passages):
        small = part.num_passages < target / 2 and to_write + part.num_passages <= target
        if to_write and small:
            to_write += part.num_passages
        else:
            kept.append(part)
    return sorted(kept, key=lambda part: min(part.documents))


def _form(meta: dict[str, Any]) -> Any:
    return meta["schema"], meta["index_settings"]


def _groups(
    documents: Iterable[DocumentId], wanted: Mapping[DocumentId, tuple[int, int]], target: int
) -> Iterator[list[DocumentId]]:
    group: list[DocumentId] = []
    size = 0
    for document in documents:
        group.append(document)
        size += wanted[document][1]
        if size >= target:
            yield group
            group, size = [], 0
    if group:
        yield group


def _template(directory: Path) -> dict[str, Any]:
    """What tantivy writes of an index in which there is nothing."""
    empty = directory / "empty"
    empty.mkdir()
    write_index(empty, [])
    meta: dict[str, Any] = json.loads((empty / META).read_text("utf-8"))
    _remove(empty)
    return meta


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder that is there for a while."""
    folder = Path(tempfile.mkdtemp(prefix="accord-seen-"))
    try:
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Delete a folder that an index was written into.

    What tantivy tidies up after a commit it does in a thread of its own, which nothing waits for:
    that may write a file while the folder is emptied.
    """
    for _ in range(ATTEMPTS):
        try:
            shutil.rmtree(folder)
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise
            time.sleep(PAUSE_S)
        else:
            return
    shutil.rmtree(folder)


def _write_part(
    directory: Path,
    reader: CatalogReader,
    group: list[DocumentId],
    wanted: Mapping[DocumentId, tuple[int, int]],
) -> Part:
    unfinished = directory / "part"
    unfinished.mkdir()
    write_index(unfinished, reader.indexed_passages(group))
    segments = json.loads((unfinished / META).read_text("utf-8"))["segments"]
    keys, sizes = zip(*(wanted[name] for name in group), strict=True)
    part = Part(segments, dict(zip(group, keys, strict=True)), sum(sizes))
    for name in part.file_names(path.name for path in unfinished.iterdir()):
        (unfinished / name).rename(directory / name)
    _remove(unfinished)
    return part


def _take_parts(former: Path, directory: Path, parts: Iterable[Part]) -> set[str]:
    names = sorted(path.name for path in former.iterdir())
    taken = {name for part in parts for name in part.file_names(names)}
    for name in sorted(taken):
        take_over(former / name, directory / name)
    failpoint("generation.take_over")
    return taken
