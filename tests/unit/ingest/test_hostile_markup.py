"""Text with very many marks that are never closed takes time that grows with it, not its square."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.cleaning.inline import plain
from tests.limited_cpu import runs_in_time

MANY_OPENINGS = """
from ingest.cleaning.inline import plain
for part in ("![", "<!--", "<script ", "[^a", "**a ", "~~a ", "__a ", "`a ``b "):
    assert plain(part * (150_000 // len(part))) is not None, part
"""


def test_time_does_not_grow_with_the_square_of_unclosed_marks(repo_root: Path) -> None:
    assert runs_in_time(MANY_OPENINGS, repo_root=repo_root)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("a <!-- b --> c <!-- d", "a c <!-- d"),
        ("a <SCRIPT>x</Script > b <style>y</style> c <script> d", "a b c d"),
        ("a <script> <script> x </script> b", "a b"),
        ("a <style> b <script>x</script> c", "a b c"),
    ],
)
def test_what_is_never_closed_takes_nothing_with_it(markup: str, words: str) -> None:
    assert plain(markup) == words
