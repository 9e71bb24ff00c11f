"""The records of ingest: blocks of a text while it is cleaned, what was removed, what came out."""

from __future__ import annotations

from dataclasses import dataclass

from vectorstore.types import PreparedDocument, SentenceKind


@dataclass(frozen=True, slots=True)
class Removal:
    """Words of the source that are not in the canonical text, and why."""

    text: str
    reason: str
    line: int
    """Line of the source text on which it began, from 1."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row on its way from raw to canonical text."""

    text: str
    kind: SentenceKind = SentenceKind.PROSE
    line: int = 1
    """Line of the source text on which it began, from 1."""
    page: int | None = None
    """Page on which it began, from 1; None where the source has no pages."""
    level: int = 0
    """Rank of a heading, 1 is the outermost; 0 for everything else."""
    marker: str = ""
    """What stands before the text on its line ("- ", "3. "), outside every span."""
    tight: bool = False
    """Follows the block before on the next line, without a blank line between."""
    emphasised: bool = False
    """The source set the whole of it in bold, or in a block quote."""
    whole: bool = False
    """One span whatever punctuation it has: a signature, a label."""
    closes: int = 0
    """Headings of this level and below head neither it nor what follows; 0 where none ends."""
    heading: tuple[str, ...] = ()
    """Headings above it, outermost first; for a heading, itself included."""
    aside: bool = False
    """Stood between the two parts of a sentence: a side bar, a pull quote, a box."""
    repeats: bool = False
    foreign: bool = False
    start: int = 0
    """Offset of `text` in the canonical text."""


@dataclass(frozen=True, slots=True)
class CleanedText:
    """The canonical text, the blocks that it is made of in order, and what was left out."""

    text: str
    blocks: tuple[Block, ...]
    removals: tuple[Removal, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to embed, and what cleaning took out of its source."""

    document: PreparedDocument
    removals: tuple[Removal, ...]
