"""The reader's network as an ONNX graph, written from its weights without PyTorch.

A BERT encoder (Devlin et al. 2019) with the operators that ONNX Runtime computes fastest on
processors: attention as one node, linear layers in eight bits with the activations quantised as
they come, row by row (or in single precision).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from app.reading.weights import Matrix, Precision, ReaderWeights

INPUTS = ("ids", "mask", "types", "spans")
OUTPUTS = ("sentences", "pooled")
EPSILON = 1e-12
OPSET, MICROSOFT_OPSET, IR_VERSION = 17, 1, 9
MICROSOFT = "com.microsoft"


@dataclass
class _Graph:
    """Nodes and constants as they are added."""

    weights: ReaderWeights
    precision: Precision
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    def add(
        self, op: str, inputs: Sequence[str], name: str, *, domain: str = "", **attributes: Any
    ) -> str:
        """One node; the name of its only output that is used."""
        self.nodes.append(helper.make_node(op, inputs, [name], name, domain=domain, **attributes))
        return name

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def vector(self, name: str) -> str:
        return self.constant(name, self.weights.vectors[name])

    def linear(self, source: str, layers: Sequence[str], name: str) -> str:
        """Linear layers of one input beside each other, outputs in their order, biases added."""
        matrices = [self.weights.matrices[f"{layer}.weight"] for layer in layers]
        bias = np.concatenate([self.weights.vectors[f"{layer}.bias"] for layer in layers])
        biased = self.constant(f"{name}.bias", bias)
        joined = Matrix(
            np.concatenate([each.values for each in matrices]),
            np.concatenate([each.scales for each in matrices]),
        )
        if self.precision == "fp32":
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

    def norm_of_sum(self, first: str, second: str, layer: str) -> str:
        """Two nodes: `cross_encoder.FUSIONS_LEFT_OUT` says why not one."""
        return self.add(
            "LayerNormalization",
            [
                self.add("Add", [first, second], f"{layer}.sum"),
                self.vector(f"{layer}.weight"),
                self.vector(f"{layer}.bias"),
            ],
            f"{layer}.out",
            axis=-1,
            epsilon=EPSILON,
        )


def build_graph(
    weights: ReaderWeights, word_vectors: NDArray[np.float32], precision: Precision
) -> ModelProto:
    """The whole network.

    Inputs: `ids`, `mask`, `types` of shape (windows, tokens), int32 but for int64 ids and types;
    `spans` of shape (windows, sentences, tokens), each row the mean over a sentence's tokens.
    Outputs: `sentences` (windows, sentences) and `pooled` (windows, heads), logits.
    """
    graph = _Graph(weights, precision)
    hidden = _embedded(graph, word_vectors)
    num_heads = int(weights.card["attention_heads"])
    for number in range(int(weights.card["layers"])):
        hidden = _layer(graph, hidden, f"encoder.encoder.layer.{number}", num_heads)
    _judged(graph, hidden)
    shapes = {
        "ids": (TensorProto.INT64, ["windows", "tokens"]),
        "mask": (TensorProto.INT32, ["windows", "tokens"]),
        "types": (TensorProto.INT64, ["windows", "tokens"]),
        "spans": (TensorProto.FLOAT, ["windows", "sentences", "tokens"]),
    }
    made = helper.make_graph(
        graph.nodes,
        "reader",
        [helper.make_tensor_value_info(name, *shapes[name]) for name in INPUTS],
        [
            helper.make_tensor_value_info("sentences", TensorProto.FLOAT, ["windows", "sentences"]),
            helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["windows", "heads"]),
        ],
        graph.constants,
    )
    return helper.make_model(
        made,
        opset_imports=[
            helper.make_opsetid("", OPSET),
            helper.make_opsetid(MICROSOFT, MICROSOFT_OPSET),
        ],
        ir_version=IR_VERSION,
    )


def _embedded(graph: _Graph, word_vectors: NDArray[np.float32]) -> str:
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
    shape = graph.add("Shape", ["ids"], "shape", start=1, end=2)
    zero = graph.constant("zero", np.zeros(1, dtype=np.int64))
    places = graph.add(
        "Slice",
        [graph.vector(f"{prefix}.position_embeddings.weight"), zero, shape, zero],
        "embedded.places",
    )
    typed = graph.add("Add", [types, places], "embedded.typed")
    return graph.norm_of_sum(words, typed, f"{prefix}.LayerNorm")


def _layer(graph: _Graph, hidden: str, prefix: str, num_heads: int) -> str:
    attention = f"{prefix}.attention"
    joined = graph.linear(
        hidden,
        [f"{attention}.self.{part}" for part in ("query", "key", "value")],
        f"{attention}.joined",
    )
    parts = [f"{attention}.{part}" for part in ("q", "k", "v")]
    graph.nodes.append(helper.make_node("Split", [joined], parts, f"{attention}.split", axis=-1))
    context = graph.add(
        "MultiHeadAttention",
        [*parts, "", "mask"],
        f"{attention}.context",
        domain=MICROSOFT,
        num_heads=num_heads,
    )
    attended = graph.linear(context, [f"{attention}.output.dense"], f"{attention}.dense")
    hidden = graph.norm_of_sum(hidden, attended, f"{attention}.output.LayerNorm")
    wide = graph.linear(hidden, [f"{prefix}.intermediate.dense"], f"{prefix}.wide")
    active = graph.add("Gelu", [wide], f"{prefix}.active", domain=MICROSOFT)
    narrow = graph.linear(active, [f"{prefix}.output.dense"], f"{prefix}.narrow")
    return graph.norm_of_sum(hidden, narrow, f"{prefix}.output.LayerNorm")


def _judged(graph: _Graph, hidden: str) -> None:
    """The heads; small, so always in single precision."""
    heads = _Graph(graph.weights, "fp32", graph.nodes, graph.constants)
    index = graph.constant("first.index", np.zeros((), dtype=np.int64))
    first = graph.add("Gather", [hidden, index], "first", axis=1)
    heads.linear(first, ["heads"], "pooled")
    means = graph.add("MatMul", ["spans", hidden], "means")
    axis = graph.constant("one", np.ones(1, dtype=np.int64))
    lifted = graph.add("Unsqueeze", [first, axis], "first.lifted")
    like = graph.add("Shape", [means], "means.shape")
    beside = graph.add("Expand", [lifted, like], "first.beside")
    both = graph.add("Concat", [means, beside], "both", axis=-1)
    mixed = heads.linear(both, ["sentence.0"], "mixed")
    active = graph.add("Gelu", [mixed], "mixed.active", domain=MICROSOFT)
    scored = heads.linear(active, ["sentence.2"], "scored")
    last = graph.constant("last", np.array([-1], dtype=np.int64))
    graph.add("Squeeze", [scored, last], "sentences")
