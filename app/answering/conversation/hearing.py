"""What a turn of a conversation asks for: classified before anything is searched."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.answering.conversation.again_shapes import Again, asks_again
from app.answering.conversation.condense import corrects
from app.answering.conversation.subject import leans_back
from app.answering.question.asking import ask
from app.answering.question.both_sides import both_sides
from app.answering.question.comparing import compares
from app.answering.text.lexicon import ANAPHORS
from app.answering.text.terms import content_terms, is_function_word, terms
from app.languages.catalogue import ENGLISH
from app.languages.english import in_english
from app.languages.identify import language_of
from app.library.asking import library_question
from app.library.follow_up_shapes import goes_on
from app.library.whence_shapes import Whence, whence
from app.library.word_order import in_english_order
from app.questions import MAX_QUESTION_CHARACTERS
from app.turns.kinds import TurnKind
from app.turns.understanding import Turn, Understander, opens_question
from app.types import Message
from vectorstore.protocols import Embedder

MESSAGES_READ = 24
"""Of which kind a turn was is asked of so many messages of a conversation."""
TURNS_READ = 12
"""Messages of the conversation that a follow-up may lean on; older ones mislead more than help."""
MOST_PASSAGES = 0.3
"""A word in more passages than this share of them says nothing of what one speaks of."""

CERTAIN = 0.97
"""Below this chance a turn of a few words with a name of the library's is taken for a question."""
FEW_WORDS = 4

_IT = re.compile(r"\b(?:it|this|that)\b(?! (?:article|document|one)\b)", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:[$€£¥]|\b(?:usd|eur|gbp|chf)) ?\d|"
    r"\d ?(?:(?:m|bn|million|billion|dollars|euros|pounds|yen)\b|[$€£¥])",
    re.IGNORECASE,
)
FEWEST_TERMS = 2
"""A turn of fewer subject words that sounds like none to the sources asks nothing of them."""
_TO_US = re.compile(
    r"\b(?:you|your|yours|u|ur|yourself|accord|bot|chats?|here|this|questions?|answers?|answered|"
    r"conversations?|me)\b",
    re.IGNORECASE,
)

_OF_TALK = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|sorry)\b,? )*(?:(?:what|when|why|how|which \w+) )?"
    r"(?:did|have|had) (?:you|i|u) (?:just |already |ever |really |not |even )*"
    r"(?:say|said|ask|asked|tell|told|mention|mentioned|answer|answered)\b"
    r"|^\W*(?:please )?(?:recap|summari[sz]e|sum up|list|show|repeat)(?: me)? (?:all )?"
    r"(?:our|this|my|the) (?:(?:whole|entire|last) )?(?:conversation|chat|discussion|questions)\b",
    re.IGNORECASE,
)
"""Asks of what was said here: "did I ask about Haven?"."""

Frequency = Callable[[str], float]
"""The share of passages in which a word stands, in whatever form."""
Names = Callable[[str], bool]
"""Whether a text has a name of the library's."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn in its conversation."""

    turn: Turn
    asks: tuple[str, ...]
    """What is to be asked of the sources, one by one; nothing where a sentence of ours will do."""
    talk: tuple[Message, ...]
    """The conversation without its courtesies and their replies, each question bare."""
    again: Again | None = None
    """How the answer before is wanted once more, if that is all that is asked for."""
    may_ask: bool = False
    """The sources may answer it although it sounds like no question to them."""

    @property
    def follows(self) -> bool:
        """Whether something was said before it."""
        return bool(self.talk)


class Hearing:
    """Classifies turns. Safe to use from many threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._understand = Understander(embedder)

    def hear(
        self, text: str, history: Sequence[Message], frequency: Frequency, names: Names
    ) -> Heard:
        """Classify a turn, and find the questions in it.

        Args:
            text: The turn, readable.
            history: The messages before it.
            frequency: Of words in the sources; called only where it matters.
            names: Tells names of the sources; called only where it matters.
        """
        talk = self._talk(history, names)
        turn = self._turn(text, bool(talk), names)
        if (again := asks_again(text)) is not None:
            # A client may send a greeting of its own alone: then nothing was answered yet.
            was_asked = bool(_last_question(talk))
            kind = TurnKind.FOLLOWUP if was_asked else TurnKind.CONVERSATION
            return Heard(replace(turn, kind=kind), (), talk, again if was_asked else None)
        if talk and corrects(text, _last_question(talk)):
            return Heard(replace(turn, kind=TurnKind.FOLLOWUP, otherwise=None), (text,), talk)
        if _asks_whence(text, talk):
            return Heard(replace(turn, kind=TurnKind.LIBRARY, otherwise=None), (text,), talk)
        if talk and (named := _of_that_article(text, history)):
            return Heard(replace(turn, kind=TurnKind.LIBRARY, otherwise=None), (named,), talk)
        if whence(_plain_english(text)) is Whence.CERTAIN:  # of nothing that was said
            return Heard(replace(turn, kind=TurnKind.CONVERSATION), (), talk)
        if talk and goes_on(_plain_english(text), _plain_english(_last_question(talk))):
            return Heard(replace(turn, kind=TurnKind.LIBRARY, otherwise=None), (text,), talk)
        if _OF_TALK.search(text) and turn.preamble == "":
            return Heard(replace(turn, kind=TurnKind.CONVERSATION), (), talk)
        if _is_about_library(text):
            return Heard(turn, (text,), talk)  # "tl;dr of the haven article" is one question
        if turn.is_spoken:
            return Heard(turn, (), talk, may_ask=_may_ask(turn))
        if compares(text) is not None:
            return Heard(turn, (text,), talk)  # "Pfizer or Nestlé: who paid more?"
        behind = turn.questions[not turn.preamble :]
        if any(_is_bare_name(part) and not names(part.lower()) for part in behind):
            return Heard(turn, (text,), talk)  # the "True?" behind what somebody says
        first = turn.questions[0]
        asks = tuple(side for each in turn.questions for side in both_sides(each))
        if not turn.preamble or not leans_back(first):
            return Heard(turn, asks, talk)
        is_known = any(0 < frequency(word) <= MOST_PASSAGES for word in _words(turn.preamble))
        if is_known and turn.preamble[-1] not in ".!?:" and len(turn.questions) == 1:
            return Heard(turn, (text,), talk)  # "and Haven, how long did that last?"
        if is_known or not self._understand(turn.preamble, follows=bool(talk)).is_spoken:
            talk = (*talk, Message("user", turn.preamble))
        return Heard(turn, asks, talk)

    def _turn(self, text: str, follows: bool, names: Names) -> Turn:
        """A turn by its words, and by whether they name what the library is about.

        "sony shares" has the sound of nothing at all, but where the sources speak of Sony it asks.
        """
        turn = self._understand(text, follows=follows)
        spoken = language_of(text)
        if (turn.is_spoken or turn.otherwise) and spoken not in {None, ENGLISH}:
            turn = self._in_english(turn, str(spoken), follows)
        if turn.is_spoken and _MONEY.search(text) and not ask(text).is_request:
            return Turn(text, TurnKind.QUESTION, 1.0 - turn.chance, (text,))  # "deal of $185m"
        is_spoken = turn.is_spoken and turn.chance < CERTAIN
        if not (is_spoken or turn.otherwise) or len(text.split()) > FEW_WORDS:
            return turn
        if spoken not in {None, ENGLISH} or not names(text):
            return turn  # common words of another language are none of English
        if not is_spoken:
            return replace(turn, otherwise=None)
        return Turn(text, TurnKind.QUESTION, 1.0 - turn.chance, (text,))

    def _in_english(self, turn: Turn, language: str, follows: bool) -> Turn:
        """The turn by its English form, if that opens as a question does and is taken for one.

        Kinds were learned mostly from English: "qui a fondé Haven ?" sounded like a request.
        """
        bare = self._understand.behind_courtesy(turn.text, follows=follows) or turn.text
        form = in_english(bare, language)
        if form.unknown or not opens_question(form.text):
            return turn
        english = self._understand(form.text, follows=follows)
        if english.is_spoken or english.otherwise:
            return turn
        asks = turn.questions or (bare,)
        return replace(
            turn, kind=english.kind, chance=english.chance, questions=asks, otherwise=None
        )

    def _talk(self, history: Sequence[Message], names: Names) -> tuple[Message, ...]:
        kept: list[Message] = []
        is_kept = True
        recent = _readable(history)
        for place, message in enumerate(recent):
            if message.role == "user":
                # What was answered from documents asked something.
                is_told = any(each.documents for each in recent[place + 1 : place + 2])
                turn = self._turn(message.content, bool(kept), names)
                mends = corrects(message.content, _last_question(kept))
                is_of_reply = _asks_whence(message.content, kept) or (
                    bool(kept) and asks_again(message.content) is not None
                )
                goes = bool(kept) and goes_on(
                    _plain_english(message.content), _plain_english(_last_question(kept))
                )
                is_kept = mends or goes or not ((turn.is_spoken and not is_told) or is_of_reply)
                if turn.questions and not (mends or goes):
                    message = replace(message, content=" ".join(turn.questions))
            if is_kept:
                kept.append(message)
        return tuple(kept[-TURNS_READ:])


def _is_bare_name(part: str) -> bool:
    """Whether a part of a turn is one word that asks nothing by itself: "And Marlow?"."""
    return len(part.split()) == 1 and not opens_question(part)


def _may_ask(turn: Turn) -> bool:
    """Whether a turn that sounds like help or a request has the form of a question to anybody.

    What is said to us, or of what was said, is none to the sources: "what can you do".
    """
    is_of_matter = turn.kind is not TurnKind.CONVERSATION
    return (
        is_of_matter
        and (opens_question(turn.text) or turn.chance < CERTAIN)
        and language_of(turn.text) in {None, ENGLISH}  # "Que peux-tu faire ?"
        and not turn.text.rstrip().endswith("!")
        and _TO_US.search(turn.text) is None
        and not any(word.text.lower() in ANAPHORS for word in terms(turn.text))
        and len(content_terms(turn.text)) >= FEWEST_TERMS
    )


def _is_about_library(text: str) -> bool:
    return library_question(_plain_english(text)) is not None


def _asks_whence(text: str, talk: Sequence[Message]) -> bool:
    """Whether a turn asks what the answer before it rests on."""
    if not talk or talk[-1].role != "assistant":
        return False
    return whence(_plain_english(text, language_of(_last_question(talk)))) is not None


def _of_that_article(text: str, history: Sequence[Message]) -> str | None:
    """What is asked about "it" behind "which article is that from?": there it is the article."""
    before = _last_question(history)
    if not before or whence(_plain_english(before)) is not Whence.PLACE:
        return None
    named = _IT.sub("that article", _plain_english(text), count=1)
    asked = library_question(named)
    return named if asked is not None and asked.points_back else None


def _last_question(talk: Sequence[Message]) -> str:
    return next((turn.content for turn in reversed(talk) if turn.role == "user"), "")


def _plain_english(text: str, otherwise: str | None = None) -> str:
    spoken = language_of(text) or otherwise
    if spoken in {None, ENGLISH}:
        return text
    return in_english_order(in_english(text, str(spoken)).text)


def _words(text: str) -> list[str]:
    return [term.text for term in content_terms(text) if not is_function_word(term.text)]


def _readable(history: Sequence[Message]) -> list[Message]:
    """The last turns of a conversation, each made fit to be read; empty ones are left out."""
    recent = [
        replace(message, content=" ".join(message.content.split())[:MAX_QUESTION_CHARACTERS])
        for message in history[-MESSAGES_READ:]
    ]
    return [message for message in recent if message.content]
