"""The kinds of blocks that Accord sends, and Slack's limits on them.

Words of documents go into rich text, where Slack reads no markup at all. Only where Slack takes
nothing but its markup (context blocks) are they escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from app.slack.markup import units

Block = dict[str, Any]
Element = dict[str, Any]

MAX_BLOCKS = 50
MAX_SECTION = 3_000
MAX_MESSAGE = 12_000
"""Characters over all blocks: Slack refuses somewhere above 13,200, and 12,000 in a stream."""
MAX_PIECE = 1_600
"""A block holds this much text and two links of the longest kind."""

_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’)\]]*\s+|[。！？]")


def rich(elements: Sequence[Element], kind: str = "rich_text_section") -> Block:
    """A paragraph (or "rich_text_quote") of literal text and links."""
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def words(text: str, **style: bool) -> Element:
    """Literal text; `bold`, `italic`."""
    element: Element = {"type": "text", "text": text}
    return {**element, "style": style} if style else element


def address(url: str, label: str) -> Element:
    """A link that can be clicked, unlike links in texts of documents."""
    return {"type": "link", "url": url, "text": label}


def marked(markup: str) -> Element:
    """Slack's markup, escaped except for Accord's own links; Slack must not add links by itself."""
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def context(markup: str) -> Block:
    """A line in small print."""
    return {"type": "context", "elements": [marked(markup)]}


def section(markup: str) -> Block:
    """A paragraph in Slack's markup."""
    return {"type": "section", "text": marked(markup)}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": label(text, 150)}


def button(text: str, action_id: str, value: str = "", **more: Any) -> Element:
    """A button whose value comes back when it is pressed."""
    return {
        "type": "button",
        "action_id": action_id,
        "text": label(text, 75),
        **({"value": value} if value else {}),
        **more,
    }


def actions(buttons: Sequence[Element]) -> Block:
    """Buttons side by side."""
    return {"type": "actions", "elements": list(buttons)}


def label(text: str, limit: int) -> Element:
    """Plain text of limited length."""
    return {"type": "plain_text", "text": shortened(text, limit), "emoji": True}


def size(block: Block) -> int:
    """Characters of a block, links included, as the strictest reading of Slack's limits has it."""
    total = 0
    for value in block.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                total += size(one)
    total += units(str(block.get("url", "")))
    text = block.get("text")
    return total + (units(text) if isinstance(text, str) else 0)


def shortened(text: str, limit: int) -> str:
    """The text on one line, with an ellipsis where it was longer than `limit` units."""
    line = " ".join(text.split())
    return line if units(line) <= limit else f"{_head(line, limit - 1).rstrip()}…"


def split(text: str, limit: int = MAX_PIECE) -> list[str]:
    """Cut at sentence ends, else between words, else anywhere; no piece is above `limit` units.

    Joined again, the pieces are the text but for white space at the cuts.
    """
    pieces = []
    rest = text.strip()
    while len(rest) > limit or units(rest) > limit:
        head = _head(rest, limit)
        cut = max((found.end() for found in _SENTENCE_END.finditer(head)), default=0)
        if cut <= len(head) // 4:
            cut = head.rfind(" ") + 1 or len(head)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in [*pieces, rest] if piece]


def pack(blocks: Iterable[Block]) -> list[list[Block]]:
    """Fill messages in order, each within the limits."""
    messages: list[list[Block]] = [[]]
    room = MAX_MESSAGE
    for block in blocks:
        needed = size(block)
        if messages[-1] and (needed > room or len(messages[-1]) == MAX_BLOCKS):
            messages.append([])
            room = MAX_MESSAGE
        messages[-1].append(block)
        room -= needed
    return messages


def _head(text: str, limit: int) -> str:
    """The longest start of at most `limit` units."""
    head = text[:limit]
    while units(head) > limit:
        head = head[: len(head) - max(1, (units(head) - limit) // 2)]
    return head
