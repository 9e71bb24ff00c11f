"""The reader's network as ONNX graphs, written from its weights without PyTorch.

A BERT encoder with linear layers in eight bits, the activations quantised as they come, row by row
(or in single precision). It is cut where the reader may stop: one graph for each stage, with its
heads; a later stage reads on from what the one before hands over.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from app.reading.weights import Matrix, Precision, ReaderWeights
from vectorstore.embedding.onnx_graph import MICROSOFT, BertGraph

HIDDEN = "hidden"
READ_ON = "hidden.out"
EPSILON = 1e-12


class _ReaderGraph(BertGraph):
    """Parameters come from the reader's weights."""

    def __init__(self, weights: ReaderWeights, precision: Precision) -> None:
        super().__init__(num_heads=int(weights.card["attention_heads"]), epsilon=EPSILON)
        self.weights = weights
        self.precision = precision

    def vector(self, name: str) -> str:
        return self.constant(name, self.weights.vectors[name])

    def linear(self, source: str, layer: str, name: str) -> str:
        return self.beside(source, [layer], name, self.precision)

    def projections(self, source: str, attention: str) -> Sequence[str]:
        layers = [f"{attention}.self.{part}" for part in ("query", "key", "value")]
        joined = self.beside(source, layers, f"{attention}.joined", self.precision)
        parts = [f"{attention}.{part}" for part in ("q", "k", "v")]
        self.nodes.append(helper.make_node("Split", [joined], parts, f"{attention}.split", axis=-1))
        return parts

    def beside(self, source: str, layers: Sequence[str], name: str, precision: Precision) -> str:
        """Linear layers of one input beside each other, outputs in their order, biases added."""
        matrices = [self.weights.matrices[f"{layer}.weight"] for layer in layers]
        bias = np.concatenate([self.weights.vectors[f"{layer}.bias"] for layer in layers])
        biased = self.constant(f"{name}.bias", bias)
        joined = Matrix(
            np.concatenate([each.values for each in matrices]),
            np.concatenate([each.scales for each in matrices]),
        )
        if precision == "fp32":
            weight = self.constant(f"{name}.weight", joined.single_precision().T)
            return self.add(
                "Add", [self.add("MatMul", [source, weight], f"{name}.product"), biased], name
            )
        # All rows share one scale in that product, so each is first brought to the same height: a
        # third of the distance to single precision, for a sixth of the time.
        heights = self.add("Abs", [source], f"{name}.heights")
        height = self.add("ReduceMax", [heights], f"{name}.height", axes=[-1], keepdims=1)
        product = self.add(
            "DynamicQuantizeMatMul",
            [
                self.add("Div", [source, height], f"{name}.level"),
                self.constant(f"{name}.weight", joined.values.T),
                self.constant(f"{name}.scales", joined.scales),
                self.constant(f"{name}.zeros", np.zeros(len(joined.scales), dtype=np.int8)),
            ],
            f"{name}.product",
            domain=MICROSOFT,
        )
        restored = self.add("Mul", [product, height], f"{name}.restored")
        return self.add("Add", [restored, biased], name)


def build_graph(
    weights: ReaderWeights, word_vectors: NDArray[np.float32], precision: Precision, stage: int
) -> bytes:
    """One stage of the network, serialised.

    Inputs of the first: `ids`, `types` (windows, tokens), int64. Of the later ones: `hidden`
    (windows, tokens, width), the output `hidden.out` of the one before. Of all: `mask` (windows,
    tokens), int32; `spans` (windows, sentences, tokens), each row the mean over a sentence's
    tokens. Outputs: `sentences` (windows, sentences) and `pooled` (windows, heads), logits.

    Args:
        weights: All of the reader.
        word_vectors: (words, width)
        precision: Of the layers.
        stage: From 0, one for each of the card's exits.
    """
    graph = _ReaderGraph(weights, precision)
    exits: Sequence[int] = weights.card["exits"]
    first = exits[stage - 1] if stage else 0
    hidden = HIDDEN if stage else _embedded(graph, word_vectors)
    for number in range(first, exits[stage]):
        hidden = graph.layer(hidden, f"encoder.encoder.layer.{number}", "mask")
    _judged(graph, hidden, f"exits.{stage}")
    each = ("windows", "tokens")
    wide = (TensorProto.FLOAT, (*each, "width"))
    outputs: dict[str, tuple[int, Sequence[str]]] = {
        "sentences": (TensorProto.FLOAT, ("windows", "sentences")),
        "pooled": (TensorProto.FLOAT, ("windows", "heads")),
    }
    if stage < len(exits) - 1:
        graph.add("Identity", [hidden], READ_ON)
        outputs[READ_ON] = wide
    return graph.serialise(
        "reader",
        inputs={
            **(
                {HIDDEN: wide}
                if stage
                else {"ids": (TensorProto.INT64, each), "types": (TensorProto.INT64, each)}
            ),
            "mask": (TensorProto.INT32, each),
            "spans": (TensorProto.FLOAT, ("windows", "sentences", "tokens")),
        },
        outputs=outputs,
    )


def _embedded(graph: _ReaderGraph, word_vectors: NDArray[np.float32]) -> str:
    prefix = "encoder.embeddings"
    # Half the bytes to build and load; the base model's values lose nothing that eight bits keep.
    table = graph.constant("words", word_vectors.astype(np.float16))
    halves = graph.add("Gather", [table, "ids"], "embedded.halves")
    words = graph.add("Cast", [halves], "embedded.words", to=TensorProto.FLOAT)
    types = graph.add(
        "Gather",
        [graph.vector(f"{prefix}.token_type_embeddings.weight"), "types"],
        "embedded.types",
    )
    places = graph.places("ids", f"{prefix}.position_embeddings.weight")
    typed = graph.add("Add", [types, places], "embedded.typed")
    return graph.norm_of_sum(words, typed, f"{prefix}.LayerNorm")


def _judged(graph: _ReaderGraph, hidden: str, prefix: str) -> None:
    """The heads; small, so always in single precision."""
    index = graph.constant("first.index", np.zeros((), dtype=np.int64))
    first = graph.add("Gather", [hidden, index], "first", axis=1)
    graph.beside(first, [f"{prefix}.heads"], "pooled", "fp32")
    means = graph.add("MatMul", ["spans", hidden], "means")
    axis = graph.constant("one", np.ones(1, dtype=np.int64))
    lifted = graph.add("Unsqueeze", [first, axis], "first.lifted")
    like = graph.add("Shape", [means], "means.shape")
    beside = graph.add("Expand", [lifted, like], "first.beside")
    both = graph.add("Concat", [means, beside], "both", axis=-1)
    mixed = graph.beside(both, [f"{prefix}.sentence.0"], "mixed", "fp32")
    active = graph.add("Gelu", [mixed], "mixed.active", domain=MICROSOFT)
    scored = graph.beside(active, [f"{prefix}.sentence.2"], "scored", "fp32")
    last = graph.constant("last", np.array([-1], dtype=np.int64))
    graph.add("Squeeze", [scored, last], "sentences")
