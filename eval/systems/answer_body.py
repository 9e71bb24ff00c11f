"""Converts an answer of Accord's API into the record of a system under test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from eval.systems.corpus import SourceNames
from eval.types import Case, FoundPassage, Said, SaidCitation, SaidClaim
from vectorstore.types import DocumentId

TextOf = Callable[[DocumentId, str], str | None]
"""Canonical text of a version (or its first characters) of a document; None if there is none."""


def said_of(
    body: Mapping[str, Any], case: Case, *, names: SourceNames, text_of: TextOf, seconds: float
) -> Said:
    """Read an answer; every quote is compared with the source's text at its span.

    Args:
        body: As `app.web.schemas.answers.AnswerBody` states it.
        case: What was asked; tells sources with equal texts apart.
        names: Of the dataset's sources.
        text_of: The texts that spans index.
        seconds: How long the answer took.
    """
    receipt = body["receipt"]
    usage = receipt.get("usage") or {}
    return Said(
        status=body["status"],
        claims=tuple(SaidClaim(c["text"], tuple(c["citations"])) for c in body["claims"]),
        citations=tuple(_citation(c, case, names, text_of) for c in body["citations"]),
        passages=tuple(_passage(p, case, names, text_of) for p in receipt["passages"]),
        message=body["message"],
        answerability=receipt["answerability"],
        receipt=receipt,
        input_tokens=usage.get("input_tokens"),
        output_tokens=usage.get("output_tokens"),
        cost_usd=usage.get("cost_usd"),
        seconds=seconds,
    )


def _citation(
    body: Mapping[str, Any], case: Case, names: SourceNames, text_of: TextOf
) -> SaidCitation:
    document, start, end = body["document"]["id"], body["start"], body["end"]
    text = text_of(document, body["version"])
    return SaidCitation(
        n=body["n"],
        source=names.of(document, case),
        quote=body["quote"],
        start=start,
        end=end,
        is_exact=text is not None and text[start:end] == body["quote"],
    )


def _passage(
    entry: Mapping[str, Any], case: Case, names: SourceNames, text_of: TextOf
) -> FoundPassage:
    document, version, _ordinal = entry["id"].split(":")
    text = text_of(document, version) if "start" in entry else None
    shown = "" if text is None else text[entry["start"] : entry["end"]]
    return FoundPassage(names.of(document, case), shown, entry["score"])
