from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.errors import DatasetError
from eval.systems.corpus import SourceNames, corpus_fingerprint, source_versions, write_files
from eval.types import Case, Dataset, Quote, SourceText
from ingest.loaders.load import load
from ingest.prepare import prepare

LONG_LINE = "A first line that goes on " * 10
CORPUS = (
    SourceText("a/1", 'He said: "no" # [yes]\u2028 \x07', "Text one.\n\n---\n\nMore."),
    SourceText("b 2", "", f"\n{LONG_LINE}\nText two."),
)


def test_a_corpus_becomes_files_that_ingest_reads_with_their_titles(tmp_path: Path) -> None:
    names = write_files(CORPUS, tmp_path / "new" / "files")
    assert names == {"00000.md": "a/1", "00001.md": "b 2"}
    read = [prepare(load(str(tmp_path / "new" / "files" / name))).document for name in names]
    assert [each.document.metadata.title for each in read] == [
        'He said: "no" # [yes]',
        LONG_LINE[:80].strip(),
    ]
    assert "Text one." in read[0].document.text
    assert "More." in read[0].document.text


def test_versions_tell_what_ingest_makes_of_a_source() -> None:
    twin = replace(CORPUS[0], id="twin", title="Other")
    versions = source_versions(Dataset("set", (), corpus=(*CORPUS, twin)))
    assert sorted(versions.values()) == [("a/1", "twin"), ("b 2",)]
    assert source_versions(Dataset("set", ())) == {}


def test_the_source_that_the_case_speaks_of_is_named_where_texts_are_equal() -> None:
    names = SourceNames({"d1": ("one", "twin"), "d2": ("two",)})
    assert names.of("d1", Case("c", "?")) == "one"
    assert names.of("d1", Case("c", "?", relevant={"twin": 1})) == "twin"
    assert names.of("d1", Case("c", "?", evidence=(Quote("twin", "x"),))) == "twin"
    assert names.of("d1", Case("c", "?", within=("twin", "two"))) == "twin"
    assert names.of("d9", Case("c", "?")) is None
    assert names.documents(["two", "twin", "gone"]) == ("d1", "d2")


def test_the_fingerprint_is_of_texts_titles_and_ids() -> None:
    whole = Dataset("set", (), corpus=CORPUS)
    changed = [
        replace(CORPUS[0], id="x"),
        replace(CORPUS[0], title="x"),
        replace(CORPUS[0], text="x"),
    ]
    others = {corpus_fingerprint(replace(whole, corpus=(each, CORPUS[1]))) for each in changed}
    assert len({corpus_fingerprint(whole), *others}) == 4
    assert corpus_fingerprint(whole) == corpus_fingerprint(replace(whole, name="x"))


def test_the_fingerprint_of_files_is_of_their_bytes_and_what_is_listed_beside(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.md"
    file.write_text("One.", "utf-8")
    dataset = Dataset("set", (), files=(str(file),))
    seen = {corpus_fingerprint(dataset)}
    file.write_text("Two.", "utf-8")
    seen.add(corpus_fingerprint(dataset))
    (tmp_path / "sources.toml").write_text("", "utf-8")
    seen.add(corpus_fingerprint(dataset))
    assert len(seen) == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    dataset = Dataset("set", (), files=(str(tmp_path / "gone.pdf"),))
    with pytest.raises(DatasetError, match=r"no file or folder .*gone\.pdf"):
        corpus_fingerprint(dataset)
