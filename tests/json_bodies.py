"""Bodies that a JSON parser may meet: right, wrong and doubtful ones, made from a few rules."""

from __future__ import annotations

import json
from collections.abc import Iterator

DEEP = 20_000
"""Levels; recursive parsers end far below."""
LONG_NUMBER = 5_000
"""Digits; Python refuses to convert more than 4,300."""

_NUMBERS = (
    "0 -0 1e5 1E+2 123.456e78 1e400 -1e400 1e-400 01 -01 +1 .5 5. 1e 1e+ 0x1F 1_000 - -- 1.2.3 "
    "NaN -NaN Infinity -Infinity 9007199254740993 １"
).split()
_STRINGS = (
    r'"\u0000"', r'"\ud800"', r'"\udc00\ud800"', r'"\ud83d\ude00"', r'"\uD8"', r'"\x41"', r'"\a"',
    '"\\', '"\t"', '"\x00"', '"\x7f"', "'single'", '"', '"""', r'"\u00"', r'"\uqqqq"', "word",
    '"\u2028\ufeff\uffff"',
)  # fmt: skip
_SHAPES = (
    "", " ", "\n", "null", "true", "nul", "TRUE", "[", "]", "{", "}", "[]", "{}", "[,]", "[1,]",
    "[1 2]", "[,1]", "{,}", '{"a"}', '{"a":}', '{"a" 1}', '{"a":1,}', "{a:1}", "{1:1}",
    "{'a':1}", '{"a":1}}', '{"a":1}{"b":2}', "[1]x", "/**/{}", "{}//", "{}#", '{"a":1,"a":2}',
    '{"__proto__":{}}', '{"":0}', "[[]", "[}", "{]", "*", "<null>", "\u00a0{}", "\u2060{}",
    "{}\x00", "\x0c{}", "{[: \"x\"", '{"a":/*c*/1}', "[1,\n1\n,1",
)  # fmt: skip
_RIGHT = {"question": "What was bought?", "history": [{"role": "user", "content": "é 🙂"}]}


def json_bodies() -> Iterator[bytes]:
    """All of them, always the same."""
    texts = [*_SHAPES, *_NUMBERS, *_STRINGS]
    texts += ["9" * LONG_NUMBER, f"-{'9' * LONG_NUMBER}", f"0.{'9' * LONG_NUMBER}"]
    for text in texts:
        yield _bytes(text)
        yield _bytes(f"[{text}]")
        for field in ("question", "history", "filters", "messages", "rating", "comment"):
            yield _bytes(f'{{"{field}": {text}}}')
    for opening, closing in (("[", "]"), ('{"a":', "}"), ('{"history":', "}"), ('[{"a":', "}]")):
        yield _bytes(opening * DEEP)
        yield _bytes(f"{opening * DEEP}1{closing * DEEP}")
    right = json.dumps(_RIGHT, ensure_ascii=False)
    for encoding in ("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1"):
        yield right.replace("🙂", ":)").encode(encoding)
    whole = right.encode()
    yield from (whole[:end] for end in range(0, len(whole), 3))  # also in the middle of a character
    for byte in (0x00, 0x80, 0xC0, 0xE0, 0xFF):
        for place in range(0, len(whole), 9):
            yield whole[:place] + bytes([byte]) + whole[place:]
    # An overlong slash, a surrogate as UTF-8, and a code point beyond the last.
    yield from (
        b'{"question":"%s"}' % one for one in (b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\xbf\xbf\xbf")
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
