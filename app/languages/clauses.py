"""The order of English: "wann hat Haven Aetna gekauft" becomes "when did Haven buy Aetna". Pure.

A clause is read as its question word, its verbs and the phrases between them, and said again in the
order of English. What cannot be read so stays in its own order.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from app.languages import inflect
from app.languages.lexicon import NOUN, OTHER, PLACE, VERB
from app.languages.pieces import (
    AUXILIARY,
    CONJUNCTION,
    CONTRACTED,
    DETERMINER,
    NAME,
    NOTHING,
    NUMBER,
    PHRASE,
    PREPOSITION,
    PRONOUN,
    REFLEXIVE,
    SCALES,
    UNKNOWN,
    WH,
    Piece,
)

_GERMANIC = frozenset({"de", "nl"})
_HAVE = {"has": "present", "have": "present", "had": "past"}
_BE = frozenset({"is", "are", "was", "were", "be"})
_MODALS = frozenset({"can", "should", "must", "may", "will", "would", "could"})
_SUBJECTS = frozenset({"it", "he", "she", "they", "we", "you", "i", "there", "something", "somebody",
                       "nobody", "everything", "nothing", "that", "this"})  # fmt: skip
_OBJECTS = {"they": "them", "he": "him", "she": "her", "we": "us", "i": "me"}
_NO_OBJECT = frozenset(
    """
    fail happen become grow come go fall rise last remain die resign retire expire exist live
    succeed leave end partner take place be born cooperate compete work arrive return travel fly
    """.split()
) | {"take place", "be born"}
"""Verbs that say of their subject what it did, with "ist" as with "hat"."""
_NEEDS_OBJECT = frozenset({"buy", "acquire", "found", "sell", "replace", "join", "leave", "merge"})
_CAUSES = frozenset(
    {"make", "cause", "happen", "lead to", "lead", "motivate", "influence", "take place"}
)
"""Of these a "what" is what does it."""
_AGENTS = frozenset(
    """
    company companies bank banks partner partners airline airlines country countries investor
    investors manufacturer manufacturers organisation organisations article articles document documents
    report reports source sources text texts study studies founder founders owner owners hospital hospitals people person
    employee employees insurer insurers enterprise enterprises group groups minister ministers
    """.split()
)
_ABOUT_THINGS = frozenset(
    """
    article articles document documents report reports study studies book books text texts source
    sources information question questions data news
    """.split()
)
"""Nouns that are about something."""
_PERSONAL = frozenset(
    {"resign", "retire", "die", "be born", "appoint", "arrest", "say", "think", "accuse"}
)
_SPEAKING = frozenset({"think", "say", "speak", "know", "tell", "write"})
_VERBAL = frozenset({VERB, AUXILIARY})
_GIVING = frozenset({"pay", "give", "sell", "send", "deliver", "offer", "transfer", "license"})
_ATTACHED = frozenset({"of", "between", "with", "for", "against"})
"""Prepositions that make a phrase of the noun before them longer."""
_MASS = frozenset({"how much", "how many", "which", "what", "whose"})
"""Question words that a noun may follow."""
_TOLD_TO = frozenset(
    {"want", "plan", "decide", "try", "hope", "need", "promise", "agree", "have", "expect"}
)
_CLITICS = {
    "fr": {"l'": "it", "le": "it", "la": "it", "les": "them"},
    "es": {"lo": "it", "la": "it", "los": "them", "las": "them"},
    "it": {"l'": "it", "lo": "it", "la": "it", "li": "them", "le": "them"},
    "pt": {"o": "it", "a": "it", "os": "them", "as": "them"},
}
_SECOND_PERSON = {"es": ("as", "es", "ais", "eis"), "it": ("ai", "ete", "ate")}
_PLURAL_VERB = {"es": "n", "it": "no", "pt": "m"}


def in_order(pieces: Sequence[Piece], text: str, language: str) -> list[Piece]:
    """The pieces of a text as English would order them, verbs in its tenses.

    Args:
        pieces: In the order of the text.
        text: As it was asked.
        language: Of the text.
    """
    said: list[Piece] = []
    for clause in _clauses(_named(_whole(pieces, language), language), text):
        said += _Clause.of(clause, language, asks="?" in text, opens=not said).said()
    return said


def _whole(pieces: Sequence[Piece], language: str) -> list[Piece]:
    """Without what English does not say, adjectives before their nouns, "der" of genitives "of the"."""
    kept: list[Piece] = []
    for piece in pieces:
        before = kept[-1] if kept else None
        if language == "fr" and piece.said.startswith("t "):
            piece = replace(piece, kind=PRONOUN, text=_INVERTED[piece.said])
        if piece.kind == NOTHING and not piece.text:
            continue
        is_that = before is not None and piece.said in _THAT and piece.text in {"than", "what"}
        if is_that and before is not None and before.kind not in {PREPOSITION, CONJUNCTION}:
            compares = any(
                each.text in {"more", "less"} or each.text.endswith("er") for each in kept[-3:]
            )
            piece.kind = PREPOSITION if compares else CONJUNCTION
            piece.text = "than" if compares else "that"
        if language == "fr" and before is not None and before.said in {"ce", "c'"}:
            if piece.kind in {NOUN, OTHER} and before.kind == PRONOUN:
                before.kind, before.text = DETERMINER, "this"
        if language == "de" and before is not None and piece.kind == DETERMINER:
            is_genitive = piece.said in {"des", "eines"} or (
                before.kind == NOUN and piece.said in {"der", "einer", "dieser", "dieses"}
            )
            if is_genitive and before.kind in {NOUN, NAME, OTHER, UNKNOWN}:
                kept.append(replace(piece, text="of", kind=PREPOSITION, end=piece.start))
        if language == "de" and piece.said == "an" and before is not None:
            if before.text in {"share", "shares", "interest"}:
                piece.text = "of"
            elif any(each.lemma in _GIVING for each in pieces):
                piece.text = "to"
        if language == "de" and piece.said in {"zu", "zum", "zur"} and before is not None:
            there = before.kind == PHRASE and "there" in before.text
            if there or before.text in _ABOUT_THINGS:
                piece.text = "about"
        if language not in _GERMANIC and piece.kind == OTHER and before is not None:
            is_behind = before.kind == NOUN and piece.text not in _ADVERBS
            if is_behind and not piece.text.endswith("ly"):
                kept.insert(len(kept) - 1, piece)
                continue
        kept.append(piece)
        last = piece.said.rpartition(" ")[2]
        swallows = last in CONTRACTED.get(language, {}) and last not in _NO_ARTICLE
        if piece.kind == PREPOSITION and swallows:
            kept.append(replace(piece, text="the", kind=DETERMINER, start=piece.end, said="the"))
    return kept


_THAT = frozenset({"que", "qu'", "che"})
"""Behind the first word of a clause they open another."""
_INVERTED = {"t il": "it", "t elle": "it", "t ils": "they", "t elles": "they", "t on": "you"}
_NO_ARTICLE = frozenset({"des", "d'"})
"""French: as often an article for several as "of the"."""
_PURE = frozenset(
    """
    very too almost often always never sometimes usually ever again later soon recently finally
    immediately yesterday tomorrow really together exactly still already now today also only so
    here there before afterwards originally especially probably mainly roughly
    """.split()
) | {"at least", "so far", "in the end"}
"""Words of `others.txt` that never stand before a noun."""
_ADVERBS = _PURE | frozenset(
    "first last per several each both enough true possible necessary responsible successful".split()
)
"""Words of `others.txt` that do not belong to a noun before them, or say something of it."""


def _named(pieces: list[Piece], language: str) -> list[Piece]:
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


def _clauses(pieces: Sequence[Piece], text: str) -> list[list[Piece]]:
    """Split at commas before a question word or a conjunction, and at ends of sentences."""
    found: list[list[Piece]] = [[]]
    for n, piece in enumerate(pieces):
        between = text[pieces[n - 1].end : piece.start] if n else ""
        ends = any(sign in between for sign in "?!;:") or ". " in between
        opens = piece.kind == WH or (piece.kind == CONJUNCTION and piece.text not in {"and", "or"})
        before = pieces[n - 1] if n else None
        told = before is not None and before.kind == PHRASE and before.text.startswith(_SAYS)
        offers = "," in between and len(found) == 1 and any(
            each.text == "or" for each in pieces[n:]
        ) and pieces[0].kind == WH  # fmt: skip
        if found[-1] and (ends or ("," in between and opens) or (told and opens) or offers):
            found.append([])
        found[-1].append(piece)
    return [clause for clause in found if clause]


_SUBORDINATE = frozenset({"that", "if", "because", "whether", "while", "although"})
_SAYS = ("can you tell", "tell me", "i would like")


@dataclass(slots=True)
class _Clause:
    language: str
    asks: bool
    opens: bool
    lead: list[Piece]
    """ "And", "but"."""
    asked: list[Piece]
    """The question word with its noun; empty where there is none."""
    rest: list[Piece]
    tail: list[Piece]
    """A clause behind it, left in its order."""
    verbs: list[Piece] = field(default_factory=list)

    @classmethod
    def of(cls, pieces: list[Piece], language: str, *, asks: bool, opens: bool) -> _Clause:
        if _question_word(pieces) and not any(each.kind in {*_VERBAL, PHRASE} for each in pieces):
            _find_verb(pieces)
        at = 0
        while at < len(pieces) and pieces[at].kind == CONJUNCTION:
            at += 1
        lead, pieces = pieces[:at], pieces[at:]
        asked = _question_word(pieces)
        rest = pieces[asked:]
        inner = next((n for n, each in enumerate(rest) if n and _opens_inner(rest, n)), len(rest))
        return cls(language, asks, opens, lead, pieces[:asked], rest[:inner], rest[inner:])

    def said(self) -> list[Piece]:
        """The clause in the order of English."""
        opens = self.tail[0].text in _SUBORDINATE if self.tail else False
        if opens or WH in {each.kind for each in self.tail[:2]}:
            inner = _Clause.of(self.tail, self.language, asks=self.asks, opens=False)
            self.tail = inner.said()
        as_is = [*self.lead, *self.asked, *self.rest, *self.tail]
        if any(each.kind == PHRASE for each in as_is):
            return _with_there([each for each in as_is if each.text])
        self._join_separated()
        self.verbs = [each for each in self.rest if each.kind in {VERB, AUXILIARY}]
        if not self.verbs and self.asked and self.asked[-1].said.startswith("qu' est ce qu"):
            self.asked[-1].text = "what is"
        if not self.verbs:
            return [each for each in as_is if each.text]
        if not self.asked and self.lead and self.lead[-1].text in _SUBORDINATE:
            return [*self.lead, *self._stated(), *self.tail]
        if not self.asked and not self._is_yes_or_no():
            return [*self.lead, *self._told(), *self.tail]
        return [*self.lead, *self._question(), *self.tail]

    def _join_separated(self) -> None:
        """A particle at the end belongs to its verb: "kündigte … an"; tried by its forms."""
        if self.language not in _GERMANIC or len(self.rest) < 2:  # noqa: PLR2004
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
        """An instruction or a statement: its verb first in its plain form, the rest as it stands."""
        first = self.rest[0]
        if first.kind == VERB and first.forms & {"present", "infinitive"}:
            first.text = first.lemma
        elif self.language in _GERMANIC and self.rest[-1].kind == VERB and len(self.verbs) == 1:
            last = self.rest[-1]  # "Alle Partner der Star Alliance auflisten"
            if "infinitive" in last.forms:
                last.text = last.lemma
                return [last, *(each for each in self.rest[:-1] if each.text)]
        return [each for each in self.rest if each.text]

    def _stated(self) -> list[Piece]:
        """ "Dass Haven Aetna gekauft hat": who does it, the verb, the rest."""
        group = _group(self.verbs, self.rest, self.language)
        if group is None:
            return [each for each in self.rest if each.text]
        others, objects, _ = self._others(group)
        chunks = _chunks(others, self.language, frozenset(), is_told=False)
        subject = next((chunk for chunk in chunks if chunk.is_noun), None)
        who = subject.pieces if subject is not None else []
        rest = [each for chunk in chunks if chunk is not subject for each in chunk.pieces]
        group.is_plural = group.is_plural or (subject is not None and subject.is_plural)
        return _said(who, None, group, objects, [each for each in rest if each.text])

    def _question(self) -> list[Piece]:
        group = _group(self.verbs, self.rest, self.language)
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
            if verb.kind in _VERBAL
        }
        chunks = _chunks(others, self.language, gaps, is_told=group.lemma in _SPEAKING)
        place = group.finite.start
        before = [chunk for chunk in chunks if chunk.is_noun and chunk.pieces[0].start < place]
        subject = None if owns else self._subject(chunks, before, group, inverted)
        if subject is not None and subject.pieces:
            chunks = [chunk for chunk in chunks if chunk is not subject]
        _prepositions(chunks, group, self.language)
        chunks = _without_personal_a(chunks, group, self.language)
        if group.is_copula and subject is None:  # "wer wurde im Juni Chef"
            chunks.sort(key=lambda chunk: not chunk.is_noun)
        rest = [piece for chunk in chunks for piece in chunk.pieces if piece.text]
        return _said(self._question_words(group), subject, group, objects, rest)

    def _asks_how_to(self) -> bool:
        """ "Comment choisir …", "wie gründen …": a question word and an infinitive."""
        return len(self.verbs) == 1 and self.verbs[0].forms == {"infinitive"} and bool(self.asked)

    def _asks_who_owns(self, group: _Group) -> bool:
        """ "Wem gehört", "di chi è": in English who owns; the words are changed to that."""
        is_whose = [each.text for each in self.asked] in (["whose"], ["of", "who"])
        is_whose = is_whose and group.is_copula and group.auxiliary in {"is", "are", "was", "were"}
        if not is_whose and not (
            group.lemma == "belong" and any(each.text == "who" for each in self.asked)
        ):
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

    def _others(self, group: _Group) -> tuple[list[Piece], list[Piece], Piece | None]:
        """What is no verb; pronouns that are objects; the pronoun of an inverted question."""
        others: list[Piece] = []
        objects: list[Piece] = []
        inverted: Piece | None = None
        clitics = _CLITICS.get(self.language, {})
        for n, piece in enumerate(self.rest):
            after = self.rest[n + 1] if n + 1 < len(self.rest) else None
            if any(piece is verb for verb in group.pieces):
                continue
            if piece.kind in {REFLEXIVE, NOTHING}:
                continue
            stands_alone = after is None or after.kind in {*_VERBAL, PREPOSITION}
            stands_alone = stands_alone or (after is not None and after.text in _PURE)
            if piece.text in {"this", "that"} and piece.kind == DETERMINER and stands_alone:
                others.append(replace(piece, kind=PRONOUN))
                continue
            if piece.text == "the" and self.language in _GERMANIC and stands_alone:
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
                self.language == "fr" and piece.kind == PRONOUN and n and _is_inverted(self.rest, n)
            ):
                inverted = piece
            else:
                others.append(piece)
        return others, objects, inverted

    def _subject(
        self, chunks: list[_Chunk], before: list[_Chunk], group: _Group, inverted: Piece | None
    ) -> _Chunk | None:
        """Who does it; None where the question word does."""
        nouns = [chunk for chunk in chunks if chunk.is_noun]
        if self.language in _GERMANIC and any(each.text == "who" for each in self.asked):
            if self._asks_for_subject(nouns, group):
                return None
        if before:
            return before[0]
        if inverted is not None:
            split = self._split_question_word()
            return split or _Chunk([replace(inverted, text=_pronoun(inverted, group))])
        if self._asks_for_subject(nouns, group):
            return None
        if nouns:
            owned = nouns[0].pieces[0].text in {"their", "his", "its"} and len(nouns) > 1
            first = nouns[1 if owned else 0]
            if self.language == "de" and len(nouns) == 1:
                _split_names(first, chunks, group)
            if first.pieces[0].kind == PRONOUN:
                first.pieces[0].text = _pronoun(first.pieces[0], group)
            return first
        is_plural = group.finite.said.endswith(_PLURAL_VERB.get(self.language, "\0"))
        spoken = "they" if is_plural or group.is_plural else "it"
        if group.finite.said.endswith(_SECOND_PERSON.get(self.language, "\0")):
            spoken = "you"
        if self.language in _PLURAL_VERB:
            return _Chunk([replace(group.finite, text=spoken, kind=PRONOUN)])
        return _Chunk([])

    def _asks_for_subject(self, nouns: list[_Chunk], group: _Group) -> bool:
        if not self.asked:
            return False
        word = next(each for each in self.asked if each.kind == WH)
        if any(each.kind == PREPOSITION for each in self.asked):
            return False
        if word.text == "who":
            return word.said not in {"wen", "wem", "a quien"}
        has_noun = any(each.kind in {NOUN, OTHER, NAME} for each in self.asked)
        if word.text == "what" and word.said.endswith(" qui"):
            if group.lemma == "do" and nouns:
                group.lemma = "make"
            return True
        if word.text == "what" and not has_noun:
            return not nouns or (group.lemma in _CAUSES and not _does(group, nouns, self.rest))
        if word.text in _MASS and has_noun:
            if not nouns:
                return group.lemma != "have"
            does = _AGENTS & {each.text for each in self.asked}
            return bool(does) and group.lemma != "have" and word.text in {"which", "what"} and not group.is_passive \
                and word.said not in {"welchen"}  # fmt: skip
        if word.text == "how much" and group.lemma == "last":
            return False
        return word.text in {"which", "how many", "how much"} and not nouns

    def _split_question_word(self) -> _Chunk | None:
        """The last name of "quelle part de Nissan Renault a-t-il achetée" is the subject."""
        names = [each for each in self.asked if each.kind == NAME]
        if len(names) < 2 or self.asked[-1].kind != NAME or self.asked[-2].kind != NAME:  # noqa: PLR2004
            return None
        return _Chunk([self.asked.pop()])

    def _question_words(self, group: _Group) -> list[Piece]:
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


@dataclass(slots=True)
class _Chunk:
    """A phrase: a noun with what belongs to it, or anything else."""

    pieces: list[Piece]
    is_noun: bool = False

    @property
    def is_plural(self) -> bool:
        head = next((each for each in self.pieces if each.kind in {NOUN, NAME, UNKNOWN}), None)
        if head is not None and head.kind == NOUN and head.is_plural:
            return True
        before = [each.text for each in self.pieces]
        if "and" in before:
            return not any(each.kind == PREPOSITION for each in self.pieces[: before.index("and")])
        return before[:1] in (["they"], ["we"], ["you"])


@dataclass(slots=True)
class _Group:
    """The verbs of a clause, as English needs them."""

    finite: Piece
    pieces: list[Piece]
    lemma: str
    """Of the main verb; "be" of a copula."""
    auxiliary: str = ""
    """ "Was", "should"; empty where English says "did" or nothing."""
    tense: str = "past"
    is_passive: bool = False
    is_copula: bool = False
    is_plural: bool = False
    is_reflexive: bool = False
    more: list[Piece] = field(default_factory=list)
    """Further verbs, behind the main one."""


def _group(verbs: Sequence[Piece], rest: Sequence[Piece], language: str) -> _Group | None:
    said = [each.text for each in verbs]
    mains = [each for each in verbs if each.kind == VERB]
    have = next((each for each in verbs if each.text in _HAVE and each.kind == AUXILIARY), None)
    be = next((each for each in verbs if each.text in _BE and each.kind == AUXILIARY), None)
    modal = next((each for each in verbs if each.text in _MODALS or each.lemma in _MODALS), None)
    been = "been" in said
    ordered = mains[::-1] if language in _GERMANIC else mains
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
        return _Group(modal, pieces, part.lemma, "is", "present", is_passive=True)
    if modal is not None:
        main = bare or (mains[-1] if mains and mains[-1] is not modal else None)
        if main is None or main is modal:
            return _Group(modal, pieces, "be" if be else "", modal.text, is_copula=be is not None)
        auxiliary = modal.text if modal.text in _MODALS else modal.lemma
        if part is not None and part is not main and be is not None:
            return _Group(modal, pieces, part.lemma, f"{auxiliary} be", is_passive=True)
        return _Group(modal, pieces, main.lemma, auxiliary, "present", is_plural=is_plural)
    if part is not None and (been or (be is not None and have is None)):
        is_past = been or finite.text in {"was", "were", "had"} or part.lemma == "publish"
        does = part.lemma in _NO_OBJECT and not been and language != "es"
        does = does and not part.lemma.startswith("be ")
        is_past = is_past or part.lemma.startswith("be ")
        if does:
            return _Group(finite, pieces, part.lemma, is_plural=is_plural)
        many = finite.text in {"have", "are", "were"}
        auxiliary = ("were" if many else "was") if is_past else ("are" if many else "is")
        return _Group(finite, pieces, part.lemma, auxiliary, is_passive=True, is_plural=is_plural)
    if part is not None and have is not None:
        group = _Group(have, pieces, part.lemma, is_plural=is_plural)
        group.more = [each for each in mains if each is not part and "infinitive" in each.forms]
        return group
    if be is not None:
        text = be.text if be.text != "be" else "is"
        return _Group(be, [be, *(each for each in verbs if each.text == "been")], "be", text,
                      is_copula=True, is_plural=is_plural)  # fmt: skip
    if have is not None:
        return _Group(have, [have], "have", "", _HAVE[have.text], is_plural=is_plural)
    return None


def _simple(mains: list[Piece], rest: Sequence[Piece], language: str) -> _Group | None:
    """A clause with one finite verb, and perhaps infinitives."""
    finite = next((each for each in mains if each.forms & {"present", "past"}), None)
    if finite is None and language in _GERMANIC and len(mains) == 1 and rest[0] is mains[0]:
        finite = next((each for each in mains if "infinitive" in each.forms), None)
    if finite is None:
        return None
    is_past = "past" in finite.forms and "present" not in finite.forms
    tense = "past" if is_past else "present"
    group = _Group(finite, [finite], finite.lemma, "", tense)
    if finite.lemma.startswith("be "):
        group.is_passive, group.auxiliary = True, "was" if is_past else "is"
        return group
    later = [each for each in mains if each is not finite and "infinitive" in each.forms]
    if language in _GERMANIC:
        group.more, group.pieces = later, [finite, *later]
    if any(each.kind == REFLEXIVE for each in rest) and finite.lemma not in _NO_OBJECT:
        group.is_passive = True
        many = finite.said.endswith(_PLURAL_VERB.get(language, "\0"))
        group.auxiliary = ("were" if many else "was") if is_past else ("are" if many else "is")
    return group


def _said(
    asked: list[Piece],
    subject: _Chunk | None,
    group: _Group,
    objects: list[Piece],
    rest: list[Piece],
) -> list[Piece]:
    verb, place = group.lemma, group.finite
    done = verb[3:] if verb.startswith("be ") else inflect.participle(verb)

    def word(text: str) -> Piece:
        return Piece(text, place.start, place.end, VERB)

    more = [word(f"to {each.lemma}" if verb in _TOLD_TO else each.lemma) for each in group.more]
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


def _with_there(pieces: list[Piece]) -> list[Piece]:
    """ "Which articles are there", whatever the order and number of the phrase was."""
    at = next((n for n, each in enumerate(pieces) if "there" in each.text.split()), 0)
    if not at and pieces[0].text == "is there" and any(each.is_plural for each in pieces[1:3]):
        pieces[0].text = "are there"
    if at and pieces[at - 1].kind == WH and pieces[at - 1].text in _MASS:
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


def _is_many(asked: Sequence[Piece], group: _Group) -> bool:
    return group.is_plural or any(each.is_plural for each in asked)


def _find_verb(pieces: Sequence[Piece]) -> None:
    """Take a word that may be one for the verb of a clause without one: "cuanto pago Northwind"."""
    following = zip(pieces, pieces[1:], strict=False)
    free = (after for before, after in following if before.kind not in {DETERMINER, PREPOSITION})
    piece = next((each for each in free if each.as_verb is not None), None)
    if piece is not None and piece.as_verb is not None:
        verb = piece.as_verb
        piece.kind, piece.text, piece.lemma = VERB, verb.text, verb.english
        piece.forms = frozenset({verb.form})


def _question_word(pieces: Sequence[Piece]) -> int:
    """How many pieces the question word and its noun are; 0 if there is none."""
    at = 1 if pieces and pieces[0].kind == PREPOSITION else 0
    if at >= len(pieces) or pieces[at].kind != WH:
        return 0
    word = pieces[at].text
    at += 1
    if word == "how" and at < len(pieces) and pieces[at].kind == OTHER:
        return at + 1
    if word not in _MASS:
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


def _opens_inner(pieces: Sequence[Piece], at: int) -> bool:
    piece = pieces[at]
    if piece.kind == WH:
        return True
    is_joint = piece.text in {"and", "or"}
    asks = is_joint and at + 1 < len(pieces) and pieces[at + 1].kind == WH
    return asks or (piece.kind == CONJUNCTION and not is_joint)


def _is_inverted(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a French pronoun stands behind its verb: "a-t-elle", "échouent-ils"."""
    return pieces[at - 1].kind in {VERB, AUXILIARY} and pieces[at].text in _SUBJECTS


def _does(group: _Group, nouns: Sequence[_Chunk], rest: Sequence[Piece]) -> bool:
    """Whether "macht" is "does" here: nothing is said to be made of anything."""
    if group.lemma != "make":
        return False
    is_made = any(each.kind == OTHER for each in rest if each not in nouns[0].pieces[:-1])
    if not is_made and len(nouns) == 1:
        group.lemma = "do"
        return True
    return False


def _pronoun(piece: Piece, group: _Group) -> str:
    """ "It" for what a verb in the singular says of "sie" or "elle", unless only people do it."""
    if piece.text in {"they", "she", "he"} and not group.is_plural:
        is_person = group.lemma in _PERSONAL
        if piece.text == "they":
            is_many = group.finite.said.endswith(("en", "ent", "ont", "sind", "on"))
            return "they" if is_many else "she" if is_person else "it"
        return piece.text if is_person else "it"
    return piece.text


def _chunks(
    pieces: Sequence[Piece], language: str, gaps: Container[int], *, is_told: bool
) -> list[_Chunk]:
    """Phrases; a new one begins behind a verb.

    Args:
        pieces: Without the verbs.
        language: Of the text.
        gaps: Identities of the pieces behind a verb.
        is_told: Whether "of" a name is about it: "¿Qué opina Musk de Starbucks?".
    """
    found: list[_Chunk] = []
    for n, piece in enumerate(pieces):
        is_apart = id(piece) in gaps
        before = pieces[n - 1] if n and not is_apart else None
        chunk = found[-1] if found and not is_apart else None
        if piece.kind == PREPOSITION:
            if is_told and piece.text == "of" and before is not None and before.kind == NAME:
                piece.text = "about"
            is_own = piece.text in _ATTACHED and chunk is not None and chunk.is_noun
            is_own = is_own and before is not None and before.kind in {NOUN, NAME, PLACE, UNKNOWN}
            if piece.text != "of" and before is not None and before.kind != NOUN:
                is_own = False
            if (
                piece.text in {"on", "about"}
                and before is not None
                and before.text in _ABOUT_THINGS
            ):
                is_own = chunk is not None
            if not is_own or chunk is None:
                found.append(_Chunk([piece]))
            else:
                chunk.pieces.append(piece)
        elif piece.kind == CONJUNCTION and chunk is not None:
            chunk.pieces.append(piece)
        elif chunk is not None and _goes_on(before, piece, chunk, language):
            chunk.pieces.append(piece)
        else:
            is_noun = piece.kind in {NOUN, NAME, DETERMINER, NUMBER, PLACE} or (
                piece.kind == PRONOUN and piece.text in _SUBJECTS
            )
            is_noun |= piece.kind in {OTHER, UNKNOWN} and n + 1 < len(pieces) and (
                pieces[n + 1].kind in {NOUN, NAME} and piece.text not in _PURE
            )  # fmt: skip
            if piece.kind == NUMBER and (n + 1 == len(pieces) or pieces[n + 1].kind != NOUN):
                is_noun = False
            found.append(_Chunk([piece], is_noun))
    return found


def _goes_on(before: Piece | None, piece: Piece, chunk: _Chunk, language: str) -> bool:
    """Whether a piece belongs to the phrase before it."""
    if before is None or piece.kind == PRONOUN and before.kind != PREPOSITION:
        return False
    if before.kind in {PREPOSITION, CONJUNCTION}:
        return True
    if before.kind in {DETERMINER, NUMBER}:
        return True
    if before.kind == OTHER:
        return piece.kind in {NOUN, NAME, OTHER, UNKNOWN} and before.text not in _PURE
    if piece.kind == DETERMINER or piece.text in _PURE:
        return False
    if before.kind == NOUN:
        return piece.kind in {NAME, NUMBER} or (
            piece.kind == NOUN and (language != "de" or before.text in SCALES)
        )
    if before.kind == NAME:
        return piece.kind in {NAME, NOUN} or (piece.kind == NUMBER and len(piece.text) < 4)  # noqa: PLR2004
    return before.kind == UNKNOWN and piece.kind in {NOUN, NAME, UNKNOWN} and chunk.is_noun


def _split_names(first: _Chunk, chunks: list[_Chunk], group: _Group) -> None:
    """ "Wann hat Microsoft Walgreens gekauft": two names in a row are who and what."""
    names = [each for each in first.pieces if each.kind == NAME]
    if group.is_passive or group.lemma not in _NEEDS_OBJECT or len(first.pieces) != len(names):
        return
    if len(names) == 1 and " " in names[0].text:
        subject, _, other = names[0].text.partition(" ")
        if " " in other:
            return
        at = names[0].start + len(subject)
        second = replace(names[0], text=other, start=at + 1)
        names[0].text, names[0].end = subject, at
        chunks.insert(chunks.index(first) + 1, _Chunk([second], is_noun=True))


def _prepositions(chunks: list[_Chunk], group: _Group, language: str) -> None:
    """What a preposition is in English behind this verb."""
    for chunk in chunks:
        for piece, after in zip(chunk.pieces, chunk.pieces[1:], strict=False):
            if piece.kind != PREPOSITION:
                continue
            says = (language, piece.said)
            if group.is_passive and (
                says == ("es", "por")
                or (language == "it" and piece.text == "from")
                or (language in _GERMANIC and piece.said in {"von", "vom"} and after.kind == NAME)
            ):
                piece.text = "by"
            elif group.lemma in {"pay", "cost"} and piece.text == "by":
                piece.text = "for"
            elif group.lemma == "become" and piece.text == "from":
                piece.text = "of"
            elif group.lemma == "happen" and piece.text == "with":
                piece.text = "to"


def _without_personal_a(chunks: list[_Chunk], group: _Group, language: str) -> list[_Chunk]:
    """Spanish "a" before whom something is done to is not said: "¿Cuándo compró Amazon a X?"."""
    if (
        language != "es"
        or group.lemma in {"pay", "give", "sell", "offer", "go"}
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


def separated(verb: str, particle: str, language: str) -> tuple[str, str, frozenset[str]] | None:
    """The verb whose particle stands apart, as English text, lemma and forms; None if none is."""
    from app.languages.lexicon import readings  # noqa: PLC0415

    found = [each for each in readings(particle + verb, language) if each.kind == VERB]
    found = [each for each in found if each.form in {"present", "past", "infinitive"}]
    if not found or len(particle) < 2:  # noqa: PLR2004
        return None
    return found[0].text, found[0].english, frozenset(each.form for each in found)
