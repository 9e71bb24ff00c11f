"""Flags paragraphs that plainly belong to another article: they share nothing with this one.

The limits come from some 10,000 paragraphs of whole documents, of which none is flagged; of
paragraphs put into documents of another subject about four in ten are. When in doubt, not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.cleaning.general_words import FUNCTION_WORDS, GENERAL_WORDS
from ingest.types import Block
from vectorstore.types import SentenceKind

MAX_LINKED = 0.11
"""Share of a paragraph's own terms that also stand elsewhere. Ordinary prose has 0.4 to 0.9."""

MIN_TERMS = 12
"""Own terms a paragraph needs before a lack of links says anything."""

MIN_BLOCKS = 13
"""In a shorter text even what belongs may share no term; there, only a plain cue counts."""

MAX_RUN = 3
"""So many foreign paragraphs in a row are looked for as one: they share terms with each other."""

MIN_TERMS_OF_METHOD = 2
MIN_WORDS = 10
MIN_FUNCTION_WORDS = 0.25
"""Share of the words. Records, lists of names and legends have fewer, and share no terms."""

# How an article tells of its own making; one about something else is a remnant of another page.
_METHOD = re.compile(
    r"(?:the|these|our|this)\s+(?:authors?|researchers?|writers?|editors?|research(?: team)?|study"
    r"|survey(?: team)?)(?:['’]s?)?"
    r"\s+(?:\w+ly\s+|also\s+|then\s+|first\s+|has\s+|have\s+|is\s+|was\s+|were\s+)*"
    r"(?:interview|survey|analy[sz]|stud(?:y|ied)|examin|conduct|review|collect|gather|track|observ"
    r"|spoke|based on|sampl|poll|draws? on)\w*"
    r"|(?:this|the)\s+(?:article|essay|piece|feature)\s+(?:is|was)\s+(?:based on|adapted from"
    r"|excerpted from|drawn from)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:They|Their|These|He|His|She|Her|It|Its)\b|(?:The (?:team|authors|researchers))\b"
)
# Back matter is about the making of the text, not about its subject, and belongs all the same.
_BACK_MATTER = re.compile(
    r"\b(?:thank|grateful|acknowledg|funded|funding|grants?|award|ethic|consent"
    r"|conflicts? of interest|affiliation|disclos"
    r"|disclaimer|copyright|licen[cs]e|correspondence|supplementary|copies|reprint|photo|reviewers?\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[A-Z][\w /&-]{0,40}:")
_SUFFIXES = [
    "ations",
    "ation",
    "ings",
    "ing",
    "ities",
    "ity",
    "ments",
    "ment",
    "ies",
    "ers",
    "er",
    "ors",
    "or",
    "ed",
    "es",
    "ly",
    "s",
    "e",
    "al",
]
_MIN_STEM = 4
_MIN_TERM = 3


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """Cut the commonest English ending: enough to match "insurer" and "insurers"."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _MIN_STEM:
            return word[: -len(suffix)]
    return word


_GENERAL_STEMS = frozenset(_stem(word) for word in GENERAL_WORDS)


def _terms(words: Sequence[str]) -> frozenset[str]:
    """What a text is about: stems of its words, less those that any text has."""
    own = {
        word for word in set(words) - FUNCTION_WORDS if len(word) >= _MIN_TERM and word[0].isalpha()
    }
    return frozenset(map(_stem, own)) - _GENERAL_STEMS


@dataclass(frozen=True, slots=True)
class _Paragraph:
    index: int
    terms: frozenset[str]
    is_prose: bool


def mark_foreign(blocks: list[Block], words: Sequence[Sequence[str]]) -> list[Block]:
    """Blocks with those of another article flagged; `words` are `words_of` the text of each."""
    paragraphs = [
        _Paragraph(index, _terms(told), _is_running_prose(block, told))
        for index, (block, told) in enumerate(zip(blocks, words, strict=True))
        if block.kind is not SentenceKind.REFERENCE and not block.repeats
    ]
    counts = Counter(term for paragraph in paragraphs for term in paragraph.terms)
    flagged: set[int] = set()
    for position, paragraph in enumerate(paragraphs):
        if not paragraph.is_prose or paragraph.index in flagged:
            continue
        if _is_other_method(blocks, paragraph, counts) or (
            flagged and _goes_on(blocks, paragraphs, position, counts, flagged)
        ):
            flagged.add(paragraph.index)
        elif len(paragraphs) >= MIN_BLOCKS:
            flagged.update(_unlinked_run(blocks, paragraphs, position, counts))
    if not flagged:
        return blocks
    return [
        replace(block, foreign=True) if index in flagged else block
        for index, block in enumerate(blocks)
    ]


def _is_running_prose(block: Block, words: Sequence[str]) -> bool:
    if block.kind is not SentenceKind.PROSE or block.whole or _LABEL.match(block.text):
        return False
    if not block.text.rstrip("”\"’'").endswith((".", "?", "!")):
        return False
    functional = sum(word in FUNCTION_WORDS for word in words)
    return len(words) >= MIN_WORDS and functional >= MIN_FUNCTION_WORDS * len(words)


def _num_linked(
    terms: Collection[str], counts: Counter[str], own: Counter[str] | None = None
) -> int:
    if own is None:
        return sum(counts[term] > 1 for term in terms)
    return sum(counts[term] > own[term] for term in terms)


def _is_other_method(blocks: Sequence[Block], paragraph: _Paragraph, counts: Counter[str]) -> bool:
    """Tells of a making ("The authors interviewed …") that the rest never mentions."""
    return (
        _METHOD.match(blocks[paragraph.index].text) is not None
        and len(paragraph.terms) >= MIN_TERMS_OF_METHOD
        and _num_linked(paragraph.terms, counts) <= MAX_LINKED * len(paragraph.terms)
        and not _BACK_MATTER.search(blocks[paragraph.index].text)
    )


def _goes_on(
    blocks: Sequence[Block],
    paragraphs: Sequence[_Paragraph],
    position: int,
    counts: Counter[str],
    flagged: Collection[int],
) -> bool:
    """Begins with a pronoun right after a foreign paragraph, and shares no term with the others."""
    paragraph = paragraphs[position]
    before = paragraphs[position - 1] if position else None
    if before is None or before.index not in flagged:
        return False
    if not _GOES_ON.match(blocks[paragraph.index].text) or not paragraph.terms:
        return False
    own = Counter([*paragraph.terms, *before.terms])
    return _num_linked(paragraph.terms, counts, own) <= MAX_LINKED * len(paragraph.terms)


def _unlinked_run(
    blocks: Sequence[Block], paragraphs: Sequence[_Paragraph], position: int, counts: Counter[str]
) -> list[int]:
    """The longest run of paragraphs from here that shares next to nothing with the rest."""
    first = paragraphs[position].terms
    # What stands in more paragraphs than a run has stands outside of it: most paragraphs end here.
    if sum(counts[term] > MAX_RUN for term in first) > 2 * MAX_LINKED * len(first):
        return []
    for length in range(MAX_RUN, 0, -1):
        run = paragraphs[position : position + length]
        if len(run) < length or not all(paragraph.is_prose for paragraph in run):
            continue
        own = Counter(term for paragraph in run for term in paragraph.terms)
        if (
            len(own) < MIN_TERMS * length
            or min(len(paragraph.terms) for paragraph in run) < MIN_TERMS // 2
        ):
            continue
        if _num_linked(own, counts, own) > MAX_LINKED * len(own):
            continue
        # Each alone must be unlinked too, or a paragraph that belongs is drawn in by the next.
        if any(_num_linked(p.terms, counts, own) > 2 * MAX_LINKED * len(p.terms) for p in run):
            continue
        if any(_BACK_MATTER.search(blocks[paragraph.index].text) for paragraph in run):
            continue
        return [paragraph.index for paragraph in run]
    return []
