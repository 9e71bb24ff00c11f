"""Turns that ask for the answer before once more: shorter, as a list, in another language. Pure.

"Shorter" asks nothing of the sources: read as a question it finds sentences about short things. A
turn is one of these only if nothing but small words stands beside the phrase for the manner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

MAX_WORDS = 12


class Manner(Enum):
    """How the answer before is to be given."""

    SHORTER = auto()
    FULLER = auto()
    LISTED = auto()
    TABLE = auto()
    LANGUAGE = auto()
    """With what the product itself says in another language."""
    REPEATED = auto()


@dataclass(frozen=True, slots=True)
class Again:
    """What is asked for."""

    manner: Manner
    language: str | None = None
    """Its code, where one is asked for."""


NAMES = {
    "en": "english|englisch|anglais|inglés|ingles|inglese|engels|inglês",
    "de": "german|deutsch|allemand|alemán|aleman|tedesco|duits|alemão",
    "fr": "french|französisch|français|francais|francés|frances|francese|frans|francês",
    "es": "spanish|spanisch|espagnol|español|espanol|castellano|spagnolo|spaans|espanhol",
    "it": "italian|italienisch|italien|italiano|italiaans",
    "nl": "dutch|niederländisch|holländisch|néerlandais|holandés|neerlandés|olandese|nederlands|holandês",
    "pt": "portuguese|portugiesisch|portugais|portugués|portoghese|portugees|português|portugues",
}
"""How the product's languages are called in each of them."""
_LANGUAGE = re.compile(
    rf"\b(?:in|into|to|auf|ins|en|op|em|para|al) (?:het )?(?P<name>{'|'.join(NAMES.values())})\b",
    re.IGNORECASE,
)
_ONE = r"(?:one|a single|1|two|2|a few|einem|ein paar|une|una|één|uma|unas|poche|quelques)"
_SENTENCES = (
    r"(?:sentences?|lines?|words?|satz|sätzen|worten|phrases?|mots|frases?|frase|parole|zin|zinnen)"
)
_MANNERS: tuple[tuple[Manner, re.Pattern[str]], ...] = tuple(
    (manner, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
    for manner, pattern in (
        (Manner.TABLE, r"(?:in|as|into|als|in eine|sous forme de|en|come|in una|em|como|op) (?:(?:an?|eine?|un|una|um|uma|"
         r"een) )?(?:small |simple )?(?:tables?|table form(?:at)?|tabular form|tabelle|tableau|tabla|tabella|tabel|tabela)"
         r"|(?:a |eine )?tab(?:le|elle)|tabulate"),
        (Manner.LISTED, r"(?:in|as|into|als|in|sous forme de|en|come|em|como) (?:(?:an?|eine?|un|una|um|uma|een) )?"
         r"(?:(?:bullet(?:ed)?|numbered|short|simple)[- ])?(?:bullets?|points?|lists?|bullet points|liste|lista|lijst|elenco|"
         r"stichpunkten|stichpunkte)|(?:a )?bullet(?:ed)?[- ]?(?:points?|list)|bullets"),
        (Manner.FULLER, r"(?:(?:some|any|a few|the) )?(?:more|further|additional) (?:details?|context|background|depth|information|info)|"
         r"(?:in|with) (?:more |greater )?(?:detail|details|depth)|longer|elaborate(?: on (?:that|this|it))?|expand(?: on (?:that|this|it))?|"
         r"tell me more|go on|(?:please )?continue|mehr (?:details|dazu|einzelheiten)|ausführlicher|genauer|länger|plus (?:de détails|long)|"
         r"más (?:detalles|largo)|più (?:dettagli|lungo)|meer (?:details|uitleg)|langer|mais (?:detalhes|longo)"),
        (Manner.SHORTER, rf"shorter|briefer|more (?:brief(?:ly)?|concise(?:ly)?|succinct(?:ly)?)|brief(?:ly)?|concise(?:ly)?|"
         rf"in (?:short|brief|a nutshell|a few words)|too long|to the point|less (?:text|words|long)|fewer words|short|"
         rf"in {_ONE} {_SENTENCES}|{_ONE} {_SENTENCES}(?: only)?|kürzer|kurz(?: gesagt)?|plus (?:court|bref)|en bref|"
         rf"en {_ONE} {_SENTENCES}|más (?:corto|breve)|en breve|più (?:corto|breve)|in breve|korter|kort|mais curto|"
         rf"num[a]? (?:frase|palavra)"),
        (Manner.REPEATED, r"(?:say|repeat|show|tell)(?: (?:it|that|this|me|us|the answer))* (?:again|once more|one more time)|"
         r"repeat(?: (?:it|that|this|your answer|the answer|the last answer|your last answer))?|come again|once more|"
         r"what was that(?: again)?|wie bitte|noch ?(?:ein)?mal|répète|répétez|repite|ripeti|herhaal"),
    )
)  # fmt: skip
_SMALL = frozenset(
    """
    ok okay thanks thank thx great good nice cool fine now and but so please pls plz can could would will you u i we me
    us my it that this them these the a an answer reply result again need want like to have make put say tell give show
    format present write rewrite do same thing version of in as into bit little much even lot more only just one for
    your answers last translate switch speak be keep rather sorry hm hmm yes no bitte danke gern mir das es die antwort
    noch einmal kannst können du sie s'il si te vous plaît plait plaît merci por favor per favore grazie graag alsjeblieft
    alstublieft dank je se faz obrigado obrigada la le el réponse respuesta risposta antwoord tout peux-tu puedes
    with than that's it's i'd
    """.split()
)


def asks_again(text: str) -> Again | None:
    """What a turn behind an answer asks of that answer; None if it asks something else.

    Args:
        text: The turn, in any language.
    """
    plain = " ".join(text.replace("’", "'").split())
    if len(plain.split()) > MAX_WORDS:
        return None
    found = _LANGUAGE.search(plain)
    if found is not None and _is_small(plain, found):
        name = found["name"].lower()
        return Again(
            Manner.LANGUAGE,
            next(code for code, names in NAMES.items() if name in names.split("|")),
        )
    for manner, pattern in _MANNERS:
        found = pattern.search(plain)
        if found is not None and _is_small(plain, found):
            return Again(manner)
    return None


def _is_small(text: str, phrase: re.Match[str]) -> bool:
    """Whether only small words stand beside a phrase."""
    rest = f"{text[: phrase.start()]} {text[phrase.end() :]}".lower()
    words = (word.strip('.,;:!?()"-–…') for word in rest.split())
    return all(word in _SMALL for word in words if word)
