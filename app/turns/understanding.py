"""A turn as typed becomes its kind and the bare questions that it asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from app.turns.kinds import ASKING, SPOKEN, TurnKind
from app.turns.model import TurnModel, load
from vectorstore.protocols import Embedder

SURE = 0.85
"""From this chance on a turn gets a sentence of our own and the sources are not asked."""
SURE_OF_COURTESY = 0.65
"""The same for thanks and greetings, which look like no question."""
MAYBE = 0.3
"""From this chance on it gets one where the sources do not answer it as a question."""
SEVERAL_SURE = 0.3
"""The same for several questions in one, which must come apart besides."""
FEWEST_WORDS = 2
"""A part of fewer words is no question of its own."""
GREETING_WORDS = 4
"""What is longer and stands before a question may say what it is about."""
MAX_PARTS = 5
"""More questions than these in one turn are a list that somebody pasted."""

REMEMBERED = 2048
"""Turns whose kind is kept: a conversation's are told again with each that follows."""

_WH = (
    r"(?:who|whom|whose|what|which|when|where|why|how|did|does|do|is|are|was|were|has|have|can|could|will|"
    r"wer|wem|wen|wessen|was|welche[rsn]?|wann|wo|warum|wieso|weshalb|wie|wozu|"
    r"qui|quand|où|pourquoi|comment|combien|quel(?:le)?s?|que|qu'|"
    r"quién(?:es)?|qué|cuándo|dónde|por qué|cómo|cuánt[oa]s?|cuál(?:es)?|"
    r"chi|cosa|che cosa|quando|dove|perché|come|quant[oaie]|qual[ei]?|"
    r"wie|wat|welke?|wanneer|waar|waarom|hoe|hoeveel|"
    r"quem|o que|quê|onde|por que|porque|como|quanto|quantos|quantas|qual|quais)"
)
_JOIN = r"(?:and|und|et|y|e|en|sowie|as well as|plus)"
_BREAK = re.compile(
    rf"(?<=[?])\s+(?:{_JOIN}\b,?\s+)?"
    rf"|[,;]?\s+{_JOIN}\s+(?:also\s+|then\s+)?(?={_WH}\b)"
    rf"|[;,]\s+(?={_WH}\b)"
    r"|\s*(?:^|(?<=\s))\(?\d[.)]\s+",
    re.IGNORECASE,
)
_OPENS_QUESTION = re.compile(rf"[\s,;:–—¿-]*(?:{_JOIN}\s+)?{_WH}\b(?!\s*[,.!])", re.IGNORECASE)
_AUXILIARY = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should)"
_SECOND = re.compile(
    rf"[,;]?\s+(?:and|or)\s+(?:also\s+)?(?:who|what|which|when|where|why|how)"
    rf"(?:\s+(?:much|many|long|big|old))?\s+{_AUXILIARY}\b"
    r"|,\s+and\s+(?:who|what|when|where|why|how)\s+\w+\s+\w+"
    r"|(?<=\w)\s+and\s+(?:who|what)\s+\w+(?:ed|ns|ran|led|wrote|made|won|owns?|runs?|heads?|leads?|pays?|paid|bought|built|"
    r"sold)?\s+(?:it|them|him|her|this|that|the\s+\w+)\W*$"
    rf"|(?<=\w),?\s+(?:and|but)\s+{_AUXILIARY}\s+(?:it|he|she|they|this|that|these|those)\s+\w+",
    re.IGNORECASE,
)
"""Where another question begins for sure."""
_BARE_END = re.compile(
    r"(?<=\w)(?P<and>,?\s+(?:and|und|et|y|e|en)\s+)(?:when|where|why|who|wann|wo|warum|wer|quand|où|pourquoi|"
    r"qui|cuándo|dónde|por qué|quién|wanneer|waar|waarom|perché|dove|onde|porquê)\s*\??\s*$",
    re.IGNORECASE,
)
"""A second question of one word: "Who wrote it and when?"."""
_BARE = re.compile(rf"{_WH}\s*\?", re.IGNORECASE)
"""A question of one word: "Why?"."""
_OTHER_NAME = re.compile(r"[^\W\d_a-z][\w&.'’-]+\s*\?")
"""The same of another one, behind a question: "And Marlow?"."""
_CLAUSE_END = re.compile(r"(?<=[.!?,;:])\s+|\n")
_POLITE = re.compile(
    r"\W*(?:(?:can|could|would|will|do|does|did) (?:you|u|any\w+|some\w+|someone)|(?:can|could|may|"
    r"might) i (?:ask|know|bother|please|have|get)|is there|are there|is it possible)\b",
    re.IGNORECASE,
)
"""Before a question it asks nothing of its own."""
_TASK = re.compile(
    r"\W*(?:please |pls )?(?:compare|contrast|list|name|describe|explain|summari[sz]e|outline)\b",
    re.IGNORECASE,
)
"""What is to be done with the sources is a part of what is asked of them."""
_ASKS_WHICH = re.compile(
    r"\b(?:in|on|at|by|for|to|from|with|under|of) (?:which|what|whose)\b", re.I
)
_LEADS_UP = re.compile(
    r"(?:\b(?:me|us|know|say|and|but|so|about|wonder|idea|checking|dire|dirmi|decir|decirme|sagen|"
    r"vertellen|dizer)|@\w+|-me)\W*$",
    re.IGNORECASE,
)
"""Before what is asked: "could you tell me", "any idea", "@accord"."""
_NUMBERED = re.compile(r"(?:^|\s)\(?\d[.)]\s+(?=\w)")
_LIST_MARK = re.compile(
    r"^\s*(?:[-*•]|\(?\d[.)]|(?:and |also )?"
    r"(?:first|second|third|last|one|two|three|final|next)(?:ly)?:)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What was understood of a turn before anything is searched."""

    text: str
    """As typed."""
    kind: TurnKind
    chance: float
    """Of this kind, in [0, 1]."""
    questions: tuple[str, ...]
    """The bare questions, in the words typed; empty where nothing is asked of the sources."""
    otherwise: TurnKind | None = None
    """What it is if the sources do not answer it."""
    preamble: str = ""
    """What was said before the question: it may say what "it" is."""

    @property
    def is_spoken(self) -> bool:
        """Whether it gets a sentence of our own."""
        return self.kind in SPOKEN


class Understander:
    """Tells kinds of turns apart, each text once. Safe to use from many threads."""

    def __init__(self, embedder: Embedder | None = None, model: TurnModel | None = None) -> None:
        """Load the model, if none is given.

        Args:
            embedder: Gives turns their vectors, if it is the one that the model was trained with.
            model: The one that ships, if none is given.
        """
        self._model = model or load()
        fits = embedder is not None and embedder.fingerprint == self._model.vectors
        self._embedder = embedder if fits else None
        self._understood = lru_cache(maxsize=REMEMBERED)(self._understand)

    def __call__(self, text: str, *, follows: bool = False) -> Turn:
        """The kind of a turn, and the questions in it.

        Args:
            text: The turn, readable.
            follows: Whether a turn of the conversation stands before it.
        """
        return self._understood(text, follows)

    def _understand(self, text: str, follows: bool) -> Turn:
        turn = self._taken_whole(text, follows)
        is_uncut = turn.is_spoken or text.startswith(turn.questions[0])
        rest = self.behind_courtesy(text, follows=follows) if is_uncut else ""
        if rest:
            of_rest = self._taken_whole(rest, follows)
            if not of_rest.is_spoken:
                return replace(of_rest, text=text, preamble=text[: -len(rest)].strip())
        return turn

    def _taken_whole(self, text: str, follows: bool) -> Turn:
        chances = self._chances(text, follows)
        spoken, total = _spoken(chances)
        if total >= _needed(spoken):
            return Turn(text, spoken, total, ())
        start, end = self._model.core(text)
        if _OPENS_QUESTION.match(text[:start]) or _OPENS_QUESTION.match(text[end:]):
            start, end = 0, len(text)  # what would be cut off asks, too
        start -= _cut_off(text[:start])
        if start and not _may_be_left_out(text[:start], text[start:]):
            start = 0
        core = text[start:end].strip(" ,;:-–—\n") or text
        if core != text:
            of_core, total_of_core = _spoken(self._chances(core, follows))
            if total_of_core >= _needed(of_core):  # "Hi, I'm new here. What can you do?"
                return Turn(text, of_core, total_of_core, ())
        before = text[:start].strip() if core != text else ""
        several = chances.get(TurnKind.SEVERAL, 0.0)
        if len(_NUMBERED.findall(text)) > 1:
            core, before = text, ""
        if several >= SEVERAL_SURE or core.count("?") > 1 or _SECOND.search(core):
            pieces = parts(core)
            if len(pieces) > 1:
                return Turn(text, TurnKind.SEVERAL, several, pieces, preamble=before)
        if pieces := _with_bare_end(core):
            return Turn(text, TurnKind.SEVERAL, several, pieces, preamble=before)
        kind = max(ASKING, key=lambda each: chances.get(each, 0.0))
        otherwise = spoken if total >= MAYBE else None
        return Turn(text, kind, chances.get(kind, 0.0), (core,), otherwise, before)

    def behind_courtesy(self, text: str, *, follows: bool = False) -> str:
        """What opens as a question behind a few words that are a courtesy by themselves; else "".

        Taken together "Guten Tag, wer …?" may look like small talk, or the greeting like a part of
        the question.
        """
        mark = _CLAUSE_END.search(text)
        if mark is None or not _OPENS_QUESTION.match(text, mark.end()):
            return ""
        head = text[: mark.start()]
        if len(head.split()) > GREETING_WORDS or _OPENS_QUESTION.match(head):
            return ""
        spoken, total = _spoken(self._chances(head, follows))
        is_courtesy = spoken is TurnKind.COURTESY and total >= _needed(spoken)
        return text[mark.end() :] if is_courtesy else ""

    def _chances(self, text: str, follows: bool) -> Mapping[TurnKind, float]:
        vector = None if self._embedder is None else self._embedder.embed([text])[0]
        return self._model.chances(text, follows=follows, vector=vector)


def _with_bare_end(text: str) -> tuple[str, ...]:
    """A question and the one word behind it that asks on; empty where there is none."""
    found = _BARE_END.search(text)
    first = text[: found.start()].strip() if found else ""
    if found is None or not _OPENS_QUESTION.match(first) or len(first.split()) <= FEWEST_WORDS:
        return ()
    return first, text[found.end("and") :].strip(" ?") + "?"


def opens_question(text: str) -> bool:
    """Whether a text opens with a word that asks, in any of the languages."""
    return _OPENS_QUESTION.match(text) is not None


def _may_be_left_out(before: str, rest: str) -> bool:
    """Whether what stands before a question is no part of it.

    "Compare the net" is one of "net profit of A and B". What is none ends where a clause does, or
    leads up to what is asked: "do you know when", "tell me the".
    """
    if _TASK.match(before) or _ASKS_WHICH.search(before):
        return False
    if not before.rstrip()[-1:].isalnum():
        return before[-1:].isspace()  # not the "large-" of "large-scale"
    return opens_question(rest) or _LEADS_UP.search(before) is not None


def _cut_off(before: str) -> int:
    """Characters before a question that are its own beginning: "Can I book" of "Can I book …?"."""
    clause = _CLAUSE_END.split(before)[-1]
    is_own = _OPENS_QUESTION.match(clause) and not _POLITE.match(clause)
    return len(clause) if is_own else 0


def _needed(kind: TurnKind) -> float:
    return SURE_OF_COURTESY if kind is TurnKind.COURTESY else SURE


def _spoken(chances: Mapping[TurnKind, float]) -> tuple[TurnKind, float]:
    """The likeliest kind that asks nothing of the sources, and the chance of all of them."""
    total = sum(chances.get(kind, 0.0) for kind in SPOKEN)
    return max(sorted(SPOKEN), key=lambda kind: chances.get(kind, 0.0)), total


def parts(text: str) -> tuple[str, ...]:
    """The questions of a text, cut where another one begins; one if it does not come apart."""
    cut = [_LIST_MARK.sub("", piece).strip(" ,;") for piece in _BREAK.split(text) if piece]
    whole = [
        piece
        for n, piece in enumerate(cut)
        if len(piece.split()) >= FEWEST_WORDS
        or _BARE.match(piece)
        or (n > 0 and _OTHER_NAME.fullmatch(piece))
    ]
    if len(whole) != len([piece for piece in cut if piece]) or len(whole) > MAX_PARTS:
        return (text,)
    return tuple(whole) if whole else (text,)
