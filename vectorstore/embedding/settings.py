"""What may be chosen about embedding: plain values, whoever reads the environment passes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DEFAULT_MODEL = "all-MiniLM-L6-v2"
MULTILINGUAL = "multilingual"
"""Names multilingual-e5-small, which comes with the extra of that name."""

Runtime = Literal["auto", "torch", "torch-bf16", "onnx", "openvino"]
Purpose = Literal["query", "few", "ingest"]
"""A question; a few texts, before another runtime would be loaded; as many as there are."""

# Padded word pieces in one forward pass. More, and a layer's results are so large that the C
# library fetches fresh pages for them each time and gives them back: a seventh of the time went
# there with the usual 32 texts. Fewer, and starting a layer weighs more.
# Measured in docs/embedding-runtimes.md.
DEFAULT_BATCH_TOKENS = 2048

# Zero stands for one thread on each core that the process may use.
AUTO_THREADS = 0


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """Which model embeds, and how it is run."""

    model: str = DEFAULT_MODEL
    """Name of the model that ships with the program, "multilingual", a folder in
    sentence-transformers' layout, or the name of a model that is already in the local Hugging Face
    cache."""
    runtime: Runtime = "auto"
    """How the model is computed; "auto" takes the fastest that keeps the answers here."""
    threads: int = AUTO_THREADS
    """Processor threads to use; 0 for one a core."""
    batch_tokens: int = DEFAULT_BATCH_TOKENS
    """Upper bound of the padded word pieces in one forward pass."""
