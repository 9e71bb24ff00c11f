"""Models that somebody brings: a BERT needs no PyTorch, any other writes an export with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vectorstore.embedding.build import build_embedder
from vectorstore.embedding.choice import chosen_runtime
from vectorstore.embedding.errors import ExportError, WeightsError
from vectorstore.embedding.export import export_path
from vectorstore.embedding.settings import EmbeddingSettings
from vectorstore.embedding.stored import is_bert
from vectorstore.embedding.weights import ModelFiles, locate

pytestmark = pytest.mark.model

TEXTS = ["Who bought Aetna?", "CVS bought Aetna in 2018. " * 30, "x"]
EXACT = 1e-5
SIZES = {"vocab_size": 30522, "max_position_embeddings": 512}


def beside_the_tokenizer(folder: Path, transformer: Any, **options: Any) -> Path:
    """A model's folder: the bundled one's with another transformer."""
    shutil.copytree(locate().folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    transformer.save_pretrained(folder, **options)
    pooling = folder / "1_Pooling" / "config.json"
    pooling.write_text(pooling.read_text().replace("384", str(transformer.config.hidden_size)))
    return folder


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small, in two files, with names as a model with a head has them."""
    from transformers import BertConfig, BertForMaskedLM

    sizes = {"hidden_size": 24, "num_attention_heads": 4, "num_hidden_layers": 2}
    config = BertConfig(**SIZES, **sizes, intermediate_size=40, layer_norm_eps=1e-7)
    folder = tmp_path_factory.mktemp("bert") / "tiny-bert"
    return beside_the_tokenizer(folder, BertForMaskedLM(config), max_shard_size="2MB")


@pytest.fixture(scope="module")
def mpnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import MPNetConfig, MPNetModel

    sizes = {"hidden_size": 24, "num_attention_heads": 4, "num_hidden_layers": 1}
    config = MPNetConfig(**SIZES, **sizes, intermediate_size=40, pad_token_id=0)
    folder = tmp_path_factory.mktemp("mpnet") / "tiny-mpnet"
    return beside_the_tokenizer(folder, MPNetModel(config))


def vectors(model: Path, runtime: Any, data_dir: Path) -> Any:
    settings = EmbeddingSettings(model=str(model), runtime=runtime)
    return build_embedder(settings, data_dir=data_dir).embed(TEXTS)


def test_any_bert_s_graph_is_written_over_its_own_files(bert: Path, tmp_path: Path) -> None:
    files = locate(str(bert))
    assert len(files.weight_files) > 1
    assert is_bert(files)
    found = vectors(bert, "auto", tmp_path)
    np.testing.assert_allclose(found, vectors(bert, "torch", tmp_path), atol=EXACT)
    (kept,) = (tmp_path / "models").iterdir()
    assert kept.stat().st_size < 50_000
    assert kept.stat().st_mode & 0o777 == 0o644


def test_an_export_of_an_earlier_version_is_removed(tmp_path: Path) -> None:
    export = export_path(locate(), tmp_path)
    export.parent.mkdir()
    for path in (export, export.with_suffix(".json")):
        path.write_bytes(b"90 MB")
    # Not `build_embedder`: the tests load the bundled model once.
    from vectorstore.embedding.build import written_graph

    graph = written_graph(locate(), tmp_path)
    assert [path.suffix for path in export.parent.iterdir()] == [".graph"]
    assert written_graph(locate(), tmp_path) == graph


def test_a_model_that_is_no_bert_writes_an_export_for_later_starts(
    mpnet: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = EmbeddingSettings(model=str(mpnet))
    choice = chosen_runtime(settings, data_dir=tmp_path, purpose="query")
    assert choice.runtime == "torch"
    assert choice.remedy is not None
    assert "first ingest" in choice.remedy

    first = build_embedder(settings, data_dir=tmp_path)
    assert first.runtime == "torch"
    assert "starts slowly" in caplog.text
    second = build_embedder(settings, data_dir=tmp_path)
    assert second.runtime == "onnx"
    np.testing.assert_allclose(first.embed(TEXTS), second.embed(TEXTS), atol=EXACT)


def test_a_damaged_export_is_refused_by_onnx_and_replaced_by_auto(
    mpnet: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vectors(mpnet, "onnx", tmp_path)
    path = export_path(locate(str(mpnet)), tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"!")

    with pytest.raises(ExportError, match="damaged"):
        vectors(mpnet, "onnx", tmp_path)
    settings = EmbeddingSettings(model=str(mpnet))
    assert build_embedder(settings, data_dir=tmp_path).runtime == "torch"
    assert "damaged" in caplog.text
    assert path.read_bytes() == whole


@pytest.mark.parametrize("damage", ["weights", "header"])
def test_weights_that_are_not_the_published_ones_are_never_used(
    damage: str, tmp_path: Path
) -> None:
    from vectorstore.embedding.onnx_runtime import OnnxEncoder

    good = locate()
    shutil.copytree(good.folder, tmp_path / "model")
    path = tmp_path / "model" / "model.safetensors"
    with path.open("r+b") as file:
        file.seek(2_000_000 if damage == "weights" else 20)
        file.write(b"!")
    files = ModelFiles(good.name, tmp_path / "model", good.sha256)

    from vectorstore.embedding.encoder_graph import encoder_graph

    with pytest.raises(WeightsError, match="not the published ones"):
        OnnxEncoder(files, encoder_graph(good), check=files.verify, threads=1)


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "mpnet"},
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"is_decoder": True},
    ],
)
def test_what_computes_otherwise_than_bert_is_left_to_pytorch(
    bert: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    folder = shutil.copytree(bert, tmp_path / "other")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | change))
    assert not is_bert(locate(str(folder)))


@pytest.mark.parametrize("content", [b"", b"\xff" * 8, b"\x02" + b"\0" * 7 + b"{", b"\0" * 20])
def test_a_file_that_holds_no_tensors_is_named(bert: Path, tmp_path: Path, content: bytes) -> None:
    folder = shutil.copytree(bert, tmp_path / "other")
    next(folder.glob("*.safetensors")).write_bytes(content)
    with pytest.raises(WeightsError, match="cannot be read as safetensors"):
        is_bert(locate(str(folder)))
