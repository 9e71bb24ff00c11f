"""Slack's markup: people's messages as plain text, and texts escaped for Slack.

Sources: docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urlsplit

WORD_JOINER = "\u2060"
"""Has no width: separates a sign from the word that would make it a command."""
MAX_URL_CHARACTERS = 1_000
"""Longer addresses are left out; Slack refuses links above 3,000."""

_ENTITY = re.compile(r"<([^<>]*)>")
_BROADCAST = re.compile(r"@(?=channel\b|here\b|everyone\b)", re.IGNORECASE)
_UNSAFE_IN_LINK = " \"'<>|\\^`{}"


def plain(text: str, *, bot_user: str | None = None) -> str:
    """What a person wrote, without Slack's markup.

    Links become their label or address, channels their name, people "@" and what Slack tells of
    them; mentions of `bot_user` disappear.
    """
    return html.unescape(_ENTITY.sub(lambda found: _words(found[1], bot_user), text)).strip()


def mentions(text: str, user: str) -> bool:
    """Whether a message mentions a user by id."""
    return re.search(rf"<@{re.escape(user)}(?:\|[^>]*)?>", text) is not None


def opens_with_other_mention(text: str, bot_user: str) -> bool:
    """Whether a message is addressed to somebody else."""
    found = re.match(r"\s*<@([A-Z0-9]+)", text)
    return found is not None and found[1] != bot_user


def inert(text: str) -> str:
    """Escape a text for a place where Slack interprets markup: it is shown literally."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub(f"@{WORD_JOINER}", escaped)


def link(url: str | None, label: str) -> str:
    """A link in Slack's markup; the label alone where there is no safe address."""
    address = safe_url(url)
    shown = inert(" ".join(label.split()))
    return f"<{address.replace('&', '&amp;')}|{shown}>" if address else shown


def safe_url(url: str | None) -> str | None:
    """An http or https address in which nothing ends the link early; None for any other."""
    if url is None or len(url) > MAX_URL_CHARACTERS:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    if any(character.isspace() or not character.isprintable() for character in url.strip()):
        return None
    cleaned = "".join(
        quote(character) if character in _UNSAFE_IN_LINK else character for character in url.strip()
    )
    return cleaned if len(cleaned) <= MAX_URL_CHARACTERS else None


def units(text: str) -> int:
    """Length as Slack may count it: UTF-16 units, so that an emoji counts twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def _words(entity: str, bot_user: str | None) -> str:
    address, _, label = entity.partition("|")
    sign, name = address[:1], address[1:]
    if sign == "@":
        return " " if name == bot_user else f"@{label or 'someone'}"
    if sign == "#":
        return f"#{label}" if label else "#channel"
    if sign == "!":
        return label or ("" if "^" in name else f"@{name}")
    return label or address.removeprefix("mailto:")
