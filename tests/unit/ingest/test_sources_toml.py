"""What a person states beside the files, and what is said when the list is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SourcesTomlError
from ingest.sources_toml import read_sources_toml


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_exact_name_goes_before_patterns_and_later_before_earlier(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("x")
    listing = read_sources_toml(
        write(
            tmp_path,
            '["a.md"]\ntitle = "A"\n["*.md"]\ntitle = "All"\npublisher = "P"\n'
            '["?.md"]\npublisher = "Q"\n',
        )
    )
    assert listing.complaints == ()
    assert listing.fields_of("a.md") == {
        "title": ("A", "sources.toml"),
        "publisher": ("Q", "sources.toml"),
    }
    assert listing.fields_of("b.md")["title"] == ("All", "sources.toml")
    assert listing.fields_of("c.txt") == {}


def test_dates_may_be_toml_dates_or_parts_of_one(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "b.md").write_text("x")
    listing = read_sources_toml(
        write(tmp_path, '["a.md"]\npublished = 2019-01-15\n["b.md"]\npublished = "2019-01"\n')
    )
    assert listing.fields_of("a.md")["published"] == ("2019-01-15", "sources.toml")
    assert listing.fields_of("b.md")["published"] == ("2019-01", "sources.toml")


def test_broken_toml_names_the_file_and_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, '["a.md"]\ntitle = "A"\nauthors = [\n')
    with pytest.raises(
        SourcesTomlError, match=r"sources\.toml is not valid TOML: .*line [34]|end of document"
    ):
        read_sources_toml(path)


def test_wrong_entries_are_complained_about_with_their_line_and_the_rest_is_used(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.md").write_text("x")
    listing = read_sources_toml(
        write(
            tmp_path,
            'stray = 1\n["a.md"]\ntitle = "A"\ncolour = "red"\npublished = "soon"\n'
            '["gone.md"]\ntitle = "G"\n',
        )
    )
    assert listing.fields_of("a.md") == {"title": ("A", "sources.toml")}
    assert [complaint.line for complaint in listing.complaints] == [1, 4, 5, 6]
    texts = [complaint.text for complaint in listing.complaints]
    assert "outside of a table" in texts[0]
    assert "'colour'" in texts[1]
    assert "2019-01-15" in texts[2]
    assert "gone.md" in texts[3]


def test_a_list_in_another_encoding_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_bytes('["a.md"]\ntitle = "Zoë"\n'.encode("utf-16"))
    with pytest.raises(SourcesTomlError, match="not in UTF-8"):
        read_sources_toml(path)
