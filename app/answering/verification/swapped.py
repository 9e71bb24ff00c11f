"""Claims that give one name the number of another.

"Danza had $3.3m" of "Norden $3.3m, Danza $1.9m". Compared is only where the quote has a number of
the same unit for either, in clauses of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from app.answering.text.amounts import Amount, amounts
from app.answering.text.spelled import in_figures
from app.answering.text.terms import terms
from app.answering.verification.checks import Check, Failure
from app.answering.verification.crossed import TOGETHER, clause_spans
from app.dates import MONTHS

_COMPARES = re.compile(r"\b(?:than|as|while|whereas)\b", re.IGNORECASE)
_CELLS = " | "
"""Between the cells of a table's row, in which one number stands between two names."""
_MONTHS = frozenset(month.lower() for month in MONTHS)


@dataclass(frozen=True, slots=True)
class _Told:
    """A clause of a quote: what only it has."""

    names: frozenset[str]
    """Their keys."""
    numbers: tuple[Amount, ...]


def number_of_another(claim: str, quotes: Sequence[str]) -> Iterator[Failure]:
    """A number that a quote tells of another name, where it has another one for this name.

    Args:
        claim: One sentence, folded.
        quotes: The evidence, folded, a sentence each.
    """
    said = in_figures(claim, is_claim=True)
    numbers, words = amounts(said), frozenset(term.key for term in terms(said))
    if not numbers or TOGETHER.search(said) or _COMPARES.search(said):
        return
    for quote in map(in_figures, quotes):
        if _CELLS in quote:
            continue
        for own, other in permutations(_told(quote), 2):
            if not own.names & words or other.names & words or not other.names:
                continue
            if any(_is_among(each, numbers) for each in own.numbers):
                continue
            taken = [each for each in other.numbers if _is_among(each, numbers)]
            instead = [each for each in own.numbers if each.unit in {n.unit for n in taken}]
            if taken and instead:
                yield Failure(Check.JOINED, f"{taken[0]}, not {instead[0]}")
                return


def _is_among(number: Amount, others: Sequence[Amount]) -> bool:
    return any(number.value == other.value and number.unit == other.unit for other in others)


def _told(quote: str) -> list[_Told]:
    """The clauses of a quote."""
    spans = clause_spans(quote)
    named = [term for term in terms(quote) if _is_name(term.text, term.start)]
    names = [{t.key for t in named if start <= t.start < end} for start, end in spans]
    found = amounts(quote)
    numbers = [[n for n in found if start <= n.start < end] for start, end in spans]
    num_names = Counter(key for keys in names for key in keys)
    num_numbers = Counter((n.value, n.unit) for each in numbers for n in each)
    return [
        _Told(
            frozenset(key for key in keys if num_names[key] == 1),
            tuple(n for n in each if num_numbers[n.value, n.unit] == 1),
        )
        for keys, each in zip(names, numbers, strict=True)
    ]


def _is_name(word: str, start: int) -> bool:
    return start > 0 and word[:1].isupper() and word.lower() not in _MONTHS
