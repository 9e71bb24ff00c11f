"""What became of all things of a kind ("Which ventures failed?"); each document is asked."""

from __future__ import annotations

from collections.abc import Sequence

from app.answering.comparison.cells import Ask
from app.answering.comparison.value_words import quote_of_item
from app.answering.evidence.evidence import Evidence
from app.answering.evidence.outcomes import tells
from app.answering.question.asking import ask as ask_about
from app.answering.question.overall_shapes import Overall
from app.answering.selection.select import in_reading_order, select
from app.answering.selection.weighing import weighed
from app.answering.text.pairs import names_of_title
from app.answering.text.terms import content_terms, keys, terms
from app.languages.catalogue import say_number
from app.library.pen import Pen
from app.library.shelf import Shelf
from app.library.told import Told
from app.types import AnswerStatus, Verdict
from vectorstore.reader import DocumentSummary

LEAST = 0.1
"""Chance from which on a sentence with a word for the outcome tells it."""
LEAST_REASON = 0.3
MOST = 12


def turned_out(
    asked: Overall, documents: Sequence[DocumentSummary], shelf: Shelf, ask: Ask
) -> Told | None:
    """The things that came to this, each with the sentence that says so; None where none did.

    Args:
        asked: With the outcome.
        documents: That may tell of such things.
        shelf: What is served.
        ask: Asks the reader.
    """
    found: dict[str, Evidence] = {}
    for document in documents:
        name = names_of_title(document.metadata.title)
        if not name or name in found:
            continue
        verb = "Was" if asked.is_passive else "Has"
        read = ask(f"{verb} {name} {asked.outcome}?", [document.id])
        read = [item for item in read if _is_about(item, name) and tells(item, asked)]
        best = max(read, key=lambda item: item.relevance, default=None)
        if best is not None and best.relevance >= LEAST:
            found[name] = best
    if not found:
        return None
    pen = Pen(shelf.language)
    text = say_number(
        shelf.language,
        "I find {number} in the sources; here is the sentence that says so.",
        "I find {number} in the sources; here is a sentence about each.",
        len(found),
    )
    shown = list(found.items())[:MOST]
    pen.say(text, [quote_of_item(item) for _, item in shown], verdict=Verdict.COMPUTED)
    for name, item in shown:
        reasons = _reasons(name, item, asked, ask) if asked.asks_why else []
        for one in in_reading_order([item, *reasons]):
            pen.say_own_words(quote_of_item(one), heading=name)
    return Told(AnswerStatus.ANSWERED, tuple(pen.claims), pen.citations)


def _reasons(name: str, told: Evidence, asked: Overall, ask: Ask) -> list[Evidence]:
    """Why it came to this with one of them, by its own document."""
    verb = "was" if asked.is_passive else "has"
    question = ask_about(f"Why {verb} {name} {asked.outcome}?")
    read = weighed(question, ask(question.text, [told.document_id]), has_parts=False)
    likely = [item for item in read if item.relevance >= LEAST_REASON]
    return [item for item in select(question, likely) if item.sentence != told.sentence]


def _is_about(item: Evidence, name: str) -> bool:
    """Whether a sentence speaks of the thing, and not of one of several things or of somebody."""
    opening = terms(item.text)[:1]
    people = {"he", "she"}
    return not (opening and opening[0].text.lower() in people) and bool(
        keys(content_terms(name)) & (item.keys | keys(content_terms(item.metadata.title)))
    )
