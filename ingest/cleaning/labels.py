"""Distinguishes labels from prose: captions, names under a pull quote, logos, title pages."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.cleaning.words import TAIL, ends_dangling, is_terminated, num_words, starts_lower
from ingest.types import Block, Removal
from vectorstore.types import SentenceKind

MAX_LABEL_WORDS = 14
"""A label longer than this would be a sentence."""

MAX_SUBTITLE_WORDS = 14
"""Second line of a figure's caption."""

_FIGURE = (
    r"(?:FIGURE|Figure|Fig\.|FIG\.|TABLE|Table|EXHIBIT|Exhibit|CHART|Chart|GRAPHIC|Graphic|BOX|Box)"
)
_NUMBER = r"[\dIVX]{1,4}(?:[.-]\d{1,2})?[A-Za-z]?"
_LONE_LABEL = re.compile(rf"{_FIGURE}\s+{_NUMBER}[.:]?$")
_CAPTION = re.compile(
    rf"{_FIGURE}\s+{_NUMBER}\s?[.:|–—-]\s*\S|(?:Source|Photo|Image|Credit|Illustration)s?\s?:\s*\S"
)
_TRAILING_LABEL = re.compile(
    rf"(?<=[.!?”\"])\s+({_FIGURE.upper()}\s+{_NUMBER})$".replace("FIG\\.|", "")
)
_QUOTED = re.compile(r"[“\"«„].*[”\"»]$", re.DOTALL)
_NAME_AND_ROLE = re.compile(
    r"[—–-]?\s*[A-Z][\w.’'-]*(?:\s+(?:[A-Z][\w.’'-]*|van|von|de|der|den|di|da|del|la|bin|al)){1,4}\s*,"
)


def mark_labels(blocks: list[Block]) -> tuple[list[Block], list[Removal]]:
    """Blocks with labels as captions of one span each, and the figure labels that stood twice."""
    blocks, removals = _without_repeated_figure_labels(blocks)
    marked: list[Block] = []
    for block in blocks:
        marked.append(_marked(block, marked[-1] if marked else None))
    return _join_lead_ins(_join_captions(marked)), removals


def _without_repeated_figure_labels(blocks: list[Block]) -> tuple[list[Block], list[Removal]]:
    """A label at the end of a paragraph is dropped where the figure's own label follows."""
    lone = {block.text.strip(" .:").casefold() for block in blocks if _LONE_LABEL.match(block.text)}
    kept: list[Block] = []
    removals: list[Removal] = []
    for block in blocks:
        match = _TRAILING_LABEL.search(block.text[-TAIL:]) if lone else None
        if match and match[1].casefold() in lone:
            removals.append(Removal(match[1], "repeated figure label", block.line))
            block = replace(block, text=block.text[: -len(match[0])])
        if kept and _LONE_LABEL.match(block.text) and kept[-1].text == block.text:
            removals.append(Removal(block.text, "repeated figure label", block.line))
            continue
        kept.append(block)
    return kept, removals


def _marked(block: Block, before: Block | None) -> Block:
    if block.kind is SentenceKind.HEADING and before is not None and _LONE_LABEL.match(before.text):
        return replace(block, kind=SentenceKind.CAPTION, level=0)
    if block.kind is not SentenceKind.PROSE or block.whole:
        return block
    if _LONE_LABEL.match(block.text) or _is_attribution(block, before):
        return replace(block, kind=SentenceKind.CAPTION)
    if _CAPTION.match(block.text):
        return replace(block, kind=SentenceKind.CAPTION)
    if _is_label(block):
        return replace(block, whole=True)
    return block


def _is_label(block: Block) -> bool:
    return (
        not is_terminated(block.text)
        and not starts_lower(block.text)
        and not ends_dangling(block.text)
        and num_words(block.text) <= MAX_LABEL_WORDS // 2
    )


def _is_attribution(block: Block, before: Block | None) -> bool:
    """The name and role of the person whom the quotation above it quotes."""
    return (
        before is not None
        and (before.emphasised or bool(_QUOTED.match(before.text)))
        and bool(_QUOTED.match(before.text) or block.text.startswith(("—", "–", "-")))
        and not is_terminated(block.text)
        and num_words(block.text) <= MAX_LABEL_WORDS
        and bool(_NAME_AND_ROLE.match(block.text))
    )


def _join_captions(blocks: list[Block]) -> list[Block]:
    """Make "FIGURE 1", its title and the line under the title one caption of several lines."""
    joined: list[Block] = []
    open_lines = 0
    for block in blocks:
        if open_lines and _continues_caption(block):
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text}\n{block.text}")
            open_lines -= 1
            continue
        open_lines = 2 if _LONE_LABEL.match(block.text) else 0
        joined.append(block)
    return joined


def _continues_caption(block: Block) -> bool:
    if block.kind is SentenceKind.CAPTION:
        return not _LONE_LABEL.match(block.text)
    return (
        block.kind is SentenceKind.PROSE
        and not block.emphasised
        and not starts_lower(block.text)
        and not is_terminated(block.text)
        and not ends_dangling(block.text)
        and num_words(block.text) <= MAX_SUBTITLE_WORDS
    )


def _join_lead_ins(blocks: list[Block]) -> list[Block]:
    """Make "Sponsored by" and the name on the next line one label."""
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.kind is SentenceKind.PROSE
            and num_words(before.text) <= 3
            and before.text.casefold().endswith((" by", " with", " for", " from", " of"))
            and block.kind is SentenceKind.PROSE
            and num_words(block.text) <= MAX_LABEL_WORDS // 2
        ):
            joined[-1] = replace(before, text=f"{before.text} {block.text}", whole=True)
            continue
        joined.append(block)
    return joined
