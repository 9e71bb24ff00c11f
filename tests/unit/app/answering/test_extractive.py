from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.answering.asking import Asked, ask
from app.answering.compose import in_own_words, propose
from app.answering.evidence import Evidence
from app.answering.extractive import (
    MAX_SENTENCES,
    MAX_WORDS,
    composed,
    in_reading_order,
    names_in,
    points_back,
    ranked_evidence,
    says_the_same,
)
from app.answering.verify import verify
from tests.builders_answering import make_evidence

WHY = ask("Why did Haven end?")
ANY = ask("What happened to Haven?")
WHICH = ask("Which companies work with Walgreens?")

WORDS = "Haven prices stores Sony Honda doctors shares Nissan closing trust votes Aetna data"
words = st.sampled_from(WORDS.split())
sentences = st.lists(words, min_size=3, max_size=45).map(lambda found: " ".join(found) + ".")


@st.composite
def evidences(draw: st.DrawFn) -> list[Evidence]:
    found = []
    for n in range(draw(st.integers(0, 12))):
        features: dict[str, Any] = {
            name: draw(st.floats(0, 1, width=16))
            for name in ("cosine", "passage", "coverage", "window", "shape")
        }
        found.append(
            make_evidence(
                draw(sentences),
                uri=f"/notes/{draw(st.integers(0, 2))}.md",
                ordinal=n,
                paragraph=n // 3,
                score=0.0,
                **features,
                is_question=draw(st.sampled_from([0.0, 0.0, 1.0])),
            )
        )
    return found


@settings(max_examples=40)
@given(evidences(), st.sampled_from([WHY, WHICH]))
def test_an_answer_is_short(evidence: list[Evidence], asked: Asked) -> None:
    chosen = composed(asked, ranked_evidence(evidence))
    assert len(chosen) <= MAX_SENTENCES
    count = sum(len(item.text.split()) for item in chosen)
    assert count <= MAX_WORDS or len(chosen) == 1


@settings(max_examples=40)
@given(evidences(), st.sampled_from([WHY, WHICH]), st.randoms(use_true_random=False))
def test_an_answer_does_not_depend_on_the_order_of_its_evidence(
    evidence: list[Evidence], asked: Asked, shuffler: random.Random
) -> None:
    shuffled = list(evidence)
    shuffler.shuffle(shuffled)
    once = composed(asked, ranked_evidence(evidence))
    assert composed(asked, ranked_evidence(shuffled)) == once
    assert composed(asked, ranked_evidence(evidence)) == once


@settings(max_examples=40)
@given(evidences())
def test_what_the_composer_says_always_verifies(evidence: list[Evidence]) -> None:
    ranked = ranked_evidence(evidence)
    for proposal in in_own_words(WHY, composed(WHY, ranked), ranked):
        assert verify(proposal.text, [item.text for item in proposal.evidence]) == []


@settings(max_examples=40)
@given(evidences())
def test_ranking_keeps_every_item_and_puts_the_best_first(evidence: list[Evidence]) -> None:
    ranked = ranked_evidence(evidence)
    assert sorted(item.text for item in ranked) == sorted(item.text for item in evidence)
    assert [item.score for item in ranked] == sorted((i.score for i in ranked), reverse=True)


def test_no_evidence_gives_no_answer() -> None:
    assert composed(WHY, []) == []
    assert composed(WHICH, []) == []


def test_a_sentence_after_the_one_that_fits_is_lifted() -> None:
    cue = make_evidence("Why did Haven end?", ordinal=0, cosine=0.9, is_question=1.0)
    reply = make_evidence("Prices are agreed place by place.", ordinal=1, cosine=0.2)
    elsewhere = make_evidence("Stores sell coffee in cans.", ordinal=7, paragraph=3, cosine=0.2)
    ranked = {item.text: item.score for item in ranked_evidence([elsewhere, reply, cue])}
    assert ranked[reply.text] > ranked[elsewhere.text]


def test_one_sure_sentence_stands_alone() -> None:
    # F (beta 1.5) of the first: 3.25 * 0.9*2 / (2 + 2.25*1.86) = 0.946; with the second:
    # 3.25 * 1.86 / (5 + 2.25*1.86) = 0.658, so it is left out.
    best = replace(make_evidence("Haven closed.", ordinal=0), relevance=0.9)
    weak = replace(make_evidence("Coffee sells well.", ordinal=5, paragraph=1), relevance=0.02)
    assert composed(ANY, [best, weak]) == [best]


def test_sentences_that_are_all_likely_are_shown_together() -> None:
    # 3.25 * 1.8 / (2 + 2.25*3.9) = 0.543; with both 3.25 * 3.9 / (5 + 2.25*3.9) = 0.920.
    first = replace(make_evidence("Haven closed.", ordinal=0), relevance=0.9)
    second = replace(make_evidence("Coffee sells well.", ordinal=5, paragraph=1), relevance=0.7)
    assert composed(ANY, [first, second]) == [first, second]


def test_what_is_far_less_relevant_than_the_best_is_beside_the_point() -> None:
    # F would grow: the first alone has 3.25 * 1.8 / (2 + 2.25*3.34) = 0.616, with the second
    # 3.25 * 2.55 / (5 + 2.25*3.34) = 0.662; but 0.25 is less than 0.3 * 0.9.
    first = replace(make_evidence("Haven closed.", ordinal=0), relevance=0.9)
    second = replace(make_evidence("Coffee sells well.", ordinal=5, paragraph=1), relevance=0.25)
    third = replace(make_evidence("Is it so that tea sells?", ordinal=9), relevance=0.132)
    assert composed(ANY, [first, second, third]) == [first]
    surer = replace(second, relevance=0.3)
    assert composed(ANY, [first, surer, third])[:2] == [first, surer]


def test_a_question_for_a_date_is_answered_by_sentences_with_one() -> None:
    asked = ask("When did Haven close?")
    dated = replace(make_evidence("Haven closed in 2021.", ordinal=0, shape=1.0), relevance=0.8)
    loose = replace(make_evidence("Coffee sells well.", ordinal=5, paragraph=1), relevance=0.7)
    assert composed(asked, [dated, loose]) == [dated]
    assert composed(ANY, [dated, loose]) == [dated, loose]


def test_a_sentence_about_it_comes_with_the_one_that_names_it() -> None:
    before = make_evidence("Haven was a joint venture of three companies.", ordinal=0)
    item = replace(make_evidence("It lasted for three years.", ordinal=1), relevance=0.9)
    assert composed(ANY, [item, before]) == [before, item]
    elsewhere = replace(before, sentence=replace(before.sentence, paragraph=7))
    assert composed(ANY, [item, elsewhere]) == [item]


def test_the_one_that_names_it_takes_the_last_place_of_a_full_answer() -> None:
    chosen = [
        replace(make_evidence(text, ordinal=10 * n, paragraph=n), relevance=0.9 - n / 100)
        for n, text in enumerate(
            ["It lasted for years.", "Sony sells.", "Honda builds.", "Renault rents."], start=1
        )
    ]
    before = make_evidence("Haven was a venture.", ordinal=9, paragraph=1)
    found = composed(ANY, [*chosen, before])
    assert [item.text for item in found] == [before.text, *(item.text for item in chosen[:3])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It lasted.", True),
        ("In that year Renault bought Nissan.", True),
        ("Haven said that it closed.", False),
        ("In 2021 it closed.", False),
        ("", False),
    ],
)
def test_what_points_back(text: str, expected: bool) -> None:
    assert points_back(text) is expected


def test_each_part_of_a_question_is_heard() -> None:
    sony = [
        replace(make_evidence(f"Sony {word} word{n}.", ordinal=n), relevance=0.9, part=1)
        for n, word in enumerate(["sells", "makes", "buys", "owns", "rents"])
    ]
    honda = replace(make_evidence("Honda drives.", uri="/b.md"), relevance=0.1, part=2)
    assert honda in composed(ANY, [*sony, honda])


def test_a_reason_stands_behind_what_it_explains() -> None:
    what = replace(make_evidence("Haven ended in 2021.", ordinal=0), relevance=0.9)
    reason = make_evidence("Prices are agreed place by place.", ordinal=1)
    assert [item.text for item in composed(WHY, [what, reason])] == [what.text, reason.text]
    assert composed(ANY, [what, reason]) == [what]


def test_a_reason_of_somebody_else_is_worth_less() -> None:
    # 0.4 * 0.5 = 0.2 is less than 0.3 * 0.9; of the same words without the other's name 0.5 is not.
    why = ask("Why was Nestle interested in Starbucks?")
    own = replace(make_evidence("Nestle was weak in America.", ordinal=2), relevance=0.9)
    theirs = replace(make_evidence("Starbucks wanted cash at once."), relevance=0.5)
    nobodys = replace(make_evidence("Cash was wanted at once."), relevance=0.5)
    assert composed(why, [own, theirs]) == [own]
    assert len(composed(why, [own, nobodys])) == 2


def test_a_sentence_that_goes_on_comes_with_the_one_before() -> None:
    what = replace(make_evidence("Haven ended in 2021.", ordinal=0), relevance=0.9)
    more = make_evidence("But even then prices rose.", ordinal=1)
    assert [item.text for item in composed(ANY, [what, more])] == [what.text, more.text]


def test_questions_are_no_answers() -> None:
    asking = make_evidence("Why did Haven end?", score=2.0, is_question=1.0)
    assert composed(WHY, [asking]) == []


def test_a_sentence_that_repeats_another_is_left_out() -> None:
    first = make_evidence("Haven closed in February 2021.", ordinal=0, score=1.0)
    again = make_evidence("In February 2021 Haven closed.", uri="/notes/b.md", score=0.9)
    assert says_the_same(first, again)
    assert composed(WHY, [first, again]) == [first]


def test_a_long_sentence_alone_is_shown_whole() -> None:
    text = " ".join(f"word{n}" for n in range(MAX_WORDS + 20)) + "."
    long = make_evidence(text, score=1.0)
    short = make_evidence("Haven closed.", ordinal=3, score=0.9)
    assert composed(WHY, [long, short]) == [long]


def test_a_list_prefers_sentences_with_new_names() -> None:
    known = [
        "Walgreens works with Microsoft.",
        "Computing of Walgreens moves to Microsoft for seven years.",
        "Digital corners in stores are planned by Walgreens and Microsoft.",
        "Chronic diseases are a field of Walgreens and Microsoft.",
    ]
    near = [make_evidence(text, ordinal=n, cosine=0.8) for n, text in enumerate(known)]
    other = make_evidence("For years Walgreens ran labs with LabCorp.", uri="/b.md", cosine=0.6)
    ranked = ranked_evidence([*near, other])
    assert ranked[-1].text == other.text
    assert other.text in [item.text for item in composed(WHICH, ranked)]


def test_reading_order_is_documents_by_rank_then_position() -> None:
    late = make_evidence("Late.", uri="/notes/b.md", ordinal=9)
    early = make_evidence("Early.", uri="/notes/b.md", ordinal=2)
    other = make_evidence("Other.", uri="/notes/a.md", ordinal=0)
    assert in_reading_order([late, other, early]) == [early, late, other]


def test_people_are_no_parties() -> None:
    item = make_evidence("Here CEO Satya Nadella spoke of Walgreens.")
    assert names_in(item) == {frozenset({"walgreen"})}


@pytest.mark.parametrize("text", ["A line\nbroken", "  two   spaces "])
def test_lines_of_a_sentence_are_joined(text: str) -> None:
    proposal = propose(make_evidence(text, score=1.0))
    assert proposal.text == " ".join(text.split())
