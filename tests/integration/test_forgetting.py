"""What is erased from the library is erased from stored answers, by whichever command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app import main as console
from app.conversations.store import ConversationStore
from app.errors import ConversationStoreError
from tests.builders import HashingEmbedder
from tests.builders_web import make_answer
from vectorstore.errors import VectorStoreError
from vectorstore.types import document_id

WORDS = "Alpha works with Beta."


@dataclass
class Desk:
    """A data directory, a folder, and one stored answer that quotes its file."""

    data_dir: Path
    file: Path

    def accord(self, *arguments: str) -> int:
        with pytest.raises(SystemExit) as ended:
            console.main(arguments)
        return int(ended.value.code or 0)

    def store_answer(self, *, generation: str = "gen-1") -> None:
        answer = make_answer()
        answer = replace(answer, receipt=replace(answer.receipt, generation=generation))
        quote = replace(answer.citations[0], document_id=document_id(str(self.file)), quote=WORDS)
        kept = ConversationStore.in_folder(self.data_dir)
        kept.append(replace(answer, citations=(quote, *answer.citations[1:])), visitor="a" * 32)
        kept.close()

    def stored_words(self) -> int:
        return sum(WORDS.encode() in f.read_bytes() for f in self.data_dir.glob("conversations*"))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("ingest.embedding.LateEmbedder", lambda *_: HashingEmbedder())
    folder = (tmp_path / "articles").resolve()
    folder.mkdir()
    (folder / "a.txt").write_text(WORDS)
    (folder / "b.txt").write_text("Gamma left the alliance in March.")
    desk = Desk(tmp_path / "data", folder / "a.txt")
    assert desk.accord("ingest", str(folder)) == 0
    desk.store_answer()
    assert desk.stored_words()
    return desk


def test_a_pruned_file_is_forgotten_by_stored_answers(desk: Desk) -> None:
    desk.file.unlink()
    assert desk.accord("ingest", str(desk.file.parent), "--prune") == 0
    assert not desk.stored_words()


def test_a_removed_source_is_forgotten_by_stored_answers(desk: Desk) -> None:
    assert desk.accord("sources", "--remove", str(desk.file)) == 0
    assert not desk.stored_words()


def test_a_further_place_of_a_text_names_the_source_that_is_removed(desk: Desk) -> None:
    copy = desk.file.with_name("copy.txt")
    copy.write_text(WORDS)
    assert desk.accord("ingest", str(copy)) == 0
    assert desk.accord("sources", "--remove", str(copy)) == 0
    assert not desk.stored_words()


def test_a_dry_run_forgets_nothing(desk: Desk) -> None:
    desk.file.unlink()
    assert desk.accord("ingest", str(desk.file.parent), "--prune", "--dry-run") == 0
    assert desk.stored_words()


def test_what_could_not_be_forgotten_is_forgotten_next_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ConversationStoreError("the disk is full")

    desk.file.unlink()
    with monkeypatch.context() as broken:
        broken.setattr(ConversationStore, "forget_document", fails)
        assert desk.accord("ingest", str(desk.file.parent), "--prune") == 1
    assert "stored answers quote them still (the disk is full)" in capsys.readouterr().err
    assert desk.stored_words()
    assert desk.accord("ingest", str(desk.file.parent)) == 0
    assert not desk.stored_words()


def test_an_answer_that_is_stored_after_the_removal_holds_no_word_of_it(desk: Desk) -> None:
    assert desk.accord("sources", "--remove", str(desk.file)) == 0
    desk.store_answer(generation="gen-000001")
    assert not desk.stored_words()


@pytest.fixture
def upload(desk: Desk) -> Path:
    """An uploaded file that is served, and what a dry run made of it."""
    file = desk.data_dir.resolve() / "uploads" / "sent.txt"
    file.parent.mkdir()
    file.write_text("Delta joined in May.")
    assert desk.accord("ingest", str(file)) == 0
    prepared = desk.data_dir / "runs" / "20261127T020304-1a2b3c" / "prepared"
    prepared.mkdir(parents=True)
    (prepared / f"{document_id(str(file))}.json").write_text("Delta joined in May.")
    return file


def copies(desk: Desk) -> list[str]:
    folders = (desk.data_dir / "uploads", desk.data_dir / "runs")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if b"Delta" in path.read_bytes()]


def test_copies_go_also_where_a_reader_still_holds_the_index(
    desk: Desk, upload: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import vectorstore.maintenance as maintenance

    remove = maintenance.remove_sources

    def held(*arguments: Any) -> list[str]:
        remove(*arguments)
        raise VectorStoreError("a reader still holds files")

    monkeypatch.setattr(maintenance, "remove_sources", held)
    assert len(copies(desk)) == 2
    assert desk.accord("sources", "--remove", str(upload)) == 1
    assert copies(desk) == []


def test_copies_go_whichever_command_erases(desk: Desk, upload: Path) -> None:
    upload.unlink()
    assert len(copies(desk)) == 1
    assert desk.accord("ingest", str(upload.parent), "--prune") == 0
    assert copies(desk) == []


def test_a_file_that_was_sent_again_before_it_was_forgotten_stays(
    desk: Desk, upload: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ConversationStoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(ConversationStore, "forget_document", fails)
        assert desk.accord("sources", "--remove", str(upload)) == 1
    assert desk.accord("ingest", str(upload)) == 0
    assert upload.read_text() == "Delta joined in May."
