"""Who may see a document, as files and lists say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.discover import discover
from ingest.frontmatter import split_front_matter
from ingest.header_lines import split_header_lines
from ingest.metadata import infer_metadata
from ingest.sources_toml import read_sources_toml
from ingest.types import CleanedText
from tests.builders import make_document
from vectorstore.codec import metadata_from_json, metadata_to_json
from vectorstore.group_names import NOBODY, group_names


def stated(head: str, fence: str = "---") -> tuple[str, ...] | None:
    """What is kept of a file with this front matter."""
    fields, _ = split_front_matter(f"{fence}\ntitle: T\n{head}\n{fence}\nA text.\n")
    cleaned = CleanedText("A text.", (), ())
    known = infer_metadata(cleaned, uri="/a.md", fields=fields, today=DAY)
    assert metadata_from_json(metadata_to_json(known)) == known
    return known.groups


DAY = make_document().document.metadata.published


@pytest.mark.parametrize(
    ("head", "groups"),
    [
        ("groups: deals, legal", ("deals", "legal")),
        ("groups: [legal, deals, deals]", ("deals", "legal")),
        ("Group: Deals  Team", ("Deals Team",)),
        ("groups:\n  - 'CN=deals,OU=x'\n  - 7", ("7", "CN=deals,OU=x")),
        ("groups: []", ()),
        ("groups:", ()),
        ("group: ''", ()),
        ("author: Ann Lee", None),
    ],
)
def test_groups_are_read_as_people_write_them(head: str, groups: tuple[str, ...] | None) -> None:
    assert stated(head) == groups


@pytest.mark.parametrize(
    "head",
    ["groups: {a: b}", "groups: yes", "group: '?'", "groups: [[a]]", "groups: 1.5", "groups: ['']"],
)
def test_what_cannot_be_read_as_groups_is_for_nobody(head: str) -> None:
    assert stated(head) == (NOBODY,)


def test_head_of_plain_lines_and_toml_state_groups_too() -> None:
    fields, _ = split_header_lines("Title: A note\nGroups: deals, legal\n\nA text.\n")
    assert fields["groups"] == (["deals", "legal"], "header lines")
    fields, _ = split_front_matter('+++\ntitle = "T"\ngroups = ["deals"]\n+++\nA text.\n')
    assert fields["groups"] == (["deals"], "front matter")


def test_documents_without_groups_are_stored_as_before() -> None:
    assert "groups" not in metadata_to_json(make_document().document.metadata)


def test_names_of_groups_are_checked() -> None:
    assert group_names([" b  c", "a", "a"]) == ("a", "b c")
    for bad in ("", " ", NOBODY, "x" * 201, "a\u200bb"):
        with pytest.raises(ValueError, match="no name of a group"):
            group_names([bad])
    with pytest.raises(ValueError, match="more than 100"):
        group_names(map(str, range(101)))


def test_list_names_files_patterns_and_folders(tmp_path: Path) -> None:
    for name in ("a.md", "board/b.md", "board/deep/c.md", "boards.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    path = tmp_path / "sources.toml"
    path.write_text(
        '["*"]\ngroup = "staff"\n["board/"]\ngroups = ["board"]\n["board/b.md"]\ngroups = []\n'
    )
    listing = read_sources_toml(path)

    assert listing.complaints == ()
    assert listing.groups_of("a.md") == listing.groups_of("boards.md") == ("staff",)
    assert listing.groups_of("board/deep/c.md") == ("board",)
    assert listing.groups_of("board/b.md") == ()
    assert listing.fields_of("board/b.md") == {}
    found = {Path(each.uri).name: each.groups for each in discover([str(tmp_path)]).sources}
    assert found == {"a.md": ("staff",), "b.md": (), "c.md": ("board",), "boards.md": ("staff",)}


def test_list_whose_groups_make_no_sense_is_complained_about(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.md").write_text("x")
    (tmp_path / "sources.toml").write_text('["sub/"]\ngroups = { deals = true }\n["no.md"]\n')

    found = discover([str(tmp_path / "sub")])

    assert [each.groups for each in found.sources] == [(NOBODY,)]
    (complaint,) = found.refused  # what else is wrong above the named folder is no matter here
    assert complaint.target.endswith("sources.toml:2")
    assert "nobody may see these files" in complaint.reason
