"""Where it comes from who may see a document, what goes before what, and when it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document as RawDocument

from ingest.config import IngestOptions
from ingest.discover import Source
from ingest.frontmatter import split_front_matter
from ingest.job import NOT_YOURS, IngestJob
from ingest.loaders.parsed import merge
from ingest.recording import recorded
from ingest.report import IngestReport
from tests.builders import HashingEmbedder
from tests.loaded_once import run_accord
from tests.store_trials import Store
from vectorstore.errors import UnknownDocumentError
from vectorstore.group_names import BY_HAND, NOBODY, UNTIL_READ
from vectorstore.groups import Stated
from vectorstore.live import LiveIndex
from vectorstore.maintenance import (
    Regrouping,
    edit_source,
    embed_again,
    rebuild,
    remove_sources,
    set_access,
)
from vectorstore.runs import RunState, read_run
from vectorstore.types import EVERYBODY, UNRESTRICTED, Audience, document_id

DEALS = Audience(frozenset({"deals"}))


def read_with_front_matter(source: Source) -> RawDocument:
    """A loader without a child process."""
    content = Path(source.uri).read_bytes()
    fields, text = split_front_matter(content.decode())
    metadata = {
        "uri": source.uri,
        "sha256": hashlib.sha256(content).hexdigest(),
        "fields": merge(source.listed, fields),
    }
    return RawDocument(page_content=text, metadata=metadata)


class GroupStore(Store):
    """Reads front matter, and says who sees what."""

    def ingest(self, *targets: Path | str, **options: Any) -> IngestReport:
        job = IngestJob(
            self.catalog,
            self.generations,
            self.settings.lock_path,
            self.embedder,
            IngestOptions(**options),
            loader=read_with_front_matter,
        )
        return job.run([str(target) for target in targets])

    def seen(self, audience: Audience = EVERYBODY) -> set[str]:
        """Names of the files that somebody sees, by every way to look."""
        live = LiveIndex(self.catalog, self.settings)
        try:
            with live.generation(audience) as generation:
                reader = generation.reader
                found = {Path(each.uri).name: each.id for each in reader.documents()}
                assert set(found.values()) == set(reader.document_ids())
                assert reader.num_passages() == generation.lexical.num_passages
                vector = HashingEmbedder().embed(["note"])[0]
                near = generation.vectors.search(vector, limit=100)
                assert {name.partition(":")[0] for name, _ in near} == set(found.values())
                indexed = generation.lexical.passage_ids()
                assert {name.partition(":")[0] for name in indexed} == set(found.values())
                return set(found)
        finally:
            live.close()

    def stated(self, path: Path) -> Stated | None:
        return self.catalog.access().get(document_id(str(path)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GroupStore]:
    with GroupStore(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = (tmp_path / "articles").resolve()
    folder.mkdir()
    return folder


def write(path: Path, text: str, head: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    front = f"---\n{head}\n---\n" if head else ""
    path.write_text(f"{front}# Note {path.stem}\n\n{text}\n", encoding="utf-8")
    return path


def test_a_file_that_is_moved_stays_closed_to_whom_somebody_closed_it(
    store: GroupStore, folder: Path
) -> None:
    write(folder / "open.md", "Everybody reads this note.")
    closed = write(folder / "closed.md", "Few read this note.")
    store.ingest(closed, groups=("deals",))
    store.ingest(folder)
    moved = closed.rename(folder / "moved.md")

    store.ingest(folder, prune=True)

    assert store.seen() == {"open.md"}
    assert store.seen(DEALS) == {"open.md", "moved.md"}
    assert store.stated(moved) == Stated(("deals",), BY_HAND)
    assert not store.ingest(folder, prune=True).has_changes


def test_front_matter_restricts_a_document_from_its_first_moment_on(
    store: GroupStore, folder: Path
) -> None:
    write(folder / "open.md", "Everybody reads this note.")
    closed = write(folder / "closed.md", "Few read this note.", "groups: [deals, legal]")

    report = store.ingest(folder)

    assert store.seen() == {"open.md"}
    assert store.seen(DEALS) == store.seen(UNRESTRICTED) == {"open.md", "closed.md"}
    assert store.stated(closed) == Stated(("deals", "legal"), "front matter")
    assert [str(each) for each in report.regrouped] == [f"{closed}: deals, legal (front matter)"]
    assert "seen by" in report.as_text()


def test_groups_that_change_alone_need_no_embedding_and_hold_after_the_run(
    store: GroupStore, folder: Path
) -> None:
    note = write(folder / "note.md", "This note is about a merger.", "group: deals")
    other = write(folder / "other.md", "This note is about tea.")
    store.ingest(folder)
    embedded = store.embedder.num_embedded

    write(note, "This note is about a merger.")
    write(other, "This note is about tea.", "group: deals")
    report = store.ingest(folder)

    assert store.embedder.num_embedded == embedded
    assert (report.passages_embedded, report.published) == (0, True)
    assert store.seen() == {"note.md"}
    (folder / "sources.toml").write_text('["note.md"]\ngroups = ["legal"]\n')
    report = store.ingest(folder)
    assert (len(report.unchanged), report.published) == (2, True)
    assert store.embedder.num_embedded == embedded
    assert store.seen() == set()
    assert not store.ingest(folder).published


def test_a_dry_run_says_who_would_see_what_and_changes_nothing(
    store: GroupStore, folder: Path
) -> None:
    write(folder / "a.md", "This note is for few.", "groups: deals")

    report = store.ingest(folder, dry_run=True)

    assert [each.groups for each in report.regrouped] == [("deals",)]
    assert store.catalog.access() == {}


def test_lists_go_before_files_and_the_nearest_that_says_so_before_others(
    store: GroupStore, folder: Path
) -> None:
    write(folder / "a.md", "This note is for everybody.", "groups: deals")
    write(folder / "board/b.md", "This note is for the board.")
    write(folder / "board/deep/c.md", "This note lies deep.")
    write(folder / "board/minutes.md", "These minutes are a note for all.")
    (folder / "sources.toml").write_text('["a.md"]\ngroups = []\n["board/"]\ngroups = ["board"]\n')
    (folder / "board/sources.toml").write_text(
        '["minutes.md"]\ngroups = []\n["b.md"]\ntitle = "B"\n'
    )

    store.ingest(folder)

    assert store.seen() == {"a.md", "minutes.md"}
    assert store.stated(folder / "a.md") == Stated((), "sources.toml")
    assert store.seen(Audience(frozenset({"board"}))) == {"a.md", "minutes.md", "b.md", "c.md"}


def test_whoever_names_a_single_file_does_not_open_it(store: GroupStore, folder: Path) -> None:
    note = write(folder / "board/deep/note.md", "This note is for the board.")
    (folder / "sources.toml").write_text('["board/*"]\ngroups = ["board"]\n')

    store.ingest(note)
    assert store.seen() == set()
    write(note, "This note has changed.")
    store.ingest(note.parent)
    assert store.seen() == set()


@pytest.mark.parametrize("text", ['["a.md"]\ngroups = ["board"', '["a.md"]\ngroup = [1.5]\n'])
def test_a_list_that_cannot_be_read_opens_nothing(
    store: GroupStore, folder: Path, text: str
) -> None:
    write(folder / "a.md", "This note is for the board.")
    (folder / "sources.toml").write_text('["a.md"]\ngroups = ["board"]\n')
    store.ingest(folder)
    (folder / "sources.toml").write_text(text)
    write(folder / "a.md", "This note has changed.")
    new = write(folder / "new.md", "This note is new.")

    report = store.ingest(folder)

    assert "a.md" not in store.seen()
    assert report.refused
    if "[1.5]" not in text:
        assert store.stated(folder / "a.md") == Stated(("board",), "sources.toml")
        assert store.stated(new) == Stated((NOBODY,), "sources.toml")
        (folder / "sources.toml").write_text("")
        store.ingest(folder)
        assert store.seen() == {"a.md", "new.md"}


def test_broken_list_that_says_nothing_of_groups_closes_nothing(
    store: GroupStore, folder: Path
) -> None:
    write(folder / "a.md", "This note is open.")
    (folder / "sources.toml").write_text('["a.md"\ntitle = "A"\n')
    store.ingest(folder)
    assert store.seen() == {"a.md"}


def test_groups_of_a_file_that_cannot_be_read_are_nobody(store: GroupStore, folder: Path) -> None:
    path = write(folder / "a.md", "This note states something strange.", "groups: {a: b}")
    store.ingest(folder)
    assert store.stated(path) == Stated((NOBODY,), "front matter")
    assert store.seen(Audience(frozenset({"a", "b", "a: b", NOBODY}))) == set()
    assert store.seen(UNRESTRICTED) == {"a.md"}


def test_what_is_set_by_hand_goes_before_files_until_it_is_taken_back(
    store: GroupStore, folder: Path
) -> None:
    note = write(folder / "note.md", "This note is open at first.")
    write(folder / "tea.md", "This note is about tea.", "groups: legal")
    store.ingest(folder)
    embedded = store.embedder.num_embedded
    places = (store.catalog, store.generations, store.settings.lock_path)

    assert set_access(*places, [str(note)], ("deals",)) == [str(note)]
    assert store.seen() == set()
    assert store.seen(DEALS) == {"note.md"}
    store.ingest(folder, force=False)
    assert store.stated(note) == Stated(("deals",), BY_HAND)

    set_access(*places, [str(note)], None)
    assert store.stated(note) == Stated(("deals",), UNTIL_READ)
    assert store.seen() == set()
    store.ingest(folder)
    assert store.stated(note) is None
    assert store.seen() == {"note.md"}
    set_access(*places, [str(folder / "tea.md")], ())
    assert store.seen() == {"note.md", "tea.md"}
    assert store.embedder.num_embedded == embedded
    with pytest.raises(UnknownDocumentError, match="nowhere"):
        set_access(*places, ["nowhere.md"], ("deals",))


def test_option_of_a_run_restricts_what_it_names_for_good(store: GroupStore, folder: Path) -> None:
    note = write(folder / "note.md", "This note is restricted by the command.")

    store.ingest(note, groups=("deals",))
    store.ingest(folder)

    assert store.stated(note) == Stated(("deals",), BY_HAND)
    assert store.seen() == set()


def test_an_open_copy_and_a_closed_one_are_two_documents(store: GroupStore, folder: Path) -> None:
    text = "The very same words of a note."
    write(folder / "a/note.md", text)
    write(folder / "b/note.md", text, "groups: deals")
    write(folder / "c/note.md", text)

    report = store.ingest(folder)

    assert (len(report.added), len(report.duplicates)) == (2, 1)
    with store.catalog.read() as reader:
        seen = reader.seen_by(EVERYBODY, reader.hidden_from(EVERYBODY))
        (open_one,) = seen.documents()
        assert open_one.uri == str(folder / "a/note.md")
        assert open_one.metadata.place is None
        assert open_one.other_places == (str(folder / "c/note.md"),)
    write(folder / "b/note.md", text)
    report = store.ingest(folder)
    assert len(report.duplicates) == 2
    assert report.documents == 1


def test_old_texts_of_a_document_are_for_its_groups_too(store: GroupStore, folder: Path) -> None:
    path = write(folder / "note.md", "The first text of this note.")
    store.ingest(folder)
    with store.catalog.read() as reader:
        first = reader.document(document_id(str(path))).document.version
    write(path, "The second text of this note.", "groups: deals")
    store.ingest(folder)

    with store.catalog.read() as reader:
        outside = reader.seen_by(EVERYBODY, reader.hidden_from(EVERYBODY))
        with pytest.raises(UnknownDocumentError):
            outside.document(document_id(str(path)), first[:12])
        assert outside.versions(document_id(str(path))) == []
        assert len(reader.versions(document_id(str(path)))) == 2


def test_groups_outlive_a_rebuild_and_end_with_the_document(
    store: GroupStore, folder: Path
) -> None:
    path = write(folder / "note.md", "This note is for few.", "groups: deals")
    write(folder / "tea.md", "This note is about tea.")
    store.ingest(folder)
    places = (store.catalog, store.generations, store.settings.lock_path)

    rebuild(*places)
    assert store.seen() == {"tea.md"}
    embed_again(*places, store.embedder)
    assert store.seen() == {"tea.md"}
    remove_sources(*places, [str(path)])
    assert store.catalog.access() == {}


def test_run_that_stops_before_the_flip_changes_nobodys_sight(
    store: GroupStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(folder / "note.md", "This note is open.")
    store.ingest(folder)
    write(path, "This note is open.", "groups: deals")
    with monkeypatch.context() as patch:
        patch.setattr(store.generations, "_check", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.ingest(folder)
    assert store.seen() == {"note.md"}

    report = store.ingest(folder)

    assert store.seen() == set()
    assert report.passages_embedded == 0


def test_command_says_and_changes_who_sees_a_source(
    store: GroupStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = write(folder / "note.md", "This note is open.")
    store.ingest(folder)
    monkeypatch.setenv("ACCORD_DATA_DIR", str(store.settings.data_dir))
    from tests.store_trials import verify_here
    from vectorstore.generations import Generations

    monkeypatch.setitem(Generations.__init__.__kwdefaults__, "verifier", verify_here)

    half = run_accord("sources", "--restrict", str(note))
    done = run_accord("sources", "--restrict", str(note), "--to", "deals", "--to", "legal")
    listed = json.loads(run_accord("sources", "--json").stdout)

    assert half.returncode == 2
    assert "--to" in half.stderr
    assert done.stdout == f"{note}: seen by deals, legal\n"
    assert (listed[0]["groups"], listed[0]["groups_stated_by"]) == (["deals", "legal"], BY_HAND)
    assert json.loads(run_accord("sources", "--json", "--group", "sales").stdout) == []
    assert "seen by everybody" in run_accord("sources", "--release", str(note)).stdout
    assert store.seen() == {"note.md"}
    assert run_accord("sources", "--restrict", str(note), "--to", "?").returncode == 2


def test_run_leaves_alone_what_whoever_asked_for_it_does_not_see(
    store: GroupStore, folder: Path
) -> None:
    closed = write(folder / "closed.md", "Few read this note.", "groups: deals")
    write(folder / "open.md", "Everybody reads this note.")
    store.ingest(folder)
    write(folder / "closed.md", "Few read this note, which is another now.")
    write(folder / "open.md", "Everybody reads this note, which is another now.")

    report = store.ingest(folder, groups=("sales",), audience=Audience(frozenset({"sales"})))

    assert [Path(each).name for each in report.changed] == ["open.md"]
    assert [(each.uri, each.reason) for each in report.refused] == [(str(closed), NOT_YOURS)]
    assert store.served()["closed.md"].endswith("Few read this note.")
    access = {Path(uri).name: name for name, uri in store.catalog.all_documents().items()}
    stated = store.catalog.access()
    assert stated[access["closed.md"]].groups == ("deals",)
    assert stated[access["open.md"]].groups == ("sales",)


def test_run_of_the_command_line_remembers_its_groups_for_another_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path))
    run = recorded(["a.md"], IngestOptions(groups=("deals",)), None)
    assert run is not None
    run.end(RunState.FAILED, reason="The disk is full.")
    kept = read_run(run.path)
    assert kept is not None
    assert (kept.request.groups, kept.request.audience) == (("deals",), UNRESTRICTED)


def test_edit_changes_what_is_stated_and_who_sees_it_with_one_flip(
    store: GroupStore, folder: Path
) -> None:
    uri = str(write(folder / "note.md", "This note is for everybody.").resolve())
    store.ingest(folder)
    before = store.catalog.current_generation()
    assert before is not None

    edit_source(
        store.catalog,
        store.generations,
        store.settings.lock_path,
        uri,
        {"title": "For few"},
        store.embedder,
        restated=Regrouping(("board",)),
    )

    assert store.catalog.current_generation() == before + 1
    with store.catalog.read() as reader:
        (summary,) = reader.documents()
    assert (summary.metadata.title, summary.access) == ("For few", Stated(("board",), BY_HAND))


def test_a_closed_file_that_is_moved_over_an_open_one_stays_closed(
    store: GroupStore, folder: Path
) -> None:
    opened = write(folder / "open.md", "Everybody reads this note.")
    closed = write(folder / "closed.md", "Few read this note.")
    store.ingest(closed, groups=("deals",))
    store.ingest(folder)

    closed.replace(opened)
    store.ingest(folder, prune=True)

    assert store.seen() == set()
    assert store.seen(DEALS) == {"open.md"}


def test_two_files_that_change_their_names_with_each_other_stay_as_closed_as_they_were(
    store: GroupStore, folder: Path
) -> None:
    opened = write(folder / "open.md", "Everybody reads this note.")
    closed = write(folder / "closed.md", "Few read this note.")
    store.ingest(closed, groups=("deals",))
    store.ingest(folder)

    texts = opened.read_text(), closed.read_text()
    closed.write_text(texts[0])
    opened.write_text(texts[1])
    store.ingest(folder, prune=True)

    assert "open.md" not in store.seen()
    assert "open.md" in store.seen(DEALS)
