"""Forms of English words: tenses of verbs, plurals of nouns. Pure."""

from __future__ import annotations

_IRREGULAR_VERBS = """
be was been|become became become|break broke broken|bid bid bid|stand stood stood|sit sat sat|
overcome overcame overcome|oversee oversaw overseen|begin began begun|build built built
buy bought bought|bring brought brought|choose chose chosen|come came come|cost cost cost
do did done|drive drove driven
fall fell fallen|find found found|fly flew flown|forbid forbade forbidden
get got got|give gave given|go went gone|grow grew grown|have had had|hold held held
keep kept kept|know knew known|lay laid laid|lead led led|leave left left|lose lost lost
make made made|mean meant meant|meet met met|pay paid paid|read read read|rise rose risen
run ran run|say said said|see saw seen|sell sold sold|send sent sent|set set set|shut shut shut
show showed shown|speak spoke spoken|spend spent spent|split split split|take took taken
teach taught taught|tell told told|think thought thought|understand understood understood
win won won|withdraw withdrew withdrawn|write wrote written|can could|may might|must must
should should
"""
_PAST: dict[str, tuple[str, str]] = {}
for _line in _IRREGULAR_VERBS.replace("\n", "|").split("|"):
    if _words := _line.split():
        _PAST[_words[0]] = (_words[1], _words[-1])
_DOUBLED = frozenset({"stop", "plan", "drop", "admit", "ship"})
"""Verbs that double their last letter before an ending."""
_PLURALS = {
    "man": "men", "woman": "women", "child": "children", "person": "people",
    "criterion": "criteria",
    "half": "halves", "life": "lives", "crisis": "crises", "chief executive": "chief executives",
}  # fmt: skip
_UNCOUNTED = frozenset(
    """
    care people data information staff health money software news research knowledge advice training
    media revenue percent million billion thousand aircraft management privacy competition trust
    business intelligence property marketing accounting advertising food
    """.split()
)

_COUNTED = frozenset("people staff aircraft percent million billion thousand media data".split())
"""Of these there are many, though they have no plural of their own."""


_COMPARED = {
    "good": ("better", "best"),
    "bad": ("worse", "worst"),
    "big": ("bigger", "biggest"),
}
_LONGEST_COMPARED = 6
"""Letters of an adjective that takes an ending for it."""


def past(verb: str) -> str:
    """For example "founded" of "found"; the first word of "lay off" is put into the past."""
    first, rest = _first(verb)
    return (_PAST[first][0] if first in _PAST else _with_ed(first)) + rest


def participle(verb: str) -> str:
    """For example "taken" of "take"."""
    first, rest = _first(verb)
    return (_PAST[first][1] if first in _PAST else _with_ed(first)) + rest


def third(verb: str) -> str:
    """For example "leads" of "lead"."""
    first, rest = _first(verb)
    own = {
        "be": "is",
        "have": "has",
        "can": "can",
        "may": "may",
        "must": "must",
        "should": "should",
    }
    return own.get(first, _with_s(first)) + rest


def gerund(verb: str) -> str:
    """For example "founding" of "found"."""
    first, rest = _first(verb)
    if first in _DOUBLED or first in {"shut", "set", "get", "run", "win", "split", "forbid"}:
        first += first[-1]
    elif first.endswith("e") and first != "be" and not first.endswith("ee"):
        first = first[:-1]
    return f"{first}ing{rest}"


def plural(noun: str) -> str:
    """For example "companies" of "company"."""
    if noun in _PLURALS:
        return _PLURALS[noun]
    before, space, last = noun.rpartition(" ")
    if last in _UNCOUNTED:
        return noun
    return before + space + _PLURALS.get(last, _with_s(last))


def is_much(noun: str) -> bool:
    """Whether of a noun there is much, not many: "revenue"."""
    last = noun.rpartition(" ")[2]
    return last in _UNCOUNTED and last not in _COUNTED


def comparative(adjective: str) -> str:
    """For example "newer" of "new", "more important" of "important"."""
    return _compared(adjective, 0, "er", "more")


def superlative(adjective: str) -> str:
    """For example "newest" of "new", "most important" of "important"."""
    return _compared(adjective, 1, "est", "most")


def _compared(adjective: str, column: int, ending: str, word: str) -> str:
    if adjective in _COMPARED:
        return _COMPARED[adjective][column]
    if len(adjective) > _LONGEST_COMPARED or adjective[0].isupper():
        return f"{word} {adjective}"
    if adjective.endswith("y"):
        return f"{adjective[:-1]}i{ending}"
    return adjective + (ending[1:] if adjective.endswith("e") else ending)


def adverb(adjective: str) -> str:
    """For example "easily" of "easy"."""
    if adjective.endswith("le"):
        return adjective[:-1] + "y"
    if adjective.endswith("ic"):
        return adjective + "ally"
    return (adjective[:-1] + "i" if adjective.endswith("y") else adjective) + "ly"


def _first(verb: str) -> tuple[str, str]:
    first, space, rest = verb.partition(" ")
    return first, space + rest


def _with_ed(verb: str) -> str:
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2] not in "aeou":
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


def _with_s(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")) or word in {"go", "do"}:
        return f"{word}es"
    if word.endswith("y") and word[-2] not in "aeou":
        return f"{word[:-1]}ies"
    return f"{word}s"
