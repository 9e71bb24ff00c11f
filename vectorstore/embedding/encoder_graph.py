"""The embedding model's transformer as an ONNX graph over its own file of weights.

The graph says where in the safetensors a matrix lies and holds none itself: 34 kB instead of a
second copy of 90 MB, and a runtime maps the weights into memory as they are. So there is nothing
to export and nothing to keep in step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from onnx import TensorProto

from vectorstore.embedding.onnx_graph import MICROSOFT, BertGraph
from vectorstore.embedding.stored import WORDS, stored_tensors
from vectorstore.embedding.weights import ModelFiles

IDS, MASK, TOKENS = "input_ids", "attention_mask", "tokens"


def encoder_graph(files: ModelFiles, *, inline: bool = False) -> bytes:
    """The graph: `input_ids` and `attention_mask` of shape (rows, positions) in, `tokens` out.

    Args:
        files: A model of which `stored.is_bert` says yes.
        inline: Whether to copy the weights into it, for a runtime that must not look for them
            elsewhere; otherwise it looks in `stored.weights_folder`.
    """
    config = files.config
    graph = _EncoderGraph(files, inline=inline)
    row = graph.constant("first", np.zeros((), dtype=np.int64))
    types = graph.vector("embeddings.token_type_embeddings.weight")
    type_ = graph.add("Gather", [types, row], "embedded.type")
    words = graph.add("Gather", [graph.vector(WORDS), IDS], "embedded.words")
    places = graph.places(IDS, "embeddings.position_embeddings.weight")
    typed = graph.add("Add", [places, type_], "embedded.typed")
    hidden = graph.norm_of_sum(words, typed, "embeddings.LayerNorm")
    mask = graph.add("Cast", [MASK], "mask", to=TensorProto.INT32)
    for number in range(int(config["num_hidden_layers"])):
        hidden = graph.layer(hidden, f"encoder.layer.{number}", mask)
    graph.add("Identity", [hidden], TOKENS)
    return graph.serialise(
        "encoder",
        inputs=dict.fromkeys((IDS, MASK), (TensorProto.INT64, ("rows", "positions"))),
        outputs={TOKENS: (TensorProto.FLOAT, ("rows", "positions", files.dimension))},
    )


class _EncoderGraph(BertGraph):
    def __init__(self, files: ModelFiles, *, inline: bool) -> None:
        super().__init__(
            num_heads=int(files.config["num_attention_heads"]),
            epsilon=float(files.config["layer_norm_eps"]),
        )
        self._stored = stored_tensors(files.weight_files)
        self._prefix = next(name for name in self._stored if name.endswith(WORDS))[: -len(WORDS)]
        self._inline = inline

    def vector(self, name: str) -> str:
        found = self._stored[self._prefix + name]
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=found.shape)
        if self._inline:
            with found.path.open("rb") as file:
                file.seek(found.offset)
                tensor.raw_data = file.read(found.num_bytes)
        else:
            tensor.data_location = TensorProto.EXTERNAL
            place = {
                "location": found.path.name,
                "offset": found.offset,
                "length": found.num_bytes,
            }
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
        self.constants.append(tensor)
        return name

    def linear(self, source: str, layer: str, name: str) -> str:
        # Stored by output, and multiplied so: there is no second copy the other way round.
        weight = self.vector(f"{layer}.weight")
        product = self.add(
            "FusedMatMul", [source, weight], f"{name}.product", domain=MICROSOFT, transB=1
        )
        return self.add("Add", [product, self.vector(f"{layer}.bias")], name)

    def projections(self, source: str, attention: str, asking: str) -> Sequence[str]:
        sources = {"query": asking, "key": source, "value": source}
        layers = {f"{attention}.self.{part}": each for part, each in sources.items()}
        return [self.linear(each, layer, layer) for layer, each in layers.items()]
