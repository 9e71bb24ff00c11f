"""What people state about documents goes before what those say of themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from vectorstore.edits import EDITED, EditError, checked, edited_metadata
from vectorstore.types import Metadata

KNOWN = Metadata(
    "Old", ("A. Writer",), "Review", date(2018, 1, 2), provenance={"title": "file name"}
)


def test_what_is_stated_wins_and_says_so() -> None:
    edited = edited_metadata(KNOWN, {"title": "New", "published": "2019-03", "authors": ["B", "C"]})
    assert (edited.title, edited.authors) == ("New", ("B", "C"))
    assert (edited.published, edited.published_precision) == (date(2019, 3, 1), "month")
    assert edited.publisher == "Review"
    assert edited.provenance == {"title": EDITED, "published": EDITED, "authors": EDITED}


def test_none_says_that_there_is_none() -> None:
    edited = edited_metadata(KNOWN, {"publisher": None, "published": None, "authors": None})
    assert (edited.publisher, edited.published, edited.authors) == (None, None, ())


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("title", "  A\n title ", "A title"),
        ("authors", [" Ann Lee ", ""], ["Ann Lee"]),
        ("authors", [], None),
        ("publisher", "", None),
        ("published", "2019-01-15", "2019-01-15"),
        ("url", "HTTPS://example.org/a", "HTTPS://example.org/a"),
        ("language", "pt-BR", "pt-br"),
    ],
)
def test_values_are_kept_as_their_fields_have_them(name: str, value: Any, kept: Any) -> None:
    assert checked(name, value) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", " "),
        ("title", None),
        ("title", "x" * 501),
        ("published", "2019-13"),
        ("published", "last year"),
        ("url", "javascript:alert(1)"),
        ("language", "no language"),
        ("authors", ["x"] * 51),
        ("authors", [3]),
        ("fidelity", "1"),
    ],
)
def test_values_that_a_field_cannot_have_are_refused_by_its_name(name: str, value: Any) -> None:
    with pytest.raises(EditError) as refused:
        checked(name, value)
    assert refused.value.field == name
