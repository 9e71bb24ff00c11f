"""Sentences: where they end, and that spans are exact."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.limited_cpu import runs_in_time
from tests.sentence_ends import SENTENCES
from vectorstore.sentences import MAX_SENTENCE, split_sentences

MANY_STOPS = """
from vectorstore.sentences import split_sentences
for part in ("A. ", "...", "1. (", "u. a. "):
    text = part * (200_000 // len(part)) + "x"
    spans = split_sentences(text)
    assert spans[0][0] == 0 and spans[-1][1] == len(text), part
"""


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Plain one.", "Plain two!", "Plain three?"],
        ["Dr. Smith met Mr. Jones vs. the board.", "They left."],
        ["He lives in Phoenix, Ariz., and works there.", "She does not."],
        ["The U.S. market grew.", "Europe did not."],
        ["It moved to the U.S. The firm grew."],
        ["Sales at Acme Inc. rose.", "They fell at Foo Corp. in May."],
        ["It was bought by Acme Inc.", "The price was not named."],
        ["On Tuesday (Jan. 15) it began.", "It ended on Feb. 3 at noon."],
        ["J. K. Rowling wrote it.", "George W. Bush read it."],
        ["It cost $3.5 million.", "That was 12.5% more."],
        ["The year was 2020.", "Then came 2021."],
        ["See Fig. 3 and No. 7 for more, e.g. the table.", "We did."],
        ["Smith et al. found it.", "Others agree."],
        ["Wait... what?", "Yes."],
        ["“We are not a vendor,” he says.", "“We are a partner.”", "Good."],
        ["“Why now?” she asked.", "Nobody knew."],
        ["It is spelled “Amazon.”", "Amazon scares them."],
        ["He left (she stayed. Really) at noon.", "Then he returned."],
        ["Visit www.example.com/a.b?c=d. for it.", "Or not."],
        ["MIT Review: Regi, can you explain?", "Jones: Yes, I can."],
        ["Q. What is it?", "A. It is a test."],
        ["1. First point here.", "2. Second point here."],
        ["This was shown before.[12]", "It was shown again."],
        ["今日は晴れです。", "明日は雨です。"],
        ["Prof. Dr. Müller kommt z.B. aus Bonn.", "Er bleibt."],
        ["They met at 5 p.m. on Monday.", "It rained."],
        ["Growth was strong; costs fell.", "Margins rose!"],
        ["Yahoo! is a company.", "It is old."],
    ],
    ids=lambda parts: parts[0][:30],
)
def test_splits_where_a_reader_would(parts: list[str]) -> None:
    separator = "" if parts[0].endswith("。") else " "
    text = separator.join(parts)

    expected = parts
    if parts == ["It moved to the U.S. The firm grew."]:
        expected = ["It moved to the U.S.", "The firm grew."]

    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("language", "parts"),
    SENTENCES,
    ids=[f"{language}-{parts[0][:30]}" for language, parts in SENTENCES],
)
def test_abbreviations_ordinals_and_quotes_of_seven_languages_end_nothing(
    language: str, parts: list[str]
) -> None:
    del language  # the same rules for all: texts mix them
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He sat. Smith stood.", 2),
        ("It was two years ago. Smith left.", 2),
        ("They took its DNA. Smith left.", 2),
        ("He won. 5 men left.", 2),
        ("And so it went on. Rossi left.", 2),
    ],
)
def test_words_that_look_like_abbreviations_end_sentences(text: str, expected: int) -> None:
    assert len(sentences(text)) == expected


def test_a_lost_space_ends_a_sentence_but_a_site_name_does_not() -> None:
    assert sentences("They care.The next one, too.") == ["They care.", "The next one, too."]
    assert sentences("He uses Booking.Com today.") == ["He uses Booking.Com today."]
    assert sentences("At http://a.org/some.Thing here it is.") == [
        "At http://a.org/some.Thing here it is."
    ]


def test_a_very_long_sentence_is_split_at_a_clause() -> None:
    clause = "the partner provides staff and the hospital provides data"
    text = "; ".join([clause] * 20) + "."

    found = sentences(text)

    assert max(map(len, found)) <= MAX_SENTENCE
    assert all(part.endswith((";", ".")) for part in found)


def test_text_without_any_space_is_split_by_length() -> None:
    assert [len(part) for part in sentences("x" * 1500)] == [600, 600, 300]


TEXTS = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(
            [
                "The U.S.",
                "Dr.",
                "end.",
                "(a",
                "b)",
                "“Why?”",
                "he",
                "3.5",
                "No.",
                "5",
                "...",
                "。",
                "\n\n",
                "Inc.",
            ]
        ),
        max_size=40,
    ).map(" ".join),
)


@settings(deadline=None)
@given(TEXTS)
def test_spans_are_ordered_trimmed_and_cover_every_visible_character(text: str) -> None:
    spans = split_sentences(text)

    assert spans == sorted(spans)
    position = 0
    for start, end in spans:
        assert position <= start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert end - start <= MAX_SENTENCE
        position = end
    assert not text[position:].strip()


@settings(deadline=None)
@given(TEXTS)
def test_spans_and_gaps_together_restore_the_text(text: str) -> None:
    rebuilt, position = "", 0
    for start, end in split_sentences(text):
        rebuilt += text[position:start] + text[start:end]
        position = end

    assert rebuilt + text[position:] == text


def test_time_does_not_grow_with_the_square_of_a_paragraph(repo_root: Path) -> None:
    assert runs_in_time(MANY_STOPS, repo_root=repo_root)
