"""What a long question lists, and the sentences that speak of it."""

from __future__ import annotations

from app.answering.question.asking import ask
from app.answering.selection.aspects import LEAST, aspects, of_aspects
from app.answering.selection.select import select
from tests.builders_answering import make_evidence

LONG = ask(
    "How did the large financing round in January 2018 help Haven to grow through a new market "
    "abroad, advanced cleaning machines and the purchase of a rival?"
)
GROWTH = make_evidence("As a result, Haven grew in a new market abroad.", ordinal=0, relevance=0.7)
MACHINES = make_evidence("In May it bought advanced cleaning machines.", ordinal=1, relevance=0.01)
OTHER = make_evidence("In June it painted its shops.", ordinal=2, relevance=0.1)


def test_a_long_question_lists_things() -> None:
    assert len(aspects(LONG)) == 3


def test_a_short_question_or_one_thing_is_no_list() -> None:
    assert aspects(ask("Did Haven buy cleaning machines and delivery vans?")) == []
    assert aspects(ask("How did the large financing round of January 2018 help Haven grow?")) == []


def test_each_listed_thing_gets_the_sentence_that_has_its_words() -> None:
    assert select(LONG, [GROWTH, OTHER, MACHINES]) == [GROWTH, MACHINES]
    assert select(ask("How did Haven grow?"), [GROWTH, OTHER, MACHINES]) == [GROWTH]


def test_what_is_spoken_of_already_what_is_too_unlikely_and_what_is_elsewhere_is_not_added() -> (
    None
):
    assert of_aspects(LONG, [GROWTH, MACHINES], [GROWTH, OTHER, MACHINES]) == []
    unlikely = make_evidence(MACHINES.text, ordinal=1, relevance=LEAST / 2)
    assert of_aspects(LONG, [GROWTH], [GROWTH, unlikely]) == []
    elsewhere = make_evidence(MACHINES.text, uri="/other.md", relevance=0.01)
    assert of_aspects(LONG, [GROWTH], [GROWTH, elsewhere]) == []
