"""From pieces of text with a place on the page to paragraphs, headings and table rows.

A PDF knows no paragraphs: it draws pieces of text at coordinates. The order in which they are drawn
is nearly always the order of reading, columns included, so it is kept; the coordinates only tell
where a line, a cell, a paragraph or a heading ends. Units are points, y grows upwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

GLYPH_WIDTH = 0.5
"""Of the font size: mean width of a letter in text faces; widths are estimated, not looked up."""

CELL_GAP = 1.5
"""Of the font size: white space in a line wider than this parts two cells of a table."""

SAME_LINE = 0.45
"""Of the font size: pieces whose base lines differ less (superscripts) stand in one line."""

CELL_JUMP = 6.0
"""Of the font size: drawing that moves up by less goes to the next cell, else to another column."""

PARAGRAPH_GAP = 1.3
"""Times the usual distance of lines: a wider one begins a paragraph."""

INDENT = 0.8
"""Of the font size: a line that starts further right than the one before begins a paragraph."""

SHORT_LINE = 0.75
"""Of the width of the text: a line that ends earlier with a full stop ends its paragraph."""

HEADING_WORDS = 14
LARGE = 1.15
"""Times the size of the body text: what is larger is a heading."""
HUGE = 1.5

HEADING_GAP = 1.7
"""Of the font size: what stands nearer above a row is a label or a column's head, no heading."""

CAPITALS = 8
"""Letters: shorter words in capitals (PART I, ASSETS, USA) are no sure headings."""

_BULLET = re.compile(r"[•▪■●◦‣⁃∙·➢✓]\s*|[–—-]\s+(?=\S)|o\s+(?=[A-Z])")
_ONLY_BULLET = re.compile(r"[•▪■●◦‣⁃∙·➢✓–—-]")
_ITEM_MARK = re.compile(r"[•▪■●◦‣⁃∙·➢✓–—-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]")
_NUMBERED = re.compile(r"(?:\d{1,2}[.)]|\([a-z0-9]{1,3}\))\s+\S")
_LEDGER = re.compile(r"(?:\([\d,.]+\)|[$€£] ?[\d,.]+) +[A-Z]")
"""An amount and what it is for, one to a line."""
_FULL_STOP = re.compile(r"[.!?:;][\"'”’)\]]*$")
_AMOUNT_END = re.compile(r"[\d)%]$")
_CURRENCY = ("$", "€", "£", "¥")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text drawn in one go."""

    text: str
    x: float
    y: float
    size: float
    bold: bool


@dataclass(slots=True)
class Line:
    """Pieces on one base line, or the cells of one table row."""

    pieces: list[Piece]
    cells: list[str] = field(default_factory=list)
    """Filled where the line is a table row."""

    @property
    def x(self) -> float:
        """Where it begins."""
        return min(piece.x for piece in self.pieces)

    @property
    def y(self) -> float:
        """Height of its base line."""
        return self.pieces[0].y

    @property
    def bottom(self) -> float:
        """Height of what was drawn last."""
        return self.pieces[-1].y

    @property
    def end(self) -> float:
        """Where it ends, by estimate."""
        return max(_end(piece) for piece in self.pieces)

    @property
    def size(self) -> float:
        """That of most of its letters."""
        return max(self.pieces, key=lambda piece: len(piece.text)).size

    @property
    def bold(self) -> bool:
        """Whether all of it is."""
        return all(piece.bold for piece in self.pieces if piece.text.strip())

    @property
    def text(self) -> str:
        """Its words, without regard to cells."""
        return _squeeze("".join(piece.text for piece in self.pieces))


def page_text(pieces: Iterable[Piece], body_size: float, words: Counter[str]) -> str:
    """The page as light Markdown.

    Args:
        pieces: In the order of drawing.
        body_size: Font size of most of the document's text.
        words: How often each word stands in the document; decides about hyphens at line ends.
    """
    lines = [line for line in lines_of(pieces) if line.text]
    rows = list(_wrapped_labels(_rows(lines)))
    return "\n\n".join(_blocks(rows, body_size, words))


def lines_of(pieces: Iterable[Piece]) -> Iterator[Line]:
    """Gather pieces into lines; a piece that is a line end ends a line."""
    current: list[Piece] = []
    for piece in pieces:
        first = current[0] if current else piece
        moved = abs(piece.y - first.y) > SAME_LINE * max(piece.size, first.size)
        if current and (piece.text == "\n" or moved):
            yield Line(current)
            current = []
        if piece.text != "\n":
            current.append(piece)
    if current:
        yield Line(current)


def _rows(lines: Sequence[Line]) -> Iterator[Line]:
    """Find table rows: lines with wide gaps, and cells of several lines drawn in turn."""
    done: list[Line] = []
    for line in lines:
        jump = line.y - done[-1].bottom if done else 0.0
        before = _lines_beside(done, line) if jump > SAME_LINE * line.size else []
        if before and jump < CELL_JUMP * line.size and all(line.x > each.x for each in before):
            joined = Line([*before[0].pieces, *line.pieces], [*_open_row(before), line.text])
            del done[len(done) - len(before) :]
            done.append(joined)
        elif done and done[-1].cells and _continues_cell(done[-1], line):
            done[-1].cells[-1] = _squeeze(f"{done[-1].cells[-1]} {line.text}")
            done[-1].pieces.extend(line.pieces)
        else:
            cells = _cells(line)
            is_item = len(cells) == 2 and _ITEM_MARK.fullmatch(cells[0])  # no table: a list
            done.append(Line(line.pieces, cells if len(cells) > 1 and not is_item else []))
    yield from done


def _lines_beside(done: Sequence[Line], line: Line) -> list[Line]:
    """The last lines that stand at the height of this one or lower: the cell before it."""
    count = 0
    for before in reversed(done):
        if before.bottom > line.y + SAME_LINE * line.size and not before.cells:
            break
        count += 1
        if before.y >= line.y - SAME_LINE * line.size:
            break
    return list(done[len(done) - count :])


def _open_row(before: Sequence[Line]) -> list[str]:
    if before[0].cells:
        return [*before[0].cells, *(each.text for each in before[1:])]
    return [_squeeze(" ".join(each.text for each in before))]


def _continues_cell(row: Line, line: Line) -> bool:
    """Whether the line stands just below the last cell of an open row and under it alone."""
    last = row.pieces[-1]
    near = 0 < last.y - line.y < PARAGRAPH_GAP * 1.2 * line.size
    opened = row.pieces[0].y - line.y > SAME_LINE * line.size
    under = line.x > row.x + CELL_GAP * line.size and abs(line.x - last.x) < 4 * line.size
    return near and opened and under and len(_cells(line)) == 1


def _cells(line: Line) -> list[str]:
    """Split a line at wide gaps; a currency sign joins its amount, a % the one before."""
    cells: list[str] = []
    end = line.pieces[0].x
    glue = spaced = False
    for piece in line.pieces:
        text = piece.text.strip()
        if not text:
            continue
        lead = len(piece.text) - len(piece.text.lstrip())
        start = piece.x + lead * GLYPH_WIDTH * piece.size * 0.5
        apart = start - end > CELL_GAP * piece.size
        # A currency sign after an amount begins the next one, however near it stands.
        apart = apart or (
            text[0] in _CURRENCY and _AMOUNT_END.search("".join(cells[-1:])) is not None
        )
        if cells and (glue or not apart or text in (")", "%", ")%")):
            space = " " if spaced or glue or piece.text[0].isspace() else ""
            cells[-1] += space + text
        else:
            cells.append(text)
        glue = text in _CURRENCY
        spaced = piece.text[-1].isspace()
        end = max(end, _end(piece))
    return [_squeeze(cell) for cell in cells]


def _end(piece: Piece) -> float:
    return piece.x + len(piece.text.rstrip()) * GLYPH_WIDTH * piece.size


def _wrapped_labels(lines: Iterable[Line]) -> Iterator[Line]:
    """Join the first line of a row's label, which stands alone above it, to the row."""
    held: Line | None = None
    for line in lines:
        if held is not None and line.cells and _is_rest_of_label(held, line):
            line.cells[0] = f"{held.text} {line.cells[0]}"
            held = None
        if held is not None:
            yield held
        held = None if line.cells else line
        if line.cells:
            yield line
    if held is not None:
        yield held


def _is_rest_of_label(above: Line, row: Line) -> bool:
    near = 0 < above.y - row.y < PARAGRAPH_GAP * 1.2 * row.size
    return near and row.cells[0][:1].islower() and not _FULL_STOP.search(above.text)


def _blocks(lines: Sequence[Line], body_size: float, words: Counter[str]) -> Iterator[str]:
    width = max((line.end for line in lines), default=0.0)
    usual = _usual_distance(lines)
    paragraph: list[Line] = []
    table: list[str] = []
    for line in lines:
        if paragraph and (line.cells or _begins_paragraph(paragraph, line, usual, width)):
            in_table = bool(line.cells) and paragraph[-1].y - line.y < HEADING_GAP * line.size
            yield _paragraph(paragraph, 0 if in_table else body_size, words)
            paragraph = []
        if table and not line.cells:
            yield "\n".join(table)
            table = []
        if not line.cells:
            paragraph.append(line)
        else:
            table.append(_row(line.cells))
    if paragraph:
        yield _paragraph(paragraph, body_size, words)
    if table:
        yield "\n".join(table)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _usual_distance(lines: Sequence[Line]) -> float:
    """Distance of lines over font size, within paragraphs of this page."""
    steps = [
        (above.y - line.y) / line.size
        for above, line in zip(lines, lines[1:], strict=False)
        if 0.8 * line.size < above.y - line.y < 2.0 * line.size and above.size == line.size
    ]
    return median(steps) if steps else 1.2


def _begins_paragraph(paragraph: Sequence[Line], line: Line, usual: float, width: float) -> bool:
    above = paragraph[-1]
    step = above.y - line.y
    if _BULLET.match(line.text) or _ONLY_BULLET.fullmatch(line.text):
        return not _ONLY_BULLET.fullmatch(above.text)
    if _ONLY_BULLET.fullmatch(above.text):
        return False
    if _LEDGER.match(line.text):
        return True
    if abs(above.size - line.size) > 0.1 * line.size or above.bold != line.bold:
        return not _same_sentence(above, line, step)
    if step > PARAGRAPH_GAP * usual * line.size:
        return True
    if step < -SAME_LINE * line.size:  # the next column: its first line may go on with the sentence
        return bool(_FULL_STOP.search(above.text))
    ended = _FULL_STOP.search(above.text) is not None
    is_item = _BULLET.match(paragraph[0].text) is not None
    indented = line.x - above.x > INDENT * line.size and not is_item
    short = above.end - above.x < SHORT_LINE * (width - above.x)
    return ended and (indented or short or bool(_NUMBERED.match(line.text)))


def _same_sentence(above: Line, line: Line, step: float) -> bool:
    """A change of face within a sentence: a bold beginning, a bold word that fills a line."""
    near = 0 <= step < 1.6 * line.size
    same_size = abs(above.size - line.size) <= 0.1 * line.size
    return near and same_size and line.text[:1].islower()


def _paragraph(lines: Sequence[Line], body_size: float, words: Counter[str]) -> str:
    text = join_lines([line.text for line in lines], words)
    if bullet := _BULLET.match(text):
        return f"- {text[bullet.end() :]}"
    level = _heading_level(lines, text, body_size)
    return f"{'#' * level} {text}" if level else re.sub(r"^([#>|])", r"\\\1", text)


def _heading_level(lines: Sequence[Line], text: str, body_size: float) -> int:
    """1 to 3 for a heading, 0 for anything that could be something else."""
    letters = sum(character.isalpha() for character in text)
    plain = (
        not body_size
        or len(lines) > 2
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
    stands_out = all(line.bold for line in lines) or (text.isupper() and letters >= CAPITALS)
    return 3 if stands_out and size >= 0.95 * body_size else 0


def join_lines(lines: Sequence[str], words: Counter[str]) -> str:
    """Lines of one paragraph as one line, hyphens undone where they only cut a word."""
    text = ""
    for line in lines:
        cut = re.search(r"(\w+)([-\u00ad\u2010])$", text)
        rest = re.match(r"\w+", line)
        if not text or cut is None or rest is None:
            text = f"{text} {line}" if text else line
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
    return not (words[left.lower()] > 1 and words[right.lower()] > 1)


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word, compounds as a whole, stands in the texts."""
    words: Counter[str] = Counter()
    for text in texts:
        words.update(re.findall(r"\w+(?:-\w+)*", text.lower()))
    return words


def body_size_of(pages: Iterable[Sequence[Piece]]) -> float:
    """The font size in which most letters of the document are set."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for piece in page:
            sizes[round(piece.size, 1)] += len(piece.text.strip())
    return sizes.most_common(1)[0][0] if sizes else 1.0


def _squeeze(text: str) -> str:
    return re.sub(r"[ \t\u00a0\u2000-\u200b]+", " ", text).strip()
