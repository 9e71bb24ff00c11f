"""Clusters of unanswered questions as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from app.conversations.clusters import Cluster

CSV = "text/csv"
BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel takes the file for a code page of its own."""
COLUMNS = (
    "question", "count", "first_seen", "last_seen", "reasons", "channels", "searched_for",
    "other_wordings", "nearest_passages", "comments",
)  # fmt: skip
MAX_CELL_CHARACTERS = 32_000
"""Excel cuts a cell at 32,767."""

# What a spreadsheet takes for the start of a formula, also full-width.
_FORMULA = "[=+\\-@|%\uff1d\uff0b\uff0d\uff20]"
# At the start of a cell, and wherever a spreadsheet that separates by semicolons or tabs, or reads
# quotes its own way, would start one.
_CELL_START = re.compile(rf"(\A[\s\0]*|[;\t\r\n\"][\s\0]*)(?={_FORMULA})")


def as_csv(clusters: Iterable[Cluster]) -> str:
    """A row for each cluster; cells of several values hold one a line."""
    written = io.StringIO()
    table = csv.writer(written, quoting=csv.QUOTE_ALL)
    table.writerow(COLUMNS)
    for cluster in clusters:
        question, *others = cluster.wordings
        table.writerow(
            safe_cell(text)
            for text in (
                question,
                str(len(cluster.gaps)),
                _moment(cluster.first_seen),
                _moment(cluster.last_seen),
                _counted(cluster.reasons),
                _counted(cluster.channels),
                cluster.condensed_query,
                "\n".join(others),
                "\n".join(f"{miss.title}: {miss.text}" for miss in cluster.near_misses),
                "\n".join(cluster.comments),
            )
        )
    return BYTE_ORDER_MARK + written.getvalue()


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet runs it: an apostrophe stands before what looks a formula."""
    return _CELL_START.sub(r"\1'", text[:MAX_CELL_CHARACTERS])


def _counted(counts: Mapping[str, int]) -> str:
    return "\n".join(f"{name}: {count}" for name, count in counts.items())


def _moment(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")
