"""Opens any dataset that we can read, and tells two apart by their content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from eval.datasets import (
    beir,
    clapnq,
    covidqa,
    dragonball,
    inscit,
    mtrag,
    musique,
    rgb,
    sec10q,
    wice,
)
from eval.datasets.case_format import case_fields, read_cases
from eval.datasets.golden import GOLDEN, read_golden
from eval.datasets.jsonl import read_jsonl
from eval.datasets.question_list import read_question_list
from eval.errors import DatasetError
from eval.types import Dataset

CASES, SOURCES = "cases.jsonl", "sources"
"""A folder of our own format: its cases, and beside them the files that they are about."""

Reader = Callable[[Path], Dataset]
Item = TypeVar("Item")

BY_FILE: dict[str, Reader] = {
    mtrag.TASKS: mtrag.read_mtrag_human,
    rgb.QUESTIONS: rgb.read_rgb,
}
"""Readers of folders that are known by the name of a file."""

BY_FIELDS: dict[frozenset[str], Reader] = {
    clapnq.FIELDS: clapnq.read_clapnq,
    dragonball.FIELDS: dragonball.read_dragonball,
    covidqa.FIELDS: covidqa.read_covidqa,
    musique.FIELDS: musique.read_musique,
    inscit.FIELDS: inscit.read_inscit,
    mtrag.FIELDS: mtrag.read_mtrag_un,
    sec10q.FIELDS: sec10q.read_sec10q,
}
"""Readers of folders that are known by the fields of their first query; no two are nested."""


class _AnyLine(BaseModel):
    model_config = ConfigDict(extra="allow")

    def names(self) -> frozenset[str]:
        return frozenset(self.model_extra or {})


def open_dataset(name_or_path: str, *, limit: int | None = None) -> Dataset:
    """A dataset by the name "golden", or from a folder or a file of cases.

    Args:
        name_or_path: "golden", a folder (BEIR, a known benchmark, or cases.jsonl with a folder
            `sources` beside it), or a .jsonl file of cases, which brings no sources.
        limit: Takes at most so many cases, spread evenly over the set and the same each time; the
            corpus stays whole, so that retrieval is as hard as ever.

    Raises:
        DatasetError: If there is nothing of the kind, or it cannot be read.
    """
    if limit is not None and limit < 1:
        raise DatasetError(f"A limit of {limit} leaves no case. Name a number from 1 on.")
    dataset = read_golden() if name_or_path == GOLDEN else _at(Path(name_or_path))
    return dataset if limit is None else replace(dataset, cases=spread(dataset.cases, limit))


def spread(items: Sequence[Item], limit: int) -> tuple[Item, ...]:
    """At most `limit` of the items, from the middles of as many equal stretches, in their order."""
    count = len(items)
    if limit >= count:
        return tuple(items)
    return tuple(items[(2 * index + 1) * count // (2 * limit)] for index in range(limit))


def files_under(folder: Path) -> tuple[str, ...]:
    """Every file of a folder but hidden ones, by name: what is to be ingested for a dataset.

    Raises:
        DatasetError: If there is none.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = tuple(str(path) for path in paths if not path.name.startswith("."))
    if not files:
        raise DatasetError(f"{folder} holds no file to ingest.")
    return files


def fingerprint(dataset: Dataset) -> str:
    """SHA-256 (hex) of cases, corpus, and names and bytes of files; not of where they lie.

    Raises:
        DatasetError: If a file cannot be read.
    """
    digest = hashlib.sha256()

    def add(value: Any) -> None:
        digest.update(json.dumps(value, ensure_ascii=True, sort_keys=True).encode() + b"\n")

    for case in dataset.cases:
        # Notes are never scored; mending one makes no other dataset.
        add(["case", {**case_fields(case), "notes": ""}])
    for source in dataset.corpus:
        add(["source", source.id, source.title, source.text])
    for path in map(Path, dataset.files):
        add(["file", path.name, _file_hash(path)])
    return digest.hexdigest()


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.") from error


def _at(path: Path) -> Dataset:
    if path.is_dir():
        return _folder_reader(path)(path)
    if path.is_file():
        return _from_file(path)
    raise DatasetError(f'There is no dataset {str(path)!r}: neither "{GOLDEN}" nor a path.')


def _from_file(path: Path) -> Dataset:
    if path.suffix != ".jsonl":
        raise DatasetError(f"{path} is not a dataset: name a folder, or a .jsonl file of cases.")
    is_question_list = "must" in _first_names(path)
    cases = read_question_list(path) if is_question_list else read_cases(path)
    return Dataset(path.stem, cases)


def _folder_reader(folder: Path) -> Reader:
    if (folder / CASES).is_file():
        return _read_own
    for name, reader in BY_FILE.items():
        if (folder / name).is_file():
            return reader
    if (folder / wice.CLAIMS).is_file():
        raise DatasetError(f"{folder} holds claims for the support checker, no questions to ask.")
    if not (folder / beir.QUERIES).is_file():
        raise DatasetError(
            f"{folder} is not a dataset that we know: it holds none of "
            f"{', '.join([CASES, beir.QUERIES, *BY_FILE])}."
        )
    names = _first_names(folder / beir.QUERIES)
    for fields, reader in BY_FIELDS.items():
        if fields <= names:
            return reader
    return beir.read_beir


def _read_own(folder: Path) -> Dataset:
    sources = folder / SOURCES
    files = files_under(sources) if sources.is_dir() else ()
    return Dataset(folder.name, read_cases(folder / CASES), files=files)


def _first_names(path: Path) -> frozenset[str]:
    for _, line in read_jsonl(path, _AnyLine):
        return line.names()
    raise DatasetError(f"{path} is empty.")
