"""Decides what a line end inside a block means: a wrap, a new paragraph, a label's next line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from ingest.cleaning.markdown import HARD_BREAK
from ingest.cleaning.words import TAIL, ends_dangling, is_cjk, is_terminated, starts_lower, word_set
from ingest.types import Block
from vectorstore.types import SentenceKind

MAX_WRAP_WIDTH = 130
"""No program wraps prose wider than this; longer lines are paragraphs of their own."""

MAX_LABEL_LINE = 60
MAX_LABEL_LINES = 8
"""A signature, an address, a logo: a few short lines, each of which begins anew."""

FULL_LINE = 0.85
"""A line this full (of the widest in its block) was broken because the next word did not fit."""

SHORT_LINE = 0.6
"""A line this short was broken on purpose, even without a full stop."""

MIN_LIST_LINES = 5
MIN_SURE_LIST_LINES = 9
"""So many lines of wrapped prose do not all begin with a capital by chance."""

MAX_LIST_WIDTH = 40
"""Prose is not wrapped to a narrower column in a file."""

MIN_PAIRS = 3
MAX_PAIR = 120
_PAIR = re.compile(r"[^\W\d_][\w ()/’'-]{0,29}:\s+\S")

_HYPHENATED = re.compile(r"[^\W\d_]{2,}[-\u2010]$")
_LAST_PART = re.compile(r"([^\W\d_]+)[-\u2010]$")
_FIRST_PART = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_KEEPS_HYPHEN = word_set(
    """
    all anti co cost cross data decision ever ex far fast five four full future half hard
    health high ill large late least less long low mid most multi new non on one over
    patient post pre real risk second self semi short single six small state ten third three
    time top two value well year
    """
)
"""First parts of compounds that are mostly written with a hyphen."""

_LAST_CAPITALS = re.compile(r"([A-ZÀ-ÖØ-Þ]{2,})[-\u2010]$")
_FIRST_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{2,}(?![^\W\d_])")
_LABEL_END = re.compile(r"[.!?,;:\-–—]$")


def vocabulary(texts: Iterable[str]) -> Collection[str]:
    """Lower-case words of a document, compounds whole: evidence of how it spells a word."""
    return {word for text in texts for word in _WORD.findall(text.lower())}


def join(left: str, right: str, known: Callable[[], Collection[str]]) -> str:
    """Two parts of a broken line or sentence as one, hyphenation undone."""
    if left[-1:] in "-\u2010" and (joined := _join_capitals(left, right, known)):
        return joined
    if (
        left[-1:] not in "-\u2010"
        or not _HYPHENATED.search(left[-TAIL:])
        or not right[:1].islower()
    ):
        glue = "" if left.endswith(("—", "/")) or (is_cjk(left[-1:]) and is_cjk(right[:1])) else " "
        return f"{left}{glue}{right}"
    head_match, tail_match = _LAST_PART.search(left[-TAIL:]), _FIRST_PART.match(right)
    head = head_match[1].lower() if head_match else ""
    tail = tail_match[0].lower() if tail_match else ""
    words = known()
    if f"{head}-{tail}" in words or (head in _KEEPS_HYPHEN and head + tail not in words):
        return left + right
    return left[:-1] + right


def _join_capitals(left: str, right: str, known: Callable[[], Collection[str]]) -> str | None:
    """A word in capitals that a line end cut; a compound keeps its hyphen. None for other words."""
    head, tail = _LAST_CAPITALS.search(left[-TAIL:]), _FIRST_CAPITALS.match(right)
    if head is None or tail is None:
        return None
    whole = f"{head[1]}{tail[0]}".lower()
    words = known()
    cut = whole in words or (tail[0].lower() not in words and head[1].lower() not in words)
    return (left[:-1] if cut else left) + right


def resolve_lines(blocks: list[Block]) -> list[Block]:
    """Blocks whose text has no line ends, but for labels of several lines (`whole`)."""
    cache: list[Collection[str]] = []

    def known() -> Collection[str]:
        if not cache:
            cache.append(vocabulary(block.text for block in blocks))
        return cache[0]

    resolved: list[Block] = []
    for block in blocks:
        if "\n" in block.text or HARD_BREAK in block.text:
            resolved.extend(_resolve(block, known))
        elif block.text == (text := block.text.strip()):
            resolved.append(block)
        else:
            resolved.append(replace(block, text=text))
    return [block for block in resolved if block.text]


def _resolve(block: Block, known: Callable[[], Collection[str]]) -> list[Block]:
    lines = [(line.strip(" " + HARD_BREAK), HARD_BREAK in line) for line in block.text.split("\n")]
    lines = [line for line in lines if line[0]]
    if len(lines) == 1:
        return [replace(block, text=lines[0][0])]
    if block.kind is not SentenceKind.PROSE:
        text = lines[0][0] if lines else ""
        for line, _ in lines[1:]:
            text = join(text, line, known)
        return [replace(block, text=text)]
    if _is_of_pairs([line for line, _ in lines]):
        return _items(block, lines)
    if _is_label([line for line, _ in lines]):
        return [replace(block, text="\n".join(line for line, _ in lines), whole=True)]
    return _paragraphs(block, lines, known)


def _is_label(lines: list[str]) -> bool:
    return 2 <= len(lines) <= MAX_LABEL_LINES and all(
        len(line) <= MAX_LABEL_LINE
        and not starts_lower(line)
        and not _LABEL_END.search(line)
        and not ends_dangling(line)
        for line in lines
    )


def _is_of_pairs(lines: list[str]) -> bool:
    """Lines that each say what one thing is, or that all have the same number of parts."""
    if len(lines) < MIN_PAIRS or any(starts_lower(line) for line in lines):
        return False
    if all(_PAIR.match(line) and len(line) <= MAX_PAIR for line in lines):
        return True
    commas = {line.count(",") for line in lines}
    short = all(len(line) <= MAX_LABEL_LINE and not _LABEL_END.search(line) for line in lines)
    return len(lines) > MIN_PAIRS and short and len(commas) == 1 and commas != {0}


def _items(block: Block, lines: list[tuple[str, bool]]) -> list[Block]:
    return [
        replace(
            block,
            text=line,
            line=block.line + at,
            kind=SentenceKind.LIST_ITEM,
            marker="- ",
            tight=at > 0,
            closes=0 if at else block.closes,
        )
        for at, (line, _) in enumerate(lines)
    ]


def _is_list(lines: list[str], width: int) -> bool:
    """Lines that each begin anew, and would not all have been broken where they are as prose."""
    if len(lines) < MIN_LIST_LINES or any(starts_lower(line) for line in lines):
        return False
    if all(line.isupper() for line in lines) or sum(map(is_terminated, lines)) * 5 > len(lines):
        return False
    fitting = sum(
        len(line) + 1 + len(after.split(maxsplit=1)[0]) <= width
        for line, after in zip(lines, lines[1:], strict=False)
    )
    return len(lines) >= MIN_SURE_LIST_LINES or width <= MAX_LIST_WIDTH or fitting * 3 > len(lines)


def _paragraphs(
    block: Block, lines: list[tuple[str, bool]], known: Callable[[], Collection[str]]
) -> list[Block]:
    width = max(len(line) for line, _ in lines)
    if _is_list([line for line, _ in lines], width):
        return _items(block, lines)
    text, began = lines[0][0], 0
    last = text
    paragraphs: list[Block] = []
    for offset, ((before, hard), (line, _)) in enumerate(
        zip(lines, lines[1:], strict=False), start=1
    ):
        if _continues(before, line, width=width, hard=hard):
            text = join(text, line, known)
        else:
            paragraphs.append(replace(block, text=text, line=block.line + began))
            text, began = line, offset
        last = line
    del last
    paragraphs.append(replace(block, text=text, line=block.line + began))
    return paragraphs


def _continues(before: str, line: str, *, width: int, hard: bool) -> bool:
    if starts_lower(line):
        return True
    terminated = is_terminated(before)
    if width > MAX_WRAP_WIDTH:
        return not terminated and len(before) > MAX_LABEL_LINE and ends_dangling(before)
    if hard:  # broken on purpose, unless in the middle of a phrase
        return not terminated and ends_dangling(before)
    if len(before) >= FULL_LINE * width:
        return True
    return not terminated and (ends_dangling(before) or len(before) >= SHORT_LINE * width)
