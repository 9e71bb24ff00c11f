"""Runs are incremental, refuse single sources without stopping, and say what they did."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.chunking import ChunkingSettings
from ingest.cli import stoppable
from ingest.job import IngestJob
from tests.builders import HashingEmbedder
from tests.sample_library import borrow_models
from tests.store_trials import BEFORE, Store, read_plain, write_folder
from tests.unit.ingest.pdf_files import PICTURE, paragraph, write_pdf

CLI = "import sys; from app.main import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(tmp_path / "articles", BEFORE)
    return (tmp_path / "articles").resolve()


def names(uris: list[str]) -> list[str]:
    return [Path(uri).name for uri in uris]


def test_a_first_run_adds_everything_and_a_second_embeds_nothing(
    store: Store, folder: Path
) -> None:
    report = store.ingest(folder)
    assert names(report.added) == sorted(BEFORE)
    assert (report.documents, report.passages, report.passages_embedded) == (4, 4, 4)
    assert report.generation == "gen-000001"
    embedded = store.embedder.num_embedded
    again = store.ingest(folder)
    assert names(again.unchanged) == sorted(BEFORE)
    assert not again.published
    assert store.embedder.num_embedded == embedded
    assert store.catalog.current_generation() == 1


def test_only_what_changed_is_embedded(store: Store, folder: Path) -> None:
    store.ingest(folder)
    (folder / "beta.md").write_text("# Note beta\n\nBeta has changed.\n", encoding="utf-8")
    (folder / "eta.md").write_text("# Note eta\n\nEta is new.\n", encoding="utf-8")
    report = store.ingest(folder)
    assert names(report.changed) == ["beta.md"]
    assert names(report.added) == ["eta.md"]
    assert len(report.unchanged) == 3
    assert report.passages_embedded == 2
    assert "Beta has changed." in store.served()["beta.md"]


def test_force_embeds_what_has_not_changed(store: Store, folder: Path) -> None:
    store.ingest(folder)
    assert store.ingest(folder, force=True).passages_embedded == 4
    assert store.problems() == ()


def test_another_pipeline_makes_every_document_anew(store: Store, folder: Path) -> None:
    store.ingest(folder)
    job = IngestJob(
        store.catalog,
        store.generations,
        store.settings.lock_path,
        store.embedder,
        chunking=ChunkingSettings(target=20, maximum=60, minimum=10),
        loader=read_plain,
    )
    report = job.run([str(folder)])
    assert len(report.changed) == 4
    assert report.passages > 4
    assert store.problems() == ()
    assert len(store.served()) == 4


def test_vanished_files_stay_without_prune_and_go_with_it(store: Store, folder: Path) -> None:
    store.ingest(folder)
    (folder / "gamma.md").unlink()
    assert store.ingest(folder).removed == []
    assert "gamma.md" in store.served()
    report = store.ingest(folder, prune=True)
    assert names(report.removed) == ["gamma.md"]
    assert "gamma.md" not in store.served()
    assert str(folder / "gamma.md") not in store.catalog.all_documents().values()


def test_prune_leaves_alone_what_is_not_below_the_targets(store: Store, tmp_path: Path) -> None:
    write_folder(tmp_path / "one", {"a.md": "Text a."})
    write_folder(tmp_path / "two", {"b.md": "Text b.", "c.md": "Text c."})
    store.ingest(tmp_path / "one", tmp_path / "two")
    (tmp_path / "one" / "a.md").unlink()
    (tmp_path / "two" / "b.md").unlink()
    assert names(store.ingest(tmp_path / "two", prune=True).removed) == ["b.md"]
    assert sorted(store.served()) == ["a.md", "c.md"]


def test_prune_takes_a_missing_folder_for_a_missing_disk(store: Store, folder: Path) -> None:
    store.ingest(folder)
    folder.rename(folder.with_name("elsewhere"))
    report = store.ingest(folder, prune=True)
    assert report.removed == []
    assert len(report.refused) == 1
    assert len(store.served()) == 4


def test_prune_by_pattern(store: Store, folder: Path) -> None:
    store.ingest(folder)
    (folder / "gamma.md").unlink()
    (folder / "alpha.md").unlink()
    report = store.ingest(f"{folder}/[b-g]*.md", prune=True)
    assert names(report.removed) == ["gamma.md"]


def test_the_same_text_under_two_names_is_kept_once_and_reported(
    store: Store, folder: Path
) -> None:
    (folder / "copy.md").write_bytes((folder / "alpha.md").read_bytes())
    report = store.ingest(folder)
    assert [(Path(d.uri).name, Path(d.of).name) for d in report.duplicates] == [
        ("copy.md", "alpha.md")
    ]
    assert "copy.md" not in store.served()
    (folder / "aaa.md").write_bytes((folder / "alpha.md").read_bytes())
    report = store.ingest(
        folder
    )  # the one that is served stays the one, though another sorts first
    assert {Path(d.of).name for d in report.duplicates} == {"alpha.md"}
    assert not report.published


def test_a_refused_source_stops_no_other_and_keeps_its_former_version(
    store: Store, folder: Path
) -> None:
    store.ingest(folder)
    (folder / "beta.md").write_text("", encoding="utf-8")
    (folder / "blank.md").write_text("\n\n", encoding="utf-8")
    (folder / "picture.exe").write_bytes(b"MZ\x00\x01")
    (folder / "eta.md").write_text("# Note eta\n\nEta is new.\n", encoding="utf-8")
    report = store.ingest(folder)
    assert sorted(names([each.uri for each in report.refused])) == [
        "beta.md",
        "blank.md",
    ]
    assert names(report.passed_over) == ["picture.exe"]
    assert all(each.reason for each in report.refused)
    assert names(report.added) == ["eta.md"]
    assert sorted(store.served()) == sorted([*BEFORE, "eta.md"])


def test_a_dry_run_says_the_same_and_stores_nothing(store: Store, folder: Path) -> None:
    plan = store.ingest(folder, dry_run=True)
    assert names(plan.added) == sorted(BEFORE)
    assert "4 would be added" in plan.as_text()
    assert store.catalog.staged_versions() == {}
    assert store.catalog.current_generation() is None
    assert store.embedder.num_embedded == 0


def test_the_report_is_kept_and_printable(store: Store, folder: Path) -> None:
    report = store.ingest(folder)
    [run] = store.catalog.runs()
    assert run.report == report.as_json() == json.loads(json.dumps(report.as_json()))
    text = report.as_text()
    assert text.startswith("4 added, 0 changed, 0 unchanged, 0 removed, 0 refused")
    assert "served now: 4 documents, 4 passages" in text


def test_the_report_names_pages_without_text_and_what_was_left_out(
    store: Store, tmp_path: Path
) -> None:
    stamp = "q .7 .7 -.7 .7 200 300 cm 0.9 g BT /F2 60 Tf 1 0 0 1 0 0 Tm (DRAFT) Tj ET Q 0 g"
    text = paragraph(["The two firms closed their deal on Tuesday after a year of review."])
    content = write_pdf([text, [], text], drawn=(stamp, PICTURE, stamp))
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "deal.pdf").write_bytes(content)
    job = IngestJob(store.catalog, store.generations, store.settings.lock_path, store.embedder)
    report = job.run([str(folder)])
    assert [(Path(each.uri).name, each.text) for each in report.remarks] == [
        (
            "deal.pdf",
            "Page 2 is a picture without text, probably a scan: run the file through OCR.",
        ),
        ("deal.pdf", "The watermark “DRAFT” is left out (2 pages)."),
    ]
    assert "deal.pdf: Page 2 is a picture" in report.as_text()
    assert report.as_json()["remarks"][0]["text"].startswith("Page 2")


def test_a_run_that_finds_nothing_serves_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    report = store.ingest(tmp_path / "empty")
    assert report.generation is None
    assert not report.has_changes


def test_a_document_over_many_groups_comes_in_whole(store: Store, tmp_path: Path) -> None:
    words = " ".join(f"Sentence number {n} says that partner {n} joined." for n in range(40_000))
    write_folder(tmp_path / "long", {"long.md": words})
    report = store.ingest(tmp_path / "long")
    assert report.passages > 1500
    assert store.problems() == ()


class Interrupted(HashingEmbedder):
    def embed(self, texts):  # type: ignore[no-untyped-def]
        raise KeyboardInterrupt


def test_an_interrupt_leaves_what_was_served(store: Store, folder: Path) -> None:
    store.ingest(folder)
    (folder / "eta.md").write_text("# Note eta\n\nEta is new.\n", encoding="utf-8")
    good, store.embedder = store.embedder, Interrupted()
    with pytest.raises(KeyboardInterrupt):
        store.ingest(folder)
    store.embedder = good
    assert len(store.served()) == 4
    assert names(store.ingest(folder).added) == ["eta.md"]


@pytest.mark.model
def test_the_command_fails_in_one_sentence_and_then_goes_on_from_there(
    sample_library: tuple[Path, Path], tmp_path: Path, folder: Path
) -> None:
    data_dir = borrow_models(sample_library[1], tmp_path / "data")
    environment = os.environ | {
        "ACCORD_DATA_DIR": str(data_dir),
        "ACCORD_EMBEDDING_RUNTIME": "onnx",  # starts quickest
    }
    command = [sys.executable, "-c", CLI, "ingest", str(folder), "--json"]
    armed = environment | {"ACCORD_FAILPOINT": "generation.rename:1:eio"}
    failed = subprocess.run(command, env=armed, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "What was served before is served still." in failed.stderr
    assert "Traceback" not in failed.stderr
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert names(report["added"]) == sorted(BEFORE)
    assert report["resumed"] == 4
    (folder / "picture.exe").write_bytes(b"MZ")
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0  # a file of another kind in a folder is no failure
    report = json.loads(again.stdout)
    assert len(report["unchanged"]) == 4
    assert names(report["passed_over"]) == ["picture.exe"]
    assert report["refused"] == []
    with Store(tmp_path / "data") as store:
        assert len(store.served()) == 4


def test_sigterm_ends_a_run_as_ctrl_c_does() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
