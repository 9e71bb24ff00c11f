from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.answering.composition.compose import in_own_words
from app.answering.conflicts.disagreement import ANSWER, disagreeing, named_matter
from app.answering.conflicts.opposing import MOST_PAIRS, MOST_SHOWN, OPPOSED, opposed
from app.answering.conflicts.opposing_votes import WEIGHTS, chance, votes
from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import ask
from app.answering.text.terms import key_of
from tests.builders_answering import make_evidence
from vectorstore.types import SentenceKind

ASKED = ask("How many nurses work at Corvin Care?")
OLDER = make_evidence("Forty nurses work at Corvin Care.", uri="/a.md", published=date(2019, 1, 1))
NEWER = make_evidence(
    "Corvin Care has thirty nurses.", uri="/b.md", relevance=0.9, published=date(2021, 1, 1)
)


def contradicts(first: str, second: str, about: str, least: float) -> float:
    del first, second, about, least
    return 0.9


def agrees(first: str, second: str, about: str, least: float) -> float:
    del first, second, about, least
    return 0.02


def test_two_answers_with_other_figures_that_contradict_one_another_are_opposed() -> None:
    ((first, second, sure),) = opposed(ASKED, [OLDER], [OLDER, NEWER], contradicts)
    assert {first.text, second.text} == {OLDER.text, NEWER.text}
    assert sure > 0.9


@pytest.mark.parametrize(
    ("question", "chosen", "others"),
    [
        (ASKED, [OLDER], [OLDER]),
        (ASKED, [], [OLDER, NEWER]),
        (
            ASKED,
            [OLDER],
            [OLDER, make_evidence("Thirty nurses left.", uri="/b.md", relevance=0.02)],
        ),
        (ASKED, [OLDER], [OLDER, make_evidence("Are there thirty nurses?", uri="/b.md")]),
        (ask("List the nurses of Corvin Care"), [OLDER], [OLDER, NEWER]),
        (ASKED, [OLDER], [OLDER, make_evidence(NEWER.text, uri="/a.md", ordinal=1)]),
    ],
    ids=["alone", "none shown", "unlikely", "a question", "a list", "one document"],
)
def test_what_is_no_second_answer_of_another_document_opposes_nothing(
    question: object, chosen: list[Evidence], others: list[Evidence]
) -> None:
    assert opposed(question, chosen, others, contradicts) == []  # type: ignore[arg-type]


def test_a_third_source_opposes_what_it_does_not_side_with() -> None:
    third = make_evidence("Corvin Care has 55 nurses.", uri="/c.md", relevance=0.8)
    pairs = opposed(ASKED, [OLDER], [OLDER, NEWER, third], contradicts)
    assert len(pairs) == MOST_SHOWN
    (surest, *others) = [{side.text for side in pair[:2]} for pair in pairs]
    assert all(len(surest & other) == 1 for other in others)
    told = disagreeing(ASKED, [OLDER], [OLDER, NEWER, third], contradicts)
    assert {matter for _, _, matter in told} == {ANSWER}


def test_sentences_that_the_reader_finds_in_agreement_are_not_opposed() -> None:
    assert opposed(ASKED, [OLDER], [OLDER, NEWER], agrees) == []


def test_no_more_pairs_are_read_than_a_few() -> None:
    asked = []

    def count(first: str, second: str, about: str, least: float) -> float:
        del about, least
        asked.append((first, second))
        return 0.01

    many = [make_evidence(f"Corvin has {n} nurses.", uri=f"/{n}.md") for n in range(2, 10)]
    assert opposed(ASKED, many, many, count) == []
    assert 0 < len(asked) <= MOST_PAIRS


def test_the_newer_side_is_told_first_and_both_are_shown() -> None:
    assert disagreeing(ASKED, [OLDER], [OLDER, NEWER], contradicts) == [(NEWER, OLDER, ANSWER)]
    said = in_own_words(ASKED, [OLDER], [OLDER, NEWER], contradicts)
    assert [each.text for each in said] == [NEWER.text, OLDER.text]
    assert named_matter(ANSWER, "de") == "Antwort auf diese Frage"
    assert named_matter("status of CVS; Aetna", "de").endswith("CVS und Aetna")
    assert named_matter("status of CVS; Aetna", "en") == "status of CVS and Aetna"
    assert named_matter("status of Food and Drug Administration", "de").endswith(
        "Food and Drug Administration"
    )


@pytest.mark.parametrize(
    ("newer", "why"),
    [
        ("Corvin Care has some 41 nurses.", "a rounded figure"),
        ("Corvin Care will have thirty nurses.", "a plan"),
        ("Nurses like Corvin Care.", "no figure"),
        ("Haven has thirty nurses, Haven says.", "another organisation"),
    ],
)
def test_what_can_be_true_together_is_no_disagreement(newer: str, why: str) -> None:
    other = make_evidence(newer, uri="/b.md", relevance=0.9, published=date(2021, 1, 1))
    assert opposed(ASKED, [OLDER], [OLDER, other], contradicts) == [], why


@pytest.mark.parametrize("opening", ["In Rett", "Ms Rett showed us"])
def test_a_place_or_a_person_at_the_beginning_makes_a_sentence_of_nobody_else(opening: str) -> None:
    asked = ask("How many nurses work by night at Corvin Care?")
    told = f"By night nurses work in Rett. {opening} thirty nurses work by night, say Ms Rett."
    named = make_evidence("At Corvin Care forty nurses work by night.", uri="/a.md")
    other = make_evidence(f"{opening} thirty nurses work by night.", uri="/b.md", relevance=0.9)
    other = replace(other, passage=replace(other.passage, text=told))
    assert opposed(asked, [named], [named, other], contradicts) != []


def test_the_second_side_may_be_less_likely_than_what_is_shown_alone() -> None:
    for relevance, is_shown in ((0.12, True), (0.02, False)):
        unlikely = make_evidence("Corvin Care has thirty nurses.", uri="/b.md", relevance=relevance)
        pairs = opposed(ASKED, [OLDER], [OLDER, unlikely], contradicts)
        assert [unlikely in pair for pair in pairs] == [True] * is_shown


def test_what_many_things_are_is_no_name_that_both_sides_share() -> None:
    asked = ask("When was Star Alliance founded")
    star = make_evidence("Star Alliance was founded on 14 May 1997.", uri="/a.md", relevance=0.9)
    study = make_evidence(
        "Ann Lee published a study of the Alliance in May 2002.", uri="/b.md", relevance=0.5
    )
    assert opposed(asked, [star], [star, study], contradicts) == []


def test_reasons_that_differ_need_a_surer_chance_than_figures() -> None:
    why = ask("Why did Corvin Care close?")
    first = make_evidence("Corvin Care closed for want of money.", uri="/a.md")
    second = make_evidence("Corvin Care closed as nurses left.", uri="/b.md")
    assert opposed(why, [first], [first, second], lambda *_: 0.1) == []
    assert opposed(why, [first], [first, second], lambda *_: 0.98) != []


def test_a_disagreement_on_a_sum_is_named_by_it() -> None:
    asked = ask("How much did Corvin Care pay for Haven?")
    less = make_evidence("Corvin Care paid 6 million dollars for Haven.", uri="/a.md")
    more = make_evidence("Corvin Care paid 9 million dollars for Haven.", uri="/b.md")
    ((_, _, matter),) = disagreeing(asked, [less], [less, more], contradicts)
    assert matter == "amount given for Corvin Care; Haven"


def test_without_a_reader_only_words_tell_of_a_disagreement() -> None:
    assert disagreeing(ASKED, [OLDER], [OLDER, NEWER]) == []


def test_a_question_that_names_what_it_leans_on_stands_alone() -> None:
    asked = ask("How many women lost their work when Corvin Care closed?")
    few = make_evidence("Seventeen women of Corvin Care lost their work.", uri="/a.md")
    many = make_evidence("At Corvin Care 26 women lost their work.", uri="/b.md")
    assert opposed(asked, [few], [few, many], contradicts) != []
    asked = ask("how many of them left")
    assert opposed(asked, [few], [few, many], contradicts) == []


@pytest.mark.parametrize(
    ("text", "is_of_it"),
    [
        ("On our ward thirty nurses work by night.", True),
        ("Thirty people work here, says Ann Lee.", True),
        ("Thirty people work here.", False),
        ("The ferry takes thirty cars.", False),
    ],
    ids=["several words", "a word and another name", "a word", "no word"],
)
def test_a_passage_need_not_name_what_it_speaks_of(text: str, is_of_it: bool) -> None:
    asked = ask("How many nurses work at Corvin Care by night?")
    named = make_evidence("Forty nurses work by night at Corvin Care, says Ann Lee.", uri="/a.md")
    unnamed = make_evidence(text, uri="/b.md", relevance=0.9)
    assert (opposed(asked, [named], [named, unnamed], contradicts) != []) is is_of_it


def test_who_publishes_a_report_is_who_it_speaks_of() -> None:
    asked = ask("How many people work at Corvin Care?")
    named = make_evidence("Corvin Care pays forty people.", uri="/a.md")
    ours = make_evidence("Here we are thirty.", uri="/b.md", relevance=0.9)
    assert opposed(asked, [named], [named, ours], contradicts) == []
    published = replace(ours, metadata=replace(ours.metadata, publisher="Corvin Care"))
    assert opposed(asked, [named], [named, published], contradicts) != []


def test_what_is_asked_by_another_name_opposes_nothing() -> None:
    asked = ask("Who leads Haven Rx Corvin?")
    own = make_evidence("Haven Rx Corvin is led by Ann Lee.", uri="/a.md")
    other = make_evidence("Corvin Boots Care is led by Bo Dahl.", uri="/b.md", relevance=0.9)
    same = make_evidence("Corvin is led by Bo Dahl.", uri="/b.md", relevance=0.9)
    assert opposed(asked, [own], [own, other], contradicts) == []
    assert opposed(asked, [own], [own, same], contradicts) != []


def test_a_figure_with_something_is_another_than_one_that_leaves_it_out() -> None:
    asked = ask("How much did Corvin Care cost with the debt?")
    whole = make_evidence("With its debt Corvin Care cost 9 million dollars.", uri="/a.md")
    part = make_evidence("Corvin Care cost 6 million dollars.", uri="/b.md", relevance=0.9)
    assert opposed(asked, [whole], [whole, part], contradicts) != []
    lacking = replace(part, missing=frozenset({key_of("debt")}))
    assert opposed(asked, [whole], [whole, lacking], contradicts) == []


def test_reports_of_two_years_give_two_figures_and_no_disagreement() -> None:
    of_a_year = [
        replace(side, metadata=replace(side.metadata, title="Annual report", place=place))
        for side, place in ((OLDER, "2019/report.md"), (NEWER, "2021/report.md"))
    ]
    assert opposed(ASKED, of_a_year[:1], of_a_year, contradicts) == []
    same = [replace(side, metadata=replace(side.metadata, place="2021")) for side in of_a_year]
    assert opposed(ASKED, same[:1], same, contradicts) != []


def test_the_reader_is_told_what_is_asked() -> None:
    told: list[tuple[str, str, str]] = []

    def conflict(first: str, second: str, about: str, least: float) -> float:
        del least
        told.append((first, second, about))
        return 0.9

    opposed(ASKED, [OLDER], [OLDER, NEWER], conflict)
    assert {texts[2] for texts in told} == {ASKED.text}


def test_the_best_sentence_of_each_document_opposes_more_than_another() -> None:
    unlikelier = make_evidence(
        "Corvin Care has a ward of thirty nurses.", uri="/b.md", ordinal=1, relevance=0.8
    )
    ranked = [OLDER, NEWER, unlikelier]
    assert votes(ASKED, OLDER, NEWER, ranked)["both best"] == 1.0
    assert votes(ASKED, OLDER, unlikelier, ranked)["both best"] == 0.0


def test_a_newer_sentence_that_sets_its_time_apart_tells_a_change() -> None:
    now = replace(NEWER, text="Corvin Care now has thirty nurses.")
    assert votes(ASKED, OLDER, now, [OLDER, now])["newer tells change"] == 1.0
    assert votes(ASKED, OLDER, NEWER, [OLDER, NEWER])["newer tells change"] == 0.0


def test_figures_of_two_years_are_of_two_times_unless_the_year_is_asked_for() -> None:
    one = make_evidence("In 2018 Corvin Care had forty nurses.", uri="/a.md")
    other = make_evidence("In 2020 Corvin Care had thirty nurses.", uri="/b.md")
    assert votes(ASKED, one, other, [one, other])["other years told"] == 1.0
    when = ask("When did Corvin Care open?")
    assert votes(when, one, other, [one, other])["other years told"] == 0.0


def test_a_value_with_something_is_not_one_without_it() -> None:
    asked = ask("Total value of the Corvin deal without the debt")
    whole = make_evidence("With Corvin's debt the total came to 9 million dollars.", uri="/a.md")
    bare = make_evidence("They put the value of Corvin at 6 million.", uri="/b.md", relevance=0.9)
    assert opposed(asked, [whole], [whole, bare], contradicts) == []
    other = make_evidence("The total for Corvin came to 9 million dollars.", uri="/a.md")
    assert opposed(asked, [other], [other, bare], contradicts) != []


def test_which_of_two_asks_for_one_and_a_plural_for_several() -> None:
    larger = make_evidence("Corvin holds the larger part of the ward.", uri="/a.md")
    other = make_evidence("Haven owns most of the ward of Corvin.", uri="/b.md", relevance=0.9)
    one = ask("Which of the partners holds the larger part of the Corvin ward?")
    assert opposed(one, [larger], [larger, other], contradicts) != []
    several = ask("Which of the partners run wards of Corvin?")
    assert opposed(several, [larger], [larger, other], contradicts) == []


def test_a_row_of_a_table_is_no_side_where_no_value_is_asked_for() -> None:
    row = replace(OLDER, sentence=replace(OLDER.sentence, kind=SentenceKind.TABLE))
    asked = ask("How is Corvin Care organised for its nurses?")
    assert opposed(asked, [OLDER], [OLDER, NEWER], contradicts) != []
    assert opposed(asked, [row], [row, NEWER], contradicts) == []
    assert opposed(ASKED, [row], [row, NEWER], contradicts) != []


def test_every_vote_has_a_weight() -> None:
    assert votes(ASKED, OLDER, NEWER, [OLDER, NEWER]).keys() == WEIGHTS.keys()


def test_the_chance_rises_with_the_contradiction() -> None:
    values = votes(ASKED, OLDER, NEWER, [OLDER, NEWER])
    assert chance(values, 0.1) < chance(values, 0.5) < chance(values, 0.9)


def test_the_reader_is_told_which_contradiction_is_enough() -> None:
    values = votes(ASKED, OLDER, NEWER, [OLDER, NEWER])
    told: list[float] = []

    def conflict(first: str, second: str, about: str, least: float) -> float:
        del first, second, about
        told.append(least)
        return least

    opposed(ASKED, [OLDER], [OLDER, NEWER], conflict)
    (enough,) = told
    assert chance(values, enough) < OPPOSED <= chance(values, enough + 1e-6)


def test_two_sources_on_something_else_than_what_is_asked_do_not_disagree_on_it() -> None:
    asked = ask("When was the old mill of Hove founded?")
    best = make_evidence("The mill of Hove was founded in May 1900.", uri="/c.md")
    sides = [
        make_evidence(
            f"Corvin was founded in Hove in {month} 1950.",
            uri=f"/{month}.md",
            relevance=0.2,
            missing=frozenset({key_of("mill")}),
        )
        for month in ("March", "June")
    ]

    def conflict(first: str, second: str, about: str, least: float) -> float:
        del about, least
        return 0.0 if best.text in (first, second) else 0.9

    assert opposed(asked, sides, sides, conflict)
    assert opposed(asked, [best, *sides], [best, *sides], conflict) == []
    likely = [replace(side, relevance=0.9) for side in sides]
    assert opposed(asked, [best, *likely], [best, *likely], conflict)
