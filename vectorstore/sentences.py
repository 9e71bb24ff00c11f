"""Splits a paragraph into sentences by rule; spans are exact, nothing is moved or dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_SENTENCE = 600
"""Characters. Longer ones are split at a semicolon, a clause or, at worst, a space."""

_CLOSERS = r"[\"'”’»)\]}›⁰¹²³⁴⁵⁶⁷⁸⁹]"
_OPENERS = "\"'“‘«„([{¿¡‹*-–— "
# A run of stops with what closes behind it. CJK stops need no space after them.
_STOP = re.compile(
    rf"(?:[.!?…]+{_CLOSERS}*(?:\[\d{{1,3}}\])*(?=\s|$)|[。！？]+[」』”’）)\"]*|\n\s*\n)"
)
# "care.The next": a space was lost. Only ASCII letters, so that names of sites and versions stay.
_LOST_SPACE = re.compile(r"(?<=[a-z]{3})[.!?][”\"]?(?=[A-Z][a-z]+[ ,])")
_NAME_OF_SITE = re.compile(r"(?:Com|Net|Org|Io|Ai|Js|Gov|Edu|Co)\b")

_NEVER_ENDS = frozenset(
    """
    mr mrs ms dr prof st vs v messrs gen sen rep gov lt col capt sgt rev hon e.g i.e eg ie
    cf viz approx ca al fig figs eq eqs sec ch vol vols pp ed eds resp incl esp no nos nr
    art mt ft z.b d.h bzw u.a abs bd st. dept univ assn
    """.split()
)
"""A stop after these is part of the word, whatever follows ("no", "fig": before a number)."""

_ONLY_BEFORE_NUMBER = frozenset(
    """
    no nos nr fig figs eq eqs sec ch vol vols pp p art abs bd ed
    """.split()
)

_MAY_END = frozenset(
    """
    inc corp co ltd llc plc bros u.s u.k u.n e.u u.s.a d.c a.m p.m ph.d m.d b.a m.a jr sr
    etc jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri
    sat sun ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss
    mo mont neb nev okla ore pa penn tenn tex va vt wash wis wyo ave blvd rd hrs min est avg
    """.split()
)
"""A stop after these may also end the sentence: the next word decides."""

_STARTERS = frozenset(
    """
    the a an this that these those it its he she they we i you his her their our there here
    in on at for from to by with as and but or so if when while after before since although
    however moreover meanwhile according some many most all both each what why how who where
    no not yet still also then now such last next another other one more under over during
    until once because despite today even thus
    """.split()
)
"""Words in capital that begin a sentence rather than go on with a name."""

_WORD_BEFORE = re.compile(r"([^\W_](?:[\w.&’'-]*[^\W_])?)$")
_NEXT_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE_BREAKS = (
    re.compile(r";\s+"),
    re.compile(r"\s[–—]\s|—|:\s"),
    re.compile(r",\s"),
    re.compile(r"\s+"),
)
_LOOK_AHEAD = 200
"""Characters in which an open bracket must close to hold a stop inside it back."""


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
    if stop[0] != "." or stop.startswith(".."):
        return True
    return _stop_ends(text, start, match.start(), following)


def _stop_ends(text: str, start: int, stop: int, following: int) -> bool:
    """Whether the single full stop at `stop` ends a sentence, judged by the words around it."""
    word = _WORD_BEFORE.search(text, max(start, stop - 24), stop)
    if word is None:
        return True
    before = word[1].lower()
    upcoming = _NEXT_WORD.match(text, following)
    next_word = upcoming[0].lower() if upcoming else ""
    if before in _NEVER_ENDS:
        number_follows = text[following : following + 1].isdigit()
        return before in _ONLY_BEFORE_NUMBER and not number_follows
    if word.start(1) == start or not text[start : word.start(1)].strip(_OPENERS):
        # "1. First", "A. Yes": the number or letter of a list, a speaker's initial.
        return not (before.isdigit() or len(before) == 1)
    if before in _MAY_END:
        return next_word in _STARTERS
    if len(before) == 1 and word[1].isupper():
        return next_word in _STARTERS and not _is_initial(text, word.start(1))
    return True


def _is_initial(text: str, at: int) -> bool:
    """A single capital after a name part ("John A. The…" is rare) or after another initial."""
    return text[max(0, at - 2) : at].endswith((". ", "."))


def _inside_brackets(text: str, start: int, stop: int, end: int) -> bool:
    """A bracket opened in this sentence is still open and closes soon."""
    for opener, closer in ("()", "[]"):
        opened = text.rfind(opener, start, stop)
        if opened < 0 or text.find(closer, opened, end) >= 0:
            continue
        if text.find(closer, end, end + _LOOK_AHEAD) >= 0:
            return True
    return False
