"""The model in OpenVINO: the fastest where the processor multiplies bfloat16."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding.errors import MissingPackageError
from vectorstore.embedding.onnx_runtime import checked
from vectorstore.embedding.pooling import pool_rows
from vectorstore.embedding.weights import ModelFiles
from vectorstore.embedding.windows import TokenIds
from vectorstore.types import FloatMatrix


class OpenVinoEncoder:
    """The model's graph, computed by OpenVINO on the CPU.

    OpenVINO itself takes bfloat16 where the processor multiplies it and float32 elsewhere; both
    agree with the reference.
    """

    def __init__(
        self,
        files: ModelFiles,
        graph: Callable[[], bytes] | Path,
        *,
        check: Callable[[], None],
        threads: int,
        workers: int,
    ) -> None:
        """Check the weights while they are compiled.

        Args:
            files: The model.
            graph: Makes its graph with its weights, or the path of an export.
            check: Raises what is to be said of weights that must not be used.
            threads: For one forward pass.
            workers: Forward passes at the same time.
        """
        self._pooling = files.pooling
        with checked(check):
            self._compiled = _compile(graph, threads=threads, workers=workers)
        precision = self._compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        self.runtime = f"openvino-{precision}"
        # OpenVINO's binding looks up NumPy's functions at its first array. Two threads that do so
        # at the same time wait for each other for ever: one holds the interpreter's lock, the other
        # the guard of the look-up. So it is done before any other thread can.
        self.encode(np.zeros((1, 1), np.int64), np.ones((1, 1), np.int64))

    def encode(self, ids: TokenIds, mask: TokenIds) -> tuple[NDArray[np.float32], FloatMatrix]:
        """Token vectors, and their mean or first."""
        # A request holds buffers, so that each call makes its own: calls may overlap.
        request = self._compiled.create_infer_request()
        result = request.infer({"input_ids": ids, "attention_mask": mask})
        tokens = cast("NDArray[np.float32]", result[self._compiled.output(0)])
        return tokens, pool_rows(tokens, mask, pooling=self._pooling)


def _compile(graph: Callable[[], bytes] | Path, *, threads: int, workers: int) -> Any:
    try:
        import openvino
    except ImportError as error:
        raise MissingPackageError(
            "openvino",
            wanted_for="Embedding with OpenVINO",
            install="pip install 'accord[openvino]'",
        ) from error
    core = openvino.Core()
    settings = {
        "INFERENCE_NUM_THREADS": threads * workers,
        "NUM_STREAMS": workers,
        # Pinned threads of two processes meet on the same core while the next one idles.
        "ENABLE_CPU_PINNING": False,
    }
    source = str(graph) if isinstance(graph, Path) else graph()
    return core.compile_model(core.read_model(source), "CPU", settings)
