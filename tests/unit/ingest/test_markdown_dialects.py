"""Markdown as Obsidian, Pandoc and GitHub extend it, and HTML within it."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.cleaning.clean import clean
from ingest.loaders import markdown, text
from ingest.loaders.limits import LoadLimits
from ingest.metadata import infer_metadata

LIMITS = LoadLimits()


def blocks(source: str) -> list[tuple[str, str]]:
    found = clean(markdown.parse(source.encode(), LIMITS).text).blocks
    return [(block.text, block.heading[-1] if block.heading else "") for block in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hub\n: Rotterdam\n\nSeat\n: Delft\n", [("Hub: Rotterdam", ""), ("Seat: Delft", "")]),
        ("Hub\n: Riga\n: Delft\n", [("Hub: Riga; Delft", "")]),
        ("Hub\n\n:   It is Riga. It is old.\n", [("Hub", "Hub")] * 1),
        ("It costs ~~five~~ six euros.\n", [("It costs six euros.", "")]),
        ("It costs six euros. ^block-id\n", [("It costs six euros.", "")]),
        ("Six.\n\n```dataview\nTABLE x\n```\n", [("Six.", "")]),
        (
            "<table><tr><th>Port</th><th>Ships</th></tr>\n<tr><td>Riga</td><td>12</td></tr></table>\n",
            [("Port: Riga | Ships: 12", "")],
        ),
        (
            "<details><summary>Who pays?</summary>\n\nOrla pays.\n\n</details>\n\nAfter.\n",
            [("Who pays?", "Who pays?"), ("Orla pays.", "Who pays?"), ("After.", "")],
        ),
        ("```\nTerm\n: no definition\n```\n", [("Term", ""), (": no definition", "")]),
        (">> Yes.\n", [("Yes.", "")]),
    ],
)
def test_what_dialects_add_is_read_as_it_is_shown(
    source: str, expected: list[tuple[str, str]]
) -> None:
    assert blocks(source)[: len(expected)] == expected


def test_links_in_front_matter_are_taken_off() -> None:
    head = (
        "---\ntitle: Ports\nsource: [the page](https://a.example/x)\n"
        'author(s): "[[Ann Lee]], [[Bo Chan]]"\npublished: "[[2024-02-19]]"\n---\nIt is so.\n'
    )
    fields = {
        name: field[0] for name, field in markdown.parse(head.encode(), LIMITS).fields.items()
    }
    assert fields == {
        "title": "Ports",
        "authors": ["Ann Lee", "Bo Chan"],
        "url": "https://a.example/x",
        "published": "2024-02-19",
    }


def test_replies_in_a_text_without_header_lines_stand_under_who_wrote_them() -> None:
    mail = "Rowan pays.\n\nLe lun. 13 mai 2024, Desk a écrit :\n> On prolonge ?\n"
    parsed = text.parse(mail.encode(), LIMITS)
    cleaned = clean(parsed.text)
    assert [block.text for block in cleaned.blocks] == [
        "Rowan pays.",
        "Le lun. 13 mai 2024, Desk a écrit :",
        "On prolonge ?",
    ]
    found = infer_metadata(cleaned, uri="/a/Rowan and Hale.txt", fields={}, today=date(2026, 1, 1))
    assert found.title == "Rowan and Hale"
