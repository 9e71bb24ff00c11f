"""What is erased from the library is erased from stored answers, by whichever command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app import main as console
from app.conversations.store import ConversationStore
from app.errors import ConversationStoreError
from tests.builders import HashingEmbedder
from tests.builders_web import make_answer
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
