"""Checks claims with the verifier, against the sentences that they cite."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from app.answering.evidence.evidence import is_citable
from app.answering.verification.settling import AROUND
from app.answering.verification.verify import verify
from app.reading.build import build_reader
from app.reading.protocol import Reader
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
    if shelved is None:
        return False
    cited, around = quotes(shelved, places)
    return not verify(
        claim, cited, _reader().support, title=shelved.title, around=[shelved.title, *around]
    )


def quotes(document: Shelved, places: Iterable[int]) -> tuple[list[str], list[str]]:
    """The texts that a claim may cite for these sentences, in reading order, and those before."""
    wanted = list(places) or range(len(document.spans))
    cited = [each for each in document.ingested(wanted) if is_citable(each)]
    ordinals = {each.ordinal for each in cited}
    around = [
        document.text[each.start : each.end]
        for each in document.sentences
        if each.ordinal not in ordinals
        and any(0 < ordinal - each.ordinal <= AROUND for ordinal in ordinals)
    ]
    headings = {heading for each in cited for heading in each.heading}
    return [document.text[each.start : each.end] for each in cited], [*sorted(headings), *around]


@cache
def _reader() -> Reader:
    return build_reader()
