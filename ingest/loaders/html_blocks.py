"""Writes a part of a page as light Markdown, all of it and in the order in which it is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.loaders.html_inline import (
    NOTE_CLASS,
    NOTE_LINK,
    are_apart,
    is_new,
    is_raised_by_style,
    leads_to_note,
)
from ingest.loaders.html_tables import data_table, is_layout, layout_cells
from ingest.loaders.html_visibility import classes_of
from ingest.loaders.light_markdown import SECTION_MARK, escape_inline, escape_line, raised_figure

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

CONTAINERS = frozenset(
    "address article aside body center div fieldset figure footer form header hgroup html legend"
    " main nav noscript optgroup p search section tbody td tfoot th thead tr figcaption li dt dd"
    " caption details summary frameset noframes dir".split()
)
"""Elements that begin and end on a line of their own."""

CONTROLS = frozenset("button label input select textarea option output head title".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())

NOTE = "accord-note"
"""What `html_roles` makes of a foot or end note."""

ENTRY = "accord-entry"
ENTRY_END = "accord-entry-end"
"""Elements that `html_entries` puts around what stands under a time."""

MAX_DEFINITION = 240
"""Characters; a longer definition is a section under its term."""

_STRUCTURED = ("dl", "ul", "ol", "table", "details", "h2", "h3", "h4", "h5", "h6")
"""In a definition: it is more than a value."""

_BYLINE = re.compile(
    r"(?:^|[-_ ])(?:by-?line|author|dateline|date|published|timestamp)s?(?:$|[-_ ])"
)
_NAME = re.compile(r"(?:^|[-_ ])(?:label|term|key|name|field|dt)(?:$|[-_ ])")
_VALUE = re.compile(r"(?:^|[-_ ])(?:value|items?|data|definition|description|answer|dd)(?:$|[-_ ])")
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)]*\s+\S")
_PERMALINK = re.compile(r"[#¶§🔗^↑↩↵⏎\ufe0e\ufe0f\s]*")
_ORNAMENT = re.compile(r"(?![#|>~=+-])[\W_]+")
"""A paragraph without any letter or figure: a pictogram, a dash between two labels."""
_SPACES = re.compile(r"[ \t\n\r\f\xa0]+")
_BREAK = "\v"


def markdown_of(root: HtmlElement) -> str:
    """Everything in the element as light Markdown; blank lines part its blocks."""
    writer = _Writer()
    writer.walk(root)
    writer.flush()
    return "\n\n".join(each for each in writer.blocks if not _ORNAMENT.fullmatch(each))


def words_of_element(element: HtmlElement) -> str:
    """Words of a cell, term or heading as one line, inline markup escaped."""
    writer = _Writer()
    writer.children(element)
    writer.flush()
    lines = [line.strip() for block in writer.blocks for line in block.split("\n")]
    text = " ".join(
        re.sub(r"\A(?:[-#>]+|\d+\.) |\A\||\|\Z|\\\Z", "", line) for line in lines if line
    )
    return " ".join(text.split())


def _pair_of(element: HtmlElement) -> str | None:
    """A name and its value that stand side by side, each in an element named as such."""
    if element.tag not in ("div", "li", "p", "section") or len(element) != 2:
        return None
    name, value = element
    if not isinstance(name.tag, str) or not isinstance(value.tag, str):
        return None
    if not (
        _NAME.search(" ".join(classes_of(name))) and _VALUE.search(" ".join(classes_of(value)))
    ):
        return None
    label, told = words_of_element(name), words_of_element(value)
    if not label or not told or len(told) > MAX_DEFINITION or label.endswith("?"):
        return None
    return f"{label.rstrip(': ')}: {told}"


class _Writer:
    """Collects inline words until a block ends; one method a kind of block."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._inline: list[str] = []
        self._is_heading = False
        self._bold = 0
        self._bold_characters = 0

    def flush(self, prefix: str = "") -> None:
        """End the block; its words come out as a paragraph, or as what the prefix says."""
        text = _SPACES.sub(" ", "".join(self._inline))
        bold, self._bold_characters = self._bold_characters, 0
        self._inline = []
        for paragraph in re.split(rf"(?: ?{_BREAK} ?){{2,}}", text):
            lines = [line.strip() for line in paragraph.split(_BREAK)]
            lines = [line for line in lines if line]
            if not lines:
                continue
            if prefix:
                self.blocks.append(prefix + " ".join(lines))
                continue
            whole = " ".join(lines)
            if bold and bold >= len(whole.replace(" ", "")) and len(lines) == 1:
                self.blocks.append(f"**{whole}**")
            else:
                self.blocks.append("\\\n".join(escape_line(line) for line in lines))

    def walk(self, element: HtmlElement) -> None:
        """Write one element, without what follows it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in CONTROLS and not self._is_heading:
            return
        if tag in CONTROLS and _PERMALINK.fullmatch(element.text_content()):
            return
        if tag in HEADINGS:
            self._heading(element)
        elif tag == "br":
            self._break()
        elif tag == "hr":
            self.flush()
        elif tag in ("ul", "ol", "menu", "dir"):
            self._list(element)
        elif tag == "dl":
            self._definitions(element)
        elif tag == "details":
            self._details(element)
        elif tag == "table":
            self._table(element)
        elif tag == "blockquote":
            self._quote(element)
        elif tag == "pre":
            self._preformatted(element)
        elif tag == NOTE:
            self.flush()
            self.children(element)
            self._inline = [piece.replace(_BREAK, " ") for piece in self._inline]
            self.flush(f"[^{element.get('number')}]: ")
        elif tag == ENTRY:
            self._section_head(element.text or "")
        elif tag == ENTRY_END:
            self.flush()
            self.blocks.append(element.get("mark") or SECTION_MARK)
        elif (pair := _pair_of(element)) is not None:
            self.flush()
            self._join([f"- {pair}"])
        elif tag in CONTAINERS:
            self.flush()
            self.children(element)
            self.flush()
        else:
            self._inline_element(element)

    def children(self, element: HtmlElement) -> None:
        """Write what is in the element."""
        self._say(element.text)
        before: HtmlElement | None = None
        for child in element:
            said = element.text if before is None else before.tail
            if are_apart(before, child) if not said and before is not None else is_new(said, child):
                self._inline.append(" ")
            self.walk(child)
            if child.tag == "time" and (child.tail or "")[:1].isalnum():
                self._inline.append(" ")
            self._say(child.tail)
            before = child

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if self._bold:
            self._bold_characters += len("".join(text.split()))
        self._inline.append(escape_inline(text.replace(_BREAK, " ")))

    def _break(self) -> None:
        """A new line; what stands wholly in bold before it is a line of its own."""
        said = len("".join("".join(self._inline).split()))
        if 0 < said <= self._bold_characters and not self._bold:
            self.flush()
        else:
            self._inline.append(_BREAK)

    def _section_head(self, text: str) -> None:
        self.flush()
        if text.strip():
            self.blocks.append(f"{SECTION_MARK} {' '.join(text.split())}")

    def _heading(self, element: HtmlElement) -> None:
        names = " ".join([*classes_of(element), element.get("itemprop") or ""]).lower()
        self.flush()
        if _BYLINE.search(names):
            self.children(element)
            self.flush()
            return
        self._is_heading = True
        self.children(element)
        self._is_heading = False
        self._inline = [piece.replace(_BREAK, " ") for piece in self._inline]
        self.flush("#" * int(element.tag[1]) + " ")

    def _inline_element(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "a" and _PERMALINK.fullmatch(element.text_content()):
            return
        if tag == "a" and leads_to_note(element):
            return
        if tag == "sup" or is_raised_by_style(element):
            self._superscript(element)
            return
        if tag == "q":
            self._inline.append("“")
        is_bold = tag in ("b", "strong")
        self._bold += is_bold
        self.children(element)
        self._bold -= is_bold
        if tag == "q":
            self._inline.append("”")

    def _superscript(self, element: HtmlElement) -> None:
        """A raised digit must not be read as part of a number; one that leads to a note goes."""
        text = element.text_content().strip()
        links = list(element.iter("a"))
        if any(NOTE_LINK.match(link.get("href") or "") for link in links):
            return
        if text.startswith("[") or any(NOTE_CLASS.search(name) for name in classes_of(element)):
            return
        self._inline.append(escape_inline(raised_figure(text)))

    def _list(self, element: HtmlElement) -> None:
        self.flush()
        number = element.get("start") or "1"
        at = int(number) if number.isascii() and number.isdigit() else 1
        for item in element:
            if not isinstance(item.tag, str):
                continue
            if item.tag != "li":
                self.walk(item)
                self.flush()
                continue
            inside = _Writer()
            inside.children(item)
            inside.flush()
            self._item(inside.blocks, f"{at}. " if element.tag == "ol" else "- ")
            at += 1

    def _item(self, blocks: list[str], marker: str) -> None:
        """The first paragraph is the item; lists within it are indented, other blocks follow."""
        if not blocks:
            return
        first = blocks[0]
        if first.startswith(("#", "|", "> ")):
            self.blocks += blocks
            return
        if first.startswith(("- ", "1. ")):
            self._join([f"  {line}" for line in first.split("\n")])
        else:
            self._join([marker + first.replace("\\\n", " ")])
        for block in blocks[1:]:
            if re.match(r"\s*(?:- |\d+\. )", block):
                self._join([f"  {line}" for line in block.split("\n")])
            else:
                self.blocks.append(block)

    def _join(self, lines: list[str]) -> None:
        """Add items to the list that the last block is, if it is one."""
        text = "\n".join(lines)
        if self.blocks and re.match(r"\s*(?:- |\d+\. )", self.blocks[-1].rsplit("\n", 1)[-1]):
            self.blocks[-1] = f"{self.blocks[-1]}\n{text}"
        else:
            self.blocks.append(text)

    def _definitions(self, element: HtmlElement) -> None:
        """A term and what is said of it in one item, or as a section where that is long."""
        self.flush()
        terms: list[HtmlElement] = []
        told: list[HtmlElement] = []
        for child in element.iter("dt", "dd"):
            if next(child.iterancestors("dl"), None) is not element:
                continue
            if child.tag == "dt" and told:
                self._definition(terms, told)
                terms, told = [], []
            (terms if child.tag == "dt" else told).append(child)
        self._definition(terms, told)

    def _definition(self, terms: list[HtmlElement], told: list[HtmlElement]) -> None:
        term = ", ".join(text for each in terms if (text := words_of_element(each)))
        if term and any(next(each.iter(*_STRUCTURED), None) is not None for each in told):
            self._under_term(term, told)
            return
        texts = [text for each in told if (text := words_of_element(each))]
        if not term or not texts:
            for text in ([term] if term else []) + texts:
                self._join([f"- {text}"])
            return
        whole = "; ".join(texts)
        if term.endswith("?") or len(whole) > MAX_DEFINITION or _SENTENCE_END.search(whole):
            self._under_term(term, told)
        else:
            self._join([f"- {term.rstrip(': ')}: {whole}"])

    def _under_term(self, term: str, told: list[HtmlElement]) -> None:
        self._section_head(term)
        for each in told:
            self.children(each)
            self.flush()
        self.blocks.append(SECTION_MARK)

    def _details(self, element: HtmlElement) -> None:
        summary = element.find("./summary")
        self.flush()
        if summary is not None:
            self._section_head(words_of_element(summary))
        self._say(element.text)
        for child in element:
            if child is not summary:
                self.walk(child)
            self._say(child.tail)
        self.flush()
        if summary is not None:
            self.blocks.append(SECTION_MARK)

    def _table(self, element: HtmlElement) -> None:
        self.flush()
        if is_layout(element):
            for cell in layout_cells(element):
                self.walk(cell)
        elif text := data_table(element, words_of_element):
            self.blocks.append(text)

    def _quote(self, element: HtmlElement) -> None:
        self.flush()
        inside = _Writer()
        inside.children(element)
        inside.flush()
        for block in inside.blocks:
            lines = block.split("\n")
            self.blocks.append("\n".join(f"> {line}" for line in lines))

    def _preformatted(self, element: HtmlElement) -> None:
        """Code keeps its lines; other text that is set so was wrapped by hand."""
        self.flush()
        text = element.text_content().strip("\n")
        if element.find("./code") is not None or element.find("./samp") is not None:
            self.blocks.append(f"~~~\n{text}\n~~~")
            return
        for paragraph in re.split(r"\n[ \t]*\n", text):
            lines = [escape_line(escape_inline(line.strip())) for line in paragraph.split("\n")]
            if any(lines):
                self.blocks.append("\n".join(line for line in lines if line))
