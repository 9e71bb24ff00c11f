"""Text of bytes: by their mark, as UTF-8, or by what reads as a language in it.

Of the single-byte encodings of Latin script, Windows-1252 is what texts without a declaration are
in; Mac Roman, the DOS pages and the neighbours for the east of Europe, Turkish and Baltic
languages are taken only where their letters make words and those of Windows-1252 do not.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from ingest.errors import BinaryFileError, EmptyDocumentError
from ingest.loaders.encoding_labels import readable_name
from ingest.loaders.encoding_languages import (
    ALPHABETS,
    CANDIDATES,
    is_plainly_western,
    language_group,
)
from ingest.loaders.formats import looks_binary

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_OTHER_SCRIPTS = [
    *("cp1251", "koi8_r", "koi8_u", "cp866", "mac_cyrillic", "iso8859_5", "cp1253", "iso8859_7"),
    *("cp1255", "cp1256", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
"""What texts are in that have more bytes above ASCII than letters of it."""

GUESSED_FROM_BYTES = 64_000

DAMAGED_SHARE = 0.01
"""Of bytes: a UTF-8 text with fewer broken ones is UTF-8 all the same."""

CONTROL_SHARE = 0.001
"""Of characters: more control characters than this make a text binary."""

OTHER_SCRIPT_SHARE = 0.4
"""Of the letters: with so many above ASCII a text is not in Latin script."""

_UTF8_LETTER = re.compile(rb"[\xc3-\xc5][\x80-\xbf]|\xe2\x80[\x90-\xa6]|\xe2\x82\xac")
"""Western letters and signs; as pairs of letters of an 8-bit encoding they make no words."""

_TWICE = re.compile("[\u00c3-\u00c5][\u0080-\u00bf\u0152-\u203a\u20ac\u2122]|\u00e2[\u20ac\u201a]")
_UNDEFINED_IN_1252 = "\x81\x8d\x8f\x90\x9d"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{2,}")
_SURELY_TWICE = re.compile(
    "\u00c3[\u0080-\u00a9\u00ab-\u00b9\u00bb-\u00bf\u0152-\u203a\u2122]|\u00e2\u20ac|\u00c2[\u00a2-\u00bb]"
)
"""No language has a capital A with a tilde or a circumflex before such a sign."""

_GREEK_OF_ISO = re.compile(rb"\xb6[\xdc-\xfe]")
"""A capital alpha with its accent and the letter after it, where ISO 8859-7 has it."""

MIN_OTHERS = 8
SURE_LEAD = 0.5
"""For each byte above ASCII: by so much another group's encoding must read better."""

FEW_OTHERS = 4
SMALL_LEAD = 0.12
"""The same where the words between do not tell that the text is western."""

_EUC_PAIR = re.compile(rb"[\xa1-\xfe]{2}")
_OF_PAIRS = ("cp949", "gb18030", "big5", "cp932")
_JAPANESE_SHIFT = re.compile(rb"\x1b\$[@B].{2,}?\x1b\([BJ]", re.DOTALL)

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")


class Decoded(NamedTuple):
    """A text, and what had to be assumed to read it ("" where the bytes say it themselves)."""

    text: str
    assumed: str

    @property
    def remarks(self) -> tuple[str, ...]:
        """The same for the run's report."""
        return (self.assumed,) if self.assumed else ()


def decode(content: bytes) -> Decoded:
    """Text of the bytes with Unix line ends, without control characters but tab and form feed.

    Raises:
        EmptyDocumentError: If there is no byte.
        BinaryFileError: If they are not text.
    """
    if not content:
        raise EmptyDocumentError("The file is empty.")
    text, assumed = _decode(content)
    controls = len(_CONTROL.findall(text))
    if controls > max(2, CONTROL_SHARE * len(text)):
        raise BinaryFileError("The file is named like a text but holds binary data.")
    return Decoded(clean_characters(text), assumed)


def clean_characters(text: str) -> str:
    """Unix line ends; no control characters, byte-order marks or lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = _CONTROL.sub("", text).replace("\ufeff", "")
    return text.encode("utf-8", "replace").decode("utf-8") if _has_surrogate(text) else text


def _has_surrogate(text: str) -> bool:
    return re.search("[\ud800-\udfff]", text) is not None


def has_mark(content: bytes) -> bool:
    """Whether the first bytes are a byte-order mark."""
    return content.startswith(tuple(mark for mark, _ in _MARKS))


def as_utf8(content: bytes) -> str | None:
    """The text if the bytes are UTF-8 throughout; None if not."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode(content: bytes) -> Decoded:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return Decoded(content.decode(encoding, "replace"), "")
    if _JAPANESE_SHIFT.search(content) and content.isascii():
        return Decoded(content.decode("iso2022_jp", "replace"), "read as ISO-2022-JP")
    text = as_utf8(content)
    if text and "\0" not in text:
        if once := _encoded_once(text):
            return Decoded(once, "read as UTF-8 that was encoded twice")
        if _SURELY_TWICE.search(text):
            once = _BEYOND_ASCII.sub(lambda run: _without_second(run[0]), text)
            return Decoded(once, "parts of it read as UTF-8 that was encoded twice")
        return Decoded(text, "")
    if b"\0" in content:
        return _decode_wide(content)
    if looks_binary(content):
        raise BinaryFileError("The file is named like a text but holds binary data.")
    damaged = _decode_damaged(content)
    if damaged is not None:
        return Decoded(damaged, "read as UTF-8; bytes that are none are Windows-1252 or left out")
    codec = guess(_UTF8_LETTER.sub(b"", content[:GUESSED_FROM_BYTES]) or content)
    assumed = f"read as {readable_name(codec)}; its encoding is not declared"
    if codec in CANDIDATES["western"] and _UTF8_LETTER.search(content):
        return Decoded(_decode_mixed(content, codec), f"{assumed}, and parts of it as UTF-8")
    return Decoded(content.decode(codec, "replace"), assumed)


def _decode_mixed(content: bytes, codec: str) -> str:
    """A text that was put together from parts in UTF-8 and in a western encoding."""
    pieces: list[str] = []
    position = 0
    for match in _UTF8_LETTER.finditer(content):
        pieces += [content[position : match.start()].decode(codec, "replace"), match[0].decode()]
        position = match.end()
    return "".join([*pieces, content[position:].decode(codec, "replace")])


def _encoded_once(text: str) -> str | None:
    """The text before it was taken for Windows-1252 and encoded again; None for any other."""
    if not _TWICE.search(text):
        return None
    return _back(text)


def _without_second(run: str) -> str:
    """Characters beyond ASCII, those that were encoded twice as they were before."""
    pieces: list[str] = []
    at = 0
    while at < len(run):
        # A character of UTF-8 is of two to four bytes.
        pairs = ((_back(run[at : at + size]), size) for size in (4, 3, 2))
        once, size = next(((o, s) for o, s in pairs if o is not None and len(o) == 1), (run[at], 1))
        pieces.append(once)
        at += size
    return "".join(pieces)


def _back(text: str) -> str | None:
    try:
        content = b"".join(
            character.encode("latin-1" if character in _UNDEFINED_IN_1252 else "cp1252")
            for character in text
        )
        return content.decode()
    except UnicodeError:
        return None


def _decode_wide(content: bytes) -> Decoded:
    """UTF-16 without a mark: ASCII characters put all their zero bytes on one side."""
    even, odd = content[::2].count(0), content[1::2].count(0)
    half = max(1, len(content) // 2)
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.4 * half and others < 0.05 * half:
            return Decoded(content.decode(encoding, "replace"), "read as UTF-16 without its mark")
    raise BinaryFileError("The file is named like a text but holds binary data.")


def _decode_damaged(content: bytes) -> str | None:
    """UTF-8 with a few broken bytes, as after a careless cut; None if it is not UTF-8.

    A single byte that is a letter of Windows-1252 where it stands is that letter: of a name that
    somebody pasted.
    """
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    is_cut = broken == 1 and text.endswith("\ufffd") and whole > 0
    if not is_cut and (broken > DAMAGED_SHARE * len(content) or whole <= 2 * broken):
        return None
    return content.decode("utf-8", "accord-pasted")


def _pasted(error: UnicodeError) -> tuple[str, int]:
    """What stands for bytes that are no UTF-8; nothing for a part of a longer character."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    found = error.object[error.start : error.end]
    before = error.object[: error.start][-2:].decode("ascii", "replace").rjust(2)
    after = error.object[error.end : error.end + 1].decode("ascii", "replace")
    letter = found.decode("cp1252", "ignore")
    if len(found) > 1 or not after or not letter.isalpha():
        return "", error.end
    return letter if _fit(letter, before[1], after, before[0]) > 0 else "", error.end


codecs.register_error("accord-pasted", _pasted)


def guess(content: bytes) -> str:
    """The codec in which the bytes, which are not UTF-8, read most like a language."""
    above = sum(byte > 0x7F for byte in content)
    letters = sum(chr(byte).isalpha() for byte in content if byte < 0x80)
    if above > OTHER_SCRIPT_SHARE * (above + letters):
        found = _other_script(content)
        if found is not None:
            return found
    between = content.decode("ascii", "replace")
    group = language_group(between)
    if group != "western":
        return _best(content, group)[1]
    western = _best(content, group)
    # Too few words to tell the language by, but letters that only another one has between them.
    others = [_best(content, each) for each in CANDIDATES if each != group]
    likeliest = max(others, key=lambda scored: scored[0])
    fewest, least = (
        (MIN_OTHERS, SURE_LEAD) if is_plainly_western(between) else (FEW_OTHERS, SMALL_LEAD)
    )
    lead = likeliest[0] - western[0]
    return likeliest[1] if above >= fewest and lead > least * above else western[1]


def _best(content: bytes, group: str) -> tuple[float, str]:
    scored = ((plausibility(content, codec, group), codec) for codec in CANDIDATES[group])
    return max(scored, key=lambda each: each[0])


def _other_script(content: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(content, cp_isolation=_OTHER_SCRIPTS).best()
    if best is None:
        return None
    if best.encoding in _OF_PAIRS and _has_kana_of_euc(content):
        return "euc_jp"
    if best.encoding == "cp1251" and not re.search(rb"[\xc0-\xdf\xfb-\xff]", content):
        return "cp1255"  # Hebrew has neither capitals nor the last letters of the Russian alphabet
    # They differ in little; Windows wrote most of what has no declaration.
    if best.encoding in ("iso8859_7", "cp1253"):
        return "iso8859_7" if _GREEK_OF_ISO.search(content) else "cp1253"
    return best.encoding


def _has_kana_of_euc(content: bytes) -> bool:
    """Whether a fifth of the pairs are kana, as in all Japanese, and all bytes are EUC-JP."""
    pairs = _EUC_PAIR.findall(content)
    kana = sum(b"\xa4" <= pair < b"\xa6" for pair in pairs)
    return 5 * kana > len(pairs) and "\ufffd" not in content.decode("euc_jp", "replace")


_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽŸ")
_RARE = frozenset("ãõýÿšžÃÕÝŠŽŸðþÐÞìùÌÙòÒ")
"""Letters that Western texts have now and then, and other encodings by mistake all the time."""

_BEHIND_THORN = frozenset("aeiouyáéíóúýæörjv")
"""In Icelandic, where a thorn begins a syllable; the Turkish letter at its place ends many."""

_OPENING, _CLOSING = "“‘„‚«‹¿¡", "”’»›"
_BETWEEN = "–—"
_AT_NUMBERS = "€£¥¢"
_SIGNS = "…•·§°©®™½¼¾²³¹ªº×±µ†‰ "
"""The last is the no-break space."""


def plausibility(content: bytes, codec: str, group: str = "western") -> float:
    """How much the characters above ASCII look as if they belong where they stand.

    Each gives 1 where it does and takes 1 to 3 where no language puts it; half a point more where
    the alphabet of one language of the group has it and explains most of the others too.
    """
    text = content.decode(codec, "replace")
    letters = [each for each in text.lower() if each > "\x7f" and each.isalpha()]
    score = 0.5 * max(sum(each in known for each in letters) for known in ALPHABETS[group])
    for match in re.finditer(r"[^\x00-\x7f]", text):
        at = match.start()
        before = text[at - 1] if at else " "
        after = text[at + 1] if at + 1 < len(text) else " "
        score += _fit(match[0], before, after, text[at - 2 : at - 1] if at > 1 else " ")
    return score


def _fit(character: str, before: str, after: str, before_that: str) -> float:
    if character.isalpha() and character not in "ªº":
        return _fit_of_letter(character, before, after, before_that)
    if (character in "§¶" and after.isspace()) or (character in "®©™" and not before.isspace()):
        return 1.0 if not after.isalpha() else -2.0
    spaced_before, spaced_after = _is_gap(before), _is_gap(after)
    if character in _OPENING:
        fits = spaced_before and not spaced_after or (before.isalnum() and after == "s")
        return 1.0 if fits else -1.0 if character in "‘„‚‹" else -2.0
    if character == "’" and before.isalpha() and after.isalpha():
        return 1.5  # no less than a letter of the language's alphabet: "firm’s" is not "firmís"
    if character in _CLOSING:
        return 1.0 if not spaced_before or after.isdigit() else -1.0
    if character in _BETWEEN:
        return 1.0 if spaced_before == spaced_after or not spaced_after else 0.0
    if character in _AT_NUMBERS:
        return 1.0 if after.isdigit() or before.isdigit() or before == " " else -2.0
    if character in _SIGNS:
        return 0.5 if not (before.isalpha() and after.isalpha()) else -2.0
    return -3.0


def _is_gap(character: str) -> bool:
    return character.isspace() or character in "([\"'-–—/\xa0"


def _fit_of_letter(character: str, before: str, after: str, before_that: str) -> float:
    in_word = before.isalpha() or after.isalpha()
    if character == "µ":  # of a unit: "10 µm"
        return 1.0 if not before.isalpha() and after in "mgslAVFW" else -1.0
    if character.islower() and after.isupper() and not before.isalpha():
        return -2.0  # "ëWe": a sign of quotation
    if not in_word:
        if not (_is_gap(before) and (_is_gap(after) or after in ".,;:!?")):
            return -1.0
        return 0.5 if character in "àÀéÉèÈóÓôÔýúÚíÍøØåÅöÖæÆêâáÁ" else -1.0
    if character.isupper() and before.islower():
        return -3.0  # "DorŽ": a capital inside or at the end of a word
    if character.isupper() and before.isupper() and after.islower() and before_that.isalpha():
        return -1.0
    if character.islower() and before.isupper() and before_that.isupper() and character not in "ßı":
        return -2.0
    if character in "ªº":
        return -1.0
    if character in "þÞ" and after.lower() not in _BEHIND_THORN:
        return -1.0
    if character in "ðÐ" and not before.isalpha():  # begins no word, and only words have capitals
        return -1.0
    if character in _WESTERN:
        return 0.7 if character in _RARE else 1.0
    return 0.8
