"""The model in OpenVINO: an extra that is fast where the processor knows bfloat16."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding.errors import MissingPackageError
from vectorstore.embedding.export import check_export
from vectorstore.embedding.onnx_runtime import require_plain
from vectorstore.embedding.pooling import pool_rows
from vectorstore.embedding.weights import ModelFiles
from vectorstore.embedding.windows import TokenIds
from vectorstore.types import FloatMatrix


class OpenVinoEncoder:
    """An export of the model, computed by OpenVINO on the CPU.

    OpenVINO itself takes bfloat16 where the processor multiplies it and float32 elsewhere; both
    agree with the reference.
    """

    def __init__(self, files: ModelFiles, path: Path, *, threads: int) -> None:
        """Check the export, then compile it.

        Raises:
            ExportError: If the export is absent or damaged, or made from other weights.
            WeightsError: If the model is more than a transformer with mean or first-token pooling.
        """
        require_plain(files)
        check_export(files, path)
        self._pooling = files.pooling
        self._compiled = _compile(path, threads=threads)
        precision = self._compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        self.runtime = f"openvino-{precision}"

    def encode(self, ids: TokenIds, mask: TokenIds) -> tuple[NDArray[np.float32], FloatMatrix]:
        """Token vectors, and their mean or first."""
        # A request holds buffers, so that each call makes its own: calls may overlap.
        request = self._compiled.create_infer_request()
        result = request.infer({"input_ids": ids, "attention_mask": mask})
        tokens = cast("NDArray[np.float32]", result[self._compiled.output(0)])
        return tokens, pool_rows(tokens, mask, pooling=self._pooling)


def _compile(path: Path, *, threads: int) -> Any:
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
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        # Pinned threads of two processes meet on the same core while the next one idles.
        "ENABLE_CPU_PINNING": False,
    }
    return core.compile_model(core.read_model(str(path)), "CPU", settings)
