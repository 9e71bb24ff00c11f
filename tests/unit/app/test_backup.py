"""A backup is of one moment, is taken while others write, and answers as the original does."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import threading
from pathlib import Path

import pytest

from app.backup import BackupError, read_backup, write_backup
from app.conversations.store import ConversationStore
from app.types import Question
from app.web.schemas.answers import AnswerBody
from tests.builders import make_document
from tests.builders_service import build_library, open_service
from tests.builders_web import make_answer
from tests.store_trials import verify_here
from vectorstore.catalog import Catalog
from vectorstore.config import StoreSettings
from vectorstore.errors import StoreLockedError
from vectorstore.generations import Generations
from vectorstore.lock import writer_lock
from vectorstore.maintenance import rebuild, verify_store

OPENED = "The mill in Hove opened in 1921."
QUESTION = "When did the mill in Hove open?"
VISITOR = "a" * 32
CHANGING = {"id", "created", "receipt"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> StoreSettings:
    folder = tmp_path_factory.mktemp("library")
    settings = build_library(
        folder,
        [make_document("/notes/mill.md", f"{OPENED} Ada Lund runs it.", title="The mill of Hove")],
    )
    kept = ConversationStore.in_folder(folder)
    kept.append(make_answer(), visitor=VISITOR)
    kept.close()
    return settings


@pytest.fixture
def backup(library: StoreSettings, tmp_path: Path) -> Path:
    file = tmp_path / "accord.tar.gz"
    write_backup(library.data_dir, file)
    return file


def answered(settings: StoreSettings) -> str:
    """The answer's bytes, less its id, its time, and how long each step took."""
    service, _ = open_service(settings, {OPENED: 0.9})
    body = AnswerBody.of(service.answer(Question(QUESTION)), None)
    service.close()
    return body.model_dump_json(exclude=CHANGING)


def restored(backup: Path, data_dir: Path) -> StoreSettings:
    read_backup(backup, data_dir)
    settings = StoreSettings(data_dir)
    catalog = Catalog(settings.catalog_url)
    generations = Generations(catalog, settings, verifier=verify_here)
    rebuild(catalog, generations, settings.lock_path)
    assert verify_store(catalog, generations).problems == ()
    catalog.close()
    return settings


def test_a_restored_folder_answers_the_same_bytes(
    library: StoreSettings, backup: Path, tmp_path: Path
) -> None:
    settings = restored(backup, tmp_path / "new")
    assert answered(settings) == answered(library)
    assert OPENED in answered(settings)
    kept = ConversationStore.in_folder(settings.data_dir)
    (conversation,) = kept.conversations(visitor=VISITOR)
    assert conversation.title == "What was bought?"
    kept.close()


def test_a_backup_while_conversations_are_written_is_sound(
    library: StoreSettings, tmp_path: Path
) -> None:
    kept = ConversationStore.in_folder(library.data_dir)
    done = threading.Event()
    written = []

    def write() -> None:
        while not done.is_set():
            written.append(kept.append(make_answer(), visitor="b" * 32))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            write_backup(library.data_dir, tmp_path / f"{number}.tar.gz")
    finally:
        done.set()
        writer.join()
        kept.close()
    assert written
    for number in range(3):
        data_dir = tmp_path / f"restored {number}"
        read_backup(tmp_path / f"{number}.tar.gz", data_dir)
        with sqlite3.connect(data_dir / "conversations.db") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (orphans,) = connection.execute(
                "SELECT count(*) FROM answers WHERE conversation_id NOT IN "
                "(SELECT id FROM conversations)"
            ).fetchone()
        connection.close()
        assert orphans == 0


def test_the_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [each.name for each in backup.parent.iterdir()] == [backup.name]


def test_copies_of_a_backup_that_was_killed_go_with_a_later_one(
    library: StoreSettings, tmp_path: Path
) -> None:
    old, new = tmp_path / ".a[1].tar.gz-killed", tmp_path / ".a[1].tar.gz-running"
    of_somebody = tmp_path / ".a[1].tar.gz-parts"
    for folder in (old, new, of_somebody):
        folder.mkdir()
        (folder / ("part" if folder == of_somebody else "backup.tar.gz")).write_bytes(b"a copy")
    os.utime(old, (0, 0))
    os.utime(of_somebody, (0, 0))

    write_backup(library.data_dir, tmp_path / "a[1].tar.gz")

    assert not old.exists()
    assert new.exists()
    assert of_somebody.exists()


def test_a_file_that_is_there_is_not_overwritten_unless_asked(
    library: StoreSettings, backup: Path
) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match="is there already"):
        write_backup(library.data_dir, backup)
    assert backup.read_bytes() == before
    assert write_backup(library.data_dir, backup, overwrite=True).sha256.keys() == {
        "catalog.db",
        "conversations.db",
    }


def test_uploaded_files_are_in_it_and_come_back(library: StoreSettings, tmp_path: Path) -> None:
    uploads = library.data_dir / "uploads"
    uploads.mkdir(mode=0o700)
    (uploads / "mill of Hove.md").write_bytes(OPENED.encode())
    (uploads / "ümlaut.pdf").write_bytes(b"%PDF\x00")
    (uploads / "leads away.md").symlink_to(library.data_dir / "catalog.db")
    (uploads / "folder").mkdir()
    try:
        contents = write_backup(library.data_dir, tmp_path / "b.tar.gz")
    finally:
        shutil.rmtree(uploads)
    assert contents.told == "catalog.db and conversations.db and 2 uploaded files"

    new = tmp_path / "new"
    read_backup(tmp_path / "b.tar.gz", new)
    found = {each.name: each.read_bytes() for each in (new / "uploads").iterdir()}
    assert found == {"mill of Hove.md": OPENED.encode(), "ümlaut.pdf": b"%PDF\x00"}
    assert stat.S_IMODE((new / "uploads").stat().st_mode) == 0o700
    assert stat.S_IMODE((new / "uploads" / "ümlaut.pdf").stat().st_mode) == 0o600


def test_uploads_that_are_there_are_not_mixed_with_those_of_a_backup(
    backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "new" / "uploads").mkdir(parents=True)
    (tmp_path / "new" / "uploads" / "a.md").write_bytes(b"# Mine")
    with pytest.raises(BackupError, match="holds uploads already"):
        read_backup(backup, tmp_path / "new")
    assert not (tmp_path / "new" / "catalog.db").exists()


def test_an_empty_folder_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        write_backup(tmp_path, tmp_path / "b.tar.gz")
    assert list(tmp_path.iterdir()) == []


def test_a_restore_that_is_killed_leaves_no_library_and_its_copies_go_with_the_next(
    library: StoreSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "both.tar.gz"
    write_backup(library.data_dir, file)
    data_dir = tmp_path / "restored"
    data_dir.mkdir()
    (data_dir / ".accord-unpacking-killed").mkdir()
    (data_dir / ".accord-unpacking-killed" / "catalog.db").write_bytes(b"of an earlier restore")
    moved: list[str] = []
    replace = Path.replace

    def killed(path: Path, target: Path) -> Path:
        if moved:
            raise KeyboardInterrupt
        moved.append(target.name)
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            read_backup(file, data_dir)

    assert moved == ["conversations.db"]
    assert not (data_dir / "catalog.db").exists()
    (data_dir / "conversations.db").unlink()
    assert read_backup(file, data_dir).told == "catalog.db and conversations.db"
    assert list(data_dir.glob(".accord-*")) == []


def test_a_restore_keeps_folders_that_somebody_made_beside_the_library(
    backup: Path, tmp_path: Path
) -> None:
    # Where a library is in the way, somebody is told to move it away.
    old = tmp_path / "new" / "restore-20261127" / "catalog.db"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"moved away")
    read_backup(backup, tmp_path / "new")
    assert old.read_bytes() == b"moved away"


def test_nothing_is_restored_over_a_library(library: StoreSettings, backup: Path) -> None:
    before = (library.data_dir / "catalog.db").read_bytes()
    with pytest.raises(BackupError, match=r"holds catalog\.db and conversations\.db already"):
        read_backup(backup, library.data_dir)
    assert (library.data_dir / "catalog.db").read_bytes() == before


def test_a_folder_that_is_being_written_to_is_left_alone(backup: Path, tmp_path: Path) -> None:
    with writer_lock(tmp_path / "new" / "ingest.lock"), pytest.raises(StoreLockedError):
        read_backup(backup, tmp_path / "new")


def packed(folder: Path, **members: bytes) -> Path:
    file = folder / "made.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        for name, content in members.items():
            about = tarfile.TarInfo(name.replace("__", "."))
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    return file


def about(**changes: object) -> bytes:
    known = {"format": 1, "program": "0", "created": "now", "sha256": {}} | changes
    return json.dumps(known).encode()


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"other__txt": b"x"}, "does not begin with backup.json"),
        ({"backup__json": b"{"}, "is not a backup of Accord, or is damaged"),
        ({"backup__json": b"[]"}, "is not a backup of Accord, or is damaged"),
        ({"backup__json": about(more="x")}, "is not a backup of Accord, or is damaged"),
        ({"backup__json": about(sha256=None)}, "is not a backup of Accord, or is damaged"),
        ({"backup__json": about(format=3)}, "has format 3, this program reads up to 2"),
        ({"backup__json": about(sha256={"../evil": "0"})}, "holds more than databases"),
        ({"backup__json": about(sha256={"uploads/../evil": "0"})}, "holds more than databases"),
        ({"backup__json": about(sha256={"uploads/a/b.md": "0"})}, "holds more than databases"),
        ({"backup__json": about(sha256={"uploads/.hidden": "0"})}, "holds more than databases"),
        ({"backup__json": about(sha256={"catalog.db": "0"})}, "or is damaged"),
        (
            {"backup__json": about(sha256={"catalog.db": "0"}), "catalog__db": b"x"},
            r"catalog\.db is not what was written",
        ),
    ],
    ids=[
        "another archive",
        "no JSON",
        "no object",
        "an unknown field",
        "no list of members",
        "newer",
        "a path",
        "a path below uploads",
        "a folder below uploads",
        "a hidden upload",
        "a member short",
        "another content",
    ],
)
def test_what_is_no_sound_backup_is_refused_and_leaves_nothing(
    tmp_path: Path, members: dict[str, bytes], message: str
) -> None:
    with pytest.raises(BackupError, match=message):
        read_backup(packed(tmp_path, **members), tmp_path / "new")
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["ingest.lock"]


@pytest.mark.parametrize("content", [b"", b"text", b"\x1f\x8b\x08\x00cut"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(BackupError):
        read_backup(file, tmp_path / "new")


def test_a_backup_that_was_cut_is_refused(backup: Path, tmp_path: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-5000])
    with pytest.raises(BackupError, match="damaged"):
        read_backup(backup, tmp_path / "new")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="There is no file"):
        read_backup(tmp_path / "none.tar.gz", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["a#b", "a?mode=rwc", "100%25"])
def test_a_folder_of_any_name_can_be_backed_up(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    store = ConversationStore.in_folder(folder)
    store.append(make_answer(), visitor=VISITOR)
    store.close()

    write_backup(folder, tmp_path / "backup.tar.gz")
    read_backup(tmp_path / "backup.tar.gz", tmp_path / "new")

    restored = ConversationStore.in_folder(tmp_path / "new")
    assert len(restored.conversations(visitor=VISITOR)) == 1
    restored.close()
    assert {each.name for each in tmp_path.iterdir()} == {name, "backup.tar.gz", "new"}
