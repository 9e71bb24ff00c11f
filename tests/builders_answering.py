"""Evidence, embedders and rarities by hand, for tests of the answering steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from app.answering.evidence import Evidence, Features
from app.answering.terms import content_terms, keys
from vectorstore.protocols import SpannedText, SpannedVectors
from vectorstore.types import (
    FloatMatrix,
    Metadata,
    Passage,
    ScoredPassage,
    Sentence,
    SentenceKind,
    document_id,
    passage_id,
)

NO_FEATURES = Features(**dict.fromkeys(Features.__slots__, 0.0))


def make_evidence(
    text: str,
    *,
    uri: str = "/notes/alpha.md",
    ordinal: int = 0,
    start: int | None = None,
    passage_ordinal: int | None = None,
    score: float = 1.0,
    published: date | None = date(2019, 1, 15),
    paragraph: int = 0,
    missing: frozenset[str] = frozenset(),
    kind: SentenceKind = SentenceKind.PROSE,
    **features: Any,
) -> Evidence:
    name = document_id(uri)
    start = 1000 * ordinal if start is None else start
    end = start + len(text)
    number = ordinal if passage_ordinal is None else passage_ordinal
    return Evidence(
        document_id=name,
        version="f" * 64,
        metadata=Metadata(uri.rsplit("/", 1)[-1], published=published),
        sentence=Sentence(ordinal, start, end, kind=kind, paragraph=paragraph),
        text=text,
        passage=ScoredPassage(
            Passage(
                passage_id(name, "f" * 64, number),
                name,
                "f" * 64,
                number,
                start,
                end,
                ("Part",),
                ordinal,
                ordinal,
            ),
            text,
            score=1.0,
            cosine=0.5,
            bm25=1.0,
        ),
        features=replace(NO_FEATURES, **features),
        keys=keys(content_terms(text)),
        missing=missing,
        score=score,
    )


@dataclass
class FixedRarity:
    """Every word is as rare as any other but those that are named."""

    known: Mapping[str, float] = field(default_factory=dict)
    default: float = 1.0

    def rarity(self, word: str) -> float:
        return self.known.get(word.lower(), self.default)


@dataclass
class WordVectors:
    """Implements `Embedder` for single words: vectors as listed, an own direction for others."""

    known: Mapping[str, Sequence[float]] = field(default_factory=dict)
    dimension: int = 64
    fingerprint: str = "words"
    asked: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        self.asked.extend(texts)
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            given = self.known.get(text)
            if given is None:
                row[8 + sum(text.encode()) % (self.dimension - 8)] = 1.0
            else:
                row[: len(given)] = given
        return rows

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        raise AssertionError("words have no spans")


def changed(item: Evidence, **overrides: Any) -> Evidence:
    return replace(item, **overrides)
