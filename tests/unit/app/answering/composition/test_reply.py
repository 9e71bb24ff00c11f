from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.composition.reply import MAX_SENTENCE, ReplyReader, Sentence


def read(*pieces: str) -> list[tuple[str, tuple[int, ...]]]:
    reader = ReplyReader()
    found = [sentence for piece in pieces for sentence in reader.feed(piece)]
    return [(one.text, one.numbers) for one in [*found, *reader.close()]]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("CVS bought Aetna [1].", [("CVS bought Aetna.", (1,))]),
        ("CVS bought Aetna. [1]", [("CVS bought Aetna.", (1,))]),
        ("CVS bought Aetna.[1][3]", [("CVS bought Aetna.", (1, 3))]),
        ("CVS bought Aetna [1, 3].", [("CVS bought Aetna.", (1, 3))]),
        ("CVS bought Aetna [2-4].", [("CVS bought Aetna.", (2, 3, 4))]),
        ("CVS bought Aetna [^2].", [("CVS bought Aetna.", (2,))]),
        ("CVS bought Aetna【2†source】.", [("CVS bought Aetna.", (2,))]),
        ("CVS [1] bought Aetna [1][2].", [("CVS bought Aetna.", (1, 2))]),
        (
            "CVS bought Aetna. [1] It paid $70 billion. [2]",
            [("CVS bought Aetna.", (1,)), ("It paid $70 billion.", (2,))],
        ),
        (
            "CVS bought Aetna [1]. It paid $70.5 billion [2].",
            [("CVS bought Aetna.", (1,)), ("It paid $70.5 billion.", (2,))],
        ),
        (
            "Apple Inc. and IBM Corp. agreed on Jan. 15 [4]. Mr. Cook spoke.",
            [("Apple Inc. and IBM Corp. agreed on Jan. 15.", (4,)), ("Mr. Cook spoke.", ())],
        ),
        (
            "# Answer\n\n- **CVS** bought Aetna [1].\n2. It *paid* cash [2].\n",
            [("Answer", ()), ("CVS bought Aetna.", (1,)), ("It paid cash.", (2,))],
        ),
        ("one line [1]\nanother line [2]", [("one line", (1,)), ("another line", (2,))]),
        ("\n \n---\n[1]\n", []),
        ("", []),
        ("In [2019] it ended.", [("In [2019] it ended.", ())]),
        ("It is 2**3 and 4*5*6.", [("It is 2**3 and 4*5*6.", ())]),
        ("It \x1b[31mended\u202e now\u200b.", [("It [31mended now.", ())]),
        ("<think>CVS? Haven. [9]</think>CVS bought it [1].", [("CVS bought it.", (1,))]),
        ("<think>never ends. And so on.", []),
    ],
)
def test_sentences_and_their_markers(
    reply: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert read(reply) == expected
    assert read(*reply) == expected  # character by character


def test_a_sentence_is_given_once_the_next_has_begun() -> None:
    reader = ReplyReader()
    assert reader.feed("CVS bought Aetna. [1") == []
    assert reader.feed("] It") == []  # another marker, or a longer word, could still come
    assert reader.feed(" paid $70 ") == [Sentence("CVS bought Aetna.", (1,))]
    assert reader.feed("billion. [2]") == []
    assert reader.close() == [Sentence("It paid $70 billion.", (2,))]


WORDS = st.sampled_from(
    ["CVS", "bought", "Aetna", "Inc.", "for", "$70.5", "billion", "[1]", "[2, 3]", "in", "2018.",
     "It", "paid.", "[4]", "\n", "U.S.", "**bold**", "(see", "below)", "<think>", "</think>"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=40), st.integers())
def test_how_a_reply_is_cut_into_pieces_does_not_matter(words: list[str], seed: int) -> None:
    reply = " ".join(words)
    rng = random.Random(seed)
    cuts = sorted(rng.randint(0, len(reply)) for _ in range(rng.randint(0, 12)))
    pieces = [reply[a:b] for a, b in zip([0, *cuts], [*cuts, len(reply)], strict=True)]
    assert read(*pieces) == read(*reply)


@given(st.text(max_size=200))
def test_any_text_is_read_without_complaint_and_without_white_space_left(reply: str) -> None:
    for text, numbers in read(*reply):
        assert text == " ".join(text.split())
        assert text
        assert len(set(numbers)) == len(numbers)


def test_what_never_ends_is_given_in_parts_that_are_bounded() -> None:
    found = read(*["a" * 100] * 1_000)
    assert sum(len(text) for text, _ in found) == 100_000
    assert max(len(text) for text, _ in found) <= MAX_SENTENCE + 100


@pytest.mark.parametrize(
    ("text", "is_ended"), [("It ended.", True), ('"It ended."', True), ("It ended (in", False)]
)
def test_a_sentence_that_was_cut_is_known(text: str, is_ended: bool) -> None:
    assert Sentence(text, ()).is_ended is is_ended
