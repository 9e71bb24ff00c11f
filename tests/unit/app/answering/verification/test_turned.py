"""Claims in a quote's words with names exchanged or a denial left out."""

from __future__ import annotations

import pytest

from app.answering.verification.checks import Check
from app.answering.verification.turned import turned


def failed(claim: str, quote: str) -> set[Check]:
    return {failure.check for failure in turned(claim, [quote])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "In 2019 Bolt bought the cable works from Acme.",
            "In 2019 Acme bought the cable works from Bolt.",
        ),
        (
            "Bolt was sued by Acme over two patents in May.",
            "Acme was sued by Bolt over two patents in May.",
        ),
    ],
)
def test_names_that_have_changed_places_are_refused(claim: str, quote: str) -> None:
    assert failed(claim, quote) == {Check.ROLES}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "The cable works were bought by Acme from Bolt in 2019.",
            "In 2019 Acme bought the cable works from Bolt.",
        ),
        (
            "Bolt merged its cable works with Acme in 2019.",
            "Acme merged its cable works with Bolt in 2019.",
        ),
        ("Bolt and Acme closed the cable works.", "Acme and Bolt closed the cable works."),
        ("In 2019 Acme bought the works from Bolt.", "Acme bought the works from Bolt in 2019."),
        ("Bolt lost what Acme gained.", "The weather was fine in Oslo."),
    ],
)
def test_the_same_in_another_order_is_no_exchange(claim: str, quote: str) -> None:
    assert failed(claim, quote) == set()


def test_a_denial_that_is_left_out_is_refused() -> None:
    quote = "The board of Acme did not approve the sale of the cable works."
    assert failed("The board of Acme approved the sale of the cable works.", quote) == {
        Check.NEGATION
    }
    assert failed("The board of Acme never approved the sale of the works.", quote) == set()
    assert failed("The board of Acme refused to approve the sale.", quote) == set()


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "The scheme starts at two stores in Idaho and seven in Montana.",
            "The scheme starts in June at seven stores in Idaho and two in Montana.",
        ),
        (
            "Training reached 150 people against a target of 310.",
            "Training reached 310 people against a target of 150.",
        ),
        (
            "The county lets the room, and the church pays for shelves.",
            "The church lets the room for nothing, the county pays for shelves.",
        ),
        (
            "Fish eagles attacked red drones but seldom white ones.",
            "They feared the fish eagles, which attacked white drones but seldom red ones.",
        ),
    ],
)
def test_words_and_numbers_that_have_changed_places_are_refused(claim: str, quote: str) -> None:
    assert failed(claim, quote) == {Check.ROLES}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "The ministries of Peru, Laos and Malawi founded the fund in May.",
            "The ministries of Malawi, Laos and Peru founded the fund in May.",
        ),
        (
            "Either company can end the contract after two years.",
            "The contract can be ended by either company after two years.",
        ),
        (
            "The church works closely with the county on shelves and rooms.",
            "The county works closely with the church on shelves and rooms.",
        ),
        ("Six would buy, five would partner.", "Five would partner, six would buy."),
    ],
)
def test_lists_and_what_holds_either_way_may_change_places(claim: str, quote: str) -> None:
    assert failed(claim, quote) == set()
