"""Claims in the words of a quote with their sense turned: names exchanged, a denial left out.

A small reader hardly sees the order of words. Where a claim holds nearly only words of a quote, the
order can be compared without one; of freer wordings nothing is said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from app.answering.text.quantities import NUMBER_WORDS
from app.answering.text.terms import Term, content_terms, is_function_word, keys, terms
from app.answering.verification.checks import Check, Failure

SHARE = 0.8
"""Share of a claim's words that a quote must hold for the two to be compared."""
NEARLY_ALL = 0.9
"""Share of a claim's words that stand in the quote's order once two words have changed places, for
those to be taken as exchanged."""
FEWEST = 3
"""Content words of a claim that is compared."""
FEWEST_EXCHANGED = 5
"""Content words of a claim in which exchanged words are looked for: fewer stand so by chance."""
GAIN = 2
"""Words more that must stand in the quote's order once two names have changed places."""
REACH = 3
"""Words behind a "not" among which stands what it denies."""
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being) (?:\w+ )?\w+(?:ed|en|t|d|n)\b|\bby\b", re.IGNORECASE
)
_MUTUAL = re.compile(
    r"\b(?:with|and|between|or|both|like|each other|together|alongside|either|neither|nor)\b",
    re.IGNORECASE,
)
"""Between two names: either may stand first."""
_EITHER_WAY = re.compile(
    r"\b(?:with|between|both|like|each other|together|alongside|either|neither|nor|equals?)\b", re.I
)
_LISTED = re.compile(r", (?:and |or )?| and | or ")
DENIES = re.compile(r"(?:not|never|cannot|no|without|neither|\w+n't)", re.IGNORECASE)
_TURNS = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|only|unable|"
    r"(?:un|dis|im|in)\w{4,}|refus\w+|den(?:y|ied|ies)|reject\w*|fail\w*|lack\w*|instead|except|"
    r"rather|stop\w*|abandon\w*|oppos\w+|against|declin\w+|avoid\w*|prevent\w*|forb\w+|"
    r"prohibit\w*|far from|few|little|less|until|unless|yet|still|before|too|\w+less)\b|n't\b",
    re.IGNORECASE,
)
"""May say in a claim what a "not" says in a quote."""


def turned(claim: str, quotes: Sequence[str]) -> Iterator[Failure]:
    """What a claim turns round of what a quote says in nearly the same words.

    Args:
        claim: One sentence, folded.
        quotes: The evidence, folded, a sentence each.
    """
    said = content_terms(claim)
    if len(said) < FEWEST:
        return
    near = [
        quote
        for quote in quotes
        if sum(term.key in keys(terms(quote)) for term in said) >= SHARE * len(said)
    ]
    for quote in near:
        if (names := _exchanged(claim, said, quote)) is not None:
            yield Failure(Check.ROLES, " and ".join(names))
        if (words := _words_exchanged(claim, said, quote)) is not None:
            yield Failure(Check.ROLES, " and ".join(words))
        if (denied := _undenied(claim, said, quote)) is not None:
            yield Failure(Check.NEGATION, denied)


def _exchanged(claim: str, said: Sequence[Term], quote: str) -> tuple[str, str] | None:
    """Two names of a claim that each stand where the quote has the other."""
    if (_PASSIVE.search(claim) is None) != (_PASSIVE.search(quote) is None):
        return None
    own, told = [term.key for term in said], [term.key for term in content_terms(quote)]
    held = frozenset(told)
    runs = [run for run in _names(claim, said) if held.issuperset(own[run[0] : run[1]])]
    in_order: int | None = None
    for (a, b), (c, d) in combinations(runs, 2):
        if not set(own[a:b]).isdisjoint(own[c:d]):
            continue
        if _MUTUAL.search(claim[said[b - 1].end : said[c].start]):
            continue
        in_order = _in_order(own, told) if in_order is None else in_order
        changed = _in_order([*own[:a], *own[c:d], *own[b:c], *own[a:b], *own[d:]], told)
        if changed - in_order >= GAIN and changed >= SHARE * len(own):
            return claim[said[a].start : said[b - 1].end], claim[said[c].start : said[d - 1].end]
    return None


def _words_exchanged(claim: str, said: Sequence[Term], quote: str) -> tuple[str, str] | None:
    """Two words, or two numbers, of a claim that each stand where the quote has the other.

    "The church lets the room and the county pays" of "the county lets the room, the church pays".
    """
    is_active = (_PASSIVE.search(claim) is None) == (_PASSIVE.search(quote) is None)
    own, told = [term.key for term in said], [term.key for term in content_terms(quote)]
    held = frozenset(told)
    in_order = _in_order(own, told)
    if len(own) < FEWEST_EXCHANGED or len(own) - in_order < GAIN:
        return None
    for a, b in combinations([at for at, key in enumerate(own) if key in held], 2):
        if own[a] == own[b] or _is_number(said[a]) != _is_number(said[b]):
            continue
        if not _is_number(said[a]) and not is_active:
            continue
        if _is_list(claim[said[a].start : said[b].end], said[a].text, said[b].text):
            continue
        turned_round = [*own]
        turned_round[a], turned_round[b] = own[b], own[a]
        changed = _in_order(turned_round, told)
        share = SHARE if _is_number(said[a]) else NEARLY_ALL
        if changed - in_order >= GAIN and changed >= share * len(own):
            return said[a].text, said[b].text
    return None


def _is_number(term: Term) -> bool:
    return term.is_number or term.text.lower() in NUMBER_WORDS


def _is_list(text: str, first: str, last: str) -> bool:
    """Whether two words are parts of one list, or of what is the same either way round."""
    if _EITHER_WAY.search(text):
        return True
    parts = [part.strip() for part in _LISTED.split(text)]
    return len(parts) > 1 and parts[0] == first and parts[-1] == last


def _names(claim: str, said: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where the names of a claim begin and end among its words."""
    place = 0
    while place < len(said):
        first, end = said[place], place + 1
        if first.is_name or (first.opens_sentence and first.text[:1].isupper()):
            while (
                end < len(said)
                and said[end].is_name
                and claim[said[end - 1].end : said[end].start] in {" ", "-", " & "}
            ):
                end += 1
            yield place, end
        place = end


def num_in_order(said: Sequence[Term], told: Sequence[Term]) -> int:
    """How many words of one text stand in another in the same order."""
    return _in_order([term.key for term in said], [term.key for term in told])


def _in_order(own: Sequence[str], told: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    before = [0] * (len(told) + 1)
    for key in own:
        row = [0]
        for place, other in enumerate(told):
            row.append(before[place] + 1 if key == other else max(before[place + 1], row[place]))
        before = row
    return before[-1]


def _undenied(claim: str, said: Sequence[Term], quote: str) -> str | None:
    """A word that the quote denies, and the claim, which denies nothing, says."""
    if _TURNS.search(claim):
        return None
    own, told = keys(said), terms(quote)
    for place, term in enumerate(told):
        if DENIES.fullmatch(term.text):
            behind = told[place + 1 : place + 1 + REACH]
            denied = next((each for each in behind if not is_function_word(each.text)), None)
            if denied is not None and denied.key in own:
                return denied.text
    return None
