"""Views: the indexes as those see them who may not see all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import HashingEmbedder
from tests.builders_groups import DOCUMENTS, GROUP, GROUPS, OPEN, OTHER_GROUP, SECRETS
from tests.builders_service import build_library
from vectorstore import lexical_parts, seen
from vectorstore.catalog import Catalog
from vectorstore.config import StoreSettings
from vectorstore.live import LiveGeneration, LiveIndex
from vectorstore.retrieval import Ranking, rank
from vectorstore.types import EVERYBODY, UNRESTRICTED, Audience

TEXTS = ("mill in Hove", "Zorblatt flumency", "euros million bought", "Report")


@contextmanager
def reading(
    settings: StoreSettings, audience: Audience = EVERYBODY, live: LiveIndex | None = None
) -> Iterator[LiveGeneration]:
    catalog = Catalog(settings.catalog_url)
    index = live or LiveIndex(catalog, settings)
    with index.generation(audience) as generation:
        yield generation
    if live is None:
        index.close()
    catalog.close()


def ranked(generation: LiveGeneration) -> list[Ranking]:
    vectors = HashingEmbedder().embed(TEXTS)
    return [rank(generation, text, row) for text, row in zip(TEXTS, vectors, strict=True)]


@pytest.mark.parametrize("least", [1, 2_000], ids=["a part for each document", "one part"])
def test_view_ranks_and_counts_as_a_library_without_the_hidden_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    monkeypatch.setattr(lexical_parts, "MIN_PART", least)
    mixed = build_library(tmp_path / "mixed", DOCUMENTS, GROUPS)
    alone = build_library(tmp_path / "open", OPEN)
    if least == 1:  # whole parts are taken as they are

        def refuse(*_: object) -> None:
            raise AssertionError("a part was written anew")

        monkeypatch.setattr(lexical_parts, "_write_part", refuse)

    with reading(mixed) as view, reading(alone) as other:
        assert ranked(view) == ranked(other)
        assert view.lexical.passage_ids() == other.lexical.passage_ids()
        for word in ("Zorblatt", "Hove", "euros", "mill"):
            assert view.lexical.frequency(word) == other.lexical.frequency(word)
            assert view.lexical.holds(word) == other.lexical.holds(word)
            near = view.lexical.near(word, edits=2, limit=50)
            assert near == other.lexical.near(word, edits=2, limit=50)
        assert list(view.reader.openings(100)) == list(other.reader.openings(100))
        hidden = [one.id for each in SECRETS for one in each.document.passages]
        assert view.reader.passages(hidden) == []
        assert view.reader.sentences(hidden) == {}
        assert view.reader.passage_vectors(hidden)[0] == []


def test_view_is_made_once_for_all_who_see_the_same_and_leaves_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(lexical_parts.tempfile, "tempdir", str(folder))
    settings = build_library(tmp_path / "data", DOCUMENTS, GROUPS)
    catalog = Catalog(settings.catalog_url)
    live = LiveIndex(catalog, settings)
    keys = {}
    for name in ("", "sales", GROUP, OTHER_GROUP):
        with reading(settings, Audience(frozenset({name} - {""})), live) as view:
            keys[name] = (view.key, id(view.lexical))
            assert view.lexical.search("euros", limit=5)
    with reading(settings, UNRESTRICTED, live) as whole:
        keys["all"] = (whole.key, id(whole.lexical))
        assert not whole.view
    assert live.sight(UNRESTRICTED).groups == (GROUP, OTHER_GROUP)
    assert live.sight(Audience(frozenset({GROUP, "sales"}))).groups == (GROUP,)

    assert keys[""] == keys["sales"]
    assert keys[GROUP] == keys["all"]
    assert len(set(keys.values())) == 3
    assert list(folder.iterdir()) == []
    live.close()
    catalog.close()


def test_few_views_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MAX_VIEWS", 1)
    settings = build_library(tmp_path, DOCUMENTS, GROUPS)
    catalog = Catalog(settings.catalog_url)
    live = LiveIndex(catalog, settings)
    found = []
    for groups in ((), (OTHER_GROUP,), ()):
        with reading(settings, Audience(frozenset(groups)), live) as view:
            found.append(view.lexical)
            assert len(view.lexical.search("euros", limit=50)) == (3 if groups else 2)
    assert len(set(map(id, found))) == 3
    live.close()
    catalog.close()
