"""Measures of an answer's text against what was expected of it."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rouge_score.rouge_scorer import RougeScorer

from eval.metrics.matching import REMEMBERED_TEXTS, holds_any
from eval.metrics.words import content_words, keys

KEY_POINT_THRESHOLD = 0.6
"""Share of a key point's content words that an answer must hold to have made the point."""

_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s+")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_SIGNS = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Rouge:
    """ROUGE of an answer against its references, each in [0, 1]."""

    l_f: float
    l_recall: float
    one_recall: float


def fact_recall(
    answer: str, facts: Sequence[Sequence[str]], forbidden: Sequence[str] = ()
) -> float | None:
    """Share of the facts that the answer says in one of their forms; 0 if it says what it must not.

    A form is found in folded text (case, typographic quotes and dashes, white space), from the
    start of a word to the end of one. None if neither facts nor forbidden texts are stated; 1 if
    there are only forbidden texts and none is said. Source: "string exact match" of ASQA (Stelmakh
    et al., EMNLP 2022) and ALCE (Gao et al., EMNLP 2023); the forbidden texts are ours.
    """
    if not facts and not forbidden:
        return None
    if holds_any(answer, forbidden):
        return 0.0
    return _share_held(answer, facts) if facts else 1.0


def completeness(answer: str, items: Sequence[Sequence[str]]) -> float | None:
    """Share of a list's items that the answer names in one of their forms; None without items.

    Source: the entity recall of QAMPARI (Amouyal et al., 2022), as ALCE scores its lists, over
    the whole answer instead of over its parts between commas.
    """
    return _share_held(answer, items) if items else None


def _share_held(answer: str, wanted: Sequence[Sequence[str]]) -> float:
    return sum(holds_any(answer, forms) for forms in wanted) / len(wanted)


def key_point_words(answer: str, key_point: str) -> float:
    """Share of the key point's content words that the answer holds, in any inflection.

    Words are compared by the key of `eval.metrics.words`, each once; a list number in front
    ("1. ...") is no word of the point. 0 if the point has no content word.
    """
    wanted = _content_keys(_LIST_NUMBER.sub("", key_point))
    return len(wanted & _content_keys(answer)) / len(wanted) if wanted else 0.0


def key_point_coverage(answer: str, key_points: Sequence[str]) -> float | None:
    """Share of the key points that the answer makes; None without key points.

    A point is made when the answer holds at least `KEY_POINT_THRESHOLD` of its content words.
    Source: the completeness of RAGEval (Zhu et al., arXiv 2408.01262), whose judge is an LLM; by
    words it needs none, and cannot see that a point is contradicted.
    """
    if not key_points:
        return None
    made = [key_point_words(answer, point) >= KEY_POINT_THRESHOLD for point in key_points]
    return sum(made) / len(made)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _content_keys(text: str) -> frozenset[str]:
    return keys(content_words(text))


@lru_cache(maxsize=1)
def _scorer() -> RougeScorer:
    # Unstemmed: with it, the values stored with MTRAG's answers come out to the last digit.
    return RougeScorer(["rougeL", "rouge1"], use_stemmer=False)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def rouge(answer: str, references: tuple[str, ...]) -> Rouge | None:
    """ROUGE-L (F and recall) and ROUGE-1 recall; None without references.

    Of several references the one with the best F counts, for ROUGE-L and ROUGE-1 each by itself,
    and recall is that of the same reference (`score_multi` of rouge-score). Lower case, letters
    and digits only, unstemmed. Source: Lin, "ROUGE", ACL workshop 2004.
    """
    if not references:
        return None
    best = _scorer().score_multi(references, answer)
    longest, one = best["rougeL"], best["rouge1"]
    return Rouge(float(longest.fmeasure), float(longest.recall), float(one.recall))


def token_f1(answer: str, references: Sequence[str]) -> float | None:
    """Harmonic mean of the precision and recall of words, best over references.

    Lower case, without punctuation and articles; 1 if both are empty after that, 0 if one is.
    None without references. Source: SQuAD (Rajpurkar et al., EMNLP 2016), its evaluation script.
    """
    return max((_f1(answer, reference) for reference in references), default=None)


def _f1(answer: str, reference: str) -> float:
    said, wanted = _squad_tokens(answer), _squad_tokens(reference)
    if not said or not wanted:
        return float(said == wanted)
    common = sum((Counter(said) & Counter(wanted)).values())
    return 2 * common / (len(said) + len(wanted))


def _squad_tokens(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_SIGNS)).split()


def num_words(text: str) -> int:
    """Words of a text: what is between white space."""
    return len(text.split())
