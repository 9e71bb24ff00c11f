"""The reader's network as ONNX graphs, written from its weights without PyTorch.

A BERT encoder with linear layers in eight bits, the activations quantised as they come, row by row
(or in single precision). It is cut where the reader may stop: one graph for each stage, with its
heads; a later stage reads on from what the one before hands over. It reads one window at a time,
so nothing is padded and there is no mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from app.reading.weights import Precision, ReaderWeights
from vectorstore.embedding.onnx_graph import MICROSOFT, BertGraph

WANTED = "wanted"
HIDDEN = "hidden"
READ_ON = "hidden.out"
EPSILON = 1e-12
LEAST_ACTIVE = 0.17
"""GELU gives nothing below -0.17."""


@dataclass(frozen=True, slots=True)
class _Bits:
    """Eight bits for the values of a row."""

    zero: int
    """What stands for 0."""

    @property
    def levels(self) -> int:
        """Steps from 0 to the row's height."""
        return 255 - self.zero


SIGNED = _Bits(128)
ACTIVE = _Bits(43)
"""Where hardly anything is negative, that takes a sixth of the levels and no half."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Names of a matrix in eight bits: value = (number - zero) / levels * height of its row."""

    numbers: str
    heights: str
    bits: _Bits


class _ReaderGraph(BertGraph):
    """Parameters come from the reader's weights."""

    def __init__(self, weights: ReaderWeights, precision: Precision) -> None:
        super().__init__(num_heads=int(weights.card["attention_heads"]), epsilon=EPSILON)
        self.weights = weights
        self.precision = precision
        self.zeros: dict[_Bits, str] = {}
        """What stands for 0 in each row."""

    def vector(self, name: str) -> str:
        return self.constant(name, self.weights.vectors[name])

    def linear(self, source: str, layer: str, name: str) -> str:
        return self.beside(source, layer, name, self.precision)

    def projections(self, source: str, attention: str, asking: str) -> Sequence[str]:
        names = [f"{attention}.self.{part}" for part in ("query", "key", "value")]
        if self.precision == "fp32":
            sources = dict(zip(names, (asking, source, source), strict=True))
            return [self.beside(each, name, name, "fp32") for name, each in sources.items()]
        rows = self.in_eight_bits(source, f"{attention}.source")
        queries = rows
        if asking != source:
            self.zeros.clear()  # from here on there are fewer rows
            queries = self.in_eight_bits(asking, f"{attention}.asking")
        query, key, value = names
        # A bias of the keys adds the same to all that a query is weighed by: it changes nothing.
        return [
            self.biased(self.product(queries, query, query), query, query),
            self.product(rows, key, key),
            self.biased(self.product(rows, value, value), value, value),
        ]

    def beside(self, source: str, layer: str, name: str, precision: Precision) -> str:
        """A linear layer, bias added."""
        if precision == "fp32":
            matrix = self.weights.matrices[f"{layer}.weight"].single_precision()
            weight = self.constant(f"{name}.weight", matrix.T)
            return self.biased(self.add("MatMul", [source, weight], f"{name}.product"), layer, name)
        return self.biased(self.product(self.in_eight_bits(source, name), layer, name), layer, name)

    def biased(self, product: str, layer: str, name: str) -> str:
        """A product and the layer's bias."""
        bias = self.constant(f"{name}.bias", self.weights.vectors[f"{layer}.bias"])
        return self.add("Add", [product, bias], f"{name}.out")

    def in_eight_bits(self, source: str, name: str) -> _Rows:
        """A matrix (1, rows, size) quantised row by row.

        With one scale for all rows the time is an eighth shorter, and the distance to single
        precision three times as large.
        """
        bits = ACTIVE if source.endswith(".active") else SIGNED
        if bits is ACTIVE:
            most = self.add("ReduceMax", [source], f"{name}.most", axes=[-1], keepdims=1)
            least = np.full((1, 1, 1), LEAST_ACTIVE * bits.levels / bits.zero, dtype=np.float32)
            heights = self.add(
                "Max", [most, self.constant(f"{name}.least", least)], f"{name}.height"
            )
        else:
            sizes = self.add("Abs", [source], f"{name}.sizes")
            heights = self.add("ReduceMax", [sizes], f"{name}.height", axes=[-1], keepdims=1)
        flat = self.constant(f"{name}.flat", np.array([-1], dtype=np.int64))
        row_heights = self.add("Reshape", [heights, flat], f"{name}.row.heights")
        step = self.constant(f"{name}.step", np.array(1 / bits.levels, dtype=np.float32))
        steps = self.add("Mul", [row_heights, step], f"{name}.row.steps")
        if bits not in self.zeros:
            shape = self.add("Shape", [row_heights], f"{name}.rows")
            zero = numpy_helper.from_array(np.array([bits.zero], dtype=np.uint8))
            self.zeros[bits] = self.add("ConstantOfShape", [shape], f"{name}.zeros", value=zero)
        of_rows = [source, steps, self.zeros[bits]]
        numbers = self.add("QuantizeLinear", of_rows, f"{name}.numbers", axis=1)
        return _Rows(numbers, heights, bits)

    def product(self, rows: _Rows, layer: str, name: str) -> str:
        """Rows times a layer's matrix, without its bias."""
        matrix = self.weights.matrices[f"{layer}.weight"]
        leveled = self.add(
            "MatMulIntegerToFloat",
            [
                rows.numbers,
                self.constant(f"{name}.weight", matrix.values.T),
                self.constant(f"{name}.level", np.array(1 / rows.bits.levels, dtype=np.float32)),
                self.constant(f"{name}.scales", matrix.scales),
                self.constant(f"{name}.zero", np.array(rows.bits.zero, dtype=np.uint8)),
                self.constant(f"{name}.none", np.zeros((), dtype=np.int8)),
            ],
            f"{name}.leveled",
            domain=MICROSOFT,
        )
        return self.add("Mul", [leveled, rows.heights], f"{name}.product")


def build_graph(
    weights: ReaderWeights, word_vectors: NDArray[np.float32], precision: Precision, stage: int
) -> bytes:
    """One stage of the network, serialised.

    Inputs of the first: `ids`, `types` (1, tokens), int64. Of the later ones: `hidden` (1, tokens,
    width), the output `hidden.out` of the one before. Of all: `spans` (1, sentences, tokens), each
    row the mean over a sentence's tokens. Of the last: `wanted`, int64, places of the tokens that
    its heads look at, the first one's before all; its `spans` have these tokens alone. Outputs:
    `sentences` (1, sentences) and `pooled` (1, heads), logits.

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
    is_last = stage == len(exits) - 1
    for number in range(first, exits[stage]):
        # Of what nothing looks at in the end, the last layer needs keys and values alone.
        ends = is_last and number == exits[-1] - 1
        asking = graph.add("Gather", [hidden, WANTED], "asking", axis=1) if ends else ""
        hidden = graph.layer(hidden, f"encoder.encoder.layer.{number}", asking=asking)
    _judged(graph, hidden, f"exits.{stage}")
    each = (1, "tokens")
    wide = (TensorProto.FLOAT, (*each, "width"))
    outputs: dict[str, tuple[int, Sequence[str | int]]] = {
        "sentences": (TensorProto.FLOAT, (1, "sentences")),
        "pooled": (TensorProto.FLOAT, (1, "heads")),
    }
    if not is_last:
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
            **({WANTED: (TensorProto.INT64, ("wanted",))} if is_last else {}),
            "spans": (TensorProto.FLOAT, (1, "sentences", "wanted" if is_last else "tokens")),
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
    graph.add("Identity", [graph.beside(first, f"{prefix}.heads", "heads", "fp32")], "pooled")
    means = graph.add("MatMul", ["spans", hidden], "means")
    axis = graph.constant("one", np.ones(1, dtype=np.int64))
    lifted = graph.add("Unsqueeze", [first, axis], "first.lifted")
    like = graph.add("Shape", [means], "means.shape")
    beside = graph.add("Expand", [lifted, like], "first.beside")
    both = graph.add("Concat", [means, beside], "both", axis=-1)
    mixed = graph.beside(both, f"{prefix}.sentence.0", "mixed", "fp32")
    active = graph.add("Gelu", [mixed], "mixed.active", domain=MICROSOFT)
    scored = graph.beside(active, f"{prefix}.sentence.2", "scored", "fp32")
    last = graph.constant("last", np.array([-1], dtype=np.int64))
    graph.add("Squeeze", [scored, last], "sentences")
