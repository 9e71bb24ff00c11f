"""Small facts about words and punctuation that several steps share."""

from __future__ import annotations

import re


def word_set(words: str) -> frozenset[str]:
    """The words of a text, set apart by white space."""
    return frozenset(words.split())


OPENERS = "\"'“‘«„([{¿¡"

TERMINAL = re.compile(r"[.!?…。！？．:][\"'”’»)\]}⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
"""Ends in a sentence's last character (or a colon), closing quotes and note numbers included."""

DANGLING_WORDS = word_set(
    """
    a an the and or but nor of to in on at by for from with without into onto upon over
    under between among through during against about as than that which who whose whom where
    when while because if although though whether our their his her its my your this these
    those is are was were be been being has have had will would can could may might must
    should do does did not no such both either neither each every some any very more most
    less per via including like within across toward towards der die das und oder mit von
    für ein eine zu im den dem des le la les un une et de du des en el los las y del al con
    por para
    """
)
"""Words with which no English (German, French, Spanish) paragraph ends."""

TAIL = 32
"""Characters looked at where only the end of a text matters: a search over all of it is slow."""

_TITLES = re.compile(
    r"(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|St|vs|e\.g|i\.e|cf|Gen|Sen|Rep|Gov|Lt|Col|Sgt)\.$"
)
_LAST_WORD = re.compile(r"([^\W\d_]+)$")
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_POSSESSIVE = re.compile(r"'s\b|'")


def first_letter(text: str) -> str:
    """First character that is not an opening quote or bracket; "" when there is none."""
    return text.lstrip(OPENERS + " ")[:1]


def starts_lower(text: str) -> bool:
    """Begins as only the middle of a sentence does."""
    return first_letter(text).islower()


def is_terminated(text: str) -> bool:
    """Ends like a finished sentence, or like the lead-in of a list."""
    tail = text[-TAIL:]
    return TERMINAL.search(tail) is not None and not _TITLES.search(tail)


def ends_dangling(text: str) -> bool:
    """Ends in a word, comma or dash after which more must follow."""
    tail = text[-TAIL:]
    if text.endswith((",", "-", "–", "—", "&", "(")) or _TITLES.search(tail):
        return True
    last = _LAST_WORD.search(tail)
    return last is not None and last[1] in DANGLING_WORDS


def num_words(text: str) -> int:
    """Runs between white space; good enough for "short" and "long", and fast."""
    return len(text.split())


def words_of(text: str) -> list[str]:
    """Words for comparing: lower case, no possessives, quotes and dashes folded."""
    # Four times `replace` is much faster than `translate` with a table.
    folded = text.replace("’", "'").replace("‘", "'").replace("–", "-").replace("—", " ")
    if "'" in folded:
        folded = _POSSESSIVE.sub("", folded)
    return _WORD.findall(folded.casefold())


def is_cjk(character: str) -> bool:
    """A character of a script written without spaces between words."""
    return (
        "\u3040" <= character <= "\u30ff"
        or "\u3400" <= character <= "\u9fff"
        or ("\uf900" <= character <= "\ufaff")
    )
