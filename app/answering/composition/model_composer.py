"""A chat model words the answer, sentence by sentence, from numbered sentences of the sources."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.answering.composition.compose import Outcome, Proposal, Steps, Task, Waiting
from app.answering.composition.fallback import Problem, problem_of
from app.answering.composition.prompting import (
    CHARACTERS_PER_TOKEN,
    Request,
    Shown,
    answer_request,
    choose,
    condense_request,
)
from app.answering.composition.reply import ReplyReader, Sentence
from app.answering.composition.rewriting import rewritten
from app.answering.conversation.condense import Condensed, condense
from app.answering.question.asking import ask
from app.answering.text.terms import fold
from app.llm.calling import ModelCaller
from app.llm.errors import ModelError
from app.llm.reply_stream import ReplyStream
from app.types import Message, ModelUse
from prompts.phrases import CANNOT_ANSWER

logger = logging.getLogger(__name__)

PULSE_S = 0.1
"""How soon a caller that has gone is noticed while the model says nothing."""
CONDENSE_SHARE = 0.2
"""Of the time a reply may take: a rewrite is one line, and the answer comes after it."""
MAX_SENTENCES = 24
"""More than any answer has. What goes on longer is not read."""
MAX_REPEATS = 3
"""A sentence that comes back so often will come back for ever."""
_SAYS_MORE = re.compile(r"\b(?:but|however|although|though|except)\b|;")
_CANNOT_ANSWER = fold(CANNOT_ANSWER).casefold().rstrip(".")


class ModelComposer:
    """Asks a chat model; where it fails, the outcome says so and the caller has the outline."""

    name = "model"

    def __init__(self, caller: ModelCaller, *, max_input_tokens: int) -> None:
        """Store the arguments; the model is asked by `condense` and `compose`.

        Args:
            caller: The model with its limits.
            max_input_tokens: What a request may take; fewer passages are shown then.
        """
        self._caller = caller
        self._max_input_tokens = max_input_tokens

    def condense(self, question: str, history: Sequence[Message]) -> Steps[Condensed]:
        """The model's rewrite, if it may be trusted; else the deterministic one."""
        own = condense(question, history)
        if not history:
            yield own
            return
        request = condense_request(question, history, max_tokens=self._max_input_tokens)
        reply = ""
        with self._caller.stream(
            request.messages,
            timeout_s=CONDENSE_SHARE * self._caller.limits.timeout_s,
            pulse_s=PULSE_S,
        ) as pieces:
            try:
                for piece in pieces:
                    reply += piece
                    yield Waiting()
            except ModelError as error:
                logger.warning("A follow-up was not rewritten by the chat model: %s", error)
                reply = ""
        text = rewritten(reply, question, history)
        if text is not None and text != question:
            own = replace(own, text=text, asked=ask(text), points_back=False)
        yield replace(own, use=self._use(request, pieces))

    def compose(self, task: Task) -> Steps[Proposal | Outcome]:
        """See `Composer`."""
        left = self._max_input_tokens - len(task.asked.text) // CHARACTERS_PER_TOKEN
        shown = choose(task.evidence, max_tokens=left)
        request = answer_request(task.asked, shown, cites=self._caller.cites)
        outcome = Outcome()
        with self._caller.stream(
            request.messages, documents=request.documents, pulse_s=PULSE_S
        ) as pieces:
            try:
                for sentence in _sentences(pieces):
                    if sentence is None:
                        yield Waiting()
                    elif _says_cannot(sentence.text):
                        outcome = replace(outcome, abstains=True)
                    else:
                        yield _proposal(sentence, shown)
            except ModelError as error:
                logger.warning("The answer is not the chat model's, or not all of it: %s", error)
                outcome = replace(outcome, problem=problem_of(error))
        if pieces.reply is not None and pieces.reply.is_cut:
            outcome = replace(outcome, problem=Problem.CUT)
        yield replace(outcome, use=self._use(request, pieces))

    def _use(self, request: Request, pieces: ReplyStream) -> ModelUse:
        use = ModelUse(self._caller.name, request.prompts)
        return use if pieces.reply is None else replace(use, usage=pieces.reply.usage)


def _sentences(pieces: ReplyStream) -> Iterator[Sentence | None]:
    """Sentences as they become whole; None for each piece, so that the caller can stop."""
    reader = ReplyReader()
    seen: Counter[str] = Counter()
    for piece in pieces:
        yield None
        for sentence in reader.feed(piece):
            seen[fold(sentence.text).casefold()] += 1
            if seen.total() > MAX_SENTENCES or max(seen.values()) > MAX_REPEATS:
                return
            yield sentence
    is_cut = pieces.reply is not None and pieces.reply.is_cut
    for sentence in reader.close():
        if not is_cut or sentence.is_ended:
            yield sentence


def _says_cannot(text: str) -> bool:
    """Whether a sentence says that something is not in the sources, and nothing beside that."""
    plain = fold(text).casefold()
    return plain.startswith(_CANNOT_ANSWER) and not _SAYS_MORE.search(plain)


def _proposal(sentence: Sentence, shown: Shown) -> Proposal:
    cited, num_invented = shown.cited(sentence.numbers)
    return Proposal(sentence.text, cited, num_invented, is_reworded=True)
