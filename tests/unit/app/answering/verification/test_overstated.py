"""Claims in a quote's words that say more than it does."""

from __future__ import annotations

import pytest

from app.answering.verification.checks import Check
from app.answering.verification.overstated import overstated


def failed(claim: str, *quotes: str) -> set[Check]:
    return {failure.check for failure in overstated(claim, quotes)}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "All the hospitals in the north use the new scanner.",
            "Two hospitals in the north use the new scanner.",
        ),
        (
            "None of the five mills makes paper for the state.",
            "Three of the five mills make paper for the state.",
        ),
    ],
)
def test_what_is_told_of_some_is_refused_of_all(claim: str, quote: str) -> None:
    assert failed(claim, quote) == {Check.EXTENT}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "All the hospitals in the north use the new scanner.",
            "Every hospital in the north uses the new scanner.",
        ),
        (
            "Not all of the hospitals in the north use the scanner.",
            "Two hospitals in the north use the scanner.",
        ),
        ("Every week the hospital scans 46 people.", "The hospital scans 46 people a week."),
        ("Whoever asked in the north was given all of it.", "The south had its own scanner."),
    ],
)
def test_all_that_is_told_or_no_statement_about_all_passes(claim: str, quote: str) -> None:
    assert failed(claim, quote) == set()


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "Acme raises its share in the works to 51% in 2027.",
            "Acme may raise its share in the works to 51% in 2027 if it makes a loss.",
        ),
        (
            "The audit of the nine governments has been published.",
            "The audit is to be published once the last of the nine governments has cleared it.",
        ),
        (
            "Bolt bought the works of Acme for a nominal sum.",
            "Bolt proposed to buy the works of Acme for a nominal sum.",
        ),
    ],
)
def test_what_may_be_or_is_planned_is_refused_as_done(claim: str, quote: str) -> None:
    assert failed(claim, quote) == {Check.HEDGING}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "Acme has the right to raise its share in the works to 51%.",
            "Acme may raise its share in the works to 51%.",
        ),
        (
            "Bolt will buy the works of Acme for a nominal sum.",
            "Bolt plans to buy the works of Acme for a nominal sum.",
        ),
        (
            "The transaction was completed at the end of August 2018.",
            "Announced on 7 May 2018, the transaction was completed at the end of August 2018.",
        ),
        (
            "The utility meters the power and credits each account.",
            "The utility, whichever it may be, meters the power and credits each account.",
        ),
        ("Acme did not raise its share in the works.", "Acme could raise its share in the works."),
    ],
)
def test_the_same_certainty_passes(claim: str, quote: str) -> None:
    assert failed(claim, quote) == set()
