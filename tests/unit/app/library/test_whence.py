"""What the answer before rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import pytest

from app.languages.english import in_english
from app.library.pen import Quoted
from app.library.whence import CERTAIN, NO_DAY, tell_whence
from app.library.whence_shapes import Whence, whence
from vectorstore.types import DocumentId, Metadata, Sentence


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Where does it say so?", Whence.PLACE),
        ("ok, but where did you read that?", Whence.PLACE),
        ("Who claims this?", Whence.PLACE),
        ("what are your sources", Whence.PLACE),
        ("In which article is that?", Whence.PLACE),
        ("Really? Are you certain of that?", Whence.CERTAIN),
        ("is this really true", Whence.CERTAIN),
        ("How do you know that?", Whence.CERTAIN),
        ("really??", Whence.CERTAIN),
        ("True?", Whence.CERTAIN),
        ("who wrote that?", Whence.PLACE),
        ("but I thought it was 2020", Whence.CERTAIN),
        ("I heard that they are still open", Whence.CERTAIN),
        ("oh, seriously?", Whence.CERTAIN),
        ("Are you a hundred percent sure about that", Whence.CERTAIN),
        ("you absolutely sure of this one?", Whence.CERTAIN),
        ("Where does that number come from?", Whence.PLACE),
        ("where is this quote taken from", Whence.PLACE),
        ("From when is that figure?", Whence.AGE),
        ("How recent are these numbers?", Whence.AGE),
        ("is it up to date", Whence.AGE),
    ],
)
def test_a_turn_about_the_answer_before_is_told_by_its_shape(text: str, asked: Whence) -> None:
    assert whence(text) is asked


@pytest.mark.parametrize(
    "text",
    [
        "When was that?",
        "Who said that it would close?",
        "Where is it based?",
        "Who wrote it?",
        "How old is it?",
        "What is the source of its income?",
        "Is it confirmed?",
        "Are you sure that Kestrel closed?",
    ],
)
def test_a_question_to_the_sources_is_none(text: str) -> None:
    assert whence(text) is None


@pytest.mark.parametrize(
    ("text", "language", "asked"),
    [
        ("Woher wissen Sie das?", "de", Whence.PLACE),
        ("Wie aktuell ist das?", "de", Whence.AGE),
        ("D'où vient cette information ?", "fr", Whence.PLACE),
        ("¿Está seguro?", "es", Whence.CERTAIN),
        ("Dove sta scritto?", "it", Whence.PLACE),
        ("Weet u dat zeker?", "nl", Whence.CERTAIN),
        ("De quando é isso?", "pt", Whence.AGE),
    ],
)
def test_other_languages_ask_the_same(text: str, language: str, asked: Whence) -> None:
    assert whence(in_english(text, language).text) is asked


@dataclass(frozen=True)
class Document:
    id: DocumentId
    metadata: Metadata


class Shelves:
    """Two documents; as much of `Shelf` as this needs."""

    language = "en"

    def __init__(self, published: date | None) -> None:
        told = Metadata("Kestrel", authors=("Ann Berg",), published=published)
        self.documents = [Document(DocumentId("a"), told), Document(DocumentId("b"), told)]

    def sentences(self, document: Document) -> list[Quoted]:
        texts = ["Kestrel sails in May.", "Marlow stays in port."]
        return [
            Quoted(
                document.id,
                "1",
                document.metadata,
                Sentence(n, 100 * n, 100 * n + len(text), heading=("Plans",)),
                text,
            )
            for n, text in enumerate(texts)
        ]


def tell(asked: Whence, published: date | None = date(2020, 5, 4)) -> Any:
    shelf = cast("Any", Shelves(published))
    return tell_whence(asked, "So: Kestrel sails in May.", [DocumentId("a")], shelf)


def test_where_it_stands_is_the_document_and_its_sentence_under_its_heading() -> None:
    told = tell(Whence.PLACE)
    assert [(claim.text, claim.heading) for claim in told.claims] == [
        ("Kestrel. Ann Berg, 4 May 2020.", ""),
        ("Kestrel sails in May.", "Kestrel › Plans"),
    ]
    assert [one.quote for one in told.citations] == ["Kestrel sails in May."]


def test_how_old_it_is_is_the_day_of_its_newest_document() -> None:
    assert "4 May 2020" in tell(Whence.AGE).message
    assert tell(Whence.AGE, None).message == NO_DAY


def test_how_sure_it_is_is_left_to_the_documents() -> None:
    told = tell(Whence.CERTAIN)
    assert told.message == CERTAIN
    assert len(told.claims) == 1


def test_of_an_answer_without_documents_nothing_is_told() -> None:
    assert tell_whence(Whence.PLACE, "", [], cast("Any", Shelves(None))) is None
