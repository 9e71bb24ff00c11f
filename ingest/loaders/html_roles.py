"""Tables, lists and headings marked by `role` or by their place become the usual elements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.loaders.html_blocks import NOTE

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_TAGS = {
    "table": "table", "grid": "table", "treegrid": "table", "rowgroup": "tbody", "row": "tr",
    "columnheader": "th", "rowheader": "th", "cell": "td", "gridcell": "td",
    "list": "ul", "listitem": "li",
}  # fmt: skip
_NOTE_ID = re.compile(r"_?(?:ftnt?|edn|fn|footnote|endnote|cite_note)[-_:]?\d", re.IGNORECASE)
_NOTES = re.compile(
    r"(?:^|[\s_-])(?:doc-)?(?:foot|end)notes?(?:$|[\s_-])|doc-endnotes", re.IGNORECASE
)
_SIGNS = r"[\s\[\]()#¶^↑↩↵⏎\ufe0e\ufe0f*†‡§]*"
_WAY_BACK = re.compile(rf"{_SIGNS}(?:\d{{1,3}}|[a-z])?{_SIGNS}|(?i:back|zurück|retour)")
"""The words of a link from a note to its mark: a sign, a number or a letter."""

_GENERIC = frozenset("div span section a p b strong".split())
"""Elements that say nothing of their own about what they are."""


def name_by_role(tree: HtmlElement) -> None:
    """Give elements their usual names, captions to tables in figures, times to live entries."""
    for element in list(tree.xpath("//*[@role]")):
        role = element.get("role").strip().lower()
        if element.tag not in _GENERIC:
            continue
        if role in _TAGS:
            element.tag = _TAGS[role]
            if role == "rowheader":
                element.set("scope", "row")
        elif role == "heading":
            level = element.get("aria-level") or "2"
            element.tag = f"h{min(6, max(1, int(level)))}" if level.isdigit() else "h2"
    _name_notes(tree)
    for figure in tree.iter("figure"):
        _name_table(figure)
    for entry in tree.xpath("//*[@itemprop='liveBlogUpdate']"):
        _show_time(entry)


def _name_notes(tree: HtmlElement) -> None:
    """Foot and end notes, in lists or as elements of their own, without the way back."""
    found = [
        element
        for element in tree.iter("li", "aside", "div", "p")
        if _NOTE_ID.match(element.get("id") or "")
        or _is_listed_note(element)
        or _begins_with_way_back(element)
    ]
    for number, note in enumerate(found, start=1):
        if any(up.tag == NOTE for up in note.iterancestors()) or not note.text_content().strip():
            continue
        for link in note.xpath(".//a[starts-with(@href, '#')]"):
            if _WAY_BACK.fullmatch(link.text_content()):
                link.drop_tree()
        for inner in list(note.iterdescendants("p", "div", "span", "cite")):
            inner.tail = f" {inner.tail or ''}" if inner.tag in ("p", "div") else inner.tail
            inner.drop_tag()
        note.tag = NOTE
        note.set("number", str(number))
    for place in tree.xpath("//ol[./accord-note] | //ul[./accord-note]"):
        place.tag = "div"


def _is_listed_note(element: HtmlElement) -> bool:
    if element.tag != "li":
        return False
    for up in list(element.iterancestors())[:3]:
        names = ("role", "class", "epub:type", "{http://www.idpf.org/2007/ops}type")
        if _NOTES.search(" ".join(up.get(name) or "" for name in names)):
            return True
    return False


def _begins_with_way_back(element: HtmlElement) -> bool:
    """Whether it begins with a link to its mark, which is what that mark leads to."""
    if len(element) == 0 or element[0].tag != "a" or (element.text or "").strip():
        return False
    link = element[0]
    named = _NOTE_ID.match(link.get("id") or link.get("name") or "")
    return bool(named) and (link.get("href") or "").startswith("#")


def _name_table(figure: HtmlElement) -> None:
    """What a figure says of its one table is the table's caption."""
    tables, said = list(figure.iter("table")), figure.find(".//figcaption")
    if len(tables) == 1 and said is not None and tables[0].find("./caption") is None:
        said.drop_tree()
        said.tag, said.tail = "caption", None
        tables[0].insert(0, said)


def _show_time(entry: HtmlElement) -> None:
    """An entry that only states its time for programs shows it."""
    stated = entry.find(".//meta[@itemprop='datePublished']")
    if stated is None or entry.find(".//time") is not None or not stated.get("content"):
        return
    time = entry.makeelement("time", {"datetime": stated.get("content")})
    time.text = stated.get("content")[:16].replace("T", " ")
    line = entry.makeelement("p")
    line.append(time)
    line.tail, entry.text = entry.text, None
    entry.insert(0, line)
