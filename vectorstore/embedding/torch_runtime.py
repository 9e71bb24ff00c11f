"""The model in PyTorch through sentence-transformers: the reference for every other runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding.errors import MissingPackageError, WeightsError
from vectorstore.embedding.weights import ModelFiles
from vectorstore.embedding.windows import TokenIds
from vectorstore.types import FloatMatrix

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class TorchEncoder:
    """A sentence-transformers model on the CPU, in single precision or with bfloat16 products."""

    def __init__(self, model: SentenceTransformer, *, threads: int, bf16: bool = False) -> None:
        """Take over a loaded model. Sets the number of torch's threads in the whole process.

        Args:
            model: As `load` returns it; changed in place by `bf16`.
            threads: For one forward pass.
            bf16: Whether linear layers multiply in bfloat16.
        """
        import torch

        torch.set_num_threads(threads)
        self._model = model
        self.runtime = "torch"
        if bf16:
            from vectorstore.embedding.bf16 import narrow_linear_layers

            narrow_linear_layers(model[0])
            self.runtime = "torch-bf16"

    def encode(self, ids: TokenIds, mask: TokenIds) -> tuple[NDArray[np.float32], FloatMatrix]:
        """Token vectors and the model's own pooled vectors."""
        import torch

        with torch.inference_mode():
            features = {
                "input_ids": torch.from_numpy(ids),
                "attention_mask": torch.from_numpy(mask),
            }
            out = self._model(features)
            tokens = out["token_embeddings"].float().numpy()
            wholes = out["sentence_embedding"].float().numpy()
        return cast("NDArray[np.float32]", tokens), cast("FloatMatrix", wholes)


def load(files: ModelFiles) -> SentenceTransformer:
    """Load a model from its folder: safetensors only, no code of its own, no network.

    Raises:
        WeightsError: If the weights are not the promised ones, or span vectors would not fit
            beside text vectors.
    """
    files.verify()
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise MissingPackageError(
            "sentence-transformers",
            wanted_for="Embedding with PyTorch",
            install="pip install sentence-transformers",
        ) from error
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # loading takes a tenth of a second
    model = SentenceTransformer(
        str(files.folder),
        device="cpu",
        trust_remote_code=False,
        local_files_only=True,
        model_kwargs={"use_safetensors": True},
    )
    model.eval()
    if model.get_embedding_dimension() != files.dimension:
        raise WeightsError(
            f"The model {files.name} gives texts {model.get_embedding_dimension()} dimensions and "
            f"words {files.dimension}; sentences could not be compared with texts. Choose a model "
            "without a Dense layer."
        )
    return model
