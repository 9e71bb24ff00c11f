"""Countries, their adjectives and their people in claims."""

from __future__ import annotations

import pytest

from app.answering.verification.facts import lacking
from app.answering.verification.verify import SUPPORTED, SUPPORTED_IN_DOUBT, verify

DELFT = "Ocella, spun out of a university in Delft in 2015, has yet to make an annual profit."
DUTCH = "Since it left a Dutch university the robot maker has had no profitable year."


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("The Welsh cup is for amateurs.", "The cup is for amateurs in Wales."),
        ("A firm from Denmark charges less.", "The Danish outfit charges less."),
        ("The Spaniards keep the leases.", "The firm from Spain keeps the leases."),
        ("The American bidders withdrew.", "The bidders from the United States withdrew."),
        ("The ban in Ireland was lifted.", "The Irish ban was lifted."),
    ],
)
def test_country_adjective_and_people_are_one(claim: str, told: str) -> None:
    assert lacking(claim, [told]).failures == ()


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("The Welsh cup is for amateurs.", "The Irish cup is for amateurs."),
        ("Software comes from a Dutch firm.", "The software was bought from a Danish firm."),
        ("The Dutch firm of Delft pays the nurses.", "The firm of Delft pays the nurses."),
    ],
)
def test_another_country_or_one_put_into_a_copy_fails(claim: str, told: str) -> None:
    assert lacking(claim, [told]).failures


def test_a_country_that_nothing_told_names_asks_for_a_surer_reading() -> None:
    def reads(chance: float) -> bool:
        return not verify(DUTCH, [DELFT], lambda _claim, _evidence, *, title="": chance)

    assert lacking(DUTCH, [DELFT]).failures == ()
    assert [reads(SUPPORTED), reads(SUPPORTED_IN_DOUBT)] == [False, True]


def test_a_small_word_behind_a_hyphen_makes_no_name_of_the_first() -> None:
    told = "An annex with model clauses by the law firm will follow."
    assert lacking("Ready-made clauses by the law firm will follow.", [told]).failures == ()
