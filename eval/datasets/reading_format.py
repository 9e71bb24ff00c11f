"""Reads files of documents with numbered sentences and what a reader must tell of them: JSONL.

Documents carry questions (which sentences answer) and claims (is it supported); further questions
and claims, conversations, clusters of documents, pairs of sentences and single turns are in files
of their own: seven forms (`reading_forms.py`), described in `reading/README.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from eval.datasets.jsonl import line_error, read_jsonl
from eval.datasets.reading_forms import (
    ClaimsOfDocument,
    Cluster,
    Conversation,
    PairOfSentences,
    Place,
    QuestionsOfDocument,
    ReadingDocument,
    Turn,
    check_places,
)
from eval.errors import DatasetError

READING = Path(__file__).parent / "reading"
"""Our own files; in the repository, but not in the wheel."""
TEST_TENTH = 1
"""Documents whose id has this remainder are never trained on."""


class Form(StrEnum):
    """What a file holds, by a field that its lines have and those of no form above."""

    DOCUMENTS = "sentences"
    CLAIMS = "claims"
    CONVERSATIONS = "turns"
    CLUSTERS = "documents"
    QUESTIONS = "questions"
    PAIRS = "conflict"
    TURNS = "before"


class _AnyLine(BaseModel):
    model_config = ConfigDict(extra="allow")


Line = TypeVar(
    "Line",
    ReadingDocument,
    ClaimsOfDocument,
    QuestionsOfDocument,
    Conversation,
    Cluster,
    PairOfSentences,
    Turn,
)
AboutLine = TypeVar("AboutLine", ClaimsOfDocument, QuestionsOfDocument, Conversation)
Named = tuple[str, Sequence[Place]]
"""Field of a line, and the sentences that it names."""


def is_test_part(document_id: str) -> bool:
    """Whether a document belongs to the tenth that nothing is ever trained on."""
    return int(hashlib.md5(document_id.encode(), usedforsecurity=False).hexdigest(), 16) % 10 == (
        TEST_TENTH
    )


def form_of(path: Path) -> Form:
    """What a file holds, by its first line.

    Raises:
        DatasetError: If it cannot be read, is empty, or holds none of the forms.
    """
    for number, line in read_jsonl(path, _AnyLine):
        fields = line.model_extra or {}
        for form in Form:
            if form in fields:
                return form
        known = ", ".join(repr(form.value) for form in Form)
        raise line_error(path, number, f"none of the fields {known}, by one of which a line of a "
                                       "reading file is known.")  # fmt: skip
    raise DatasetError(f"{path} holds no line.")


def read_documents(path: Path) -> tuple[ReadingDocument, ...]:
    """The documents of a file, in its order.

    Raises:
        DatasetError: With file, line and what is wrong, if a line is none, an index is out of
            range, or an id comes twice.
    """
    return _unique(path, ((n, each.id, each) for n, each in read_jsonl(path, ReadingDocument)))


def read_claims(path: Path, documents: Iterable[ReadingDocument]) -> tuple[ClaimsOfDocument, ...]:
    """The further claims of a file about documents of other files.

    Raises:
        DatasetError: As `read_documents`, or if a document is missing.
    """
    return _about(path, ClaimsOfDocument, documents, _places_of_claims)


def read_questions(
    path: Path, documents: Iterable[ReadingDocument]
) -> tuple[QuestionsOfDocument, ...]:
    """The further questions of a file about documents of other files.

    Raises:
        DatasetError: As `read_documents`, or if a document is missing.
    """
    return _about(path, QuestionsOfDocument, documents, _places_of_questions)


def read_conversations(
    path: Path, documents: Iterable[ReadingDocument]
) -> tuple[Conversation, ...]:
    """The conversations of a file about documents of other files.

    Raises:
        DatasetError: As `read_documents`, or if a document is missing.
    """
    return _about(path, Conversation, documents, _places_of_turns)


def read_clusters(path: Path) -> tuple[Cluster, ...]:
    """The clusters of a file.

    Raises:
        DatasetError: As `read_documents`.
    """
    return _unique(path, ((n, each.id, each) for n, each in read_jsonl(path, Cluster)))


def read_pairs(path: Path) -> tuple[PairOfSentences, ...]:
    """The pairs of sentences of a file.

    Raises:
        DatasetError: As `read_documents`.
    """
    return _unique(path, ((n, each.id, each) for n, each in read_jsonl(path, PairOfSentences)))


def read_turns(path: Path) -> tuple[Turn, ...]:
    """The single turns of a file.

    Raises:
        DatasetError: As `read_documents`.
    """
    return _some(path, [line for _, line in read_jsonl(path, Turn)])


def _unique(path: Path, numbered: Iterator[tuple[int, str, Line]]) -> tuple[Line, ...]:
    seen: dict[str, int] = {}
    found: list[Line] = []
    for number, name, line in numbered:
        if name in seen:
            raise line_error(
                path, number, f"id: line {seen[name]} has the id {name!r}, too; each needs its own."
            )
        seen[name] = number
        found.append(line)
    return _some(path, found)


def _some(path: Path, found: Sequence[Line]) -> tuple[Line, ...]:
    if not found:
        raise DatasetError(f"{path} holds no line.")
    return tuple(found)


def _about(
    path: Path,
    form: type[AboutLine],
    documents: Iterable[ReadingDocument],
    places: Callable[[AboutLine], Iterable[Named]],
) -> tuple[AboutLine, ...]:
    """Lines about documents of other files, which must hold the sentences that they name."""
    known = {each.id: each for each in documents}
    found = []
    for number, line in read_jsonl(path, form):
        if line.doc not in known:
            raise line_error(
                path,
                number,
                f"doc: there is no document {line.doc!r} in the files of documents given.",
            )
        for where, named in places(line):
            try:
                check_places(where, named, known[line.doc])
            except ValueError as error:
                raise line_error(path, number, f"{error}.") from error
        found.append(line)
    return _some(path, found)


def _places_of_claims(line: ClaimsOfDocument) -> Iterator[Named]:
    for number, claim in enumerate(line.claims):
        yield f"claims.{number}.evidence", claim.evidence


def _places_of_questions(line: QuestionsOfDocument) -> Iterator[Named]:
    for number, question in enumerate(line.questions):
        yield f"questions.{number}.answer", question.answer
        yield f"questions.{number}.context", question.context


def _places_of_turns(line: Conversation) -> Iterator[Named]:
    for number, turn in enumerate(line.turns):
        yield f"turns.{number}.answer", turn.answer or ()
