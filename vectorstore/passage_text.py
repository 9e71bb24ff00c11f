"""The one string that stands for a passage in both indexes."""

from __future__ import annotations

from collections.abc import Sequence


def embedding_text(title: str, heading: Sequence[str], text: str) -> tuple[str, int]:
    """Title, heading path and passage as one string.

    Returns:
        The string, and the offset at which the passage's own text starts in it.
    """
    path = [title.strip(), *(part.strip() for part in heading)]
    # The first heading of an article is often its title again: say it once.
    lines = [
        part for part, before in zip(path, ["", *path], strict=False) if part and part != before
    ]
    prefix = "".join(f"{line}\n" for line in lines)
    return prefix + text, len(prefix)
