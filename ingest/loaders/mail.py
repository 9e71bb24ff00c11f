"""Saved e-mails (.eml) and web pages in one file (.mht, .mhtml), both of which are MIME."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from ingest.errors import EmptyDocumentError, MalformedFileError, TooLargeError
from ingest.header_lines import mail_fields, with_replies_headed
from ingest.loaders import html
from ingest.loaders.delimited import tables_in
from ingest.loaders.encoding import as_utf8, clean_characters, decode
from ingest.loaders.encoding_labels import codec_of
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed, day_in_address, fields_from, merge

MAX_NAMED = 10
"""Attachments named in the report; of more, the number."""


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read the text of a mail, or of a saved page: its plain part, or else its HTML part.

    Subject, sender and day of a mail become metadata. Attachments are named in the report and not
    read.
    """
    _check(content, limits)
    try:
        message = message_from_bytes(content, policy=policy.default)
        if not message.keys():
            raise MalformedFileError("It has no header lines, as each mail and saved page has.")
        parts = list(_parts(message, limits))
        attached = _attached(parts)
        shown = [each for each in parts if each.get_content_disposition() != "attachment"]
        page = next((each for each in shown if each.get_content_type() == "text/html"), None)
        if _is_saved_page(message):
            return _page(message, page, limits)
        plain = next((each for each in shown if each.get_content_type() == "text/plain"), None)
        body = _text(plain) if plain is not None else Parsed("")
        if not body.text.strip() and page is not None:
            body = html.parse(_bytes(page), limits)
            body = Parsed(body.text, {}, body.remarks)
        stated = _stated(message)
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError) as error:
        # What the library raises on headers and parts that break the standard.
        raise MalformedFileError("Its header lines or parts cannot be read.") from error
    if not body.text.strip():
        raise EmptyDocumentError("The mail has no text in it.")
    names = {"subject": "title", "from": "authors", "date": "published"}
    fields = mail_fields({names[name]: value for name, value in stated.items()})
    return Parsed(body.text, fields, (*body.remarks, *attached))


def _check(content: bytes, limits: LoadLimits) -> None:
    # Each part of a part costs the library memory and stack.
    if content.lower().count(b"content-type:") > limits.archive_entries:
        raise TooLargeError(f"It has more than {limits.archive_entries:,} parts.")


def _parts(message: EmailMessage, limits: LoadLimits) -> Iterator[EmailMessage]:
    """Parts in order, none of a mail that is attached."""
    waiting: list[tuple[EmailMessage, int]] = [(message, 0)]
    while waiting:
        part, depth = waiting.pop(0)
        if depth > limits.markup_depth:
            raise MalformedFileError("Its parts are nested too deep for a real mail.")
        if part.get_content_maintype() == "multipart":
            inner = [each for each in part.get_payload() if isinstance(each, EmailMessage)]
            waiting = [(each, depth + 1) for each in inner] + waiting
        else:
            yield part


def _is_saved_page(message: EmailMessage) -> bool:
    # As written: "<Saved by Blink>" is no address, and the library would not give it back.
    sender = next((str(value) for name, value in message.raw_items() if name.lower() == "from"), "")
    return "snapshot-content-location" in message or sender.strip(' <"').startswith("Saved by ")


def _page(message: EmailMessage, page: EmailMessage | None, limits: LoadLimits) -> Parsed:
    if page is None:
        raise EmptyDocumentError("The saved page has no HTML part in it.")
    address = str(message.get("snapshot-content-location") or page.get("content-location") or "")
    parsed = html.parse(_bytes(page), limits)
    fields = merge(parsed.fields, fields_from({"url": address}, "saved page"))
    fields = merge(
        fields, fields_from({"published": day_in_address(fields)}, "date in its address")
    )
    return Parsed(parsed.text, fields, parsed.remarks)


def _stated(message: EmailMessage) -> dict[str, str]:
    """Subject, sender and day as written: the library would decode a label by the letter of it."""
    stated: dict[str, str] = {}
    for name, value in message.raw_items():
        if name.lower() in ("subject", "from", "date") and str(value).strip():
            written = str(value).encode("utf-8", "surrogateescape")
            stated.setdefault(name.lower(), decode(written).text)
    return stated


def _bytes(part: EmailMessage) -> bytes:
    """Content of a part, in UTF-8 where the part's header tells its encoding."""
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    codec = codec_of(part.get_content_charset() or "")
    # Programs that know no better write "us-ascii" or "iso-8859-1" over UTF-8.
    if codec is None or (not content.isascii() and as_utf8(content) is not None):
        return content
    try:
        return codecs.BOM_UTF8 + content.decode(codec).encode()
    except UnicodeError:  # a wrong label: read as any file without one
        return content


def _text(part: EmailMessage) -> Parsed:
    decoded = decode(_bytes(part))
    text = clean_characters(decoded.text.replace("\r\n", "\n")).strip("\n")
    return Parsed(tables_in(with_replies_headed(text)), {}, decoded.remarks)


def _attached(parts: list[EmailMessage]) -> tuple[str, ...]:
    names = [
        " ".join((part.get_filename() or part.get_content_type()).split())
        for part in parts
        if part.get_content_disposition() == "attachment"
        or part.get_content_maintype() not in ("text", "image")
    ]
    if not names:
        return ()
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return (f"Attachments are not read: {', '.join(names[:MAX_NAMED])}{more}. Save them as files.",)
