"""Numbers of a claim told of a thing of which a quote in nearly the same words has another number.

"Three hospitals" of "two hospitals", "a quarter of the farmers" of "two thirds of the farmers":
small numbers may be counted and parts reckoned, so that they stand nowhere says little by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.answering.text.amounts import Amount, Moment, amounts, moments
from app.answering.text.spelled import in_figures
from app.answering.text.terms import content_terms, is_function_word, keys, terms
from app.answering.verification.checks import Check, Failure
from app.answering.verification.derived import follows, implied

SHARE = 0.6
"""Share of a claim's words that the quote must hold."""
FEWEST = 3
"""Content words of a claim that is compared."""
_PARTS = frozenset({"part", "percent"})
_BETWEEN = frozenset("of the other more its their such our his her these those".split())
REACH = 40
"""Characters behind a number in which stands of what it is one."""


def other_number(claim: str, quotes: Sequence[str]) -> Iterator[Failure]:
    """Numbers of a claim in whose place a quote has another one.

    Args:
        claim: One sentence, folded.
        quotes: The evidence, folded, a sentence each.
    """
    said, told = in_figures(claim, is_claim=True), [in_figures(quote) for quote in quotes]
    wanted = keys(term for term in content_terms(said) if not term.is_number)
    numbers = amounts(said)
    if len(wanted) < FEWEST or not (numbers or moments(said)):
        return
    shares = [len(wanted & keys(terms(text))) / len(wanted) for text in told]
    held = [each for text in told for each in amounts(text)]
    meant = [*held, *(each for text in told for each in implied(text))]
    has_other = any(term.text.lower() == "other" for text in told for term in terms(text))
    dated = [moment for text in told for moment in moments(text)]
    yield from _other_years(said, told, shares, dated)
    for amount in numbers:
        if (thing := _thing(said, amount)) is None:
            continue
        if any(_is_same(amount, each) for each in held):
            continue
        if amount.unit != "th" and (amount.value == 1 or follows(amount, meant, dated)):
            continue
        others = [
            each
            for share, text in zip(shares, told, strict=True)
            if share >= SHARE
            for each in amounts(text)
            if _is_of_kind(amount, each) and _thing(text, each) == thing
        ]
        # Of "two other charities" there are three.
        if others and not any(abs(amount.value - each.value) == 1 for each in others if has_other):
            yield Failure(Check.NUMBERS, f"{amount}, not {others[0]}")


def _other_years(
    said: str, told: Sequence[str], shares: Sequence[float], dated: Sequence[Moment]
) -> Iterator[Failure]:
    """Years of a claim that at best follow, where a quote in its words has another one."""
    for moment in moments(said):
        if not _is_year(moment) or any(map(moment.is_said_by, dated)):
            continue
        others = [
            each
            for share, text in zip(shares, told, strict=True)
            if share >= SHARE
            for each in moments(text)
        ]
        if len(others) == 1 and _is_year(others[0]) and others[0].part == moment.part:
            yield Failure(Check.NUMBERS, f"{moment}, not {others[0]}")


def _is_year(moment: Moment) -> bool:
    return moment.date.year is not None and not moment.date.month and not moment.side


def _is_same(amount: Amount, other: Amount) -> bool:
    """Whether the values are the same; "the third year" is none of three years."""
    return amount.value == other.value and (amount.unit == "th") <= (other.unit == "th")


def _is_of_kind(amount: Amount, other: Amount) -> bool:
    return other.unit == amount.unit or {other.unit, amount.unit} <= _PARTS


def _thing(text: str, amount: Amount) -> str | None:
    """Key of the word that says of what a number is one; of a unit the unit itself."""
    if amount.unit and amount.unit not in _PARTS | {"th"}:
        return amount.unit
    for term in terms(text[amount.end : amount.end + REACH])[: 4 if amount.unit in _PARTS else 2]:
        if term.is_number:
            return None
        if not is_function_word(term.text):
            return term.key
        if term.text.lower() not in _BETWEEN:
            return None
    return None
