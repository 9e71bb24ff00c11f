"""What may be chosen about embedding: plain values, whoever reads the environment passes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DEFAULT_MODEL = "all-MiniLM-L6-v2"

Runtime = Literal["auto", "torch", "torch-bf16", "onnx", "openvino"]
Purpose = Literal["query", "ingest"]

# Padded tokens in one forward pass: the activations of a batch then stay inside the cache, and one
# batch is work enough to hide the overhead of starting it. Measured in docs/embedding-runtimes.md.
DEFAULT_BATCH_TOKENS = 4096

# Zero lets the machine decide: as many as there are cores, but see MAX_DEFAULT_THREADS in build.py.
AUTO_THREADS = 0


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """Which model embeds, and how it is run."""

    model: str = DEFAULT_MODEL
    """Name of the model that ships with the program, a folder in sentence-transformers' layout, or
    the name of a model that is already in the local Hugging Face cache."""
    runtime: Runtime = "auto"
    """How the model is computed; "auto" takes the fastest that keeps the answers here."""
    threads: int = AUTO_THREADS
    """Processor threads to use; 0 for one a core."""
    batch_tokens: int = DEFAULT_BATCH_TOKENS
    """Upper bound of the padded word pieces in one forward pass."""
