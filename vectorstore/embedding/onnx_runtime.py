"""The model in ONNX Runtime: starts in half a second, without PyTorch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding.errors import MissingPackageError, WeightsError
from vectorstore.embedding.export import check_export
from vectorstore.embedding.pooling import pool_rows
from vectorstore.embedding.weights import ModelFiles
from vectorstore.embedding.windows import TokenIds
from vectorstore.types import FloatMatrix

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class OnnxEncoder:
    """An export of the model, computed by ONNX Runtime on the CPU in single precision."""

    runtime = "onnx"

    def __init__(self, files: ModelFiles, path: Path, *, threads: int) -> None:
        """Check the export, then load it.

        Raises:
            ExportError: If the export is absent or damaged, or made from other weights.
            WeightsError: If the model is more than a transformer with mean or first-token pooling.
        """
        require_plain(files)
        self._pooling = files.pooling
        # Checking takes as long as loading, and both leave the interpreter alone: side by side.
        with ThreadPoolExecutor(1) as pool:
            check = pool.submit(check_export, files, path)
            try:
                session = _open(path, threads=threads)
            finally:
                check.result()  # a damaged file is reported as such, whatever else it breaks
        self._session = session

    def encode(self, ids: TokenIds, mask: TokenIds) -> tuple[NDArray[np.float32], FloatMatrix]:
        """Token vectors, and their mean or first."""
        (tokens,) = self._session.run(["tokens"], {"input_ids": ids, "attention_mask": mask})
        tokens = cast("NDArray[np.float32]", tokens)
        return tokens, pool_rows(tokens, mask, pooling=self._pooling)


def require_plain(files: ModelFiles) -> None:
    """Outside PyTorch only the transformer is exported; pooling is ours.

    Raises:
        WeightsError: If the model does more than that.
    """
    if not files.is_plain:
        raise WeightsError(
            f"The model {files.name} pools by {files.pooling!r} or has layers after pooling, which "
            "only the torch runtime computes. Set the embedding runtime to torch."
        )


def _open(path: Path, *, threads: int) -> InferenceSession:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingPackageError(
            "onnxruntime", wanted_for="Embedding with ONNX", install="pip install onnxruntime"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning threads take the processor from everything else on a small machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
