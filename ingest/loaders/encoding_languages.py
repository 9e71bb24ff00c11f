"""Which encodings of Latin script a text may be in, by the ASCII words of its language."""

from __future__ import annotations

import re

from ingest.cleaning.words import word_set

CANDIDATES: dict[str, tuple[str, ...]] = {
    "western": ("cp1252", "mac_roman", "iso8859_15", "cp850", "cp437"),
    "central": ("cp1250", "iso8859_2", "mac_latin2", "cp852"),
    "turkish": ("cp1254", "mac_turkish", "cp857"),
    "baltic": ("cp1257", "iso8859_13", "iso8859_4"),
}
"""The likeliest first: it is taken where two read equally well."""

_WORDS = {
    "western": word_set(
        """
        the of and to in is that for with as are was on by it a at from has its said will be an or
        der die und das nicht mit den von zu ein eine le la les des et est dans que pour une un qui
        sur du el los las de y en por con para es del il di che e per non sono o os do da no na um
        uma het een van dat op te voor met och att det som en av er til og ikke ja on ei se ett har
        med al ca me si
        """
    ),
    "central": word_set(
        """
        w z nie jest od przez jak oraz po dla ze jego tym byl ktore roku firma
        ve je pro podle aby ale jako byl byla jsou ktere roce bude za
        az egy hogy nem meg csak volt lesz mint ennek szerint
        din cu pe sunt pentru mai care este fost
        su sam ali od koji kao bi ili iz ne
        """
    ),
    "turkish": word_set("bir ve bu ile olan olarak daha ne gibi kadar sonra ama var"),
    "baltic": word_set("ir kad yra buvo su apie nuo bet taip ar par kas bija lai ka"),
}
"""None of the others is a word of a western language as well."""

ALPHABETS: dict[str, tuple[frozenset[str], ...]] = {
    "western": tuple(
        map(
            frozenset,
            (
                "éèêëàâçùûüîïôœæ",
                "äöüß",
                "áéíóúüñ",
                "ãõáéíóúâêôàç",
                "àèéìíòóùú",
                "éëèïíöüó",
                "åäöéü",
                "æøåéüö",
                "áðéíóúýþæö",
            ),
        )
    ),
    "central": tuple(
        map(
            frozenset,
            ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșțşţ", "čćđšž"),
        )
    ),
    "turkish": (frozenset("çğıöşüâîûİ"),),
    "baltic": tuple(map(frozenset, ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"))),
}
"""Letters above ASCII of the languages of each group, small ones."""

MIN_WORDS = 2
MIN_SHARE = 0.06
MIN_LEAD = 1.25
"""Another group than the western one needs so many of the words, and so many more of them."""

PLAIN_SHARE = 0.3

_ASCII_WORD = re.compile(r"(?<![^\s(\"'])[a-z]+(?![^\s.,;:!?)\"'])")


def language_group(text: str) -> str:
    """Group of the languages that the text may be in; western unless another is plain.

    Args:
        text: It, with anything for each character that is not ASCII.
    """
    words = _ASCII_WORD.findall(text.lower())
    if not words:
        return "western"
    found = {group: sum(word in common for word in words) for group, common in _WORDS.items()}
    best = max(found, key=lambda group: found[group])
    too_few = found[best] < max(MIN_WORDS, MIN_SHARE * len(words))
    if too_few or found[best] < MIN_LEAD * found["western"]:
        return "western"
    return best


def is_plainly_western(text: str) -> bool:
    """Whether western words are among those of the text, more than chance puts there.

    Args:
        text: It, with anything for each character that is not ASCII.
    """
    words = _ASCII_WORD.findall(text.lower())
    found = sum(len(word) > 1 and word in _WORDS["western"] for word in words)
    return found >= max(MIN_WORDS, PLAIN_SHARE * len(words))
