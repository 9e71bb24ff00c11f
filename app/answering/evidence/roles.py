"""Who holds a post, has come to an end or has a seat: what other questions take for granted.

"Who is the CEO of Sony?" is not answered by the president of a venture that Sony owns a half of,
and "When did X close?" not by the day on which X was founded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.answering.evidence.evidence import Evidence
from app.answering.text.terms import content_terms, fold, is_function_word, keys, names_of, terms

OF_OTHERS = 0.2
"""What the chance of a sentence counts that tells of such a post in another organisation."""
TOLD = 0.1
"""Least chance of one that tells of it in the right one."""
NEAR = 0.5
"""Share of the likeliest sentence's chance from which on a sentence may be shown."""
SEVERAL = 2

_POST = (
    r"(?:ceo|cfo|coo|cto|cio|chief (?:executive|financial|operating|information|technology|medical|"
    r"innovation)(?: officer)?|president|chair(?:man|woman|person)?|managing director|director|"
    r"head|boss)"
)
_HOLDER = re.compile(
    rf"\bwho(?:'s| is| was| are| were)? (?:the )?(?:\w+ )?(?P<post>{_POST})s? (?:of|at|for) "
    rf"(?:the )?(?P<of>[^?,;]+)|\bwho(?:'s| is| was) (?P<owner>[^?,;]+?)(?:'s|s'|’s) (?:\w+ )?"
    rf"(?:{_POST})\b",
    re.IGNORECASE,
)
_LEADER = re.compile(
    r"\bwho(?: now| currently)?(?: (?:leads?|runs?|heads?|chairs?|manages?|directs?)|(?: is|'s)"
    r"(?: now| currently)? (?:leading|running|heading|chairing|in charge of|at the helm of))"
    r" (?:the )?(?P<of>[^?,;]+?)(?: (?:now|today|currently|at present|these days))?\W*$",
    re.IGNORECASE,
)
"""Asks for whoever holds the first post of all."""
_POST_IN_TEXT = re.compile(
    rf"(?P<before>(?:[^\s,.;:()]+ ){{0,4}})\b(?i:{_POST})s?\b"
    r"(?P<after>(?:,? (?:of|at|for)(?: the)? | )[^.;:()]{0,60})?"
)
_SIGNED = re.compile(
    rf"\b(?i:{_POST})\s*[,\n]\s*(?P<of>[^\W\d_a-z][\w&.'’-]*(?: [^\W\d_a-z][\w&.'’-]*)*)\s*$"
)
"""A signature: a name, a post and whose it is, a line each."""
_OF = re.compile(r"^,? (?:of|at|for)(?: the)? ")
_CAPITALS = re.compile(r"[^\W\d_a-z][\w&.'’-]*(?: (?:[^\W\d_a-z][\w&.'’-]*|of|and|&))*")
_FROM = re.compile(r"\bfrom ([^\W\d_a-z][\w&.'’-]*)")
_JOINT = re.compile(
    r"\b(?:its|their|the (?:joint )?(?:venture|alliance|partnership|consortium))\b", re.IGNORECASE
)
"""Whose post it is where two have something together."""
_POSSESSIVE = re.compile(r"((?:[^\W\d_a-z][\w&.-]* )*[^\W\d_a-z][\w&.-]*)['’]s\b")
# So many signs at most between its words: a question of the longest kind is searched in no time.
_ENDED = re.compile(
    r"\b(?:when|why|how|where|what year)\b.{0,160}?\b(?:did|does|will|was|were|is|has|have) "
    r"(?P<what>.{1,160}?) (?:be |been |go |gone )?(?:closed?(?: down)?|shut(?: down)?|dissolved?|"
    r"disband(?:ed)?|w(?:i|ou)nd (?:up|down)|ceased?(?: to exist)?|collapsed?|liquidated|bankrupt|"
    r"bust|terminated?)\b",
    re.IGNORECASE,
)
_END = re.compile(
    r"\b(?:clos(?:ed|es|ing|ure)|(?:to|will|would|may|not) (?:close|end)|end(?:ed|s|ing)|"
    r"end of (?:the|its|their|this)|terminat\w+|shut\w*|dissol\w+|disband\w*|"
    r"w(?:i|ou)nd(?:s|ing)? (?:up|down)|ceas\w+|collaps\w+|fold(?:ed|s)|liquidat\w+|bankrupt\w*|"
    r"insolven\w+|bust|complet(?:ed|es|ion|ing)|finali[sz]\w+|conclud\w+|stop(?:s|ped)?|"
    r"g(?:a|i)ven? up|gives up|abandon\w+|discontinu\w+|fail\w*|lasted|lasts|"
    r"broken? (?:up|off)|went under|no longer|scrapp\w+|cancel\w+|expir\w+|laps\w+|demise)\b",
    re.IGNORECASE,
)
_SUPERLATIVE = (
    r"(?:larg|bigg|great|high|small|low|old|young|long|short|earli|new|rich|poor|cheap|dear)est|"
    r"(?:most|least) (?:valuable|expensive|costly|successful|important)|first|last"
)
_DEALS = (
    r"(?:partnership|deal|merger|acquisition|takeover|alliance|(?:joint )?venture|purchase|"
    r"agreement|company|firm|partner)"
)
_FIRST_OF_ALL = re.compile(
    rf"\b(?:which|what)(?:'s| is| was| are| were)? (?:the )?(?:{_SUPERLATIVE}) (?:\w+ )?"
    rf"{_DEALS}s?\b"
    r"(?! (?:of|in|by|between|with|that|for|from|to))|"
    rf"\b(?:which|what) {_DEALS}s? (?:is|was|were|are|had|has|ended|closed|began|came|lasted|cost) "
    rf"(?:\w+ )?(?:the )?(?:{_SUPERLATIVE})\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s[^\W\d_a-z]")
_RANKS = re.compile(
    rf"\b(?:{_SUPERLATIVE}|ever|record|only|\w+est)\b|\b(?:most|least|more|less) \w+", re.IGNORECASE
)
_PUBLIC = re.compile(
    r"\b(?:did|has|have|does|will|is) (?P<what>.+?) (?:go(?:ne|ing)?|be) (?:public|listed)", re.I
)
_SEAT_ASKED = r"(?:headquartered|headquarters|head ?office|registered office)"
_HEADQUARTERED = re.compile(
    rf"\bwhere\b.*?\b{_SEAT_ASKED} of (?P<of>.+)|"
    r"\bwhere\b.*?\b(?:is|are|was|were|does|did|has|have) (?:the )?(?P<what>.+?)(?:['’]s?)? "
    rf"(?:be |(?:have )?(?:its|their) )?{_SEAT_ASKED}\b",
    re.IGNORECASE,
)
_SEAT = re.compile(
    r"\b(?:(?i:headquart\w*|HQ|head ?offices?|registered office|seat (?:is |was )?(?:in|at|of)|"
    r"(?<!-)based (?:in|at|out of)|located (?:in|at)|domiciled|incorporated in)|"
    r"[^\W\d_a-z][^\W\dA-Z_]{2,}-based)\b"
)
_PLACED = re.compile(
    r"\bwhere (?:exactly )?(?:is|are|was|were) (?:the )?(?P<what>.+?) (?:based|located|situated|"
    r"domiciled)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"{_SEAT.pattern}|\b(?i:in|at|from|near|of|outside) (?:the )?[^\W\d_a-z][\w’'-]+"
)
_LISTED = re.compile(r"\b(?:public|list(?:ed|ing)|IPO|flotation|stock exchange|floated)\b", re.I)


def is_unsaid(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether nothing that was read mentions the post, or the end, that a question asks about.

    Args:
        question: In the words of the asker.
        evidence: The likeliest first.
    """
    if not evidence:
        return False
    return (
        _holds_no_such_post(question, evidence)
        or _has_no_such_end(question, evidence)
        or _ranks_nothing(question, evidence)
        or _has_no_place(question, evidence)
    )


def asks_holder(question: str) -> bool:
    """Whether a question asks who holds a post, or who leads something."""
    return _holder(question) is not None


def _holder(question: str) -> frozenset[str] | None:
    """Keys of whose post is asked for; None if none is."""
    plain = fold(question)
    if found := _HOLDER.search(plain):
        return _organisation(found["of"] or found["owner"] or "")
    found = _LEADER.search(plain)
    return None if found is None else _organisation(found["of"])


def without_other_posts(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, with a low chance for posts in other organisations where one in the right one is.

    Args:
        question: In the words of the asker.
        evidence: What was read.
    """
    wanted = _holder(question)
    if not wanted:
        return list(evidence)
    of_others = [_is_of_another(item, wanted) for item in evidence]
    is_told = any(
        other is False and item.relevance >= TOLD
        for item, other in zip(evidence, of_others, strict=True)
    )
    return [
        replace(item, relevance=OF_OTHERS * item.relevance) if other and is_told else item
        for item, other in zip(evidence, of_others, strict=True)
    ]


def _organisation(named: str) -> frozenset[str]:
    """Whose post is asked for: its names, and where it has none, its words."""
    # A first word would not count as a name.
    words = [term for term in content_terms(f"x {named}") if term.start > 0]
    return keys(word for word in words if word.is_name) or keys(words)


def _holds_no_such_post(question: str, evidence: Sequence[Evidence]) -> bool:
    wanted = _holder(question)
    if not wanted:
        return False
    if _is_of_another(evidence[0], wanted) is not True:
        return False
    told = [item for item in evidence if item.relevance >= TOLD]
    return all(_is_of_another(item, wanted) is not False for item in told)


def _is_of_another(item: Evidence, wanted: frozenset[str]) -> bool | None:
    """Whether a sentence gives a post in another organisation; None where it does not tell."""
    found = list(_POST_IN_TEXT.finditer(item.text))
    if not found:
        return None
    owners = [owner for each in found for owner in _owners(each)]
    owners += [_keys_of(signed["of"]) for signed in _SIGNED.finditer(item.text)]
    if any(_is_one(wanted, owner) for owner in owners):
        return False
    if wanted <= item.keys - _keys_from(item.text) and not any(wanted < owner for owner in owners):
        return False
    if owners or wanted.isdisjoint(keys(terms(item.passage.text))):
        return True
    if not any(_JOINT.search(each["before"] + each.group()) for each in found):
        return None
    named = _organisations(item.metadata.title)
    is_there = any(_is_one(wanted, owner) for owner in named)
    return True if is_there and any(not owner <= wanted for owner in named) else None


def _keys_from(text: str) -> frozenset[str]:
    """Of names that somebody came from."""
    return frozenset[str]().union(*map(_keys_of, _FROM.findall(text)))


def _owners(found: re.Match[str]) -> list[frozenset[str]]:
    """Names right before a post ("Microsoft CEO"), or behind it ("CEO of Microsoft")."""
    owners = list(_POSSESSIVE.findall(found["before"]))
    before = _CAPITALS.findall(found["before"])
    is_beside = before and found["before"].rstrip().endswith(before[-1])
    if is_beside and not is_function_word(before[-1]):
        owners.append(before[-1])
    after = found["after"] or ""
    behind = _OF.match(after)
    if behind and (name := _CAPITALS.match(after[behind.end() :])):
        owners.append(name.group())
    return [found_keys for owner in owners if (found_keys := _keys_of(owner))]


def _organisations(text: str) -> list[frozenset[str]]:
    return [name.keys for name in names_of(f"x {text}") if not name.is_person and name.keys]


def _keys_of(name: str) -> frozenset[str]:
    return keys(term for term in terms(f"x {re.sub(r'[’’]s?$', '', name)}") if term.is_name)


def _is_one(wanted: frozenset[str], owner: frozenset[str]) -> bool:
    """Whether two names may be one: "CVS" and "CVS Health", not "Sony Honda Mobility"."""
    return owner <= wanted or (wanted <= owner and len(owner) <= len(wanted) + 1)


def _ranks_nothing(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether one of all deals is asked for, and no likely sentence says that it is the largest.

    Which it is could be told by all sources side by side alone, and those that were read are few.
    Within one document the reader may compare.
    """
    found = _FIRST_OF_ALL.search(fold(question))
    documents = {item.document_id for item in evidence}
    if found is None or len(documents) < SEVERAL or _NAMED.search(found.group()):
        return False
    near = [item for item in evidence if item.relevance >= NEAR * evidence[0].relevance]
    return not any(_RANKS.search(fold(item.text)) for item in near)


def _has_no_place(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether no likely sentence about what has a place somewhere names any place."""
    found = _PLACED.search(fold(question))
    wanted = (
        keys(name for name in terms(f"x {found['what']}") if name.is_name) if found else keys(())
    )
    if not wanted:
        return False
    near = [item for item in evidence if item.relevance >= NEAR * evidence[0].relevance]
    return not any(_tells_place_of(wanted, item) for item in near)


def _tells_place_of(wanted: frozenset[str], item: Evidence) -> bool:
    """Whether a sentence names a place, and nobody else before it."""
    place = _PLACE.search(fold(item.text))
    if place is None or wanted & item.keys:
        return place is not None
    before = terms(item.text[: place.start()])
    named = (
        word.is_name or (word.text[:1].isupper() and not is_function_word(word.text))
        for word in before
    )
    return not wanted & item.missing and not any(named)


def _has_no_such_end(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether no sentence about what is asked of has a word for its end, listing or seat."""
    for asks, tells in ((_ENDED, _END), (_PUBLIC, _LISTED), (_HEADQUARTERED, _SEAT)):
        found = asks.search(fold(question))
        if found is None:
            continue
        what = found["what"] or found.groupdict().get("of") or ""
        wanted = keys(name for name in terms(f"x {what}") if name.is_name)
        if not wanted:
            return False
        held = frozenset[str]().union(*(item.keys for item in evidence))
        about = [item for item in evidence if wanted & item.keys or not wanted & item.missing]
        is_known = bool(wanted & held)
        return is_known and not any(tells.search(fold(item.text)) for item in about)
    return False
