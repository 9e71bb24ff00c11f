"""Front matter, well formed and not."""

from __future__ import annotations

import pytest

from ingest.frontmatter import split_front_matter
from ingest.loaders.parsed import iso_date, merge, people


def test_text_without_front_matter_is_left_alone() -> None:
    text = "---\nA rule above, no metadata.\n---\nMore."
    assert split_front_matter(text) == ({}, text)


def test_unclosed_front_matter_is_left_alone() -> None:
    text = "---\ntitle: x\nand so on"
    assert split_front_matter(text) == ({}, text)


def test_unquoted_colon_does_not_lose_the_other_lines() -> None:
    fields, rest = split_front_matter("---\ntitle: Deal: the price\npublisher: Review\n---\nBody")
    assert fields["title"] == ("Deal: the price", "front matter")
    assert fields["publisher"] == ("Review", "front matter")
    assert rest == "Body"


def test_objects_are_never_made_from_yaml() -> None:
    text = "---\ntitle: !!python/object/apply:os.system ['true']\npublisher: x\n---\nBody"
    fields, _ = split_front_matter(text)
    assert fields.get("title", ("", ""))[0] != 0
    assert fields["publisher"] == ("x", "front matter")


def test_growing_aliases_are_harmless() -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
    fields, rest = split_front_matter(f"---\na0: &a0 x\n{levels}\nauthors: *a8\n---\nBody")
    assert "authors" not in fields
    assert rest == "Body"


def test_values_of_the_wrong_shape_are_unknown() -> None:
    text = "---\ntitle: {a: b}\nurl: javascript:alert(1)\npublished: soon\nlang: [en]\n---\nBody"
    assert split_front_matter(text) == ({}, "Body")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2019-01-15", "2019-01-15"),
        ("2019-01-15T23:30:00-05:00", "2019-01-15"),
        ("2019-01-15 10:00", "2019-01-15"),
        ("2019-1-5", "2019-01-05"),
        ("2019-01", "2019-01"),
        (2019, "2019"),
        ("January 15, 2019", "2019-01-15"),
        ("Tuesday, Jan. 15, 2019", "2019-01-15"),
        ("15 January 2019", "2019-01-15"),
        ("Tue, 15 Jan 2019 08:00:00 GMT", "2019-01-15"),
        ("March 2019", "2019-03"),
        ("2019/01/15", "2019-01-15"),
        ("01/02/2019", None),
        ("2019-02-30", None),
        ("soon", None),
        ("0001-01-01", None),
    ],
)
def test_dates_are_taken_only_where_they_are_plain(stated: object, expected: str | None) -> None:
    assert iso_date(stated) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Ann Lee", ["Ann Lee"]),
        ("By Ann Lee and Bo Chan", ["Ann Lee", "Bo Chan"]),
        ("Ann Lee, Bo Chan and Cy Day", ["Ann Lee", "Bo Chan", "Cy Day"]),
        ("Lee, Ann; Chan, Bo", ["Lee, Ann", "Chan, Bo"]),
        (["Ann Lee", " ", "Ann Lee", 7], ["Ann Lee"]),
        ({"name": "Ann"}, ["Ann"]),
        ({"label": "Ann"}, []),
        (None, []),
    ],
)
def test_authors_from_lists_and_by_lines(stated: object, expected: list[str]) -> None:
    assert people(stated) == expected


def test_the_first_layer_that_knows_a_field_wins() -> None:
    assert merge({"title": ("a", "1")}, {"title": ("b", "2"), "url": ("u", "2")}) == {
        "title": ("a", "1"),
        "url": ("u", "2"),
    }
