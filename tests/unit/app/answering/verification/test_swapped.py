"""Claims that give one name the number of another."""

from __future__ import annotations

import pytest

from app.answering.verification.checks import Check
from app.answering.verification.swapped import number_of_another
from app.answering.verification.verify import verify

TICKETS = "Income from tickets: Norden $3.3m, Danza $1.9m."
PAID = "It had cost £2.8 million; Keld paid for half of it, Marrick for a third."


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Danza had $3.3m from tickets.", TICKETS),
        ("Keld paid for a third of the microscope.", PAID),
        (
            "Hirano's shares rose 2.1 percent.",
            "On Monday Hirano's shares lost 0.8 percent, Seto's 2.1 percent.",
        ),
    ],
)
def test_the_number_of_another_name_fails(claim: str, told: str) -> None:
    assert [each.check for each in number_of_another(claim, [told])] == [Check.JOINED]
    assert Check.JOINED in {each.check for each in verify(claim, [told], lambda *_, **__: 1.0)}


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Danza had $1.9m from tickets.", TICKETS),
        ("Norden had $3.3m from tickets.", TICKETS),
        ("Danza had less than the $3.3m of its partner.", TICKETS),
        ("Both Danza and its partner had up to $3.3m.", TICKETS),
        ("Danza was paid $3.3m.", "Norden paid $3.3m, and Danza has 19 dancers."),
        (
            "Danza was paid in March, after 3 weeks.",
            "Danza was paid in March, Norden after 3 weeks.",
        ),
        ("Rochmond was sued 7 times.", "Disputes | Halden: 0 | Rochmond: 7 | Tervo: 1"),
    ],
)
def test_a_name_with_its_own_number_or_a_comparison_passes(claim: str, told: str) -> None:
    assert list(number_of_another(claim, [told])) == []
