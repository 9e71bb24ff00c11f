"""Whatever is done to files and documents: the library equals the folder, and what people said of a
document, its corrections and who may see it, stays with it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ingest.config import IngestOptions
from ingest.job import IngestJob
from ingest.sync.plan import SyncPlan
from ingest.sync.round import Round
from ingest.sync.state import SyncState
from tests.builders import HashingEmbedder
from tests.catalog_alone import CatalogAlone
from tests.store_trials import read_plain
from vectorstore import failpoints
from vectorstore.catalog import Catalog
from vectorstore.config import StoreSettings
from vectorstore.errors import VectorStoreError
from vectorstore.group_names import BY_HAND
from vectorstore.groups import Stated
from vectorstore.types import document_id

PLACES = [f"{folder}/{name}.md" for folder in ("one", "one/below", "two") for name in "abc"]
FAILPOINTS = [name for name in failpoints.NAMES if name.startswith("catalog.")]
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where writing through to the disk costs nothing; there are thousands of commits."""
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Said:
    """What was said by hand of one document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.title: str | None = None
        self.groups: tuple[str, ...] | None = None


class Library(RuleBasedStateMachine):
    """A folder, its library, and what was said of which file."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="accord-", dir=IN_MEMORY)).resolve()
        self.folder = self.home / "articles"
        self.settings = StoreSettings(self.home / "data")
        self.catalog = Catalog(self.settings.catalog_url)
        self.generations: Any = CatalogAlone(self.catalog)
        self.embedder = HashingEmbedder(4)
        self.said: dict[str, Said] = {}
        """By the place at which its file is now."""
        self.read: dict[str, str] = {}
        """Text by place, as the last whole run has found it."""
        self.count = 0
        self.moment = START
        self.is_whole = True
        """Whether the library has been brought in step since the folder was changed."""

    def teardown(self) -> None:
        failpoints.disarm()
        self.catalog.close()
        shutil.rmtree(self.home)

    # --- what stands where ---------------------------------------------------------------------

    def path(self, place: str) -> Path:
        return self.folder / place

    def there(self) -> dict[str, str]:
        return {p: self.path(p).read_text() for p in PLACES if self.path(p).exists()}

    def served(self) -> dict[str, tuple[str, str]]:
        """Text and title by place."""
        with self.catalog.read() as reader:
            if reader.generation is None:
                return {}
            found = [reader.document(each.id).document for each in reader.documents()]
        return {
            str(Path(each.uri).relative_to(self.folder)): (each.text, each.metadata.title)
            for each in found
        }

    def groups_of(self, place: str) -> Stated | None:
        return self.catalog.access().get(document_id(str(self.path(place))))

    def some(self, data: st.DataObject, places: list[str]) -> str:
        return data.draw(st.sampled_from(sorted(places)))

    def write(self, place: str, text: str) -> None:
        self.path(place).parent.mkdir(parents=True, exist_ok=True)
        self.path(place).write_text(text)
        self.is_whole = False

    def new_text(self) -> str:
        self.count += 1
        return f"Partner {self.count} joined the alliance."

    # --- what is done to files -----------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        for place in PLACES[:3]:
            self.write(place, self.new_text())
        self.ingest()

    @rule(place=st.sampled_from(PLACES))
    def add_or_edit(self, place: str) -> None:
        if place not in self.there() and place in self.read:
            self.said.pop(place, None)  # deleted and written anew: nobody can tell which it is
        is_moved_too = place in self.said and self.read.get(place) != self.said[place].text
        if is_moved_too:
            del self.said[place]
        self.write(place, self.new_text())

    @rule(data=st.data(), place=st.sampled_from(PLACES))
    @precondition(lambda self: self.there())
    def move(self, data: st.DataObject, place: str) -> None:
        source = self.some(data, list(self.there()))
        if source == place:
            return
        text = self.there()[source]
        said = self.said.pop(source, None)
        self.forget(place)
        self.write(place, text)
        self.path(source).unlink()
        # Of a text that stands in several files nobody can tell which of them was moved.
        if said is not None and said.text == text and list(self.there().values()).count(text) == 1:
            self.said[place] = said

    @rule(data=st.data(), place=st.sampled_from(PLACES))
    @precondition(lambda self: self.there())
    def copy(self, data: st.DataObject, place: str) -> None:
        source = self.some(data, list(self.there()))
        if source != place:
            text = self.there()[source]
            self.forget(place)
            if self.read.get(source) != text:
                self.forget(source)  # moved and copied: nobody can tell which of the two it is
            self.write(place, text)

    @rule(data=st.data())
    @precondition(lambda self: self.there())
    def delete(self, data: st.DataObject) -> None:
        place = self.some(data, list(self.there()))
        self.forget(place)
        self.path(place).unlink()
        self.is_whole = False

    @rule(data=st.data())
    @precondition(lambda self: len(self.there()) > 1)
    def swap(self, data: st.DataObject) -> None:
        one = self.some(data, list(self.there()))
        other = self.some(data, [place for place in self.there() if place != one])
        texts = self.there()
        self.write(one, texts[other])
        self.write(other, texts[one])
        said = {one: self.said.pop(other, None), other: self.said.pop(one, None)}
        counts = Counter(texts.values())
        for place, each in said.items():
            text = self.there()[place]
            if each is not None and each.text == text and counts[text] == 1:
                self.said[place] = each

    def forget(self, place: str) -> None:
        """What was said of the file that is at a place goes with it."""
        self.said.pop(place, None)

    # --- what people say -----------------------------------------------------------------------

    def sayable(self) -> list[str]:
        """Places whose document is served as the file is, and whose text stands nowhere else."""
        texts = self.there()
        counts = Counter(texts.values())
        served = self.served()
        return [
            place
            for place, text in texts.items()
            if counts[text] == 1 and served.get(place, ("", ""))[0] == text
        ]

    @rule(data=st.data())
    @precondition(lambda self: self.is_whole and self.sayable())
    def correct(self, data: st.DataObject) -> None:
        place = self.some(data, self.sayable())
        self.count += 1
        said = self.said.setdefault(place, Said(self.there()[place]))
        said.text, said.title = self.there()[place], f"Title {self.count}"
        self.catalog.set_edits(str(self.path(place)), {"title": said.title})
        self.ingest()

    @rule(data=st.data())
    @precondition(lambda self: self.is_whole and self.sayable())
    def close(self, data: st.DataObject) -> None:
        place = self.some(data, self.sayable())
        self.count += 1
        said = self.said.setdefault(place, Said(self.there()[place]))
        said.text, said.groups = self.there()[place], (f"group{self.count}",)
        self.run(self.path(place), groups=said.groups)

    # --- runs ----------------------------------------------------------------------------------

    def job(self, **options: Any) -> IngestJob:
        return IngestJob(
            self.catalog,
            self.generations,
            self.settings.lock_path,
            self.embedder,
            IngestOptions(**options),
            loader=read_plain,
        )

    def run(self, *targets: Path, **options: Any) -> None:
        self.job(**options).run([str(target) for target in targets])
        if erased := self.catalog.erasures():
            self.catalog.settle_erasures(erased)

    @rule(force=st.booleans())
    def ingest(self, force: bool = False) -> None:
        self.folder.mkdir(exist_ok=True)
        self.run(self.folder, prune=True, force=force)
        self.came_in_step()

    @rule(point=st.sampled_from(FAILPOINTS), nth=st.integers(1, 2))
    def ingest_that_is_cut_short(self, point: str, nth: int) -> None:
        failpoints.arm(point, nth, "eio")
        with suppress(OSError, VectorStoreError):
            self.run(self.folder, prune=True)
        failpoints.disarm()
        self.catalog.close()
        self.catalog = Catalog(self.settings.catalog_url)
        self.generations = CatalogAlone(self.catalog)
        self.ingest()

    @rule()
    def sync(self) -> None:
        """A round over the folder, as `accord sync` makes it; then nothing is left to prune."""
        self.moment += timedelta(hours=1)
        plan = SyncPlan.model_validate(
            {"source": [{"name": "notes", "folder": str(self.folder)}], "grace": "0s"}
        )
        state = SyncState(self.settings.catalog_url)
        try:
            Round(plan, self.job(), state, self.home / "spool", now=lambda: self.moment).run()
        finally:
            state.close()
        if erased := self.catalog.erasures():
            self.catalog.settle_erasures(erased)
        texts = {text for text, _ in self.served().values()}
        assert texts >= set(self.there().values())
        self.ingest()

    def came_in_step(self) -> None:
        self.is_whole = True
        self.read = self.there()
        for place, said in self.said.items():
            said.text = self.read[place]

    # --- what must hold ------------------------------------------------------------------------

    @invariant()
    def the_library_equals_the_folder(self) -> None:
        if self.is_whole:
            files, served = self.there(), self.served()
            assert {text for text, _ in served.values()} == set(files.values())
            assert all(files.get(place) == text for place, (text, _) in served.items())

    @invariant()
    def what_was_said_stays_with_its_document(self) -> None:
        if not self.is_whole:
            return
        served = self.served()
        for place, said in self.said.items():
            if said.title is not None:
                assert served[place][1] == said.title
            if said.groups is not None:
                assert self.groups_of(place) == Stated(said.groups, BY_HAND)
        on_disk = {str(self.path(place)) for place in self.there()}
        assert self.catalog.edits().keys() <= on_disk


def try_out(num_examples: int, num_steps: int, *, is_long: bool = False) -> None:
    run_state_machine_as_test(
        Library,
        settings=hypothesis.settings(
            max_examples=num_examples,
            stateful_step_count=num_steps,
            deadline=None,
            derandomize=not is_long,
            phases=[Phase.generate, Phase.shrink] if is_long else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_library_and_corrections_stay_in_step_with_files() -> None:
    try_out(20, 14)


@pytest.mark.campaign
def test_library_and_corrections_stay_in_step_with_files_over_long_stories(is_short: bool) -> None:
    try_out(40 if is_short else 400, 30, is_long=True)


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", FAILPOINTS)
def test_two_files_that_change_places_keep_their_corrections_if_the_run_is_cut_short(
    point: str, nth: int
) -> None:
    library = Library()
    try:
        library.begin()
        one, other = PLACES[:2]
        for place, title in ((one, "First"), (other, "Second")):
            library.catalog.set_edits(str(library.path(place)), {"title": title})
        library.ingest()
        texts = library.there()
        library.write(one, texts[other])
        library.write(other, texts[one])
        failpoints.arm(point, nth, "eio")
        with suppress(OSError, VectorStoreError):
            library.run(library.folder, prune=True)
        failpoints.disarm()
        library.ingest()
        served = library.served()
        assert served[one] == (texts[other], "Second")
        assert served[other] == (texts[one], "First")
    finally:
        library.teardown()


class Told:
    """Draws what a story says, in the place of Hypothesis."""

    def __init__(self, *places: str) -> None:
        self.places = list(places)

    def draw(self, strategy: object, label: str | None = None) -> str:
        del strategy, label
        return self.places.pop(0)


Step = tuple[str, dict[str, Any]]
A, B, C, ELSEWHERE = "one/a.md", "one/b.md", "one/c.md", "two/a.md"


@pytest.mark.parametrize("run", ["ingest", "sync"])
@pytest.mark.parametrize(
    "story",
    [
        [
            ("close", {"data": (A,)}),
            ("copy", {"data": (A,), "place": C}),
            ("run", {}),
            ("delete", {"data": (C,)}),
            ("swap", {"data": (A, B)}),
        ],
        [
            ("correct", {"data": (A,)}),
            ("delete", {"data": (B,)}),
            ("run", {}),
            ("swap", {"data": (A, C)}),
            ("move", {"data": (A,), "place": ELSEWHERE}),
            ("copy", {"data": (C,), "place": ELSEWHERE}),
            ("run", {}),
            ("delete", {"data": (ELSEWHERE,)}),
        ],
    ],
    ids=["a closed text with an open copy moves", "a corrected text is moved and copied"],
)
def test_stories_that_once_went_wrong(story: list[Step], run: str) -> None:
    library = Library()
    try:
        library.begin()
        for name, arguments in [*story, ("run", {})]:
            if "data" in arguments:
                arguments = arguments | {"data": Told(*arguments["data"])}
            getattr(library, run if name == "run" else name)(**arguments)
            library.the_library_equals_the_folder()
            library.what_was_said_stays_with_its_document()
    finally:
        library.teardown()
