"""Who is named in a text, in which order, and what is said of them in one breath."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from app.answering.quantities import dates, holds, quantities, without_dates
from app.answering.terms import content_terms, fold, keys, names_of, terms

PAIR = 2

_CLAUSE_END = re.compile(
    r"[.;!?]\s+|,? but |, (?:and|or|while|whereas|which|who|although|though) |"
    r" and (?=(?:did|does|do|is|are|was|were|has|have|had|will|would|could|can|may|might)\b)",
    re.IGNORECASE,
)
_LISTING = re.compile(r"\W*(?:(?:and|or|with|as well as)\W+)?", re.IGNORECASE)
_PASSIVE = re.compile(r"\bby\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\W*(?:(?:it|they|he|she|this|these|both)\b|"
    r"the (?:two|partners?|compan\w+|firms?|venture|merger|deal|agreement|transaction|alliance)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it first stands in a text."""

    keys: frozenset[str]
    start: int
    end: int


def turned_round(claim: str, quotes: Sequence[str]) -> bool:
    """Whether two names have changed places: "A bought B" where the quotes say that B bought A.

    True if the claim names two parties and every quote with both has them in the other order. A
    list has no order that matters, and a passive on one side turns it rightly.
    """
    known = _known_names([claim, *quotes])
    named = mentions(claim, known)
    if len(named) != PAIR or _is_list(claim, *named):
        return False
    pair = {mention.keys for mention in named}
    verdicts: list[bool] = []
    for quote in quotes:
        held = [mention for mention in mentions(quote, known) if mention.keys in pair]
        if len(held) == PAIR:
            verdicts.append(
                held[0].keys == named[1].keys
                and not _is_list(quote, *held)
                and bool(_PASSIVE.search(quote)) == bool(_PASSIVE.search(claim))
            )
    return bool(verdicts) and all(verdicts)


def is_joined(claim: str, quotes: Sequence[str]) -> bool:
    """Whether a clause of the claim takes names and numbers from quotes of which none has them all.

    Names that are listed may come from one quote each. A quote that opens by pointing back ("It …")
    may leave the name that the clause opens with to the quotes before it.
    """
    known = _known_names([claim, *quotes])
    return any(
        _is_mixed(clause, quotes, known) or _has_others_date(clause, quotes)
        for clause in clauses(claim)
    )


def clauses(text: str) -> list[str]:
    """The parts of a text that are joined by full stops, "but", ", and" and the like."""
    return [part for part in _CLAUSE_END.split(fold(text)) if part.strip()]


def mentions(text: str, known: Iterable[frozenset[str]]) -> list[Mention]:
    """The known names that a text holds, by where each stands first."""
    words = terms(text)
    found: list[Mention] = []
    for name in known:
        here = [n for n, term in enumerate(words) if term.key in name and term.text[:1].isupper()]
        if here:
            last = here[0]
            while last + 1 in here:
                last += 1
            found.append(Mention(name, words[here[0]].start, words[last].end))
    return sorted(found, key=lambda mention: mention.start)


def _known_names(texts: Iterable[str]) -> list[frozenset[str]]:
    """Names in any of the texts; of two that overlap, the longer stands for both."""
    found = sorted({name.keys for text in texts for name in names_of(text)}, key=_by_length)
    kept: list[frozenset[str]] = []
    for name in found:
        if not any(name & other for other in kept):
            kept.append(name)
    return kept


def _by_length(name: frozenset[str]) -> tuple[int, list[str]]:
    return -len(name), sorted(name)


def _is_list(text: str, first: Mention, second: Mention) -> bool:
    between = text[first.end : second.start]
    return " with " in between or _LISTING.fullmatch(between) is not None


def _is_mixed(clause: str, quotes: Sequence[str], known: Sequence[frozenset[str]]) -> bool:
    groups: list[list[Mention]] = []
    for mention in mentions(clause, known):
        if groups and _is_list(clause, groups[-1][-1], mention):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return not all(
        any(
            _has_numbers(clause, quote) and _has_names(names, quote, quotes[:place])
            for place, quote in enumerate(quotes)
        )
        for names in product(*groups)
    )


def _has_others_date(clause: str, quotes: Sequence[str]) -> bool:
    """Whether a clause gives one date for what the quotes say of another date alone."""
    wanted = keys(content_terms(without_dates(clause)))
    dated = [
        (keys(content_terms(without_dates(part))), dates(part))
        for quote in quotes
        for part in clauses(quote)
    ]
    for date in dates(clause):
        here = [words for words, held in dated if any(map(date.is_in, held))]
        elsewhere = [words for words, held in dated if held and not any(map(date.is_in, held))]
        if any(
            key in words and not any(key in other for other in here)
            for words in elsewhere
            for key in wanted
        ):
            return True
    return False


def _has_numbers(clause: str, quote: str) -> bool:
    held, dated = quantities(quote), dates(quote)
    return all(holds(held, *each) for each in quantities(clause)) and all(
        any(map(date.is_in, dated)) for date in dates(clause)
    )


def _has_names(names: Sequence[Mention], quote: str, before: Sequence[str]) -> bool:
    held = keys(terms(quote))
    missing = [name for name in names if not name.keys & held]
    if not missing:
        return True
    earlier = keys(term for text in before for term in terms(text))
    return (
        missing == list(names[:1])
        and _POINTS_BACK.match(quote) is not None
        and bool(names[0].keys & earlier)
    )
