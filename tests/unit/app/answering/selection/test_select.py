from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.answering.composition.compose import in_own_words, propose
from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked, ask
from app.answering.selection.retrieve import likeliest_first
from app.answering.selection.select import (
    MAX_ITEMS,
    MAX_SENTENCES,
    MAX_SENTENCES_OF_SUMMARY,
    MAX_WORDS,
    in_reading_order,
    names_in,
    points_back,
    says_the_same,
    select,
    short_items,
)
from app.answering.verification.verify import verify
from tests.builders_answering import SUPPORT, make_evidence

WHY = ask("Why did Haven end?")
ANY = ask("What happened to Haven?")
WHICH = ask("Which companies work with Walgreens?")

WORDS = "Haven prices stores Sony Honda doctors shares Nissan closing trust votes Aetna data"
words = st.sampled_from(WORDS.split())
sentences = st.lists(words, min_size=3, max_size=45).map(lambda found: " ".join(found) + ".")


@st.composite
def evidences(draw: st.DrawFn) -> list[Evidence]:
    return [
        make_evidence(
            draw(sentences),
            uri=f"/notes/{draw(st.integers(0, 2))}.md",
            ordinal=n,
            paragraph=n // 3,
            relevance=draw(st.floats(0, 1, width=16)),
        )
        for n in range(draw(st.integers(0, 12)))
    ]


@settings(max_examples=40)
@given(evidences(), st.sampled_from([WHY, WHICH]))
def test_an_answer_is_short(evidence: list[Evidence], asked: Asked) -> None:
    ranked = likeliest_first(evidence)
    chosen = select(asked, ranked)
    short = short_items(ranked)
    full = [item for item in chosen if (item.document_id, item.sentence.ordinal) not in short]
    assert len(full) <= MAX_SENTENCES
    assert len(chosen) <= MAX_ITEMS
    count = sum(len(item.text.split()) for item in chosen)
    assert count <= MAX_WORDS or len(chosen) == 1


@pytest.mark.parametrize(
    ("question", "most"),
    [
        ("Summarize what Haven did in 2018", MAX_SENTENCES_OF_SUMMARY),
        ("What are the key points of the deal?", MAX_SENTENCES_OF_SUMMARY),
        ("What did Haven do in 2018?", MAX_SENTENCES),
    ],
)
def test_a_summary_may_be_longer(question: str, most: int) -> None:
    evidence = [
        make_evidence(f"Haven did {word} and {word}ing.", ordinal=n, relevance=0.9)
        for n, word in enumerate(WORDS.split()[:12])
    ]
    assert len(select(ask(question), evidence)) == most


def test_a_summary_tells_what_its_paragraph_tells_and_a_question_only_what_answers() -> None:
    of_events = [
        make_evidence("In March it opened stores.", ordinal=0, paragraph=0, relevance=0.7),
        make_evidence("Nissan took its votes.", ordinal=1, paragraph=0, relevance=0.06),
    ]
    beside = make_evidence("Sony makes data discs.", ordinal=2, paragraph=1, relevance=0.06)
    evidence = [*of_events, beside]
    assert select(ask("Summarize the events at Haven in 2018"), evidence) == of_events
    assert select(ask("What happened at Haven in 2018?"), evidence) == of_events[:1]


def test_a_full_summary_leaves_out_what_points_at_a_sentence_that_has_no_place() -> None:
    full = [
        make_evidence(f"Haven {word} {word}ing.", ordinal=n, paragraph=n, relevance=0.9)
        for n, word in enumerate(WORDS.split()[1:12])
    ]
    merger = make_evidence("Sony saw a merger.", ordinal=20, paragraph=20, relevance=0.01)
    effect = make_evidence("It took effect in May.", ordinal=21, paragraph=20, relevance=0.6)
    asked = ask("Summarize what Haven did in 2018")
    assert select(asked, [*full, effect]) == [*full, effect]
    assert select(asked, [*full, effect, merger]) == full


@settings(max_examples=40)
@given(evidences(), st.sampled_from([WHY, WHICH]), st.randoms(use_true_random=False))
def test_an_answer_does_not_depend_on_the_order_of_its_evidence(
    evidence: list[Evidence], asked: Asked, shuffler: random.Random
) -> None:
    shuffled = list(evidence)
    shuffler.shuffle(shuffled)
    assert select(asked, likeliest_first(shuffled)) == select(asked, likeliest_first(evidence))


@settings(max_examples=40)
@given(evidences())
def test_what_the_composer_says_always_verifies(evidence: list[Evidence]) -> None:
    ranked = likeliest_first(evidence)
    for proposal in in_own_words(WHY, select(WHY, ranked), ranked):
        quotes = [item.text for item in proposal.evidence]
        assert verify(proposal.text, quotes, SUPPORT) == []


def test_no_evidence_gives_no_answer() -> None:
    assert select(WHY, []) == []


def test_a_sentence_of_two_passages_counts_once_with_its_better_chance() -> None:
    once = make_evidence("Haven closed.", passage_ordinal=1, relevance=0.2)
    again = make_evidence("Haven closed.", passage_ordinal=2, relevance=0.6)
    assert likeliest_first([once, again]) == [again]


def test_one_sure_sentence_stands_alone() -> None:
    # F (beta 2) of the first: 5 * 0.9 / (1 + 4 * 0.92) = 0.962; with the second:
    # 5 * 0.92 / (2 + 4 * 0.92) = 0.810, so it is left out.
    best = make_evidence("Haven closed.", ordinal=0, relevance=0.9)
    weak = make_evidence("Coffee sells well.", ordinal=5, paragraph=1, relevance=0.02)
    assert select(ANY, [best, weak]) == [best]


def test_sentences_that_are_all_likely_are_shown_together() -> None:
    # 5 * 0.9 / (1 + 4 * 1.6) = 0.608; with both 5 * 1.6 / (2 + 4 * 1.6) = 0.952.
    first = make_evidence("Haven closed.", ordinal=0, relevance=0.9)
    second = make_evidence("Coffee sells well.", ordinal=5, paragraph=1, relevance=0.7)
    assert select(ANY, [first, second]) == [first, second]


def test_what_is_far_less_likely_than_the_best_is_beside_the_point() -> None:
    # F would grow, but 0.15 is less than 0.22 * 0.9.
    first = make_evidence("Haven closed.", ordinal=0, relevance=0.9)
    second = make_evidence("Coffee sells well.", ordinal=5, paragraph=1, relevance=0.15)
    others = [
        make_evidence(f"Is it so that tea{n} sells?", ordinal=9 + n, relevance=0.1)
        for n in range(3)
    ]
    assert select(ANY, [first, second, *others]) == [first]


def test_a_sentence_about_it_comes_with_the_one_that_names_it() -> None:
    before = make_evidence(
        "Haven was a joint venture of three companies.", ordinal=0, relevance=0.0
    )
    item = make_evidence("It lasted for three years.", ordinal=1, relevance=0.9)
    assert select(ANY, [item, before]) == [before, item]
    elsewhere = make_evidence(before.text, ordinal=0, paragraph=7, relevance=0.0)
    assert select(ANY, [item, elsewhere]) == [item]


def test_the_one_that_names_it_takes_the_last_place_of_a_full_answer() -> None:
    chosen = [
        make_evidence(text, ordinal=10 * n, paragraph=n, relevance=0.9 - n / 100)
        for n, text in enumerate(
            ["It lasted for three whole years.", "Sony sells.", "Honda works.", "Nissan rents."],
            start=1,
        )
    ]
    before = make_evidence("Haven was a venture.", ordinal=9, paragraph=1, relevance=0.0)
    found = select(ANY, [*chosen, before])
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
        make_evidence(f"Sony {word} word{n}.", ordinal=n, relevance=0.9, part=1)
        for n, word in enumerate(["sells", "makes", "buys", "owns", "rents"])
    ]
    honda = make_evidence("Honda drives.", uri="/b.md", relevance=0.1, part=2)
    assert honda in select(ANY, [*sony, honda])


@pytest.mark.parametrize("text", ["Why did Haven end?", "They share what one sees:"])
def test_questions_and_lead_ins_are_no_answers(text: str) -> None:
    assert select(WHY, [make_evidence(text, relevance=0.9)]) == []


def test_a_sentence_that_repeats_another_is_left_out() -> None:
    first = make_evidence("Haven closed in February 2021.", ordinal=0, relevance=0.9)
    again = make_evidence("In February 2021 Haven closed.", uri="/notes/b.md", relevance=0.8)
    assert says_the_same(first, again)
    assert select(WHY, [first, again]) == [first]


def test_like_sentences_with_other_figures_or_of_other_things_say_something_else() -> None:
    first = make_evidence("Operating income was $25 million in the year.", part=1)
    other = make_evidence("Operating income was $500 million in the year.", uri="/b.md", part=1)
    assert not says_the_same(first, other)
    assert says_the_same(
        first, replace(first, text="Operating income in the year was $25 million.")
    )
    assert not says_the_same(first, replace(first, part=2))


def test_beside_a_sure_value_stands_only_what_is_nearly_as_sure_in_its_document() -> None:
    first = make_evidence("Haven closed on 4 May 2021.", relevance=0.9)
    second = make_evidence("Staff were told in January.", ordinal=4, relevance=0.4)
    assert select(ask("When did Haven close?"), [first, second]) == [first]
    assert select(ANY, [first, second]) == [first, second]
    assert len(select(ask("When did Haven close?"), [replace(first, relevance=0.7), second])) == 2


def test_a_long_sentence_alone_is_shown_whole() -> None:
    text = " ".join(f"word{n}" for n in range(MAX_WORDS + 20)) + "."
    long = make_evidence(text, relevance=0.9)
    short = make_evidence("Haven closed.", ordinal=3, relevance=0.8)
    assert select(WHY, [long, short]) == [long]


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
    proposal = propose(make_evidence(text))
    assert proposal.text == " ".join(text.split())


@pytest.mark.parametrize(
    ("answers", "relevance", "is_shown"),
    [(0.6, 0.15, True), (0.3, 0.15, False), (0.6, 0.05, False)],
)
def test_another_source_that_answers_too_is_shown_beside_the_first(
    answers: float, relevance: float, is_shown: bool
) -> None:
    sure = make_evidence("Haven ended because prices rose.", uri="/a.md", relevance=0.95)
    other = make_evidence("Its doctors had left Haven by then.", uri="/b.md", relevance=relevance)
    evidence = [sure, replace(other, answers=answers)]
    assert (evidence[1] in select(WHY, evidence)) is is_shown


@pytest.mark.parametrize(("question", "both"), [("Who warned of it?", True), ("Why?", False)])
def test_who_it_was_is_told_by_the_sentence_before(question: str, *, both: bool) -> None:
    named = make_evidence("The Guild opposed the pact.", relevance=0.01)
    warned = make_evidence("In May 2018 it warned of higher fares.", ordinal=1, relevance=0.9)
    chosen = select(ask(question), [warned, named])
    assert chosen == ([named, warned] if both else [warned])


def test_how_something_was_done_is_told_before_what_came_of_it() -> None:
    means = make_evidence("They grind two sacks at a time.", ordinal=0, relevance=0.05)
    result = make_evidence("The effort has doubled sales.", ordinal=1, relevance=0.9)
    assert select(ask("How did the mill double its sales?"), [result, means]) == [means, result]
    assert select(ask("What doubled sales?"), [result, means]) == [result]
