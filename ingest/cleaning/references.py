"""Marks bibliographies, end notes and legal notes, and removes their numbers from sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.types import Block, Removal
from vectorstore.types import SentenceKind

_SECTION = re.compile(
    r"(?:\W*\d+\.?\s*)?(?:references?(?:\s+(?:cited|list|and notes))?|bibliography|works cited"
    r"|literature(?:\s+cited)?|end\s?notes?|foot\s?notes?|notes and references"
    r"|literatur(?:verzeichnis)?|quellen(?:verzeichnis)?"
    r"|références|bibliographie|referencias|bibliografía|参考文献)\s*:?\s*$",
    re.IGNORECASE,
)
_WEAK_SECTION = re.compile(r"(?:notes|sources|further reading|citations)\s*:?\s*$", re.IGNORECASE)
_LOOKS_CITED = re.compile(
    r"https?://|www\.|\bdoi\b|\bIbid|\bet al\b|\b(?:19|20)\d\d\b|\bpp?\.\s?\d"
)
MIN_CITED_SHARE = 0.6
"""Of the entries under "Notes" or "Sources" that look like references: they may be prose."""

_LEGAL = re.compile(
    r"(?:©|\(c\)\s*(?:19|20)\d\d|copyright\s+(?:©|\(c\)|\d{4}|by)|all rights reserved"
    r"|this (?:document|report|material|publication|article) (?:is|has been)"
    r" (?:provided|prepared|published) for (?:informational|general information)"
    r"|no part of this (?:publication|document|report) may be"
    r"|(?:the )?views expressed (?:in this|herein|are)|license:\s*cc)",
    re.IGNORECASE,
)
MAX_LEGAL = 600
_NUMBERED = re.compile(r"\[?(\d{1,3})[\].)]?\s+(?=[^\W\d_]|[“\"‘])")
_NUMBERED_MARKER = re.compile(r"\s*(\d{1,3})[.)]\s*$")

# The number of a note glued to the stop of a sentence: "in practice.12 The".
_GLUED = re.compile(
    r"(?<=[a-z]{3}[.!?])(\d{1,3})(?=\s+[A-Z“\"‘(]|\s*$)|(?<=[a-z]{3}[,;])(\d{1,3})(?=\s+[a-z])"
)
_BRACKETED = re.compile(r"(?<=[^\s(])\[(\d{1,3})\]")
_GLUED_AFTER_QUOTE = re.compile(r"(?<=[a-z][.,!?][”\"’])(\d{1,3})(?=\s|$)")
_RAISED = re.compile(
    r"(?:(?<=[^\W\d_][^\W\d_])|(?<=[.,;:!?)”’\"]))[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?![⁰¹²³⁴⁵⁶⁷⁸⁹\w])"
)
_UNIT_BEFORE = re.compile(r"(?:^|[\s\d/·])(?:[kcmdµn]?m|ft|in|mi|yd|[A-Z])$")
_RAISED_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


_CLOSING = re.compile(r"(?:sources|references)\s*:\s+\S", re.IGNORECASE)
"""A last paragraph that names the sources in one go. "Source: …" in the singular is a caption's."""


def mark_references(blocks: list[Block]) -> tuple[list[Block], list[Removal]]:
    """Blocks with notes and legal lines as REFERENCE, and the note numbers out of the prose."""
    marked = _mark_sections(blocks)
    marked = [
        replace(block, kind=SentenceKind.REFERENCE)
        if _is_legal(block) or _CLOSING.match(block.text)
        else block
        for block in marked
    ]
    return _without_note_numbers(marked)


def _is_legal(block: Block) -> bool:
    return (
        block.kind in (SentenceKind.PROSE, SentenceKind.LIST_ITEM)
        and len(block.text) <= MAX_LEGAL
        and _LEGAL.match(block.text) is not None
    )


def _mark_sections(blocks: Sequence[Block]) -> list[Block]:
    marked: list[Block] = []
    level = 0
    for index, block in enumerate(blocks):
        if block.kind is SentenceKind.HEADING:
            ends = level and block.level <= level
            if ends:
                level = 0
            if _is_reference_section(block, blocks[index + 1 :]):
                level = block.level
        elif level and block.kind is not SentenceKind.CAPTION:
            block = replace(block, kind=SentenceKind.REFERENCE)
        marked.append(block)
    return marked


def _is_reference_section(heading: Block, following: Sequence[Block]) -> bool:
    if _SECTION.match(heading.text):
        return True
    if not _WEAK_SECTION.match(heading.text):
        return False
    entries: list[Block] = []
    for block in following:
        if block.kind is SentenceKind.HEADING:
            break
        entries.append(block)
    cited = sum(1 for entry in entries if _LOOKS_CITED.search(entry.text))
    return bool(entries) and cited >= MIN_CITED_SHARE * len(entries)


def _without_note_numbers(blocks: list[Block]) -> tuple[list[Block], list[Removal]]:
    """Safe only where the document has the note: its number must be among those of the notes."""
    known = _note_numbers(blocks)
    if not known:
        return blocks, []
    removals: list[Removal] = []

    def unglue(block: Block) -> Block:
        def drop(match: re.Match[str]) -> str:
            number = match[0].strip("[]").translate(_RAISED_DIGITS)
            if int(number) not in known or _UNIT_BEFORE.search(match.string, 0, match.start()):
                return match[0]
            removals.append(Removal(number, "note number", block.line))
            return ""

        text = block.text
        for pattern in (_RAISED, _BRACKETED, _GLUED_AFTER_QUOTE, _GLUED):
            text = pattern.sub(drop, text)
        return block if text == block.text else replace(block, text=text)

    return [
        block if block.kind is SentenceKind.REFERENCE else unglue(block) for block in blocks
    ], removals


def _note_numbers(blocks: Sequence[Block]) -> frozenset[int]:
    numbers: set[int] = set()
    for block in blocks:
        if block.kind is not SentenceKind.REFERENCE:
            continue
        match = _NUMBERED_MARKER.match(block.marker) or _NUMBERED.match(block.text)
        if match:
            numbers.add(int(match[1]))
    return frozenset(numbers)
