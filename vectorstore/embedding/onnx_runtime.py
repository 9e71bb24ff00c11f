"""The model in ONNX Runtime: starts in a tenth of a second, without PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding.errors import MissingPackageError, WeightsError
from vectorstore.embedding.pooling import pool_rows
from vectorstore.embedding.stored import weights_folder
from vectorstore.embedding.weights import ModelFiles
from vectorstore.embedding.windows import TokenIds
from vectorstore.types import FloatMatrix

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class OnnxEncoder:
    """The model's graph, computed by ONNX Runtime on the CPU in single precision."""

    runtime = "onnx"

    def __init__(
        self, files: ModelFiles, graph: bytes | Path, *, check: Callable[[], None], threads: int
    ) -> None:
        """Check the weights while they are loaded.

        Args:
            files: The model.
            graph: Its graph over its own weights, or the path of an export that holds them.
            check: Raises what is to be said of weights that must not be used.
            threads: For one forward pass.
        """
        self._pooling = files.pooling
        with checked(check):
            self._session = _open(files, graph, threads=threads)

    def encode(self, ids: TokenIds, mask: TokenIds) -> tuple[NDArray[np.float32], FloatMatrix]:
        """Token vectors, and their mean or first."""
        (tokens,) = self._session.run(["tokens"], {"input_ids": ids, "attention_mask": mask})
        tokens = cast("NDArray[np.float32]", tokens)
        return tokens, pool_rows(tokens, mask, pooling=self._pooling)


@contextmanager
def checked(check: Callable[[], None]) -> Iterator[None]:
    """Check beside what is done inside: both take as long, and leave the interpreter alone.

    A damaged file is reported as such, whatever else it breaks.
    """
    with ThreadPoolExecutor(1) as pool:
        checking = pool.submit(check)
        try:
            yield
        finally:
            checking.result()


def require_plain(files: ModelFiles) -> None:
    """Outside PyTorch only the transformer is computed; pooling is ours.

    Raises:
        WeightsError: If the model does more than that.
    """
    if not files.is_plain:
        raise WeightsError(
            f"The model {files.name} pools by {files.pooling!r} or has layers after pooling, which "
            "only the torch runtime computes. Set the embedding runtime to torch."
        )


def _open(files: ModelFiles, graph: bytes | Path, *, threads: int) -> InferenceSession:
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
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(weights_folder(files))
    )
    source = graph if isinstance(graph, bytes) else str(graph)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
