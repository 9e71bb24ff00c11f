from __future__ import annotations

import pytest

from app.answering.evidence.relations import Premise, as_statement, premise, relation_of
from app.answering.question.asking import ask
from tests.builders_answering import make_evidence

MERGED = "Orlena bought Sorrel in May 2019."
PAID = "Orlena paid Sorrel 3 million euros."
TALKED = "Orlena and Sorrel announced a partnership in May 2019."


def judged(question: str, *texts: str) -> Premise:
    found = [make_evidence(text, ordinal=n) for n, text in enumerate(texts)]
    return premise(ask(question), found)


def test_who_did_more_of_two_is_not_who_did_it_to_them() -> None:
    assert relation_of("Who invested more in research, Orlena or Sorrel?") is None
    assert relation_of("Who invested in Orlena?") is not None
    assert relation_of("Do Orlena's beers sell better in Hove than Sorrel's?") is None


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("When did Orlena buy Sorrel?", "Orlena bought Sorrel"),
        ("When was Sorrel bought by Orlena?", "Orlena bought Sorrel"),
        ("How much did Orlena pay Sorrel?", "Orlena paid Sorrel"),
        ("When did Orlena merge with Sorrel?", "Orlena merged with Sorrel"),
        ("Has Orlena left Sorrel?", "Orlena left Sorrel"),
        ("Why did Orlena acquire Sorrel?", "Orlena acquired Sorrel"),
        ("When was Sorrel sold to Orlena?", "Orlena bought Sorrel"),
        ("When did Orlena and Sorrel merge?", "Orlena merged with Sorrel"),
    ],
)
def test_what_a_question_takes_for_granted_is_said_in_its_own_names(
    question: str, statement: str
) -> None:
    relation = relation_of(question)
    assert relation is not None
    assert as_statement(relation) == statement


@pytest.mark.parametrize(
    "question",
    ["What do Orlena and Sorrel sell together?", "Why did Orlena fail?", "How old is Sorrel?"],
)
def test_other_questions_take_nothing_for_granted(question: str) -> None:
    relation = relation_of(question)
    assert relation is None or not relation.is_between_names


def test_a_purchase_of_which_no_sentence_tells_is_not_said() -> None:
    assert judged("When did Orlena buy Sorrel?", TALKED) is Premise.UNSAID


def test_a_purchase_that_is_told_is_said() -> None:
    assert judged("When did Orlena buy Sorrel?", TALKED, MERGED) is Premise.SAID
    told = "Orlena completed its acquisition of Sorrel in May 2019."
    assert judged("When did Orlena buy Sorrel?", told) is Premise.SAID


def test_roles_the_other_way_round_are_told_apart() -> None:
    assert judged("How much did Sorrel pay Orlena?", PAID) is Premise.REVERSED
    assert judged("How much did Orlena pay Sorrel?", PAID) is Premise.SAID
    passive = "Sorrel was paid 3 million euros by Orlena."
    assert judged("How much did Orlena pay Sorrel?", passive) is Premise.SAID


def test_a_name_that_nothing_speaks_of_is_left_to_others() -> None:
    assert judged("When did Kestrel buy Sorrel?", TALKED) is Premise.SAID


def test_who_did_it_is_not_said_where_only_others_are_spoken_of() -> None:
    missing = frozenset({"skyteam"})
    found = [
        make_evidence("Marlow was founded by Lund and Berg.", missing=missing),
        make_evidence("SkyTeam followed in 2000.", ordinal=1, relevance=0.1),
    ]
    assert premise(ask("Which airline founded SkyTeam?"), found) is Premise.UNSAID


def test_a_role_asks_for_the_same_as_its_verb() -> None:
    relation = relation_of("Who were Haven's founders?")
    assert relation is not None
    assert relation.family == "found"
    assert relation.doers == ()


def test_a_sentence_may_lean_on_the_one_before_it_for_a_name() -> None:
    told = (
        "Marlow left the Ledger pact in August.",
        "It joined Kestrel on 1 September, because its new owner Olu Foods belongs to that group.",
    )
    assert judged("Why did Marlow join Kestrel?", *told) is Premise.SAID


def test_own_behind_an_owner_is_no_verb() -> None:
    assert relation_of("What happens to Kestrel's own docks in Bergen?") is None


def test_what_somebody_was_against_is_not_asked_for() -> None:
    assert relation_of("Who was against Orlena buying Sorrel?") is None


def test_who_right_before_the_verb_is_the_one_asked_for() -> None:
    relation = relation_of("When did Haven close, and who founded Star Alliance?")
    assert relation is not None
    assert relation.doers == ()
    assert relation.done_to_text == "Star Alliance"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to the Trade Index 2021 report, Kestrel is large.", Premise.UNSAID),
        ("Kestrel goes back to 1891.", Premise.SAID),
    ],
)
def test_when_something_was_founded_needs_a_founding_or_a_day(text: str, expected: Premise) -> None:
    assert premise(ask("When was Kestrel founded?"), [make_evidence(text)]) is expected


@pytest.mark.parametrize(
    "question",
    [
        "What has Halleux paid per kilo for Tomme de Varenne?",
        "What did Orlena pay a month for the warehouse at Elsport?",
    ],
)
def test_what_is_paid_for_is_no_payee(question: str) -> None:
    assert relation_of(question) is None


def test_who_is_paid_stands_behind_the_verb_or_behind_to() -> None:
    for question in ("How much did Orlena pay Sorrel?", "How much did Orlena pay to Sorrel?"):
        relation = relation_of(question)
        assert relation is not None
        assert (relation.doer_text, relation.done_to_text) == ("Orlena", "Sorrel")


@pytest.mark.parametrize(
    "text",
    [
        "Orlena competes with Marlow, and Marlow bought Sorrel in May 2019.",
        "Orlena and Sorrel reached an agreement on licences in May 2019.",
    ],
)
def test_a_purchase_by_another_or_another_agreement_does_not_tell_of_it(text: str) -> None:
    beside = make_evidence(text, relevance=0.05)
    best = make_evidence("In May 2019 both signed.", ordinal=5)
    asked = ask("When did Orlena buy Sorrel?")
    assert premise(asked, [best, beside]) is Premise.UNSAID


def test_a_name_that_shares_a_word_with_another_is_not_that_one() -> None:
    asked = "When did Air Canada leave Sorrel?"
    assert judged(asked, "Air France left Sorrel in 2004.", "Air Canada stays.") is Premise.UNSAID


def test_two_that_merge_something_of_theirs_are_not_said_to_merge() -> None:
    relation = relation_of("What led Orlena and Sorrel to merge their crews?")
    assert relation is None or not relation.is_between_names


def test_a_name_behind_the_object_is_not_what_was_bought() -> None:
    told = make_evidence("Orlena signed the contract with Sorrel.", relevance=0.05)
    best = make_evidence("It got half of the capacity.", ordinal=5)
    asked = ask("Why did Orlena buy capacity in Sorrel?")
    loose = make_evidence("Orlena and Sorrel reached an agreement.", ordinal=6, relevance=0.01)
    assert premise(asked, [best, told, loose]) is Premise.SAID


def test_who_sells_itself_is_bought() -> None:
    sold = relation_of("When did Sorrel sell itself to Orlena?")
    bought = relation_of("When did Orlena buy Sorrel?")
    assert sold is not None
    assert bought is not None
    assert (sold.family, sold.doers, sold.done_to) == (bought.family, bought.doers, bought.done_to)
    assert as_statement(sold) == "Orlena bought Sorrel"


@pytest.mark.parametrize(
    "question", ["When did Orlena sell the mill to Sorrel?", "Did Orlena buy the mill in Hove?"]
)
def test_no_statement_is_made_of_a_name_that_is_not_the_object(question: str) -> None:
    relation = relation_of(question)
    assert relation is not None
    assert as_statement(relation) is None


@pytest.mark.parametrize(
    ("told", "presumed"),
    [
        ("Orlena paid Sorrel for the right to sell Sorrel coffee.", Premise.UNSAID),
        ("Orlena decided to sell Sorrel in May 2019.", Premise.SAID),
        ("Orlena wanted to sell Sorrel.", Premise.SAID),
    ],
)
def test_goods_that_are_named_after_somebody_are_not_they(told: str, presumed: Premise) -> None:
    assert judged("When did Orlena sell Sorrel?", told) is presumed


def test_an_unlikely_sentence_must_itself_speak_of_both() -> None:
    sells = "Sorrel lives on what the mill sells."
    title = make_evidence(sells, uri="/notes/Orlena and Sorrel.md", ordinal=1, relevance=0.01)
    likely = make_evidence(TALKED)
    asked = ask("When did Orlena sell Sorrel?")
    assert premise(asked, [likely, title]) is Premise.UNSAID


def test_a_word_that_all_such_names_have_is_no_name() -> None:
    joined = ("Marlow Airlines left the pact in May 2019.", "It joined Sorrel in June 2019.")
    others = "Kestrel Airlines and Orlena Airlines fly, also to Kestrel Falls."
    question = "When did Kestrel Airlines join Sorrel?"
    assert judged(question, *joined, others) is Premise.UNSAID


def test_a_short_form_that_is_written_alone_is_the_name() -> None:
    merged = "When Alba merged with Sorrel in 2020, Banco Orlena stood by."
    question = "When did Banco Alba merge with Sorrel?"
    assert judged(question, merged, "Also the Alba Fund and the Banco Fund paid.") is Premise.SAID
