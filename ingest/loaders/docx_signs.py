"""Signs of Word's fonts of symbols, which stand at places of their own, as characters."""

from __future__ import annotations

import re

_PLACES = re.compile("[\uf000-\uf0ff]")
"""Where Word puts the 256 signs of such a font."""

_GREEK = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ",
        strict=True,
    )
)
_SYMBOL = {
    **{ord(latin): greek for latin, greek in _GREEK.items()},
    **{code: chr(code) for code in range(0x20, 0x40)},
    **{0xA0: "€", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓"},
    **{0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡"},
    **{0xBB: "≈", 0xBC: "…", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xE2: "®", 0xE3: "©", 0xE4: "™"},
    **{0x2D: "−", 0x5B: "[", 0x5D: "]", 0x7B: "{", 0x7D: "}"},
}
_SIGNS = {
    "symbol": _SYMBOL,
    "wingdings": {
        **{0xE0: "→", 0xDF: "←", 0xE8: "→", 0xF0: "→", 0xFC: "✓", 0xFB: "✗", 0x4A: "☺"},
        **{0xA8: "☐", 0x6F: "☐", 0xFD: "☒", 0xFE: "☒", 0x78: "☒", 0xA7: "▪", 0x6C: "●", 0x6E: "■"},
    },
}


def with_signs(text: str, font: str) -> str:
    """The text with signs of a font of symbols as characters; those that are not known go."""
    signs = _SIGNS.get(font.lower(), {})
    return _PLACES.sub(lambda match: signs.get(ord(match[0]) - 0xF000, ""), text)
