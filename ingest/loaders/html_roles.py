"""Tables, lists and headings marked by `role` or by their place become the usual elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_TAGS = {
    "table": "table", "grid": "table", "treegrid": "table", "rowgroup": "tbody", "row": "tr",
    "columnheader": "th", "rowheader": "th", "cell": "td", "gridcell": "td",
    "list": "ul", "listitem": "li",
}  # fmt: skip
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
    for figure in tree.iter("figure"):
        _name_table(figure)
    for entry in tree.xpath("//*[@itemprop='liveBlogUpdate']"):
        _show_time(entry)


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
