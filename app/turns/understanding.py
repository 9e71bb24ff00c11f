"""A turn as typed becomes its kind and the bare questions that it asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.turns.kinds import SPOKEN, TurnKind
from app.turns.model import TurnModel, load
from vectorstore.types import FloatVector

SURE = 0.75
"""From this chance on a turn gets a sentence of our own and the sources are not asked."""
MAYBE = 0.35
"""From this chance on it gets one where the sources do not answer it as a question."""
SEVERAL_SURE = 0.3
"""The same for several questions in one, which must come apart besides."""
FEWEST_WORDS = 2
"""A part of fewer words is no question of its own."""
MAX_PARTS = 5
"""More questions than these in one turn are a list that somebody pasted."""

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
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\(?\d[.)])\s+")


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


def understand(
    text: str,
    *,
    follows: bool = False,
    vector: FloatVector | None = None,
    model: TurnModel | None = None,
) -> Turn:
    """Tell the kind of a turn, and find the questions in it.

    Args:
        text: The turn, readable.
        follows: Whether a turn of the conversation stands before it.
        vector: Of the turn, by the embedder that the model names; None goes by words alone.
        model: The one that ships, if none is given.
    """
    model = model or load()
    chances = model.chances(text, follows=follows, vector=vector)
    spoken = max(SPOKEN, key=lambda kind: chances.get(kind, 0.0))
    total = sum(chances.get(kind, 0.0) for kind in SPOKEN)
    if total >= SURE:
        return Turn(text, spoken, total, ())
    kind = max((kind for kind in chances if kind not in SPOKEN), key=lambda kind: chances[kind])
    otherwise = spoken if total >= MAYBE else None
    start, end = model.core(text)
    core = text[start:end].strip(" ,;:-–—\n")
    if chances.get(TurnKind.SEVERAL, 0.0) >= SEVERAL_SURE or text.count("?") > 1:
        pieces = parts(core)
        if len(pieces) > 1:
            chance = chances.get(TurnKind.SEVERAL, 0.0)
            return Turn(text, TurnKind.SEVERAL, chance, pieces, preamble=text[:start].strip())
    if kind is TurnKind.SEVERAL:
        kind = TurnKind.QUESTION
    return Turn(text, kind, chances[kind], (core or text,), otherwise, text[:start].strip())


def parts(text: str) -> tuple[str, ...]:
    """The questions of a text, cut where another one begins; one if it does not come apart."""
    cut = [_LIST_MARK.sub("", piece).strip(" ,;") for piece in _BREAK.split(text) if piece]
    whole = [piece for piece in cut if len(piece.split()) >= FEWEST_WORDS]
    if len(whole) != len([piece for piece in cut if piece]) or len(whole) > MAX_PARTS:
        return (text,)
    return tuple(whole) if whole else (text,)
