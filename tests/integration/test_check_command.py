"""`accord ingest --check` compares, says what it found, and stores nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import main as console
from ingest.cli import _exit_code
from ingest.report import IngestReport
from tests.builders import HashingEmbedder
from tests.unit.ingest.docx_files import document_of, save
from vectorstore.catalog import Catalog
from vectorstore.config import StoreSettings

WORDS = " ".join(f"Partner {n} joined the alliance." for n in range(24))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("ingest.embedding.LateEmbedder", lambda *_: HashingEmbedder())
    folder = (tmp_path / "articles").resolve()
    folder.mkdir()
    (folder / "a.txt").write_text(WORDS)
    (folder / "b.docx").write_bytes(save(document_of(f"{WORDS} It ended in May.")))
    (folder / "c.html").write_text(f"<p>{WORDS} It ended in June.</p><nav>Home</nav>")
    return folder


def accord(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        console.main(arguments)
    return int(ended.value.code or 0)


def test_a_check_names_every_source_and_stores_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accord("ingest", "--check", str(folder)) == 0
    shown = capsys.readouterr().out
    assert "3 sources compared, 0 refused" in shown
    assert "words read: all of 3 of 3 sources, at least 100.0% of each, 0 flagged" in shown
    assert all(f"100.0% of {folder / name}" in shown for name in ("a.txt", "b.docx", "c.html"))
    catalog = Catalog(StoreSettings(tmp_path / "data").catalog_url)
    assert (catalog.all_documents(), catalog.runs()) == ({}, [])
    catalog.close()


def test_a_run_keeps_the_share_with_each_document(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accord("ingest", str(folder)) == 0
    assert "words read: all of 3 of 3 sources" in capsys.readouterr().out
    console_output = accord_sources(capsys)
    assert [each["fidelity"] for each in console_output] == [1.0, 1.0, 1.0]
    assert [each["caution"] for each in console_output] == [None, None, None]


def accord_sources(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    with pytest.raises(SystemExit):
        console.main(["sources", "--json"])
    listed: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return listed


def test_a_check_fails_where_a_source_is_flagged_and_a_run_does_not() -> None:
    lost = {"unchanged": ["/a.md"], "fidelity": {"/a.md": 0.5}}
    assert _exit_code(IngestReport(**lost, check=True)) == 1
    assert _exit_code(IngestReport(**lost)) == 0
