"""What a line of a reading file may hold; described in `reading/README.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

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
            check_places(f"{where}.answer", question.answer, self)
            check_places(f"{where}.context", question.context, self)
            if repeated := sorted({*question.answer} & {*question.context}):
                raise ValueError(f"{where}.context repeats {repeated[0]} of the answer")
        for number, claim in enumerate(self.claims):
            check_places(f"claims.{number}.evidence", claim.evidence, self)
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
            check_places(where, (sentence,), self.documents[document])
        return self


class SentenceOfSource(_Strict):
    """One side of a pair."""

    title: Text
    date: Day | None
    sentence: Text


class PairOfSentences(_Strict):
    """Two sentences of two sources, and whether they tell the same thing differently."""

    id: Text
    about: Text | None = None
    """What both speak of, in a few words."""
    q: Text | None = None
    """A question that both answer."""
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


def check_places(where: str, places: Iterable[int], text: ReadingText) -> None:
    """Check that a text has the sentences that are named.

    Raises:
        ValueError: If it has not.
    """
    last = len(text.sentences) - 1
    for place in places:
        if place > last:
            raise ValueError(f"{where}: there is no sentence {place}; the last one is {last}")
