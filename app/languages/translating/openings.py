"""How a clause opens, and a few turns of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.languages.translating.lexicon import NOUN, OTHER, PLACE, VERB, readings
from app.languages.translating.piece import (
    AUXILIARY,
    CONJUNCTION,
    DETERMINER,
    NAME,
    NUMBER,
    PREPOSITION,
    UNKNOWN,
    WH,
    Piece,
)
from app.languages.translating.word_sets import MASS, SUBJECTS


def with_there(pieces: list[Piece]) -> list[Piece]:
    """For example "Which articles are there", whatever the order and number of the phrase was."""
    at = next((n for n, each in enumerate(pieces) if "there" in each.text.split()), 0)
    many = any(each.is_plural for each in pieces[1:3])
    if not at and many and pieces[0].text in {"is there", "was there"}:
        pieces[0].text = {"is there": "are there", "was there": "were there"}[pieces[0].text]
    if at and pieces[at - 1].kind == WH and pieces[at - 1].text in MASS:
        behind = at + 1  # "¿cuántos documentos hay?" put as "how many are there documents"
        while behind < len(pieces) and pieces[behind].kind in {NOUN, OTHER, UNKNOWN}:
            pieces[behind - 1], pieces[behind] = pieces[behind], pieces[behind - 1]
            behind += 1
        at = behind - 1
    if at:
        phrase = pieces[at]
        words = {"is": "is", "are": "is", "was": "was", "were": "was"}
        tense = next((words[each] for each in phrase.text.split() if each in words), "")
        if tense and set(phrase.text.split()) <= {*words, "there"}:
            many = any(each.is_plural for each in pieces[:at])
            verb = {"is": "are", "was": "were"}[tense] if many else tense
            phrase.text = f"{verb} there"
    return pieces


def find_verb(pieces: Sequence[Piece]) -> None:
    """Take a word that may be one for the verb of a clause without one: "cuanto pago Northwind"."""
    following = zip(pieces, pieces[1:], strict=False)
    free = (after for before, after in following if before.kind not in {DETERMINER, PREPOSITION})
    piece = next((each for each in free if each.as_verb is not None), None)
    if piece is not None and piece.as_verb is not None:
        verb = piece.as_verb
        piece.kind, piece.text, piece.lemma = VERB, verb.text, verb.english
        piece.forms = frozenset({verb.form})


def question_word(pieces: Sequence[Piece]) -> int:
    """How many pieces the question word and its noun are; 0 if there is none."""
    at = 1 if pieces and pieces[0].kind == PREPOSITION else 0
    if at >= len(pieces) or pieces[at].kind != WH:
        return 0
    word = pieces[at].text
    at += 1
    if word == "how" and at < len(pieces) and pieces[at].kind == OTHER:
        return at + 1
    if word not in MASS:
        return at
    if at < len(pieces) and word in {"how much", "how many"} and pieces[at].text == "of":
        at += 1
    while at < len(pieces):
        piece = pieces[at]
        goes_on = piece.kind in {NOUN, OTHER, NUMBER, UNKNOWN, PLACE}
        goes_on |= piece.kind == NAME and pieces[at - 1].kind in {PREPOSITION, NAME, DETERMINER}
        of = piece.kind == PREPOSITION and piece.text == "of" and pieces[at - 1].kind == NOUN
        if not goes_on and not of:
            break
        if of and at + 1 < len(pieces) and pieces[at + 1].kind == DETERMINER:
            at += 1
        at += 1
    return at


def opens_inner(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a clause within the clause begins at a place."""
    piece = pieces[at]
    if piece.kind == WH:
        return True
    is_joint = piece.text in {"and", "or"}
    asks = is_joint and at + 1 < len(pieces) and pieces[at + 1].kind == WH
    return asks or (piece.kind == CONJUNCTION and not is_joint)


def is_inverted(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a French pronoun stands behind its verb: "a-t-elle", "échouent-ils"."""
    return pieces[at - 1].kind in {VERB, AUXILIARY} and pieces[at].text in SUBJECTS


def separated(verb: str, particle: str, language: str) -> tuple[str, str, frozenset[str]] | None:
    """The verb whose particle stands apart, as English text, lemma and forms; None if none is."""
    found = [each for each in readings(particle + verb, language) if each.kind == VERB]
    found = [each for each in found if each.form in {"present", "past", "infinitive"}]
    if not found or len(particle) < 2:  # noqa: PLR2004
        return None
    return found[0].text, found[0].english, frozenset(each.form for each in found)
