from __future__ import annotations

import pytest

from app.answering.conflicts.told_values import Kind, Told, dates_told, figures_told, wanted_figures
from app.answering.question.asking import Asked, ask

COST = ask("How much did the hall of Marrow cost?")
COUNT = ask("How many women worked in the laundry of Pell?")
SHARE = ask("What share of patients did the drug help?")
LONG = ask("How long do reports take at Trelawn?")
WHEN = ask("When did the desk of Nova come to an end?")


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What does Zapline charge?", {Kind.MONEY, Kind.COUNT}),
        ("How often does the boat sail?", set(Kind)),
        ("What share is lost?", {Kind.SHARE, Kind.COUNT}),
        ("Why did it close?", set()),
        ("What is a partnership?", set()),
    ],
)
def test_a_question_tells_which_figures_answer_it(question: str, kinds: set[Kind]) -> None:
    assert wanted_figures(ask(question)) == kinds


@pytest.mark.parametrize(
    ("asked", "first", "second"),
    [
        (COST, "It cost 8.2 million euros.", "The hall swallowed 11.5 million euros."),
        (COST, "It made 410,000.", "They paid 290,000 euros."),
        (COST, "They paid nothing.", "They paid 65 million dollars."),
        (COUNT, "Seventeen women left.", "Of them, 26 women left."),
        (COUNT, "Four came from Pell, and three from Marrow.", "There were nine women in all."),
        (COUNT, "Two of the sixteen women left.", "Six of the sixteen women left."),
        (COUNT, "There were 29 women and not sixteen.", "Sixteen women left."),
        (SHARE, "It helped one patient in five.", "It helped 74 percent."),
        (SHARE, "It helped every third patient.", "It helped 62 percent."),
        (SHARE, "It helped an eighth of the patients.", "It helped 9 percent."),
        (LONG, "A report takes 50 minutes.", "A report takes four hours."),
        (LONG, "A report takes eleven weeks.", "It is five and a half weeks, not eleven."),
    ],
)
def test_figures_that_cannot_both_be_true_are_others(asked: Asked, first: str, second: str) -> None:
    assert figures_told(asked, first, second) is Told.OTHER
    assert figures_told(asked, second, first) is Told.OTHER


@pytest.mark.parametrize(
    ("asked", "first", "second"),
    [
        (COST, "It costs 700,000 euros a month.", "It costs 8.4 million euros a year."),
        (COST, "Costs of 90 million dollars.", "Voss put aside 45 million dollars for its half."),
        (COUNT, "More than nine thousand women.", "Some 9,400 women."),
        (COUNT, "About forty women.", "There were 41 women."),
        (COUNT, "Four came from Pell, and three from Marrow.", "There were seven women in all."),
        (SHARE, "It helped a third.", "It helped 33 percent."),
        (SHARE, "One in five.", "It helped 20 percent."),
        (SHARE, "Four in five patients got better.", "It helped 80 percent."),
        (SHARE, "It helped every second patient.", "It helped half of them."),
        (SHARE, "It helped every 20th patient.", "It helped 5 percent."),
        (LONG, "It takes 60 minutes.", "It takes one hour."),
    ],
)
def test_figures_in_other_notation_unit_or_rounding_are_the_same(
    asked: Asked, first: str, second: str
) -> None:
    assert figures_told(asked, first, second) is Told.SAME
    assert figures_told(asked, second, first) is Told.SAME


def test_a_length_in_miles_is_the_same_in_kilometres() -> None:
    asked = ask("How far does the cable of Norlink reach?")
    told = figures_told(asked, "It is 1,340 kilometres long.", "They laid 830 miles of glass.")
    assert told is Told.SAME


def test_what_the_question_says_itself_is_no_answer() -> None:
    asked = ask("How many of the 640 alarms were wrong?")
    assert figures_told(asked, "Of 640 alarms, 290 were.", "640 alarms came.") is Told.NOTHING


def test_euros_are_not_compared_with_dollars() -> None:
    assert figures_told(COST, "It cost 8 million euros.", "It cost $9 million.") is Told.NOTHING


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("It ended in June 2018.", "It ended at the end of 2018.", Told.OTHER),
        ("It ended in 2018.", "It ended in June 2018.", Told.SAME),
        ("It ended on 3 May 2018.", "It ended on 17 October 2018.", Told.OTHER),
        ("It ended in 2018.", "It ended.", Told.NOTHING),
    ],
)
def test_days_are_compared_as_far_as_both_are_given(first: str, second: str, told: Told) -> None:
    assert dates_told(WHEN, first, second) is told


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("It cost about $207 a seat.", "It cost about $212 a seat.", Told.OTHER),
        ("It cost about $200 a seat.", "It cost $212 a seat.", Told.SAME),
        ("It cost roughly $69 billion.", "It cost roughly $70 billion.", Told.SAME),
        ("It cost $145 in cash and a share in Pell.", "It cost about $207.", Told.NOTHING),
    ],
)
def test_a_rough_figure_is_as_exact_as_it_is_written(first: str, second: str, told: Told) -> None:
    assert figures_told(COST, first, second) is told
    assert figures_told(COST, second, first) is told
