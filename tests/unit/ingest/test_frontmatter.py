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


def test_a_blank_line_above_does_not_make_front_matter_text() -> None:
    fields, rest = split_front_matter("\n\n---\ntitle: A deal\n---\n\nBody")
    assert fields == {"title": ("A deal", "front matter")}
    assert rest == "Body"


def test_toml_front_matter_is_read() -> None:
    fields, rest = split_front_matter(
        '+++\ntitle = "A ferry line"\ndate = 2023-11-02T09:00:00+01:00\ndraft = false\n'
        '[author]\nname = "Tom Achterberg"\n[params]\npublisher = "Quay Today"\n+++\n\nBody'
    )
    assert {name: value for name, (value, _) in fields.items()} == {
        "title": "A ferry line",
        "published": "2023-11-02",
        "authors": ["Tom Achterberg"],
        "publisher": "Quay Today",
    }
    assert rest == "Body"


def test_json_front_matter_is_read_and_a_file_of_json_is_left_alone() -> None:
    fields, rest = split_front_matter('{"title": "A line", "author": "Ann Lee"}\n\nBody')
    assert fields["title"] == ("A line", "front matter")
    assert fields["authors"] == (["Ann Lee"], "front matter")
    assert rest == "Body"
    for text in ('{"title": "A line"}\n', '{"a": 1}\nBody', "{not json}\nBody"):
        assert split_front_matter(text) == ({}, text)


def test_front_matter_whose_last_line_was_forgotten_ends_at_the_first_blank_line() -> None:
    fields, rest = split_front_matter("---\ntitle: A deal\nauthor: Ann Lee\n\nBody")
    assert fields["authors"] == (["Ann Lee"], "front matter")
    assert rest == "Body"


def test_a_link_without_quotes_is_a_name() -> None:
    fields, _ = split_front_matter("---\ntitle: A\nauthor: [[Ann Lee]]\n---\nBody")
    assert fields["authors"] == (["Ann Lee"], "front matter")


def test_a_time_stamp_keeps_the_day_of_its_own_zone() -> None:
    fields, _ = split_front_matter("---\ndate: 2024-03-05 23:30:00 -0500\n---\nBody")
    assert fields["published"] == ("2024-03-05", "front matter")


def test_a_clipping_states_its_source_its_authors_as_links_and_the_day_it_was_clipped() -> None:
    fields, rest = split_front_matter(
        '---\ntitle: "End of a venture"\nsource: "https://news.example/end"\nauthor:\n'
        '  - "[[Priya Nandakumar]]"\n  - "[[People/Ann Lee|Ann Lee]]"\npublished: 2024-02-19\n'
        'created: 2024-02-21\ndescription: "It ends."\ntags:\n  - "clippings"\n---\nBody'
    )
    assert {name: value for name, (value, _) in fields.items()} == {
        "title": "End of a venture",
        "url": "https://news.example/end",
        "authors": ["Priya Nandakumar", "Ann Lee"],
        "published": "2024-02-19",
        "created": "2024-02-21",
    }
    assert rest == "Body"


def test_a_source_that_is_no_address_is_the_publisher() -> None:
    fields, _ = split_front_matter("---\ntitle: A\nsource: Quay Today\n---\nBody")
    assert fields["publisher"] == ("Quay Today", "front matter")


@pytest.mark.parametrize(
    ("block", "field", "value"),
    [
        (
            "title: Kestrel: how a pact was saved\nauthors:\n  - name: Ines Okafor",
            "authors",
            ["Ines Okafor"],
        ),
        ("title: Kestrel: a pact\ndate: 5 March 2024", "published", "2024-03-05"),
        ("title:\tTabbed\nauthor:\tAnn Lee", "authors", ["Ann Lee"]),
        ("title: @home with Alder\nauthor: Ann Lee", "title", "@home with Alder"),
        ('title: "Half" a title\nauthor: Ann Lee', "authors", ["Ann Lee"]),
        ("title: X: y\nauthors: [Ann Lee, Bo Chan", "authors", ["Ann Lee", "Bo Chan"]),
        ("title: A\ndate: 05.03.2024", "published", "2024-03-05"),
        ("title: A\n\tauthor: Ann Lee\ndate: 2024-03-05", "authors", ["Ann Lee"]),
        ("title:: A pact\nauthor:: [[Ann Lee]]", "title", "A pact"),
    ],
)
def test_broken_yaml_gives_its_values_and_does_not_leak(
    block: str, field: str, value: object
) -> None:
    fields, rest = split_front_matter(f"---\n{block}\n---\nBody")
    assert fields[field] == (value, "front matter")
    assert rest == "Body"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2019-01-15", "2019-01-15"),
        ("12. März 2025, 10:05 Uhr", "2025-03-12"),
        ("1er février 2023", "2023-02-01"),
        ("12 de marzo de 2025", "2025-03-12"),
        ("14 maggio 2025", "2025-05-14"),
        ("Tuesday, May 14, 2024 9:12 AM", "2024-05-14"),
        ("05.03.2024", "2024-03-05"),
        ("25/03/2024", "2024-03-25"),
        ("03/25/2024", "2024-03-25"),
        ("20240305", "2024-03-05"),
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
        ("Von Karl Mayer und Ute Klein", ["Karl Mayer", "Ute Klein"]),
        ("von Neumann, John", ["von Neumann, John"]),
        ("Ann Lee, Bo Chan", ["Ann Lee", "Bo Chan"]),
        ("Ann Lee <ann@example.org>", ["Ann Lee"]),
        ([{"name": "Ann Lee", "email": "a@example.org"}], ["Ann Lee"]),
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


def test_front_matter_below_the_title_is_taken_off() -> None:
    fields, rest = split_front_matter("# A pact\n\n---\nauthor: Ann Lee\ntags: x\n---\n\nBody")
    assert fields == {"authors": (["Ann Lee"], "front matter")}
    assert rest == "# A pact\n\n\nBody"
    text = "# A pact\n\n---\nOne: two\n---\n\nBody"
    assert split_front_matter(text) == ({}, text)


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitre: Le bail\nauteur: Claire Morin\ndate: 17/02/2020\n---\nLe texte.",
        "---\nTitel: Le bail\nAutorin: Claire Morin\nDatum: 17.2.2020\n---\nLe texte.",
        "---\ntítulo: Le bail\nautora: Claire Morin\nfecha: 2020-02-17\n---\nLe texte.",
        "+++\ntitle = 'Le bail'\nauthors = [\"Claire Morin\"]\nslug = 'l''a'\ndate = 2020-02-17\n"
        "+++\nLe texte.",
    ],
    ids=["french", "german", "spanish", "broken toml"],
)
def test_keys_are_read_in_other_languages_and_lists_in_broken_toml(text: str) -> None:
    fields, rest = split_front_matter(text)
    assert rest == "Le texte."
    assert {name: value for name, (value, _) in fields.items()} == {
        "title": "Le bail",
        "authors": ["Claire Morin"],
        "published": "2020-02-17",
    }


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Eingestellt von Jutta Brand", ["Jutta Brand"]),
        ("Von: Gerda Lohse", ["Gerda Lohse"]),
        ("Écrit par : Claire Morin", ["Claire Morin"]),
        ("Pubblicato da Paola Greco", ["Paola Greco"]),
        ("Geplaatst door Joost van der Meer", ["Joost van der Meer"]),
        ("Otto von Werder", ["Otto von Werder"]),
    ],
)
def test_what_says_who_wrote_is_no_part_of_the_name(byline: str, names: list[str]) -> None:
    assert people(byline) == names
