"""The catalog keeps documents whole, finds them by version, and shows readers one generation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.builders import HashingEmbedder, make_document, make_version
from vectorstore import codec, database
from vectorstore.catalog import Catalog
from vectorstore.errors import CatalogError, CatalogVersionError, UnknownDocumentError
from vectorstore.reader import Extent
from vectorstore.staging import NewVersion
from vectorstore.types import Filters, Metadata, document_id


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(f"sqlite:///{tmp_path / 'catalog.db'}")
    yield opened
    opened.close()


def serve(catalog: Catalog, *new: NewVersion) -> int:
    """Stage and publish without any index."""
    keys = catalog.stage(new)
    live = {document: version.key for document, version in catalog.live_versions().items()}
    fresh = {v.prepared.document.id: key for v, key in zip(new, keys, strict=True)}
    number = catalog.begin_generation(live | fresh)
    catalog.flip(number)
    return number


def test_a_document_comes_back_as_it_was_stored(catalog: Catalog) -> None:
    prepared = make_document()
    serve(catalog, make_version(prepared))
    with catalog.read() as reader:
        assert reader.prepared(prepared.document.id) == prepared
        stored = reader.document(prepared.document.id)
    assert stored.document == prepared.document
    assert stored.is_current


def test_passages_and_sentences_are_slices_of_the_canonical_text(catalog: Catalog) -> None:
    sentence = "The naïve café owner's 12 partners — all of them — agreed on “terms” 🤝 that day."
    text = " ".join(f"{n}: {sentence}" for n in range(400))  # spans many pieces
    prepared = make_document(text=text)
    new = make_version(prepared)
    serve(catalog, new)
    assert len(text) > 4 * codec.PIECE_CHARS
    ids = [passage.id for passage in prepared.passages]
    with catalog.read() as reader:
        passages = reader.passages(ids)
        sentences = reader.sentences(ids)
        names, vectors = reader.passage_vectors(ids)
    assert [p.passage for p in passages] == list(prepared.passages)
    assert [p.text for p in passages] == [text[p.start : p.end] for p in prepared.passages]
    assert names == ids
    np.testing.assert_array_equal(vectors, new.passage_vectors)
    for passage in prepared.passages:
        found = sentences[passage.id]
        inside = prepared.sentences[passage.first_sentence : passage.last_sentence + 1]
        assert found.sentences == inside
        assert found.texts == tuple(text[s.start : s.end] for s in inside)


def test_passages_come_in_the_order_asked_and_unknown_ones_are_left_out(catalog: Catalog) -> None:
    prepared = make_document()
    serve(catalog, make_version(prepared))
    first, second = (passage.id for passage in prepared.passages)
    stale = first.replace(first.split(":")[1], "0" * 12)
    with catalog.read() as reader:
        found = reader.passages([second, "nonsense", "a:b:c", stale, first, second])
        assert [each.passage.id for each in found] == [second, first, second]
        assert reader.passages([]) == []
        assert reader.sentences([]) == {}
        assert reader.passage_vectors(["a:b:00001"])[0] == []


def test_staged_versions_are_invisible_until_the_flip(catalog: Catalog) -> None:
    first = make_document(text="The first text. It is short.")
    serve(catalog, make_version(first))
    second = make_document(text="The second text. It is short.")
    [key] = catalog.stage([make_version(second)])
    with catalog.read() as reader:
        assert reader.document(first.document.id).document.version == first.document.version
        assert reader.passages([p.id for p in second.passages]) == []
        with pytest.raises(UnknownDocumentError, match="in version"):
            reader.document(first.document.id, second.document.version)
    catalog.flip(catalog.begin_generation({first.document.id: key}))
    with catalog.read() as reader:
        assert reader.document(first.document.id).document.version == second.document.version


def test_a_superseded_version_stays_readable_by_its_prefix(catalog: Catalog) -> None:
    first, second = make_document(text="The first text."), make_document(text="The second text.")
    serve(catalog, make_version(first))
    serve(catalog, make_version(second))
    with catalog.read() as reader:
        old = reader.document(first.document.id, first.document.version[:12])
        assert old.document.text == "The first text."
        assert not old.is_current
        assert old.current_version == second.document.version
        assert reader.document_sentences(first.document.id, first.document.version[:12])


def test_versions_are_the_texts_that_a_document_had_the_latest_first(catalog: Catalog) -> None:
    first, second = make_document(text="The first text."), make_document(text="The second text.")
    other = make_document("/b.md", "Another one.")
    for versions in ((first, other), (second, other), (first, other)):
        serve(catalog, *map(make_version, versions))
    with catalog.read() as reader:
        found = reader.versions(first.document.id)
        assert [(one.version, one.is_current) for one in found] == [
            (first.document.version, True),
            (second.document.version, False),
        ]
        assert reader.versions("0" * 16) == []


def test_a_reader_keeps_its_moment_while_a_run_is_published(catalog: Catalog) -> None:
    first = make_document(text="The first text.")
    number = serve(catalog, make_version(first))
    with catalog.read() as reader:
        assert reader.document_ids() == [first.document.id]
        second = serve(catalog, make_version(make_document("/b.md", "Another one.")))
        catalog.discard(generations=[number])
        assert reader.generation == number
        assert reader.document_ids() == [first.document.id]
    assert catalog.current_generation() == second


def test_erasing_removes_every_version_and_every_other_generation(catalog: Catalog) -> None:
    for text in ("The first text.", "The second text."):
        serve(catalog, make_version(make_document(text=text)))
    serve(catalog, make_version(make_document("/b.md", "Another one.")))
    name = document_id("/notes/alpha.md")
    remaining = {d: v.key for d, v in catalog.live_versions().items() if d != name}
    number = catalog.begin_generation(remaining)
    catalog.flip(number, erase=[name])
    assert catalog.generations() == [number]
    assert catalog.all_documents() == {document_id("/b.md"): "/b.md"}
    with catalog.read() as reader, pytest.raises(UnknownDocumentError, match="accord sources"):
        reader.document(name, make_document(text="The first text.").document.version)


def test_metadata_survives_with_its_provenance(catalog: Catalog) -> None:
    metadata = Metadata(
        "Title — “quoted”",
        ("A. Writer", "B. Writer"),
        None,
        date(2018, 11, 1),
        "month",
        "https://example.org/a?b=c",
        None,
        {"published": "inferred from the text: November 2018"},
    )
    prepared = make_document()
    document = replace(prepared.document, metadata=metadata)
    serve(catalog, make_version(replace(prepared, document=document)))
    with catalog.read() as reader:
        [summary] = reader.documents()
    assert summary.metadata == metadata
    assert summary.num_passages == len(prepared.passages)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["/a.md", "/b.md", "/c.md"]),
        (Filters(publishers=("EXAMPLE press",)), ["/a.md", "/b.md"]),
        (Filters(published_from=date(2019, 1, 1)), ["/b.md"]),
        (Filters(published_to=date(2018, 12, 31)), ["/a.md"]),
        (Filters(document_ids=(document_id("/c.md"),)), ["/c.md"]),
        (Filters(document_ids=(document_id("/c.md"),), publishers=("Example Press",)), []),
    ],
)
def test_filters_choose_documents(catalog: Catalog, filters: Filters, expected: list[str]) -> None:
    serve(
        catalog,
        make_version(make_document("/a.md", "Text a.", published=date(2018, 5, 1))),
        make_version(make_document("/b.md", "Text b.", published=date(2019, 5, 1))),
        make_version(make_document("/c.md", "Text c.", publisher=None, published=None)),
    )
    with catalog.read() as reader:
        uris = catalog.all_documents()
        assert sorted(uris[name] for name in reader.document_ids(filters)) == expected


def test_how_much_is_served_and_how_new_it_is_is_told_without_reading_it(catalog: Catalog) -> None:
    serve(
        catalog,
        make_version(make_document("/a.md", "Text a.", published=date(2018, 5, 1))),
        make_version(make_document("/b.md", "Text b.", published=date(2019, 5, 1))),
        make_version(make_document("/c.md", "Text c.", published=None)),
    )
    with catalog.read() as reader:
        assert reader.extent() == Extent(3, date(2019, 5, 1))
        assert reader.extent([document_id("/a.md")]) == Extent(1, date(2018, 5, 1))
        assert reader.extent([document_id("/c.md")]) == Extent(1)
        assert reader.extent([]) == Extent(0)


def test_vectors_that_do_not_fit_the_passages_are_refused_and_nothing_is_stored(
    catalog: Catalog,
) -> None:
    good, bad = make_version(make_document("/a.md")), make_version(make_document("/b.md", "Two."))
    broken = replace(bad, passage_vectors=np.zeros((3, 32), dtype=np.float32))
    with pytest.raises(CatalogError, match="/b.md: 1 passages but 3 vectors"):
        catalog.stage([good, broken])
    assert catalog.staged_versions() == {}


def test_nul_characters_are_refused(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match="NUL"):
        catalog.stage([make_version(make_document(text="A\x00b. C."))])


def test_staging_twice_keeps_the_later(catalog: Catalog) -> None:
    catalog.stage([make_version(make_document(text="First."))])
    catalog.stage([make_version(make_document(text="Second."))])
    [staged] = catalog.staged_versions().values()
    assert staged.version == make_document(text="Second.").document.version


def test_the_same_text_embedded_again_replaces_its_twin_once_no_generation_needs_it(
    catalog: Catalog,
) -> None:
    prepared = make_document()
    first = serve(catalog, make_version(prepared))
    serve(catalog, make_version(prepared, HashingEmbedder(name="other")))
    catalog.discard()
    assert len(catalog.generation_versions(first)) == 1  # still there to fall back to
    catalog.discard(generations=[first])
    with catalog.read() as reader:
        assert reader.document(prepared.document.id, prepared.document.version).is_current
    assert catalog.integrity_problems() == []


def test_a_catalog_of_another_format_is_refused_with_advice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    Catalog(url).close()
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        connection.execute("UPDATE catalog_info SET value = '99' WHERE key = 'schema'")
    connection.close()
    with pytest.raises(CatalogVersionError, match="has format 99, this program reads 3; move it"):
        Catalog(url)


def test_bringing_a_catalog_to_this_format_gives_its_space_back(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    catalog = Catalog(f"sqlite:///{path}")
    serve(catalog, make_version(make_document(text="A sentence of five words. " * 600)))
    catalog.close()
    small = path.stat().st_size
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE vectors DROP COLUMN packed")
        connection.execute("ALTER TABLE vectors ADD COLUMN sentences BLOB")
        connection.execute("UPDATE vectors SET sentences = zeroblob(5000)")
        connection.execute("UPDATE catalog_info SET value = '1' WHERE key = 'schema'")
    connection.close()
    assert path.stat().st_size > 2 * small
    Catalog(f"sqlite:///{path}").close()
    assert path.stat().st_size <= small


def test_vectors_of_a_catalog_that_kept_plain_numbers_are_read_beside_packed_ones(
    tmp_path: Path,
) -> None:
    path = tmp_path / "catalog.db"
    old, new = (make_version(make_document(f"/{name}.md")) for name in ("old", "new"))
    catalog = Catalog(f"sqlite:///{path}")
    serve(catalog, old)
    catalog.close()
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE vectors DROP COLUMN packed")
        for ordinal, vector in enumerate(old.passage_vectors):
            plain = (vector.astype("<f4").tobytes(), ordinal)
            connection.execute("UPDATE vectors SET passage = ? WHERE ordinal = ?", plain)
        connection.execute("UPDATE catalog_info SET value = '2' WHERE key = 'schema'")
    connection.close()
    catalog = Catalog(f"sqlite:///{path}")
    for versions in ([], [new]):
        number = serve(catalog, *versions)
        served = [old, *versions]
        ids = [passage.id for one in served for passage in one.prepared.passages]
        with catalog.read() as reader:
            found, matrix = reader.passage_vectors(ids)
            indexed = {passage.id: passage.vector for passage in reader.indexed_passages()}
        assert found == ids
        expected = np.concatenate([one.passage_vectors for one in served])
        np.testing.assert_array_equal(matrix, expected)
        assert [indexed[name] for name in ids] == [row.tobytes() for row in expected]
        assert catalog.identity(number).dimension == expected.shape[1]
    catalog.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_bytes(b"not a database, by any means" * 100)
    with pytest.raises(CatalogError, match="cannot open the catalog"):
        Catalog(f"sqlite:///{tmp_path / 'catalog.db'}")


def test_missing_rows_are_found(catalog: Catalog, tmp_path: Path) -> None:
    serve(catalog, make_version(make_document()))
    assert catalog.integrity_problems() == []
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        connection.execute("DELETE FROM vectors WHERE ordinal = 1")
    connection.close()
    assert catalog.integrity_problems() == ["1 versions lack rows of table vectors"]


def test_the_database_is_set_up_for_durability_and_erasure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unflushed: tuple[str, ...]
) -> None:
    monkeypatch.setattr(database, "_SQLITE_PRAGMAS", unflushed)
    catalog = Catalog(f"sqlite:///{tmp_path / 'durable.db'}")
    with closing(catalog), catalog._engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "secure_delete": 1,
        "foreign_keys": 1,
    }


def test_a_catalog_from_before_some_tables_gets_them_when_it_is_opened(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.db'}"
    opened = Catalog(url)
    serve(opened, make_version(make_document()))
    opened.close()
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        for table in ("places", "erasures", "shared_titles"):
            connection.execute(f"DROP TABLE {table}")
    opened = Catalog(url)
    assert (opened.places(), opened.erasures()) == ({}, [])
    with opened.read() as reader:
        assert [each.metadata.place for each in reader.documents()] == [None]
    opened.close()
