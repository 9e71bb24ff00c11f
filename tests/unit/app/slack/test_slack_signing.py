"""Nothing passes that Slack did not sign just now; what is malformed is refused, never a fault."""

from __future__ import annotations

import json
import random
import string
from http import HTTPStatus
from urllib.parse import urlencode

import pytest

from app.slack.signing import refusal, signature
from tests.fake_slack import SECRET, signed

NOW = 1_790_000_000
BODY = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": {"text": "é"}}).encode()
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
MUTATIONS = 5_000


def judged(headers: dict[str, str], body: bytes = BODY) -> HTTPStatus | None:
    return refusal({**JSON, **headers}, body, secret=SECRET, now=NOW)


def test_what_slack_signed_passes() -> None:
    headers = signed(BODY, at=NOW)
    assert judged(headers) is None
    assert headers["x-slack-signature"] == signature(SECRET, str(NOW), BODY)


def test_signature_of_slacks_own_documentation() -> None:
    # docs.slack.dev/authentication/verifying-requests-from-slack
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id="
        b"G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-"
        b"collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F3977008"
        b"85554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c44"
        b"7fce8b6703c"
    )
    assert signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


@pytest.mark.parametrize(
    ("age", "status"),
    [(0, None), (299, None), (300, None), (301, 401), (-300, None), (-301, 401), (10**9, 401)],
)
def test_window_is_five_minutes_either_way(age: int, status: int | None) -> None:
    assert judged(signed(BODY, at=NOW - age)) == status


@pytest.mark.parametrize(
    "timestamp",
    [
        "", "abc", "1.5", "-1", "+1", " 1", "1e9", "9" * 5_000, "١٢٣", "0x10", "nan", "1_000",
        f"{NOW}\n", f"{NOW}\x00", f" {NOW}", f"0{NOW}.0",
    ],
)  # fmt: skip
def test_malformed_timestamp_is_refused_even_where_it_is_signed(timestamp: str) -> None:
    headers = {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature(SECRET, timestamp, BODY),
    }
    assert judged(headers) == 401


def test_missing_headers_are_refused() -> None:
    whole = signed(BODY, at=NOW)
    for name in whole:
        assert judged({other: value for other, value in whole.items() if other != name}) == 401
    assert judged({}) == 401


def test_five_thousand_mutations_of_header_or_body_are_all_refused() -> None:
    chance = random.Random(6)
    statuses = set()
    for _ in range(MUTATIONS):
        headers, body = signed(BODY, at=NOW), BODY
        match chance.randrange(7):
            case 0:
                body = _changed_bytes(BODY, chance)
            case 1:
                headers["x-slack-signature"] = _changed(headers["x-slack-signature"], chance)
            case 2:
                headers["x-slack-request-timestamp"] = _changed(str(NOW), chance)
            case 3:
                headers |= signed(BODY, secret=_changed(SECRET, chance), at=NOW)
            case 4:
                headers["x-slack-signature"] = chance.choice(
                    ["", "v0=", "v1=" + "0" * 64, "é" * 67, "v0=" + "g" * 64, "0" * 10_000,
                     headers["x-slack-signature"].upper(), headers["x-slack-signature"][:-1],
                     headers["x-slack-signature"] + "0", " " + headers["x-slack-signature"]]
                )  # fmt: skip
            case 5:
                headers = signed(BODY, at=NOW + chance.choice([-1, 1]) * chance.randint(301, 10**6))
            case 6:
                headers["x-slack-signature"] = "v0=" + "".join(
                    chance.choice("0123456789abcdef") for _ in range(64)
                )
        statuses.add(judged(headers, body))
    assert statuses == {HTTPStatus.UNAUTHORIZED}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, b""), (JSON, b"{"), (JSON, b"[]"), (JSON, b"null"), (JSON, b"\xff\xfe"),
        (JSON, b'"text"'), (JSON, b"[" * 100_000), (JSON, b"1" * 5_000), (FORM, b""),
        (FORM, b"a=b"), (FORM, b"payload="), (FORM, b"payload=%7B"), (FORM, b"payload=[]"),
        (FORM, b"command="), (FORM, b"\xff"), (FORM, b"no form"), (FORM, b"&" * 200),
        ({}, b'{"type": "event_callback"}'), (FORM, urlencode({"payload": "[" * 100_000}).encode()),
    ],
)  # fmt: skip
def test_signed_nonsense_is_a_bad_request(headers: dict[str, str], body: bytes) -> None:
    whole = {**headers, **signed(body, at=NOW)}
    assert refusal(whole, body, secret=SECRET, now=NOW) == HTTPStatus.BAD_REQUEST


def test_forms_with_a_command_or_a_payload_pass() -> None:
    for form in ({"command": "/accord", "text": ""}, {"payload": '{"type": "block_actions"}'}):
        body = urlencode(form).encode()
        assert refusal({**FORM, **signed(body, at=NOW)}, body, secret=SECRET, now=NOW) is None


def _changed(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    other = chance.choice([one for one in string.printable if one != text[at]])
    return chance.choice(
        [text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :], text + other]
    )


def _changed_bytes(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body))
    flipped = bytes([body[at] ^ (1 << chance.randrange(8))])
    return chance.choice([body[:at] + flipped + body[at + 1 :], body[:at], body + flipped])
