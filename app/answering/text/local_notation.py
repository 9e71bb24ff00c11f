"""Figures and dates as six other languages write them: "7,15 Milliarden Dollar", "le 14 mai 1997".

Only what no English text says so is read here: English figures are read in `quantities.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_SCALES_BY_VALUE = {
    1e3: "tausend mille mil duizend",
    1e6: "millionen million millions millones millón milioni milione miljoen milhões milhão",
    1e9: "milliarden milliarde milliards milliard miliardi miliardo miljard mrd",
    1e12: "billionen billones billón bilioni biljoen",
}
SCALES: Mapping[str, float] = {
    word: value for value, words in _SCALES_BY_VALUE.items() for word in words.split()
} | {"mil millones": 1e9, "mil milhões": 1e9}
"""Words of scale in small letters. English "millions" stands here for French, before "d'euros": not
before "dearer"."""
SCALE_PATTERN = (
    r"(?:mil millones|mil milhões|millions?(?= d'| de\b)|"
    + "|".join(
        sorted(
            (word for word in SCALES if word not in {"million", "millions", "mrd", "mille", "mil"}),
            key=len,
            reverse=True,
        )
    )
    + r"|(?<=\d )mil(?= (?:euros|dólares|pessoas|personas)))(?![a-zäöüéóã])"
)
PERCENT_PATTERN = r"prozent|procent|pour ?cent|por ?ciento|per ?cento|por ?cento"
LOCAL_CURRENCIES: Mapping[str, str] = {
    "dólares": "usd",
    "dólar": "usd",
    "dollari": "usd",
    "dollaro": "usd",
    "franken": "chf",
    "franchi": "chf",
    "francos": "chf",
}
OF_UNIT = r"(?:(?:d'|de |di |of )(?=(?:euros?|dollars?|dólar|dollar|franc|franchi)))?"
"""What stands between a scale and its unit: "320 millions d'euros", in English words "of euros"."""
_PERIODS_BY_UNIT = {
    "year": "jahre jahren jahr années ans años año anni anno jaar jaren anos ano",
    "month": "monate monaten monat mois meses mesi maanden maand",
    "week": "wochen woche semaines semaine semanas semana settimane settimana weken",
    "day": "tage tagen jours jour días día giorni giorno dagen dias",
    "hour": "stunden stunde heures heure horas hora uur uren",
    "minute": "minuten",
}
LOCAL_PERIODS: Mapping[str, str] = {
    word: unit for unit, words in _PERIODS_BY_UNIT.items() for word in words.split()
}
PERIOD_PATTERN = "|".join(sorted(LOCAL_PERIODS, key=len, reverse=True))
_MONTHS_BY_KEY = {
    "jan": "Januar Jänner janvier enero gennaio januari janeiro",
    "feb": "Februar février febrero febbraio februari fevereiro",
    "mar": "März mars marzo maart março",
    "apr": "avril abril aprile",
    "may": "Mai mai mayo maggio mei maio",
    "jun": "Juni juin junio giugno juni junho",
    "jul": "Juli juillet julio luglio juli julho",
    "aug": "août agosto augustus",
    "sep": "septembre septiembre settembre september setembro",
    "oct": "Oktober octobre octubre ottobre oktober outubro",
    "nov": "novembre noviembre november novembro",
    "dec": "Dezember décembre diciembre dicembre december dezembro",
}
_MONTHS = {word: key for key, words in _MONTHS_BY_KEY.items() for word in words.split()}
_ALIKE = {"April": "apr", "August": "aug", "September": "sep", "November": "nov", "april": "apr"}
"""Months that German and Dutch write as English does: "14. April 1997"."""
_YEAR = r"(?:1[6-9]|20)\d\d"
_DATE = re.compile(
    r"(?<![\d.,])(?P<day>\d{1,2})(?P<point>\.|er|º|°)? (?:de )?"
    r"(?P<month>"
    + "|".join([*_MONTHS, *_ALIKE])
    + r")\b(?:,? (?:de |del )?(?P<year>"
    + _YEAR
    + r")\b)?"
    r"|\b(?P<of_year>" + "|".join(_MONTHS) + r") (?:de |del )?(?P<in_year>" + _YEAR + r")\b"
)


def local_dates(text: str) -> Iterator[tuple[int | None, str, int | None, int, int]]:
    """Day, month by its first three English letters, and year of each date, with start and end.

    What English writes the same way is left out.
    """
    for match in _DATE.finditer(text):
        if match["of_year"]:
            yield None, _MONTHS[match["of_year"]], int(match["in_year"]), *match.span()
            continue
        is_english = match["month"] in _ALIKE and match["point"] != "."
        if match["month"] == "april" and match["year"]:
            is_english = False
        if not is_english:
            month = _MONTHS.get(match["month"]) or _ALIKE[match["month"]]
            year = int(match["year"]) if match["year"] else None
            yield int(match["day"]), month, year, *match.span()


def local_number(digits: str) -> float:
    """A number beside a word of one of these languages: "1.200" is 1200 there, "1,2" is 1.2."""
    bare = digits.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", bare):
        bare = bare.replace(".", "")
    return float(bare.replace(",", "."))
