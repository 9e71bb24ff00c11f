"""Statements in the order of English, which German and Dutch ones lack, clause by clause. Pure.

A source's sentence is told so to a reader that knows English only. Where a clause is not understood
it stays in its own order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.languages.translating import inflect
from app.languages.translating.clauses import Clause
from app.languages.translating.lexicon import VERB
from app.languages.translating.piece import (
    AUXILIARY,
    CONJUNCTION,
    DETERMINER,
    WH,
    Piece,
)
from app.languages.translating.tidying import whole, without_articles
from app.languages.translating.word_sets import GERMANIC, PLURAL_VERB, VERBAL

_TOLD = {"why": "because", "since when": "since"}
"""What a question word is in a statement, where that is another word: "perché", "porque"."""


def in_statement_order(pieces: Sequence[Piece], text: str, language: str) -> list[Piece]:
    """The pieces of a statement as English would order them, verbs in its tenses.

    Args:
        pieces: In the order of the text.
        text: The statement.
        language: Of the text.
    """
    told = without_articles(whole(pieces, language), language)
    if language not in GERMANIC:  # their order is much that of English
        return [_joint(_in_tense(each, language)) for each in told if each.text]
    said: list[Piece] = []
    for clause in _clauses(told, text):
        said += _said(clause, language, is_inner=bool(said))
    return said


def _said(pieces: list[Piece], language: str, *, is_inner: bool) -> list[Piece]:
    at = 0
    while at < len(pieces) and pieces[at].kind in {CONJUNCTION, WH}:
        at += 1
    is_relative = (
        is_inner
        and not at
        and language in GERMANIC
        and pieces[0].kind == DETERMINER
        and pieces[-1].kind in VERBAL
    )
    if is_relative:  # ", der das Haus gegründet hatte"
        pieces = [replace(pieces[0], text="which", kind=WH), *pieces[1:]]
        at = 1
    return [*map(_joint, pieces[:at]), *Clause.told(pieces[at:], language)]


def _in_tense(piece: Piece, language: str) -> Piece:
    """A verb as English has it, where its form is sure to tell of what is to come or of now."""
    if piece.kind != VERB or not piece.lemma:
        return piece
    if piece.forms == {"future"}:
        return replace(piece, text=f"will {piece.lemma}")
    is_plural = piece.said.endswith(PLURAL_VERB.get(language, "\0"))
    if piece.forms == {"present"} and not is_plural:
        return replace(piece, text=inflect.third(piece.lemma))
    return piece


def _joint(piece: Piece) -> Piece:
    """A question word as it joins two statements."""
    return replace(piece, text=_TOLD[piece.text]) if piece.text in _TOLD else piece


def _clauses(pieces: Sequence[Piece], text: str) -> list[list[Piece]]:
    """Cut where a clause with a verb ends and another one with a verb begins."""
    parts: list[list[Piece]] = [[]]
    for n, piece in enumerate(pieces):
        between = text[pieces[n - 1].end : piece.start] if n else ""
        opens = piece.kind == WH or piece.kind == CONJUNCTION
        if parts[-1] and (any(sign in between for sign in ",;:.–—()") or opens):
            parts.append([])
        parts[-1].append(piece)
    found: list[list[Piece]] = []
    for part in filter(None, parts):
        if found and not (_has_verb(found[-1]) and _has_verb(part)):
            found[-1] = [*found[-1], *part]
        else:
            found.append(part)
    return found


def _has_verb(pieces: Sequence[Piece]) -> bool:
    return any(each.kind in {*VERBAL, AUXILIARY} for each in pieces)
