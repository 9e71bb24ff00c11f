"""Documents of one title are told apart, and a text in several places is one source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store_trials import Store
from vectorstore.places import telling_ends


@pytest.mark.parametrize(
    ("uris", "ends"),
    [
        (["/a/x.md", "/a/y.md"], ["x.md", "y.md"]),
        (["/a/2019/report.md", "/a/2020/report.md"], ["2019/report.md", "2020/report.md"]),
        (
            ["https://a.example/news", "https://b.example/news"],
            ["a.example/news", "b.example/news"],
        ),
        (["/a/x/r.md", "/b/x/r.md", "/b/y/r.md"], ["a/x/r.md", "b/x/r.md", "b/y/r.md"]),
    ],
)
def test_places_are_told_by_the_shortest_ends_that_differ(uris: list[str], ends: list[str]) -> None:
    assert telling_ends(uris) == ends


def write(path: Path, title: str, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# {title}\n\n{text}\n")


def test_equal_titles_get_a_place_as_long_as_there_are_two(tmp_path: Path) -> None:
    write(tmp_path / "in" / "2019" / "report.md", "Annual report", "Alpha works with Beta.")
    write(tmp_path / "in" / "2020" / "report.md", "Annual Report", "Alpha works alone.")
    write(tmp_path / "in" / "other.md", "A note", "Gamma left.")
    with Store(tmp_path / "data") as store:
        store.ingest(tmp_path / "in")
        with store.catalog.read() as reader:
            found = {each.uri: each for each in reader.documents()}
            one = reader.document(found[str(tmp_path / "in" / "2019" / "report.md")].id)
        assert sorted(filter(None, (each.metadata.place for each in found.values()))) == [
            "2019/report.md",
            "2020/report.md",
        ]
        assert one.document.metadata.place == "2019/report.md"
        (tmp_path / "in" / "2019" / "report.md").unlink()
        store.ingest(tmp_path / "in", prune=True)
        with store.catalog.read() as reader:
            assert [each.metadata.place for each in reader.documents()] == [None, None]


def test_the_same_text_twice_is_one_source_with_two_places(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        write(tmp_path / "in" / name, "Annual report", "Alpha works with Beta.")
    with Store(tmp_path / "data") as store:
        store.ingest(tmp_path / "in")
        with store.catalog.read() as reader:
            [summary] = reader.documents()
    assert summary.uri == str(tmp_path / "in" / "a.md")
    assert summary.other_places == (str(tmp_path / "in" / "b.md"),)
