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
        the of and to in is that for with as are was on by it der die und das ist nicht mit den
        von zu ein eine le la les des et est dans que pour une un qui sur du el los las de y en
        por con para es del il di che e per non del sono o os as do da no na um uma het een van
        dat op te voor met och att det som en av er til og ikke ja on ei se ett har med har
        """
    ),
    "central": word_set(
        """
        w z i nie jest na do od przez jak oraz po dla ze jego tym byl ktore firma roku
        a v s o u ve po za je pro podle aby ale jako se si ze bude byl byla jsou ktere roce
        az ez egy hogy nem is meg csak volt lesz mint ennek szerint
        si din cu pe nu sa la care este sunt pentru mai ca al ale fost
        da su sam ali od koji kao bi te ne ili iz
        """
    ),
    "turkish": word_set("bir ve bu ile da de olan olarak daha en ne gibi kadar sonra ama var"),
    "baltic": word_set("ir kad yra buvo su apie nuo bet taip un ar par kas bija no lai ka"),
}
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

MIN_SHARE = 0.06
MIN_LEAD = 1.25
"""Another group than the western one needs so many of the words, and so many more of them."""

_ASCII_WORD = re.compile(r"(?<![^\s(\"'])[a-z]+(?![^\s.,;:!?)\"'])")


def language_group(text: str) -> str:
    """Group of the languages that the text may be in; western unless another is plain.

    Args:
        text: The ASCII characters of it alone.
    """
    words = _ASCII_WORD.findall(text.lower())
    if not words:
        return "western"
    shares = {
        group: sum(word in common for word in words) / len(words)
        for group, common in _WORDS.items()
    }
    best = max(shares, key=lambda group: shares[group])
    if shares[best] < MIN_SHARE or shares[best] < MIN_LEAD * shares["western"]:
        return "western"
    return best
