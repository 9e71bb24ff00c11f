"""Claims in the words of a quote that say more than it does: "all" put in, "may" or "plans to" out.

Compared is only where most words of a claim stand in one sentence in its order; of freer wordings
("whoever applied" for "all who applied") the reader judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.answering.text.terms import Term, content_terms, is_function_word, key_of, terms
from app.answering.verification.checks import Check, Failure
from app.answering.verification.turned import DENIES, num_in_order

ALL_SHARE, MAY_SHARE = 0.7, 0.6
"""Share of a claim's words that must stand in the quote's order."""
FEWEST = 3
"""Content words of a claim that is compared."""
REACH = 2
"""Words behind a "may" among which stands what may be."""
_PERIOD = r"year|month|week|day|hour|quarter|time|morning|evening|night|spring|summer|autumn|winter"
_ALL = re.compile(
    rf"(?<!not )(?<!not quite )\b(?:all|every|each|always|entire(?:ly)?|whole|none)\b"
    rf"(?! (?:{_PERIOD}|others?|the others?|the rest|in all|second|third|fourth|fifth|two|three|"
    r"four|five|six)\b)",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(r"\bnot (?:\w+ ){0,2}(?:all|every|each|always)\b", re.IGNORECASE)
_SAYS_ALL = re.compile(
    r"\b(?:all|every\w*|each|always|entire\w*|whole|any\w*|never|none|no|both|alone|nobody|nothing|"
    r"complete\w*|full\w*|total\w*|without|throughout|across|wherever|whenever|whoever|whatever|"
    r"whichever|per|apiece)\b",
    re.IGNORECASE,
)
"""May say in a quote what "all" says in a claim."""
_MAY = re.compile(r"may|might|could|possibly|perhaps|probably|reportedly|allegedly")
_ENDS = re.compile(r"[,;:.]")
_PLANNED = re.compile(
    r"\b(?:(?:plan(?:s|ned|ning)?|wants?|wanted|hope[sd]?|intend(?:s|ed)?|expect(?:s|ed)?|"
    r"propose[sd]?|aim(?:s|ed)?|wish(?:es|ed)?|offer(?:s|ed)?|ask(?:s|ed)?|threaten(?:s|ed)?|"
    r"promise[sd]?|is|are|was|were|tr(?:y|ies|ied)|seeks?|sought) to (?:be )?"
    r"|consider(?:s|ed|ing)? |discuss(?:es|ed|ing)? )(?P<what>[a-z]+)\b"
)
_AHEAD = re.compile(
    r"\b(?:will|shall|(?:is|are|was|were|going|about|ready|set) to|due|promis\w*|offer\w*|ask\w*|"
    r"threat\w*|agree\w*|discuss\w*|from|until|by|next|future|as of|talks?)\b",
    re.IGNORECASE,
)
"""Says in a claim that something is still to come."""
_HEDGES = re.compile(
    r"\b(?:may|might|could|would|should|can|ought|if|whether|perhaps|maybe|unclear|"
    r"(?:un)?(?:likely|certain|sure)|open|"
    r"(?:possib|probab|report|alleg|apparent|potential|consider|hope|propos|want|plan|expect|intend|"
    r"seem|appear|foresee|think|believe|say|said|suggest|idea|aim|wish|try|trie|seek|envisage|hint|"
    r"option|allow|free|permit|right|threat|fear|risk|chance)\w*)\b",
    re.IGNORECASE,
)
"""May say in a claim what a "may" says in a quote."""


def overstated(claim: str, quotes: Sequence[str]) -> Iterator[Failure]:
    """What a claim says of all, for certain or as done, and a quote in its words does not.

    Args:
        claim: One sentence, folded.
        quotes: The evidence, folded, a sentence each.
    """
    said = content_terms(claim)
    everything = _ALL.search(claim) if _NOT_ALL.search(claim) is None else None
    is_certain = _HEDGES.search(claim) is None and not any(
        DENIES.fullmatch(term.text) for term in terms(claim)
    )
    is_done = _AHEAD.search(claim) is None
    if len(said) < FEWEST or not (everything or is_certain):
        return
    says_all = any(_SAYS_ALL.search(quote) for quote in quotes)
    for quote in quotes:
        share = num_in_order(said, content_terms(quote)) / len(said)
        if everything and share >= ALL_SHARE and not says_all:
            yield Failure(Check.EXTENT, everything.group())
            return
        if not is_certain or share < MAY_SHARE:
            continue
        what = _what_may_be(said, quote) or (_what_is_planned(said, quote) if is_done else None)
        if what is not None:
            yield Failure(Check.HEDGING, what)
            return


def _what_may_be(said: Sequence[Term], quote: str) -> str | None:
    """A word of the claim before which a quote has "may"."""
    own, told = {term.key for term in said}, terms(quote)
    for place, term in enumerate(told):
        if _MAY.fullmatch(term.text) is None:  # with a capital it is a month
            continue
        behind = told[place + 1 : place + 1 + REACH]
        what = next((each for each in behind if not is_function_word(each.text)), None)
        if what is None or any(DENIES.fullmatch(each.text) for each in behind):
            continue
        if what.key in own and _ENDS.search(quote, term.end, what.start) is None:
            return what.text
    return None


def _what_is_planned(said: Sequence[Term], quote: str) -> str | None:
    """A word of the claim that a quote only has behind "plans to" or "is to be"."""
    own = {term.key for term in said}
    for match in _PLANNED.finditer(quote):
        if key_of(match["what"]) in own and not is_function_word(match["what"]):
            return match["what"]
    return None
