"""Questions and passages as windows of word pieces: nothing is lost, nothing is too long."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from app.reading.errors import ReaderWeightsError
from app.reading.pairs import (
    MAX_HEAD_TOKENS,
    MAX_SENTENCE_TOKENS,
    MAX_TITLE_TOKENS,
    OUTSIDE,
    Pairs,
    batch,
)

MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WORDS = ("question", "claim", ":", "T", "q", *(f"w{n}" for n in range(30)))


def write_tokenizer(path: Path, marks: tuple[str, ...] = MARKS) -> Path:
    """One piece a word."""
    numbers = {word: number for number, word in enumerate((*marks, *WORDS))}
    tokenizer = Tokenizer(WordLevel(numbers, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(path))
    return path


@pytest.fixture
def pairs(tmp_path: Path) -> Pairs:
    return Pairs(write_tokenizer(tmp_path / "tokenizer.json"), max_tokens=16)


def sentence(number: int, size: int = 3) -> str:
    return " ".join([f"w{number}"] * size)


def test_a_short_passage_is_one_window_with_each_token_in_its_sentence(pairs: Pairs) -> None:
    (window,) = pairs.windows("question", "q", [sentence(0), sentence(1, 2)], title="T")
    # [CLS] question : q [SEP] | T : | w0 w0 w0 | w1 w1 | [SEP]
    assert window.head == 5
    assert window.sentence_of == (*(OUTSIDE,) * 7, 0, 0, 0, 1, 1, OUTSIDE)
    assert (window.first, window.end) == (0, 2)
    assert len(window.ids) == len(window.sentence_of) == 13


def test_windows_hold_every_sentence_and_begin_with_the_last_one_of_the_window_before(
    pairs: Pairs,
) -> None:
    windows = pairs.windows("question", "q", [sentence(n, 2) for n in range(12)])
    # 16 tokens without 5 of the question and the last mark: five sentences of two.
    assert [(window.first, window.end) for window in windows] == [(0, 5), (4, 9), (8, 12)]
    assert all(len(window.ids) <= 16 for window in windows)


def test_windows_of_few_sentences_do_not_overlap(pairs: Pairs) -> None:
    windows = pairs.windows("question", "q", [sentence(n, 5) for n in range(4)])
    assert [(window.first, window.end) for window in windows] == [(0, 2), (2, 4)]


def test_a_sentence_longer_than_a_window_is_cut_and_the_next_one_is_still_read(
    pairs: Pairs,
) -> None:
    first, second = pairs.windows("question", "q", [sentence(0, 40), sentence(1)])
    assert len(first.ids) == 16
    assert (first.first, first.end, second.first, second.end) == (0, 1, 1, 2)


def test_question_title_and_sentences_have_limits_of_their_own(tmp_path: Path) -> None:
    wide = Pairs(write_tokenizer(tmp_path / "tokenizer.json"), max_tokens=1000)
    long = "w1 " * 500
    (window,) = wide.windows("question", long, [long], title=long)
    assert window.head == MAX_HEAD_TOKENS + 2
    assert window.sentence_of.count(0) == MAX_SENTENCE_TOKENS
    assert len(window.ids) == window.head + MAX_TITLE_TOKENS + MAX_SENTENCE_TOKENS + 1


def test_no_sentence_is_no_window(pairs: Pairs) -> None:
    assert pairs.windows("claim", "q", []) == []


def test_a_batch_is_padded_on_the_right_and_marks_what_is_read_beside(pairs: Pairs) -> None:
    windows = [
        *pairs.windows("question", "q", [sentence(0, 1)]),
        *pairs.windows("question", "q", [sentence(1, 4)]),
    ]
    arrays = batch(windows, pairs.pad, multiple=8)
    assert arrays.ids.shape == (2, 16)
    assert arrays.mask.sum(axis=1).tolist() == [7, 10]
    assert arrays.types[0].tolist() == [0] * 5 + [1] * 2 + [0] * 9
    assert arrays.sentence_of[0].tolist() == [OUTSIDE] * 5 + [0] + [OUTSIDE] * 10
    assert (arrays.ids[0, 7:] == pairs.pad).all()


def test_a_tokenizer_without_the_marks_is_refused(tmp_path: Path) -> None:
    path = write_tokenizer(tmp_path / "tokenizer.json", marks=("[PAD]", "[UNK]", "[CLS]"))
    with pytest.raises(ReaderWeightsError, match=r"tokenizer has no \[SEP\]"):
        Pairs(path)
