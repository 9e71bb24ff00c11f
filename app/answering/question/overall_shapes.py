"""Does a question ask for the first, last or number of all things of a kind? A grammar. Pure.

A pattern stands on one line where it can: cut in two it is harder to read than long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from app.answering.question.comparison import Attribute
from app.answering.text.terms import fold, names_of


class Kind(StrEnum):
    """Of the things; its value is what one is called."""

    DEAL = "deal"
    ACQUISITION = "acquisition"
    MERGER = "merger"
    PARTNERSHIP = "partnership"
    VENTURE = "joint venture"
    INVESTMENT = "investment"
    LICENCE = "licence"
    PAYMENT = "payment"
    COMPANY = "company"


WORDS = {
    Kind.DEAL: "deal transaction agreement contract pact merger acquisition",
    Kind.ACQUISITION: "acquisition acquire takeover buy bought purchase buyout",
    Kind.MERGER: "merger merge",
    Kind.PARTNERSHIP: "partnership alliance collaboration cooperation ally partner",
    Kind.VENTURE: "venture",
    Kind.INVESTMENT: "investment invest stake",
    Kind.LICENCE: "licence license",
    Kind.PAYMENT: "payment pay paid",
    Kind.COMPANY: "company firm business founded",
}
"""By which a text speaks of them."""
ANY = frozenset({Kind.DEAL, Kind.PAYMENT, Kind.COMPANY})
"""Kinds that whatever a text tells of may be."""


@dataclass(frozen=True, slots=True)
class Overall:
    """A question about all things of a kind."""

    text: str
    kind: Kind
    called: str
    """As the question calls them: "takeover"."""
    attribute: Attribute | None
    """By which they are ordered; None where they are only counted or listed."""
    is_less: bool = False
    word: str = ""
    """As the question has it: "largest"."""
    event: str = ""
    modifiers: str = ""
    """What narrows the kind: "airline"."""
    is_list: bool = False
    """All are asked for, with their values."""
    outcome: str = ""
    """What must have become of them: "failed"."""
    asks_why: bool = False
    is_passive: bool = False
    """It was done to them: "approved"."""


_NOUNS = {
    "deal": Kind.DEAL, "transaction": Kind.DEAL, "agreement": Kind.DEAL, "contract": Kind.DEAL,
    "acquisition": Kind.ACQUISITION, "takeover": Kind.ACQUISITION, "purchase": Kind.ACQUISITION,
    "buyout": Kind.ACQUISITION, "merger": Kind.MERGER, "partnership": Kind.PARTNERSHIP,
    "alliance": Kind.PARTNERSHIP, "collaboration": Kind.PARTNERSHIP, "cooperation": Kind.PARTNERSHIP,
    "joint venture": Kind.VENTURE, "venture": Kind.VENTURE, "investment": Kind.INVESTMENT,
    "licence": Kind.LICENCE, "license": Kind.LICENCE, "payment": Kind.PAYMENT, "price": Kind.PAYMENT,
    "sum": Kind.PAYMENT, "amount": Kind.PAYMENT, "company": Kind.COMPANY, "firm": Kind.COMPANY,
    "companies": Kind.COMPANY,
}  # fmt: skip
_DEGREES = {
    "largest": (Attribute.AMOUNT, False), "biggest": (Attribute.AMOUNT, False),
    "greatest": (Attribute.AMOUNT, False), "highest": (Attribute.AMOUNT, False),
    "most expensive": (Attribute.AMOUNT, False), "priciest": (Attribute.AMOUNT, False),
    "costliest": (Attribute.AMOUNT, False), "dearest": (Attribute.AMOUNT, False),
    "most valuable": (Attribute.AMOUNT, False), "the most": (Attribute.AMOUNT, False),
    "smallest": (Attribute.AMOUNT, True), "lowest": (Attribute.AMOUNT, True),
    "cheapest": (Attribute.AMOUNT, True), "least expensive": (Attribute.AMOUNT, True),
    "the least": (Attribute.AMOUNT, True), "oldest": (Attribute.DATE, True),
    "earliest": (Attribute.DATE, True), "first": (Attribute.DATE, True),
    "newest": (Attribute.DATE, False), "latest": (Attribute.DATE, False),
    "most recent": (Attribute.DATE, False), "most recently": (Attribute.DATE, False),
    "youngest": (Attribute.DATE, False), "last": (Attribute.DATE, False),
    "longest": (Attribute.DURATION, False), "longest-lasting": (Attribute.DURATION, False),
    "shortest": (Attribute.DURATION, True),
}  # fmt: skip
_BY = {
    "size": Attribute.AMOUNT, "value": Attribute.AMOUNT, "amount": Attribute.AMOUNT,
    "price": Attribute.AMOUNT, "volume": Attribute.AMOUNT, "date": Attribute.DATE,
    "age": Attribute.DATE, "year": Attribute.DATE, "length": Attribute.DURATION,
    "duration": Attribute.DURATION, "sum": Attribute.AMOUNT, "cost": Attribute.AMOUNT,
}  # fmt: skip
_LONGEST_FIRST = sorted(_DEGREES, key=len, reverse=True)
_DEGREE = r"(?P<degree>" + "|".join(_LONGEST_FIRST) + r")"
_KIND = r"(?P<kind>" + "|".join(sorted(_NOUNS, key=len, reverse=True)) + r")s?"
_MORE = r"(?P<modifiers>(?:(?!(?:of|in|by|the|that|which)\b)[a-z-]+ ){0,2}?)"
_SOURCES_WORD = r"(?:sources|documents|articles|texts|library|collection|papers|corpus|data)"
_SOURCES = rf"(?:all )?(?:the|your|our|these|those|all|my)? ?{_SOURCES_WORD}"
_MENTIONED = r"(?:mentioned|described|named|covered|discussed|reported|told of|on record|recorded)"
_EVENT = (
    r"(?P<event>founded|formed|established|created|set up|launched|announced|signed|agreed|closed|completed|"
    r"started|begun|concluded|made|struck|paid)"
)
_OPENING = re.compile(
    r"^(?:(?:please|and|so|also|now|ok|okay|well|then)\b[, ]*)*(?:(?:can|could|would) you (?:please )?)?"
    r"(?:tell (?:me|us) |i(?:'d| would) like to know )?",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(
    rf"(?:,? (?:(?:that )?(?:is |are |was |were )?{_MENTIONED}|(?:(?:in|of|across|from|among) {_SOURCES})|overall|"
    r"of (?:them )?all|so far|here|in (?:total|all|here)|ever|altogether|"
    rf"(?:that )?(?:you|we|{_SOURCES}) (?:know(?: of)?|have|mention|describe|name|cover|tell of|speak of)))+$",
    re.IGNORECASE,
)
_IN_SOURCES = re.compile(rf"^(?:in|across|of|among) {_SOURCES},? ", re.IGNORECASE)
_SHAPES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:what|which)(?:'s| is| was| are| were)? (?:the |your |our )?{_DEGREE} {_MORE}{_KIND}(?: (?:that was |that were )?{_EVENT})?",
        rf"(?:what|which)(?: of the| one of the)? {_MORE}{_KIND} (?:is|was|were|are|has been|had been) (?:the )?{_DEGREE}(?: one)?",
        rf"(?:what|which) {_MORE}{_KIND} (?:was|were|is|are|has been) {_EVENT} (?:the )?{_DEGREE}",
        rf"(?:what|which) {_MORE}{_KIND} (?:came|comes|started|began|cost|costs|lasted|lasts|runs|ran|paid|"
        rf"(?:is|was|were) worth|has lasted)(?: the)? (?P<degree>the most|the least|most|least|first|last|longest|shortest|earliest|latest)",
        rf"(?:list|rank|sort|order|show|what are)(?: me)?(?: all)?(?: of)?(?: the)? {_MORE}{_KIND},?(?: (?:ordered|sorted|ranked))? by (?:their |its )?"
        r"(?P<by>size|value|amount|price|volume|date|age|year|length|duration)",
        r"(?P<who>who) paid (?P<degree>the most|the least|most|least)",
    )
)
_LISTED = r"(?:list|show|give|name|enumerate|tabulate|collect|what are|which are)(?: me)?(?: (?:an? |the )?(?:list|table|overview) of)?"
_VALUES = (
    r"(?P<by>amount|value|price|size|sum|volume|cost|date|year|duration|length|how much (?:was|were|each|they|one) (?:\w+ )?"
    r"(?:paid|cost|costs|worth)|when (?:they|each|it) (?:was|were) \w+)s?"
)
_ALL = r"(?: ?(?:all|every|each|of|the|your|our|any))*"
_TABLES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:{_LISTED}|(?:an? |the )?(?:list|table|overview) of)?{_ALL} ?{_MORE}{_KIND},? (?:with|and|plus|including|together with|by)"
        rf"(?: (?:all|the|their|its|respective))* {_VALUES}",
        rf"(?:{_LISTED}|(?:an? |the )?(?:list|table|overview) of|what (?:is|was|were))?(?: (?:the|all))* ?{_VALUES} (?:of|for|in)"
        rf"{_ALL} (?<=(?:.all|very|each|.the) ){_MORE}{_KIND}",
        rf"{_LISTED}{_ALL} {_MORE}{_KIND},? (?:and )?(?P<by>how much (?:was|were) paid|what (?:was paid|they cost|each cost))(?: for (?:them|each))?",
    )
)
"""All of a kind with a value of each."""
_OUTCOME = re.compile(
    rf"(?:what|which)(?: of the)? {_MORE}{_KIND} (?:(?:have|has|had|did|(?P<passive>were|was|are|got|have been|had been)) )?(?:not )?"
    r"(?P<outcome>(?!(?:mentioned|described|named|covered|discussed|reported|recorded|based|involved|listed)\b)[a-z]+ed|"
    r"fell (?:apart|through)|broke (?:up|down)|went (?:wrong|bust|under|bankrupt)|shut(?: down)?|came to (?:an end|nothing)|sold|"
    r"won|lost|grew|bankrupt)(?: (?:down|so far|in the end|again|yet|already))?"
    r"(?P<why>,? and (?:for what reasons?|why)(?: (?:so|did they|have they|that))?)?",
    re.IGNORECASE,
)
"""What became of things of a kind."""
_OF_THEM = re.compile(
    r"(?:(?:what|which)(?: one)?(?: of (?:them|these|those|the (?:deals|others)))? (?:is|was|are|were|came|comes|lasted) (?:the )?"
    rf"|(?:(?:and|but) )?(?:what about |how about )?the ){_DEGREE}(?: (?:one|of (?:them|these|those|all)))?",
    re.IGNORECASE,
)
"""Of the things that the question before was about."""
_COUNTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"how many (?:different )?{_MORE}{_KIND} (?:are|were|have been|get) (?:there|{_MENTIONED})",
        rf"how many (?:different )?{_MORE}{_KIND} do(?:es)? (?:you|we|{_SOURCES}) (?:know(?: of)?|have|mention|describe|name|"
        r"cover|list|contain|tell of|speak of|report)",
        rf"how many (?:different )?{_MORE}{_KIND}",
        rf"(?:list|name|enumerate|show|what are)(?: me)?(?: all)?(?: of)?(?: the)? {_MORE}{_KIND}",
        rf"(?:what|which) {_MORE}{_KIND} (?:are|were) (?:there|{_MENTIONED})",
        rf"(?:what|which) {_MORE}{_KIND} do (?:you|we|{_SOURCES}) (?:know(?: of)?|mention|describe|name|cover|list|tell of|report)",
    )
)
MAX_CHARACTERS = 160


def overall(text: str, before: str = "") -> Overall | None:
    """What a question asks of all things of a kind; None if it asks nothing of the sort.

    A question with a name is about that name.

    Args:
        text: The question.
        before: The question before it, for what "which of them" means.
    """
    plain = _OPENING.sub("", " ".join(fold(text).split()).rstrip(" ?.!"))
    if not plain or len(plain) > MAX_CHARACTERS or names_of(f"x {plain[:1].lower()}{plain[1:]}"):
        return None
    bare = _EVERYWHERE.sub("", _IN_SOURCES.sub("", plain))
    for shape in _SHAPES:
        if found := shape.fullmatch(bare):
            return _ordered(text, found.groupdict())
    for shape in _TABLES:
        if found := shape.fullmatch(bare):
            return _listed(text, found.groupdict())
    if (found := _OF_THEM.fullmatch(bare)) and (spoken_of := overall(before) if before else None):
        said = {**found.groupdict(), "kind": spoken_of.called, "modifiers": spoken_of.modifiers}
        found_order = _ordered(text, said)
        return found_order and replace(found_order, is_list=spoken_of.is_list)
    found = _OUTCOME.fullmatch(bare)
    if found and not re.search(r"\bnot\b", bare):
        made = _of_kind(text, found.groupdict(), None)
        outcome = found["outcome"].lower()
        return replace(
            made,
            outcome=outcome,
            is_passive=found["passive"] is not None,
            asks_why=found["why"] is not None,
        )
    is_everywhere = bare != plain
    for shape in _COUNTS:
        found = shape.fullmatch(plain) or (shape.fullmatch(bare) if is_everywhere else None)
        if found and (is_everywhere or found.re in _SELF_EVIDENT):
            return _of_kind(text, found.groupdict(), None)
    return None


_SELF_EVIDENT = frozenset({_COUNTS[0], _COUNTS[1], _COUNTS[4], _COUNTS[5]})
"""Shapes that themselves say that the sources are meant."""


def _listed(text: str, said: dict[str, str | None]) -> Overall | None:
    """The largest first, or the oldest."""
    by = (said["by"] or "").lower()
    attribute = _BY.get(by) or (Attribute.DATE if by.startswith("when") else Attribute.AMOUNT)
    made = _of_kind(text, said, attribute)
    if made.kind is Kind.COMPANY and attribute is Attribute.AMOUNT:
        return None  # a company has many amounts
    return replace(made, is_less=attribute is Attribute.DATE, is_list=True)


def _ordered(text: str, said: dict[str, str | None]) -> Overall | None:
    if said.get("who"):
        said = {**said, "kind": "payment"}
    if by := said.get("by"):
        attribute, is_less = _BY[by.lower()], False
    else:
        degree = (said.get("degree") or "").lower()
        degree = f"the {degree}" if degree in {"most", "least"} else degree
        attribute, is_less = _DEGREES[degree]
    made = _of_kind(text, said, attribute)
    is_by_size = attribute is Attribute.AMOUNT and made.kind is Kind.COMPANY
    if is_by_size or (attribute is not Attribute.AMOUNT and made.kind is Kind.PAYMENT):
        return None  # a company is large in many ways
    return Overall(
        text,
        made.kind,
        made.called,
        attribute,
        is_less,
        (said.get("degree") or "").lower(),
        (said.get("event") or "").lower(),
        made.modifiers,
    )


def _of_kind(text: str, said: dict[str, str | None], attribute: Attribute | None) -> Overall:
    called = (said.get("kind") or "").lower()
    modifiers = (said.get("modifiers") or "").strip().lower()
    return Overall(text, _NOUNS[called], called, attribute, modifiers=modifiers)
