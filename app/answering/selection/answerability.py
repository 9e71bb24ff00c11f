"""Do the sources answer the question? One chance, one threshold."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked
from app.answering.selection.wanted_values import lacks_value
from app.answering.text.amounts import moments
from app.answering.text.demonyms import countries_named, country_named, is_demonym, is_of_place
from app.answering.text.lexicon import COURTESY_TITLES, GENERIC_NAMES
from app.answering.text.terms import Term, is_function_word, names_of, terms

THRESHOLD = 0.2
"""Below this chance an answer is withheld. Where as many questions are answerable as not, this one
refuses most of the second and fewest of the first (docs/answering.md)."""
PASSAGE, SENTENCES, OTHER_WORDS, CONSTANT = 0.76, 0.75, 1.0, 0.3
"""What the logit of the likeliest passage counts, the logarithm of the likeliest sentences' chances
added up, and the share of the question's words that none of the likely sentences has: fitted on
documents that the reader was not trained on, to the chance that an answer is given and cites what
answers (docs/reader.md). The reader takes shared words for more than they are worth, so that what
it holds for an answer in other words is one more often."""
LOOKED_AT = 8
"""Likely sentences in which the question's words are looked for, with what stands around them."""
COUNTED = 3
"""So many sentences are added up: many unlikely ones of a large library are no answer."""
ALIKE = 0.8
"""Similarity (difflib) from which on a name is taken for another one with a slip of the pen."""
LONG = 7
"""Letters of a word from which on it is hardly another one that looks alike."""
MIN_WORDS_OF_NAME = 2
"""So many words of a longer name name the same person."""
LIKELY = 0.3
"""Share of the likeliest sentence's chance from which on a sentence may be shown."""
_ADJECTIVE = re.compile(r"\w{2}(?:an|ese|ish|ic)$")
"""May be made of the name of a place: "Andean" of the Andes."""
_YEAR = re.compile(r"(?:19|20)\d\d")
SURE = 1e-4
"""No chance is taken for nearer to 0 or 1."""
_NOT_CERTAIN = GENERIC_NAMES | COURTESY_TITLES


@dataclass(frozen=True, slots=True)
class Answerability:
    """How surely the evidence answers."""

    score: float
    """In [0, 1]."""
    threshold: float = THRESHOLD

    @property
    def is_enough(self) -> bool:
        """Whether to answer."""
        return self.score >= self.threshold


def judge(
    asked: Asked, evidence: Sequence[Evidence], *, threshold: float = THRESHOLD
) -> Answerability:
    """The chance that the evidence answers the question.

    Args:
        asked: The question.
        evidence: All that was read, each sentence once.
        threshold: From which chance on to answer.
    """
    if not evidence or asked.is_request or not asked.is_readable:
        return Answerability(0.0, threshold)
    if unknown_names(asked, evidence) or is_of_another_year(asked, evidence):
        return Answerability(0.0, threshold)
    if lacks_value(asked, evidence):
        return Answerability(0.0, threshold)
    passage = max(item.answers for item in evidence)
    likeliest = sorted((item.relevance for item in evidence), reverse=True)[:COUNTED]
    sentences = sum(likeliest)
    logit = (
        CONSTANT
        + PASSAGE * _logit(passage)
        + SENTENCES * math.log(sentences + SURE)
        + OTHER_WORDS * _share_of_other_words(asked, evidence)
    )
    return Answerability(1.0 / (1.0 + math.exp(-logit)), threshold)


def _share_of_other_words(asked: Asked, evidence: Sequence[Evidence]) -> float:
    """The share of the question's words that no likely sentence nor its surroundings have."""
    words = {term.key for term in asked.terms}
    likely = sorted(evidence, key=lambda item: -item.relevance)[:LOOKED_AT]
    lacking = words.intersection(*(item.missing for item in likely))
    return len(lacking) / len(words) if words else 0.0


def certain_names(asked: Asked) -> list[Term]:
    """Names of the question that a source about them must hold."""
    return [
        term
        for term in asked.names
        if not term.text.isupper()
        and term.text.lower() not in _NOT_CERTAIN
        and not is_function_word(term.text)  # the "Per" of "Per Lindqvist"
        and not is_demonym(term.text)
    ]


def unknown_names(asked: Asked, evidence: Sequence[Evidence]) -> list[str]:
    """Names of the question that nothing near holds, nor a word that differs by a slip.

    A small model may take "When was Spotify founded?" for answered by the year of another company.
    Abbreviations may be written out in the sources, and adjectives of countries stand for them.
    """
    lacking = [
        term.text
        for term in certain_names(asked)
        if all(term.key in item.missing for item in evidence)
    ]
    if not lacking:
        return []
    written = {
        word.text
        for item in evidence
        for word in terms(" ".join((item.text, item.metadata.title)))
        if not is_function_word(word.text)
    }
    names = {word.lower() for word in written if word[:1].isupper()}  # "Haven" is not "have"
    long = names | {word for word in written if len(word) >= LONG}  # "Kilometer" in German
    left_out = _left_out_of_names(asked, lacking, evidence) | _as_countries(asked, evidence, names)
    return [
        name
        for name in lacking
        if name not in left_out and not _is_written(name.lower(), names, long)
    ]


def _as_countries(asked: Asked, evidence: Sequence[Evidence], names: set[str]) -> set[str]:
    """Words of countries that stand in a source under another name: "America", "the U.S."."""
    written = {word.replace(".", "") for word in names}
    written |= {short for item in evidence for short in countries_named(item.text)}
    whole = {name.text for name in names_of(f"x {asked.text}")}  # not of "Bank of America"
    found = {name for name in whole if is_of_place(name, written)}
    for name in whole:  # not of "United States Steel"
        short = country_named(name)
        if short is not None and is_of_place(short, written):
            found |= {*name.split()}
    return found


def _left_out_of_names(
    asked: Asked, lacking: Sequence[str], evidence: Sequence[Evidence]
) -> set[str]:
    """Words of long names whose other words stand together in a source.

    "Vicente Fox Quesada" is there called Vicente Fox; a first name alone is anybody's.
    """
    found: set[str] = set()
    for name in names_of(f"x {asked.text}"):
        words = name.text.split()
        rest = [word for word in words if word not in lacking]
        if MIN_WORDS_OF_NAME <= len(rest) < len(words) and any(
            " ".join(rest) in item.text for item in evidence
        ):
            found |= {*words} - {*rest}
    return found


def _is_written(name: str, names: set[str], long: set[str]) -> bool:
    """Whether a name stands there with a slip, in another spelling, or as what it is made of."""
    if get_close_matches(name, long if len(name) >= LONG else names, 1, ALIKE):
        return True
    return _ADJECTIVE.search(name) is not None and any(each.startswith(name[:4]) for each in names)


def is_of_another_year(asked: Asked, evidence: Sequence[Evidence]) -> bool:
    """Whether no likely sentence is of a year that is asked for.

    "The results of 2024" are not those of 2021. A sentence is of the year of its surroundings, of
    its document's day, or, where it names none itself, of one that its document speaks of.
    """
    years = [term for term in asked.terms if _YEAR.fullmatch(term.text)]
    best = max(item.relevance for item in evidence)
    likely = [item for item in evidence if item.relevance >= LIKELY * best]
    return bool(years) and not any(
        _is_of_year(asked, item, year, evidence) for year in years for item in likely
    )


def _is_of_year(asked: Asked, item: Evidence, year: Term, evidence: Sequence[Evidence]) -> bool:
    published = item.metadata.published
    if year.key not in item.missing or (published and published.year == int(year.text)):
        return True
    if _YEAR.search(item.text):
        return False
    months = {each.date.month for each in moments(asked.text)} - {""}
    if months & {each.date.month for each in moments(item.text)}:
        return True  # "in March", in the course of what happened in 2018
    document = (other for other in evidence if other.document_id == item.document_id)
    return any(year.text in other.passage.text for other in document)


def _logit(chance: float) -> float:
    chance = min(1 - SURE, max(SURE, chance))
    return math.log(chance / (1 - chance))
