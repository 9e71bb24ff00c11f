"""A library that was changed bit by bit answers as one that was published whole."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.builders import HashingEmbedder, make_document, make_version
from tests.store_trials import Store
from vectorstore import building, lexical_parts
from vectorstore.chroma import ChromaIndex, ChromaLocation
from vectorstore.codec import vector_to_row
from vectorstore.errors import VerificationError
from vectorstore.generations import VERIFY_ALL_AFTER
from vectorstore.graph_file import graph_files, is_removed
from vectorstore.live import LiveGeneration, LiveIndex
from vectorstore.maintenance import remove_sources
from vectorstore.plan import Limits, Way
from vectorstore.retrieval import Ranking, rank
from vectorstore.types import DocumentId
from vectorstore.verification import VerificationTask

WORDS = [f"word{n}" for n in range(40)]
TIGHT = Limits(few=6, recent_share=0.1, dead_share=0.1, ghost_share=0.3)
STEPS = 9
TRIALS = int(os.environ.get("ACCORD_CHANGE_TRIALS", "2"))


@dataclass(frozen=True)
class Note:
    """A document of the trial."""

    uri: str
    text: str


def random_text(rng: random.Random) -> str:
    return " ".join(
        " ".join(rng.choices(WORDS, k=rng.randint(3, 8))).capitalize() + "."
        for _ in range(rng.randint(1, 12))
    )


def stage(store: Store, notes: list[Note]) -> dict[DocumentId, int]:
    new = [make_version(make_document(each.uri, each.text), store.embedder) for each in notes]
    keys = store.catalog.stage(new)
    return {each.prepared.document.id: key for each, key in zip(new, keys, strict=True)}


@contextmanager
def serving(store: Store) -> Iterator[LiveGeneration]:
    live = LiveIndex(store.catalog, store.settings)
    try:
        with live.generation() as generation:
            yield generation
    finally:
        live.close()


def rankings(store: Store, seed: int) -> list[Ranking]:
    """What a store finds for some questions, over everything and over a few documents."""
    rng = random.Random(seed)
    with serving(store) as generation:
        some = sorted(generation.documents)[::3]
        questions = [" ".join(rng.choices(WORDS, k=3)) for _ in range(6)]
        return [
            rank(generation, text, store.embedder.embed([text])[0], document_ids=chosen)
            for text in questions
            for chosen in (None, some)
        ]


def assert_same(found: list[Ranking], expected: list[Ranking]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert one.bm25 == other.bm25  # to the last bit
        assert one.cosines == pytest.approx(other.cosines, abs=1e-6)
        assert one.fused == pytest.approx(other.fused, abs=1e-5)


@pytest.mark.parametrize("seed", range(TRIALS))
def test_any_row_of_changes_gives_what_publishing_whole_gives(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical_parts, "MIN_PART", 8)  # so that there are several
    rng = random.Random(seed)
    ways: list[Way] = []
    notes = {f"/{n}.md": Note(f"/{n}.md", random_text(rng)) for n in range(20)}
    with Store(tmp_path / "changed", TIGHT) as changed:
        plan = changed.generations._plan
        monkeypatch.setattr(
            changed.generations,
            "_plan",
            lambda *arguments: (made := plan(*arguments), ways.append(made.way))[0],
        )
        serve = stage(changed, list(notes.values()))
        changed.generations.publish(serve)
        for step in range(STEPS):
            kind = rng.choice(["add", "add", "edit", "edit", "take out", "erase"])
            erased: list[DocumentId] = []
            if kind in ("take out", "erase"):
                name = rng.choice(sorted(notes))
                gone = make_document(notes.pop(name).uri).document.id
                del serve[gone]
                erased = [gone] if kind == "erase" else []
            else:
                name = f"/new{step}.md" if kind == "add" else rng.choice(sorted(notes))
                notes[name] = Note(name, random_text(rng))
                serve |= stage(changed, [notes[name]])
            changed.generations.publish(serve, erase=erased)
            if step % 5 != 3:
                continue
            with Store(tmp_path / f"whole{step}") as whole:
                whole.generations.publish(stage(whole, list(notes.values())))
                assert_same(rankings(changed, step), rankings(whole, step))
        assert changed.problems() == ()
        changed.generations.publish(serve, afresh=True)
        with serving(changed) as generation:
            assert len(generation.documents) == len(notes)
    assert {Way.OVER, Way.COPY} <= set(ways)


def test_erased_vectors_are_in_no_file_and_the_graph_still_finds_the_others(
    tmp_path: Path,
) -> None:
    rng = random.Random(5)
    notes = [Note(f"/{n}.md", random_text(rng)) for n in range(60)]
    with Store(tmp_path / "data", Limits(ghost_share=0.5)) as store:
        serve = stage(store, notes)
        store.generations.publish(serve)
        gone = [make_document(each.uri).document.id for each in notes[::4]]
        vectors = [row for each in notes[::4] for row in vectors_of(store.embedder, each)]
        kept = [row for each in notes[1::4] for row in vectors_of(store.embedder, each)]
        assert all(is_stored(tmp_path / "data", row) for row in [*vectors, *kept])
        for name in gone:
            del serve[name]
        number = store.generations.publish(serve, erase=gone)
        assert number == 3  # served no more, then erased
        assert store.catalog.base(number) == number
        assert not any(is_stored(tmp_path / "data", row) for row in vectors)
        assert all(is_stored(tmp_path / "data", row) for row in kept)
        assert store.problems() == ()
        with serving(store) as generation:
            for row in kept:
                assert generation.vectors.search(row, limit=1)[0][1] > 0.999


def vectors_of(embedder: HashingEmbedder, note: Note) -> list[np.ndarray]:
    return list(make_version(make_document(note.uri, note.text), embedder).passage_vectors)


def is_stored(directory: Path, vector: np.ndarray) -> bool:
    """Whether any file holds a vector, be its last digits what they may: Chroma scales again.

    In the catalog it is packed: there its bytes are looked for as they are stored.
    """
    packed = vector_to_row(vector)["passage"]
    for path in directory.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if packed in content:
                return True
            # The middle bytes of its first four numbers, at any place.
            for at in range(4):
                numbers = np.frombuffer(
                    content[at : at + (len(content) - at) // 4 * 4], dtype="<f4"
                )
                near = np.isclose(numbers, vector[0], rtol=1e-5, atol=0)
                for place in np.flatnonzero(near):
                    found = numbers[place : place + len(vector)]
                    if len(found) == len(vector) and np.allclose(found, vector, atol=1e-6):
                        return True
    return False


def small_library(store: Store, count: int = 12) -> dict[DocumentId, int]:
    rng = random.Random(9)
    serve = stage(store, [Note(f"/{n}.md", random_text(rng)) for n in range(count)])
    store.generations.publish(serve)
    return serve


def test_a_change_verifies_itself_and_everything_once_a_week(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(tmp_path / "data") as store:
        verified: list[int] = []
        monkeypatch.setattr(
            store.generations, "_verify", lambda task, _passages: verified.append(task.generation)
        )
        serve = small_library(store)
        serve |= stage(store, [Note("/new.md", "One more. It is short.")])
        store.generations.publish(serve)
        assert verified == [1]
        store.catalog.note_verified(datetime.now(UTC) - VERIFY_ALL_AFTER)
        serve |= stage(store, [Note("/newer.md", "Yet another. It is short, too.")])
        store.generations.publish(serve)
        assert verified == [1, 3]
        assert store.catalog.base(3) == 1


def test_a_base_that_is_torn_is_not_built_upon(tmp_path: Path) -> None:
    with Store(tmp_path / "data") as store:
        serve = small_library(store)
        data = next(store.generations.base_directory(1).rglob("data_level0.bin"))
        data.write_bytes(data.read_bytes()[:-1])
        serve |= stage(store, [Note("/new.md", "One more. It is short.")])
        number = store.generations.publish(serve)
        assert store.catalog.base(number) == number
        assert store.problems() == ()


def flip_a_kept_vector(directory: Path) -> None:
    [graph] = graph_files(directory)
    elements = graph.elements()
    [kept, *_] = np.flatnonzero(~is_removed(elements))
    vector = slice(graph.vector, graph.label)
    elements[kept, vector] = elements[kept, vector][::-1]
    elements.flush()


def take_out_one_more(directory: Path) -> None:
    index = ChromaIndex.open(ChromaLocation("passages", directory))
    index.remove([index.ids()[-1].partition(":")[0]])
    index.close()


def store_other_vectors(directory: Path) -> None:
    index = ChromaIndex.open(ChromaLocation("passages", directory))
    new = make_document("/new.md").document.id
    [name] = [name for name in index.ids() if name.startswith(new)]
    _, [vector] = index.vectors_of([name])
    index.remove([new])
    index.add([(name, new, vector[::-1].tobytes())])
    index.close()


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (flip_a_kept_vector, "changed vectors of the base"),
        (take_out_one_more, "Chroma lacks"),
        (store_other_vectors, "other vectors than the catalog"),
    ],
)
def test_a_copy_of_the_vectors_that_went_wrong_is_not_published(
    harm: Callable[[Path], None], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(tmp_path / "data", Limits(ghost_share=0.9)) as store:
        serve = small_library(store)
        serve |= stage(store, [Note("/new.md", "One more. It is short.")])
        gone = make_document("/3.md").document.id
        del serve[gone]
        scrub = building.scrub

        def scrub_and_harm(directory: Path) -> int:
            harm(directory)
            return scrub(directory)

        monkeypatch.setattr(building, "scrub", scrub_and_harm)
        with pytest.raises(VerificationError, match=message):
            store.generations.publish(serve, erase=[gone])
        monkeypatch.setattr(building, "scrub", scrub)
        number = store.generations.publish(serve, erase=[gone])
        assert store.catalog.base(number) == number
        assert store.problems() == ()


def test_after_a_week_everything_is_compared_before_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(tmp_path / "data", Limits(ghost_share=0.9)) as store:
        serve = small_library(store)
        former: list[int | None] = []
        check = store.generations._verify

        def note(task: VerificationTask, passages: int) -> None:
            former.append(task.former_base)
            check(task, passages)

        monkeypatch.setattr(store.generations, "_verify", note)
        for name in ("/3.md", "/4.md"):
            gone = make_document(name).document.id
            del serve[gone]
            store.generations.publish(serve, erase=[gone])
            checked = datetime.now(UTC) - VERIFY_ALL_AFTER
            store.catalog.note_verified(checked)
        # Each is first served no more, over the vectors as they are, and then erased.
        assert former == [1, None, 3]


def test_generations_share_the_vectors_that_are_open(tmp_path: Path) -> None:
    with Store(tmp_path / "data") as store:
        serve = small_library(store)
        live = LiveIndex(store.catalog, store.settings)
        with live.generation() as first:
            serve |= stage(store, [Note("/new.md", "Unheard words. They are new.")])
            store.generations.publish(serve)
            with live.generation() as second:
                assert second.number == first.number + 1
                assert second.vectors._base is first.vectors._base
                query = store.embedder.embed(["unheard words"])[0]
                new = make_document("/new.md").document.id
                assert second.vectors.search(query, limit=1)[0][0].startswith(new)
                assert not first.vectors.search(query, limit=1)[0][0].startswith(new)
        with live.generation() as generation:  # the first is closed, its vectors are not
            assert generation.vectors.search(query, limit=1)[0][0].startswith(new)
        live.close()


def test_an_erasure_that_fails_half_way_serves_nothing_of_it_and_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(tmp_path / "data") as store:
        small_library(store)
        gone = make_document("/3.md").document.id
        with monkeypatch.context() as patch:

            def fail(_task: object, _passages: int) -> None:
                raise VerificationError("not today")

            patch.setattr(store.generations, "_verify", fail)
            with pytest.raises(VerificationError, match="not today"):
                remove_sources(
                    store.catalog, store.generations, store.settings.lock_path, ["/3.md"]
                )
        with serving(store) as generation:
            assert len(generation.documents) == 11
            assert gone not in generation.documents
        assert gone in store.catalog.all_documents()  # not erased, and not reported as such
        remove_sources(store.catalog, store.generations, store.settings.lock_path, ["/3.md"])
        assert gone not in store.catalog.all_documents()
        assert store.problems() == ()
        assert store.leftovers() == []
