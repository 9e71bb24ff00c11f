from __future__ import annotations

import pytest

from app.answering.text.doers import is_of_another
from app.answering.text.terms import key_of

BUY = frozenset(map(key_of, ("buy", "bought", "acquire", "purchase")))
ORLENA = (frozenset({key_of("Orlena")}),)


@pytest.mark.parametrize(
    "text",
    [
        "Orlena competes with Marlow, and Marlow bought Sorrel in May.",
        "Orlena fell behind when Marlow bought Sorrel.",
        "Sorrel was bought by Marlow, which Orlena regretted.",
        "Berg and Marlow acquired Sorrel, not Orlena.",
    ],
)
def test_another_name_in_the_clause_of_the_verb_did_it(text: str) -> None:
    assert is_of_another(text, BUY, ORLENA)


@pytest.mark.parametrize(
    "text",
    [
        "Orlena bought Sorrel in May.",
        "Orlena and Marlow bought Sorrel.",
        "Marlow, Berg and Orlena bought Sorrel.",
        "Sorrel was bought by Orlena.",
        "Sorrel was bought in May.",
        "It bought Sorrel for a million.",
        "In August 2018 it bought Sorrel.",
        "Together they bought Sorrel.",
        "In Norway the firm bought Sorrel.",
        "Orlena and Sorrel signed a contract.",
    ],
)
def test_nobody_else_did_it_where_the_clause_has_the_name_or_none(text: str) -> None:
    assert not is_of_another(text, BUY, ORLENA)
