"""A question in another language is asked twice: as it stands, and in English. Deterministic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from app.answering.conversation.condense import Condensed, condense
from app.answering.question.rephrasing import as_question
from app.answering.text.terms import Term, key_of, terms
from app.languages.catalogue import ENGLISH
from app.languages.english import EnglishForm, in_english
from app.languages.identify import language_of
from app.types import Message

MOSTLY = 0.5
"""Share of a question's content words without an English form above which it is not understood."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A question and its conversation, with the language in which it is answered."""

    language: str
    """Of what the product itself says: the question's where that is sure, else the client's."""
    spoken: str
    """Of the question's words; English where it is not sure."""
    english: EnglishForm
    """The question in English words, as far as the tables have them."""
    history: tuple[Message, ...]
    """The conversation with the asker's turns in English."""


def hear(text: str, history: Sequence[Message], preferred: str | None) -> Heard:
    """Find out the language of a question, and put it into English.

    Args:
        text: The question.
        history: What was said before it.
        preferred: The client's language; None if it tells none.
    """
    known = language_of(text)
    if known is None:  # "Pfizer 2020?" after a German question is German, too
        before = next((turn.content for turn in reversed(history) if turn.role == "user"), "")
        known = language_of(before) if before else None
    return Heard(
        known or preferred or ENGLISH,
        known or ENGLISH,
        _english(text, known),
        tuple(
            replace(turn, content=_english(turn.content, language_of(turn.content)).text)
            if turn.role == "user"
            else turn
            for turn in history
        ),
    )


def in_both_languages(
    condensed: Condensed, heard: Heard, settle: Callable[[Condensed, Sequence[Message]], Condensed]
) -> Condensed:
    """The English form, with the question as it was asked beside it; unchanged if it is English.

    Args:
        condensed: The question in its own language; of a chat model's rewrite that is put into
            English.
        heard: Its language and English form.
        settle: Adds what the reader needs of the conversation.
    """
    if heard.spoken == ENGLISH:
        return condensed
    form = heard.english
    if condensed.use is None:
        english = settle(condense(as_question(form.text), heard.history), heard.history)
    else:
        form = in_english(condensed.text, heard.spoken)
        english = condense(form.text, ())
    asked = english.asked
    foreign = {key_of(word) for word in form.unknown}
    unknown = {term.key for term in asked.terms} & foreign
    names = tuple(term for term in asked.names if term.key not in foreign)
    # Of a question that is understood by less than half nothing is known but its words: each must
    # stand in the sources as it is, like a name.
    strict = unknown if len(unknown) > MOSTLY * len(asked.terms) else set[str]()
    return replace(
        english,
        asked=replace(
            asked,
            terms=tuple(
                replace(term, is_name=term.key in strict or term in names) for term in asked.terms
            ),
            unknown=form.unknown,
        ),
        original=_as_asked(condensed, asked.terms, names, foreign),
        language=heard.spoken,
        use=condensed.use,
    )


def _as_asked(
    condensed: Condensed, english: Sequence[Term], names: Sequence[Term], foreign: Collection[str]
) -> Condensed:
    """The question for passages in its own language: its names must stand there as typed.

    A name that English writes otherwise ("Suisse": Switzerland) stands in none of them. The other
    words are looked for in English, as these passages are read; not those of `foreign`, which were
    not understood: they may stand there in another form.
    """
    written = {term.key for term in terms(condensed.text)}
    own = {name.key for name in names if name.key in written}
    kept = tuple(
        replace(term, is_name=term.key in own) for term in english if term.key not in foreign
    )
    return replace(condensed, asked=replace(condensed.asked, terms=kept))


def _english(text: str, language: str | None) -> EnglishForm:
    return EnglishForm(text) if language in {None, ENGLISH} else in_english(text, str(language))
