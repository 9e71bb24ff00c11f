"""Citations that a provider makes by itself (Anthropic), as markers in the text.

Documents go along in sentences ("custom content"), so that a citation names sentences and nothing
has to be searched for. In the reply each part of the text brings its citations; they are written
behind it as [n], n counting the sentences of all documents from 1. What reads replies then reads
one form only.
Source: Anthropic's Messages API, "Citations".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from app.llm.types import SourceDocument

MAX_CITED = 20
"""A citation of more sentences in a row points at nothing in particular."""


def document_blocks(documents: Sequence[SourceDocument]) -> list[dict[str, Any]]:
    """The documents as blocks of a message, each with citations on."""
    return [
        {
            "type": "document",
            "source": {
                "type": "content",
                "content": [{"type": "text", "text": sentence} for sentence in each.sentences],
            },
            "title": each.title,
            "context": each.about,
            "citations": {"enabled": True},
        }
        for each in documents
    ]


class MarkedText:
    """Writes a message's citations into its text, piece by piece."""

    def __init__(self, documents: Sequence[SourceDocument]) -> None:
        self._sizes = [len(each.sentences) for each in documents]
        self._offsets = [0, *accumulate(self._sizes)]
        self._part: object = None
        self._numbers: list[int] = []

    def add(self, content: str | Sequence[str | Mapping[str, Any]]) -> str:
        """The text of a message's content, or of a piece of it, with what is cited before it."""
        if isinstance(content, str):
            return self.close() + content if content else ""
        return "".join(self._block(block) for block in content)

    def close(self) -> str:
        """Markers of the part that has ended."""
        numbers, self._numbers = dict.fromkeys(self._numbers), []
        return "".join(f"[{n}]" for n in numbers)

    def _block(self, block: str | Mapping[str, Any]) -> str:
        if isinstance(block, str):
            return self.close() + block
        if block.get("type") != "text":
            return ""
        part = block.get("index", object())  # a whole message has no index: each block is a part
        before = "" if part == self._part else self.close()
        self._part = part
        for citation in block.get("citations") or []:
            self._numbers += self._cited(citation)
        return before + str(block.get("text") or "")

    def _cited(self, citation: Mapping[str, Any]) -> list[int]:
        """Numbers of the sentences that a citation names; none if there are no such."""
        place = citation.get("document_index")
        first, last = citation.get("start_block_index"), citation.get("end_block_index")
        if not (isinstance(place, int) and isinstance(first, int) and isinstance(last, int)):
            return []
        if not 0 <= place < len(self._sizes) or not 0 <= first < last <= self._sizes[place]:
            return []
        return [self._offsets[place] + n + 1 for n in range(first, last)][:MAX_CITED]
