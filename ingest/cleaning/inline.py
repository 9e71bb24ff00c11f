"""Removes inline markup from a block: emphasis, links, escapes, HTML tags and entities."""

from __future__ import annotations

import html
import re

_MARKUP = re.compile(r"[*_`~\\<&\[!=]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PLACEHOLDER = re.compile("[\ue000-\ue07f]")
_PLACEHOLDER_BASE = 0xE000

# The runs between two marks are limited, and where an end is missing nothing is looked for again:
# in a hostile text of very many openings the time would grow with the square of its length.
_RUN = r".{1,4000}?"
_SCRIPT = re.compile(r"<(script|style|noscript)\b", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\s*/?>\n?", re.IGNORECASE)
_SUPERSCRIPT = re.compile(r"<sup>\s*(\d{1,3})\s*</sup>", re.IGNORECASE)
_SUPERSCRIPT_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Only names that HTML knows: "p < 0.05 and q > 1" and "<name>" are text.
_TAG = re.compile(
    r"</?(?:a|abbr|article|aside|b|big|blockquote|body|center|cite|code|del|details|dd|div|dl|dt|em"
    r"|figcaption|figure|font|footer|h[1-6]|header|hr|html|i|iframe|img|ins|kbd|li|main|mark|nav|ol|p"
    r"|picture|pre|q|s|section|small|source|span|strike|strong|style|script|sub|summary|sup|svg|table"
    r"|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|video)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+|[\w.+-]+@[\w-]+\.[\w.-]+)>")
IMAGE = re.compile(
    r"!\[([^\]\n]{0,2000})\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])"
)
_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*[^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_REFERENCE_LINK = re.compile(r"\[((?!\^)[^\[\]\n]+)\]\[(?!\^)[^\[\]\n]*\]")
_WIKI_LINK = re.compile(r"!?\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]")
_HIGHLIGHT = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]+)(?<=[^\s=])==(?![=\w])")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]{1,200}\](?!:)")
_CODE = re.compile(rf"(`+)(?!`)({_RUN})(?<!`)\1(?!`)", re.DOTALL)
_STRIKE = re.compile(rf"~~(?=\S)({_RUN})(?<=\S)~~", re.DOTALL)
_STRONG_STARS = re.compile(rf"\*\*(?=\S)({_RUN})(?<=\S)\*\*", re.DOTALL)
_STRONG_LINES = re.compile(rf"(?<!\w)__(?=\S)({_RUN})(?<=\S)__(?!\w)", re.DOTALL)
_EMPHASIS_STAR = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*(?:\n[^*\n]+)*?)(?<=[^\s*])\*(?![*\w])")
_EMPHASIS_LINE = re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]+)(?<=[^\s_])_(?!\w)")
# A pair whose partner was lost on another page. "2**3" keeps its stars.
_STRAY_STRONG = re.compile(r"(?<!\w)\*{2,3}(?=\S)|(?<=\S)\*{2,3}(?!\w)|^\*{2,3}\s|\s\*{2,3}$")
_WHOLE_STRONG = re.compile(r"\s*(\*\*\*|\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1\s*\Z", re.DOTALL)
_WHOLE_TAG = re.compile(r"\s*<(b|strong)>(.+)</\1>\s*\Z", re.DOTALL | re.IGNORECASE)
_SPACES = re.compile(r"[ ]{2,}")


def is_emphasised(markup: str) -> bool:
    """Whether the whole block is set in bold."""
    return bool(_WHOLE_STRONG.match(markup) or _WHOLE_TAG.match(markup))


def plain(markup: str) -> str:
    """The words of a block without markup; hard line breaks become line ends."""
    if not _MARKUP.search(markup):
        return _SPACES.sub(" ", markup)
    text = _ESCAPE.sub(lambda match: chr(_PLACEHOLDER_BASE + ord(match[1])), markup)
    if "<" in text:
        text = _without_html(text)
    if "[" in text:
        text = _without_links(text)
    text = _without_emphasis(text)
    if "&" in text:
        text = html.unescape(text).replace("\xa0", " ")
    text = _PLACEHOLDER.sub(lambda match: chr(ord(match[0]) - _PLACEHOLDER_BASE), text)
    return _SPACES.sub(" ", text)


def _without_html(text: str) -> str:
    text = _without_comments(_without_scripts(text))
    text = _LINE_BREAK.sub("  \n", text)
    # "10<sup>6</sup>" must not become 106.
    text = _SUPERSCRIPT.sub(lambda match: match[1].translate(_SUPERSCRIPT_DIGITS), text)
    text = _AUTOLINK.sub(r"\1", text)
    return _TAG.sub("", text)


def _without_scripts(text: str) -> str:
    kept, at = [], 0
    endless: set[str] = set()
    for begin in _SCRIPT.finditer(text):
        name = begin[1].lower()
        if begin.start() < at or name in endless:
            continue
        end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, begin.end())
        if end is None:
            endless.add(name)
            continue
        kept.append(text[at : begin.start()])
        at = end.end()
    return "".join([*kept, text[at:]])


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        kept.append(text[at:begin])
        at = end + 3
    return "".join([*kept, text[at:]])


def _without_links(text: str) -> str:
    text = IMAGE.sub("", text)
    text = _WIKI_LINK.sub(_words_of_wiki_link, text)
    text = _LINK.sub(r"\1", text)
    text = _REFERENCE_LINK.sub(r"\1", text)
    return _FOOTNOTE_MARK.sub("", text)


def _words_of_wiki_link(match: re.Match[str]) -> str:
    """What is shown of `[[page|words]]`; of a file that is embedded, nothing."""
    if match[0].startswith("!"):
        return ""
    return match[2] or match[1]


def _without_emphasis(text: str) -> str:
    if "`" in text:
        text = _CODE.sub(r"\2", text)
    if "~~" in text:
        text = _STRIKE.sub("", text)  # not said any more, and a quote would not show it
    if "*" in text:
        text = _STRONG_STARS.sub(r"\1", text)
        text = _EMPHASIS_STAR.sub(r"\1", text)
        text = _STRAY_STRONG.sub("", text)
    if "==" in text:
        text = _HIGHLIGHT.sub(r"\1", text)
    if "_" in text:
        text = _STRONG_LINES.sub(r"\1", text)
        text = _EMPHASIS_LINE.sub(r"\1", text)
    return text
