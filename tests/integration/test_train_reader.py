"""`accord eval train-reader` for a few steps on three documents: weights that load."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZIP_STORED

import numpy as np
import pytest
from typer.testing import CliRunner

from app.reading.build import build_cross_encoder
from app.reading.protocol import ReadPassage
from app.reading.weights import BUNDLED, load
from eval.cli import command
from eval.training.calibrating import Labelled, figures, fitted
from tests.builders_reading import MILL, document_line, write_lines

SECONDS = 0.5
"""Of training: a few steps."""
TESTED = "health-003"


@pytest.fixture(autouse=True)
def written_uncompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compressing weights takes longer than these trainings; tests of `save` do compress."""
    monkeypatch.setattr("app.reading.weights.ZIP_LZMA", ZIP_STORED)


@pytest.mark.model
@pytest.mark.slow
def test_a_short_training_gives_weights_that_can_be_read_and_gone_on_from(tmp_path: Path) -> None:
    lines = [document_line(name) for name in ("health-001", "health-002", TESTED)]
    write_lines(tmp_path / "small.jsonl", *lines)
    out = tmp_path / "reader.npz"
    shared = ["--minutes", str(SECONDS / 60), "--size", "4"]
    arguments = ["train-reader", str(tmp_path), *shared, "--out", str(out)]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    assert "pairs of our own to learn from" in done.output
    assert f"Weights: {out}" in done.output
    card = load(out).card
    assert card["data"]["test"]["small"] >= 5
    assert len(card["calibration"]) == len(card["exits"]) == len(card["least"])
    for lines in card["calibration"]:
        assert set(lines) == {"answers", "sentences", "supports", "depends", "conflicts"}
    assert card["figures"]["sentences"]["count"] >= 11
    assert card["trained"] == {
        "minutes": SECONDS / 60,
        "seed": 0,
        "from": None,
        "teacher": None,
        "fresh": [],
        "upper": False,
        "levels": 127,
        "kept": 0.0,
    }
    reader = build_cross_encoder(path=out, threads=1)
    (reading,) = reader.read("Who runs the mill?", [ReadPassage("The mill", MILL)])
    assert len(reading.sentences) == len(MILL)
    assert 0 < reading.answers < 1

    further = tmp_path / "further.npz"
    again = ["train-reader", str(tmp_path), *shared, "--out", str(further)]
    done = CliRunner().invoke(command, [*again, "--init", str(out), "--kept", "1"])
    assert done.exit_code == 0, done.output
    assert load(further).card["trained"]["from"] == load(out).fingerprint
    before, after = (
        load(p).matrices["exits.1.heads.weight"].single_precision() for p in (out, further)
    )
    np.testing.assert_allclose(after, before, atol=1e-6)


@pytest.mark.model
@pytest.mark.slow
def test_what_stands_behind_the_first_exit_learns_alone_from_files_that_are_named(
    tmp_path: Path,
) -> None:
    lines = [document_line(name) for name in ("health-001", "health-002", TESTED)]
    write_lines(tmp_path / "small.jsonl", *lines)
    out = tmp_path / "reader.npz"
    arguments = ["train-reader", str(tmp_path), "--init", str(BUNDLED), "--upper", "--size", "4"]
    arguments += ["--minutes", str(SECONDS / 60), "--rate", "1e-3", "--out", str(out)]
    done = CliRunner().invoke(command, [*arguments, "--fresh", "small"])
    assert done.exit_code == 0, done.output
    before, after = load(BUNDLED), load(out)
    lower, upper = (f"encoder.encoder.layer.{n}.output.dense.weight" for n in (0, 5))
    np.testing.assert_array_equal(after.matrices[lower].values, before.matrices[lower].values)
    assert (
        after.matrices[upper].single_precision() != before.matrices[upper].single_precision()
    ).any()

    done = CliRunner().invoke(command, [*arguments, "--fresh", "smal"])
    assert done.exit_code != 0
    assert "There is nothing to learn from smal: the files are small." in done.output


@pytest.mark.model
@pytest.mark.slow
def test_a_teacher_of_another_vocabulary_learns_first_and_is_imitated(tmp_path: Path) -> None:
    lines = [document_line(name) for name in ("health-001", "health-002", TESTED)]
    write_lines(tmp_path / "small.jsonl", *lines)
    folder = tiny_teacher(tmp_path / "teacher")
    out = tmp_path / "reader.npz"
    minutes = ["--minutes", str(SECONDS / 60), "--teacher-minutes", str(SECONDS / 60)]
    arguments = ["train-reader", str(tmp_path), *minutes, "--out", str(out), "--size", "4"]
    done = CliRunner().invoke(command, [*arguments, "--teacher", str(folder)])
    assert done.exit_code == 0, done.output
    assert "the teacher learns" in done.output
    assert load(out).card["trained"]["teacher"] == "teacher"
    build_cross_encoder(path=out, threads=1)


def tiny_teacher(folder: Path) -> Path:
    """An MPNet of one layer whose vocabulary is the reader's, moved by four."""
    from transformers import MPNetConfig, MPNetModel

    from vectorstore.embedding.weights import locate

    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = MPNetConfig(vocab_size=30_527, intermediate_size=16, **shape)
    MPNetModel(config).save_pretrained(folder)
    own = json.loads((locate().transformer_folder / "tokenizer.json").read_text())
    vocabulary = own["model"]["vocab"]
    marks = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
    own["model"]["vocab"] = marks | {piece: n + len(marks) for piece, n in vocabulary.items()}
    own["added_tokens"] = []
    (folder / "tokenizer.json").write_text(json.dumps(own))
    return folder


@pytest.mark.model
def test_what_training_cannot_use_is_said_in_words(tmp_path: Path) -> None:
    write_lines(tmp_path / "small.jsonl", document_line())
    for arguments, reason in (
        (["--out", str(tmp_path / "no" / "r.npz")], "There is no folder"),
        (["--init", str(tmp_path / "gone.npz")], "weights are not there"),
        (["--init", str(tmp_path / "small.jsonl")], "holds no reader's weights"),
        (["--public", str(tmp_path)], "holds none of the public sets"),
        (["--teacher", str(tmp_path)], "holds no encoder"),
    ):
        done = CliRunner().invoke(command, ["train-reader", str(tmp_path), *arguments])
        assert done.exit_code == 2
        assert reason in done.output


def test_calibration_makes_the_share_that_is_true_of_the_logits() -> None:
    # At logit 1 three of four are true, at -1 one of four: the line is ln(3) x logit.
    labelled = Labelled()
    for logit, labels in ((1.0, (True, True, True, False)), (-1.0, (True, False, False, False))):
        for label in labels * 5:
            labelled.add(logit, label)
    line = fitted(labelled)
    assert line.slope == pytest.approx(np.log(3), abs=1e-3)
    assert line.offset == pytest.approx(0, abs=1e-3)
    # Of 20 x 20 pairs of a true and a false label: 15 x 15 right, 2 x 75 even, 25 wrong.
    assert figures({"answers": labelled}) == {"answers": {"count": 40, "true": 20, "auroc": 0.75}}


def test_too_little_or_inverted_labels_give_the_identity() -> None:
    few = Labelled([1.0, -1.0], [True, False])
    assert (fitted(few).slope, fitted(few).offset) == (1.0, 0.0)
    inverted = Labelled([1.0, -1.0] * 10, [False, True] * 10)
    assert (fitted(inverted).slope, fitted(inverted).offset) == (1.0, 0.0)
    assert json.dumps(figures({"depends": few})) == '{"depends": {"count": 2, "true": 1}}'
