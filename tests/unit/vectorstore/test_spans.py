"""A document whose spans are not what they should be is not stored, and found where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.builders import HashingEmbedder, make_document, make_version
from tests.store_trials import Store, write_folder
from vectorstore import schema
from vectorstore.errors import CatalogError
from vectorstore.maintenance import embed_again
from vectorstore.spans import MAX_QUOTE, span_problems
from vectorstore.types import PreparedDocument

Damage = Callable[[PreparedDocument], PreparedDocument]


def with_sentence(at: int, **changes: int) -> Damage:
    def damaged(document: PreparedDocument) -> PreparedDocument:
        sentences = list(document.sentences)
        sentences[at] = replace(sentences[at], **changes)
        return replace(document, sentences=tuple(sentences))

    return damaged


def with_passage(at: int, **changes: int) -> Damage:
    def damaged(document: PreparedDocument) -> PreparedDocument:
        passages = list(document.passages)
        passages[at] = replace(passages[at], **changes)
        return replace(document, passages=tuple(passages))

    return damaged


def test_a_sound_document_has_no_problems() -> None:
    assert list(span_problems(make_document())) == []
    assert list(span_problems(make_document(text="x" * MAX_QUOTE))) == []


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (with_sentence(1, end=10_000), "sentence 1 lies outside its text"),
        (with_sentence(1, end=23), "sentence 1 lies outside its text"),
        (with_sentence(1, start=22), "sentence 1 begins or ends with white space"),
        (with_sentence(1, ordinal=5), "its sentences are not numbered in order"),
        (with_sentence(1, start=20), "its sentences overlap"),
        (with_passage(0, last_sentence=1), "its passages do not hold each sentence once"),
        (with_passage(1, first_sentence=2), "its passages do not hold each sentence once"),
        (with_passage(0, end=20), "passage 0 is not what its sentences are"),
        (with_passage(1, start=60), "passage 1 is not what its sentences are"),
    ],
)
def test_each_kind_of_damage_is_named(damage: Damage, problem: str) -> None:
    assert problem in list(span_problems(damage(make_document())))


def test_a_span_longer_than_a_citation_is_not_stored(tmp_path: Path) -> None:
    too_long = make_version(make_document(text="x" * (MAX_QUOTE + 1)))
    with Store(tmp_path) as store, pytest.raises(CatalogError, match="characters of a citation"):
        store.catalog.stage([too_long])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    write_folder(tmp_path / "articles", {"a.md": "Alpha works with Beta. It began in 2019."})
    with Store(tmp_path / "data") as opened:
        opened.ingest(tmp_path / "articles")
        assert opened.problems() == ()
        yield opened


def test_verify_finds_a_quote_that_is_not_what_stands_at_its_span(store: Store) -> None:
    with store.catalog._engine.connect().execution_options(writes=True) as connection:
        passages = schema.passages
        connection.execute(update(passages).values(start_char=passages.c.start_char + 3))
        connection.commit()
    problems = " ".join(store.problems())
    assert "passage 0 is not what its sentences are" in problems
    assert "what is quoted is not what stands at its span" in problems
    assert "run `accord ingest --force` on it" in problems
    with pytest.raises(CatalogError, match="run `accord ingest --force` on it first"):
        embed_again(
            store.catalog,
            store.generations,
            store.settings.lock_path,
            HashingEmbedder(name="another"),
        )
