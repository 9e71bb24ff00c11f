from __future__ import annotations

from datetime import date

import pytest

from app.answering.composition.compose import in_own_words
from app.answering.conflicts.disagreement import disagreeing, notes
from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import ask
from app.answering.text.statuses import Status, status_of
from app.types import Citation, SourceAge
from tests.builders_answering import make_evidence
from vectorstore.types import Metadata

QUESTION = ask("Is the merger of CVS and Aetna completed?")
PENDING = make_evidence(
    "The proposed merger of CVS and Aetna is subject to approval.",
    uri="/notes/2018.md",
    published=date(2018, 11, 12),
)
DONE = make_evidence(
    "In November the merger of CVS and Aetna closed.",
    uri="/notes/2019.md",
    published=date(2019, 9, 10),
)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The deal is in the works.", Status.PENDING),
        ("CVS plans to buy Aetna.", Status.PENDING),
        ("The transaction closed in May.", Status.DONE),
        ("Haven was dissolved.", Status.ENDED),
        ("The deal was planned and then closed.", None),
        ("The partners share data.", None),
    ],
)
def test_status_of_a_sentence(text: str, status: Status | None) -> None:
    assert status_of(text) is status


@pytest.mark.parametrize("chosen", [[PENDING], [DONE], [PENDING, DONE]])
def test_two_statuses_of_one_deal_differ_and_the_newer_comes_first(chosen: list[Evidence]) -> None:
    assert disagreeing(QUESTION, chosen, [PENDING, DONE]) == [
        (DONE, PENDING, "status of CVS; Aetna")
    ]


def test_both_sides_are_the_whole_answer_to_a_question_for_a_yes_or_a_no() -> None:
    other = make_evidence("CVS and Aetna announced it in May.", uri="/notes/2018.md", ordinal=1)
    everything = [PENDING, other, DONE]
    said = in_own_words(QUESTION, [PENDING, other], everything)
    assert [proposal.text for proposal in said] == [DONE.text, PENDING.text]
    when = ask("When did the merger of CVS and Aetna close?")
    assert len(in_own_words(when, [PENDING, other], everything)) == 3


def test_one_party_with_a_name_of_two_words_is_not_two_parties() -> None:
    done = make_evidence("In 2018 CVS Health completed a study of clinics.", uri="/a.md")
    pending = make_evidence("By May CVS Health plans to open stores in Houston.", uri="/b.md")
    assert disagreeing(ask("What does CVS Health do?"), [done], [done, pending]) == []


def test_a_longer_and_a_shorter_name_of_one_party_are_one() -> None:
    done = make_evidence(
        "In 2018 CVS Health completed the purchase of Aetna’s shares.", uri="/a.md"
    )
    ((_, _, matter),) = disagreeing(QUESTION, [done], [done, PENDING])
    assert matter in {"status of CVS Health; Aetna", "status of CVS; Aetna"}


def test_an_undated_source_counts_as_the_older() -> None:
    undated = make_evidence(PENDING.text, uri="/notes/x.md", published=None)
    ((newer, older, _),) = disagreeing(QUESTION, [undated], [undated, DONE])
    assert (newer, older) == (DONE, undated)


def test_sources_that_agree_are_not_told() -> None:
    again = make_evidence(DONE.text, uri="/notes/copy.md")
    assert disagreeing(QUESTION, [DONE], [DONE, again]) == []


def test_one_source_never_disagrees_with_itself() -> None:
    same = make_evidence(PENDING.text, uri="/notes/2019.md", ordinal=4)
    assert disagreeing(QUESTION, [DONE], [DONE, same]) == []


def test_other_parties_are_another_matter() -> None:
    other = make_evidence("In May the merger of Sprint and T-Mobile closed.", uri="/o.md")
    assert disagreeing(QUESTION, [PENDING], [PENDING, other]) == []


def test_what_was_not_asked_is_not_told() -> None:
    assert disagreeing(ask("Who founded Haven?"), [PENDING], [PENDING, DONE]) == []


def test_weak_evidence_starts_no_disagreement() -> None:
    weak = make_evidence(DONE.text, uri="/notes/2019.md", relevance=0.1)
    assert disagreeing(QUESTION, [PENDING], [PENDING, weak]) == []


def cited(name: str, published: date | None, n: int = 1) -> Citation:
    return Citation(n, name, "v", Metadata(name, published=published), "quote", 0, 5)


def test_notes_give_newest_and_oldest_source_and_count_the_undated() -> None:
    found = notes(
        [
            cited("old", date(2018, 1, 1), 1),
            cited("new", date(2021, 1, 1), 2),
            cited("new", date(2021, 1, 1), 3),
            cited("undated", None, 4),
        ],
        [],
    )
    assert found.newest == SourceAge("new", date(2021, 1, 1))
    assert found.oldest == SourceAge("old", date(2018, 1, 1))
    assert found.undated == 1


def test_notes_on_undated_sources_alone_name_no_age() -> None:
    found = notes([cited("undated", None)], [])
    assert (found.newest, found.oldest, found.undated) == (None, None, 1)
