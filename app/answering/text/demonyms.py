"""Adjectives of countries and continents: written as names, but of no one in particular."""

from __future__ import annotations

from collections.abc import Iterable

_DEMONYMS = frozenset(
    """
    afghan african albanian algerian american andorran angolan arab arabian argentine argentinian
    armenian asian australian austrian azerbaijani azeri bahraini bangladeshi bavarian belarusian
    belgian bolivian bosnian brazilian british bulgarian burmese californian cambodian cameroonian
    canadian catalan chilean chinese colombian congolese croatian cuban cypriot czech danish dutch
    ecuadorian egyptian emirati english estonian ethiopian european filipino finnish flemish french
    georgian german ghanaian greek hungarian icelandic indian indonesian iranian iraqi irish israeli
    italian ivorian jamaican japanese jordanian kazakh kenyan korean kuwaiti latvian lebanese libyan
    lithuanian luxembourgish malaysian maltese mexican moldovan mongolian moroccan nepalese nepali
    nigerian nordic norwegian omani pakistani palestinian panamanian paraguayan persian peruvian
    polish portuguese qatari romanian russian rwandan saudi scandinavian scots scottish senegalese
    serbian singaporean slovak slovakian slovene slovenian somali spanish sudanese swedish swiss
    syrian taiwanese tanzanian texan thai tunisian turkish ugandan ukrainian uruguayan uzbek
    venezuelan vietnamese welsh yemeni zambian zimbabwean
    """.split()
)


def is_demonym(word: str) -> bool:
    """Whether a word is one, also as a plural: "Germans"."""
    lower = word.lower()
    return lower in _DEMONYMS or lower.removesuffix("s") in _DEMONYMS


_UNLIKE = (
    "wales welsh", "ireland irish", "france french", "netherlands holland dutch",
    "flanders flemish", "spain spanish spaniard spaniards", "poland polish pole poles",
    "switzerland swiss", "denmark danish dane danes", "finland finnish finn finns",
    "philippines filipino filipinos",
    "britain uk british briton britons", "us usa america american americans",
    "burma myanmar burmese",
    "greece greek greeks", "turkey turkish turk turks", "sweden swedish swede swedes",
    "madagascar malagasy", "monaco monegasque", "taiwan taiwanese formosan", "texas texan texans",
    "eu europe european", "soviet ussr", "slovenia slovenian slovene slovenes", "iraq iraqi iraqis",
)  # fmt: skip
"""Country, adjective and people whose words do not begin alike, or are too short to say so."""
_PLACES = {word: frozenset(words.split()) for words in _UNLIKE for word in words.split()}


def is_of_place(word: str, others: Iterable[str]) -> bool:
    """Whether one of the other words is the country, the adjective or the people of this one.

    Args:
        word: Written as a name.
        others: In lower case.
    """
    alike = _PLACES.get(word.lower().removesuffix("'s").rstrip("."))
    return alike is not None and not alike.isdisjoint(others)


_LONG = {"united states": "us", "united kingdom": "uk", "great britain": "uk"}


def countries_named(text: str) -> set[str]:
    """Short names of countries that a text names in words of their own: "the United States"."""
    return {short for long, short in _LONG.items() if long in " ".join(text.lower().split())}


def country_named(name: str) -> str | None:
    """The short name of the country that a name in words of its own is; None of any other name."""
    return _LONG.get(name.lower().removeprefix("the ").removesuffix("'s"))


def may_name_place(word: str) -> bool:
    """Whether a word is such an adjective, or begins as one does: "Germany"."""
    lower = word.lower().removesuffix("'s").rstrip(".")
    return lower in _PLACES or lower[:_BEGINNING] in _BEGINNINGS


_BEGINNING = 4
_BEGINNINGS = frozenset(word[:_BEGINNING] for word in _DEMONYMS)
