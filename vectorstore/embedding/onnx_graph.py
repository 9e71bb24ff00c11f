"""ONNX graphs of BERT encoders (Devlin et al. 2019), written node by node without PyTorch.

With the operators that ONNX Runtime computes fastest on processors, attention as one node above
all. OpenVINO reads them as well. What differs between models, how their matrices are stored and
multiplied, is left to a subclass.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

OPSET, MICROSOFT_OPSET, IR_VERSION = 17, 1, 9
MICROSOFT = "com.microsoft"

Shapes = Mapping[str, tuple[int, Sequence[str | int]]]
"""Name to element type and sizes; a size that is a word may differ from call to call."""


class Graph:
    """Nodes and constants as they are added."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(
        self, op: str, inputs: Sequence[str], name: str, *, domain: str = "", **attributes: Any
    ) -> str:
        """One node; the name of its only output that is used."""
        self.nodes.append(helper.make_node(op, inputs, [name], name, domain=domain, **attributes))
        return name

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """An array that becomes part of the graph; its name."""
        self.constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def serialise(self, name: str, *, inputs: Shapes, outputs: Shapes) -> bytes:
        """The finished graph."""
        model = helper.make_model(
            helper.make_graph(
                self.nodes,
                name,
                [helper.make_tensor_value_info(key, *form) for key, form in inputs.items()],
                [helper.make_tensor_value_info(key, *form) for key, form in outputs.items()],
                self.constants,
            ),
            opset_imports=[
                helper.make_opsetid("", OPSET),
                helper.make_opsetid(MICROSOFT, MICROSOFT_OPSET),
            ],
            ir_version=IR_VERSION,
        )
        return bytes(model.SerializeToString())


class BertGraph(Graph, ABC):
    """A BERT encoder whose parameters have the names that they have in PyTorch."""

    def __init__(self, *, num_heads: int, epsilon: float) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.epsilon = epsilon

    @abstractmethod
    def vector(self, name: str) -> str:
        """A bias, a norm's weight or a table, as a constant."""

    @abstractmethod
    def linear(self, source: str, layer: str, name: str) -> str:
        """A linear layer with its bias."""

    @abstractmethod
    def projections(self, source: str, attention: str, asking: str) -> Sequence[str]:
        """Query of `asking`, key and value of `source`."""

    def places(self, ids: str, table: str) -> str:
        """The vectors of positions for as many as `ids` has, shape (positions, size)."""
        shape = self.add("Shape", [ids], "shape", start=1, end=2)
        zero = self.constant("zero", np.zeros(1, dtype=np.int64))
        return self.add("Slice", [self.vector(table), zero, shape, zero], "embedded.places")

    def norm_of_sum(self, first: str, second: str, layer: str) -> str:
        """Two nodes; a runtime for which one is faster joins them."""
        return self.add(
            "LayerNormalization",
            [
                self.add("Add", [first, second], f"{layer}.sum"),
                self.vector(f"{layer}.weight"),
                self.vector(f"{layer}.bias"),
            ],
            f"{layer}.out",
            axis=-1,
            epsilon=self.epsilon,
        )

    def layer(self, hidden: str, prefix: str, mask: str = "", asking: str = "") -> str:
        """One layer.

        Args:
            hidden: What it reads.
            prefix: Of its parameters.
            mask: Has 1 for a word piece and 0 for padding, in int32; without it nothing is padding.
            asking: Those vectors of `hidden` for which it is computed; all without it.
        """
        asking = asking or hidden
        attention = f"{prefix}.attention"
        context = self.add(
            "MultiHeadAttention",
            [*self.projections(hidden, attention, asking), "", mask],
            f"{attention}.context",
            domain=MICROSOFT,
            num_heads=self.num_heads,
        )
        attended = self.linear(context, f"{attention}.output.dense", f"{attention}.dense")
        hidden = self.norm_of_sum(asking, attended, f"{attention}.output.LayerNorm")
        wide = self.linear(hidden, f"{prefix}.intermediate.dense", f"{prefix}.wide")
        active = self.add("Gelu", [wide], f"{prefix}.active", domain=MICROSOFT)
        narrow = self.linear(active, f"{prefix}.output.dense", f"{prefix}.narrow")
        return self.norm_of_sum(hidden, narrow, f"{prefix}.output.LayerNorm")
