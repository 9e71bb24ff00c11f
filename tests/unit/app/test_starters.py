"""Questions to begin with: made from what the library has, tried before they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app.errors import NotReadyError
from app.protocols import Readiness, SourceSummary
from app.starters import SURE, Starters, candidates
from app.types import Answer, AnswerStatus, Question
from tests.builders_web import make_abstention, make_answer, make_document
from vectorstore.types import Document

BODY = "The board of Orlena met. The owners of Orlena paid, and so did Orlena. Marlow watched."


def document(title: str, **known: Any) -> Document:
    return make_document(title.lower().replace(" ", "-"), BODY, title=title, **known)


def summary(of: Document) -> SourceSummary:
    return SourceSummary(of.id, of.version, of.metadata, len(of.text))


def titled(*titles: str) -> list[SourceSummary]:
    return [summary(document(title)) for title in titles]


def ready(generation: str = "gen-1", *, ok: bool = True) -> Readiness:
    return Readiness(ok, "", generation, 1)


@dataclass
class Chat:
    """Answers what it is told to answer."""

    documents: list[Document]
    answered: tuple[str, ...] = ()
    answer_of: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    readiness: Readiness = field(default_factory=ready)

    def ready(self) -> Readiness:
        return self.readiness

    def sources(self) -> list[SourceSummary]:
        return [summary(each) for each in self.documents]

    def document(self, wanted: str) -> Document | None:
        return next((each for each in self.documents if each.id == wanted), None)

    def answer(self, question: Question) -> Answer:
        self.asked.append(question.text)
        if question.text in self.answer_of:
            return self.answer_of[question.text]
        if question.text not in self.answered:
            return make_abstention(question.text)
        return sure(question.text)


def sure(question: str, chance: float = 0.9, **told: Any) -> Answer:
    answer = make_answer(question, **told)
    return replace(answer, receipt=replace(answer.receipt, answerability=chance))


def offered(chat: Chat) -> tuple[str, ...]:
    served: Any = chat
    return Starters(()).questions(served)


@pytest.mark.parametrize(
    ("title", "questions"),
    [
        ("Haven: why it closed", {"What is Haven?", "Who founded Haven?",
                                  "When was Haven founded?"}),
        ("Star Alliance", {"What is Star Alliance?", "Who founded Star Alliance?",
                           "When was Star Alliance founded?"}),
        ("Orlena and Marlow: a deal", {"What did Orlena and Marlow agree?",
                                       "Why did Orlena and Marlow work together?",
                                       "When did Orlena and Marlow announce their deal?"}),
        # what a title of other words is about is not known
        ("Why partnerships fail", set()),
        ("In praise of the halfway marriage", set()),
        ("Quarterly report of Orlena", set()),
    ],
)  # fmt: skip
def test_a_title_that_opens_with_names_gives_questions_of_them(
    title: str, questions: set[str]
) -> None:
    assert {question for subject, question in candidates(titled(title)) if subject} == questions


def test_documents_of_one_kind_do_not_all_begin_with_the_same_question() -> None:
    found = candidates(titled("Haven", "Kestrel", "Alba"))
    forms = {
        question.replace(subject, "{}") for subject, question in (next(found) for _ in range(3))
    }
    assert len(forms) == 3


def test_only_a_question_that_the_library_answers_is_offered_one_of_each_document() -> None:
    chat = Chat(
        [document("Haven"), document("Kestrel")],
        answered=("Who founded Haven?", "When was Haven founded?", "What is Kestrel?"),
    )
    found = offered(chat)
    assert set(found) & {"Who founded Haven?", "When was Haven founded?"} == {
        "When was Haven founded?"
    }
    assert "What is Kestrel?" in found
    assert set(found) <= set(chat.asked)


@pytest.mark.parametrize(
    "answer",
    [
        sure("What is Haven?", chance=SURE - 0.01),
        sure("What is Haven?", status=AnswerStatus.PARTIAL),
        sure("What is Haven?", message="Nothing on this was found about Marlow."),
    ],
)
def test_a_question_with_half_an_answer_is_not_offered(answer: Answer) -> None:
    assert "What is Haven?" not in offered(
        Chat([document("Haven")], answer_of={"What is Haven?": answer})
    )


def test_where_titles_tell_nothing_the_names_spoken_of_most_are_asked_about() -> None:
    wanted = "What do the sources say about Orlena?"
    chat = Chat([document("Why partnerships fail")], answered=(wanted,))
    assert offered(chat) == (wanted,)
    assert "What do the sources say about Marlow?" not in chat.asked  # it is named once


def test_who_wrote_or_published_a_document_is_not_what_it_is_about() -> None:
    chat = Chat([document("Why partnerships fail", publisher="Orlena")])
    assert offered(chat) == ()
    assert "What do the sources say about Orlena?" not in chat.asked


def test_questions_are_tried_once_for_each_generation() -> None:
    chat = Chat([document("Haven")], answered=("What is Haven?",))
    served: Any = chat
    starters = Starters(())
    first = starters.questions(served)
    tried = len(chat.asked)
    assert starters.questions(served) == first
    assert len(chat.asked) == tried
    chat.readiness = ready("gen-2")
    starters.questions(served)
    assert len(chat.asked) == 2 * tried


def test_a_refused_question_is_left_out() -> None:
    class Refusing(Chat):
        def answer(self, question: Question) -> Answer:
            raise NotReadyError("no")

    assert offered(Refusing([document("Haven")])) == ()


def test_nothing_is_offered_before_the_library_can_be_asked() -> None:
    chat = Chat([document("Haven")], readiness=ready(ok=False))
    assert offered(chat) == ()
    assert not chat.asked


def test_configured_questions_are_offered_as_they_are() -> None:
    served: Any = Chat([])
    assert Starters(("Why?",)).questions(served) == ("Why?",)
