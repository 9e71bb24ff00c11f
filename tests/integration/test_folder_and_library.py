"""Whatever is done to the files between runs, the library holds what the folders hold."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.store_trials import Store, start_ingest
from vectorstore import failpoints
from vectorstore.errors import VectorStoreError

SEQUENCES = int(os.environ.get("ACCORD_FOLDER_SEQUENCES", "8"))
STEPS = 12
FOLDERS = ("one", "one/below", "two")
NAMES = ("a.md", "b.md", "c.md", "d.md", "e.md")
TIMEOUT_S = 120


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data") as opened:
        yield opened
    failpoints.disarm()


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def served(store: Store) -> dict[str, str]:
    """Text by path of every document that is served; each text stands there once."""
    with store.catalog.read() as reader:
        found = {s.uri: reader.document(s.id).document.text for s in reader.documents()}
    assert max(Counter(found.values()).values(), default=1) == 1
    return found


def places(store: Store) -> dict[str, list[str]]:
    """Further places by the path of the document."""
    uris = store.catalog.all_documents()
    return {uris[document]: found for document, found in store.catalog.places().items()}


def assert_library_is(store: Store, root: Path) -> None:
    """Every text of the folder is served from one of its files; the others are its places."""
    files = {str(path): path.read_text() for path in sorted(root.rglob("*.md"))}
    found = served(store)
    assert sorted(found.values()) == sorted({text.strip() for text in files.values()})
    assert {uri: files[uri].strip() for uri in found} == found
    elsewhere = {place: uri for uri, others in places(store).items() for place in others}
    assert elsewhere.keys() == files.keys() - found.keys()
    assert all(files[place] == files[uri] for place, uri in elsewhere.items())


@pytest.mark.parametrize("new_name", ["0.md", "z.md", "two/a.md"])
def test_a_renamed_file_is_served_under_its_new_name_after_one_run(
    new_name: str, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    old = write(folder / "a.md", "Alpha works with Beta.")
    write(folder / "b.md", "Gamma left the alliance.")
    store.ingest(folder)
    new = folder / new_name
    new.parent.mkdir(exist_ok=True)
    old.rename(new)
    report = store.ingest(folder, prune=True)
    assert (report.added, report.removed, report.duplicates) == ([str(new)], [str(old)], [])
    assert_library_is(store, folder)


def test_what_people_corrected_of_a_document_goes_with_its_file(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    old = write(folder / "a.md", "Alpha works with Beta.")
    store.ingest(folder)
    store.catalog.set_edits(str(old), {"title": "A pact of two"})
    store.ingest(folder)
    new = old.rename(folder / "b.md")
    store.ingest(folder, prune=True)
    with store.catalog.read() as reader:
        (only,) = [reader.document(each.id).document for each in reader.documents()]
    assert (only.uri, only.metadata.title) == (str(new), "A pact of two")
    assert store.catalog.edits() == {str(new): {"title": "A pact of two"}}
    assert store.ingest(folder, prune=True).unchanged == [str(new)]


@pytest.mark.parametrize("gone", ["a.md", "b.md"])
def test_of_two_equal_files_the_one_that_is_left_is_served(
    gone: str, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    for name in ("a.md", "b.md"):
        write(folder / name, "Alpha works with Beta.")
    store.ingest(folder)
    assert places(store) == {str(folder / "a.md"): [str(folder / "b.md")]}
    (folder / gone).unlink()
    store.ingest(folder, prune=True)
    assert_library_is(store, folder)


def test_a_text_whose_file_goes_is_served_from_a_place_that_the_run_does_not_name(
    store: Store, tmp_path: Path
) -> None:
    first = write(tmp_path / "one" / "a.md", "Alpha works with Beta.")
    second = write(tmp_path / "two" / "b.md", "Alpha works with Beta.")
    store.ingest(tmp_path / "one", tmp_path / "two")
    first.unlink()
    report = store.ingest(tmp_path / "one", prune=True)
    assert (report.added, report.removed) == ([str(second)], [str(first)])
    assert served(store) == {str(second): "Alpha works with Beta."}


def test_a_text_whose_file_changes_is_served_from_its_other_place(
    store: Store, tmp_path: Path
) -> None:
    first = write(tmp_path / "one" / "a.md", "Alpha works with Beta.")
    second = write(tmp_path / "two" / "b.md", "Alpha works with Beta.")
    store.ingest(tmp_path / "one", tmp_path / "two")
    write(first, "Alpha works alone.")
    report = store.ingest(first)
    assert (report.changed, report.added) == ([str(first)], [str(second)])
    assert sorted(served(store)) == [str(first), str(second)]


def test_a_file_that_can_no_longer_be_read_keeps_its_text_once(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    for name in ("a.md", "b.md"):
        write(folder / name, "Alpha works with Beta.")
    store.ingest(folder)
    write(folder / "a.md", "")
    for _ in range(2):
        report = store.ingest(folder, prune=True)
        assert [each.uri for each in report.refused] == [str(folder / "a.md")]
        assert list(served(store).values()) == ["Alpha works with Beta."]


def test_what_a_file_said_before_it_became_a_copy_goes_with_the_file(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    path = write(folder / "b.md", "Gamma left the alliance.")
    write(folder / "a.md", "Alpha works with Beta.")
    store.ingest(folder)
    write(path, "Alpha works with Beta.")
    store.ingest(folder)
    assert str(path) in store.catalog.all_documents().values()  # the former text can still be read
    path.unlink()
    report = store.ingest(folder, prune=True)
    assert report.removed == [str(path)]
    assert str(path) not in store.catalog.all_documents().values()


def test_a_file_that_became_a_link_to_another_is_gone(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    write(folder / "a.md", "Alpha works with Beta.")
    link = write(folder / "b.md", "Gamma left the alliance.")
    store.ingest(folder)
    link.unlink()
    link.symlink_to(folder / "a.md")
    store.ingest(folder, prune=True)
    assert list(served(store)) == [str(folder / "a.md")]


def test_a_file_that_became_a_link_out_of_the_folder_holds_no_text(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    link = write(folder / "a.md", "Alpha works with Beta.")
    copy = write(folder / "b.md", "Alpha works with Beta.")
    store.ingest(folder)
    link.unlink()
    link.symlink_to(write(tmp_path / "elsewhere.md", "Gamma left the alliance."))
    report = store.ingest(folder, prune=True)
    assert len(report.refused) == 1
    assert served(store) == {str(copy): "Alpha works with Beta."}


@dataclass
class Trial:
    """A store, three folders, and a chance to do something to either."""

    store: Store
    root: Path
    chance: random.Random
    log: list[str] = field(default_factory=list)
    texts: int = 0
    known: dict[Path, str] = field(default_factory=dict)
    """What whole runs have read: where it still stands, it must be served."""

    def files(self) -> list[Path]:
        return sorted(self.root.rglob("*.md"))

    def place(self) -> Path:
        return self.root / self.chance.choice(FOLDERS) / self.chance.choice(NAMES)

    def text(self) -> str:
        self.texts += 1
        return f"Partner {self.texts} joined the alliance.\n"

    def change(self) -> None:
        """Do one thing to one or two files."""
        files = self.files()
        act = self.chance.choice(["add", "edit", "move", "move", "copy", "copy", "delete", "swap"])
        if act == "add" or not files:
            write(self.place(), self.text())
        elif act == "edit":
            write(self.chance.choice(files), self.text())
        elif act == "delete":
            self.chance.choice(files).unlink()
        else:
            source, target = self.chance.choice(files), self.place()
            if source == target:
                return
            before = target.read_text() if target.exists() else None
            shutil.copyfile(source, target)
            if act == "swap" and before is not None:
                write(source, before)
            elif act == "move":
                source.unlink()
        self.log.append(act)

    def run(self) -> None:
        """One run of one of several kinds; some are cut short."""
        kind = self.chance.choice(["all", "all", "folder", "file", "keep", "force", "kill", "fail"])
        self.log.append(kind)
        target = self.root
        if kind == "folder":
            target /= self.chance.choice(["one", "two"])
        elif kind == "file" and (files := self.files()):
            target = self.chance.choice(files)
        if kind == "kill":
            self.kill()
        elif kind == "fail":
            self.fail()
        else:
            prune = kind not in ("file", "keep")
            self.store.ingest(target, prune=prune, force=kind == "force")
            self.read(target)
        if kind in ("all", "force"):
            assert_library_is(self.store, self.root)
        texts = set(served(self.store).values())
        for path in self.files():
            if self.known.get(path) == path.read_text():
                assert path.read_text().strip() in texts, (path, self.log)

    def read(self, target: Path) -> None:
        """Note what a whole run over a part has seen."""
        for path in self.files():
            if path.is_relative_to(target):
                self.known[path] = path.read_text()

    def kill(self) -> None:
        point = (self.chance.choice(failpoints.NAMES), 1)
        process = start_ingest(self.store.settings.data_dir, self.root, point)
        process.join(TIMEOUT_S)
        assert process.exitcode in (0, failpoints.KILLED_EXIT_CODE)

    def fail(self) -> None:
        failpoints.arm(self.chance.choice(failpoints.NAMES), 1, "eio")
        with suppress(OSError, VectorStoreError):
            self.store.ingest(self.root, prune=True)
        failpoints.disarm()


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_after_each_run_the_library_equals_the_folder(
    seed: int, store: Store, tmp_path: Path
) -> None:
    root = tmp_path / "articles"
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    trial = Trial(store, root, random.Random(seed))
    for _ in range(STEPS):
        for _ in range(trial.chance.randint(1, 4)):
            trial.change()
        trial.run()
    trial.store.ingest(root, prune=True)
    assert_library_is(store, root)
    assert store.problems() == ()


def test_a_text_moved_over_another_file_keeps_what_people_corrected_of_it(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    final = write(folder / "report-final.md", "Alpha works with Beta.")
    draft = write(folder / "report.md", "Alpha may work with Beta.")
    store.ingest(folder)
    store.catalog.set_edits(str(final), {"title": "A pact of two"})
    store.catalog.set_edits(str(draft), {"title": "A draft"})
    store.ingest(folder)
    final.replace(draft)
    store.ingest(folder, prune=True)
    assert store.catalog.edits() == {str(draft): {"title": "A pact of two"}}


def test_a_copy_put_over_another_file_takes_no_text_from_its_original(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    original = write(folder / "b.md", "Alpha works with Beta.")
    copy = write(folder / "a.md", "Gamma left the alliance.")
    store.ingest(folder)
    shutil.copyfile(original, copy)
    store.ingest(folder, prune=True, force=True)
    assert list(served(store)) == [str(original)]
