from __future__ import annotations

import pytest

from app.answering.evidence.announcing import announces, concludes, without_announcements
from app.answering.question.asking import ask
from tests.builders_answering import make_evidence


@pytest.mark.parametrize(
    "text",
    [
        "This report examines how clinics share nurses.",
        "In this article, we split the work into three steps.",
        "The following pages will introduce you to the owners.",
        "We hope you find this paper useful.",
        "Here's how to share a nurse:",
    ],
)
def test_a_text_that_speaks_of_itself_announces(text: str) -> None:
    assert announces(text)


@pytest.mark.parametrize(
    "text",
    [
        "This report of a leak frightened the clinic.",
        "The clinic examines each nurse.",
        "In this town, nurses are shared.",
        "Here the nurses sleep.",
    ],
)
def test_other_sentences_announce_nothing(text: str) -> None:
    assert not announces(text)


def test_what_a_text_says_of_itself_comes_last_with_what_goes_on_from_it() -> None:
    evidence = [
        make_evidence("This report examines shared nurses.", ordinal=0, relevance=0.9),
        make_evidence("It also provides lessons on nurses.", ordinal=1, relevance=0.8),
        make_evidence("Shared nurses are cheaper.", ordinal=2, relevance=0.6),
        make_evidence("It also provides meals.", ordinal=3, relevance=0.5),
    ]
    found = without_announcements(ask("What are the gains of shared nurses?"), evidence)
    assert [item.sentence.ordinal for item in found] == [2, 3, 0, 1]
    assert found[2].relevance == pytest.approx(0.18)


@pytest.mark.parametrize("question", ["What is the report on nurses about?", "Sum up the nurses."])
def test_it_answers_where_the_text_itself_is_asked_about(question: str) -> None:
    evidence = [make_evidence("This report examines shared nurses.", relevance=0.9)]
    assert without_announcements(ask(question), evidence) == evidence


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("In conclusion, the clinic had a full year.", True),
        ("Overall, sharing paid off.", True),
        ("Zusammenfassend war das Jahr gut.", True),
        ("Overall costs fell by 4 %.", False),
        ("In summer the clinic was closed.", False),
    ],
)
def test_what_sums_up_a_text_concludes(text: str, does: bool) -> None:
    assert concludes(text) == does


@pytest.mark.parametrize(
    ("question", "first"),
    [("What did the clinic share?", 1), ("Sum up the year.", 1), ("What is concluded?", 0)],
)
def test_a_conclusion_comes_after_what_it_sums_up_unless_it_is_asked_for(
    question: str, first: int
) -> None:
    evidence = [
        make_evidence("In conclusion, the clinic shared much.", ordinal=0, relevance=0.9),
        make_evidence("In May, the clinic shared two nurses.", ordinal=1, relevance=0.6),
    ]
    assert without_announcements(ask(question), evidence)[0].sentence.ordinal == first


def test_a_conclusion_that_alone_answers_is_the_answer() -> None:
    evidence = [
        make_evidence("In conclusion, sharing nurses was a success.", ordinal=1, relevance=0.9),
        make_evidence("Nurses were shared in May.", ordinal=0, relevance=0.2),
    ]
    assert without_announcements(ask("Was sharing nurses a success?"), evidence) == evidence
