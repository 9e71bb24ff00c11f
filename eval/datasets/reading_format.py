"""Documents with numbered sentences, and what a reader of them must tell: JSONL, seven forms.

Documents carry questions (which sentences answer) and claims (is it supported); further questions
and claims, conversations, clusters of documents, pairs of sentences and single turns are in files
of their own. Described in `reading/README.md`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from eval.datasets.jsonl import line_error, read_jsonl
from eval.errors import DatasetError

READING = Path(__file__).parent / "reading"
"""Our own files; in the repository, but not in the wheel."""
TEST_TENTH = 1
"""Documents whose id has this remainder are never trained on."""
ENGLISH = "en"

QuestionKind = Literal[
    "who", "when", "where", "amount", "number", "name", "list", "why", "how", "definition",
    "yesno", "compare", "quote", "status", "relation", "open",
]  # fmt: skip

Text = Annotated[str, StringConstraints(pattern=r"\S")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Place = Annotated[int, Field(ge=0)]
"""Index of a sentence in its document, from 0."""
PlaceInCluster = tuple[Place, Place]
"""Index of a document in its cluster and of a sentence in that document."""


_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def _day(text: str) -> str:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError("expected a day, month or year as in 2021-03-02, 2021-03 or 2021")
    year, month, day = (int(part or 1) for part in found.groups())
    date(year, month, day)
    return text


Day = Annotated[str, AfterValidator(_day)]
"""As "2023-05-04"; a month or a year where no more is known."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadingQuestion(_Strict):
    """A question asked of one document."""

    q: Text
    kind: QuestionKind
    answer: tuple[Place, ...]
    """Smallest set of sentences that together answer it; empty where the document does not."""
    context: tuple[Place, ...] = ()
    """Sentences that say who or what an answer sentence speaks of."""
    lang: Language | None = None
    """Where the file has several languages."""


class ReadingClaim(_Strict):
    """A sentence about one document."""

    text: Text
    supported: bool
    kind: Text
    """Of support ("paraphrase") or of what is wrong ("number")."""
    evidence: tuple[Place, ...]
    """Sentences against which one checks it; empty: the whole document."""


class ReadingText(_Strict):
    """A document as it is ingested."""

    title: Text
    publisher: Text | None
    date: Day | None
    style: Text
    """What kind of text it is: "press release". Nothing is measured by it."""
    sentences: tuple[Text, ...] = Field(min_length=1)


class ReadingDocument(ReadingText):
    """A document with its questions and claims."""

    id: Text
    lang: Language = ENGLISH
    questions: tuple[ReadingQuestion, ...]
    claims: tuple[ReadingClaim, ...]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for number, question in enumerate(self.questions):
            where = f"questions.{number}"
            _check_places(f"{where}.answer", question.answer, self)
            _check_places(f"{where}.context", question.context, self)
            if repeated := sorted({*question.answer} & {*question.context}):
                raise ValueError(f"{where}.context repeats {repeated[0]} of the answer")
        for number, claim in enumerate(self.claims):
            _check_places(f"claims.{number}.evidence", claim.evidence, self)
        return self


class ClaimsOfDocument(_Strict):
    """More claims about a document of another file."""

    doc: Text
    claims: tuple[ReadingClaim, ...] = Field(min_length=1)


class QuestionsOfDocument(_Strict):
    """More questions asked of a document of another file."""

    doc: Text
    questions: tuple[ReadingQuestion, ...] = Field(min_length=1)


class ConversationTurn(_Strict):
    """What a person types; of what is no question, only the words are given."""

    q: Text
    standalone: Text | None = None
    """The shortest question that means the same to someone who has seen nothing."""
    answer: tuple[Place, ...] | None = None
    depends: bool | None = None
    """Whether the words alone do not say what is asked."""
    kind: Literal["chat"] | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        given = [self.standalone is not None, self.answer is not None, self.depends is not None]
        if self.kind == "chat" and any(given):
            raise ValueError("what is only chat has no standalone form, answer or dependence")
        if self.kind is None and not all(given):
            raise ValueError("a question has standalone, answer and depends")
        return self


class Conversation(_Strict):
    """Turns about a document of another file, in order."""

    doc: Text
    turns: tuple[ConversationTurn, ...] = Field(min_length=1)


class ClusterQuestion(_Strict):
    """A question asked of all documents of a cluster."""

    q: Text
    kind: Text
    answer: tuple[PlaceInCluster, ...]


class Conflict(_Strict):
    """Two sentences that tell the same thing differently."""

    about: Text
    a: PlaceInCluster
    b: PlaceInCluster
    kind: Text
    """Of what is told differently: "number", "status"."""


class NoConflict(_Strict):
    """Two sentences that only look as if they contradicted one another."""

    a: PlaceInCluster
    b: PlaceInCluster
    why: Text


class Cluster(_Strict):
    """Several sources on one matter."""

    id: Text
    documents: tuple[ReadingText, ...] = Field(min_length=2)
    questions: tuple[ClusterQuestion, ...]
    conflicts: tuple[Conflict, ...]
    not_conflicts: tuple[NoConflict, ...]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        named = [
            *((f"questions.{n}.answer", p) for n, q in enumerate(self.questions) for p in q.answer),
            *((f"conflicts.{n}", p) for n, c in enumerate(self.conflicts) for p in (c.a, c.b)),
            *((f"not_conflicts.{n}", p) for n, c in enumerate(self.not_conflicts)
              for p in (c.a, c.b)),
        ]  # fmt: skip
        for where, (document, sentence) in named:
            if document >= len(self.documents):
                raise ValueError(
                    f"{where}: there is no document {document}; the last of this cluster is "
                    f"{len(self.documents) - 1}"
                )
            _check_places(where, (sentence,), self.documents[document])
        return self


class SentenceOfSource(_Strict):
    """One side of a pair."""

    title: Text
    date: Day | None
    sentence: Text


class PairOfSentences(_Strict):
    """Two sentences of two sources, and whether they tell the same thing differently."""

    id: Text
    about: Text
    a: SentenceOfSource
    b: SentenceOfSource
    conflict: bool
    kind: Text
    """Of what is told differently ("amount"), or why it only seems so ("other-year")."""


class Turn(_Strict):
    """A single turn as people type it, and of what kind it is."""

    q: Text
    lang: Language
    before: Text | None
    """The turn before it, if there was one."""
    kind: Text
    """"question", "followup", "courtesy" …"""
    core: Text | None
    """The question without its courtesies."""
    parts: tuple[Text, ...] | None
    """The questions that it holds, where there are several."""


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
    known = {each.id: each for each in documents}
    found = []
    for number, line in read_jsonl(path, ClaimsOfDocument):
        document = _document(path, number, line.doc, known)
        for place, claim in enumerate(line.claims):
            _check_line(path, number, f"claims.{place}.evidence", claim.evidence, document)
        found.append(line)
    return _some(path, found)


def read_questions(
    path: Path, documents: Iterable[ReadingDocument]
) -> tuple[QuestionsOfDocument, ...]:
    """The further questions of a file about documents of other files.

    Raises:
        DatasetError: As `read_documents`, or if a document is missing.
    """
    known = {each.id: each for each in documents}
    found = []
    for number, line in read_jsonl(path, QuestionsOfDocument):
        document = _document(path, number, line.doc, known)
        for place, question in enumerate(line.questions):
            for part in ("answer", "context"):
                where = f"questions.{place}.{part}"
                _check_line(path, number, where, getattr(question, part), document)
        found.append(line)
    return _some(path, found)


def read_conversations(
    path: Path, documents: Iterable[ReadingDocument]
) -> tuple[Conversation, ...]:
    """The conversations of a file about documents of other files.

    Raises:
        DatasetError: As `read_documents`, or if a document is missing.
    """
    known = {each.id: each for each in documents}
    found = []
    for number, line in read_jsonl(path, Conversation):
        document = _document(path, number, line.doc, known)
        for place, turn in enumerate(line.turns):
            _check_line(path, number, f"turns.{place}.answer", turn.answer or (), document)
        found.append(line)
    return _some(path, found)


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


def _document(
    path: Path, number: int, name: str, known: dict[str, ReadingDocument]
) -> ReadingDocument:
    if name not in known:
        raise line_error(
            path, number, f"doc: there is no document {name!r} in the files of documents given."
        )
    return known[name]


def _check_line(
    path: Path, number: int, where: str, places: Iterable[int], text: ReadingText
) -> None:
    try:
        _check_places(where, places, text)
    except ValueError as error:
        raise line_error(path, number, f"{error}.") from error


def _check_places(where: str, places: Iterable[int], text: ReadingText) -> None:
    last = len(text.sentences) - 1
    for place in places:
        if place > last:
            raise ValueError(f"{where}: there is no sentence {place}; the last one is {last}")
