"""Headings as the questions that their sections answer ("Why X did it"). Pure.

Only what is sure to be grammatical is made; what needs more than a change of order is left out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.answering.text.quantities import NUMBER_WORDS
from app.answering.text.terms import is_function_word

_WH = r"(?P<wh>what|why|where|when|how)"
_AUXILIARY = r"is|are|was|were|has|have|had|will|can|could|should|must|may|might"
_SUBJECT = r"(?P<subject>[^?.!,;:]{2,50}?)"
# "What went wrong" is a question as it stands; "What the case teaches" and "Why it failed" are not:
# the question word must be the subject, and a verb must follow it.
_ASKS = re.compile(
    r"(?:what|who)\s+(?:still\s+|also\s+|now\s+)?"
    r"(?:is|are|was|were|has|had|went|goes|came|comes|stands|stood|remains|happens|follows|makes|made|"
    r"works|pays|paid|owns|runs|decides|gets|got|does|did|wins|won|\w+ed)\b",
    re.I,
)
_WHAT_ONE_DID = re.compile(
    rf"{_WH} {_SUBJECT} did(?P<rest>(?: (?:it|so|this|that|with .+))?)", re.I
)
"""Its verb is "did" itself."""
_WHAT_ONE_IS = re.compile(rf"{_WH} {_SUBJECT} (?P<verb>{_AUXILIARY}) (?P<rest>[^?.!,;:]+)", re.I)
_LIST = re.compile(r"(?:the )?[^\W\d_][\w’'-]*(?: (?:and |of |for |to )?[\w’'-]+){1,6}", re.I)
_PLURAL = re.compile(r"[^\W\d_]{2,}[^\Wsui\d_]s")
"""The last word of a list of things; not "analysis", "business", "its"."""
REMEMBERED_DOCUMENTS = 16
"""Documents whose words are kept: as many as one answer draws on."""
_DOES = re.compile(r"\w+ing")


def question_of(heading: str, text: str = "") -> str | None:
    """What a heading asks; None if it asks nothing.

    Args:
        heading: As it stands in the document.
        text: Of the document: its words that stand there in small letters are no names.
    """
    bare = " ".join(heading.split()).rstrip("?.!: ")
    if heading.rstrip().endswith("?") or _ASKS.match(bare):
        return f"{bare}?"
    if did := _WHAT_ONE_DID.fullmatch(bare):
        return f"{did['wh'].capitalize()} did {_small(did['subject'], text)} do{did['rest']}?"
    if (found := _WHAT_ONE_IS.fullmatch(bare)) and not _ASKS.match(found["subject"]):
        subject = _small(found["subject"], text)
        return f"{found['wh'].capitalize()} {found['verb']} {subject} {found['rest']}?"
    return _of_list(bare, text)


def _of_list(bare: str, text: str) -> str | None:
    """The question for a heading that names several things: "What are the innovation benefits?"."""
    words = bare.split()
    if _LIST.fullmatch(bare) is None or _PLURAL.fullmatch(words[-1]) is None:
        return None
    first = words[0].lower()
    if _DOES.fullmatch(first) or (is_function_word(first) and first != "the"):
        return None
    said = _small(bare, text)
    if said.split()[-1][:1].isupper():
        return None  # a name
    return f"What are {said}?" if first == "the" else f"What are the {said}?"


def _small(words: str, text: str) -> str:
    """Words of a heading as they stand in a sentence: small, unless the text has them as names."""
    known = _words_of(text)
    return " ".join(
        word.lower() if _is_plain(word.lower(), known) else word for word in words.split()
    )


def _is_plain(small: str, known: frozenset[str]) -> bool:
    return small in known or small in NUMBER_WORDS or is_function_word(small)


@lru_cache(maxsize=REMEMBERED_DOCUMENTS)
def _words_of(text: str) -> frozenset[str]:
    """The words of a document, which has many headings."""
    return frozenset(re.findall(r"[\w’'-]+", text))
