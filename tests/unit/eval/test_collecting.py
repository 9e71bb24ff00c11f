"""What people asked in vain becomes cases, once each, and nobody's work on them is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.conversations.records import Channel, Feedback, Gap, Rating, Reason
from app.types import Answer, AnswerStatus, Message
from eval.collecting import MAX_TURNS, Appended, append_cases, cases_from
from eval.datasets.case_format import read_cases
from eval.errors import DatasetError
from eval.types import Answerability
from tests.builders_web import make_abstention, make_answer, make_receipt

DOWN = Feedback(Rating.DOWN, (Reason.OUTDATED,), "It closed in 2018.")


def make_gap(
    question: str = "Why not?",
    *,
    earlier: tuple[Answer, ...] = (),
    condensed: str | None = None,
    channel: Channel = Channel.WEB,
    downs: tuple[Feedback, ...] = (),
) -> Gap:
    answer = make_answer(question) if downs else make_abstention(question)
    receipt = make_receipt(question, condensed_query=condensed or question)
    return Gap(replace(answer, receipt=receipt), answer.status, channel, downs, earlier)


def test_refused_question_becomes_a_case_to_fill_in() -> None:
    [case] = cases_from([make_gap()])

    assert case.question == "Why not?"
    assert case.tags == ("from-use", "abstained", "web")
    assert case.answerability is Answerability.UNKNOWN
    assert (case.evidence, case.facts, case.references, case.history) == ((), (), (), ())
    assert case.notes.splitlines() == [
        "Asked once, last on 2026-11-22. The answer (abstained):",
        "The sources do not say. 2 sources were searched; the newest is of 15 Jan 2019.",
        "Near: Pharmacies as clinics: Nobody knows yet whether it pays.",
    ]


def test_disliked_answer_stands_in_the_notes_with_its_quotes_and_comments() -> None:
    [case] = cases_from([make_gap("What was bought?", downs=(DOWN,))])

    assert case.tags == ("from-use", "thumbs_down", "outdated", "web")
    _, answer, *quotes, comment = case.notes.splitlines()
    assert answer.startswith("A regional insurer bought a chain of pharmacies in January.")
    assert quotes[1] == "[2] Pharmacies as clinics: The price was $70 billion."
    assert comment == "Comment: It closed in 2018."


def test_earlier_turns_become_the_history() -> None:
    earlier = (make_answer("What was bought?"), make_abstention("By whom?"))
    [case] = cases_from([make_gap("And why?", earlier=earlier, condensed="And why? (bought)")])

    assert case.question == "And why?"
    assert [turn.role for turn in case.history] == ["user", "assistant"] * 2
    assert case.history[2] == Message("user", "By whom?")
    assert case.history[3].content.startswith("The sources do not say.")


def test_long_conversation_is_cut_to_what_a_server_reads() -> None:
    earlier = tuple(make_answer(f"Question {n}?") for n in range(MAX_TURNS + 5))

    [case] = cases_from([make_gap(earlier=earlier)])

    assert len(case.history) == 2 * MAX_TURNS
    assert case.history[0].content == "Question 5?"


def test_follow_up_of_a_caller_who_kept_the_conversation_asks_what_was_searched() -> None:
    [case] = cases_from([make_gap("And why?", condensed="And why? (bought)")])

    assert (case.question, case.history) == ("And why? (bought)", ())
    assert "worded 'And why?'" in case.notes


def test_same_question_after_the_same_questions_is_one_case() -> None:
    first, other = make_answer("What was bought?"), make_abstention("what was  bought?")
    gaps = [
        make_gap(earlier=(first,)),
        make_gap("why NOT", earlier=(other,), channel=Channel.SLACK, downs=(DOWN,)),
        make_gap(),
    ]

    together, alone = cases_from(gaps)

    assert together.tags == ("from-use", "abstained", "thumbs_down", "outdated", "web", "slack")
    assert together.notes.startswith("Asked 2 times, ")
    assert together.id != alone.id
    assert cases_from([gaps[1]])[0].id == together.id
    assert together.id.startswith("from-use-")


def test_file_is_made_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "made" / "cases.jsonl"
    cases = cases_from([make_gap(), make_gap("Ünd nun? 🙂", earlier=(make_answer(),))])

    assert append_cases(path, cases) == Appended(new=2, known=0)

    assert read_cases(path) == cases
    assert json.loads(path.read_text().splitlines()[0])["answerability"] == "unknown"
    assert "Ünd nun? 🙂" in path.read_text()


def test_collecting_again_adds_what_is_new_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    append_cases(path, cases_from([make_gap()]))
    edited = json.loads(path.read_text())
    edited |= {"answerability": "answerable", "facts": [["because", "since"]], "notes": "Mine."}
    path.write_text(json.dumps(edited))  # as an editor leaves it: without the end of the line

    again = [make_gap(downs=(DOWN,)), make_gap("New?")]

    assert append_cases(path, cases_from(again)) == Appended(new=1, known=1)
    assert append_cases(path, cases_from(again)) == Appended(new=0, known=2)
    first, second = path.read_text().splitlines()
    assert json.loads(first) == edited
    assert json.loads(second)["question"] == "New?"


def test_nothing_new_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"

    assert append_cases(path, ()) == Appended(new=0, known=0)
    assert not path.exists()
    path.write_text("\n")
    append_cases(path, ())
    assert path.read_text() == "\n"


@pytest.mark.parametrize("content", ["{", '{"id": "1"}', '{"id": "1", "question": "a", "x": 1}'])
def test_file_of_something_else_is_not_touched(tmp_path: Path, content: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(content)

    with pytest.raises(DatasetError, match=r"cases\.jsonl, line 1"):
        append_cases(path, cases_from([make_gap()]))
    assert path.read_text() == content


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DatasetError, match="cannot be"):
        append_cases(tmp_path / "file" / "cases.jsonl", cases_from([make_gap()]))
    with pytest.raises(DatasetError, match="cannot be read"):
        append_cases(tmp_path, cases_from([make_gap()]))


def test_answer_whose_words_were_erased_says_so() -> None:
    gap = make_gap(downs=(DOWN,))
    erased = replace(gap.answer, claims=(), citations=(), message="Erased.")

    [case] = cases_from([replace(gap, answer=erased, status=AnswerStatus.ANSWERED)])

    assert case.notes.splitlines()[1] == "Erased."
