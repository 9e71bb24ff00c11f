"""Removes an erased document from an answer that cited it."""

from __future__ import annotations

from dataclasses import replace

from app.types import Answer, AnswerStatus, Cell, Citation, Claim, Lead, Notes, Table
from vectorstore.types import DocumentId

ERASED_MESSAGE = "What this answer rested on has been erased."


def without_document(answer: Answer, document_id: DocumentId) -> Answer:
    """The answer with no word of the document left: no quote, claim, near miss or score.

    A claim that also cites another document goes too, since its wording may be the erased one's;
    so does one that a chat model wrote and nothing supports. Citations are numbered again from 1.
    """
    erased = {one.n for one in answer.citations if one.document_id == document_id}
    claims = [
        claim for claim in answer.claims if claim.citations and erased.isdisjoint(claim.citations)
    ]
    cells = [cell for row in (answer.table.rows if answer.table else ()) for cell in row.cells]
    used = {n for claim in claims for n in claim.citations}
    used |= {n for cell in cells for n in cell.citations}
    kept = [one for one in answer.citations if one.n in used and one.n not in erased]
    numbers = {citation.n: n for n, citation in enumerate(kept, start=1)}
    remaining = {claim.text for claim in claims}
    receipt = replace(
        answer.receipt,
        passages=tuple(p for p in answer.receipt.passages if document_id not in str(dict(p))),
        condensed_query=answer.receipt.question,
        verdicts=tuple(v for v in answer.receipt.verdicts if v.get("text") in remaining),
    )
    return replace(
        answer,
        table=_table(answer.table, erased, numbers) if claims else None,
        status=_status(answer, claims),
        claims=tuple(_renumbered(claim, numbers) for claim in claims),
        citations=tuple(replace(one, n=numbers[one.n]) for one in kept),
        notes=_notes(answer, erased, numbers),
        near_misses=tuple(one for one in answer.near_misses if one.document_id != document_id),
        receipt=receipt,
        message=answer.message if claims or not answer.claims else ERASED_MESSAGE,
        understood=None,  # it may name what only the document names
        lead=_lead(answer, numbers),
    )


def _lead(answer: Answer, numbers: dict[int, int]) -> Lead | None:
    lead = answer.lead
    if lead is None or lead.citation not in numbers:
        return None
    against = None if lead.against_citation is None else numbers.get(lead.against_citation)
    return replace(
        lead,
        citation=numbers[lead.citation],
        against="" if against is None else lead.against,
        against_citation=against,
    )


def _status(answer: Answer, claims: list[Claim]) -> AnswerStatus:
    if not claims:
        return AnswerStatus.ABSTAINED
    return answer.status if len(claims) == len(answer.claims) else AnswerStatus.PARTIAL


def _renumbered(claim: Claim, numbers: dict[int, int]) -> Claim:
    return replace(claim, citations=tuple(numbers[n] for n in claim.citations))


def _table(table: Table | None, erased: set[int], numbers: dict[int, int]) -> Table | None:
    """The table without the words of cells that rest on the document."""
    if table is None:
        return None

    def left(cell: Cell) -> Cell:
        if not erased.isdisjoint(cell.citations):
            return Cell("erased")
        return replace(cell, citations=tuple(numbers[n] for n in cell.citations))

    rows = (replace(row, cells=tuple(map(left, row.cells))) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _notes(answer: Answer, erased: set[int], numbers: dict[int, int]) -> Notes:
    notes = answer.notes
    gone = {one.metadata.title for one in answer.citations if one.n in erased}
    disagreements = tuple(
        replace(one, citations=tuple(numbers[n] for n in one.citations))
        for one in notes.disagreements
        if all(n in numbers for n in one.citations)
    )
    left = [one for one in answer.citations if one.n in numbers]
    return Notes(
        newest=None if notes.newest is None or notes.newest.title in gone else notes.newest,
        oldest=None if notes.oldest is None or notes.oldest.title in gone else notes.oldest,
        undated=_undated(left),
        disagreements=disagreements,
    )


def _undated(citations: list[Citation]) -> int:
    return len({one.document_id for one in citations if one.metadata.published is None})
