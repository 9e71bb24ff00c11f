"""Takes off a page what is laid over or beside its text: watermarks, stamps, numbers of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingest.loaders.pdf_margins import clear_margins
from ingest.loaders.pdf_page import Page, Word, body_size_of

STAMP = 1.5
"""Times the size of the text: slanted words so large are laid over the page."""

PALE = 2.0
"""Times the size of the text: pale words so large are laid under the page."""

FEWEST_NUMBERED_LINES = 5

TINY = 2.0
"""Points: nobody reads what is set smaller, where the rest is of the usual size."""


def without_noise(pages: Sequence[Page]) -> list[str]:
    """Remove unseen text, watermarks, line numbers and printed margins from the pages, in place.

    Returns:
        Remarks that say what was removed.
    """
    remarks = [*_unseen(pages), *_watermarks(pages), *_line_numbers(pages)]
    clear_margins(pages)
    return remarks


def _unseen(pages: Sequence[Page]) -> list[str]:
    """What no reader of the page sees: white on white, too small, or beside the paper."""
    body_size = body_size_of(pages)
    tiny = min(TINY, body_size / 3)
    found = 0
    for page in pages:
        kept = [word for word in page.words if not word.unseen and word.size > tiny]
        found += len(kept) < len(page.words)
        page.words = kept
        page.aside = [[word for word in words if not word.unseen] for words in page.aside]
    if not found or not any(page.words for page in pages):
        return []
    where = "1 page" if found == 1 else f"{found} pages"
    return [f"Text that is not seen (white, tiny or beside the page) is left out ({where})."]


def _watermarks(pages: Sequence[Page]) -> list[str]:
    body_size = body_size_of(pages)
    found: Counter[str] = Counter()
    pale = Counter(word.text for page in pages for word in page.words if _is_pale(word, body_size))
    for page in pages:
        laid_over = [
            word for word in page.slanted if word.size >= STAMP * body_size or len(pages) == 1
        ]
        laid_under = [
            word
            for word in page.words
            if _is_pale(word, body_size) and pale[word.text] > max(1, len(pages) // 2)
        ]
        page.words = [word for word in page.words if word not in laid_under]
        if small := [word for word in page.slanted if word not in laid_over]:
            page.aside.extend([word] for word in small)
        page.slanted = []
        if text := " ".join(word.text for word in [*laid_over, *laid_under]):
            found[text] += 1
    return [
        f"The watermark “{text}” is left out ({count} {'page' if count == 1 else 'pages'})."
        for text, count in found.items()
    ]


def _is_pale(word: Word, body_size: float) -> bool:
    return word.light and word.size >= PALE * body_size


def _line_numbers(pages: Sequence[Page]) -> list[str]:
    """Numbers of lines in the left margin, counted anew on each page."""
    numbered = [(page, _numbers_in_margin(page)) for page in pages]
    numbered = [(page, numbers) for page, numbers in numbered if numbers]
    if len(numbered) < 2 or len(numbered) < len(pages) / 2:
        return []
    for page, numbers in numbered:
        page.words = [word for word in page.words if word not in numbers]
    return [f"The numbers of lines in the margin are left out ({len(numbered)} pages)."]


def _numbers_in_margin(page: Page) -> list[Word]:
    """Words left of all others that count from 1, one to a line."""
    margin = min((word.left for word in page.words if not word.text.isdigit()), default=0.0)
    numbers = [word for word in page.words if word.text.isdigit() and word.right < margin]
    numbers.sort(key=lambda word: -word.base)
    counted = [int(word.text) for word in numbers] == list(range(1, len(numbers) + 1))
    heights = {round(word.base) for word in numbers}
    enough = len(numbers) >= FEWEST_NUMBERED_LINES and len(heights) == len(numbers)
    return numbers if counted and enough else []
