"""Near-duplicate questions meet, different ones do not; tables hold no formula."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.conversations.clusters import (
    MIN_SHARED,
    Cluster,
    Terms,
    _likeness,
    _terms,
    clusters,
)
from app.conversations.records import Channel, Feedback, Gap, Rating, Reason
from app.conversations.table import BYTE_ORDER_MARK, COLUMNS, MAX_CELL_CHARACTERS, as_csv, safe_cell
from app.types import AnswerStatus
from tests.builders_web import make_abstention, make_answer, make_receipt

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_gap(
    question: str,
    *,
    hours: float = 0,
    condensed: str | None = None,
    channel: Channel = Channel.WEB,
    downs: tuple[Feedback, ...] = (),
) -> Gap:
    answer = make_answer(question) if downs else make_abstention(question)
    receipt = make_receipt(question, condensed_query=condensed or question)
    moment = NOON + timedelta(hours=hours)
    answer = replace(answer, id=f"{question}-{hours}", receipt=receipt, created=moment)
    return Gap(answer, answer.status, channel, downs)


def groups(*questions: str) -> list[list[str]]:
    gaps = [make_gap(question, hours=n) for n, question in enumerate(questions)]
    return [[one.answer.question for one in cluster.gaps] for cluster in clusters(gaps)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Why did CVS buy Aetna?", "why was aetna bought by cvs"),
        # {car, compani, form, health, partn} and the same without {form}: 4/5
        (
            "Why do health-care companies form partnerships?",
            "Why do health care companies partner?",
        ),
        ("Why?", " why ?"),
    ],
)
def test_other_words_for_the_same_question_meet(one: str, other: str) -> None:
    assert groups(one, other) == [[one, other]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # 5 of 6 words, but the names differ
        (
            "Why did Walgreens form a clinic partnership with Humana in Kansas?",
            "Why did Walgreens form a clinic partnership with Kroger in Kansas?",
        ),
        # 4 of 6 words, and the numbers differ
        (
            "What price did CVS pay for Aetna in 2018?",
            "What price did CVS pay for Aetna in 2019?",
        ),
        # {cost, partn, shar} and {risk, partn, shar}: 2/4
        ("How do partners share costs?", "How do partners share risks?"),
        # {allianc, bank, fintech, reason, strateg} and one other: 4/6
        (
            "What are the strategic reasons for alliances of banks and fintechs?",
            "What are the strategic reasons for alliances of banks and insurers?",
        ),
        ("Why?", "How?"),
    ],
)
def test_different_questions_stay_apart(one: str, other: str) -> None:
    assert groups(one, other) == [[other], [one]]


def test_follow_up_meets_the_question_asked_outright() -> None:
    outright = make_gap("Why did Walmart buy Flipkart?")
    follow_up = make_gap("And Walmart?", hours=1, condensed="Why did Walmart buy Flipkart?")

    [cluster] = clusters([follow_up, outright])

    assert cluster.gaps == [outright, follow_up]


def test_order_of_reading_changes_nothing() -> None:
    questions = [
        "Why did CVS buy Aetna?",
        "why did cvs buy aetna then",
        "How do partners share costs?",
        "How do partners share risks?",
        "How do partners share costs and risks?",
        "Why?",
    ] * 3
    gaps = [make_gap(question, hours=n) for n, question in enumerate(questions)]
    expected = [cluster.gaps for cluster in clusters(gaps)]
    for seed in range(5):
        shuffled = gaps.copy()
        random.Random(seed).shuffle(shuffled)
        assert [cluster.gaps for cluster in clusters(shuffled)] == expected
    assert sorted(one.answer.id for group in expected for one in group) == sorted(
        one.answer.id for one in gaps
    )


def test_clusters_do_not_creep_from_the_first_question() -> None:
    # Each has one word more than the one before; the third shares 3/5 with the first.
    first, second, third = (
        "How do partners share costs?",
        "How do partners share costs fairly?",
        "How do partners share costs fairly abroad?",
    )

    assert groups(first, second, third) == [[first, second], [third]]


def test_cluster_counts_reasons_channels_and_days() -> None:
    down = Feedback(Rating.DOWN, (Reason.OUTDATED,), "Before 2019.")
    cluster = single(
        make_gap("Who pays?", channel=Channel.SLACK),
        make_gap("who pays", hours=11.9, downs=(down, down)),
        make_gap("who pays", hours=12),
    )

    assert cluster.question == "who pays"
    assert cluster.wordings == ["who pays", "Who pays?"]
    assert cluster.reasons == {"abstained": 2, "outdated": 1, "thumbs_down": 1}
    assert cluster.channels == {"web": 2, "slack": 1}
    assert cluster.days == {date(2026, 3, 2): 2, date(2026, 3, 3): 1}
    assert (cluster.first_seen, cluster.last_seen) == (NOON, NOON + timedelta(hours=12))
    assert cluster.comments == ["Before 2019.", "Before 2019."]
    assert [miss.title for miss in cluster.near_misses] == ["Pharmacies as clinics"]


def test_each_wording_is_told_once_and_each_rated_answer() -> None:
    down = Feedback(Rating.DOWN, (), "Wrong.")
    gaps = [
        make_gap("Who pays?"),
        make_gap("who pays", hours=1, downs=(down,)),
        make_gap("Who  pays?", hours=2),
        make_gap("Who is paying?", hours=3),
        make_gap("who pays?", hours=4),
    ]
    assert [one.answer.question for one in single(*gaps).told_apart] == [
        "who pays?",
        "Who is paying?",
        "who pays",
    ]


def single(*gaps: Gap) -> Cluster:
    [cluster] = clusters(gaps)
    return cluster


def test_larger_clusters_come_first_then_those_seen_last() -> None:
    assert [one[0] for one in groups("Who pays?", "Who sells?", "Who buys?", "Who pays?")] == [
        "Who pays?",
        "Who buys?",
        "Who sells?",
    ]


def test_thousands_of_questions_are_clustered() -> None:
    gaps = [make_gap(f"How many clinics had partner {n % 400}?", hours=n) for n in range(2000)]

    found = clusters(gaps)

    assert [len(one.gaps) for one in found] == [5] * 400


words = st.lists(st.sampled_from("cost risk data share pay sell Aetna 2018".split()), max_size=8)


@settings(max_examples=100, deadline=None)
@given(st.lists(words, max_size=12))
def test_looking_at_rare_words_only_misses_nothing(questions: list[list[str]]) -> None:
    gaps = [make_gap(f"did {' '.join(one)}", hours=n) for n, one in enumerate(questions)]
    expected: list[tuple[Terms, list[Gap]]] = []
    for gap in gaps:  # every cluster is looked at, the earliest of the best is taken
        own = _terms(gap.answer.receipt.condensed_query)
        best = max(expected, key=lambda one: _likeness(own, one[0]), default=None)
        if best is None or _likeness(own, best[0]) < MIN_SHARED:
            expected.append((own, [gap]))
        else:
            best[1].append(gap)

    found = {id(cluster.gaps[0]): cluster.gaps for cluster in clusters(gaps)}

    assert found == {id(group[0]): group for _, group in expected}


def test_gap_of_a_disliked_abstention_has_both_reasons() -> None:
    gap = make_gap("Why?")
    downs = (Feedback(Rating.DOWN, (Reason.OTHER,)), Feedback(Rating.DOWN, (Reason.INCORRECT,)))

    assert replace(gap, downs=downs).reasons == ("abstained", "thumbs_down", "incorrect", "other")
    assert replace(gap, status=AnswerStatus.ANSWERED).reasons == ()


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" \t=1", " \t'=1"),
        ("\0=1", "\0'=1"),
        ("＝1", "'＝1"),  # noqa: RUF001
        ("|cmd", "'|cmd"),
        ("a;=1", "a;'=1"),  # a new cell where semicolons separate
        ('a"=1', "a\"'=1"),
        ("a\n@x", "a\n'@x"),
        ("Growth of -5 = bad?", "Growth of -5 = bad?"),
        ("", ""),
    ],
)
def test_cell_cannot_start_a_formula(text: str, safe: str) -> None:
    assert safe_cell(text) == safe


def test_table_reads_back_and_holds_no_formula() -> None:
    comment = Feedback(Rating.DOWN, (Reason.INCORRECT,), '=HYPERLINK("http://x","y")')
    found = clusters(
        [
            make_gap('=cmd|" /C calc"!A0'),
            make_gap("Who, then, pays?", hours=1, downs=(comment,)),
            make_gap("who then pays", hours=2),
        ]
    )

    written = as_csv(found)

    assert written.startswith(BYTE_ORDER_MARK)
    header, *rows = csv.reader(io.StringIO(written.removeprefix(BYTE_ORDER_MARK)))
    assert tuple(header) == COLUMNS
    assert rows[0] == [
        "Who, then, pays?",
        "2",
        "2026-03-02 13:00:00+00:00",
        "2026-03-02 14:00:00+00:00",
        "abstained: 1\nincorrect: 1\nthumbs_down: 1",
        "web: 2",
        "Who, then, pays?",
        "who then pays",
        "Pharmacies as clinics: Nobody knows yet whether it pays.",
        '\'=HYPERLINK("http://x","y")',
    ]
    assert rows[1][0] == '\'=cmd|" /C calc"!A0'
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r")]


def test_long_cell_is_cut_to_what_spreadsheets_hold() -> None:
    assert len(safe_cell("=" + "a" * 100_000)) == MAX_CELL_CHARACTERS + 1
