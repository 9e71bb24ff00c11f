"""The order of the cleaning steps, from light Markdown to canonical text."""

from __future__ import annotations

from dataclasses import replace

from ingest.cleaning.characters import normalise_characters
from ingest.cleaning.foreign import mark_foreign
from ingest.cleaning.headings import infer_headings
from ingest.cleaning.inline import is_emphasised, plain
from ingest.cleaning.labels import mark_labels
from ingest.cleaning.lines import resolve_lines
from ingest.cleaning.markdown import read_blocks
from ingest.cleaning.noise import drop_menus_and_images, drop_noise
from ingest.cleaning.references import mark_references
from ingest.cleaning.rejoin import rejoin_cut_sentences
from ingest.cleaning.repeats import mark_repeats
from ingest.cleaning.words import words_of
from ingest.types import Block, CleanedText, Removal
from vectorstore.types import SentenceKind


def clean(text: str) -> CleanedText:
    """Canonical text of a source, with its blocks in order and everything that was left out."""
    removals: list[Removal] = []
    blocks, dropped = drop_menus_and_images(read_blocks(normalise_characters(text)))
    removals += dropped
    blocks = [_without_markup(block) for block in blocks]
    blocks = resolve_lines([block for block in blocks if block.text.strip()])
    blocks, dropped = drop_noise(blocks)
    removals += dropped
    blocks = infer_headings(blocks)
    blocks, dropped = mark_labels(blocks)
    removals += dropped
    blocks = rejoin_cut_sentences(blocks)
    blocks, dropped = mark_references(blocks)
    removals += dropped
    words = [words_of(block.text) for block in blocks]
    blocks = mark_foreign(mark_repeats(blocks, words), words)
    return _assemble(blocks, removals)


def _without_markup(block: Block) -> Block:
    text = plain(block.text)
    if text == block.text:
        return block
    return replace(block, text=text, emphasised=block.emphasised or is_emphasised(block.text))


def _assemble(blocks: list[Block], removals: list[Removal]) -> CleanedText:
    """Lay the blocks out as text: a blank line between paragraphs, one line an item or row."""
    parts: list[str] = []
    placed: list[Block] = []
    path: list[tuple[int, str]] = []
    offset = 0
    for block in blocks:
        if placed:
            separator = "\n" if block.tight else "\n\n"
            parts.append(separator)
            offset += len(separator)
        if block.closes:
            path = [entry for entry in path if entry[0] < block.closes]
        if block.kind is SentenceKind.HEADING:
            path = [entry for entry in path if entry[0] < block.level]
            path.append((block.level, block.text))
        parts += (block.marker, block.text)
        heading = tuple(text for _, text in path)
        placed.append(replace(block, start=offset + len(block.marker), heading=heading))
        offset += len(block.marker) + len(block.text)
    return CleanedText("".join(parts), tuple(placed), tuple(removals))
