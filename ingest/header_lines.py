"""Header lines at the top of a text file: those of a saved mail, or "Title: …", "Author: …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime

from ingest.frontmatter import ALIASES, named_fields
from ingest.loaders.encoding_labels import codec_of
from ingest.loaders.light_markdown import SECTION_MARK
from ingest.loaders.parsed import Fields, fields_from
from ingest.names import looks_like_person, persons_in

MAX_LINES = 60

_MAIL_KEYS = {
    "authors": "from von de da van",
    "published": "date sent datum gesendet envoyé enviado data inviato verzonden",
    "title": "subject betreff objet asunto oggetto onderwerp assunto",
}
_MAIL: dict[str, str] = {key: name for name, keys in _MAIL_KEYS.items() for key in keys.split()}
_OTHER_MAIL_KEYS = frozenset(
    "to cc bcc an kopie à a para aan reply-to message-id in-reply-to references mime-version"
    " content-type content-transfer-encoding received return-path delivered-to importance".split()
)
_MEMO_TO = frozenset("to an à a para aan".split())
_MEMO_ABOUT = frozenset("re ref regarding betrifft betr concerne onderwerp".split())
_MEMO_LINE = re.compile(r"([^\W\d_]{1,12})\s*:\s*(\S.{0,200})")
_OF_SITES = frozenset(
    "source slug category categories tags keywords status modified updated template layout save_as"
    " summary description translation lang permalink draft weight id".split()
)
"""What generators of sites keep in the head of a page besides; it is no text."""

_LINE = re.compile(r"\*{0,2}([^\W\d_][\w -]{0,30}?)\*{0,2}:\*{0,2}[ \t]+(\S.*)")
_TITLE_ABOVE = re.compile(r"\A\s*# [^\n]+\n\s*(?=[A-Z][\w ]{1,30}: )")
_PANDOC = re.compile(r"\A% (\S[^\n]*)\n% ([^\n]*)\n(?:% ([^\n]*)(?:\n|\Z))?")
"""Title, authors and day as Pandoc has them, one a line."""

_ENCODED_WORDS = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=(?:\s+=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=)*")
_NAMED_ADDRESS = re.compile(r"(?P<name>[^<>@]*[^<>@\s])\s*<[^<>\s@]+@[^<>\s@]+>")
_QUOTED_REPLY = re.compile(
    r"^(?=.{10,200}$)(?:On|Am|Le|El|Il|Op|Em)\b.*\d.*"
    r"(?:wrote|schrieb.*|a écrit|escribió|ha scritto|schreef.*|escreveu)\s*:\s*$",
    re.MULTILINE,
)


_BELOW_QUOTE = re.compile(r"^(>[^\n]*\n)(?=[^\s>])", re.MULTILINE)
"""A reply right below what it quotes, which Markdown would take for more of it."""

_EARLIER_MAIL = re.compile(
    r"^(?:[-_ ]{2,}[^\n]*\n\s*)?"
    r"(?P<head>(?:From|Von|De|Da|Van): \S[^\n]*\n"
    r"(?:(?:Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado|Para|Asunto|Inviato"
    r"|A|Oggetto|Verzonden|Aan|Onderwerp|Data|Assunto): [^\n]*(?:\n|\Z)){2,})",
    re.MULTILINE,
)


def split_header_lines(text: str) -> tuple[Fields, str]:
    """Metadata and the text below it; no fields and the whole text where there is no such head.

    A mail needs two of sender, day and subject; any other head a title, and only keys that are
    known. What a mail quotes from another one comes under the line that says whose words they are.
    """
    if block := _PANDOC.match(text):
        stated = {"title": block[1], "authors": block[2], "published": block[3]}
        return fields_from(stated, "title block"), text[block.end() :].lstrip("\n")
    if title := _TITLE_ABOVE.match(text):
        return _split_properties(text, title.end())
    pairs, end = _leading_pairs(text)
    keys = [key.lower() for key, _ in pairs]
    is_mail = (
        sum(key in _MAIL for key in keys) >= 2
        and any(_MAIL.get(key) in ("authors", "title") for key in keys)
        and all(key in _MAIL or key in _OTHER_MAIL_KEYS or "-" in key for key in keys)
    )
    if is_mail:
        stated = {
            _MAIL[key]: value
            for key, (_, value) in reversed(list(zip(keys, pairs, strict=True)))
            if key in _MAIL
        }
        body = _decoded_body(text, pairs) or text[end:]
        return mail_fields(stated), with_replies_headed(body.lstrip("\n"))
    names = [_as_key(key) for key in keys]
    known = [ALIASES.get(name) for name in names]
    if "title" in known and sum(map(bool, known)) > 1 and all(map(_is_of_head, names)):
        return named_fields(dict(pairs), "header lines"), text[end:].lstrip("\n")
    return {}, text


def _is_of_head(name: str) -> bool:
    return name in ALIASES or name in _OF_SITES


def _split_properties(text: str, start: int) -> tuple[Fields, str]:
    """Metadata from the lines below a title, as Notion exports them; others stay in the text."""
    pairs, end = _leading_pairs(text[start:])
    known = {key: value for key, value in pairs if _as_key(key) in ALIASES}
    fields = named_fields(known, "header lines")
    if len(fields) < 2 or len(pairs) != text[start : start + end].strip().count("\n") + 1:
        return {}, text
    others = [f"{key}: {value}\n\n" for key, value in pairs if key not in known]
    return fields, text[:start] + "".join(others) + text[start + end :].lstrip("\n")


def _as_key(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.lower())


def memo_fields(lines: Sequence[str]) -> Fields:
    """Title, authors and day from the head of a memorandum: who writes to whom, when, of what.

    Args:
        lines: Of the text's beginning.
    """
    found: dict[str, str] = {}
    is_sent = False
    for line in lines:
        if (match := _MEMO_LINE.match(line)) is None:
            continue
        key = match[1].lower()
        is_sent = is_sent or key in _MEMO_TO
        name = "title" if key in _MEMO_ABOUT else _MAIL.get(key)
        if name is not None:
            found.setdefault(name, match[2].strip())
    if not is_sent or len(found) < 2:
        return {}
    authors = persons_in(found.get("authors", ""), [])
    return fields_from({**found, "authors": authors}, "head of the memo")


def _leading_pairs(text: str) -> tuple[list[tuple[str, str]], int]:
    """`Key: value` pairs before the first blank line, folded lines joined, and where they end."""
    pairs: list[tuple[str, str]] = []
    start = len(text) - len(text.lstrip())
    position = start
    for number, line in enumerate(text[start:].splitlines(keepends=True)):
        if not line.strip():
            break
        if number >= MAX_LINES:
            return [], 0
        if match := _LINE.fullmatch(line.rstrip()):
            pairs.append((match[1].strip(), match[2].strip()))
        elif pairs and line[0] in " \t":
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {line.strip()}")
        elif not (pairs and line.rstrip().endswith(":")):  # a header without a value
            return [], 0
        position += len(line)
    return pairs, position


def _decoded_body(text: str, pairs: list[tuple[str, str]]) -> str | None:
    """Plain text of a mail in parts or in a transfer encoding; None for any other."""
    if not {"content-transfer-encoding", "mime-version"} & {key.lower() for key, _ in pairs}:
        return None
    try:
        message = message_from_bytes(text.lstrip().encode(), policy=policy.default)
        body = message.get_body(("plain",))
        content = body.get_content() if body is not None else None
    except (LookupError, UnicodeError, ValueError, KeyError):
        return None
    return content.replace("\r\n", "\n") if isinstance(content, str) else None


def mail_fields(stated: dict[str, str]) -> Fields:
    """Metadata from a mail's subject, sender and day, as stated in its header (encoded or not)."""
    values: dict[str, object] = {name: _decoded(value) for name, value in stated.items()}
    if "authors" in stated:
        values["authors"] = _senders(stated["authors"])
    if "published" in values:
        with suppress(TypeError, ValueError):  # written for people: read as any other date
            values["published"] = parsedate_to_datetime(str(values["published"])).date()
    return fields_from(values, "mail header")


def _senders(stated: str) -> list[str]:
    """The name of who sent a mail; none where only an address is stated."""
    if named := _NAMED_ADDRESS.fullmatch(stated.strip()):  # the comma in it may be without quotes
        return [_in_order(_decoded(named["name"].strip(' "')))]
    name, address = parseaddr(stated)
    return [_in_order(_decoded(name))] if name else [] if address else [_decoded(stated)]


def _in_order(name: str) -> str:
    """A name as directories of firms write it ("Lee, Ann"), with the first name first."""
    last, comma, first = (part.strip() for part in name.partition(","))
    turned = f"{first} {last}"
    is_turned = comma and "," not in first and len(last.split()) == 1 and looks_like_person(turned)
    return turned if is_turned else name


def _decoded(value: str) -> str:
    return _ENCODED_WORDS.sub(_decoded_words, value)


def _decoded_words(match: re.Match[str]) -> str:
    try:
        # As written, "iso-8859-1" is Windows-1252; the library would read it by the letter.
        parts = [(part, charset and codec_of(charset)) for part, charset in decode_header(match[0])]
        return str(make_header(parts))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return match[0]


def with_replies_headed(body: str) -> str:
    """Lines such as "On Monday Ann wrote:" as headings of what they quote.

    So are the header lines of a mail below, which is quoted whole to the end of the text.
    """
    if ">" not in body and ": " not in body:
        return body
    body = _BELOW_QUOTE.sub(r"\1\n", body)
    pieces: list[str] = []
    position = 0
    for match in _QUOTED_REPLY.finditer(body):
        quoted = re.compile(r"\s*(?:>[^\n]*(?:\n|\Z))+").match(body, match.end())
        if quoted is None:
            continue
        pieces += [
            body[position : match.start()],
            f"{SECTION_MARK} {match[0].strip()}\n\n{quoted[0].strip()}\n\n{SECTION_MARK}\n\n",
        ]
        position = quoted.end()
    whole = "".join(pieces) + body[position:]
    return _EARLIER_MAIL.sub(_head_of_earlier, whole)


def _head_of_earlier(match: re.Match[str]) -> str:
    lines = [line.strip() for line in match["head"].strip().split("\n")]
    return f"{SECTION_MARK} {', '.join(lines)}\n\n"
