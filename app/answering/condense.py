"""A follow-up and its conversation become a standalone question. Deterministic."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.asking import Asked, ask
from app.answering.lexicon import ANAPHORS
from app.answering.terms import Term, content_terms, names_of, terms
from app.types import Message, ModelUse

_WHAT_ABOUT = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? )*"
    r"(?:what about|how about|and(?: for| with| at| in)?|same for|what of)\s+"
    r"(?P<other>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
MAX_OTHER_WORDS = 6
"""What stands after "what about" and is longer is a question of its own."""
FEW_TERMS = 1
"""A question with no more subject words than this cannot stand alone after another one."""


@dataclass(frozen=True, slots=True)
class Condensed:
    """A question that can be searched without its conversation."""

    text: str
    """What is searched for: the question itself, or a rewrite that says what it leaves out."""
    asked: Asked
    backgrounds: tuple[str, ...] = ()
    """The question with words of the conversation before it: searched beside it, at a weight."""
    points_back: bool = False
    """It holds a word such as "it" or "they"."""
    before: tuple[str, ...] = ()
    """The questions before it, where it is not understood without them."""
    use: ModelUse | None = None
    """Of the chat model that was asked to rewrite the question, whatever came of it."""
    language: str = "en"
    """In which it was asked."""
    original: Condensed | None = None
    """The same as it was asked, where it was not in English: for passages in its language."""

    @property
    def for_reader(self) -> str:
        """The question as the reader is trained to read follow-ups: behind those before it."""
        return " / ".join((*self.before, self.text))

    def background_weight(self, own: float, with_background: float) -> float:
        """How much the backgrounds count, in [0, 1].

        They count where they find something nearer than the question does alone, where that finds
        nothing near, and where it points back. Fitted on two public sets of conversations, one in
        which old turns help and one in which they mislead (docs/retrieval.md).

        Args:
            own: Cosine of the nearest passage to the question alone.
            with_background: The same for the best of the backgrounds.
        """
        if not self.backgrounds:
            return 0.0
        names = min(len(self.asked.names), 2)
        logit = -2.1 + 10.0 * (with_background - own) - 11.0 * (own - 0.6)
        logit += 1.9 * self.points_back - 0.5 * names
        return 1.0 / (1.0 + math.exp(-logit))


def condense(question: str, history: Sequence[Message]) -> Condensed:
    """Make a question stand alone.

    "What about X?" puts X into the place of the first name of the question before. Any other
    follow-up is searched as it is and, beside that, with the subject words of the question before
    and the names of the answer before; `Condensed.background_weight` says how much that counts.
    """
    asked = ask(question)
    before = _last(history, "user")
    if before is None:
        return Condensed(question, asked)
    rewritten = _with_other_name(question, before)
    if rewritten is not None:
        return Condensed(rewritten, ask(rewritten))
    points_back = any(
        term.text.lower() in ANAPHORS and not term.is_name for term in terms(question)
    )
    backgrounds = [_joined(content_terms(before), question)]
    reply = _last(history, "assistant")
    if reply is not None and (names := names_of(reply)):
        backgrounds.append(" ".join([*dict.fromkeys(name.text for name in names), question]))
    if points_back or len(asked.terms) <= FEW_TERMS:
        asked = _with_subject_of(asked, before)
    return Condensed(question, asked, tuple(backgrounds), points_back)


def standalone(condensed: Condensed) -> str:
    """The condensed question as one line that a person can read."""
    added = [term.text for term in condensed.asked.terms if term.text not in condensed.text]
    return f"{condensed.text} ({' '.join(added)})" if added else condensed.text


def _last(history: Sequence[Message], role: str) -> str | None:
    return next((message.content for message in reversed(history) if message.role == role), None)


def _joined(words: Sequence[Term], question: str) -> str:
    return " ".join([*dict.fromkeys(word.text for word in words), question])


def _with_other_name(question: str, before: str) -> str | None:
    found = _WHAT_ABOUT.match(question.strip())
    if found is None:
        return None
    other = found["other"]
    if len(other.split()) > MAX_OTHER_WORDS or not any(
        word.is_name for word in terms(f"x {other}")
    ):
        return None
    known = {name.text for name in names_of(f"x {other}")}
    replaced = next((name.text for name in names_of(before) if name.text not in known), None)
    if replaced is None:
        return None
    return re.sub(rf"\b{re.escape(replaced)}(?!\w)", lambda _: other, before)


def _with_subject_of(asked: Asked, before: str) -> Asked:
    """Add what the question before was about: its names, or else all its subject words."""
    earlier = ask(before)
    known = {term.key for term in asked.terms}
    subject = [term for term in earlier.names or earlier.terms if term.key not in known]
    return Asked(
        text=asked.text,
        expects=asked.expects,
        wants_list=asked.wants_list,
        terms=(*asked.terms, *subject),
        is_readable=asked.is_readable,
        is_request=asked.is_request,
    )
