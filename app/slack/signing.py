"""Checks signatures before requests are parsed. Bolt answers 500 to some malformed requests."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qs

WINDOW_S = 300
"""Slack's own: an older request may be a recording."""
TIMESTAMP_HEADER = "x-slack-request-timestamp"
SIGNATURE_HEADER = "x-slack-signature"

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of `X-Slack-Signature` for a request."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def refusal(
    headers: Mapping[str, str], body: bytes, *, secret: str, now: float
) -> HTTPStatus | None:
    """401 for a request without a recent signature of Slack, 400 for an invalid body.

    None for a request to be handled: a JSON object, or a form with a command or a payload.
    """
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    given = headers.get(SIGNATURE_HEADER, "")
    if _TIMESTAMP.fullmatch(timestamp) is None or _SIGNATURE.fullmatch(given) is None:
        return HTTPStatus.UNAUTHORIZED
    if abs(now - int(timestamp)) > WINDOW_S:
        return HTTPStatus.UNAUTHORIZED
    if not hmac.compare_digest(given, signature(secret, timestamp, body)):
        return HTTPStatus.UNAUTHORIZED
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return (
        None if _is_readable(body, is_json=kind == "application/json") else HTTPStatus.BAD_REQUEST
    )


def _is_readable(body: bytes, *, is_json: bool) -> bool:
    try:
        text = body.decode()
        if is_json:
            return _is_object(text)
        form = parse_qs(text, strict_parsing=True, max_num_fields=100)
    except (ValueError, RecursionError):
        return False
    if "payload" in form:
        return _is_object(form["payload"][0])
    return bool(form.get("command"))


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
