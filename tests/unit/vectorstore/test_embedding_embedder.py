from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from vectorstore.embedding.embedder import WindowedEmbedder
from vectorstore.embedding.errors import EmptyTextError
from vectorstore.embedding.pooling import pool_rows, unit
from vectorstore.embedding.processor import multiplies_bf16
from vectorstore.embedding.windows import TokenIds, WordPieces
from vectorstore.protocols import SpannedText
from vectorstore.types import FloatMatrix

WORDS = 5


class OneHotEncoder:
    """Gives every token the vector that has a one at its id; padding would show as the id WORDS."""

    runtime = "one-hot"

    def encode(self, ids: TokenIds, mask: TokenIds) -> tuple[NDArray[np.float32], FloatMatrix]:
        tokens = np.eye(WORDS + 1, dtype=np.float32)[ids]
        return tokens, pool_rows(tokens, mask, pooling="mean")


def make_embedder(folder: Path, *, workers: int = 1, batch_tokens: int = 6) -> WindowedEmbedder:
    tokenizer = Tokenizer(WordLevel({letter: i for i, letter in enumerate("abcde")}))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return WindowedEmbedder(
        OneHotEncoder(),
        WordPieces(folder / "tokenizer.json", max_tokens=4),
        fingerprint="one-hot",
        dimension=WORDS + 1,
        pad_id=WORDS,
        batch_tokens=batch_tokens,
        workers=workers,
    )


def test_vectors_come_back_in_the_order_of_the_texts(tmp_path: Path) -> None:
    vectors = make_embedder(tmp_path).embed(["a", "b b b", "c", "d d"])
    assert vectors.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert vectors.dtype == np.float32


def test_padding_has_no_part_in_a_vector(tmp_path: Path) -> None:
    vectors = make_embedder(tmp_path, batch_tokens=100).embed(["a", "b b b b"])
    assert vectors[:, WORDS].tolist() == [0, 0]


def test_whole_and_spans_are_means_of_unit_length(tmp_path: Path) -> None:
    (vectors,) = make_embedder(tmp_path).embed_spanned([SpannedText("a b b", ((0, 3), (4, 5)))])
    # whole: (1, 2)/3 -> (1, 2)/sqrt 5; first span: (1, 1)/2 -> (1, 1)/sqrt 2
    np.testing.assert_allclose(vectors.whole[:2], np.array([1, 2]) / 5**0.5, rtol=1e-6)
    np.testing.assert_allclose(vectors.spans[0, :2], np.array([1, 1]) / 2**0.5, rtol=1e-6)
    np.testing.assert_allclose(vectors.spans[1, :2], [0, 1])


def test_a_span_beyond_the_model_s_length_has_its_own_tokens_vector(tmp_path: Path) -> None:
    (vectors,) = make_embedder(tmp_path).embed_spanned([SpannedText("a a a a e", ((8, 9),))])
    assert vectors.whole.argmax() == 0
    assert vectors.spans[0].argmax() == 4


def test_a_span_without_a_token_has_the_vector_of_its_text(tmp_path: Path) -> None:
    (vectors,) = make_embedder(tmp_path).embed_spanned([SpannedText("a  b", ((1, 3), (2, 2)))])
    np.testing.assert_array_equal(vectors.spans, np.stack([vectors.whole] * 2))


def test_a_text_without_spans_has_an_empty_matrix_of_them(tmp_path: Path) -> None:
    (vectors,) = make_embedder(tmp_path).embed_spanned([SpannedText("a")])
    assert vectors.spans.shape == (0, WORDS + 1)


def test_several_workers_change_nothing(tmp_path: Path) -> None:
    texts = [SpannedText(" ".join("abcde"[i % 5] * (1 + i % 4)), ((0, 1),)) for i in range(40)]
    alone = make_embedder(tmp_path).embed_spanned(texts)
    together = make_embedder(tmp_path, workers=3).embed_spanned(texts)
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.whole, other.whole)
        np.testing.assert_array_equal(one.spans, other.spans)


def test_no_texts_give_no_rows(tmp_path: Path) -> None:
    embedder = make_embedder(tmp_path)
    assert embedder.embed([]).shape == (0, WORDS + 1)
    assert embedder.embed_spanned([]) == []


def test_an_empty_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EmptyTextError, match="Text 0 of 1"):
        make_embedder(tmp_path).embed([" "])


def test_a_vector_of_zeros_is_not_divided_by_its_length() -> None:
    assert unit(np.zeros((1, 3), dtype=np.float32)).tolist() == [[0, 0, 0]]


def test_pooling_by_the_first_token() -> None:
    tokens = np.arange(12, dtype=np.float32).reshape(1, 4, 3)
    mask = np.array([[1, 1, 0, 0]])
    assert pool_rows(tokens, mask, pooling="cls").tolist() == [[0, 1, 2]]
    assert pool_rows(tokens, mask, pooling="mean").tolist() == [[1.5, 2.5, 3.5]]


@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [
        ("processor: 0\nflags\t\t: fpu avx512f amx_bf16 amx_tile\n", True),
        ("flags : avx512f avx512_bf16", True),
        ("flags : avx512f avx512_vnni", False),
        ("no such line", False),
    ],
)
def test_bfloat16_is_used_where_the_processor_multiplies_it(
    tmp_path: Path, cpuinfo: str, expected: bool
) -> None:
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    assert multiplies_bf16(tmp_path / "cpuinfo") is expected


def test_a_system_without_a_list_of_instructions_takes_float32(tmp_path: Path) -> None:
    assert not multiplies_bf16(tmp_path / "absent")
