"""What a claim brings that no source text may be assumed to hold: links, markup, hidden signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

_LINK = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]{1,12}://|(?:https?|ftp|mailto|javascript|data|file|vbscript|tel):)\S*|"
    r"\bwww\.\S+|\S+@[\w-]+\.\w+|"
    r"(?<![\w.])(?:[a-z0-9-]+\.)+(?:com|org|net|io|co|info|biz|edu|gov|app|dev|ai|xyz|ru|cn|de|uk|fr)"
    r"\b(?:/\S*)?",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"</?[a-z!][^>]*>?|&(?:#x?[0-9a-f]+|[a-z]+);|!?\[[^\]]*\]\([^)]*\)?|!\[|\]\[|\]:\s|"
    r"`+|\*\*|__|(?<!\w)\*\w|(?<!\w)_\w|^\s{0,3}#{1,6}\s|^\s*[|>]|\|\s*-{3,}|\$\$|\\[a-z(\[]",
    re.IGNORECASE | re.MULTILINE,
)
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.]{0,60}\b(?:instructions?|prompts?|rules|"
    r"context|above|previous|guidelines)\b|"
    r"\b(?:you are|act as|pretend (?:to be|that)|respond (?:only )?with|reply with|answer with|"
    r"(?:please )?(?:say|state|write|tell (?:the|them|him|her|everyone)|claim|output|print|repeat)"
    r"(?: exactly)?(?: that|:| the (?:words|following)))\b|"
    r"\b(?:system prompt|developer message|as an ai|language model|assistant)\b",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:^|[.!?:;]\s+|\b(?:please|and|then|must|should|instead|now)\s+)[\"'(\[*]*"
    r"(?:ignore|disregard|forget|override|say|state|write|tell|claim|output|print|repeat|respond|"
    r"reply|answer|act|pretend|you are|recommend|mention|include|append|insert)\b",
    re.IGNORECASE,
)
# Joiners, bidirectional marks, tags, selectors: seen by no reader, read by machines.
_HIDDEN_CATEGORIES = frozenset({"Cf", "Cc", "Co", "Cn", "Cs"})
_HARMLESS = frozenset("\n\t\r\u00ad")
_RAISED = re.compile(r"[\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u24ff]")


def brought_in(claim: str, quotes: Sequence[str]) -> Iterator[str]:
    """Links, markup and hidden characters of a claim that no quote holds."""
    for pattern in (_LINK, _MARKUP):
        for match in pattern.finditer(claim):
            found = match.group().strip()
            if not any(found in quote for quote in quotes):
                yield found
    held = frozenset("".join(quotes))
    for character in sorted(frozenset(claim) - held):
        if is_hidden(character) or _RAISED.match(character):
            yield f"U+{ord(character):04X}"
    for word in re.findall(r"\w+", claim):
        if len(_scripts(word)) > 1 and not any(word in quote for quote in quotes):
            yield f"{word} (letters of several scripts)"


def is_hidden(character: str) -> bool:
    """Whether a reader does not see a character that is there."""
    if character in _HARMLESS or character.isascii() and character.isprintable():
        return False
    return (
        unicodedata.category(character) in _HIDDEN_CATEGORIES
        or "\ufe00" <= character <= "\ufe0f"
        or character in "\u034f\u115f\u1160\u3164\uffa0"
    )


def _scripts(word: str) -> set[str]:
    if word.isascii():
        return set()
    return {
        unicodedata.name(letter, "?").split(" ")[0]
        for letter in word
        if letter.isalpha() and unicodedata.name(letter, "").split(" ")[0] in _SCRIPTS
    }


_SCRIPTS = frozenset("LATIN CYRILLIC GREEK ARMENIAN CHEROKEE FULLWIDTH MATHEMATICAL".split())


def plain(text: str) -> str:
    """The text as it is matched: compatible forms made one, hidden characters and accents gone."""
    if text.isascii():
        return text
    raised = _RAISED.sub("\ufffd", text)
    kept = "".join(char for char in raised if not is_hidden(char) and char != "\u00ad")
    decomposed = unicodedata.normalize("NFKD", kept)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def is_instruction(sentence: str) -> bool:
    """Whether a sentence tells its reader what to do or say: that states nothing."""
    return _INSTRUCTION.search(sentence) is not None and _IMPERATIVE.search(sentence) is not None
