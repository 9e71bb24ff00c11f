from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.question.decompose import MAX_PARTS, covered_parts, in_turn, parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Compare the profit of Alpha Works Inc. in 2019 and Beta Foods in May 2020.",
            [
                "Compare the profit of Alpha Works Inc. in 2019.",
                "Compare the profit of Beta Foods in May 2020.",
            ],
        ),
        (
            "What did Walgreens and Microsoft announce?",
            ["What did Walgreens announce?", "What did Microsoft announce?"],
        ),
        (
            "Is Renault, Nissan or Mitsubishi the largest?",
            ["Is Renault the largest?", "Is Nissan the largest?", "Is Mitsubishi the largest?"],
        ),
        (
            "How do the net profits of Alba Inc. in 2019 and Brava in 2020 compare?",
            [
                "What were the net profits of Alba Inc. in 2019?",
                "What were the net profits of Brava in 2020?",
            ],
        ),
        (
            "How do the launch times of the lamps of Alba and Brava compare?",
            [
                "When was the launch of the lamps of Alba?",
                "When was the launch of the lamps of Brava?",
            ],
        ),
        (
            "How do the dates of the mergers by Alba and Brava compare?",
            ["When were the mergers by Alba?", "When were the mergers by Brava?"],
        ),
        (
            "Which firm had a higher net profit in 2020, Alba or Brava?",
            [
                "What was the net profit of Alba in 2020?",
                "What was the net profit of Brava in 2020?",
            ],
        ),
        (
            "Who invested more in research, Alba or Brava?",
            ["How much has Alba invested in research?", "How much has Brava invested in research?"],
        ),
        (
            "Which firm employs more people, Alba or Brava?",
            ["How many people does Alba employ?", "How many people does Brava employ?"],
        ),
        (
            "What did Alba, Cordo and Brava raise in 2018, 2019 and 2020, respectively?",
            [
                "What did Alba raise in 2018?",
                "What did Cordo raise in 2019?",
                "What did Brava raise in 2020?",
            ],
        ),
        ("Is Toyota larger than Honda?", []),
        ("Who works in Atlanta, Georgia?", []),
        ("What did Walgreens announce?", []),
        ("what did walgreens and microsoft announce?", []),
    ],
)
def test_names_side_by_side_are_parts(question: str, expected: list[str]) -> None:
    assert [part.text for part in parts(question)] == expected


@given(st.text(max_size=200))
def test_any_question_can_be_taken_apart(question: str) -> None:
    assert len(parts(question)) != 1


def test_a_text_covers_the_parts_that_it_names() -> None:
    pieces = parts("What did Walgreens and Microsoft announce?")
    assert covered_parts(pieces, "Walgreens chose Microsoft.") == {0, 1}
    assert covered_parts(pieces, "Microsoft sells software.") == {1}
    assert covered_parts(pieces, "Nobody said so.") == set()


def test_names_take_turns() -> None:
    covers = {"a": {0}, "b": {0}, "c": set[int](), "d": {1}, "e": {1}, "f": {0, 1}}
    # a serves the first; then d, the best of the second; then f serves both, b, e; c names none.
    assert in_turn(list("abcdef"), covers, 2) == ["a", "d", "b", "e", "f", "c"]


def test_what_names_both_serves_both() -> None:
    covers = {"both": {0, 1}, "one": {0}, "other": {1}}
    assert in_turn(["both", "one", "other"], covers, 2) == ["both", "one", "other"]


@given(st.permutations(list(range(8))), st.data())
def test_taking_turns_loses_nothing(order: list[int], data: st.DataObject) -> None:
    names = [f"p{n}" for n in order]
    covers = {name: data.draw(st.sets(st.integers(0, 2))) for name in names}
    assert sorted(in_turn(names, covers, 3)) == sorted(names)


def test_of_very_many_names_some_are_asked_of_alone() -> None:
    """Each is a search, and a question has room for hundreds."""
    names = [f"Name{letter}{other}" for letter in "abcdefghij" for other in "abcdefghij"]
    found = parts(f"What did {' and '.join(names)} agree?")
    assert [part.name for part in found] == names[:MAX_PARTS]
    assert found[-1].text == f"What did {names[MAX_PARTS - 1]} agree?"
