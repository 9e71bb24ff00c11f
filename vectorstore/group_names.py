"""Names of groups of people, as documents, tokens and settings have them. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterable

NOBODY = "?"
"""The group of what states its groups in a way that cannot be read; nobody can be in it."""
BY_HAND = "set by hand"
IN_SYNC = "sync.toml"
UNTIL_READ = "until the next ingest"
MAX_GROUPS = 100
MAX_GROUP_CHARACTERS = 200


def group_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names as they are stored and compared: white space folded, each once, sorted.

    Raises:
        ValueError: If one is empty, reserved or too long, or there are too many; says which.
    """
    cleaned = sorted({" ".join(name.split()) for name in names})
    for name in cleaned:
        if not name or name == NOBODY or len(name) > MAX_GROUP_CHARACTERS or not name.isprintable():
            raise ValueError(
                f"{name!r} is no name of a group: it needs 1 to {MAX_GROUP_CHARACTERS} printable "
                f"characters, and {NOBODY!r} is taken"
            )
    if len(cleaned) > MAX_GROUPS:
        raise ValueError(f"{len(cleaned)} groups are more than {MAX_GROUPS}")
    return tuple(cleaned)
