"""Adjectives of countries and continents: written as names, but of no one in particular."""

from __future__ import annotations

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
