from __future__ import annotations

from typing import Any

import pytest

from app.llm.native_citations import MarkedText, document_blocks
from app.llm.types import SourceDocument

DOCUMENTS = (SourceDocument("One", "2019", ("a", "b")), SourceDocument("Two", "", ("c",)))


def block(text: str = "", index: int = 0, **citation: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "text", "text": text, "index": index}
    return found | ({"citations": [citation]} if citation else {})


def cited(document: int, first: int, last: int) -> dict[str, int]:
    return {"document_index": document, "start_block_index": first, "end_block_index": last}


def marked(*pieces: Any) -> str:
    text = MarkedText(DOCUMENTS)
    return "".join(text.add(piece) for piece in pieces) + text.close()


def test_markers_stand_behind_the_part_that_is_cited() -> None:
    assert (
        marked([block("It ", 0)], [block("closed", 1)], [block("", 1, **cited(1, 0, 1))],
               [block(". Then", 2)])
        == "It closed[3]. Then"
    )  # fmt: skip


def test_numbers_count_over_all_documents_and_each_is_written_once() -> None:
    pieces = [[block("x", 0, **cited(0, 0, 2))], [block("", 0, **cited(0, 1, 2))]]
    assert marked(*pieces) == "x[1][2]"


def test_a_whole_message_is_read_like_its_pieces() -> None:
    whole = [
        {"type": "text", "text": "It closed", "citations": [cited(1, 0, 1)]},
        {"type": "text", "text": ". "},
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": "Then", "citations": None},
    ]
    assert marked(whole) == "It closed[3]. Then"


@pytest.mark.parametrize(
    "citation",
    [cited(7, 0, 1), cited(0, 1, 9), cited(0, 1, 1), cited(-1, 0, 1), {"document_index": 0}],
)
def test_a_citation_of_nothing_is_left_out(citation: dict[str, int]) -> None:
    assert marked([block("x", 0, **citation)]) == "x"


def test_plain_text_stays() -> None:
    assert marked("It ", "", "closed.") == "It closed."


def test_documents_go_along_in_sentences_with_citations_on() -> None:
    first, second = document_blocks(DOCUMENTS)
    assert first["source"]["content"] == [
        {"type": "text", "text": "a"},
        {"type": "text", "text": "b"},
    ]
    assert first["citations"] == {"enabled": True}
    assert second["title"] == "Two"
