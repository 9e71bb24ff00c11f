"""A question about several names side by side is also asked of each of them alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.answering.question.agreement import what_was
from app.answering.text.terms import content_terms, keys, names_of
from vectorstore.types import PassageId

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_COMPANY = r"(?:,? (?:Inc|Ltd|Co|Corp|plc|LLC|AG|SE|SA|NV|GmbH)\b)?\.?"
_WHEN = rf"{_COMPANY}(?: (?:in|during|of|since|from|by|for)(?: {_MONTH})?(?: \d{{4}}))?"
_AND = re.compile(
    rf"{_WHEN},? (?:and|or|vs\.?|versus|against|compared (?:to|with)|than)"
    r"(?: (?:that|those|the|its|of|for|by|at|with|from|to|in|both))* "
)
_COMMA = re.compile(rf"{_WHEN}, ")
MIN_NAME_CHARACTERS = 2
"""No "I"."""
MAX_PARTS = 12
"""Each is a search: of more names that stand side by side the first are asked of alone."""
_TAIL = re.compile(_WHEN)


_COMPARED = re.compile(
    r"\W*How (?:do|does|did) (?P<things>"
    r"[^?]*\w (?:of|by|for|at|in|from|to|with|between|when|that) .+?|"
    r"[^?]+?['’]s? [^?]+?) (?:compare|differ)(?P<by> [^?]+)?\W*",
    re.IGNORECASE,
)
"""Of a comparison, with one of the things left: the reader knows no "How do the profits of X
compare?"."""
_WHICH_HAD = re.compile(
    r"(?i:which|who|what)(?: [a-z]+)? (?:had|has|have) (?:the |an? )?"
    r"(?:higher|lower|larger|smaller|greater|bigger) "
    r"(?P<measure>[a-z-]+(?: [a-z-]+){0,3}?)"
    rf"(?P<when> (?:in|for|during)(?: {_MONTH})? \d{{4}})?, (?P<one>[^\W\d_a-z].*?)\W*"
)
_WHO_MORE = re.compile(
    r"(?i:which|who)(?: (?:company|firm|group|one|of (?:them|the two)))? "
    r"(?P<verb>(?!is\b|was\b|are\b|were\b)[a-z]+) "
    r"(?:the )?(?:more|less|fewer|most|least|fewest)(?: (?P<noun>[a-z-]+(?: [a-z-]+){0,2}?))??"
    r"(?P<rest> (?:in|on|for|at|with|from|to|by) [^,]+)?, (?P<one>[^\W\d_a-z].*?)\W*"
)
_TIME_OF = re.compile(
    r"(?:the )?(?:(?P<what>[\w' -]+?) )?(?:times?|dates?|timings?) (?:of |for |(?P<when>when) )",
    re.IGNORECASE,
)
_AMOUNT_OF = re.compile(r"(?:the )?amounts? of (?:the )?", re.IGNORECASE)
_RESPECTIVELY = re.compile(
    rf"(?P<each>(?P<word>(?:in|on|by|for) )(?:{_MONTH} )?\d{{4}}"
    rf"(?:(?:, (?:and )?| and )(?:in |on |by |for )?(?:{_MONTH} )?\d{{4}})+),? respectively\b"
)


@dataclass(frozen=True, slots=True)
class Part:
    """The question, asked of one name."""

    text: str
    keys: frozenset[str]
    """Of the name's words."""
    name: str
    """As the question writes it."""


@dataclass(frozen=True, slots=True)
class _Placed:
    start: int
    end: int
    keys: frozenset[str]


def parts(question: str) -> tuple[Part, ...]:
    """One part for each of the names that stand side by side ("X in 2018 and Y in 2020").

    Empty where fewer than two do. Both of "Walgreens and Microsoft" are parts too: what speaks of
    the two together serves both (see `app.answering.selection.retrieve`).
    """
    if pieces := _respective(question):
        return pieces
    chain = _longest_chain(question)
    if len(chain) < 2:
        return ()
    opening, closing = question[: chain[0].start], question[_with_tail(question, chain[-1]) :]
    return tuple(
        Part(
            _alone(f"{opening}{question[name.start : _with_tail(question, name)]}{closing}"),
            name.keys,
            question[name.start : name.end],
        )
        for name in chain[:MAX_PARTS]
    )


def _respective(question: str) -> tuple[Part, ...]:
    """The parts, each with its own of what is told "respectively": a year, a month; or none."""
    found = _RESPECTIVELY.search(question)
    if found is None:
        return ()
    word = found["word"]
    each = [one.removeprefix(word) for one in re.split(r", (?:and )?| and ", found["each"])]
    pieces = parts(f"{question[: found.start()].rstrip(' ,')}{question[found.end() :]}")
    if len(pieces) != len(each):
        return ()
    return tuple(
        replace(piece, text=f"{piece.text.rstrip(' ?.')} {word}{own}?")
        for piece, own in zip(pieces, each, strict=True)
    )


def _alone(question: str) -> str:
    """What is asked of one thing where several are compared: what it is, or when it was."""
    if found := _WHICH_HAD.fullmatch(question):
        return f"{what_was(found['measure'])} of {found['one']}{found['when'] or ''}?"
    if found := _WHO_MORE.fullmatch(question):
        verb, noun, rest = found["verb"], found["noun"] or "", found["rest"] or ""
        what = f" {noun}" if noun else ""
        many = "many" if noun.endswith(("s", "people")) else "much"
        is_now = verb.endswith("s")
        base = {"has": "have", "does": "do"}.get(verb, verb.removesuffix("s"))
        does = f"does {found['one']} {base}" if is_now else f"has {found['one']} {verb}"
        return f"How {many}{what} {does}{rest}?"
    found = _COMPARED.fullmatch(question)
    if found is None:
        return question
    things, by = found["things"], found["by"] or ""
    if time := _TIME_OF.match(things):
        rest = things[time.end() :]
        if time["when"]:
            return f"When {rest}{by}?"
        what = f"{time['what']} of {rest}" if time["what"] else rest.removeprefix("the ")
        return f"When{what_was(what).removeprefix('What')}{by}?"
    if amount := _AMOUNT_OF.match(things):
        return f"How much{what_was(things[amount.end() :]).removeprefix('What')}{by}?"
    return f"{what_was(things)}{by}?"


def _longest_chain(question: str) -> list[_Placed]:
    best: list[_Placed] = []
    current: list[_Placed] = []
    for name in _placed(question):
        between = question[current[-1].end : name.start] if current else ""
        ends = _AND.fullmatch(between)
        if not ends and not _COMMA.fullmatch(between):
            current = []
        current.append(name)
        # "Atlanta, Georgia" is one place: commas alone join nothing.
        if ends and len(current) > len(best):
            best = list(current)
    return best


def _placed(question: str) -> Iterator[_Placed]:
    position = 0
    for name in names_of(question):
        start = question.find(name.text, position)
        if start < 0 or len(name.text) < MIN_NAME_CHARACTERS:
            continue
        position = start + len(name.text)
        yield _Placed(start, position, name.keys)


def _with_tail(question: str, name: _Placed) -> int:
    found = _TAIL.match(question, name.end)
    return found.end() if found else name.end


def covered_parts(pieces: Sequence[Part], text: str) -> set[int]:
    """Numbers of the parts whose name stands in a text."""
    held = keys(content_terms(text))
    return {number for number, part in enumerate(pieces) if part.keys <= held}


def in_turn(
    ranked: Sequence[PassageId], covers: Mapping[PassageId, Collection[int]], num_parts: int
) -> list[PassageId]:
    """All passages, interleaved: each name in turn contributes its next best one.

    What speaks of several names serves each of them; what speaks of none comes last.

    Args:
        ranked: Best first.
        covers: Numbers of the parts whose name each passage holds.
        num_parts: How many parts there are.
    """
    served = [0] * num_parts
    left = list(ranked)
    order: list[PassageId] = []
    while waiting := {part for name in left for part in covers[name]}:
        least = min(served[part] for part in waiting)
        due = {part for part in waiting if served[part] == least}
        best = next(name for name in left if not due.isdisjoint(covers[name]))
        left.remove(best)
        order.append(best)
        for part in covers[best]:
            served[part] += 1
    return order + left
