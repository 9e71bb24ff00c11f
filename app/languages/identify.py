"""In which language is a question? By its commonest words, and only where they leave no doubt."""

from __future__ import annotations

from functools import cache

from app.languages.short_turns import greeted_in, told_in
from app.languages.words import TABLED, folded, small, table, tokens

ENGLISH = "en"
FEWEST = 2
"""Points of the winner at least: a single "a" or "de" is in many languages, and in names."""
TOLD_BY = 2_000
"""Characters of a long text that tell its language."""
LEAD = 2
"""Points that it must be ahead of the next."""
_OWN_SIGNS = {"¿": "es", "¡": "es", "ñ": "es", "ß": "de", "ã": "pt", "õ": "pt", "œ": "fr"}
_ENGLISH = frozenset(
    """
    a an the this that these those there here it its he him his she her they them their we us our i
    me my you your one and or but so if then than as at by for from in into of off on out over per
    to up with within about above across after against along among around before behind below
    between during inside like near since through until till while is am are was were be been being
    do does did done doing have has had having will would shall should can could may might must no
    not who whom whose which what when where why how also just only even still already ever very
    too much many more most less least such same other another any some all both each every either
    again once quite rather please tell know say says said give show find name list get got going
    thanks thank hello hi hey yes sorry make makes made want need help let try use using
    """.split()
)


def language_of(text: str) -> str | None:
    """The language's code, such as "de"; None where the words do not tell it for sure."""
    if greeting := greeted_in(text):
        return greeting
    points = dict.fromkeys((ENGLISH, *TABLED), 0)
    is_common = dict.fromkeys(points, False)
    shouts = text.isupper()
    for place, token in enumerate(tokens(text)):
        word = token.group()
        if place and word[:1].isupper() and not shouts:
            continue  # a name, or a German noun; names come in all languages
        found = _languages_of(word)
        for language in found:
            points[language] += 2 if len(found) == 1 else 1
            is_common[language] |= _is_common(word, language)
    for sign, language in _OWN_SIGNS.items():
        points[language] += 2 * (sign in text.lower())
    if request := told_in(text):
        points[request] += FEWEST
        is_common[request] = True
    best, second = sorted(points, key=lambda language: -points[language])[:2]
    if points[best] < FEWEST or points[best] - points[second] < LEAD or not is_common[best]:
        return None
    return best


def _is_common(word: str, language: str) -> bool:
    if language == ENGLISH:
        return word.lower() in _ENGLISH
    return folded(word, language) in table(language).common


@cache
def _languages_of(word: str) -> tuple[str, ...]:
    """The languages in which the word is a common one."""
    found = [language for language in TABLED if folded(word, language) in _words(language)]
    if not word.isascii():  # who types accents means them: "é" is no Italian word
        found = [each for each in found if (small(word),) in table(each).exact] or found
    if word.lower() in _ENGLISH or word.lower() in _english():
        found.append(ENGLISH)
    return tuple(found)


@cache
def _words(language: str) -> frozenset[str]:
    known = table(language)
    return known.common | {form[0] for form in known.folded if len(form) == 1}


@cache
def _english() -> frozenset[str]:
    """What the tables translate to: common English words of business."""
    meanings = (meaning for language in TABLED for meaning in table(language).exact.values())
    return frozenset(word.lower() for meaning in meanings for word in meaning.split())
