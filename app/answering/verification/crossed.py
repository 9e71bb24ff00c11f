"""Claims that pair across what a quote tells side by side: the sales of one, the costs of another.

"Royalties lead, and the age of questions lags" of "royalties lag; the age of questions leads": both
clauses of the claim take words from both clauses of the evidence. Words in another order or other
words beside them do not matter, so that this sees what `turned` does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from app.answering.text.terms import Term, is_function_word, terms
from app.answering.verification.checks import Check, Failure

SHARE = 0.7
"""Share of the words of both clauses of a claim that must stand in the evidence's two, where a
name or number is not in each of them. With it most of what is said is in the evidence's words."""

_ENDS = re.compile(r"[;:]|,? (?:and|but|while|whereas|though|although|where)\b|, |\. ", re.I)
"""Ends a clause. Too often is better than too seldom: lists are told apart, too."""
TOGETHER = re.compile(r"\b(?:both|each|either|neither|respectively|together)\b", re.IGNORECASE)
"""Says of two what the evidence says of each, in whatever pairs."""

Clause = Mapping[str, bool]
"""Keys of the words that have a subject of their own -> whether it is a name or a number."""


def crossed(claim: str, quotes: Sequence[str]) -> Iterator[Failure]:
    """Two clauses of a claim that each join what the evidence tells in two.

    Args:
        claim: One sentence, folded.
        quotes: The evidence, folded, a sentence each.
    """
    said = _clauses(claim)
    if len(said) == 1 or TOGETHER.search(claim):
        return
    homes = _homes([clause for quote in quotes for clause in _clauses(quote)])
    once = _homes(said)
    placed = [{key: homes[key] for key in clause if key in homes.keys() & once} for clause in said]
    for (one, at), (other, beside) in combinations(zip(said, placed, strict=True), 2):
        shared = sorted(set(at.values()) & set(beside.values()))
        for homes_of_both in combinations(shared, 2):
            found = [_at(each, homes_of_both) for each in (at, beside)]
            is_firm = all(
                any(clause[key] for key in keys)
                for clause, keys in zip((one, other), found, strict=True)
            )
            if is_firm or sum(map(len, found)) >= SHARE * (len(one) + len(other)):
                yield Failure(Check.ROLES, " and ".join(keys[0] for keys in found))
                return


def clause_spans(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a text begin and end, in characters."""
    cuts = [0, *(match.end() for match in _ENDS.finditer(text)), len(text)]
    return list(pairwise(cuts))


def _clauses(text: str) -> list[Clause]:
    """The clauses of a text that have words of a subject."""
    words = [term for term in terms(text) if term.is_number or not is_function_word(term.text)]
    found = (
        {term.key: _is_firm(term) for term in words if term.start >= start and term.end <= end}
        for start, end in clause_spans(text)
    )
    return [clause for clause in found if clause]


def _is_firm(term: Term) -> bool:
    return term.is_name or term.is_number or term.text[:1].isupper()


def _homes(clauses: Sequence[Clause]) -> dict[str, int]:
    """Of each word that only one clause has, which it is."""
    counts = Counter(key for clause in clauses for key in clause)
    return {
        key: number for number, clause in enumerate(clauses) for key in clause if counts[key] == 1
    }


def _at(placed: Mapping[str, int], homes: tuple[int, int]) -> list[str]:
    return [key for key, home in placed.items() if home in homes]
