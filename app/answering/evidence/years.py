"""The year that a document is about, where the question names one. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from vectorstore.types import Metadata

_YEAR = re.compile(r"(?<![\w$€£.,-])(?:19|20)\d\d(?![\w%]|[.,]\d)")
MOST = 0.5
"""Share of the years in a document that the one which it is about must have."""
FEWEST = 2
"""So often it must stand there."""


def year_asked(question: str) -> str:
    """The one year that a question names; empty if there is none, or several."""
    years = set(_YEAR.findall(question))
    return years.pop() if len(years) == 1 else ""


def is_about_year(year: str, metadata: Metadata, passages: Sequence[str]) -> bool:
    """Whether a document was published in a year, or most of the years in its passages are that."""
    if metadata.published is not None and str(metadata.published.year) == year:
        return True
    years = Counter(each for text in passages for each in _YEAR.findall(text))
    return years[year] >= FEWEST and years[year] >= MOST * years.total()
