"""What a chat model is shown: the sources' sentences, numbered, and the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.composition.compose import place_of
from app.answering.evidence.evidence import Evidence
from app.answering.evidence.instructions import is_addressed
from app.answering.question.asking import Asked
from app.llm.types import SourceDocument
from app.types import Message
from prompts import phrases
from prompts.render import fence, fence_one, fingerprint, render
from vectorstore.types import DocumentId, Metadata

PROMPTS = ("answer", "condense", "partner_list", "question", "rules", "sources")
"""Every template that an answer may need."""
CHARACTERS_PER_TOKEN = 3
"""Fewer than usual in English, so that the limit in tokens holds for numbers and names, too."""
INSTRUCTION_TOKENS = 600
"""About what the rules and the task take."""
LONGEST_TURN = 1_000
"""Characters of a turn that are shown for a rewrite: whom it is about stands in front."""
UNTITLED = "(untitled)"
SENTENCE_OVERHEAD = 6
"""Characters of a sentence's number and line end."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The sentences that a model may cite, by document; their numbers count from 1 over all."""

    documents: tuple[tuple[Evidence, ...], ...]

    @property
    def sentences(self) -> tuple[Evidence, ...]:
        """By number, the first one's being 1."""
        return tuple(item for document in self.documents for item in document)

    def cited(self, numbers: Sequence[int]) -> tuple[tuple[Evidence, ...], int]:
        """The sentences with these numbers, and how many of the numbers have no sentence."""
        sentences = self.sentences
        known = [n for n in numbers if 1 <= n <= len(sentences)]
        return tuple(sentences[n - 1] for n in known), len(numbers) - len(known)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent to a model."""

    messages: tuple[Message, ...]
    documents: tuple[SourceDocument, ...]
    """Only for a model that cites by itself; else the messages hold the sources."""
    prompts: str
    """Names and fingerprints of the templates."""


def choose(evidence: Sequence[Evidence], *, max_tokens: int) -> Shown:
    """The best passages' sentences, as many passages as fit, each document in reading order.

    Args:
        evidence: Best first.
        max_tokens: What a request may take, the instructions included. The best passage is shown
            whatever it takes.
    """
    left = (max_tokens - INSTRUCTION_TOKENS) * CHARACTERS_PER_TOKEN
    chosen: dict[tuple[str, int], Evidence] = {}
    for name in dict.fromkeys(item.passage.passage.id for item in evidence):
        inside = {place_of(i): i for i in evidence if i.passage.passage.id == name}
        new = {place: item for place, item in inside.items() if place not in chosen}
        left -= sum(len(item.text) + SENTENCE_OVERHEAD for item in new.values())
        if left < 0 and chosen:
            break
        chosen |= new
    documents: dict[DocumentId, list[Evidence]] = {}
    for item in chosen.values():
        documents.setdefault(item.document_id, []).append(item)
    return Shown(
        tuple(
            tuple(sorted(inside, key=lambda item: item.sentence.ordinal))
            for inside in documents.values()
        )
    )


def answer_request(asked: Asked, shown: Shown, *, cites: bool) -> Request:
    """How a model is asked to answer.

    Args:
        asked: The standalone question.
        shown: What it may cite.
        cites: It marks what it cites by itself.
    """
    task = "partner_list" if asked.wants_list else "answer"
    rules = render(
        "rules",
        task=render(task),
        citing=phrases.CITE_NATIVELY if cites else phrases.CITE_BY_NUMBER,
        cannot_answer=phrases.CANNOT_ANSWER,
    )
    question = fence_one(asked.text)
    if cites:
        name, user = "question", render("question", question=question)
    else:
        name, user = "sources", render("sources", question=question, sources=_fenced(shown))
    return Request(
        (Message("system", rules), Message("user", user)),
        tuple(map(_document, shown.documents)) if cites else (),
        fingerprints("rules", task, name),
    )


def condense_request(
    question: str, history: Sequence[Message], *, max_tokens: int = 6_000
) -> Request:
    """How a model is asked to make a follow-up stand alone; long turns are shortened to fit."""
    left = (max_tokens - INSTRUCTION_TOKENS) * CHARACTERS_PER_TOKEN - len(question)
    longest = min(LONGEST_TURN, max(0, left) // max(1, len(history)))
    conversation = "\n".join(f"{each.role}: {each.content[:longest]}" for each in history)
    user = render("condense", conversation=fence_one(conversation), question=fence_one(question))
    return Request((Message("user", user),), (), fingerprints("condense"))


def fingerprints(*names: str) -> str:
    """Templates by name with their fingerprints, as a receipt keeps them."""
    return " ".join(f"{name}:{fingerprint(name)}" for name in sorted(names))


def _fenced(shown: Shown) -> str:
    number = 0
    sources: list[str] = []
    for document in shown.documents:
        lines = [_title(document[0].metadata)]
        before: int | None = None
        for item in document:
            number += 1
            if before is not None and item.sentence.ordinal != before + 1:
                lines.append("…")
            lines.append(f"[{number}] {' '.join(item.text.split())}")
            before = item.sentence.ordinal
        sources.append("\n".join(lines))
    return fence(sources, label="Source")


def _document(document: Sequence[Evidence]) -> SourceDocument:
    metadata = document[0].metadata
    sentences = tuple(" ".join(item.text.split()) for item in document)
    return SourceDocument(_name(metadata.title) or UNTITLED, _about(metadata), sentences)


def _title(metadata: Metadata) -> str:
    return f"{_name(metadata.title) or UNTITLED} ({_about(metadata)})"


def _about(metadata: Metadata) -> str:
    published = metadata.published.isoformat() if metadata.published else "no date"
    return ", ".join(filter(None, [_name(metadata.publisher or ""), published]))


def _name(text: str) -> str:
    """A title or publisher on one line; nothing of one that instructs whoever reads it."""
    line = " ".join(text.split())
    return "" if is_addressed(line) else line
