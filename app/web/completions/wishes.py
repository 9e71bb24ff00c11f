"""What a system message may change: an answer's length, and the language of Accord's own words.

Everything else in it is not read. What a system message asserts is no source, so nothing of it
ever reaches the search or an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.web.completions.frames import FRAMES, Frame

BRIEF_SENTENCES = 2
"""What "be brief" means."""

_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "one single a an ein einen einem einzigen une un una uno een um uma",
            "two zwei deux dos due twee dois duas",
            "three drei trois tres tre drie três",
            "four vier quatre cuatro quattro quatro",
            "five fünf cinq cinco cinque vijf",
        ),
        start=1,
    )
    for word in words.split()
}
_COUNT = rf"(?P<count>\d{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_SENTENCES = r"(?:sentences?|satz|sätze[n]?|phrases?|frases?|frasi|oraci(?:ón|ones)|zin(?:nen)?)"
_WORDS = r"(?:words?|wörter[n]?|worten?|mots?|palabras?|parole|woorden|palavras?)"
# A number of sentences or words says how long only where something is limited by it: "in one
# sentence", "at most 50 words"; not "the first two sentences of the contract say …".
_LIMIT = (
    r"(?:\b(?:in|within|under|most|than|to|exactly|only|use|maximum|max\.?|limit|of|with|write|"
    r"höchstens|maximal|nur|als|mit|en|dans|plus|maximum|máximo|más|con|massimo|al|hoogstens|met|"
    r"em|até|no|de|di|van)\b[:\s]+)"
)
_MAX_SENTENCES = re.compile(rf"{_LIMIT}{_COUNT}\s+(?:\w+\s+)?{_SENTENCES}\b", re.IGNORECASE)
_MAX_WORDS = re.compile(rf"{_LIMIT}{_COUNT}\s+(?:\w+\s+)?{_WORDS}\b", re.IGNORECASE)
_BRIEF = re.compile(
    r"\b(?:briefly|(?:be|keep (?:it|answers?|replies)|answers?|replies) (?:\w+ )?(?:brief|short|"
    r"concise|succinct|terse)|concise(?:ly)?|succinct(?:ly)?|short (?:answers?|replies)|"
    r"kurz(?:e|en)?|knapp(?:e|en)?|bref|brève(?:ment|s)?|concis(?:e|es)?|breve(?:mente|s)?|"
    r"concis[oa]s?|kort(?:e)?|beknopt)\b",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    r"\b(?:in|auf|en|em|in het|speak|language[:\s]+|sprache[:\s]+|langue[:\s]+)\s*(?:\w+\s+)?"
    rf"\b(?P<name>{'|'.join(name for frame in FRAMES for name in frame.names)})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How an answer should look. Never what it should say."""

    frame: Frame | None = None
    """None where no language is named: then it is that of the answer."""
    max_sentences: int | None = None
    max_words: int | None = None


def wishes_of(instructions: Iterable[str]) -> Wishes:
    """What system messages ask for; of two that disagree, the later is heeded."""
    text = "\n".join(instructions)
    sentences = _last_count(_MAX_SENTENCES, text)
    words = _last_count(_MAX_WORDS, text)
    if sentences is None and words is None and _BRIEF.search(text):
        sentences = BRIEF_SENTENCES
    return Wishes(_frame(text), sentences, words)


def _last_count(pattern: re.Pattern[str], text: str) -> int | None:
    found = [match["count"].lower() for match in pattern.finditer(text)]
    if not found:
        return None
    return max(1, _NUMBERS.get(found[-1]) or int(found[-1]))


def _frame(text: str) -> Frame | None:
    named = [match["name"].lower() for match in _LANGUAGE.finditer(text)]
    return next((one for one in FRAMES if named and named[-1] in one.names), None)
