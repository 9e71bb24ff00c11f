"""A follow-up and its conversation become a standalone question. Deterministic."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answering.conversation.subject import Subject, deal_of, points_back, resolved, subject_of
from app.answering.question.asking import Asked, ask
from app.answering.text.demonyms import is_demonym
from app.answering.text.lexicon import GENERIC_NAMES
from app.answering.text.terms import Term, content_terms, names_of, terms
from app.types import Message, ModelUse
from vectorstore.types import DocumentId

_WHAT_ABOUT = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? )*"
    r"(?:what about|how about|and(?: for| with| at| in)?|same for|what of|same question for)\s+"
    r"(?P<other>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?P<other>[^\W\d_a-z][\w&.’'-]*(?: [^\W\d_a-z][\w&.’'-]*){0,3})(?:,? (?:too|as well))?\s*\?+$"
)
"""Another name alone: "Mitsubishi?", "Mitsubishi too?"."""
_CORRECTION = re.compile(
    r"^(?:(?:no|nope|sorry|oh|oops|wait|nein|non|nee|não)[,.!\s-]+)*"
    r"(?:i (?:mean|meant|was asking about|was talking about|am asking about)|i'm asking about|"
    r"ich mein(?:e|te)|je (?:parle|parlais) de|me refiero a|intendo|intendevo|ik bedoel(?:de)?|"
    r"refiro-me a)\s+(?P<other>.+?)(?:,? not .+)?[\s?.!]*$",
    re.IGNORECASE,
)
"""Somebody was misunderstood."""
_CONTRAST = (
    re.compile(
        r"^(?:(?:no|nope|sorry|oh|oops|wait|nein|non|nee|não)[,.!\s-]+)*(?:not|nicht|pas|niet) "
        r"(?P<wrong>[^,;.?!]+)[,;:–-]\s*(?:but |rather |sondern |mais |maar )?(?P<other>[^,;.?!]+?)"
        r"[\s?.!]*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:(?:no|nope|sorry|oh|oops|wait|nein|non|nee|não)[,.!\s-]+)*"
        r"(?P<other>[^,;.?!]+), (?:and )?(?:not|nicht|pas|niet) (?P<wrong>[^,;.?!]+?)[\s?.!]*$",
        re.IGNORECASE,
    ),
)
"""The same, with what was wrong: "not Pfizer, Renault"."""
_INDIRECT = re.compile(
    r"(?P<word>(?:who|whom|what|which|when|where|why|how)(?: (?:much|many|long|far|old|big))?) "
    r"(?P<subject>(?:it|he|she|they|this|that|these|those|the \w+|[^\W\d_a-z]\w*)) "
    r"(?P<verb>is|are|was|were|has|have|had|will|would|can|could|should)\b(?P<rest>.*)",
    re.DOTALL,
)
"""A question as it stands behind "I meant": "when it was completed"."""
_TIME = re.compile(r"(?:in|on|at|before|after|since|until|during|by)\b(?=.*\d)", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:for|about|of|with|at|in|on)\s+", re.IGNORECASE)
_BARE = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? )*"
    r"(?P<word>why|when|where|how|how come|since when|how much|how long|how many|until when|"
    r"(?:by|with|for|to|from) whom|for how long)"
    r"(?: (?:so|that|is that|was that|exactly|though|then))?[\s?.!]*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?P<word>when|where|why|how(?: (?:much|many|long|big|far))?|who|what)\s+)?"
    r"(?P<verb>did|does|do|is|are|was|were|has|have|had|will|would|can|could|should)\s",
    re.IGNORECASE,
)
_WHO = re.compile(r"(?:who|which|what) (?!is\b|was\b|are\b|were\b)[a-z]+\b", re.IGNORECASE)
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
    typed: str | None = None
    """The question before a name was put for its pronoun: that is searched for, with the
    backgrounds, since a wrong name would find nothing else."""
    before: tuple[str, ...] = ()
    """The questions before it, where it is not understood without them."""
    spoken_of: tuple[DocumentId, ...] = ()
    """Documents that the answer before cites, where the question is not understood without it."""
    other: str | None = None
    """The name that stands in the place of another one of the question before ("and X?")."""
    use: ModelUse | None = None
    """Of the chat model that was asked to rewrite the question, whatever came of it."""
    language: str = "en"
    """In which it was asked."""
    original: Condensed | None = None
    """The same as it was asked, where it was not in English: for passages in its language."""

    @property
    def searched(self) -> str:
        """What is searched for beside the backgrounds."""
        return self.typed or self.text

    @property
    def by_itself(self) -> Condensed | None:
        """The same with the name that its pronoun means and nothing else of its conversation.

        None where it is read so anyhow, or no name was put for a pronoun.
        """
        if not self.before or self.typed is None or self.original is not None:
            return None
        return Condensed(self.text, self.asked, use=self.use, language=self.language)

    @property
    def for_reader(self) -> str:
        """The question as the reader is trained to read follow-ups: as typed, behind those before.

        It tells better than a rule what "it" means there, and loses what was asked of it before
        where a name stands instead.
        """
        return " / ".join((*self.before, self.searched)) if self.before else self.text

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

    "What about X?" and "no, I mean X" put X into the place of the first name of the question
    before, a bare "why?" takes over what that asked, and a pronoun becomes the name that it stands
    for (`app.answering.conversation.subject`). The questions before are understood in the same way,
    the first one first. Any other follow-up is searched as it is and, beside that, with the subject
    words of the question before and the names of the answer before; `Condensed.background_weight`
    says how much that counts.
    """
    return _condensed(question, understood(history), _last(history, "user"))


def corrects(text: str, before: str) -> bool:
    """Whether somebody says what the question before was about ("no, I mean X", "not X, Y")."""
    return _CORRECTION.match(text.strip()) is not None or _contrast(text, before) is not None


def _contrast(text: str, before: str) -> tuple[str, str] | None:
    """What was not meant, as the question before has it, and what was; None if neither is said."""
    if _CORRECTION.match(text.strip()) or _ASKS.search(text):
        return None
    found = next(filter(None, (shape.match(text.strip()) for shape in _CONTRAST)), None)
    if found is None or any(len(part.split()) > MAX_OTHER_WORDS for part in found.groups()):
        return None
    wrong = re.search(rf"\b{re.escape(found['wrong'])}(?!\w)", before, re.IGNORECASE)
    return None if wrong is None else (wrong.group(), found["other"])


def _question_meant(text: str, before: str) -> str:
    """The question in "I meant when it was completed"; any other turn as it is.

    "It" is the deal there, where the question before spoke of one.
    """
    found = _CORRECTION.match(text.strip())
    if found is None or _ASKS.match(found["other"]) is None:
        return text
    asked = found["other"]
    if turned := _INDIRECT.fullmatch(asked):
        deal = deal_of(before) if turned["subject"] == "it" else None
        asked = f"{turned['word']} {turned['verb']} {deal or turned['subject']}{turned['rest']}"
    return f"{asked[:1].upper()}{asked[1:]}?"


def understood(history: Sequence[Message]) -> list[Message]:
    """A conversation whose questions say what they leave out, as far as that is sure."""
    said: list[Message] = []
    for message in history:
        if message.role == "user":
            message = replace(message, content=_condensed(message.content, said, None).text)
        said.append(message)
    return said


def _condensed(question: str, history: Sequence[Message], typed: str | None) -> Condensed:
    """`condense` behind questions that are understood; the last one also as it was typed."""
    before = _last(history, "user")
    if before is None:
        return Condensed(question, ask(question))
    question = _question_meant(question, before)
    asked = ask(question)
    named = _with_other_name(question, before)
    rewritten = named[0] if named else _with_other_word(question, before)
    if rewritten is not None and not points_back(rewritten):
        return Condensed(rewritten, ask(rewritten), other=named[1] if named else None)
    if rewritten is not None:  # "how much did they pay?" and "when?": who they are is open still
        question, asked = rewritten, ask(rewritten)
    behind = content_terms(typed or before)
    if len(behind) <= FEW_TERMS:  # "Why?" says less than what was understood by it
        behind = content_terms(before)
    backgrounds = [_joined(behind, question)]
    reply = _last(history, "assistant")
    if reply is not None and (names := names_of(reply)):
        backgrounds.append(" ".join([*dict.fromkeys(name.text for name in names), question]))
    subject = subject_of(history)
    if (text := resolved(question, subject)) is not None:
        return Condensed(text, ask(text), tuple(backgrounds), points_back=True, typed=question)
    leans = points_back(question)
    if leans or (len(asked.terms) <= FEW_TERMS and not asked.names):
        asked = _with_subject_of(asked, before, subject)
    return Condensed(question, asked, tuple(backgrounds), leans)


def asks_of_another(question: str) -> bool:
    """Whether a turn only says of whom its question is asked again: "what about oneworld?"."""
    return _WHAT_ABOUT.match(question.strip()) is not None


def standalone(condensed: Condensed) -> str:
    """The condensed question as one line that a person can read."""
    added = [term.text for term in condensed.asked.terms if term.text not in condensed.text]
    return f"{condensed.text} ({' '.join(added)})" if added else condensed.text


def _last(history: Sequence[Message], role: str) -> str | None:
    return next((message.content for message in reversed(history) if message.role == role), None)


def _joined(words: Sequence[Term], question: str) -> str:
    return " ".join([*dict.fromkeys(word.text for word in words), question])


def _with_other_name(question: str, before: str) -> tuple[str, str] | None:
    """The question before with another name in it, and that name."""
    if contrast := _contrast(question, before):
        return _instead(before, *contrast), contrast[1]
    corrected = _CORRECTION.match(question.strip())
    found = corrected or _WHAT_ABOUT.match(question.strip()) or _OTHER.match(question.strip())
    if found is None:
        return None
    other = found["other"]
    if corrected is not None and _TIME.match(other):
        return f"{before.rstrip(' ?.!')} {other}?", other
    if corrected is not None and len(other.split()) <= MAX_OTHER_WORDS:
        other = _ABOUT.sub("", other)
        meant = [name.text for name in names_of(before) if name.text not in other]
        if len(meant) == 1 or (meant and names_of(f"x {other}")):
            return _instead(before, meant[0], other), other
    if (
        len(other.split()) > MAX_OTHER_WORDS
        or _ASKS.search(other)
        or not any(word.is_name for word in terms(f"x {other}"))
    ):
        return None
    known = {name.text for name in names_of(f"x {other}")}
    replaced = next((name.text for name in names_of(before) if name.text not in known), None)
    return None if replaced is None else (_instead(before, replaced, other), other)


def _instead(text: str, replaced: str, other: str) -> str:
    """The text with another name; what both say before and behind it stands there once.

    "The American Medical Association" goes whole: "American" alone names nobody.
    """
    behind = re.escape(other.split()[-1]) if len(other.split()) > 1 else "(?!)"
    found = re.search(rf"\b{re.escape(replaced)}(?!\w)(?: {behind}\b)?", text)
    if found is None:
        return text
    before = text[: found.start()].split()
    while len(before) > 1 and _is_of_name(before[-1]):
        before.pop()
    if before and before[-1].lower() == other.split()[0].lower() == "the":
        before.pop()
    rest = text[found.end() :].replace(replaced, other)
    return " ".join([*before, other]) + rest


def _is_of_name(word: str) -> bool:
    """Whether a word before a name is a part of it that by itself is no name."""
    is_generic = word.lower().rstrip(".") in GENERIC_NAMES
    return word[:1].isupper() and (is_generic or is_demonym(word))


def _with_other_word(question: str, before: str) -> str | None:
    """The question before, asked for what a bare question word asks for ("Why?")."""
    found = _BARE.match(question.strip())
    opening = _OPENING.match(before)
    if found is None:
        return None
    if opening is None:  # "Who builds it?" and "where?"
        return (
            f"{before.rstrip(' ?.!')} and {found['word'].lower()}?" if _WHO.match(before) else None
        )
    word = " ".join(found["word"].split()).capitalize()
    rest = before[opening.end() :].lstrip()
    verb = opening["verb"]
    if opening["word"] is None:  # "Has it closed?" and "Why?"
        return f"{word} {verb.lower()} {rest}"
    if not _takes_subject(opening["word"], verb) or not rest:
        return None
    return f"{word} {verb} {rest}"


def _takes_subject(word: str, verb: str) -> bool:
    """Whether a subject follows behind the verb: "when did X", "what did X", but not "who was"."""
    first = word.split()[0].lower()
    return first in {"when", "where", "why", "how"} or verb.lower() in {"did", "does", "do"}


def _with_subject_of(asked: Asked, before: str, talk: Subject) -> Asked:
    """Add what the conversation was about: its names, or else the words of the question before."""
    earlier = ask(before)
    known = {term.key for term in asked.terms}
    names = earlier.names or tuple(
        term for name in talk.names[:1] for term in terms(f"x {name}")[1:] if term.is_name
    )
    subject = [term for term in names or earlier.terms if term.key not in known]
    return Asked(
        text=asked.text,
        expects=asked.expects,
        wants_list=asked.wants_list,
        terms=(*asked.terms, *subject),
        is_readable=asked.is_readable,
        is_request=asked.is_request,
    )
