"""Claims in a quote's words with names exchanged or a denial left out."""

from __future__ import annotations

import pytest

from app.answering.checks import Check
from app.answering.turned import turned


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
