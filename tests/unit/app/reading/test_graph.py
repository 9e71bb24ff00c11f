"""The network without PyTorch says what the one in PyTorch says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.reading.build import build_cross_encoder
from app.reading.calibration import Calibration
from app.reading.cross_encoder import HEADS, CrossEncoder, Stage
from app.reading.graph import Precision, build_graph
from app.reading.pairs import OUTSIDE, Window, batch
from app.reading.protocol import ReadPassage
from app.reading.weights import BUNDLED, load

pytestmark = pytest.mark.slow  # PyTorch alone takes seconds to import

VOCABULARY = 60
EXITS = (1, 2)
FP32_OFF = 5e-3
"""Of a logit: word vectors are kept in half precision."""
INT8_OFF = 0.15
"""Of a logit, in a random network; the trained one's spread over more than ten."""
INT8_CHANCE_OFF = 0.1
"""Of a chance, with the trained weights."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Any:
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertModel

    from eval.training.network import ReaderNetwork

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = BertConfig(
        vocab_size=VOCABULARY, intermediate_size=64, max_position_embeddings=48, **shape
    )
    BertModel(config).save_pretrained(folder)
    return ReaderNetwork(folder, exits=EXITS).eval()


@pytest.fixture(scope="module")
def file(network: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from eval.training.export import export

    path = tmp_path_factory.mktemp("weights") / "tiny.npz"
    export(network, SimpleNamespace(name="tiny", sha256="0"), path, {})  # type: ignore[arg-type]
    return path


def windows() -> list[Window]:
    """Of different lengths and numbers of sentences."""
    chance = np.random.default_rng(3)
    found = []
    for sizes in ((3,), (2, 4, 5), (6, 1), (1,) * 12):
        places = [OUTSIDE] * 5
        for number, size in enumerate(sizes):
            places += [number] * size
        places.append(OUTSIDE)
        ids = chance.integers(4, VOCABULARY, len(places)).tolist()
        found.append(Window(tuple(ids), 4, tuple(places), 0, len(sizes)))
    return found


def encoder(file: Path, network: Any, precision: Precision, *, least: float = 0.0) -> CrossEncoder:
    words = network.encoder.embeddings.word_embeddings.weight.detach().numpy()
    weights = load(file)
    lines = dict.fromkeys((*HEADS, "sentences"), Calibration())
    stages = [
        Stage(build_graph(weights, words, precision, n), lines, least) for n in range(len(EXITS))
    ]
    return CrossEncoder(stages, Words(), fingerprint="tiny", threads=1)  # type: ignore[arg-type]


class Words:
    """Cuts one window for a passage, whatever is asked."""

    pad = 0

    def windows(self, _task: str, asked: str, _sentences: object, **_: object) -> list[Window]:
        return [windows()[int(asked)]]


def test_the_exported_network_says_what_pytorch_says(network: Any, file: Path) -> None:
    import torch

    from eval.training.initial import put_into

    put_into(network, load(file))  # the same few bits on both sides
    reader = encoder(file, network, "fp32")
    arrays = batch(windows(), 0)
    with torch.no_grad():
        exits = network(
            *(
                torch.from_numpy(each)
                for each in (arrays.ids, arrays.mask, arrays.types, arrays.sentence_of)
            ),
            12,
        )
    assert len(exits) == len(EXITS)
    for stage, judged in enumerate(exits):
        sentences, pooled = reader.logits(windows(), stage=stage)
        np.testing.assert_allclose(pooled, judged.pooled.numpy(), atol=FP32_OFF)
        assert pooled.shape == (4, len(HEADS))
        for row, scores in enumerate(sentences):
            np.testing.assert_allclose(
                scores, judged.sentences[row, : len(scores)].numpy(), atol=FP32_OFF
            )
        assert [len(scores) for scores in sentences] == [1, 3, 2, 12]
    assert float((exits[0].pooled - exits[-1].pooled).abs().max()) > FP32_OFF


def test_a_question_s_window_is_read_on_where_it_may_answer(network: Any, file: Path) -> None:
    passage = ReadPassage("T", ("One.", "Two.", "Three."))
    (to_the_end,) = encoder(file, network, "fp32").read("1", [passage])
    (stopped,) = encoder(file, network, "fp32", least=1.0).read("1", [passage])
    reader = encoder(file, network, "fp32")
    for reading, stage in ((to_the_end, None), (stopped, 0)):
        (sentences,), pooled = reader.logits([windows()[1]], stage=stage)
        chance = Calibration().chance
        assert reading.answers == pytest.approx(chance(float(pooled[0, HEADS.index("answers")])))
        assert reading.sentences == pytest.approx([chance(each) for each in sentences.tolist()])
    assert stopped != to_the_end


def test_claims_are_read_to_the_end(network: Any, file: Path) -> None:
    chances = {
        encoder(file, network, "fp32", least=least).conflict("1", "2") for least in (0.0, 1.0)
    }
    assert len(chances) == 1


def test_a_conflict_is_read_once_where_the_other_order_could_not_matter(
    network: Any, file: Path
) -> None:
    reader = encoder(file, network, "fp32")
    orders: list[str] = []

    class Told(Words):
        def windows(self, _task: str, asked: str, _sentences: object, **_: object) -> list[Window]:
            orders.append(asked)
            return super().windows(_task, asked, _sentences)

    reader._pairs = Told()  # type: ignore[assignment]
    whole = reader.conflict("1", "2")
    assert orders == ["1", "2"]
    assert reader.conflict("1", "2", "", whole) == whole
    orders.clear()
    one = 2 * reader.conflict("1", "2", "", 1.0) - 1.0
    assert orders == ["1"]
    assert one == pytest.approx(reader.conflict("1", "1"))
    assert whole <= (one + 1.0) / 2


def test_eight_bits_differ_little_from_single_precision(network: Any, file: Path) -> None:
    exact, rounded = (encoder(file, network, p).logits(windows()) for p in ("fp32", "int8"))
    np.testing.assert_allclose(rounded[1], exact[1], atol=INT8_OFF)
    for first, second in zip(exact[0], rounded[0], strict=True):
        np.testing.assert_allclose(second, first, atol=INT8_OFF)


def test_the_same_windows_give_the_same_bytes(network: Any, file: Path) -> None:
    reader = encoder(file, network, "int8")
    first, second = (reader.logits(windows()) for _ in range(2))
    assert first[1].tobytes() == second[1].tobytes()
    assert [a.tobytes() for a in first[0]] == [b.tobytes() for b in second[0]]


def test_weights_of_another_shape_are_not_gone_on_from(network: Any, file: Path) -> None:
    from eval.errors import EvalError
    from eval.training.initial import put_into

    weights = load(file)
    fewer = {name: each for name, each in weights.vectors.items() if name != "exits.0.heads.bias"}
    with pytest.raises(EvalError, match=r"exits\.0\.heads\.bias of shape \(4,\) is needed"):
        put_into(network, SimpleNamespace(matrices=weights.matrices, vectors=fewer))  # type: ignore[arg-type]


@pytest.mark.model
@pytest.mark.skipif(not BUNDLED.is_file(), reason="the trained reader's weights are not here")
def test_the_shipped_weights_read_the_sample_alike_in_both_precisions(repo_root: Path) -> None:
    from vectorstore.sentences import split_sentences

    text = (repo_root / "ingest" / "sample" / "haven.md").read_text("utf-8").split("\n---\n")[-1]
    sentences = tuple(" ".join(text[start:end].split()) for start, end in split_sentences(text))
    passage = ReadPassage("Haven", sentences[:30])
    question = "When did Haven close?"
    found = []
    for precision in ("fp32", "int8", "int8"):
        reader = build_cross_encoder(precision=precision, threads=1)  # type: ignore[arg-type]
        assert reader.fingerprint.endswith(precision)
        (reading,) = reader.read(question, [passage])
        found.append((reading, reader.support(sentences[1], sentences[1:2])))
    exact, rounded, again = found
    assert rounded == again
    np.testing.assert_allclose(
        (rounded[0].answers, *rounded[0].sentences, rounded[1]),
        (exact[0].answers, *exact[0].sentences, exact[1]),
        atol=INT8_CHANCE_OFF,
    )
