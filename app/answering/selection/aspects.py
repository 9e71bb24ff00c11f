"""Each of the things that a long question lists gets a sentence. Pure.

"How did the deal help A to grow through a larger fleet, lower prices and a new home market?" asks
about three; the reader finds the sentence that has most of them, and little in the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked
from app.answering.text.terms import content_terms, keys

MANY_TERMS = 10
"""Subject words of a question that may list several things."""
OWN_WORDS = 2
"""Words besides names that each must have;"""
SHARE = 0.6
"""the share of them that a sentence about it has;"""
LEAST = 0.005
"""and its least chance: the words say more, where the reader looks for all things at once."""
_BETWEEN = re.compile(r",? and |, |; ?")


def aspects(asked: Asked) -> list[frozenset[str]]:
    """Keys of the words of each thing that a question lists, without names; none or several."""
    if len(asked.terms) < MANY_TERMS:
        return []
    names = {term.key for term in asked.names}
    found = [keys(content_terms(part)) - names for part in _BETWEEN.split(asked.text)]
    listed = [words for words in found if len(words) >= OWN_WORDS]
    return listed if len(listed) > 1 else []


def of_aspects(
    asked: Asked, chosen: Sequence[Evidence], evidence: Sequence[Evidence]
) -> list[Evidence]:
    """For each listed thing that no chosen sentence speaks of the one that has most of its words.

    Only of documents that are drawn on.

    Args:
        asked: The question.
        chosen: Sentences that are shown.
        evidence: Sentences that may be.
    """
    documents = {item.document_id for item in chosen}
    added: list[Evidence] = []
    for words in aspects(asked):
        if any(_speaks(item, words) for item in (*chosen, *added)):
            continue
        fitting = [
            item
            for item in evidence
            if item.document_id in documents and item.relevance >= LEAST and _speaks(item, words)
        ]
        if fitting:
            added.append(max(fitting, key=lambda item: (len(words & item.keys), item.relevance)))
    return added


def _speaks(item: Evidence, words: frozenset[str]) -> bool:
    return len(words & item.keys) >= SHARE * len(words)
