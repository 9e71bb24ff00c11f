"""Claims that tell of one what a quote tells of another: one sentence with the name of the next.

Compared is only where nearly all other words of a claim stand in one sentence in its order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.answering.text.lexicon import POINTERS
from app.answering.text.terms import Term, content_terms, keys, terms
from app.answering.verification.checks import Check, Failure
from app.answering.verification.turned import num_in_order

SHARE = 0.9
"""Share of a claim's other words that must stand in the quote's order."""
FEWEST = 3
"""Words of a claim that are no names, for it to be compared."""


def told_of_another(claim: str, quotes: Sequence[str]) -> Iterator[Failure]:
    """A name of a claim that another sentence has, where the quote in its words has its own.

    A quote that opens with "she" or "its" means somebody of the sentence before.

    Args:
        claim: One sentence, folded.
        quotes: The evidence, folded, a sentence each.
    """
    known = keys(term for quote in quotes for term in terms(quote) if term.is_name)
    said = content_terms(claim)
    names = [term for term in said if _is_name(term, known)]
    others = [term for term in said if not _is_name(term, known)]
    if not names or len(others) < FEWEST or len(quotes) == 1:
        return
    for quote in quotes:
        told = content_terms(quote)
        held = keys(terms(quote))
        if num_in_order(others, told) < SHARE * len(others) or _points_back(quote):
            continue
        own = [t for t in told if t.is_name and t.key not in keys(said)]
        brought = next((term for term in names if term.key not in held), None)
        if own and brought is not None:
            yield Failure(Check.JOINED, f"{brought.text} for {own[0].text}")


def _is_name(term: Term, known: frozenset[str]) -> bool:
    return term.text[:1].isupper() and term.key in known


def _points_back(quote: str) -> bool:
    return any(term.text.lower() in POINTERS for term in terms(quote)[:2])
