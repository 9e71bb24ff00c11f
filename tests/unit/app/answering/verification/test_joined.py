"""The sentence of one with the name of another."""

from __future__ import annotations

from app.answering.verification.checks import Check
from app.answering.verification.joined import told_of_another

CHIEF = "Acme's finance chief, Ada Lund, said labour costs had risen by a fifth since 2020."
OTHER = "Her counterpart at Bolt, Raymond Tsui, said employers could absorb no more."


def failed(claim: str, *quotes: str) -> set[Check]:
    return {failure.check for failure in told_of_another(claim, quotes)}


def test_the_words_of_one_in_the_mouth_of_another_are_refused() -> None:
    claim = "Raymond Tsui said labour costs had risen by a fifth since 2020."
    assert failed(claim, CHIEF, OTHER) == {Check.JOINED}


def test_the_same_words_of_who_said_them_pass() -> None:
    claim = "Ada Lund said labour costs had risen by a fifth since 2020."
    assert failed(claim, CHIEF, OTHER) == set()


def test_a_sentence_that_opens_with_a_pronoun_may_get_the_name_of_the_one_before() -> None:
    before = "Renault sent Carlos Ghosn to Tokyo."
    plan = "His Revival Plan of October 1999 provided for five closures and 21,000 job cuts."
    claim = "Carlos Ghosn's plan provided for five closures and 21,000 job cuts."
    assert failed(claim, before, plan) == set()


def test_a_name_that_no_quote_has_is_not_judged_here() -> None:
    claim = "Otto Berg said labour costs had risen by a fifth since 2020."
    assert failed(claim, CHIEF, OTHER) == set()
