"""Names of encodings as the Encoding Standard has them, where Python's codecs differ.

https://encoding.spec.whatwg.org/#names-and-labels: a label names what everybody writes under it,
which is mostly the superset from Windows.
"""

from __future__ import annotations

import codecs

_LABELS = {
    "cp1252": (
        "ansi_x3.4-1968 ascii us-ascii cp819 cp1252 csisolatin1 ibm819 iso-8859-1 iso-ir-100"
        " iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 windows-1252 x-cp1252"
        " x-user-defined"
    ),
    "cp1254": (
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989"
        " l5 latin5 windows-1254 x-cp1254"
    ),
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "gb18030": (
        "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030"
    ),
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "cp949": (
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601"
        " ksc_5601 windows-949"
    ),
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "mac_roman": "csmacintosh mac macintosh x-mac-roman",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "koi8_r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8_u": "koi8-ru koi8-u",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859_8": "csiso88598i iso-8859-8-i logical csiso88598e iso-8859-8-e visual",
    # A page whose declaration can be read byte by byte is not in UTF-16, whatever it declares.
    "utf-8": (
        "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"
        " utf-16 utf-16le utf-16be csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff unicodefffe"
    ),
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}

_TEXT_CODECS = ("iso8859-", "cp", "mac", "koi8", "utf-8", "gb", "big5", "euc", "shift", "iso2022")

_NAMES = {
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
    "iso8859_2": "ISO 8859-2",
    "iso8859_15": "ISO 8859-15",
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp850": "DOS code page 850",
    "cp437": "DOS code page 437",
}


def codec_of(label: str) -> str | None:
    """Python's codec for a label as a page declares it; None for one that names no encoding."""
    name = label.strip().lower()
    if name in _CODECS:
        return _CODECS[name]
    try:
        codec = codecs.lookup(name.removeprefix("x-")).name
    except (LookupError, UnicodeError):
        return None
    return codec if codec.startswith(_TEXT_CODECS) else None


def readable_name(codec: str) -> str:
    """The name of an encoding as people write it."""
    if codec in _NAMES:
        return _NAMES[codec]
    if codec.startswith("cp125"):
        return f"Windows-{codec.removeprefix('cp')}"
    return codec.replace("_", "-").upper()
