"""Where a model's tensors lie in its file, and whether its graph can be written over them."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from vectorstore.embedding.errors import WeightsError
from vectorstore.embedding.weights import ModelFiles

WORDS = "embeddings.word_embeddings.weight"
"""How the name of the table of word vectors ends."""
_HEADER_LENGTH = struct.Struct("<Q")
_NUMBER_BYTES = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor in single precision."""

    path: Path
    offset: int
    """Of its first byte in the file."""
    shape: tuple[int, ...]

    @property
    def num_bytes(self) -> int:
        """Its length in the file."""
        return _NUMBER_BYTES * prod(self.shape)


def stored_tensors(paths: Sequence[Path]) -> dict[str, Stored]:
    """What safetensors hold in single precision, by name; other types are left out.

    A file begins with the length of a JSON object, which gives each tensor's type, shape and range
    of bytes behind it.

    Raises:
        WeightsError: If a file is not of this form.
    """
    found = {}
    for path in (each.resolve() for each in paths):
        try:
            with path.open("rb") as file:
                (length,) = _HEADER_LENGTH.unpack(file.read(_HEADER_LENGTH.size))
                header = json.loads(file.read(min(length, path.stat().st_size)))
            begin = _HEADER_LENGTH.size + length
            for name, about in header.items():
                if about.get("dtype") == "F32":
                    first, _ = about["data_offsets"]
                    found[name] = Stored(path, begin + first, tuple(about["shape"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
            raise WeightsError(
                f"{path} cannot be read as safetensors: {error}. Fetch the model again."
            ) from error
    return found


def is_bert(files: ModelFiles) -> bool:
    """Whether this is a plain BERT in single precision, whose graph needs no PyTorch to be written.

    Raises:
        WeightsError: If the weights cannot be read.
    """
    config = files.config
    return (
        files.is_plain
        and config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder")
        and any(name.endswith(WORDS) for name in stored_tensors(files.weight_files))
    )


def weights_folder(files: ModelFiles) -> Path:
    """Where the weights lie: behind the links of the Hugging Face cache."""
    return files.weight_files[0].resolve().parent
