"""From words with places to lines of text: raised notes, drop caps, letter-spaced words set right.

A line is everything on one base line, whatever the order in which it was drawn. Note numbers stand
raised and small beside the word that they belong to; they become marks (`[^4]`) and never touch a
figure. Units are points, y grows upwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ingest.cleaning.general_words import FUNCTION_WORDS, GENERAL_WORDS
from ingest.loaders.pdf_page import Word

SAME_LINE = 0.25
"""Of the font size: words whose base lines differ less stand in one line."""

SAME_ROW = 0.5
"""Of the font size: cells of a row may stand a little higher or lower, where white space parts
them."""

SMALL = 0.92
"""Of its neighbour's font size: what is set smaller, and higher or lower, is a note or an index."""
RAISED = (0.1, 0.75)
LOWERED = (-0.6, -0.05)
"""Of the neighbour's font size: how far such a word's base line may be from the neighbour's."""

PARTED = 0.1
"""Of the font size: white space from which on two words of a line are written apart."""

BESIDE = 0.6
"""Of the font size: how near a note stands to its word."""

OVER = 0.3
"""Of the font size: what lies further over a word is beside one of the next line."""

DROP_CAP = 1.8
"""Times the size of the text: a letter so large that begins a paragraph over several lines."""

SPACED_LETTERS = 4
SPACED_SMALL_LETTERS = 8
"""So many where they are not all capitals, which rows of symbols may be too."""

LETTER_GAP = 0.7
"""Of the font size: so many single letters, not further apart, are a word set with spacing."""

COMMON_WORDS = FUNCTION_WORDS | GENERAL_WORDS

_NOTE = re.compile(r"[(\[]?(\d{1,3}(?:\s?[,–-]\s?\d{1,3})*|[a-z](?:,[a-z])*|[*†‡§¶]+)[)\]]?,?")
_POWER_OF = re.compile(r"(?:^|\D)10$|^[a-zR]$|(?:\d|\bper|/)\s?(?:[kcdm]?m|ft|yd|mi|in)$")
_SUPERSCRIPTS = str.maketrans("0123456789-–−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺")
_TRADE = {"TM": "™", "SM": "℠"}
_MARKUP = re.compile(r"[\\`*_<\[]|~(?=~)")
_MARK_BEFORE_COLON = re.compile(r"(\[\^[^\]\s]+\])(:)")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Script(Word):
    """A word that stands raised (a note, an exponent) or lowered (an index)."""

    raised: bool = True


class Line:
    """Words on one base line, in reading order."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        plain = [word for word in words if not isinstance(word, Script)] or words
        main = max(plain, key=lambda word: len(word.text))
        self.left = min(word.left for word in words)
        self.right = max(word.right for word in words)
        self.base = main.base
        """Height of its base line."""
        self.size = main.size
        """That of its longest word."""
        self.bold = all(word.bold for word in words)
        """Whether all of it is."""

    @cached_property
    def text(self) -> str:
        """Its words as light Markdown."""
        return text_of(self.words)


def lines_of(words: Sequence[Word], body_size: float, known: Counter[str]) -> list[Line]:
    """Lines from top to bottom.

    Args:
        words: Of one page, in any order.
        body_size: Font size of most of the document's text.
        known: How often each word stands in the document; tells "After" from "A" and "fter".
    """
    words = _with_drop_caps(words, body_size, known)
    rows = _joined_rows([row for row in _with_scripts(_rows(words)) if row])
    return [Line(_with_spaced_words(_sorted(row))) for row in rows if row]


def _rows(words: Iterable[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.base):
        first = rows[-1][0] if rows else word
        if rows and first.base - word.base <= SAME_LINE * min(first.size, word.size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _sorted(row: Sequence[Word]) -> list[Word]:
    letters = sum(len(word.text) for word in row)
    backwards = sum(len(_RIGHT_TO_LEFT.findall(word.text)) for word in row) > letters / 2
    return sorted(row, key=lambda word: -word.right if backwards else word.left)


def _with_scripts(rows: list[list[Word]]) -> list[list[Word]]:
    """Move raised and lowered words into the line of the word that they stand beside."""
    largest = [SMALL * max(word.size for word in row) for row in rows]
    for index, row in enumerate(rows):
        neighbours = _neighbours(rows, index)
        for word in list(row):
            for number in neighbours:
                if word.size > largest[number]:
                    continue
                other = _beside(word, rows[number])
                if other is None:
                    continue
                row.remove(word)
                rows[number].append(_script(word, raised=word.base > other.base))
                break
    return rows


def _joined_rows(rows: Sequence[list[Word]]) -> list[list[Word]]:
    """Rows with those joined that stand side by side, a little higher or lower."""
    joined: list[list[Word]] = []
    for row in rows:
        above = joined[-1] if joined else []
        size = min((word.size for word in [*above, *row]), default=0.0)
        near = above and abs(_height(above) - _height(row)) < SAME_ROW * size
        if near and all(
            max(word.left - other.right, other.left - word.right) > size
            for word in row
            for other in above
        ):
            joined[-1] = [*above, *row]
        else:
            joined.append(row)
    return joined


def _height(row: Sequence[Word]) -> float:
    return max(row, key=lambda word: len(word.text)).base


def _neighbours(rows: Sequence[Sequence[Word]], index: int) -> list[int]:
    return [n for n in (index, index + 1, index + 2, index - 1) if 0 <= n < len(rows)]


def _beside(word: Word, row: Sequence[Word]) -> Word | None:
    """The larger word of a line that a small one is raised above or lowered below."""
    if isinstance(word, Script):
        return None
    for other in row:
        rise = (word.base - other.base) / other.size
        if (
            word.size <= SMALL * other.size
            and (RAISED[0] < rise < RAISED[1] or LOWERED[0] < rise < LOWERED[1])
            and -OVER < max(word.left - other.right, other.left - word.right) / other.size < BESIDE
            and not isinstance(other, Script)
        ):
            return other
    return None


def _script(word: Word, *, raised: bool) -> Script:
    return Script(
        word.text, word.left, word.right, word.base, word.size, word.bold, word.light,
        word.spaced, word.spaced_after, word.order, word.unseen, raised,
    )  # fmt: skip


def _with_drop_caps(words: Sequence[Word], body_size: float, known: Counter[str]) -> list[Word]:
    caps = [
        word
        for word in words
        if word.size >= DROP_CAP * body_size
        and sum(map(str.isalpha, word.text)) == 1
        and len(word.text) <= 2
    ]
    kept = list(words)
    for cap in caps:
        beside = [
            word
            for word in kept
            if word.size < cap.size / DROP_CAP * 1.2
            and -0.1 * word.size < word.left - cap.right < 1.5 * word.size
            and -0.2 * word.size < word.base - cap.base < cap.size
        ]
        if not beside:
            continue
        first = max(beside, key=lambda word: (round(word.base), -word.left))
        kept.remove(cap)
        for base in {round(word.base) for word in beside}:
            begins = min(
                (word for word in beside if round(word.base) == base), key=lambda word: word.left
            )
            text = _capped(cap, begins, known) if begins is first else begins.text
            kept[kept.index(begins)] = replace(begins, text=text, left=cap.left)
    return kept


def _capped(cap: Word, word: Word, known: Counter[str]) -> str:
    """The first word of the paragraph; "A" and "I" may be words of their own."""
    match = re.match(r"\w*", word.text)
    rest = match[0].lower() if match else ""
    whole = f"{cap.text[-1]}{rest}".lower()
    is_word = rest in COMMON_WORDS or known[rest] > 1
    alone = cap.text[-1] in "AIO" and is_word and whole not in COMMON_WORDS and not known[whole]
    return f"{cap.text} {word.text}" if alone or word.spaced else cap.text + word.text


def _with_spaced_words(row: list[Word]) -> list[Word]:
    """Join "P A R T" where letters are set with spacing; words are further apart than letters."""
    joined: list[Word] = []
    run: list[Word] = []

    def end_run() -> None:
        joined.extend(_spaced_words(run) if len(run) >= SPACED_LETTERS else run)
        run.clear()

    for word in row:
        single = len(word.text) == 1 and not word.text.isdigit() and not isinstance(word, Script)
        near = not run or word.left - run[-1].right < 2 * LETTER_GAP * word.size
        if not single or not near or (run and run[-1].size != word.size):
            end_run()
        (run if single else joined).append(word)
    end_run()
    return joined


def _spaced_words(run: Sequence[Word]) -> list[Word]:
    gaps = [after.left - before.right for before, after in zip(run, run[1:], strict=False)]
    usual = sorted(gaps)[len(gaps) // 2]
    smallest = min(gaps)
    letters = [word.text for word in run if word.text.isalpha()]
    is_one = all(map(str.isupper, letters[:-1])) or len(letters) >= SPACED_SMALL_LETTERS
    if smallest > LETTER_GAP * run[0].size or not is_one or len(letters) < 0.8 * len(run):
        return list(run)
    limit = 1.6 * max(min(usual, 1.5 * smallest), 0.05 * run[0].size)
    words = [run[0]]
    for gap, letter in zip(gaps, run[1:], strict=True):
        if gap > limit:
            words.append(letter)
        else:
            words[-1] = replace(words[-1], text=words[-1].text + letter.text, right=letter.right)
    return words


def text_of(words: Sequence[Word]) -> str:
    """Words of a line as light Markdown, note numbers as marks."""
    text = ""
    before: Word | None = None
    for index, word in enumerate(words):
        after = words[index + 1] if index + 1 < len(words) else None
        piece = _MARKUP.sub(r"\\\g<0>", word.text)
        gap = " " if before is not None and is_parted(before, word) else ""
        if isinstance(word, Script) and word.raised:
            piece, gap = _raised(text, word.text, gap, after)
        elif isinstance(word, Script):
            gap = ""
        elif isinstance(before, Script) and before.raised and not text.strip():
            gap = " "
        text += gap + piece
        before = word
    return _MARK_BEFORE_COLON.sub(r"\2\1", text)


def _raised(text: str, raised: str, gap: str, after: Word | None) -> tuple[str, str]:
    """A raised word and what stands before it."""
    if after is not None and after.text[:1] in "/⁄" and raised.isdigit():  # a fraction
        return raised, " " if text[-1:].isdigit() else gap
    if raised in _TRADE:
        return _TRADE[raised], ""
    if raised.strip("-–−+").isdigit() and _POWER_OF.search(text):
        return raised.translate(_SUPERSCRIPTS), ""
    if note := _NOTE.fullmatch(raised):
        return f"[^{''.join(note[1].split())}]", ""
    return _MARKUP.sub(r"\\\g<0>", raised), gap


def is_parted(before: Word, word: Word) -> bool:
    """Whether there is white space between two words of a line."""
    gap = max(word.left - before.right, before.left - word.right)
    size = min(before.size, word.size)
    return gap >= PARTED * size or ((before.spaced_after or word.spaced) and gap > 0)


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word, compounds as a whole, stands in the texts."""
    words: Counter[str] = Counter()
    for text in texts:
        words.update(re.findall(r"\w+(?:-\w+)*", text.lower()))
    return words
