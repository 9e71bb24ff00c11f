from __future__ import annotations

import pytest

from app.library.asking import library_question
from app.library.question import Wants


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("What has Ada Lund written?", "Ada Lund"),
        ("which articles has Ada Lund published?", "Ada Lund"),
    ],
)
def test_what_an_author_of_the_library_has_written_is_asked_of_the_catalog(
    text: str, author: str
) -> None:
    found = library_question(text, writes=lambda name: name == author)
    assert found is not None
    assert (found.wants, found.author) == (Wants.LIST, author)


def test_what_anybody_else_has_written_is_asked_of_the_sources() -> None:
    assert library_question("What did Haven publish?", writes=lambda _: False) is None
    assert library_question("What did Haven publish?") is None
