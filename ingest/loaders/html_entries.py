"""Sections of a page that a button opens, and entries that a time heads, marked as such."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ingest.loaders.html_blocks import ENTRY, ENTRY_END, HEADINGS
from ingest.loaders.html_visibility import names_opener
from ingest.loaders.light_markdown import SECTION_MARK, escape_inline

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MIN_ENTRIES = 2
MIN_ENTRY_WORDS = 5
MAX_TIME_WORDS = 12

MAX_TIME_CHARACTERS = 40

_QUESTION = re.compile(
    r"(?:^|[-_ ])(?:question|accordion-?(?:title|header|heading|label))(?:$|[-_ ])"
)
_ANSWER = re.compile(r"(?:^|[-_ ])(?:answer|panel|body|content|accordion-?\w+)(?:$|[-_ ])")

_TIME_CLASS = re.compile(r"(?:^|[-_ ])(?:time|timestamp|datetime|date)(?:$|[-_ ])")
_RELATIVE = re.compile(
    r"\b(?:ago|vor|hace|il y a|fa|geleden|há|just now|yesterday|today|gestern|heute)\b",
    re.IGNORECASE,
)


def mark_entries(root: HtmlElement) -> None:
    """Put the time of each entry of a live page into its heading, or make it one."""
    groups: dict[HtmlElement, list[tuple[HtmlElement, HtmlElement]]] = defaultdict(list)
    counts: dict[HtmlElement, int] = defaultdict(int)
    times = [time for time in root.iter() if _is_time(time) and _stands_alone(time)]
    for time in times:
        for up in time.iterancestors():
            counts[up] += 1
    for time in times:
        entry = time
        for up in time.iterancestors():
            if counts[up] > 1 or up is root:
                break
            entry = up
        parent = entry.getparent()
        if parent is not None and entry is not time:
            groups[parent].append((entry, time))
    for entries in groups.values():
        told = [pair for pair in entries if _says_enough(*pair)]
        if len(told) >= MIN_ENTRIES:
            for entry, time in told:
                _head(entry, time)


def _is_time(element: HtmlElement) -> bool:
    if element.tag == "time":
        return True
    if element.tag not in ("span", "div", "p", "strong", "b", "small", "a"):
        return False
    if not _TIME_CLASS.search(element.get("class") or "") or element.find(".//time") is not None:
        return False
    text = element.text_content()
    return len(text) <= MAX_TIME_CHARACTERS and any(map(str.isdigit, text))


def _stands_alone(time: HtmlElement) -> bool:
    """The time is a line of its own, not a word of a sentence."""
    block = time
    while block.getparent() is not None and block.tag in (
        "time",
        "span",
        "a",
        "b",
        "strong",
        "small",
    ):
        if (block.tail or "").strip():
            return False
        block = block.getparent()
    words = len(block.text_content().split())
    return words <= MAX_TIME_WORDS or block.tag in ("section", "article", "li", "div")


def _says_enough(entry: HtmlElement, time: HtmlElement) -> bool:
    return len(entry.text_content().split()) - len(time.text_content().split()) >= MIN_ENTRY_WORDS


def _head(entry: HtmlElement, time: HtmlElement) -> None:
    text = " ".join(time.text_content().split())
    stated = (time.get("datetime") or "")[:16].replace("T", " ")
    if not text or (stated and _RELATIVE.search(text)):
        text = stated or text
    time.drop_tree()
    heading = next((each for each in entry.iter(*HEADINGS) if each.text_content().strip()), None)
    if heading is not None:
        heading.text = f"{text} – {(heading.text or '').lstrip()}"
        _end(entry, "#" * int(heading.tag[1]))
        return
    _insert_head(entry, text)
    _end(entry, SECTION_MARK)


def mark_panels(root: HtmlElement) -> None:
    """Make the button that opens a panel the heading of what the panel says."""
    headed: set[HtmlElement] = set()
    by_id = {each.get("id"): each for each in root.iter() if each.get("id")}
    for button in list(root.iter("button", "a", "div", "span", "strong", "b", "p")):
        controls = button.get("aria-controls") or (button.get("data-bs-target") or "").lstrip("#")
        is_button = button.tag == "button" or button.get("role") == "button"
        opens = button.get("aria-expanded") is not None or names_opener(button)
        asks = _asks(button)
        if not controls and not (is_button and opens) and not asks:
            continue
        text = " ".join(button.text_content().split())
        heading = next((up for up in button.iterancestors() if up.tag in HEADINGS), None)
        if heading is not None and heading.getnext() is not None:
            _end_below(heading, _panel_of(heading, controls, by_id))
        if not text or heading is not None:
            continue
        panel = _panel_of(button, controls, by_id)
        if panel is not None and panel not in headed and panel.text_content().strip():
            headed.add(panel)
            button.text = ""
            button.drop_tree()
            _insert_head(panel, text)
            _end(panel, SECTION_MARK)


def _end_below(heading: HtmlElement, panel: HtmlElement | None) -> None:
    """What a heading with a button opens ends with its panel, which is all that it heads."""
    if panel is not None and panel is heading.getnext() and panel.find(ENTRY_END) is None:
        _end(panel, "#" * int(heading.tag[1]))


def _asks(element: HtmlElement) -> bool:
    """The question of an entry of a list of questions, with its answer as the next element."""
    following = element.getnext()
    if following is not None and following.get("itemprop") in ("acceptedAnswer", "suggestedAnswer"):
        return element.tag not in HEADINGS and element.get("itemprop") == "name"
    return (
        following is not None
        and bool(_QUESTION.search(element.get("class") or ""))
        and bool(_ANSWER.search(following.get("class") or ""))
        and element.find(".//p") is None
    )


def _panel_of(
    button: HtmlElement, controls: str, by_id: Mapping[str, HtmlElement]
) -> HtmlElement | None:
    for identifier in controls.split():
        if identifier in by_id:
            return by_id[identifier]
    following = button.getnext()
    return following if following is not None and following.tag in ("div", "section", "p") else None


def _insert_head(entry: HtmlElement, text: str) -> None:
    head = entry.makeelement(ENTRY)
    head.text = escape_inline(text)
    head.tail, entry.text = entry.text, None
    entry.insert(0, head)


def _end(entry: HtmlElement, mark: str) -> None:
    end = entry.makeelement(ENTRY_END, {"mark": mark})
    entry.append(end)
