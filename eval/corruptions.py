"""Sentences of real documents, as they are and with one thing changed that makes them untrue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from eval.metrics.words import content_words, keys, names_of, words_of
from vectorstore.sentences import split_sentences

MIN_WORDS = 6
"""Content words; anything shorter is a heading or a scrap."""
PAIR = 2
STEP = 7
"""Added to a number to make it another: neither a rounding nor a change of scale."""

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)\n.*?\n\1\n", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?")
# Verbs by which one does something to another; a text without one is left alone.
_VERB = re.compile(r"\b(?:\w+ed|bought|sold|made|took|gave|makes|buys|sells|owns|pays|paid)\b")
_NEGATABLE = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could)\b(?! not|n't)")


class Change(StrEnum):
    """What was done to a sentence, or to what it cites."""

    NONE = "as it is"
    NUMBER = "a number changed"
    NAME = "a name changed"
    EXCHANGED = "two names exchanged"
    NEGATION = "a negation put in"
    NEIGHBOUR = "the next sentence cited"


@dataclass(frozen=True, slots=True)
class Changed:
    """A claim, what it cites, and what is wrong with it."""

    claim: str
    evidence: str
    change: Change


def changed_sentences(folder: Path) -> Iterator[Changed]:
    """Every sentence of a folder's Markdown files, and every change that can be made to it."""
    for path in sorted(folder.glob("*.md")):
        yield from change(sentences_of(path.read_text(encoding="utf-8")))


def sentences_of(text: str) -> list[str]:
    """The sentences of a document's paragraphs, without headings, tables and scraps."""
    body = _FRONT_MATTER.sub("", text)
    found: list[str] = []
    for paragraph in body.split("\n\n"):
        prose = " ".join(paragraph.split())
        if prose[:1] in {"#", "|", "-", "*", ">", "["}:
            continue
        for start, end in split_sentences(prose):
            sentence = prose[start:end].strip()
            if sentence.endswith(".") and len(content_words(sentence)) >= MIN_WORDS:
                found.append(sentence)
    return found


def change(sentences: Sequence[str]) -> Iterator[Changed]:
    """Each sentence as it is, and with one thing changed at a time."""
    names = list(
        dict.fromkeys(name.removesuffix("'s") for each in sentences for name in names_of(each))
    )
    for place, sentence in enumerate(sentences):
        yield Changed(sentence, sentence, Change.NONE)
        variants = (
            (Change.NUMBER, with_other_number(sentence)),
            (Change.NAME, with_other_name(sentence, names)),
            (Change.EXCHANGED, with_names_exchanged(sentence)),
            (Change.NEGATION, with_negation(sentence)),
        )
        for kind, variant in variants:
            if variant is not None:
                yield Changed(variant, sentence, kind)
        if place + 1 < len(sentences):
            yield Changed(sentence, sentences[place + 1], Change.NEIGHBOUR)


def with_other_number(sentence: str) -> str | None:
    """The sentence with its first number written in digits replaced by another."""
    match = _NUMBER.search(sentence)
    if match is None:
        return None
    whole, dot, decimals = match.group().rstrip(",").replace(",", "").partition(".")
    other = f"{int(whole) + STEP}{dot}{decimals}"
    return sentence[: match.start()] + other + sentence[match.start() + len(match.group()) :]


def with_other_name(sentence: str, names: Sequence[str]) -> str | None:
    """The sentence with its last name replaced by the document's first that it does not have."""
    own = names_of(sentence)
    held = keys(words_of(sentence))
    # The last: a sentence may open with a word that merely looks like a name.
    others = [name for name in names if not keys(words_of(name)) & held]
    if not own or not others:
        return None
    before, name, after = sentence.rpartition(own[-1])
    return before + others[0] + after if name else None


def with_names_exchanged(sentence: str) -> str | None:
    """The sentence "A <verb> B" as "B <verb> A"; None if it does not have just two names."""
    own = list(dict.fromkeys(name.removesuffix("'s") for name in names_of(sentence)))
    if len(own) != PAIR or own[0] in own[1] or own[1] in own[0]:
        return None
    first, second = own
    between = sentence.partition(first)[2].partition(second)[0]
    if not between or not _VERB.search(between) or sentence.count(first) != 1:
        return None  # a list ("A and B"), whose order says nothing, or a text too tangled to turn
    if sentence.count(second) != 1:
        return None
    before, _, rest = sentence.partition(first)
    middle, _, after = rest.partition(second)
    return f"{before}{second}{middle}{first}{after}"


def with_negation(sentence: str) -> str | None:
    """The sentence with "not" behind its first auxiliary verb; None if it is negated already."""
    match = _NEGATABLE.search(sentence)
    if match is None or re.search(r"\b(?:not|no|never)\b|n't", sentence):
        return None
    return f"{sentence[: match.end()]} not{sentence[match.end() :]}"
