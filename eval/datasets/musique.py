"""MuSiQue: questions that need two to four passages one after the other.

Source: Trivedi et al., "MuSiQue", TACL 2022.
"""

from __future__ import annotations

from pathlib import Path

from eval.datasets.beir import Judgements, QueryLine, read_folder
from eval.types import Answerability, Case, Dataset

FIELDS = frozenset({"decomposition", "aliases"})
"""What tells this set's queries from others'."""


class _Query(QueryLine):
    answer: str
    aliases: tuple[str, ...]
    decomposition: tuple[str, ...]


def read_musique(folder: Path) -> Dataset:
    """All questions, with the number of their hops as a tag.

    Raises:
        DatasetError: If a file is missing or broken.
    """
    return read_folder(folder, _Query, _case)


def _case(query: _Query, judged: Judgements) -> Case:
    forms = (query.answer, *query.aliases)
    return Case(
        id=query.id,
        question=query.text,
        facts=(forms,),
        references=forms,
        relevant=judged.of(query.id),
        answerability=Answerability.ANSWERABLE,
        tags=(f"{len(query.decomposition)} hops",),
        notes=" / ".join(query.decomposition),
    )
