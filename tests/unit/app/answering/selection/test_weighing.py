from __future__ import annotations

from dataclasses import replace

import pytest

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import ask
from app.answering.selection.name_words import PLAIN
from app.answering.selection.weighing import (
    OF_OTHER_DOCUMENTS,
    is_of_reasons,
    weighed,
    without_other_documents,
)
from app.answering.text.terms import key_of
from tests.builders_answering import make_evidence
from vectorstore.types import SentenceKind


def under(item: Evidence, heading: str, title: str = "Kestrel: the end") -> Evidence:
    passage = replace(item.passage.passage, heading=(heading,))
    metadata = replace(item.metadata, title=title)
    return replace(item, passage=replace(item.passage, passage=passage), metadata=metadata)


def chances(question: str, *found: Evidence, has_parts: bool = False) -> dict[str, float]:
    return {i.text: i.relevance for i in weighed(ask(question), found, has_parts=has_parts)}


@pytest.mark.parametrize(
    "heading",
    ["Why it closed", "What went wrong", "Reasons", "The three main causes", "What killed it"],
)
def test_headings_of_reasons_are_known(heading: str) -> None:
    assert is_of_reasons((heading,))


@pytest.mark.parametrize("heading", ["What was agreed", "Results", "Who pays what", ""])
def test_other_headings_are_not(heading: str) -> None:
    assert not is_of_reasons((heading,))


def test_reasons_told_in_turn_under_their_heading_count() -> None:
    first = under(make_evidence("The first is debt.", relevance=0.05), "Why it closed")
    second = under(
        make_evidence("The second is quarrel.", ordinal=1, relevance=0.05, passage_ordinal=0),
        "Why it closed",
    )
    beside = under(
        make_evidence("Debt grows slowly.", ordinal=2, relevance=0.05, passage_ordinal=0),
        "Why it closed",
    )
    found = chances("Why did Kestrel close?", first, second, beside)
    assert found["The first is debt."] > 0.5
    assert found["The second is quarrel."] > 0.5
    assert found["Debt grows slowly."] == 0.05


def test_a_question_for_one_certain_reason_is_left_to_the_reader() -> None:
    item = under(make_evidence("The first is debt.", relevance=0.05), "Why it closed")
    question = "Why did Kestrel's size not help it with the prices of harbours?"
    assert chances(question, item)["The first is debt."] == 0.05


def test_a_sentence_about_others_counts_less_where_one_speaks_of_the_name() -> None:
    own = make_evidence("Kestrel closed in May.")
    other = make_evidence("Marlow closes in June.", ordinal=1, missing=frozenset({"kestrel"}))
    found = chances("When did Kestrel close?", own, other)
    assert found["Marlow closes in June."] < 0.5
    assert chances("When did Kestrel close?", own, other, has_parts=True)[other.text] == 1.0


def test_a_title_with_a_word_of_the_name_alone_is_of_others() -> None:
    own = make_evidence("Star Alliance was founded in 1997.")
    row = make_evidence("Form: Acquisition | Example: CVS", ordinal=1, missing=frozenset({"star"}))
    found = chances("Which airlines founded Star Alliance?", own, row)
    assert found[row.text] < 0.5
    assert found[own.text] == 1.0


def test_what_lacks_more_of_the_words_than_others_counts_less() -> None:
    whole = make_evidence("Fees fall for members.", relevance=0.6)
    half = make_evidence("Costs rose.", ordinal=1, relevance=0.6, missing=frozenset({"fee"}))
    found = chances("why do fees fall", whole, half)
    assert found[whole.text] == 0.6
    assert 0.2 < found[half.text] < 0.5
    assert chances("why do fees fall", half)[half.text] == 0.6


@pytest.mark.parametrize(
    "text", ["The Kestrel-Marlow merger is in the works.", "Kestrel and Marlow closed it."]
)
def test_how_far_a_deal_is_answers_whether_it_is_completed(text: str) -> None:
    item = make_evidence(text, relevance=0.1, answers=0.1)
    (found,) = weighed(ask("Was the Kestrel Marlow deal completed?"), [item], has_parts=False)
    assert min(found.relevance, found.answers) > 0.5
    (other,) = weighed(ask("Was the Kestrel Marlow deal approved?"), [item], has_parts=False)
    assert other.relevance == pytest.approx(0.1)


def test_signatures_and_heads_of_tables_count_less_than_sentences() -> None:
    signature = make_evidence("Ada Lund Chief Executive Kestrel")
    head = make_evidence("Point | What was agreed", ordinal=5, kind=SentenceKind.TABLE)
    row = make_evidence("Price | 3 million euros", ordinal=6, kind=SentenceKind.TABLE)
    found = chances("What was agreed?", signature, head, row)
    assert found[signature.text] < 0.5
    assert found[head.text] < 0.5
    assert found[row.text] == 1.0


def test_a_signature_answers_who_somebody_is() -> None:
    signature = make_evidence("Ada Lund CEO Kestrel", relevance=0.9)
    assert chances("Who is the CEO of Kestrel?", signature)[signature.text] == 0.9
    assert chances("When did Kestrel close?", signature)[signature.text] < 0.5


def test_the_deal_of_others_does_not_say_what_became_of_one() -> None:
    question = "Has the merger of Orlena and Sorrel been completed?"
    own = make_evidence("Orlena closed on its deal to buy Sorrel.")
    half = make_evidence("Orlena closed another deal.", ordinal=1, missing=frozenset({"sorrel"}))
    other = make_evidence(
        "Kestrel closed on a deal to buy Marlow.",
        ordinal=2,
        missing=frozenset({"orlena", "sorrel"}),
    )
    found = chances(question, own, half, other)
    assert found[own.text] == 1.0
    assert found[half.text] < 0.5
    assert found[other.text] < 0.5


@pytest.mark.parametrize(
    ("text", "is_less"),
    [
        ("Orlena later raised its share to 43 %.", True),
        ("Marlow joined when Orlena raised its share.", True),
        ("Marlow raised its share in May.", False),
        ("It raised its share in May.", False),
        ("The share was raised in May.", False),
    ],
)
def test_what_somebody_else_did_counts_less(text: str, is_less: bool) -> None:
    found = chances("When did Marlow raise its share?", make_evidence(text))
    assert (found[text] < 0.5) is is_less


def test_documents_without_any_name_of_the_question_are_not_shown_beside_one_with_it() -> None:
    missing = frozenset({"kestrel"})
    own = make_evidence("Kestrel opened in May.", relevance=0.3)
    elsewhere = "/notes/beta.md"
    other = make_evidence("Sales begin in June.", uri=elsewhere, relevance=0.5, missing=missing)
    beside = make_evidence("Sales ended in May.", ordinal=1, relevance=0.4, missing=missing)
    asked = ask("When can I get the Kestrel?")
    found = {i.text: i.relevance for i in without_other_documents(asked, [other, beside, own])}
    assert found == {beside.text: 0.4, own.text: 0.3, other.text: OF_OTHER_DOCUMENTS / 2}
    assert next(iter(found)) == beside.text


def test_what_happened_at_another_time_counts_less() -> None:
    found = chances(
        "Who joined the board in November 2018?",
        make_evidence("In September 2018, Ada Lund joined the board.", relevance=0.9),
        make_evidence("In November 2018, Per Holt came in.", ordinal=1, relevance=0.4),
        make_evidence("Two people joined the board.", ordinal=2, relevance=0.5),
    )
    assert found["In September 2018, Ada Lund joined the board."] < 0.3
    assert found["In November 2018, Per Holt came in."] == pytest.approx(0.4)
    assert found["Two people joined the board."] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("question", "beside"),
    [
        ("Who joined the board in November 2018?", "In November 2018, sales rose."),  # not likely
        ("Who has joined the board since 2017?", "In 2017, Per Holt came in."),
        ("When did Ada Lund join the board that Per Holt left in 2017?", "He left in 2017."),
        ("Who joined the board in 2018?", "In November 2018, Per Holt came in."),
    ],
)
def test_another_time_is_no_fault_where_none_else_fits(question: str, beside: str) -> None:
    likely = make_evidence("In September 2018, Ada Lund joined the board.", relevance=0.9)
    chance = 0.1 if "sales" in beside else 0.8
    found = chances(question, likely, make_evidence(beside, ordinal=1, relevance=chance))
    assert found[likely.text] == pytest.approx(0.9)


def test_a_figure_that_is_somebody_elses_counts_less() -> None:
    other = make_evidence("Marlow's 900 employees keep their contracts.")
    own = make_evidence("Kestrel has Marlow's 900 employees now.", ordinal=1)
    question = "How many employees does Kestrel have?"
    assert chances(question, other)[other.text] < 0.5
    assert chances(question, own)[own.text] == 1.0
    assert chances("How many employees are there?", other)[other.text] == 1.0


def test_a_name_that_is_a_plain_word_elsewhere_is_told_where_it_is_a_name() -> None:
    named = make_evidence("The firm Onward runs ferries.", relevance=0.5)
    plain = make_evidence("From there one goes onward by bus.", ordinal=1, relevance=0.5)
    found = chances("What is Onward?", named, plain)
    assert found[plain.text] == pytest.approx(PLAIN * found[named.text])
    alone = chances("What is Onward?", plain)
    assert alone[plain.text] == 0.5
    longer = chances("What is Onward Ferries?", named, plain)
    assert longer[plain.text] == longer[named.text]


def test_that_nobody_does_a_thing_does_not_tell_who_does_it() -> None:
    denied = make_evidence("Neither partner owns shares of Kestrel.", relevance=0.1)
    told = make_evidence("The firm Marlow owns all shares of Kestrel.", relevance=0.1)
    assert chances("Who owns Kestrel?", told)[told.text] > 0.5
    assert chances("Who owns Kestrel?", denied)[denied.text] < 0.2


def test_the_later_words_of_a_name_are_not_yet_the_name() -> None:
    question = ask("When did CleanCo Housekeeping Services revise its policy?")
    clean, policy = key_of("CleanCo"), frozenset({key_of("policy")})
    own = make_evidence("CleanCo Housekeeping Services revised it in 2018.", relevance=0.8)
    other = make_evidence(
        "Sparkling Housekeeping Services revised it in 2019.",
        uri="/b.md",
        relevance=0.9,
        missing=policy | {clean},
    )
    found = without_other_documents(question, [other, replace(own, missing=policy)])
    assert [(item.document_id == own.document_id, item.relevance) for item in found] == [
        (True, 0.8),
        (False, pytest.approx(0.18)),
    ]
    alone = without_other_documents(question, [other])
    assert alone[0].relevance == 0.9


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What are the terms of the Marlow Kestrel pact?", [0.4, 0.15, 0.06]),
        ("What do Marlow and Kestrel sell?", [0.5, 0.4, 0.06]),
    ],
)
def test_of_a_pact_a_document_with_both_sides_comes_first(
    question: str, expected: list[float]
) -> None:
    asked = ask(question)
    marlow, kestrel = key_of("Marlow"), key_of("Kestrel")
    evidence = [
        make_evidence(
            "Marlow sells hats.", uri="/a.md", relevance=0.5, missing=frozenset({kestrel})
        ),
        make_evidence("Marlow and Kestrel agree.", uri="/b.md", relevance=0.4),
        make_evidence(
            "Hats sell.", uri="/c.md", relevance=0.1, missing=frozenset({marlow, kestrel})
        ),
    ]
    found = without_other_documents(asked, evidence)
    assert [item.relevance for item in found] == pytest.approx(expected)
