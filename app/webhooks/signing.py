"""Signatures of standardwebhooks.com: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac


def signed_headers(key: bytes, identifier: str, sent_at: int, body: bytes) -> dict[str, str]:
    """What a receiver needs to know that the body is ours and fresh.

    Args:
        key: The secret's bytes.
        identifier: Of the event; the same with each try, so that it can be taken once.
        sent_at: Seconds since 1970.
        body: As it is sent.
    """
    signed = f"{identifier}.{sent_at}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": f"v1,{signature}",
    }
