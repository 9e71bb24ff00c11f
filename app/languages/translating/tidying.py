"""Pieces made fit for English before their order is: genitives, adjectives, articles. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.languages.translating import inflect
from app.languages.translating.lexicon import NOUN, OTHER, PLACE, VERB
from app.languages.translating.piece import (
    AUXILIARY,
    CONJUNCTION,
    CONTRACTED,
    DETERMINER,
    NAME,
    NOTHING,
    PHRASE,
    PREPOSITION,
    PRONOUN,
    UNKNOWN,
    WH,
    Piece,
)
from app.languages.translating.word_sets import (
    ABOUT_THINGS,
    ADVERBS,
    GERMANIC,
    GIVING,
    INVERTED,
    NO_ARTICLE,
    THAT,
)

_GENITIVES = frozenset("der einer dieser dieses ihrer ihres seiner seines unserer".split())
"""Behind a noun."""


def whole(pieces: Sequence[Piece], language: str) -> list[Piece]:
    """Adjectives before their nouns, "der" of genitives "of the", no words that English lacks."""
    kept: list[Piece] = []
    for piece in pieces:
        before = kept[-1] if kept else None
        if language == "fr" and piece.said.startswith("t "):
            piece = replace(piece, kind=PRONOUN, text=INVERTED[piece.said])
        if piece.kind == NOTHING and not piece.text:
            continue
        is_that = before is not None and piece.said in THAT and piece.text in {"than", "what"}
        if is_that and before is not None and before.kind not in {PREPOSITION, CONJUNCTION}:
            compares = any(
                each.text in {"more", "less"} or each.text.endswith("er") for each in kept[-3:]
            )
            piece.kind = PREPOSITION if compares else CONJUNCTION
            piece.text = "than" if compares else "that"
        is_this = language == "fr" and before is not None and before.said in {"ce", "c'"}
        if is_this and piece.kind in {NOUN, OTHER} and before is not None:
            before.kind, before.text = DETERMINER, "this"
        if language == "de" and before is not None and piece.kind == DETERMINER:
            is_genitive = piece.said in {"des", "eines"} or (
                before.kind == NOUN and piece.said in _GENITIVES
            )
            if is_genitive and before.kind in {NOUN, NAME, OTHER, UNKNOWN}:
                kept.append(replace(piece, text="of", kind=PREPOSITION, end=piece.start))
        after_verb = before is not None and before.kind in {VERB, AUXILIARY, PHRASE, PRONOUN}
        if language == "fr" and piece.said == "des" and after_verb:
            continue  # "y a-t-il eu des problèmes"
        if piece.kind == NOUN and before is not None and before.kind == WH:
            kept[-1] = _counted(before, piece)
        is_bare = piece.kind == VERB and "infinitive" in piece.forms
        if is_bare and before is not None and before.kind == PREPOSITION and before.text == "for":
            before.text = "to"  # "pour quitter", "para fundar"
        if language == "de" and piece.said == "an" and before is not None:
            if before.text in {"share", "shares", "interest"}:
                piece.text = "of"
            elif any(each.lemma in GIVING for each in pieces):
                piece.text = "to"
        if language == "de" and piece.said in {"zu", "zum", "zur"} and before is not None:
            there = before.kind == PHRASE and "there" in before.text
            if there or before.text in ABOUT_THINGS:
                piece.text = "about"
        if language not in GERMANIC and piece.kind == OTHER and before is not None:
            is_behind = before.kind == NOUN and piece.text not in ADVERBS
            if is_behind and not piece.text.endswith("ly"):
                kept.insert(len(kept) - 1, piece)
                continue
        kept.append(piece)
        last = piece.said.rpartition(" ")[2]
        swallows = last in CONTRACTED.get(language, {}) and last not in NO_ARTICLE
        if piece.kind == PREPOSITION and swallows:
            kept.append(replace(piece, text="the", kind=DETERMINER, start=piece.end, said="the"))
    return kept


def _counted(word: Piece, noun: Piece) -> Piece:
    """As its noun needs it: "quanti ricavi" is how much, "hoeveel werknemers" how many."""
    if word.text == "how many" and inflect.is_much(noun.text):
        return replace(word, text="how much")
    if word.text == "how much" and noun.is_plural and not inflect.is_much(noun.text):
        return replace(word, text="how many")
    return word


def without_articles(pieces: list[Piece], language: str) -> list[Piece]:
    """Without an article before a name of Romance languages: "la Nestlé"."""
    if language == "nl":
        return pieces
    kept: list[Piece] = []
    for n, piece in enumerate(pieces):
        after = pieces[n + 1] if n + 1 < len(pieces) else None
        is_article = piece.text == "the" and (language != "de" or piece.said == "the")
        if (
            is_article
            and after is not None
            and (after.kind in {NAME, PLACE} or after.text[:1].isdigit())
        ):
            continue
        kept.append(piece)
    return kept
