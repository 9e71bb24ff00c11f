"""Every runtime gives the reference's vectors: sentence-transformers in single precision."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vectorstore.embedding.build import build_embedder
from vectorstore.embedding.embedder import WindowedEmbedder
from vectorstore.embedding.settings import EmbeddingSettings, Runtime
from vectorstore.embedding.weights import locate
from vectorstore.protocols import SpannedText
from vectorstore.types import FloatMatrix

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

pytestmark = pytest.mark.model

MIN_COSINE = {"torch": 0.99999, "onnx": 0.99999, "openvino": 0.9998, "torch-bf16": 0.9998}
"""Of single precision and of bfloat16, which OpenVINO takes where the processor multiplies it."""
MIN_OVERLAP = 0.99
EXACT = 1e-5  # single precision summed in another order

QUESTIONS = (
    "Which companies formed the alliance?",
    "What did the partners promise each other?",
    "How much was paid for the deal?",
    "When did the partnership end?",
    "Why did the venture fail?",
    "Who shares the revenue of the vaccine?",
    "What does an airline gain from an alliance?",
    "How many people does the company employ?",
    "Which regulator had to approve the merger?",
    "What is sold in the shops?",
    "How is trust built between partners?",
    "What happened to prices after the merger?",
    "Which car makers share platforms?",
    "Who builds the cloud for health care?",
    "Is the coffee sold in supermarkets?",
    "What was learned from the joint venture?",
)

Build = Callable[[Runtime], WindowedEmbedder]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def build(data_dir: Path) -> Build:
    """Builds each runtime once."""
    built: dict[Runtime, WindowedEmbedder] = {}

    def get(runtime: Runtime) -> WindowedEmbedder:
        if runtime == "openvino" and importlib.util.find_spec("openvino") is None:
            pytest.skip("the extra openvino is not installed")
        if runtime not in built:
            settings = EmbeddingSettings(runtime=runtime, threads=2)
            built[runtime] = build_embedder(settings, data_dir=data_dir, purpose="ingest")
        return built[runtime]

    return get


@pytest.fixture(scope="module")
def model() -> SentenceTransformer:
    from vectorstore.embedding.torch_runtime import load

    return load(locate())


@pytest.fixture(scope="module")
def passages(repo_root: Path) -> list[str]:
    """The paragraphs of the sample corpus, each long enough to say something."""
    files = sorted((repo_root / "ingest" / "sample").glob("*.md"))
    paragraphs = [part for file in files for part in file.read_text().split("\n\n")[1:]]
    return [text for text in paragraphs if len(text) > 80]


@pytest.fixture(scope="module")
def reference(model: SentenceTransformer, passages: list[str]) -> FloatMatrix:
    return np.asarray(model.encode(passages), dtype=np.float32)


def top_ten(queries: FloatMatrix, passages: FloatMatrix) -> list[set[int]]:
    order = np.argsort(-(queries @ passages.T), axis=1, kind="stable")[:, :10]
    return [set(row.tolist()) for row in order]


@pytest.mark.parametrize("runtime", ["torch", "onnx", "openvino", "torch-bf16"])
def test_a_runtime_agrees_with_the_reference(
    runtime: Runtime,
    build: Build,
    model: SentenceTransformer,
    passages: list[str],
    reference: FloatMatrix,
) -> None:
    vectors = build(runtime).embed(passages)
    cosines = (vectors * reference).sum(axis=1)
    assert cosines.min() >= MIN_COSINE[runtime]

    # Questions are always embedded in single precision, whatever the passages were.
    questions = np.asarray(model.encode(list(QUESTIONS)), dtype=np.float32)
    pairs = zip(top_ten(questions, reference), top_ten(questions, vectors), strict=True)
    overlap = np.mean([len(one & other) / 10 for one, other in pairs])
    assert overlap >= MIN_OVERLAP


@pytest.mark.parametrize("runtime", ["torch", "onnx"])
def test_single_precision_gives_the_model_s_own_vectors(
    runtime: Runtime, build: Build, model: SentenceTransformer
) -> None:
    texts = [
        "x",
        "A partnership.",
        "CVS bought Aetna. " * 100,
        "\u200b",
        "股份有限公司",
        "a\x00b\x07",
    ]
    expected = model.encode(texts)
    np.testing.assert_allclose(build(runtime).embed(texts), expected, atol=EXACT)


def test_single_precision_ranks_the_passages_as_the_model_itself(
    build: Build, model: SentenceTransformer, passages: list[str], reference: FloatMatrix
) -> None:
    wanted = np.asarray(model.encode(list(QUESTIONS)), dtype=np.float32) @ reference.T
    found = build("onnx").embed(QUESTIONS) @ build("onnx").embed(passages).T
    np.testing.assert_allclose(found, wanted, atol=EXACT)
    assert (np.argsort(-found, axis=1)[:, :10] == np.argsort(-wanted, axis=1)[:, :10]).all()


def test_all_runtimes_share_the_fingerprint_and_name_themselves(build: Build) -> None:
    torch, bf16, onnx = build("torch"), build("torch-bf16"), build("onnx")
    assert torch.fingerprint == bf16.fingerprint == onnx.fingerprint
    assert [e.runtime for e in (torch, bf16, onnx)] == ["torch", "torch-bf16", "onnx"]


@pytest.mark.parametrize("runtime", ["torch", "onnx", "openvino"])
def test_the_same_texts_give_the_same_bytes(
    runtime: Runtime, build: Build, passages: list[str]
) -> None:
    first = build(runtime).embed(passages[:20])
    second = build(runtime).embed(passages[:20])
    assert first.tobytes() == second.tobytes()


def test_a_vector_does_not_depend_on_the_other_texts(build: Build, passages: list[str]) -> None:
    together = build("onnx").embed(passages[:20])
    backwards = build("onnx").embed(passages[:20][::-1])[::-1]
    alone = np.stack([build("onnx").embed([text])[0] for text in passages[:20]])
    np.testing.assert_allclose(together, backwards, atol=EXACT)
    np.testing.assert_allclose(together, alone, atol=EXACT)


def test_all_vectors_have_unit_length(build: Build, passages: list[str]) -> None:
    spanned = [
        SpannedText(text, ((0, len(text) // 2), (len(text) // 2, len(text))))
        for text in passages[:20]
    ]
    for vectors in build("onnx").embed_spanned(spanned):
        lengths = np.linalg.norm(np.vstack([vectors.whole, vectors.spans]), axis=1)
        np.testing.assert_allclose(lengths, 1, atol=EXACT)


def test_a_span_over_everything_is_close_to_the_whole(build: Build, passages: list[str]) -> None:
    spanned = [SpannedText(text, ((0, len(text)),)) for text in passages[:20]]
    for vectors in build("onnx").embed_spanned(spanned):
        # They differ in the two special tokens only.
        assert float(vectors.whole @ vectors.spans[0]) > 0.99


def test_spans_beyond_the_model_s_length_are_told_apart(build: Build) -> None:
    filler = "The partners met again and talked about the weather. " * 40
    tail = "The vaccine was approved in December.", "Airlines share their lounges."
    text = filler + " ".join(tail)
    starts = [text.index(sentence) for sentence in tail]
    spans = tuple((s, s + len(t)) for s, t in zip(starts, tail, strict=True))
    (vectors,) = build("onnx").embed_spanned([SpannedText(text, spans)])
    about_vaccine, about_airlines = build("onnx").embed(["vaccine approval", "airline lounges"])
    assert vectors.spans[0] @ about_vaccine > vectors.spans[1] @ about_vaccine
    assert vectors.spans[1] @ about_airlines > vectors.spans[0] @ about_airlines


@pytest.mark.parametrize(
    "text", ["\u200b", "\x07\x00\x1b", "🙂", "a" * 5000, "\ufeff.", "\ud7ff\u0301"]
)
def test_no_text_gives_a_vector_that_is_not_a_number(build: Build, text: str) -> None:
    spans = ((0, len(text)), (0, 0), (len(text), len(text)), *itertools.repeat((0, 1), 3))
    (vectors,) = build("onnx").embed_spanned([SpannedText(text, spans)])
    assert np.isfinite(vectors.whole).all()
    assert np.isfinite(vectors.spans).all()
    np.testing.assert_allclose(np.linalg.norm(vectors.spans, axis=1), 1, atol=EXACT)


def test_openvino_is_touched_by_one_thread_before_several_use_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two threads that are first at the same time wait for each other for ever.
    runtime = pytest.importorskip("vectorstore.embedding.openvino_runtime")
    pytest.importorskip("openvino")
    shapes: list[tuple[int, ...]] = []
    encode = runtime.OpenVinoEncoder.encode

    def recorded(self: Any, ids: Any, mask: Any) -> Any:
        found = encode(self, ids, mask)
        shapes.append(ids.shape)
        return found

    monkeypatch.setattr(runtime.OpenVinoEncoder, "encode", recorded)
    embedder = build_embedder(EmbeddingSettings(runtime="openvino"), data_dir=tmp_path)
    embedder.embed(["A first text.", "Another, longer text with more words."] * 8)
    assert shapes[0] == (1, 1)
    assert len(shapes) > 1
