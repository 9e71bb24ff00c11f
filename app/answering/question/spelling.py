"""Typing errors: which word was meant by one that no source has."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from difflib import SequenceMatcher

from app.answering.text.terms import is_function_word

MIN_LETTERS = 5
"""In shorter words one letter makes another word."""
MIN_STEM = 2
ALIKE, ALIKE_NAME = 0.8, 0.85
"""Similarity (difflib) that the word meant must have, and a name; its first letter is the same.
"Roche" is not "Rocha" with a slip."""

_PREFIXES = ("un", "re", "non", "mis", "over", "under", "pre", "co")
_ENDINGS = (
    "s es ed d ing ings er ers or ors est y ly al ally ness ment ments able ity less ful".split()
)
_LETTERS = re.compile(r"[^\W\d_]+")

Frequency = Callable[[str], int]
"""In how many passages a word stands, in whatever form."""


def is_common(word: str, words: Container[str]) -> bool:
    """Whether a word is a common one, or made of one: "stoves", "undated", "planned", "budding".

    Args:
        word: In whatever case.
        words: The language's common ones.
    """
    lower = word.lower()
    bare = [lower.removeprefix(prefix) for prefix in _PREFIXES if lower.startswith(prefix)]
    return any(base in words for form in (lower, *bare) for base in _bases(form))


def one_slip_away(word: str, frequency: Frequency, words: Container[str]) -> str | None:
    """The most frequent word of the sources that is one typing error away; None if there is none.

    It is a common word of the language, so that no slip makes a name. What fingers do is likelier
    than another letter; words without a subject ("their", "through") are commoner than all others.
    """
    found: list[tuple[bool, bool, float, str]] = []
    for other, is_typing in _slips(word):
        if not is_typing and _is_form_of(word, other):
            continue
        is_left_out = len(other) > len(word)  # "closd" is "closed", not "cloud"
        if is_function_word(other):
            found.append((is_typing, is_left_out, float("inf"), other))
        elif (other in words or is_left_out and is_common(other, words)) and (
            count := frequency(other)
        ):
            found.append((is_typing, is_left_out, count, other))
    return max(found)[-1] if found else None


def most_alike(
    word: str, texts: Sequence[str], words: Container[str] | None, *, must_be_name: bool
) -> str | None:
    """The word of some texts that is most like one, the more frequent of equals.

    Args:
        word: As typed.
        texts: Of the library.
        words: The language's common ones: of such a word only the accents may be mended, and it
            is no name. None knows none, and mends accents alone.
        must_be_name: Whether it must have a capital.
    """
    counts = Counter(found for text in texts for found in _LETTERS.findall(text))
    plain = _plain(word)
    only_accents = words is None or is_common(word, words)
    least = 1.0 if only_accents else ALIKE_NAME if must_be_name else ALIKE
    best: tuple[float, int, str] | None = None
    for other, count in sorted(counts.items()):
        bare = _plain(other)
        is_capital = other[:1].isupper()
        if bare[:1] != plain[:1] or (must_be_name and not is_capital):
            continue
        alike = SequenceMatcher(None, plain, bare, autojunk=False).ratio()
        if alike < least or (alike < 1.0 and _is_form_of(plain, bare)):
            continue
        if is_capital and not must_be_name and alike < 1.0 and bare in (words or ()):
            continue  # "Hearing" opens a sentence: it is not what "haing" means
        if best is None or (alike, count) > best[:2]:
            best = (alike, count, other)
    return best[2] if best else None


def _bases(word: str) -> Iterator[str]:
    """A word, and what may be left of it without an ending: "budding" is of "bud"."""
    yield word
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) <= MIN_STEM:
            continue
        if ending == "d":  # of "closed", not of "foundd"
            yield from (stem,) if stem.endswith("e") else ()
            continue
        yield from (stem, f"{stem}e", f"{stem}y")
        if stem[-1] == stem[-2]:
            yield stem[:-1]
        if stem.endswith("i"):
            yield f"{stem[:-1]}y"


def _is_form_of(word: str, other: str) -> bool:
    """Whether two words differ in their ending alone: "grocer" is no slip for "grocery"."""
    return word.startswith(other) or other.startswith(word) or word[:-1] == other[:-1]


def _slips(word: str) -> Iterator[tuple[str, bool]]:
    """What the word may have been: a letter left out, too much, in another's place, or swapped.

    The first letter is hardly ever wrong, and stays. With each, whether it is what fingers do: two
    letters swapped or one twice.
    """
    for at in range(1, len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail and (len(word) > MIN_LETTERS or head[-1] == tail[0]):
            yield head + tail[1:], head[-1] == tail[0]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:], True
        for letter in string.ascii_lowercase:
            yield head + letter + tail, False
            if tail:
                yield head + letter + tail[1:], False


def _plain(word: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
