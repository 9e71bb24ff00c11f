"""Windows of like length go through the model together, so that little of a batch is padding."""

from __future__ import annotations

from collections.abc import Sequence

from vectorstore.embedding.windows import Window


def by_length(windows: Sequence[Window], *, budget: int) -> list[list[Window]]:
    """Batches of windows, longest first, each within `budget` padded word pieces or a single one.

    Depends on nothing but the windows and the budget: the same texts give the same batches.
    """
    batches: list[list[Window]] = []
    room = 0
    for window in sorted(windows, key=lambda window: -len(window.ids)):
        if room == 0:
            batches.append([])
            # The first window is the longest, so every later one is padded to its length.
            room = max(1, budget // len(window.ids))
        batches[-1].append(window)
        room -= 1
    return batches
