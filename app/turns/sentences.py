"""What is said to a turn that asks nothing of the sources: all of it stands here."""

from __future__ import annotations

import re

from app.languages.catalogue import ENGLISH, marked, say
from app.turns.kinds import TurnKind

GREETING = marked("Hello. Ask me something, and I will look for the answer in the documents here.")
THANKS = marked("You are welcome. Ask whenever you like.")
ACKNOWLEDGED = marked("All right. I am here if you want to know more.")
HELP = marked(
    "I answer questions from the documents in this library. Every sentence I show is a "
    "source's own, or checked against it, and its number opens the source at that place. Ask in "
    "full sentences or in a few words, go on with “why?” or “who founded it?”, or ask several "
    "things at once. Where the documents do not say something, I tell you so."
)
CONVERSATION = marked(
    "I can only answer from the documents, so I leave my earlier answers as they are. Ask again in "
    "other words, or about something else."
)
REQUEST = marked(
    "The sources do not say. Accord answers questions from its sources; it does not write, "
    "translate or calculate."
)
SHORTEST = marked("That is the shortest: one sentence, in the source's own words.")
NO_TABLE = marked("I make a table only where things are compared, so here it is in sentences.")
OWN_WORDS = marked("What the sources say stays in their own words.")
NOISE = marked("I found no question in this. Ask me something about the documents here.")

_THANKS = re.compile(
    r"\b(?:thank\w*|thx|ty|tysm|cheers|ta|appreciat\w+|danke\w*|merci|gracias|grazie|bedankt|dank|"
    r"obrigad[oa])\b",
    re.IGNORECASE,
)
_GREETS = re.compile(
    r"\W*(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening)|morning|hallo|guten|servus|moin|"
    r"bonjour|bonsoir|salut|hola|buen[oa]s|ciao|buon\w+|hoi|goede\w+|ol[aá]|bo[am] )\b",
    re.IGNORECASE,
)

_DISPUTES = re.compile(
    r"\b(?:wrong|incorrect|false|untrue|nonsense|rubbish|mistaken?|(?:not|n['’]t) (?:\w+ )?"
    r"(?:right|true|correct|what i (?:asked|meant|wanted))|falsch|stimmt nicht|faux|incorrecto|"
    r"sbagliato|onjuist|errado)\b",
    re.IGNORECASE,
)

_FIXED = {
    TurnKind.HELP: HELP,
    TurnKind.CONVERSATION: CONVERSATION,
    TurnKind.REQUEST: REQUEST,
    TurnKind.NOISE: NOISE,
}


def reply_to(text: str, kind: TurnKind, *, follows: bool, language: str = ENGLISH) -> str:
    """A short sentence.

    Args:
        text: The turn.
        kind: Of the turn; one of `SPOKEN`.
        follows: Whether an answer stands before it.
        language: Of the sentence.
    """
    return say(language, _reply(text, kind, follows=follows))


def _reply(text: str, kind: TurnKind, *, follows: bool) -> str:
    if kind is not TurnKind.COURTESY:
        return _FIXED[kind]
    if follows and _DISPUTES.search(text):
        return CONVERSATION
    if _THANKS.search(text):
        return THANKS
    if _GREETS.match(text):
        return GREETING
    return HELP if "?" in text and not follows else ACKNOWLEDGED
