"""A client for Accord's HTTP API: `Accord` and `AsyncAccord`.

    from app.client import Accord

    with Accord("http://127.0.0.1:8000") as accord:
        answer = accord.ask("Why did the merger fail?")
        for claim in answer.claims:
            print(claim.text, claim.citations)

It needs httpx and pydantic and nothing else of this program.
"""

from app.client.aio import AsyncAccord
from app.client.errors import AccordError, BrokenStreamError, ProblemError, UnreachableError
from app.client.models import (
    Answer,
    Citation,
    Claim,
    Conversation,
    ConversationSummary,
    Disagreement,
    Document,
    Filters,
    GivenFeedback,
    NearMiss,
    NewClaim,
    Notes,
    Passage,
    Readiness,
    Receipt,
    Source,
    SourceAge,
    SourceText,
    Span,
    Status,
    Turn,
    Usage,
)
from app.client.sync import Accord
from app.client.wire import Event

__all__ = [
    "Accord",
    "AccordError",
    "Answer",
    "AsyncAccord",
    "BrokenStreamError",
    "Citation",
    "Claim",
    "Conversation",
    "ConversationSummary",
    "Disagreement",
    "Document",
    "Event",
    "Filters",
    "GivenFeedback",
    "NearMiss",
    "NewClaim",
    "Notes",
    "Passage",
    "ProblemError",
    "Readiness",
    "Receipt",
    "Source",
    "SourceAge",
    "SourceText",
    "Span",
    "Status",
    "Turn",
    "UnreachableError",
    "Usage",
]
