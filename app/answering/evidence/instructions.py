"""Detects sentences that instruct whoever answers, as opposed to those that state something.

Documents are data: a sentence that is addressed to an assistant, or sets a task that has nothing to
do with what stands around it, is neither shown to a chat model nor cited. Advice to readers ("Begin
small.") is what a source says, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from app.answering.text.terms import REMEMBERED_TEXTS, content_terms, fold, keys
from vectorstore.types import Sentence

MAX_LINKED = 0.34
"""Share of a task's words that also stand around it. What a text asks itself shares more."""
MIN_WORDS = 2
"""Content words a task needs before a lack of links says anything."""

# What an answer is made of, or done to: only with "your" is it the one that is being written.
_REPLY = re.compile(
    r"\byour (?:\w+ )?(?:response|reply|answer|output|completion|message)s?\b", re.I
)
_LETTERS = re.compile(r"\b(?:letters?|vowels?|anagrams?|spaces|substitution)\b", re.I)
_SHAPE = re.compile(
    r"(?:^|[^\w\s]\s*|\b(?:please|must|should|always|and|now|to)\s+)"
    r"(?:add|append|anagram|answer|augment|begin|change|close|combine|compose|conclude|convert|embed|"
    r"end|enhance|finish|format|give|group|hint|include|insert|integrate|introduce|jumble|limit|"
    r"make|mention|misspell|modify|open|phrase|place|promote|provide|put|rearrange|recommend|"
    r"remove|render|repeat|replace|rewrite|say|scramble|start|state|substitute|suggest|tease|"
    r"translate|use|write)\b",
    re.I,
)
_IN_REPLY = re.compile(r"^\W*in your (?:response|reply|answer|output)\b", re.I)
# Nobody says this to a reader.
_OVERRIDES = re.compile(
    r"(?i:\b(?:ignore|disregard|forget|override|bypass)\b(?:\s+\w+){0,3}\s+"
    r"(?:(?:previous|prior|above|earlier|preceding|foregoing|system)\s+(?:\w+\s+)?"
    r"(?:instructions?|prompts?|messages?|rules|guidelines|directions|context)"
    r"|(?:instructions?|prompts?|rules|guidelines) (?:above|before this|so far))\b)"
    r"|^\W*(?:SYSTEM|ASSISTANT|DEVELOPER)\b[^:\n]{0,20}:"
    r"|\b(?i:system (?:prompt|message|instruction|override)s?)\s*:"
    r"|<\|im_(?:start|end)\|>|<<SYS>>|\[/?INST\]"
    r"|(?i:\b(?:you are|act as|if you are) (?:now )?an? (?:\w+ ){0,2}"
    r"(?:ai|llm|chatbot|language model|assistant)\b)"
    r"|(?i:^\W*(?:dear|hey|hello|attention|note (?:to|for)|instructions? (?:to|for))[, ]+"
    r"(?:the |any |all )?(?:ai|llms?|chatbots?|assistants?|language models?)\b)"
    r"|(?i:^\W*(?:tell|inform|remind) the user (?:that|to)\b)",
)
_TASK = re.compile(
    r"^(?:\W|\d)*(?:please\s+)?(?:break down|calculate|compose|describe|develop|draft|explain|"
    r"paraphrase|replace|rewrite|solve|summari[sz]e|translate|write|"
    r"(?:provide|give|create|generate|tell)(?: me| us)? (?:an?|the|your) (?:\w+ ){0,2}"
    r"(?:answer|article|equivalent|essay|example|introduction|joke|letter|list|poem|reply|song|"
    r"speech|story|summary|translation))\b",
    re.I,
)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def is_addressed(text: str) -> bool:
    """Whether a sentence tells whoever answers what to write, or what to be."""
    folded = fold(text)
    if _OVERRIDES.search(folded) or _IN_REPLY.search(folded):
        return True
    if not _SHAPE.search(folded):
        return False
    reply = _REPLY.search(folded)
    return reply is not None and (
        "message" not in reply[0].lower() or bool(_LETTERS.search(folded))
    )


def is_out_of_place(text: str, around: Iterable[str]) -> bool:
    """Whether a sentence sets a task that has nothing to do with the text around it.

    Args:
        text: One sentence.
        around: Keys of the content words of the other sentences of its passage.
    """
    folded = fold(text)
    task = _TASK.match(folded)
    if task is None:
        return False
    own = keys(content_terms(folded[task.end() :]))
    return len(own) >= MIN_WORDS and len(own.intersection(around)) <= MAX_LINKED * len(own)


def withheld(sentences: Sequence[Sentence], texts: Sequence[str]) -> list[bool]:
    """For each sentence of a passage whether it is kept from answers.

    Behind what overrides other instructions the next sentence of its paragraph is kept back, too:
    that is what is to be obeyed.

    Args:
        sentences: In reading order.
        texts: Of the same.
    """
    found: list[bool] = []
    for number, text in enumerate(texts):
        others = (other for at, other in enumerate(texts) if at != number)
        found.append(
            is_addressed(text)
            or is_out_of_place(text, chain.from_iterable(keys(content_terms(o)) for o in others))
        )
    for number, (first, second) in enumerate(pairwise(sentences)):
        if first.paragraph == second.paragraph and _OVERRIDES.search(fold(texts[number])):
            found[number + 1] = True
    return found
