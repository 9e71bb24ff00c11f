"""Turns too short for their words to be counted: greetings, thanks, and what tells to do something.

Accents may be left out, as people type.
"""

from __future__ import annotations

import re

_GREETINGS = {
    "de": "hallo|guten (?:tag|morgen|abend)|gute nacht|servus|moin|"
    "gr[üu](?:ß|ss) (?:gott|dich|euch)|tschüss|tschüß|bis (?:bald|morgen|später)|auf wiedersehen|"
    "sch[öo]ne(?:s wochenende|n (?:tag|abend|feierabend))|"
    "(?:vielen|herzlichen|besten|tausend) dank|danke(?: schön| sehr| dir| ihnen)?",
    "fr": "bonjour|bonsoir|coucou|bonne (?:nuit|journ[ée]e|soir[ée]e)|bon week-?end|salut|"
    "(?:un grand )?merci(?: beaucoup| bien| infiniment)?|au revoir|[àa] (?:bient[ôo]t|demain)",
    "es": "hola|buen(?:os|as) (?:d[íi]as|tardes|noches)|buen (?:d[íi]a|fin de semana)|"
    "(?:much(?:as|[íi]simas) |mil )?gracias|adi[óo]s|hasta (?:luego|pronto|mañana)",
    "it": "ciao|buon(?:giorno|asera|anotte)|buon(?:a giornata|a serata| fine settimana)|"
    "(?:molte |mille |tante )?grazie(?: mille| infinite)?|arrivederci|salve|a (?:presto|domani)",
    "nl": "hoi|hallo|goede(?:morgen|middag|navond|ndag)|goeden?(?: morgen| dag| avond)|"
    "fijn weekend|(?:heel erg |hartelijk )?bedankt|(?:hartelijk )?dank(?: (?:je|u)(?: wel)?)?|"
    "tot (?:ziens|morgen|straks)",
    "pt": "ol[áa]|oi|bo(?:m dia|a tarde|a noite)|bom fim de semana|(?:muito )?obrigad[oa]|"
    "at[ée] (?:logo|amanhã|breve)",
}  # fmt: skip
_BEFORE = {
    "de": "gut|sehr gut|super|prima|perfekt|alles klar|verstanden",
    "fr": "parfait|tr[èe]s bien|super|d'accord|g[ée]nial",
    "es": "perfecto|muy bien|vale|genial|de acuerdo|no",
    "it": "perfetto|va bene|benissimo|molto bene|ottimo",
    "nl": "prima|goed|top|ok[ée]|helder|perfect",
    "pt": "perfeito|[óo]timo|muito bem|est[áa] bem|certo",
}
"""What is said before thanks, and tells no language alone."""
_ALL = {
    "de": "allerseits|zusammen|alle",
    "fr": "[àa] tous",
    "es": "a todos",
    "it": "a tutti",
    "nl": "allemaal|samen",
    "pt": "a todos",
}
_GREETING = {
    language: re.compile(
        rf"\W*(?:(?:{_BEFORE[language]}|ok(?:ay)?)\W+)?(?:{words})(?:\W+(?:{_ALL[language]}))?\W*",
        re.IGNORECASE,
    )
    for language, words in _GREETINGS.items()
}

_REQUESTS = {
    "de": r"(?:beschreib|erkl[äa]r|erz[äa]hl|zeig|nenn|[üu]bersetz|schreib|vergleich)(?:e|en sie)?|"
    r"(?:gib|geben sie|sag|sagen sie) (?:mir|uns)",
    "fr": r"d[ée]cri(?:s|vez)|(?:parle|montre|raconte|explique|donne)z?[- ](?:moi|nous)|"
    r"(?:montr|racont|r[ée]sum|compar|expliqu|list)ez|(?:dis|dites)[- ](?:moi|nous)|"
    r"tradui(?:s|sez)|[ée]cri(?:s|vez)",
    "es": r"(?:h[áa]bl[ae]|cu[ée]nt[ae]|mu[ée]str[ae]|expl[íi]c[ae]|expl[íi]que|ens[ée]ñ[ae]|"
    r"descr[íi]b[ae]|d[íi]ga|escr[íi]b[ae])(?:me|nos)|"
    r"dime (?:qu|c[uóo]|d[óo]nde|algo|lo|la|el|si|por)\w*|"
    r"trad[úu]c[ea](?:lo|la|me)?|redact[ae]",
    "it": r"descriv[ia]|(?:parla|mostra|racconta|dim|spiega|elenca|scrivi)m[ei]|mi (?:parli|mostri|"
    r"racconti|dica|spieghi)|traduci|riassumi|scrivi|elenca",
    "nl": r"beschrijf|vertel|vertaal|schrijf|noem|geef|laat (?:me|mij|ons)",
    "pt": r"descrev[ae]|(?:fal|cont|mostr)[ae][- ](?:me|nos)|(?:diga|diz|explique|explica)-me|"
    r"traduza|escreva",
}  # fmt: skip
_PLEASE = (
    "bitte|s'il (?:vous|te) pla[îi]t|por favor|per favore|alsjeblieft|alstublieft|ok(?:ay)?|e|et|y"
)
_REQUEST = {
    language: re.compile(rf"\W*(?:(?:{_PLEASE})\W+)?(?:{words})(?![\w’'])", re.IGNORECASE)
    for language, words in _REQUESTS.items()
}


def greeted_in(text: str) -> str | None:
    """The language of a turn that only greets, thanks or takes leave; None for any other."""
    return next((each for each, greeting in _GREETING.items() if greeting.fullmatch(text)), None)


def told_in(text: str) -> str | None:
    """The language whose imperative opens the text ("Háblame de …"); None where none does."""
    plain = text.replace("’", "'")
    return next((each for each, request in _REQUEST.items() if request.match(plain)), None)
