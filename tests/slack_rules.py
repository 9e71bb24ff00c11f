"""What Slack takes: the judge's view of messages, forms and links, written apart from the bot.

Sources: docs.slack.dev/reference/block-kit and /reference/methods; totals from bolt-js #2509.
Lengths are counted in UTF-16 units, which is the strictest reading of "characters".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MAX_BLOCKS, MAX_VIEW_BLOCKS = 50, 100
MAX_TEXT, MAX_SECTION, MAX_HEADER, MAX_BUTTON, MAX_VALUE = 40_000, 3_000, 150, 75, 2_000
MAX_TOTAL = 12_000
MAX_URL = 3_000
MAX_VIEW_BYTES = 250_000
MESSAGE_BLOCKS = {"rich_text", "section", "context", "actions", "header", "divider"}
VIEW_BLOCKS = MESSAGE_BLOCKS | {"input"}
RICH = {"rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"}

_MARKED = re.compile(r"<([^<>]*)>")
_INSIDE = {"elements", "element", "text", "label", "options"}
_BROADCAST = re.compile(r"@(channel|here|everyone)\b", re.IGNORECASE)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def message_faults(message: Mapping[str, Any], *, allowed: Sequence[str] = ()) -> list[str]:
    """What is wrong with a message; `allowed` are starts of addresses that may be live."""
    return list(_message(message, tuple(allowed)))


def view_faults(view: Mapping[str, Any], *, allowed: Sequence[str] = ()) -> list[str]:
    return list(_view(view, tuple(allowed)))


def live_parts(message: Mapping[str, Any]) -> list[str]:
    """Everything in a message that does something: addresses and mentions."""
    found: list[str] = []
    for block in message.get("blocks") or []:
        for element in _elements(block):
            if element.get("type") in {"link", "user", "usergroup", "channel", "broadcast"}:
                found.append(element.get("url") or f"<{element['type']}>")
            if element.get("type") == "mrkdwn":
                found += [part.partition("|")[0] for part in _MARKED.findall(element["text"])]
            if element.get("type") == "button" and "url" in element:
                found.append(element["url"])
    return found


def _message(message: Mapping[str, Any], allowed: tuple[str, ...]) -> Iterator[str]:
    text = message.get("text", "")
    if not text:
        yield "a message without text: notifications are empty"
    if units(text) > MAX_TEXT:
        yield f"text of {units(text)}"
    yield from _markup(text, ())
    yield from _blocks(message.get("blocks") or [], MESSAGE_BLOCKS, MAX_BLOCKS, allowed)
    total = sum(_size(block) for block in message.get("blocks") or [])
    if total > MAX_TOTAL:
        yield f"msg_blocks_too_long: {total}"


def _view(view: Mapping[str, Any], allowed: tuple[str, ...]) -> Iterator[str]:
    if view["type"] == "modal":
        if units(view["title"]["text"]) > 24:
            yield f"title {view['title']['text']!r}"
        if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
            yield "a form that cannot be sent"
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        yield "view_too_large"
    yield from _blocks(view["blocks"], VIEW_BLOCKS, MAX_VIEW_BLOCKS, allowed)


def _blocks(
    blocks: Sequence[Mapping[str, Any]], known: set[str], most: int, allowed: tuple[str, ...]
) -> Iterator[str]:
    if len(blocks) > most:
        yield f"{len(blocks)} blocks"
    actions = [
        one["action_id"] for block in blocks for one in _elements(block) if "action_id" in one
    ]
    if len(actions) != len(set(actions)):
        yield f"an action_id twice: {actions}"
    for block in blocks:
        if block.get("type") not in known:
            yield f"invalid_blocks: {block.get('type')!r}"
            continue
        yield from _block(block, allowed)


def _block(block: Mapping[str, Any], allowed: tuple[str, ...]) -> Iterator[str]:
    match block["type"]:
        case "section":
            if not 1 <= units(block["text"]["text"]) <= MAX_SECTION:
                yield f"section of {units(block['text']['text'])}"
        case "header":
            if not 1 <= units(block["text"]["text"]) <= MAX_HEADER:
                yield f"header of {units(block['text']['text'])}"
        case "context":
            if not 1 <= len(block["elements"]) <= 10:
                yield f"context of {len(block['elements'])} elements"
        case "actions":
            if not 1 <= len(block["elements"]) <= 25:
                yield f"actions of {len(block['elements'])} elements"
        case "rich_text":
            kinds = {one["type"] for one in block["elements"]}
            if not kinds or kinds - RICH:
                yield f"rich text of {kinds}"
            if _size(block) > MAX_SECTION:
                yield f"rich text of {_size(block)}"
        case "input":
            element = block["element"]
            if units(element.get("initial_value", "")) > element.get("max_length", MAX_SECTION):
                yield "an initial value that is longer than may be written"
            if len(element.get("options", [])) > 10:
                yield "more than ten options"
    for element in _elements(block):
        yield from _element(element, allowed)


def _element(element: Mapping[str, Any], allowed: tuple[str, ...]) -> Iterator[str]:
    match element.get("type"):
        case "mrkdwn":
            if not 1 <= units(element["text"]) <= MAX_SECTION:
                yield f"mrkdwn of {units(element['text'])}"
            if element.get("verbatim") is not True:
                yield "Slack would make links of what looks like one"
            yield from _markup(element["text"], allowed)
        case "text":
            if not element["text"]:
                yield "an empty text element"
        case "link":
            yield from _address(element["url"], allowed)
        case "button":
            if units(element["text"]["text"]) > MAX_BUTTON:
                yield f"button {element['text']['text']!r}"
            if units(element.get("value", "")) > MAX_VALUE:
                yield f"button value of {units(element['value'])}"
        case "broadcast" | "usergroup":
            yield f"mentions {element['type']}"


def _markup(text: str, allowed: tuple[str, ...]) -> Iterator[str]:
    for inside in _MARKED.findall(text):
        if inside[:1] in {"!", "@", "#"}:
            yield f"mentions {inside!r}"
        else:
            yield from _address(inside.partition("|")[0].replace("&amp;", "&"), allowed)
    rest = _MARKED.sub("", text)
    if "<" in rest or ">" in rest:
        yield f"an angle bracket that is not escaped: {rest[:80]!r}"
    if re.search(r"&(?!amp;|lt;|gt;)", rest):
        yield f"an ampersand that is not escaped: {rest[:80]!r}"
    if _BROADCAST.search(rest):
        yield f"mentions everybody: {rest[:80]!r}"


def _address(url: str, allowed: tuple[str, ...]) -> Iterator[str]:
    if not re.fullmatch(r"https?://[^\s<>|\"]+", url) or units(url) > MAX_URL:
        yield f"invalid link {url[:80]!r}"
    elif not url.startswith(allowed):
        yield f"a link that is not ours: {url[:80]!r}"


def _elements(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A block's parts at every depth, the block's own text among them."""
    for name, value in block.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and name in {
                "elements",
                "element",
                "text",
                "label",
                "options",
            }:
                yield one
                yield from _elements(one)


def _size(block: Mapping[str, Any]) -> int:
    total = 0
    for element in _elements(block):
        for name in ("text", "url"):
            if isinstance(element.get(name), str):
                total += units(element[name])
    return total
