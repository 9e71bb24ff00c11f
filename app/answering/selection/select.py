"""Picks the few whole sentences that answer, in reading order. Same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.evidence.evidence import Evidence, asks, leans
from app.answering.question.asking import Asked, Expects
from app.answering.selection.listed import items
from app.answering.selection.paragraphs import shared_in_paragraphs
from app.answering.text.lexicon import POINTERS, PREPOSITIONS, SHELLS
from app.answering.text.terms import names_of, terms

MAX_SENTENCES = 4
MAX_WORDS = 120
"""An answer is pasted into a memo: more than this is a summary, not an answer."""
MAX_ITEMS = 8
"""Sentences of an answer of which some are short items of a list: those are shown beside
`MAX_SENTENCES` others."""
ITEM_WORDS = 16
"""An item of more words is a sentence like others."""
ITEM_LEAST = 0.2
"""Chance from which on an item is shown so: where nothing is likely, more of it makes no answer;"""
ITEM_SHARE = 0.35
"""and the share of the likeliest sentence's chance."""
MAX_SENTENCES_OF_SUMMARY, MAX_WORDS_OF_SUMMARY = 12, 240
"""The same where a summary is what is asked for."""
MAX_SENTENCES_IN_FULL = 8
"""The same where somebody wants to know more."""
MAX_SENTENCES_IN_BRIEF = 2
"""Of half an answer, where somebody wants it shorter."""
BESIDES = 2
"""So many sentences to either side are added where somebody wants to know more."""
RECALL_COUNTS = 4.0
"""F's beta: a fact left out is worse than a sentence too many, within the limits above."""
CONSIDERED = 12
"""The likeliest sentences among which an answer is looked for. The many unlikely ones behind them
would add up to a fact that seems left out."""
CONSIDERED_FOR_SUMMARY = 24
"""The same for a summary, which is gathered from all of a document."""
FLOOR = 0.22
"""Share of the likeliest sentence's chance that any other must have."""
FLOOR_OF_SUMMARY = 0.15
"""The same for a summary, which is asked for to miss nothing."""
ONE_VALUE = frozenset(
    {Expects.DATE, Expects.NUMBER, Expects.MONEY, Expects.SHARE, Expects.DURATION}
)
"""Where one value is asked for, a sentence that surely gives it is the answer;"""
SURE, FLOOR_BESIDE_VALUE = 0.8, 0.6
"""from this chance on, and the share of it that another sentence of its document must have."""
ANSWERS, BESIDE = 0.5, 0.1
"""The chance of a passage of a document that is not drawn on yet from which on its best sentence is
shown too, and the share of the likeliest sentence's chance that this one must have."""
LEAST = 0.05
"""A part of a question that nothing answers with this chance stays without an answer."""
SAME = 0.6
"""Two sentences that share this much of their words say the same."""
FEW_WORDS = 3
"""A sentence of fewer subject words that points back ("They finally did.") says nothing alone."""

_SAYS_NOT_WHO = re.compile(
    r"\W*(?:In|On|By|At|Since|After|Before|During) [^,;.]{1,30}?,? (?:it|they|he|she)\b"
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_HOW = re.compile(
    r"\W*how (?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|had|to)\b", re.I
)
_ANSWER = MAX_SENTENCES, MAX_WORDS
_SUMMARY = MAX_SENTENCES_OF_SUMMARY, MAX_WORDS_OF_SUMMARY
_FULL = MAX_SENTENCES_IN_FULL, MAX_WORDS_OF_SUMMARY


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an answer may show."""

    sentences: int
    words: int
    items: frozenset[tuple[str, int]] = frozenset()
    """Places of short items of lists, which do not count as sentences."""


def short_items(evidence: Sequence[Evidence]) -> frozenset[tuple[str, int]]:
    """The places of those sentences that are short items of lists, and likely."""
    known = items(evidence)
    best = max((item.relevance for item in evidence), default=0.0)
    return frozenset(
        _position(item)
        for item in evidence
        if (entry := known.get(_position(item))) is not None
        and entry.opens
        and len(item.text.split()) <= ITEM_WORDS
        and item.relevance >= max(ITEM_LEAST, ITEM_SHARE * best)
    )


def select(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences to show: best document first, within a document in reading order.

    At most `MAX_SENTENCES` and `MAX_WORDS` words, of a summary more; empty only if there is no
    evidence. The set is the one that promises the best F measure: precision and recall of what is
    shown are estimated from the sentences' chances, and a sentence is added as long as F grows, so
    one sure sentence stands alone, and of many that are all likely several are shown. Other
    documents that answer too add a sentence each. Source: Lewis, "Evaluating and optimizing
    autonomous text classification systems", SIGIR 1995.

    Args:
        asked: The question.
        evidence: The likeliest first.
    """
    limits = Limits(*(_SUMMARY if asked.wants_summary else _ANSWER), short_items(evidence))
    considered = CONSIDERED_FOR_SUMMARY if asked.wants_summary else CONSIDERED
    ranked = shared_in_paragraphs(evidence) if asked.wants_summary else evidence
    left = [item for item in ranked if _stands_alone(item)][:considered]
    firsts = [next(item for item in left if item.part == part) for part in _parts_of(left)]
    lead = [item for item in firsts if item.relevance >= LEAST]
    wanted = sum(item.relevance for item in left)
    chosen: list[Evidence] = []
    best = hit = 0.0
    for item in [*lead, *left]:
        if not _fits(chosen, item, limits) or any(says_the_same(item, other) for other in chosen):
            continue
        floor = _floor(asked, left[0], item)
        if chosen and item not in lead and item.relevance < floor * left[0].relevance:
            continue
        hit_then = hit + item.relevance
        value = (
            (1 + RECALL_COUNTS**2) * hit_then / (len(chosen) + 1 + RECALL_COUNTS**2 * wanted)
            if wanted
            else 0.0
        )
        if chosen and value <= best and item not in lead:
            break
        chosen.append(item)
        best, hit = value, hit_then
    if asked.is_full:
        chosen += _around(chosen, evidence)
    elif asked.is_brief:
        kept = max(1, min(len(chosen) // 2, MAX_SENTENCES_IN_BRIEF))
        chosen = sorted(chosen, key=lambda item: -item.relevance)[:kept]
    else:
        chosen += _of_other_documents(chosen, left, limits)
    if asked.wants_summary:  # as they were read
        own = {_position(item): item for item in evidence}
        chosen = [own[_position(item)] for item in chosen]
    shown = in_reading_order(_explained(chosen, evidence, limits, asked))
    return _without_loose(shown, evidence) if asked.wants_summary else shown


def _around(chosen: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[Evidence]:
    """What stands beside the chosen sentences in their passages, the nearest first."""
    places = {(item.document_id, item.sentence.ordinal) for item in chosen}
    added: list[Evidence] = []
    for away in range(1, BESIDES + 1):
        for item in evidence:
            near = (item.sentence.ordinal - away, item.sentence.ordinal + away)
            is_near = any((item.document_id, place) in places for place in near)
            is_new = (item.document_id, item.sentence.ordinal) not in places
            shown = [*chosen, *added]
            if is_near and is_new and item not in added and _fits(shown, item, Limits(*_FULL)):
                added.append(item)
    return added


def _floor(asked: Asked, best: Evidence, item: Evidence) -> float:
    """The share of the best sentence's chance that another one must have."""
    if asked.wants_summary:
        return FLOOR_OF_SUMMARY
    is_told = asked.expects in ONE_VALUE and best.relevance >= SURE
    return FLOOR_BESIDE_VALUE if is_told and item.document_id == best.document_id else FLOOR


def _of_other_documents(
    chosen: Sequence[Evidence], left: Sequence[Evidence], limits: Limits
) -> list[Evidence]:
    """The best sentence of each other document with a passage that answers by itself.

    A second source is worth a sentence even where the first one seems to say all.
    """
    added: list[Evidence] = []
    drawn_on = {item.document_id for item in chosen}
    for item in left:
        if item.document_id in drawn_on or item.answers < ANSWERS:
            continue
        if item.relevance < BESIDE * left[0].relevance:
            continue
        shown = [*chosen, *added]
        if _fits(shown, item, limits) and not any(says_the_same(item, other) for other in shown):
            added.append(item)
            drawn_on.add(item.document_id)
    return added


def points_back(text: str) -> bool:
    """Whether a sentence opens with what stands in the one before ("It …", "In that year")."""
    opening = [term.text.lower() for term in terms(text)[:2]]
    if not opening:
        return False
    if opening[0] in POINTERS:
        return True
    return opening[0] in PREPOSITIONS and opening[-1] in POINTERS


def _tells_result(text: str) -> bool:
    """Whether a sentence opens with what the one before it tells, in a word: "The effort"."""
    opening = [term.text.lower() for term in terms(text)[:2]]
    return opening[:1] == ["the"] and opening[1:] != [] and opening[1] in SHELLS


def names_in(item: Evidence) -> set[frozenset[str]]:
    """Names of companies and places in a sentence, each as its keys; people are left out."""
    return {name.keys for name in names_of(item.text) if not name.is_person}


def says_the_same(first: Evidence, second: Evidence) -> bool:
    """Whether two sentences share most of their content words, and are of one thing.

    Of two things that are asked about, or with a figure each that the other has not, like words
    say something else: "Operating income was $25 million", "… $500 million".
    """
    if first.part and second.part and first.part != second.part:
        return False
    union = first.keys | second.keys
    if not union or len(first.keys & second.keys) / len(union) < SAME:
        return False
    figures, others = (set(_FIGURE.findall(item.text)) for item in (first, second))
    return figures <= others or others <= figures


def in_reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Documents by their best sentence, sentences of one document as they stand in it."""
    rank: dict[str, int] = {}
    for item in chosen:
        rank.setdefault(item.document_id, len(rank))
    return sorted(chosen, key=lambda item: (rank[item.document_id], item.sentence.ordinal))


def _explained(
    chosen: Sequence[Evidence],
    evidence: Sequence[Evidence],
    limits: Limits,
    asked: Asked,
) -> list[Evidence]:
    """The same, with the sentence before one that opens by "he" or "in that year".

    It comes in the place of the last choice where the answer is full. Who it was is told before "In
    May it warned", too, and how something was done before "The effort doubled sales".
    """
    asks_who, asks_means = asked.expects is Expects.NAME, _HOW.match(asked.text) is not None
    found = list(chosen)
    for item in chosen:
        leans_on = (
            points_back(item.text)
            or (asks_who and _SAYS_NOT_WHO.match(item.text))
            or (asks_means and _tells_result(item.text))
        )
        if not leans_on or item not in found:
            continue
        before = next((other for other in evidence if _follows(other, item)), None)
        if before is None or any(_position(before) == _position(other) for other in found):
            continue
        while not _fits(found, before, limits) and found[-1] not in (item, chosen[0]):
            found.pop()
        if _fits(found, before, limits):
            found.insert(found.index(item), before)
    return found


def _without_loose(shown: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same without those that open by "it" where what it means is not shown; at least one."""
    kept: list[Evidence] = []
    for item in shown:
        before = next((other for other in evidence if _follows(other, item)), None)
        if (
            before is None
            or not points_back(item.text)
            or any(_position(before) == _position(other) for other in kept)
        ):
            kept.append(item)
    return kept or list(shown[:1])


def _follows(first: Evidence, second: Evidence) -> bool:
    return (
        first.document_id == second.document_id
        and first.sentence.ordinal + 1 == second.sentence.ordinal
        and first.sentence.paragraph == second.sentence.paragraph
    )


def _parts_of(ranked: Sequence[Evidence]) -> list[int]:
    """Parts of the question that have evidence of their own, the surest first."""
    return list(dict.fromkeys(item.part for item in ranked if item.part))


def _stands_alone(item: Evidence) -> bool:
    """Whether a sentence says something by itself.

    "Why?", "They finally did." and what only leads up to a list do not.
    """
    leads_up = item.text.rstrip().endswith(":")
    return not (asks(item.text) or leads_up or (leans(item.text) and len(item.keys) < FEW_WORDS))


def _fits(chosen: Sequence[Evidence], item: Evidence, limits: Limits) -> bool:
    shown = [*chosen, item]
    words = sum(len(other.text.split()) for other in shown)
    full = sum(_position(other) not in limits.items for other in shown)
    is_few = full <= limits.sentences and len(shown) <= max(limits.sentences, MAX_ITEMS)
    return is_few and (words <= limits.words or not chosen)


def _position(item: Evidence) -> tuple[str, int]:
    return item.document_id, item.sentence.ordinal
