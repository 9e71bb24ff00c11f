from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.retrieval import NAMES, is_judged, ranking_of, score_ranking, score_runs
from eval.types import FoundPassage

quick = settings(max_examples=50, deadline=None)
DOCUMENTS = "abcdefgh"
grades = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1).filter(
    is_judged
)
rankings = st.permutations(DOCUMENTS).flatmap(
    lambda order: st.integers(0, len(order)).map(lambda n: tuple(order[:n]))
)


def scored(relevant: dict[str, int], ranking: tuple[str, ...]) -> dict[str, float]:
    values = score_ranking(relevant, ranking)
    assert values is not None
    return values


def test_a_ranking_by_hand() -> None:
    values = scored({"a": 2, "c": 1, "d": 1, "b": 0}, ("b", "a", "c"))
    # DCG = 0/log2(2) + 2/log2(3) + 1/log2(4) = 1.2619 + 0.5 = 1.7619
    # ideal = 2/log2(2) + 1/log2(3) + 1/log2(4) = 2 + 0.6309 + 0.5 = 3.1309
    assert values["ndcg@10"] == pytest.approx(1.76186 / 3.13093, abs=1e-5)
    assert values["recall@5"] == pytest.approx(2 / 3)  # a and c of a, c, d
    assert values["rr"] == pytest.approx(1 / 2)  # a is the first, at rank 2
    assert values["ap"] == pytest.approx((1 / 2 + 2 / 3 + 0) / 3)  # at ranks 2 and 3; d never


def test_cutoffs_are_cutoffs() -> None:
    ranking = tuple(f"x{n}" for n in range(5)) + ("a",)
    values = scored({"a": 1}, ranking)
    assert values["recall@5"] == 0
    assert values["recall@10"] == 1
    assert values["ndcg@10"] == pytest.approx(1 / math.log2(7))  # rank 6


def test_a_judged_query_without_results_scores_nothing_and_stays() -> None:
    scores = score_runs({"one": {"a": 1}, "two": {"b": 1}}, {"one": ("a",), "two": ()})
    assert scores == {"one": dict.fromkeys(NAMES, 1.0), "two": dict.fromkeys(NAMES, 0.0)}
    assert score_runs({"one": {"a": 1}}, {}) == {"one": dict.fromkeys(NAMES, 0.0)}


def test_a_query_without_a_relevant_document_is_left_out() -> None:
    assert score_runs({"one": {"a": 0}, "two": {}}, {"one": ("a",)}) == {}
    assert score_ranking({}, ("a",)) is None


def test_a_source_counts_where_its_first_passage_stands() -> None:
    found = [FoundPassage(source, "text", 1.0) for source in ("b", "a", "b", None, "a", None, "c")]
    ranking = ranking_of(found)
    assert [each for each in ranking if each in DOCUMENTS] == ["b", "a", "c"]
    assert ranking.index("c") == 4  # two passages from elsewhere keep their ranks


def test_names_may_hold_anything() -> None:
    names = ("x\0one", "x\0two", "with space", "\ud800", "")
    relevant = {names[1]: 1}
    assert scored(relevant, names)["rr"] == 1 / 2
    assert score_runs({"q\0one": relevant, "q\0two": relevant}, {"q\0two": names[1:]}) == {
        "q\0one": dict.fromkeys(NAMES, 0.0),
        "q\0two": dict.fromkeys(NAMES, 1.0),
    }


@quick
@given(grades, rankings)
def test_values_lie_between_none_and_all(
    relevant: dict[str, int], ranking: tuple[str, ...]
) -> None:
    values = scored(relevant, ranking)
    assert set(values) == set(NAMES)
    assert all(-1e-9 <= value <= 1 + 1e-9 for value in values.values())


@quick
@given(grades)
def test_the_ideal_ranking_scores_all(relevant: dict[str, int]) -> None:
    ranking = tuple(sorted(relevant, key=lambda name: -relevant[name]))
    values = scored(relevant, ranking)
    assert values["ndcg@10"] == pytest.approx(1)
    assert values["ap"] == pytest.approx(1)
    assert values["rr"] == 1
    assert values["recall@10"] == 1


@quick
@given(grades, rankings, st.data())
def test_a_better_document_one_rank_earlier_never_lowers(
    relevant: dict[str, int], ranking: tuple[str, ...], data: st.DataObject
) -> None:
    worse_first = [
        n
        for n in range(1, len(ranking))
        if relevant.get(ranking[n], 0) > relevant.get(ranking[n - 1], 0)
    ]
    if not worse_first:
        return
    n = data.draw(st.sampled_from(worse_first))
    better = (*ranking[: n - 1], ranking[n], ranking[n - 1], *ranking[n + 1 :])
    before, after = scored(relevant, ranking), scored(relevant, better)
    assert all(after[name] >= before[name] - 1e-9 for name in NAMES)


@quick
@given(grades, rankings)
def test_names_of_documents_do_not_matter(
    relevant: dict[str, int], ranking: tuple[str, ...]
) -> None:
    other = dict(zip(DOCUMENTS, reversed(DOCUMENTS), strict=True))
    renamed = {other[name]: grade for name, grade in relevant.items()}
    assert scored(renamed, tuple(other[name] for name in ranking)) == pytest.approx(
        scored(relevant, ranking)
    )


@quick
@given(grades, rankings)
def test_what_nobody_judged_at_the_end_changes_nothing(
    relevant: dict[str, int], ranking: tuple[str, ...]
) -> None:
    assert scored(relevant, (*ranking, "zz")) == pytest.approx(scored(relevant, ranking))
