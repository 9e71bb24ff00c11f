"""The title of a document by what stands out on its first page; the letterhead, which is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.loaders.pdf_lines import Line
from ingest.metadata import is_no_title

LARGE = 1.15
"""Times the size of the body text: what is smaller is no title."""

SAME_BLOCK = 1.8
"""Of the font size: lines of one title, or of a letterhead, are not further apart."""

MOST_LETTERHEAD_LINES = 7
MOST_LETTERHEAD_WORDS = 45
MOST_TITLE_WORDS = 25
MOST_ADDRESS_WORDS = 12

_WEB = r"(?i:www\.|https?://)|\S@\S+\.\w"
_POSTAL = (
    r"(?i:\b(?:tel|phone|telephone|fax|telefax|telefon)\b[ .:]*)[+(\d]"
    r"|\bT:? ?\+\d|\+\d{1,3}[ (]\d|\b(?i:p\.?\s?o\.? box)\b"
    r"|\b(?:\d+[A-Za-z]?,?|One|Two|Three) (?:[A-Z][\w.’'-]*,? ){1,3}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Boulevard|Blvd|Square|Plaza|Place|Way|Drive|Row|Park"
    r"|Quay)\b"
    r"|\b\w*(?:straße|strasse|gasse|platz|weg) \d"
    r"|\b\d{1,4},? (?:rue|avenue|boulevard|place|via|calle) "
    r"|\b(?:Suite|Floor) \d|\b[A-Z]{2},? \d{5}\b|, D\.?C\.?,? \d{5}|(?:^|, )\d{5} [A-Z]"
    r"|\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b"
)
_POST = re.compile(_POSTAL)
_ADDRESS = re.compile(f"{_WEB}|{_POSTAL}")
_SENTENCE = re.compile(r"[a-z]{2}[.!?](?:\s|$)")
_COMPANY = re.compile(
    r"(?:[A-Z0-9&][^\s]*\s+){0,5}"
    r"(?:inc|corp|corporation|ltd|limited|llc|llp|gmbh|ag|se|plc|company|co|s\.?a|n\.?v|b\.?v|"
    r"partners|group|holdings?)\.?",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?:[^a-z\s]\S*\s*)+(?:inc|corp|ltd|co)?\.?")


def letterhead_lines(lines: Sequence[Line], body_size: float) -> int:
    """How many lines at the top of the first page are a letterhead: a sender and an address.

    A title may have authors and their addresses below it: what stands on top is a sender where it
    is a company, or where there is another title below.
    """
    count = 0
    for index, line in enumerate(lines[:MOST_LETTERHEAD_LINES]):
        if index and lines[index - 1].base - line.base > SAME_BLOCK * _larger(lines, index):
            break
        if _SENTENCE.search(line.text) and not _ADDRESS.search(line.text):
            break
        count = index + 1
    last = next((n for n in range(count, 0, -1) if _ADDRESS.search(lines[n - 1].text)), 0)
    words = sum(len(line.text.split()) for line in lines[:last])
    if not last or last == len(lines) or words > MOST_LETTERHEAD_WORDS:
        return 0
    has_post = any(_POST.search(line.text) for line in lines[:last])
    below = title_of(lines[last:], body_size) is not None
    return last if _is_company(lines[0].text) or (has_post and below) else 0


def _larger(lines: Sequence[Line], index: int) -> float:
    return max(lines[index - 1].size, lines[index].size)


def title_of(lines: Sequence[Line], body_size: float) -> str | None:
    """What is set largest on a first page, if it can be a title.

    Args:
        lines: Of the first page, without its letterhead.
        body_size: Font size of most of the document's text.
    """
    best: tuple[float, str] | None = None
    blocks = _blocks(lines)
    for block, below in zip(blocks, [*blocks[1:], []], strict=True):
        text = " ".join(line.text for line in block)
        size = min(line.size for line in block)
        if size < LARGE * body_size or (best is not None and size <= best[0]):
            continue
        letters = sum(character.isalpha() for character in text)
        long = len(text.split()) > MOST_TITLE_WORDS
        is_text = letters >= max(4, 0.5 * len(text)) and text[0] not in "☐☑☒■□"
        if long or not is_text or is_no_title(text):
            continue
        if is_sender(text, below[0].text if below else ""):
            continue
        best = (size, text)
    return best[1] if best else None


def is_sender(text: str, below: str) -> bool:
    """Whether a heading names a company or an office, and no document.

    Args:
        text: Of the heading.
        below: What stands under it; an address there tells an office.
    """
    has_address = len(below.split()) <= MOST_ADDRESS_WORDS and _POST.search(below) is not None
    return _is_company(text) or has_address or _ADDRESS.search(text) is not None


def _is_company(text: str) -> bool:
    return _COMPANY.fullmatch(text) is not None and _CAPITALISED.fullmatch(text) is not None


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Neighbouring lines of one size."""
    blocks: list[list[Line]] = []
    for line in lines:
        above = blocks[-1][-1] if blocks else line
        same = abs(above.size - line.size) <= 0.05 * line.size
        near = 0 <= above.base - line.base <= SAME_BLOCK * line.size
        if blocks and same and near:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks
