"""What the product itself says, in the reader's language: GNU gettext catalogues, one file each.

English is the key: a message that a catalogue lacks is said in English. Quotes never pass through
here; they stay in the words of their source.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from app.dates import long_date as english_date

ENGLISH = "en"
TRANSLATED = ("de", "es", "fr", "it", "nl", "pt")
LANGUAGES = (ENGLISH, *TRANSLATED)
FOLDER = Path(__file__).parent / "messages"
_ITALIAN_ARTICLE = re.compile(r"\b(?:i(l)|(del|dal|al)) \{(\w+)\}")
_SPOKEN_WITH_VOWEL = re.compile(r"(?:8|11) ")
"""How a date begins before which an Italian article loses its vowel: "dall’8 maggio 2019"."""


def say(language: str, message: str, /, **values: object) -> str:
    """A message with its values put in.

    Args:
        language: One of `LANGUAGES`; any other is said in English.
        message: In English, with a `{name}` for each value.
        values: By name.

    Raises:
        KeyError: If a value is missing.
    """
    text = _forms(language).get(message, (message,))[0]
    return _elided(language, text, values).format(**values)


def translated(language: str, text: str) -> str:
    """A message without values, in the language; any other text as it is, braces included."""
    return _forms(language).get(text, (text,))[0]


def marked(message: str) -> str:
    """The message itself: marks a text for `say` to get later, so that translators find it."""
    return message


def say_number(language: str, one: str, many: str, /, number: int, **values: object) -> str:
    """A message about a number of things, which stands in it as `{number}`.

    Args:
        language: As for `say`.
        one: In English, for one thing.
        many: For any other number.
        number: Of things.
        values: The others, by name.
    """
    forms = _forms(language).get(one)
    if forms is None:
        text = one if number == 1 else many
    else:
        text = forms[min(_plural(language, number), len(forms) - 1)]
    return _elided(language, text, values).format(number=number, **values)


def long_date(day: date, precision: str = "day", language: str = ENGLISH) -> str:
    """As much as is known: "15 January 2019", "15. Januar 2019", "janvier 2019" or "2019".

    `precision` is "day", "month" or "year".
    """
    if precision == "year" or language not in TRANSLATED:
        return english_date(day, precision)
    from babel.dates import format_date, format_skeleton

    if precision == "month":
        return format_skeleton("yMMMM", day, locale=language)
    shown = format_date(day, "long", locale=language)
    return f"1er{shown[1:]}" if language == "fr" and day.day == 1 else shown


def either(language: str, words: Sequence[str]) -> str:
    """The words as alternatives: "A or B"."""
    return _listed(language, words, "or")


def both(language: str, words: Sequence[str]) -> str:
    """The words in one list: "A and B", "A, B und C"."""
    return _listed(language, words, "standard")


def preferred(accept_language: str | None) -> str | None:
    """The first language of an `Accept-Language` header that there is; None if there is none."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate((accept_language or "").split(",")):
        tag, _, quality = part.strip().partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if language in LANGUAGES and weight > 0:
            wishes.append((-weight, place, language))
    return min(wishes)[2] if wishes else None


def _elided(language: str, text: str, values: Mapping[str, object]) -> str:
    """A message with the Italian articles that stand before its dates."""
    if language != "it":
        return text

    def article(found: re.Match[str]) -> str:
        if not _SPOKEN_WITH_VOWEL.match(str(values.get(found[3], ""))):
            return found.group()
        return f"{found[1] or f'{found[2]}l'}’{{{found[3]}}}"

    return _ITALIAN_ARTICLE.sub(article, text)


def _listed(language: str, words: Sequence[str], style: Literal["or", "standard"]) -> str:
    if language not in TRANSLATED:
        return f" {'or' if style == 'or' else 'and'} ".join(words)
    from babel.lists import format_list

    return format_list(list(words), style=style, locale=language)


def _plural(language: str, number: int) -> int:
    return _catalogue(language)[1](number) if language in TRANSLATED else int(number != 1)


def _forms(language: str) -> dict[str, tuple[str, ...]]:
    return _catalogue(language)[0] if language in TRANSLATED else {}


@cache
def _catalogue(language: str) -> tuple[dict[str, tuple[str, ...]], Callable[[int], int]]:
    """Forms by English message, and the rule that picks one by number."""
    from babel.messages.pofile import read_po

    with (FOLDER / f"{language}.po").open("rb") as file:
        known = read_po(file, locale=language)
    forms: dict[str, tuple[str, ...]] = {}
    for message in known:
        if not message.id or message.fuzzy:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        string = message.string or ""
        said = (string,) if isinstance(string, str) else tuple(string)
        if all(said):
            forms[key] = said
    return forms, gettext.c2py(known.plural_expr)
