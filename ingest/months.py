"""Names of months in the languages whose datelines are read."""

from __future__ import annotations

_NAMES = (
    "january jan januar jänner janvier janv enero ene gennaio genn gen januari janeiro",
    "february feb februar feber février févr fevrier febrero febbraio febbr februari fevereiro fev",
    "march mar märz mär maerz mars marzo maart mrt março marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio magg mag mei maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aout agosto ago augustus",
    "september sept sep septembre septiembre setiembre settembre sett set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro",
)

MONTHS: dict[str, int] = {
    name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()
}
"""Lower-case name or abbreviation, without its stop, to the number of the month."""

MONTH_PATTERN = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"
