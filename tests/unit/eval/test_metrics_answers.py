from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.answers import (
    KEY_POINT_THRESHOLD,
    completeness,
    fact_recall,
    key_point_coverage,
    key_point_words,
    num_words,
    rouge,
    token_f1,
)

quick = settings(max_examples=50, deadline=None)
word = st.sampled_from("merger closed 2018 5 15 partner Aetna health billion the".split())
text = st.lists(word, max_size=12).map(" ".join)
forms = st.lists(word, min_size=1, max_size=3)
facts = st.lists(forms, min_size=1, max_size=4)


def test_facts_by_hand() -> None:
    answer = "CVS bought Aetna for $70 billion in 2018."
    wanted = [["Aetna"], ["70 billion", "70bn"], ["Walmart"]]
    assert fact_recall(answer, wanted) == pytest.approx(2 / 3)  # Aetna, 70 billion; no Walmart
    assert fact_recall(answer, wanted, ["2019"]) == pytest.approx(2 / 3)
    assert fact_recall(answer, wanted, ["2018"]) == 0  # says what it must not
    assert fact_recall(answer, [["7"]]) == 0  # only inside 70


def test_forbidden_texts_alone_are_a_fact_of_their_own() -> None:
    assert fact_recall("All is well.", [], ["bad"]) == 1
    assert fact_recall("All is bad.", [], ["bad"]) == 0
    assert fact_recall("All is well.", []) is None


def test_completeness_by_hand() -> None:
    items = [["CVS"], ["Walmart", "Wal-Mart"], ["Amazon"], ["Apple"]]
    assert completeness("Wal-Mart, CVS and Pineapple", items) == 2 / 4  # CVS and Walmart
    assert completeness("anything", []) is None


def test_key_point_words_by_hand() -> None:
    point = "1. The merger closed in 2018 for $70 billion."
    # merger, close, 2018, 70, billion: five content words; the number of the list is none
    assert key_point_words("Mergers they are; closing came in 2018.", point) == pytest.approx(3 / 5)
    assert key_point_words("In 1 of 2 cases", point) == 0
    assert key_point_words("anything", "of the") == 0


def test_key_point_coverage_by_hand() -> None:
    points = ["The merger closed in 2018 for $70 billion.", "Walmart opened clinics in Texas."]
    # 3 of 5 words are just enough for the first; 1 of 4 (Walmart) are not for the second
    assert KEY_POINT_THRESHOLD == 3 / 5
    assert key_point_coverage("The merger closed in 2018; Walmart watched.", points) == 1 / 2
    assert key_point_coverage("anything", []) is None


def test_rouge_by_hand() -> None:
    scored = rouge("The cat sat on the mat", ("a dog", "The cat lay on a mat!"))
    assert scored is not None
    # longest common subsequence: the cat on mat = 4; of 6 said and 6 wanted: P = R = F = 4/6
    assert scored.l_f == pytest.approx(4 / 6)
    assert scored.l_recall == pytest.approx(4 / 6)
    assert scored.one_recall == pytest.approx(4 / 6)  # the, cat, on, mat of 6
    assert rouge("anything", ()) is None


def test_rouge_recall_is_that_of_the_reference_with_the_best_f() -> None:
    scored = rouge("a b c d", ("a", "a b c x x"))
    assert scored is not None
    # "a": P 1/4, R 1, F 2/5; "a b c x x": P 3/4, R 3/5, F 2/3, which is better
    assert scored.l_f == pytest.approx(2 / 3)
    assert scored.l_recall == pytest.approx(3 / 5)
    assert scored.one_recall == pytest.approx(3 / 5)


def test_rouge_does_not_stem() -> None:
    scored = rouge("partners", ("partner",))
    assert scored is not None
    assert scored.l_f == 0


def test_token_f1_by_hand() -> None:
    # said: cat sat on mat; wanted: cat lay on mats sat; common 3: P 3/4, R 3/5, F = 2·3/(4+5)
    assert token_f1("The cat sat on the mat.", ["x", "A cat lay on mats, sat"]) == pytest.approx(
        6 / 9
    )
    assert token_f1("The", ["a"]) == 1  # nothing is left of either
    assert token_f1("The", ["cat"]) == 0
    assert token_f1("anything", []) is None


def test_words_stand_between_spaces() -> None:
    assert num_words("It’s  $5 – a lot.\nTruly.") == 6
    assert num_words("") == 0


@quick
@given(text, facts, st.lists(word, max_size=2))
def test_facts_lie_between_none_and_all_in_any_order(
    answer: str, wanted: list[list[str]], forbidden: list[str]
) -> None:
    value = fact_recall(answer, wanted, forbidden)
    assert value is not None
    assert 0 <= value <= 1
    assert fact_recall(answer, wanted[::-1], forbidden[::-1]) == value
    assert fact_recall(answer, [each[::-1] for each in wanted], forbidden) == value


@quick
@given(text, text, facts)
def test_saying_more_never_lowers_what_is_recalled(
    answer: str, more: str, wanted: list[list[str]]
) -> None:
    longer = f"{answer} {more}"
    points = [" ".join(each) for each in wanted]
    assert (fact_recall(longer, wanted) or 0) >= (fact_recall(answer, wanted) or 0)
    assert (completeness(longer, wanted) or 0) >= (completeness(answer, wanted) or 0)
    assert (key_point_coverage(longer, points) or 0) >= (key_point_coverage(answer, points) or 0)
    before, after = rouge(answer, (points[0],)), rouge(longer, (points[0],))
    assert before is not None
    assert after is not None
    assert after.l_recall >= before.l_recall
    assert after.one_recall >= before.one_recall


@quick
@given(text, facts)
def test_saying_a_missing_fact_never_lowers(answer: str, wanted: list[list[str]]) -> None:
    said = f"{answer} {wanted[0][0]}"
    assert (fact_recall(said, wanted) or 0) >= 1 / len(wanted)
    assert (fact_recall(said, wanted) or 0) >= (fact_recall(answer, wanted) or 0)


@quick
@given(text, facts, st.lists(word, max_size=2), word)
def test_another_forbidden_text_never_raises(
    answer: str, wanted: list[list[str]], forbidden: list[str], more: str
) -> None:
    before = fact_recall(answer, wanted, forbidden)
    after = fact_recall(answer, wanted, [*forbidden, more])
    assert before is not None
    assert after is not None
    assert after <= before


@quick
@given(text, st.lists(text, min_size=1, max_size=3), text)
def test_overlap_is_bounded_and_another_reference_never_lowers_it(
    answer: str, references: list[str], more: str
) -> None:
    before = rouge(answer, tuple(references))
    after = rouge(answer, (*references, more))
    assert before is not None
    assert after is not None
    for value in (before.l_f, before.l_recall, before.one_recall):
        assert 0 <= value <= 1
    assert after.l_f >= before.l_f
    f1, f1_after = token_f1(answer, references), token_f1(answer, [*references, more])
    assert f1 is not None
    assert f1_after is not None
    assert 0 <= f1 <= f1_after <= 1


@quick
@given(text, text)
def test_f_is_symmetric_and_perfect_for_the_same_text(one: str, other: str) -> None:
    forth, back = rouge(one, (other,)), rouge(other, (one,))
    assert forth is not None
    assert back is not None
    assert forth.l_f == pytest.approx(back.l_f)
    assert token_f1(one, [other]) == pytest.approx(token_f1(other, [one]))
    same = rouge(one, (one,))
    assert same is not None
    assert same.l_f == pytest.approx(1.0 if one else 0.0)
    assert token_f1(one, [one]) == 1


@quick
@given(text, text)
def test_the_order_of_words_matters_to_rouge_l_alone(one: str, other: str) -> None:
    turned = " ".join(reversed(one.split()))
    forth, back = rouge(one, (other,)), rouge(turned, (other,))
    assert forth is not None
    assert back is not None
    assert forth.one_recall == back.one_recall
    assert token_f1(one, [other]) == token_f1(turned, [other])
    assert forth.l_recall <= forth.one_recall
