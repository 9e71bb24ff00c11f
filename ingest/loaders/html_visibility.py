"""Takes out of a page what its reader is not shown: by attributes, styles and usual class names.

What a reader can open with a click (the answers of an accordion, the panels behind tabs) is text of
the page and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.cleaning.words import word_set

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

NEVER_SHOWN = (
    *("script", "style", "template", "noscript", "svg", "canvas", "iframe", "object", "embed"),
    *("audio", "video", "map", "datalist", "select", "textarea", "input", "progress", "meter"),
)
_STRUCK = ("del", "s", "strike")
"""What is struck out is not said any more, and a quote would not show that it is."""

_HIDING_CLASSES = word_set(
    """
    sr-only visually-hidden visuallyhidden visually_hidden screen-reader-text screen-reader
    screen-reader-only screenreader screenreader-only sronly element-invisible
    u-visually-hidden u-hidden-visually u-hidden assistive-text a11y-hidden a11y-only offscreen
    off-screen vh is-visually-hidden is-hidden hidden d-none hide-text print-only visible-print
    visible-print-block show-for-sr show-for-print hidden-accessible ui-helper-hidden
    ui-helper-hidden-accessible clip-text text-hidden display-none
    """
)
_ICON = re.compile(r"material-(?:icons|symbols)|google-symbols\Z")
"""A font that draws a picture in place of a word: "arrow_forward"."""

# "hidden md:block", "d-none d-lg-flex": not on a telephone, but on a desk.
_SHOWN_WIDE = re.compile(
    r"(?:\w+:(?:block|flex|inline|grid|table|contents)\S*|d-(?:sm|md|lg|xl|xxl)-(?!none)\w+)"
)
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:px|em|rem|pt)?\s*(?:;|!|$)|text-indent\s*:\s*-\d{3,}"
    r"|(?:left|top|right)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_OUT_OF_SIGHT = re.compile(
    r"font-size\s*:\s*0(?:px|em|rem|pt)?\s*(?:;|!|$)|text-indent\s*:\s*-\d{3,}"
    r"|(?:left|top|right)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]",
    re.IGNORECASE,
)
"""Of rules in style sheets; what they make transparent is often faded in later."""

_NO_HEIGHT = re.compile(
    r"(?:\A|[;\s])(?:max-)?height\s*:\s*0(?:px|em)?\s*(?:;|!|\Z)", re.IGNORECASE
)
_CUT_OFF = re.compile(r"overflow(?:-y)?\s*:\s*hidden", re.IGNORECASE)
_COLOUR = re.compile(r"(?:\A|(?<=;))(background-color|background|color):([^;!]+)")
_COLOURS = {"white": "#ffffff", "#fff": "#ffffff", "black": "#000000", "#000": "#000000"}
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@(?!import|charset)[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIMPLE = re.compile(r"(?:([a-z][a-z0-9]*)?\.([\w-]+)|#([\w-]+))\Z", re.IGNORECASE)
_OPENER = re.compile(
    r"\b(?:accordion|collaps\w*|toggle\w*|expand\w*|disclosure|faq|question|tab)\b", re.IGNORECASE
)

_ANSWERS = ("acceptedAnswer", "suggestedAnswer")
"""Properties that mark what answers a question of the page."""

MAX_STYLE_CHARACTERS = 500_000
MAX_HIDING_SHARE = 0.5
"""An element with more of the page's words than this is the page, shown once its scripts ran."""


def drop_invisible(tree: HtmlElement) -> None:
    """Remove from the tree what no reader sees."""
    styled = _hidden_by_style_sheets(tree)
    for element in list(tree.iter(*NEVER_SHOWN)):
        _drop(element)
    total = max(1, len(tree.text_content()))
    for element in list(tree.iter(*_STRUCK)):
        if len(element.text_content()) <= MAX_HIDING_SHARE * total:
            _drop(element)
    opened = _opened_ids(tree)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "body", "head"):
            continue
        if not _is_hidden(element, styled) or _can_be_opened(element, opened):
            continue
        if len(element.text_content()) > MAX_HIDING_SHARE * total and element.get("hidden") is None:
            continue
        _drop(element)


def classes_of(element: HtmlElement) -> list[str]:
    """Names of the element's classes, lower case."""
    return str(element.get("class") or "").lower().split()


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _is_hidden(element: HtmlElement, styled: tuple[frozenset[str], frozenset[str]]) -> bool:
    if (hidden := element.get("hidden")) is not None and hidden.lower() != "until-found":
        return True
    if (element.get("aria-hidden") or "").lower() == "true":
        return True
    style = element.get("style") or ""
    if _HIDING_STYLE.search(style) or _is_same_colour(style) or _has_no_height(style):
        return True
    names = classes_of(element)
    if element.tag == "mat-icon" or any(map(_ICON.match, names)):
        return True
    if any(name in _HIDING_CLASSES for name in names):
        return not any(_SHOWN_WIDE.fullmatch(name) for name in names)
    hidden_classes, hidden_ids = styled
    return (
        element.get("id") in hidden_ids
        or not hidden_classes.isdisjoint(names)
        or any(f"{element.tag}.{name}" in hidden_classes for name in names)
    )


def _has_no_height(style: str) -> bool:
    """Whether nothing of it is seen because it is cut off at once."""
    return bool(_NO_HEIGHT.search(style)) and bool(_CUT_OFF.search(style))


def _is_same_colour(style: str) -> bool:
    """Whether the letters are set in the colour of their ground."""
    found = dict(_COLOUR.findall(style.lower().replace(" ", "")))
    ground = found.get("background-color") or found.get("background")
    return ground is not None and _COLOURS.get(ground, ground) == _COLOURS.get(
        found.get("color", ""), found.get("color")
    )


def _opened_ids(tree: HtmlElement) -> frozenset[str]:
    """Ids of what a button or link of the page opens."""
    opened: set[str] = set()
    for element in tree.iter("button", "a", "summary", "div", "span", "label", "li"):
        for name in ("aria-controls", "data-target", "data-bs-target", "data-toggle-target", "for"):
            opened.update((element.get(name) or "").replace("#", " ").split())
        if element.tag == "a" and (element.get("href") or "").startswith("#"):
            opened.add(element.get("href")[1:])
    return frozenset(opened)


def _can_be_opened(element: HtmlElement, opened: frozenset[str]) -> bool:
    """A panel behind a button: named by it, or standing right below one."""
    if any(word in ("dialog", "alertdialog", "menu", "navigation") for word in _roles(element)):
        return False
    if element.get("id") in opened or (element.get("role") or "") == "tabpanel":
        return True
    if any(up.get("itemprop") in _ANSWERS for up in (element, *element.iterancestors())):
        return True
    names = classes_of(element)
    if "tab-pane" in names or ("collapse" in names and "navbar-collapse" not in names):
        return True
    before = element.getprevious()
    return before is not None and isinstance(before.tag, str) and _opens(before)


def _opens(element: HtmlElement) -> bool:
    buttons = [element, *element.iter("button"), *element.xpath(".//*[@role='button']")]
    return any(
        each.tag in ("button", "summary") or each.get("aria-expanded") is not None
        for each in buttons
    ) or names_opener(element)


def names_opener(element: HtmlElement) -> bool:
    """Whether its class says that it opens what stands below."""
    return bool(_OPENER.search((element.get("class") or "").replace("_", " ").replace("-", " ")))


def _roles(element: HtmlElement) -> list[str]:
    return str(element.get("role") or "").lower().split()


def _hidden_by_style_sheets(tree: HtmlElement) -> tuple[frozenset[str], frozenset[str]]:
    """Classes ("x", "p.x") and ids that a simple rule of the page's own style sheets hides."""
    classes: set[str] = set()
    ids: set[str] = set()
    for selector, hides in _rules(tree):
        for each in selector.split(","):
            match = _SIMPLE.match(each.strip())
            if match is None:
                continue
            tag, name, identifier = match.groups()
            target, key = (
                (ids, identifier)
                if identifier
                else (classes, f"{tag.lower()}.{name}" if tag else name)
            )
            (target.add if hides else target.discard)(key.lower() if not identifier else key)
    return frozenset(classes), frozenset(ids)


def _rules(tree: HtmlElement) -> Iterator[tuple[str, bool]]:
    """Selectors of rules that show, hide or put out of sight; none of a medium or a state."""
    for style in tree.iter("style"):
        if (style.get("media") or "all").lower() not in ("all", "screen"):
            continue
        text = _CSS_COMMENT.sub("", (style.text or "")[:MAX_STYLE_CHARACTERS])
        for match in _RULE.finditer(_AT_RULE.sub("", text)):
            if _OUT_OF_SIGHT.search(match[2]):
                yield match[1], True
            elif shown := re.search(r"display\s*:\s*([\w-]+)", match[2]):
                yield match[1], shown[1].lower() == "none"
