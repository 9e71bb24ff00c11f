"""Splits a paragraph into sentences by rule; spans are exact, nothing is moved or dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorstore.abbreviations import (
    AMOUNTS,
    BEFORE_NUMBER,
    BEFORE_ORDINAL,
    CAPITALISED,
    END_OF_LIST,
    MAY_END,
    MONTHS,
    MONTHS_BEHIND_DAYS,
    MONTHS_WRITTEN_SMALL,
    NAME_PARTS,
    NEVER_END,
    NEVER_END_AS_WRITTEN,
    NUMBERED,
    ORDINAL_NOUNS,
    STARTERS,
)

MAX_SENTENCE = 600
"""Characters. Longer ones are split at a semicolon, a clause or, at worst, a space."""

# “ and « close in German, » stands behind a space in French.
_CLOSERS = r"(?:[ \u00a0\u202f]»(?=\s|$)|[“«](?=\s|$)|[\"'”’»)\]}›⁰¹²³⁴⁵⁶⁷⁸⁹])"
_OPENERS = "\"'“‘«„([{¿¡‹*-–— "
# A run of stops with what closes behind it, tried once from where it begins. CJK stops need no
# space after them.
_STOP = re.compile(
    rf"(?:(?<![.!?…])[.!?…]++{_CLOSERS}*(?:\[\d{{1,3}}\])*(?=\s|$)|[。！？]+[」』”’）)\"]*|\n\s*\n)"
)
# "care.The next": a space was lost. Only ASCII letters, so that names of sites and versions stay.
_LOST_SPACE = re.compile(r"(?<=[a-z]{3})[.!?][”\"]?(?=[A-Z][a-z]+[ ,])")
_NAME_OF_SITE = re.compile(r"(?:Com|Net|Org|Io|Ai|Js|Gov|Edu|Co)\b")

_WORD_BEFORE = re.compile(r"([^\W_](?:[\w.&’'-]*[^\W_])?)$")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}[.-]{1,2})+[^\W\d_]{1,2}\Z")
"""Letters with stops between: "U.S", "P.-D", "S.p.A", "EE.UU"."""

_BEFORE_THAT = re.compile(r"([^\W\d_]+)\W{1,3}\Z")
_FORM_OF_FIRM = re.compile(r"(?:Inc|Corp|Ltd|LLC|plc|PLC|GmbH|AG|SE|S\.A|S\.p\.A|B\.V)\b")

MAX_ORDINAL = 3
"""Digits of an ordinal; a longer number is a year or an amount."""

_PREFIX = re.compile(r".*(?:[’']|\.-)(?=[^\W\d_]{2})")
"""What stands before an abbreviation without a space: "l’art. 5", "Dr.-Ing. Schulz"."""

_INITIAL = re.compile(r"[^\W\d_]\.")
_DAY_OR_MONTH = re.compile(r"\d{1,2}\.[\s\d,]")
_DAY_OF_MONTH = re.compile(r"\b\d{1,2}º?\.? (?:de )?\Z")
_END_OF_LIST = re.compile(r"\bu\. (?:v\. (?:a\. )?m|s\. w)\Z")
_NAME_OF_MONTH = re.compile(r"(?:May|March) (?:19|20)\d\d\b")
"""Words of their own in English, not before a year."""
_YEAR = re.compile(r"(?:19|20)\d\d\b")
_AFTER_DAY = re.compile(r"\b\d{1,2}\.\s?\Z")
_NUMBER = re.compile(r"\d|[IVXLC]{2,}\b|[A-Z]\.\s?\d")
"""Roman ones too, and "L. 123-4"; else a single letter may begin a sentence or be an initial."""
_AFTER_FIGURE = re.compile(r"\d[  ]?(?:[ap]\.[  ]?)?\Z")
_NEXT_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE_BREAKS = (
    re.compile(r";\s+"),
    re.compile(r"\s[–—]\s|—|:\s"),
    re.compile(r",\s"),
    re.compile(r"\s+"),
)
LOOK_AHEAD = 200
"""Characters in which an open bracket must close to hold a stop inside it back."""


LOOK_BACK = 2 * MAX_SENTENCE
"""Characters in which such a bracket is looked for: no sentence is longer. Without a limit the time
for a paragraph would grow with the square of its length."""
NEARBY = 80
"""Characters before a stop that tell how its sentence began, and what it is a part of."""


def split_sentences(text: str, *, max_length: int = MAX_SENTENCE) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`, in order, without outer white space.

    They do not overlap, and between them there is only white space.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in _boundaries(text):
        _append(spans, text, start, end, max_length)
        start = end
    _append(spans, text, start, len(text), max_length)
    return spans


HELD_TAIL = 200
"""Characters that tell whether a text ends with an abbreviation."""


def is_held_open(text: str, following: str) -> bool:
    """Whether a text ends with the stop of an abbreviation, an initial or an ordinal, not its own.

    Args:
        text: The last paragraph of a column or page.
        following: The first one of the next. Of words that may end a sentence ("Inc.") none holds
            it open: two paragraphs are likelier.
    """
    tail = text[-HELD_TAIL:]
    if not tail.endswith(".") or tail.endswith(".."):
        return False
    ends = {end for _, end in split_sentences(f"{tail} {following[:HELD_TAIL]}")}
    if len(tail) in ends or (word := _WORD_BEFORE.search(tail, 0, len(tail) - 1)) is None:
        return False
    before = word[1].lower()
    may_end = before in MAY_END or before in END_OF_LIST or bool(_ACRONYM.match(before))
    goes_on = following[:1].islower() or following[:1].isdigit() or before in AMOUNTS
    is_known = before in NEVER_END or (len(before) == 1 and before.isalpha())
    is_ordinal = before.isdigit() and following[:1].isupper()
    return goes_on if may_end else is_known or is_ordinal


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int, max_length: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > max_length:
        cut = _clause_end(text, start, end, max_length)
        stop = cut
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        spans.append((start, stop))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        spans.append((start, end))


def _clause_end(text: str, start: int, end: int, max_length: int) -> int:
    """Where to split a sentence that is too long: the last good place before the limit."""
    lowest = start + max_length // 3
    limit = min(start + max_length, end - 1)
    for pattern in _CLAUSE_BREAKS:
        ends = [match.end() for match in pattern.finditer(text, lowest, limit)]
        if ends:
            return ends[-1]
    return start + max_length


def _boundaries(text: str) -> Iterator[int]:
    """Offsets after which a new sentence begins."""
    start = 0
    candidates = _STOP.finditer(text)
    lost = [match.end() for match in _LOST_SPACE.finditer(text) if _lost_a_space(text, match.end())]
    for match in candidates:
        while lost and lost[0] < match.start():
            yield (start := lost.pop(0))
        if match[0][0] == "\n" or match[0][0] in "。！？" or _ends_sentence(text, start, match):
            yield (start := match.end())
    yield from lost


def _lost_a_space(text: str, at: int) -> bool:
    """Not the name of a site or file, and not inside an address."""
    if _NAME_OF_SITE.match(text, at):
        return False
    word_start = text.rfind(" ", 0, at) + 1
    return not any(sign in text[word_start:at] for sign in "/@_") and not text.startswith(
        "www", word_start
    )


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    end = match.end()
    if end >= len(text):
        return False
    following = end
    while (
        following < len(text)
        and text[following] in _OPENERS
        or text[following : following + 1] == "\n"
    ):
        following += 1
    character = text[following : following + 1]
    if character.islower():
        return False
    if _inside_brackets(text, start, match.start(), end):
        return False
    stop = match[0]
    if stop == "!" and _FORM_OF_FIRM.match(text, following):
        return False  # "Yahoo! Inc."
    if stop[0] != "." or stop.startswith(".."):
        return True
    return _stop_ends(text, start, match.start(), following)


def _stop_ends(text: str, start: int, stop: int, following: int) -> bool:
    """Whether the single full stop at `stop` ends a sentence, judged by the words around it."""
    word = _WORD_BEFORE.search(text, max(start, stop - 24), stop)
    if word is None:
        return True
    written = _PREFIX.sub("", word[1])
    before = written.lower()
    if text[following : following + 1] == "§" or (before == "on" and written != word[1]):
        return False  # "gem. § 5"; "l'on. Verdi", where "on" alone is a word
    upcoming = _NEXT_WORD.match(text, following)
    next_word = upcoming[0].lower() if upcoming else ""
    number_follows = _NUMBER.match(text, following) is not None
    if before in BEFORE_NUMBER and number_follows:
        return False
    if before in MONTHS_WRITTEN_SMALL and number_follows:
        return False
    if before in MONTHS_BEHIND_DAYS and _YEAR.match(text, following):
        return _DAY_OF_MONTH.search(text, _near(start, word.start(1)), word.start(1)) is None
    if before in END_OF_LIST or _END_OF_LIST.search(text, _near(start, stop), stop):
        return text[following - 1] not in "([" and not number_follows
    if before in CAPITALISED and written[0].islower():
        return True
    if before in NEVER_END or written in NEVER_END_AS_WRITTEN:
        return False
    if not text[_near(start, word.start(1)) : word.start(1)].strip(_OPENERS):
        # Alone it is no sentence: the number or letter of a list, an initial, "U.S. Steel".
        is_number = before.isdigit()
        return not (is_number or len(before) == 1 or before in MAY_END or _ACRONYM.match(before))
    if before.isdigit() and len(before) <= MAX_ORDINAL:
        return not _is_ordinal(text, start, word.start(1), next_word, following)
    if _is_unit(text, start, word):
        return next_word in STARTERS
    if len(before) == 1:
        return _letter_ends(text, start, word, next_word, following)
    if before in MAY_END or _ACRONYM.match(before):
        return next_word in STARTERS
    return True


def _near(start: int, at: int) -> int:
    """The start of a sentence, or a place near before `at` where that is far away."""
    return max(start, at - NEARBY)


def _is_unit(text: str, start: int, word: re.Match[str]) -> bool:
    """A small letter behind a figure ("à 9 h.", "$5 m.") or that of "3 p. m."."""
    before = text[max(start, word.start(1) - 12) : word.start(1)]
    return word[1].islower() and len(word[1]) == 1 and _AFTER_FIGURE.search(before) is not None


def _letter_ends(
    text: str, start: int, word: re.Match[str], next_word: str, following: int
) -> bool:
    """A single letter: an initial, or the last part of "z. B.", unless a sentence begins behind."""
    if word[1].islower():
        return False
    if not word[1].isupper():  # a script without capitals, in which it is no initial
        return True
    if _is_initial(text, word.start(1)) or _INITIAL.match(text, following):
        return False
    before = _BEFORE_THAT.search(text, max(start, word.start(1) - 24), word.start(1))
    if word[1] in "IVX" and before is not None and before[1].lower() in NUMBERED:
        return True
    begins = next_word in STARTERS and next_word not in NAME_PARTS
    return begins and next_word not in ("e", "o", "y")  # a word in few languages, an initial in all


def _is_ordinal(text: str, start: int, at: int, next_word: str, following: int) -> bool:
    """A number whose stop makes it the third or the thirty-first: "am 31. Dezember"."""
    if next_word in MONTHS or _DAY_OR_MONTH.match(text, following):
        return True
    if next_word in ORDINAL_NOUNS or _NAME_OF_MONTH.match(text, following):
        return True
    if _YEAR.match(text, following) and _AFTER_DAY.search(text, max(start, at - 4), at):
        return True
    before = _BEFORE_THAT.search(text, max(start, at - 24), at)
    return (
        before is not None
        and before[1].lower() in BEFORE_ORDINAL
        and next_word not in STARTERS
        and bool(next_word)
    )


def _is_initial(text: str, at: int) -> bool:
    """A single capital after a name part ("John A. The…" is rare) or after another initial."""
    return text[max(0, at - 2) : at].endswith((". ", ".", "-"))


def _inside_brackets(text: str, start: int, stop: int, end: int) -> bool:
    """A bracket opened in this sentence is still open and closes soon."""
    for opener, closer in ("()", "[]"):
        opened = text.rfind(opener, max(start, stop - LOOK_BACK), stop)
        if opened < 0 or text.find(closer, opened, end) >= 0:
            continue
        if text.find(closer, end, end + LOOK_AHEAD) >= 0:
            return True
    return False
