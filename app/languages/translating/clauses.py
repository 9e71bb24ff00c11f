"""The order of English: "wann hat Haven Aetna gekauft" becomes "when did Haven buy Aetna". Pure.

A clause is read as its question word, its verbs and the phrases between them, and said again in the
order of English. What cannot be read so stays in its own order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.languages.translating.lexicon import NOUN, OTHER, VERB
from app.languages.translating.openings import (
    find_verb,
    is_inverted,
    opens_inner,
    question_word,
    separated,
    with_there,
)
from app.languages.translating.phrases import (
    Chunk,
    chunks_of,
    split_names,
    translate_prepositions,
    without_personal_a,
)
from app.languages.translating.piece import (
    AUXILIARY,
    CONJUNCTION,
    DETERMINER,
    NAME,
    NOTHING,
    PHRASE,
    PREPOSITION,
    PRONOUN,
    REFLEXIVE,
    WH,
    Group,
    Piece,
)
from app.languages.translating.tidying import whole, without_articles
from app.languages.translating.verb_groups import does, group_of, pronoun_of, said_with
from app.languages.translating.word_sets import (
    AGENTS,
    CAUSES,
    CLITICS,
    GERMANIC,
    MASS,
    PLURAL_VERB,
    PURE,
    SAYS,
    SECOND_PERSON,
    SPEAKING,
    SUBORDINATE,
    VERBAL,
)


def in_order(pieces: Sequence[Piece], text: str, language: str) -> list[Piece]:
    """The pieces of a text as English would order them, verbs in its tenses.

    Args:
        pieces: In the order of the text.
        text: As it was asked.
        language: Of the text.
    """
    said: list[Piece] = []
    for clause in _clauses(without_articles(whole(pieces, language), language), text):
        said += Clause.of(clause, language, asks="?" in text, opens=not said).said()
    return said


def _clauses(pieces: Sequence[Piece], text: str) -> list[list[Piece]]:
    """Split at commas before a question word or a conjunction, and at ends of sentences."""
    found: list[list[Piece]] = [[]]
    for n, piece in enumerate(pieces):
        between = text[pieces[n - 1].end : piece.start] if n else ""
        ends = any(sign in between for sign in "?!;:") or ". " in between
        opens = piece.kind == WH or (piece.kind == CONJUNCTION and piece.text not in {"and", "or"})
        before = pieces[n - 1] if n else None
        told = before is not None and before.kind == PHRASE and before.text.startswith(SAYS)
        offers = "," in between and len(found) == 1 and any(
            each.text == "or" for each in pieces[n:]
        ) and pieces[0].kind == WH  # fmt: skip
        if found[-1] and (ends or ("," in between and opens) or (told and opens) or offers):
            found.append([])
        found[-1].append(piece)
    return [clause for clause in found if clause]


@dataclass(slots=True)
class Clause:
    """A question word, its verbs and the phrases between them."""

    language: str
    asks: bool
    opens: bool
    lead: list[Piece]
    """For example "And", "but"."""
    asked: list[Piece]
    """The question word with its noun; empty where there is none."""
    rest: list[Piece]
    tail: list[Piece]
    """A clause behind it, left in its order."""
    verbs: list[Piece] = field(default_factory=list)

    @classmethod
    def of(cls, pieces: list[Piece], language: str, *, asks: bool, opens: bool) -> Clause:
        """The clause that some pieces are; in `opens` it is the first one of its text."""
        if question_word(pieces) and not any(each.kind in {*VERBAL, PHRASE} for each in pieces):
            find_verb(pieces)
        at = 0
        while at < len(pieces) and pieces[at].kind == CONJUNCTION:
            at += 1
        lead, pieces = pieces[:at], pieces[at:]
        asked = question_word(pieces)
        rest = pieces[asked:]
        inner = next((n for n, each in enumerate(rest) if n and opens_inner(rest, n)), len(rest))
        return cls(language, asks, opens, lead, pieces[:asked], rest[:inner], rest[inner:])

    @classmethod
    def told(cls, pieces: list[Piece], language: str) -> list[Piece]:
        """The pieces of a clause that states something, in the order of English."""
        clause = cls(language, asks=False, opens=False, lead=[], asked=[], rest=pieces, tail=[])
        clause._join_separated()
        clause.verbs = [each for each in clause.rest if each.kind in {VERB, AUXILIARY}]
        return clause._stated() if clause.verbs else [each for each in clause.rest if each.text]

    def said(self) -> list[Piece]:
        """The clause in the order of English."""
        if self._asks_what_makes():
            return self._made()
        opens = self.tail[0].text in SUBORDINATE if self.tail else False
        if opens or WH in {each.kind for each in self.tail[:2]}:
            inner = Clause.of(self.tail, self.language, asks=self.asks, opens=False)
            self.tail = inner.said()
        as_is = [*self.lead, *self.asked, *self.rest, *self.tail]
        if any(each.kind == PHRASE for each in as_is):
            return with_there([each for each in as_is if each.text])
        self._join_separated()
        self.verbs = [each for each in self.rest if each.kind in {VERB, AUXILIARY}]
        if not self.verbs and self.asked and self.asked[-1].said.startswith("qu' est ce qu"):
            self.asked[-1].text = "what is"
        if not self.verbs:
            return [each for each in as_is if each.text]
        if not self.asked and self.lead and self.lead[-1].text in SUBORDINATE:
            return [*self.lead, *self._stated(), *self.tail]
        if not self.asked and not self._is_yes_or_no():
            return [*self.lead, *self._told(), *self.tail]
        return [*self.lead, *self._question(), *self.tail]

    def _join_separated(self) -> None:
        """A particle at the end belongs to its verb: "kündigte … an"; tried by its forms."""
        if self.language not in GERMANIC or len(self.rest) < 2:  # noqa: PLR2004
            return
        verb = next((each for each in self.rest if each.kind == VERB or each.is_unknown), None)
        if verb is None or verb is self.rest[-1]:
            return
        joined = separated(verb.said, self.rest[-1].said, self.language)
        if joined is not None:
            verb.text, verb.lemma, verb.forms = joined
            verb.kind, verb.is_own, verb.is_unknown = VERB, False, False
            self.rest = self.rest[:-1]

    def _is_yes_or_no(self) -> bool:
        first = self.rest[0]
        if first.kind == AUXILIARY:
            return True
        if first.kind == VERB and len(self.rest) == 1:
            return False
        return self.asks and (self.opens or first.kind == VERB)

    def _told(self) -> list[Piece]:
        """An instruction: its verb first in its plain form, the rest as it stands."""
        first = self.rest[0]
        if first.kind == VERB and first.forms & {"present", "infinitive"}:
            first.text = first.lemma
        elif self.language in GERMANIC and self.rest[-1].kind == VERB and len(self.verbs) == 1:
            last = self.rest[-1]  # "Alle Partner der Star Alliance auflisten"
            if "infinitive" in last.forms:
                last.text = last.lemma
                return [last, *(each for each in self.rest[:-1] if each.text)]
        return [each for each in self.rest if each.text]

    def _asks_what_makes(self) -> bool:
        """Whether it is "qué hace que …": in English what makes somebody do something."""
        verbs = [each for each in self.rest if each.kind in VERBAL]
        opens = bool(self.tail) and self.tail[0].text == "that"
        asks = [each.text for each in self.asked] == ["what"]
        return opens and asks and len(verbs) == 1 and verbs[0].lemma in {"do", "make"}

    def _made(self) -> list[Piece]:
        inner = Clause.of(self.tail, self.language, asks=False, opens=False)
        inner.verbs = [each for each in inner.rest if each.kind in VERBAL]
        makes = replace(next(each for each in self.rest if each.kind in VERBAL), text="makes")
        return [*self.lead, *self.asked, makes, *inner._stated(is_bare=True), *inner.tail]

    def _stated(self, *, is_bare: bool = False) -> list[Piece]:
        """For example "Dass Haven Aetna gekauft hat": who does it, the verb, the rest."""
        group = group_of(self.verbs, self.rest, self.language)
        if group is None:
            return [each for each in self.rest if each.text]
        others, objects, _ = self._others(group)
        chunks = chunks_of(others, self.language, frozenset(), is_told=False)
        subject = next((chunk for chunk in chunks if chunk.is_noun), None)
        who = subject.pieces if subject is not None else []
        rest = [each for chunk in chunks if chunk is not subject for each in chunk.pieces]
        group.is_plural = is_bare or group.is_plural or (subject is not None and subject.is_plural)
        return said_with(who, None, group, objects, [each for each in rest if each.text])

    def _question(self) -> list[Piece]:
        group = group_of(self.verbs, self.rest, self.language)
        if group is None and self._asks_how_to():
            verb = self.verbs[0]
            to = replace(verb, text=f"to {verb.lemma}")
            rest = [each for each in self.rest if each is not verb and each.text]
            return [*self.asked, to, *rest]
        if group is None:
            return [each for each in (*self.asked, *self.rest) if each.text]
        owns = self._asks_who_owns(group)
        others, objects, inverted = self._others(group)
        gaps = {
            id(after)
            for verb, after in zip(self.rest, self.rest[1:], strict=False)
            if verb.kind in VERBAL
        }
        chunks = chunks_of(others, self.language, gaps, is_told=group.lemma in SPEAKING)
        place = group.finite.start
        before = [chunk for chunk in chunks if chunk.is_noun and chunk.pieces[0].start < place]
        subject = None if owns else self._subject(chunks, before, group, inverted)
        if subject is not None and subject.pieces:
            chunks = [chunk for chunk in chunks if chunk is not subject]
        translate_prepositions(chunks, group, self.language)
        chunks = without_personal_a(chunks, group, self.language)
        if group.is_copula and subject is None:  # "wer wurde im Juni Chef"
            chunks.sort(key=lambda chunk: not chunk.is_noun)
        rest = [piece for chunk in chunks for piece in chunk.pieces if piece.text]
        return said_with(self._question_words(group), subject, group, objects, rest)

    def _asks_how_to(self) -> bool:
        """For example "Comment choisir …", "wie gründen …": a question word and an infinitive."""
        return len(self.verbs) == 1 and self.verbs[0].forms == {"infinitive"} and bool(self.asked)

    def _asks_who_owns(self, group: Group) -> bool:
        """Whether it is "wem gehört" or "di chi è"; then its words are changed to "who owns"."""
        is_whose = [each.text for each in self.asked] in (["whose"], ["of", "who"])
        is_whose = is_whose and group.is_copula and group.auxiliary in {"is", "are", "was", "were"}
        if not is_whose and not (group.lemma == "belong" and self._asks_to_whom()):
            return False
        if is_whose:
            group.tense = "present" if group.auxiliary in {"is", "are"} else "past"
            group.is_copula, group.auxiliary = False, ""
        group.lemma, group.is_plural = "own", False
        word = next(each for each in self.asked if each.kind == WH)
        self.asked = [replace(word, text="who", said="who")]
        for each in self.rest:
            if each.kind == PRONOUN:
                each.text = "it"
        return True

    def _asks_to_whom(self) -> bool:
        """Whether it is "wem", "à qui" or "a quién", not "wer gehört zu": who belongs to."""
        to = any(each.kind == PREPOSITION for each in self.asked)
        return any(
            each.text == "who" and (to or each.said == "wem" or each.said.startswith("a "))
            for each in self.asked
        )

    def _others(self, group: Group) -> tuple[list[Piece], list[Piece], Piece | None]:
        """What is no verb; pronouns that are objects; the pronoun of an inverted question."""
        others: list[Piece] = []
        objects: list[Piece] = []
        inverted: Piece | None = None
        clitics = CLITICS.get(self.language, {})
        for n, piece in enumerate(self.rest):
            after = self.rest[n + 1] if n + 1 < len(self.rest) else None
            if any(piece is verb for verb in group.pieces):
                continue
            if piece.kind in {REFLEXIVE, NOTHING}:
                continue
            stands_alone = after is None or after.kind in {*VERBAL, PREPOSITION}
            stands_alone = stands_alone or (after is not None and after.text in PURE)
            if piece.text in {"this", "that"} and piece.kind == DETERMINER and stands_alone:
                others.append(replace(piece, kind=PRONOUN))
                continue
            if piece.text == "the" and self.language in GERMANIC and stands_alone:
                others.append(
                    replace(piece, text="it" if piece.said == "het" else "that", kind=PRONOUN)
                )
                continue
            before = self.rest[n - 1] if n else None
            is_before_verb = after is not None and after.kind in {VERB, AUXILIARY}
            is_noun = (
                before is not None
                and before.kind == PREPOSITION
                and "infinitive" not in (after.forms if after is not None else ())
            )
            if (
                piece.kind == DETERMINER
                and is_before_verb
                and not is_noun
                and piece.said in clitics
            ):
                objects.append(replace(piece, text=clitics[piece.said], kind=PRONOUN))
            elif (
                self.language == "fr" and piece.kind == PRONOUN and n and is_inverted(self.rest, n)
            ):
                inverted = piece
            else:
                others.append(piece)
        return others, objects, inverted

    def _subject(
        self, chunks: list[Chunk], before: list[Chunk], group: Group, inverted: Piece | None
    ) -> Chunk | None:
        """Who does it; None where the question word does."""
        nouns = [chunk for chunk in chunks if chunk.is_noun]
        asks_who = any(each.text == "who" for each in self.asked)
        if self.language in GERMANIC and asks_who and self._asks_for_subject(nouns, group):
            return None
        if before:
            return before[0]
        if inverted is not None:
            split = self._split_question_word()
            return split or Chunk([replace(inverted, text=pronoun_of(inverted, group))])
        if self._asks_for_subject(nouns, group):
            return None
        if nouns:
            owned = nouns[0].pieces[0].text in {"their", "his", "its"} and len(nouns) > 1
            first = nouns[1 if owned else 0]
            if self.language == "de" and len(nouns) == 1:
                split_names(first, chunks, group)
            if first.pieces[0].kind == PRONOUN:
                first.pieces[0].text = pronoun_of(first.pieces[0], group)
            return first
        is_plural = group.finite.said.endswith(PLURAL_VERB.get(self.language, "\0"))
        spoken = "they" if is_plural or group.is_plural else "it"
        if group.finite.said.endswith(SECOND_PERSON.get(self.language, "\0")):
            spoken = "you"
        if self.language in PLURAL_VERB:
            return Chunk([replace(group.finite, text=spoken, kind=PRONOUN)])
        return Chunk([])

    def _asks_for_subject(self, nouns: list[Chunk], group: Group) -> bool:
        if not self.asked:
            return False
        word = next(each for each in self.asked if each.kind == WH)
        if any(each.kind == PREPOSITION for each in self.asked):
            return False
        if word.text == "who":
            return word.said not in {"wen", "wem", "a quien", "a quem"}
        has_noun = any(each.kind in {NOUN, OTHER, NAME} for each in self.asked)
        if word.text == "what" and word.said.endswith(" qui"):
            if group.lemma == "do" and nouns:
                group.lemma = "make"
            return True
        if word.text == "what" and not has_noun:
            return not nouns or (group.lemma in CAUSES and not does(group, nouns, self.rest))
        if word.text in MASS and has_noun:
            if not nouns:
                return group.lemma != "have"
            is_agent = not AGENTS.isdisjoint(each.text for each in self.asked)
            can_do = group.lemma != "have" and not group.is_passive and word.said != "welchen"
            return is_agent and can_do and word.text in {"which", "what"}
        if word.text == "how much" and group.lemma == "last":
            return False
        return word.text in {"which", "how many", "how much"} and not nouns

    def _split_question_word(self) -> Chunk | None:
        """The last name of "quelle part de Nissan Renault a-t-il achetée" is the subject."""
        names = [each for each in self.asked if each.kind == NAME]
        if len(names) < 2 or self.asked[-1].kind != NAME or self.asked[-2].kind != NAME:  # noqa: PLR2004
            return None
        return Chunk([self.asked.pop()])

    def _question_words(self, group: Group) -> list[Piece]:
        if not self.asked:
            return []
        word = next(each for each in self.asked if each.kind == WH)
        alone = len(self.asked) == 1
        if alone and group.is_copula and word.text in {"which", "how high", "how big", "how much"}:
            word.text = "what"
        elif word.text == "what" and not alone and self.asked[0] is word:
            word.text = "which"
        elif word.text == "how high":
            word.text = "how much"
        elif alone and word.text == "how much" and group.lemma == "last":
            word.text = "how long"
        return [each for each in self.asked if each.text]
