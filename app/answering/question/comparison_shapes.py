"""Does a question put things side by side, which ones, and by what? A grammar of shapes. Pure.

A pattern stands on one line where it can: cut in two it is harder to read than long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from app.answering.question.comparison import BETWEEN, EVENT_NOUN, Asks, Attribute, Comparison
from app.answering.question.notation import CURRENCIES
from app.answering.text.amounts import Amount, Moment, amounts, moments
from app.answering.text.terms import fold, names_of

_MORE = {
    "larger", "bigger", "greater", "higher", "more", "dearer", "pricier", "costlier", "longer", "newer",
    "later", "younger", "after", "over", "above", "most", "largest", "biggest", "highest", "latest",
    "newest", "youngest", "longest", "last", "at least", "exceed",
}  # fmt: skip
_LESS = {
    "smaller", "lower", "less", "fewer", "cheaper", "shorter", "older", "earlier", "sooner", "before",
    "under", "below", "least", "smallest", "lowest", "cheapest", "fewest", "shortest", "oldest",
    "earliest", "first",
}  # fmt: skip
_DEGREE = r"(?P<degree>" + "|".join(sorted(_MORE | _LESS, key=len, reverse=True)) + r")"
_EVENTS = (
    r"(?P<event>founded|formed|established|created|set up|launched|announced|signed|agreed|closed|"
    r"completed|finali[sz]ed|ended|dissolved|started|begun|began|born|published|approved|opened|made)"
)
_EVENT_OF = {
    "start": "started", "began": "started", "begin": "started", "begun": "started", "close": "closed",
    "end": "ended", "launch": "launched", "announce": "announced", "open": "opened",
}  # fmt: skip
_AMOUNT_WORDS = re.compile(
    r"\b(?:cost|costs|pay|pays|paid|price|priced|pric\w+|worth|value|valued|amounts?|sums?|money|"
    r"expensive|cheap\w*|dear\w*|spend|spent|invest\w*|volume|payments?|deal size|size|revenues?|sales|"
    r"financ\w+|costlier|pricier)\b"
)
_DURATION_WORDS = re.compile(
    r"\b(?:last|lasts|lasted|run|runs|ran|take|took|live|lived|exist\w*|duration|term)\b"
)
_SHARE_WORDS = re.compile(r"\b(?:share|stake|percentage|percent|part)\b")
_DATE_WORDS = re.compile(
    r"\b(?:when|dates?|year|years|old|older|oldest|young\w*|new|newer|newest|founding|announcement|closing|"
    r"earlier|earliest|later|latest|before|after|first|sooner|start\w*|began|begin)\b"
)
_STATUS_WORDS = re.compile(r"\b(?:status|state|stage|progress|outcome|results?|success)\b")
_PARTNER_WORDS = re.compile(r"\b(?:partners?|parties|members?|founders?|who|companies|owners?)\b")
_REASON_WORDS = re.compile(r"\b(?:reasons?|why|motives?)\b")
_UNITS_OF_SUMS = r"(?:thousand|million|billion|trillion|dollars?|euros?|pounds?|francs?|yen)"
_SIDE_BY_SIDE = (Attribute.AMOUNT, Attribute.DATE, Attribute.DURATION)
"""Rows of a comparison that names none; rows of which nothing is found are left out."""

_THING = r"(?:(?!\b(?:than|versus|vs)\b)(?:[^,;:?]|(?<=\d),(?=\d)))+?"
_AUX = r"(?:is|was|are|were|did|does|do|has|have|had)"
_AND = r"(?: and | with | to | against | from |,? (?:vs\.?|versus) | & )"
_ARTICLE = re.compile(
    r"^(?:(?:the|an?|that|those|of|its|both|either|between|for|in|at|case) )+", re.I
)
_CASE = re.compile(r"'s (?:case|one|deal)$|'s$", re.IGNORECASE)
_BY = (
    r"(?:(?:,? (?:by|on|in terms of|regarding|with regard to|as to|for|in)|:| [-(]) ?\b"
    r"(?P<by>[^?)]+)\)?)?"
)
_CLOSING = re.compile(r"[\s?.!]+$")
_OPENING = re.compile(
    r"^(?:(?:please|pls|hi|hello|hey|ok|okay|so|and|also|now|well|thanks|thx|thank you)\b[,!. ]*)*"
    r"(?:(?:can|could|would|will) you (?:please )?|i(?:'d| would) like to know |tell me |i need (?:a |to )?|"
    r"(?:show|give) me )?",
    re.IGNORECASE,
)

_SAID = (
    r"(?:worth|cost|costs|pay|paid|last|valued at|have|has|been|be|founded|announced|signed|formed|closed|"
    r"completed|start|started|take|took|run|set up|a|much|many|priced at|get|employ|own|hold|invest|spend|"
    r"raise|make|come|go on)"
)
_BY_WORDS = (
    _EVENTS, _SAID, _UNITS_OF_SUMS, *(
        pattern.pattern
        for pattern in (
            _AMOUNT_WORDS, _DURATION_WORDS, _SHARE_WORDS, _DATE_WORDS, _STATUS_WORDS, _PARTNER_WORDS,
            _REASON_WORDS,
        )
    ),
)  # fmt: skip
_Read = Callable[[re.Match[str]], "Comparison | None"]
MAX_CHARACTERS = 300
MAX_THINGS = 5
MAX_WORDS = 9
"""Of a thing's name."""


def comparison(text: str, before: str = "") -> Comparison | None:
    """What a question compares; None if it compares nothing.

    Args:
        text: The question.
        before: The question before it, for what "it" means: "compare it with Haven".
    """
    plain = " ".join(fold(text).split())
    plain = _CLOSING.sub("", _OPENING.sub("", plain))
    if names := [name.text for name in names_of(f"x {fold(before)}")]:
        plain = _PRONOUN.sub(names[-1], plain, count=1)
    if not plain or len(plain) > MAX_CHARACTERS:
        return None
    for pattern, read in _SHAPES:
        found = pattern.fullmatch(plain)
        made = read(found) if found else None
        if made is not None:
            return None if any(map(_ASKS.search, made.things)) else made
    return None


def is_compared_by(word: str) -> bool:
    """Whether a word says by what things are compared: "larger", "founded", "price"."""
    lower = word.lower()
    if lower in _MORE | _LESS or lower in _EVENT_OF or EVENT_NOUN.fullmatch(lower):
        return True
    return any(re.fullmatch(pattern, lower) for pattern in _BY_WORDS)


def _which(found: re.Match[str]) -> Comparison | None:
    """As in "Which was larger, A or B?"."""
    said = found["said"]
    things = _split(found["things"], r",? or |, (?:and )?| and ")
    degree = re.search(rf"\b{_DEGREE}\b", said)
    if things is None or degree is None:
        return None
    noun = said[degree.end() :]
    is_less = degree.group() in _LESS
    asks = Asks.LEAST if is_less else Asks.MOST
    if named := _MEASURED.fullmatch(said):
        things = tuple(f"{thing}{named['when'] or ''}" for thing in things)
        word, measure = degree.group(), named["measure"]
        return Comparison(things, (Attribute.MEASURE,), asks, word, is_less, counted=measure)
    attribute = _attribute(said, noun)
    if attribute is None:
        return None
    return Comparison(
        things,
        (attribute,),
        asks,
        degree.group(),
        is_less,
        _event(said),
        _noun(noun) if attribute is Attribute.COUNT else "",
    )


_MEASURED = re.compile(
    r"(?:[\w-]+ ){0,2}(?:had|has|have|reported|posted|recorded|achieved|earned|generated|made) "
    r"(?:the |an? |its )?(?:higher|highest|lower|lowest|larger|largest|smaller|smallest|greater|"
    r"greatest|bigger|biggest) (?P<measure>(?!(?:price|cost|value|amount|sum|size|volume|share|"
    r"stake|percentage|part|number)s?\b)[a-z][a-z-]+(?: [a-z][a-z-]+){0,3}?)"
    r"(?P<when> (?:in|for|during) (?:[A-Z][a-z]+ )?(?:19|20)\d\d)?"
)
"""A measure that is had: "a higher net profit in 2020"; prices and shares are read otherwise."""


def _than(found: re.Match[str]) -> Comparison | None:
    """As in "Was A founded before B?", "Did A cost more than B?"."""
    groups = found.groupdict()
    said, degree = groups["said"] or "", groups["degree"].lower()
    first, second = _thing(groups["first"]), groups["second"]
    noun = groups.get("noun") or ""
    limit, of_limit, after = _limit(second)
    attribute = of_limit or _attribute(f"{said} {degree}", noun)
    if not first or attribute is None:
        return None
    is_less, event = degree in _LESS, _event(said)
    counted = _noun(noun) or after if attribute is Attribute.COUNT else ""
    if limit is not None:
        return Comparison(
            (first,), (attribute,), Asks.WHETHER, degree, is_less, event, counted, limit
        )
    other = _thing(second)
    if not other:
        return None
    return Comparison((first, other), (attribute,), Asks.WHETHER, degree, is_less, event, counted)


def _how_much(found: re.Match[str]) -> Comparison | None:
    """As in "How much more did A cost than B?"."""
    groups = found.groupdict()
    degree = groups["degree"].lower()
    first, second = _thing(groups["first"]), _thing(groups["second"])
    whole = f"{degree} {groups.get('said') or ''} {_VERB.search(found.string) or ''}"
    noun = groups.get("noun") or ""
    attribute = _attribute(whole, noun)
    if not first or not second or attribute is None:
        return None
    counted = _noun(noun) if attribute is Attribute.COUNT else ""
    return Comparison(
        (first, second),
        (attribute,),
        Asks.DIFFERENCE,
        degree,
        degree in _LESS,
        _event(whole),
        counted,
    )


def _between(found: re.Match[str]) -> Comparison | None:
    """As in "How long between A and B?"."""
    things = _split(found["things"], r" and | to | until ")
    if things is None:
        return None
    first, *_ = things
    if _DOING.search(things[-1]):
        return None  # "the founding of A and B leaving it": two events in other words
    if " of " in first and EVENT_NOUN.fullmatch(things[-1]):
        things = (*things[:-1], f"{things[-1]} of {first.partition(' of ')[2]}")
    event, _, of_first = first.partition(" of ")
    if of_first and EVENT_NOUN.fullmatch(event) and not EVENT_NOUN.search(things[-1]):
        things = (*things[:-1], f"{event} of {things[-1]}")  # "and that of Brava"
    *others, last = things
    if " of " in last and not any(" of " in each for each in others):
        whole = last.partition(" of ")[2]
        things = (
            *(f"{each} of {whole}" if EVENT_NOUN.search(each) else each for each in others),
            last,
        )
    return Comparison(things, (Attribute.DATE,), Asks.DIFFERENCE, BETWEEN)


def _side_by_side(found: re.Match[str]) -> Comparison | None:
    """As in "Compare A and B by price", "A vs B"."""
    groups = found.groupdict()
    things = _split(groups["things"], _AND + r"|, ")
    if things is None:
        return None
    by = " ".join(filter(None, (groups.get("by"), groups.get("before"))))
    of_each = {named[1] for thing in things if (named := _OF.fullmatch(thing))}
    if not by and len(of_each) == 1 and all(map(_OF.fullmatch, things)):
        by = of_each.pop()
        things = tuple(thing.partition(" of ")[2] for thing in things)
    elif not by and (named := _OF.fullmatch(things[0])) and _is_attribute(named[1]):
        by, things = named[1], (named[2], *(_OF_IT.sub("", each) for each in things[1:]))
    attributes = tuple(_attributes(by))
    if by and not attributes:
        return None  # by what only the reader can find
    return Comparison(things, attributes or _SIDE_BY_SIDE, Asks.TABLE, is_open=not attributes)


def _is_attribute(word: str) -> bool:
    """Whether it is what things are compared by: "the status of A and B", "… and that of B"."""
    return any(_attributes(word)) and EVENT_NOUN.fullmatch(word) is None


_DOING = re.compile(r"\w (?!(?:spring|king|ring|wing|holding|building)\b)[a-z]+ing\b")
_OF_IT = re.compile(r"^(?:(?:that|those) )?of (?:the )?")
_OF = re.compile(r"([a-z]+(?: [a-z]+)?) of (?:the )?(.+)")


def _attribute(said: str, noun: str = "") -> Attribute | None:
    if _noun(noun) and not _AMOUNT_WORDS.search(noun.lower()):
        return Attribute.COUNT
    found = next(_attributes(f"{said} {noun}"), None)
    if found is None and re.search(r"\b(?:larg|bigg|small|great|high|low)(?:er|est)\b", said, re.I):
        return Attribute.AMOUNT
    return found


def _attributes(said: str) -> Iterator[Attribute]:
    lower = said.lower()
    if _SHARE_WORDS.search(lower):
        yield Attribute.SHARE
    if _AMOUNT_WORDS.search(lower):
        yield Attribute.AMOUNT
    if _LONG.search(lower) or re.search(r"\bduration\b", lower):
        yield Attribute.DURATION
    elif _DATE_WORDS.search(lower) or re.search(_EVENTS, lower):
        yield Attribute.DATE
    if _STATUS_WORDS.search(lower):
        yield Attribute.STATUS
    if _PARTNER_WORDS.search(lower):
        yield Attribute.PARTNERS
    if _REASON_WORDS.search(lower):
        yield Attribute.REASON


_LONG = re.compile(r"\b(?:longer|shorter|longest|shortest|how long|last|lasts|lasted)\b")
_VERB = re.compile(r"\b(?:pays?|paid|costs?|worth|lasts?|lasted)\b", re.IGNORECASE)
_NOT_COUNTED = re.compile(
    r"^(?:money|expensive|recent\w*|important|successful|often|quickly|time|costly|recently|of the two|"
    r"valuable|than|for|in|on|to)\b|^$"
)


_PLURAL = re.compile(r"(?:[^su\W]s|people|staff|personnel)$")


def _noun(said: str) -> str:
    """What is counted: the "employees" of "more employees"."""
    bare = said.lower().strip(" ,")
    return bare if _PLURAL.search(bare) and not _NOT_COUNTED.search(bare) else ""


_PAYS = re.compile(r"\b(?:pays?|paid|spend|spends|spent|invest(?:s|ed)?)\b", re.IGNORECASE)


def _event(said: str) -> str:
    if _PAYS.search(said):
        return "paid"
    found = re.search(rf"\b{_EVENTS}\b", said.lower())
    if found:
        return _EVENT_OF.get(found["event"], found["event"])
    other = next((each for each in _EVENT_OF if re.search(rf"\b{each}\b", said.lower())), None)
    return _EVENT_OF[other] if other else ""


def _limit(said: str) -> tuple[Amount | Moment | None, Attribute | None, str]:
    """The value that a thing is compared with, what it measures, and what is counted by it."""
    bare = re.sub(r"^(?:the |about |around |roughly |year )+", "", said.strip())
    for day in moments(bare):
        if day.start == 0 and day.end >= len(bare) - 1:
            return day, Attribute.DATE, ""
    for amount in amounts(bare):
        if amount.start > 1:
            continue
        after = re.split(r"\b(?:in|for|at|by|of|on)\b", bare[amount.end :])[0].strip(" ,")
        if amount.unit in CURRENCIES:
            return amount, Attribute.AMOUNT, ""
        if amount.unit in {"year", "month", "week", "day"}:
            return amount, Attribute.DURATION, ""
        if amount.unit in {"percent", "part"}:
            return amount, Attribute.SHARE, ""
        return amount, Attribute.COUNT if after else Attribute.AMOUNT, after
    return None, None, ""


def _split(said: str, between: str) -> tuple[str, ...] | None:
    parts = [thing for part in re.split(between, said) if (thing := _thing(part))]
    if not 1 < len(parts) <= MAX_THINGS or len({part.lower() for part in parts}) < len(parts):
        return None
    return tuple(parts)


_PRONOUN = re.compile(r"\b(?:it|this|that one|this one)\b(?! \w+ that)", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:which|who|whom|what|how|when|where|why)\b", re.IGNORECASE)
"""No name has such a word: a second question was taken for a thing."""
_UNKNOWN = re.compile(
    r"^(?:it|they|them|this|that|these|those|he|she|each other|one|another|others?)$", re.I
)


def _thing(said: str) -> str:
    """The name of a thing; empty where it is a pronoun or no name."""
    said = re.split(r" (?:paid|pays|cost|costs|did|does|was|is|has|had|were|are)\b", said.strip())[
        0
    ]
    bare = _CASE.sub("", _ARTICLE.sub("", said.strip(" ,.;:?\"'"))).strip()
    if _UNKNOWN.match(bare) or len(bare.split()) > MAX_WORDS:
        return ""
    return bare


_SOURCES: tuple[tuple[str, _Read], ...] = (
    (r"(?:(?:which|what|who)(?: one)?(?: of (?:them|the two|these))?|of the two,? which(?: one)?) (?P<said>[^,:;]*?)"
     r"(?:,|:|;| -|,? of) (?P<things>.+ or .+)", _which),
    (r"(?P<things>.+ or .+?)[:,-]+ (?:which|what|who)(?: one)?(?: of them)? (?P<said>[^,:;]+)", _which),
    (r"(?:of|between|among) (?P<things>.+? (?:and|or) .+?),? (?:which|what|who)(?: one)?(?: of them)? (?P<said>[^,:;]+)",
     _which),
    (rf"(?:which|who|what) (?P<said>(?:{_AUX} |paid |cost |lasted |came |has |had |began |started )(?:the )?(?:\S+ ){{0,3}}?"
     rf"{_DEGREE}(?: (?:money|of the two))?) (?P<things>\S.* or \S.*)", _which),
    (rf"how much (?P<how>{_DEGREE}) (?P<noun>(?:(?!{_AUX} )[\w-]+ ){{0,2}}?){_AUX} (?P<first>{_THING})(?P<said> cost| pay| paid| worth"
     rf"| valued at| last| lasted| founded| announced| invest| have)?(?: for \S+)? than (?P<second>{_THING})", _how_much),
    (rf"by how (?:much|many \w+) {_AUX} (?P<first>{_THING}) (?P<said>)(?P<how>)(?P<degree_>)?(?P<degree>larger|bigger|smaller|"
     rf"older|newer|younger|longer|shorter|more expensive|cheaper|earlier|later)(?P<noun>) than (?P<second>{_THING})", _how_much),
    (rf"how (?:much|many (?:years|months|days)) (?P<how>(?P<degree>earlier|later|older|newer|younger|longer|shorter|before|after|sooner))"
     rf"(?P<noun>) {_AUX} (?P<first>{_THING})(?P<said> founded| announced| formed| signed| closed| completed| start| last| begin)? than "
     rf"(?P<second>{_THING})", _how_much),
    (rf"how many (?:years|months|days) (?P<how>(?P<degree>before|after)) (?P<second>{_THING}) {_AUX} (?P<first>{_THING})(?P<noun>)"
     rf"(?P<said> founded| announced| formed| signed| closed| completed| start| begin)", _how_much),
    (rf"how (?:long|much time|many (?:years|months|days|weeks))(?: {_AUX})?(?: it| there)?(?: passed| elapsed| lay| lies| lie| were| are| separate| pass|"
     rf" go by| went by| take)?,? (?:between|from) (?P<things>.+? (?:and|to|until) .+)", _between),
    (rf"(?:what {_AUX} )?(?:the )?(?:time|interval|gap|number of (?:days|years|months)) between (?P<things>.+? and .+)", _between),
    (rf"{_AUX} (?P<first>{_THING})(?: already| first| formally)? (?P<said>(?:{_EVENTS}|start|begin|close|end|launch|open|happen|"
     rf"take place|come|from) )?(?P<degree>before|after) (?P<second>{_THING})(?P<tail> (?:was|did|were|had) .*)?", _than),
    (rf"{_AUX} (?P<first>{_THING}) (?P<said>(?:{_SAID} )*){_DEGREE}(?P<noun>(?: (?!than )[\w-]+){{0,2}}?) than (?P<second>{_THING})", _than),
    (rf"{_AUX} (?P<first>{_THING}) (?P<said>(?:{_SAID} )*)(?P<degree>over|above|under|below|at least|exceed)(?P<noun>) "
     rf"(?P<second>\S*\d{_THING})", _than),
    (rf"(?:compare|contrast|comparing|comparison (?:of|between)|put side by side) (?:the (?P<before>[\w ,]+?) (?:of|by|for|in|between) )?(?P<things>.+?(?:{_AND}"
     rf"|, ).+?){_BY}", _side_by_side),
    (rf"put (?P<things>.+? and .+?) side by side{_BY}", _side_by_side),
    (rf"(?:(?:what|which)(?: {_AUX}|'s|s)? )?(?:the )?(?:main |key )?(?:differences?|contrast|similarities) (?:between|of) (?P<things>.+? and .+?){_BY}",
     _side_by_side),
    (rf"how (?:do|does|did) (?P<things>.+? and .+?) (?:differ|compare){_BY}", _side_by_side),
    (rf"how (?:do|does|did|is|are) (?P<things>.+? (?:differ(?:ent)? from|compare (?:to|with)) .+?){_BY}",
     lambda found: _side_by_side(re.fullmatch(r"(?P<things>.+)", re.sub(r"(?: differ(?:ent)?| compare) (?:from|to|with) ", " and ",
                                                                       found["things"])) or found)),
    (r"(?:a )?table of (?P<by>[\w ,]+?) (?:for|of) (?P<things>.+? and .+)", _side_by_side),
    (rf"(?P<things>{_THING},? (?:vs\.?|versus|compared (?:to|with)) {_THING})(?:[:,] (?P<by>.+))?", lambda found: _side_by_side(
        re.fullmatch(r"(?P<things>.+?)(?:[:,] (?P<by>.+))?", re.sub(r",? (?:vs\.?|versus|compared (?:to|with)) ", " and ",
                                                                    found.group())) or found)),
)  # fmt: skip
_SHAPES = tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in _SOURCES)
