from __future__ import annotations

from datetime import date

from app.answering.composition.abstention import (
    NEAR_MISSES,
    lacking_words,
    message,
    near_misses,
    unanswered,
)
from app.answering.question.asking import ask
from app.answering.question.decompose import parts
from tests.builders_answering import make_evidence
from vectorstore.reader import Extent

REVENUE = ask("What is the revenue of Haven?")


def searched(*dates: date | None) -> Extent:
    return Extent(len(dates), max((day for day in dates if day is not None), default=None))


def test_near_misses_are_the_likeliest_sentences_of_different_passages() -> None:
    evidence = [
        make_evidence(
            f"Haven made plan number {n}.", ordinal=n, passage_ordinal=n // 2, relevance=1 - n / 10
        )
        for n in range(8)
    ]
    found = near_misses(REVENUE, evidence)
    assert [near.text[-2:] for near in found] == ["0.", "2.", "4."]
    assert len(found) == NEAR_MISSES
    assert [near.score for near in found] == [1.0, 0.8, 0.6]
    assert all(near.end - near.start == len(near.text) for near in found)


def test_what_has_nothing_to_do_with_the_question_is_no_near_miss() -> None:
    other = make_evidence("The ferry carries thirty cars across the bay.", relevance=0.01)
    named = make_evidence("Haven hired a surgeon as its chief.", ordinal=1, relevance=0.01)
    assert [near.text for near in near_misses(REVENUE, [other, named])] == [named.text]
    assert near_misses(REVENUE, []) == ()


def test_three_words_are_no_near_miss() -> None:
    assert near_misses(REVENUE, [make_evidence("Haven finally did.", relevance=0.9)]) == ()


def test_the_message_says_what_was_asked_what_was_searched_and_what_is_lacking() -> None:
    text = message(REVENUE, ["revenue"], 1, searched(date(2019, 1, 15), date(2021, 6, 7), None))
    assert text == (
        "The sources give no answer to “What is the revenue of Haven?”. "
        "Searched: 3 sources, the newest of 7 June 2021. "
        "The passages that come nearest do not mention “revenue”."
    )


def test_where_nothing_comes_near_no_word_is_named() -> None:
    assert message(REVENUE, [], 0, searched(None)) == (
        "The sources give no answer to “What is the revenue of Haven?”. "
        "Searched: 1 source. Nothing in them comes near."
    )


def test_a_choice_of_sources_that_leaves_none_is_told() -> None:
    assert "no source is left" in message(REVENUE, ["revenue"], 0, searched())


def test_at_most_three_words_are_named_and_none_that_is_too_long() -> None:
    text = message(REVENUE, ["one", "x" * 4000, "two", "three", "four"], 1, searched(None))
    assert text.endswith("do not mention “one” or “two” or “three”.")


def test_a_word_that_a_near_miss_holds_is_not_called_missing() -> None:
    asked = ask("What dividend did Haven pay?")
    item = make_evidence("Haven was asked to pay for it.", missing=frozenset({"dividend"}))
    shown = near_misses(asked, [item])
    assert lacking_words(asked, shown, [item]) == ["dividend"]
    assert lacking_words(asked, (), [item]) == []


def test_a_request_is_told_what_accord_does() -> None:
    text = message(ask("Write a poem about Haven"), [], 0, searched(None))
    assert "does not write" in text
    assert "Searched" not in text


def test_a_part_of_the_question_of_which_nothing_is_cited_is_named() -> None:
    asked = "What did Walgreens and Microsoft announce?"
    pieces = parts(asked)
    cited = make_evidence("In January Microsoft announced a venture.")
    assert unanswered(pieces, [cited], asked) == "Nothing on this was found about Walgreens."
    both = make_evidence("In January Walgreens and Microsoft announced a venture.")
    assert unanswered(pieces, [both], asked) is None
    assert unanswered((), [cited], asked) is None
    assert unanswered(pieces, [], asked) is None


def test_a_name_that_only_a_rewrite_has_is_not_repeated() -> None:
    pieces = parts("What did Walgreens and Zuckerfeld announce?")
    cited = make_evidence("In January Microsoft announced a venture.")
    assert (
        unanswered(pieces, [cited], "And Walgreens?")
        == "Nothing on this was found about Walgreens."
    )
