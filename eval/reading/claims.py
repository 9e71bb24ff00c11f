"""Claims put to the verifier beside the sentences that they are to be checked against."""

from __future__ import annotations

from collections.abc import Iterable

from app.answering.evidence import is_citable
from app.answering.verify import verify
from eval.reading.shelf import Shelf, Shelved


def is_accepted(shelf: Shelf, claim: str, document: str, places: Iterable[int]) -> bool:
    """Whether the product would show a claim that cites these sentences of a document.

    The quotes are the library's own sentences, as a chat model's answer would cite them.

    Args:
        shelf: Where the document stands.
        claim: One sentence.
        document: Its name.
        places: Indices of the dataset's sentences; none means all of them.
    """
    shelved = shelf.documents.get(document)
    return shelved is not None and not verify(claim, quotes(shelved, places))


def quotes(document: Shelved, places: Iterable[int]) -> list[str]:
    """The texts that a claim may cite for these sentences, in reading order."""
    wanted = list(places) or range(len(document.spans))
    return [
        document.text[each.start : each.end]
        for each in document.ingested(wanted)
        if is_citable(each)
    ]
