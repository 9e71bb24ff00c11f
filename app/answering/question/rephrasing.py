"""Requests and short forms as the questions that they are. Pure."""

from __future__ import annotations

import re

_DONE = re.compile(
    r"(?P<deal>^\W*(?:is|are|was|were|has|have)\b.*\b(?:deal|merger|acquisition|takeover|purchase|"
    r"sale|transaction|partnership|agreement)s?\b.* )(?:done|through|finished|finali[sz]ed|over)\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"\bdid (?P<deal>(?:[\w&'’.,/-]+ ){0,6}?"
    r"(?:merger|deal|acquisition|takeover|take-over|transaction|purchase|buyout|sale)"
    r"(?: (?:of|between|with|by) (?:[\w&'’.,/-]+ ){0,6}?[\w&'’.,/-]+)?) "
    r"close\b(?! (?:down|its|the)\b)",
    re.IGNORECASE,
)
_YET = re.compile(r"(?P<asked>^\W*(?:is|are|was|were|has|have|did|does)\b.*?),? yet(?=\W*$)", re.I)
_LIST = re.compile(
    r"^(?:please )?(?:list|name|enumerate|(?:give|show|get|find) (?:me|us)(?: a list of)?)"
    r"(?: me| us)? (?:all )?(?P<what>(?:the|its|their|all) [a-z-]+.*)$",
    re.IGNORECASE | re.DOTALL,
)
_WISH = re.compile(
    r"^(?:(?:please|pls|hi|hello)\b[,!]? )*(?:i (?:need|want|am after|am looking for)|i['’]d like|"
    r"i['’]m (?:after|looking for)|looking for) (?:to (?:know|have|see) )?"
    r"(?P<what>the [a-z-]+ (?:[a-z-]+ )?(?:of|for|in|between|at) .+?)"
    r"(?: (?:for|in) (?:a|an|my|our|the|this) [a-z]+)?"
    r"(?:,? (?:please|pls|plz|thanks|thx|ty))?[\s.!?]*$",
    re.IGNORECASE | re.DOTALL,
)
"""What somebody says that he needs he asks for: "I need the price of X for a memo"."""
_AND_WHICH = re.compile(
    r"(?P<task>^\W*(?:please |pls )?(?:compare|contrast)\b.+?)[.;?!]\s+(?:and )?"
    r"(?:which|who|what)\b[^.?!]*?\b(?:(?P<time>earlier|later|older|newer|first|last|sooner)|(?P<more>more|higher|larger|bigger|greater|most|highest|largest)|"
    r"(?P<less>less|fewer|lower|smaller|least|lowest)|longer|shorter)\b[^.?!]*[?.\s]*$",
    re.IGNORECASE | re.DOTALL,
)
"""A comparison, and which of the two is more."""
_MEASURE_OF = re.compile(
    r"\W*(?:(?i:please|pls)\b,? )?(?i:compare|contrast) (?i:the )?"
    r"(?P<measure>[a-z]+(?: [a-z]+){0,2}) (?:of|for) (?P<one>[^\W\d_a-z][^,;?!]*?) "
    r"(?:and|with|to) (?:that of |those of )?(?P<other>[^\W\d_a-z][^,;?!]*?)\W*"
)
_OF_WHAT = re.compile(
    r"^(\W*(?:(?:please|pls)\b,? )?(?:compare|contrast) )(?:the )?"
    r"(?=[a-z][\w-]*[^.?!]*? (?:of|by|for|at|in) )"
    r"(?![^.?!]*?\b(?:times?|dates?|timings?|years?)\b)",
    re.IGNORECASE,
)
"""What is compared of two things; it is compared by its dates where one asks which is earlier."""
_COMPARE = re.compile(
    r"(?!.*[.;?!]\s+(?:who|whom|which|what|when|where|why|how)\b)"
    r"^\W*(?:(?:please|pls|and|now|then)\b,? )*(?:compare|contrast) (?P<things>(?:(?:the|both|"
    r"between) )?\S.*?(?: and | with | to | vs\.? )"
    r".+?)(?:(?P<by> (?:on|in terms of|regarding|with regard to|as to|by) .+?)|"
    r"(?::| -| \() ?(?P<listed>[^()]+?)\)?)?[\s.?!]*$",
    re.IGNORECASE,
)
"""A request whose verb, with its capital, looks like a part of the first name."""
_NAMED = r"(?P<name>[^\W\d_a-z][\w&.-]*(?: (?:(?:of|and|the|de) )*[^\W\d_a-z][\w&.-]*)*)"
_DOERS = {"founder": "founded", "creator": "created", "owner": "owns", "buyer": "bought"}
_DOERS |= {"acquirer": "acquired", "investor": "invested in", "supplier": "supplies"}
_ROLE = rf"(?P<role>{'|'.join(_DOERS)})s?"
_PAID = re.compile(
    r"\W*(?:(?:and|so|but) )?(?:how much(?: money)?|what(?: price| sum)?) "
    r"(?P<aux>did|does|do|has|have|had|will|would) (?P<buyer>(?:[\w&'’./-]+ ){1,6}?)"
    r"(?:pay|paid) (?:to (?:buy|acquire|take over) |for )"
    r"(?P<bought>(?:the )?(?-i:[^\W\d_a-z])[\w&'’./ -]*?)(?P<rest>(?: in (?:19|20)\d\d)?[\s?.!]*)",
    re.IGNORECASE,
)
"""A price that somebody paid for what has a name, hence a company or its like."""
_DOER = (
    re.compile(rf"\W*{_NAMED}(?:['’]s?)? {_ROLE}\W*"),
    re.compile(rf"\W*(?:[Tt]he )?{_ROLE} of (?:the )?{_NAMED}\W*"),
)


def as_question(text: str) -> str:
    """A request for a list as the question that it is: "list the founders of Haven" asks "what".

    A role and a name alone ask who does that: "Haven founders" who founded Haven. When a deal did
    "close" is when it was completed, and whether it is "done yet", whether it is: "yet" asks for
    what an old source calls not yet done. The reader is trained on questions that are put so.
    """
    if found := _AND_WHICH.match(text):
        text, rest = found["task"], text[found.end("task") :]  # which is more follows from the two
        named = _MEASURE_OF.fullmatch(text) if found["more"] or found["less"] else None
        if named and named["measure"].split()[-1].rstrip("s") in rest:
            degree = "higher" if found["more"] else "lower"
            return f"Which had the {degree} {named['measure']}, {named['one']} or {named['other']}?"
        if found["time"]:
            text = _OF_WHAT.sub(r"\1the dates of the ", text, count=1)
    found = _LIST.match(text.strip())
    if found:
        return f"What are {found['what'].rstrip(' .!?')}?"
    if found := _WISH.match(text.strip()):
        is_one = re.match(r"the \w*(?:[^\Ws]|[sui]s)\b", found["what"], re.IGNORECASE)
        return f"What {'is' if is_one else 'are'} {found['what']}?"
    if found := _COMPARE.match(text):
        things = re.sub(r" (?:with|to|vs\.?) ", " and ", found["things"], count=1)
        by = f" by {found['listed']}" if found["listed"] else found["by"] or ""
        return f"How do {things} compare{by}?"
    if doer := _DOER[0].fullmatch(text) or _DOER[1].fullmatch(text):
        return f"Who {_DOERS[doer['role']]} {doer['name']}?"
    text = _CLOSED.sub(r"was \g<deal> completed", text)
    return _YET.sub(r"\g<asked>", _DONE.sub(r"\g<deal>completed", text))


def as_purchase(question: str) -> str | None:
    """A question what was paid for a company, as one for how much it was bought.

    "Closed on a $5 billion deal to buy X" has no word for paying, and a small reader then finds no
    answer there. None for any other question.
    """
    found = _PAID.fullmatch(question)
    if found is None:
        return None
    verb = "bought" if found["aux"].lower() in {"has", "have", "had"} else "buy"
    doing = f"{found['aux'].lower()} {found['buyer']}{verb} {found['bought'].rstrip()}"
    return f"For how much {doing}{found['rest'].rstrip(' ?.!')}?"
