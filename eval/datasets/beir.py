"""Datasets in the format of BEIR: corpus.jsonl, queries.jsonl, qrels.tsv.

Source: Thakur et al., "BEIR", NeurIPS datasets 2021. A corpus may lack titles; a query may carry
the `conversation` that ends with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, Field

from app.types import Message
from eval.datasets.case_format import Text, collect
from eval.datasets.jsonl import line_error, read_bytes, read_jsonl
from eval.errors import DatasetError
from eval.types import Case, Dataset, SourceText

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"
QRELS = ("qrels.tsv", "qrels/test.tsv", "qrels/dev.tsv")
"""Where judgements lie, the first that exists: one file here, or split as BEIR ships them."""

QRELS_COLUMNS = 3


class _SourceLine(BaseModel):
    id: Text = Field(alias="_id")
    title: str = ""
    text: str


class Turn(BaseModel):
    """One message of a `conversation`."""

    role: Literal["user", "assistant"]
    content: str


class QueryLine(BaseModel):
    """One line of queries.jsonl; the readers of benchmarks add their fields."""

    id: Text = Field(alias="_id")
    text: Text
    conversation: tuple[Turn, ...] = ()

    def history(self) -> tuple[Message, ...]:
        """The conversation before the question, which is its last turn."""
        return history(self.conversation)


@dataclass(frozen=True, slots=True)
class Judgements:
    """Grades by query and source."""

    path: Path
    grades: Mapping[str, Mapping[str, int]]

    def of(self, query_id: str) -> Mapping[str, int]:
        """The judged sources of a query; empty if nobody judged it."""
        return self.grades.get(query_id, {})


Query = TypeVar("Query", bound=QueryLine)


def read_folder(
    folder: Path, line: type[Query], case_of: Callable[[Query, Judgements], Case]
) -> Dataset:
    """The queries of a folder as cases over its corpus.

    Args:
        folder: With corpus, queries and judgements.
        line: What a query's line must hold.
        case_of: Makes a case of a query.

    Raises:
        DatasetError: If a file is missing or broken.
    """
    path = folder / QUERIES
    judged = read_judgements(folder)
    cases = collect(path, ((n, case_of(query, judged)) for n, query in read_jsonl(path, line)))
    return Dataset(folder.name, cases, corpus=read_corpus(folder / CORPUS))


def read_beir(folder: Path) -> Dataset:
    """A folder of BEIR: its judged queries (a split's judgements leave out the other splits').

    Raises:
        DatasetError: If a file is missing or broken, or no query is judged.
    """
    whole = read_folder(folder, QueryLine, _case)
    known = tuple(case for case in whole.cases if case.relevant)
    if not known:
        path = read_judgements(folder).path
        raise DatasetError(f"No query of {folder / QUERIES} is judged in {path}: ids differ?")
    return replace(whole, cases=known)


def _case(query: QueryLine, judged: Judgements) -> Case:
    return Case(query.id, query.text, history=query.history(), relevant=judged.of(query.id))


def history(conversation: Iterable[Turn]) -> tuple[Message, ...]:
    """A conversation without its last turn, which is the question itself."""
    return tuple(Message(turn.role, turn.content) for turn in conversation)[:-1]


def read_corpus(path: Path) -> tuple[SourceText, ...]:
    """The sources of a corpus, in its order.

    Raises:
        DatasetError: If the file is broken or empty, or an id comes twice.
    """
    sources: dict[str, SourceText] = {}
    for number, line in read_jsonl(path, _SourceLine):
        if line.id in sources:
            raise line_error(path, number, f"_id: {line.id!r} stands in an earlier line, too.")
        sources[line.id] = SourceText(line.id, line.title, line.text)
    if not sources:
        raise DatasetError(f"{path} holds no source.")
    return tuple(sources.values())


def read_judgements(folder: Path) -> Judgements:
    """The judgements of a folder.

    Raises:
        DatasetError: If there is no such file, or it cannot be read.
    """
    for name in QRELS:
        if (folder / name).is_file():
            return Judgements(folder / name, read_qrels(folder / name))
    raise DatasetError(f"{folder} has no judgements: none of {', '.join(QRELS)} is there.")


def read_qrels(path: Path) -> Mapping[str, Mapping[str, int]]:
    """Grades by query and source, from three columns divided by tabs; a header is skipped.

    Raises:
        DatasetError: If a line does not have three columns, a grade is no whole number, or a
            source is judged twice for one query with different grades.
    """
    grades: dict[str, dict[str, int]] = {}
    try:
        lines = read_bytes(path).decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not UTF-8: byte {error.start}.") from error
    for number, line in enumerate(lines, 1):
        columns = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and _is_header(columns)):
            continue
        query, source, grade = _judgement(columns, path, number)
        of_query = grades.setdefault(query, {})
        if of_query.setdefault(source, grade) != grade:
            what = f"{source!r} has two grades for {query!r}: {of_query[source]} and {grade}."
            raise line_error(path, number, what)
    return grades


def _is_header(columns: list[str]) -> bool:
    return len(columns) == QRELS_COLUMNS and not _is_whole(columns[-1])


def _judgement(columns: list[str], path: Path, number: int) -> tuple[str, str, int]:
    if len(columns) != QRELS_COLUMNS:
        found = f"expected 3 columns divided by tabs, found {len(columns)}."
        raise line_error(path, number, found)
    query, source, grade = columns
    if not _is_whole(grade):
        raise line_error(path, number, f"score: {grade!r} is not a whole number.")
    return query, source, int(grade)


def _is_whole(text: str) -> bool:
    return text.strip().removeprefix("-").isdecimal()
