from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from vectorstore.embedding.batching import by_length
from vectorstore.embedding.errors import EmptyTextError, WeightsError
from vectorstore.embedding.windows import WHOLE, Segment, Window, WordPieces
from vectorstore.protocols import SpannedText

LETTERS = "abcdefghij"
CLS, SEP = 100, 101


@pytest.fixture
def pieces(tmp_path: Path) -> WordPieces:
    """One word piece a letter, a = 0 … j = 9, and windows of five besides the two special ones."""
    vocabulary = {letter: number for number, letter in enumerate(LETTERS)}
    tokenizer = Tokenizer(WordLevel({**vocabulary, "[UNK]": 99}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.add_special_tokens(["[CLS]", "[SEP]"])
    special = [("[CLS]", CLS), ("[SEP]", SEP)]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=special)
    # Left over from somebody's training; it must not matter.
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=3)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return WordPieces(tmp_path / "tokenizer.json", max_tokens=7)


def letters(window: Window) -> str:
    return "".join(LETTERS[i] for i in window.ids if i < len(LETTERS))


def test_a_short_text_is_one_window_between_special_tokens(pieces: WordPieces) -> None:
    (window,) = pieces.cut([SpannedText("a b c")])
    assert window.ids.tolist() == [CLS, 0, 1, 2, SEP]
    assert window.segments == (Segment(WHOLE, 0, 5),)


def test_spans_are_the_tokens_that_share_a_character_with_them(pieces: WordPieces) -> None:
    #                                       0123456789
    (window,) = pieces.cut([SpannedText("a b c d e", ((0, 3), (4, 9), (2, 3)))])
    by_span = {s.span: window.ids[s.start : s.end].tolist() for s in window.segments}
    assert by_span[0] == [0, 1]
    assert by_span[1] == [2, 3, 4]
    assert by_span[2] == [1]


def test_a_span_of_white_space_has_no_token(pieces: WordPieces) -> None:
    (window,) = pieces.cut([SpannedText("a b", ((1, 2),))])
    segment = next(s for s in window.segments if s.span == 0)
    assert segment.start == segment.end


def test_a_long_text_without_spans_is_cut_off_like_the_model_does(pieces: WordPieces) -> None:
    (window,) = pieces.cut([SpannedText("a b c d e f g h")])
    assert letters(window) == "abcde"


def test_spans_beyond_the_first_window_get_further_ones(pieces: WordPieces) -> None:
    #        0 2 4 6 8 10 12 14 16 18
    text = "a b c d e f g h i j"
    windows = pieces.cut([SpannedText(text, ((0, 5), (6, 13), (14, 19)))])
    # a-c; d-g ends beyond the first window, so the next starts at d and has room for d-h.
    assert [letters(w) for w in windows] == ["abcde", "defgh", "hij"]
    assert [[s.span for s in w.segments] for w in windows] == [[WHOLE, 0], [1], [2]]
    assert windows[2].segments == (Segment(2, 1, 4),)


def test_a_span_longer_than_a_window_is_cut_off_and_the_next_is_still_read(
    pieces: WordPieces,
) -> None:
    windows = pieces.cut([SpannedText("a b c d e f g h i j", ((2, 17), (18, 19)))])
    assert [letters(w) for w in windows] == ["abcde", "bcdef", "j"]
    assert windows[1].segments == (Segment(0, 1, 6),)


def test_every_span_is_in_exactly_one_window(pieces: WordPieces) -> None:
    spans = tuple((start, min(start + 7, 19)) for start in range(0, 19, 2))
    windows = pieces.cut([SpannedText("a b c d e f g h i j", spans)])
    found = sorted(s.span for w in windows for s in w.segments)
    assert found == [WHOLE, *range(len(spans))]


@pytest.mark.parametrize("text", ["", " ", "\n\t\f"])
def test_an_empty_text_is_an_error_that_says_which(pieces: WordPieces, text: str) -> None:
    with pytest.raises(EmptyTextError, match="Text 1 of 2 to embed is empty"):
        pieces.cut([SpannedText("a"), SpannedText(text)])


def test_a_model_without_tokenizer_file_says_which_is_lacking(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"lacks the file .*tokenizer\.json"):
        WordPieces(tmp_path / "tokenizer.json", max_tokens=8)


def make_window(length: int) -> Window:
    return Window(0, np.zeros(length, dtype=np.int64), ())


def test_batches_hold_every_window_once_and_keep_the_budget() -> None:
    lengths = [3, 50, 8, 8, 100, 2, 7, 30, 31]
    batches = by_length([make_window(n) for n in lengths], budget=64)
    assert sorted(len(w.ids) for batch in batches for w in batch) == sorted(lengths)
    for batch in batches:
        longest = max(len(w.ids) for w in batch)
        assert len(batch) * longest <= 64 or len(batch) == 1


def test_windows_of_like_length_share_a_batch() -> None:
    batches = by_length([make_window(n) for n in (10, 2, 10, 2)], budget=20)
    assert [[len(w.ids) for w in batch] for batch in batches] == [[10, 10], [2, 2]]


def test_no_windows_make_no_batches() -> None:
    assert by_length([], budget=8) == []
