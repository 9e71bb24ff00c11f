"""Questions on quarterly reports in PDF, some across several of them.

Source: KG-RAG datasets of Docugami, "SEC 10-Q".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from eval.datasets.beir import QUERIES, QueryLine, read_qrels
from eval.datasets.case_format import collect
from eval.datasets.jsonl import read_jsonl
from eval.errors import DatasetError
from eval.types import Answerability, Case, Dataset

FIELDS = frozenset({"gold_docs", "source_pattern"})
"""What tells this set's queries from others'."""

QRELS, FILES, SUFFIX = "qrels_doc.tsv", "pdfs", ".pdf"

# The stored answers name their files: at the end of a paragraph, or in brackets inside it.
_SOURCE_LINE = re.compile(r"^\s*\**SOURCE(?:\(S\)|S)?:.*$", re.MULTILINE)
_SOURCE_REMARK = re.compile(r"\s*\(SOURCE(?:\(S\)|S)?:[^)]*\)")
_BLANK_LINES = re.compile(r"\n\s*\n+")


class _Query(QueryLine):
    type: str
    chunk_type: str
    answer: str


def read_sec10q(folder: Path) -> Dataset:
    """All questions over the PDF files; sources are their file names.

    Raises:
        DatasetError: If a file is missing or broken.
    """
    path = folder / QUERIES
    grades = read_qrels(folder / QRELS)
    files = tuple(str(file) for file in sorted((folder / FILES).glob(f"*{SUFFIX}")))
    if not files:
        raise DatasetError(f"{folder / FILES} holds no PDF file to ask about.")
    cases = collect(
        path, ((n, _case(line, grades.get(line.id, {}))) for n, line in read_jsonl(path, _Query))
    )
    return Dataset(folder.name, cases, files=files)


def _case(query: _Query, grades: Mapping[str, int]) -> Case:
    return Case(
        id=query.id,
        question=query.text,
        references=(_without_sources(_mended(query.answer)),),
        relevant={f"{name}{SUFFIX}": grade for name, grade in grades.items()},
        answerability=Answerability.ANSWERABLE,
        tags=(query.type.removesuffix(" RAG").lower(), query.chunk_type.lower()),
    )


def _mended(text: str) -> str:
    """The text as it was, where its UTF-8 was once read as Windows-1252 ("â€™" for "’")."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _without_sources(answer: str) -> str:
    bare = _SOURCE_LINE.sub("", _SOURCE_REMARK.sub("", answer))
    return _BLANK_LINES.sub("\n\n", bare).strip()
