"""A second reading of some pages by pypdf, which shares no code with pdfium, for comparison."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO

from ingest.errors import TooLargeError

MOST_PAGES = 4
"""Compared in one file, spread over it: pypdf takes longer for a page than all the rest does."""

FEWEST_WORDS = 20
"""Of a page, so that a share of them says something."""

AGREEMENT = 0.95
"""Share of a page's words that the other reader has; below it, the report names the page."""

ARRAY_ELEMENTS = 1_000_000
"""pypdf's own bound of a tenth of it refuses honest reports whose pages carry structure trees."""

_LETTERS = re.compile(r"[^\W_]+")


def compare(content: bytes, pages: Sequence[Sequence[str]]) -> list[str]:
    """Remarks about pages of which two readers read different words; broken words do not count.

    Args:
        content: The file.
        pages: The words of each page, as the first reader has them.

    Raises:
        TooLargeError: If a page unpacks to more than is read.
    """
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import LimitReachedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # one line for each flaw it works around
    remarks: list[str] = []
    with apply_configuration(array_maximum_element_count=ARRAY_ELEMENTS):
        try:
            reader = PdfReader(BytesIO(content))
            for index in sample(len(pages)):
                other = reader.pages[index].extract_text()
                share = agreement(pages[index], other)
                if share < AGREEMENT:
                    remarks.append(
                        f"Page {index + 1}: two readers agree in {share:.0%} of the words only; "
                        "compare what is cited from it with the file."
                    )
        except LimitReachedError as error:
            reason = str(error).strip().rstrip(".")
            raise TooLargeError(f"A page unpacks to more than is read: {reason}.") from error
        except Exception:  # noqa: BLE001  what the first reader has read stands without a second
            remarks.append("A second reader cannot read the file; its words are not compared.")
    return remarks


def is_locked(content: bytes) -> bool:
    """Whether a file asks for a password; False where the second reader cannot tell."""
    from pypdf import PdfReader

    with suppress(Exception):  # whatever a damaged file causes
        reader = PdfReader(BytesIO(content))
        return reader.is_encrypted and not reader.decrypt("")
    return False


def has_no_pages(content: bytes) -> bool:
    """Whether a file is sound but for its pages, of which it has none."""
    from pypdf import PdfReader

    with suppress(Exception):
        return len(PdfReader(BytesIO(content)).pages) == 0
    return False


def sample(count: int) -> list[int]:
    """Indices of some pages, spread evenly, the first one included."""
    taken = min(count, MOST_PAGES)
    return sorted({index * count // taken for index in range(taken)})


def agreement(words: Sequence[str], other: str) -> float:
    """Share of words that stand in the other text, white space aside, or the other way round.

    1.0 where there are too few words to say.
    """
    mine = [part for word in words for part in _LETTERS.findall(word.casefold())]
    theirs = _LETTERS.findall(other.casefold())
    if max(len(mine), len(theirs)) < FEWEST_WORDS:
        return 1.0
    return min(_share(mine, "".join(theirs)), _share(theirs, "".join(mine)))


def _share(words: Sequence[str], text: str) -> float:
    if not words:
        return 0.0
    return sum(len(word) for word in words if word in text) / sum(map(len, words))
