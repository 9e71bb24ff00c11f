"""The verbs of a clause as English says them: tense, passive, "did". Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.languages.translating import inflect
from app.languages.translating.lexicon import OTHER, VERB
from app.languages.translating.phrases import Chunk
from app.languages.translating.piece import AUXILIARY, REFLEXIVE, Group, Piece
from app.languages.translating.word_sets import (
    BE,
    GERMANIC,
    HAVE,
    MODALS,
    NO_OBJECT,
    PERSONAL,
    PLURAL_VERB,
    TOLD_TO,
)

_TO_COME = {"future": "will", "conditional": "would"}
"""Forms of Romance languages that English says with two words."""


def group_of(verbs: Sequence[Piece], rest: Sequence[Piece], language: str) -> Group | None:
    """What the verbs of a clause say together; None if that cannot be told.

    Args:
        verbs: All of them, in their order.
        rest: All of the clause behind its question word.
        language: Of the clause.
    """
    said = [each.text for each in verbs]
    mains = [each for each in verbs if each.kind == VERB]
    have = next((each for each in verbs if each.text in HAVE and each.kind == AUXILIARY), None)
    be = next((each for each in verbs if each.text in BE and each.kind == AUXILIARY), None)
    modal = next((each for each in verbs if each.text in MODALS or each.lemma in MODALS), None)
    been = "been" in said
    ordered = mains[::-1] if language in GERMANIC else mains
    part = next((each for each in ordered if "participle" in each.forms), None)
    bare = next((each for each in reversed(mains) if "infinitive" in each.forms), None)
    finite = next((each for each in (modal, have, be) if each is not None), None)
    pieces = list(verbs)
    if finite is None:
        return _simple(mains, rest, language)
    is_plural = finite.text in {"have", "are", "were"}
    if (
        modal is not None
        and modal.text == "will"
        and part is not None
        and bare is None
        and language == "de"
    ):
        return Group(modal, pieces, part.lemma, "is", "present", is_passive=True)
    if modal is not None:
        main = bare or (mains[-1] if mains and mains[-1] is not modal else None)
        if main is None or main is modal:
            return Group(modal, pieces, "be" if be else "", modal.text, is_copula=be is not None)
        auxiliary = modal.text if modal.text in MODALS else modal.lemma
        if part is not None and part is not main and be is not None:
            return Group(modal, pieces, part.lemma, f"{auxiliary} be", is_passive=True)
        return Group(modal, pieces, main.lemma, auxiliary, "present", is_plural=is_plural)
    if part is not None and (been or (be is not None and have is None)):
        is_past = been or finite.text in {"was", "were", "had"} or part.lemma == "publish"
        does = part.lemma in NO_OBJECT and not been and language != "es"
        does = does and not part.lemma.startswith("be ")
        is_past = is_past or part.lemma.startswith("be ")
        if does:
            return Group(finite, pieces, part.lemma, is_plural=is_plural)
        many = finite.text in {"have", "are", "were"}
        auxiliary = ("were" if many else "was") if is_past else ("are" if many else "is")
        return Group(finite, pieces, part.lemma, auxiliary, is_passive=True, is_plural=is_plural)
    if part is not None and have is not None:
        group = Group(have, pieces, part.lemma, is_plural=is_plural)
        group.more = [each for each in mains if each is not part and "infinitive" in each.forms]
        return group
    if be is not None:
        text = be.text if be.text != "be" else "is"
        return Group(be, [be, *(each for each in verbs if each.text == "been")], "be", text,
                      is_copula=True, is_plural=is_plural)  # fmt: skip
    if have is not None:
        return Group(have, [have], "have", "", HAVE[have.text], is_plural=is_plural)
    return None


def _simple(mains: list[Piece], rest: Sequence[Piece], language: str) -> Group | None:
    """A clause with one finite verb, and perhaps infinitives."""
    finite = next((each for each in mains if each.forms & {"present", "past", *_TO_COME}), None)
    if finite is None and language in GERMANIC and len(mains) == 1 and rest[0] is mains[0]:
        finite = next((each for each in mains if "infinitive" in each.forms), None)
    if finite is None:
        return None
    if said := next((_TO_COME[form] for form in _TO_COME if finite.forms == {form}), ""):
        is_passive = any(each.kind == REFLEXIVE for each in rest) and finite.lemma not in NO_OBJECT
        said = f"{said} be" if is_passive else said
        return Group(finite, [finite], finite.lemma, said, "present", is_passive=is_passive)
    is_past = "past" in finite.forms and "present" not in finite.forms
    tense = "past" if is_past else "present"
    group = Group(finite, [finite], finite.lemma, "", tense)
    if finite.lemma.startswith("be "):
        group.is_passive, group.auxiliary = True, "was" if is_past else "is"
        return group
    later = [each for each in mains if each is not finite and "infinitive" in each.forms]
    if language in GERMANIC:
        group.more, group.pieces = later, [finite, *later]
    if any(each.kind == REFLEXIVE for each in rest) and finite.lemma not in NO_OBJECT:
        group.is_passive = True
        many = finite.said.endswith(PLURAL_VERB.get(language, "\0"))
        group.auxiliary = ("were" if many else "was") if is_past else ("are" if many else "is")
    return group


def said_with(
    asked: list[Piece],
    subject: Chunk | None,
    group: Group,
    objects: list[Piece],
    rest: list[Piece],
) -> list[Piece]:
    """A clause in the order of English: what is asked, "did" or the like, who, the verb, the rest.

    Args:
        asked: The question word with its noun.
        subject: Who does it; None if that is what is asked.
        group: The verbs.
        objects: Pronouns, for behind the verb.
        rest: Everything else.
    """
    verb, place = group.lemma, group.finite
    done = verb[3:] if verb.startswith("be ") else inflect.participle(verb)

    def word(text: str) -> Piece:
        return Piece(text, place.start, place.end, VERB)

    more = [word(f"to {each.lemma}" if verb in TOLD_TO else each.lemma) for each in group.more]
    if subject is None:  # "who founded …"
        if group.is_copula:
            main = [word(group.auxiliary)]
        elif group.is_passive:
            main = [word(group.auxiliary), word(done)]
        elif group.auxiliary:
            main = [word(group.auxiliary), word(verb)]
        elif group.tense == "past":
            main = [word(inflect.past(verb))]
        else:
            main = [word(verb if _is_many(asked, group) else inflect.third(verb))]
        return [*asked, *main, *more, *objects, *rest]
    who = [each for each in subject.pieces if each.text]
    if group.is_copula:
        return [*asked, word(group.auxiliary), *who, *objects, *rest]
    if group.is_passive:
        first, _, second = group.auxiliary.partition(" ")
        behind = [word(second)] if second else []
        return [*asked, word(first), *who, *behind, word(done), *objects, *rest]
    if group.auxiliary:
        main = [word(verb)] if verb else []
        return [*asked, word(group.auxiliary), *who, *main, *more, *objects, *rest]
    if not verb:
        return [*asked, *who, *rest]
    if group.tense == "past":
        did = "did"
    else:
        did = "do" if subject.is_plural or (not who and group.is_plural) else "does"
    nots = [each for each in rest if each.text == "not"]
    rest = [each for each in rest if each.text != "not"]
    return [*asked, word(did), *who, *nots, word(verb), *more, *objects, *rest]


def _is_many(asked: Sequence[Piece], group: Group) -> bool:
    return group.is_plural or any(each.is_plural for each in asked)


def does(group: Group, nouns: Sequence[Chunk], rest: Sequence[Piece]) -> bool:
    """Whether "macht" is "does" here: nothing is said to be made of anything."""
    if group.lemma != "make":
        return False
    is_made = any(each.kind == OTHER for each in rest if each not in nouns[0].pieces[:-1])
    if not is_made and len(nouns) == 1:
        group.lemma = "do"
        return True
    return False


def pronoun_of(piece: Piece, group: Group) -> str:
    """What "sie" or "elle" is: "it" with a verb in the singular, unless only people do that."""
    if piece.text in {"they", "she", "he"} and not group.is_plural:
        is_person = group.lemma in PERSONAL
        if piece.text == "they":
            is_many = group.finite.said.endswith(("en", "ent", "ont", "sind", "on"))
            return "they" if is_many else "she" if is_person else "it"
        return piece.text if is_person else "it"
    return piece.text
