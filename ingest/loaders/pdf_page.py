"""A page of a PDF as the layout steps have it: words at places, ruled lines, boxes.

Units are points, y grows upwards, and the page is turned so that most of its text runs from left to
right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.loaders.pdf_shapes import Area, Rule


@dataclass(frozen=True, slots=True)
class Word:
    """Glyphs in one face that touch one another."""

    text: str
    left: float
    right: float
    base: float
    """Height of the base line."""
    size: float
    """Of the font, as it comes out on the page."""
    bold: bool = False
    light: bool = False
    spaced: bool = False
    """A space was drawn before it."""
    spaced_after: bool = False
    order: int = 0
    """Its place in the order of drawing."""
    unseen: bool = False
    """White on white, or beside the page."""


@dataclass(slots=True)
class Page:
    """One page; coordinates are those of its main direction of writing."""

    words: list[Word] = field(default_factory=list)
    """In the order of drawing."""
    aside: list[list[Word]] = field(default_factory=list)
    """Upright words of each other direction (axis labels, margins), turned to be read."""
    slanted: list[Word] = field(default_factory=list)
    """Words at an angle: watermarks, stamps. Their places mean nothing."""
    rules: list[Rule] = field(default_factory=list)
    boxes: list[Area] = field(default_factory=list)
    """Filled or framed areas that may hold a text of their own."""
    dots: list[Area] = field(default_factory=list)
    """What may be a drawn bullet."""
    has_pictures: bool = False

    @property
    def all_words(self) -> list[str]:
        """Texts of the words in all directions."""
        groups = (self.words, self.slanted, *self.aside)
        return [word.text for words in groups for word in words]


def body_size_of(pages: Sequence[Page]) -> float:
    """Font size of most characters of the document, in points."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for word in page.words:
            sizes[round(word.size, 1)] += len(word.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0
