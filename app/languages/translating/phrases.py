"""The phrases of a clause: a noun with what belongs to it, or anything else. Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from app.languages.translating.lexicon import NOUN, OTHER, PLACE
from app.languages.translating.piece import (
    CONJUNCTION,
    DETERMINER,
    NAME,
    NUMBER,
    PREPOSITION,
    PRONOUN,
    SCALES,
    UNKNOWN,
    Group,
    Piece,
)
from app.languages.translating.word_sets import (
    ABOUT_THINGS,
    ATTACHED,
    GERMANIC,
    NEEDS_OBJECT,
    PURE,
    SUBJECTS,
)


@dataclass(slots=True)
class Chunk:
    """A phrase: a noun with what belongs to it, or anything else."""

    pieces: list[Piece]
    is_noun: bool = False

    @property
    def is_plural(self) -> bool:
        """Whether English has the verb in the plural for it."""
        head = next((each for each in self.pieces if each.kind in {NOUN, NAME, UNKNOWN}), None)
        if head is not None and head.kind == NOUN and head.is_plural:
            return True
        before = [each.text for each in self.pieces]
        if "and" in before:
            return not any(each.kind == PREPOSITION for each in self.pieces[: before.index("and")])
        return before[:1] in (["they"], ["we"], ["you"])


def chunks_of(
    pieces: Sequence[Piece], language: str, gaps: Container[int], *, is_told: bool
) -> list[Chunk]:
    """Phrases; a new one begins behind a verb.

    Args:
        pieces: Without the verbs.
        language: Of the text.
        gaps: Identities of the pieces behind a verb.
        is_told: Whether "of" a name is about it: "¿Qué opina Musk de Starbucks?".
    """
    found: list[Chunk] = []
    for n, piece in enumerate(pieces):
        is_apart = id(piece) in gaps
        before = pieces[n - 1] if n and not is_apart else None
        chunk = found[-1] if found and not is_apart else None
        if piece.kind == PREPOSITION:
            if is_told and piece.text == "of" and before is not None and before.kind == NAME:
                piece.text = "about"
            is_own = piece.text in ATTACHED and chunk is not None and chunk.is_noun
            is_own = is_own and before is not None and before.kind in {NOUN, NAME, PLACE, UNKNOWN}
            if piece.text != "of" and before is not None and before.kind != NOUN:
                is_own = False
            if piece.text in {"on", "about"} and before is not None and before.text in ABOUT_THINGS:
                is_own = chunk is not None
            if not is_own or chunk is None:
                found.append(Chunk([piece]))
            else:
                chunk.pieces.append(piece)
        elif (
            piece.kind == CONJUNCTION
            and chunk is not None
            or chunk is not None
            and _goes_on(before, piece, chunk, language)
        ):
            chunk.pieces.append(piece)
        else:
            is_noun = piece.kind in {NOUN, NAME, DETERMINER, NUMBER, PLACE} or (
                piece.kind == PRONOUN and piece.text in SUBJECTS
            )
            is_noun |= piece.kind in {OTHER, UNKNOWN} and n + 1 < len(pieces) and (
                pieces[n + 1].kind in {NOUN, NAME} and piece.text not in PURE
            )  # fmt: skip
            if piece.kind == NUMBER and (n + 1 == len(pieces) or pieces[n + 1].kind != NOUN):
                is_noun = False
            found.append(Chunk([piece], is_noun))
    return found


def _goes_on(before: Piece | None, piece: Piece, chunk: Chunk, language: str) -> bool:
    """Whether a piece belongs to the phrase before it."""
    if before is None or piece.kind == PRONOUN and before.kind != PREPOSITION:
        return False
    if before.kind in {PREPOSITION, CONJUNCTION}:
        return True
    if before.kind in {DETERMINER, NUMBER}:
        return True
    if before.kind == OTHER:
        return piece.kind in {NOUN, NAME, OTHER, UNKNOWN} and before.text not in PURE
    if piece.kind == DETERMINER or piece.text in PURE:
        return False
    if before.kind == NOUN:
        return piece.kind in {NAME, NUMBER} or (
            piece.kind == NOUN and (language not in GERMANIC or before.text in SCALES)
        )
    if before.kind == NAME:
        return piece.kind in {NAME, NOUN} or (piece.kind == NUMBER and len(piece.text) < 4)  # noqa: PLR2004
    return before.kind == UNKNOWN and piece.kind in {NOUN, NAME, UNKNOWN} and chunk.is_noun


def split_names(first: Chunk, chunks: list[Chunk], group: Group) -> None:
    """For example "Wann hat Microsoft Walgreens gekauft": two names in a row are who and what."""
    names = [each for each in first.pieces if each.kind == NAME]
    if group.is_passive or group.lemma not in NEEDS_OBJECT or len(first.pieces) != len(names):
        return
    if len(names) == 1 and " " in names[0].text:
        subject, _, other = names[0].text.partition(" ")
        if " " in other:
            return
        at = names[0].start + len(subject)
        second = replace(names[0], text=other, start=at + 1)
        names[0].text, names[0].end = subject, at
        chunks.insert(chunks.index(first) + 1, Chunk([second], is_noun=True))


def translate_prepositions(chunks: list[Chunk], group: Group, language: str) -> None:
    """What a preposition is in English behind this verb."""
    for chunk in chunks:
        for piece, after in zip(chunk.pieces, chunk.pieces[1:], strict=False):
            if piece.kind != PREPOSITION:
                continue
            says = (language, piece.said)
            if group.is_passive and (
                says == ("es", "por")
                or (language == "it" and piece.text == "from")
                or (language in GERMANIC and piece.said in {"von", "vom"} and after.kind == NAME)
            ):
                piece.text = "by"
            elif group.lemma in {"pay", "cost"} and piece.text == "by":
                piece.text = "for"
            elif group.lemma == "become" and piece.text == "from":
                piece.text = "of"
            elif group.lemma == "appoint" and piece.text in {"to", "until", "as"}:
                piece.text = ""  # "zum Chef ernannt"
                after.text = "" if after.text == "the" else after.text
            elif group.lemma == "happen" and piece.text == "with":
                piece.text = "to"


def without_personal_a(chunks: list[Chunk], group: Group, language: str) -> list[Chunk]:
    """Spanish "a" before whom something is done to is not said: "¿Cuándo compró Amazon a X?"."""
    if (
        language != "es"
        or group.lemma in {"pay", "give", "sell", "offer", "go", "belong"}
        or group.is_passive
    ):
        return chunks
    if any(chunk.is_noun for chunk in chunks):
        return chunks
    for chunk in chunks:
        if chunk.pieces[0].text == "to" and any(each.kind == NAME for each in chunk.pieces):
            chunk.pieces = chunk.pieces[1:]
            break
    return chunks
