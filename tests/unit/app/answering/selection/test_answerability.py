from __future__ import annotations

import math
from dataclasses import replace

import pytest

from app.answering.question.asking import ask
from app.answering.selection.answerability import (
    CONSTANT,
    OTHER_WORDS,
    PASSAGE,
    SENTENCES,
    THRESHOLD,
    judge,
)
from app.answering.text.terms import key_of
from tests.builders_answering import make_evidence

WHY = ask("Why did Haven close?")


def test_no_evidence_answers_nothing() -> None:
    found = judge(WHY, [])
    assert found.score == 0.0
    assert not found.is_enough


def test_a_request_is_never_answered() -> None:
    sure = make_evidence("Haven closed because prices stayed high.", relevance=0.99)
    assert judge(ask("Write a poem about Haven"), [sure]).score == 0.0


def test_the_score_weighs_the_likeliest_passage_and_all_sentences() -> None:
    best = make_evidence("Haven closed because prices stayed high.", relevance=0.8, answers=0.6)
    other = make_evidence("Haven was a venture.", ordinal=1, relevance=0.1, answers=0.9)
    # logit(0.9) = log(9); 0.8 + 0.1 = 0.9
    logit = CONSTANT + PASSAGE * math.log(9) + SENTENCES * math.log(0.9)
    expected = 1 / (1 + math.exp(-logit))
    assert judge(WHY, [best, other]).score == pytest.approx(expected, abs=1e-4)


def test_what_is_taken_for_an_answer_in_other_words_counts_more() -> None:
    asked = ask("Why did the venture close?")
    same = make_evidence("Haven closed because prices stayed high.", relevance=0.8, answers=0.6)
    words = {term.key for term in asked.terms}

    def logit(missing: frozenset[str]) -> float:
        score = judge(asked, [replace(same, missing=missing)]).score
        return math.log(score / (1 - score))

    none, all_of_them = logit(frozenset()), logit(frozenset(words))
    assert all_of_them - none == pytest.approx(OTHER_WORDS)
    beside = replace(same, missing=frozenset(), relevance=0.1)  # some likely sentence has them
    assert judge(asked, [replace(same, missing=frozenset(words)), beside]).score == pytest.approx(
        judge(asked, [replace(same, missing=frozenset()), beside]).score
    )


def test_surer_evidence_raises_the_score() -> None:
    scores = [
        judge(WHY, [make_evidence("Haven closed.", relevance=chance, answers=chance)]).score
        for chance in (0.0, 0.1, 0.5, 0.9, 1.0)
    ]
    assert scores == sorted(scores)
    assert 0.0 < scores[0] < THRESHOLD < scores[-1] < 1.0


def test_a_stricter_threshold_refuses_what_a_looser_one_answers() -> None:
    item = make_evidence("Haven closed.", relevance=0.6, answers=0.6)
    assert judge(WHY, [item], threshold=0.1).is_enough
    assert not judge(WHY, [item], threshold=0.99).is_enough


@pytest.mark.parametrize(
    ("question", "missing", "refused"),
    [
        ("When was Spotify founded?", "spotifi", True),
        ("When was Havven founded?", "havven", False),  # a slip
        ("Who is the CEO of Haven?", "ceo", False),  # written out in the sources
        ("When did the Danish firm close?", "danish", False),
    ],
)
def test_a_name_that_nothing_near_holds_refuses(question: str, missing: str, refused: bool) -> None:
    asked = ask(question)
    assert any(term.key.startswith(missing[:5]) for term in asked.terms)
    unknown = frozenset(term.key for term in asked.names)
    item = make_evidence("Haven was founded in 2018.", relevance=0.9, missing=unknown)
    assert judge(asked, [item]).is_enough is not refused


@pytest.mark.parametrize("question", ["为什么这个联盟结束了？", "a" * 3999, "🙂 12"])
def test_what_has_no_word_that_the_reader_knows_is_refused(question: str) -> None:
    sure = make_evidence("Haven closed.", relevance=0.99)
    assert judge(ask(question), [sure]).score == 0.0


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("Vicente Fox was hired in 1964.", True),
        ("Vicente met a fox in 1964.", False),
        ("Fox was hired in 1964.", False),
    ],
)
def test_a_long_name_may_be_shorter_in_the_sources(text: str, is_known: bool) -> None:
    item = make_evidence(text, missing=frozenset({key_of("Quesada")}))
    score = judge(ask("When was Vicente Fox Quesada hired?"), [item]).score
    assert (score > 0.0) is is_known


def test_a_name_is_no_slip_of_a_common_word() -> None:
    item = make_evidence("They have grown.", missing=frozenset({"haven"}))
    assert judge(ask("What happened to Haven?"), [item]).score == 0.0


@pytest.mark.parametrize(("missing", "refused"), [({"2024"}, True), (set(), False)])
def test_results_of_another_year_are_no_answer(missing: set[str], refused: bool) -> None:
    item = make_evidence("The index fell in 2021.", missing=frozenset(missing))
    score = judge(ask("How far did the index fall in 2024?"), [item]).score
    assert (score == 0.0) is refused


def test_the_year_of_a_documents_day_counts() -> None:
    item = make_evidence("The index fell.", missing=frozenset({"2019"}))
    assert judge(ask("How far did the index fall in 2019?"), [item]).score > THRESHOLD


@pytest.mark.parametrize(
    ("text", "beside", "is_told"),
    [
        ("In March, Alba bought Brava for $8 million.", "Alba was founded in 2005.", True),
        ("Alba bought Brava for $8 million.", "In 2018, Alba was busy.", True),
        ("Alba bought Brava for $8 million.", "Alba was founded in 2005.", False),
        ("In 2017, Alba bought Brava for $8 million.", "In 2018, Alba was busy.", False),
        ("In March 2017, Alba bought Brava for $8 million.", "In 2018, Alba was busy.", False),
    ],
)
def test_a_year_may_be_named_once_for_all_that_follows(
    text: str, beside: str, is_told: bool
) -> None:
    lacking = frozenset({"2018"})
    item = make_evidence(text, missing=lacking)
    other = make_evidence(beside, ordinal=9, relevance=0.01, missing=lacking)
    asked = ask("How much did Alba pay for Brava in March 2018?")
    assert (judge(asked, [item, other]).score > THRESHOLD) is is_told


def test_a_firm_that_ends_like_an_adjective_of_a_country_is_a_name_nobody_speaks_of() -> None:
    missing = frozenset({key_of("Pfizer")})
    item = make_evidence("Marlow was founded in 1970.", missing=missing)
    assert judge(ask("When was Pfizer founded?"), [item]).score == 0.0


@pytest.mark.parametrize(
    ("question", "word", "text"),
    [
        ("Where do German firms sell?", "German", "Marlow sells in Bonn."),
        ("Where do Andean firms sell?", "Andean", "Marlow sells in the Andes."),
        ("What did Per Lund say?", "Per", "Per Lund said that it was late."),
    ],
)
def test_adjectives_of_places_and_names_that_are_also_words_are_not_missed(
    question: str, word: str, text: str
) -> None:
    item = make_evidence(text, missing=frozenset({key_of(word)}))
    assert judge(ask(question), [item]).score > THRESHOLD


@pytest.mark.parametrize(
    ("question", "said", "is_known"),
    [
        ("When did it open in America?", "It opened in the United States in 2020.", True),
        ("When did it open in the United States?", "It opened in the U.S. in 2020.", True),
        ("When did it open in Britain?", "It opened in the UK in 2020.", True),
        ("When did it open in America?", "It opened in Germany in 2020.", False),
        ("When did United States Steel open?", "The mill opened in the US in 2020.", False),
        ("When did Bank of America open?", "Kestrel opened in the US in 2020.", False),
    ],
)
def test_a_country_may_be_named_otherwise(question: str, said: str, is_known: bool) -> None:
    asked = ask(question)
    missing = frozenset(term.key for term in asked.names)
    assert (judge(asked, [make_evidence(said, missing=missing)]).score > 0) is is_known
