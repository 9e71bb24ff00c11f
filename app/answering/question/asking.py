"""What a question asks for: the kind of answer, its subject words, its names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.answering.text.lexicon import NAMED_KINDS
from app.answering.text.terms import Term, content_terms, fold, key_of, terms


class Expects(StrEnum):
    """The kind of thing that must stand in a sentence which answers."""

    NAME = "name"
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    DATE = "date"
    DURATION = "duration"
    REASON = "reason"
    STATUS = "status"
    """Yes or no: has it happened, is it so."""
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart."""

    text: str
    expects: Expects
    wants_list: bool
    """Asks for several companies, people or deals: look wide and merge."""
    terms: tuple[Term, ...]
    """Content words without those that only say which kind of answer is wanted; one of each key."""
    wants_summary: bool = False
    """Asks for all that is said of something, in short: more sentences are welcome."""
    is_brief: bool = False
    """Asks for the fewest sentences that say it."""
    is_full: bool = False
    """Asks for what stands around the sentences that say it, too."""
    is_readable: bool = True
    """Has a word in Latin letters that says something; the reader knows no others."""
    is_request: bool = False
    """Asks for a piece of work (a poem, a translation) instead of something that sources say."""
    unknown: tuple[str, ...] = ()
    """Words of another language that could not be put into English."""

    @property
    def names(self) -> tuple[Term, ...]:
        """Terms written as names."""
        return tuple(term for term in self.terms if term.is_name)


_LEAD = r"^(?:(?:and|but|so|or|also|then|ok|okay|well|please|hi|hello)[, ]+)*"
_PREPOSITION = r"(?:(?:in|on|at|by|for|from|to|with|of|since|until|under|about) )?"

# First match wins. Each pattern names the kind of answer and the words that say no more than that.
_KINDS: tuple[tuple[Expects, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            Expects.SHARE,
            r"\b(?:what|which|how (?:big|large|high)(?: is| was)?(?: an?| the)?) "
            r"(?:share|percentage|percent|fraction|proportion|portion|part)\b(?: of)?",
        ),
        (
            Expects.MONEY,
            r"\bhow much (?:money|revenue|cash|capital|funding)\b|"
            r"\bhow much\b(?=.*\b(?:cost|costs|pay|paid|lose|lost|losses|spend|spent|invest|"
            r"invested|worth|raise|raised|sell|sold|buy|bought|earn|earned|price|valued|value|fund)\b)|"
            r"\bwhat (?:is|was|were) the (?:price|value|cost|costs|amount|size)(?: tag)? of\b",
        ),
        (Expects.DURATION, r"\bhow long\b|\b(?:for )?how many (?=years|months|weeks|days)\b"),
        (
            Expects.NUMBER,
            r"\bhow (?:many|much|big|large|high|old)\b|\bwhat (?:number|amount|quantity)(?: of)?\b",
        ),
        (
            Expects.DATE,
            r"\bwhen\b|\b(?:what|which) (?:year|month|date|day|quarter)\b|\bsince when\b|"
            r"\bhow (?:recently|soon)\b",
        ),
        (
            Expects.REASON,
            r"\bwhy\b|\bhow come\b|"
            r"\bwhat (?:reason|reasons|motivated|drove|caused|prompted|explains|led)\b|"
            r"\bwhat (?:went (?:wrong|right)|was behind|lay behind|killed|doomed|sank|"
            r"made (?=.*\b(?:fail|end|close|collapse|break|leave|fall|work|succeed)))|"
            r"\b(?:reasons?|causes?|motives?) (?:for|of|behind|why)\b|"
            r"\bwhat (?:is|was|were|are) the (?:reasons?|causes?|motives?)\b",
        ),
        (Expects.NAME, r"\bwho\b|\bwhom\b|\bwhose\b"),
        (Expects.NAME, r"\bwhere\b"),
    )
)
_YES_NO = re.compile(
    _LEAD
    + r"(?:is|are|was|were|has|have|had|do|does|did|will|would|can|could|should|may|might|must)"
    r"(?:n't)?\b",
    re.IGNORECASE,
)
# Case matters here: "partners" is a plural, "Walgreens" is not.
_LIST = re.compile(
    r"(?i:"
    + _LEAD
    + _PREPOSITION
    + r"(?:which|what)) (?:(?:are|were) )?(?:(?!is |was |does |did |do |has )[a-z’'-]+ ){0,4}?"
    r"(?:[a-z’'-]{2,}[^su\W]s|people|parties|countries|industries)\b"
    r"|(?i:" + _LEAD + r"(?:list|name|enumerate))\b.*\b[a-z’'-]{2,}[^su\W]s\b"
    r"|(?i:\bwho else|\bwhat else|\bwho (?:all|are))\b"
)
_NOT_PLURAL = re.compile(
    r"\b(?:which|what) (?:is|was|does|do|did|has|have|had|will|would|can|could)\b|"
    r"\b(?:is|was|does|has|its|always)$",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    _LEAD + r"(?:can you |could you |would you )?"
    r"(?:write|compose|draft|translate|draw|paint|sing|code|program|generate|rewrite|paraphrase|"
    r"imagine|pretend|roleplay|calculate|compute|convert|ignore|forget|disregard|repeat)\b"
    r"|\btell (?:me|us) a (?:joke|story)\b"
    r"|\b(?:what(?:'s|’s| is| are| would)|how much (?:is|are|was|were|would)) "
    r"(?:(?:that|this|it|those|these)|"
    r"[$€£¥]? ?\d[\d.,]*(?: ?(?:thousand|million|billion|k|m|bn))?(?: \w+)?)(?: be)? in "
    r"(?:euros?|eur|(?:us )?dollars?|usd|pounds?|gbp|yen|francs?|chf|yuan|rupees?|kron\w+)\b"
    r"|\b\d[\d.,]* ?(?:%|per ?cent|prozent|procent|por ?cento?|por ciento|pour cent|per cento) "
    r"(?:of|von|van|de|di) (?:[$€£]\d|\d[\d.,]*(?!\w))"
    r"|^\W*(?:what|which) (?:year|month|day|date|time) is (?:it|today)\b"
    r"|\bshould (?:i|we) (?:invest (?:\w+ )*in|"
    r"(?:buy|sell|hold) (?:\S+ )*(?:shares?|stocks?|bonds?))\b",
    re.IGNORECASE,
)


_SUMMARY = re.compile(
    r"\b(?:summari[sz]e|sum up|recap|overview of|summary of|outline (?:the|how|what)|"
    r"(?:main|key) (?:points|takeaways))\b",
    re.IGNORECASE,
)


_POLITE = re.compile(
    _LEAD + r"(?:could|can|would|will|do) (?:you|we|i) (?:please |kindly |happen to |perhaps )*"
    r"(?:tell (?:me|us)|say|know|explain(?: to (?:me|us))?|look up|find out|check)\s+"
    r"(?=(?:who|whom|whose|what|which|when|where|why|how|if|whether)\b)",
    re.IGNORECASE,
)

_WORD = re.compile(r"(?<![^\W\d_])[A-Za-zÀ-ɏ]{1,40}(?![^\W\d_])")

_NOTHING = re.compile(r"(?:[\W\d_]|\b(?:and|or|not|near)\b)*", re.IGNORECASE)
"""Signs and operators of a search box ask nothing."""


def ask(text: str) -> Asked:
    """The kind of answer that a standalone question wants, and its subject words, each once."""
    folded = fold(text)
    expects, spent = _kind(folded)
    subject = [
        term
        for term in content_terms(text)
        if not any(start <= term.start < end for start, end in spent)
    ]
    first_of_key = {term.key: term for term in reversed(subject)}
    kept = tuple(term for term in subject if first_of_key[term.key] is term)
    return Asked(
        text=text,
        expects=expects,
        wants_list=_wants_list(folded, expects),
        terms=kept,
        wants_summary=_SUMMARY.search(folded) is not None,
        is_readable=_WORD.search(folded) is not None and _NOTHING.fullmatch(folded) is None,
        is_request=_REQUEST.search(folded) is not None,
    )


def _kind(text: str) -> tuple[Expects, list[tuple[int, int]]]:
    polite = _POLITE.match(text)
    if polite is not None:  # "could you tell me when …" asks for a time
        kind, spent = _kind(text[polite.end() :])
        return kind, [(start + polite.end(), end + polite.end()) for start, end in spent]
    if _YES_NO.search(text) and not re.search(r"\bor\b", text):
        return Expects.STATUS, []
    for kind, pattern in _KINDS:
        found = pattern.search(text)
        if found:
            return kind, [found.span()]
    return Expects.ANYTHING, []


def _wants_list(text: str, expects: Expects) -> bool:
    if expects not in {Expects.ANYTHING, Expects.NAME}:
        return False
    found = _LIST.search(text)
    if found is None or _NOT_PLURAL.search(found.group()):
        return False
    words = terms(found.group())
    # "Which companies work …" asks for several, "Which company works …" for one.
    asked_for = words if words[0].text.lower() in {"list", "name", "enumerate"} else words[-1:]
    return any(word.key in named_kinds() for word in asked_for)


@cache
def named_kinds() -> frozenset[str]:
    """Keys of the words for things that have names: "company", "alliance"."""
    return frozenset(key_of(word) for word in NAMED_KINDS)
