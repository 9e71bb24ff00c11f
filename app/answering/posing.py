"""From the words that somebody typed to a question for the sources, or what is told without it.

The library itself is told of from the catalog, and things are compared side by side; whatever else
is asked stands alone first, in the library's words.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

from app.answering.about_library import (
    COMPARISON,
    LIBRARY,
    Catalogued,
    in_brief,
    shelf_of,
    told_of_library,
)
from app.answering.clock import Clock
from app.answering.comparison.compared import answer_compared
from app.answering.composition.compose import Composer
from app.answering.conversation.again_shapes import Again, Manner
from app.answering.conversation.bilingual import Heard, hear
from app.answering.conversation.condense import Condensed
from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import ask as ask_about
from app.answering.question.comparing import compares
from app.answering.question.notation import plain_notation
from app.answering.question.rephrasing import as_question
from app.answering.question.wording import Wording
from app.answering.selection.retrieve import read, retrieve
from app.answering.standalone import Posed, stand_alone
from app.languages.catalogue import ENGLISH
from app.library.scope import Scope
from app.reading.protocol import Reader
from app.types import AnswerEvent, Message
from vectorstore.live import LiveGeneration
from vectorstore.protocols import Embedder
from vectorstore.types import DocumentId, Filters

LOOKED_BACK = 4
"""Questions before one that may say of which things it asks for the largest."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a question is understood with."""

    generation: Callable[[], AbstractContextManager[LiveGeneration]]
    """Opens what is served now, as far as the asker may see it."""
    embedder: Embedder
    reader: Reader
    wording: Wording


def pose(
    typed: str,
    history: Sequence[Message],
    means: Means,
    composer: Composer,
    clock: Clock,
    *,
    filters: Filters,
    language: str,
    as_typed: bool,
    again: Again | None = None,
) -> Generator[AnswerEvent, None, Posed | Catalogued]:
    """Understand one bare question.

    Args:
        typed: The question, in any language.
        history: What was said before it.
        means: What it is understood with.
        composer: May put a follow-up into words of its own.
        clock: Takes the times of "library", "condense" and "compare".
        filters: Documents that may be searched.
        language: Of what the product itself says, unless the question tells another.
        as_typed: Whether no word of it is mended.
        again: How its answer is wanted once more.
    """
    heard = hear(typed, history, language)
    if again is not None and again.language:
        heard = replace(heard, language=again.language)
    is_english = heard.spoken == ENGLISH
    text = typed  # slips are told by words of English; those of others would be "mended"
    with means.generation() as generation, clock.timing("library"):
        if is_english and not as_typed:
            text = means.wording.understood(typed, generation)
            history = means.wording.understood_turns(history, generation)
            turns = means.wording.understood_turns(heard.history, generation)
            heard = replace(heard, history=turns)
        elif not is_english:
            heard = replace(heard, english=means.wording.cognates(heard.english, generation))
        plain = text if is_english and not as_typed else heard.english.text
        is_brief = again is not None and again.manner is Manner.SHORTER
        told, scope = told_of_library(
            in_brief(plain) if is_brief else plain,
            heard.history,
            generation,
            means.embedder,
            filters,
            heard.language,
        )
    if told is not None:
        return Catalogued(told, LIBRARY, generation.name, heard.language)
    if not is_english:
        scope = Scope(text, filters)  # in its own words, too, it is searched
    with clock.timing("condense"):
        plain = as_question(plain_notation(scope.text))
        condensed = yield from stand_alone(composer, plain, heard, history, means.reader)
    compared = _compared(condensed, plain, heard, scope.filters, means, clock)
    if compared is not None:
        return compared
    said = " ".join((text, *(message.content for message in history)))
    is_full = again is not None and again.manner is Manner.FULLER
    condensed = replace(
        condensed, asked=replace(condensed.asked, is_brief=is_brief, is_full=is_full)
    )
    return Posed(typed, said, condensed, scope.filters, heard.language)


def _compared(
    condensed: Condensed, plain: str, heard: Heard, filters: Filters, means: Means, clock: Clock
) -> Catalogued | None:
    """Things side by side, if that is what is asked for."""
    # Of a chat model's rewrite no word is shown unverified, and a table names its columns.
    own = condensed.text if condensed.use is None else plain
    earlier = [m.content for m in reversed(heard.history) if m.role == "user"][:LOOKED_BACK]
    compared = compares(own, *earlier)
    if compared is None:
        return None
    with means.generation() as generation, clock.timing("compare"):
        shelf = shelf_of(generation, means.embedder, filters, heard.language)
        told = answer_compared(compared, shelf, partial(_read_of, generation, means))
    return None if told is None else Catalogued(told, COMPARISON, generation.name, heard.language)


def _read_of(
    generation: LiveGeneration, means: Means, question: str, documents: Sequence[DocumentId]
) -> list[Evidence]:
    """What the reader makes of a question put to some documents."""
    condensed = Condensed(question, ask_about(question))
    filters = Filters(document_ids=tuple(documents))
    return read(retrieve(condensed, generation, means.embedder, filters), means.reader)
