"""From lines with places to paragraphs, headings, list items and tables, as light Markdown.

A PDF knows no paragraphs: sizes, distances and indents tell where one ends. Units are points, y
grows upwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from ingest.cleaning.words import is_cjk
from ingest.loaders.pdf_boxes import drawn_bullets, split_boxes
from ingest.loaders.pdf_cells import Table, is_contents
from ingest.loaders.pdf_centred import with_cells_as_words
from ingest.loaders.pdf_columns import flows_of
from ingest.loaders.pdf_lines import Line, lines_of
from ingest.loaders.pdf_page import Page
from ingest.loaders.pdf_tables import with_tables
from ingest.loaders.pdf_title import is_sender, letterhead_lines
from vectorstore.sentences import is_held_open

PARAGRAPH_GAP = 1.3
"""Times the usual distance of lines: a wider one begins a paragraph."""

INDENT = 0.8
"""Of the font size: a line that starts further right than the one before begins a paragraph."""

SHORT_LINE = 0.75
"""Of the width of the text: a line that ends earlier with a full stop ends its paragraph."""

MIN_WORDS_CUT = 16
"""Of a paragraph that goes on in the next column with a capital letter."""

HEADING_WORDS = 14
HEADING_LINES = 3
LARGE = 1.15
"""Times the size of the body text: what is larger is a heading."""
HUGE = 1.5

HEADING_GAP = 1.7
"""Of the font size: what stands nearer above a row is a label or a column's head, no heading."""

CAPITALS = 8
"""Letters: shorter words in capitals (PART I, ASSETS, USA) are no sure headings."""

WIDE_SPACE = 0.5
"""Of the font size: wider than a space between words."""

_SPECIAL = re.compile(r"[#|\-]")
_BULLET = re.compile(r"[•▪■●◦‣⁃∙·➢✓□]\s*|[–—-]\s+(?=\S)|o\s+(?=[A-Z])")
_ONLY_BULLET = re.compile(r"[•▪■●◦‣⁃∙·➢✓□–—-]")
_NUMBERED = re.compile(r"(?:\d{1,2}[.)]|\([a-z0-9]{1,3}\))\s+\S")
_ITEM_NUMBER = re.compile(r"\(?(\d{1,2})([.)])\s+\S")
_LEDGER = re.compile(r"(?:\([\d,.]+\)|[$€£] ?[\d,.]+) +[A-Z]")
"""An amount and what it is for, one to a line."""
_FULL_STOP = re.compile(r"[.!?:;][\"'”’)\]]*(?:\[\^[^\]]*\])?$")


def page_text(page: Page, body_size: float, words: Counter[str], *, is_first: bool = False) -> str:
    """The page as light Markdown.

    Args:
        page: As read, without what is no part of the text.
        body_size: Font size of most of the document's text.
        words: How often each word stands in the document; decides about hyphens at line ends.
        is_first: Whether it may begin with a letterhead.
    """
    blocks: list[str] = []
    main, boxes = split_boxes(page)
    main = with_cells_as_words(main, lambda texts: join_lines(texts, words))
    lines = lines_of([*main, *drawn_bullets(main, page.dots)], body_size, words)
    if is_first and (head := letterhead_lines(lines, body_size)):
        blocks.append(_row([line.text for line in lines[:head]]))
        lines = lines[head:]
    for flow in flows_of(lines, page.rules, body_size):
        parts = list(_blocks(with_tables(flow, page.rules), body_size, words))
        if blocks and parts and _goes_on(blocks[-1], parts[0]):
            parts[0] = join_lines([blocks.pop(), parts[0]], words)
        blocks.extend(parts)
    for box in boxes:
        for flow in flows_of(lines_of(box, body_size, words), page.rules, body_size):
            blocks.extend(_blocks(with_tables(flow, page.rules), body_size, words))
    for aside in page.aside:
        blocks.extend(_escaped(line.text) for line in lines_of(aside, body_size, words))
    blocks = [block for block in blocks if block.strip()]
    return "\n\n".join(_without_senders(blocks) if is_first and blocks else blocks)


def _without_senders(blocks: Sequence[str]) -> Iterator[str]:
    """Blocks in which the name of a company or office, large on a first page, is no heading."""
    for block, below in zip(blocks, [*blocks[1:], ""], strict=True):
        heading = re.match(r"#+ ", block)
        yield (
            block[heading.end() :]
            if heading and is_sender(block[heading.end() :], below)
            else block
        )


def _goes_on(block: str, following: str) -> bool:
    """Whether the first paragraph of a column goes on with the last one of the column before."""
    if _SPECIAL.match(block) or _SPECIAL.match(following) or "\n" in block:
        return False
    long = len(block.split()) >= MIN_WORDS_CUT
    if _FULL_STOP.search(block):
        return long and is_held_open(block, following)
    if not following[:1].isupper():
        return True
    return long and len(following.split()) >= MIN_WORDS_CUT // 2  # before a name


def _blocks(parts: Sequence[Line | Table], body_size: float, words: Counter[str]) -> Iterator[str]:
    lines = [part for part in parts if isinstance(part, Line)]
    width = max((line.right for line in lines), default=0.0)
    usual = _usual_distance(lines)
    paragraph: list[Line] = []
    contents: list[str] = []
    for part in parts:
        is_entry = isinstance(part, Line) and is_contents(part)
        if contents and not is_entry:
            yield "\n".join(contents)
            contents = []
        if isinstance(part, Table) or is_entry:
            if paragraph:
                yield _paragraph(
                    paragraph, 0 if _labels(paragraph[-1], part, body_size) else body_size, words
                )
                paragraph = []
            if isinstance(part, Table):
                yield _table(part)
            else:
                contents.append(_row([part.text]))
            continue
        if paragraph and _begins_paragraph(paragraph, part, usual, width, body_size):
            yield _paragraph(paragraph, body_size, words)
            paragraph = []
        paragraph.append(part)
    if contents:
        yield "\n".join(contents)
    if paragraph:
        yield _paragraph(paragraph, body_size, words)


def _labels(line: Line, part: Line | Table, body_size: float) -> bool:
    """Whether a line stands so near above a table that it is a label of it, not a heading."""
    return (
        isinstance(part, Table)
        and line.base - part.top < HEADING_GAP * line.size
        and line.size < LARGE * body_size
    )


def _table(table: Table) -> str:
    """Rows that can be read alone: each cell with the head of its column."""
    if not table.heads and all(len(row) == 2 and row[0].endswith(":") for row in table.rows):
        return "\n".join(_row([f"{label} {value}".strip()]) for label, value in table.rows)
    if not table.heads and (items := _items(table.rows)):
        return "\n".join(items)
    heads = table.heads or [""] * max(map(len, table.rows))
    rows = [
        [_named(head, cell) for head, cell in zip(heads, row, strict=False) if cell]
        if any(row[1:])
        else [row[0]]
        for row in table.rows
    ]
    if unused := [head for n, head in enumerate(heads) if head and not _is_used(n, table.rows)]:
        rows.insert(0, unused)
    return "\n".join(_row(row) for row in rows)


def _items(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows whose first cells count up from one, as the items of a list that they are."""
    numbers = [row[0].rstrip(".)") for row in rows]
    if len(rows) < 2 or any(len(row) != 2 or not row[1] for row in rows):
        return []
    if numbers != [str(number) for number in range(1, len(rows) + 1)]:
        return []
    return [f"{number}. {said}" for number, (_, said) in zip(numbers, rows, strict=True)]


def _is_used(column: int, rows: Sequence[Sequence[str]]) -> bool:
    return any(row[column] for row in rows if column < len(row))


def _named(head: str, cell: str) -> str:
    return f"{head.rstrip(':')}: {cell}" if head else cell


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _usual_distance(lines: Sequence[Line]) -> float:
    """Distance of lines over font size, within paragraphs of this page."""
    steps = [
        (above.base - line.base) / line.size
        for above, line in zip(lines, lines[1:], strict=False)
        if 0.8 * line.size < above.base - line.base < 2.0 * line.size and above.size == line.size
    ]
    return median(steps) if steps else 1.2


def _begins_paragraph(
    paragraph: Sequence[Line], line: Line, usual: float, width: float, body_size: float
) -> bool:
    above = paragraph[-1]
    step = above.base - line.base
    if (_is_item(line) and not _is_within(paragraph, line)) or _ONLY_BULLET.fullmatch(line.text):
        return not _ONLY_BULLET.fullmatch(above.text)
    if _ONLY_BULLET.fullmatch(above.text):
        return False
    if _LEDGER.match(line.text) or _is_next_item(paragraph[0], line):
        return True
    if abs(above.size - line.size) > 0.1 * line.size or above.bold != line.bold:
        return not _same_sentence(above, line, step)
    if min(above.size, line.size) >= LARGE * body_size:  # a title of several lines
        return step > 1.6 * line.size
    if step > PARAGRAPH_GAP * usual * line.size:
        return True
    if _is_centred(above, line, width) or _is_term(above, line, width):
        return True
    if _is_set_in_anew(above, line, width):
        return True
    ended = _FULL_STOP.search(above.text) is not None
    is_item = _BULLET.match(paragraph[0].text) is not None
    indented = line.left - above.left > INDENT * line.size and not is_item
    short = above.right - above.left < SHORT_LINE * (width - above.left)
    return ended and (indented or short or bool(_NUMBERED.match(line.text)))


def _is_item(line: Line) -> bool:
    """Whether a line begins with a bullet; an "o" is one where it is set apart, else a word."""
    if not _BULLET.match(line.text):
        return False
    if line.words[0].text != "o" or len(line.words) < 2:
        return True
    return line.words[1].left - line.words[0].right > WIDE_SPACE * line.size


def _is_within(paragraph: Sequence[Line], line: Line) -> bool:
    """Whether a line with a dash at its head goes on with a sentence that has one there."""
    above = paragraph[-1]
    return (
        line.text[0] in "–—-"
        and len(line.words) > 1
        and line.words[1].left - line.words[0].right < WIDE_SPACE * line.size
        and not _is_item(paragraph[0])
        and not _FULL_STOP.search(above.text)
        and abs(line.left - above.left) < INDENT * line.size
        and len(above.text.split()) > 3
    )


def _is_centred(above: Line, line: Line, width: float) -> bool:
    """Two short lines with one middle, neither of which goes on: a byline, and the day below."""
    off = abs(above.left - line.left)
    same_middle = abs(above.left + above.right - line.left - line.right) < 0.4 * line.size
    longest = max(above.right - above.left, line.right - line.left)
    if (above.bold and line.bold) or (above.text.isupper() and line.text.isupper()):
        return False  # one heading
    is_new = not line.text[:1].islower() and not above.text.endswith((",", "-", "and", "&"))
    return off > INDENT * line.size and same_middle and longest < SHORT_LINE * width and is_new


def _is_term(above: Line, line: Line, width: float) -> bool:
    """Two lines that each begin with a term in bold, the first too short to go on in the second."""
    terms = all(
        each.words[0].bold and not each.bold and each.text[:1].isupper() for each in (above, line)
    )
    return terms and above.right < SHORT_LINE * width


def _is_set_in_anew(above: Line, line: Line, width: float) -> bool:
    """Two lines that begin in different places, the first with much room left: term and meaning."""
    room = width - above.right > line.words[0].right - line.words[0].left + 4 * line.size
    is_other = abs(line.left - above.left) > 1.5 * line.size
    return room and is_other and above.right < 0.5 * width


def _is_next_item(first: Line, line: Line) -> bool:
    """Whether a paragraph is an item with a number, and a line begins with the next one."""
    number, following = _ITEM_NUMBER.match(first.text), _ITEM_NUMBER.match(line.text)
    return (
        number is not None
        and following is not None
        and int(following[1]) == int(number[1]) + 1
        and number[2] == following[2]
        and line.left < first.left + line.size
    )


def _same_sentence(above: Line, line: Line, step: float) -> bool:
    """A change of face within a sentence: a bold beginning, a bold word that fills a line."""
    near = 0 <= step < 1.6 * line.size
    same_size = abs(above.size - line.size) <= 0.1 * line.size
    return near and same_size and line.text[:1].islower()


def _paragraph(lines: Sequence[Line], body_size: float, words: Counter[str]) -> str:
    text = join_lines([line.text for line in lines], words)
    if (bullet := _BULLET.match(text)) and (
        _is_item(lines[0]) or _ONLY_BULLET.fullmatch(lines[0].text)
    ):
        return f"- {text[bullet.end() :]}"
    level = _heading_level(lines, text, body_size)
    return f"{'#' * level} {text}" if level else _escaped(text)


def _escaped(text: str) -> str:
    """A text that begins like markup, so that it is not taken for it."""
    return re.sub(r"^([#>|])", r"\\\1", text)


def _heading_level(lines: Sequence[Line], text: str, body_size: float) -> int:
    """1 to 3 for a heading, 0 for anything that could be something else."""
    letters = sum(character.isalpha() for character in text)
    plain = (
        not body_size
        or len(lines) > HEADING_LINES
        or len(text.split()) > HEADING_WORDS
        or letters < 0.6 * len(text)
    )
    if plain or letters < 3 or text[0] in '(*$“"' or text.endswith((".", ",", ";", ":")):
        return 0
    size = min(line.size for line in lines)
    if size >= HUGE * body_size:
        return 1
    if size >= LARGE * body_size:
        return 2
    if len(lines) == HEADING_LINES:
        return 0
    stands_out = all(line.bold for line in lines) or (text.isupper() and letters >= CAPITALS)
    return 3 if stands_out and size >= 0.95 * body_size else 0


def join_lines(lines: Sequence[str], words: Counter[str]) -> str:
    """Lines of one paragraph as one line, hyphens undone where they only cut a word."""
    text = ""
    for line in lines:
        cut = re.search(r"(\w+)([-\u00ad\u2010])$", text)
        rest = re.match(r"\w+", line)
        if not text or cut is None or rest is None:
            glue = "" if not text or (is_cjk(text[-1]) and is_cjk(line[:1])) else " "
            text = f"{text}{glue}{line}"
        elif _only_cut(cut[1], cut[2], rest[0], words):
            text = text[:-1] + line
        else:
            text += line
    return text


def _only_cut(left: str, hyphen: str, right: str, words: Counter[str]) -> bool:
    """Whether typesetting put in the hyphen ("part-nership"), not the author ("long-term")."""
    if hyphen == "\u00ad":
        return True
    if not (left.isalpha() and left[-1].islower() and right.isalpha() and right.islower()):
        return False
    joined, parted = f"{left}{right}".lower(), f"{left}-{right}".lower()
    if words[joined] or words[parted]:
        return words[joined] >= words[parted]
    if hyphen == "\u2010":  # what programs set that hyphenate; authors type the other one
        return True
    return not (words[left.lower()] > 1 and words[right.lower()] > 1)
