"""Sentences of the retrieved passages, and how well each may answer the question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.answering.asking import Asked, has_shape, opens_with_question_word
from app.answering.instructions import withheld
from app.answering.lexicon import ANAPHORS, LIGHT_VERBS
from app.answering.spelling import meant
from app.answering.terms import Term, content_terms, fold, keys, synonyms, terms
from vectorstore.reader import PassageSentences
from vectorstore.types import (
    DocumentId,
    FloatVector,
    Metadata,
    PassageId,
    ScoredPassage,
    Sentence,
    SentenceKind,
)

SYNONYM_CREDIT = 0.7
"""A word that answers for the one asked counts less than the word itself."""
NEIGHBOUR_CREDIT = 0.5
"""A word of the sentence before, of the heading or of the title: what the sentence may be about."""

CITED_KINDS = frozenset(
    {SentenceKind.PROSE, SentenceKind.LIST_ITEM, SentenceKind.TABLE, SentenceKind.CAPTION}
)


class Rarity(Protocol):
    """Tells how rare a word is in what is searched."""

    def rarity(self, word: str) -> float:
        """Inverse document frequency, at least 0: the rarer the word, the higher."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """Passages opened: their sentences, and what is known of their documents."""

    passages: Sequence[ScoredPassage]
    sentences: Mapping[PassageId, PassageSentences]
    metadata: Mapping[DocumentId, Metadata]


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a sentence as an answer; all in [0, 1] but the cosines."""

    cosine: float
    """Question and sentence, the sentence read in its passage."""
    passage: float
    """Fused score of its passage."""
    passage_cosine: float
    coverage: float
    """Share of the question's subject words in the sentence, weighted by rarity."""
    window: float
    """The same with what stands around the sentence, at half credit."""
    names: float
    """Share of the question's names in the sentence or around it; 1 where it has none."""
    shape: float
    """1 if the kind of thing asked for stands in it."""
    news: float
    """Share of its content words that the question does not say already."""
    is_question: float
    leans: float
    """1 if it opens by pointing back at the sentence before ("Through that deal …")."""
    fragment: float
    """1 for a table row: cells, not a sentence."""
    relation: float
    """Share of the question's common words, by count, that the sentence holds as common words."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that could be shown."""

    document_id: DocumentId
    version: str
    metadata: Metadata
    sentence: Sentence
    text: str
    passage: ScoredPassage
    features: Features
    keys: frozenset[str]
    """Of its content words."""
    missing: frozenset[str]
    """Keys of the question that neither the sentence nor its surroundings hold."""
    score: float = 0.0
    """Its worth beside the others of this search; only their order and distance mean something."""
    relevance: float = 0.0
    """How likely it belongs into the answer, in [0, 1] (`app.answering.relevance`)."""
    part: int = 0
    """Which part of the question it was weighed against; 0 is the whole (`decompose.parts`)."""
    titled: float | None = None
    """Cosine of question and sentence, read alone behind its document's title; None if it was not
    read so closely."""
    names: frozenset[str] = frozenset()
    """Keys of the question's words that are names, by its own capitals or by the sources'."""


def gather(
    asked: Asked,
    vector: FloatVector,
    reading: Reading,
    rarity: Rarity,
    *,
    part: int = 0,
) -> list[Evidence]:
    """Every sentence that may be cited, with its features; in order of passage, then of reading.

    Headings, references, repeats of other sentences, sentences that belong to another article and
    instructions to an assistant are left out.

    Args:
        asked: The question, or the part of it that these passages speak of.
        vector: Of the same; unit length.
        reading: The passages opened.
        rarity: Of words in what is searched.
        part: Kept with each sentence.
    """
    weights = weights_of(asked, rarity)
    names = names_asked(asked, reading)
    misspelt = misspelt_keys(asked, reading)
    found: list[Evidence] = []
    for passage in reading.passages:
        inside = reading.sentences[passage.passage.id]
        about = reading.metadata[passage.passage.document_id]
        around = keys(content_terms(" ".join((about.title, *passage.passage.heading))))
        cosines = inside.vectors @ vector
        instructs = withheld(inside.sentences, inside.texts)
        before: frozenset[str] = frozenset()
        for sentence, text, cosine, is_instruction in zip(
            inside.sentences, inside.texts, cosines.tolist(), instructs, strict=True
        ):
            words = content_terms(text)
            own = keys(words)
            own |= {key for key, said in misspelt.items() if said in own}
            if is_citable(sentence) and not is_instruction:
                features, missing = _features(
                    asked, names, weights, text, words, own, before | around
                )
                found.append(
                    Evidence(
                        document_id=passage.passage.document_id,
                        version=passage.passage.version,
                        metadata=about,
                        sentence=sentence,
                        text=text,
                        passage=passage,
                        features=Features(
                            cosine=cosine,
                            passage=passage.score,
                            passage_cosine=passage.cosine,
                            fragment=float(sentence.kind is SentenceKind.TABLE),
                            **features,
                        ),
                        keys=own,
                        missing=missing,
                        part=part,
                        names=names,
                    )
                )
            before = own
    return found


NAMED = 0.7
"""Share of a word's places in the sources that must write it as a name, to know it in lower case.
"health" is part of some names and stands in more places without them."""


def names_asked(asked: Asked, reading: Reading) -> frozenset[str]:
    """Keys of the question's names; of one typed without capitals, as the sources write them.

    A question that has a capital of its own is taken at its word.
    """
    named = {term.key for term in asked.names}
    if named:
        return frozenset(named)
    words = {_bare(term): term.key for term in asked.terms if not term.is_number}
    times: Counter[str] = Counter()
    as_name: Counter[str] = Counter()
    for inside in reading.sentences.values():
        for sentence, text in zip(inside.sentences, inside.texts, strict=True):
            if not is_citable(sentence):
                continue
            for term in content_terms(text):
                # The first word of a sentence has its capital from there.
                if (word := _bare(term)) in words and (term.is_name or not term.opens_sentence):
                    times[word] += 1
                    as_name[word] += term.is_name
    return frozenset(
        key for word, key in words.items() if times[word] and as_name[word] >= NAMED * times[word]
    )


def misspelt_keys(asked: Asked, reading: Reading) -> dict[str, str]:
    """For the key of each word that the sources spell otherwise, the key of their word."""
    said = {
        term.text: term.key
        for inside in reading.sentences.values()
        for text in inside.texts
        for term in content_terms(text)
        if not term.is_number
    }
    known = set(said.values())
    open_terms = [term for term in asked.terms if not term.is_number and term.key not in known]
    found = {term.key: meant(term.text, said) for term in open_terms}
    return {key: said[word] for key, word in found.items() if word is not None}


def _bare(term: Term) -> str:
    """The word itself, not its family: Apple is no application."""
    return fold(term.text).lower().removesuffix("'s").rstrip("s")


MIN_RARITY = 0.1
"""A word that stands everywhere still counts a little."""


LIGHT = 0.3
"""What a verb like "run" or "include" weighs: sources may well put it otherwise."""


def weights_of(asked: Asked, rarity: Rarity) -> dict[str, float]:
    """How much each subject word of the question matters, by key."""
    return {
        term.key: max(rarity.rarity(term.text), MIN_RARITY)
        * (LIGHT if term.text.lower() in LIGHT_VERBS else 1.0)
        for term in asked.terms
    }


def is_citable(sentence: Sentence) -> bool:
    """Whether a sentence may support a claim."""
    return sentence.kind in CITED_KINDS and not sentence.repeats and not sentence.foreign


def covered(
    weights: Mapping[str, float], own: frozenset[str], around: frozenset[str] = frozenset()
) -> float:
    """Share of weighted keys that a sentence holds; part credit for synonyms and surroundings."""
    total = sum(weights.values())
    if not total:
        return 0.0
    credit = credits_of(weights, own, around)
    return sum(weight * credit[key] for key, weight in weights.items()) / total


def credits_of(
    wanted: Iterable[str], own: frozenset[str], around: frozenset[str] = frozenset()
) -> dict[str, float]:
    """For each key how well a sentence stands for it, in [0, 1]."""
    groups = frozenset[int]().union(*(synonyms(key) for key in own))
    return {key: _credit(key, own, groups, around) for key in wanted}


def _credit(key: str, own: frozenset[str], groups: frozenset[int], around: frozenset[str]) -> float:
    if key in own:
        return 1.0
    if synonyms(key) & groups:
        return SYNONYM_CREDIT
    return NEIGHBOUR_CREDIT if key in around else 0.0


def _features(
    asked: Asked,
    names: frozenset[str],
    weights: Mapping[str, float],
    text: str,
    words: Sequence[Term],
    own: frozenset[str],
    around: frozenset[str],
) -> tuple[dict[str, float], frozenset[str]]:
    held = names & (own | around)
    own = own - _only_in_names(words) | names & own if names else own
    credit = credits_of(weights, own, around)
    missing = frozenset(key for key in weights if not credit[key])
    new = own - weights.keys()
    return {
        "coverage": covered(weights, own),
        "window": covered(weights, own, around),
        "names": len(held) / len(names) if names else 1.0,
        "shape": float(has_shape(text, asked)),
        "news": len(new) / len(own) if own else 0.0,
        "is_question": float(opens_with_question_word(text)),
        "leans": float(leans(text)),
        "relation": covered(dict.fromkeys(weights.keys() - names, 1.0), own),
    }, missing


OPENING_WORDS = 3
"""A word that points back later than that has its meaning from the sentence itself."""


def leans(text: str) -> bool:
    """Whether a sentence opens with a word that points back at something said before it."""
    opening = terms(text)[:OPENING_WORDS]
    return any(term.text.lower() in ANAPHORS and not term.is_name for term in opening)


def _only_in_names(words: Sequence[Term]) -> frozenset[str]:
    """Keys that a sentence holds in names alone: Walgreens Boots Alliance is no alliance."""
    return keys(word for word in words if word.is_name) - keys(
        word for word in words if not word.is_name
    )
