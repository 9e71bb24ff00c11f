"""Chat models as judges of answers: prompt, one reply, one verdict read strictly.

A reply that is no verdict leaves the case unscored and is counted; it is never wrong or right. An
answer that was never given is not judged either: it counts as worst without asking anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.llm.errors import ModelOutputError
from app.llm.types import Reply, Usage
from app.types import Message
from eval.errors import JudgeOutputError
from eval.types import Answerability, Case, Said, Verdict
from prompts.phrases import UNANSWERABLE
from prompts.render import fence, fence_one, render

Ask = Callable[[Sequence[Message]], Reply]
"""Such as `ModelCaller.ask`."""

SHOWN_OF_REPLY = 200
"""Characters of an unreadable reply that are kept: enough to see what went wrong."""

_LINE = re.compile(r"^[ \t]*verdict[ \t]*:(?P<word>.*)$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Judge:
    """A question that is put to a model about an answer."""

    name: str
    description: str
    values: Mapping[str, float]
    """What each verdict is worth, in [0, 1]; the words are those of the template, in its order."""

    @property
    def prompt(self) -> str:
        """Name of the template."""
        return f"judge_{self.name}"


JUDGES: Mapping[str, Judge] = {
    judge.name: judge
    for judge in (
        Judge(
            "correctness",
            "whether the answer agrees with the references; a refusal is no correct answer",
            {"correct": 1.0, "incorrect": 0.0, "not_attempted": 0.0},
        ),
        Judge(
            "faithfulness",
            "how much of the answer its quotes say",
            {
                "faithful": 1.0,
                "mostly_faithful": 2 / 3,
                "partly_faithful": 1 / 3,
                "unfaithful": 0.0,
            },
        ),
        Judge(
            "helpfulness",
            "how well the answer serves the person who asked",
            {
                "helpful": 1.0,
                "mostly_helpful": 2 / 3,
                "slightly_helpful": 1 / 3,
                "unhelpful": 0.0,
            },
        ),
    )
}
"""By name. Four equal steps, as in the ratings of people that they are compared with."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a judge is shown."""

    id: str
    question: str
    answer: str
    """What the reader saw: the sentences, or the message of a refusal; "" if there was none."""
    history: tuple[Message, ...] = ()
    references: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    """What the answer rests on."""
    is_refusal: bool = False
    is_missing: bool = False
    """The system gave no answer at all."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judge's verdict on one answer, and what it took."""

    verdict: Verdict
    usage: Usage = Usage()


def material_of(case: Case, said: Said | None) -> Material:
    """What judges see of an answer: its own quotes, or what was read where it cites nothing."""
    references = case.references
    if not references and case.answerability is Answerability.UNANSWERABLE:
        references = (UNANSWERABLE,)
    if said is None:
        return Material(
            case.id, case.question, "", case.history, references=references, is_missing=True
        )
    quotes = tuple(citation.quote for citation in said.citations)
    return Material(
        case.id,
        case.question,
        said.text or said.message or (UNANSWERABLE if said.abstained else ""),
        case.history,
        references,
        quotes or tuple(passage.text for passage in said.passages),
        is_refusal=said.abstained,
    )


def applies(judge: Judge, material: Material) -> bool:
    """Whether the judge has something to say about the answer.

    Correctness needs references; a refusal states nothing that could be unfaithful.
    """
    if judge.name == "correctness":
        return bool(material.references)
    if judge.name == "faithfulness":
        return not material.is_refusal
    return True


def judge_answer(judge: Judge, material: Material, ask: Ask) -> Judgement:
    """One verdict.

    Raises:
        ModelError: If the model could not be asked, or refused. One that gave no whole reply was
            asked; its verdict is unscored.
    """
    if material.is_missing or not material.answer.strip():
        return Judgement(Verdict(0.0, "no answer"))
    try:
        reply = ask([Message("user", prompt_for(judge, material))])
    except ModelOutputError as error:
        return Judgement(Verdict(None, str(error)))
    try:
        word = read_verdict(judge, reply.text)
    except JudgeOutputError as error:
        return Judgement(Verdict(None, str(error)), reply.usage)
    return Judgement(Verdict(judge.values[word], word), reply.usage)


def prompt_for(judge: Judge, material: Material) -> str:
    """The words that are sent; all that others wrote is in fences."""
    values = {
        "question": fence_one(_conversation(material)),
        "answer": fence_one(material.answer),
    }
    if judge.name == "correctness":
        values["references"] = fence(material.references, label="Reference")
    if judge.name == "faithfulness":
        values["passages"] = fence(material.passages)
    return render(judge.prompt, **values)


def read_verdict(judge: Judge, reply: str) -> str:
    """The one verdict of a reply.

    Raises:
        JudgeOutputError: If there is no line "verdict: WORD", or more than one, or another word.
    """
    found = [match["word"].strip().lower() for match in _LINE.finditer(reply)]
    if len(found) != 1 or found[0] not in judge.values:
        raise JudgeOutputError(
            f"Expected one line 'verdict: {'|'.join(judge.values)}', found {len(found)} lines in "
            f"{reply[:SHOWN_OF_REPLY]!r}."
        )
    return found[0]


def _conversation(material: Material) -> str:
    """The turns with who said them; a first question stands alone."""
    if not material.history:
        return material.question
    turns = [*material.history, Message("user", material.question)]
    return "\n\n".join(f"{turn.role.capitalize()}: {turn.content}" for turn in turns)
