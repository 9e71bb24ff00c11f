"""Picks a few whole sentences that answer, in reading order. No model, same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.answering.asking import TYPED, Asked, Expects
from app.answering.evidence import OPENING_WORDS, Evidence, Features, leans
from app.answering.lexicon import CONNECTIVES, POINTERS, PREPOSITIONS
from app.answering.terms import names_of, terms

MAX_SENTENCES = 4
MAX_WORDS = 120
"""An answer is pasted into a memo: more than this is a summary, not an answer."""

# How much each feature says, relative to the cosine. Set by hand on questions over four articles.
# They matter: twice the weight of names lost 4 of 66 answers (docs/answering.md).
WEIGHTS = Features(
    cosine=1.0,
    passage=0.3,
    passage_cosine=0.0,
    coverage=0.6,
    window=0.4,
    names=0.2,
    shape=0.3,
    news=0.1,
    is_question=-0.4,
    leans=-0.1,
    relation=0.0,
    fragment=-0.3,
)
FOLLOWING = 0.7
"""Share of its lead that a sentence hands to the next of its paragraph: answers follow cues."""
BEHIND = 0.8
"""Share of its relevance that a sentence hands to the one that goes on from it."""
CUE = 0.3
"""What a matching question in the text adds to that."""
MAX_GAP = 0.55
"""A list is searched down to twice this below the best score."""
RECALL_COUNTS = 1.5
"""F's beta: a fact left out is worse than a sentence too many, within the limits above."""
FLOOR = 0.3
"""Share of the best sentence's relevance that any other must have. From 0.35 on facts are lost."""
OTHERS_REASON = 0.4
"""What a reason is worth whose subject is another of the names asked for: "Why did A want B?" is
not answered by what B wanted."""
SAME = 0.6
"""Two sentences that share this much of their words say the same."""
FEW_WORDS = 3
"""A sentence of fewer subject words that points back ("They finally did.") says nothing alone."""
NEW_NAME = 0.5
"""What the first name not yet given is worth in an answer that lists."""
RELATION = 0.4
"""What it is worth in a list that the sentence says the thing asked ("partner"), not only names."""
SAME_DOCUMENT = 0.1
"""What a list pays for staying in one document."""


def composed(asked: Asked, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentences to show: best document first, within a document in reading order.

    At most `MAX_SENTENCES` and `MAX_WORDS` words; empty only if there is no evidence.

    Args:
        asked: The question.
        ranked: What `ranked_evidence` gives.
    """
    chosen = _listed(asked, ranked) if asked.wants_list else _best(asked, ranked)
    return in_reading_order(_explained(chosen, ranked))


def ranked_evidence(evidence: Sequence[Evidence]) -> list[Evidence]:
    """All evidence with its score, best first; ties in order of document and position."""
    in_order = sorted(evidence, key=_position)
    scored: list[Evidence] = []
    for item in in_order:
        score = _weighted(item.features)
        before = scored[-1] if scored else None
        if before and _follows(before, item):
            lead = before.score + CUE * before.features.is_question - score
            score += FOLLOWING * max(0.0, lead)
        scored.append(replace(item, score=score))
    return sorted(scored, key=lambda item: (-item.score, _position(item)))


def _weighted(features: Features) -> float:
    return float(
        sum(getattr(WEIGHTS, name) * getattr(features, name) for name in Features.__slots__)
    )


def _follows(first: Evidence, second: Evidence) -> bool:
    return (
        first.document_id == second.document_id
        and first.sentence.ordinal + 1 == second.sentence.ordinal
        and first.sentence.paragraph == second.sentence.paragraph
    )


def _best(asked: Asked, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The set of sentences that promises the best F measure, each part of the question heard.

    Precision and recall of what is shown are estimated from the sentences' relevance, in words; a
    sentence is added as long as F grows. So one sure sentence stands alone, and of many that are
    all likely several are shown. What is far less relevant than the best, and what lacks the date
    or amount that is asked for, is beside the point. Source: Lewis, "Evaluating and optimizing
    autonomous text classification systems", SIGIR 1995 (choosing the set with the best expected F).
    """
    if asked.expects is Expects.REASON:
        ranked = [_of_the_subject(asked, item) for item in ranked]
    ranked = _handed_on(ranked, always=asked.expects is Expects.REASON)
    left = [item for item in sorted(ranked, key=_by_relevance) if _stands_alone(item)]
    lead = [next(item for item in left if item.part == part) for part in _parts_of(left)]
    wanted = sum(item.relevance * _words(item) for item in left)
    chosen: list[Evidence] = []
    best = hit = shown = 0.0
    for item in [*lead, *left]:
        if not _fits(chosen, item) or any(says_the_same(item, other) for other in chosen):
            continue
        if chosen and item not in lead and _is_beside_the_point(asked, item, left[0]):
            continue
        hit_then = hit + item.relevance * _words(item)
        shown_then = shown + _words(item)
        value = (1 + RECALL_COUNTS**2) * hit_then / (shown_then + RECALL_COUNTS**2 * wanted)
        if chosen and value <= best and item not in lead:
            break
        chosen.append(item)
        best, hit, shown = value, hit_then, shown_then
    return chosen


def _of_the_subject(asked: Asked, item: Evidence) -> Evidence:
    """The same, worth less if it opens with a name of the question that is not its subject."""
    subject, *others = [term.key for term in asked.names] or [""]
    opening = next((term.key for term in terms(item.text)), "")
    is_others = opening in others and opening != subject
    return replace(item, relevance=OTHERS_REASON * item.relevance) if is_others else item


def _explained(chosen: Sequence[Evidence], ranked: Sequence[Evidence]) -> list[Evidence]:
    """The same, with the sentence before one that opens by "he" or "in that year".

    It comes in the place of the last choice where the answer is full.
    """
    found = list(chosen)
    for item in chosen:
        if not points_back(item.text) or item not in found:
            continue
        before = next((other for other in ranked if _follows(other, item)), None)
        if before is None or any(_position(before) == _position(other) for other in found):
            continue
        while not _fits(found, before) and found[-1] not in (item, chosen[0]):
            found.pop()
        if _fits(found, before):
            found.insert(found.index(item), before)
    return found


def points_back(text: str) -> bool:
    """Whether a sentence opens with what stands in the one before ("It …", "In that year")."""
    opening = [term.text.lower() for term in terms(text)[:2]]
    if not opening:
        return False
    if opening[0] in POINTERS:
        return True
    return opening[0] in PREPOSITIONS and opening[-1] in POINTERS


def _is_beside_the_point(asked: Asked, item: Evidence, best: Evidence) -> bool:
    if item.relevance < FLOOR * best.relevance:
        return True
    return asked.expects in TYPED and not item.features.shape


def _handed_on(ranked: Sequence[Evidence], *, always: bool) -> list[Evidence]:
    """The same, with a share of a sentence's relevance for the one that goes on from it.

    A reason often shares no word with what it explains, and only stands behind it: where one is
    asked for, every next sentence of a paragraph gets its share.
    """
    handed: list[Evidence] = []
    for item in sorted(ranked, key=_position):
        before = handed[-1] if handed else None
        if before and _follows(before, item) and (always or goes_on(item.text)):
            item = replace(item, relevance=max(item.relevance, BEHIND * before.relevance))
        handed.append(item)
    return handed


def goes_on(text: str) -> bool:
    """Whether a sentence opens by going on from the one before it ("But even then …")."""
    opening = [term.text.lower() for term in terms(text)[:OPENING_WORDS]]
    if not opening or "also" in opening:
        return False
    return opening[0] in CONNECTIVES or leans(text)


def _parts_of(ranked: Sequence[Evidence]) -> list[int]:
    """Parts of the question that have evidence of their own, the surest first."""
    return list(dict.fromkeys(item.part for item in ranked if item.part))


def _stands_alone(item: Evidence) -> bool:
    """Whether a sentence says something by itself: "Why?" and "They finally did." do not."""
    return not item.features.is_question and not (
        item.features.leans and len(item.keys) < FEW_WORDS
    )


def _by_relevance(item: Evidence) -> tuple[float, float, tuple[str, int]]:
    return -item.relevance, -item.score, _position(item)


def _words(item: Evidence) -> int:
    return len(item.text.split())


def _listed(asked: Asked, ranked: Sequence[Evidence]) -> list[Evidence]:
    """Like `_best`, but each next sentence is chosen for what it adds: names, documents."""
    chosen: list[Evidence] = []
    given = {term.key for term in asked.terms}
    left = [item for item in ranked if not item.features.is_question]
    floor = left[0].score - 2 * MAX_GAP if left else 0.0
    while left:
        # Of equal worth the better ranked comes first, and `max` takes the first.
        item = max(left, key=lambda item: _worth(item, chosen, given))
        left.remove(item)
        if item.score < floor or any(says_the_same(item, other) for other in chosen):
            continue
        if not _fits(chosen, item):
            if len(chosen) == MAX_SENTENCES:
                break
            continue
        chosen.append(item)
        given.update(*names_in(item))
    return chosen


def _worth(item: Evidence, chosen: Sequence[Evidence], given: set[str]) -> float:
    new = [name for name in names_in(item) if not name & given]
    again = sum(other.document_id == item.document_id for other in chosen)
    return (
        _weighted(item.features)
        + RELATION * item.features.relation
        + NEW_NAME * bool(new)
        - SAME_DOCUMENT * again
    )


def names_in(item: Evidence) -> set[frozenset[str]]:
    """Names of companies and places in a sentence, each as its keys; people are left out."""
    return {name.keys for name in names_of(item.text) if not name.is_person}


def says_the_same(first: Evidence, second: Evidence) -> bool:
    """Whether two sentences share most of their content words."""
    union = first.keys | second.keys
    return bool(union) and len(first.keys & second.keys) / len(union) >= SAME


def _fits(chosen: Sequence[Evidence], item: Evidence) -> bool:
    words = sum(_words(other) for other in (*chosen, item))
    return len(chosen) < MAX_SENTENCES and (words <= MAX_WORDS or not chosen)


def in_reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Documents by their best sentence, sentences of one document as they stand in it."""
    rank: dict[str, int] = {}
    for item in chosen:
        rank.setdefault(item.document_id, len(rank))
    return sorted(chosen, key=lambda item: (rank[item.document_id], item.sentence.ordinal))


def _position(item: Evidence) -> tuple[str, int]:
    return item.document_id, item.sentence.ordinal
